"""A lesson that keeps the grammar has no faults; each fault, planted alone, is found and named."""

import copy
import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.errors import CourseError
from course.folders import MODULES
from course.glossary import Glossary, Term
from course.lesson import PLACEHOLDER, check_notebook, module_id, read_lesson
from course.syllabus import Module, Objective, load_syllabus

GLOSSARY = Glossary((Term("Run chart", "dots"), Term("System", "parts")))
MODULE = Module(
    id="A9",
    dose="all_staff",
    title="Waiting less",
    summary="",
    minutes=10,
    built=True,
    optional=False,
    notebook="1_all_staff/a9_waiting_less.ipynb",
    objectives=(
        Objective("17", 1, 6, "Say what a wait is.", ()),
        Objective("18", 1, 4, "Say who waits.", ()),
    ),
    topics=("17", "18"),
)
SYLLABUS = dataclasses.replace(load_syllabus(), modules=(MODULE,))

PREDICT = """def shown(guess):
    return stepper("Waits", [Frame("<p>8</p>", "Eight minutes")])


predict("a9-guess", "What next?", {"up": "Up", "down": "Down"}, then=shown)"""
CARD = """WAYS = {"a": "One", "b": "Two"}
choice("a9-card", "Which?", WAYS, right="a", feedback={"a": "Yes", "b": "No"})"""
CHECK = """choice(
    "a9-check",
    "Which?",
    {"a": "One", "b": "Two"},
    right="a",
    feedback={"a": "Yes", "b": "No"},
)"""


def text(id, source, *tags):
    return {"cell_type": "markdown", "id": id, "metadata": {"tags": [*tags]}, "source": source}


def code(id, source, *tags):
    return {
        "cell_type": "code",
        "id": id,
        "metadata": {"tags": [*tags, "hide-input"], "jupyter": {"source_hidden": True}},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


LEARN = """# Waiting less

## What you will learn

About **10 minutes**. At the end you can:

- Say what a wait is. (6 minutes)
- Say who waits. (4 minutes)"""

GOOD = {
    "cells": [
        text("title", LEARN),
        text("why", "## Why this matters where you work\n\nA [system](#word-system).", "why"),
        text("waits", "## Waits\n\nOne day. See [key points](#key-points)."),
        code("guess", PREDICT, "predict", "activity"),
        text("means", "It means that we wait.\n\n### More\n\nA lot.", "explain"),
        code("card", CARD, "check"),
        text("check", "## Check yourself\n\nGo on.", "check"),
        code("check-1", CHECK, "check"),
        text("monday", "## One thing to do on Monday\n\nLook.", "monday"),
        code("monday-1", 'written("a9-monday", "What?")', "monday"),
        text("points", "## Key points\n\n- Wait less.", "key-points"),
        text("words", "## Words to know", "words"),
        code("words-1", 'words("System")', "words"),
        text("facilitator", "## For facilitators\n\nRead it aloud.", "facilitator"),
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}


@pytest.fixture
def modules(tmp_path):
    folder = tmp_path / "modules"
    (folder / "1_all_staff").mkdir(parents=True)
    (folder / "reference").mkdir()
    return folder


@pytest.fixture
def check(modules):
    def checked(notebook, path="1_all_staff/a9_waiting_less.ipynb", syllabus=SYLLABUS):
        file = modules / path
        file.write_text(json.dumps(notebook), encoding="utf-8")
        return [str(fault) for fault in check_notebook(file, syllabus, GLOSSARY, modules)]

    return checked


def changed(id, /, **changes):
    """Return the good lesson with one cell changed."""
    notebook = copy.deepcopy(GOOD)
    next(cell for cell in notebook["cells"] if cell["id"] == id).update(changes)
    return notebook


def edited(id, old, new):
    """Return the good lesson with a few words of one cell changed."""
    source = next(cell["source"] for cell in GOOD["cells"] if cell["id"] == id)
    assert old in source
    return changed(id, source=source.replace(old, new))


def without(*ids):
    notebook = copy.deepcopy(GOOD)
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] not in ids]
    return notebook


def plus(*cells, at=3):
    notebook = copy.deepcopy(GOOD)
    notebook["cells"][at:at] = cells
    return notebook


