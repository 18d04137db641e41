from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.data_file import csv_bytes
from qi_tools.experiments.made_up_trust import ASK, LEAVE, SYSTEMS, Trust
from qi_tools.experiments.rag_or_dots import by_rag
from qi_tools.experiments.rag_table import RagTable
from qi_tools.experiments.trust_report import Report, publish
from qi_tools.measure import Measure
from qi_tools.spc.multiples import SmallMultiples
from qi_tools.teaching.lab import Turn
from qi_tools.teaching.lab_controls import Chosen
from qi_tools.teaching.labs.rag_or_dots import LAB, NAMES
from tests.qi_tools.teaching.labs.kit import chosen, usual


def later_report(luck: int) -> Report:
    return publish(Trust(months=25), Random(luck))


def after_the_report(luck: int, step: str = "decide", **decisions: Any) -> Turn:
    return LAB.play((usual(LAB), usual(LAB, step=step, **decisions)), luck)


@pytest.mark.parametrize("step", ["decide", "later", "colours"])
def test_the_first_press_shows_the_colours_and_nothing_of_the_truth(step: str) -> None:
    turn = LAB.play((usual(LAB, step=step),), 3)
    (table,) = turn.figures
    assert isinstance(table, RagTable)
    assert table.made.trust.months == 24
    red = sum(cell.colour == "red" for cell in table.made.rag)
    assert f"{red} of 12 measures are red" in turn.said
    shown = f"{turn.said} {table.html()}".casefold()
    assert not any(system.words in shown for system in SYSTEMS.values())


def test_dots_can_come_first() -> None:
    turn = LAB.play((usual(LAB, step="dots"),), 3)
    (charts,) = turn.figures
    assert isinstance(charts, SmallMultiples)
    assert len(charts.charts) == 12
    assert charts.finding in turn.said


@pytest.mark.parametrize("luck", range(1, 6))
def test_right_decisions_are_all_right_and_those_of_the_colours_count_as_theirs(luck: int) -> None:
    report = later_report(luck).month_before
    ids = {name: id for id, name in NAMES.items()}
    truth = {ids[row.indicator.name]: SYSTEMS[row.system].right[0] for row in report.rows}
    assert "You got 12 of 12 right." in after_the_report(luck, **truth).said
    as_red = {ids[name]: decision for name, decision in by_rag(report).items()}
    turn = after_the_report(luck, **as_red)
    assert f"Asking about every red gets {turn.tally['Right']}," in turn.said
    red = [row for row in report.rows if row.colours[-1] == "red"]
    happened = sum(row.since is not None for row in red) or "none"
    assert turn.said.endswith(f"something truly happened in {happened}.")


def test_leaving_all_alone_misses_every_change() -> None:
    turn = after_the_report(7)
    assert turn.tally["Missed"] == "4"
    assert turn.tally["False alarms"] == "0"
    asked = after_the_report(7, **dict.fromkeys(NAMES, ASK))
    assert asked.tally["Missed"] == "0"
    assert asked.tally["False alarms"] == "8"


@pytest.mark.parametrize("luck", range(1, 40))
def test_nothing_changes_in_the_month_that_is_shown_later(luck: int) -> None:
    later = later_report(luck)
    for row in later.rows:
        if row.since is not None:
            assert row.since < 24  # so a change that lasts has begun, and a single month is over
    turn = after_the_report(luck, "later")
    turned = sum(row.colours[-1] != row.colours[-2] for row in later.rows)
    assert f"{turned} of 12 measures have another colour" in turn.said
    assert str(turn.figures[1]).count('<th scope="row">') == turned


def test_charts_are_usually_right_where_colours_are_not() -> None:
    """As the lab teaches; the charts may be wrong in one report and still win over many."""
    said = [after_the_report(luck).said for luck in range(1, 31)]
    reds = [int(each.split("every red gets ")[1].split(",")[0]) for each in said]
    charts = [int(each.split("charts get ")[1].split(".")[0]) for each in said]
    assert sum(charts) > 1.4 * sum(reds)
    assert sum(chart > red for chart, red in zip(charts, reds, strict=True)) >= 25


def test_the_months_are_the_same_in_each_turn_and_others_with_other_luck() -> None:
    one, two = after_the_report(5), after_the_report(5, measure_1=ASK)
    assert one.table().equals(two.table())
    assert one.table().equals(after_the_report(5, "later").table().iloc[:24])
    assert not one.table().equals(after_the_report(6).table())


@settings(max_examples=20, deadline=None)
@given(chosen(LAB), chosen(LAB), st.integers(1, 9999))
def test_anything_that_the_form_allows_can_be_played_and_shown(
    one: Chosen, two: Chosen, luck: int
) -> None:
    for turns in ((one,), (one, two)):
        for figure in LAB.play(turns, luck).figures:
            assert isinstance(figure, str) or "<svg" in figure._repr_html_()


def test_the_file_is_one_that_charts_read(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_bytes(csv_bytes(LAB.play((usual(LAB),), 1).table()))
    assert len(Measure.from_file(path, "Falls", "date").values) == 24


def test_a_decision_is_asked_for_each_measure() -> None:
    assert {each.label for each in LAB.controls[1:]} == set(NAMES.values())
    assert all(each.start == LEAVE for each in LAB.controls[1:])
