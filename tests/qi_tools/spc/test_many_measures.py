from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools import (
    ANHOEJ,
    MAKING_DATA_COUNT,
    NELSON,
    PERLA,
    Measure,
    control_chart,
    many,
    run_chart,
)
from qi_tools.errors import ChartImpossible, MeasureInvalid
from qi_tools.spc import many_measures
from qi_tools.spc.kinds import KINDS

ALL_RULES = ANHOEJ + MAKING_DATA_COUNT + NELSON + PERLA
nan = float("nan")


@st.composite
def measures(draw, kind):
    """One measure with whatever its life may hold, and the kind of chart it is for."""
    points = draw(st.integers(1, 30))
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    over = kind.denominators == "required"
    values = random.poisson(6, points).astype(float)
    how = {}
    if over:
        how["denominators"] = random.integers(20, 90, points).astype(float)
    if kind.name == "t":
        values += 0.5
    missing = random.random(points) < draw(st.sampled_from([0, 0.2]))
    missing[random.integers(points)] = False  # a measure has at least one value
    values[missing] = nan
    days = np.datetime64("2024-01-01") + 7 * np.arange(points)
    if draw(st.booleans()):
        days = days + 7 * np.cumsum(random.random(points) < 0.1)  # weeks without a row
    measure = Measure.from_columns(
        values, days, name="x", better=draw(st.sampled_from(["lower", "higher", "neither"])), **how
    )
    for place in sorted(draw(st.sets(st.integers(1, max(points - 1, 1)), max_size=2))):
        if place < points:
            measure = measure.rephase(days[place], "A change")
    for place in sorted(draw(st.sets(st.integers(0, points - 1), max_size=2))):
        measure = measure.exclude(days[place], "A strike")
    if draw(st.booleans()):
        measure = measure.aim(draw(st.floats(0, 12)))
    return measure


def frame_of(several):
    """The measures as one long table, its rows in a random order."""
    parts = []
    for number, measure in enumerate(several):
        phase = np.zeros(len(measure), dtype=int)
        for begun in measure.phases[1:]:
            phase[begun.first :] += 1
        over = measure.numerators is not None
        parts.append(
            pd.DataFrame(
                {
                    "site": f"site {number % 2}",
                    "measure": number,
                    "day": measure.dates.astype("datetime64[s]"),
                    "value": measure.numerators if over else measure.values,
                    "over": measure.denominators if over else nan,
                    "phase": phase,
                    "out": measure.excluded,
                    "target": measure.target,
                    "better": measure.better,
                }
            )
        )
    return pd.concat(parts)


# Subgroups have a test of their own below.
@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS.values() if not kind.subgroups], ids=lambda kind: kind.name
)
@settings(max_examples=12, deadline=None)
@given(st.data())
def test_many_are_exactly_as_each_alone(kind, data):
    several = data.draw(st.lists(measures(kind), min_size=1, max_size=4))
    screen = data.draw(st.booleans())
    frame = frame_of(several)
    if data.draw(st.booleans()):
        frame = frame.sample(frac=1, random_state=1)
    table = many(
        frame,
        ["site", "measure"],
        value="value",
        date="day",
        denominator="over" if kind.denominators == "required" else None,
        kind=kind.name,
        rules=ALL_RULES,
        better="better",
        target="target",
        phase="phase",
        excluded="out",
        screen=screen,
    )
    assert len(table) == len(frame)
    for number, measure in enumerate(several):
        if kind.name == "run":
            chart = run_chart(measure, rules=ALL_RULES)
        else:
            chart = control_chart(measure, kind.name, rules=ALL_RULES, screen=screen)
        mine = table[table["measure"] == number]
        assert mine["date"].tolist() == measure.dates.astype("datetime64[s]").tolist()
        for column in ("value", "centre", *(["lower", "upper"] if kind.has_limits else [])):
            alone = chart.values if column == "value" else getattr(chart, column)
            np.testing.assert_array_equal(mine[column], alone, err_msg=column)
        assert mine["rules"].tolist() == chart.table["signals"].tolist()
        assert mine["phase"].tolist() == chart.table["phase"].tolist()
        for column in ("improvement", "concern"):
            assert mine[column].tolist() == getattr(chart, column).tolist()
        assert set(mine["variation"]) == {chart.variation}
        assert set(mine["assurance"]) == {chart.assurance}
        whole = {signal.rule for signal in chart.signals if not signal.points}
        told = set(filter(None, ", ".join(mine["phase_rules"]).split(", ")))
        assert told == whole
        for place, phase in enumerate(chart.phases, start=1):
            stretch = mine[mine["phase"] == place]
            for column in ("longest_run", "longest_run_limit", "crossings", "crossings_limit"):
                assert set(stretch[column]) == {getattr(phase, column)}


