"""Taking in what learners hand in: everything is checked before anything is kept.

A hand-in is read once, into memory, and what was read is what is hashed, checked and kept. So a
file that changes meanwhile changes nothing, and a refused one leaves nothing behind but itself, in
``refused`` with the reason.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import sqlite3
import stat
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from autograder.credentials.moments import stamp
from autograder.desk import Desk, Receipt, write_whole
from autograder.marking_record import next_attempt
from course.document import DocumentInvalid
from course.errors import CourseError, Refused
from course.handin import ANSWERS, MANIFEST, Manifest, read_manifest
from course.syllabus import Assessment, Syllabus, load_syllabus
from qi_tools.answers import AnswersInvalid, parse_answers

#: In bytes. An honest hand-in has well under a tenth of each.
LARGEST_ZIP = 2 * 1024 * 1024
LARGEST_ENTRY = {MANIFEST: 16 * 1024, ANSWERS: 1024 * 1024}
LARGEST_NOTEBOOK = 1536 * 1024
LARGEST_TOTAL = 2 * 1024 * 1024
#: How many times smaller compression may make a file; text reaches about 20.
LARGEST_RATIO = 100

AGAIN = "Hand in again from the course's home page."
ASK = "Ask the person who looks after the marking desk."

_LOCAL_HEADER = struct.Struct("<4s22xHH")
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_NOT_READABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    IndexError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


class HandInRefused(Refused):
    """A hand-in was not taken; the message says why and what to do next."""


@dataclass(frozen=True, slots=True)
class HandIn:
    """A hand-in that is whole and follows every rule that it alone can show."""

    sha256: str
    manifest: Manifest
    answers: bytes
    notebook: bytes


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
        The file. In the desk's ``incoming`` folder it is moved away, taken or refused; anywhere
        else, such as a memory stick, it stays as it is.
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
        With the reason. A file from ``incoming`` is in ``refused`` then, the reason beside it.
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
            if _is_incoming(desk, path):
                path.unlink(missing_ok=True)
        except OSError as error:
            raise CourseError(
                f"{path.name} was taken in, but could not be moved away ({error.strerror}). "
                "Close other programs that use it, then run the command again."
            ) from None
        desk.add("settled", receipt=receipt.number)
    return receipt


def take_in_all(
    desk: Desk, now: datetime, files: Sequence[Path] = (), syllabus: Syllabus | None = None
) -> Iterator[Receipt | RefusedFile]:
    """Take in some files and everything in the desk's ``incoming`` folder, one after the other.

    Yields
    ------
    Receipt or RefusedFile
        One for each file; a refused one never stops the others.

    Raises
    ------
    CourseError
        If the desk itself can't work.
    """
    # A name with a dot in front is still being written by a learner's computer.
    waiting = sorted(
        path for path in (desk.folder / "incoming").iterdir() if not path.name.startswith(".")
    )
    for path in (*files, *waiting):
        try:
            yield take_in(desk, path, now, syllabus)
        except HandInRefused as refusal:
            yield RefusedFile(path.name, str(refusal))


def open_hand_in(data: bytes) -> HandIn:
    """Read a hand-in that came as bytes, strictly, and check all that it alone can show.

    Parameters
    ----------
    data : bytes
        The whole zip file.

    Raises
    ------
    HandInRefused
        If it is too large, is not a zip file with exactly the three expected files, or one of
        these is damaged or is not the one that was packed.
    """
    if len(data) > LARGEST_ZIP:
        raise _too_large()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # zipfile warns of a name that is there twice
            files = _unpacked(data)
    except _NOT_READABLE as error:
        raise _refused("it is not a whole zip file; it may have been cut off on its way") from error
    try:
        manifest = read_manifest(files[MANIFEST])
    except DocumentInvalid as invalid:
        raise HandInRefused(str(invalid)) from None
    notebook = f"{manifest.assessment}.ipynb"
    if notebook not in files:
        raise _refused(f"it must hold {notebook}, and holds {_notebook_in(files)}")
    for name, packed in manifest.files.items():
        if not packed.holds(files[name]):
            raise _refused(f"{name} is not the file that was packed; it was changed on its way")
    return HandIn(hashlib.sha256(data).hexdigest(), manifest, files[ANSWERS], files[notebook])


# ------------------------------------------------------------ the zip file


def _unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        for entry in entries:
            _check_entry(entry)
        names = [entry.filename for entry in entries]
        if len(set(names)) < len(names):
            raise _refused("it holds a file twice")
        notebooks = [name for name in names if _NOTEBOOK.fullmatch(name)]
        if sorted(names) != sorted([MANIFEST, ANSWERS, *notebooks]) or len(notebooks) != 1:
            raise _refused(
                f"it must hold {MANIFEST}, {ANSWERS} and one notebook, and holds {_listed(names)}"
            )
        if sum(entry.file_size for entry in entries) > LARGEST_TOTAL:
            raise _refused(f"unpacked it has more than {LARGEST_TOTAL:,} bytes")
        _check_layout(data, archive, entries)
        return {entry.filename: _content(archive, entry) for entry in entries}


_NOTEBOOK = re.compile(r"[a-z][a-z0-9_]{0,63}\.ipynb")


def _check_entry(entry: zipfile.ZipInfo) -> None:
    # zipfile tidies a name (a zero byte, Windows' own stroke); the one in the file is judged.
    name = entry.orig_filename
    if name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name):
        raise _refused(f"the name {name[:80]!r} points to a place of its own on the computer")
    if "\\" in name:
        raise _refused(f"the name {name[:80]!r} has a backslash")
    if ".." in name.split("/"):
        raise _refused(f"the name {name[:80]!r} points outside the zip file")
    if "\0" in name or name != entry.filename:
        raise _refused(f"the name {name[:80]!r} is not an ordinary one")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if stat.S_ISLNK(kind):
        raise _refused(f"{name[:80]!r} is a link, not a file")
    if name.endswith("/") or kind not in (0, stat.S_IFREG) or entry.external_attr & 0x10:
        raise _refused(f"{name[:80]!r} is not an ordinary file")
    if entry.flag_bits & _ENCRYPTED:
        raise _refused(f"{name[:80]!r} is encrypted")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _refused(f"{name[:80]!r} is packed in a way that is not known here")
    largest = LARGEST_ENTRY.get(name, LARGEST_NOTEBOOK)
    if entry.file_size > largest:
        raise _refused(f"{name[:80]!r} has more than {largest:,} bytes")
    if entry.file_size > LARGEST_RATIO * max(entry.compress_size, 1):
        raise _refused(f"{name[:80]!r} would unpack to more than {LARGEST_RATIO} times its size")


def _check_layout(data: bytes, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse entries that share bytes with each other or with the list of entries."""
    free = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        start = entry.header_offset
        if start < free or start + _LOCAL_HEADER.size > len(data):
            raise _refused("its files overlap")
        signature, name, extra = _LOCAL_HEADER.unpack_from(data, start)
        if signature != b"PK\3\4":
            raise zipfile.BadZipFile
        free = start + _LOCAL_HEADER.size + name + extra + entry.compress_size
    if free > archive.start_dir:
        raise _refused("its files overlap")


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    # What the zip says about a size is a claim: never read further than the claim allows.
    with archive.open(entry) as stream:
        data = stream.read(entry.file_size + 1)
    if len(data) != entry.file_size:
        raise zipfile.BadZipFile
    return data


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name[:80]) for name in names[:5])
    return f"{shown} and {len(names) - 5} more" if len(names) > 5 else shown or "nothing"


