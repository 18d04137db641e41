"""Each fault of a notebook, planted alone, is found and named; what is good is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.folders import MODULES, learner_place
from course.notebook_faults import PLACEHOLDER
from course.workspace import Workspace
from tests.small_lesson import GOOD, changed, code, edited, faults_of, plus, text

SVG = '<svg viewBox="0 0 9 9"><path d="M0 0"/></svg>'


PLANTED = {
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
    "dead file": (edited("waits", "One day.", "[x](none.md)"), "links to 'none.md', which is not"),
    "dead anchor": (edited("waits", "#key-points", "#keys"), "'#keys', which is no heading"),
    "link to nowhere": (edited("waits", "#key-points", ""), "goes nowhere"),
    "link to a program": (
        edited("waits", "#key-points", "ftp://example.org"),
        "links to 'ftp://example.org'",
    ),
    "link from the root": (edited("waits", "#key-points", "/etc"), "links to '/etc', which is not"),
    "link outside": (
        edited("waits", "#key-points", "../../x.md"),
        "links to '../../x.md', which is",
    ),
    "no address": (
        edited("waits", "One day.", '<a href="http://[">x</a> <a href="//[">x</a>'),
        "links to '//[', which is not there",
    ),
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
    "exercise without solution": (
        plus(code("try", "1", "exercise"), at=5),
        "is an exercise without a solution",
    ),
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
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found(tmp_path, name):
    notebook, expected = PLANTED[name]
    found = faults_of(tmp_path, notebook)
    assert any(expected in fault for fault in found), found


def test_an_authors_comment_is_not_part_of_the_lesson(tmp_path):
    note = "<!-- Author: {{write: not for readers}} ![](none.png)\n\n# Heading -->\n\nOne day."
    assert faults_of(tmp_path, edited("waits", "One day.", note)) == []


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
def test_a_picture_with_words_is_good(tmp_path, picture):
    assert faults_of(tmp_path, edited("means", "A lot.", picture)) == []


def test_an_output_may_be_kept_for_checking(tmp_path):
    output = {"output_type": "stream", "name": "stdout", "text": "1"}
    kept = changed("card", outputs=[output])
    kept["cells"][5]["metadata"]["tags"].append("nbval-check-output")
    assert faults_of(tmp_path, kept) == []


def test_a_reference_notebook_has_its_own_sections_but_the_same_care(tmp_path):
    notebook = {
        **GOOD,
        "cells": [
            text("title", "# Your own data\n\n## Open it\n\nSee [this](none.csv). ![](a.png)"),
            code("open", "x = 1"),
        ],
    }
    found = faults_of(tmp_path, notebook, "reference/own_data.ipynb")
    assert len(found) == 3
    assert all("none.csv" in fault or "a.png" in fault for fault in found)


@pytest.fixture
def modules(tmp_path):
    """Return a folder of modules with something in each kind of place."""
    folder = tmp_path / "course" / "modules"
    for name in (
        "1_all_staff/a8_before.ipynb",
        "1_all_staff/pictures/a.png",
        "2_board/b1_lead.ipynb",
        "reference/own_data.ipynb",
        "drafts/day.md",
        "workshops/red_beads.ipynb",
        "../README.md",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "link",
    [
        "[x](../../reference/own_data.ipynb)",
        "[x](../../workshops/red_beads.ipynb)",
        "[x](../../reference/own_data.ipynb?a=b#part)",
        "[x](a8_before.ipynb)",
        "[x](%618_before.ipynb)",
        "[x](./../1_all_staff/a8_before.ipynb)",
        "[x](../2_board/b1_lead.ipynb)",
        "![A wait](pictures/a.png)",
        "![A wait](../1_all_staff/pictures/a.png)",
    ],
)
def test_a_link_is_good_when_it_works_in_a_learners_folder(modules, link):
    assert faults_of(modules, edited("waits", "One day.", link)) == []


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        (
            "../reference/own_data.ipynb",
            "in a learner's own folder that is '../../reference/own_data.ipynb'",
        ),
        ("../drafts/day.md", "which learners don't have"),
        ("../../README.md", "which learners don't have"),
        ("../../lessons/2_board/b2.ipynb", "which is not there"),
        ("../../2_board/b1_lead.ipynb", "which is not there"),
        ("../reference/none.ipynb", "which is not there"),
        ("pictures", "which is not there"),
        ("a%00.ipynb", "which is not there"),
    ],
)
def test_a_link_that_fails_in_a_learners_folder_says_what_would_work(modules, to, expected):
    [fault] = faults_of(modules, edited("waits", "One day.", f"[x]({to})"))
    assert fault.startswith(f"cell 3 (waits): links to '{to}'")
    assert expected in fault


def test_a_link_from_a_reference_notebook_goes_by_the_learners_folder_too(modules):
    def faults(to):
        cells = [text("title", f"# Your data\n\n[x]({to})")]
        return faults_of(modules, {**GOOD, "cells": cells}, "reference/more.ipynb")

    assert faults("own_data.ipynb") == []
    assert faults("../lessons/1_all_staff/a8_before.ipynb") == []
    [fault] = faults("../1_all_staff/a8_before.ipynb")
    assert "that is '../lessons/1_all_staff/a8_before.ipynb'" in fault


def test_a_notebook_outside_the_modules_is_judged_where_it_is(tmp_path):
    (tmp_path / "notes.md").write_text("", encoding="utf-8")
    notebook = {**GOOD, "cells": [text("title", "# Mine\n\n[x](notes.md) [y](../none.md)")]}
    modules = tmp_path / "modules"
    [fault] = faults_of(modules, notebook, tmp_path / "mine.ipynb")
    assert "'../none.md', which is not there" in fault


def test_every_notebook_is_where_a_learner_is_said_to_find_it(tmp_path):
    workspace = Workspace.open(tmp_path / "qi-course")
    for path in MODULES.rglob("*.ipynb"):
        assert (workspace.folder / learner_place(path, MODULES)).is_file()
    assert learner_place(MODULES / "drafts" / "day.md", MODULES) is None
    assert learner_place(MODULES, MODULES) is None
    assert learner_place(tmp_path, MODULES) is None


@given(st.text())
def test_ordinary_text_is_no_placeholder(words):
    if "write:" not in words and not {"TODO", "TBC", "TBD", "FIXME", "XXX"} & {*words.split()}:
        assert not PLACEHOLDER.search(words.replace("lorem", ""))
