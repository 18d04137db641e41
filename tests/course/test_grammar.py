"""A lesson that keeps the grammar has no faults; each fault, planted alone, is found and named."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.folders import MODULES
from course.glossary import load_glossary
from course.grammar import check_notebook
from course.syllabus import load_syllabus
from tests.course.small_questions import CHECKLIST, CHECKS, EXPERIMENT, POLL, STORY
from tests.small_lesson import (
    GLOSSARY,
    GOOD,
    LEARN,
    MODULE,
    PREDICT,
    SYLLABUS,
    changed,
    code,
    edited,
    faults_of,
    moved,
    plus,
    text,
    without,
)


def test_a_good_lesson_has_no_faults(tmp_path):
    assert faults_of(tmp_path, GOOD) == []


def test_the_first_lesson_has_no_faults():
    path = MODULES / "1_all_staff" / "a1_why_improvement.ipynb"
    assert check_notebook(path, load_syllabus(), load_glossary()) == ()


PLANTED = {
    "title": (edited("title", "# Waiting less", "# Waiting more"), "the syllabus has 'Waiting le"),
    "minutes": (edited("title", "**10 minutes**", "**12 minutes**"), "says 12 minutes in all"),
    "no minutes": (edited("title", "**10 minutes**", "Short"), "says None minutes in all"),
    "objective": (
        edited("title", "what a wait is", "what waits are"),
        "which the syllabus doesn't",
    ),
    "objective missing": (
        edited("title", "- Say who waits. (4 minutes)", ""),
        "lacks the objective",
    ),
    "objective minutes": (
        edited("title", "(6 min", "(5 min"),
        "gives 5 minutes to 'Say what a wait",
    ),
    "objective order": (
        edited(
            "title",
            "- Say what a wait is. (6 minutes)\n- Say who waits. (4 minutes)",
            "- Say who waits. (4 minutes)\n- Say what a wait is. (6 minutes)",
        ),
        "in another order",
    ),
    "section missing": (without("points"), "lacks the section '## Key points'"),
    "section twice": (
        plus(text("again", "## Key points\n\n- Again.", "key-points"), at=11),
        "'## Key points' more than once",
    ),
    "sections out of order": (moved("points", 7), "has its sections out of order"),
    "section outside the middle": (
        plus(text("late", "## Late\n\nToo late."), at=11),
        "has the section 'Late' outside the lesson's middle",
    ),
    "no section of its own": (edited("waits", "## Waits", ""), "has no section of its own"),
    "section empty": (
        changed("points", source="## Key points"),
        "has nothing under '## Key points'",
    ),
    "own section empty": (
        plus(text("late", "## Late"), at=6),
        "has nothing under '## Late'",
    ),
    "section without tag": (
        changed("points", metadata={}),
        "stands in 'Key points' without the tag 'key-points'",
    ),
    "section shares a cell": (
        edited("points", "- Wait less.", "- Wait.\n\n## Words to know\n\nNone."),
        "holds more than 'Key points'",
    ),
    "facilitator note split": (
        plus(text("more", "More.", "facilitator"), at=14),
        "splits the facilitator note",
    ),
    "check asks nothing": (without("check-1"), "asks nothing"),
    "words not listed": (without("words-1"), "lists no words"),
    "words empty": (changed("words-1", source="words()"), "lists no words"),
    "no prediction": (
        changed("guess", metadata={**code("x", "", "activity")["metadata"]}),
        "has no cell tagged 'predict'",
    ),
    "no explanation": (changed("means", metadata={}), "has no cell tagged 'explain'"),
    "activity first": (
        plus(code("early", "1", "activity")),
        "is an activity without a prediction before it",
    ),
    "activity in the next section": (
        plus(text("late", "## Late\n\nYes."), code("act", "1", "activity"), at=6),
        "is an activity without a prediction before it",
    ),
    "tagged but no prediction": (
        plus(code("early", "1", "predict")),
        "is tagged 'predict' but asks for no prediction",
    ),
    "id of another lesson": (edited("card", "a9-card", "a1-card"), "start it with 'a9-'"),
    "code shown": (changed("card", metadata={"tags": ["check", "hide-input"]}), "shows code"),
    "code shown on the page": (
        changed("card", metadata={"tags": ["check"], "jupyter": {"source_hidden": True}}),
        "shows code",
    ),
    "unknown tag": (changed("means", metadata={"tags": ["explain", "wy"]}), "has the tag 'wy'"),
    "longer than it says": (
        edited("means", "A lot.", "We wait, and we wait. " * 500),
        "takes about 15 minutes to read and do; the syllabus has 10",
    ),
    "hard to read": (
        edited(
            "means",
            "A lot.",
            "Interprofessional organisational transformation necessitates comprehensive "
            "multidisciplinary collaboration regarding sustainability considerations. " * 20,
        ),
        "use shorter words and sentences",
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found(tmp_path, name):
    notebook, expected = PLANTED[name]
    found = faults_of(tmp_path, notebook)
    assert any(expected in fault for fault in found), found


def test_all_faults_come_at_once_in_the_order_of_the_page(tmp_path):
    notebook = edited("means", "A lot.", "![](a.png)")
    notebook["cells"][0]["source"] = LEARN.replace("10 min", "11 min")
    notebook["cells"][12]["source"] = 'words("System", "Flow")'
    found = faults_of(tmp_path, notebook)
    places = [int(fault.split()[1]) for fault in found if fault.startswith("cell")]
    assert places == sorted(places)
    assert {1, 5, 13} <= set(places)


def test_a_prediction_does_not_reach_into_the_next_section(tmp_path):
    late = [
        text("late", "## Late\n\nYes."),
        code("late-guess", PREDICT.replace("a9-guess", "a9-late"), "predict"),
        code("late-act", "1", "activity"),
    ]
    assert faults_of(tmp_path, plus(*late, at=6)) == []


@pytest.mark.parametrize("source", CHECKS)
def test_a_lesson_may_be_checked_by_any_question_that_says_what_is_right(tmp_path, source):
    assert faults_of(tmp_path, changed("check-1", source=source)) == []


@pytest.mark.parametrize("source", [POLL, STORY, CHECKLIST])
def test_a_question_that_says_nothing_is_right_checks_nothing(tmp_path, source):
    found = faults_of(tmp_path, changed("check-1", source=source))
    assert any("asks nothing" in fault for fault in found)


def test_an_experiment_is_prediction_and_activity_in_one(tmp_path):
    both = code("guess", EXPERIMENT, "predict", "activity")
    assert (
        faults_of(tmp_path, changed("guess", **{k: both[k] for k in ("source", "metadata")})) == []
    )


def test_code_may_be_seen_by_those_who_learn_it(tmp_path):
    coach = dataclasses.replace(MODULE, dose="quality_coaches", notebook=None)
    notebook = changed("card", metadata={"tags": ["check"]})
    syllabus = dataclasses.replace(SYLLABUS, modules=(coach,))
    assert faults_of(tmp_path, notebook, "5_quality_coaches/a9_waiting_less.ipynb", syllabus) == []


def test_a_lesson_in_a_file_of_another_name(tmp_path):
    found = faults_of(tmp_path, GOOD, "1_all_staff/a9_other.ipynb")
    assert found == [
        "file name: is 1_all_staff/a9_other.ipynb; the syllabus has "
        "1_all_staff/a9_waiting_less.ipynb for A9"
    ]
    found = faults_of(tmp_path, GOOD, "1_all_staff/waiting.ipynb")
    assert any("should start with the id of a module" in fault for fault in found)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"cells": 3}', '{"cells": [3]}', "\x00"])
def test_what_is_no_notebook_has_that_one_fault(tmp_path, content):
    path = tmp_path / "a9_waiting_less.ipynb"
    path.write_text(content, encoding="utf-8")
    [fault] = check_notebook(path, SYLLABUS, GLOSSARY, tmp_path)
    assert str(fault).startswith("file: a9_waiting_less.ipynb ")
    assert "notebook" in fault.message


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
strange_cells = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "cell_type": st.sampled_from(["markdown", "code", "raw"]) | json_values,
            "id": json_values,
            "source": st.text(max_size=60)
            | st.lists(st.text(max_size=20), max_size=3)
            | st.sampled_from(["# <svg", "choice(", "predict(*a, **b)", "words(*x)", "[a](:[)"]),
            "metadata": json_values,
            "outputs": json_values,
        },
    ),
    max_size=4,
)


@given(cells=strange_cells)
def test_a_strange_notebook_gets_faults_never_a_crash(tmp_path_factory, cells):
    folder = tmp_path_factory.mktemp("modules") / "1_all_staff"
    folder.mkdir()
    path = folder / "a9_waiting_less.ipynb"
    path.write_text(json.dumps({**GOOD, "cells": cells}), encoding="utf-8")
    assert check_notebook(path, SYLLABUS, GLOSSARY, folder.parent)
