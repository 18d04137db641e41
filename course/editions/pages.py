"""A lesson as one page: a plain one for any screen, and a large one for paper."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from course.editions.document import NO_LINKS, document
from course.editions.running import Ran
from course.editions.wording import LARGE_PRINT, PLAIN, Manner, Writer
from course.lesson_page import LessonPage, Part, lesson_page
from course.syllabus import Module


@dataclass(frozen=True, slots=True)
class Edition:
    """One way to have a lesson without the interactive page.

    Parameters
    ----------
    id : str
        Its name in addresses and in the names of files; also of its style.
    name : str
        What readers call it.
    use : str
        How to use it, in a sentence or two.
    manner : Manner
        How it puts things.
    """

    id: str
    name: str
    use: str
    manner: Manner

    def file_name(self, module: Module) -> str:
        """Return the name of the file for one lesson."""
        return f"{module.id.lower()}_{self.id}.html"


EDITIONS = (
    Edition(
        "plain",
        "Plain page",
        "This page works in any browser, with no network. Think or write your answers down.",
        PLAIN,
    ),
    Edition(
        "large_print",
        "Large print",
        "To print on A4. Write your answers on the page. Long tables of numbers are left out.",
        LARGE_PRINT,
    ),
)


def edition(id: str) -> Edition:
    """Return one edition by its id.

    Raises
    ------
    KeyError
        There is none.
    """
    return {each.id: each for each in EDITIONS}[id]


def edition_page(
    ran: Ran, module: Module, edition: Edition, links: Mapping[str, str] = NO_LINKS
) -> str:
    """Make the page of one edition of a lesson that ran."""
    page = lesson_page(ran.cells, module.title)
    writer = Writer(edition.manner)
    parts = "".join(_part(part, ran, writer) for part in page.parts)
    answers = ""
    if writer.answers:
        answers = (
            '<section class="answers"><h2 id="the-answers">Answers</h2>'
            f"<ul>{''.join(writer.answers)}</ul></section>"
        )
    about = f"{edition.name} of lesson {module.id}. About {module.minutes} minutes. {edition.use}"
    body = _contents(page, bool(answers)) + _wide_tables_scroll(_without_far_links(parts)) + answers
    return document(page.title, body, edition.id, about=about, links=links)


def _contents(page: LessonPage, has_answers: bool) -> str:
    names = [*page.contents, *([("the-answers", "Answers")] if has_answers else [])]
    lines = "".join(f'<li><a href="#{name}">{text}</a></li>' for name, text in names)
    return f'<nav class="contents" aria-label="On this page"><ol>{lines}</ol></nav>'


def _part(part: Part, ran: Ran, writer: Writer) -> str:
    inside = "".join(
        block.html if block.cell is None else writer.write(ran.told.get(block.cell, ()))
        for block in part.blocks
    )
    if part.kind == "facilitator" and part.labelled_by:
        inside = f'<h2 id="{part.labelled_by}">{part.label}</h2>{inside}'
    return f'<div class="part part-{part.kind}">{inside}</div>' if inside else ""


def _without_far_links(html: str) -> str:
    """Leave only the words of a link to a file of the course: it would lead nowhere from here."""
    return re.sub(r'<a href="(?!#|https?:)[^"]*">(.*?)</a>', r"\1", html, flags=re.S)


def _wide_tables_scroll(html: str) -> str:
    """Let a table scroll by itself where the window is narrow; the tables of figures do already."""
    return re.sub(
        r'(?<!tabindex="0">)(<table.*?</table>)',
        r'<div class="wide" role="group" aria-label="Table" tabindex="0">\1</div>',
        html,
        flags=re.S,
    )
