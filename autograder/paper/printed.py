"""Files to print: each run makes a folder of its own in the desk's ``paper``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from autograder.desk import Desk
from autograder.paper.entry import list_to_fill
from autograder.paper.pages import ORDINARY, results_page, sheets_page
from autograder.paper.sheet import questions, sheets_due
from autograder.people import Person
from autograder.returns import result_of
from course.errors import CourseError, Fault, Refused
from course.result import Result
from course.syllabus import Assessment, Syllabus
from qi_tools.whole_file import write_whole

SHEETS, LIST, RESULTS = "sheets.html", "answers.csv", "results.html"


@dataclass(frozen=True, slots=True)
class Printed:
    """What was made: the folder, for how many people, and for whom there is nothing, and why."""

    folder: Path
    people: int
    faults: tuple[Fault, ...]


def print_sheets(
    desk: Desk,
    assessment: Assessment,
    people: Collection[Person],
    now: datetime,
    letters: str = ORDINARY,
) -> Printed:
    """Write question sheets to print, and the list for typing the answers.

    Parameters
    ----------
    desk : Desk
        The desk.
    assessment : Assessment
        Which.
    people : collection of Person
        Who wants one.
    now : datetime
        The desk's time.
    letters : str
        The size of the letters; see `autograder.paper.pages`.

    Raises
    ------
    Refused
        If no one may take the assessment now, or it has written work or trees of measures: those
        can't be typed as letters.
    CourseError
        If the files can't be written.
    """
    if assessment.written:
        raise Refused(
            f"{assessment.id} has written work, which the list for typing has no room for. Let the "
            "learner take it on a computer, where someone may read aloud and type for them."
        )
    if any(item.measures for slot in questions(desk, assessment).slots for item in slot.items):
        raise Refused(
            f"{assessment.id} asks for trees of measures, which grow on a screen and not on paper. "
            "Let the learner take it on a computer, where someone may read aloud and type for them."
        )
    sheets, faults = sheets_due(desk, assessment, people, now)
    if not sheets:
        reasons = "".join(f"\n  {fault}" for fault in faults)
        raise Refused(f"No one needs a sheet of {assessment.id} now.{reasons}")
    page = sheets_page(sheets, assessment, desk.organisation, letters)
    # With a byte-order mark, spreadsheets read accents as they are.
    files = {SHEETS: page.encode(), LIST: list_to_fill(sheets).encode("utf-8-sig")}
    folder = _written(desk, f"{assessment.id}_sheets", now, files)
    return Printed(folder, len(sheets), faults)


def print_results(
    desk: Desk,
    syllabus: Syllabus,
    assessment: Assessment,
    people: Collection[Person],
    now: datetime,
) -> Printed:
    """Write the results of those who answered on paper, with their certificates, to print.

    Parameters
    ----------
    desk : Desk
        The desk.
    syllabus : Syllabus
        The rules on passing and trying again.
    assessment : Assessment
        Which.
    people : collection of Person
        Whose results are wanted; those who answered on a computer are left out.
    now : datetime
        The desk's time.

    Raises
    ------
    Refused
        If no one of them has a result on paper.
    CourseError
        If the files can't be written.
    """
    results = _results_on_paper(desk, syllabus, assessment, people)
    if not results:
        raise Refused(
            f"No one has a result of {assessment.id} from paper yet. Enter the filled-in sheets "
            "first (qi-course desk paper enter), then mark them (qi-course mark)."
        )
    files = {RESULTS: results_page(results, assessment, desk.organisation).encode()}
    for person, result in results:
        if result.certificate_html is not None:
            files[f"certificate_{person.pseudonym}.html"] = result.certificate_html.encode()
    return Printed(_written(desk, f"{assessment.id}_results", now, files), len(results), ())


def _results_on_paper(
    desk: Desk, syllabus: Syllabus, assessment: Assessment, people: Collection[Person]
) -> Sequence[tuple[Person, Result]]:
    from_paper = {entry.receipt for entry in desk.paper_entries()}
    newest = {
        marking.receipt.pseudonym: marking
        for marking in desk.marked()
        if marking.receipt.number in from_paper and marking.receipt.assessment == assessment.id
    }
    return [
        (person, result_of(desk, syllabus, newest[person.pseudonym]))
        for person in people
        if person.pseudonym in newest
    ]


def _written(desk: Desk, name: str, now: datetime, files: dict[str, bytes]) -> Path:
    folder = desk.folder / "paper" / f"{name}_{now:%Y%m%dT%H%M%SZ}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for file, data in files.items():
            write_whole(folder / file, data, mode=0o600)
    except OSError as error:
        raise CourseError(
            f"The files to print could not be written ({error.strerror}). Make room on the "
            "desk's disk, then run the command again; nothing else was changed."
        ) from None
    return folder
