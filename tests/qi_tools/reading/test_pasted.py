from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools import read_pasted
from qi_tools.errors import FileNotUnderstood, PersonalData

MONTHS = [date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1)]

# What people paste, and the values that they mean.
MESSY = {
    "from a spreadsheet": ("Month\tFalls\r\nJan-25\t5\r\nFeb-25\t1,234\r\nMar-25\t\r\n", [5, 1234]),
    "without headings": ("Jan-25\t5\nFeb-25\t1,234\nMar-25\t-\n", [5, 1234]),
    "a first value that is blank": ("Jan 2025\nFeb 2025\t6\nMar 2025\t7", [6, 7]),
    "a title, blank lines and blank columns": (
        "\n\tFalls on Ward A\n\n\tMonth\t\tFalls\n\tJan 2025\t\t5\n\n\tFeb 2025\t\t6\n"
        "\tMar 2025\t\t7\n",
        [5, 6, 7],
    ),
    "typed with commas": ("Month, Falls\nJan 2025, 5\nFeb 2025, 6\nMar 2025,7", [5, 6, 7]),
    "typed with semicolons": ("Jan 2025; 5\nFeb 2025; 6\nMar 2025;7", [5, 6, 7]),
    "typed with spaces": (
        "Month     Falls\nJan 2025   5\nFeb 2025   1,234\nMar 2025  7",
        [5, 1234, 7],
    ),
    "commas and spaces": ("Jan 2025,  5\nFeb 2025,  6\nMar 2025,  7", [5, 6, 7]),
    "quoted thousands": ('Jan 2025,"1,234"\nFeb 2025,6\nMar 2025,7', [1234, 6, 7]),
    "a heading on two lines": (
        '"Month\nof 2025"\tFalls\nJan 2025\t1\nFeb 2025\t2\nMar 2025\t3',
        [1, 2, 3],
    ),
    "newest first": ("Mar 2025\t7\nFeb 2025\t6\nJan 2025\t5", [5, 6, 7]),
    "no-break spaces": (
        "Jan\u00a02025\t1\u00a0234\nFeb\u00a02025\t£6\nMar\u00a02025\t(7)",
        [1234, 6, -7],
    ),
    "British dates": ("01/01/2025\t5\n01/02/2025\t6\n01/03/2025\t7", [5, 6, 7]),
    "a third column": (
        "Month\tFalls\tNote\nJan 2025\t5\tnew rota\nFeb 2025\t6\t\nMar 2025\t7\t",
        [5, 6, 7],
    ),
}


@pytest.mark.parametrize("how", MESSY)
def test_what_people_paste(how):
    text, values = MESSY[how]
    measure = read_pasted(text).measure(name="Falls", day_first=True)
    assert measure.dates.tolist() == MONTHS
    assert measure.values[measure.known].tolist() == values


def test_headings_are_numbered_when_there_are_none():
    assert read_pasted("Jan 2025\t5\tnote").headings == ("Column 1", "Column 2", "Column 3")
    assert read_pasted("soon\t5\nFeb 2025\t6").headings == ("Column 1", "Column 2")
    assert read_pasted("Month\tFalls\nFeb 2025\t6").headings == ("Month", "Falls")


def test_rows_are_numbered_as_they_were_pasted():
    assert read_pasted("\n\nMonth\tFalls\n\nJan 2025\t5\n").row_numbers == (5,)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "There is nothing to read. Copy two columns"),
        (" \n\t\n", "There is nothing to read"),
        ("5\n6\n7", "The pasted data has one column"),
        ("Month\tFalls", "The pasted data has 1 row"),
        ("Jan 2025,5\nFeb 2025,1,234", 'needs quotes, "1,234"'),
        ("Jan 2025;5\nFeb 2025;1;234", "Each column needs a heading"),
        ("Month  A  B\nJan 2025  1  2\nFeb 2025  3\n", "put n/a where a cell is blank"),
        ("Month  A\nJan 2025  1  234\n", "Copy the cells from a spreadsheet"),
        ('Month\tFalls\n"Jan 2025\t5', "A quote may stand alone"),
        ("a\t" * 3_000_000, "is too long"),
        (None, "There is nothing to read"),
    ],
)
def test_pastes_refused(text, message):
    with pytest.raises(FileNotUnderstood, match=message):
        read_pasted(text)


@given(st.text(alphabet='JanFeb 2025-01/,;\t\n"()£%.*<5é', max_size=80))
def test_any_text_is_read_or_refused_in_words(text):
    with suppress(FileNotUnderstood, PersonalData):  # any other error is a fault of ours
        table = read_pasted(text)
        assert all(len(row.cells) == len(table.headings) for row in table.rows)
