from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools.errors import MeasureInvalid
from qi_tools.life import Exclusion, Note, Phase, Target
from qi_tools.measure import Measure, ratios
from qi_tools.subgroups import Subgroups

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
        (["5", 6], r"must be numbers.*'5' in row 1\. Measure.from_file reads"),
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


# ---- counts over denominators


def test_counts_over_denominators_are_shown_for_so_many():
    falls = made([3, 0, None, 2], denominators=[90, 0, 80, 50], per=1000)
    assert falls.values.tolist() == pytest.approx([100 / 3, nan, nan, 40], nan_ok=True)
    assert falls.numerators.tolist()[:2] == [3, 0]
    assert falls.denominators.tolist() == [90, 0, 80, 50]
    assert falls.data == "proportions"
    assert falls.warnings == ("1 point with a denominator of 0 has no value.",)
    assert made([0, 1, 0], denominators=[0, 2, 0]).warnings == (
        "2 points with a denominator of 0 have no value.",
    )


def test_proportions_are_shown_for_one_and_percentages_for_a_hundred():
    assert made([3], denominators=[4]).values.tolist() == [0.75]
    assert made([3], denominators=[4], unit="%").values.tolist() == [75]
    assert made([3], denominators=[4], unit="%", per=1).values.tolist() == [0.75]
    assert made([3], denominators=[4], unit="falls", per=1000, data="rates").per == 1000


def test_denominators_go_with_their_values_into_time_order():
    falls = made([3, 1, 2], MONTHS[::-1], denominators=[30, 20, 10])
    assert falls.numerators.tolist() == [2, 1, 3]
    assert falls.denominators.tolist() == [10, 20, 30]
    assert falls.values.tolist() == [0.2, 0.05, 0.1]


def test_counts_and_denominators_can_not_change_either():
    counts, over = np.array([1.0, 2.0]), np.array([10.0, 20.0])
    falls = made(counts, denominators=over)
    counts[0] = over[0] = 99
    assert falls.values.tolist() == [0.1, 0.1]
    for array in (falls.numerators, falls.denominators):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 5


@pytest.mark.parametrize(
    ("values", "denominators", "message"),
    [
        ([1, 2, 3], [10, 20], "3 values and 2 denominators. Give one denominator for each"),
        ([1, 2, 3], [10, "20", 30], "The denominators must be numbers.*'20' in row 2"),
        ([1, 2, 3], 10, "denominators is 10. Give a list"),
        ([1, -2, 3], [10, 20, 30], "can't be below 0.* Mend row 2, or use None"),
        ([1, 2, 3], [10, 20, -30], "can't be below 0.* Mend row 3"),
        ([1, 2, 3], [10, 0, 30], "where the denominator is 0.* Mend row 2"),
        ([1, 2, float("inf")], [10, 20, 30], "infinite.* Mend row 3"),
        ([1, 2, 3], [10, 20, float("inf")], "infinite.* Mend row 3"),
        ([1, 2, 1e200], [10, 20, 1e200], "too large to chart.* Mend row 3"),
        ([0, 2, 3], [1e-320, 20, 30], "next to nothing. Mend row 1"),
        ([None, 2], [3, None], "All 2 values are missing"),
    ],
)
def test_denominators_refused(values, denominators, message):
    with pytest.raises(MeasureInvalid, match=message):
        made(values, denominators=denominators)


@pytest.mark.parametrize("per", [0, -100, nan, float("inf"), "1000", True, 10**400])
def test_per_refused(per):
    with pytest.raises(MeasureInvalid, match=r"per is .*Use a number above 0, such as 1000"):
        made([1, 2], denominators=[10, 20], per=per)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"data": "percentages"}, 'Use one of "measurements", "counts", "proportions", "rates"'),
        ({"data": pd.NA}, "data is <NA>"),
        ({"data": "rates"}, "need denominators. Give them too"),
        ({"data": "proportions"}, "need denominators"),
        ({"per": 100}, "need denominators"),
        ({"better": pd.NA}, "better is <NA>"),
    ],
)
def test_what_the_values_are_refused(how, message):
    with pytest.raises(MeasureInvalid, match=message):
        made(**how)


@pytest.mark.parametrize("data", ["measurements", "counts", "cases between", "time between"])
def test_what_the_values_are(data):
    assert made(data=data).data == data
    assert made().data == "measurements"


