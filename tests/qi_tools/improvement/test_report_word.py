from __future__ import annotations

import io
import zipfile
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Cm
from hypothesis import given, settings

from qi_tools.draw.letters import wrapped
from qi_tools.improvement.examples import example_project
from qi_tools.improvement.project import Project
from qi_tools.improvement.project_reading import read_project
from qi_tools.improvement.reports import Report, full, summary
from qi_tools.word_file import plain
from tests.qi_tools.improvement.projects import projects
from tests.qi_tools.improvement.report_words import crowded, squeezed, words_of

PAGE = Cm(25.7).pt
COLUMN = Cm(17).pt


def opened(report: Report) -> Any:
    """Open the file of a report, each part of which is well-formed and reaches nowhere."""
    data = report.word()
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        for name in file.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(file.read(name))
            if name.endswith(".rels"):
                assert b"External" not in file.read(name)
    return docx.Document(io.BytesIO(data))


def text_of(document: Any) -> str:
    texts = []
    for part in document.iter_inner_content():
        if isinstance(part, docx.table.Table):
            texts += [cell.text for row in part.rows for cell in row.cells]
        else:
            texts.append(part.text)
    return squeezed(" ".join(texts))


def headings(document: Any) -> list[tuple[int, str]]:
    return [
        (int(each.style.name[-1]), each.text)
        for each in document.paragraphs
        if each.style.name.startswith("Heading")
    ]


def check(report: Report) -> Any:
    """Hold a file to what must be true of any."""
    document = opened(report)
    assert all(words.strip() for _, words in headings(document))
    levels = [level for level, _ in headings(document)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for about in document.element.xpath("//wp:docPr"):
        assert 0 < len(about.get("descr")) <= 620
    for section in document.sections:
        sides = sorted((section.page_width.cm, section.page_height.cm))
        assert sides == [pytest.approx(21.0, abs=0.01), pytest.approx(29.7, abs=0.01)]
    for picture in document.inline_shapes:
        assert picture.width.cm <= 25.7
        assert picture.height.cm <= 25.7
    for table in document.tables:
        following = table._tbl.getnext()
        assert following.tag == qn("w:p"), "two tables would become one"
        assert table._tbl.tblPr.xpath("w:tblCaption")
    return document


@settings(max_examples=8)
@given(projects(3))
def test_any_project_makes_sound_files_and_loses_no_words(project):
    check(summary(project))
    text = text_of(check(full(project)))
    lost = [words for words in words_of(project) if squeezed(plain(words)) not in text]
    assert lost == []


@pytest.mark.parametrize(
    "project",
    [Project(), example_project("missed_appointments"), crowded("W", 3), crowded("Wo ", 20)],
    ids=["blank", "example", "one word", "many words"],
)
def test_a_summary_is_one_page(project):
    """Every line has a height of its own, so that the height of all is known."""
    document = check(summary(project))
    high = 0.0
    for part in document.iter_inner_content():
        if isinstance(part, docx.table.Table):
            widths = [int(each.get(qn("w:w"))) / 20 - 11.5 for each in part._tbl.tblGrid]
            for row in part.rows:
                lines = [
                    _lines(cell.paragraphs[0], width)
                    for cell, width in zip(row.cells, widths, strict=True)
                ]
                (line,) = {cell.paragraphs[0].paragraph_format.line_spacing for cell in row.cells}
                high += max(lines) * line.pt + 5
            continue
        spaces = part.paragraph_format
        high += spaces.space_after.pt + spaces.space_before.pt
        if pictures := part._p.xpath(".//wp:extent"):
            high += int(pictures[0].get("cy")) / 12700
        else:
            assert spaces.line_spacing_rule == WD_LINE_SPACING.EXACTLY
            indent = spaces.left_indent.pt if spaces.left_indent else 0
            high += _lines(part, COLUMN - indent) * spaces.line_spacing.pt
    assert 0.1 * PAGE < high <= PAGE


def _lines(paragraph: Any, room: float) -> int:
    (run,) = paragraph.runs or [None]
    if run is None:
        return 1
    size = run.font.size.pt if run.font.size else 10
    return sum(len(wrapped(line, room, size, bool(run.bold))) for line in run.text.split("\n"))


def test_wide_diagrams_lie_across_and_each_main_part_begins_a_page():
    document = check(full(example_project("payroll_errors")))
    ways = [section.orientation for section in document.sections]
    assert WD_ORIENT.LANDSCAPE in ways
    assert ways[-1] == WD_ORIENT.PORTRAIT
    assert all(before != after for before, after in pairwise(ways))
    first, *others = (each for each in document.paragraphs if each.style.name == "Heading 2")
    assert first.text == "The problem and the team"
    assert all(each.paragraph_format.page_break_before for each in (first, *others))


def test_pages_are_numbered_and_the_file_has_the_name_of_the_project():
    document = opened(summary(read_project({"about": {"name": "Tea & talk"}})))
    assert document.core_properties.title == "Tea & talk"
    footer = document.sections[0].footer._element
    codes = [each.get(qn("w:instr")).strip() for each in footer.xpath(".//w:fldSimple")]
    assert codes == ["PAGE", "NUMPAGES"]


def test_what_xml_refuses_is_left_out():
    nasty = "a\ufffe<w:t>&amp;\U0001f600"
    about = {"name": nasty, "notes": nasty}
    project = read_project({"about": about, "risks": [{"id": "a", "risk": nasty}]})
    document = check(full(project))
    assert document.core_properties.title == plain(nasty)
    assert text_of(document).count(squeezed(plain(nasty))) == 3
    blank = check(full(read_project({"about": {"name": "\ufffe"}})))
    assert headings(blank)[0] == (1, "An improvement project")
