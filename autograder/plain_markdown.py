"""Markdown of someone else, as HTML that can do nothing: no link, picture or tag of theirs acts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

# Links and pictures are shown as they were typed: on a desk even a picture's address could be one
# that makes nbgrader do something. With them off, definitions of links would vanish unseen.
_MARKDOWN = (
    MarkdownIt("commonmark").enable("table").disable(["link", "image", "autolink", "reference"])
)
# The tags that the desk's own cells are made of, and only when nothing else stands in them.
_TAGS = re.compile("(</?(?:b|br|p)>)|[<>]")


def plain_markdown(text: str) -> str:
    r"""Return markdown as HTML with nothing in it but its words and their marks.

    Examples
    --------
    >>> plain_markdown("Well **done** <script>steal()</script>, <b>Ann</b>")
    '<p>Well <strong>done</strong> &lt;script&gt;steal()&lt;/script&gt;, <b>Ann</b></p>\n'
    """
    return str(_MARKDOWN.render(text))


def _shown_as_text(
    renderer: object, tokens: Sequence[Token], at: int, options: object, env: Mapping[str, Any]
) -> str:
    # What is written as an entity stays one: it stands for a character, never for a tag.
    return _TAGS.sub(lambda found: found[1] or escape(found[0]), tokens[at].content)


for _kind in ("html_block", "html_inline"):
    _MARKDOWN.add_render_rule(_kind, _shown_as_text)
