"""Verifying a certificate without a network: valid, or exactly why not.

Stricter than what Open Badges asks: a badge must have exactly the shape of ours, its issuer and key
must be in the trust file, and each check comes before anything it protects is believed:

1. the file is read strictly;  2. it has the closed shape of our badges;  3. its issuer and key are
in the trust file;  4. the key was in use, and not stolen;  5. the signature holds;  6. the dates;
7. it was not withdrawn, by a fresh list;  8. it was issued to the person asked about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from autograder.credentials import moments
from autograder.credentials.certificate import read_page
from autograder.credentials.documents import email_hash
from autograder.credentials.profile import Badge, read_badge
from autograder.credentials.proof import check_proof
from autograder.credentials.slip import Slip, read_slip
from autograder.credentials.status import is_set
from autograder.credentials.trust import TrustBundle, TrustedKey, read_trust
from course.errors import CourseError, Refused

#: More bytes than any certificate or trust file may have.
LARGEST_FILE = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Details:
    """What the signature vouches for; known only once the signature holds.

    Parameters
    ----------
    holder, title, issuer
        Who was certified, what for, and by whom.
    key : str
        The address of the issuer, to compare with the one that the organisation told.
    valid_from, valid_until : str
        From when to when, in UTC.
    result : str
        The results, in words; empty for a slip, which has none.
    number : str
        The certificate's number.
    """

    holder: str
    title: str
    issuer: str
    key: str
    valid_from: str
    valid_until: str
    result: str
    number: str

    def words(self) -> str:
        """Return the details as lines."""
        lines = [
            f"Holder:      {self.holder}",
            f"Certificate: {self.title}",
            f"Issuer:      {self.issuer} ({self.key})",
            f"Awarded on:  {moments.day(self.valid_from)}",
            f"Valid until: {moments.day(self.valid_until)}",
        ]
        if self.result:
            lines.append(f"Result:      {self.result}")
        return "\n".join([*lines, f"Number:      {self.number}"])


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a certificate is valid.

    Parameters
    ----------
    valid : bool
        The answer.
    reason : str
        Why, in one sentence or two.
    details : Details or None
        What the certificate says; None if its signature does not hold.
    """

    valid: bool
    reason: str
    details: Details | None = None

    def words(self) -> str:
        """Return the verdict as lines to print."""
        first = f"{'VALID' if self.valid else 'NOT VALID'}. {self.reason}"
        return first if self.details is None else f"{first}\n{self.details.words()}"


@dataclass(frozen=True, slots=True)
class _Presented:
    """What a file claims, in one form for badges, pages and slips, before anything is believed."""

    issuer: str
    method: str
    status_list: str
    status_index: int
    email: Mapping[str, Any] | None
    details: Details
    check: Callable[[Ed25519PublicKey], None]


def verify(data: bytes, trust: TrustBundle, now: datetime, recipient: str | None = None) -> Verdict:
    """Say whether a certificate is valid, or exactly why not.

    Parameters
    ----------
    data : bytes
        A badge, a certificate page that carries one, or the text of the square code.
    trust : TrustBundle
        Whom to trust, from the organisation itself.
    now : datetime
        The moment to judge by.
    recipient : str, optional
        The e-mail address, or the name, that it must have been issued to.

    Returns
    -------
    Verdict
        Whatever the data are; hostile data are never valid, and never an exception.
    """
    details = None
    try:
        presented = _read(data, trust)  # 1 and 2
        key = _trusted_key(presented, trust)  # 3
        _check_key_life("It", presented.details.valid_from, key, trust)  # 4
        presented.check(key.public)  # 5
        details = presented.details
        _check_dates(details, now)  # 6
        listed = _check_not_withdrawn(presented, trust, now)  # 7
        if recipient is not None:
            _check_recipient(presented, recipient)  # 8
    except Refused as no:
        return Verdict(False, str(no), details)
    return Verdict(
        True,
        f"{trust.name} issued this certificate, and it is in date. It has not been changed, and "
        f"was not withdrawn by {moments.day(listed)}.",
        details,
    )


def verify_file(
    file: Path, trust_file: Path, now: datetime, recipient: str | None = None
) -> Verdict:
    """Say whether the certificate in a file is valid, by the trust file at hand.

    Raises
    ------
    CourseError
        If one of the two can't be opened, or the trust file is damaged or was changed.
    """
    return verify(
        _bytes_of(file, "certificate"),
        read_trust(_bytes_of(trust_file, "issuer's trust file")),
        now,
        recipient,
    )


def _bytes_of(path: Path, what: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1)  # one more than any reader takes
    except OSError as error:
        raise CourseError(
            f"The {what} can't be opened: {path} ({error.strerror}). Check the name. The trust "
            "file comes from the organisation; name it with --trust, or put it beside the file."
        ) from None


def _read(data: bytes, trust: TrustBundle) -> _Presented:
    start = data[:64].lstrip()
    if start.startswith(b"{"):
        badge = read_badge(data)
        return _presented(badge, lambda key: check_proof(badge.document, key))
    if start.startswith(b"<"):
        page = read_page(data)
        carried = read_badge(page.badge)

        def check(key: Ed25519PublicKey) -> None:
            check_proof(carried.document, key)
            page.check(key)

        return _presented(carried, check)
    if start.startswith(b"ey"):
        return _presented_slip(read_slip(data.strip()), trust.name)
    raise Refused(
        "This is not a certificate: it is neither a badge (.json), nor a certificate page (.html), "
        "nor the text of its square code. Ask for the file as it was issued."
    )


