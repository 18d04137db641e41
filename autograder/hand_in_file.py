"""Reading a hand-in that may be hostile: a zip file with exactly three files, all as packed.

Nothing here touches a disk or a desk: bytes go in; a hand-in, or the reason against it, comes out.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import stat
import struct
import warnings
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from course.document import DocumentInvalid
from course.errors import Refused
from course.handin import ANSWERS, MANIFEST, Manifest, read_manifest
from qi_tools.answers import AnswersInvalid, parse_answers

#: In bytes. An honest hand-in has well under a tenth of each.
LARGEST_ZIP = 2 * 1024 * 1024
LARGEST_ENTRY = {MANIFEST: 16 * 1024, ANSWERS: 1024 * 1024}
LARGEST_NOTEBOOK = 1536 * 1024
LARGEST_TOTAL = 2 * 1024 * 1024
#: How many times smaller compression may make a file; text reaches about 20.
LARGEST_RATIO = 100

AGAIN = "Hand in again from the course's home page."

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
        raise too_large()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # zipfile warns of a name that is there twice
            files = _unpacked(data)
    except _NOT_READABLE as error:
        raise refused("it is not a whole zip file; it may have been cut off on its way") from error
    try:
        manifest = read_manifest(files[MANIFEST])
    except DocumentInvalid as invalid:
        raise HandInRefused(str(invalid)) from None
    notebook = f"{manifest.assessment}.ipynb"
    if notebook not in files:
        raise refused(f"it must hold {notebook}, and holds {_notebook_in(files)}")
    for name, packed in manifest.files.items():
        if not packed.holds(files[name]):
            raise refused(f"{name} is not the file that was packed; it was changed on its way")
    return HandIn(hashlib.sha256(data).hexdigest(), manifest, files[ANSWERS], files[notebook])


# ------------------------------------------------------------ the zip file


def _unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        for entry in entries:
            _check_entry(entry)
        names = [entry.filename for entry in entries]
        if len(set(names)) < len(names):
            raise refused("it holds a file twice")
        notebooks = [name for name in names if _NOTEBOOK.fullmatch(name)]
        if sorted(names) != sorted([MANIFEST, ANSWERS, *notebooks]) or len(notebooks) != 1:
            raise refused(
                f"it must hold {MANIFEST}, {ANSWERS} and one notebook, and holds {_listed(names)}"
            )
        if sum(entry.file_size for entry in entries) > LARGEST_TOTAL:
            raise refused(f"unpacked it has more than {LARGEST_TOTAL:,} bytes")
        _check_layout(data, archive, entries)
        return {entry.filename: _content(archive, entry) for entry in entries}


_NOTEBOOK = re.compile(r"[a-z][a-z0-9_]{0,63}\.ipynb")


def _check_entry(entry: zipfile.ZipInfo) -> None:
    # zipfile tidies a name (a zero byte, Windows' own stroke); the one in the file is judged.
    name = entry.orig_filename
    if name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name):
        raise refused(f"the name {name[:80]!r} points to a place of its own on the computer")
    if "\\" in name:
        raise refused(f"the name {name[:80]!r} has a backslash")
    if ".." in name.split("/"):
        raise refused(f"the name {name[:80]!r} points outside the zip file")
    if "\0" in name or name != entry.filename:
        raise refused(f"the name {name[:80]!r} is not an ordinary one")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if stat.S_ISLNK(kind):
        raise refused(f"{name[:80]!r} is a link, not a file")
    if name.endswith("/") or kind not in (0, stat.S_IFREG) or entry.external_attr & 0x10:
        raise refused(f"{name[:80]!r} is not an ordinary file")
    if entry.flag_bits & _ENCRYPTED:
        raise refused(f"{name[:80]!r} is encrypted")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise refused(f"{name[:80]!r} is packed in a way that is not known here")
    largest = LARGEST_ENTRY.get(name, LARGEST_NOTEBOOK)
    if entry.file_size > largest:
        raise refused(f"{name[:80]!r} has more than {largest:,} bytes")
    if entry.file_size > LARGEST_RATIO * max(entry.compress_size, 1):
        raise refused(f"{name[:80]!r} would unpack to more than {LARGEST_RATIO} times its size")


def _check_layout(data: bytes, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse entries that share bytes with each other or with the list of entries."""
    free = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        start = entry.header_offset
        if start < free or start + _LOCAL_HEADER.size > len(data):
            raise refused("its files overlap")
        signature, name, extra = _LOCAL_HEADER.unpack_from(data, start)
        if signature != b"PK\3\4":
            raise zipfile.BadZipFile
        free = start + _LOCAL_HEADER.size + name + extra + entry.compress_size
    if free > archive.start_dir:
        raise refused("its files overlap")


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


# ------------------------------------------------------------ what is in the files


def check_content(hand_in: HandIn) -> None:
    """Refuse damaged answers or a damaged notebook.

    Apart from `open_hand_in`, so that no more of a stranger's file is read than needed to know
    that it is a stranger's.

    Raises
    ------
    HandInRefused
        With what is wrong.
    """
    try:
        parse_answers(hand_in.answers)
    except AnswersInvalid as invalid:
        raise HandInRefused(f"This hand-in was not taken: {invalid} {AGAIN}") from None
    _check_notebook(hand_in.notebook)


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
        raise refused("its notebook is damaged") from error
    except nbformat.ValidationError as error:
        raise refused("its notebook is damaged") from error


def too_large() -> HandInRefused:
    """Return the refusal of a file that is larger than any hand-in."""
    return refused(f"it has more than {LARGEST_ZIP:,} bytes, the most that is taken")


def refused(reason: str, way_out: str = AGAIN) -> HandInRefused:
    """Return the refusal of a hand-in: why, and what to do next."""
    return HandInRefused(f"This hand-in was not taken: {reason}. {way_out}")