def moved(id, to):
    notebook = without(id)
    cell = next(cell for cell in GOOD["cells"] if cell["id"] == id)
    notebook["cells"].insert(to, copy.deepcopy(cell))
    return notebook


def test_a_good_lesson_has_no_faults(check):
    assert check(GOOD) == []


def test_the_first_lesson_has_no_faults():
    from course.glossary import load_glossary

    path = MODULES / "1_all_staff" / "a1_why_improvement.ipynb"
    assert check_notebook(path, load_syllabus(), load_glossary()) == ()


SVG = '<svg viewBox="0 0 9 9"><path d="M0 0"/></svg>'
PLANTED = {
    # what the syllabus says
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
    # sections and headings
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
    "heading jump": (edited("means", "### More", "#### More"), "jumps from heading level 2 to le"),
    "heading jump in HTML": (
        edited("means", "### More", "<h4>More</h4>"),
        "jumps from heading lev",
    ),
    "heading jump between HTML and Markdown": (
        edited("means", "### More", "<h3>More</h3>\n\n##### Most\n\n<h4>All</h4>"),
        "jumps from heading level 3 to level 5",
    ),
    "second title": (edited("means", "### More", "# More"), "has another level-1 heading 'More'"),
    "no title": (edited("title", "# Waiting less", "Waiting less"), "has no title"),
    "heading without words": (edited("means", "### More", "###"), "has a heading without words"),
    # pictures
    "picture without words": (
        edited("means", "A lot.", "![](a.png)"),
        "without a text alternative",
    ),
    "picture named, not described": (
        edited("means", "A lot.", "![a.png](a.png)"),
        "without a text alternative",
    ),
    "HTML picture": (edited("means", "A lot.", '<img src="a.png">'), "without a text alternative"),
    "picture from the network": (
        edited("means", "A lot.", "![A wait](https://example.org/a.png)"),
        "from the network",
    ),
    "picture not there": (edited("means", "A lot.", "![A wait](none.png)"), "which is not there"),
    "svg": (edited("means", "A lot.", SVG), "has an <svg> without a text alternative"),
    "svg title without role": (
        edited("means", "A lot.", SVG.replace("<path", "<title>A</title><path")),
        "has an <svg> without a text alternative",
    ),
    "svg in code": (
        edited("guess", "<p>8</p>", SVG.replace('"', "'")),
        "has an <svg> without a text alternative",
    ),
    # links and words
    "dead file": (edited("waits", "One day.", "[x](none.md)"), "links to 'none.md', which is not"),
    "dead anchor": (edited("waits", "#key-points", "#keys"), "'#keys', which is no heading"),
    "link to nowhere": (edited("waits", "#key-points", ""), "goes nowhere"),
    "link to a program": (
        edited("waits", "#key-points", "ftp://example.org"),
        "links to 'ftp://example.org'",
    ),
    "link from the root": (edited("waits", "#key-points", "/etc"), "links to '/etc', which is not"),
    "link outside": (edited("waits", "#key-points", "../../x.md"), "outside the folder of all"),
    "word not explained": (
        edited("waits", "One day", "[Flow](#word-flow)"),
        "uses the word 'flow', which the glossary doesn't explain",
    ),
    "word not in the list": (
        edited("waits", "One day", "[Dots](#word-run-chart)"),
        "links to the word 'run-chart', which is not listed",
    ),
    "word never linked": (
        changed("words-1", source='words("System", "Run chart")'),
        "lists the word 'run-chart', which the text never links",
    ),
    "word not in quotes": (changed("words-1", source="words(name)"), "written out in quotes"),
    # activities and questions
    "activity first": (
        plus(code("early", "1", "activity")),
        "is an activity without a prediction before it",
    ),
    "activity in the next section": (
        plus(text("late", "## Late\n\nYes."), code("act", "1", "activity"), at=6),
        "is an activity without a prediction before it",
    ),
    "stepper before": (
        plus(code("early", 'stepper("Waits", [])')),
        "shows a stepper before a prediction",
    ),
    "tagged but no prediction": (
        plus(code("early", "1", "predict")),
        "is tagged 'predict' but asks for no prediction",
    ),
    "unlocks nothing": (edited("guess", ", then=shown", ""), "unlocks nothing"),
    "no right": (edited("check-1", '    right="a",\n', ""), "says no right option for 'a9-check'"),
    "right is no option": (edited("check-1", 'right="a"', 'right="c"'), "says no right option"),
    "feedback missing for one": (
        edited("check-1", ', "b": "No"', ""),
        "gives no feedback on option 'b' of 'a9-check'",
    ),
    "feedback blank": (edited("card", '"b": "No"', '"b": " "'), "gives no feedback on option 'b'"),
    "feedback on no option": (
        edited("card", '"b": "No"', '"b": "No", "c": "?"'),
        "feedback on 'c'",
    ),
    "check without feedback": (
        changed("check-1", source='choice("a9-check", "Which?", {"a": "One", "b": "Two"})'),
        "without 'right' and 'feedback'",
    ),
    "options not readable": (edited("card", "WAYS, ", "ways(), "), "has no options to read"),
    "one option": (
        edited("card", '{"a": "One", "b": "Two"}', '{"a": "One"}'),
        "has no options to read",
    ),
    "id twice": (edited("card", "a9-card", "a9-check"), "has the activity id 'a9-check' of cell 6"),
    "id of another lesson": (edited("card", "a9-card", "a1-card"), "start it with 'a9-'"),
    "id with capitals": (edited("card", "a9-card", "a9-Card"), "use small letters"),
    "id made at run time": (edited("card", '"a9-card"', "name"), "without an id in quotes"),
    "exercise without solution": (
        plus(code("try", "1", "exercise"), at=5),
        "is an exercise without a solution",
    ),
    # the file
    "code shown": (changed("card", metadata={"tags": ["check", "hide-input"]}), "shows code"),
    "code shown on the page": (
        changed("card", metadata={"tags": ["check"], "jupyter": {"source_hidden": True}}),
        "shows code",
    ),
    "unknown tag": (changed("means", metadata={"tags": ["explain", "wy"]}), "has the tag 'wy'"),
    "outputs": (
        changed("card", outputs=[{"output_type": "stream", "name": "stdout", "text": "1"}]),
        "keeps outputs",
    ),
    "execution count": (changed("card", execution_count=3), "keeps an execution count"),
    "id missing": (changed("card", id=None), "has no id"),
    "cell id twice": (changed("card", id="means"), "has the id of an earlier cell"),
    "cell id not allowed": (changed("card", id="a card"), "has an id that isn't allowed"),
    "cell id from a machine": (changed("card", id="3f2a9c1e"), "that a machine made up"),
    "cell id from JupyterLab": (
        changed("card", id="0cf1a3de-0b1c-4a9d-8f43-7d2f50b1c0aa"),
        "that a machine made up",
    ),
    "old format": ({**GOOD, "nbformat_minor": 4}, "is in an old or unknown format"),
    "not a valid notebook": (
        changed("card", outputs="none"),
        "cell 6 (card): is not valid in a notebook",
    ),
    "not a valid file": ({**GOOD, "metadata": 3}, "file: is not valid in a notebook"),
    "not Python": (changed("card", source="%matplotlib inline"), "is not plain Python"),
    # what is still to be written
    "placeholder": (
        edited("waits", "One day.", "{{write: a story}}"),
        "the placeholder '{{write: a",
    ),
    "placeholder in code": (
        edited("card", "One", "{{write: one}}"),
        "the placeholder '{{write: one",
    ),
    "to do": (edited("waits", "One day.", "TODO"), "the placeholder 'TODO'"),
    "facilitator note left": (
        edited("facilitator", "Read it aloud.", "{{write: how}}"),
        "cell 14 (facilitator): still holds the placeholder",
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
def test_a_planted_fault_is_found(check, name):
    notebook, expected = PLANTED[name]
    found = check(notebook)
    assert any(expected in fault for fault in found), found


def test_all_faults_come_at_once_in_the_order_of_the_page(check):
    notebook = edited("means", "A lot.", "![](a.png)")
    notebook["cells"][0]["source"] = LEARN.replace("10 min", "11 min")
    notebook["cells"][12]["source"] = 'words("System", "Flow")'
    found = check(notebook)
    places = [int(fault.split()[1]) for fault in found if fault.startswith("cell")]
    assert places == sorted(places)
    assert {1, 5, 13} <= set(places)


def test_an_authors_comment_is_not_part_of_the_lesson(check):
    note = "<!-- Author: {{write: not for readers}} ![](none.png)\n\n# Heading -->\n\nOne day."
    assert check(edited("waits", "One day.", note)) == []


def test_a_stepper_may_be_made_by_a_lambda(check):
    source = (
        'predict("a9-guess", "What next?", {"up": "Up", "down": "Down"}, '
        'then=lambda guess: stepper("Waits", [Frame("", "8")]))'
    )
    assert check(changed("guess", source=source)) == []


@pytest.mark.parametrize(
    "picture",
    [
        '<svg role="img" aria-label="A wait"><path/></svg>',
        '<svg role="img"><title>A wait</title></svg>',
        '<svg aria-hidden="true"><path/></svg>',
        '<img src="data:image/png;base64,AA" alt="A wait">',
        "![A wait](attachment:a.png)",
    ],
)
def test_a_picture_with_words_is_good(check, picture):
    assert check(edited("means", "A lot.", picture)) == []


def test_code_may_be_seen_by_those_who_learn_it(check, modules):
    (modules / "5_quality_coaches").mkdir()
    coach = dataclasses.replace(MODULE, dose="quality_coaches", notebook=None)
    notebook = changed("card", metadata={"tags": ["check"]})
    syllabus = dataclasses.replace(SYLLABUS, modules=(coach,))
    assert check(notebook, "5_quality_coaches/a9_waiting_less.ipynb", syllabus) == []


def test_an_output_may_be_kept_for_checking(check):
    output = {"output_type": "stream", "name": "stdout", "text": "1"}
    kept = changed("card", outputs=[output])
    kept["cells"][5]["metadata"]["tags"].append("nbval-check-output")
    assert check(kept) == []


def test_a_lesson_in_a_file_of_another_name(check):
    found = check(GOOD, "1_all_staff/a9_other.ipynb")
    assert found == [
        "file name: is 1_all_staff/a9_other.ipynb; the syllabus has "
        "1_all_staff/a9_waiting_less.ipynb for A9"
    ]
    found = check(GOOD, "1_all_staff/waiting.ipynb")
    assert any("should start with the id of a module" in fault for fault in found)


def test_a_reference_notebook_has_its_own_sections_but_the_same_care(check):
    notebook = {
        **GOOD,
        "cells": [
            text("title", "# Your own data\n\n## Open it\n\nSee [this](none.csv). ![](a.png)"),
            code("open", "x = 1"),
        ],
    }
    found = check(notebook, "reference/own_data.ipynb")
    assert len(found) == 3
    assert all("none.csv" in fault or "a.png" in fault for fault in found)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"cells": 3}', '{"cells": [3]}', "\x00"])
def test_what_is_no_notebook_is_refused(modules, content):
    path = modules / "1_all_staff" / "a9_waiting_less.ipynb"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CourseError, match="notebook"):
        check_notebook(path, SYLLABUS, GLOSSARY, modules)
    path.unlink()
    with pytest.raises(CourseError, match="is not there"):
        read_lesson(path)


