from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from qi_tools.improvement.project import Project
from qi_tools.improvement.project_charts import ReadingsInvalid, chart_of, measure_of
from qi_tools.improvement.project_reading import read_project
from tests.qi_tools.improvement.projects import projects

MONDAY = date(2026, 1, 5)


def weeks(values, among=None, *, first=MONDAY, step=7):
    days = [first + timedelta(days=step * number) for number in range(len(values))]
    columns = [days, values] + ([] if among is None else [among])
    return "\n".join(", ".join(map(str, row)) for row in zip(*columns, strict=True))


def project(readings, unit="", **rest):
    measure = {"id": "m", "name": "Missed", "kind": "outcome", "better": "lower", "unit": unit}
    return read_project({"measures": [{**measure, "readings": readings}], **rest})


def test_two_columns_are_values():
    measure = measure_of(project(weeks([5, 7.5]), "days"), "m")
    assert (measure.values.tolist(), measure.unit, measure.better) == ([5, 7.5], "days", "lower")
    assert (measure.data, measure.simulated) == ("measurements", False)


@pytest.mark.parametrize(
    ("unit", "data", "values", "shown"),
    [
        ("%", "proportions", [10, 20], "%"),
        ("", "proportions", [10, 20], "%"),
        ("share", "proportions", [0.1, 0.2], "share"),
        ("falls per 1,000 bed days", "rates", [100, 200], "falls per 1,000 bed days"),
    ],
)
def test_three_columns_are_a_share_unless_the_unit_says_a_rate(unit, data, values, shown):
    made = project(weeks([5, 8], [50, 40]), unit, about={"simulated": "yes"})
    measure = measure_of(made, "m")
    assert measure.values.tolist() == pytest.approx(values)
    assert (measure.data, measure.unit, measure.simulated) == (data, shown, True)


@pytest.mark.parametrize(
    ("readings", "said"),
    [
        ("", "no readings yet"),
        ("2026-01-05, 5", "one line of readings"),
        ("2026-01-05, 5\n2026-01-12, many", '"many" is not a number'),
        ("2026-01-05, 5\n2026-01-05, 6", "more than once"),
        ("2026-01-05,5,6,7\n2026-01-12,5,6,7", "4 columns"),
        ("hello\nworld", "one column"),
        ("2026-01-05,9,6\n2026-01-12,5,0", "0"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_readers_words(readings, said):
    with pytest.raises(ReadingsInvalid, match='"Missed"') as refused:
        chart_of(project(readings), "m")
    assert said in str(refused.value)
    assert "2026-03-31, 12, 96" in str(refused.value)


def test_a_measure_that_is_not_there_is_refused():
    with pytest.raises(ReadingsInvalid, match='no measure "x"'):
        measure_of(project(""), "x")


def test_the_chart_is_a_run_chart_until_there_are_twelve_points():
    values = [9, 12, 10, 11, 13, 8, 10, 12, 9, 11, 10, 12]
    assert chart_of(project(weeks(values[:11])), "m").kind.name == "run"
    assert chart_of(project(weeks(values)), "m").kind.name == "i"
    assert chart_of(project(weeks(values, [100] * 12)), "m").kind.name in {"p", "p'"}


def test_tests_and_changes_stand_at_the_first_point_on_or_after_their_day():
    made = project(
        weeks([5, 6, 7, 8, 9]),
        cycles=[
            {"id": "a", "name": "a", "measures": ["m"], "began": "2026-01-04"},  # before the data
            {
                "id": "b",
                "name": "large print",
                "measures": ["m"],
                "began": "2026-01-12",
                "ended": "2026-01-26",
            },
            {"id": "c", "name": "x" * 60, "measures": ["m"], "began": "2026-01-13"},
            {"id": "d", "measures": ["m"], "ended": "2026-01-19"},
            {"id": "e", "name": "of no measure", "began": "2026-01-12"},
        ],
        adopted=[
            {"id": "a", "what": "text to all", "since": "2026-01-26"},
            {"id": "b", "what": "after the data", "since": "2026-02-03"},
            {"id": "c", "what": "no date"},
        ],
    )
    assert [(note.point, note.words) for note in chart_of(made, "m").measure.notes] == [
        (1, "PDSA 2.1: large print"),
        (2, f"PDSA 3.1: {'x' * 39}…; PDSA 4.1"),
        (3, "Change: text to all"),
    ]


def test_a_change_for_another_measure_is_not_marked():
    made = read_project(
        {
            "measures": [{"id": "m", "readings": weeks([5, 6])}, {"id": "n"}],
            "adopted": [{"id": "a", "since": "2026-01-05", "measures": ["n"]}],
        }
    )
    assert chart_of(made, "m").measure.notes == ()


def test_many_at_one_point_lose_their_names_and_then_their_numbers():
    def words(cycles, changes):
        made = project(
            weeks([5, 6]),
            cycles=[
                {"id": f"c{n}", "name": "long name", "measures": ["m"], "began": "2026-01-12"}
                for n in range(cycles)
            ],
            adopted=[{"id": f"c{n}", "since": "2026-01-12"} for n in range(changes)],
        )
        (note,) = chart_of(made, "m").measure.notes
        return note.words

    assert words(1, 1) == "PDSA 1.1: long name; Change"
    assert words(2, 1) == "PDSA 1.1 and 2.1; 1 change"
    assert words(300, 0) == "300 PDSA cycles"


def test_where_points_stand_for_months_a_test_is_marked_in_its_month():
    rows = "2026-01-01,5\n2026-02-01,6\n2026-03-01,7"
    made = project(rows, cycles=[{"id": "a", "measures": ["m"], "began": "2026-03-20"}])
    (note,) = chart_of(made, "m").measure.notes
    assert note.point == 2


@pytest.mark.parametrize(
    ("kind", "unit", "drawn"),
    [("outcome", "Days", True), ("process", "days", False), ("outcome", "hours", False)],
)
def test_the_first_outcome_has_the_target_of_the_aim_in_the_same_unit(kind, unit, drawn):
    measure = {"id": "m", "kind": kind, "unit": "days", "readings": weeks([5, 6])}
    made = read_project({"aim": {"target": 4, "unit": unit}, "measures": [measure]})
    assert bool(chart_of(made, "m").measure.targets) == drawn


@settings(max_examples=25)
@given(projects(3))
def test_any_measure_gives_a_chart_or_a_clear_refusal(project: Project):
    for planned in project.measures:
        try:
            chart = chart_of(project, planned.id)
        except ReadingsInvalid:
            continue
        assert chart.describe()
        assert all(len(note.words) <= 120 for note in chart.measure.notes)
