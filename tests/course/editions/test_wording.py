"""Each part reads on paper as something to do with a pen, and its answer waits at the end."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from course.editions.told import tell
from course.editions.wording import LARGE_PRINT, PLAIN, Manner, Writer
from qi_tools import Measure, run_chart
from qi_tools.teaching import (
    Choice,
    Moment,
    Place,
    branching,
    checklist,
    experiment,
    measure_tree,
    number,
    order,
    poll,
    project,
    read_chart,
    reveal,
    several,
    timer,
)


@pytest.fixture(autouse=True)
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def words(page: str) -> str:
    """Return what a reader sees: a gap as ``___``, a box as ``[ ]``."""
    page = re.sub(r"<svg.*?</svg>", "", page, flags=re.S)
    page = page.replace('<span class="gap" role="img" aria-label="room to write"></span>', "___")
    page = page.replace('<span class="box" role="img" aria-label="box to tick"></span>', "[ ] ")
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def printed(part: object, manner: Manner = LARGE_PRINT) -> tuple[str, str]:
    """Return how a part reads, and what is at the end about it."""
    writer = Writer(manner)
    return words(writer.write([tell(part)])), words("".join(writer.answers))


AT_THE_END = "The answer is at the end."


def test_several_answers_are_boxes() -> None:
    said = {"a": "It is A.", "b": "Not B."}
    asked, answer = printed(
        several("q", "Which?", {"a": "<A>", "b": "B"}, right={"a"}, feedback=said)
    )
    assert asked == f"Question 1 Which? Tick all that fit. [ ] <A> [ ] B {AT_THE_END}"
    assert answer == "Question 1 Right: A, <A>: It is A. B, B: Not B."


def test_a_number_is_a_blank_with_its_unit() -> None:
    said = {"right": "Yes.", "low": "Go up.", "high": "Go down."}
    asked, answer = printed(
        number(
            "q", "How long?", right=12, tolerance=1, unit="minutes", low=0, high=60, feedback=said
        )
    )
    blank = "Your answer, in minutes: ___ A number from 0 to 60."
    assert asked == f"Question 1 How long? {blank} {AT_THE_END}"
    assert answer == (
        "Question 1 12 minutes. Yes. If you had less: Go up. If you had more: Go down."
    )


def test_an_order_is_a_list_to_number() -> None:
    items = {"do": "Try", "plan": "Guess", "study": "Compare"}
    said = {"do": "Before?", "plan": "Late?", "study": "With what?", "right": "Well done."}
    asked, answer = printed(
        order("a3-order", "Order?", items, right=["plan", "do", "study"], feedback=said)
    )
    listed = "Number these from 1 to 3: ___ Guess ___ Compare ___ Try"
    assert asked == f"Question 1 Order? {listed} {AT_THE_END}"
    assert answer == (
        "Question 1 Guess. Try. If you had it earlier: Before? "
        "Compare. If you had it earlier: With what? Well done."
    )


def test_a_tree_is_a_table_to_fill_in() -> None:
    asked, answer = printed(
        measure_tree(
            "q",
            "Where?",
            {"x": "Falls", "y": "Rounds"},
            aims={"aim": "No harm"},
            right={"x": Place("outcome", "aim"), "y": Place("process", "x")},
            feedback={"x": "Felt.", "y": "Done.", "right": "A tree."},
        )
    )
    assert asked == (
        "Question 1 Where? Measure Its kind What it feeds Falls ___ ___ Rounds ___ ___ "
        "Kinds: Outcome measure; Process measure; Balancing measure. "
        f"Each feeds another measure, or this: No harm. {AT_THE_END}"
    )
    assert answer == (
        "Question 1 Falls: Outcome measure; it feeds “No harm”. Felt. "
        "Rounds: Process measure; it feeds “Falls”. Done. A tree."
    )


@pytest.mark.parametrize(
    ("waits", "right"),
    [([9, 8, 7, 8, 9, 7] * 4, "A, Common cause only."), ([9] * 9 + [2] * 9, "B, A special cause")],
)
def test_a_chart_is_shown_without_its_verdict(waits: list[int], right: str) -> None:
    chart = run_chart(Measure.from_columns(waits, name="Wait"))
    asked, answer = printed(read_chart("q", chart))
    assert "Common cause only A special cause too For B: Where does it show? ___" in asked
    assert chart.finding not in asked
    assert f"Right: {right}" in answer
    assert chart.finding in answer


def test_a_checklist_is_lines_and_boxes() -> None:
    asked, answer = printed(
        checklist("q", "Write.", {"a": "How much", "b": "By when"}, model="Halve it by June.")
    )
    assert asked.startswith("Question 1 Write. Read your own text again.")
    assert "[ ] How much [ ] By when" in asked
    assert "Halve it" not in asked
    assert answer.endswith("Halve it by June.")


def test_a_poll_is_a_table_to_count_in() -> None:
    assert printed(poll("q", "Who?", {"a": "We", "b": "They"})) == (
        "Question 1 Who? Answer How many We ___ They ___",
        "",
    )


def test_a_story_that_branches_is_its_first_moment_and_no_more() -> None:
    ways = {"ask": Choice("Ask", "end", "Said so."), "push": Choice("Push", "end", "Nothing.")}
    moments = {"now": Moment("It begins.", ways), "end": Moment("It ends.", lesson="Ask.")}
    assert printed(branching("q", "A review", "now", moments)) == (
        "Question 1 A review It begins. Ask Push",
        "",
    )


def test_an_experiment_says_how_to_do_it_in_a_room() -> None:
    asked, answer = printed(experiment("red_beads", "q"))
    at = [
        asked.index(each)
        for each in (
            "A box holds white and red beads.",
            "Question 1: your guess",
            "Make your guess first. Then try it",
            "With a group: for facilitators Six workers",
        )
    ]
    assert at == sorted(at)
    assert "Shown for this guess" not in asked, "an experiment is the same for every guess"
    assert answer == ""


def test_a_projects_form_is_filled_in_with_a_pen(tmp_path: Path) -> None:
    asked, answer = printed(project(parts=("aim", "risks", "check")))
    assert asked.startswith(
        "Risks Risks Number What could go wrong? What will you do about it? 1 ___ ___"
    )
    assert "Aim What will be better? Say what people will notice" in asked
    assert "missing" not in asked, "there is nothing to fill in on that page"
    assert answer == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("manner", [PLAIN, LARGE_PRINT], ids=["plain", "large print"])
def test_what_is_behind_a_button_is_behind_a_fold_or_on_the_next_page(manner: Manner) -> None:
    page = Writer(manner).write([tell(reveal("A <hint>", "Count."))])
    assert words(page) == "A <hint> Count."
    assert 'class="later"' in page


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (timer("Talk", 1), "Talk: 1 minute"),
        (
            timer("Spin", 7.5, steps=[("Guess", 2.5), ("Try", 5)]),
            "Spin: 7.5 minutes Guess: 2.5 minutes Try: 5 minutes",
        ),
    ],
)
def test_a_timer_is_its_steps_with_their_minutes(part: object, expected: str) -> None:
    assert printed(part) == (expected, "")
