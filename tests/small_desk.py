"""A small assessment, a desk and learners for the desk's tests. All people are simulated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.book import Marking, Receipt
from autograder.desk import Desk
from autograder.intake import take_in
from autograder.marking import mark
from autograder.marking_record import MarkingRecord
from autograder.nbgrader_root import gradebook_url, nbgrader
from course.enrolment import Enrolment, read_enrolment
from course.handin import pack
from course.paper import open_paper
from course.result import SlotFeedback
from qi_tools.answers import AnswerFile

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
# Those that are also the hurdle of the course's own assessment: so its rules hold for this one,
# and four of the five are a pass.
SLOTS = ("q10", "q11", "q12", "q13", "q14")
RIGHT = "b"  # in every question of the small assessment
WHY = "The second one is right, because this sentence says so."


def cell_about(slot: str, **more: object) -> dict[str, object]:
    about = {"grade": True, "grade_id": slot, "locked": True, "points": 1, "schema_version": 3}
    return {"nbgrader": {**about, "solution": False, "task": False, "cell_type": "code", **more}}


def small_notebook(hidden: Mapping[str, str] | None = None) -> nbformat.NotebookNode:
    """The source of a small assessment; ``hidden`` replaces the check of some slots."""
    cells = [
        new_markdown_cell("# A small check", id="title"),
        new_code_cell(
            "from course.paper import open_paper\n\npaper = open_paper()",
            id="setup",
            metadata=cell_about("setup", grade=False),
        ),
    ]
    del cells[1].metadata.nbgrader["points"]
    for slot in SLOTS:
        key = {f"a1-{slot}-{letter}": (RIGHT, f"{WHY} ({slot}, {letter})") for letter in "abc"}
        check = f"right, why = {key!r}[given.item]\nassert given.choice == right, why"
        check = (hidden or {}).get(slot, check)
        cells.append(
            new_code_cell(
                f'given = paper.answer("{slot}")\n'
                f"### BEGIN HIDDEN TESTS\n{check}\n### END HIDDEN TESTS",
                id=slot,
                metadata=cell_about(slot),
            )
        )
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def small_bank() -> str:
    parts = ['schema = 1\nassessment = "all_staff_check"\nversion = "1"\n']
    for slot in SLOTS:
        parts.append(
            f'[[slot]]\nid = "{slot}"\nmodule = "A1"\ntopic = "1"\ndifficulty = "easy"\n'
            f'objective = "Choose {slot}"\nread_again = "Section {slot}"\n'
        )
        for letter in "abc":
            parts.append(
                f'[[slot.item]]\nid = "a1-{slot}-{letter}"\ntext = "Which one, {slot} {letter}?"\n'
                '[slot.item.options]\na = "The first"\nb = "The second"\nc = "The third"\n'
                '[slot.item.chart]\nname = "Falls"\nunit = "falls"\nstart = 2026-01-05\n'
                "values = [3, 4, 2, 3, 4, 3, 2, 9, 3, 4, 3, 2]\n"
            )
    return "\n".join(parts)


def write_source(folder: Path, hidden: Mapping[str, str] | None = None) -> Path:
    """Write the source of the small assessment under the course's own short name."""
    assessment = folder / "all_staff_check"
    assessment.mkdir(parents=True)
    (assessment / "bank.toml").write_text(small_bank(), encoding="utf-8", newline="\n")
    nbformat.write(small_notebook(hidden), assessment / "all_staff_check.ipynb")
    return folder


def staff_list(folder: Path, people: int) -> Path:
    rows = "".join(f"{i},Person {i},p{i}@example.org,All staff\n" for i in range(1, people + 1))
    path = folder / "staff.csv"
    path.write_text(f"staff_number,name,email,staff_group\n{rows}", encoding="utf-8")
    return path


def enrolled(desk: Desk, folder: Path, people: int = 1) -> list[Enrolment]:
    """Enrol some simulated people and return their enrolments."""
    return [read_enrolment(path) for path in desk.enrol(staff_list(folder, people))]


