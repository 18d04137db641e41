"""A report as a page: to read on a screen or a phone, and to print on A4."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import assert_never

from qi_tools.draw.layout import NARROW, lay_out
from qi_tools.draw.placed import Sheet
from qi_tools.draw.svg import svg
from qi_tools.html import colours_of
from qi_tools.improvement.outline import outline_html
from qi_tools.improvement.reports.content import (
    Block,
    Facts,
    Figure,
    Paragraph,
    Part,
    Points,
    Table,
)
from qi_tools.improvement.reports.figures import ON_ITS_OWN, Printed, bare, printed
from qi_tools.improvement.reports.one_page import (
    ABOUT,
    AIM,
    CAPTION,
    CELL_PAD,
    GAP,
    LABEL_WIDE,
    ROW_PAD,
    TEXT,
    TITLE,
    OnePage,
    SummaryChart,
)
from qi_tools.palette import LIGHT
from qi_tools.result import Result

__all__ = ["inside_page", "whole_page"]

_STYLE = Path(__file__).with_name("report.css")
#: What a style sheet can't say of the parts of a page that holds something else too.
_PAPER = """@page { size: A4; margin: 20mm;
  @bottom-right { content: counter(page) " of " counter(pages); font: 9pt Arial, sans-serif; } }
@page across { size: A4 landscape; }
body { margin: 0; background: #ffffff; }
.qi-report { margin: 0 auto; padding: 1rem; }
@media print { .qi-report { padding: 0; } }"""


def whole_page(one_page: OnePage, parts: Sequence[Part]) -> str:
    """Make a page of its own, which needs nothing from anywhere.

    Parameters
    ----------
    one_page : OnePage
    parts : sequence of Part

    Returns
    -------
    str
    """
    body = "".join((*_summary(one_page, 1), *_contents(parts), *_parts(parts, 2, "part")))
    return (
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{escape(one_page.title)}</title>\n<link rel="icon" href="data:,">\n'
        f"<style>\n{_PAPER}\n{_style()}</style>\n</head>\n<body>\n"
        f'<main class="qi-report" style="{colours_of(LIGHT)}">\n{body}\n</main>\n</body>\n</html>\n'
    )


def inside_page(one_page: OnePage, parts: Sequence[Part]) -> str:
    """Make a piece of a page, such as a notebook, that changes nothing around it.

    Parameters
    ----------
    one_page : OnePage
    parts : sequence of Part

    Returns
    -------
    str
    """
    body = "".join((*_summary(one_page, 2), *_parts(parts, 3)))
    return (
        f'<div class="qi-report" style="{colours_of(LIGHT)}"><style>\n{_style()}</style>'
        f"{body}</div>"
    )


def _style() -> str:
    """Give the rules, all of which begin with the class of a report."""
    sizes = {
        "title": TITLE,
        "about": ABOUT,
        "aim": AIM,
        "text": TEXT,
        "caption": CAPTION,
    }
    letters = "".join(
        f"--{name}: {each.size:g}pt/{each.line:g}pt; " for name, each in sizes.items()
    )
    rooms = (
        f"--gap: {GAP:g}pt; --row: {ROW_PAD / 2:g}pt; --cell: {CELL_PAD:g}pt; "
        f"--label: {LABEL_WIDE:g}pt"
    )
    fonts = 'system-ui, "Segoe UI", Roboto, Arial, sans-serif'
    return (
        f".qi-report {{ {letters}{rooms}; --fonts: {fonts}; }}\n"
        f"{_STYLE.read_text(encoding='utf-8')}"
    )


# ---- the summary


def _summary(one_page: OnePage, level: int) -> Iterator[str]:
    yield f'<section class="qi-one-page"><h{level}>{escape(one_page.title)}</h{level}>'
    if one_page.about:
        yield f'<p class="qi-about">{escape(one_page.about)}</p>'
    yield f'<p class="qi-aim"><span>Aim</span> {escape(one_page.aim)}</p>'
    yield f'<p class="qi-stage">{escape(one_page.stage)}</p><ol class="qi-stages">'
    for name, there in one_page.stages:
        mark = ' class="qi-there"><span aria-hidden="true">✓ </span>' if there else ">"
        yield f"<li{mark}{escape(name)}</li>"
    yield "</ol>"
    if one_page.chart:
        yield _summary_chart(one_page.chart)
    if one_page.rows:
        yield '<table class="qi-rows">'
        for row in one_page.rows:
            lines = "".join(f"<div>{escape(line)}</div>" for line in row.lines)
            yield f'<tr><th scope="row">{escape(row.question)}</th><td>{lines}</td></tr>'
        yield "</table>"
    yield "</section>"


def _summary_chart(shown: SummaryChart) -> str:
    """Put the chart as it is printed, and on a phone as it is drawn for one."""
    drawn = svg(shown.sheet)
    return (
        f'<figure><div role="img" aria-label="{escape(shown.chart.describe())}">'
        f'<div class="qi-wide" aria-hidden="true" style="{_size(shown.sheet)}">{drawn}</div>'
        f'<div class="qi-narrow" aria-hidden="true">{svg(shown.narrow)}</div></div>'
        f"<figcaption>{escape(shown.caption)}</figcaption></figure>"
    )


# ---- the parts


def _contents(parts: Sequence[Part]) -> Iterator[str]:
    if not parts:
        return
    yield '<nav aria-label="Contents" class="qi-contents"><h2>Contents</h2><ol>'
    for number, part in enumerate(parts, 1):
        yield f'<li><a href="#part-{number}">{escape(part.title)}</a></li>'
    yield "</ol></nav>"


def _parts(parts: Sequence[Part], level: int, id: str = "") -> Iterator[str]:
    for number, part in enumerate(parts, 1):
        named = f' id="{id}-{number}"' if id else ""
        yield f'<section class="qi-part"{named}><h{level}>{escape(part.title)}</h{level}>'
        yield from _blocks(part.blocks, level + 1)
        yield "</section>\n"


def _blocks(blocks: Sequence[Block], level: int) -> Iterator[str]:
    """Put what stands below a heading; figures that need pages of their own come last on paper."""
    sheets: list[Sheet] = []
    for block in blocks:
        if isinstance(block, Figure):
            shown = printed(block.result)
            sheets += shown.sheets if shown.own_pages else ()
            yield from _figure(block.result, shown)
        else:
            yield from _block(block, level)
    for sheet in sheets:
        side = "qi-across" if sheet.width > sheet.height else "qi-upright"
        kind = f'class="qi-sheet {side}" aria-hidden="true" style="{_size(sheet)}"'
        yield f"<div {kind}>{svg(sheet)}</div>"


def _block(block: Paragraph | Points | Facts | Table | Part, level: int) -> Iterator[str]:
    match block:
        case Paragraph():
            yield f"<p>{escape(block.words)}</p>"
        case Points():
            yield outline_html(block.items)
        case Facts():
            kind = "qi-facts qi-kept" if block.short else "qi-facts"
            yield from _table(kind, block.title, (), block.rows)
        case Table():
            yield from _table("qi-table", block.title, block.headings, block.rows)
        case Part():
            yield f'<section class="qi-below"><h{level}>{escape(block.title)}</h{level}>'
            yield from _blocks(block.blocks, min(level + 1, 6))
            yield "</section>"
        case _:
            assert_never(block)


def _table(
    kind: str, title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]
) -> Iterator[str]:
    """Write a table in a frame of its own, which scrolls on a phone."""
    yield (
        f'<div class="{kind}" role="region" aria-label="{escape(title) or "Table"}" tabindex="0">'
        "<table>"
    )
    if headings:
        cells = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
        yield f"<thead><tr>{cells}</tr></thead>"
    yield "<tbody>"
    for first, *rest in rows:
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in rest)
        yield f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>'
    yield "</tbody></table></div>"


def _figure(result: Result, shown: Printed) -> Iterator[str]:
    """Put a figure as it is best on a screen and on a phone."""
    picture = bare(result)
    wide, narrow = (svg(lay_out(picture, room).sheet) for room in (shown.room, NARROW))
    yield f'<figure class="{"qi-paged" if shown.own_pages else "qi-in-text"}">'
    yield (
        f'<div role="img" aria-label="{escape(result.describe())}">'
        f'<div class="qi-wide" aria-hidden="true">{wide}</div>'
        f'<div class="qi-narrow" aria-hidden="true">{narrow}</div></div>'
    )
    if shown.caption:
        yield f"<figcaption>{escape(shown.caption)}</figcaption>"
    if shown.own_pages:
        yield f'<p class="qi-later">{ON_ITS_OWN}</p>'
    yield "</figure>"


def _size(sheet: Sheet) -> str:
    """Give the size that a sheet has on paper, for the rules of print."""
    return f"--wide: {sheet.width:.1f}pt; --high: {sheet.height:.1f}pt"
