from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.data_file import csv_bytes
from qi_tools.experiments.ball_game import CHANGES, SAME, Attempt, Game
from qi_tools.experiments.tennis_ball import play
from qi_tools.measure import Measure
from qi_tools.teaching.lab_controls import Chosen, SettingRefused
from qi_tools.teaching.labs.tennis_ball import LAB
from tests.qi_tools.teaching.labs.kit import chosen, usual

FIRST = usual(LAB, guess=20)


def test_what_is_said_is_what_the_simulation_made() -> None:
    turn = LAB.play((FIRST, usual(LAB, change="reorder", guess=9.5, theory="way")), 7)
    made = play(Game((Attempt(SAME, 20), Attempt("reorder", 9.5))), Random(7))
    before, after = made.rounds
    assert turn.said.startswith(f"It took {after.seconds:g} seconds, with ")
    assert "You expected 9.5." in turn.said
    assert turn.said.endswith(f"Before, in round 1, it took {before.seconds:g}.")
    assert turn.tally["Seconds"] == f"{after.seconds:g}"
    assert turn.tally["Drops"] == str(after.drops)
    assert turn.table()["theory"].tolist() == ["", "The ball has less far to go"]


def test_a_change_is_decided_on_the_form_of_the_next_round() -> None:
    faster, again = usual(LAB, change="faster"), usual(LAB)
    for last, kept in (("keep", 1), ("give up", 0)):
        turn = LAB.play((FIRST, faster, {**again, "last": last}), 1)
        assert turn.table()["kept"].tolist() == [1, kept, 1]
        assert ("round 2" in turn.said) == bool(kept)


def test_a_round_without_a_change_cannot_be_given_up() -> None:
    turn = LAB.play((FIRST, usual(LAB, last="give up", change="closer")), 1)
    assert turn.table()["kept"].tolist() == [1, 1]


def test_the_first_round_is_played_as_it_is_whatever_is_chosen() -> None:
    turn = LAB.play((usual(LAB, change="together"),), 1)
    assert turn.said.endswith("Nothing was changed: this is where you begin.")
    assert turn.tally == LAB.play((usual(LAB),), 1).tally


def test_a_change_that_is_kept_is_refused_at_its_control() -> None:
    closer = usual(LAB, change="closer")
    with pytest.raises(SettingRefused, match="To stand closer is kept already") as caught:
        LAB.play((FIRST, closer, closer), 1)
    assert caught.value.at == "change"


def test_what_each_kind_of_change_gained_is_shown_with_what_it_gains_in_many_games() -> None:
    assert len(LAB.play((FIRST,), 1).figures) == 2
    turn = LAB.play((FIRST, usual(LAB, change="closer"), usual(LAB, change="together")), 1)
    *_, gains = turn.figures
    made = play(Game((Attempt(SAME, 20), Attempt("closer", 9), Attempt("together", 9))), Random(1))
    assert isinstance(gains, str)
    for gain, kind in zip(made.gains, ("a small step", "a new way"), strict=True):
        assert f"<td>{kind}</td><td>{gain.timed:.1f}</td><td>{gain.usual:.1f}</td>" in gains


def test_the_same_luck_gives_the_same_game_and_another_gives_another() -> None:
    one, two, other = (LAB.play((FIRST, usual(LAB)), luck).table() for luck in (4, 4, 5))
    assert one.equals(two)
    assert not one.equals(other)


def test_everything_on_the_form_can_be_tried() -> None:
    turns = (FIRST, *(usual(LAB, change=change) for change in CHANGES))
    assert LAB.play(turns, 1).table()["change"].tolist() == [SAME, *CHANGES]


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
    assert len(turn.table()) == len(turns)
    assert all(isinstance(figure, str) or "<svg" in figure._repr_html_() for figure in turn.figures)


def test_the_file_is_one_that_charts_read(tmp_path: Path) -> None:
    path = tmp_path / "ball.csv"
    turn = LAB.play((FIRST, usual(LAB, change="closer"), usual(LAB)), 1)
    path.write_bytes(csv_bytes(turn.table()))
    measure = Measure.from_file(path, "seconds", "date")
    assert measure.values.tolist() == turn.table()["seconds"].tolist()
