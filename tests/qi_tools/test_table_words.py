from datetime import date, datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools.table_words import columns_in_words


@pytest.mark.parametrize(
    ("values", "cells", "numeric"),
    [
        ([1234.5, float("nan")], ("1,234.5", "missing"), True),
        ([1, 20], ("1", "20"), True),
        ([None, None], ("missing", "missing"), True),
        (pd.array([3, None], dtype="Int64"), ("3", "missing"), True),
        ([True, False], ("yes", "no"), False),
        (pd.array([True, None], dtype="boolean"), ("yes", "missing"), False),
        (["", None, "run"], ("", "missing", "run"), False),
        ([datetime(2025, 1, 1), datetime(2025, 2, 1)], ("January 2025", "February 2025"), False),
        ([date(2025, 1, 1), date(2025, 1, 8)], ("1 January 2025", "8 January 2025"), False),
        ([datetime(2025, 1, 1), None], ("January 2025", "missing"), False),
        ([date(2025, 1, 1), "soon"], ("2025-01-01", "soon"), False),
        ([], (), True),
    ],
)
def test_cells(values, cells, numeric):
    (column,) = columns_in_words(pd.DataFrame({"a": values}))
    assert column.cells == cells
    assert column.numeric is numeric


@pytest.mark.parametrize(
    ("name", "heading"),
    [("in_signal", "In signal"), ("A&E", "A&E"), ("", ""), (2025, "2025"), ("éclair", "Éclair")],
)
def test_headings(name, heading):
    (column,) = columns_in_words(pd.DataFrame({name: [1]}))
    assert column.heading == heading


def test_two_columns_of_one_name_are_two():
    table = pd.DataFrame([[1, "a"]], columns=["n", "n"])
    assert [column.cells for column in columns_in_words(table)] == [("1",), ("a",)]


def test_the_table_is_not_changed():
    table = pd.DataFrame({"value": [1.0, None], "name": ["a", None]})
    before = table.copy(deep=True)
    columns_in_words(table)
    pd.testing.assert_frame_equal(table, before)


@given(st.lists(st.floats() | st.none() | st.integers() | st.text(max_size=3) | st.booleans()))
def test_every_row_has_its_cell(values):
    (column,) = columns_in_words(pd.DataFrame({"a": pd.Series(values, dtype=object)}))
    assert len(column.cells) == len(values)
    assert all(
        cell == "missing"
        for cell, value in zip(column.cells, values, strict=True)
        if value is None or value != value  # not a number is not itself
    )