def test_a_lesson_is_read_without_running_it(modules):
    path = modules / "1_all_staff" / "a9_waiting_less.ipynb"
    ran = plus(code("bad", 'open("ran", "w"); predict("a9-late", "?", options, then=f)'))
    ran["cells"].append(code("broken", 'choice("a9-broken"'))
    path.write_text(json.dumps(ran), encoding="utf-8")
    lesson = read_lesson(path)
    assert (lesson.title, lesson.module) == ("Waiting less", "A9")
    assert lesson.activities == ("a9-late", "a9-guess", "a9-card", "a9-check", "a9-monday")
    assert lesson.words == ("system",)
    assert lesson.sections[0] == "What you will learn"
    assert not list(modules.rglob("ran"))


def test_the_id_of_a_module_starts_the_file_name(tmp_path):
    assert module_id(tmp_path / "a1_x.ipynb") == "A1"
    assert module_id(tmp_path / "f12b_x.ipynb") == "F12B"
    assert module_id(tmp_path / "about_x.ipynb") is None


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


@given(st.text())
def test_ordinary_text_is_no_placeholder(words):
    if "write:" not in words and not {"TODO", "TBC", "TBD", "FIXME", "XXX"} & {*words.split()}:
        assert not PLACEHOLDER.search(words.replace("lorem", ""))