def _notebook_in(files: dict[str, bytes]) -> str:
    return next(name for name in files if name.endswith(".ipynb"))


# ------------------------------------------------------------ whose it is, and whether it may come


def _accept(desk: Desk, file: str, data: bytes, now: datetime, syllabus: Syllabus) -> Receipt:
    hand_in = open_hand_in(data)
    manifest = hand_in.manifest
    _check_owner(desk, manifest)
    assessment = _assessment(syllabus, manifest)
    try:
        parse_answers(hand_in.answers)
    except AnswersInvalid as invalid:
        raise HandInRefused(f"This hand-in was not taken: {invalid} {AGAIN}") from None
    _check_notebook(hand_in.notebook)
    _check_turn(desk, manifest, assessment, now)
    kept = desk.folder / "received" / f"{hand_in.sha256}.zip"
    try:
        write_whole(kept, data)
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
        raise _refused("this attempt was handed in already", ASK) from None
    return next(receipt for receipt in desk.receipts() if receipt.number == number)


def _taken_before(desk: Desk, digest: str) -> Receipt | None:
    """Return the receipt that a stopped run left unfinished; refuse a file that comes again."""
    for receipt in desk.receipts():
        if receipt.sha256 == digest:
            if receipt.number in desk.unsettled():
                return receipt
            raise _refused(
                f"the same file was taken on {receipt.received_at} already, under receipt "
                f"{receipt.number}",
                "There is nothing more to do: wait for the result.",
            )
    return None


