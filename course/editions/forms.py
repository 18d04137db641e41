"""Each kind of question as a form to fill in with a pen, by the way in which it is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import Any

from course.editions.told import Told

# On paper: rows of a list, and lines for what may be long.
ROWS, LINES = 3, {"long": 2, "lines": 4}
_GAP = '<span class="gap" role="img" aria-label="room to write"></span>'
_BOX = '<span class="box" role="img" aria-label="box to tick"></span>'


def _letters(options: Iterable[Sequence[str]], before: str = "") -> str:
    rows = "".join(f"<li>{before}{escape(text)}</li>" for _, text in options)
    return f'<ol type="A">{rows}</ol>'


def _radio(told: Told) -> str:
    return _letters(told.content["options"])


def _checks(told: Told) -> str:
    return f"<p>{escape(told.content['hint'])}</p>{_letters(told.content['options'], _BOX)}"


def _number(told: Told) -> str:
    return f"<p>{escape(told.content['label'])}: {_GAP} {escape(told.content['hint'])}</p>"


def _text(told: Told) -> str:
    return f'<div class="lines" aria-hidden="true">{"<div></div>" * told.content["rows"]}</div>'


def _checklist(told: Told) -> str:
    checks = told.then[0]
    return f"{_text(told)}<p>{escape(checks.content['question'])}</p>{_checks(checks)}"


def _order(told: Told) -> str:
    items = told.content["items"]
    rows = "".join(f"<li>{_GAP} {escape(text)}</li>" for _, text in items)
    return f"<p>Number these from 1 to {len(items)}:</p><ul>{rows}</ul>"


def _selects(told: Told) -> str:
    fields = told.content["fields"]
    if all(options == fields[0][2] for _, _, options in fields):
        rows = "".join(f"<li>{escape(label)} {_GAP}</li>" for _, label, _ in fields)
        return f"<ol>{rows}</ol><p>Write one letter on each line:</p>{_letters(fields[0][2])}"
    lists = "".join(f"<li>{escape(label)} {_GAP}{_letters(opts)}</li>" for _, label, opts in fields)
    sentence = told.content.get("sentence", ())
    gaps = "".join(escape(piece["text"]) if "text" in piece else " … " for piece in sentence)
    return (f"<p>Your sentence: {gaps}</p>" if gaps else "") + f"<ol>{lists}</ol>"


def _tree(told: Told) -> str:
    kinds = "; ".join(text for _, text in told.content["fields"][0][2])
    aims = "; ".join(text for _, text in told.content["aims"])
    return (
        _table(("Measure", "Its kind", "What it feeds"), told.content["measures"])
        + f"<p>Kinds: {escape(kinds)}.</p>"
        f"<p>Each feeds another measure, or this: {escape(aims)}.</p>"
    )


def _poll(told: Told) -> str:
    return _table(("Answer", "How many"), told.content["options"])


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{heading}</th>' for heading in headings)
    gaps = f"<td>{_GAP}</td>" * (len(headings) - 1)
    body = "".join(f'<tr><th scope="row">{escape(text)}</th>{gaps}</tr>' for _, text in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def project_form(content: Mapping[str, Any]) -> str:
    """Give pages of a project's form to fill in with a pen; a list has room for three of a kind."""
    pages = (
        f'<div class="ask"><p class="title">{escape(page["title"])}</p>'
        + "".join(_section(content["sections"][name]) for name in page["sections"])
        + "</div>"
        for page in content["pages"].values()
        if page["sections"]
    )
    return "".join(pages)


def _section(section: Mapping[str, Any]) -> str:
    if section["one"]:
        headings = ("Number", *(escape(each["label"]) for each in section["fields"]))
        rows = [("", str(number)) for number in range(1, ROWS + 1)]
        return f'<p class="question">{escape(section["title"])}</p>{_table(headings, rows)}'
    return "".join(
        f'<p class="question">{escape(each["label"])}</p><p>{escape(each["hint"])}</p>'
        f'<div class="lines" aria-hidden="true">{"<div></div>" * LINES.get(each["kind"], 1)}</div>'
        for each in section["fields"]
    )


def _verdict(told: Told) -> str:
    where = escape(told.content["where"])
    return f"{_letters(told.content['verdicts'])}<p>For B: {where} {_GAP}</p>"


def _branching(told: Told) -> str:
    return f"<p>{escape(told.content['text'])}</p>{_letters(told.content['choices'])}"


FORMS: Mapping[str, Callable[[Told], str]] = {
    "branching": _branching,
    "checklist": _checklist,
    "checks": _checks,
    "number": _number,
    "order": _order,
    "poll": _poll,
    "radio": _radio,
    "selects": _selects,
    "text": _text,
    "tree": _tree,
    "typed": _number,
    "verdict": _verdict,
}
