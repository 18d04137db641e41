from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools import Measure, run_chart
from qi_tools.data_file import save_csv
from qi_tools.errors import FileNotSaved


@dataclass(frozen=True)
class Result:
    table: pd.DataFrame


def read(path: Any) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture
def written(tmp_path):
    def write(columns: dict[Any, Any]) -> list[list[str]]:
        return read(save_csv(Result(pd.DataFrame(columns)), tmp_path / "data.csv"))

    return write


def test_a_spreadsheet_is_told_that_it_is_utf_8(tmp_path):
    path = save_csv(Result(pd.DataFrame({"name": ["Zoë"]})), tmp_path / "data.csv")
    assert path.read_bytes() == b"\xef\xbb\xbfname\r\nZo\xc3\xab\r\n"


def test_cells(written):
    table = {
        "date": [date(2025, 1, 31), None],
        "value": [0.1 + 0.2, float("nan")],
        "count": [-3.0, 1e22],
        "flag": [True, False],
        "name": ['a "b", c', None],
    }
    assert written(table) == [
        ["date", "value", "count", "flag", "name"],
        ["2025-01-31", "0.30000000000000004", "-3", "TRUE", 'a "b", c'],
        ["", "", "1e+22", "FALSE", ""],
    ]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+44", "-5", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\x00=1", "＝1", "-"],
)
def test_text_that_could_be_a_formula_is_made_harmless(written, text):
    (heading,), (cell,) = written({text: [text]})
    assert heading == cell == f"'{text}"


@pytest.mark.parametrize("text", ["Ward 5 - North", "a=b", "", "é@x", "'=1"])
def test_other_text_stays_as_it_is(written, text):
    assert written({"name": [text], "n": [-1]})[1] == [text, "-1"]


def test_a_chart_read_back_is_the_chart(tmp_path):
    wait = Measure.from_columns(
        [9.25, None, 1 / 3], ["2025-01-06", "2025-01-13", "2025-01-20"], name="Wait"
    )
    path = save_csv(run_chart(wait), tmp_path / "wait.csv")
    again = pd.read_csv(path, parse_dates=["date"])
    assert again["date"].tolist() == list(map(pd.Timestamp, wait.dates))
    assert again["value"].tolist()[::2] == [9.25, 1 / 3]
    assert math.isnan(again["value"][1])


@given(
    st.lists(
        st.tuples(
            st.floats(allow_nan=False),
            st.integers(),
            st.dates(),
            st.text(st.characters(codec="utf-8"), min_size=1),
        )
    )
)
def test_nothing_is_lost(tmp_path_factory, rows):
    table = pd.DataFrame(rows, columns=["x", "n", "day", "name"], dtype=object)
    path = save_csv(Result(table), tmp_path_factory.mktemp("csv") / "data.csv")
    _, *told = read(path)
    assert [float(x) for x, _, _, _ in told] == [x for x, _, _, _ in rows]
    assert [int(n) for _, n, _, _ in told] == [n for _, n, _, _ in rows]
    assert [date.fromisoformat(day) for _, _, day, _ in told] == [day for _, _, day, _ in rows]
    for (_, _, _, cell), (_, _, _, name) in zip(told, rows, strict=True):
        assert cell in (name, f"'{name}")
        assert not cell.startswith(("=", "+", "-", "@"))


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(FileNotSaved, match=r"must end in \.csv"):
        save_csv(Result(pd.DataFrame({"a": [1]})), tmp_path / "data.xlsx")
    assert list(tmp_path.iterdir()) == []
