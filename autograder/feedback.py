"""What a learner is told about each question, and nbgrader's feedback page made safe.

nbgrader's own feedback page is the marked notebook itself: its hidden tests, their tracebacks and
whatever HTML a submission brought along. Ours is written afresh from marks, questions and comments,
so nothing else can get into it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from nbconvert.exporters.exporter import Exporter
from nbformat import NotebookNode

from autograder.marking_record import MarkingRecord
from autograder.nbgrader_root import convert
from course.bank import BANK
from course.paper import Given, Paper, open_paper
from course.result import SlotFeedback
from course.syllabus import load_syllabus


def slot_feedback(
    folder: Path, record: MarkingRecord, whys: Mapping[str, str]
) -> tuple[SlotFeedback, ...]:
    """Return what there is to say about each question of a marked paper.

    Parameters
    ----------
    folder : Path
        The paper that was marked: ``bank.toml``, ``attempt.json`` and ``answers.json``.
    record : MarkingRecord
        Its marks.
    whys : mapping of str to str
        By question, why the right answer is right, as far as the marking said so.

    Returns
    -------
    tuple of SlotFeedback
        With marks and reasons in it: take them out with `before_a_pass` until there is a pass.
    """
    paper = open_paper(folder)
    return tuple(
        SlotFeedback(
            slot=drawn.slot.id,
            question=drawn.item.text,
            given=in_words(paper, paper.answer(drawn.slot.id)),
            right=drawn.slot.id in record.right,
            read_again=drawn.slot.read_again,
            why=whys.get(drawn.slot.id),
        )
        for drawn in paper.drawn
    )


def in_words(paper: Paper, given: Given) -> str | None:
    """Return an answer in the words of its options; None if there was none.

    An answer to several rows is told row by row, as they were shown: ``Plan: First; Do: Second``.
    """
    if given.choice is None:
        return None
    drawn = next(drawn for drawn in paper.drawn if drawn.slot.id == given.slot)
    item = drawn.item
    if isinstance(given.choice, str):
        return item.options[given.choice]
    chosen = dict(each.split("=", 1) for each in given.choice)
    return "; ".join(_told(item.rows[row], item.options[chosen[row]]) for row in drawn.rows)


def _told(row: str, option: str) -> str:
    """Return a row and its option as one part of a list, which no full stop may end early."""
    row, option = row.rstrip("."), option.rstrip(".")
    return f"{row} {option}" if row.endswith("?") else f"{row}: {option}"


def before_a_pass(feedback: tuple[SlotFeedback, ...]) -> tuple[SlotFeedback, ...]:
    """Return feedback without marks and reasons: before a pass they would tell the key."""
    return tuple(replace(each, right=None, why=None) for each in feedback)


def to_read_again(feedback: tuple[SlotFeedback, ...]) -> tuple[str, ...]:
    """Return the parts of the lesson in which not every answer was right, each once."""
    return tuple(dict.fromkeys(each.read_again for each in feedback if not each.right))


def write_feedback(root: Path, assessment: str, pseudonym: str) -> Path:
    """Make nbgrader's feedback page for one marked submission, and return its path.

    Raises
    ------
    ExecutionFailed
        If nbgrader can't make it.
    """
    from nbgrader.converters import GenerateFeedback

    convert(GenerateFeedback, root, assessment, pseudonym)
    return root / "feedback" / pseudonym / assessment / f"{assessment}.html"


class FeedbackPage(Exporter):
    """Writes the feedback page. nbgrader finds it by its name in ``nbgrader_config.py``."""

    output_mimetype = "text/html"
    file_extension = ".html"

    def from_notebook_node(  # type: ignore[override]  # as in nbconvert's own exporters
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page of a marked notebook, with nbgrader's marks already in its metadata."""
        nb, resources = super().from_notebook_node(nb, resources, **kwargs)
        folder = Path(resources["metadata"]["path"])
        paper = open_paper(folder) if (folder / BANK).is_file() else None
        rows = [
            _row(number, cell, paper)
            for number, cell in enumerate(filter(_is_marked, nb.cells), start=1)
        ]
        marks = resources["nbgrader"]
        title = f"Feedback on {escape(_title(marks['assignment']))}"
        page = _PAGE.format(
            title=title, score=_points(marks["score"], marks["max_score"]), rows="\n".join(rows)
        )
        return page, resources


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


def _row(number: int, cell: NotebookNode, paper: Paper | None) -> str:
    about = cell.metadata.nbgrader
    lines = [f"<h2>Question {number}</h2>"]
    drawn = {each.slot.id: each for each in paper.drawn} if paper else {}
    if paper and about.grade_id in drawn:
        given = in_words(paper, paper.answer(about.grade_id))
        lines.append(f"<p>{escape(drawn[about.grade_id].item.text)}</p>")
        lines.append(f"<p>Your answer: {escape(given) if given else 'none'}</p>")
    elif cell.cell_type == "markdown" and about.get("solution"):
        lines.append(f"<p>Your answer:</p><pre>{escape(cell.source)}</pre>")
    if about.get("grade") or about.get("task"):
        lines.append(f"<p>Marks: {_points(about.get('score') or 0, about.get('points') or 0)}</p>")
    if about.get("comment"):
        lines.append(f"<div>Comment: {_MARKDOWN.render(about.comment)}</div>")
    return "\n".join(lines)


# A marker's comment is markdown; HTML in it is shown as text, and links and pictures stay text.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["link", "image", "autolink"])


def _title(assessment: str) -> str:
    known = {each.id: each.title for each in load_syllabus().assessments}
    return known.get(assessment, assessment)


def _is_marked(cell: NotebookNode) -> bool:
    about = cell.metadata.get("nbgrader") or {}
    return bool(about.get("grade") or about.get("task") or about.get("comment"))


def _points(score: float, most: float) -> str:
    return f"{score:g} of {most:g}"
