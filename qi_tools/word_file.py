"""A result as a Word file: picture, words and numbers, to put in a paper or send round."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from qi_tools.palette import LIGHT, Theme
from qi_tools.saved_file import save_bytes
from qi_tools.table_words import ColumnWords, columns_in_words
from qi_tools.words import counted

if TYPE_CHECKING:
    from qi_tools.draw.picture import Picture
    from qi_tools.draw.placed import Sheet
    from qi_tools.result import Result

__all__ = [
    "LONG_SIDE",
    "MARGIN",
    "PICTURE_ZOOM",
    "SHORT_SIDE",
    "add_drawing",
    "add_table",
    "begin_page",
    "document_bytes",
    "new_document",
    "one_line",
    "plain",
    "save_word",
]

LANGUAGE = "en-GB"
FONT, CODE_FONT = "Arial", "Consolas"
TEXT_SIZE, SMALL_SIZE, TABLE_SIZE = 12, 11, 10  # points

# An A4 page, in centimetres.
SHORT_SIDE, LONG_SIDE, MARGIN = 21.0, 29.7, 2.0
TEXT_WIDTH = SHORT_SIDE - 2 * MARGIN
PICTURE_ROOM = 560.0  # points, printed a seventh smaller: its letters are about 11 points
PICTURE_ZOOM = 3.0  # 250 dots an inch
TALLEST_PICTURE = 18.0  # leaves room on the page for the heading above and the caption below

# More rows than this are read by no one on paper.
MOST_ROWS = 500
ROWS_AT_EACH_END = 100

FIGURE_WIDTH = 0.2  # centimetres that a figure or letter takes in a table, on the wide side
BETWEEN_CELLS = 0.4  # centimetres
WIDEST_CELL = 30  # letters; longer text is broken into lines

# What an XML file can't hold (W3C, XML 1.0, section 2.2), and the rest of the control characters.
_NOT_IN_XML = re.compile("[^\t\n -~\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def save_word(
    result: Result, path: str | os.PathLike[str], *, code: str = "", theme: Theme = LIGHT
) -> Path:
    """Save a result as a Word file that everyone can read, also with a screen reader.

    It holds the picture with its text alternative and caption, the words, the numbers as a real
    table, and what is needed to make the chart again. There is no macro in it and no link. Two
    files of one result differ only in the time that they were made.

    A table of more than 500 rows is cut to its first 100 and last 100, and says so.

    Parameters
    ----------
    result : Result
    path : path-like
        The file, ending in ``.docx``. A file of that name is replaced.
    code : str
        The lines that make the chart again, shown last; nothing is shown when there are none.
    theme : Theme
        The colours of the picture.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    FileNotSaved
        If the name has another ending, or the file can't be written.
    """
    from qi_tools.draw import output

    picture = output.picture(result, theme)
    name = one_line(picture.above[0].text)
    document = new_document(name)
    document.add_heading(name, level=1)
    _add_picture(document, picture, result.describe())
    document.add_paragraph(plain(result.describe()))
    if paragraphs := result.report():
        document.add_heading("In more detail", level=2)
        for paragraph in paragraphs:
            document.add_paragraph(plain(paragraph))
    _add_numbers(document, columns_in_words(result.table), name)
    if lines := code.strip("\n"):
        document.add_heading("How to make this chart again", level=2)
        document.add_paragraph(plain(lines), style="Code")
    return save_bytes(document_bytes(document), path, ending=".docx")


def new_document(name: str) -> Any:
    """Begin a Word file: A4 upright, British English, large dark letters, no author.

    Parameters
    ----------
    name : str
        Its title, of which Word takes 255 characters.

    Returns
    -------
    docx.document.Document
    """
    from docx import Document

    document = Document()
    _set_properties(document, one_line(name))
    _set_language(document)
    _set_styles(document)
    _set_page(document.sections[0])
    return document


def document_bytes(document: Any) -> bytes:
    """Give what the file of a document holds."""
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def plain(text: str) -> str:
    r"""Give a text without the characters that a Word file can't hold.

    Examples
    --------
    >>> plain("a\x00b\r\nc")
    'ab\nc'
    """
    return _NOT_IN_XML.sub("", text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    r"""Give a text on one line, without the characters that a Word file can't hold.

    Examples
    --------
    >>> one_line("a\x00b\n  c")
    'ab c'
    """
    return " ".join(plain(text).split())


def _set_properties(document: Any, name: str) -> None:
    about = document.core_properties
    about.title = name[:255]  # Word allows no more
    about.language = LANGUAGE
    about.author = about.comments = ""  # not the library's
    about.created = about.modified = datetime.now(UTC).replace(tzinfo=None)


def _set_language(document: Any) -> None:
    from docx.oxml.ns import qn

    (spoken,) = document.styles.element.xpath("w:docDefaults//w:lang")
    spoken.set(qn("w:val"), LANGUAGE)
    settings = document.settings.element
    (letters,) = settings.xpath("w:themeFontLang")
    letters.attrib.clear()
    letters.set(qn("w:val"), LANGUAGE)
    # In an older mode than this one Word opens the file as one for "Compatibility Mode".
    (mode,) = settings.xpath("w:compat/w:compatSetting[@w:name='compatibilityMode']")
    mode.set(qn("w:val"), "15")


def _set_styles(document: Any) -> None:
    """Make letters large and dark, and all of one font."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    styles = document.styles
    (fonts,) = styles.element.xpath("w:docDefaults//w:rFonts")
    fonts.attrib.clear()  # a theme's font would win
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)
    for name in ("Code", "Table Text"):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    for name, size, colour in (
        ("Normal", TEXT_SIZE, LIGHT.ink),
        ("Heading 1", 18, LIGHT.ink),
        ("Heading 1 Char", 18, LIGHT.ink),
        ("Heading 2", 14, LIGHT.ink),
        ("Heading 2 Char", 14, LIGHT.ink),
        ("Heading 3", 12, LIGHT.ink),
        ("Heading 3 Char", 12, LIGHT.ink),
        ("Heading 4", 12, LIGHT.ink),
        ("Heading 4 Char", 12, LIGHT.ink),
        ("Caption", SMALL_SIZE, LIGHT.quiet_ink),
        ("Code", SMALL_SIZE, LIGHT.ink),
        ("Table Text", TABLE_SIZE, LIGHT.ink),
    ):
        styles[name].element.get_or_add_rPr().remove_all("w:rFonts")
        styles[name].font.size = Pt(size)
        styles[name].font.color.rgb = RGBColor.from_string(colour.removeprefix("#"))
    styles["Heading 2"].paragraph_format.space_after = Pt(4)
    styles["Caption"].font.bold = False
    code, close = styles["Code"], styles["Table Text"].paragraph_format
    code.font.name = CODE_FONT
    code.font.no_proof = True  # code is no misspelt English
    code.paragraph_format.keep_together = True
    close.space_before = close.space_after = Pt(2)
    close.line_spacing = 1.0


