"""The marking desk: who is enrolled, what came in, how it was marked, and the keys to sign with."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from autograder import desk_keys
from autograder.book import Book, Receipt
from autograder.credentials.moments import stamp
from autograder.desk_folder import About, make_desk_folder, open_desk_folder, write_about
from autograder.people import Person, StaffRow, pseudonym_of, read_own, read_staff
from autograder.recognition import LONGEST_EVIDENCE, Recognition
from autograder.shared_folder import SharedFolder
from course.enrolment import Enrolment, write_enrolment
from course.errors import CourseError, Refused
from course.seal import multikey
from course.syllabus import GROUPS

#: Who issues on a lone computer: it may not do so in the name of its owner's organisation.
OWN_COMPUTER = "the holder's own computer (self-marked)"


class Desk(Book):
    """A marking desk: its folder, its keys, and what its book knows.

    Make one with `Desk.create`, open it with `Desk.open`.

    Parameters
    ----------
    folder : Path
        The desk's folder.
    about : About
        What the folder says about the desk.
    """

    def __init__(self, folder: Path, about: About) -> None:
        super().__init__(folder / "desk.sqlite")
        self.folder = folder
        self._about = about

    @property
    def organisation(self) -> str:
        """The name that certificates show as issuer."""
        return self._about.organisation

    @property
    def lone(self) -> bool:
        """Whether the desk is for one person on their own computer."""
        return self._about.lone

    @property
    def shared(self) -> SharedFolder | None:
        """The folder by which hand-ins and results travel, if there is one."""
        return SharedFolder(Path(self._about.shared)) if self._about.shared else None

    # ------------------------------------------------------------ making and opening

    @classmethod
    def create(cls, folder: Path, organisation: str, *, lone: bool = False) -> Desk:
        """Make a desk with its keys; it is there whole or not at all.

        Parameters
        ----------
        folder : Path
            A folder that is not there yet, or is empty.
        organisation : str
            The name that certificates will show as issuer.
        lone : bool
            Whether it is for one person on their own computer.

        Raises
        ------
        Refused
            If the place is not safe for a desk.
        CourseError
            If there is something in the folder already, or it can't be made.
        """
        folder = _full(folder)
        make_desk_folder(folder, organisation, lone)
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> Desk:
        """Open a desk.

        Raises
        ------
        CourseError
            If there is no desk, or a newer version of the course made it.
        """
        folder = _full(folder)
        desk = cls(folder, open_desk_folder(folder))
        desk.upgrade()
        return desk

    @classmethod
    def for_one(cls, folder: Path) -> Desk:
        """Open the desk of a lone computer, or make it.

        Raises
        ------
        Refused
            If the desk there is an organisation's.
        """
        if (folder / "desk.json").is_file():
            desk = cls.open(folder)
            if not desk.lone:
                raise Refused(
                    f"The desk in {folder} belongs to {desk.organisation} and marks many people. "
                    "Choose another folder for a desk of your own: QI_COURSE_DESK can name one."
                )
            return desk
        return cls.create(folder, OWN_COMPUTER, lone=True)

    # ------------------------------------------------------------ keys

    @property
    def keys(self) -> Path:
        """The folder with the desk's keys. Who has it can issue in the organisation's name."""
        return self.folder / "keys"

    @property
    def passphrase(self) -> str:
        """What opens the keys; see `autograder.desk_keys.passphrase`."""
        return desk_keys.passphrase(self.keys)

    @cached_property
    def desk_key(self) -> Ed25519PrivateKey:
        """The key that signs results. It is not the key that signs certificates."""
        return desk_keys.result_key(self.keys)

    # ------------------------------------------------------------ enrolling

    def enrol(self, staff: Path, shared: Path | None = None) -> tuple[Path, ...]:
        """Enrol everyone in a CSV file, or, if it has any fault, no one.

        Someone enrolled before keeps pseudonym and secret, so an enrolment file can be sent
        again; name, e-mail and group are renewed.

        Parameters
        ----------
        staff : Path
            A list as `autograder.people.read_staff` reads it.
        shared : Path, optional
            A folder that learners can reach too, for hand-ins and results. The desk remembers
            it for everyone who is enrolled later.

        Returns
        -------
        tuple of Path
            One enrolment file a person, in the order of the list.

        Raises
        ------
        FaultsFound
            With every bad row.
        Refused
            If the shared folder and the desk are one inside the other.
        CourseError
            If the list can't be opened, or the shared folder can't be used.
        """
        try:
            data = staff.read_bytes()
        except OSError as error:
            raise CourseError(
                f"The staff list {staff} can't be opened ({error.strerror}). "
                "Check its name and close other programs that use it."
            ) from None
        people = self._people_of(read_staff(data, staff.name, GROUPS))
        with self.writing():
            route = self.shared if shared is None else self._shared_at(shared)
            if route is not None:
                route.prepare(person.pseudonym for person in people)
            self.add_people(people, datetime.now(UTC))
            if route is not None and route != self.shared:
                self._about = replace(self._about, shared=str(route.folder))
                write_about(self.folder, self._about)
            return tuple(
                self._write_enrolment(
                    person,
                    self.folder / "enrolments" / f"{person.pseudonym}.qienrol",
                    hand_in=route.hand_ins if route else None,
                    results=route.results_of(person.pseudonym) if route else None,
                )
                for person in people
            )

    def enrol_me(self, name: str, email: str | None, enrolment: Path) -> Person:
        """Enrol the one person of a lone computer, and put the enrolment in their workspace.

        Parameters
        ----------
        name : str
            As certificates should show it.
        email : str or None
            Lets an employer match the certificate to the person.
        enrolment : Path
            Where the workspace keeps its enrolment.

        Raises
        ------
        Refused
            If the desk marks many people, or the workspace is inside the desk.
        FaultsFound
            If the name or the address can't be used.
        """
        if not self.lone:
            raise Refused(
                "This desk marks many people. Enrol them from a list: qi-course desk enrol."
            )
        if self.folder in _full(enrolment).parents:
            raise Refused(
                "Your own folder is inside the desk's. Choose one outside it: "
                "QI_COURSE_WORKSPACE can name it."
            )
        with self.writing():
            known = self.people()
            number = known[0].staff_number if known else f"LONE-{secrets.token_hex(8)}"
            (person,) = people = self._people_of([read_own(number, name, email)])
            self.add_people(people, datetime.now(UTC))
            results = self.folder / "results" / person.pseudonym
            results.mkdir(mode=0o700, exist_ok=True)
            enrolment.parent.mkdir(parents=True, exist_ok=True)
            self._write_enrolment(
                person, enrolment, hand_in=self.folder / "incoming", results=results
            )
        return person

    def _people_of(self, rows: Sequence[StaffRow]) -> tuple[Person, ...]:
        key = desk_keys.organisation_key(self.keys)
        return tuple(
            Person(pseudonym_of(key, row.staff_number), row.staff_number, row.name, row.email,
                   row.group)
            for row in rows
        )  # fmt: skip

    def _shared_at(self, folder: Path) -> SharedFolder:
        # Its full path, since learners' computers use it too; but a link must hide nothing.
        folder = _full(folder)
        desk, place = self.folder.resolve(), folder.resolve()
        if place == desk or place in desk.parents or desk in place.parents:
            raise Refused(
                "Learners must not reach the desk, so the shared folder can't be in the desk's "
                f"folder or around it. Choose one apart from {self.folder}."
            )
        return SharedFolder(folder)

    def _write_enrolment(
        self, person: Person, path: Path, hand_in: Path | None = None, results: Path | None = None
    ) -> Path:
        enrolment = replace(
            self.enrolment_of(person),
            hand_in=None if hand_in is None else str(hand_in),
            results=None if results is None else str(results),
        )
        write_enrolment(enrolment, path)
        return path

    def enrolment_of(self, person: Person) -> Enrolment:
        """Return a person's enrolment, without the folders that their computer would use."""
        secret = self.secret(person.pseudonym)
        assert secret is not None
        return Enrolment(
            pseudonym=person.pseudonym,
            secret=secret,
            group=person.group,
            organisation=self.organisation,
            desk_key=multikey(self.desk_key.public_key()),
            hand_in=None,
            results=None,
            lone=self.lone,
        )

    # ------------------------------------------------------------ what came in

    def hand_in(self, receipt: Receipt) -> Path:
        """Return the desk's own copy of what was handed in."""
        return self.folder / "received" / f"{receipt.sha256}.zip"

    def allow_attempt(self, pseudonym: str, assessment: str, by: str, now: datetime) -> None:
        """Note a facilitator's talk with a learner; it allows one more attempt.

        Raises
        ------
        Refused
            If the learner needs no such talk now: each is noted after the attempt it follows.
        """
        from autograder.marking_record import next_attempt
        from course.syllabus import load_syllabus

        rules = load_syllabus().assessment(assessment)
        self.person(pseudonym)
        if not by.strip():
            raise Refused("Say who held the conversation: --by NAME.")
        with self.writing():
            records = self.records_of(pseudonym, assessment)
            held = self.conversations(pseudonym, assessment)
            if not next_attempt(records, rules, held).facilitator_needed:
                raise Refused(
                    f"{pseudonym} needs no conversation for {assessment} now; nothing was noted. "
                    "One is needed after "
                    f"{rules.attempts_before_facilitator} marked attempts without a pass."
                )
            self.add(
                "conversations",
                at=stamp(now),
                pseudonym=pseudonym,
                assessment=assessment,
                held_by=" ".join(by.split()),
            )

    def recognise(
        self, pseudonym: str, assessment: str, evidence: str, by: str, now: datetime
    ) -> Recognition:
        """Note that an expert accepts evidence of prior learning in the place of an assessment.

        It counts towards the awards of higher doses alone: an award's own assessment is taken.

        Raises
        ------
        Refused
            If nothing can rest on it, the evidence or the expert is not named, it is the expert's
            own, or there is a pass or a recognition already.
        """
        from autograder.marking_record import best
        from course.syllabus import load_syllabus

        syllabus = load_syllabus()
        rules = syllabus.assessment(assessment)
        person = self.person(pseudonym)
        shown, signed = (" ".join(words.split()) for words in (evidence, by))
        if not any(assessment in award.requires[:-1] for award in syllabus.awards):
            raise Refused(
                f"No award of a higher dose rests on {assessment}, and everyone takes an award's "
                "own assessment. Nothing was noted."
            )
        if not 10 <= len(shown) <= LONGEST_EVIDENCE:
            raise Refused(
                f"Say in 10 to {LONGEST_EVIDENCE} letters what you have seen, as the certificate "
                "will show it: --evidence TEXT. Name no one."
            )
        if not signed:
            raise Refused("Say which expert signs for it: --by NAME.")
        if signed.casefold() == " ".join(person.name.split()).casefold():
            raise Refused("Nobody recognises their own learning. Ask another expert to sign.")
        with self.writing():
            mark = best(self.records_of(pseudonym, assessment), rules)
            if mark is not None and mark.certifies(rules):
                raise Refused(f"{pseudonym} has passed {assessment} already; nothing was noted.")
            known = {(each.pseudonym, each.assessment) for each in self.recognitions()}
            if (pseudonym, assessment) in known:
                raise Refused(f"{assessment} is recognised for {pseudonym} already.")
            found = Recognition(pseudonym, assessment, shown, signed, stamp(now))
            self.add(
                "recognitions",
                at=found.at,
                pseudonym=pseudonym,
                assessment=assessment,
                evidence=shown,
                recognised_by=signed,
            )
        return found


def _full(folder: Path) -> Path:
    return Path(os.path.abspath(folder))  # noqa: PTH100 (resolve would follow a link)
