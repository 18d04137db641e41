from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings

from qi_tools.draw.letters import wrapped
from qi_tools.errors import FileNotSaved
from qi_tools.improvement.examples import example_names, example_project
from qi_tools.improvement.outline import Item, said
from qi_tools.improvement.project import Project
from qi_tools.improvement.project_reading import read_project
from qi_tools.improvement.reports import Report, full, summary
from qi_tools.improvement.reports.content import (
    Block,
    Facts,
    Figure,
    Paragraph,
    Part,
    Points,
    Table,
)
from qi_tools.improvement.reports.figures import TEXT_HIGH, TEXT_WIDE, printed
from qi_tools.improvement.reports.one_page import (
    ABOUT,
    AIM,
    CAPTION,
    LABEL_WIDE,
    TEXT,
    TITLE,
    OnePage,
)
from qi_tools.improvement.trees import Tree
from tests.qi_tools.improvement.projects import projects
from tests.qi_tools.improvement.report_words import crowded, squeezed, words_of

SMALLEST_CHART = 120  # points
SPARE = 10  # points: letters and lines differ a little from one program to another
ROWS = "2026-01-05, 12, 96\n2026-01-12, 9, 90\n2026-01-19, 10, 95"


def told(blocks: Sequence[Block]) -> Iterator[str]:
    """All words of a report, in order."""
    for block in blocks:
        match block:
            case Part():
                yield block.title
                yield from told(block.blocks)
            case Paragraph():
                yield block.words
            case Points():
                yield from _items(block.items)
            case Facts() | Table():
                for row in block.rows:
                    yield from row


