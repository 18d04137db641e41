"""A report as a Word file: real headings, lists and tables, and pictures with their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, assert_never

from qi_tools.draw.placed import Sheet
from qi_tools.improvement.outline import Item, said
from qi_tools.improvement.reports.content import Facts, Figure, Paragraph, Part, Points, Table
from qi_tools.improvement.reports.figures import (
    CENTIMETRE,
    ON_ITS_OWN,
    TEXT_HIGH,
    TEXT_WIDE,
    printed,
)
from qi_tools.improvement.reports.one_page import (
    ABOUT,
    AIM,
    CAPTION,
    CELL_PAD,
    GAP,
    LABEL_WIDE,
    TEXT,
    TITLE,
    Letters,
    OnePage,
    SummaryChart,
)
from qi_tools.palette import LIGHT
from qi_tools.word_file import (
    add_drawing,
    add_table,
    begin_page,
    document_bytes,
    new_document,
    one_line,
    plain,
)

__all__ = ["word_file"]

WIDE_CM: Final = TEXT_WIDE / CENTIMETRE
QUESTION_SHARE: Final = 0.27  # of a table of questions and answers
LEAST_COLUMN: Final = 1.7  # centimetres
ZOOM: Final = 3.0  # 216 dots an inch
DEEPEST_BULLET: Final = 3  # Word has styles for so many levels
INDENT: Final = 0.63  # centimetres, Word's own for each level


def word_file(one_page: OnePage, parts: Sequence[Part]) -> bytes:
    """Make a Word file of a report.

    Parameters
    ----------
    one_page : OnePage
    parts : sequence of Part

    Returns
    -------
    bytes
    """
    document = new_document(one_page.title)
    _set_footer(document, one_page.title)
    _add_summary(document, one_page)
    writer = _Writer(document)
    for part in parts:
        writer.add_part(part, 2)
    return document_bytes(document)


@dataclass
class _Writer:
    """Adds one thing after another, and knows how the page lies."""

    document: Any
    across: bool = False

    def add_part(self, part: Part, level: int) -> None:
        """Add a heading with what stands below it; pages of figures come last."""
        self._turn(across=False)
        heading = self.document.add_heading(one_line(part.title), level=min(level, 9))
        heading.paragraph_format.page_break_before = level == 2
        sheets: list[tuple[Sheet, str]] = []
        for block in part.blocks:
            if isinstance(block, Figure):
                sheets += self._add_figure(block)
            else:
                self._add(block, level)
        for sheet, words in sheets:
            self._turn(across=sheet.width > sheet.height)
            width = sheet.width / CENTIMETRE
            add_drawing(self.document, sheet, words, width=width, zoom=ZOOM)
            holder = self.document.paragraphs[-1].paragraph_format
            holder.page_break_before, holder.keep_with_next = True, False
            _tighten(holder, 0.0)

    def _turn(self, *, across: bool) -> None:
        if across is not self.across:
            begin_page(self.document, across=across)
            self.across = across

    def _add(self, block: Paragraph | Points | Facts | Table | Part, level: int) -> None:
        document = self.document
        match block:
            case Paragraph():
                document.add_paragraph(plain(block.words))
            case Points():
                _add_points(document, block.items, 0)
            case Facts():
                widths = [WIDE_CM * QUESTION_SHARE, WIDE_CM * (1 - QUESTION_SHARE)]
                add_table(document, block.rows, widths, title=block.title)
                if block.short:
                    _keep_together(document.tables[-1])
                _add_gap(document)
            case Table():
                widths = _widths(block)
                title, headings = block.title, block.headings
                add_table(document, block.rows, widths, title=title, headings=headings)
                _add_gap(document)
            case Part():
                self.add_part(block, level + 1)
            case _:
                assert_never(block)

    def _add_figure(self, figure: Figure) -> list[tuple[Sheet, str]]:
        """Add a figure to the text, or give the pages that it needs."""
        shown, words = printed(figure.result), figure.result.describe()
        if shown.own_pages:
            self.document.add_paragraph(ON_ITS_OWN)
            count = len(shown.sheets)
            return [
                (sheet, words if count == 1 else f"Page {number} of {count}. {words}")
                for number, sheet in enumerate(shown.sheets, 1)
            ]
        (sheet,) = shown.sheets
        width = TEXT_WIDE * min(1.0, 0.85 * TEXT_HIGH / sheet.height)
        add_drawing(self.document, sheet, words, width=width / CENTIMETRE, zoom=ZOOM)
        self.document.add_paragraph(plain(shown.caption), style="Caption")
        return []


# ---- the summary


def _add_summary(document: Any, one_page: OnePage) -> None:
    """Add the summary in lines as high as they were reckoned, so that it stays on its page."""
    from docx.shared import Pt

    heading = document.add_heading(one_page.title, level=1)
    _set_lines(heading, TITLE)
    if one_page.about:
        _add_line(document, one_page.about, ABOUT, quiet=True)
    _set_box(_add_line(document, one_page.aim, AIM, bold=True))
    stage = _add_line(document, one_page.stage, TEXT, bold=True)
    stage.paragraph_format.space_after = Pt(0)
    stages = (f"{'✓ ' if there else ''}{name}" for name, there in one_page.stages)
    _add_line(document, "  ›  ".join(stages), TEXT)
    if one_page.chart:
        _add_chart(document, one_page.chart)
    if one_page.rows:
        label = LABEL_WIDE / CENTIMETRE
        rows = [(row.question, "\n".join(row.lines)) for row in one_page.rows]
        add_table(document, rows, [label, WIDE_CM - label], title="The project in short")
        for row in document.tables[-1].rows:
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.line_spacing = Pt(TEXT.line)
        _add_gap(document)


def _add_chart(document: Any, shown: SummaryChart) -> None:
    width = shown.sheet.width / CENTIMETRE
    add_drawing(document, shown.sheet, shown.chart.describe(), width=width, zoom=ZOOM)
    _tighten(document.paragraphs[-1].paragraph_format, 0.0)
    _add_line(document, shown.caption, CAPTION, quiet=True)


def _add_line(
    document: Any, words: str, letters: Letters, *, bold: bool = False, quiet: bool = False
) -> Any:
    from docx.shared import RGBColor

    paragraph = document.add_paragraph()
    run = paragraph.add_run(plain(words))
    run.bold = bold
    if quiet:
        run.font.color.rgb = RGBColor.from_string(LIGHT.quiet_ink.removeprefix("#"))
    _set_lines(paragraph, letters)
    return paragraph


def _set_lines(paragraph: Any, letters: Letters) -> None:
    from docx.shared import Pt

    for run in paragraph.runs:
        run.font.size = Pt(letters.size)
    _tighten(paragraph.paragraph_format, GAP)
    paragraph.paragraph_format.line_spacing = Pt(letters.line)


def _tighten(spaces: Any, after: float) -> None:
    from docx.shared import Pt

    spaces.space_before, spaces.space_after, spaces.line_spacing = Pt(0), Pt(after), 1.0


def _set_box(paragraph: Any) -> None:
    """Shade a paragraph, with a bar at its left."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls
    from docx.shared import Pt

    ink, paper = LIGHT.values.removeprefix("#"), LIGHT.band.removeprefix("#")
    space = round(CELL_PAD)
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{colour}"/>'
        for side, size, colour in (("top", 2, paper), ("left", 24, ink), ("bottom", 2, paper))
    )
    paragraph.paragraph_format.left_indent = Pt(space + 3)  # so that the bar stands at the margin
    properties = paragraph._p.get_or_add_pPr()
    # ECMA-376, part 1, CT_PPr: borders and shading stand before the spacing.
    (spacing,) = properties.xpath("w:spacing")
    spacing.addprevious(parse_xml(f"<w:pBdr {nsdecls('w')}>{sides}</w:pBdr>"))
    spacing.addprevious(
        parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{paper}"/>')
    )


