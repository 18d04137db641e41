"""The fixture of a code assessment keeps the rules that authors of checks follow."""

from __future__ import annotations

import ast
import json
import re
import symtable
from pathlib import Path

import nbformat
import pytest

from tests.code_check import (
    ASSESSMENT,
    FIXTURE,
    HONEST,
    POINTS,
    POINTS_BY_HAND,
    RIGHT,
    a_class,
    make_course,
    released,
)

SOURCE = nbformat.read(FIXTURE / f"{ASSESSMENT}.ipynb", as_version=4)
ABOUT = {
    cell.metadata.nbgrader.grade_id: cell for cell in SOURCE.cells if "nbgrader" in cell.metadata
}
CHECKS = {
    name: ast.parse(cell.source)
    for name, cell in ABOUT.items()
    if cell.metadata.nbgrader.grade and not cell.metadata.nbgrader.solution
}


def _set_by(source: str) -> set[str]:
    """The names that a cell sets outside its functions and comprehensions."""
    symbols = symtable.symtable(source, "cell", "exec").get_symbols()
    return {symbol.get_name() for symbol in symbols if symbol.is_assigned()}


def test_the_points_are_those_of_the_source() -> None:
    given = {name: cell.metadata.nbgrader.get("points") for name, cell in ABOUT.items()}
    assert {name: given[name] for name in CHECKS} == POINTS
    assert given["words"] == POINTS_BY_HAND


@pytest.mark.parametrize("name", CHECKS)
def test_every_assert_has_a_message_that_a_learner_may_read(name: str) -> None:
    asserts = [node for node in ast.walk(CHECKS[name]) if isinstance(node, ast.Assert)]
    assert asserts
    for each in asserts:
        assert isinstance(each.msg, ast.Constant)
        assert re.fullmatch(r"[“`A-Z].*[a-z0-9”`]\.", str(each.msg.value))


def test_no_check_sets_a_name_that_a_learner_sets() -> None:
    sources = [
        cell.source
        for cell in ABOUT.values()
        if cell.metadata.nbgrader.solution and cell.cell_type == "code"
    ]
    sources += [source for name, source in RIGHT.items() if name != "words"]
    set_by_learners = set().union(*map(_set_by, sources))
    assert {"median_wait", "limits", "ax"} <= set_by_learners
    for name in CHECKS:
        assert not _set_by(ABOUT[name].source) & set_by_learners, name


@pytest.mark.parametrize("name", HONEST)
def test_the_work_of_simulated_learners_fits_the_fixture(name: str) -> None:
    work = HONEST[name]
    assert set(work.answers) <= {
        name for name, cell in ABOUT.items() if cell.metadata.nbgrader.solution
    }
    assert set(work.scores) == set(POINTS)
    assert all(0 <= work.scores[check] <= points for check, points in POINTS.items())


@pytest.mark.nbgrader
def test_a_class_hands_in_what_was_released_without_any_key(tmp_path: Path) -> None:
    make_course(tmp_path)
    hidden = [
        line.strip()
        for cell in SOURCE.cells
        for region in re.findall(r"BEGIN HIDDEN TESTS\n(.*?)### END", cell.source, re.DOTALL)
        for line in region.splitlines()
    ]
    paper = json.dumps(released(tmp_path), ensure_ascii=False)
    assert len(hidden) > 30
    assert not [line for line in hidden if len(line) > 16 and json.dumps(line)[1:-1] in paper]
    assert "SOLUTION" not in paper
    handed_in = a_class(tmp_path, len(HONEST) + 1)
    assert list(handed_in.values()) == [*HONEST, next(iter(HONEST))]
    for student in handed_in:
        folder = tmp_path / "submitted" / student / ASSESSMENT
        assert sorted(path.name for path in folder.iterdir()) == [
            "timestamp.txt",
            "waiting_times.ipynb",
            "waits.csv",
        ]
        nbformat.validate(nbformat.read(folder / f"{ASSESSMENT}.ipynb", as_version=4))