def _items(items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        yield said(item)
        yield from _items(item.below)


def parts(blocks: Sequence[Block]) -> Iterator[Part]:
    for block in blocks:
        if isinstance(block, Part):
            yield block
            yield from parts(block.blocks)


def titles(report: Report) -> list[str]:
    return [part.title for part in parts(report.parts)]


def rows_of(page: OnePage) -> dict[str, str]:
    return {row.question: "\n".join(row.lines) for row in page.rows}


def reckoned(page: OnePage) -> float:
    """How high a summary is, with the gaps between its pieces."""

    def high(text: str, room: float, letters: Any, *, bold: bool = False) -> float:
        return letters.line * len(wrapped(text, room, letters.size, bold))

    rows = sum(
        max(
            high(row.question, LABEL_WIDE - 12, TEXT, bold=True),
            sum(high(line, TEXT_WIDE - LABEL_WIDE - 12, TEXT) for line in row.lines),
        )
        for row in page.rows
    )
    words = (
        high(page.title, TEXT_WIDE, TITLE, bold=True)
        + high(page.about, TEXT_WIDE, ABOUT)
        + high(page.aim, TEXT_WIDE - 16, AIM, bold=True)
        + 2 * TEXT.line
    )
    if page.chart:
        words += page.chart.sheet.height + high(page.chart.caption, TEXT_WIDE, CAPTION)
    return words + rows + 54 + 5 * len(page.rows)


@settings(max_examples=25)
@given(projects())
def test_a_full_report_says_all_that_is_written_under_headings_that_hold_something(project):
    report = full(project)
    page = report.one_page
    text = squeezed(" | ".join((page.title, page.about, *told(report.parts))))
    lost = [words for words in words_of(project) if words not in text]
    assert lost == []
    for part in parts(report.parts):
        assert part.title.strip()
        assert part.blocks, part.title


@settings(max_examples=25)
@given(projects())
def test_a_summary_has_room_on_its_page(project):
    page = summary(project).one_page
    assert reckoned(page) <= TEXT_HIGH - SPARE
    if page.chart:
        assert page.chart.sheet.height >= SMALLEST_CHART
        assert page.chart.sheet.width <= TEXT_WIDE + 0.01


@pytest.mark.parametrize("words", ["W", "Wo ", "m\n", "漢"])
@pytest.mark.parametrize("records", [1, 12])
def test_the_longest_words_have_room_too(words, records):
    page = summary(crowded(words, records)).one_page
    assert len(page.rows) == 6
    assert page.chart
    assert page.chart.sheet.height >= SMALLEST_CHART
    assert reckoned(page) <= TEXT_HIGH - SPARE


def test_a_blank_project_says_what_is_not_written_and_what_comes_first():
    report = full(Project())
    assert report.one_page.title == "An improvement project"
    assert report.one_page.aim == "The aim is not written yet."
    assert [*rows_of(report.one_page)] == ["What comes next"]
    assert titles(report) == [
        "Progress and risks",
        "Progress",
        "What is missing",
        "Not written yet",
    ]
    *_, last = told(report.parts)
    assert last.startswith(
        "Charter, team, notes, aim, driver diagram, fishbone, five whys, process map"
    )
    assert "PDSA cycles" in last
    assert last.endswith("and the readings.")


def test_what_is_written_is_not_said_to_be_missing():
    report = full(read_project({"risks": [{"id": "a", "risk": "It snows"}]}))
    *_, last = told(report.parts)
    assert "risks" not in last
    assert "fishbone" in last


def test_parts_come_in_the_order_in_which_a_reader_asks():
    names = [part.title for part in full(example_project("missed_appointments")).parts]
    assert names == [
        "The problem and the team",
        "The aim and the theory",
        "Causes and process",
        "People and forces",
        "Measures",
        "Tests of change",
        "What lasts",
        "Progress and risks",
        "The readings",
    ]


def test_a_measure_has_its_chart_and_its_words():
    measure = {"id": "a", "name": "Missed", "kind": "outcome", "readings": ROWS, "sample": "All"}
    report = full(read_project({"measures": [measure, {"id": "b", "readings": "soon"}]}))
    found = {part.title: part for part in parts(report.parts)}
    figure, words, facts = found["Measure 1: Missed"].blocks
    assert isinstance(figure, Figure)
    assert isinstance(words, Paragraph)
    assert words.words == figure.result.describe()
    assert facts == Facts("Missed", (("All, or a sample", "All"),))
    (refused,) = found["Measure 2: …"].blocks
    assert isinstance(refused, Paragraph)
    assert refused.words.startswith('"b" has one line of readings.')
    assert found["Readings of measure 2: …"].blocks == (Paragraph("soon"),)


def test_each_diagram_is_followed_by_its_outline_or_by_a_table_with_its_words():
    for name in example_names():
        for part in parts(full(example_project(name)).parts):
            figures = [each for each in part.blocks if isinstance(each, Figure)]
            if figures and isinstance(figures[0].result, Tree):
                after = part.blocks[part.blocks.index(figures[0]) + 1]
                assert after == Points(figures[0].result.items)


def test_a_cycle_is_told_in_its_order():
    cycle = {
        "id": "a",
        "name": "Ring first",
        "began": "2026-03-02",
        "objective": "Do they come?",
        "prediction": "8 of 10",
        "plan": "Two clerks",
        "happened": "7 of 10",
        "study": "Nearly",
        "act": "adapt",
    }
    report = full(read_project({"cycles": [cycle, {"id": "b", "after": "a"}]}))
    found = {part.title: part for part in parts(report.parts)}
    (facts,) = found["PDSA 1.1: Ring first"].blocks
    assert isinstance(facts, Facts)
    assert [answer for _, answer in facts.rows] == [
        "Do they come?",
        "8 of 10",
        "Two clerks",
        "From 2 March 2026",
        "7 of 10",
        "Nearly",
        "Adapt: change it and test again",
    ]
    assert found["PDSA 1.2"].blocks == (
        Facts("PDSA 1.2", (("Builds on", "PDSA 1.1: Ring first"),)),
    )


def test_every_row_of_a_table_has_a_name():
    measures = [{"id": "a", "name": "Missed"}, {"id": "b", "owner": "Receptionist"}, {"id": "c"}]
    report = full(read_project({"measures": measures}))
    found = {part.title: part for part in parts(report.parts)}
    (family,) = found["Family of measures"].blocks
    assert isinstance(family, Table)
    assert family.headings == ("Measure", "Who collects it")
    assert family.rows == (("Missed", ""), ("…", "Receptionist"))
    for part in found.values():
        for block in part.blocks:
            if isinstance(block, Facts | Table):
                assert all(first for first, *_ in block.rows)


def test_the_summary_counts_tests_and_says_how_each_ramp_ended_the_longest_first():
    cycles = [
        {"id": "a", "name": "Poster", "act": "abandon"},
        {"id": "b", "name": "Text", "act": "adapt"},
        {"id": "c", "name": "Text again", "act": "adopt", "after": "b"},
        {"id": "d"},
    ]
    rows = rows_of(summary(read_project({"cycles": cycles})).one_page)
    assert rows["What was tested"] == (
        "4 tests in 3 ramps. Text (2 tests, last: adopt); Poster (1 test, last: abandon); "
        "… (1 test)"
    )


def test_what_has_no_room_is_counted():
    drivers = [{"id": f"d-{number}", "words": "People know when to come"} for number in range(9)]
    rows = rows_of(summary(read_project({"drivers": drivers})).one_page)
    shown, _, rest = rows["Primary drivers"].partition("; and ")
    assert shown.count("People") + int(rest.removesuffix(" more")) == 9


def test_the_summary_charts_the_first_outcome_with_readings():
    measures = [
        {"id": "a", "name": "Sent", "kind": "process", "readings": ROWS},
        {"id": "b", "name": "Blank", "kind": "outcome"},
        {"id": "c", "name": "Missed", "kind": "outcome", "readings": ROWS},
    ]
    page = summary(read_project({"measures": measures, "about": {"simulated": "yes"}})).one_page
    assert page.chart
    assert page.chart.chart.measure.name == "Missed"
    assert page.chart.caption.endswith("Simulated data.")
    assert page.about == "A simulated project. Last reading: 19 January 2026."
    page = summary(read_project({"measures": measures[:2]})).one_page
    assert page.chart
    assert page.chart.chart.measure.name == "Sent"


def test_the_summary_shows_how_far_it_has_come():
    page = summary(example_project("missed_appointments")).one_page
    assert page.stage == "Stage 6 of 6: Kept up"
    assert all(there for _, there in page.stages)
    page = summary(Project()).one_page
    assert not any(there for _, there in page.stages)


def test_a_small_diagram_stands_in_the_text_and_a_large_one_on_pages_of_its_own():
    def tree(count: int) -> Any:
        drivers = [{"id": f"d-{number}", "words": "People know"} for number in range(count)]
        report = full(read_project({"drivers": drivers}))
        (part,) = (each for each in parts(report.parts) if each.title == "Driver diagram")
        figure = part.blocks[0]
        assert isinstance(figure, Figure)
        return printed(figure.result)

    small, large = tree(3), tree(200)
    assert not small.own_pages
    assert small.sheets[0].width == pytest.approx(TEXT_WIDE)
    assert small.sheets[0].height < TEXT_HIGH
    assert large.own_pages
    assert len(large.sheets) > 1
    for sheet in large.sheets:
        assert min(sheet.width, sheet.height) < TEXT_WIDE
        assert max(sheet.width, sheet.height) < TEXT_HIGH


def test_a_report_is_saved_as_a_page_or_for_word(tmp_path):
    report = summary(Project())
    assert report.save(tmp_path / "a.html").read_text("utf-8") == report.html()
    assert report.save(tmp_path / "a.docx").read_bytes()[:2] == b"PK"
    with pytest.raises(FileNotSaved, match=r'"a.pdf" must end in .html or .docx'):
        report.save(tmp_path / "a.pdf")
