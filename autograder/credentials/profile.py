"""The closed shape of a badge: what each member may hold, and nothing else.

A signature over facts (``eddsa-rdfc-2022``) does not cover how the file spells them: a member may
be renamed to its full address, an array reordered, a value wrapped, and the signature still holds
while other programs no longer see the expiry or the withdrawal. So a badge is read against one
exact shape before anything in it is believed.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autograder.credentials import moments
from autograder.credentials.contexts import CREDENTIALS, OPEN_BADGES
from autograder.credentials.proof import RDFC
from course.document import Document, DocumentInvalid, Rule, maybe, moment, text

#: The smallest list of withdrawn certificates, in bits (W3C Bitstring Status List v1.0, 2025).
LIST_BITS = 131_072
#: The largest badge, in bytes; ours have about 3,000.
LARGEST_BADGE = 64 * 1024
#: The most assessments that one certificate may rest on.
MOST_RESULTS = 8

_BASE58 = "[1-9A-HJ-NP-Za-km-z]"
_UUID = "urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_WEB = r"[a-z0-9.-]{1,253}(%3A\d{1,5})?(:[A-Za-z0-9._-]{1,64}){0,8}"
_HTTPS = r"https://[a-z0-9.:-]{1,253}(/[A-Za-z0-9._~/-]{0,500})?"


class BadgeInvalid(DocumentInvalid):
    """A badge is damaged, or holds something that our badges never do."""


def exactly(value: Any) -> Rule:
    """Allow one value only, of the same type.

    Examples
    --------
    >>> exactly(["Profile"]).holds("Profile"), exactly(False).holds(0)
    (False, False)
    """
    return Rule(
        json.dumps(value, ensure_ascii=False),
        lambda given: type(given) is type(value) and given == value,
    )


def line(longest: int) -> Rule:
    r"""Allow one line of text: no control characters, and none that turn the text around.

    Examples
    --------
    >>> line(20).holds("Zoë O'Brien"), line(20).holds("two\nlines"), line(20).holds("\u202eeveS")
    (True, False, False)
    """
    return Rule(
        f"one line of text of 1 to {longest} characters",
        lambda value: (
            isinstance(value, str)
            and 1 <= len(value) <= longest
            and value == value.strip()
            and not any(hidden(character) for character in value)
        ),
    )


def hidden(character: str) -> bool:
    r"""Whether a character can't be seen, or changes how its neighbours are shown.

    Examples
    --------
    >>> [hidden(character) for character in ("a", " ", "\n", "\u202e")]
    [False, False, True, True]
    """
    joiners = "\u200c\u200d"  # names in Persian, Hindi and other scripts need these two
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} and (
        character not in joiners
    )


ORGANISATION = line(120)
HOLDER = line(200)
ISSUER_ID = text(
    f"did:key:z6Mk{_BASE58}{{44}}|did:web:{_WEB}", "an issuer's address, did:key:… or did:web:…"
)
KEY_ID = text(
    rf"did:key:(z6Mk{_BASE58}{{44}})#\1|did:web:{_WEB}#key-\d{{4}}-\d{{2}}",
    "the address of an issuer's key",
)
LIST_ID = text(f"{_UUID}|{_HTTPS}", "the address of a list of withdrawn certificates")
_OWN_ID = text(_UUID, "an address of the form urn:uuid:…")


def _members(members: Mapping[str, Rule]) -> Document:
    return Document(
        "badge",
        members,
        way_out="Ask for the file as it was issued.",
        limit=LARGEST_BADGE,
        error=BadgeInvalid,
    )


_TABLE = Rule("a table of named values", lambda value: isinstance(value, dict))


def _list(low: int, high: int) -> Rule:
    return Rule(
        f"a list of {low} to {high} tables",
        lambda value: (
            isinstance(value, list)
            and low <= len(value) <= high
            and all(isinstance(entry, dict) for entry in value)
        ),
    )


_BADGE = _members(
    {
        "@context": exactly([CREDENTIALS, OPEN_BADGES]),
        "id": _OWN_ID,
        "type": exactly(["VerifiableCredential", "OpenBadgeCredential"]),
        "name": line(200),
        "description": line(600),
        "issuer": _TABLE,
        "awardedDate": moment(),
        "validFrom": moment(),
        "validUntil": moment(),
        "credentialSubject": _TABLE,
        "evidence": _list(1, MOST_RESULTS),
        "credentialStatus": _TABLE,
        "proof": _TABLE,
    }
)
_ISSUER = _members(
    {
        "id": ISSUER_ID,
        "type": exactly(["Profile"]),
        "name": ORGANISATION,
        "url": maybe(text(_HTTPS, "a web address that begins with https://")),
    }
)
_SUBJECT = _members(
    {
        "type": exactly(["AchievementSubject"]),
        "identifier": _list(1, 2),
        "achievement": _TABLE,
        "result": _list(1, MOST_RESULTS),
    }
)
_EMAIL = _members(
    {
        "type": exactly("IdentityObject"),
        "hashed": exactly(True),
        "identityType": exactly("emailAddress"),
        "salt": text("[0-9a-f]{32}", "32 hexadecimal digits"),
        "identityHash": text(r"sha256\$[0-9a-f]{64}", "a SHA-256 hash"),
    }
)
_NAME = _members(
    {
        "type": exactly("IdentityObject"),
        "hashed": exactly(False),
        "identityType": exactly("name"),
        "identityHash": HOLDER,
    }
)
_ACHIEVEMENT = _members(
    {
        "id": _OWN_ID,
        "type": exactly(["Achievement"]),
        "achievementType": exactly("CertificateOfCompletion"),
        "name": line(200),
        "version": text("[0-9A-Za-z][0-9A-Za-z.-]{0,31}", "a version, such as 2026.1"),
        "description": line(600),
        "criteria": _TABLE,
        "resultDescription": _list(1, MOST_RESULTS),
    }
)
_CRITERIA = _members({"narrative": line(1600)})
_MEASURE = _members(
    {
        "id": _OWN_ID,
        "type": exactly(["ResultDescription"]),
        "name": line(100),
        "resultType": exactly("Percent"),
    }
)
_RESULT = _members(
    {
        "type": exactly(["Result"]),
        "resultDescription": _OWN_ID,
        "value": text(r"100|[1-9]?[0-9](\.[1-9])?", "a percentage such as 87.5, as text"),
    }
)
_EVIDENCE = _members(
    {
        "id": _OWN_ID,
        "type": exactly(["Evidence"]),
        "name": line(200),
        "description": text("sha256:[0-9a-f]{64}", "the hash of a marking record"),
    }
)
_STATUS = _members(
    {
        "id": line(1000),
        "type": exactly("BitstringStatusListEntry"),
        "statusPurpose": exactly("revocation"),
        "statusListIndex": text(r"0|[1-9]\d{0,5}", "a place in the list, as text"),
        "statusListCredential": LIST_ID,
    }
)
_PROOF = _members(
    {
        "type": exactly("DataIntegrityProof"),
        "cryptosuite": exactly(RDFC),
        "created": moment(),
        "verificationMethod": line(500),
        "proofPurpose": exactly("assertionMethod"),
        "proofValue": text(f"z{_BASE58}{{80,90}}", "a signature that begins with z"),
    }
)


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge whose shape is right; whether it is true is for `autograder.verify` to say.

    Parameters
    ----------
    document : dict
        The badge as it was read.
    """

    document: dict[str, Any]

    @property
    def id(self) -> str:
        """The credential's own address."""
        return str(self.document["id"])

    @property
    def issuer(self) -> dict[str, Any]:
        """Who issued it: ``id`` and ``name``."""
        return dict(self.document["issuer"])

    @property
    def holder(self) -> str:
        """The name of the person it was issued to."""
        return str(self.document["credentialSubject"]["identifier"][-1]["identityHash"])

    @property
    def email_hash(self) -> dict[str, Any] | None:
        """The hashed e-mail address, with its salt; None if it names none."""
        first = self.document["credentialSubject"]["identifier"][0]
        return dict(first) if first["identityType"] == "emailAddress" else None

    @property
    def title(self) -> str:
        """What was awarded."""
        return str(self.document["name"])

    @property
    def achievement(self) -> dict[str, Any]:
        """What was achieved, and how."""
        return dict(self.document["credentialSubject"]["achievement"])

    @property
    def results(self) -> tuple[tuple[str, str], ...]:
        """Each assessment's name and the percentage reached."""
        measures = self.achievement["resultDescription"]
        results = self.document["credentialSubject"]["result"]
        return tuple(
            (measure["name"], result["value"])
            for measure, result in zip(measures, results, strict=True)
        )

    @property
    def awarded(self) -> str:
        """When it was awarded."""
        return str(self.document["awardedDate"])

    @property
    def valid_from(self) -> str:
        """When it begins to be valid."""
        return str(self.document["validFrom"])

    @property
    def valid_until(self) -> str:
        """When the refresh is due."""
        return str(self.document["validUntil"])

    @property
    def status_list(self) -> str:
        """The list that says whether it was withdrawn."""
        return str(self.document["credentialStatus"]["statusListCredential"])

    @property
    def status_index(self) -> int:
        """Its place in that list."""
        return int(self.document["credentialStatus"]["statusListIndex"])

    @property
    def method(self) -> str:
        """The address of the key that signed it."""
        return str(self.document["proof"]["verificationMethod"])


