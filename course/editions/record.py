"""The record of a session: what a group wrote in a notebook, as one page to print and to keep."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from html import escape

from course.editions.document import NO_LINKS, document
from course.editions.forms import FORMS
from course.editions.running import Ran
from course.editions.told import Told
from course.lesson_page import lesson_page
from course.markup import read_markdown
from qi_tools.answers import Answer
from qi_tools.words import day_in_words

_APPROACH = "approach"
_LAST_LEVEL = 3  # of headings: a smaller one is part of the text


def record_page(
    ran: Ran, answers: Mapping[str, Answer], links: Mapping[str, str] = NO_LINKS
) -> str:
    """Make the record: each question with its answer, or with room for a pen where there is none.

    Headings stand in it where something was asked below them. Of what a cell shows, only the
    organisation's own approach is in it, since that is what a group agrees to.

    Parameters
    ----------
    ran : Ran
        The session's notebook, after it ran.
    answers : mapping of str to Answer
        What the group answered, by the id of the question.
    links : mapping of str to str
        Where a reader on the course's server can go.
    """
    title = lesson_page(ran.cells, "Record of a session").title
    ids = {told.id for each in ran.told.values() for told in each if told.id}
    written = [answers[id].at for id in ids if id in answers and not answers[id].is_blank]
    about = "Nothing is written yet: print it, and fill it in with a pen."
    if written:
        about = f"As last written on {day_in_words(datetime.fromisoformat(max(written)))}."
    body = (
        '<p class="kind">This is a record of a session of the organisation. It is not a '
        "certificate, and it says nothing about what any one person knows or can do.</p>"
        + "".join(_pieces(ran, answers))
    )
    return document(f"Record: {title}", body, "record", about=about, links=links)


def _pieces(ran: Ran, answers: Mapping[str, Answer]) -> Iterator[str]:
    """Give headings and answers in the order of the notebook, and no heading without an answer."""
    waiting: dict[int, str] = {}
    for number, cell in enumerate(ran.cells):
        for heading in read_markdown(cell["source"]).headings if _is_text(cell) else ():
            if 1 < heading.level <= _LAST_LEVEL:
                waiting = {level: text for level, text in waiting.items() if level < heading.level}
                waiting[heading.level] = heading.text
        shown = "".join(_shown(ran.told.get(number, ()), answers, _is_approach(cell)))
        if shown:
            yield from (f"<h{level}>{escape(text)}</h{level}>" for level, text in waiting.items())
            yield shown
            waiting = {}


def _is_text(cell: Mapping[str, object]) -> bool:
    return cell["cell_type"] == "markdown"


def _is_approach(cell: Mapping[str, object]) -> bool:
    metadata = cell["metadata"]
    return isinstance(metadata, Mapping) and _APPROACH in metadata["tags"]


def _shown(told: Iterable[Told], answers: Mapping[str, Answer], is_approach: bool) -> Iterator[str]:
    for each in told:
        if each.id:
            question = escape(each.content["question"])
            yield f'<div class="entry"><p class="question">{question}</p>'
            yield f"{_answer(each, answers.get(each.id)) or FORMS[each.kind](each)}</div>"
        elif each.kind == "html" and is_approach:
            yield each.content["html"]


def _answer(told: Told, answer: Answer | None) -> str:
    """Word an answer; empty when there is none, or one that the question no longer knows."""
    say = _WORDED.get(told.kind)
    if answer is None or answer.is_blank or say is None:
        return ""
    return say(told, answer)


def _text(told: Told, answer: Answer) -> str:
    return f'<p class="own">{escape(str(answer.value))}</p>'


def _radio(told: Told, answer: Answer) -> str:
    text = dict(told.content["options"]).get(answer.value)
    return f'<p class="own">{escape(text)}</p>' if text else ""


def _checks(told: Told, answer: Answer) -> str:
    chosen = [text for id, text in told.content["options"] if id in _values(answer)]
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in chosen)}</ul>" if chosen else ""


def _selects(told: Told, answer: Answer) -> str:
    chosen = _pairs(answer)
    rows = [(label, dict(given).get(chosen.get(id))) for id, label, given in told.content["fields"]]
    return _table(rows)


def _poll(told: Told, answer: Answer) -> str:
    counts = _pairs(answer)
    return _table([(text, counts.get(id)) for id, text in told.content["options"]])


def _values(answer: Answer) -> tuple[str, ...]:
    return answer.value if isinstance(answer.value, tuple) else ()


def _pairs(answer: Answer) -> dict[str, str]:
    return dict(each.split("=", 1) for each in _values(answer) if "=" in each)


def _table(rows: Iterable[tuple[str, str | None]]) -> str:
    given = [(label, text) for label, text in rows if text]
    body = "".join(
        f'<tr><th scope="row">{escape(label)}</th><td>{escape(text)}</td></tr>'
        for label, text in given
    )
    return f"<table><tbody>{body}</tbody></table>" if given else ""


_WORDED: Mapping[str, Callable[[Told, Answer], str]] = {
    "checks": _checks,
    "poll": _poll,
    "radio": _radio,
    "selects": _selects,
    "text": _text,
}
