"""Taking in what learners hand in: everything is checked before anything is kept.

A hand-in is read once, into memory, and what was read is what is hashed, checked and kept. So a
file that changes meanwhile changes nothing, and a refused one leaves nothing behind but itself, in
``refused`` with the reason.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import sqlite3
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from autograder.book import Receipt
from autograder.credentials.moments import stamp
from autograder.desk import Desk
from autograder.hand_in_file import (
    LARGEST_ZIP,
    HandInRefused,
    check_content,
    open_hand_in,
    refused,
    too_large,
)
from autograder.marking_record import next_attempt
from course.errors import CourseError, Fault
from course.handin import Manifest
from course.syllabus import Assessment, Syllabus, load_syllabus
from qi_tools.whole_file import patiently, write_whole

ASK = "Ask the person who looks after the marking desk."


class FileInUse(CourseError):
    """A file can't be read or moved now; it is no reason to stop the others.

    Parameters
    ----------
    name : str
        The file.
    message : str
        Why, and what to do next.
    """

    def __init__(self, name: str, message: str) -> None:
        self.fault = Fault(name, message)
        super().__init__(str(self.fault))


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that was put aside, and why."""

    file: str
    reason: str


def take_in(desk: Desk, path: Path, now: datetime, syllabus: Syllabus | None = None) -> Receipt:
    """Take in one hand-in, or refuse it with nothing left behind.

    Can be stopped at any point: run again on the same file, it goes on where it was.

    Parameters
    ----------
    desk : Desk
        The desk.
    path : Path
        The file. In the desk's ``incoming`` folder, and where hand-ins arrive in the shared
        folder, it is moved away, taken or refused; anywhere else, such as a memory stick, it
        stays as it is.
    now : datetime
        The desk's own time; what the file says about its time is never believed.
    syllabus : Syllabus, optional
        The rules of the assessments; by default the course's.

    Returns
    -------
    Receipt
        The desk's own time and hash, and whose attempt it is.

    Raises
    ------
    HandInRefused
        With the reason. A file that arrived is in ``refused`` then, the reason beside it.
    FileInUse
        If the file can't be read or moved: it stays where it is, for the next run.
    CourseError
        If the desk itself can't work: the file stays where it is.
    """
    rules = syllabus or load_syllabus()
    with desk.writing():
        digest = None
        try:
            data = _read(path)
            digest = hashlib.sha256(data).hexdigest()
            half_done = _taken_before(desk, digest)
            receipt = half_done or _accept(desk, path.name, data, now, rules)
        except HandInRefused as refusal:
            _put_aside(desk, path, digest, str(refusal), now)
            raise
        # From here on the receipt stands; a second run only finishes the tidying.
        try:
            if _has_arrived(desk, path):
                patiently(lambda: path.unlink(missing_ok=True))
        except OSError as error:
            raise FileInUse(
                path.name,
                f"was taken in, but could not be moved away ({error.strerror}). "
                "Close other programs that use it, then run the command again.",
            ) from None
        desk.add("settled", receipt=receipt.number)
    return receipt


def take_in_all(
    desk: Desk, now: datetime, files: Sequence[Path] = (), syllabus: Syllabus | None = None
) -> Iterator[Receipt | RefusedFile | Fault]:
    """Take in some files and everything that has arrived, one after the other.

    Hand-ins arrive in the desk's ``incoming`` folder and in its shared folder, if it has one.

    Yields
    ------
    Receipt, RefusedFile or Fault
        One for each file; a fault for a file or folder that can't be used now. None of them ever
        stops the others.

    Raises
    ------
    CourseError
        If the desk itself can't work.
    """
    # A name with a dot in front is still being written by a learner's computer.
    waiting = sorted(
        path for path in (desk.folder / "incoming").iterdir() if not path.name.startswith(".")
    )
    shared, faults = desk.shared.arrived(LARGEST_ZIP) if desk.shared else ((), ())
    for path in (*files, *waiting, *shared):
        try:
            yield take_in(desk, path, now, syllabus)
        except HandInRefused as refusal:
            yield RefusedFile(path.name, str(refusal))
        except FileInUse as busy:
            yield busy.fault
    yield from faults


# ------------------------------------------------------------ whose it is, and whether it may come


def _accept(desk: Desk, file: str, data: bytes, now: datetime, syllabus: Syllabus) -> Receipt:
    hand_in = open_hand_in(data)
    manifest = hand_in.manifest
    _check_owner(desk, manifest)
    assessment = _assessment(syllabus, manifest)
    check_content(hand_in)
    _check_turn(desk, manifest, assessment, now)
    kept = desk.folder / "received" / f"{hand_in.sha256}.zip"
    try:
        write_whole(kept, data, mode=0o600)
    except OSError as error:
        raise CourseError(
            f"The hand-in could not be kept ({error.strerror}). Make room on the desk's disk, "
            "then run the command again; the file is still where it was."
        ) from None
    try:
        number = desk.add(
            "receipts",
            at=stamp(now),
            file=file,
            sha256=hand_in.sha256,
            pseudonym=manifest.pseudonym,
            assessment=manifest.assessment,
            version=manifest.version,
            attempt=manifest.attempt,
        )
    except sqlite3.IntegrityError:
        raise refused("this attempt was handed in already", ASK) from None
    return next(receipt for receipt in desk.receipts() if receipt.number == number)


