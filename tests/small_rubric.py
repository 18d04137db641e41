"""A small rubric, and an assessment with written work for the desk's tests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

from course.syllabus import Moderation, Syllabus, load_syllabus
from tests.small_desk import cell_about, small_notebook, write_source

RULES = Moderation(pass_level=2, floor_level=1, borderline_points=1, apart_levels=1, least_tasks=2)
CRITERIA = ("w1-data", "w1-change", "w2-question", "w2-tone")
TEXTS = {
    "w1-data": "Shows the measure over time",
    "w1-change": "Says what was changed",
    "w2-question": "Asks what was learnt",
    "w2-tone": "Blames no one",
}


def small_rubric() -> str:
    """Return a rubric of two tasks with two criteria each."""
    parts = ['schema = 1\nassessment = "all_staff_check"\nversion = "1"\n']
    for task, title in (("w1", "Improve a paper"), ("w2", "Ask a question")):
        parts.append(
            f'[[task]]\nid = "{task}"\ntitle = "{title}"\nmodule = "A1"\ntopic = "1"\n'
            f'read_again = "Section {task}"\n'
        )
        for name in CRITERIA:
            if name.startswith(task):
                levels = ", ".join(f'"{name} at level {level}"' for level in range(4))
                phrases = ", ".join(f'["such as {level}"]' for level in range(4))
                parts.append(
                    f'[[task.criterion]]\nid = "{name[3:]}"\ntext = "{TEXTS[name]}"\n'
                    f"levels = [{levels}]\nphrases = [{phrases}]\n"
                )
    return "\n".join(parts)


def written_source(folder: Path) -> Path:
    """Write the small assessment with two written tasks, two criteria each."""
    write_source(folder)
    place = folder / "all_staff_check"
    (place / "rubric.toml").write_text(small_rubric(), encoding="utf-8", newline="\n")
    notebook = small_notebook()
    for task in ("w1", "w2"):
        notebook.cells.append(
            new_code_cell(
                "from qi_tools.teaching import written\n"
                f'written("{task}-text", "Write {task}.", answers=paper.answers)',
                id=task,
                metadata=cell_about(task, grade=False),
            )
        )
        del notebook.cells[-1].metadata.nbgrader["points"]
        for name in CRITERIA:
            if name.startswith(task):
                about = cell_about(name, grade=False, task=True, points=3, cell_type="markdown")
                notebook.cells.append(
                    new_markdown_cell(f"**{TEXTS[name]}**", id=name, metadata=about)
                )
    nbformat.write(notebook, place / "all_staff_check.ipynb")
    return folder


def written_syllabus() -> Syllabus:
    """Return the course's syllabus, its first assessment with written work."""
    syllabus = load_syllabus()
    first, *others = syllabus.assessments
    first = replace(first, written=("w1", "w2"), moderation=RULES)
    return replace(syllabus, assessments=(first, *others))
