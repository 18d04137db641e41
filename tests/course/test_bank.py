"""A bank is read as it stands, or with all its faults at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal, get_args

import pytest

from course.bank import load_bank
from course.charts import Chart, Pairs, Places, RuleSet, Spread
from course.errors import CourseError, FaultsFound
from tests.course.small_bank import (
    CHART,
    GOOD,
    LIMITS,
    LOOK_BACK,
    ROWS,
    SLOT,
    TREE,
    bank_text,
    with_tree,
)


def test_a_bank_is_read_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "bank.toml").write_text(bank_text(), encoding="utf-8")
    bank = load_bank(tmp_path / "bank.toml")
    assert (bank.assessment, bank.version) == ("b1_check", "1")
    assert [slot.id for slot in bank.slots] == ["q1", "q2"]
    slot = bank.slots[0]
    assert (slot.module, slot.topic, slot.difficulty) == ("B1", "28a", "easy")
    assert [item.id for item in slot.items] == ["b1-q1-a", "b1-q1-b", "b1-q1-c"]
    assert dict(slot.items[0].options) == {"a": "Ask", "b": "Act", "c": "Wait"}


def test_a_bank_cannot_be_changed(tmp_path: Path) -> None:
    (tmp_path / "bank.toml").write_text(bank_text(), encoding="utf-8")
    item = load_bank(tmp_path / "bank.toml").slots[0].items[0]
    with pytest.raises(TypeError):
        item.options["a"] = "Act"  # type: ignore[index]


def test_rows_and_a_chart_are_read_as_they_stand(tmp_path: Path) -> None:
    text = bank_text(("q1",)).replace('c = "Wait"\n', f'c = "Wait"\n{ROWS}{CHART}', 1)
    (tmp_path / "bank.toml").write_text(text, encoding="utf-8")
    first, second, _ = load_bank(tmp_path / "bank.toml").slots[0].items
    assert list(first.rows) == ["plan", "do", "study"]
    assert first.rows["do"] == "Try it"
    values = (3.0, 4.0, 2.5, 3.0, 4.0, 3.0, 2.0, 5.0, 3.0, 4.0, 3.0, 2.0)
    assert first.chart == Chart("Falls", "falls", date(2026, 1, 5), values)
    assert (dict(second.rows), second.chart) == ({}, None)
    with pytest.raises(TypeError):
        first.rows["do"] = "Wait"  # type: ignore[index]


def test_a_charts_values_are_one_a_week_and_said_to_be_made_up() -> None:
    measure = Chart("Falls", "falls", date(2026, 1, 5), (3.0, 4.0, 2.5)).measure()
    assert measure.dates is not None
    assert [str(day) for day in measure.dates] == ["2026-01-05", "2026-01-12", "2026-01-19"]
    assert measure.values.tolist() == [3.0, 4.0, 2.5]
    assert (measure.name, measure.unit, measure.simulated) == ("Falls", "falls", True)


def test_a_chart_with_limits_is_read_as_it_stands(tmp_path: Path) -> None:
    text = bank_text(("q1",)).replace('c = "Wait"\n', f'c = "Wait"\n{LIMITS}', 1)
    (tmp_path / "bank.toml").write_text(text, encoding="utf-8")
    chart = load_bank(tmp_path / "bank.toml").slots[0].items[0].chart
    assert chart is not None
    assert (chart.every, chart.shows, chart.rule_set) == ("month", "limits", "making_data_count")
    assert (chart.better, chart.target) == ("lower", 6)
    measure = chart.measure()
    assert measure.dates is not None
    assert [str(day) for day in measure.dates[[0, 2, 13]]] == [
        "2025-11-01", "2026-01-01", "2026-12-01",
    ]  # fmt: skip
    assert measure.target.tolist() == [6.0] * 14


def test_a_chart_tells_no_more_than_it_shows() -> None:
    values = (3.0, 4.0, 2.5, 3.0, 4.0, 3.0, 2.0, 3.0, 4.0, 3.0, 2.0, 4.0, 3.0, 9.0)

    def told(shows: Literal["dots", "limits", "signals"]) -> tuple[str, str]:
        limits = None if shows == "dots" else "anhoej"
        chart = Chart(
            "Falls", "falls", date(2026, 1, 1), values, "month", shows, limits, "lower", 1.0
        )
        return chart.drawn().describe(), chart.drawn().html()

    (dots, drawn), (limits, lines), (signals, marks) = map(told, ("dots", "limits", "signals"))
    assert dots.startswith("Run chart of Falls")
    assert "limits" not in dots
    assert limits.startswith(signals.split(",")[0])
    assert "limits -" in limits or "limits 0" in limits or "limits 1" in limits
    for silent in (dots, drawn, limits, lines):
        assert "oncern" not in silent
        assert "Signal" not in silent
    assert "Signal (concern)" in signals
    assert "Icons, for the latest point: Special cause variation: concern" in marks


def test_a_chart_is_judged_by_the_rules_that_it_names() -> None:
    shifted = (3.0, 4.0, 3.2, 3.9, 3.1, 3.8, 4.1, 3.0, 4.2, 5.1, 5.3, 5.0, 5.2, 5.4, 5.1, 5.2)
    found = {
        rules: Chart("Falls", "", date(2026, 1, 5), shifted, "week", "signals", rules, "lower")
        .drawn()
        .describe()
        for rules in get_args(RuleSet)
    }
    assert "2 in 3" in found["making_data_count"] or "7 " in found["making_data_count"]
    assert found["anhoej"] != found["making_data_count"]


def test_a_slot_that_looks_back_asks_nothing(tmp_path: Path) -> None:
    (tmp_path / "bank.toml").write_text(bank_text() + LOOK_BACK, encoding="utf-8")
    bank = load_bank(tmp_path / "bank.toml")
    assert [slot.id for slot in bank.slots] == ["q1", "q2"]
    (back,) = bank.look_backs
    assert (back.id, back.looks_back) == ("q3", ("q1", "q2"))
    assert back.text == "Question 3 looks back."


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"q1", "q2"]', '"q1", "q9"]', "slot[q3].looks_back: names q9, which is not asked before"),
        ('"q1", "q2"]', '"q1", "q3"]', "slot[q3].looks_back: names q3, which is not asked before"),
        ('["q1", "q2"]', '["q1"]', "slot[q3].looks_back: must be a list of 2 to 100"),
        ('text = "Question 3 looks back."\n', "", "slot[q3].text: is missing"),
        ("looks_back = [", 'difficulty = "easy"\nlooks_back = [', "slot[q3].difficulty: doesn't"),
        ('id = "q3"', 'id = "q1"', "slot[q1]: stands more than once"),
    ],
)
def test_a_fault_of_a_slot_that_looks_back_is_named(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    (found,) = faults(tmp_path, bank_text() + LOOK_BACK.replace(old, new))
    assert found.startswith(fault)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("2025-11-01", "2025-11-08", "start: must be the first of a month"),
        ('"month"', '"week"', "start: must be a Monday"),
        ('"month"', '"day"', "every: must be one of: week, month"),
        ('"limits"', '"all"', "shows: is 'all'; it must be one of: dots, limits, signals"),
        ('rule_set = "making_data_count"\n', "", "rule_set: is missing"),
        ('"making_data_count"', '"nelson"', "rule_set: must be one of: anhoej, making_data_count"),
        ('better = "lower"\n', "", "better: is missing"),
        ("target = 6", 'target = "6"', "target: must be a number"),
        ('shows = "limits"\n', "", "rule_set: doesn't belong here"),
    ],
)
def test_a_fault_of_a_chart_with_limits_is_named(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    text = bank_text(("q1",)).replace('c = "Wait"\n', f'c = "Wait"\n{LIMITS.replace(old, new)}', 1)
    assert any(
        each.startswith(f"slot[q1].item[b1-q1-a].chart.{fault}") for each in faults(tmp_path, text)
    )


def test_a_module_may_be_a_part_of_one(tmp_path: Path) -> None:
    text = bank_text().replace('module = "B1"', 'module = "A5a"')
    (tmp_path / "bank.toml").write_text(text, encoding="utf-8")
    assert load_bank(tmp_path / "bank.toml").slots[0].module == "A5a"


def test_every_fault_of_rows_and_charts_is_reported_at_once(tmp_path: Path) -> None:
    rows = '[slot.item.rows]\nPlan = "Guess"\ndo = " "\nact = "guess"\n'
    chart = CHART.replace("2026-01-05", "2026-01-06").replace("2.5", "nan") + 'verdict = "chance"\n'
    text = bank_text(("q1",)).replace('c = "Wait"\n', f'c = "Wait"\n{rows}{chart}', 1)
    assert faults(tmp_path, text) == [
        "slot[q1].item[b1-q1-a].rows.Plan: has an id that must be small letters, digits and "
        "hyphens, such as plan",
        "slot[q1].item[b1-q1-a].rows.do: must be text of 1 to 200 characters",
        "slot[q1].item[b1-q1-a].rows: say the same thing twice",
        "slot[q1].item[b1-q1-a].chart.verdict: doesn't belong here",
        "slot[q1].item[b1-q1-a].chart.start: must be a Monday, without quotes, such as 2026-01-05",
        "slot[q1].item[b1-q1-a].chart.values: must be a list of 12 to 60 numbers",
    ]


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ('[slot.item.rows]\nplan = "Guess"\n', "rows: has 1; give it 2 to 6"),
        ("[slot.item.rows]\n", "rows: has 0; give it 2 to 6"),
        (
            "[slot.item.rows]\n" + "".join(f'r{n} = "Step {n}"\n' for n in range(7)),
            "rows: has 7; give it 2 to 6",
        ),
        (CHART.replace("2026-01-05", '"2026-01-05"'), "chart.start: must be a Monday"),
        (CHART.replace("2026-01-05", "2026-01-05T09:00:00"), "chart.start: must be a Monday"),
        (CHART.replace("3, 2]", "3]"), "chart.values: must be a list of 12 to 60"),
        (CHART.replace("[3,", f"[{'1, ' * 49}3,"), "chart.values: must be a list of 12 to 60"),
        (CHART.replace("2.5", "inf"), "chart.values: must be"),
        (CHART.replace("2.5", "true"), "chart.values: must be"),
        (CHART.replace("2.5", '"2"'), "chart.values: must be"),
        (CHART.replace('unit = "falls"\n', ""), "chart.unit: is missing"),
        (CHART.replace('"Falls"', '" "'), "chart.name: must be text"),
    ],
)
def test_a_fault_of_rows_or_a_chart_is_named(tmp_path: Path, more: str, fault: str) -> None:
    text = bank_text(("q1",)).replace('c = "Wait"\n', f'c = "Wait"\n{more}', 1)
    (found,) = faults(tmp_path, text)
    assert found.startswith(f"slot[q1].item[b1-q1-a].{fault}")


def faults(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "bank.toml").write_text(text, encoding="utf-8")
    with pytest.raises(FaultsFound) as found:
        load_bank(tmp_path / "bank.toml")
    return [str(fault) for fault in found.value.faults]


def test_every_fault_of_a_bank_is_reported_at_once(tmp_path: Path) -> None:
    text = (
        bank_text()
        .replace("schema = 1", "schema = 2")
        .replace('difficulty = "easy"', 'difficulty = "fiendish"', 1)
        .replace('id = "b1-q2-c"', 'id = "b1-q1-a"')
        .replace('text = "A ward counts falls. What next?"', 'text = "  "\nkey = "a"', 1)
        .replace('c = "Wait"', 'c = " act "', 1)
        .replace('c = "Wait"', 'd = "Wait"', 1)
    )
    assert faults(tmp_path, text) == [
        "schema: must be 1, not 2",
        "slot[q1].difficulty: must be one of: easy, medium, hard, not 'fiendish'",
        "slot[q1].item[b1-q1-a].key: doesn't belong here",
        "slot[q1].item[b1-q1-a].text: must be text of 1 to 800 characters, not '  '",
        "slot[q1].item[b1-q1-a].options: say the same thing twice",
        "slot[q1].item[b1-q1-b].options: must be a, b and c, and if needed d and e, in this order",
        "item[b1-q1-a]: stands more than once; give each its own id",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("schema = ", "not TOML: "),
        ("", "schema: is missing"),
        (GOOD + "slot = []", "slot: is empty; a paper needs at least one question"),
        (GOOD + "slot = 3", "slot: must be a list of up to 200 rows"),
        (GOOD + "slot = [3]", "slot[1]: must be a table of named values"),
        (bank_text(letters="ab"), "slot[q1].item: has 2; a pool needs 3 items or more"),
        (bank_text(slots=("q1", "q1")), "slot[q1]: stands more than once; give each its own id"),
        (bank_text(slots=("1",)), "slot[1].id: must be q and a number, such as q1"),
        (bank_text().replace("b1-q1-a", "B1 q1"), "slot[q1].item[B1 q1].id: must be small letters"),
        (bank_text().replace('a = "Ask"', "a = 3"), "slot[q1].item[b1-q1-a].options.a: must be"),
        (GOOD + SLOT.format(slot="q1"), "slot[q1].item: is missing"),
        (GOOD + SLOT.format(slot="q1") + "item = [[]]", "slot[q1].item[1]: must be a table"),
        (bank_text().replace('topic = "28a"', "topic = 28"), "slot[q1].topic: must be a row"),
    ],
)
def test_a_fault_of_a_bank_is_named(tmp_path: Path, text: str, fault: str) -> None:
    assert any(found.startswith(fault) for found in faults(tmp_path, text))


def test_a_bank_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="is not there"):
        load_bank(tmp_path / "bank.toml")
    (tmp_path / "bank.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(CourseError, match="can't be read"):
        load_bank(tmp_path / "bank.toml")


def test_a_tree_is_read_as_it_stands_with_what_each_list_lets_choose(tmp_path: Path) -> None:
    (tmp_path / "bank.toml").write_text(with_tree(), encoding="utf-8")
    item = load_bank(tmp_path / "bank.toml").slots[0].items[0]
    assert (dict(item.options), dict(item.rows)) == ({}, {})
    assert {name: list(choices) for name, choices in item.lists.items()} == {
        "falls-kind": ["outcome", "process", "balancing"],
        "falls": ["safe", "ward", "checks"],
        "ward-kind": ["outcome", "process", "balancing"],
        "ward": ["safe", "falls", "checks"],
        "checks-kind": ["outcome", "process", "balancing"],
        "checks": ["safe", "falls", "ward"],
    }


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("[slot.item.aims]\nsafe", "[slot.item.goals]\nsafe", "goals: doesn't belong here"),
        ('safe = "Nobody comes to harm"\n', "", "aims: has 0; give it 1 to 6"),
        ('ward = "Falls on Maple"\nchecks = "People with a falls check"\n', "", "measures: has 1"),
        ("ward =", "safe =", "measures.safe: has an id that stands for something else here"),
        ("ward =", "falls-kind =", "measures.falls-kind: has an id that stands for something"),
        ("ward =", "Ward =", "measures.Ward: has an id that must be small letters"),
        ('"Falls on Maple"', '"falls with harm"', "measures: say the same thing twice"),
    ],
)
def test_a_fault_of_a_tree_is_named(tmp_path: Path, old: str, new: str, fault: str) -> None:
    found = faults(tmp_path, with_tree(TREE.replace(old, new)))
    assert any(each.startswith(f"slot[q1].item[b1-q1-a].{fault}") for each in found), found


SPREAD = f"""[slot.item.chart]
shows = "histogram"
name = "Stay"
unit = "days"
values = [{"1, 2, 3, 4, " * 6}]
"""
PAIRS = f"""[slot.item.chart]
shows = "scatter"
x_name = "Distance"
x_unit = "miles"
y_name = "Missed"
y_unit = "%"
x = [{"1, 2, 3, 4, " * 3}]
y = [{"2, 4, 1, 3, " * 3}]
"""
PLACES = """[slot.item.chart]
shows = "funnel"
name = "Back within 30 days"
unit = "%"
better = "lower"
places = ["A", "B", "C", "D", "E", "F", "G", "H"]
events = [3, 5, 8, 20, 4, 7, 6, 9]
of = [40, 60, 80, 90, 70, 75, 66, 88]
"""


def with_chart(chart: str) -> str:
    return bank_text(("q1",)).replace('c = "Wait"\n', f'c = "Wait"\n{chart}', 1)


def test_charts_without_time_are_read_and_drawn_as_made_up(tmp_path: Path) -> None:
    for text, kind, told in (
        (SPREAD, Spread, "Histogram of Stay"),
        (PAIRS, Pairs, "Distance"),
        (PLACES, Places, "Back within 30 days"),
    ):
        (tmp_path / "bank.toml").write_text(with_chart(text), encoding="utf-8")
        chart = load_bank(tmp_path / "bank.toml").slots[0].items[0].chart
        assert isinstance(chart, kind)
        drawn = chart.drawn()
        assert told in drawn.describe()
        assert "imulated" in drawn.html()


@pytest.mark.parametrize(
    ("chart", "old", "new", "fault"),
    [
        (SPREAD, "1, 2, 3, 4, 1, 2", "1", "values: must be a list of 20 to 60 numbers"),
        (SPREAD, 'unit = "days"\n', "", "unit: is missing"),
        (PAIRS, "y = [2, ", "y = [", ": has lists of unlike lengths (x has 12, y has 11)"),
        (PAIRS, 'y_unit = "%"', 'y_unit = "%"\nbetter = "lower"', "better: doesn't belong here"),
        (PLACES, '"H"]', '"A"]', "places: must be a list of 8 to 30, none twice"),
        (PLACES, "events = [3", "events = [41", "events: of A is 41, more than the 40 it is of"),
        (PLACES, "events = [3", "events = [3.5", "events: must be a list of 8 to 30 whole numbers"),
        (PLACES, "88]", "88, 5]", ": has lists of unlike lengths"),
    ],
)
def test_a_fault_of_a_chart_without_time_is_named(
    tmp_path: Path, chart: str, old: str, new: str, fault: str
) -> None:
    found = faults(tmp_path, with_chart(chart.replace(old, new, 1)))
    place = "slot[q1].item[b1-q1-a].chart"
    said = f"{place}{fault}" if fault.startswith(":") else f"{place}.{fault}"
    assert any(each.startswith(said) for each in found), found
