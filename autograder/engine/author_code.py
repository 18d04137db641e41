"""What the author's code of an assessment means for its checks.

The checks run in a process of their own, which has no cell of the learner's. What they rely on of
the author's is their *preamble*; everything else they read comes from the learner as plain values.
"""

from __future__ import annotations

import ast
import builtins
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.engine.job import Role
from autograder.sandbox.reads import reads
from course.errors import Fault
from course.notebook import read_notebook

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_IMPORTS = (ast.Import, ast.ImportFrom)


@dataclass(frozen=True, slots=True)
class AuthorCode:
    """One code cell of an author's notebook: its name, what it is for, and its code."""

    name: str
    role: Role
    source: str


def author_code(path: Path) -> tuple[AuthorCode, ...]:
    """Return the code cells of an author's own notebook, solutions and hidden tests included.

    Parameters
    ----------
    path : Path
        The notebook in ``source``.

    Raises
    ------
    CourseError
        If the file isn't a notebook.
    """
    return tuple(
        AuthorCode(*_name_and_role(cell.raw, cell.where), cell.source)
        for cell in read_notebook(path).cells
        if cell.kind == "code"
    )


def _name_and_role(raw: object, where: str) -> tuple[str, Role]:
    match raw:
        case {"metadata": {"nbgrader": {"grade_id": str(name), **about}}}:
            if about.get("solution"):
                return name, "learner"
            if about.get("grade"):
                return name, "check"
            return name, "author" if about.get("locked") else "learner"
    return where, "learner"


# ------------------------------------------------------------ the preamble


def preamble(cells: Iterable[AuthorCode]) -> str:
    r"""Return the code that the checks rely on: all imports, and the author's own functions.

    Parameters
    ----------
    cells : iterable of AuthorCode
        The author's notebook. What a locked cell does besides defining something is left out: it
        may need what the learner set before it.

    Examples
    --------
    >>> print(preamble([
    ...     AuthorCode("setup", "author", "import numpy as np\nwaits = [3, 4]"),
    ...     AuthorCode("help", "author", "def mean(x):\n    return np.mean(x)"),
    ...     AuthorCode("task", "learner", "import statistics\ndef mine():\n    return 3"),
    ... ]))
    import numpy as np
    import statistics
    def mean(x):
        return np.mean(x)
    """
    imports: list[str] = []
    definitions: list[str] = []
    for cell in cells:
        for node in _parsed(cell.source).body:
            if isinstance(node, _IMPORTS):
                imports.append(ast.unparse(node))
            elif isinstance(node, _DEFINITIONS) and cell.role == "author":
                definitions.append(ast.unparse(node))
    # Python wants what comes from the future before everything else.
    imports.sort(key=lambda line: not line.startswith("from __future__ "))
    return "\n".join([*dict.fromkeys(imports), *definitions])


def _parsed(source: str) -> ast.Module:
    """Return a cell's code, its notebook commands turned into calls; nothing where it has none."""
    from IPython.core.inputtransformer2 import TransformerManager

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an odd escape in a string is no reason to stop reading
        try:
            manager = TransformerManager()  # type: ignore[no-untyped-call]
            return ast.parse(manager.transform_cell(source))
        except (SyntaxError, ValueError):
            return ast.Module(body=[], type_ignores=[])


# ------------------------------------------------------------ what can't work


def author_faults(path: Path) -> tuple[Fault, ...]:
    """Return what in an author's notebook can't work when its checks run on their own.

    Parameters
    ----------
    path : Path
        The notebook in ``source``.

    Returns
    -------
    tuple of Fault
        In the order of the notebook.

    Raises
    ------
    CourseError
        If the file isn't a notebook.
    """
    return tuple(code_faults(author_code(path)))


def code_faults(cells: Iterable[AuthorCode]) -> Iterator[Fault]:
    r"""Yield what in an author's code can't work; see `author_faults`.

    Examples
    --------
    >>> for fault in code_faults([
    ...     AuthorCode("task", "learner", "middle = 4"),
    ...     AuthorCode("check", "check", "middle = 4\nassert middle == 4"),
    ... ]):
    ...     print(fault)
    check: sets `middle`, which `task` sets too, so it would mark itself; use another name here
    """
    cells = tuple(cells)
    answers = _setters(cells, "learner")
    # Where learner's code runs, locked cells run beside it; else they run beside the checks.
    learner_code = any(cell.role == "learner" for cell in cells)
    shared = _setters(cells, "author") if learner_code else {}
    own = {*dir(builtins), *_bound(_parsed(preamble(cells)), imports=True)}
    for cell in cells:
        if cell.role != "check":
            continue
        try:
            tree, read = ast.parse(cell.source), reads(cell.source).now
        except (SyntaxError, ValueError):
            yield Fault(
                cell.name,
                "has a notebook command (a line with % or !); write a check in plain Python"
                if _parsed(cell.source).body
                else "is no Python that can be read; mend its syntax",
            )
            continue
        bound = set(_bound(tree))
        for name in sorted(bound & answers.keys()):
            yield Fault(
                cell.name,
                f"sets `{name}`, which `{answers[name]}` sets too, so it would mark itself; "
                "use another name here",
            )
        for name in sorted((read & shared.keys()) - own - bound - answers.keys()):
            yield Fault(
                cell.name,
                f"reads `{name}` from `{shared[name]}`, where a learner's code can change it; "
                "get it here from a function of a locked cell",
            )
        own |= set(_bound(tree, imports=True))


def _setters(cells: Iterable[AuthorCode], role: Role) -> dict[str, str]:
    """Return, by name, the first cell of a role that sets it."""
    found: dict[str, str] = {}
    for cell in cells:
        if cell.role == role:
            for name in _bound(_parsed(cell.source)):
                found.setdefault(name, cell.name)
    return found


def _bound(node: ast.AST, *, imports: bool = False) -> Iterator[str]:
    """Yield the names that code sets at its top; imported ones if asked.

    By hand, because what `symtable` says of a comprehension's own names differs between versions.
    """
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
                continue
            case ast.ClassDef(name=name):
                yield name
                continue
            case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp():
                continue
            case ast.GeneratorExp():
                continue
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                yield name
            case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                yield name
            case ast.alias(name=name, asname=other) if imports:
                yield other or name.partition(".")[0]
        yield from _bound(child, imports=imports)