def read_badge(data: bytes) -> Badge:
    """Read a badge strictly.

    Raises
    ------
    BadgeInvalid
        If it is too large, is not plain JSON, names a member twice, or is not exactly the shape
        of our badges; the message says where.
    """
    return _check_parts(_BADGE.read(data))


def check_badge(document: dict[str, Any]) -> Badge:
    """Hold a badge against the shape of our badges.

    Raises
    ------
    BadgeInvalid
        At the first member that is missing, unknown or wrong.
    """
    return _check_parts(_BADGE.check(document))


def _check_parts(document: dict[str, Any]) -> Badge:
    _ISSUER.check(document["issuer"], "issuer")
    subject = _SUBJECT.check(document["credentialSubject"], "credentialSubject")
    _check_holder(subject["identifier"])
    achievement = _ACHIEVEMENT.check(subject["achievement"], "credentialSubject.achievement")
    _CRITERIA.check(achievement["criteria"], "credentialSubject.achievement.criteria")
    measures = achievement["resultDescription"]
    for place, measure in enumerate(measures):
        _MEASURE.check(measure, f"credentialSubject.achievement.resultDescription[{place}]")
    for place, result in enumerate(subject["result"]):
        _RESULT.check(result, f"credentialSubject.result[{place}]")
    for place, evidence in enumerate(document["evidence"]):
        _EVIDENCE.check(evidence, f"evidence[{place}]")
    _check_order(measures, subject["result"], document["evidence"])
    _check_status(_STATUS.check(document["credentialStatus"], "credentialStatus"))
    _PROOF.check(document["proof"], "proof")
    if not moments.read(document["validFrom"]) < moments.read(document["validUntil"]):
        _BADGE.refuse("validUntil must be later than validFrom")
    return Badge(document)


def _check_holder(identifiers: list[dict[str, Any]]) -> None:
    shapes = (_EMAIL, _NAME) if len(identifiers) == 2 else (_NAME,)
    for place, (shape, identifier) in enumerate(zip(shapes, identifiers, strict=True)):
        shape.check(identifier, f"credentialSubject.identifier[{place}]")


def _check_order(
    measures: list[dict[str, Any]], results: list[dict[str, Any]], evidence: list[dict[str, Any]]
) -> None:
    """Hold lists to one order: a signature over facts leaves the order of a list open."""
    named = [measure["id"] for measure in measures]
    proved = [entry["id"] for entry in evidence]
    if named != sorted(set(named)) or named != [entry["resultDescription"] for entry in results]:
        _BADGE.refuse("its results must be in the order of their addresses, each described once")
    # Prior learning that was recognised is evidence without a result.
    if proved != sorted(set(proved)) or len(proved) < len(named):
        _BADGE.refuse("its evidence must be in the order of its addresses, one for each result")


def _check_status(status: dict[str, Any]) -> None:
    index = status["statusListIndex"]
    if int(index) >= LIST_BITS or status["id"] != f"{status['statusListCredential']}#{index}":
        _BADGE.refuse("credentialStatus.id must name the list and the place that it holds")
