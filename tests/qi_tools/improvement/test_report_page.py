from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given, settings

from qi_tools.improvement.examples import example_names, example_project
from qi_tools.improvement.project import Project
from qi_tools.improvement.project_reading import read_project
from qi_tools.improvement.reports import Report, full, summary
from tests.qi_tools.improvement.projects import projects
from tests.qi_tools.improvement.report_words import crowded, squeezed, words_of

VOID = {"meta", "link", "br"}
HEADING = re.compile(r"h[1-6]")
SVG = "http://www.w3.org/2000/svg"


class Reader(HTMLParser):
    """Reads a page, and fails where a tag is not closed in its order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self.text: list[str] = []
        self.figures: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.rules = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.addresses += [given[name] for name in ("href", "src", "xmlns") if name in given]
        self.ids += [given["id"]] if "id" in given else []
        if given.get("role") == "img":
            self.figures.append(given["aria-label"])
        if HEADING.fullmatch(tag):
            self.headings.append((int(tag[1]), ""))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        assert "svg" in self.open

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" in self.open:
            self.rules += data
        elif "svg" not in self.open:
            self.text.append(data)
            if self.open and HEADING.fullmatch(self.open[-1]):
                level, words = self.headings.pop()
                self.headings.append((level, words + data))


def check(report: Report) -> Reader:
    """Hold a page to what must be true of any."""
    html = report.html()
    assert html.startswith('<!doctype html>\n<html lang="en-GB">')
    page = Reader(html)
    assert all(words.strip() for _, words in page.headings)
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(0 < len(words) <= 600 for words in page.figures)
    assert {each for each in page.addresses if not each.startswith("#")} <= {"data:,", SVG}
    assert {each[1:] for each in page.addresses if each.startswith("#")} == set(page.ids)
    assert "url(" not in page.rules
    assert "@import" not in page.rules
    return page


@settings(max_examples=10)
@given(projects(4))
def test_any_project_makes_sound_pages_and_loses_no_words(project):
    check(summary(project))
    text = squeezed(" ".join(check(full(project)).text))
    assert [words for words in words_of(project) if words not in text] == []


def test_a_project_with_much_in_every_place_makes_a_sound_page():
    project = crowded("Long word ", 8)
    text = squeezed(" ".join(check(full(project)).text))
    assert [words for words in words_of(project) if words not in text] == []


@pytest.mark.parametrize("project", [Project(), *map(example_project, example_names())])
def test_in_a_notebook_it_changes_nothing_around_it(project):
    for report in (summary(project), full(project)):
        page = Reader(report._repr_html_())
        assert page.ids == []
        assert page.headings[0] == (2, report.one_page.title)
        rules = re.sub(r"@media[^{]*\{", "", page.rules.replace("}\n}", "}"))
        for rule in re.findall(r"([^{}]+)\{[^{}]*\}", rules):
            for one in re.split(r",(?![^(]*\))", rule):
                assert one.strip().startswith(".qi-report"), one
        assert "@page" not in page.rules


def test_what_a_project_holds_is_text_and_no_html():
    nasty = '<script>alert("x")</script></title><b>&amp;'
    project = read_project(
        {
            "about": {"name": nasty, "place": nasty},
            "aim": {"what": nasty},
            "risks": [{"id": "a", "risk": nasty, "answer": nasty}],
            "measures": [{"id": "a", "name": nasty, "readings": nasty}],
        }
    )
    for html in (full(project).html(), full(project)._repr_html_()):
        assert "<script" not in html
        assert "<b>" not in html
        assert squeezed(nasty) in squeezed(" ".join(Reader(html).text))


def test_wide_diagrams_get_pages_that_lie_across_and_are_read_once():
    drivers = [{"id": f"d-{number}", "words": "People know"} for number in range(30)]
    for number in range(30):
        drivers.append({"id": f"e-{number}", "words": "A letter in time", "under": f"d-{number}"})
    html = full(read_project({"drivers": drivers})).html()
    sheets = re.findall(r'<div class="qi-sheet ([\w-]+)" aria-hidden="true"', html)
    assert len(sheets) > 1
    assert set(sheets) <= {"qi-across", "qi-upright"}
    assert "@page across { size: A4 landscape; }" in html
    page = Reader(html)
    assert sum(1 for each in page.figures if each.startswith("Driver diagram")) == 1


def test_every_chart_and_diagram_of_the_examples_says_what_it_shows():
    for name in example_names():
        project = example_project(name)
        figures = check(full(project)).figures
        charted = [each for each in project.measures if each.readings]
        diagrams = 8  # drivers, causes, whys, steps, people, forces, measures, ramps; then progress
        assert len(figures) == 1 + len(charted) + diagrams + 1
