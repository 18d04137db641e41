from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from qi_tools.dates import OrderInDoubt, breaks_before, read_dates
from qi_tools.phases import Phases
from qi_tools.words import MONTHS, day_in_words

WEEKDAYS = ("Mon", "Tue", "Wednesday", "Thurs", "Fri", "Sat", "Sun")
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
        ("31.1.25", date(2025, 1, 31)),
        ("20250131", date(2025, 1, 31)),
        ("31/01/2025 9:30 am", date(2025, 1, 31)),
        ("Mon 3 Feb 2025", date(2025, 2, 3)),
        ("Monday, 3 February 2025", date(2025, 2, 3)),
        ("Thurs 6 Feb 2025", date(2025, 2, 6)),
        ("Mon 03/02/2025", date(2025, 2, 3)),  # 2 March 2025 is a Sunday
        ("3rd February 2025", date(2025, 2, 3)),
        ("1st of Feb 2025", date(2025, 2, 1)),
        ("February 22nd, 2025", date(2025, 2, 22)),
        ("Jan '25", date(2025, 1, 1)),
        ("Jan ’25", date(2025, 1, 1)),
        ("2025 Jan", date(2025, 1, 1)),
        ("2025M01", date(2025, 1, 1)),
        ("2025–01", date(2025, 1, 1)),
        ("w/c 27/01/2025", date(2025, 1, 27)),
        ("w/e 02/02/2025", date(2025, 2, 2)),
        ("Wednesday 5 Feb 2025", date(2025, 2, 5)),
        ("W/C: 27 Jan 2025", date(2025, 1, 27)),
        ("wc Mon 6 Jan 2025", date(2025, 1, 6)),
        ("week commencing 6 Jan 2025", date(2025, 1, 6)),
        ("Week ending 26 January 2025", date(2025, 1, 26)),
        ("2025-W02", date(2025, 1, 6)),
        ("2025W01", date(2024, 12, 30)),
        ("2023/24", date(2023, 4, 1)),
        ("2023-24", date(2023, 4, 1)),
        ("2023/2024", date(2023, 4, 1)),
        ("FY2023/24", date(2023, 4, 1)),
        ("FY 23-24", date(2023, 4, 1)),
        ("FY24", date(2023, 4, 1)),
        ("FY2011/12", date(2011, 4, 1)),
        ("Q1 2024/25", date(2024, 4, 1)),
        ("Q4 2024/25", date(2025, 1, 1)),
        ("Quarter 3 2024-25", date(2024, 10, 1)),
        ("Q2 FY25", date(2024, 7, 1)),
        ("2024/25 Q2", date(2024, 7, 1)),
        ("Q2 24/25", date(2024, 7, 1)),
    ],
)
def test_one_reading(text, day):
    assert one(text) == day


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("soon", "is not a date we know"),
        ("12", "is not a date we know"),
        ("12345", "is not a date we know"),
        ("45292", "a spreadsheet's own number for 1 January 2024; format that column as dates"),
        ("45292.75", "a spreadsheet's own number for 1 January 2024"),
        ("Moon 2025", "is not a date we know"),
        ("Mon Jan 2025", "is not a date we know"),
        ("Tue 3 Feb 2025", "is no Tuesday: 3 February 2025 is a Monday"),
        ("2025", "is a year alone"),
        ("Jan", "has no year"),
        ("5-Jan", "has no year"),
        ("5/1", "has no year"),
        ("2025-W53", "is not a week of that year"),
        ("w/c Jan 2025", "names a week without its day"),
        ("2023/25", "is not a real date"),
        ("2023/2025", "is not a financial year"),
        ("FY2023/25", "is not a financial year"),
        ("Q1 2023/25", "is not a quarter of a year"),
        ("23/24", "write a financial year like 2023/24"),
        ("20251301", "is not a real date"),
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
    assert one(f"{day:%Y%m%d}") == day
    assert one(f"{day:%YM%m}") == one(f"{MONTHS[day.month - 1][:3]} {day.year}")
    assert one(f"{day:%YM%m}") == day.replace(day=1)
    assert one(f"{WEEKDAYS[day.weekday()]} {day_in_words(day)}") == day
    year, week, weekday = day.isocalendar()
    if year in range(1900, 2101):
        assert one(f"{year}-W{week:02}") == day - timedelta(weekday - 1)
    assert one(f"{day.day:02}/{day.month:02}/{day.year}", day_first=True) == day
    assert one(f"{day.month}/{day.day}/{day.year}", day_first=False) == day


@given(days)
def test_a_month_in_figures_is_read_unless_it_may_be_a_financial_year(day):
    read = read_dates([f"{day:%Y-%m}"])
    assert bool(read.question) == ((day.year + 1) % 100 == day.month)
    assert read.question or read.days[0].item() == day.replace(day=1)


@given(st.integers(1900, 2099))
def test_every_financial_year_and_quarter_reads_back(year):
    after = f"{(year + 1) % 100:02}"
    for text in (f"{year}/{year + 1}", f"FY{year}/{after}", f"FY{year + 1}"):
        assert one(text) == date(year, 4, 1)
    starts = [date(year, 4, 1), date(year, 7, 1), date(year, 10, 1), date(year + 1, 1, 1)]
    for quarter, start in enumerate(starts, start=1):
        assert one(f"Q{quarter} {year}/{after}") == one(f"{year}-{after} Q{quarter}") == start


def test_the_rest_of_the_column_settles_a_month_or_a_financial_year():
    years = read_dates(["2010-11", "2011-12", "2012-13"])
    assert years.days.tolist() == [date(year, 4, 1) for year in (2010, 2011, 2012)]
    for other in ("2011-11", "2012-01", "Nov 2011", "2011M11"):
        assert read_dates(["2011-12", other]).days.tolist()[0] == date(2011, 12, 1)
    question = read_dates(["2010-11", "2011-12"]).question
    assert '"2010-11" could be November 2010 or the financial year 2010/11' in question
    mixed = read_dates(["2011-01", "2023/24"])
    assert '"2011-01" can only be a month and "2023/24" only a financial year' in mixed.question


def test_the_rest_of_the_column_settles_a_quarter():
    read = read_dates(["Q1 2024", "2024 Q2", "Q3 2024/25"])
    assert read.days.tolist() == [date(2024, month, 1) for month in (4, 7, 10)]
    question = read_dates(["Q4 2024"]).question
    assert question.startswith(
        '"Q4 2024" could begin in October 2024 or, in a financial year, in January 2025: '
    )
    assert "Q4 2024/25 for the second" in question


def test_what_is_asked_about_is_not_read():
    for text in ("01/02/2025", "2011-12", "Q1 2024"):
        read = read_dates([text, "Mon 6 Jan 2025"])
        assert read.question
        assert read.days.tolist() == [None, date(2025, 1, 6)]
    order = read_dates(["05/05/2025", "01/02/2025"]).order
    assert order == OrderInDoubt("01/02/2025", date(2025, 2, 1), date(2025, 1, 2))
    assert read_dates(["13/02/2025", "02/13/2025"]).order is None
    assert read_dates(["2011-12"]).order is None


@given(days)
def test_a_numeric_date_is_never_guessed(day):
    assume(day.day != day.month)
    read = read_dates([f"{day.day:02}/{day.month:02}/{day.year}"])
    assert bool(read.question) == (day.day <= 12)


@given(st.lists(st.text(max_size=20), max_size=5))
def test_any_text_is_read_or_given_a_reason(texts):
    read = read_dates(texts)
    for place, day in enumerate(read.days.tolist()):
        assert (day is None) == (place in read.faults) or read.question


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
