"""An enrolment: what a learner's copy of the course needs to hand in and to trust what comes back.

The desk makes one file a person. It holds a pseudonym and a secret, never a name or an address.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from course.document import PSEUDONYM, SCHEMA, Document, Rule, or_nothing, text, words, yes_or_no
from course.errors import CourseError, Refused
from course.seal import public_key
from qi_tools.whole_file import write_whole


def _is_desk_key(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(public_key(value))
    except Refused:
        return False


_FOLDER = or_nothing(words(1000))
_ENROLMENT = Document(
    "enrolment file",
    {
        "schema": SCHEMA,
        "pseudonym": PSEUDONYM,
        "secret": text("[0-9a-f]{64}", "64 hexadecimal digits"),
        "group": or_nothing(text("[a-z][a-z_]{0,39}", "a staff group, such as all_staff")),
        "organisation": words(200),
        "desk_key": Rule("the desk's public key, which begins with z6Mk", _is_desk_key),
        "hand_in": _FOLDER,
        "results": _FOLDER,
        "lone": yes_or_no(),
    },
    way_out="Ask your improvement team for a new one.",
    limit=16 * 1024,
)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One learner's enrolment at one desk.

    Parameters
    ----------
    pseudonym : str
        What the learner is called in every file, 16 to 64 hexadecimal digits.
    secret : bytes
        32 random bytes that the desk knows too; they sign what is handed in.
    group : str or None
        The staff group, such as ``all_staff``; None leaves the choice to the learner.
    organisation : str
        The organisation's name.
    desk_key : str
        The Multikey of the key that signs results.
    hand_in, results : str or None
        The shared folders for hand-ins and for results; None means that files go by hand.
    lone : bool
        Whether the desk is on this same computer, for one person.
    """

    pseudonym: str
    secret: bytes = field(repr=False)
    group: str | None
    organisation: str
    desk_key: str
    hand_in: str | None
    results: str | None
    lone: bool


def read_enrolment(path: Path) -> Enrolment:
    """Return the enrolment in a file.

    Raises
    ------
    CourseError
        If the file is not there or can't be opened.
    DocumentInvalid
        If it is not an enrolment file, or is damaged.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_ENROLMENT.limit + 1)
    except FileNotFoundError:
        raise CourseError(
            f"There is no enrolment file at {path}. Ask your improvement team for one."
        ) from None
    except OSError as error:
        raise CourseError(
            f"The enrolment file at {path} can't be opened ({error.strerror}). "
            "Close other programs that use it, then try again."
        ) from None
    found = _ENROLMENT.read(data)
    return Enrolment(
        pseudonym=found["pseudonym"],
        secret=bytes.fromhex(found["secret"]),
        group=found["group"],
        organisation=found["organisation"],
        desk_key=found["desk_key"],
        hand_in=found["hand_in"],
        results=found["results"],
        lone=found["lone"],
    )


def write_enrolment(enrolment: Enrolment, path: Path) -> None:
    """Write an enrolment to a file that only its owner may read, whole or not at all.

    A file that is there already is replaced: enrolling again renews the enrolment.

    Raises
    ------
    DocumentInvalid
        If the enrolment could not be read back.
    CourseError
        If the file can't be written; what was there stays as it was.
    """
    content = {
        "schema": 1,
        "pseudonym": enrolment.pseudonym,
        "secret": enrolment.secret.hex(),
        "group": enrolment.group,
        "organisation": enrolment.organisation,
        "desk_key": enrolment.desk_key,
        "hand_in": enrolment.hand_in,
        "results": enrolment.results,
        "lone": enrolment.lone,
    }
    data = (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
    _ENROLMENT.read(data)
    try:
        # Nobody else may read the secret.
        write_whole(path, data, mode=0o600)
    except OSError as error:
        raise CourseError(
            f"The enrolment could not be saved at {path} ({error.strerror}). "
            "Check that the folder is there and has room, then try again."
        ) from None
