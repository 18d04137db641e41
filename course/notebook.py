"""A notebook as its file holds it, read without running it and without judging it."""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from course.errors import CourseError
from course.markup import Heading, Markup, read_html, read_markdown, without_comments

#: What the notebook format allows as a cell's id.
CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
#: An id that a machine made up: it changes whenever a cell is copied, so nothing can point at it.
MACHINE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8,}|\d.*")
#: How a text links a word of the glossary: this, and then the word's own name.
WORD_LINK = "#word-"
PREDICTIONS = ("predict", "predict_number")
#: The calls that ask for a guess first: an experiment shows itself once it has one.
GUESSES = (*PREDICTIONS, "experiment")
#: The calls whose answers are kept, by the id that each is given.
QUESTIONS = (
    *GUESSES,
    "branching",
    "build",
    "checklist",
    "choice",
    "match",
    "measure_tree",
    "number",
    "order",
    "poll",
    "read_chart",
    "scene",
    "several",
    "written",
)

_CALLS = (*QUESTIONS, "stepper", "words")
#: What is put behind an id to keep more than the first answer: ticks, and turns.
_KEPT_TOO = {"checklist": "-checks", "experiment": "-turns"}
_ASKED = ("id", "question", "options")
#: What a call may be given without its name, in order.
_POSITIONS: Mapping[str, tuple[str, ...]] = {
    "choice": _ASKED,
    "predict": _ASKED,
    "predict_number": _ASKED[:2],
    "several": _ASKED,
    "poll": _ASKED,
    "number": _ASKED[:2],
    "order": ("id", "question", "items"),
    "written": ("id", "prompt"),
    "checklist": ("id", "prompt", "checks"),
    "match": ("id", "question", "rows", "options"),
    "build": ("id", "question", "parts"),
    "measure_tree": ("id", "question", "measures"),
    "branching": ("id", "title", "start", "moments"),
    "read_chart": ("id", "chart"),
    "experiment": ("name", "id"),
    "scene": ("id", "question", "picture", "spots"),
    "Spot": ("x", "y", "label", "text"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One cell. ``tree`` is its code; a text has none, and nor has what is not plain Python."""

    number: int
    id: str | None
    kind: str
    source: str
    tags: tuple[str, ...]
    hidden: bool
    markup: Markup
    tree: ast.Module | None
    raw: Mapping[str, Any]

    @property
    def where(self) -> str:
        """The cell as an author finds it, such as ``"cell 3 (six-parts)"``."""
        return f"cell {self.number} ({self.id})" if self.id else f"cell {self.number}"


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a teaching part. What is ``locked`` is shown only after a prediction."""

    cell: Cell
    name: str
    node: ast.Call
    locked: bool

    def part(self, name: str) -> ast.expr | None:
        """Return what the call is given as one of its arguments, or None."""
        given = dict(zip(_POSITIONS.get(self.name, ()), self.node.args, strict=False))
        given |= {keyword.arg: keyword.value for keyword in self.node.keywords if keyword.arg}
        return given.get(name)

    @property
    def id(self) -> str | None:
        """The question's id, if it is written out."""
        match self.part("id"):
            case ast.Constant(value=str(name)):
                return name
        return None

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id under which something of it is kept; its own comes first."""
        if self.id is None:
            return ()
        return self.id, *(self.id + more for name, more in _KEPT_TOO.items() if name == self.name)


@dataclass(frozen=True, slots=True)
class Notebook:
    """A notebook's cells, the calls in its code, and what its names stand for."""

    path: Path
    content: Mapping[str, Any]
    cells: tuple[Cell, ...]
    calls: tuple[Call, ...]
    names: Mapping[str, ast.expr]

    @property
    def headings(self) -> tuple[tuple[Cell, Heading], ...]:
        """Every heading with its cell, in the order of the page."""
        return tuple((cell, heading) for cell in self.cells for heading in cell.markup.headings)

    @property
    def questions(self) -> tuple[Call, ...]:
        """The calls whose answers are kept, in the order of the page."""
        return tuple(call for call in self.calls if call.name in QUESTIONS)

    @property
    def word_links(self) -> dict[str, Cell]:
        """The glossary words that the text links, each with the cell where it first stands."""
        found: dict[str, Cell] = {}
        for cell in self.cells:
            for link in cell.markup.links:
                if link.startswith(WORD_LINK):
                    found.setdefault(link.removeprefix(WORD_LINK), cell)
        return found

    def section(self, name: str) -> tuple[Cell, ...]:
        """Return the cells from a level-2 heading up to the next one."""
        tops = [(cell.number, heading) for cell, heading in self.headings if heading.level <= 2]
        for (number, heading), following in zip_longest(tops, tops[1:]):
            if heading == Heading(2, name):
                last = following[0] - 1 if following else len(self.cells)
                return self.cells[number - 1 : max(last, number)]
        return ()

    def meant(self, node: ast.expr | None) -> ast.expr | None:
        """Return the code that a name was given at the top of a cell; other code as it is."""
        return self.names.get(node.id) if isinstance(node, ast.Name) else node

    def value(self, node: ast.expr | None) -> Any:
        """Return what a literal, or a name given a literal earlier, stands for; else None."""
        meant = self.meant(node)
        return _literal(meant) if meant is not None else None


def read_notebook(path: Path) -> Notebook:
    """Read a notebook's file without running it.

    Parameters
    ----------
    path : Path
        The notebook. A learner may have changed it: a part that can't be read is left out.

    Raises
    ------
    CourseError
        The file isn't a notebook.
    """
    content = _content(path)
    cells = tuple(_cell(number, raw) for number, raw in enumerate(content["cells"], start=1))
    return Notebook(path, content, cells, _calls(cells), _names(cells))


def _content(path: Path) -> dict[str, Any]:
    try:
        content = _table(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise CourseError(f"{path} is not there. Give the path of a notebook.") from None
    except (OSError, ValueError) as error:
        raise CourseError(
            f"{path.name} can't be read as a notebook ({error}). Take an earlier copy of it."
        ) from None
    cells = content.get("cells")
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise CourseError(f"{path.name} is not a notebook: it has no cells. Choose an .ipynb file.")
    return content


def _cell(number: int, raw: Mapping[str, Any]) -> Cell:
    kind, lines = str(raw.get("cell_type")), raw.get("source", "")
    source = "".join(lines) if isinstance(lines, list) else str(lines)
    metadata = _table(raw.get("metadata"))
    tags = metadata.get("tags")
    markup = Markup()
    if kind == "markdown":
        markup = read_markdown(without_comments(source))
    elif kind == "code":  # only what it draws can be told before it has run
        markup = Markup(unnamed_svgs=read_html(source).unnamed_svgs)
    return Cell(
        number=number,
        id=raw["id"] if isinstance(raw.get("id"), str) else None,
        kind=kind,
        source=source,
        tags=tuple(str(tag) for tag in tags) if isinstance(tags, list) else (),
        hidden=_table(metadata.get("jupyter")).get("source_hidden") is True,
        markup=markup,
        tree=_parsed(source) if kind == "code" else None,
        raw=raw,
    )


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _parsed(source: str) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an odd escape in a string is no reason to stop reading
        try:
            return ast.parse(source)
        except (SyntaxError, ValueError):
            return None


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError):  # no literal, or one such as {[]: 1}
        return None


def _names(cells: Iterable[Cell]) -> dict[str, ast.expr]:
    return {
        node.targets[0].id: node.value
        for cell in cells
        if cell.tree
        for node in cell.tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }


def _calls(cells: Iterable[Cell]) -> tuple[Call, ...]:
    nodes = [(cell, node) for cell in cells if cell.tree for node in ast.walk(cell.tree)]
    calls = [(cell, node, _called(node)) for cell, node in nodes if isinstance(node, ast.Call)]
    unlocked_by = [
        keyword.value
        for _, node, name in calls
        if name in PREDICTIONS
        for keyword in node.keywords
        if keyword.arg == "then"
    ]
    names = {node.id for node in unlocked_by if isinstance(node, ast.Name)}
    bodies: list[ast.AST] = [node for node in unlocked_by if isinstance(node, ast.Lambda)]
    bodies += [
        node for _, node in nodes if isinstance(node, ast.FunctionDef) and node.name in names
    ]
    locked = {id(node) for body in bodies for node in ast.walk(body)}
    found = [
        Call(cell, name, node, id(node) in locked) for cell, node, name in calls if name in _CALLS
    ]
    return tuple(
        sorted(found, key=lambda call: (call.cell.number, call.node.lineno, call.node.col_offset))
    )


def _called(node: ast.Call) -> str:
    match node.func:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id="teaching"), attr=name):  # but not re.match
            return name
    return ""
