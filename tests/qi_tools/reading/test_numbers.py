from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools.reading.cells import Cell, is_missing, text_cell
from qi_tools.reading.numbers import read_numbers

nan = float("nan")


def read(*texts, **how):
    return read_numbers([text_cell(text) for text in texts], **how)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5.0),
        (" 5.50 ", 5.5),
        ("1,234", 1234.0),
        ("1,234,567.8", 1234567.8),
        ("1 234", 1234.0),
        ("1\u202f234\u00a0567", 1234567.0),
        ("1\u2009234.5", 1234.5),
        ("-3", -3.0),
        ("−3", -3.0),
        ("- 3", -3.0),
        ("+3", 3.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("£5", 5.0),
        ("£ 1,234.50", 1234.5),
        ("-£5", -5.0),
        ("£-5", -5.0),
        ("(12)", -12.0),
        ("(£1,200)", -1200.0),
        ("", nan),
        ("   ", nan),
        ("-", nan),
        ("–", nan),
        ("—", nan),
        ("n/a", nan),
        ("N/A", nan),
        ("#N/A", nan),
        ("..", nan),
        ("[x]", nan),
        ("No data", nan),
    ],
)
def test_one_reading(text, value):
    done = read(text)
    assert not done.faults
    assert done.values[0] == pytest.approx(value, nan_ok=True)
    assert done.known.tolist() == [not np.isnan(value)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("five", "is not a number"),
        ("1,23", "is not a number"),
        ("1,5", "is not a number"),
        ("0,123", "is not a number"),
        ("12,34,567", "is not a number"),
        ("1 23", "is not a number"),
        ("1 234,567", "is not a number"),
        ("0x10", "is not a number"),
        ("1_000", "is not a number"),
        ("$5", "is not a number"),
        ("£", "is not a number"),
        ("5,", "is not a number"),
        ("--5", "is not a number"),
        ("-£-5", "is not a number"),
        ("(-5)", "is not a number"),
        ("5%%", "is not a number"),
        ("7 min", "is not a number"),
        ("٣", "is not a number"),
        ("inf", "is not a number"),
        ("1e999", "is too large a number"),
        ("*", "a small number that was hidden"),
        ("<5", "a small number that was hidden"),
        ("≤ 5", "a small number that was hidden"),
        ("<=7", "a small number that was hidden"),
        ("less than 5", "a small number that was hidden"),
        ("[c]", "a small number that was hidden"),
        ("#DIV/0!", "a spreadsheet's error, a number over nothing"),
        ("#ref!", "a formula that lost its cell"),
        ("#VALUE!", "a formula that met text"),
        ("######", "widen the column"),
        ("1:30", "a time on the clock"),
        ("14:05:00", "a time on the clock"),
    ],
)
def test_not_a_number(text, reason):
    done = read(text)
    assert reason in done.faults[0]
    assert np.isnan(done.values[0])


def test_per_cent_signs():
    done = read("95%", "-", "90.5 %", "(5%)")
    assert done.percent
    assert done.values.tolist() == [95.0, pytest.approx(nan, nan_ok=True), 90.5, -5.0]
    assert not read("95", "90").percent
    assert read("95%", "0.9", "96%").faults == {1: "has no % sign, unlike other rows"}
    assert read("95", "90%", "96").faults == {1: "has a % sign, unlike other rows"}


def test_a_comma_where_it_may_be_a_decimal_point():
    done = read("1,234", "1,5", "1 234", comma_parts_thousands=False)
    assert done.faults == dict.fromkeys((0, 1), "is not a number; use a point, not a comma")
    assert done.values[2] == 1234


def test_what_a_workbook_holds_is_taken_as_it_is():
    shares = [Cell("95.3%", 95.3, percent=True), Cell("96%", 96.0, percent=True)]
    done = read_numbers([Cell("1 234 kg", 1234.25), *shares])
    assert done.values.tolist() == [1234.25, 95.3, 96]
    assert done.faults == {0: "has no % sign, unlike other rows"}
    done = read_numbers([Cell("01/02/2025", date(2025, 2, 1)), Cell("=…", fault="is no good")])
    assert done.faults == {
        0: "is a date, not a number; format the cell as a number",
        1: "is no good",
    }


STYLES = {
    "plain": lambda x: f"{x:.2f}",
    "commas": lambda x: f"{x:,.2f}",
    "spaces": lambda x: f"{x:,.2f}".replace(",", " "),
    "thin spaces": lambda x: f"{x:,.2f}".replace(",", "\u202f"),
    "pounds": lambda x: f"£{x:,.2f}" if x >= 0 else f"-£{-x:,.2f}",
    "accounts": lambda x: f"{x:,.2f}" if x >= 0 else f"({-x:,.2f})",
    "true minus": lambda x: f"{x:,.2f}".replace("-", "−"),
    "per cent": lambda x: f"{x:,.2f} %",
    "exponent": lambda x: f"{x!r}",
}


@pytest.mark.parametrize("style", STYLES)
@given(numbers=st.lists(st.integers(-(10**11), 10**11), min_size=1, max_size=5))
def test_numbers_written_in_every_style_read_back(style, numbers):
    values = [number / 100 for number in numbers]
    done = read(*map(STYLES[style], values))
    assert not done.faults
    assert done.values.tolist() == values
    assert done.percent == (style == "per cent")


@given(st.lists(st.text(max_size=12), max_size=5))
def test_any_text_is_a_number_missing_or_given_a_reason(texts):
    done = read(*texts)
    for place, text in enumerate(texts):
        missing = is_missing(text_cell(text).text)
        read_or_not = bool(done.known[place])
        assert read_or_not + missing + (place in done.faults) >= 1
        assert not (missing and (read_or_not or place in done.faults))
