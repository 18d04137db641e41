"""The feedback page of a marked submission.

nbgrader's own is the marked notebook itself: its hidden tests, their tracebacks and whatever HTML a
submission brought along. Ours is written afresh from marks, questions and comments, so nothing else
can get into it. `feedback_exporter` gives the same page to nbgrader.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from autograder.cell_marks import NotebookMarks
from autograder.check_feedback import is_check, why_not
from autograder.feedback import told_answers
from autograder.plain_markdown import plain_markdown
from course.paper import Paper, open_paper
from course.syllabus import load_syllabus
from qi_tools.whole_file import patiently


def write_feedback(
    root: Path, assessment: str, pseudonym: str, marks: Mapping[str, NotebookMarks]
) -> Path:
    """Write the feedback pages of one marked submission, in place of all that was there.

    Nothing of the submission is copied beside them, as nbgrader would do, links included.

    Parameters
    ----------
    root : Path
        The course root, with the submission under ``autograded/``.
    assessment, pseudonym : str
        Whose submission, of which assessment.
    marks : mapping of str to NotebookMarks
        The marks of each notebook; see `cell_marks.marks_of`.

    Returns
    -------
    Path
        The folder, with a page for each notebook.
    """
    marked = root / "autograded" / pseudonym / assessment
    paper = paper_of(assessment, marked)
    pages = {}
    for name, given in marks.items():
        path = marked / f"{name}.ipynb"
        if path.is_file():
            cells = json.loads(path.read_bytes())["cells"]
            pages[f"{name}.html"] = feedback_page(assessment, cells, given, paper)
    folder = root / "feedback" / pseudonym / assessment
    folder.mkdir(parents=True, exist_ok=True)
    for page, html in pages.items():
        _replace(folder / page, html.encode())
    for old in folder.iterdir():
        if old.name not in pages:
            if old.is_dir() and not old.is_symlink():
                shutil.rmtree(old)
            else:
                old.unlink()
    return folder


def _replace(page: Path, data: bytes) -> None:
    """Put a page in the place of an older one, or of a link of its name.

    Unlike `write_whole` it does not wait for the disk: a page can always be made again.
    """
    part = page.with_name(f".{page.name}")
    part.unlink(missing_ok=True)
    with part.open("xb") as file:
        part.chmod(0o600)
        file.write(data)
    patiently(lambda: part.replace(page))


def paper_of(assessment: str, folder: Path) -> Paper | None:
    """Return the paper in the folder of a marked submission; None where there are no papers.

    Only an answer-file assessment has one, and there the desk itself put it into the folder. In
    any other, a file of that name is the learner's.
    """
    return None if load_syllabus().holds_code(assessment) else open_paper(folder)


def feedback_page(
    assessment: str,
    cells: Sequence[Mapping[str, Any]],
    marks: NotebookMarks,
    paper: Paper | None,
) -> str:
    """Return the feedback page of a marked notebook.

    Parameters
    ----------
    assessment : str
        Its assessment.
    cells : sequence of mapping
        Its cells.
    marks : NotebookMarks
        Its marks.
    paper : Paper or None
        The questions that it answers, if there were any.
    """
    places = [place for place, cell in enumerate(cells) if _is_marked(cell, marks)]
    told = told_answers(paper) if paper else ()
    answered = {slot.id: (question, given) for slot, question, given in told}
    rows = [_row(number, cells, place, marks, answered) for number, place in enumerate(places, 1)]
    if marks.late_penalty:
        rows.insert(0, f"<p>{marks.late_penalty:g} taken off because it came late.</p>")
    title = f"Feedback on {escape(_title(assessment))}"
    score = _points(marks.total, marks.max_score)
    return _PAGE.format(title=title, score=score, rows="\n".join(rows))


# No script, no picture and nothing from elsewhere can run or load, whatever a comment holds.
_PAGE = """<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 1.1rem/1.5 system-ui, "Segoe UI", Roboto, Arial, sans-serif; color: #17252b;
  background: #fff; max-width: 70ch; margin: 2rem auto; padding: 0 1rem; }}
h2 {{ font-size: 1.2rem; margin: 2rem 0 .25rem; border-top: 1px solid #7b8a8a; padding-top: 1rem; }}
p, pre {{ margin: .25rem 0; white-space: pre-wrap; font: inherit; overflow-wrap: anywhere; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p><strong>Marks: {score}</strong></p>
{rows}
</main>
</body>
</html>
"""


def _is_marked(cell: Mapping[str, Any], marks: NotebookMarks) -> bool:
    about = cell["metadata"].get("nbgrader") or {}
    given = marks.cells.get(str(about.get("grade_id")))
    return given is not None and bool(about.get("grade") or about.get("task") or given.comment)


def _row(
    number: int,
    cells: Sequence[Mapping[str, Any]],
    place: int,
    all_marks: NotebookMarks,
    answered: Mapping[str, tuple[str, str | None]],
) -> str:
    cell = cells[place]
    about = cell["metadata"]["nbgrader"]
    slot = about["grade_id"]
    marks = all_marks.cells[slot]
    lines = [f"<h2>Question {number}</h2>"]
    why = None
    if slot in answered:
        question, given = answered[slot]
        lines.append(f"<p>{escape(question)}</p>")
        lines.append(f"<p>Your answer: {escape(given) if given else 'none'}</p>")
    elif about.get("solution") and cell["cell_type"] == "markdown":
        lines.append(f"<p>Your answer:</p><pre>{escape(''.join(cell['source']))}</pre>")
    elif is_check(cell) and not marks.full:
        why = why_not(cells, place)
    if about.get("grade") or about.get("task"):
        lines.append(f"<p>Marks: {_points(marks.score, marks.points)}</p>")
    if why:
        lines.append(f"<p>{escape(why)}</p>")
    if marks.comment:
        lines.append(f"<div>Comment: {plain_markdown(marks.comment)}</div>")
    return "\n".join(lines)


def _title(assessment: str) -> str:
    known = {each.id: each.title for each in load_syllabus().assessments}
    return known.get(assessment, assessment)


def _points(score: float, most: float) -> str:
    return f"{score:g} of {most:g}"