def _presented(badge: Badge, check: Callable[[Ed25519PublicKey], None]) -> _Presented:
    details = Details(
        holder=badge.holder,
        title=badge.title,
        issuer=badge.issuer["name"],
        key=badge.issuer["id"],
        valid_from=badge.valid_from,
        valid_until=badge.valid_until,
        result=", ".join(f"{percent}% in {name}" for name, percent in badge.results),
        number=badge.id,
    )
    return _Presented(
        details.key,
        badge.method,
        badge.status_list,
        badge.status_index,
        badge.email_hash,
        details,
        check,
    )


def _presented_slip(slip: Slip, issuer: str) -> _Presented:
    details = Details(
        holder=slip.holder,
        title=slip.title,
        issuer=issuer,  # too long for the square code; the address decides
        key=slip.issuer,
        valid_from=moments.stamp(datetime.fromtimestamp(slip.valid_from, UTC)),
        valid_until=moments.stamp(datetime.fromtimestamp(slip.valid_until, UTC)),
        result="",
        number=slip.id,
    )
    return _Presented(
        slip.issuer, slip.method, slip.status_list, slip.status_index, None, details, slip.check
    )


def _trusted_key(presented: _Presented, trust: TrustBundle) -> TrustedKey:
    if presented.issuer != trust.issuer:
        raise Refused(
            f"It names {presented.issuer} as its issuer, and the trust file is that of "
            f"{trust.name} ({trust.issuer}). Don't accept it, unless the organisation that it "
            "names gives you a trust file of its own."
        )
    key = trust.key(presented.method)
    if key is None:
        raise Refused(
            f"Its key {presented.method[:200]} is not one that {trust.name} names in its trust "
            "file. Don't accept it, unless a newer trust file from the organisation names it."
        )
    return key


def _check_key_life(what: str, dated: str, key: TrustedKey, trust: TrustBundle) -> None:
    if key.compromised:
        raise Refused(
            f"{what} was signed with a key that was stolen from {trust.name}, so it can't be told "
            "from a forgery. Ask the organisation for a new one."
        )
    begins = moments.read(dated)
    if begins < moments.read(key.since) or (key.until and begins > moments.read(key.until)):
        until = f" to {moments.day(key.until)}" if key.until else ""
        raise Refused(
            f"{what} is dated {moments.day(dated)}, and its key was in use from "
            f"{moments.day(key.since)}{until}. Don't accept it."
        )


def _check_dates(details: Details, now: datetime) -> None:
    if now < moments.read(details.valid_from):
        raise Refused(
            f"It is not valid before {details.valid_from}. If that is in the past, this "
            "computer's clock is wrong: set it, then try again."
        )
    if now > moments.read(details.valid_until):
        raise Refused(
            f"It was valid until {moments.day(details.valid_until)}, and a refresh is due. "
            "Ask the holder for a newer certificate."
        )


def _check_not_withdrawn(presented: _Presented, trust: TrustBundle, now: datetime) -> str:
    """Return when the list was signed in which the certificate is not withdrawn."""
    found = trust.status_list(presented.status_list)
    key = trust.key(found["proof"]["verificationMethod"]) if found else None
    if found is None or key is None or found["issuer"] != presented.issuer:
        raise Refused(
            f"Revocation not checked: the trust file has no list of withdrawn certificates for "
            f"it. Ask {trust.name} for its newest trust file."
        )
    signed = str(found["validFrom"])
    _check_key_life("Its list of withdrawn certificates", signed, key, trust)
    check_proof(found, key.public)
    if is_set(found["credentialSubject"]["encodedList"], presented.status_index):
        raise Refused(f"{trust.name} withdrew it. Don't accept it; ask the organisation why.")
    if now < moments.read(signed):
        raise Refused(
            f"Its list of withdrawn certificates is dated {signed}, later than now. If that is in "
            "the past, this computer's clock is wrong: set it, then try again."
        )
    if now > moments.read(found["validUntil"]):
        raise Refused(
            f"Revocation not checked since {moments.day(signed)}: everything else is in order, "
            "but it may have been withdrawn since then. "
            f"Ask {trust.name} for its newest trust file, then try again."
        )
    return signed


def _check_recipient(presented: _Presented, recipient: str) -> None:
    if "@" not in recipient:
        asked, named = (" ".join(name.split()).casefold() for name in
                        (recipient, presented.details.holder))  # fmt: skip
        if asked != named:
            raise Refused("It was not issued to the person you named. Check the spelling.")
    elif presented.email is None:
        raise Refused(
            "It names no e-mail address, so whom it was issued to can be checked by name only. "
            "Ask for another proof that the holder is who they say."
        )
    elif email_hash(recipient, presented.email["salt"]) != presented.email["identityHash"]:
        raise Refused("It was not issued to the e-mail address you named. Check the spelling.")
