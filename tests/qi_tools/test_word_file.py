from __future__ import annotations

import io
import re
import sys
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar
from xml.etree import ElementTree

import docx
import pandas as pd
import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageColor

from qi_tools import Measure, control_chart
from qi_tools.draw.picture import Paragraph, Picture
from qi_tools.errors import FileNotSaved
from qi_tools.palette import DARK, LIGHT, Theme
from qi_tools.result import Result
from qi_tools.table_words import columns_in_words
from qi_tools.whole_file import write_whole
from qi_tools.word_file import save_word

TWIP = 635  # in EMU, Word's smallest unit

MONTHS = pd.DataFrame(
    {
        "date": pd.to_datetime(["2025-01-01", "2025-02-01", "2025-03-01"]),
        "value": [1234.5, float("nan"), 9.0],
        "signals": ["", "long run", ""],
    }
)


@dataclass(frozen=True)
class Example(Result):
    """Stands for any result of the tools."""

    drawn_by: ClassVar[str] = "example"

    name: str = "Average wait"
    caption: str = "Judged by the Anhøj rules. Simulated data."
    words: str = "Run chart of Average wait: 3 points."
    paragraphs: tuple[str, ...] = ("The wait fell.", "Nothing else changed.")
    numbers: pd.DataFrame = field(default_factory=MONTHS.copy)
    lines: int = 20

    @property
    def table(self) -> pd.DataFrame:
        return self.numbers

    def describe(self) -> str:
        return self.words

    def report(self) -> tuple[str, ...]:
        return self.paragraphs


@pytest.fixture(autouse=True)
def _drawing(monkeypatch):
    """The drawing of the example: as many lines of words as it asks for."""

    def picture(example: Example, theme: Theme) -> Picture:
        lines = [Paragraph("What it shows.", theme.ink)] * example.lines
        return Picture(theme, (Paragraph(example.name, theme.ink), *lines), (), example.caption)

    drawing = ModuleType("qi_tools.draw.example")
    drawing.picture = picture  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, drawing.__name__, drawing)


def image(document: Any) -> bytes:
    """The picture in the file, as PNG."""
    parts = document.part.package.iter_parts()
    (blob,) = [part.blob for part in parts if "/media/" in part.partname]
    return blob


def body(document: Any) -> list[tuple[str, str]]:
    """What stands in the file, in order: the style of each paragraph, and its text."""
    found = []
    for part in document.iter_inner_content():
        if isinstance(part, docx.table.Table):
            found.append(("table", part.cell(0, 0).text))
        else:
            picture = part._p.xpath(".//wp:docPr")
            found.append(("picture", "") if picture else (part.style.name, part.text))
    return found


def rows(document: Any) -> list[list[str]]:
    (table,) = document.tables
    return [[cell.text for cell in row.cells] for row in table.rows]


@pytest.fixture
def saved(tmp_path):
    def save(result: Example, **given: Any) -> Any:
        return docx.Document(str(save_word(result, tmp_path / "wait.docx", **given)))

    return save


def test_what_stands_where(saved):
    document = saved(Example(), code='chart = run_chart(wait)\n    chart.save("wait.docx")\n')
    assert body(document) == [
        ("Heading 1", "Average wait"),
        ("picture", ""),
        ("Caption", "Judged by the Anhøj rules. Simulated data."),
        ("Normal", "Run chart of Average wait: 3 points."),
        ("Heading 2", "In more detail"),
        ("Normal", "The wait fell."),
        ("Normal", "Nothing else changed."),
        ("Heading 2", "The numbers"),
        ("table", "Date"),
        ("Heading 2", "How to make this chart again"),
        ("Code", 'chart = run_chart(wait)\n    chart.save("wait.docx")'),
    ]
    assert document.styles["Code"].font.no_proof


def test_no_heading_stands_over_nothing(saved):
    headings = [words for style, words in body(saved(Example(paragraphs=()))) if "Heading" in style]
    assert headings == ["Average wait", "The numbers"]


def test_the_picture_says_what_it_shows_and_fills_the_text_column(saved):
    document = saved(Example(words='Waits "fell" & rose < 3.'))
    (about,) = document.element.xpath("//wp:docPr")
    assert about.get("descr") == 'Waits "fell" & rose < 3.'
    (picture,) = document.inline_shapes
    page = document.sections[0]
    column = page.page_width - page.left_margin - page.right_margin
    assert picture.width == Cm(17) == pytest.approx(column, abs=TWIP)
    with Image.open(io.BytesIO(image(document))) as drawn:
        assert drawn.width == 1680
        assert picture.height == pytest.approx(picture.width * drawn.height / 1680, abs=2)
    holder, caption = document.paragraphs[1:3]
    assert holder._p.xpath(".//wp:docPr") == [about]
    assert holder.paragraph_format.keep_with_next
    assert caption.text.startswith("Judged by")
    assert caption.paragraph_format.keep_together