def hand_in(
    enrolment: Enrolment,
    folder: Path,
    right: int = 5,
    *,
    attempt: int = 1,
    version: str = "1",
    answered: int = 5,
    tags: tuple[str, ...] = (),
    written: Mapping[str, str] | None = None,
    now: datetime = NOW,
) -> Path:
    """Take the small assessment with some answers right, and pack it."""
    work = folder / f"{enrolment.pseudonym}_{attempt}"
    work.mkdir(parents=True)
    card = {"schema": 1, "pseudonym": enrolment.pseudonym, "assessment": "all_staff_check"}
    card = {**card, "version": version, "attempt": attempt}
    (work / "attempt.json").write_text(json.dumps(card), encoding="utf-8")
    notebook = small_notebook(dict.fromkeys(SLOTS, "pass"))
    for cell in notebook.cells:
        cell.metadata["tags"] = list(tags)
    nbformat.write(notebook, work / "all_staff_check.ipynb")
    (work / "bank.toml").write_text(small_bank(), encoding="utf-8", newline="\n")
    if version == "1":
        for place, drawn in enumerate(open_paper(work).drawn[:answered]):
            AnswerFile(work / "answers.json").save(drawn.item.id, RIGHT if place < right else "a")
    for name, text in (written or {}).items():
        AnswerFile(work / "answers.json").save(name, text)
    if not (work / "answers.json").exists():
        # The desk must bear a paper without answers, though the course packs none.
        AnswerFile(work / "answers.json").save("a1-none", "x")
    return pack(work, enrolment, work / "outbox", now)


def scores_of(score: float, questions: int = 5) -> tuple[tuple[str, float], ...]:
    """Spread a score over questions, the first ones right: the small assessment's, then more."""
    return tuple(
        (f"q{10 + place}", float(min(max(score - place, 0), 1))) for place in range(questions)
    )


#: Eighteen of twenty questions are right, but only three of the five charts.
CHARTS_MISSED = tuple((f"q{place}", 0.0 if place in (10, 11) else 1.0) for place in range(1, 21))


def give_marks(desk: Desk, receipt: Receipt, score: float, marked_at: datetime) -> MarkingRecord:
    """Write marks into the desk's book without running anything."""
    record = MarkingRecord(
        pseudonym=receipt.pseudonym,
        assessment=receipt.assessment,
        version=receipt.version,
        attempt=receipt.attempt,
        hand_in_sha256=receipt.sha256,
        scores=scores_of(score),
        score=float(score),
        max_score=5.0,
        marked_at=f"{marked_at:%Y-%m-%dT%H:%M:%SZ}",
    )
    feedback = tuple(
        SlotFeedback(slot, f"Which, {slot}?", "The first", place < score, "Section", WHY)
        for place, slot in enumerate(SLOTS)
    )
    desk.add_marking(Marking(receipt, "marked", None, record, feedback), marked_at)
    return record


class OneLearner:
    """A desk with one learner, whose hand-in waits to be marked with real nbgrader."""

    def __init__(
        self, folder: Path, hidden: Mapping[str, str] | None = None, *, right: int = 5
    ) -> None:
        self.source = write_source(folder / "source", hidden)
        self.desk = Desk.create(folder / "desk", "Riverside (simulated)")
        (self.learner,) = enrolled(self.desk, folder)
        self.receipt = take_in(self.desk, hand_in(self.learner, folder, right), NOW)

    def marking(self) -> Marking:
        (marking,) = mark(self.desk, LATER, source=self.source).markings
        return marking

    def by_hand(self, manual_score: float | None, *, waits: bool = False) -> None:
        """Give the last question a mark, as an expert does in formgrader."""
        from nbgrader.api import Gradebook

        root = self.desk.folder
        with nbgrader(root), Gradebook(gradebook_url(root)) as gradebook:
            grade = gradebook.find_grade(
                "q14", "all_staff_check", "all_staff_check", self.learner.pseudonym
            )
            grade.manual_score = manual_score
            grade.needs_manual_grade = waits
            gradebook.db.commit()
