"""The code that the explorer shows makes the very chart that it shows."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from qi_tools.errors import DatesAmbiguous, MeasureInvalid, QIToolsError
from qi_tools.spc.charts import Chart
from qi_tools.spc.kinds import KINDS
from qi_tools.teaching.explorer_choices import (
    RULE_SETS,
    STARTS,
    Choices,
    Source,
    Step,
    begin,
    chart_of,
    code_of,
    handed_over,
    kind_of,
    measure_of,
    on_disk,
    pasted,
    shipped,
    why_not,
)
from qi_tools.teaching.explorer_form import changed

ROWS = [(f"2023-{month:02d}", f"2024-{month:02d}") for month in range(1, 13)]
MONTHS = [year for pair in zip(*ROWS, strict=True) for year in pair]
FALLS = [4, 6, 3, 5, 7, 4, 6, 5, 3, 4, 8, 5, 2, 3, 1, 2, 3, 2, 1, 3, 2, 4, 1, 2]
DAYS = [790 + 7 * (place % 9) for place in range(24)]
TABLE = "Month,Falls,Bed days\n" + "".join(
    f"{month},{falls},{days}\n" for month, falls, days in zip(MONTHS, FALLS, DAYS, strict=True)
)
# Quotes, a backslash and letters from elsewhere, and Windows line ends.
PASTED = (
    'Month\tNurse\'s "late" \\ été\tSeen\r\n'
    + "".join(f"{month}\t{falls}\t{days}\r\n" for month, falls, days in zip(MONTHS, FALLS, DAYS))  # noqa: B905
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("numbers")
    (folder / "our falls.csv").write_text(TABLE, encoding="utf-8")
    frame = pd.DataFrame({"Month": pd.to_datetime(MONTHS), "Falls": FALLS, "Bed days": DAYS})
    with pd.ExcelWriter(folder / "falls.xlsx") as book:
        frame.to_excel(book, sheet_name="Ward 3's", index=False)
        frame.to_excel(book, sheet_name="Ward 4", index=False)
    return folder


def sources(folder: Path) -> list[Source]:
    return [
        *(shipped(name) for name in STARTS),
        handed_over("our falls.csv", (folder / "our falls.csv").read_bytes()),
        handed_over("falls.xlsx", (folder / "falls.xlsx").read_bytes(), "Ward 3's"),
        on_disk(folder / "falls.xlsx", "Ward 4"),
        pasted(PASTED),
    ]


def run(code: str, folder: Path) -> Chart:
    """Run the code as a person would: in the folder where the file is."""
    names: dict[str, Any] = {}
    with contextlib.chdir(folder):
        exec(compile(code, "shown", "exec"), names)
    chart: Chart = names["chart"]
    return chart


def assert_same(choices: Choices, folder: Path) -> None:
    shown, made = chart_of(choices), run(code_of(choices), folder)
    pd.testing.assert_frame_equal(made.table, shown.table)
    assert made.html() == shown.html()
    assert made.report() == shown.report()


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if not kind.subgroups])
def test_the_code_makes_the_chart_of_every_kind(folder: Path, name: str) -> None:
    choices = begin(handed_over("our falls.csv", TABLE.encode()))
    if KINDS[name].denominators == "required":
        choices = changed(choices, "denominator", "Bed days")
    assert_same(replace(choices, kind=name, screen=True), folder)


texts = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)


@st.composite
def all_choices(draw: st.DrawFn, of: list[Source]) -> Choices:
    """Make choices as the form does, so most but not all of them make a chart."""
    choices = begin(draw(st.sampled_from(of)))
    headings = choices.numbers.source.table.headings
    for field, values in {
        "value": st.sampled_from(headings),
        "denominator": st.sampled_from(["", *headings]),
        "data": st.sampled_from(["measurements", "counts", "proportions", "rates", "time between"]),
        "per": st.sampled_from([1, 100, 1000, 0.5]),
        "name": texts,
        "unit": texts,
        "better": st.sampled_from(["lower", "higher", "neither"]),
    }.items():
        if draw(st.booleans()):
            with contextlib.suppress(QIToolsError):
                choices = changed(choices, field, draw(values))
    with contextlib.suppress(QIToolsError):
        dates = choices.numbers.measure().dates
        assert dates is not None
        when = st.sampled_from([str(day) for day in dates])
        step = st.one_of(
            st.builds(lambda day, why: Step("rephase", (day, why)), when, texts),
            st.builds(lambda day: Step("freeze", (day,)), when),
            st.builds(lambda day, why: Step("exclude", (day, why)), when, texts),
            st.builds(lambda day, why: Step("annotate", (day, why)), when, texts),
            st.builds(lambda value: Step("aim", (value,)), st.floats(-1e6, 1e6)),
            st.builds(lambda value, day: Step("aim", (value, day)), st.floats(0, 90), when),
        )
        choices = replace(choices, steps=tuple(draw(st.lists(step, max_size=4))))
    return replace(
        choices,
        kind=draw(st.sampled_from([None, *KINDS])),
        rules=draw(st.sampled_from([*RULE_SETS])),
        screen=draw(st.booleans()),
    )


@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_code_makes_the_chart_whatever_is_chosen(folder: Path, data: st.DataObject) -> None:
    choices = data.draw(all_choices(sources(folder)))
    try:
        chart_of(choices)
    except QIToolsError:
        assume(False)
    assert_same(choices, folder)


def test_what_is_chosen_first() -> None:
    waits = begin(shipped("phone_waits_simulated"))
    assert (waits.numbers.value, waits.numbers.date) == ("wait_minutes", "week")
    assert chart_of(waits).measure.simulated
    england = chart_of(begin(shipped("england_ae")))
    assert england.measure.unit == "% of attendances"
    assert england.values[0] == pytest.approx(10.1, abs=0.2)
    assert "Open Government Licence" in england.measure.source
    falls = begin(pasted(PASTED))
    assert falls.numbers.date == "Month"
    assert falls.numbers.value == 'Nurse\'s "late" \\ été'
    assert chart_of(falls).measure.source == "pasted data"


def test_the_kind_follows_the_suggestion_until_one_is_chosen() -> None:
    choices = begin(pasted(TABLE))
    assert kind_of(choices).name == "i"
    share = changed(choices, "denominator", "Bed days")
    assert kind_of(share).name in {"p", "p'"}
    assert kind_of(replace(share, kind="run")).name == "run"
    few = begin(pasted("\n".join(TABLE.splitlines()[:6])))
    assert kind_of(few).name == "run"


def test_notes_and_phases_never_change_the_kind() -> None:
    choices = begin(pasted(TABLE))
    parted = replace(choices, steps=(Step("rephase", ("2023-09", "x")),))
    assert len(measure_of(parted).phases) == 2
    assert kind_of(parted) == kind_of(choices)


def test_a_baseline_belongs_to_the_phase_that_holds_it_whichever_came_first() -> None:
    steps = (Step("freeze", ("2024-06",)), Step("rephase", ("2024-01", "New beds")))
    for some in (steps, steps[::-1]):
        phases = measure_of(replace(begin(pasted(TABLE)), steps=some)).phases
        assert [(phase.first, phase.baseline) for phase in phases] == [(0, None), (12, 6)]


def test_an_impossible_step_says_so_in_the_tools_own_words() -> None:
    twice = (Step("rephase", ("2024-01", "a")), Step("rephase", ("2024-01", "b")))
    with pytest.raises(MeasureInvalid, match="A phase begins at January 2024 already"):
        chart_of(replace(begin(pasted(TABLE)), steps=twice))


def test_dates_in_doubt_are_asked_about_and_the_answer_is_in_the_code(folder: Path) -> None:
    text = "Week\tLate\n" + "".join(f"0{n}/02/2025\t{n}\n" for n in range(1, 9))
    choices = begin(pasted(text))
    with pytest.raises(DatesAmbiguous):
        chart_of(choices)
    answered = changed(choices, "day_first", "day")
    assert "day_first=True" in code_of(answered)
    assert_same(answered, folder)
    assert str(chart_of(answered).measure.dates[1]) == "2025-02-02"  # type: ignore[index]


def test_a_screen_that_does_nothing_is_not_in_the_code() -> None:
    choices = replace(begin(pasted(TABLE)), screen=True)
    assert "screen=True" in code_of(choices)
    assert "screen" not in code_of(replace(choices, kind="run"))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("p", "It needs a second column"),
        ("xbar_s", "It needs several values for each point"),
        ("i", ""),
        ("run", ""),
    ],
)
def test_why_not(kind: str, words: str) -> None:
    reason = why_not(begin(pasted(TABLE)).numbers.measure(), KINDS[kind])
    assert reason.startswith(words)
    assert bool(reason) is bool(words)


def test_why_not_in_the_tools_own_words() -> None:
    measure = begin(pasted(TABLE.replace(",4,", ",0,", 1))).numbers.measure()
    assert "0 or less" in why_not(measure, KINDS["t"])
    share = changed(begin(pasted(TABLE)), "denominator", "Bed days").numbers.measure()
    assert why_not(share, KINDS["c"]).startswith("It takes one column alone")


def test_choices_are_values() -> None:
    assert begin(pasted(TABLE)) == begin(pasted(TABLE))
    assert json.loads(json.dumps(Step("aim", (8.5,)).code)) == ".aim(8.5)"
    assert Step("aim", (8.0, "2024-01")).code == '.aim(8, "2024-01")'