@given(
    st.lists(
        st.tuples(
            st.one_of(st.integers(-2, 5).map(float), st.floats()),
            st.one_of(st.integers(-2, 5).map(float), st.floats()),
        ),
        min_size=1,
        max_size=9,
    )
)
def test_ratios_have_a_value_a_gap_or_a_fault(pairs):
    counts, over = np.array(pairs).T
    values, faults = ratios(counts, over)
    for count, size, value, fault in zip(counts, over, values, faults, strict=True):
        if np.isnan(count) or np.isnan(size):
            assert np.isnan(value)
            continue
        wrong = count < 0 or size < 0 or np.isinf(count) or np.isinf(size)
        if wrong or (size == 0 and count > 0):
            assert fault
        elif size == 0:
            assert np.isnan(value)
            assert not fault
        elif not fault:
            assert value == count / size
        else:  # too large or too small to chart
            assert max(count, size) > 1e100 or size < 1e-100


# ---- the life of a measure

WEEKS = ["2025-01-06", "2025-01-13", "2025-01-20", "2025-01-27", "2025-02-03", "2025-02-10"]


def weekly(**how):
    return made([9, 8, 9, 5, 4, 5], WEEKS, **how)


def test_a_new_phase_by_number_or_by_any_kind_of_date():
    assert made(range(6)).rephase(4, "Moved").phases[1] == Phase(3, None, "Moved")
    for when in (
        "2025-01-27",
        "27/01/2025",
        "27 Jan 2025",
        date(2025, 1, 27),
        datetime(2025, 1, 27, 9, 30, tzinfo=UTC),
        np.datetime64("2025-01-27"),
        pd.Timestamp("2025-01-27"),
    ):
        changed = weekly().rephase(when, " New\nsystem ", baseline=2)
        assert changed.phases == (Phase(0), Phase(3, 2, "New system"))


def test_phases_are_put_in_order():
    measure = weekly().rephase(WEEKS[4], "Second").rephase(WEEKS[2], "First")
    assert [(phase.first, phase.reason) for phase in measure.phases] == [
        (0, ""),
        (2, "First"),
        (4, "Second"),
    ]


def test_freezing_fixes_the_phase_that_the_point_lies_in():
    measure = weekly().rephase(WEEKS[3], "Moved", baseline=1).rephase(WEEKS[5], "Back")
    assert [phase.baseline for phase in measure.freeze(WEEKS[1]).phases] == [2, 1, None]
    assert [phase.baseline for phase in measure.freeze(WEEKS[4]).phases] == [None, 2, None]
    assert [phase.baseline for phase in measure.freeze(WEEKS[5]).phases] == [None, 1, 1]
    assert measure.freeze(WEEKS[4]).phases[1].reason == "Moved"


def test_a_point_is_left_out_once_for_its_latest_reason():
    measure = weekly().exclude(WEEKS[1], "Flood").exclude(WEEKS[3], "Strike")
    again = measure.exclude(WEEKS[1], "Storm")
    assert again.excluded.tolist() == [False, True, False, True, False, False]
    assert {each.point: each.reason for each in again.exclusions} == {1: "Storm", 3: "Strike"}


def test_notes_stand_beside_their_points():
    measure = weekly().annotate(WEEKS[1], "New form").annotate(WEEKS[1], "New desk")
    assert measure.notes == (Note(1, "New form"), Note(1, "New desk"))


def test_targets_hold_until_the_next():
    assert np.isnan(weekly().target).all()
    measure = weekly().aim(6, since=WEEKS[4]).aim(8, since=WEEKS[1])
    assert measure.target.tolist() == pytest.approx([nan, 8, 8, 8, 6, 6], nan_ok=True)
    assert measure.aim(7, since=WEEKS[1]).target.tolist()[1:] == [7, 7, 7, 6, 6]
    assert measure.aim(5).target.tolist() == [5, 8, 8, 8, 6, 6]
    assert str(measure.aim(-0.0).target[0]) == "0.0"


def test_each_change_gives_a_new_measure():
    measure = weekly()
    for changed in (
        measure.rephase(WEEKS[3], "Moved"),
        measure.freeze(WEEKS[3]),
        measure.exclude(WEEKS[3], "Flood"),
        measure.annotate(WEEKS[3], "New form"),
        measure.aim(7),
    ):
        assert changed is not measure
        assert changed.values.tolist() == measure.values.tolist()
    assert measure.phases == (Phase(0),)
    assert (measure.exclusions, measure.notes, measure.targets) == ((), (), ())


