from __future__ import annotations

import pytest
from hypothesis import given, settings

from qi_tools.data_file import csv_bytes
from qi_tools.experiments.projects import PRIORITIES, PROJECTS
from qi_tools.measure import Measure
from qi_tools.teaching.lab_controls import Chosen, SettingRefused
from qi_tools.teaching.labs.portfolio import LAB
from tests.qi_tools.teaching.labs.kit import chosen, usual


def test_what_is_said_is_what_the_simulation_made() -> None:
    turn = LAB.play((usual(LAB),), 7)
    last = turn.table().iloc[-1]
    assert f"After 36 months: {last['finished']} finished, {last['stalled']} stalled" in turn.said
    assert turn.tally["Finished"] == str(last["finished"])
    assert turn.tally["Stalled"] == str(last["stalled"])
    assert turn.tally["Points"] == f"{turn.table()['benefit'].sum():,.0f}"


def test_turns_meet_the_same_luck_and_are_held_against_the_best_before() -> None:
    first = usual(LAB)
    alone, again = LAB.play((first,), 3), LAB.play((first, first), 3)
    assert alone.tally == again.tally
    assert "That is" not in alone.said
    assert again.said.endswith("That is as much as in run 1, the best so far.")
    few = LAB.play((usual(LAB, at_once=40), first, usual(LAB, at_once=9)), 3)
    points = int(few.tally["Points"].replace(",", "")) - int(alone.tally["Points"].replace(",", ""))
    assert f"That is {points:,} more than in run 2, the best before." in few.said
    assert LAB.play((first,), 4).tally != alone.tally


def test_an_own_list_is_run_and_an_empty_one_refused() -> None:
    own = usual(LAB, which="own", safety=("Safer insulin",), staff=("Joy in work",), at_once=1)
    turn = LAB.play((own,), 1)
    assert turn.tally["Projects"] == "2"
    assert "Safer insulin: finished in month" in turn.figures[-1]  # type: ignore[operator]
    with pytest.raises(SettingRefused, match="Tick one project or more"):
        LAB.play((usual(LAB, which="own"),), 1)


def test_each_project_is_on_one_list() -> None:
    lists = {each.id: each for each in LAB.controls if each.id in PRIORITIES}
    offered = [name for each in lists.values() for name in each.options]  # type: ignore[union-attr]
    assert sorted(offered) == sorted(each.name for each in PROJECTS)


@pytest.mark.parametrize("luck", range(1, 11))
def test_about_nine_of_the_best_value_are_usually_near_the_best(luck: int) -> None:
    """As the reply to the prediction says; each luck is one run."""
    points = {
        at_once: int(
            LAB.play((usual(LAB, at_once=at_once),), luck).tally["Points"].replace(",", "")
        )
        for at_once in (2, 9, 20, 40)
    }
    assert max(points, key=points.__getitem__) == 9


@settings(max_examples=25, deadline=None)
@given(chosen(LAB), chosen(LAB))
def test_anything_that_the_form_allows_can_be_played_and_shown(one: Chosen, two: Chosen) -> None:
    turns = tuple(
        each
        for each in (one, two)
        if each["which"] == "all" or any(each[priority] for priority in PRIORITIES)
    )
    if turns:
        turn = LAB.play(turns, 1)
        assert all(
            isinstance(figure, str) or "<svg" in figure._repr_html_() for figure in turn.figures
        )


def test_the_file_is_one_that_charts_read(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "portfolio.csv"
    path.write_bytes(csv_bytes(LAB.play((usual(LAB),), 1).table()))
    assert len(Measure.from_file(path, "benefit", "date").values) == 36
