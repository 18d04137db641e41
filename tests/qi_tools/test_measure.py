from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools.errors import MeasureInvalid
from qi_tools.measure import Measure

nan = float("nan")
MONTHS = ["2025-01", "2025-02", "2025-03"]


def made(values=(1, 2, 3), dates=None, **how):
    return Measure.from_columns(values, dates, **({"name": "Wait"} | how))


def test_every_kind_of_number_and_of_missing():
    measure = made([1, 2.5, None, nan, pd.NA, np.float32(4), np.int64(5), Decimal("6.5")])
    assert measure.values.tolist()[:2] == [1.0, 2.5]
    assert np.isnan(measure.values).tolist() == [
        False,
        False,
        True,
        True,
        True,
        False,
        False,
        False,
    ]
    assert measure.known.tolist() == [True, True, False, False, False, True, True, True]


def test_every_kind_of_date():
    dates = [
        date(2025, 1, 1),
        datetime(2025, 1, 2, 23, 59, tzinfo=UTC),
        np.datetime64("2025-01-03"),
        pd.Timestamp("2025-01-04 12:00"),
        "5 Jan 2025",
    ]
    assert made(range(5), dates).dates.tolist() == [date(2025, 1, day) for day in range(1, 6)]


def test_a_pandas_table_gives_columns():
    frame = pd.DataFrame({"month": pd.to_datetime(MONTHS), "wait": [1, None, 3]})
    measure = made(frame["wait"], frame["month"])
    assert measure.values.tolist() == [1.0, pytest.approx(nan, nan_ok=True), 3.0]
    assert measure.monthly


def test_the_measure_is_a_copy_that_can_not_change():
    values = np.array([1.0, 2.0, 3.0])
    dates = np.array(MONTHS, dtype="datetime64[D]")
    measure = made(values, dates)
    values[0] = 99
    dates[0] = np.datetime64("1999-01-01")
    assert measure.values.tolist() == [1, 2, 3]
    assert measure.dates.tolist()[0] == date(2025, 1, 1)
    for array in (measure.values, measure.dates):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = array[1]
        with pytest.raises(ValueError, match="WRITEABLE"):
            array.setflags(write=True)
    with pytest.raises(FrozenInstanceError):
        measure.name = "Other"


def test_nothing_given_is_changed():
    frame = pd.DataFrame({"month": MONTHS[::-1], "wait": [3, 2, 1]})
    before = frame.copy(deep=True)
    made(frame["wait"], frame["month"])
    pd.testing.assert_frame_equal(frame, before)


def test_dates_out_of_order_are_put_in_order_with_a_warning():
    measure = made([3, 1, 2], ["2025-03", "2025-01", "2025-02"])
    assert measure.values.tolist() == [1, 2, 3]
    assert measure.warnings == (
        "The dates were not in time order, so the points were put in order.",
    )
    assert made([1, 2, 3], MONTHS).warnings == ()


@given(st.permutations(range(8)))
def test_the_order_of_the_rows_does_not_matter(order):
    days = [f"2025-01-{day + 1:02}" for day in order]
    assert made([float(day) for day in order], days).values.tolist() == list(range(8))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["5", 6], r"must be numbers.*'5' in row 1\. Measure.from_csv reads"),
        ([True, 2], "True in row 1"),
        ([1j, 2], "1j in row 1"),
        ([np.timedelta64(3, "D"), 2], "row 1"),
        ([np.datetime64("2025-01-01"), 2], "row 1"),
        (["a"] * 8, r"'a' in row 5 and 3 more\."),
        ([float("inf"), 2, float("-inf")], r"infinite or too large to chart: row 1, row 3\."),
        ([10**400], "infinite or too large"),
        ([1e200], "infinite or too large"),
        ([], "There are no values"),
        ([None, nan], "All 2 values are missing"),
        ("123", "values is '123'. Give a list"),
        (7, "values is 7. Give a list"),
    ],
)
def test_values_refused(values, message):
    with pytest.raises(MeasureInvalid, match=message):
        made(values)


@pytest.mark.parametrize(
    ("dates", "message"),
    [
        (["2025-01", "2025-01", "2025-02"], "comes more than once: 1 January 2025"),
        (["2025-02", "2025-01", "2025-02"], "comes more than once: 1 February 2025"),
        (["2025-01", None, "2025-02"], "row 2 is missing"),
        (["2025-01", pd.NaT, "2025-02"], "row 2 is missing"),
        (["2025-01", "soon", "later"], "row 2 'soon' is not a date.*row 3 'later'"),
        (["2025-01", 2, "2025-02"], "row 2 is 2, not a date"),
        (["01/02/2025", "01/03/2025", "01/04/2025"], "not clear.*day_first=True"),
        (["2025-01", "2025-02"], "3 values and 2 dates"),
        ("2025-01", "Give a list"),
    ],
)
def test_dates_refused(dates, message):
    with pytest.raises(MeasureInvalid, match=message):
        made([1, 2, 3], dates)


def test_day_first_settles_dates():
    dates = ["01/02/2025", "01/03/2025", "01/04/2025"]
    assert made([1, 2, 3], dates, day_first=True).label(0) == "February 2025"
    assert made([1, 2, 3], dates, day_first=False).label(0) == "2 January 2025"


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"name": "  "}, "has no name"),
        ({"name": 7}, "name is 7"),
        ({"unit": None}, "unit is None"),
        ({"better": "up"}, 'better is \'up\'. Use "lower", "higher" or "neither"'),
        ({"source": "x" * 201}, "source has 201 characters. Use 200 or fewer"),
    ],
)
def test_words_refused(how, message):
    with pytest.raises(MeasureInvalid, match=message):
        made(**how)


def test_words_become_one_line_that_can_be_shown():
    measure = made(name="Wait\n to\tbe \x07seen\ud800", unit=" % ")
    assert (measure.name, measure.unit) == ("Wait to be seen", "%")


def test_even_the_bare_constructor_checks():
    with pytest.raises(MeasureInvalid, match="not in time order"):
        Measure(np.array([1.0, 2.0]), np.array(["2025-02", "2025-01"], "datetime64[D]"), "Wait")
    with pytest.raises(MeasureInvalid, match="2 axes"):
        Measure(np.ones((2, 2)), None, "Wait")
    with pytest.raises(MeasureInvalid, match="A date is missing"):
        Measure(np.ones(1), np.array(["NaT"], "datetime64[D]"), "Wait")


def test_labels():
    assert made(dates=MONTHS).label(2) == "March 2025"
    assert made([1, 2], ["2025-01-06", "2025-02-01"]).label(1) == "1 February 2025"
    assert made().label(2) == "point 3"
    with pytest.raises(IndexError):
        made().label(3)


def test_breaks():
    assert made(
        range(5), ["2025-01", "2025-02", "2025-03", "2025-05", "2025-06"]
    ).breaks.tolist() == [
        False,
        False,
        False,
        True,
        False,
    ]
    assert not made().breaks.any()
