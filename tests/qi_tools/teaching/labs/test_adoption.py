from __future__ import annotations

from pathlib import Path
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.data_file import csv_bytes
from qi_tools.measure import Measure
from qi_tools.teaching.lab import Turn
from qi_tools.teaching.lab_controls import Chosen
from qi_tools.teaching.labs.adoption import LAB
from tests.qi_tools.teaching.labs.kit import chosen, usual

LUCKS = range(1, 31)


def played(luck: int, *levers: str) -> Turn:
    return LAB.play((usual(LAB, levers=levers),), luck)


def mean(what: str, *levers: str) -> float:
    return fmean(int(played(luck, *levers).tally[what]) for luck in LUCKS)


def test_what_is_said_is_what_the_simulation_made() -> None:
    turn = LAB.play((usual(LAB, guess=9),), 4)
    last = turn.table().iloc[-1]
    assert turn.said == (
        f"After a year {last['in use']} of 24 sites use the change; your guess was 9. "
        f"{last['ever adopted']} took it up, and {last['slipped back']} slipped back."
    )
    assert turn.tally["Use it"] == str(last["in use"])
    assert turn.tally["Took it up"] == str(last["ever adopted"])
    half = turn.table().query("2 * `in use` >= sites")["week"].iloc[0]
    assert turn.tally["Half use it"] == f"from week {half}"


def test_pushing_gets_signatures_and_contact_and_support_get_use() -> None:
    assert mean("Took it up", "mandate") > 23
    assert mean("Use it", "mandate") < mean("Use it") < mean("Use it", "visits", "support")
    assert mean("Use it", "visits", "support") > 19
    assert mean("Use it", "visits", "support", "adapt") > 21


def test_about_half_use_it_after_an_order_alone_in_most_runs() -> None:
    """As the replies to the prediction say."""
    used = [int(played(luck, "mandate").tally["Use it"]) for luck in LUCKS]
    assert sum(8 <= each <= 16 for each in used) > 0.75 * len(used)


def test_without_an_order_often_a_quarter_or_fewer_use_it_after_two_months() -> None:
    for levers in ((), ("support",), ("visits", "support")):
        slow = [played(luck, *levers).table().set_index("week")["in use"][8] for luck in LUCKS]
        assert sum(each <= 6 for each in slow) > 0.5 * len(slow)


@pytest.mark.parametrize("luck", range(1, 5))
def test_the_table_of_ways_adds_up(luck: int) -> None:
    turn = played(luck, "mandate", "visits")
    cells = str(turn.figures[1]).split("<td>")[1:]
    numbers = [int(cell.split("<")[0]) for cell in cells]
    for number, what in enumerate(("Took it up", "Slipped back", "Use it")):
        assert sum(numbers[number::3]) == int(turn.tally[what])


def test_turns_meet_the_same_luck_and_other_luck_is_another_spread() -> None:
    one = usual(LAB)
    alone, third = LAB.play((one,), 2), LAB.play((one, usual(LAB, levers=()), one), 2)
    assert alone.table().equals(third.table())
    assert alone.tally == third.tally
    assert not alone.table().equals(LAB.play((one,), 3).table())


def test_a_change_that_begins_nowhere_without_levers_can_stay_away() -> None:
    turns = [LAB.play((usual(LAB, levers=(), starters=0),), luck) for luck in LUCKS]
    assert any(turn.tally["Half use it"] == "never" for turn in turns)


@settings(max_examples=20, deadline=None)
@given(st.lists(chosen(LAB), min_size=1, max_size=4), st.integers(1, 9999))
def test_anything_that_the_form_allows_can_be_played_and_shown(
    turns: list[Chosen], luck: int
) -> None:
    for figure in LAB.play(tuple(turns), luck).figures:
        assert isinstance(figure, str) or "<svg" in figure._repr_html_()


def test_the_file_is_one_that_charts_read(tmp_path: Path) -> None:
    path = tmp_path / "spread.csv"
    path.write_bytes(csv_bytes(played(1).table()))
    assert len(Measure.from_file(path, "in use", "date").values) == 65
