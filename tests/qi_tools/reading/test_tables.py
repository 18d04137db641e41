import dataclasses
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools import read_pasted
from qi_tools.errors import DatesAmbiguous, FileNotUnderstood, MeasureInvalid
from qi_tools.words import MONTHS, day_in_words


def table(text):
    """A table typed with commas, its first row the headings."""
    return read_pasted(text.replace(",", "\t"))


FALLS = "Month,Falls,Bed days\nJan 2025,4,800\nFeb 2025,6,750\nMar 2025,0,0\n"


def test_two_columns_are_found():
    measure = table("Month,Wait\nJan 2025,5\nFeb 2025,\nMar 2025,7.5\n").measure()
    assert (measure.name, measure.source) == ("Wait", "pasted data")
    assert measure.known.tolist() == [True, False, True]
    assert measure.dates.tolist() == [date(2025, month, 1) for month in (1, 2, 3)]


def test_the_columns_may_stand_either_way_round_with_others_between():
    measure = table("Wait,Note,Month\n5,good,2025-01\n6,,2025-02\n").measure()
    assert measure.name == "Wait"


def test_columns_named():
    calls = table("Week,Calls,Wait (min)\n2025-01-06,90,5\n2025-01-13,80,6\n")
    assert calls.measure("Wait (min)").values.tolist() == [5, 6]
    assert calls.measure(" wait(MIN)", "week").values.tolist() == [5, 6]
    assert calls.column("calls") == ("90", "80")


def test_a_column_not_there_names_those_that_are():
    calls = table("Week,Calls\n2025-01-06,90\n")
    for argument, message in (("value", "Waits"), ("date", "Day"), ("denominator", "Beds")):
        with pytest.raises(
            FileNotUnderstood, match=f'no column "{message}" in pasted data, which {argument}= asks'
        ) as error:
            calls.measure(**{argument: message})
        assert 'The columns are "Week" and "Calls"' in str(error.value)
    with pytest.raises(FileNotUnderstood, match='no column "Waits"'):
        calls.column("Waits")


def test_doubt_about_columns_is_asked():
    with pytest.raises(FileNotUnderstood, match=r'More than one .* values. Say which: value="…"'):
        table("Week,Calls,Wait\n2025-01-06,90,5\n").measure()
    with pytest.raises(FileNotUnderstood, match=r'More than one .* dates. Say which: date="…"'):
        table("From,To,Wait\n2025-01-06,2025-01-12,5\n").measure()
    with pytest.raises(
        FileNotUnderstood, match="No column of pasted data is seen to hold the date"
    ):
        table("Ward,Wait\nA,5\nB,6\n").measure()


@pytest.mark.parametrize("head", ["Ward", ""])
def test_dates_along_a_row_are_told_of(head):
    across = read_pasted(f"{head}\tJan 2025\tFeb 2025\tMar 2025\nA\t1\t2\t3\nB\t1\t2\t3\n")
    with pytest.raises(FileNotUnderstood, match="then choose Paste special, Transpose"):
        across.measure()


def test_one_column_can_not_be_two_things():
    with pytest.raises(FileNotUnderstood, match='"Falls" can\'t be both value and denominator'):
        table(FALLS).measure("Falls", denominator="falls", data="rates")


def test_every_row_not_understood_is_reported_at_once():
    text = (
        "Month,Falls,Bed days\nJan 2025,5,10\nFeb 2025,five,10\n\nsoon,6,10\nMay 2025,7 min,n\n"
        "later,8x,10\n,9,10\nAug 2025,1,*\nTotal,30,90\n,,11\n"
    )
    with pytest.raises(FileNotUnderstood) as error:
        table(text).measure("Falls", denominator="Bed days", data="rates")
    assert [(fault.row, fault.column, fault.text) for fault in error.value.faults] == [
        (3, "Falls", "five"),
        (5, "Month", "soon"),
        (6, "Falls", "7 min"),
        (6, "Bed days", "n"),
        (7, "Month", "later"),
        (7, "Falls", "8x"),
        (8, "Month", ""),
        (9, "Bed days", "*"),
        (10, "Month", "Total"),
        (11, "Month", ""),
    ]
    message = str(error.value)
    assert message.startswith("There are 8 rows to mend in pasted data; nothing was charted.")
    assert 'row 8, Month: "" is no date, and the row has a value' in message
    assert 'row 10, Month: "Total" is a total; take that row out' in message


def test_rows_are_reported_even_where_most_are_wrong():
    with pytest.raises(FileNotUnderstood) as error:
        table("Month,Falls,Note\nJan 2025,*,a\nFeb,*,b\nMar,3,c\n").measure()
    assert [fault.row for fault in error.value.faults] == [2, 3, 3, 4]


def test_ambiguous_dates_are_asked_not_guessed():
    waits = table("Month,Wait\n01/01/2025,5\n01/02/2025,6\n01/03/2025,7\n")
    with pytest.raises(DatesAmbiguous, match="day_first=True") as error:
        waits.measure()
    asked = error.value
    assert (asked.column, asked.text) == ("Month", "01/02/2025")
    assert (asked.day_first, asked.month_first) == (date(2025, 2, 1), date(2025, 1, 2))
    assert waits.measure(day_first=True).label(2) == "March 2025"
    assert waits.measure(day_first=False).label(2) == "3 January 2025"


