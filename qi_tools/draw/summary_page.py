"""A summary of many measures for a page: a table that can be read, heard and scrolled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from html import escape
from typing import Final

from qi_tools.draw.icons import icon_svg
from qi_tools.draw.sparklines import HEIGHT, WIDTH, sparkline_svg
from qi_tools.draw.summary import caption, ordered, sentence
from qi_tools.html import colours_of
from qi_tools.palette import LIGHT, Theme
from qi_tools.spc.summaries import Summary, SummaryRow
from qi_tools.words import counted

__all__ = ["html", "whole_page"]

ICON: Final = 28
HEADINGS: Final = (
    "Measure",
    "Change",
    "Latest",
    "Target",
    "Over time",
)

# In a narrow window the table scrolls sideways within its own frame, the names staying in sight.
_STYLE = f"""<style>
.qi-summary {{ margin: 1em 0; max-width: 64rem; color: var(--qi-ink); background: var(--qi-paper);
  font-family: system-ui, "Segoe UI", Roboto, Arial, sans-serif; line-height: 1.4; }}
.qi-summary p {{ margin: 0.5em 8px; color: var(--qi-ink); }}
.qi-summary .qi-quiet {{ color: var(--qi-quiet); }}
.qi-summary .qi-table {{ overflow-x: auto; }}
.qi-summary .qi-table:focus-visible, .qi-summary summary:focus-visible {{
  outline: 3px solid var(--qi-focus); outline-offset: 2px; }}
.qi-summary table {{ border-collapse: collapse; font-size: 0.875rem; margin: 0; width: 100%;
  min-width: 44rem; color: var(--qi-ink); background: var(--qi-paper); }}
.qi-summary caption {{ text-align: left; padding: 0.5em 8px; color: var(--qi-ink);
  font-size: 0.875rem; }}
.qi-summary caption strong {{ display: block; font-size: 1.125rem; }}
.qi-summary th, .qi-summary td {{ text-align: left; vertical-align: top; white-space: normal;
  padding: 0.5em 8px; color: var(--qi-ink); background: var(--qi-paper);
  border-bottom: 1px solid var(--qi-line); }}
.qi-summary thead th {{ color: var(--qi-quiet); }}
.qi-summary th[scope="rowgroup"] {{ border-top: 2px solid var(--qi-ink); }}
.qi-summary caption div, .qi-summary th[scope="rowgroup"] div {{ position: sticky; left: 8px;
  display: inline-block; max-width: min(60rem, 100vw - 4rem); }}
.qi-summary th[scope="rowgroup"] span {{ font-weight: 400; color: var(--qi-quiet); }}
.qi-summary th[scope="row"] {{ position: sticky; left: 0; width: 11rem; overflow-wrap: anywhere; }}
.qi-summary th details, .qi-summary th .qi-quiet {{ font-weight: 400; }}
.qi-summary td span {{ display: block; }}
.qi-summary .qi-pair {{ display: flex; gap: 8px; align-items: flex-start; }}
.qi-summary svg {{ flex: none; display: block; max-width: none; width: {ICON}px;
  height: {ICON}px; }}
.qi-summary .qi-small-chart svg {{ width: {WIDTH:g}px; height: {HEIGHT:g}px; }}
.qi-summary summary {{ color: var(--qi-link); cursor: pointer; padding: 0.25em 0;
  min-height: 24px; box-sizing: border-box; }}
