from __future__ import annotations

from typing import Any

import ipywidgets
import pandas as pd
import pytest

from qi_tools.teaching import QuestionInvalid, show_html
from qi_tools.teaching.html_block import blocks, stacked


class Result:
    def _repr_html_(self) -> str:
        return "<figure></figure>"


def html(made: object) -> list[str]:
    return [block.content["html"] for block in blocks(made)]


def test_html_is_shown_as_it_is() -> None:
    block = show_html("<p>One</p>")
    assert (block.kind, block.content) == ("html", {"html": "<p>One</p>"})


def test_a_result_shows_itself() -> None:
    assert html(Result()) == ["<figure></figure>"]
    assert "<table" in html(pd.DataFrame({"a": [1]}))[0]


def test_plain_text_stays_text() -> None:
    assert html("a < b & <script>") == ["<p>a &lt; b &amp; &lt;script&gt;</p>"]


def test_a_list_keeps_its_order_and_nothing_is_nothing() -> None:
    widget = ipywidgets.VBox()
    made = blocks(["one", None, (widget, [Result()])])
    assert made[1] is widget
    assert [type(block).__name__ for block in made] == ["HtmlBlock", "VBox", "HtmlBlock"]
    assert blocks(None) == ()


def test_things_are_stacked_in_their_order() -> None:
    question = ipywidgets.VBox()
    chart, below = stacked(Result(), question).children
    assert chart.content == {"html": "<figure></figure>"}
    assert below is question


@pytest.mark.parametrize("made", [3, {"a": 1}, object(), b"bytes", [1]])
def test_what_cannot_be_shown(made: Any) -> None:
    with pytest.raises(QuestionInvalid, match="cannot be shown here"):
        blocks(made)


def test_only_text_is_html() -> None:
    with pytest.raises(QuestionInvalid, match="show_html got int"):
        show_html(3)  # type: ignore[arg-type]
