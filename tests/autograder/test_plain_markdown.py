"""Markdown that can do nothing, whoever wrote it."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.plain_markdown import plain_markdown

TAGS = {"p", "b", "br", "strong", "em", "code", "pre", "ul", "ol", "li", "blockquote", "hr"}
TAGS |= {"h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"}


class Seen(HTMLParser):
    """What a browser would see: tags, and attributes that markdown itself does not give."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


PARTS = (
    "<script>",
    "</script>",
    "<img src=x onerror=a()>",
    "<b onclick=a()>",
    "<b>",
    "</p>",
    "<p\n>",
    "<!--",
    "-->",
    "<![CDATA[",
    "<?php",
    "[a](javascript:a())",
    "![a](/formgrader/?path=x)",
    "<javascript:a()>",
    "[x]: javascript:a()",
    "&lt;script&gt;",
    '```"><i x=y>\n',
    "| a | b |\n|:--|--:|\n| <i> | 1 |\n",
    "\n\n",
    "    ",
    "`",
    "\\",
    '"',
    "'",
    "<",
    ">",
    "&",
    "text",
)


@given(st.lists(st.sampled_from(PARTS) | st.text(max_size=5), max_size=12).map("".join))
def test_whatever_is_written_nothing_can_act(text: str) -> None:
    seen = Seen(plain_markdown(text))
    assert seen.tags <= TAGS
    # Of a fence's language, a list's first number, and the side of a table's column.
    assert seen.attributes <= {"class", "start", "style"}


@given(st.text(st.characters(categories=["L", "N"]), min_size=1))
def test_words_stay(word: str) -> None:
    assert word in plain_markdown(f"**{word}**")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<p>A &lt;b&gt;<br>B</p>", "<p>A &lt;b&gt;<br>B</p>"),
        ("<b>Answer:</b> none", "<p><b>Answer:</b> none</p>\n"),
        ("<b class=x>a</b>", "<p>&lt;b class=x&gt;a</b></p>\n"),
        ("`<b>`", "<p><code>&lt;b&gt;</code></p>\n"),
        ("![a](http://b.example)", "<p>![a](http://b.example)</p>\n"),
    ],
)
def test_only_bare_tags_of_the_desks_own_cells_are_kept(text: str, shown: str) -> None:
    assert plain_markdown(text) == shown
