from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings

from qi_tools.experiments.chart_lab import Plan, repeat
from qi_tools.spc.charts import Chart
from qi_tools.spc.rule_sets import ANHOEJ, CHOICES, MAKING_DATA_COUNT
from qi_tools.teaching.lab_controls import Chosen
from qi_tools.teaching.labs.chart_lab import CHARTS, LAB
from tests.qi_tools.teaching.labs.kit import chosen, usual


def chart_of(*turns: Chosen, luck: int = 1) -> Chart:
    chart = LAB.play(turns, luck).figures[0]
    assert isinstance(chart, Chart)
    return chart


@pytest.mark.parametrize("rules", CHOICES)
def test_what_is_said_is_what_the_simulation_made(rules: str) -> None:
    turn = LAB.play((usual(LAB, change="shift", rules=rules, guess=33),), 7)
    many = repeat(Plan(), CHARTS, (ANHOEJ, MAKING_DATA_COUNT), Random("7/many"))
    fired = many.of(CHOICES[rules].name)
    assert f"By the {CHOICES[rules].name} rules" in turn.said
    assert f"about {100 * fired.on_change:.0f} show a signal; your guess was 33." in turn.said
    assert turn.said.endswith(f"Without the change it is about {100 * fired.on_noise:.0f}.")
    for each in (*many.sets, *many.rules):
        row = f"<td>{100 * each.on_noise:.0f}</td><td>{100 * each.on_change:.0f}</td>"
        assert any(row in str(figure) for figure in turn.figures[1:])


@pytest.mark.parametrize("change", ["nothing", "shift"])
def test_the_verdict_is_the_charts_own(change: str) -> None:
    verdicts = {
        "nothing": ("Rightly none", "False alarm"),
        "shift": ("Missed", "Signal"),
    }
    seen = set()
    for luck in range(1, 40):
        turns = (usual(LAB, change=change),)
        signal = bool(chart_of(*turns, luck=luck).signals)
        told = LAB.play(turns, luck).tally["This chart"]
        assert told == verdicts[change][signal]
        seen.add(told)
    assert seen == set(verdicts[change])


def test_noise_is_new_with_each_press_unless_it_is_kept() -> None:
    one, new, kept = usual(LAB), usual(LAB), usual(LAB, keep=True)
    first, second = chart_of(one), chart_of(one, new)
    third, fourth = chart_of(one, new, kept), chart_of(one, new, kept, kept)
    assert first.values.tolist() != second.values.tolist()
    assert second.values.tolist() == third.values.tolist() == fourth.values.tolist()
    assert chart_of(kept).values.tolist() == first.values.tolist()


def test_the_other_rules_judge_the_same_points() -> None:
    one = usual(LAB, change="shift")
    other = usual(LAB, change="shift", rules="making_data_count", keep=True)
    assert chart_of(one).values.tolist() == chart_of(one, other).values.tolist()
    assert [chart_of(one).rules, chart_of(one, other).rules] == [ANHOEJ, MAKING_DATA_COUNT]


def test_nothing_planted_has_one_column_and_no_note() -> None:
    turn = LAB.play((usual(LAB),), 1)
    assert "With the change" not in "".join(map(str, turn.figures[1:]))
    assert turn.tally["With it, of 100"] == ""
    assert not chart_of(usual(LAB)).measure.notes


def test_its_two_sides_of_the_trade_are_as_the_words_say() -> None:
    """The lab says that neither set is better on both sides, and that 10 of 100 is near."""
    for luck in range(1, 6):
        tally = [
            LAB.play((usual(LAB, change="shift", rules=rules),), luck).tally for rules in CHOICES
        ]
        noise, change = (
            [int(each[name]) for each in tally] for name in ("On noise, of 100", "With it, of 100")
        )
        assert 4 <= noise[0] < noise[1] <= 19
        assert change[0] < change[1]


@settings(max_examples=15, deadline=None)
@given(chosen(LAB), chosen(LAB))
def test_anything_that_the_form_allows_can_be_played_and_shown(one: Chosen, two: Chosen) -> None:
    for turns in ((one,), (one, two)):
        turn = LAB.play(turns, 1)
        assert len(turn.table()) == turns[-1]["points"]
        assert all(isinstance(each, str) or "<svg" in each._repr_html_() for each in turn.figures)
