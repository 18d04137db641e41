"""A picture on a page: with its text alternative, its caption and its numbers."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from qi_tools.palette import LIGHT, Theme
from qi_tools.table_words import columns_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["colours_of", "figure_html", "numbers_html"]

# Under 600px a picture drawn for paper has letters too small to read.
_STYLE = """<style>
.qi-figure { margin: 1em 0; padding: 0; max-width: 44rem; color: var(--qi-ink);
  background: var(--qi-paper); font-family: system-ui, "Segoe UI", Roboto, Arial, sans-serif; }
.qi-figure svg { display: block; width: 100%; height: auto; background: var(--qi-paper); }
.qi-figure .qi-narrow { display: none; }
@media (max-width: 600px) {
  .qi-figure .qi-wide:not(:only-child) { display: none; }
  .qi-figure .qi-narrow { display: block; max-width: 30rem; }
}
.qi-figure figcaption, .qi-figure details { margin: 0.5em 8px; }
.qi-figure figcaption { color: var(--qi-quiet); font-size: 0.875rem; line-height: 1.5;
  text-align: left; overflow-wrap: anywhere; }
.qi-figure summary { color: var(--qi-link); cursor: pointer; padding: 0.5em 0; }
.qi-figure summary:focus-visible, .qi-figure .qi-table:focus-visible {
  outline: 3px solid var(--qi-focus); outline-offset: 2px; }
.qi-figure .qi-table { overflow-x: auto; }
.qi-figure table { border-collapse: collapse; font-size: 0.875rem; color: var(--qi-ink);
  background: var(--qi-paper); margin: 0; }
.qi-figure .qi-table th, .qi-figure .qi-table td { border-bottom: 1px solid var(--qi-line);
  padding: 0.25em 0.75em; text-align: right; color: var(--qi-ink); background: var(--qi-paper);
  white-space: nowrap; }
.qi-figure .qi-table th { text-align: left; font-weight: 600; }
.qi-figure .qi-outline { font-size: 0.875rem; line-height: 1.5; overflow-wrap: anywhere; }
.qi-figure .qi-outline ul { margin: 0; padding-left: 1.4em; }
</style>"""


def figure_html(
    svg: str,
    alt: str,
    caption: str,
    below: str = "",
    *,
    narrow_svg: str = "",
    theme: Theme = LIGHT,
) -> str:
    """Make one accessible figure: the picture, what it says, its caption and more on demand.

    Parameters
    ----------
    svg : str
        The picture as inline SVG. It is put on the page as it is.
    alt : str
        What the picture says, for those who can't see it.
    caption : str
        What stands below the picture.
    below : str
        HTML that stands below the caption as it is, such as `numbers_html`.
    narrow_svg : str
        The same picture drawn for a phone, shown instead of the first in a narrow window.
    theme : Theme
        The colours of what stands around the picture.

    Returns
    -------
    str
        HTML; `alt` and `caption` are escaped.

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
        f'<figure class="qi-figure" style="{colours_of(theme)}">{_STYLE}'
        f'<div role="img" aria-label="{escape(alt)}">{pictures}</div>'
        f"<figcaption>{escape(caption)}</figcaption>{below}</figure>"
    )


def colours_of(theme: Theme) -> str:
    """Give a theme's colours as the style of an element, for the rules below it to use."""
    colours = {
        "ink": theme.ink,
        "quiet": theme.quiet_ink,
        "paper": theme.paper,
        "line": theme.line,
        "link": theme.values,
        "focus": theme.special,
    }
    return "; ".join(f"--qi-{name}: {colour}" for name, colour in colours.items())


def numbers_html(table: DataFrame) -> str:
    """Give a table of numbers that is shown on demand.

    Parameters
    ----------
    table : DataFrame
        The first column names the rows.

    Returns
    -------
    str
        HTML; everything in the table is escaped.
    """
    columns = columns_in_words(table)
    headings = "".join(f'<th scope="col">{escape(column.heading)}</th>' for column in columns)
    rows = zip(*(column.cells for column in columns), strict=True)
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
