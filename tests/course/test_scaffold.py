"""A new lesson has every section, and its only faults are the places that the author must write."""

import ast
import dataclasses
import json

import pytest

from course.errors import CourseError
from course.glossary import load_glossary
from course.grammar import CLOSING, OPENING, check_notebook
from course.lesson import read_lesson
from course.scaffold import new_lesson
from course.syllabus import load_syllabus
from course.tidy import is_tidy

SYLLABUS = load_syllabus()


@pytest.fixture
def modules(tmp_path):
    return tmp_path / "modules"


@pytest.mark.parametrize("module", SYLLABUS.modules, ids=lambda module: module.id)
def test_only_the_placeholders_are_left_to_write(modules, module):
    path = new_lesson(SYLLABUS, module.id, modules)
    found = check_notebook(path, SYLLABUS, load_glossary(), modules)
    assert found
    assert [
        str(fault) for fault in found if "still holds the placeholder" not in fault.message
    ] == []
    assert is_tidy(path)


def test_it_is_filled_in_from_the_syllabus(modules):
    module = SYLLABUS.module("A1")
    path = new_lesson(SYLLABUS, "a1", modules)
    assert path == modules / "1_all_staff" / "a1_why_improvement.ipynb"
    lesson = read_lesson(path)
    assert (lesson.title, lesson.module) == (module.title, "A1")
    fixed = [section.heading for section in (*OPENING, *CLOSING)]
    assert [section for section in lesson.sections if section in fixed] == fixed
    assert len(lesson.sections) == len(fixed) + len(module.objectives)
    first = json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]
    for objective in module.objectives:
        assert f"- {objective.text} ({objective.minutes} minutes)\n" in first


def test_the_code_is_hidden_only_from_those_who_need_not_read_it(modules):
    for module_id, hidden in [("A2", True), ("E3", False)]:
        path = new_lesson(SYLLABUS, module_id, modules)
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        assert all(("jupyter" in cell["metadata"]) is hidden for cell in code)
        for cell in code:
            ast.parse("".join(cell["source"]))


def test_a_filled_in_scaffold_runs(modules):
    path = new_lesson(SYLLABUS, "A2", modules)
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    filled = [
        text.replace("{{write: each word that the text links, as in: system}}", "system")
        for text in code
    ]
    names = {}
    for text in filled:
        exec(compile(text, "lesson", "exec"), names)
    assert "guess" in names["what_happened"].__code__.co_varnames


def test_titles_with_quotes_are_safe(modules):
    topic = dataclasses.replace(SYLLABUS.matrix.topics[3], title='"Quoted" \\ topic')
    matrix = dataclasses.replace(
        SYLLABUS.matrix, topics=(*SYLLABUS.matrix.topics[:3], topic, *SYLLABUS.matrix.topics[4:])
    )
    module = dataclasses.replace(SYLLABUS.module("A2"), topics=(topic.row,))
    syllabus = dataclasses.replace(SYLLABUS, matrix=matrix, modules=(module,))
    path = new_lesson(syllabus, "A2", modules)
    assert "is not plain Python" not in str(
        check_notebook(path, syllabus, load_glossary(), modules)
    )


def test_a_lesson_that_is_there_is_never_overwritten(modules):
    path = new_lesson(SYLLABUS, "A2", modules)
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(CourseError, match=r"has a lesson already: a2_.*ipynb"):
        new_lesson(SYLLABUS, "A2", modules)
    assert path.read_text(encoding="utf-8") == "mine"


def test_no_such_module(modules):
    with pytest.raises(CourseError, match=r"There is no module 'Z9'. Choose one of: A1"):
        new_lesson(SYLLABUS, "Z9", modules)
    assert not modules.exists()


def test_a_folder_that_cannot_be_written(modules):
    modules.write_text("a file in the way", encoding="utf-8")
    with pytest.raises(CourseError, match="could not be written"):
        new_lesson(SYLLABUS, "A2", modules)
