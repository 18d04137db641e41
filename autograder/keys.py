"""The key of an assessment, read from the hidden tests where alone it lives."""

from __future__ import annotations

import ast
import json
import re
import textwrap
from pathlib import Path
from typing import NamedTuple

from course.errors import CourseError

HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS\n(.*?)### END HIDDEN TESTS", re.DOTALL)


class Key(NamedTuple):
    """The right answer to one item, as `course.paper.Given` has it, and why it is right.

    In an item that asks for a decision, ``tampers`` is the option that reacts to common cause as if
    it were a signal; None where there is no such option.
    """

    right: str | tuple[str, ...]
    why: str
    tampers: str | None = None


def read_keys(notebook: Path) -> dict[str, Key]:
    """Return the key of every item of an assessment.

    Parameters
    ----------
    notebook : Path
        The assessment's source, whose hidden tests each assign ``key``: item to (right, why) or
        (right, why, tampers). That of a slot which only looks back at others assigns ``{}``.

    Raises
    ------
    CourseError
        A hidden test can't be read.
    """
    keys: dict[str, Key] = {}
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        for hidden in HIDDEN.findall("".join(cell["source"])):
            try:
                keys |= _assigned(textwrap.dedent(hidden))
            except (SyntaxError, TypeError, ValueError) as error:
                raise CourseError(
                    f"{notebook.name}: the hidden test of cell {cell.get('id')} can't be read "
                    f"({error}). Write the key as: key = {{item: (right, why)}}."
                ) from None
    return keys


def _assigned(code: str) -> dict[str, Key]:
    for statement in ast.parse(code).body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="key")], value=value):
                table = ast.literal_eval(value)
                return {item: Key(*parts) for item, parts in table.items()}
    raise ValueError("it assigns no key")