def test_a_question_comes_with_every_other_fault():
    with pytest.raises(DatesAmbiguous, match="1 row to mend") as error:
        table("Month,Wait\n01/02/2025,x\n02/03/2025,6\n").measure()
    assert [fault.row for fault in error.value.faults] == [2]
    with pytest.raises(FileNotUnderstood, match="the financial year 2011/12") as error:
        table("Year,Wait\n2011-12,x\n").measure()
    assert not isinstance(error.value, DatesAmbiguous)
    assert [fault.row for fault in error.value.faults] == [2]


def test_a_column_without_dates():
    with pytest.raises(FileNotUnderstood, match='Column "Month" of pasted data has no dates'):
        table("Month,Wait,X\n,,1\n-,,2\n").measure("Wait", "Month")


def test_a_denominator_asks_what_the_values_are():
    falls = table(FALLS)
    with pytest.raises(MeasureInvalid, match=r'How is "Falls" counted over "Bed days"\? Say data='):
        falls.measure(denominator="Bed days")
    rates = falls.measure(denominator="Bed days", data="rates", per=1000)
    assert rates.values[:2].tolist() == [5, 8]
    assert (rates.unit, rates.per, rates.data) == ("per 1,000 bed days", 1000, "rates")
    assert "1 point with a denominator of 0 has no value." in rates.warnings
    each = falls.measure(denominator="Bed days", data="rates")
    assert (each.unit, each.per) == ("per bed days", 1)
    shares = falls.measure(denominator="Bed days", data="proportions")
    assert shares.values[0] == 0.5
    assert (shares.unit, shares.per) == ("%", 100)
    said = falls.measure(denominator="Bed days", data="proportions", per=1000, unit="in 1000")
    assert (said.unit, said.per) == ("in 1000", 1000)


def test_what_can_not_be_counted_over():
    seen = table("Month,Seen,All\nJan 2025,95%,80\nFeb 2025,90%,70\n")
    with pytest.raises(MeasureInvalid, match='"Seen" holds percentages, which are counted over'):
        seen.measure("Seen", denominator="All", data="proportions")
    with pytest.raises(MeasureInvalid, match='"Seen" holds percentages, so nothing can be counted'):
        seen.measure("All", denominator="Seen", data="proportions")


def test_headings_offered_first():
    wards = table(
        "Ward,Month,Late,Patients seen,Temperature\nA,Jan 2025,3,40,-1\nB,Feb 2025,2,50,2\n"
    )
    assert wards.likely_dates == ("Month",)
    assert wards.likely_values == ("Late", "Temperature", "Patients seen")
    assert wards.likely_denominators == ("Patients seen",)
    assert table("Month,A,B\nJan 2025,3,40\n").likely_denominators == ("B",)
    assert table("Month,A,B\nJan 2025,3,40%\n").likely_denominators == ()


def test_a_table_is_frozen_and_keeps_its_cells_to_itself():
    falls = table(FALLS)
    assert "800" not in repr(falls)
    with pytest.raises(dataclasses.FrozenInstanceError):
        falls.name = "other"


WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
DATES = {
    "British": lambda day: f"{day:%d/%m/%Y}",
    "short British": lambda day: f"{day.day}/{day.month}/{day:%y}",
    "points": lambda day: f"{day.day}.{day.month}.{day:%y}",
    "ISO": lambda day: day.isoformat(),
    "in words": day_in_words,
    "short words": lambda day: f"{day.day}-{MONTHS[day.month - 1][:3]}-{day:%y}",
    "weekday": lambda day: f"{WEEKDAYS[day.weekday()]} {day_in_words(day)}",
    "week": lambda day: f"w/c {day:%d/%m/%Y}",
    "long week": lambda day: f"week commencing {day_in_words(day)}",
}


@pytest.mark.parametrize("style", DATES)
@given(
    first=st.dates(date(2000, 1, 1), date(2090, 1, 1)),
    steps=st.lists(st.integers(1, 60), max_size=12),
)
def test_dates_written_in_every_style_read_back(style, first, steps):
    days = [first + timedelta(days) for days in np.cumsum([0, *steps]).tolist()]
    rows = "\n".join(f"{DATES[style](day)}\t{place}" for place, day in enumerate(days))
    measure = read_pasted(f"When\tHow many\n{rows}").measure(day_first=True)
    assert measure.dates.tolist() == days
    assert measure.values.tolist() == list(range(len(days)))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Jan 2025", "soon", "", "31/01/2025", "45292", "Total"]),
            st.sampled_from(["5", "", "*", "n/a", "1,234", "x"]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_every_row_is_read_blank_or_reported(rows):
    """Follow each row to where it ended."""
    text = "\n".join(["Month\tFalls", *("\t".join(row) for row in rows)])
    blank = {number for number, row in enumerate(rows, start=2) if row == ("", "")}
    try:
        read = read_pasted(text)
    except FileNotUnderstood:
        assert len(blank) == len(rows)
        return
    assert set(read.row_numbers) | blank == set(range(2, len(rows) + 2))
    try:
        measure = read.measure("Falls", "Month")
    except FileNotUnderstood as error:
        reported = {fault.row for fault in error.faults}
        wrong = {
            number
            for number, (month, falls) in enumerate(rows, start=2)
            if month in {"soon", "45292", "Total"}
            or falls in {"*", "x"}
            or (month == "" and falls not in {"", "n/a"})
        }
        assert reported == wrong
    except MeasureInvalid as error:
        assert "more than once" in str(error) or "missing" in str(error)  # noqa: PT017
    else:
        assert measure.values.size == sum(1 for month, _ in rows if month)
