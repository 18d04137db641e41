"""A notebook made ready to be shown as a lesson: parts with headings, not cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from course.glossary import slug

# What a part is, by the tag of its cells. The words stand above a part that has no heading.
KINDS: Mapping[str, str] = {
    "why": "Why this matters",
    "predict": "Your prediction",
    "activity": "Try it",
    "explain": "What it means",
    "check": "Check yourself",
    "monday": "On Monday",
    "key-points": "Key points",
    "words": "Words to know",
    "approach": "How we do it here",
    "facilitator": "For facilitators",
}
PLAIN = "plain"
FOLDED = "facilitator"

_MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a part: text that is there at once, or the place of a cell's output.

    Parameters
    ----------
    html : str
        The text as HTML; empty for an output.
    cell : int or None
        The number of the cell whose output belongs here, from 0; None for text.
    anchors : tuple of str
        The names by which links lead to what there is to do here.
    """

    html: str
    cell: int | None = None
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Neighbouring cells of one kind.

    Parameters
    ----------
    kind : str
        The cells' tag, or ``plain``.
    label : str
        What to call the part; empty for a plain one.
    labelled_by : str
        The id of the part's own heading, if it starts with one.
    blocks : tuple of Block
        Its pieces, in order.
    """

    kind: str
    label: str
    labelled_by: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class LessonPage:
    """A notebook as a page: title, opening words, contents and parts."""

    title: str
    contents: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]

    def as_metadata(self) -> dict[str, Any]:
        """Return the page as plain values, which a notebook's metadata can carry."""
        return asdict(self)


def anchor(activity: str) -> str:
    """Return the name by which a link leads to an activity on the page of its lesson.

    Examples
    --------
    >>> anchor("a1-oak")
    'at-a1-oak'
    """
    return f"at-{activity}"


def lesson_page(
    cells: Iterable[Mapping[str, Any]],
    fallback_title: str,
    activities: Mapping[int, Sequence[str]] = MappingProxyType({}),
) -> LessonPage:
    r"""Turn a notebook's cells into a page.

    Parameters
    ----------
    cells : iterable of mappings
        The notebook's cells, each with ``cell_type``, ``source`` and ``metadata``.
    fallback_title : str
        What to call a notebook without a heading.
    activities : mapping of int to sequence of str
        By the number of a cell, from 0: the ids of what there is to do in its output.

    Examples
    --------
    >>> page = lesson_page(
    ...     [
    ...         {"cell_type": "markdown", "source": "# Waiting", "metadata": {}},
    ...         {
    ...             "cell_type": "markdown",
    ...             "source": "## Key points\n- Look twice",
    ...             "metadata": {"tags": ["key-points"]},
    ...         },
    ...     ],
    ...     "Lesson",
    ... )
    >>> page.title, page.contents, [part.kind for part in page.parts]
    ('Waiting', (('key-points', 'Key points'),), ['key-points'])
    """
    title = ""
    contents: list[tuple[str, str]] = []
    used: set[str] = set()
    parts: list[tuple[str, str, list[Block]]] = []
    for number, cell in enumerate(cells):
        tags = cell["metadata"].get("tags", ())
        kind = next((tag for tag in tags if tag in KINDS), PLAIN)
        labelled_by = ""
        if cell["cell_type"] == "markdown":
            tokens = _MARKDOWN.parse(cell["source"])
            for opening, inline in pairwise(tokens):
                if opening.type != "heading_open":
                    continue
                text = _plain(inline)
                name = _unused(slug(text) or "part", used)
                opening.attrSet("id", name)
                if opening.tag == "h1" and not title:
                    title = text
                    opening.hidden = True
                elif opening.tag == "h2":
                    contents.append((name, text))
                    if opening is tokens[0]:
                        labelled_by = name
                        # A folded part shows its heading on the fold.
                        opening.hidden = kind == FOLDED
            block = Block(_render(_shown(tokens)))
            if not block.html.strip():
                continue
        elif cell["cell_type"] == "code":
            block = Block("", number, tuple(map(anchor, activities.get(number, ()))))
        else:
            continue
        if parts and parts[-1][0] == kind and not labelled_by:
            parts[-1][2].append(block)
        else:
            parts.append((kind, labelled_by, [block]))
    return LessonPage(
        title or fallback_title,
        tuple(contents),
        tuple(
            Part(kind, KINDS.get(kind, ""), labelled_by, tuple(blocks))
            for kind, labelled_by, blocks in parts
        ),
    )


def _render(tokens: list[Token]) -> str:
    return str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))


def _shown(tokens: list[Token]) -> list[Token]:
    """Leave out a heading that is marked as hidden: the page shows it in another place."""
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.hidden:
            return [*tokens[:place], *tokens[place + 3 :]]
    return tokens


def _plain(inline: Token) -> str:
    pieces = inline.children or ()
    return "".join(piece.content for piece in pieces if piece.type in ("text", "code_inline"))


def _unused(name: str, used: set[str]) -> str:
    number, free = 1, name
    while free in used:
        number += 1
        free = f"{name}-{number}"
    used.add(free)
    return free
