"""A hand-in: one zip file with a paper, its answers and a manifest that shows whose they are.

The manifest's code (HMAC-SHA256 under the learner's enrolment secret, over the canonical form of
everything else in the manifest) covers the hash of each file, so any route may carry the zip.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import stat
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import rfc8785

from course.document import (
    ASSESSMENT,
    ATTEMPT,
    PSEUDONYM,
    SCHEMA,
    VERSION,
    Document,
    moment,
    table,
    text,
    whole,
)
from course.enrolment import Enrolment
from course.errors import CourseError, Refused
from course.paper import read_attempt
from course.syllabus import load_syllabus
from qi_tools.answers import AnswersInvalid, parse_answers
from qi_tools.whole_file import write_whole

MANIFEST = "manifest.json"
ANSWERS = "answers.json"

#: The largest file that is packed, in bytes.
LARGEST_FILE = 1536 * 1024

_HEX_256 = text("[0-9a-f]{64}", "64 hexadecimal digits")
_MANIFEST = Document(
    "hand-in's manifest",
    {
        "schema": SCHEMA,
        "pseudonym": PSEUDONYM,
        "assessment": ASSESSMENT,
        "version": VERSION,
        "attempt": ATTEMPT,
        "made_at": moment(),
        "files": table(),
        "hmac": _HEX_256,
    },
    way_out="Hand in again from the course's home page.",
    limit=16 * 1024,
)
_FILE = replace(_MANIFEST, members={"sha256": _HEX_256, "bytes": whole(0, LARGEST_FILE)})


@dataclass(frozen=True, slots=True)
class PackedFile:
    """One file of a hand-in: the hash of its content, and its size in bytes."""

    sha256: str
    size: int

    def holds(self, data: bytes) -> bool:
        """Return whether this is the file that was packed."""
        return len(data) == self.size and hashlib.sha256(data).hexdigest() == self.sha256


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a hand-in says about itself.

    Parameters
    ----------
    pseudonym, assessment, version, attempt
        Whose paper it is, and which.
    made_at : str
        When the learner's computer made it, in UTC; a claim, not evidence.
    files : mapping of str to PackedFile
        Every other file of the zip: ``answers.json`` and ``<assessment>.ipynb``.
    hmac : str
        The code, 64 hexadecimal digits.
    """

    pseudonym: str
    assessment: str
    version: str
    attempt: int
    made_at: str
    files: Mapping[str, PackedFile]
    hmac: str

    def authentic(self, secret: bytes) -> bool:
        """Return whether the code was made with this enrolment secret, for just this manifest."""
        members = _members(self)
        del members["hmac"]
        return hmac.compare_digest(_code(secret, members), self.hmac)


def read_manifest(data: bytes) -> Manifest:
    """Return the manifest of a hand-in; whether it is authentic is asked of it next.

    Raises
    ------
    DocumentInvalid
        If anything in it is missing, unknown or wrong.
    """
    found = _MANIFEST.read(data)
    notebook = f"{found['assessment']}.ipynb"
    if set(found["files"]) != {ANSWERS, notebook}:
        _MANIFEST.refuse(f"its files must be {ANSWERS} and {notebook}")
    files = {}
    for name in (ANSWERS, notebook):
        file = _FILE.check(found["files"][name], f"files.{name}")
        files[name] = PackedFile(file["sha256"], file["bytes"])
    del found["schema"]
    return Manifest(**{**found, "files": MappingProxyType(files)})


