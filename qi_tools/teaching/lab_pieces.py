"""Small pieces of HTML for the figures of a lab: a table, and lines folded away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

__all__ = ["folded_lines", "small_table"]


def small_table(caption: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Give a small table whose first column names its rows.

    Parameters
    ----------
    caption : str
    headings : sequence of str
    rows : iterable of sequence
        As many cells in each as there are headings.

    Returns
    -------
    str
        HTML; everything in it is escaped.

    Examples
    --------
    >>> "<td>4</td>" in small_table("Beads", ("Worker", "Day 1"), [("Ash", 4)])
    True
    """
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in headings)
    body = "".join(
        f'<tr><th scope="row">{escape(str(first))}</th>'
        + "".join(f"<td>{escape(str(cell))}</td>" for cell in cells)
        + "</tr>"
        for first, *cells in rows
    )
    return (
        f'<div class="qi-tally"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def folded_lines(title: str, lines: Iterable[str]) -> str:
    """Give a list that opens when its title is pressed.

    Parameters
    ----------
    title : str
    lines : iterable of str

    Returns
    -------
    str
        HTML; everything in it is escaped.

    Examples
    --------
    >>> folded_lines("What followed", ["Nothing."])[:44]
    '<details class="qi-fold"><summary>What follo'
    """
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<details class="qi-fold"><summary>{escape(title)}</summary><ul>{items}</ul></details>'
