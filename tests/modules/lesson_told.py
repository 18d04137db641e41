"""A lesson as its tests read it: what its first cell defines, and what it says is right."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from course.notebook import Call, Notebook
from qi_tools.spc.rule_sets import CHOICES

#: Runs a test under each set of rules that an organisation can choose.
EITHER_SET = pytest.mark.parametrize("rules", CHOICES.values(), ids=lambda rules: rules.name)


def defined(lesson: Notebook) -> dict[str, Any]:
    """Return what the lesson's first code cell defines."""
    names: dict[str, Any] = {}
    exec(next(cell for cell in lesson.cells if cell.kind == "code").source, names)
    return names


def question(lesson: Notebook, id: str) -> Call:
    """Return one of the lesson's questions."""
    (found,) = (call for call in lesson.questions if call.id == id)
    return found


def right(lesson: Notebook, id: str) -> Any:
    """Return what the lesson says is right."""
    part = question(lesson, id).part("right")
    assert part is not None, id
    return ast.literal_eval(part)