# ---- the pieces


def _add_points(document: Any, items: Sequence[Item], depth: int) -> None:
    from docx.shared import Cm, Pt

    style = "List Bullet" if depth == 0 else f"List Bullet {min(depth + 1, DEEPEST_BULLET)}"
    for item in items:
        spaces = document.add_paragraph(one_line(said(item)), style=style).paragraph_format
        spaces.space_after = Pt(3)
        if depth >= DEEPEST_BULLET:
            spaces.left_indent = Cm(INDENT * (depth + 1))
        _add_points(document, item.below, depth + 1)


def _keep_together(table: Any) -> None:
    for row in table.rows[:-1]:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def _add_gap(document: Any) -> None:
    """Part a table from what comes next: Word wants a paragraph between them."""
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    _tighten(paragraph.paragraph_format, 0.0)
    paragraph.paragraph_format.line_spacing = Pt(6)


def _widths(table: Table) -> list[float]:
    """Share the width among columns by the length of their words, none too narrow for one."""
    wanted = []
    for heading, *cells in zip(table.headings, *table.rows, strict=True):
        longest = max(len(cell) for cell in cells)
        wanted.append(max(len(heading) / 2, 6 + min(longest, 160) ** 0.75))
    share = (WIDE_CM - LEAST_COLUMN * len(wanted)) / sum(wanted)
    return [LEAST_COLUMN + share * each for each in wanted]


def _set_footer(document: Any, title: str) -> None:
    """Write the title and the number of the page below each page."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    (paragraph,) = document.sections[0].footer.paragraphs
    paragraph.style = document.styles["Caption"]
    paragraph.add_run(f"{title}. Page ")
    for code, between in (("PAGE", " of "), ("NUMPAGES", "")):
        paragraph._p.append(
            parse_xml(
                f'<w:fldSimple {nsdecls("w")} w:instr=" {code} ">'
                "<w:r><w:t>1</w:t></w:r></w:fldSimple>"
            )
        )
        if between:
            paragraph.add_run(between)