def test_a_tall_picture_stays_on_its_page_and_in_shape(saved):
    document = saved(Example(lines=90))
    (picture,) = document.inline_shapes
    assert picture.height == Cm(18)
    with Image.open(io.BytesIO(image(document))) as drawn:
        assert picture.width == pytest.approx(Cm(18) * drawn.width / drawn.height, rel=1e-3)


def test_the_picture_is_drawn_in_the_theme_asked_for(saved):
    for theme in (LIGHT, DARK):
        with Image.open(io.BytesIO(image(saved(Example(), theme=theme)))) as drawn:
            dot = drawn.convert("RGB").getpixel((0, 0))
        assert dot == pytest.approx(ImageColor.getrgb(theme.paper), abs=2)


def test_the_caption_is_words_and_not_drawn_too(saved):
    long = image(saved(Example(caption="Words. " * 100)))
    assert long == image(saved(Example(caption="Words.")))


def test_the_table_is_a_real_one(saved):
    document = saved(Example())
    assert rows(document) == [
        ["Date", "Value", "Signals"],
        ["January 2025", "1,234.5", ""],
        ["February 2025", "missing", "long run"],
        ["March 2025", "9.0", ""],
    ]
    (table,) = document.tables
    first, *others = table._tbl.tr_lst
    assert first.xpath("w:trPr/w:tblHeader")
    assert not any(row.xpath("w:trPr/w:tblHeader") for row in others)
    assert all(row.xpath("w:trPr/w:cantSplit") for row in (first, *others))
    aligned = [[cell.paragraphs[0].alignment for cell in row.cells] for row in table.rows]
    assert aligned == [[None, WD_ALIGN_PARAGRAPH.RIGHT, None]] * 4
    assert all(run.bold for cell in table.rows[0].cells for run in cell.paragraphs[0].runs)
    (title,) = table._tbl.tblPr.xpath("w:tblCaption")
    assert title.get(qn("w:val")) == "The numbers of Average wait"


def test_the_parts_of_a_table_stand_in_the_order_that_word_insists_on(saved):
    def order(parent: Any) -> list[str]:
        return [child.tag.split("}")[1] for child in parent]

    (table,) = saved(Example()).tables
    assert order(table._tbl)[:3] == ["tblPr", "tblGrid", "tr"]
    # ECMA-376, part 1, the types CT_TblPr and CT_PPr.
    assert order(table._tbl.tblPr) == ["tblW", "tblBorders", "tblCellMar", "tblLook", "tblCaption"]
    assert order(table.cell(1, 1)._tc) == ["tcPr", "p"]
    assert order(table.cell(1, 1).paragraphs[0]._p.pPr) == ["pStyle", "jc"]


