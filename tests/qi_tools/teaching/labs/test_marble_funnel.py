from __future__ import annotations

from pathlib import Path
from statistics import median

import pytest
from hypothesis import given, settings

from qi_tools.data_file import csv_bytes
from qi_tools.experiments.marble_funnel import Aim, drop_marbles
from qi_tools.experiments.marble_papers import MarblePapers
from qi_tools.measure import Measure
from qi_tools.teaching.lab import of_this_turn
from qi_tools.teaching.lab_controls import Chosen
from qi_tools.teaching.labs.marble_funnel import LAB
from tests.qi_tools.teaching.labs.kit import chosen, usual


def test_what_is_said_is_what_the_simulation_made() -> None:
    turns = (usual(LAB, rule="3", guess=77),)
    turn = LAB.play(turns, 7)
    run = drop_marbles(Aim(3, 50), of_this_turn(turns, 7))
    assert f"half of the marbles fell within {median(run.distances):.0f} mm" in turn.said
    assert f"farthest fell {max(run.distances):.0f} mm off; your guess was 77." in turn.said
    assert float(turn.tally["Spread (rule 1 = 1)"]) == pytest.approx(run.times, rel=0.05)
    assert turn.table().equals(run.table)


def test_papers_of_runs_before_stay_and_the_latest_of_a_rule_counts() -> None:
    turns = tuple(usual(LAB, rule=rule) for rule in ("2", "1", "2"))
    laid = []
    for count in (1, 2, 3):
        figure = LAB.play(turns[:count], 4).figures[0]
        assert isinstance(figure, MarblePapers)
        laid.append(figure.runs)
    assert [[run.aim.rule for run in runs] for runs in laid] == [[2], [1, 2], [1, 2]]
    assert laid[0][0] == laid[1][1] != laid[2][1]
    assert laid[1][0] == laid[2][0]


def test_luck_decides() -> None:
    one, same, other = (LAB.play((usual(LAB),), luck).tally for luck in (1, 1, 2))
    assert one == same != other


def test_each_rule_comes_near_what_theory_says() -> None:
    for rule, due in (("1", 1.0), ("2", 1.98), ("3", 25.5), ("4", 25.5)):
        seen = [
            float(LAB.play((usual(LAB, rule=rule),), luck).tally["Spread (rule 1 = 1)"])
            for luck in range(1, 61)
        ]
        # One run of rule 3 or 4 varies by some 0.8 of its mean: 4 standard errors are 0.41.
        assert abs(sum(seen) / 60 / due - 1) < (0.1 if due < 2 else 0.41)


@settings(max_examples=25, deadline=None)
@given(chosen(LAB))
def test_anything_that_the_form_allows_can_be_played_and_shown(values: Chosen) -> None:
    turn = LAB.play((values,), 1)
    assert all(isinstance(figure, str) or "<svg" in figure._repr_html_() for figure in turn.figures)
    assert len(turn.table()) == values["drops"]


def test_the_file_is_one_that_charts_read(tmp_path: Path) -> None:
    turn = LAB.play((usual(LAB, drops=60),), 1)
    path = tmp_path / "drops.csv"
    path.write_bytes(csv_bytes(turn.table()))
    assert len(Measure.from_file(path, "distance", "date").values) == 60
