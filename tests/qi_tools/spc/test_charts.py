from dataclasses import FrozenInstanceError, fields
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools import (
    MAKING_DATA_COUNT,
    Measure,
    RuleSet,
    control_chart,
    load_dataset,
    run_chart,
)
from qi_tools.errors import ChartImpossible, FileNotSaved, MeasureInvalid
from qi_tools.spc.rules import BeyondLimits

nan = float("nan")


def measure_of(values, dates=None, **how):
    return Measure.from_columns(values, dates, **({"name": "Wait"} | how))


def chart_of(values, dates=None, **how):
    return run_chart(measure_of(values, dates, **how))


@pytest.fixture(scope="module")
def phone():
    waits = load_dataset("phone_waits_simulated")
    return run_chart(Measure.from_file(waits.path, name="Wait", unit="minutes", simulated=True))


@pytest.fixture(scope="module")
def england():
    frame = load_dataset("england_ae").frame
    share = 100 * frame["all_breaches"] / frame["all_attendances"]
    return run_chart(Measure.from_columns(share, frame["month"], name="Over four hours", unit="%"))


def test_phone_waits(phone):
    (phase,) = phone.phases
    assert phase.centre == pytest.approx(8.15)
    assert (phase.useful, phase.longest_run, phase.longest_run_limit) == (36, 16, 8)
    assert (phase.crossings, phase.crossings_limit) == (5, 13)
    high, long_run, crossings = phone.signals
    assert (high.way, long_run.way, crossings.way) == ("high", "low", "neither")
    assert high.words.startswith("12 points in a row are above the median")
    assert long_run.words == (
        "16 points in a row are below the median (19 January 2026 to 4 May 2026); up to 8 is usual."
    )
    assert set(range(20, 36)) <= set(long_run.points)
    assert crossings.words == "The line crosses the median 5 times; 13 or more times is usual."
    assert crossings.points == ()


def test_england(england):
    (phase,) = england.phases
    assert phase.centre == pytest.approx(10.81, abs=0.005)
    assert (phase.useful, phase.longest_run, phase.crossings) == (36, 8, 5)
    assert [signal.rule for signal in england.signals] == ["few crossings"]


def test_points_on_the_median_are_no_part_of_a_run():
    chart = chart_of([9, 9, 9, 9, 6, 9, 9, 9, 9, 9] + [6] * 3 + [3] * 9)
    assert chart.phases[0].centre == 6
    assert (chart.phases[0].useful, chart.phases[0].longest_run) == (18, 9)
    assert 4 not in chart.signals[0].points
    assert chart.table["side"].tolist()[4] == "on"


def test_every_long_run_is_marked_and_the_longest_told():
    values = [9] * 9 + [3, 9, 3, 9, 9] + [3] * 10
    chart = chart_of(values)
    assert [signal.words[:33] for signal in chart.signals[:2]] == [
        "9 points in a row are above the m",
        "10 points in a row are below the ",
    ]
    assert [signal.way for signal in chart.signals[:2]] == ["high", "low"]
    assert chart.signal_points == [*range(9), *range(14, 24)]


def test_missing_values_are_left_out_and_counted():
    chart = chart_of([5, nan, 7, None, 6])
    assert (chart.phases[0].centre, chart.phases[0].useful) == (6, 2)
    assert "3 points (2 missing), from point 1 to point 5" in chart.describe()
    assert chart.table["side"].tolist() == ["below", "missing", "above", "missing", "on"]


@pytest.mark.parametrize(("useful", "warned"), [(10, True), (11, True), (12, False)])
def test_too_few_points(useful, warned):
    low, high = useful // 2, useful - useful // 2
    # With some points on the median itself, any number of useful points can be had.
    chart = chart_of([1.0] * low + [2.0, 2.0, 2.0] + [3.0] * high)
    assert (chart.phases[0].centre, chart.phases[0].useful) == (2, useful)
    assert any(warning.startswith("Too few points") for warning in chart.warnings) == warned


def test_too_few_points_say_how_many():
    chart = chart_of([5, 7, 6, 8])
    assert chart.warnings == ("Too few points: 4 useful, and the rules need 12 or more.",)
    assert chart.finding == "No judgement yet."
    assert chart.describe().endswith(f"No judgement yet. {chart.warnings[0]}")


@pytest.mark.parametrize("values", [[7] * 15, [7], [7, nan]])
def test_all_on_the_median(values):
    chart = chart_of(values)
    (phase,) = chart.phases
    assert (phase.useful, phase.longest_run, phase.crossings) == (0, 0, 0)
    assert chart.signals == ()
    assert chart.warnings == (
        "Too few points: every one lies on the median, so there are no runs.",
    )


