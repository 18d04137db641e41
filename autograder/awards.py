"""Awards: issuing each certificate that is due once, and deriving it again from the ledger."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from autograder.award_rule import Due, due, narrative, percent_text
from autograder.credentials import moments
from autograder.credentials.certificate import certificate_page
from autograder.credentials.documents import Achieved, Passed, Recognised, signed_badge
from autograder.credentials.keys import Issuer, open_issuer
from autograder.credentials.status import free_place, signed_list
from autograder.credentials.trust import Checkpoint, TrustBundle, read_trust, trust_document
from autograder.ledger import Entry, Held, Ledger
from autograder.marking_record import MarkingRecord
from autograder.recognition import Recognition
from course.approach import Approach
from course.document import DocumentInvalid
from course.errors import CourseError, Fault, Refused
from course.seal import multikey
from course.syllabus import Award, Syllabus
from qi_tools.whole_file import write_whole

LEDGER = "ledger.sqlite"
TRUST = "trust.json"
#: After how long the trust file is signed anew, though nothing was issued.
RENEWED_AFTER = timedelta(days=7)


class Named(Protocol):
    """A person as the desk knows them."""

    @property
    def name(self) -> str:
        """The name for the certificate."""

    @property
    def email(self) -> str | None:
        """The e-mail address; None if the desk has none."""


class AwardingDesk(Protocol):
    """What awarding needs of a desk; `autograder.desk.Desk` has it."""

    @property
    def folder(self) -> Path:
        """The desk's folder."""

    @property
    def keys(self) -> Path:
        """The folder with the issuing key."""

    @property
    def passphrase(self) -> str:
        """What opens the keys."""

    @property
    def lone(self) -> bool:
        """Whether the desk is one person's own computer."""

    def person(self, pseudonym: str) -> Named:
        """Return who is behind a pseudonym."""

    def marking_records(self) -> tuple[MarkingRecord, ...]:
        """Return the marks of every attempt."""

    def recognitions(self) -> tuple[Recognition, ...]:
        """Return the prior learning that was recognised."""

    def writing(self) -> AbstractContextManager[None]:
        """Be the only one who changes the desk, as long as this lasts."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate that was issued.

    Parameters
    ----------
    pseudonym : str
        Whose it is.
    award : str
        The award's id.
    badge : dict
        The signed badge (Open Badges 3.0).
    html : str
        The certificate page.
    trust : dict
        The trust file with which both can be checked without a network.
    """

    pseudonym: str
    award: str
    badge: dict[str, Any]
    html: str
    trust: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AwardReport:
    """What one run of awarding did.

    Parameters
    ----------
    issued : tuple of Issued
        The certificates issued now.
    held_back : tuple of Fault
        Awards that are due but could not be issued, each with the reason; the others were.
    """

    issued: tuple[Issued, ...]
    held_back: tuple[Fault, ...]

    def summary(self) -> str:
        """Return what was done, in words.

        Examples
        --------
        >>> AwardReport((), ()).summary()
        'No new certificates are due.'
        """
        if not self.issued and not self.held_back:
            return "No new certificates are due."
        count = len(self.issued)
        lines = [f"Issued {count} {'certificate' if count == 1 else 'certificates'}."]
        lines += [f"Held back, {fault.where}: {fault.message}" for fault in self.held_back]
        return "\n".join(lines)


