"""What the page of a whole project says is so in the project, and it leaves no diagram out."""

import inspect
import re

import pytest

from course.folders import MODULES
from course.notebook import read_notebook
from qi_tools import example_project
from qi_tools.improvement.diagram import Diagram
from qi_tools.improvement.project import Project

CLINIC = example_project("missed_appointments")
CELLS = read_notebook(MODULES / "reference" / "one_project.ipynb").cells
CODE = "\n".join(cell.source for cell in CELLS if cell.kind == "code")


def drawing_methods():
    for name, method in inspect.getmembers(Project, inspect.isfunction):
        if not name.startswith("_") and not inspect.signature(method).parameters.keys() - {"self"}:
            made = getattr(CLINIC, name)()
            if isinstance(made, Diagram):
                yield name


def test_every_diagram_is_shown():
    names = [*drawing_methods()]
    assert len(names) == 9
    assert [name for name in names if f"clinic.{name}()" not in CODE] == []


def test_the_poster_was_tested_once_and_dropped():
    tests = [cycle for cycle in CLINIC.cycles if cycle.idea == "poster"]
    assert [cycle.act for cycle in tests] == ["abandon"]


def test_some_predictions_were_wrong():
    assert any("wrong" in cycle.study.lower() for cycle in CLINIC.cycles)


@pytest.mark.parametrize("id", re.findall(r'clinic\.chart\("([a-z-]+)"\)', CODE))
def test_its_charts_are_of_its_measures(id):
    assert CLINIC.chart(id).measure.simulated


def test_lesson_a2_tells_the_story_of_the_same_clinic():
    lesson = "\n".join(
        cell.source
        for cell in read_notebook(MODULES / "1_all_staff" / "a2_three_questions.ipynb").cells
    )
    aim, outcome = CLINIC.aim, CLINIC.chart("missed").measure
    day = f"{aim.by.day} September"
    assert f"By {day}, out of 100 people with an appointment here, {aim.target:.0f} miss" in lesson
    assert f"not {aim.baseline:.0f}." in lesson
    months = outcome.dates.astype("datetime64[M]").astype(int) % 12 + 1
    missed = {month: outcome.numerators[months == month].sum() for month in (1, 2, 9)}
    # The poster gives the number of January, and February has the same.
    assert f"Last month, {missed[1]:.0f} people missed their appointment!" in lesson
    assert f"Next month, {missed[2]:.0f} people miss their appointment, again." in lesson
    share = 100 * missed[9] / outcome.denominators[months == 9].sum()
    assert f"It was {share:.0f}." in lesson
