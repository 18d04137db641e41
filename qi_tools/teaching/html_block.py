"""A piece of a page that an author made: a chart, a table, a few words."""

from __future__ import annotations

from html import escape

import ipywidgets

from qi_tools.teaching.part import Part, QuestionInvalid


class HtmlBlock(Part):
    """HTML, shown as it is."""

    def __init__(self, html: str) -> None:
        super().__init__(kind="html", content={"html": html})


def show_html(html: str) -> HtmlBlock:
    """Show HTML as a part of the page.

    It is shown as it is, so it must come from the lesson's author or from a result of `qi_tools`.
    Pass anything that a learner typed through `html.escape` first.

    Parameters
    ----------
    html : str
        A fragment of a page, not a whole page.

    Returns
    -------
    HtmlBlock
        A widget to show as the last line of a cell, or to give back from a prediction.

    Raises
    ------
    QuestionInvalid
        If it is not text.
    """
    if not isinstance(html, str):
        raise QuestionInvalid(f"show_html got {type(html).__name__}. Give it HTML as text.")
    return HtmlBlock(html)


def blocks(made: object) -> tuple[ipywidgets.Widget, ...]:
    """Turn what a lesson made into widgets.

    Parameters
    ----------
    made : object
        A widget, plain text, a result that can show itself in a notebook, None, or a list of these.

    Returns
    -------
    tuple of Widget
        In the same order; None leaves nothing.

    Raises
    ------
    QuestionInvalid
        If there is something that cannot be shown.
    """
    if made is None:
        return ()
    if isinstance(made, list | tuple):
        return tuple(block for each in made for block in blocks(each))
    if isinstance(made, ipywidgets.Widget):
        return (made,)
    if isinstance(made, str):
        return (HtmlBlock(f"<p>{escape(made)}</p>"),)
    html = made._repr_html_() if hasattr(made, "_repr_html_") else None
    if not isinstance(html, str):
        raise QuestionInvalid(
            f"A {type(made).__name__} cannot be shown here. Give back a widget, text, a result "
            "that shows itself in a notebook, or a list of these."
        )
    return (HtmlBlock(html),)


class Stack(ipywidgets.VBox):  # type: ignore[misc]
    """Parts of a page, one below the other."""


def stacked(*made: object) -> Stack:
    """Put several things into one part of the page, one below the other.

    Parameters
    ----------
    *made : object
        What `blocks` takes.

    Raises
    ------
    QuestionInvalid
        If there is something that cannot be shown.
    """
    return Stack(blocks(made))
