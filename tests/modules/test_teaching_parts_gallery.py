"""The gallery of teaching parts has each part that a lesson can use."""

import re

from course.folders import MODULES
from course.glossary import slug
from course.notebook import read_notebook
from qi_tools import teaching

GALLERY = read_notebook(MODULES / "reference" / "teaching_parts.ipynb")
CODE = "".join(cell.source for cell in GALLERY.cells if cell.kind == "code")
TEXT = "\n".join(cell.source for cell in GALLERY.cells if cell.kind == "markdown")
ELSEWHERE = {
    "experiment",
    "explore",
    "project",
}  # each has a page of its own, which the gallery links


def test_each_part_is_shown():
    parts = {name for name in teaching.__all__ if name[0].islower()} - ELSEWHERE
    assert {name for name in parts if f"{name}(" not in CODE and f"`{name}" not in TEXT} == set()


def test_the_line_of_code_names_the_part_that_is_shown():
    cells = {cell.id: cell.source for cell in GALLERY.cells}
    for place in (name for name in cells if f"{name}-part" in cells):
        shown = re.search(r"\*\*In code:\*\* `(\w+)\(", cells[place])
        assert shown is None or f"{shown[1]}(" in cells[f"{place}-part"], place


def test_the_table_leads_to_each_part():
    headings = re.findall(r"^## (.+)$", TEXT, re.MULTILINE)
    linked = set(re.findall(r"\(#([\w-]+)\)", TEXT))
    assert {slug(title) for title in headings} - linked == {"which-one", "plain-words-and-pictures"}
    assert len(headings) > 15