.qi-summary td:nth-child(2) {{ min-width: 8.5rem; }}
.qi-summary td:nth-child(4) {{ min-width: 9.5rem; }}
@media (max-width: 600px) {{ .qi-summary th[scope="row"] {{ width: 7.5rem; }} }}
@media print {{
  .qi-summary thead {{ display: table-header-group; }}
  .qi-summary tr {{ break-inside: avoid; }}
  .qi-summary tbody tr:first-child {{ break-after: avoid; }}
  .qi-summary p, .qi-summary caption {{ font-size: 9pt; }}
  .qi-summary .qi-table {{ overflow: visible; }}
  .qi-summary table {{ min-width: 0; font-size: 8pt; table-layout: fixed; }}
  .qi-summary th, .qi-summary td {{ padding: 0.4em 4px; }}
  .qi-summary td:nth-child(n) {{ min-width: 0; }}
  .qi-summary th[scope="row"] {{ position: static; }}
  .qi-summary thead th:nth-child(1) {{ width: 22%; }}
  .qi-summary thead th:nth-child(2) {{ width: 19%; }}
  .qi-summary thead th:nth-child(3) {{ width: 12%; }}
  .qi-summary thead th:nth-child(4) {{ width: 22%; }}
  .qi-summary .qi-pair {{ gap: 4px; }}
  .qi-summary .qi-small-chart svg {{ width: 100%; }}
}}
</style>"""


def html(summary: Summary, theme: Theme = LIGHT) -> str:
    """Give a summary as a table for a page.

    Parameters
    ----------
    summary : Summary
    theme : Theme
        Its colours.

    Returns
    -------
    str
        HTML; all names and words from the measures are escaped.
    """
    shown = cache(lambda which: icon_svg(which, ICON, theme))
    columns = "".join(f'<th scope="col">{heading}</th>' for heading in HEADINGS)
    bodies = "".join(
        f'<tbody><tr><th scope="rowgroup" colspan="{len(HEADINGS)}">'
        f"<div>{escape(attention.heading)} ({len(rows):,}) "
        f"<span>{escape(sentence(attention.why))}</span></div></th></tr>"
        f"{''.join(_row(row, theme, shown) for row in rows)}</tbody>"
        for attention, rows in summary.groups
    )
    title = escape(summary.title)
    warnings = "".join(f"<p><strong>{escape(words)}</strong></p>" for words in summary.warnings)
    return (
        f'<div class="qi-summary" style="{colours_of(theme)}">{_STYLE}'
        f"<p>{escape(summary.describe())}</p>{warnings}"
        f'<div class="qi-table" role="region" aria-label="{title}: the table" tabindex="0">'
        f"<table><caption><div><strong>{title}</strong>{escape(ordered(summary))}</div></caption>"
        f"<thead><tr>{columns}</tr></thead>{bodies}</table></div>"
        f'<p class="qi-quiet">{escape(caption(summary))}</p></div>'
    )


def whole_page(summary: Summary, theme: Theme = LIGHT) -> str:
    """Give a summary as a page of its own, which any browser opens and prints.

    Parameters
    ----------
    summary : Summary
    theme : Theme

    Returns
    -------
    str
    """
    title = escape(summary.title)
    return (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>body {{ margin: 1rem; background: {theme.paper}; }} "
        f"h1 {{ color: {theme.ink}; font: 600 1.5rem system-ui, sans-serif; }}</style>"
        f"</head><body><main><h1>{title}</h1>{html(summary, theme)}</main></body></html>\n"
    )


def _row(row: SummaryRow, theme: Theme, shown: Callable[[str], str]) -> str:
    """Write a row. Pictures are hidden from screen readers: the words beside them say the same."""
    told = row.assurance != "none"
    icon = shown(row.assurance) if told else ""
    cells = (
        _pair(shown(row.variation), _spans(row.change_words)),
        _spans(row.latest_words, row.when_words),
        _pair(icon, _spans(row.target_words, row.assurance_words)),
        f'<div class="qi-small-chart" aria-hidden="true">{sparkline_svg(row.chart, theme)}</div>'
        f"{_spans(row.lines_words, row.points_words)}",
    )
    return (
        f'<tr><th scope="row">{"".join(_head(row))}</th>'
        f"{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
    )


def _head(row: SummaryRow) -> Iterator[str]:
    yield escape(row.title)
    if row.better != "neither":
        yield f'<div class="qi-quiet">{row.better.capitalize()} is better</div>'
    if row.warnings:
        yield (
            f"<details><summary>{counted(len(row.warnings), 'warning')}</summary>"
            f"{escape(' '.join(row.warnings))}</details>"
        )


def _pair(picture: str, words: str) -> str:
    hidden = f'<div aria-hidden="true">{picture}</div>' if picture else ""
    return f'<div class="qi-pair">{hidden}<div>{words}</div></div>'


def _spans(*words: str) -> str:
    return "".join(f"<span>{escape(each)}</span>" for each in words if each)