@pytest.mark.parametrize(
    ("when", "message"),
    [
        (0, "There is no point 0. Use a number from 1 to 6"),
        (7, "no point 7"),
        (-1, "no point -1"),
        (2.0, "no point 2.0"),
        (True, "no point True"),
        (None, "no point None"),
        ("2025-01-06", "no point '2025-01-06'"),
        (np.timedelta64(3, "D"), "no point"),
        (10**30, "no point 1000"),
    ],
)
def test_places_without_dates_refused(when, message):
    counted = made(range(6))
    for change in (
        lambda: counted.rephase(when, "Moved"),
        lambda: counted.freeze(when),
        lambda: counted.exclude(when, "Flood"),
        lambda: counted.annotate(when, "New form"),
        lambda: counted.aim(7, since=when) if when is not None else counted.freeze(when),
    ):
        with pytest.raises(MeasureInvalid, match=message):
            change()


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ("2025-01-08", "at 8 January 2025. The nearest: 6 January 2025 and 13 January 2025"),
        ("2024-01-01", r"The nearest: 6 January 2025\."),
        ("2026-01-01", r"The nearest: 10 February 2025\."),
        ("01/02/2025", "read in one way only. Write it with the year first, such as 2025-02-10"),
        ("soon", "'soon' is no date"),
        (3, "3 is no date that can be read"),
        (None, "None is no date"),
    ],
)
def test_places_with_dates_refused(when, message):
    with pytest.raises(MeasureInvalid, match=message):
        weekly().rephase(when, "Moved")


def test_a_phase_begins_once_at_a_point():
    with pytest.raises(MeasureInvalid, match="begins at 6 January 2025 already"):
        weekly().rephase(WEEKS[0], "Start")
    with pytest.raises(MeasureInvalid, match="begins at 20 January 2025 already"):
        weekly().rephase(WEEKS[2], "Moved").rephase(WEEKS[2], "Moved again")


@pytest.mark.parametrize("words", ["", "  ", "\x07", None, 7, "x" * 201])
def test_changes_without_a_reason_refused(words):
    measure = made(range(6))
    for change in (
        lambda: measure.rephase(3, words),
        lambda: measure.exclude(3, words),
        lambda: measure.annotate(3, words),
    ):
        with pytest.raises(MeasureInvalid, match=r"Say why|Use text in quotes|Use 200 or fewer"):
            change()


@pytest.mark.parametrize("baseline", [0, -1, 2.0, True, "3", nan, np.timedelta64(3, "D")])
def test_baselines_refused(baseline):
    with pytest.raises(MeasureInvalid, match=r"baseline is .*Use a number of points, 1 or more"):
        made(range(6)).rephase(3, "Moved", baseline=baseline)


@pytest.mark.parametrize("value", [nan, float("inf"), "7", True, None, 7j, 10**400, 1e200])
def test_targets_refused(value):
    with pytest.raises(MeasureInvalid, match=r"The target is .*Use a number"):
        made(range(6)).aim(value)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"phases": ()}, "must begin at the first point"),
        ({"phases": (Phase(1),)}, "must begin at the first point"),
        ({"phases": (Phase(0), Phase(2), Phase(1))}, "be in order"),
        ({"phases": (Phase(0), Phase(3))}, "where there is no point"),
        ({"exclusions": (Exclusion(-1, "Flood"),)}, "where there is no point"),
        ({"notes": (Note(3, "New form"),)}, "where there is no point"),
        ({"targets": (Target(3, 5.0),)}, "where there is no point"),
        ({"denominators": np.ones(2)}, "3 values, and 2 of what they come from"),
        ({"subgroups": Subgroups(np.ones(2), np.ones(3), np.ones(3))}, "3 values, and 2"),
    ],
)
def test_even_the_bare_constructor_checks_the_life_of_a_measure(how, message):
    with pytest.raises(MeasureInvalid, match=message):
        Measure(np.ones(3), None, "Wait", **how)


def test_dates_that_no_calendar_holds_are_refused():
    with pytest.raises(MeasureInvalid, match="outside the years 1 to 9999"):
        made([1, 2], [np.datetime64("2025-01-01"), np.datetime64("12025-01-01")])


@pytest.mark.parametrize("values", [np.array(5.0), np.ones((2, 2)), 5])
def test_values_that_are_no_column_are_refused(values):
    with pytest.raises(MeasureInvalid, match=r"Give a list or a column|must be numbers"):
        made(values)


def test_a_fault_is_named_by_the_row_it_was_given_in():
    with pytest.raises(MeasureInvalid, match="Mend row 3, or use None"):
        made([1, 2, -3], ["2025-03", "2025-02", "2025-01"], denominators=[9, 9, 9])
