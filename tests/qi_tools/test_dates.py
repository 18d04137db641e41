from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from qi_tools.dates import breaks_before, read_dates
from qi_tools.phases import Phases
from qi_tools.words import day_in_words

days = st.dates(date(1900, 1, 1), date(2100, 12, 31))


def one(text, **how):
    read = read_dates([text], **how)
    assert read.question == "", read.question
    return read.faults.get(0) or read.days[0].item()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-01-31", date(2025, 1, 31)),
        ("2025/1/31", date(2025, 1, 31)),
        ("2025-01", date(2025, 1, 1)),
        ("2025-01-31T00:00:00", date(2025, 1, 31)),
        ("2025-01-31 09:30:00.5Z", date(2025, 1, 31)),
        ("31/01/2025", date(2025, 1, 31)),
        ("31/1/25", date(2025, 1, 31)),
        ("31/01/2025 00:00", date(2025, 1, 31)),
        ("31-01-2025", date(2025, 1, 31)),
        ("31.01.2025", date(2025, 1, 31)),
        ("01/31/2025", date(2025, 1, 31)),
        ("05/05/2025", date(2025, 5, 5)),
        ("01/2025", date(2025, 1, 1)),
        ("31 Jan 2025", date(2025, 1, 31)),
        ("31-Jan-25", date(2025, 1, 31)),
        ("31 January 2025", date(2025, 1, 31)),
        ("Jan 31, 2025", date(2025, 1, 31)),
        ("Jan 2025", date(2025, 1, 1)),
        ("  JANUARY   2025 ", date(2025, 1, 1)),
        ("Sept 2025", date(2025, 9, 1)),
        ("Jan-25", date(2025, 1, 1)),
    ],
)
def test_one_reading(text, day):
    assert one(text) == day


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("soon", "is not a date we know"),
        ("12", "is not a date we know"),
        ("45292", "is not a date we know"),
        ("Mon 2025", "is not a date we know"),
        ("2025-02-30", "is not a real date"),
        ("2025-13", "is not a real date"),
        ("32/01/2025", "is not a real date"),
        ("31 Feb 2025", "is not a real date"),
        ("01/02/1825", "is not a real date"),
        ("25-01-03", "write the year with four digits"),
        ("31/01-2025", "is not a date we know"),
        ("", "is not a date we know"),
    ],
)
def test_not_a_date(text, reason):
    assert reason in one(text)


def test_ambiguous_column_is_asked_about():
    texts = ["01/01/2025", "01/02/2025", "01/03/2025"]
    question = read_dates(texts).question
    assert question.startswith('"01/02/2025" could be 1 February 2025 or 2 January 2025')
    assert "day_first=True" in question
    assert "day_first=False" in question
    british = read_dates(texts, day_first=True)
    american = read_dates(texts, day_first=False)
    assert british.question == american.question == ""
    assert british.days.tolist() == [date(2025, month, 1) for month in (1, 2, 3)]
    assert american.days.tolist() == [date(2025, 1, day) for day in (1, 2, 3)]


def test_one_clear_date_settles_the_column():
    assert read_dates(["01/02/2025", "13/02/2025"]).days.tolist()[0] == date(2025, 2, 1)
    assert read_dates(["01/02/2025", "02/13/2025"]).days.tolist()[0] == date(2025, 1, 2)


def test_two_clear_dates_that_disagree_are_asked_about():
    question = read_dates(["13/02/2025", "02/13/2025"]).question
    assert '"13/02/2025" can only be day first' in question
    assert '"02/13/2025" only month first' in question


def test_the_order_asked_for_holds_for_every_row():
    read = read_dates(["01/02/2025", "02/13/2025"], day_first=True)
    assert list(read.faults) == [1]
    assert "day first" in read.faults[1]


@pytest.mark.parametrize("texts", [["Jan-25", "Feb-25", "Apr-25"], ["Feb-25", "Jan-25", "Dec-24"]])
def test_spreadsheet_months_follow_one_another(texts):
    read = read_dates(texts)
    assert read.question == ""
    assert not read.faults


@pytest.mark.parametrize("texts", [["Jan-05", "Jan-12", "Jan-19"], ["Jan-05", "Jan-06"]])
def test_days_without_a_year_are_asked_about(texts):
    assert "write the year with four digits" in read_dates(texts).question


@given(days)
def test_every_day_reads_back(day):
    assert one(day.isoformat()) == day
    assert one(day_in_words(day)) == day
    assert one(f"{day:%Y-%m}") == day.replace(day=1)
    assert one(f"{day.day:02}/{day.month:02}/{day.year}", day_first=True) == day
    assert one(f"{day.month}/{day.day}/{day.year}", day_first=False) == day


@given(days)
def test_a_numeric_date_is_never_guessed(day):
    assume(day.day != day.month)
    read = read_dates([f"{day.day:02}/{day.month:02}/{day.year}"])
    assert bool(read.question) == (day.day <= 12)


@given(st.lists(st.text(max_size=20), max_size=5))
def test_any_text_is_read_or_given_a_reason(texts):
    read = read_dates(texts)
    for place, day in enumerate(read.days.tolist()):
        assert (day is None) == (place in read.faults)


def spaced(*steps):
    day = date(2025, 1, 6)
    made = [day]
    for step in steps:
        day += timedelta(step)
        made.append(day)
    return np.array(made, dtype="datetime64[D]")


@pytest.mark.parametrize(
    ("dates", "places"),
    [
        (spaced(7, 7, 14, 7, 7), [3]),
        (spaced(1, 1, 1, 1, 3, 1, 1, 1, 1, 3), []),  # weekends
        (spaced(1, 1, 1, 1, 1, 1, 9, 1), [7]),
        (spaced(3, 40, 8, 21, 90, 2), []),  # no regular step, so nothing is left out
        (spaced(31, 28, 31, 30, 31, 30, 31), []),
        (spaced(365, 366, 365, 731), [4]),
        (spaced(7, 70), []),  # two steps can't tell what is regular
        (spaced(), []),
    ],
)
def test_breaks(dates, places):
    one = Phases(np.array([0]), dates.size)
    assert np.nonzero(breaks_before(dates, one))[0].tolist() == places


def test_series_laid_end_to_end_are_judged_each_by_itself():
    each = [spaced(7, 7, 14, 7, 7), spaced(3, 40, 8, 21, 90, 2), spaced(), spaced(1, 1, 9, 1, 1, 1)]
    together = breaks_before(
        np.concatenate(each), Phases.of_lengths(np.array([dates.size for dates in each]))
    )
    alone = [breaks_before(dates, Phases(np.array([0]), dates.size)) for dates in each]
    assert together.tolist() == np.concatenate(alone).tolist()
    assert together.sum() == 2