def issue_awards(
    desk: AwardingDesk, syllabus: Syllabus, approach: Approach, now: datetime
) -> AwardReport:
    """Issue every award that is due, and keep the trust file fresh.

    It can be run again at any time: what was issued is not issued again. An award that can't be
    issued is held back with the reason, and never stops the others.

    Parameters
    ----------
    desk : AwardingDesk
        The desk, with its people, marking records and keys.
    syllabus : Syllabus
        The awards and what they require.
    approach : Approach
        The organisation's own approach.
    now : datetime
        When the awards are made.

    Raises
    ------
    CourseError
        If the issuing key or the ledger can't be opened, or the ledger has been changed.
    """
    issuer = open_issuer(desk.keys, desk.passphrase)
    if now < moments.read(issuer.since):
        raise CourseError(
            f"The issuing key began at {issuer.since}, which is later than now by this computer's "
            "clock. Set the clock, then award again."
        )
    with desk.writing():
        ledger = Ledger(desk.folder / LEDGER)
        last = _last_trust(desk, issuer)
        _refuse_changed(ledger, last.ledger if last else None)
        awarding = _Awarding(desk, issuer, ledger, syllabus, approach, now)
        new, held_back = [], []
        earned = due(syllabus, desk.marking_records(), ledger.issued(), desk.recognitions())
        for one in earned:
            try:
                new.append(awarding.issue(one))
            except CourseError as why:
                held_back.append(Fault(f"{one.pseudonym}, {one.award.id}", str(why)))
        trust = _fresh_trust(desk, issuer, ledger, now)
    return AwardReport(tuple(_issued(ledger, entry, trust) for entry in new), tuple(held_back))


def certificate_of(desk: AwardingDesk, pseudonym: str, assessment: str) -> Issued | None:
    """Return the newest certificate that an assessment completed; None if there is none.

    An award also rests on the assessments of lower doses; its own one is the last that it names.

    Parameters
    ----------
    desk : AwardingDesk
        The desk.
    pseudonym : str
        Whose certificate.
    assessment : str
        The id of an assessment.
    """
    if not (desk.folder / LEDGER).is_file() or not (desk.folder / TRUST).is_file():
        return None
    ledger = Ledger(desk.folder / LEDGER)
    mine = [
        entry for entry in ledger.held_for(pseudonym) if entry.fact["assessments"][-1] == assessment
    ]
    if not mine:
        return None
    return _issued(ledger, mine[-1], json.loads((desk.folder / TRUST).read_text(encoding="utf-8")))


def rederive(
    ledger: Ledger,
    records: Iterable[MarkingRecord],
    syllabus: Syllabus,
    recognitions: Iterable[Recognition] = (),
) -> tuple[Fault, ...]:
    """Derive every award of the ledger again from the marking records and the rule.

    Awards of people who were erased can't be derived; the audit of the chain still covers them.

    Returns
    -------
    tuple of Fault
        Every award that does not follow; empty if all do.
    """
    known, prior = tuple(records), tuple(recognitions)
    faults = list(ledger.audit())
    for entry in ledger.entries():
        if entry.held is not None and not _follows(entry.fact, entry.held, known, syllabus, prior):
            faults.append(
                Fault(
                    f"entry {entry.number}",
                    "does not follow from the marking records: they were changed, or it was "
                    "not earned",
                )
            )
    return tuple(faults)


def _follows(
    fact: Mapping[str, Any],
    held: Held,
    records: Iterable[MarkingRecord],
    syllabus: Syllabus,
    recognitions: Iterable[Recognition],
) -> bool:
    try:
        badge = held.badge
    except Refused:
        return False
    awarded = moments.read(badge.awarded)
    by_then = [
        record
        for record in records
        if record.pseudonym == held.pseudonym and moments.read(record.marked_at) <= awarded
    ]
    prior = [each for each in recognitions if moments.read(each.at) <= awarded]
    for one in due(syllabus, by_then, recognitions=prior):
        if one.award.id == fact["award"]:
            proved = {f"sha256:{record.sha256}" for record in one.evidence}
            marks = sorted(
                percent_text(each) for each in one.evidence if isinstance(each, MarkingRecord)
            )
            until = moments.add_months(awarded, _months(syllabus, one.award))
            return (
                proved == {entry["description"] for entry in badge.document["evidence"]}
                and marks == sorted(percent for _, percent in badge.results)
                and badge.valid_until == moments.stamp(until)
            )
    return False


