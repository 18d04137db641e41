"""How long a lesson really takes: the time to read it and to do what it asks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from course.notebook import Call, Cell, Notebook

#: Adults read English prose silently at about 238 words a minute (Brysbaert 2019, a review of 190
#: studies). A reader on a phone, at the end of a shift, is given more time.
WORDS_A_MINUTE = 200

#: Seconds to think and to answer, on top of reading. Our own judgement, not measured.
SECONDS: Mapping[str, int] = {
    "choice": 12,
    "several": 20,
    "number": 30,
    "order": 40,
    "predict": 15,
    "predict_number": 20,
    "match": 40,
    "build": 50,
    "scene": 60,
    "read_chart": 60,
    "measure_tree": 90,
    "branching": 60,
    "written": 60,
    "checklist": 90,
    "poll": 15,
    "experiment": 600,  # what the shortest of them takes alone
    "project": 300,  # to look at what a form asks, and begin
    "stepper": 15,
}

_TAG = re.compile(r"<[^>]*>|<[^>]*$|^[^<]*(?<=[\"'/])>")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9'’]*")


def honest_minutes(notebook: Notebook) -> float:
    """Return about how many minutes a learner needs for a lesson, facilitator's note left out.

    Of a question's feedback only what is said about one answer counts: most learners see one.

    Examples
    --------
    >>> from course.folders import MODULES
    >>> from course.notebook import read_notebook
    >>> lesson = read_notebook(MODULES / "1_all_staff" / "a1_why_improvement.ipynb")
    >>> 12 < honest_minutes(lesson) < 18
    True
    """
    cells = [cell for cell in notebook.cells if "facilitator" not in cell.tags]
    feedback = {
        id(part): call
        for call in notebook.questions
        if isinstance(part := call.part("feedback"), ast.Dict)
    }
    words = sum(_words_of(cell, feedback) for cell in cells)
    seconds = sum(SECONDS.get(call.name, 0) for call in notebook.calls)
    return words / WORDS_A_MINUTE + seconds / 60


def _words_of(cell: Cell, feedback: Mapping[int, Call]) -> float:
    if cell.tree is not None:
        return _words_in(cell.tree, feedback)
    markup = cell.markup
    texts = (*(each.text for each in markup.headings), *(each.text for each in markup.paragraphs))
    return _count(texts)


def _words_in(node: ast.AST, feedback: Mapping[int, Call]) -> float:
    """Count the words in the texts of a piece of code, its notes to programmers left out."""
    match node:
        case ast.Constant(value=str(text)):
            # A name, a colour or a piece of a drawing is not read.
            return _count([text]) if " " in text.strip() else 0
        case ast.Dict() if id(node) in feedback:
            return sum(_words_in(value, {}) for value in node.values) / max(len(node.values), 1)
    return sum(_words_in(child, feedback) for child in _shown(node))


def _shown(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        is_note = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
        if not (is_note and isinstance(node, ast.FunctionDef)):
            yield child


def _count(texts: Iterable[str]) -> int:
    return sum(len(_WORD.findall(_TAG.sub(" ", text))) for text in texts)
