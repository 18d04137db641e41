"""What fits on a sheet of paper: a lesson's summary, a dose's handout, an agreement on time."""

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


#: A sitting that fits into a working day.
MINUTES_OF_A_SITTING = 30


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


def agreement_page(
    group: Dose,
    minutes: Mapping[str, int],
    approach: Approach,
    links: Mapping[str, str] = NO_LINKS,
) -> str:
    """Make the agreement of a learner and their line manager about time to learn, on one page.

    Parameters
    ----------
    group : Dose
        The learner's own dose.
    minutes : mapping of str to int
        What is left of it and of each dose below it: title and minutes, the assessment included.
    approach : Approach
        The organisation's own, which may promise time.
    links : mapping of str to str
        As `document` takes them.
    """
    whole = sum(minutes.values())
    rows = "".join(
        f'<tr><th scope="row">{escape(title)}</th><td>{count} minutes</td></tr>'
        for title, count in minutes.items()
    )
    sittings = -(-whole // MINUTES_OF_A_SITTING)
    policy = f"<p>{escape(approach.policy)}</p>" if approach.is_set and approach.policy else ""
    lines = "".join(
        f'<tr><th scope="row">{what}</th><td class="fill"></td></tr>'
        for what in (
            "On which day, and at what time",
            "Where, with which computer",
            "Who covers for the learner",
            "If work gets in the way, the new time in the same week",
            "Done by",
            "When we talk about what to try at work",
        )
    )
    signed = "".join(
        f'<tr><th scope="row">{who}</th><td class="fill"></td><td class="fill"></td></tr>'
        for who in ("Learner", "Line manager")
    )
    body = (
        "<h2>How much time</h2>"
        + (
            f"<table><tbody>{rows}</tbody></table><p>That is {whole} minutes of working time "
            f"({in_hours(whole)}): about {sittings} sittings of {MINUTES_OF_A_SITTING} minutes. "
            "The minutes are this course's own estimate.</p>"
            if whole
            else "<p>Nothing is left to do. Well done!</p>"
        )
        + f"{policy}<h2>What we agree</h2><table><tbody>{lines}</tbody></table>"
        "<p>The manager keeps this time free. The learner uses it, and tries one thing at work.</p>"
        '<h2>Signed</h2><table><thead><tr><td></td><th scope="col">Name</th>'
        f'<th scope="col">Date</th></tr></thead><tbody>{signed}</tbody></table>'
    )
    about = f"Between a learner and their line manager, for: {group.title.lower()}."
    return document("Time to learn: an agreement", body, "agreement", about=about, links=links)


def in_hours(minutes: int) -> str:
    """Say so many minutes in hours, to the nearest half.

    Examples
    --------
    >>> in_hours(35), in_hours(110), in_hours(882)
    ('about half an hour', 'about 2 hours', 'about 14.5 hours')
    """
    halves = max(1, round(minutes / 30))
    if halves == 1:
        return "about half an hour"
    return f"about {halves / 2:g} {'hour' if halves == 2 else 'hours'}"


def _list(points: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(point)}</li>' for point in points)}</ul>"


def _own_words(words: Sequence[str]) -> str:
    if not any(words):
        return f'<div class="lines" aria-hidden="true">{"<div></div>" * 4}</div>'
    text = "\n\n".join(word.strip() for word in words)
    cut = "\n".join(text.splitlines()[:8])[:MOST_OF_OWN_WORDS].rstrip()
    more = "" if cut == text else "<p>The rest of what you wrote is in the lesson.</p>"
    return f'<p class="own">{escape(cut)}{"…" if more else ""}</p>{more}'
