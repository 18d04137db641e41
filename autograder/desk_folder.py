"""The folder of a desk: where it may be, what is in it, and what it says about the desk.

::

    qi-course-desk/
    ├── desk.json  nbgrader_config.py  gradebook.db
    ├── keys/           the issuing key, the key that signs results, the organisation's key
    ├── desk.sqlite     people, receipts, markings, conversations, returns; only ever added to
    ├── enrolments/     one file a person, to be given to its owner
    ├── incoming/       hand-ins arrive here        refused/    and end here if they can't be taken
    ├── received/       what was taken in, by hash
    ├── source/ release/ submitted/ autograded/ feedback/    nbgrader's own folders
    ├── results/        one folder a person, with what goes back
    └── paper/          question sheets and results to print, a folder for each run
"""

from __future__ import annotations

import json
import secrets
import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder import desk_keys
from autograder.book import make_book
from autograder.credentials.moments import stamp
from course.errors import CourseError, Refused
from course.folders import COURSE, REPOSITORY
from qi_tools.whole_file import patiently, write_whole

SCHEMA = 1
FOLDERS = (
    "enrolments",
    "incoming",
    "refused",
    "received",
    "source",
    "release",
    "submitted",
    "autograded",
    "feedback",
    "results",
    "paper",
)

_ABOUT = "desk.json"


@dataclass(frozen=True, slots=True)
class About:
    """What a desk's folder says about the desk.

    Parameters
    ----------
    organisation : str
        The name that certificates show as issuer.
    lone : bool
        Whether the desk is for one person on their own computer.
    made_at : str
        When it was made, in UTC.
    shared : str or None
        The folder by which hand-ins and results travel, if there is one.
    """

    organisation: str
    lone: bool
    made_at: str
    shared: str | None = None


def make_desk_folder(folder: Path, organisation: str, lone: bool) -> None:
    """Make a desk's folder with its keys and its empty book; it is there whole or not at all.

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
    from autograder.credentials.keys import create_issuer

    _refuse_unsafe_place(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CourseError(f"{folder} is not empty. Choose a new folder for the desk.")
    made = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    try:
        made.mkdir(mode=0o700, parents=True)
        for name in ("keys", *FOLDERS):
            (made / name).mkdir(mode=0o700)
        keys = made / "keys"
        desk_keys.make_keys(keys)
        issuer = create_issuer(keys, organisation, desk_keys.passphrase(keys))
        make_book(made / "desk.sqlite")
        write_about(made, About(issuer.name, lone, stamp(datetime.now(UTC))))
        if folder.exists():
            folder.rmdir()
        patiently(lambda: made.replace(folder))
    except OSError as error:
        raise CourseError(
            f"The desk could not be made in {folder} ({error.strerror}). "
            "Check that the folder can be written to and has room, then try again."
        ) from None
    finally:
        shutil.rmtree(made, ignore_errors=True)


def open_desk_folder(folder: Path) -> About:
    """Read what a desk's folder says about the desk, and make the folder fit for work.

    Raises
    ------
    Refused
        If the place is not safe for a desk.
    CourseError
        If there is no desk, or a newer version of the course made it.
    """
    _refuse_unsafe_place(folder)
    try:
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        schema = about.pop("schema")
        if schema != SCHEMA:
            raise CourseError(
                f"The desk in {folder} was made by another version of the course "
                f"(its layout is {schema}, this version reads {SCHEMA}). Update the course."
            )
        found = About(**about)
    except FileNotFoundError:
        raise CourseError(
            f"There is no marking desk in {folder}. Make one: qi-course desk create."
        ) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise CourseError(
            f"{folder / _ABOUT} can't be read. Put it back from the desk's backup."
        ) from None
    for name in FOLDERS:
        (folder / name).mkdir(mode=0o700, exist_ok=True)
    # nbgrader and formgrader read their settings from the course root.
    config = (COURSE / "nbgrader_config.py").read_bytes()
    path = folder / "nbgrader_config.py"
    if not path.is_file() or path.read_bytes() != config:
        write_whole(path, config, mode=0o600)
    return found


def write_about(folder: Path, about: About) -> None:
    """Write what a desk's folder says about the desk, in place of what it said.

    Raises
    ------
    CourseError
        If it can't be written; what it said before still stands.
    """
    text = json.dumps({"schema": SCHEMA, **asdict(about)}, ensure_ascii=False, indent=1)
    try:
        write_whole(folder / _ABOUT, f"{text}\n".encode(), mode=0o600)
    except OSError as error:
        raise CourseError(
            f"{folder / _ABOUT} can't be written ({error.strerror}). Make room on the desk's "
            "disk, then try again."
        ) from None


def _refuse_unsafe_place(folder: Path) -> None:
    """Refuse a folder where a desk's book could break or its keys could be read."""
    advice = (
        "Choose a folder on this computer's own disk, such as qi-course-desk in your home folder; "
        "QI_COURSE_DESK can name one."
    )
    text = str(folder).replace("\\", "/")
    if text.startswith("//"):
        raise Refused(f"{folder} is on a network share, where the desk's book can break. {advice}")
    if any(part.lower().startswith("onedrive") for part in text.split("/")):
        raise Refused(f"{folder} is kept in step by OneDrive, which copies keys away. {advice}")
    # Through links too: a desk must not end up inside another folder under an innocent name.
    for place in (folder, folder.resolve()):
        for parent in (place, *place.parents):
            if parent == REPOSITORY:
                raise Refused(f"{folder} is inside the course's own folder. {advice}")
            if (parent / ".qi-course" / "workspace.json").is_file():
                raise Refused(
                    f"{folder} is inside a learner's folder, who must not read the desk. {advice}"
                )
