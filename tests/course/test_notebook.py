"""A notebook is read as its file holds it: cells, sections, and the questions in its code."""

import ast
import inspect
import json

import pytest

from course.errors import CourseError
from course.notebook import QUESTIONS, read_notebook
from qi_tools import teaching
from tests.small_lesson import GOOD, code, text


@pytest.fixture
def read(tmp_path):
    def reading(*cells):
        path = tmp_path / "notes.ipynb"
        path.write_text(json.dumps({**GOOD, "cells": cells}), encoding="utf-8")
        return read_notebook(path)

    return reading


def test_cells_are_read_as_they_are(read):
    lines = {**text("intro", ""), "source": ["# One\n", "Two"]}
    bare = {"cell_type": "code", "source": "x = (", "metadata": {"tags": 3, "jupyter": 4}}
    intro, hidden, broken = read(lines, code("sum", "x = 1", "check"), bare).cells
    assert (intro.source, intro.kind, intro.where) == ("# One\nTwo", "markdown", "cell 1 (intro)")
    assert (hidden.tags, hidden.hidden) == (("check", "hide-input"), True)
    assert isinstance(hidden.tree, ast.Module)
    assert (broken.where, broken.tags, broken.hidden, broken.tree) == ("cell 3", (), False, None)


def test_a_section_goes_up_to_the_next_heading_of_its_level(read):
    notebook = read(
        text("a", "# Title\n\n## One"),
        text("b", "### Deeper"),
        text("c", "## Two\n\n## Three"),
        text("d", "More."),
    )
    sections = {name: notebook.section(name) for name in ("One", "Two", "Three", "Title", "Deeper")}
    assert {name: [cell.id for cell in cells] for name, cells in sections.items()} == {
        "One": ["a", "b"],
        "Two": ["c"],
        "Three": ["c", "d"],
        "Title": [],
        "Deeper": [],
    }


def test_questions_are_found_in_the_order_of_the_page(read):
    notebook = read(
        code("one", 'written("b", "?"); teaching.choice(id="a", question="?")\nwords("System")'),
        code("two", "def later():\n    return predict_number(name)\n\n\nprint(written)"),
    )
    assert [(call.name, call.id) for call in notebook.questions] == [
        ("written", "b"),
        ("choice", "a"),
        ("predict_number", None),
    ]
    assert [call.name for call in notebook.calls if call not in notebook.questions] == ["words"]


def test_a_call_of_the_same_name_on_something_else_is_no_question(read):
    source = 're.match("a", name); names.str.match("b"); site.build("c"); match("d", "?", {}, {})'
    assert [call.id for call in read(code("one", source)).questions] == ["d"]


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ('written("a", "Why?")', {"prompt": "Why?", "question": None}),
        ('predict_number("a", "?", low=1)', {"question": "?", "low": 1, "options": None}),
        ('match("a", "?", {"r": "R"}, {"o": "O"})', {"rows": {"r": "R"}, "options": {"o": "O"}}),
        ('build("a", "?", {"p": 1}, done="d")', {"parts": {"p": 1}, "done": "d", "right": None}),
        ('scene("a", "?", "<svg>", SPOTS)', {"picture": "<svg>", "spots": {"s": 1}}),
    ],
)
def test_each_kind_of_question_has_its_own_order(read, source, parts):
    notebook = read(code("a", f'SPOTS = {{"s": 1}}\n{source}'))
    [question] = notebook.questions
    assert {name: notebook.value(question.part(name)) for name in parts} == parts


KEEPING = {
    name: [each for each in signature.parameters.values() if each.kind != each.KEYWORD_ONLY]
    for name in teaching.__all__
    if not isinstance(getattr(teaching, name), type)
    and "id" in (signature := inspect.signature(getattr(teaching, name))).parameters
}


def test_every_part_that_keeps_an_answer_is_a_question():
    assert {*QUESTIONS} == {*KEEPING}


@pytest.mark.parametrize("name", KEEPING)
def test_what_a_question_is_given_first_is_read_by_its_name(read, name):
    places = {each.name: f"{each.name}-{name.replace('_', '-')}" for each in KEEPING[name]}
    [question] = read(code("a", f"{name}{(*places.values(),)}")).questions
    found = {each: question.part(each) for each in places}
    assert {each: part and part.value for each, part in found.items()} == places
    assert question.id == places["id"]


@pytest.mark.parametrize(
    ("source", "ids"),
    [
        ('checklist("a", "?", {}, model="M")', ("a", "a-checks")),
        ('experiment("sweets", "a")', ("a", "a-turns")),
        ('written("a", "?")', ("a",)),
        ("written(name)", ()),
    ],
)
def test_all_that_a_question_keeps_has_its_id(read, source, ids):
    [question] = read(code("a", source)).questions
    assert question.ids == ids


@pytest.mark.parametrize(
    ("options", "value"),
    [
        ('{"a": "One"}', {"a": "One"}),
        ("WAYS", {"b": "Two"}),
        ("NAMES", None),
        ("made()", None),
        ("{[]: 1}", None),
    ],
)
@pytest.mark.parametrize("call", ['choice("id", "?", {})', 'choice("id", "?", options={})'])
def test_what_a_question_is_given_is_read_without_running_it(read, call, options, value):
    before = code("before", 'WAYS = {"b": "Two"}\nNAMES = [1]\nNAMES = sorted(WAYS)')
    notebook = read(before, code("ask", call.replace("{}", options)))
    [question] = notebook.questions
    assert notebook.value(question.part("options")) == value
    assert question.part("feedback") is None


@pytest.mark.parametrize(
    ("source", "locked"),
    [
        ('stepper("Waits", [])', False),
        ('predict("a", "?", {}, then=lambda guess: stepper("Waits", []))', True),
        ('def f(x):\n    return stepper("", [])\n\n\npredict_number("a", "?", then=f)', True),
        ('def f(x):\n    return stepper("", [])\n\n\npredict_number("a", "?", then=g)', False),
    ],
)
def test_what_a_prediction_unlocks_is_told_apart(read, source, locked):
    calls = read(code("a", source)).calls
    assert [call.locked for call in calls if call.name == "stepper"] == [locked]


def test_word_links_are_kept_once_with_the_cell_where_they_first_stand(read):
    notebook = read(
        text("a", "[x](#word-system) [y](#part)"), text("b", "[x](#word-system) [z](#word-flow)")
    )
    assert {name: cell.id for name, cell in notebook.word_links.items()} == {
        "system": "a",
        "flow": "b",
    }


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"cells": 3}', '{"cells": [3]}', "\x00"])
def test_what_is_no_notebook_is_refused(tmp_path, content):
    path = tmp_path / "notes.ipynb"
    with pytest.raises(CourseError, match="is not there"):
        read_notebook(path)
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CourseError, match="notebook"):
        read_notebook(path)