def test_two_points():
    chart = chart_of([3, 4])
    assert (chart.phases[0].centre, chart.phases[0].useful, chart.signals) == (3.5, 2, ())
    assert "Too few points" in chart.warnings[0]


def test_a_signal_from_few_points_keeps_its_warning():
    chart = chart_of([1] * 5 + [2] * 5)
    assert [signal.rule for signal in chart.signals] == ["few crossings"]
    assert chart.signals[0].words == "The line crosses the median once; 2 or more times is usual."
    assert chart.warnings[0].startswith("Too few points: 10 useful")


def test_the_measures_warnings_come_along():
    chart = chart_of([3, 2, 1], ["2025-03", "2025-02", "2025-01"])
    assert chart.warnings[0].startswith("Too few points")
    assert chart.warnings[1].startswith("The dates were not in time order")
    assert len(chart.warnings) == 2


def test_skipped_dates_are_told():
    months = [f"2025-{month:02}" for month in (1, 2, 3, 5, 6, 7, 8, 10, 11, 12)]
    warnings = chart_of(range(10), months).warnings
    assert warnings[-1] == (
        "Dates are skipped just before May 2025 and in 1 other place; the line breaks there."
    )


def test_table(phone):
    table = phone.table
    assert table.columns.tolist() == ["date", "value", "centre", "phase", "side", "signals"]
    assert table["date"].tolist()[0] == pd.Timestamp(date(2025, 9, 1))
    assert set(table["side"]) == {"above", "below"}
    assert np.nonzero(table["signals"] == "long run")[0].tolist() == phone.signal_points
    assert chart_of([1, 2]).table["point"].tolist() == [1, 2]


def test_changing_a_table_changes_nothing_else(phone):
    table = phone.table
    table["value"] = 0.0
    table.loc[0, "centre"] = -1.0
    assert phone.table["value"].min() > 4
    assert phone.measure.values.min() > 4
    assert phone.table.loc[0, "centre"] == phone.phases[0].centre


def test_the_result_can_not_change(phone):
    for field in fields(phone):
        with pytest.raises(FrozenInstanceError):
            setattr(phone, field.name, None)


def test_description(phone):
    assert phone.describe() == (
        "Run chart of Wait, minutes (simulated data): 36 points, from 1 September 2025 to "
        "4 May 2026. Latest 5.4, median 8.15. Signal: 16 points in a row are below the median "
        "(19 January 2026 to 4 May 2026); up to 8 is usual. There are 2 more signals."
    )
    report = phone.report()
    assert "Lowest value 4.6 (13 April 2026), highest 11.4 (1 September 2025)" in report[0]
    assert " ".join(signal.words for signal in phone.signals) in " ".join(report)


def test_no_signal_is_no_proof():
    chart = chart_of([1, 5, 2, 6, 1, 4, 2, 7, 1, 5, 2, 6, 3, 4])
    assert chart.signals == ()
    assert chart.finding == "No signal: ups and downs like these can be chance alone."


@pytest.mark.parametrize("given", [[1, 2, 3], None, "waits.csv"])
def test_only_a_measure_is_charted(given):
    with pytest.raises(MeasureInvalid, match="Give it a Measure"):
        run_chart(given)


@given(
    st.lists(
        st.one_of(st.floats(-1e6, 1e6), st.integers(-2, 2).map(float), st.just(nan)),
        min_size=1,
        max_size=60,
    ).filter(lambda values: not np.isnan(values).all())
)
def test_any_measure_has_a_true_chart(values):
    chart = chart_of(values)
    (phase,) = chart.phases
    known = [value for value in values if value == value]
    assert phase.centre == float(np.median(known))
    assert phase.useful == np.count_nonzero(chart.analysis.side)
    assert phase.longest_run + phase.crossings <= max(phase.useful, 0)
    assert bool(chart.signals) == (
        phase.longest_run > phase.longest_run_limit or phase.crossings < phase.crossings_limit
    )
    # The median of the points themselves leaves no more than half of them on either side.
    assert 2 * np.count_nonzero(chart.analysis.side > 0) <= len(known)
    assert chart.describe()


# ---- control charts, and the life of a measure

MONTHS = [f"{2022 + month // 12}-{month % 12 + 1:02}" for month in range(24)]
STEADY = [5, 6, 4, 5, 7, 5, 4, 6, 5, 3, 6, 5, 4, 6, 5, 7, 4, 5, 6, 4, 5, 6, 5, 4]


