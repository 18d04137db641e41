"""A submission as nbgrader wants it, put together from the desk's release and a hand-in.

Of a hand-in of answers nothing but the answers is used, so nothing that a learner sends is ever
executed. Of a hand-in of code it is the notebook, which runs in the sandbox alone.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.book import Receipt
from autograder.credentials.moments import read
from autograder.feedback import GIVEN_BEFORE, in_words
from autograder.hand_in_file import HandIn
from course.bank import Item
from course.handin import ANSWERS
from course.notebook import read_notebook
from course.paper import ATTEMPT_FILE, open_paper
from qi_tools.whole_file import patiently

if TYPE_CHECKING:
    from nbgrader.api import Gradebook


def rebuild(root: Path, receipt: Receipt, answers: bytes) -> None:
    """Put together a submission of answers; it is there whole or not at all.

    Parameters
    ----------
    root : Path
        The course root, with the assessment's release in it.
    receipt : Receipt
        Whose attempt it is, and which.
    answers : bytes
        The answers file, which must have been checked.
    """
    with _put_together(root, receipt) as folder:
        (folder / ANSWERS).write_bytes(answers)
        _show_answers(folder / f"{receipt.assessment}.ipynb")


def lay_out(root: Path, receipt: Receipt, hand_in: HandIn) -> None:
    """Put together a submission of code: the learner's own notebook beside the release's files.

    Parameters
    ----------
    root : Path
        The course root, with the assessment's release in it.
    receipt : Receipt
        Whose attempt it is, and which.
    hand_in : HandIn
        What was handed in.
    """
    with _put_together(root, receipt) as folder:
        (folder / ANSWERS).write_bytes(hand_in.answers)
        (folder / f"{receipt.assessment}.ipynb").write_bytes(hand_in.notebook)


@contextlib.contextmanager
def _put_together(root: Path, receipt: Receipt) -> Iterator[Path]:
    """Make ``submitted/<pseudonym>/<assessment>`` in a folder beside it, then move it there."""
    assessment, pseudonym = receipt.assessment, receipt.pseudonym
    target = root / "submitted" / pseudonym / assessment
    made = target.with_name(f".{assessment}")
    shutil.rmtree(made, ignore_errors=True)
    shutil.rmtree(target, ignore_errors=True)
    made.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(root / "release" / assessment, made, copy_function=_copy)
    received = read(receipt.received_at).astimezone(UTC)
    (made / ATTEMPT_FILE).write_bytes(_attempt(receipt))
    (made / "timestamp.txt").write_text(f"{received:%Y-%m-%d %H:%M:%S} UTC\n", encoding="utf-8")
    yield made
    patiently(lambda: made.replace(target))


def _copy(source: str, target: str) -> None:
    """Copy a file without its mode: nbgrader leaves its own read-only."""
    Path(target).write_bytes(Path(source).read_bytes())


def is_of(folder: Path, receipt: Receipt) -> bool:
    """Say whether a submission's folder, handed in or marked, holds this very attempt."""
    card = folder / ATTEMPT_FILE
    return card.is_file() and card.read_bytes() == _attempt(receipt)


def _show_answers(path: Path) -> None:
    """Write each question and the answer given beside it, for the expert in formgrader.

    A marked notebook has no live questions: without this it shows only marks and code. The answer
    that gets a mark stands above it; what is asked in the learner's own words has no mark, and the
    answer stands below it.
    """
    paper = open_paper(path.parent)
    answers, chosen = paper.answers.load(), paper.all_answers()
    marked = {
        drawn.slot.id: _shown(
            drawn.slot.id, _asked(drawn.item), in_words(paper, chosen[drawn.slot.id])
        )
        for drawn in paper.drawn
    } | {back.id: _shown(back.id, back.text, GIVEN_BEFORE) for back in paper.look_backs}
    notebook = read_notebook(path)
    cells: list[Mapping[str, Any]] = []
    for cell in notebook.cells:
        slot = cell.raw["metadata"].get("nbgrader", {}).get("grade_id")
        cells += [marked[slot]] if slot in marked else []
        cells.append(cell.raw)
        for call in notebook.questions:
            if call.cell == cell and call.name == "written" and call.id:
                answer = answers.get(call.id)
                given = answer.value if answer and isinstance(answer.value, str) else None
                cells.append(_shown(call.id, str(notebook.value(call.part("prompt"))), given))
    content = {**notebook.content, "cells": cells}
    path.write_bytes(json.dumps(content, ensure_ascii=False, indent=1).encode())


def _asked(item: Item) -> str:
    """Return a question in words, those of its chart among them."""
    if item.chart is None:
        return item.text
    return f"{item.text}\n{item.chart.drawn().describe()}"


def _shown(name: str, question: str, given: str | None) -> dict[str, Any]:
    """Return a cell that shows a question and an answer as text, whatever is in them."""
    # Without an empty line, a paragraph in HTML ends at its own end, and no markdown is read in it.
    text, answer = (
        "<br>".join(escape(line) for line in each.splitlines() if line.strip())
        for each in (question, given or "")
    )
    return {
        "cell_type": "markdown",
        "id": f"shown-{name}",
        "metadata": {},
        "source": f"<p>{text}</p><p><b>Answer:</b> {answer or 'none'}</p>",
    }


def _attempt(receipt: Receipt) -> bytes:
    """Return the attempt's card as the desk knows it, whatever the learner's copy said."""
    card = {
        "schema": 1,
        "pseudonym": receipt.pseudonym,
        "assessment": receipt.assessment,
        "version": receipt.version,
        "attempt": receipt.attempt,
    }
    return json.dumps(card).encode()


def forget_another_attempt(gradebook: Gradebook, root: Path, receipt: Receipt) -> None:
    """Take the marks of another attempt out of the gradebook, before this one takes its place.

    nbgrader has one submission a learner, and marks given by hand would pass on to the next
    attempt. The desk's own book keeps the marks of every attempt.

    Parameters
    ----------
    gradebook : Gradebook
        nbgrader's gradebook, open.
    root : Path
        The course root.
    receipt : Receipt
        The attempt that comes.
    """
    from nbgrader.api import MissingEntry

    assessment, pseudonym = receipt.assessment, receipt.pseudonym
    if not is_of(root / "submitted" / pseudonym / assessment, receipt):
        with contextlib.suppress(MissingEntry):
            gradebook.remove_submission(assessment, pseudonym)