def _set_page(section: Any, *, across: bool = False) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm

    width, height = (LONG_SIDE, SHORT_SIDE) if across else (SHORT_SIDE, LONG_SIDE)
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Cm(width), Cm(height)
    section.left_margin = section.right_margin = Cm(MARGIN)
    section.top_margin = section.bottom_margin = Cm(MARGIN)


def _add_picture(document: Any, picture: Picture, description: str) -> None:
    from docx.shared import Cm, Emu

    from qi_tools.draw.layout import lay_out

    bare = replace(picture, caption="")  # the file says it, in letters that can be read aloud
    shape = add_drawing(document, lay_out(bare, PICTURE_ROOM).sheet, description, width=TEXT_WIDTH)
    if shape.height > Cm(TALLEST_PICTURE):
        shape.width = Emu(round(shape.width * Cm(TALLEST_PICTURE) / shape.height))
        shape.height = Cm(TALLEST_PICTURE)
    caption = document.add_paragraph(plain(picture.caption), style="Caption")
    caption.paragraph_format.keep_together = True


def add_drawing(
    document: Any, sheet: Sheet, description: str, *, width: float, zoom: float = PICTURE_ZOOM
) -> Any:
    """Add what is drawn as a paragraph of its own, on the page of what comes next.

    Parameters
    ----------
    document : docx.document.Document
    sheet : Sheet
    description : str
        Its text alternative.
    width : float
        How wide it is on the page, in centimetres.
    zoom : float
        Dots for each point of the sheet.

    Returns
    -------
    docx.shape.InlineShape
    """
    from docx.shared import Cm

    from qi_tools.draw.png import png

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    drawn = io.BytesIO(png(sheet, zoom=zoom))
    shape = paragraph.add_run().add_picture(drawn, width=Cm(width))
    (about,) = paragraph._p.xpath(".//wp:docPr")
    about.set("descr", plain(description))
    return shape