@dataclass(frozen=True, slots=True)
class _Awarding:
    """One run of awarding: everything that is the same for each certificate."""

    desk: AwardingDesk
    issuer: Issuer
    ledger: Ledger
    syllabus: Syllabus
    approach: Approach
    now: datetime

    def issue(self, one: Due) -> Entry:
        """Issue one certificate.

        Raises
        ------
        CourseError
            If its evidence, or the holder's name, can't be used.
        """
        marked = [each for each in one.evidence if isinstance(each, MarkingRecord)]
        for record in marked:
            if moments.read(record.marked_at) > self.now:
                raise CourseError(
                    f"It was marked at {record.marked_at}, which is later than now by this "
                    "computer's clock. Set the clock, then award again."
                )
            _recheck(self.desk, record)
        person = self.desk.person(one.pseudonym)
        achieved = Achieved(
            award=one.award.id,
            title=one.award.title,
            description=one.award.description,
            narrative=narrative(
                self.syllabus, one.award, self.approach, self.desk.lone, one.recognised
            ),
            version=self.syllabus.version,
            passed=tuple(
                Passed(
                    record.assessment,
                    self.syllabus.assessment(record.assessment).title,
                    percent_text(record),
                    record.sha256,
                )
                for record in marked
            ),
            recognised=tuple(
                Recognised(
                    each.assessment, self.syllabus.assessment(each.assessment).title, each.sha256
                )
                for each in one.recognised
            ),
        )
        badge = signed_badge(
            self.issuer,
            achieved,
            name=person.name,
            email=person.email,
            place=free_place(self.ledger.places()),
            awarded=self.now,
            valid_months=_months(self.syllabus, one.award),
        )
        page = certificate_page(badge, self.issuer)
        return self.ledger.append(one.pseudonym, one.award.id, one.award.requires, badge, page)


def _recheck(desk: AwardingDesk, record: MarkingRecord) -> None:
    """Hold the desk's copy of a hand-in against the hash it was marked under."""
    name = f"{record.assessment}, attempt {record.attempt}"
    try:
        data = (desk.folder / "received" / f"{record.hand_in_sha256}.zip").read_bytes()
    except OSError:
        raise Refused(
            f"The desk's copy of {name} is missing, so the award can't be proved. "
            "Put the desk's received folder back from its backup, then award again."
        ) from None
    if hashlib.sha256(data).hexdigest() != record.hand_in_sha256:
        raise Refused(
            f"The desk's copy of {name} is not the file that was marked. "
            "Put the desk's received folder back from its backup, then award again."
        )


def _months(syllabus: Syllabus, award: Award) -> int:
    return syllabus.dose(award.dose).valid_months


def _issued(ledger: Ledger, entry: Entry, trust: dict[str, Any]) -> Issued:
    if entry.held is None:
        raise ValueError("the holder was erased")
    return Issued(
        entry.held.pseudonym,
        entry.held.award,
        entry.held.badge.document,
        ledger.page(entry.number),
        trust,
    )


def _last_trust(desk: AwardingDesk, issuer: Issuer) -> TrustBundle | None:
    """Return the desk's trust file as it was last signed; None before the first time."""
    path = desk.folder / TRUST
    if not path.is_file():
        return None
    try:
        return read_trust(path.read_bytes(), multikey(issuer.public_key))
    except DocumentInvalid as why:
        raise CourseError(
            "The desk's trust.json was changed outside the course, so nothing is issued. "
            "Put the desk's ledger.sqlite and trust.json back from the same backup."
        ) from why


def _refuse_changed(ledger: Ledger, checkpoint: Checkpoint | None) -> None:
    faults = ledger.audit(checkpoint)
    if faults:
        raise CourseError(
            f"The ledger was changed outside the course ({faults[0]}), so nothing is issued. "
            "Put the desk's ledger.sqlite and trust.json back from the same backup."
        )


def _fresh_trust(
    desk: AwardingDesk, issuer: Issuer, ledger: Ledger, now: datetime
) -> dict[str, Any]:
    """Return the desk's trust file, signed anew if the ledger has grown or a week has gone by."""
    path = desk.folder / TRUST
    last = _last_trust(desk, issuer)
    if (
        last is not None
        and last.ledger == ledger.checkpoint()
        and timedelta() <= now - moments.read(last.made_at) < RENEWED_AFTER
    ):
        trust: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return trust
    # No certificate can be withdrawn yet: the list is signed all clear.
    trust = trust_document(issuer, signed_list(issuer, (), now), ledger.checkpoint(), now)
    write_whole(path, json.dumps(trust, ensure_ascii=False, indent=1).encode())
    return trust