def _taken_before(desk: Desk, digest: str) -> Receipt | None:
    """Return the receipt that a stopped run left unfinished; refuse a file that comes again."""
    for receipt in desk.receipts():
        if receipt.sha256 == digest:
            if receipt.number in desk.unsettled():
                return receipt
            raise refused(
                f"the same file was taken on {receipt.received_at} already, under receipt "
                f"{receipt.number}",
                "There is nothing more to do: wait for the result.",
            )
    return None


def _check_owner(desk: Desk, manifest: Manifest) -> None:
    secret = desk.secret(manifest.pseudonym)
    if secret is None:
        raise refused(f"no one is enrolled here as {manifest.pseudonym}", ASK)
    if not manifest.authentic(secret):
        raise refused(
            f"its code was not made with the enrolment of {manifest.pseudonym}",
            "Import your enrolment file again on the course's home page, then hand in again.",
        )


def _assessment(syllabus: Syllabus, manifest: Manifest) -> Assessment:
    for assessment in syllabus.assessments:
        if assessment.id == manifest.assessment and assessment.built:
            if assessment.version != manifest.version:
                raise refused(
                    f"it answers version {manifest.version} of {assessment.id}, and this desk "
                    f"marks version {assessment.version}",
                    "Update the course, start the assessment again and hand that in.",
                )
            return assessment
    raise refused(f"this desk has no assessment called {manifest.assessment}", ASK)


def _check_turn(desk: Desk, manifest: Manifest, assessment: Assessment, now: datetime) -> None:
    mine = [
        receipt
        for receipt in desk.receipts()
        if (receipt.pseudonym, receipt.assessment) == (manifest.pseudonym, assessment.id)
    ]
    records = desk.records_of(manifest.pseudonym, assessment.id)
    attempt = manifest.attempt
    if attempt <= len(mine):
        raise refused(f"attempt {attempt} was handed in already", "Wait for its result.")
    if len(records) < len(mine):
        raise refused(
            f"attempt {len(mine)} has not been marked yet, and this is attempt {attempt}",
            "Wait for its result, then start the next attempt.",
        )
    conversations = desk.conversations(manifest.pseudonym, assessment.id)
    allowed = next_attempt(records, assessment, conversations)
    if allowed.number is None:
        raise refused(
            f"{assessment.id} is passed already, and there is no attempt after a pass",
            "There is nothing more to do.",
        )
    if attempt != allowed.number:
        raise refused(
            f"it is attempt {attempt}, and the next one must be attempt {allowed.number}",
            f"Start attempt {allowed.number} from the course's home page.",
        )
    if allowed.facilitator_needed:
        raise refused(
            f"a talk with a facilitator comes first, after {len(records)} attempts without a pass",
            "The facilitator has it noted at the desk; then hand in again.",
        )
    if allowed.not_before is not None and now < allowed.not_before:
        raise refused(
            f"it came before {stamp(allowed.not_before)}, {assessment.wait_hours} hours after the "
            "last result",
            "Hand it in again after that time.",
        )


# ------------------------------------------------------------ the file itself


def _read(path: Path) -> bytes:
    """Return a file's bytes, at most one more than is allowed; never through a link."""
    try:
        kind = path.lstat().st_mode
        if stat.S_ISLNK(kind):
            raise refused("it is a link, not a file")
        if not stat.S_ISREG(kind):
            raise refused("it is not an ordinary file")
        with patiently(lambda: path.open("rb")) as file:
            data = file.read(LARGEST_ZIP + 1)
    except OSError as error:
        raise FileInUse(
            path.name,
            f"can't be read ({error.strerror}). Close other programs that use it, then run the "
            "command again.",
        ) from None
    if len(data) > LARGEST_ZIP:
        raise too_large()
    return data


def _has_arrived(desk: Desk, path: Path) -> bool:
    folders = [desk.folder / "incoming", *([desk.shared.hand_ins] if desk.shared else [])]
    return path.parent.resolve() in [folder.resolve() for folder in folders]


def _put_aside(desk: Desk, path: Path, digest: str | None, reason: str, now: datetime) -> None:
    """Note a refusal in the book, and move the file to ``refused`` with the reason beside it."""
    desk.add("receipts", at=stamp(now), file=path.name, sha256=digest, refused=reason)
    if not _has_arrived(desk, path):
        return
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", path.name)[:80]
    target = desk.folder / "refused" / f"{now:%Y%m%dT%H%M%S}_{plain}"
    count = 1
    while target.exists() or target.is_symlink():
        count += 1
        target = target.with_name(f"{now:%Y%m%dT%H%M%S}_{count}_{plain}")
    try:
        write_whole(target.with_name(f"{target.name}.txt"), f"{reason}\n".encode(), mode=0o600)
        if path.is_symlink():
            path.unlink()  # nothing of the desk's should ever follow it
        else:
            patiently(lambda: shutil.move(path, target))
    except OSError as error:
        raise FileInUse(
            path.name,
            f"was refused ({reason}), but could not be moved away ({error.strerror}). "
            f"Move it out of the folder {path.parent.name}.",
        ) from None
