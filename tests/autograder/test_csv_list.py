"""Lists from spreadsheets: every usual way to save one is read, and each fault has its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.csv_list import LARGEST_LIST, csv_rows
from course.errors import Fault


def read(data: bytes) -> tuple[list[tuple[int, dict[str, str]]], list[str]]:
    faults: list[Fault] = []
    rows = list(csv_rows(data, ("name", "age"), "person", faults))
    return rows, [str(fault) for fault in faults]


@pytest.mark.parametrize(
    "data",
    [
        b"name,age\nZo\xc3\xab,7\n",
        b"\xef\xbb\xbfname,age\r\nZo\xc3\xab,7\r\n",
        b"Name;Age\nZo\xeb;7\n",
        b"age\tother\tNAME\n7\tx\tZo\xc3\xab\n",
    ],
)
def test_every_usual_way_to_save_a_list_is_read(data: bytes) -> None:
    assert read(data) == ([(2, {"name": "Zoë", "age": "7"})], [])


def test_a_row_is_named_by_its_first_line() -> None:
    rows, faults = read(b'name,age\n"Ann\nBell",7\n\n,\nBob\n')
    assert rows == [(2, {"name": "Ann Bell", "age": "7"})]
    assert faults == ["line 6: has 1 cells and the header has 2"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "has no rows; give a header row and one row for each person"),
        (b"name,age\n", "has no rows"),
        (b"name\nAnn\n", "column age is missing;: must hold name, age"),
        (b"name,age,name\nAnn,7,Bob\n", "column name is there twice"),
        (b"\0\0", "is not a CSV text file"),
        (b"name,age\n" + b"x" * LARGEST_LIST, "split the list"),
    ],
)
def test_what_is_no_list_has_that_one_fault(data: bytes, words: str) -> None:
    rows, faults = read(data)
    assert rows == []
    assert len(faults) == 1
    assert words in faults[0]


@given(st.binary(max_size=200))
def test_no_bytes_break_it(data: bytes) -> None:
    rows, faults = read(data)
    assert rows or faults