def _check_owner(desk: Desk, manifest: Manifest) -> None:
    secret = desk.secret(manifest.pseudonym)
    if secret is None:
        raise _refused(f"no one is enrolled here as {manifest.pseudonym}", ASK)
    if not manifest.authentic(secret):
        raise _refused(
            f"its code was not made with the enrolment of {manifest.pseudonym}",
            "Import your enrolment file again on the course's home page, then hand in again.",
        )


def _assessment(syllabus: Syllabus, manifest: Manifest) -> Assessment:
    for assessment in syllabus.assessments:
        if assessment.id == manifest.assessment and assessment.built:
            if assessment.version != manifest.version:
                raise _refused(
                    f"it answers version {manifest.version} of {assessment.id}, and this desk "
                    f"marks version {assessment.version}",
                    "Update the course, start the assessment again and hand that in.",
                )
            return assessment
    raise _refused(f"this desk has no assessment called {manifest.assessment}", ASK)


def _check_notebook(data: bytes) -> None:
    import nbformat

    try:
        content = json.loads(data.decode("utf-8"))
        if content["nbformat"] != 4:
            raise ValueError
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a notebook without cell ids is old, not damaged
            nbformat.validate(nbformat.from_dict(content))  # type: ignore[no-untyped-call]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _refused("its notebook is damaged") from error
    except nbformat.ValidationError as error:
        raise _refused("its notebook is damaged") from error


def _check_turn(desk: Desk, manifest: Manifest, assessment: Assessment, now: datetime) -> None:
    mine = [
        receipt
        for receipt in desk.receipts()
        if (receipt.pseudonym, receipt.assessment) == (manifest.pseudonym, assessment.id)
    ]
    records = desk.records_of(manifest.pseudonym, assessment.id)
    attempt = manifest.attempt
    if attempt <= len(mine):
        raise _refused(f"attempt {attempt} was handed in already", "Wait for its result.")
    if len(records) < len(mine):
        raise _refused(
            f"attempt {len(mine)} has not been marked yet, and this is attempt {attempt}",
            "Wait for its result, then start the next attempt.",
        )
    conversations = desk.conversations(manifest.pseudonym, assessment.id)
    allowed = next_attempt(records, assessment, conversations)
    if allowed.number is None:
        raise _refused(
            f"{assessment.id} is passed already, and there is no attempt after a pass",
            "There is nothing more to do.",
        )
    if attempt != allowed.number:
        raise _refused(
            f"it is attempt {attempt}, and the next one must be attempt {allowed.number}",
            f"Start attempt {allowed.number} from the course's home page.",
        )
    if allowed.facilitator_needed:
        raise _refused(
            f"a talk with a facilitator comes first, after {len(records)} attempts without a pass",
            "The facilitator has it noted at the desk; then hand in again.",
        )
    if allowed.not_before is not None and now < allowed.not_before:
        raise _refused(
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
            raise _refused("it is a link, not a file")
        if not stat.S_ISREG(kind):
            raise _refused("it is not an ordinary file")
        with path.open("rb") as file:
            data = file.read(LARGEST_ZIP + 1)
    except OSError as error:
        raise CourseError(
            f"{path.name} can't be read ({error.strerror}). Close other programs that use it, "
            "then run the command again."
        ) from None
    if len(data) > LARGEST_ZIP:
        raise _too_large()
    return data


def _is_incoming(desk: Desk, path: Path) -> bool:
    return path.parent.resolve() == (desk.folder / "incoming").resolve()


def _put_aside(desk: Desk, path: Path, digest: str | None, reason: str, now: datetime) -> None:
    """Note a refusal in the book, and move the file to ``refused`` with the reason beside it."""
    desk.add("receipts", at=stamp(now), file=path.name, sha256=digest, refused=reason)
    if not _is_incoming(desk, path):
        return
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", path.name)[:80]
    target = desk.folder / "refused" / f"{now:%Y%m%dT%H%M%S}_{plain}"
    count = 1
    while target.exists() or target.is_symlink():
        count += 1
        target = target.with_name(f"{now:%Y%m%dT%H%M%S}_{count}_{plain}")
    try:
        write_whole(target.with_name(f"{target.name}.txt"), f"{reason}\n".encode())
        if path.is_symlink():
            path.unlink()  # nothing of the desk's should ever follow it
        else:
            shutil.move(path, target)
    except OSError as error:
        raise CourseError(
            f"{path.name} was refused ({reason}), but could not be moved away "
            f"({error.strerror}). Move it out of the incoming folder."
        ) from None


def _too_large() -> HandInRefused:
    return _refused(f"it has more than {LARGEST_ZIP:,} bytes, the most that is taken")


def _refused(reason: str, way_out: str = AGAIN) -> HandInRefused:
    return HandInRefused(f"This hand-in was not taken: {reason}. {way_out}")
