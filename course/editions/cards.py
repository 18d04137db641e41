"""What fits on a sheet of paper: the summary of one lesson, and the handout of a whole dose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from course.approach import Approach
from course.editions.document import NO_LINKS, document
from course.glossary import Glossary
from course.lesson import Lesson
from course.syllabus import Dose, Module

#: How much of someone's own words fits on the card beside the rest.
MOST_OF_OWN_WORDS = 600


@dataclass(frozen=True, slots=True)
class OwnPart:
    """What a learner adds to a lesson's summary: their own words, and the day they finished."""

    words: Sequence[str] = ()
    finished: str = ""


def summary_page(
    module: Module,
    lesson: Lesson,
    glossary: Glossary,
    own: OwnPart = OwnPart(),
    links: Mapping[str, str] = NO_LINKS,
) -> str:
    """Make a lesson's summary on one sheet of A4, with room to write where nothing is written yet.

    A short lesson fills one side of it.
    """
    known = {term.slug: term for term in glossary.terms}
    words = "".join(
        f"<dt>{escape(known[slug].name)}</dt><dd>{escape(known[slug].definition)}</dd>"
        for slug in lesson.words
        if slug in known
    )
    about = f"Lesson {module.id}, in short."
    if own.finished:
        about += f" You finished it on {own.finished}."
    body = (
        f"<h2>Key points</h2>{_list(lesson.key_points)}"
        f"<h2>My step on Monday</h2>{_own_words(own.words)}"
        + (f'<h2>Words to know</h2><dl class="words">{words}</dl>' if words else "")
    )
    return document(module.title, body, "summary", about=about, links=links)


def handout_page(
    dose: Dose,
    lessons: Iterable[tuple[Module, Lesson]],
    approach: Approach,
    glossary: Glossary,
    links: Mapping[str, str] = NO_LINKS,
) -> str:
    """Make the handout of a dose: what to remember of each lesson, on two sides of A4."""
    given = list(lessons)
    parts = "".join(
        f'<section><h2>{escape(module.title)} <span class="id">{module.id}</span></h2>'
        f"{_list(lesson.key_points)}"
        + (f"<p><strong>On Monday:</strong> {escape(lesson.monday)}</p>" if lesson.monday else "")
        + "</section>"
        for module, lesson in given
    )
    known = {term.slug: term.name for term in glossary.terms}
    slugs = sorted({slug for _, lesson in given for slug in lesson.words if slug in known})
    words = " · ".join(escape(known[slug]) for slug in slugs)
    body = (
        f'<div class="columns">{parts}'
        f"<section><h2>How we improve here</h2>{approach.html()}</section>"
        + (f"<section><h2>Words to know</h2><p>{words}</p></section>" if words else "")
        + "</div>"
    )
    minutes = sum(module.minutes for module, _ in given)
    lessons_in_words = "1 short lesson" if len(given) == 1 else f"{len(given)} short lessons"
    about = f"{lessons_in_words}, {minutes} minutes in all. {dose.purpose}"
    title = f"Quality improvement: {dose.title.lower()}"
    return document(title, body, "handout", about=about, links=links)


def _list(points: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(point)}</li>' for point in points)}</ul>"


def _own_words(words: Sequence[str]) -> str:
    if not any(words):
        return f'<div class="lines" aria-hidden="true">{"<div></div>" * 4}</div>'
    text = "\n\n".join(word.strip() for word in words)
    cut = "\n".join(text.splitlines()[:8])[:MOST_OF_OWN_WORDS].rstrip()
    more = "" if cut == text else "<p>The rest of what you wrote is in the lesson.</p>"
    return f'<p class="own">{escape(cut)}{"…" if more else ""}</p>{more}'