def test_a_wide_table_has_a_page_turned_across(saved):
    measure = Measure.from_columns(
        range(40, 64), [date(2024 + n // 12, n % 12 + 1, 1) for n in range(24)], name="Wait"
    )
    table = control_chart(measure.aim(50), "i").table
    document = saved(Example(numbers=table))
    upright, across = document.sections
    assert upright.orientation == WD_ORIENT.PORTRAIT
    assert across.orientation == WD_ORIENT.LANDSCAPE
    assert (upright.page_width, upright.page_height) == (across.page_height, across.page_width)
    room = across.page_width - across.left_margin - across.right_margin
    widths = [int(column.get(qn("w:w"))) for column in document.tables[0]._tbl.tblGrid]
    assert sum(widths) * TWIP == pytest.approx(room, abs=len(widths) * TWIP)
    # The page turns after the words and before the heading, in no paragraph of its own.
    turned = [part for part in document.paragraphs if part._p.xpath("w:pPr/w:sectPr")]
    assert [part.text for part in turned] == ["Nothing else changed."]
    assert all(words for style, words in body(document) if style != "picture")


def test_a_narrow_table_stays_on_the_page(saved):
    document = saved(Example())
    assert len(document.sections) == 1
    widths = [int(column.get(qn("w:w"))) for column in document.tables[0]._tbl.tblGrid]
    assert sum(widths) * TWIP < Cm(17)


@pytest.mark.parametrize(("count", "shown"), [(500, 500), (501, 201)])
def test_a_very_long_table_says_what_it_leaves_out(saved, count, shown):
    table = pd.DataFrame({"point": range(1, count + 1), "value": [0.5] * count})
    document = saved(Example(numbers=table))
    told = rows(document)[1:]
    assert len(told) == shown
    assert [told[0][0], told[-1][0]] == ["1", str(count)]
    words = [words for _, words in body(document) if words.startswith("There are")]
    if shown == count:
        assert words == []
        return
    assert words == [
        "There are 501 rows. The first 100 and the last 100 are shown. To have all of them, save "
        "under a name that ends in .csv."
    ]
    assert [row[0] for row in told[99:102]] == ["100", "(301 rows not shown)", "402"]


def test_title_and_language(saved):
    document = saved(Example(name="Wait\nin  clinic"))
    about = document.core_properties
    assert about.title == "Wait in clinic"
    assert about.language == "en-GB"
    assert about.author == about.comments == ""
    assert abs(datetime.now(UTC) - about.created.replace(tzinfo=UTC)) < timedelta(hours=1)
    assert about.created == about.modified
    (language,) = document.styles.element.xpath("w:docDefaults//w:lang")
    assert language.get(qn("w:val")) == "en-GB"


def test_a_name_longer_than_word_takes_as_a_title_is_whole_in_the_heading(saved):
    document = saved(Example(name="w" * 300))
    assert document.core_properties.title == "w" * 255
    assert body(document)[0] == ("Heading 1", "w" * 300)


def test_one_font_for_all_but_code_and_no_theme_overrides_it(saved):
    document = saved(Example())
    (fonts,) = document.styles.element.xpath("w:docDefaults//w:rFonts")
    scripts = {"w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"}
    assert dict(fonts.attrib) == {qn(script): "Arial" for script in scripts}
    assert document.styles["Code"].font.name == "Consolas"


@pytest.mark.parametrize("name", ["Normal", "Heading 1", "Heading 2", "Caption", "Table Text"])
def test_letters_are_large_and_dark(saved, name):
    style = saved(Example()).styles[name]
    assert style.font.size.pt >= 10
    assert str(style.font.color.rgb) in {
        LIGHT.ink.upper().removeprefix("#"),
        LIGHT.quiet_ink.upper().removeprefix("#"),
    }
    assert style.element.rPr.rFonts is None


def test_every_part_is_well_formed_and_reaches_nowhere(tmp_path):
    path = save_word(Example(), tmp_path / "wait.docx", code="run_chart(wait)")
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None
        for name in file.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(file.read(name))
            if name.endswith(".rels"):
                assert b"External" not in file.read(name)
        assert not [name for name in file.namelist() if "vba" in name.lower()]
        settings = file.read("word/settings.xml")
    assert re.search(rb'"compatibilityMode" [^>]*w:val="15"', settings)


def test_two_files_of_one_result_have_the_same_parts_but_for_the_time(tmp_path):
    def parts(name: str) -> dict[str, bytes]:
        with zipfile.ZipFile(save_word(Example(), tmp_path / name)) as file:
            return {part: file.read(part) for part in file.namelist() if "core.xml" not in part}

    assert parts("one.docx") == parts("two.docx")


NASTY = "</w:t>&amp;<\"'\x00\x08\x0b\x1f\x85\ud800\ufffe\uffff=\U0001f600 é"
CLEAN = "</w:t>&amp;<\"'=\U0001f600 é"


def test_what_xml_refuses_is_left_out_and_what_it_means_is_kept(saved):
    table = pd.DataFrame({NASTY: [NASTY, "a\n  b"], "b": [1, 2]})
    document = saved(Example(NASTY, NASTY, NASTY, (NASTY,), table), code=NASTY)
    assert rows(document) == [[CLEAN, "B"], [CLEAN, "1"], ["a b", "2"]]
    texts = [words for _, words in body(document) if CLEAN[3:] in words]
    assert texts == [CLEAN] * 6
    assert document.core_properties.title == CLEAN
    assert document.element.xpath("//wp:docPr")[0].get("descr") == CLEAN


@settings(max_examples=30)
@given(words=st.text(st.characters(codec=None, exclude_characters="\r\n\t")))
def test_any_text_makes_a_file_that_opens(words, tmp_path_factory):
    path = tmp_path_factory.mktemp("word") / "wait.docx"
    result = Example(words, words, words, (words,), pd.DataFrame({"name": [words]}))
    document = docx.Document(str(save_word(result, path)))
    assert len(document.tables) == 1


def test_words_are_those_of_the_page(saved):
    columns = columns_in_words(MONTHS)
    assert rows(saved(Example()))[1:] == [
        list(row) for row in zip(*(column.cells for column in columns), strict=True)
    ]


def test_a_file_that_is_open_in_word_is_left_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "wait.docx"
    write_whole(path, b"old")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(FileNotSaved, match=r"Permission denied.*Close the file if it is open"):
        save_word(Example(), path)
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["wait.docx"]
