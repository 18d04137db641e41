from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings

from qi_tools.data_file import csv_bytes
from qi_tools.experiments.sweets import Jar, draw
from qi_tools.measure import Measure
from qi_tools.spc.charts import Chart
from qi_tools.teaching.lab import of_this_turn
from qi_tools.teaching.lab_controls import Chosen
from qi_tools.teaching.labs.sweets import LAB
from tests.qi_tools.teaching.labs.kit import chosen, usual


def test_what_is_said_is_what_the_simulation_made() -> None:
    turns = (usual(LAB),)
    turn = LAB.play(turns, 7)
    drawn = draw(Jar(), of_this_turn(turns, 7))
    for size in (5, 20, 100):
        low, high = drawn.span(size)
        assert f"from {low:.3g}% to {high:.3g}% in samples of {size}" in turn.said
        assert turn.tally[f"Of {size}"] == f"{low:.3g}% to {high:.3g}%"
        row = f"<td>{drawn.deviation(size):.1f}</td><td>{Jar().expected_deviation(size):.1f}</td>"
        assert row in str(turn.figures[2])
    assert turn.table().equals(drawn.table)


def test_odd_bags_are_told_as_the_chart_judged_them() -> None:
    for luck in range(1, 11):
        turn = LAB.play((usual(LAB, odd=True),), luck)
        chart, told = turn.figures[0], str(turn.figures[-1])
        assert isinstance(chart, Chart)
        table = turn.table()
        odd = table[table["jar"] == "odd"]
        assert odd["size"].tolist() == [5, 20, 100]
        assert told.count("<li>") == 3
        for place, size in odd["size"].items():
            side = "beyond" if chart.values[place] > chart.upper[place] else "within"
            (line,) = [each for each in told.split("<li>") if each.startswith(f"Of {size} ")]
            assert f"sample {place + 1}, " in line
            assert f"lies {side} its limits" in line


def test_large_odd_bags_are_found_and_small_ones_seldom() -> None:
    found = {5: 0, 100: 0}
    for luck in range(1, 41):
        told = str(LAB.play((usual(LAB, odd=True),), luck).figures[-1])
        for size in found:
            (line,) = [each for each in told.split("<li>") if each.startswith(f"Of {size} ")]
            found[size] += "beyond" in line
    # By the binomial distribution 8% of those of 5 and nearly all of those of 100.
    assert found[5] <= 10
    assert found[100] >= 38


def test_without_odd_bags_nothing_is_told_of_them() -> None:
    turn = LAB.play((usual(LAB),), 1)
    assert turn.tally["Odd bag"] == "none"
    assert not any("were odd" in str(figure) for figure in turn.figures)


def test_luck_decides() -> None:
    one, same, other = (LAB.play((usual(LAB),), luck).table() for luck in (1, 1, 2))
    assert one.equals(same)
    assert not one.equals(other)


@settings(max_examples=25, deadline=None)
@given(chosen(LAB))
def test_anything_that_the_form_allows_can_be_played_and_shown(values: Chosen) -> None:
    turn = LAB.play((values,), 1)
    assert all(isinstance(figure, str) or "<svg" in figure._repr_html_() for figure in turn.figures)
    assert len(turn.table()) == len(values["sizes"]) * values["repeats"]


def test_the_file_is_one_that_charts_read(tmp_path: Path) -> None:
    path = tmp_path / "sweets.csv"
    path.write_bytes(csv_bytes(LAB.play((usual(LAB),), 1).table()))
    measure = Measure.from_file(path, "red", "date", denominator="size", data="proportions")
    assert len(measure.values) == 60