def test_an_i_chart_by_hand():
    chart = control_chart(measure_of([5, 6, 7, 5, 6, 4, 5, 6, 7, 5, 4, 6]), "i")
    ranges = [1, 1, 2, 1, 2, 1, 1, 1, 2, 1, 2]
    half = 3 * sum(ranges) / len(ranges) / 1.128
    assert chart.centre == pytest.approx(np.full(12, 5.5))
    assert chart.upper == pytest.approx(np.full(12, 5.5 + half))
    assert chart.lower == pytest.approx(np.full(12, 5.5 - half))
    assert "mean 5.5, limits 1.87 to 9.13." in chart.describe()
    assert chart.table.columns.tolist()[:5] == ["point", "value", "centre", "lower", "upper"]


def test_a_gap_is_not_bridged():
    # As qicharts2 0.8.1 has it; bridging would give 1.8733 and 9.1267.
    values = [5, 6, nan, 7, 5, 6, 4, 5, 6, 7, 5, 4, 6]
    chart = control_chart(measure_of(values), "i")
    lines = (chart.lower[0], chart.centre[0], chart.upper[0])
    assert lines == pytest.approx((1.7766, 5.5, 9.2234), abs=5e-5)


@pytest.mark.parametrize("kind", ["i", "i_mm", "mr", "i'"])
def test_a_month_without_a_row_is_as_good_as_a_missing_value(kind):
    values = [*STEADY[:9], nan, *STEADY[10:]]
    blank = control_chart(measure_of(values, MONTHS), kind)
    kept = [place for place in range(24) if place != 9]
    absent = control_chart(
        measure_of([values[place] for place in kept], [MONTHS[place] for place in kept]), kind
    )
    np.testing.assert_array_equal(absent.upper, blank.upper[kept])
    np.testing.assert_array_equal(absent.values, blank.values[kept])
    assert "Dates are skipped just before November 2022" in absent.describe()


def test_phases_frozen_baselines_and_exclusions_together():
    measure = (
        measure_of([*STEADY[:12], *(value + 10 for value in STEADY[12:])], MONTHS)
        .freeze("2022-06")
        .rephase("2023-01", "New booking system", baseline=8)
        .exclude("2022-03", "Strike")
    )
    chart = control_chart(measure, "i")
    first, second = chart.phases
    assert (first.first, first.last, second.first, second.last) == (0, 11, 12, 23)
    assert (first.baseline, second.baseline) == (5, 8)
    assert first.centre == pytest.approx(np.mean([5, 6, 5, 7, 5]))
    assert second.centre == pytest.approx(np.mean(STEADY[12:20]) + 10)
    assert chart.table["side"][2] == "excluded"
    assert "From January 2023 on (New booking system): mean 15.1" in chart.describe()
    assert "24 points (1 left out), from January 2022 to December 2023" in chart.describe()
    assert "Left out: March 2022 (Strike)." in chart.report()
    assert (
        "Phase 1 of 2, January 2022 to December 2022: mean 5.6, limits 1.61 to 9.59. They rest on "
        "5 values, those of the first 6 points, and stay frozen."
    ) in " ".join(chart.report())


def test_an_excluded_point_is_no_signal_and_moves_nothing():
    calm = measure_of(STEADY).exclude(10, "Strike")
    wild = measure_of([*STEADY[:9], 1000, *STEADY[10:]]).exclude(10, "Strike")
    for kind in ("i", "i_mm", "run", "mr"):
        make = (
            run_chart if kind == "run" else lambda measure, kind=kind: control_chart(measure, kind)
        )
        there, here = make(calm), make(wild)
        assert 9 not in here.signal_points
        assert here.signals == there.signals
        np.testing.assert_array_equal(here.upper, there.upper)


def test_no_variation_is_no_signal():
    chart = control_chart(measure_of([7.0] * 12 + [8.0] * 3).freeze(12), "i")
    assert (chart.lower[0], chart.upper[0]) == (7, 7)
    assert "beyond the limits" not in {signal.rule for signal in chart.signals}
    assert any("doesn't vary at all" in warning for warning in chart.warnings)


def test_screening_never_leaves_limits_without_width():
    # Screening would remove the only moving range that is not zero.
    values = [100.0] * 12 + [99.0] * 12
    chart = control_chart(measure_of(values), "i", screen=True)
    np.testing.assert_array_equal(chart.upper, control_chart(measure_of(values), "i").upper)
    assert chart.upper[0] > chart.lower[0]
    assert any("would have left no variation" in warning for warning in chart.warnings)


def test_screening_is_said():
    values = [*STEADY[:12], 60, *STEADY[13:]]
    plain, screened = (control_chart(measure_of(values), "i", screen=on) for on in (False, True))
    assert screened.upper[0] < plain.upper[0]
    said = "Screened for large moving ranges: 2 were left out of the limits."
    assert said in " ".join(screened.report())
    assert "Screened" not in " ".join(plain.report())
    calm = control_chart(measure_of(STEADY), "i", screen=True)
    assert "Screened for large moving ranges: none was left out" in " ".join(calm.report())


