from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools.words import counted, day_in_words, listed, number_in_words, numbers_in_column


@pytest.mark.parametrize(
    ("value", "figures", "words"),
    [
        (0.0, 3, "0"),
        (-0.0001, 3, "-0.0001"),
        (-0.0, 3, "0"),
        (9.0, 3, "9"),
        (9.999, 3, "10"),
        (10.0, 3, "10"),
        (100.0, 3, "100"),
        (1234.5, 3, "1,234"),
        (42.79, 5, "42.79"),
        (9.96476, 5, "9.9648"),
        (float("nan"), 3, "missing"),
        (2e20, 3, "2e+20"),
    ],
)
def test_number(value, figures, words):
    assert number_in_words(value, figures) == words


@given(st.floats(min_value=1e-3, max_value=1e12))
def test_number_stays_true_to_three_figures(value):
    assert float(number_in_words(value).replace(",", "")) == pytest.approx(value, rel=6e-3)


def test_day():
    assert day_in_words(date(2025, 5, 9)) == "9 May 2025"
    assert day_in_words(date(2025, 5, 1), monthly=True) == "May 2025"


def test_counts_and_lists():
    assert counted(0, "point") == "0 points"
    assert counted(1, "row") == "1 row"
    assert listed(["a"]) == '"a"'
    assert listed(["a", "b"]) == '"a" and "b"'


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([], []),
        ([float("nan")], ["missing"]),
        ([0.0, 0.0], ["0", "0"]),
        ([1.25, 10], ["1.25", "10.00"]),
        ([1.257, 10], ["1.26", "10.00"]),
        ([123456, 1.5], ["123,456", "2"]),
        ([3e-7, 1e-7], ["3e-07", "1e-07"]),
    ],
)
def test_numbers_in_a_column_share_their_decimals(values, words):
    assert numbers_in_column(values) == words
