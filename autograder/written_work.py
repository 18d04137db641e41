"""Marking written work: the first marker in formgrader, the others blind, all in the desk's book.

The first marker gives levels in formgrader, and they are taken into the book under their name. A
second or third marker gets a sheet without a name or anyone's marks, and gives levels by criterion.
Whoever changes a level later says why; the book keeps both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from autograder.book import Receipt, WrittenMark
from autograder.credentials.moments import stamp
from autograder.desk import Desk
from autograder.engine.course_root import CourseRoot, open_course_root
from autograder.moderation import MOST_MARKERS, Standing, WrittenMarks, side_by_side, standing
from autograder.plain_markdown import plain_markdown
from autograder.submission import is_of
from course.errors import Fault, Refused
from course.handin import ANSWERS
from course.notebook import read_notebook
from course.rubric import LEVELS, RUBRIC, Rubric, Task, load_rubric
from course.syllabus import Moderation, Syllabus
from qi_tools.answers import AnswerFile

ORDINALS = ("first", "second", "third")


@dataclass(frozen=True, slots=True)
class WrittenPaper:
    """The written work of one attempt, and the marks that it has.

    Parameters
    ----------
    receipt : Receipt
        The attempt.
    folder : Path
        The marked paper, with the rubric in it.
    rubric : Rubric
        What it is marked by.
    rules : Moderation
        Who must mark it.
    marks : tuple of WrittenMark
        Every level that was ever given, in order.
    """

    receipt: Receipt
    folder: Path
    rubric: Rubric
    rules: Moderation
    marks: tuple[WrittenMark, ...]

    @property
    def by_marker(self) -> dict[str, dict[str, int]]:
        """The levels that each marker gives now, the first marker first."""
        given: dict[str, dict[str, int]] = {}
        for mark in self.marks:
            given.setdefault(mark.marker, {})[mark.criterion] = mark.level
        return given

    @property
    def written(self) -> WrittenMarks:
        """The levels by criterion, in the rubric's order."""
        names = [criterion.name for criterion in self.rubric.criteria]
        return side_by_side(
            [tuple((name, given[name]) for name in names) for given in self.by_marker.values()]
        )

    @property
    def standing(self) -> Standing:
        """How it stands."""
        return standing(self.written, self.rules)

    def words(self) -> str:
        """Say how it stands in one line, without a mark: a later marker may read it."""
        standing, receipt = self.standing, self.receipt
        name = f"Receipt {receipt.number}, {receipt.assessment}, attempt {receipt.attempt}"
        if standing.settled:
            return f"{name}: settled."
        which = ORDINALS[standing.markers]
        return f"{name}: waits for a {which} marker."

    def case(self, task: Task) -> str:
        """Return what a task put before the learner, as HTML; empty if it is not told in words.

        It stands in the cell that has the task's id, below its heading.
        """
        notebook = read_notebook(self.folder / f"{self.receipt.assessment}.ipynb")
        told = next((cell.source for cell in notebook.cells if cell.id == task.id), "")
        return plain_markdown(told.partition("\n")[2]) if told.startswith("#") else ""

    def texts(self, task: Task) -> Iterator[tuple[str, str]]:
        """Yield each thing that a task asked, and what was written; empty where nothing was."""
        notebook = read_notebook(self.folder / f"{self.receipt.assessment}.ipynb")
        answers = AnswerFile(self.folder / ANSWERS).load()
        for call in notebook.questions:
            if call.name == "written" and call.id and call.id.startswith(f"{task.id}-"):
                answer = answers.get(call.id)
                given = answer.value if answer and isinstance(answer.value, str) else ""
                yield str(notebook.value(call.part("prompt"))), given


def written_papers(desk: Desk, syllabus: Syllabus) -> tuple[WrittenPaper, ...]:
    """Return the written work that the desk's course root holds: everyone's latest attempt.

    Parameters
    ----------
    desk : Desk
        The desk.
    syllabus : Syllabus
        Which assessments have written work, and the rules of marking it.
    """
    found = []
    for assessment in syllabus.assessments:
        if assessment.moderation is None:
            continue
        for receipt in desk.receipts():
            folder = desk.folder / "autograded" / receipt.pseudonym / receipt.assessment
            if receipt.assessment == assessment.id and is_of(folder, receipt):
                marks = desk.written_marks(receipt)
                rubric = load_rubric(folder / RUBRIC)
                found.append(WrittenPaper(receipt, folder, rubric, assessment.moderation, marks))
    return tuple(found)


def the_paper(desk: Desk, syllabus: Syllabus, receipt: int) -> WrittenPaper:
    """Return the written work of one receipt.

    Raises
    ------
    Refused
        If the desk holds none of that number.
    """
    papers = {paper.receipt.number: paper for paper in written_papers(desk, syllabus)}
    if receipt not in papers:
        known = ", ".join(map(str, papers)) or "none"
        raise Refused(
            f"The desk has no written work of receipt {receipt}. It has: {known}. "
            "Run qi-course mark first."
        )
    return papers[receipt]