def pack(attempt_folder: Path, enrolment: Enrolment, outbox: Path, now: datetime) -> Path:
    """Pack one attempt into a zip file for the desk.

    The zip appears whole or not at all, and never replaces another. The same attempt at the same
    time gives the same bytes.

    Parameters
    ----------
    attempt_folder : Path
        The folder with ``attempt.json``, the notebook and ``answers.json``, which an assessment of
        code need not have.
    enrolment : Enrolment
        The learner's.
    outbox : Path
        Where the zip is put; made if it is not there.
    now : datetime
        The time, with its zone.

    Returns
    -------
    Path
        ``<pseudonym>_<YYYYMMDDTHHMMSSZ>.zip``

    Raises
    ------
    Refused
        If there are no answers yet, or the attempt belongs to another enrolment.
    CourseError
        If a file can't be read or written.
    """
    if now.tzinfo is None:
        raise ValueError("now must have a time zone")
    utc = now.astimezone(UTC)
    attempt = read_attempt(attempt_folder)
    if attempt.pseudonym != enrolment.pseudonym:
        raise Refused(
            "This assessment was started under another enrolment. "
            "Start it again from the course's home page."
        )
    notebook = f"{attempt.assessment}.ipynb"
    holds_code = load_syllabus().holds_code(attempt.assessment)
    if holds_code and not (attempt_folder / ANSWERS).exists():
        files = {ANSWERS: _NOTHING_ANSWERED, notebook: _content(attempt_folder / notebook)}
    else:
        files = {name: _content(attempt_folder / name) for name in (ANSWERS, notebook)}
    try:
        answers = parse_answers(files[ANSWERS])
    except AnswersInvalid as invalid:
        raise Refused(
            f"{invalid} Open the assessment, check your answers and hand in again."
        ) from None
    if not holds_code and all(answer.is_blank for answer in answers.values()):
        raise Refused(_NO_ANSWERS)
    members: dict[str, Any] = {
        "schema": 1,
        "pseudonym": attempt.pseudonym,
        "assessment": attempt.assessment,
        "version": attempt.version,
        "attempt": attempt.attempt,
        "made_at": utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "files": {
            name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
            for name, data in files.items()
        },
    }
    files[MANIFEST] = rfc8785.dumps({**members, "hmac": _code(enrolment.secret, members)})
    path = outbox / f"{attempt.pseudonym}_{utc.strftime('%Y%m%dT%H%M%SZ')}.zip"
    try:
        outbox.mkdir(parents=True, exist_ok=True)
        _write_once(path, _zipped(files))
    except OSError as error:
        raise CourseError(
            f"The hand-in could not be saved in {outbox} ({error.strerror or error}). "
            "Your answers are safe. Check that there is room on the disk, then hand in again."
        ) from None
    return path


# The work on a code assessment is its notebook; there may be no questions in it.
_NOTHING_ANSWERED = b'{"schema": 1, "answers": {}}'
_NO_ANSWERS = (
    "There are no answers to hand in yet. Open the assessment and answer its questions first."
)


def _members(manifest: Manifest) -> dict[str, Any]:
    return {
        "schema": 1,
        "pseudonym": manifest.pseudonym,
        "assessment": manifest.assessment,
        "version": manifest.version,
        "attempt": manifest.attempt,
        "made_at": manifest.made_at,
        "files": {
            name: {"sha256": file.sha256, "bytes": file.size}
            for name, file in manifest.files.items()
        },
        "hmac": manifest.hmac,
    }


def _code(secret: bytes, members: dict[str, Any]) -> str:
    return hmac.new(secret, rfc8785.dumps(members), hashlib.sha256).hexdigest()


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        if path.name == ANSWERS:
            raise Refused(_NO_ANSWERS) from None
        raise CourseError(
            f"The assessment's page {path.name} is missing. Your answers are safe. "
            "Open the assessment from the home page to put it back, then hand in again."
        ) from None
    except OSError as error:
        raise CourseError(
            f"{path.name} can't be opened ({error.strerror}). "
            "Close other programs that use it, then hand in again."
        ) from None
    if len(data) > LARGEST_FILE:
        raise Refused(
            f"{path.name} is larger than {LARGEST_FILE / 2**20:g} MB, the most that can be handed "
            "in. Close the assessment, open it again from the home page and hand in again."
        )
    return data


def _write_once(path: Path, data: bytes) -> None:
    # Every writer of this name must first make its claim, and only one can: so looking whether
    # the name is taken, and then taking it, is safe on every system.
    claim = path.with_name(f".{path.name}.part")
    claim.open("xb").close()
    try:
        if path.exists():
            raise CourseError(
                f"{path.name} was made already, less than a second ago. It is in the outbox."
            )
        write_whole(path, data)
    finally:
        claim.unlink(missing_ok=True)


def _zipped(files: Mapping[str, bytes]) -> bytes:
    # Stored, not compressed: compressed bytes differ from one zlib to the next.
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # Unix, wherever it is made
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, files[name])
    return made.getvalue()
