"""A picture on a page: with its text alternative, its caption and its numbers."""

from __future__ import annotations

from datetime import date
from html import escape
from numbers import Real
from typing import TYPE_CHECKING, Any

from qi_tools.palette import ACCENT, INK, LINE, PAPER, QUIET_INK, SIGNAL
from qi_tools.words import day_in_words, numbers_in_column

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["figure_html"]

# Under this width of the window a picture drawn for paper has letters too small to read.
NARROW = "600px"

_STYLE = f"""<style>
.qi-figure {{ margin: 1em 0; padding: 0; max-width: 44rem; color: {INK}; background: {PAPER};
  font-family: system-ui, "Segoe UI", Roboto, Arial, sans-serif; }}
.qi-figure svg {{ display: block; width: 100%; height: auto; background: {PAPER}; }}
.qi-figure .qi-narrow {{ display: none; }}
@media (max-width: {NARROW}) {{
  .qi-figure .qi-wide:not(:only-child) {{ display: none; }}
  .qi-figure .qi-narrow {{ display: block; max-width: 30rem; }}
}}
.qi-figure figcaption, .qi-figure details {{ margin: 0.5em 8px; }}
.qi-figure figcaption {{ color: {QUIET_INK}; font-size: 0.875rem; line-height: 1.5;
  text-align: left; overflow-wrap: anywhere; }}
.qi-figure summary {{ color: {ACCENT}; cursor: pointer; padding: 0.5em 0; }}
.qi-figure summary:focus-visible, .qi-figure .qi-table:focus-visible {{
  outline: 3px solid {SIGNAL}; outline-offset: 2px; }}
.qi-figure .qi-table {{ overflow-x: auto; }}
.qi-figure table {{ border-collapse: collapse; font-size: 0.875rem; color: {INK};
  background: {PAPER}; margin: 0; }}
.qi-figure .qi-table th, .qi-figure .qi-table td {{ border-bottom: 1px solid {LINE};
  padding: 0.25em 0.75em; text-align: right; color: {INK}; background: {PAPER};
  white-space: nowrap; }}
.qi-figure .qi-table th {{ text-align: left; font-weight: 600; }}
</style>"""


def figure_html(
    svg: str, alt: str, caption: str, table: DataFrame | None = None, *, narrow_svg: str = ""
) -> str:
    """Make one accessible figure: the picture, what it says, its caption and its numbers.

    Parameters
    ----------
    svg : str
        The picture as inline SVG. It is put on the page as it is.
    alt : str
        What the picture says, for those who can't see it.
    caption : str
        What stands below the picture.
    table : DataFrame, optional
        The numbers, shown on demand. The first column names the rows.
    narrow_svg : str
        The same picture drawn for a phone, shown instead of the first in a narrow window.

    Returns
    -------
    str
        HTML; `alt`, `caption` and everything in the table are escaped.

    Examples
    --------
    >>> html = figure_html("<svg></svg>", "Waits fell.", "Source: the <clinic>.")
    >>> 'role="img" aria-label="Waits fell."' in html, "&lt;clinic&gt;" in html
    (True, True)
    """
    pictures = f'<div class="qi-wide" aria-hidden="true">{svg}</div>'
    if narrow_svg:
        pictures += f'<div class="qi-narrow" aria-hidden="true">{narrow_svg}</div>'
    return (
        f'<figure class="qi-figure">{_STYLE}'
        f'<div role="img" aria-label="{escape(alt)}">{pictures}</div>'
        f"<figcaption>{escape(caption)}</figcaption>"
        f"{'' if table is None else _table_html(table)}</figure>"
    )


def _table_html(table: DataFrame) -> str:
    headings = "".join(
        f'<th scope="col">{escape(str(name).replace("_", " ").capitalize())}</th>'
        for name in table.columns
    )
    rows = zip(*(_cells(table[name].tolist()) for name in table.columns), strict=True)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in rest)
        + "</tr>"
        for first, *rest in rows
    )
    return (
        "<details><summary>Show the numbers</summary>"
        '<div class="qi-table" role="region" aria-label="The numbers of this chart" tabindex="0">'
        f"<table><thead><tr>{headings}</tr></thead><tbody>{body}</tbody></table></div></details>"
    )


def _cells(column: list[Any]) -> list[str]:
    """Write a column as a reader says it: dates alike, numbers with the same decimals."""
    if all(isinstance(value, date) for value in column):
        monthly = all(value.day == 1 for value in column)
        return [day_in_words(value, monthly=monthly) for value in column]
    if all(isinstance(value, bool) for value in column):
        return ["yes" if value else "no" for value in column]
    if all(isinstance(value, Real) for value in column):
        return numbers_in_column([float(value) for value in column], figures=5)
    return [str(value) for value in column]
