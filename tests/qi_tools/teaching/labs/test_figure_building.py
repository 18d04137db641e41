from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.data_file import csv_bytes
from qi_tools.experiments.figure_building import balance, build_figures
from qi_tools.experiments.figure_exercise import IDEAS, SAME, Cycle, Exercise
from qi_tools.measure import Measure
from qi_tools.rounds import Rounds
from qi_tools.teaching.lab_controls import Chosen, SettingRefused
from qi_tools.teaching.labs.figure_building import IDEA_WORDS, LAB
from tests.qi_tools.teaching.labs.kit import chosen, usual

FIRST = usual(LAB, seconds=90, right=8)


def test_what_is_said_is_what_the_simulation_made() -> None:
    turn = LAB.play((FIRST, usual(LAB, idea="check", seconds=70, right=10)), 3)
    made = build_figures(Exercise((Cycle(SAME, 90, 8), Cycle("check", 70, 10))), Random(3))
    first, check = made.periods
    assert f"{check.seconds:.3g} seconds and {check.right:g} of 10 parts right" in turn.said
    assert "You expected 70 seconds and 10 parts." in turn.said
    assert turn.said.endswith(f"Compared with set 1: {balance(first, check)}.")
    assert turn.tally["Middle"] == f"{check.seconds:.3g} s, {check.right:g} right"
    assert turn.tally["Compared"] == balance(first, check)


def test_nothing_is_compared_with_the_first_set() -> None:
    turn = LAB.play((FIRST,), 1)
    assert "Compared" not in turn.said
    assert not turn.tally["Compared"]


def test_both_measures_are_drawn_with_their_predictions() -> None:
    turn = LAB.play((FIRST, usual(LAB, idea="hurry", seconds=60, right=9)), 1)
    seconds, parts = (figure for figure in turn.figures if isinstance(figure, Rounds))
    assert [each.guess for each in seconds.rounds] == [90, 60]
    assert [each.guess for each in parts.rounds] == [8, 9]
    assert [value for each in seconds.rounds for value in each.values] == turn.table()[
        "seconds"
    ].tolist()
    assert [value for each in parts.rounds for value in each.values] == turn.table()[
        "right"
    ].tolist()


def test_an_idea_is_decided_on_the_form_of_the_next_set() -> None:
    hurry, again = usual(LAB, idea="hurry"), usual(LAB)
    for last, set_before, what in (("keep", 2, "hurry"), ("give up", 1, "hurry, given up")):
        turn = LAB.play((FIRST, hurry, {**again, "last": last}), 1)
        assert f"Compared with set {set_before}:" in turn.said
        rounds = next(figure for figure in turn.figures if isinstance(figure, Rounds))
        assert [each.what for each in rounds.rounds] == [SAME, what, SAME]


def test_practice_alone_is_shown_beside_what_came_of_it() -> None:
    turn = LAB.play((FIRST, usual(LAB)), 1)
    table = turn.figures[-1]
    assert isinstance(table, str)
    # Wright's curve: 90 seconds, and 85% of it for each doubling; the third and eighth build.
    assert "<td>70</td>" in table
    assert "<td>55</td>" in table


def test_the_first_set_is_built_as_it_is_whatever_is_chosen() -> None:
    turn = LAB.play((usual(LAB, idea="hurry"),), 1)
    assert turn.said.endswith("Nothing was changed: this is where you begin.")
    assert turn.tally == LAB.play((usual(LAB),), 1).tally


def test_an_idea_that_is_kept_is_refused_at_its_control() -> None:
    check = usual(LAB, idea="check")
    with pytest.raises(SettingRefused, match="To check against the photo") as caught:
        LAB.play((FIRST, check, check), 1)
    assert caught.value.at == "idea"


def test_every_idea_can_be_chosen() -> None:
    assert list(IDEA_WORDS) == list(IDEAS)


def test_the_same_luck_gives_the_same_builds_and_another_gives_others() -> None:
    one, two, other = (LAB.play((FIRST, usual(LAB)), luck).table() for luck in (4, 4, 5))
    assert one.equals(two)
    assert not one.equals(other)


@settings(max_examples=25, deadline=None)
@given(st.lists(chosen(LAB), max_size=LAB.most - 1), st.integers(1, 9999))
def test_anything_that_the_form_allows_can_be_played_and_shown_or_is_refused(
    later: list[Chosen], luck: int
) -> None:
    turns = (FIRST, *later)
    try:
        turn = LAB.play(turns, luck)
    except SettingRefused as refused:
        assert "is kept already" in str(refused)  # noqa: PT017
        return
    assert len(turn.table()) == 5 * len(turns)
    assert all(isinstance(figure, str) or "<svg" in figure._repr_html_() for figure in turn.figures)


def test_the_file_is_one_that_charts_read(tmp_path: Path) -> None:
    path = tmp_path / "builds.csv"
    path.write_bytes(csv_bytes(LAB.play((FIRST, usual(LAB)), 1).table()))
    assert len(Measure.from_file(path, "seconds", "date").values) == 10
    accuracy = Measure.from_file(path, "right", "date", denominator="parts", data="proportions")
    assert len(accuracy.values) == 10
