from __future__ import annotations

from typing import Any

import pytest

from qi_tools.answers import AnswerFile
from qi_tools.teaching import QuestionInvalid, choice, predict, reveal, show_html


def test_what_the_browser_gets() -> None:
    shown = reveal(" A hint ", "Count <days>.", show_html("<b>7</b>"), [None, "More."])
    assert shown.kind == "reveal"
    assert shown.content == {"label": "A hint"}
    assert [child.content["html"] for child in shown.children] == [
        "<p>Count &lt;days&gt;.</p>",
        "<b>7</b>",
        "<p>More.</p>",
    ]
    references = shown.get_state()["children"]
    assert references == [f"IPY_MODEL_{child.model_id}" for child in shown.children]


def test_it_is_plain_html_where_there_is_no_kernel(file: AnswerFile) -> None:
    question = choice("q", "Which < one?", {"a": "A", "b": "B"}, answers=file)
    guess = predict("p", "More?", {"a": "A", "b": "B"}, then=lambda _: "HAPPENED", answers=file)
    shown = reveal("A & B", "Words.", question, guess, reveal("Inside", "Deep."))
    data, _ = shown._repr_mimebundle_() or ({}, {})
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/html"] == shown.static_html
    assert shown.static_html == (
        "<details><summary>A &amp; B</summary><p>Words.</p>"
        "<p>Which &lt; one? (This works when the lesson is open.)</p>"
        "<p>More? (This works when the lesson is open.)</p>"
        "<details><summary>Inside</summary><p>Deep.</p></details></details>"
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((" ", "Words."), "The label of a reveal is ' '"),
        (("A hint",), "There is nothing behind 'A hint'"),
        (("A hint", None, []), "There is nothing behind 'A hint'"),
        (("A hint", 3), "A int cannot be shown here"),
    ],
)
def test_what_cannot_work(given: Any, words: str) -> None:
    with pytest.raises(QuestionInvalid, match=words):
        reveal(*given)