def _add_numbers(document: Any, columns: Sequence[ColumnWords], name: str) -> None:
    """Add the numbers as a table, on a page turned across where they need its width."""
    widths = [_width(column) for column in columns]
    if sum(widths) > TEXT_WIDTH:
        begin_page(document, across=True)
        share = (LONG_SIDE - 2 * MARGIN) / sum(widths)
        widths = [share * width for width in widths]
    document.add_heading("The numbers", level=2)
    rows = [list(row) for row in zip(*(column.cells for column in columns), strict=True)]
    if len(rows) > MOST_ROWS:
        left_out = len(rows) - 2 * ROWS_AT_EACH_END
        document.add_paragraph(
            f"There are {counted(len(rows), 'row')}. The first {ROWS_AT_EACH_END} and the last "
            f"{ROWS_AT_EACH_END} are shown. To have all of them, save under a name that ends in "
            ".csv."
        )
        gap = [f"({counted(left_out, 'row')} not shown)"] + ["…"] * (len(columns) - 1)
        rows = [*rows[:ROWS_AT_EACH_END], gap, *rows[-ROWS_AT_EACH_END:]]
    add_table(
        document,
        [[one_line(cell) for cell in row] for row in rows],
        widths,
        title=f"The numbers of {name}",
        headings=[one_line(column.heading) for column in columns],
        numeric=[column.numeric for column in columns],
    )


def _width(column: ColumnWords) -> float:
    """Reckon the width of a column, in centimetres; a heading is broken between its words."""
    longest = max(map(len, (*column.heading.split(), *column.cells)), default=1)
    return min(longest, WIDEST_CELL) * FIGURE_WIDTH + BETWEEN_CELLS


def begin_page(document: Any, *, across: bool) -> None:
    """Begin a page that lies across, or one that stands upright."""
    from docx.enum.section import WD_SECTION

    _set_page(document.add_section(WD_SECTION.NEW_PAGE), across=across)
    # The break stands in a blank paragraph, which might need a page of its own: it may as well
    # stand in the last one that has words, if nothing comes between them.
    *_, last, blank = document.paragraphs
    if blank._p.getprevious() is last._p:
        (section,) = blank._p.xpath("w:pPr/w:sectPr")
        last._p.get_or_add_pPr().append(section)
        blank._p.getparent().remove(blank._p)


def add_table(
    document: Any,
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    *,
    title: str,
    headings: Sequence[str] = (),
    numeric: Sequence[bool] = (),
) -> None:
    """Add a table as Word does: python-docx has no row of headings and no title for one.

    Parameters
    ----------
    document : docx.document.Document
    rows : sequence of sequence of str
        A cell may have several lines.
    widths : sequence of float
        Of the columns, in centimetres.
    title : str
        What a screen reader calls it.
    headings : sequence of str
        What stands above the columns, again on each page. Without them the first column is the
        heading of each row.
    numeric : sequence of bool
        The columns that are set to the right.
    """
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    twips = [round(width / 2.54 * 1440) for width in widths]
    right = tuple(numeric) or (False,) * len(widths)
    colour = LIGHT.line.removeprefix("#")
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{colour}"/>'
        for side in ("top", "bottom", "insideH")
    )
    said = escape(one_line(title), {'"': "&quot;"})
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in twips)
    bold = (True,) * len(widths) if headings else (False,) * len(widths)
    above = _row_xml(headings, twips, right, bold, heads=True) if headings else ""
    in_row = (not headings, *(False for _ in widths[1:]))
    body = "".join(_row_xml(row, twips, right, in_row) for row in rows)
    first = "1" if headings else "0"
    look = "00A0" if headings else "0080"
    table = parse_xml(
        f"<w:tbl {nsdecls('w')}><w:tblPr>"
        f'<w:tblW w:w="{sum(twips)}" w:type="dxa"/><w:tblBorders>{sides}</w:tblBorders>'
        '<w:tblCellMar><w:left w:w="115" w:type="dxa"/><w:right w:w="115" w:type="dxa"/>'
        f'</w:tblCellMar><w:tblLook w:val="{look}" w:firstRow="{first}" w:lastRow="0" '
        'w:firstColumn="1" w:lastColumn="0" w:noHBand="0" w:noVBand="0"/>'
        f'<w:tblCaption w:val="{said}"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"{above}{body}</w:tbl>"
    )
    document.element.body.insert_element_before(table, "w:sectPr")


def _row_xml(
    cells: Sequence[str],
    twips: Sequence[int],
    right: Sequence[bool],
    bold: Sequence[bool],
    *,
    heads: bool = False,
) -> str:
    repeated = "<w:tblHeader/>" if heads else ""
    drawn = []
    for cell, width, to_the_right, strong in zip(cells, twips, right, bold, strict=True):
        side = '<w:jc w:val="right"/>' if to_the_right else ""
        weight = "<w:rPr><w:b/></w:rPr>" if strong else ""
        lines = "</w:t><w:br/><w:t>".join(escape(line) for line in plain(cell).split("\n"))
        drawn.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
            f'<w:p><w:pPr><w:pStyle w:val="TableText"/>{side}</w:pPr><w:r>{weight}'
            f"<w:t>{lines}</w:t></w:r></w:p></w:tc>"
        )
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{''.join(drawn)}</w:tr>"