def test_targets_and_what_they_mean():
    wait = measure_of(STEADY, MONTHS, better="lower")
    assert control_chart(wait, "i").assurance == "none"
    assert control_chart(wait.aim(20), "i").assurance == "passing"
    assert control_chart(wait.aim(20).aim(-5, since="2023-06"), "i").assurance == "failing"
    moved = control_chart(wait.aim(-5).aim(5, since="2023-12"), "i")
    assert moved.assurance == "hit or miss"
    assert moved.table["target"].tolist()[-2:] == [-5, 5]
    assert (
        "Target 5: met by the latest value; if nothing changes, whether it is met is left to "
        "chance."
    ) in moved.describe()
    assert run_chart(wait.aim(20)).assurance == "none"


def test_counts_are_not_shown_as_a_percentage():
    share = measure_of([3, 4, 5, 3], denominators=[50, 60, 40, 50], unit="%")
    assert control_chart(share, "np").describe().startswith("NP chart of Wait: 4 points")
    assert control_chart(share, "p").describe().startswith("P chart of Wait, %: 4 points")


def test_a_known_centre():
    measure = measure_of([3, 4, 5, 3], denominators=[50, 60, 40, 50], unit="%")
    chart = control_chart(measure, "p", centre=10)
    assert chart.centre.tolist() == pytest.approx([10] * 4)
    assert chart.upper[0] == pytest.approx(100 * (0.1 + 3 * np.sqrt(0.09 / 50)))
    with pytest.raises(ChartImpossible, match="The centre is 'ten'"):
        control_chart(measure, "p", centre="ten")


@pytest.mark.parametrize(
    ("kind", "how", "words"),
    [
        ("p", {}, "needs the denominators"),
        ("q", {}, r"There is no 'q' chart. Use one of run, i, i_m"),
        (None, {}, "There is no None chart"),
        ("xbar_s", {}, "Measure.from_subgroups"),
        ("c", {"denominators": [9] * 4}, "has no denominators, and these values have"),
        ("p", {"denominators": [2] * 4, "data": "rates"}, "numerator above the denominator"),
        ("t", {}, "are 0 or less, .*: point 1"),
    ],
)
def test_what_a_kind_needs(kind, how, words):
    with pytest.raises(ChartImpossible, match=words):
        control_chart(measure_of([0, 1, 2, 3], **how), kind)


def test_negative_counts():
    with pytest.raises(ChartImpossible, match=r"A C chart can't be made. Values are below 0.*: p"):
        control_chart(measure_of([1, -1, 2]), "c")


def test_rules_must_have_a_meaning():
    with pytest.raises(ChartImpossible, match="No rule of the set Limits has a meaning"):
        run_chart(measure_of(STEADY), rules=RuleSet("Limits", (BeyondLimits(),)))
    with pytest.raises(ChartImpossible, match="rules is 'anhoej'"):
        run_chart(measure_of(STEADY), rules="anhoej")


def test_kinds_are_called_by_their_own_signs_too():
    measure = measure_of([3, 4, 5, 3], denominators=[50, 60, 40, 50])
    assert control_chart(measure, "p′").kind is control_chart(measure, "p'").kind


def test_words_of_signals_say_where_and_which_way():
    values = [*STEADY, 5, 6, 7, 8, 9, 10, 11, 12]
    chart = control_chart(measure_of(values), "i", rules=MAKING_DATA_COUNT)
    told = {signal.rule: signal.words for signal in chart.signals}
    assert told["trend"] == (
        "7 or more points in a row, all rising or all falling: point 24 to point 32 (rising)."
    )
    assert told["beyond the limits"].startswith("A point outside the limits: point ")


def test_a_million_points():
    values = np.tile(STEADY, 41667)[:1_000_000]
    chart = control_chart(measure_of(values), "i")
    assert chart.phases[0].useful + np.count_nonzero(chart.analysis.side == 0) == 1_000_000
    assert chart.describe()


def test_save(phone, tmp_path):
    path = phone.save(tmp_path / "chart.png")
    assert path.read_bytes().startswith(b"\x89PNG")
    assert "Source" in (phone.save(tmp_path / "chart.SVG")).read_text(encoding="utf-8")
    assert phone.save(tmp_path / "chart.pdf").read_bytes().startswith(b"%PDF")
    with pytest.raises(FileNotSaved, match=r'ends in "\.gif"\. Use a name that ends in \.png'):
        phone.save(tmp_path / "chart.gif")
    with pytest.raises(FileNotSaved, match="could not be written"):
        phone.save(tmp_path / "no such folder" / "chart.png")
