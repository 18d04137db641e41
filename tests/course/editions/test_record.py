"""The record of a session holds what was written, in its words, and room for a pen elsewhere."""

from __future__ import annotations

import re

import pytest

from course.editions.record import record_page
from course.editions.running import Ran
from course.editions.told import Told, html
from qi_tools.answers import Answer, Value

CELLS = (
    ("markdown", "# Agree & amend", ()),
    ("markdown", "## Before\n\nNobody asks anything here.", ()),
    ("markdown", "## Here\n\nWords.", ()),
    ("code", "", ()),
    ("markdown", "### Inside\n\n#### Small", ()),
    ("code", "", ()),
    ("markdown", "## Ours", ("approach",)),
    ("code", "", ("approach",)),
    ("code", "", ()),
    ("markdown", "## After", ()),
)
TEXT = Told("text", {"question": "Which date?", "rows": 2}, id="s-date")
ROLES = Told(
    "checks",
    {"question": "Who?", "hint": "Tick.", "options": [["chair", "Chair"], ["lay", "Lay <b>"]]},
    id="s-roles",
)
CHOICE = Told(
    "radio", {"question": "Agreed?", "options": [["yes", "Agree"], ["no", "Amend"]]}, id="s-agreed"
)
EACH = Told(
    "selects",
    {
        "question": "Each?",
        "fields": [
            ["own-1", "A coach", [["yes", "Agree"], ["no", "Amend"]]],
            ["own-2", "A plan", [["yes", "Agree"], ["no", "Amend"]]],
        ],
    },
    id="s-each",
)
HANDS = Told("poll", {"question": "Hands?", "options": [["up", "Up"], ["down", "Down"]]}, id="s-h")
RAN = Ran(
    tuple(
        {"cell_type": kind, "source": text, "metadata": {"tags": tags}}
        for kind, text, tags in CELLS
    ),
    {
        3: (TEXT, ROLES, html("<p>Only shown.</p>")),
        5: (CHOICE, EACH, HANDS, Told("timer", {"title": "An hour"})),
        7: (html('<div class="approach">Ours.</div>'),),
        8: (html("<p>A picture.</p>"),),
    },
)
ANSWERS: dict[str, Value] = {
    "s-date": "In <May>\n\nor June",
    "s-roles": ("lay",),
    "s-agreed": "no",
    "s-each": ("own-1=yes", "own-2=no"),
    "s-h": ("down=0", "up=7"),
}


def page(answers: dict[str, Value]) -> str:
    return record_page(
        RAN, {id: Answer(value, 1, "2026-11-27T09:30:00Z") for id, value in answers.items()}
    )


def entry(html: str, question: str) -> str:
    found = re.search(rf'<p class="question">{re.escape(question)}</p>(.*?)</div>', html, re.S)
    assert found, question
    return found[1]


def test_each_answer_stands_in_its_own_words() -> None:
    made = page(ANSWERS)
    assert entry(made, "Which date?") == '<p class="own">In &lt;May&gt;\n\nor June</p>'
    assert entry(made, "Who?") == "<ul><li>Lay &lt;b&gt;</li></ul>"
    assert entry(made, "Agreed?") == '<p class="own">Amend</p>'
    row = '<tr><th scope="row">{}</th><td>{}</td></tr>'
    for question, rows in (
        ("Each?", row.format("A coach", "Agree") + row.format("A plan", "Amend")),
        ("Hands?", row.format("Up", 7) + row.format("Down", 0)),
    ):
        assert entry(made, question) == f"<table><tbody>{rows}</tbody></table>"
    assert "As last written on 27 November 2026." in made
    assert 'class="gap"' not in made
    assert 'class="box"' not in made


def test_it_says_that_it_is_no_certificate() -> None:
    assert "not a certificate" in page({})


def test_headings_stand_where_something_was_asked_or_agreed_to() -> None:
    made = page(ANSWERS)
    assert re.findall(r"<(h[1-4])>(.*?)</h\d>", made) == [
        ("h1", "Record: Agree &amp; amend"),
        ("h2", "Here"),
        ("h3", "Inside"),
        ("h2", "Ours"),
    ]
    assert '<div class="approach">Ours.</div>' in made
    for other in ("Only shown", "A picture", "An hour", "Nobody asks"):
        assert other not in made


def test_without_answers_it_is_a_form_for_a_pen() -> None:
    made = page({})
    assert "Nothing is written yet" in made
    assert made.count("<div></div>") == 2, "lines to write on"
    assert made.count('class="box"') == 2
    assert "<li>Agree</li><li>Amend</li>" in entry(made, "Agreed?")
    assert "How many" in entry(made, "Hands?")


@pytest.mark.parametrize(
    "stale",
    [
        {"s-date": ""},
        {"s-roles": ()},
        {"s-roles": ("gone",)},
        {"s-agreed": "gone"},
        {"s-agreed": ("yes",)},
        {"s-each": "yes"},
        {"s-each": ("gone=yes", "own-1", "own-2=gone")},
        {"s-h": 3.0},
    ],
    ids=str,
)
def test_what_was_taken_back_or_is_no_longer_asked_leaves_room_for_a_pen(
    stale: dict[str, Value],
) -> None:
    [id] = stale
    question = next(t.content["question"] for told in RAN.told.values() for t in told if t.id == id)
    assert entry(page(stale), question) == entry(page({}), question)
