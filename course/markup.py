"""What stands in a text written as Markdown, HTML or both: headings, links, pictures, words."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading and its level, 1 to 6."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, an item of a list (``listed``) or a cell of a table."""

    text: str
    listed: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's address, and the words that stand in for it."""

    source: str
    alt: str


@dataclass(frozen=True, slots=True)
class Markup:
    """What stands in a text; ``unnamed_svgs`` counts drawings that no words stand in for."""

    headings: tuple[Heading, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()
    links: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    unnamed_svgs: int = 0


def read_markdown(source: str) -> Markup:
    """Read a text written as Markdown, with any HTML in it.

    Examples
    --------
    >>> read_markdown("## Key *points*").headings
    (Heading(level=2, text='Key points'),)
    """
    reader = _Reader()
    tokens = _MARKDOWN.parse(source)
    for at, token in enumerate(tokens):
        if token.type == "inline":
            reader.read_block(tokens[at - 1], token)
        reader.read_token(token)
    return reader.found()


def read_html(source: str) -> Markup:
    """Read a text that has HTML somewhere in it, such as a program that writes a page.

    Examples
    --------
    >>> read_html("draw('<svg><path/></svg>')").unnamed_svgs
    1
    """
    reader = _Reader()
    reader.read_html(source)
    return reader.found()


def without_comments(source: str) -> str:
    r"""Take out authors' comments, keeping the lines.

    Examples
    --------
    >>> without_comments("One <!-- not\nfor readers --> day")
    'One \n day'
    """
    return re.sub(r"<!--.*?-->", lambda found: "\n" * found[0].count("\n"), source, flags=re.S)


class _Reader(HTMLParser):
    """Collects what it meets, in the order of the text."""

    def __init__(self) -> None:
        super().__init__()
        self._headings: list[Heading] = []
        self._paragraphs: list[Paragraph] = []
        self._links: list[str] = []
        self._pictures: list[Picture] = []
        self._unnamed_svgs = 0

    def found(self) -> Markup:
        return Markup(
            tuple(Heading(each.level, " ".join(each.text.split())) for each in self._headings),
            tuple(self._paragraphs),
            tuple(self._links),
            tuple(self._pictures),
            self._unnamed_svgs,
        )

    def read_block(self, opener: Token, inline: Token) -> None:
        if opener.type == "heading_open":
            self._headings.append(Heading(int(opener.tag[1]), _words(inline)))
        elif opener.type in {"paragraph_open", "td_open"}:
            self._paragraphs.append(Paragraph(_words(inline), listed=opener.level > 1))

    def read_token(self, token: Token) -> None:
        children = token.children or ()
        if token.type == "link_open":
            self._links.append(str(token.attrGet("href")))
        elif token.type == "image":
            self._pictures.append(Picture(str(token.attrGet("src")), token.content))
        elif token.type == "html_block":
            self.read_html(token.content)
        elif token.type == "inline":
            # Inline HTML comes tag by tag: only the whole line shows an <svg> with its <title>.
            if any(child.type == "html_inline" for child in children):
                self.read_html(token.content)
            for child in children:
                self.read_token(child)

    def read_html(self, text: str) -> None:
        self._heading_level: int | None = None
        self._in_svg = False
        self.reset()
        self.feed(text)
        self.close()
        self.handle_endtag("svg")  # a drawing that is never closed counts, too

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self._links.append(given["href"])
        elif tag == "img":
            self._pictures.append(Picture(given.get("src", ""), given.get("alt", "")))
        elif tag == "svg":
            self._in_svg = True
            self._is_decoration = given.get("aria-hidden") == "true"
            self._is_image = given.get("role") == "img"
            self._is_named = bool(given.get("aria-label", "").strip())
        elif tag == "title":
            self._is_named = True
        elif re.fullmatch("h[1-6]", tag):
            self._heading_level = int(tag[1])
            self._headings.append(Heading(self._heading_level, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "svg" and self._in_svg:
            self._in_svg = False
            self._unnamed_svgs += not (self._is_decoration or (self._is_image and self._is_named))
        elif self._heading_level and tag == f"h{self._heading_level}":
            self._heading_level = None

    def handle_data(self, data: str) -> None:
        if self._heading_level:
            last = self._headings[-1]
            self._headings[-1] = replace(last, text=last.text + data)


def _words(inline: Token) -> str:
    """Return the words of a line, without its marks."""
    shown = ("text", "code_inline", "softbreak", "hardbreak")
    pieces = (
        " " if child.type.endswith("break") else child.content
        for child in inline.children or ()
        if child.type in shown
    )
    return " ".join("".join(pieces).split())
