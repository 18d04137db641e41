"""What a badge says: an award written as an Open Badges 3.0 credential, before it is signed."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from autograder.credentials import moments
from autograder.credentials.contexts import CREDENTIALS, OPEN_BADGES
from autograder.credentials.keys import Issuer
from autograder.credentials.profile import HOLDER, Badge, check_badge, hidden
from autograder.credentials.proof import RDFC, add_proof
from course.errors import CourseError


@dataclass(frozen=True, slots=True)
class Passed:
    """One assessment that was passed.

    Parameters
    ----------
    assessment : str
        Its id.
    title : str
        Its title.
    percent : str
        The result, as text.
    record : str
        The SHA-256 of the marking record, in hexadecimal digits.
    """

    assessment: str
    title: str
    percent: str
    record: str


@dataclass(frozen=True, slots=True)
class Recognised:
    """One assessment in whose place prior learning was recognised.

    Parameters
    ----------
    assessment, title : str
        Its id and its title.
    record : str
        The SHA-256 of the recognition, in hexadecimal digits.
    """

    assessment: str
    title: str
    record: str


@dataclass(frozen=True, slots=True)
class Achieved:
    """What is certified, apart from whom it is certified to.

    Parameters
    ----------
    award : str
        The award's id.
    title, description, narrative : str
        What it is called, what it covers, and what was done for it.
    version : str
        The version of the syllabus.
    passed : tuple of Passed
        The assessments that it rests on.
    recognised : tuple of Recognised
        Those that stand aside for prior learning.
    """

    award: str
    title: str
    description: str
    narrative: str
    version: str
    passed: tuple[Passed, ...]
    recognised: tuple[Recognised, ...] = ()


def name_line(name: str) -> str:
    r"""Return a person's name as certificates show it: one line, without hidden characters.

    Raises
    ------
    CourseError
        If nothing is left, or it is too long.

    Examples
    --------
    >>> name_line("  Sam\tOkoro\n")
    'Sam Okoro'
    """
    seen = "".join(" " if character.isspace() else character for character in name)
    kept = "".join(c for c in unicodedata.normalize("NFC", seen) if not hidden(c))
    shown = " ".join(kept.split())
    if not HOLDER.holds(shown):
        raise CourseError(
            f"The name {name[:60]!r} can't be put on a certificate: it must be {HOLDER.allowed}. "
            "Correct it at the desk."
        )
    return shown


def email_hash(email: str, salt: str) -> str:
    """Return the hash by which a badge names an e-mail address.

    Examples
    --------
    >>> email_hash(" Sam@Example.org", "ab") == email_hash("sam@example.org", "ab")
    True
    """
    return "sha256$" + hashlib.sha256((email.strip().lower() + salt).encode("utf-8")).hexdigest()


def signed_badge(
    issuer: Issuer,
    achieved: Achieved,
    *,
    name: str,
    email: str | None,
    place: int,
    awarded: datetime,
    valid_months: int,
) -> Badge:
    """Return a signed badge.

    Parameters
    ----------
    issuer : Issuer
        Who certifies.
    achieved : Achieved
        What is certified.
    name : str
        The holder's name.
    email : str or None
        The holder's e-mail address; only its salted hash is in the badge.
    place : int
        The badge's place in the list of withdrawn certificates.
    awarded : datetime
        When it is awarded; it is valid from then on.
    valid_months : int
        After how many months a refresh is due.

    Raises
    ------
    CourseError
        If something can't be put on a certificate, such as a name without letters.
    """
    # The same achievement of the same issuer has the same address on every certificate.
    achievement = uuid.uuid5(
        uuid.NAMESPACE_URL, f"{issuer.id} {achieved.award} {achieved.version} {achieved.narrative}"
    )
    own = uuid.uuid4()
    # A signature over facts leaves the order of a list open, so each list has one order.
    measured = sorted(
        (f"urn:uuid:{uuid.uuid5(achievement, part.assessment)}", part) for part in achieved.passed
    )
    proved = sorted(
        (f"urn:uuid:{uuid.uuid5(own, part.assessment)}", f"{what} {part.title}", part.record)
        for what, parts in (
            ("Marking record of", achieved.passed),
            ("Recognition in place of", achieved.recognised),
        )
        for part in parts
    )
    document = {
        "@context": [CREDENTIALS, OPEN_BADGES],
        "id": f"urn:uuid:{own}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": achieved.title,
        "description": achieved.description,
        "issuer": {"id": issuer.id, "type": ["Profile"], "name": issuer.name},
        "awardedDate": moments.stamp(awarded),
        "validFrom": moments.stamp(awarded),
        "validUntil": moments.stamp(moments.add_months(awarded, valid_months)),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": _identifiers(name_line(name), email),
            "achievement": {
                "id": f"urn:uuid:{achievement}",
                "type": ["Achievement"],
                "achievementType": "CertificateOfCompletion",
                "name": achieved.title,
                "version": achieved.version,
                "description": achieved.description,
                "criteria": {"narrative": achieved.narrative},
                "resultDescription": [
                    {
                        "id": address,
                        "type": ["ResultDescription"],
                        "name": part.title,
                        "resultType": "Percent",
                    }
                    for address, part in measured
                ],
            },
            "result": [
                {"type": ["Result"], "resultDescription": address, "value": part.percent}
                for address, part in measured
            ],
        },
        "evidence": [
            {
                "id": address,
                "type": ["Evidence"],
                "name": name,
                "description": f"sha256:{record}",
            }
            for address, name, record in proved
        ],
        "credentialStatus": {
            "id": f"{issuer.status_list}#{place}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(place),
            "statusListCredential": issuer.status_list,
        },
    }
    # What our own verifier would refuse is never issued.
    return check_badge(add_proof(document, issuer, moments.stamp(awarded), RDFC))


def _identifiers(name: str, email: str | None) -> list[dict[str, Any]]:
    named = {
        "type": "IdentityObject",
        "hashed": False,
        "identityType": "name",
        "identityHash": name,
    }
    if not email:
        return [named]
    salt = secrets.token_hex(16)
    hashed = {
        "type": "IdentityObject",
        "hashed": True,
        "identityType": "emailAddress",
        "salt": salt,
        "identityHash": email_hash(email, salt),
    }
    return [hashed, named]
