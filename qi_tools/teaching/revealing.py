"""Something that is shown only when the learner asks for it."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets
import traitlets

from qi_tools.teaching.html_block import HtmlBlock, blocks
from qi_tools.teaching.part import Part, QuestionInvalid, checked_text, script, style


class Reveal(Part):
    """Parts of a page behind a button of the browser's own.

    Where a page is read without a kernel, it says the same in plain HTML.
    """

    _esm = script("reveal.js")
    _css = style("workshop.css")

    children = traitlets.Tuple().tag(sync=True, **ipywidgets.widget_serialization)

    def __init__(self, label: str, *made: object) -> None:
        words = checked_text(label, "The label of a reveal")
        children = blocks(made)
        if not children:
            raise QuestionInvalid(
                f"There is nothing behind {words!r}. Give what to show: a widget, text, a result "
                "that shows itself in a notebook, or several of these."
            )
        super().__init__(kind="reveal", content={"label": words}, children=children)

    @property
    def static_html(self) -> str:
        """The same as a piece of a page without a kernel."""
        inside = "".join(map(_static, self.children))
        return f"<details><summary>{escape(self.content['label'])}</summary>{inside}</details>"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        return {**data, "text/html": self.static_html}, metadata


def reveal(label: str, *made: object) -> Reveal:
    """Show something only when a button is pressed.

    Nothing is saved. What is behind the button is on the page from the start; what must not be
    seen before an answer belongs in the ``then`` of a prediction.

    Parameters
    ----------
    label : str
        What the button says, such as ``A hint``.
    *made : object
        What to show: a widget, plain text, a result that shows itself in a notebook, or a list of
        these; at least one.

    Returns
    -------
    Reveal
        A widget to show as the last line of a cell, or to give back from a prediction.

    Raises
    ------
    QuestionInvalid
        If the label is blank, or there is nothing that can be shown.

    Examples
    --------
    >>> from qi_tools.teaching import reveal
    >>> reveal("A hint", "Count the days, not the patients.").static_html
    '<details><summary>A hint</summary><p>Count the days, not the patients.</p></details>'
    """
    return Reveal(label, *made)


def _static(widget: ipywidgets.Widget) -> str:
    if isinstance(widget, HtmlBlock):
        return str(widget.content["html"])
    if isinstance(widget, Reveal):
        return widget.static_html
    if isinstance(widget, ipywidgets.Box):
        return "".join(map(_static, widget.children))
    content = widget.content if isinstance(widget, Part) else {}
    title = content.get("question") or content.get("title") or ""
    return f"<p>{escape(title)} (This works when the lesson is open.)</p>".replace("<p> ", "<p>")