def take_marks(
    desk: Desk, syllabus: Syllabus, marker: str, now: datetime, reason: str | None = None
) -> tuple[tuple[WrittenPaper, ...], tuple[Fault, ...]]:
    """Take the levels that a marker gave in formgrader into the desk's book.

    Parameters
    ----------
    desk : Desk
        The desk.
    syllabus : Syllabus
        Which assessments have written work.
    marker : str
        Who gave them.
    now : datetime
        The desk's time.
    reason : str, optional
        Why levels were changed that were taken before.

    Returns
    -------
    tuple
        What was taken; and what was not, each with the reason.
    """
    taken, faults = [], []
    with desk.writing(), open_course_root(desk.folder) as course:
        for paper in written_papers(desk, syllabus):
            try:
                levels = _levels_in_formgrader(course, paper)
                if levels is None or levels in paper.by_marker.values():
                    continue
                first = next(iter(paper.by_marker), marker)
                if not _same(first, marker):
                    raise Refused(
                        f"formgrader holds the marks of {first}, who gave others. If {first} "
                        "changed them, take them in that name; others' marks are given blind, "
                        "with qi-course desk written give"
                    )
                taken.append(_given(desk, paper, marker, levels, now, reason))
            except Refused as why:
                faults.append(Fault(f"receipt {paper.receipt.number}", str(why)))
    return tuple(taken), tuple(faults)


def give_marks(  # noqa: PLR0917
    desk: Desk,
    syllabus: Syllabus,
    receipt: int,
    marker: str,
    levels: Mapping[str, int],
    now: datetime,
    reason: str | None = None,
) -> WrittenPaper:
    """Give levels to written work, without having seen anyone else's.

    Parameters
    ----------
    desk : Desk
        The desk.
    syllabus : Syllabus
        Which assessments have written work.
    receipt : int
        The receipt's number.
    marker : str
        Who marks it.
    levels : mapping of str to int
        By criterion, such as ``w1-data``: one for each.
    now : datetime
        The desk's time.
    reason : str, optional
        Why a level is changed, if the marker gave others before.

    Returns
    -------
    WrittenPaper
        With the new marks.

    Raises
    ------
    Refused
        If a level is missing or wrong, the marker may not mark it, or no one more is needed.
    """
    with desk.writing():
        return _given(desk, the_paper(desk, syllabus, receipt), marker, levels, now, reason)


def _given(  # noqa: PLR0917
    desk: Desk,
    paper: WrittenPaper,
    marker: str,
    levels: Mapping[str, int],
    now: datetime,
    reason: str | None,
) -> WrittenPaper:
    """Give levels, and return the paper with them."""
    name, why = " ".join(marker.split()), " ".join((reason or "").split()) or None
    _refuse_wrong(paper, levels)
    if not name:
        raise Refused("Say who marks it: --marker NAME.")
    if _same(name, desk.person(paper.receipt.pseudonym).name):
        raise Refused(f"It is {name}'s own work. Let someone else mark it.")
    known = {_plain(each): each for each in paper.by_marker}
    before = paper.by_marker.get(known.get(_plain(name), ""), {})
    if before and why is None:
        raise Refused(f"{name} has marked it before. Say why the marks change: --reason TEXT.")
    if not before and paper.by_marker and paper.standing.settled:
        raise Refused("It needs no further marker: its marks are settled.")
    if not before and len(known) == MOST_MARKERS:
        raise Refused(f"It has {MOST_MARKERS} markers already.")
    changed = {each: level for each, level in levels.items() if before.get(each) != level}
    if not changed:
        raise Refused(f"These are the marks that {name} gave before; nothing was changed.")
    number, at = paper.receipt.number, stamp(now)
    desk.add_written_marks(
        WrittenMark(number, at, known.get(_plain(name), name), each, level, why)
        for each, level in changed.items()
    )
    return replace(paper, marks=desk.written_marks(paper.receipt))


def _refuse_wrong(paper: WrittenPaper, levels: Mapping[str, int]) -> None:
    names = [criterion.name for criterion in paper.rubric.criteria]
    wrong = [f"{name} is no criterion" for name in levels if name not in names]
    wrong += [f"{name} has no level" for name in names if name not in levels]
    wrong += [
        f"{name} has {level}" for name, level in levels.items() if level not in range(len(LEVELS))
    ]
    if wrong:
        raise Refused(
            f"{'; '.join(wrong)}. Give each of {', '.join(names)} a whole level from 0 "
            f"({LEVELS[0]}) to {len(LEVELS) - 1} ({LEVELS[-1]})."
        )


def _levels_in_formgrader(course: CourseRoot, paper: WrittenPaper) -> dict[str, int] | None:
    """Return the levels given in formgrader; None while one is missing."""
    from nbgrader.api import BaseCell, Grade, SubmittedNotebook

    receipt = paper.receipt
    names = [criterion.name for criterion in paper.rubric.criteria]
    submission = course.gradebook.find_submission(receipt.assessment, receipt.pseudonym)
    found = dict(
        course.gradebook.db.query(BaseCell.name, Grade.manual_score)
        .filter(
            Grade.cell_id == BaseCell.id,
            Grade.notebook_id == SubmittedNotebook.id,
            SubmittedNotebook.assignment_id == submission.id,
            BaseCell.name.in_(names),
        )
        .all()
    )
    given = {name: found[name] for name in names if found.get(name) is not None}
    if len(given) < len(names):
        return None
    broken = [name for name, level in given.items() if level != int(level)]
    if broken:
        raise Refused(
            f"{', '.join(broken)} has half a level in formgrader. Give whole ones, 0 to "
            f"{len(LEVELS) - 1}."
        )
    return {name: int(level) for name, level in given.items()}


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _same(name: str, other: str) -> bool:
    return _plain(name) == _plain(other)
