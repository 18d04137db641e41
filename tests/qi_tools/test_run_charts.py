from dataclasses import FrozenInstanceError, fields
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools import Measure, load_dataset, run_chart
from qi_tools.errors import MeasureInvalid, PictureNotSaved

nan = float("nan")


def chart_of(values, dates=None, **how):
    return run_chart(Measure.from_columns(values, dates, **({"name": "Wait"} | how)))


@pytest.fixture(scope="module")
def phone():
    waits = load_dataset("phone_waits_simulated")
    return run_chart(Measure.from_csv(waits.path, name="Wait", unit="minutes", simulated=True))


@pytest.fixture(scope="module")
def england():
    frame = load_dataset("england_ae").frame
    share = 100 * frame["all_breaches"] / frame["all_attendances"]
    return run_chart(Measure.from_columns(share, frame["month"], name="Over four hours", unit="%"))


def test_phone_waits(phone):
    assert phone.centre == pytest.approx(8.15)
    assert (phone.useful, phone.longest_run, phone.longest_run_limit) == (36, 16, 8)
    assert (phone.crossings, phone.crossings_limit) == (5, 13)
    long_run, crossings = phone.signals
    assert long_run.words == (
        "16 points in a row are below the median (19 January 2026 to 4 May 2026); up to 8 is usual."
    )
    assert set(range(20, 36)) <= set(long_run.points)
    assert crossings.words == "The line crosses the median 5 times; 13 or more times is usual."
    assert crossings.points == ()


def test_england(england):
    assert england.centre == pytest.approx(10.81, abs=0.005)
    assert (england.useful, england.longest_run, england.crossings) == (36, 8, 5)
    assert [signal.rule for signal in england.signals] == ["few crossings"]


def test_points_on_the_median_are_no_part_of_a_run():
    chart = chart_of([9, 9, 9, 9, 6, 9, 9, 9, 9, 9] + [6] * 3 + [3] * 9)
    assert chart.centre == 6
    assert (chart.useful, chart.longest_run) == (18, 9)
    assert 4 not in chart.signals[0].points
    assert chart.table["side"].tolist()[4] == "on"


def test_every_long_run_is_marked_and_the_longest_told():
    values = [9] * 9 + [3, 9, 3, 9, 9] + [3] * 10
    chart = chart_of(values)
    assert chart.signals[0].words.startswith("10 points in a row are below")
    assert chart.signal_points == [*range(9), *range(14, 24)]


def test_missing_values_are_left_out_and_counted():
    chart = chart_of([5, nan, 7, None, 6])
    assert (chart.centre, chart.useful) == (6, 2)
    assert "3 points (2 missing), from point 1 to point 5" in chart.describe()
    assert chart.table["side"].tolist() == ["below", "missing", "above", "missing", "on"]


@pytest.mark.parametrize(("useful", "warned"), [(10, True), (11, True), (12, False)])
def test_too_few_points(useful, warned):
    low, high = useful // 2, useful - useful // 2
    # With some points on the median itself, any number of useful points can be had.
    chart = chart_of([1.0] * low + [2.0, 2.0, 2.0] + [3.0] * high)
    assert (chart.centre, chart.useful) == (2, useful)
    assert any(warning.startswith("Too few points") for warning in chart.warnings) == warned


def test_too_few_points_say_how_many():
    chart = chart_of([5, 7, 6, 8])
    assert chart.warnings == ("Too few points: 4 useful, and the rules need 12 or more.",)
    assert chart.finding == "No judgement yet."
    assert chart.describe().endswith(f"No judgement yet. {chart.warnings[0]}")


@pytest.mark.parametrize("values", [[7] * 15, [7], [7, nan]])
def test_all_on_the_median(values):
    chart = chart_of(values)
    assert (chart.useful, chart.longest_run, chart.crossings) == (0, 0, 0)
    assert chart.signals == ()
    assert chart.warnings == (
        "Too few points: every one lies on the median, so there are no runs.",
    )


def test_two_points():
    chart = chart_of([3, 4])
    assert (chart.centre, chart.useful, chart.signals) == (3.5, 2, ())
    assert "Too few points" in chart.warnings[0]


def test_a_signal_from_few_points_keeps_its_warning():
    chart = chart_of([1] * 5 + [2] * 5)
    assert [signal.rule for signal in chart.signals] == ["few crossings"]
    assert chart.signals[0].words == "The line crosses the median once; 2 or more times is usual."
    assert chart.warnings[0].startswith("Too few points: 10 useful")


def test_the_measures_warnings_come_along():
    chart = chart_of([3, 2, 1], ["2025-03", "2025-02", "2025-01"])
    assert chart.warnings[0].startswith("The dates were not in time order")
    assert len(chart.warnings) == 2


def test_skipped_dates_are_told():
    months = [f"2025-{month:02}" for month in (1, 2, 3, 5, 6, 7, 8, 10, 11, 12)]
    warnings = chart_of(range(10), months).warnings
    assert warnings[-1] == (
        "Dates are skipped just before May 2025 and in 1 other place; the line breaks there."
    )


def test_table(phone):
    table = phone.table
    assert table.columns.tolist() == ["date", "value", "median", "side", "in_long_run"]
    assert table["date"].tolist()[0] == pd.Timestamp(date(2025, 9, 1))
    assert set(table["side"]) == {"above", "below"}
    assert np.nonzero(table["in_long_run"])[0].tolist() == phone.signal_points
    assert chart_of([1, 2]).table["point"].tolist() == [1, 2]


def test_changing_a_table_changes_nothing_else(phone):
    table = phone.table
    table["value"] = 0.0
    table.loc[0, "median"] = -1.0
    assert phone.table["value"].min() > 4
    assert phone.measure.values.min() > 4
    assert phone.table.loc[0, "median"] == phone.centre


def test_the_result_can_not_change(phone):
    for field in fields(phone):
        with pytest.raises(FrozenInstanceError):
            setattr(phone, field.name, None)


def test_description_is_the_whole_story(phone):
    assert phone.describe() == (
        "Run chart of Wait, minutes (simulated data): 36 points, from 1 September 2025 to "
        "4 May 2026. Lowest 4.6 (13 April 2026), highest 11.4 (1 September 2025), median 8.15. "
        f"Signal: {phone.signals[0].words} {phone.signals[1].words}"
    )


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
    known = [value for value in values if value == value]
    assert chart.centre == pytest.approx(float(np.median(known)), rel=1e-12)
    assert chart.useful == sum(value != chart.centre for value in known)
    assert chart.longest_run + chart.crossings <= max(chart.useful, 0)
    assert bool(chart.signals) == (
        chart.longest_run > chart.longest_run_limit or chart.crossings < chart.crossings_limit
    )
    # The median of the points themselves leaves no more than half of them on either side.
    assert 2 * sum(value > chart.centre for value in known) <= len(known)
    assert chart.describe()


def test_save(phone, tmp_path):
    path = phone.save(tmp_path / "chart.png")
    assert path.read_bytes().startswith(b"\x89PNG")
    assert "Source" in (phone.save(tmp_path / "chart.SVG")).read_text(encoding="utf-8")
    assert phone.save(tmp_path / "chart.pdf").read_bytes().startswith(b"%PDF")
    with pytest.raises(PictureNotSaved, match=r'ends in "\.docx"\. Use a name that ends in \.png'):
        phone.save(tmp_path / "chart.docx")
    with pytest.raises(PictureNotSaved, match="could not be written"):
        phone.save(tmp_path / "no such folder" / "chart.png")