@pytest.mark.parametrize("kind", ["xbar_s", "s", "xbar_r", "r"])
def test_subgroups(kind):
    random = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "lab": np.repeat(["a", "b"], 60),
            "day": np.tile(np.repeat(pd.date_range("2026-01-01", periods=20), 3), 2),
            "minutes": random.normal(50, 5, 120),
        }
    )
    frame.loc[7, "minutes"] = nan
    table = many(
        frame.sample(frac=1, random_state=2), ["lab"], value="minutes", date="day", kind=kind
    )
    for lab in ("a", "b"):
        mine = frame[frame["lab"] == lab]
        chart = control_chart(Measure.from_subgroups(mine["minutes"], mine["day"], name="x"), kind)
        there = table[table["lab"] == lab]
        # The rows came in another order, so sums within a subgroup may round otherwise.
        np.testing.assert_allclose(there["value"], chart.values, rtol=1e-12)
        np.testing.assert_allclose(there["upper"], chart.upper, rtol=1e-12)


WAITS = pd.DataFrame(
    {
        "ward": ["A"] * 3 + ["B"] * 3,
        "month": ["2026-01", "2026-02", "2026-03"] * 2,
        "wait": [5.0, 6, 7, 9, 9, 3],
        "seen": [10, 20, 30, 40, 50, 60],
    }
)


def test_the_table_that_is_given_is_not_changed():
    before = WAITS.copy()
    many(WAITS, ["ward"], value="wait", date="month", denominator="seen", kind="p", per=100)
    pd.testing.assert_frame_equal(WAITS, before)


def test_order_of_measures_and_dates():
    shuffled = WAITS.iloc[[4, 0, 5, 2, 3, 1]]
    table = many(shuffled, ["ward"], value="wait", date="month")
    assert table["ward"].tolist() == ["B"] * 3 + ["A"] * 3
    assert table["date"].tolist() == ["2026-01", "2026-02", "2026-03"] * 2
    assert table.index.tolist() == list(range(6))


def test_measures_without_a_name_are_measures_too():
    table = many(WAITS.assign(ward=[None] * 3 + ["B"] * 3), ["ward"], value="wait")
    assert table["point"].tolist() == [1, 2, 3] * 2


def test_a_baseline_in_every_phase():
    frame = pd.DataFrame({"m": 1, "v": [1.0, 3, 50, 60, 2, 4, 70, 80], "p": [0] * 4 + [1] * 4})
    table = many(frame, ["m"], value="v", phase="p", baseline=2)
    assert table["centre"].tolist() == [2.0] * 4 + [3.0] * 4


def test_warnings_are_carried():
    frame = pd.DataFrame({"m": np.repeat(["few", "still", "none"], 14), "v": 5.0})
    frame["v"] += np.tile([0.0, 1.0], 21) * (frame["m"] == "few")
    frame = frame.drop(index=range(8))
    frame.loc[frame["m"] == "none", "v"] = nan
    table = many(frame, ["m"], value="v")
    assert table.groupby("m", sort=False)["warning"].first().to_dict() == {
        "few": "too few points",
        "still": "no variation",
        "none": "no values",
    }
    assert set(table.loc[table["m"] == "none", "variation"]) == {"too few points"}


