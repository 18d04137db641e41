from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.data_file import csv_bytes
from qi_tools.errors import QIToolsError
from qi_tools.experiments.ward import IDEAS
from qi_tools.experiments.ward_ramp import BUDGET
from qi_tools.measure import Measure
from qi_tools.teaching.lab_controls import Chosen, SettingRefused
from qi_tools.teaching.labs.ward_ramp import LAB
from tests.qi_tools.teaching.labs.kit import chosen, usual

FIRST = usual(LAB, ideas=("tabard",))
CHOICE = usual(LAB, do="implement", ideas=("tabard", "top-up"), guess=9)


def test_what_is_said_is_what_the_shifts_show() -> None:
    turn = LAB.play((FIRST, usual(LAB, ideas=("top-up",), shifts=5)), 7)
    shifts = turn.table()
    latest = shifts[shifts["test"] == 2]
    missed = latest.groupby("phase")["missed"].sum()
    assert f"Missed: {missed['before']} of 100 doses before, {missed['during']} of 100" in turn.said
    assert turn.tally["Missed"] == f"{missed['during']}%"
    assert turn.tally["Doses"] == "200"


def test_the_story_grows_and_the_past_stays() -> None:
    first, second = LAB.play((FIRST,), 3), LAB.play((FIRST, usual(LAB, ideas=tuple(IDEAS))), 3)
    shifts = second.table()
    assert shifts[shifts["test"] == 1]["missed"].tolist() == first.table()["missed"].tolist()
    assert LAB.play((FIRST,), 3).said == first.said
    said = {LAB.play((FIRST,), luck).said for luck in range(1, 9)}
    assert len(said) > 1


def test_what_the_ideas_hide_follows_from_the_luck_alone() -> None:
    """Tests before the choice change nothing of it, and each idea is among the best alike."""
    best: Counter[str] = Counter()
    for luck in range(1, 101):
        turns = ((CHOICE,), (FIRST, FIRST, CHOICE))
        one, other = (LAB.play(each, luck).said.split("The best choice was ")[1] for each in turns)
        assert one == other
        best.update(idea for idea in IDEAS if idea in one)
    # Three of five ideas help on a ward: 60 of 100 wards, give or take 4 standard errors of 4.9.
    assert all(40 <= best[idea] <= 80 for idea in IDEAS)


def test_nothing_tells_what_ideas_hide_before_they_are_in_place() -> None:
    turn = LAB.play((FIRST,), 1)
    told = turn.said + "".join(
        figure if isinstance(figure, str) else figure._repr_html_() for figure in turn.figures
    )
    assert "Helps" not in told
    assert "best choice" not in told


def test_ideas_are_put_in_place_once_and_for_good() -> None:
    turn = LAB.play((FIRST, CHOICE), 1)
    assert "You put in place: tabard and top-up." in turn.said
    weeks = turn.table()
    assert len(weeks) == 36
    after = weeks[weeks["in place"]]
    share = 100 * after["missed"].sum() / after["doses"].sum()
    assert turn.tally["Missed"] == f"{share:.1f}%"
    for more in (FIRST, CHOICE):
        with pytest.raises(QIToolsError, match="testing is over"):
            LAB.play((FIRST, CHOICE, more), 1)


def test_there_are_twelve_tests_and_then_a_choice() -> None:
    tests = (FIRST,) * BUDGET
    LAB.play(tests, 1)
    with pytest.raises(SettingRefused, match="All 12 tests are used"):
        LAB.play((*tests, FIRST), 1)
    assert "in place" in LAB.play((*tests, CHOICE), 1).said
    assert LAB.most == BUDGET + 1


def test_a_whole_ward_has_no_keen_staff_only() -> None:
    with pytest.raises(SettingRefused, match="A whole ward has its usual staff"):
        LAB.play((usual(LAB, ideas=("tabard",), scale="whole ward"),), 1)


@settings(max_examples=25, deadline=None)
@given(st.lists(chosen(LAB), min_size=1, max_size=4))
def test_anything_that_the_form_allows_can_be_played_and_shown(turns: list[Chosen]) -> None:
    first = [each["do"] for each in turns].index("implement") if _chooses(turns) else len(turns)
    tests = turns[:first]
    if any(each["scale"] == "whole ward" and each["staff"] == "keen" for each in tests):
        with pytest.raises(SettingRefused, match="usual staff"):
            LAB.play(tuple(turns), 1)
    elif first < len(turns) - 1:
        with pytest.raises(QIToolsError, match="testing is over"):
            LAB.play(tuple(turns), 1)
    else:
        assert all(
            isinstance(figure, str) or "<svg" in figure._repr_html_()
            for figure in LAB.play(tuple(turns), 1).figures
        )


def _chooses(turns: list[Chosen]) -> bool:
    return any(each["do"] == "implement" for each in turns)


@pytest.mark.parametrize("turns", [(FIRST,), (FIRST, CHOICE)])
def test_the_file_is_one_that_charts_read(turns, tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "ward.csv"
    table = LAB.play(turns, 1).table()
    path.write_bytes(csv_bytes(table))
    measure = Measure.from_file(path, "missed", "date", denominator="doses", data="proportions")
    assert len(measure.values) == len(table)


def test_the_reply_tells_how_often_chance_does_that() -> None:
    """About one time in four, worked out from two binomial counts."""
    from math import comb

    shares = [comb(20, k) * 0.14**k * 0.86 ** (20 - k) for k in range(21)]
    falls = sum(shares[a] * shares[b] for a in range(21) for b in range(21) if a - b >= 2)
    assert falls == pytest.approx(0.25, abs=0.02)
