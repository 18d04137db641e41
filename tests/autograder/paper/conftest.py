"""A desk with three simulated people and a paper of three questions: one of each kind."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from autograder.desk import Desk
from course.syllabus import Assessment, load_syllabus
from tests.small_desk import enrolled

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
ASSESSMENT = "all_staff_check"
VALUES = ", ".join(str(5 + week % 3) for week in range(12))
ITEM = {
    "q1": '[slot.item.options]\na = "Fast"\nb = "Slow"\nc = "Safe"\nd = "Late"\n',
    "q2": (
        '[slot.item.options]\na = "First"\nb = "Second"\nc = "Third"\n'
        '[slot.item.rows]\nact = "Decide"\nguess = "Guess"\ntest = "Try it"\n'
    ),
    "q3": (
        '[slot.item.options]\na = "Higher"\nb = "Lower"\nc = "The same"\n'
        '[slot.item.chart]\nname = "Waits"\nunit = "minutes"\nstart = 2026-01-05\n'
        f"values = [{VALUES}]\n"
    ),
}


def write_release(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    bank = [f'schema = 1\nassessment = "{ASSESSMENT}"\nversion = "1"\n']
    for slot, kind in ITEM.items():
        bank.append(
            f'[[slot]]\nid = "{slot}"\nmodule = "A1"\ntopic = "1"\ndifficulty = "easy"\n'
            f'objective = "Choose {slot}"\nread_again = "Section {slot}"\n'
        )
        for letter in "abc":
            text = f'[[slot.item]]\nid = "a1-{slot}-{letter}"\ntext = "What, <{slot}> {letter}?"\n'
            bank.append(text + kind)
    (folder / "bank.toml").write_text("\n".join(bank), encoding="utf-8", newline="\n")
    page = new_notebook(cells=[new_markdown_cell("# A small check", id="title")])
    nbformat.write(page, folder / f"{ASSESSMENT}.ipynb")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The desk; its question paper is there without a run of nbgrader."""
    made = Desk.create(tmp_path / "desk", "Riverside (simulated)")
    write_release(made.folder / "release" / ASSESSMENT)
    monkeypatch.setattr("autograder.paper.sheet.prepare_assessment", lambda *about: None)
    enrolled(made, tmp_path, 3)
    return made


@pytest.fixture
def plan() -> Assessment:
    return load_syllabus().assessment(ASSESSMENT)