@pytest.mark.parametrize(
    ("frame", "how", "error", "words"),
    [
        (WAITS, {"value": "delay"}, MeasureInvalid, 'no column "delay". The table has "ward"'),
        (WAITS, {"by": "ward"}, MeasureInvalid, r"such as \['ward'\]"),
        (WAITS, {"by": []}, MeasureInvalid, "Give the columns"),
        (WAITS.iloc[:0], {}, MeasureInvalid, "has no rows"),
        ([1, 2], {}, MeasureInvalid, "Give it a pandas table"),
        (WAITS, {"value": "month"}, MeasureInvalid, "must hold numbers"),
        (WAITS, {"date": "ward"}, MeasureInvalid, '"A" in column "ward"'),
        (WAITS.assign(month="2026-01"), {"date": "month"}, MeasureInvalid, "ward A, 2026-01"),
        (
            WAITS.assign(month=["2026-01", None, "2026-03"] * 2),
            {"date": "month"},
            MeasureInvalid,
            "A date is missing: row 2",
        ),
        (
            WAITS.assign(wait=[5, 6, float("inf"), 1, 2, 3]),
            {},
            MeasureInvalid,
            "infinite or too large to chart: row 3",
        ),
        (WAITS, {"kind": "p"}, ChartImpossible, "needs the denominators"),
        (
            WAITS.assign(seen=[10, 20, 30, 40, 5, 60]),
            {"kind": "p", "denominator": "seen", "date": "month"},
            ChartImpossible,
            "numerator above the denominator.*: ward B, 2026-02",
        ),
        (
            WAITS.assign(seen=0),
            {"kind": "u", "denominator": "seen"},
            MeasureInvalid,
            "Mend ward A, row 1",
        ),
        (WAITS, {"better": "up"}, MeasureInvalid, "better is 'up'"),
        (
            WAITS.rename(columns={"ward": "phase"}),
            {"by": ["phase"]},
            MeasureInvalid,
            'has a column "phase" of its own',
        ),
        (
            pd.concat([WAITS, WAITS[["wait"]]], axis=1),
            {},
            MeasureInvalid,
            'two columns "wait"',
        ),
        (
            WAITS.assign(month=["01/02/2026", "02/03/2026", "03/04/2026"] * 2),
            {"date": "month"},
            MeasureInvalid,
            r'column "month" are not clear. "01/02/2026" could be 1 February 2026 or 2 January '
            r"2026. Turn the column into dates first",
        ),
        (WAITS.assign(way="up"), {"better": "way"}, MeasureInvalid, "holds 'up'"),
        (WAITS, {"excluded": "seen"}, MeasureInvalid, "must hold True or False"),
        (WAITS, {"baseline": 0}, MeasureInvalid, "baseline is 0"),
        (WAITS, {"rules": "anhoej"}, ChartImpossible, "rules is 'anhoej'"),
        (WAITS, {"per": 0}, MeasureInvalid, "per is 0"),
    ],
)
def test_bad_input(frame, how, error, words):
    given_to = {"by": ["ward"], "value": "wait"} | how
    with pytest.raises(error, match=words):
        many(frame, given_to.pop("by"), **given_to)


@pytest.mark.parametrize(
    "dates",
    [
        pd.date_range("2026-01-01", periods=3, freq="MS"),
        pd.date_range("2026-01-01", periods=3, freq="MS", tz="Europe/London"),
        pd.period_range("2026-01", periods=3, freq="M"),
        [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)],
        ["Jan 2026", "Feb 2026", "Mar 2026"],
        [1, 2, 3],
        [1.5, 2.0, 2.5],
    ],
    ids=str,
)
def test_dates_of_every_kind(dates):
    table = many(WAITS.assign(month=[*dates] * 2), ["ward"], value="wait", date="month")
    assert table["date"].tolist() == [*dates] * 2
    assert table["upper"].tolist() == many(WAITS, ["ward"], value="wait")["upper"].tolist()


def test_every_column_of_the_result_is_kept_for_it():
    table = many(WAITS.assign(aim=5.0), ["ward"], value="wait", date="month", target="aim")
    assert {*table.columns, "point"} - {"ward"} == many_measures._RESULTS


def test_an_index_may_bear_the_name_of_a_column():
    odd = WAITS.set_index("ward", drop=False)
    assert many(odd, ["ward"], value="wait").equals(many(WAITS, ["ward"], value="wait"))
