"""The gallery of experiments has each of them, by its own title."""

import re
from importlib import import_module

import pytest

from course.folders import MODULES
from course.glossary import slug
from course.notebook import read_notebook
from qi_tools.teaching.lab import EXPERIMENTS

GALLERY = read_notebook(MODULES / "reference" / "experiments.ipynb")
CELLS = {cell.id: cell.source for cell in GALLERY.cells}


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_each_experiment_has_its_part(name):
    place = name.replace("_", "-")
    title = import_module(f"qi_tools.teaching.labs.{name}").LAB.title
    assert CELLS[place].startswith(f"## {title}\n\n**For:** ")
    assert CELLS[f"{place}-lab"] == f'experiment("{name}", "x-{place}")'
    assert f"[{title}](#{slug(title)})" in CELLS["which"]


def test_they_stand_in_one_order():
    shown = re.findall(r'experiment\("(\w+)"', "".join(CELLS.values()))
    assert tuple(shown) == EXPERIMENTS
