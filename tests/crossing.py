"""Values that cross, sent there and back; and what may come out on the other side."""

from __future__ import annotations

import dataclasses
import json
import math
from collections import namedtuple
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import qi_tools
from autograder.sandbox import values
from autograder.sandbox.builtin_values import Record
from autograder.sandbox.records import RECORDS, _class_called
from autograder.sandbox.values import Handle, ValueRefused

Limits = namedtuple("Limits", "lower upper count")


class Kept:
    """What was kept behind, by number."""

    def __init__(self) -> None:
        self.objects: list[object] = []

    def __call__(self, value: object) -> int:
        self.objects.append(value)
        return len(self.objects)


def refuse(value: object) -> int:
    raise ValueRefused(f"it would have kept a {type(value).__name__}")


def sent(value: object, keep: Any = refuse) -> Any:
    """Return the value as it lies on the wire."""
    return json.loads(json.dumps(values.encode(value, keep)))


def crossed(value: object) -> Any:
    """Send a value there and back; a handle comes back as it is."""
    return values.decode(sent(value, Kept()), lambda handle: handle)


def same(left: Any, right: Any) -> bool:
    """Say whether two values are of the same kinds and equal, not a number included."""
    if type(left) is not type(right):
        return False
    if left is pd.NA or left is pd.NaT:
        return left is right
    match left:
        case float():
            alike = left == right and math.copysign(1, left) == math.copysign(1, right)
            return alike or (math.isnan(left) and math.isnan(right))
        case Decimal():
            return str(left) == str(right)
        case complex():
            return same(left.real, right.real) and same(left.imag, right.imag)
        case list() | tuple():
            return len(left) == len(right) and all(map(same, left, right))
        case dict():
            return same(list(left), list(right)) and same(list(left.values()), list(right.values()))
        case datetime() | time():
            return left == right and left.fold == right.fold and same(left.tzinfo, right.tzinfo)
        case np.ndarray() if left.dtype.kind == "O":
            return left.shape == right.shape and same(left.ravel().tolist(), right.ravel().tolist())
        case np.ndarray() | np.generic():
            alike = left.dtype == right.dtype and left.shape == right.shape
            return alike and left.tobytes() == right.tobytes()
        case pd.DataFrame():
            pd.testing.assert_frame_equal(left, right)
            return True
        case pd.Series():
            pd.testing.assert_series_equal(left, right)
            return True
        case pd.Index():
            pd.testing.assert_index_equal(left, right, exact=True)
            return getattr(left, "freq", None) == getattr(right, "freq", None)
        case pd.api.extensions.ExtensionArray():
            pd.testing.assert_extension_array_equal(left, right)
            return True
        case _ if dataclasses.is_dataclass(left):
            return all(
                same(getattr(left, field.name), getattr(right, field.name))
                for field in dataclasses.fields(left)
            )
    return bool(left == right)


_PLAIN = (
    {bool, int, float, complex, str, bytes, range, date, datetime, time, timedelta}
    | {type(None), timezone, ZoneInfo, Decimal, Fraction, type(PurePath()), np.dtype, Handle}
    | {pd.Timestamp, pd.Timedelta, pd.Period, type(pd.NaT), type(pd.NA)}
)
_RECORDS = {_class_called(name) for names in RECORDS.values() for name in names}
_COLUMNS = (
    pd.arrays.BooleanArray,
    pd.arrays.DatetimeArray,
    pd.arrays.FloatingArray,
    pd.arrays.IntegerArray,
    pd.arrays.NumpyExtensionArray,
    pd.arrays.PeriodArray,
    pd.arrays.TimedeltaArray,
    type(pd.array(["a"], dtype=pd.StringDtype("python", na_value=np.nan))),
    type(pd.array(["a"], dtype=pd.StringDtype("python", na_value=pd.NA))),
)
_INDEXES = (pd.Index, pd.DatetimeIndex, pd.TimedeltaIndex, pd.PeriodIndex)


def strangers(value: Any) -> Iterator[type]:
    """Walk through all parts of a value, and give each kind that is in no list."""
    kind = type(value)
    if kind in _PLAIN or (issubclass(kind, np.generic) and kind.__module__ == "numpy"):
        return
    if kind in (list, tuple, set, frozenset, Record):
        parts = list(value)
    elif kind is dict:
        parts = [*value, *value.values()]
    elif kind is slice:
        parts = [value.start, value.stop, value.step]
    elif kind is np.ndarray:
        parts = value.ravel().tolist() if value.dtype.kind == "O" else []
    elif kind is pd.DataFrame:
        parts = [value.columns, value.index, *(column.array for _, column in value.items())]
    elif kind is pd.Series:
        parts = [value.array, value.index, value.name]
    elif kind is pd.RangeIndex:
        parts = [value.start, value.stop, value.step, value.name]
    elif kind is pd.MultiIndex:
        parts = [*value.levels, *value.names]
    elif kind in (pd.Interval, pd.IntervalIndex, pd.arrays.IntervalArray):
        parts = [value.left, value.right]
    elif kind in (pd.Categorical, pd.CategoricalIndex):
        parts = [value.categories]
    elif kind in _INDEXES:
        parts = [value.array, value.name]
    elif kind in _COLUMNS:
        parts = value.to_numpy().tolist() if value.dtype.kind == "O" else []
    elif kind in _RECORDS:
        parts = [getattr(value, field.name) for field in dataclasses.fields(value)]
    elif kind.__qualname__ == "Kind" and kind.__module__ == "qi_tools.spc.kinds":
        return
    else:
        yield kind
        return
    for part in parts:
        yield from strangers(part)


def a_measure() -> qi_tools.Measure:
    return qi_tools.Measure.from_columns(
        [41, 37, 52, 44, 30, 41, 36, 55, 44, 41, 39, 43, 46],
        [*(f"2025-{month:02}" for month in range(1, 13)), "2026-01"],
        denominators=[310, 295, 340, 322, 300, 301, 302, 303, 304, 305, 306, 307, 308],
        unit="%",
        name="Missed appointments",
        source="simulated",
        better="lower",
        simulated=True,
    ).aim(10)


def a_frame() -> pd.DataFrame:
    """A table with a column of each kind."""
    return pd.DataFrame(
        {
            "whole": [1, 2, 3],
            "number": [1.0, np.nan, -0.0],
            "words": ["x", None, "z"],
            "day": pd.to_datetime(["2026-01-01", "2026-02-01", None]),
            "class": pd.Categorical(["u", "v", "u"], ["v", "u"], ordered=True),
            "band": pd.cut([1, 5, 9], [0, 4, 10]),
            "counted": pd.array([1, None, 3], dtype="Int64"),
            "tiny": pd.array([1, None, 3], dtype="UInt8"),
            "measured": pd.array([1.5, None, 2], dtype="Float64"),
            "flag": [True, False, True],
            "answer": pd.array([True, None, False], dtype="boolean"),
            "moment": pd.to_datetime(["2026-01-01"] * 3, utc=True),
            "in London": pd.to_datetime(["2026-07-01"] * 3).tz_localize("Europe/London"),
            "month": pd.period_range("2026-01", periods=3, freq="M"),
            "wait": pd.to_timedelta([1, 2, 3], "h"),
            "string": pd.array(["a", None, "c"], dtype="string"),
            "object": [[1], {"a": (2,)}, None],
        }
    )


def a_figure() -> Figure:
    """A figure with something of each kind on it."""
    figure = Figure()
    figure.suptitle("All wards")
    (lines, bars), (points, more) = figure.subplots(2, 2)
    lines.set_title("Falls each month")
    lines.set_title("Simulated", loc="left")
    lines.set_xlabel("Month")
    lines.set_ylabel("Falls")
    lines.plot([1, 2, 3], [3.0, np.nan, 5.0], "o--", color="#005eb8", label="Falls")
    lines.axhline(4, color="grey", label="Mean")
    lines.legend(title="Key")
    lines.set_yscale("log")
    lines.text(1, 2, "new form")
    bars.bar(["a", "b"], [1, 2], label="Wards")
    bars.hist([1, 2, 2, 3], bins=3)
    points.scatter([1, 2], np.ma.masked_greater([3, 99], 9), label="Patients")
    points.hlines([1, 2], 0, 3, colors="green")
    points.fill_between([1, 2], [2, 3], label="Limits")
    more.plot(pd.to_datetime(["2026-01-01", "2026-02-01"]), [1, 2])
    more.axvspan(20454, 20460)
    more.pie([1, 2])
    return figure


def results() -> dict[str, object]:
    """What the functions of `qi_tools` return."""
    measure = a_measure()
    subgroups = qi_tools.Measure.from_subgroups(
        [1, 3, 10, 14, 3, 4], [1, 1, 2, 2, 3, 3], name="Turnaround time"
    )
    shifted = qi_tools.Measure.from_columns([5, 6, 5, 4] * 5 + [9, 10, 8, 9] * 4, name="Shifted")
    individuals = qi_tools.control_chart(measure, "i", rules=qi_tools.NELSON)
    run = qi_tools.run_chart(measure, rules=qi_tools.PERLA)
    return {
        "measure": measure.annotate("2025-03-01", "New form").exclude("2025-05-01", "Strike"),
        "rephased": qi_tools.control_chart(measure.rephase("2025-08-01", "Moved"), "p"),
        "p": qi_tools.control_chart(measure, "p", rules=qi_tools.MAKING_DATA_COUNT),
        "i": individuals,
        "we": qi_tools.control_chart(measure, "i", rules=qi_tools.WESTERN_ELECTRIC),
        "run": run,
        "xbar": qi_tools.control_chart(subgroups, "xbar_s"),
        "plain": qi_tools.plain_run_chart(measure),
        "ewma": qi_tools.ewma_chart(measure),
        "cusum": qi_tools.cusum_chart(measure),
        "bernoulli": qi_tools.bernoulli_cusum(
            qi_tools.Measure.from_columns([0, 1, 0, 0, 1], denominators=[1] * 5, name="Harm")
        ),
        "funnel": qi_tools.funnel(["a", "b", "c"], [3, 5, 9], [100, 120, 90], data="proportions"),
        "pareto": qi_tools.pareto(["bed", "bed", "ward", "ward", "ward"]),
        "histogram": qi_tools.histogram([1, 2, 3, 4, 5, 6, 7.5]),
        "scatter": qi_tools.scatter([1, 2, 3, 4, 5, 6], [2, 4, 5, 4, 5, 7]),
        "suggestion": qi_tools.suggest_chart(measure),
        "rephasing": qi_tools.suggest_rephase(shifted),
        "summary": qi_tools.summary([individuals, run]),
        "multiples": qi_tools.small_multiples([individuals, run]),
        "odds": qi_tools.rule_odds(qi_tools.ANHOEJ, 20),
        "signals": individuals.signals,
        "rules": qi_tools.PERLA,
    }


@cache
def some_of_each() -> tuple[object, ...]:
    """Values of every kind that crosses."""
    frame = a_frame()
    return (
        *(None, True, 5, -(10**400), -0.0, math.nan, -math.inf, 1 - 0j, "a\ud800\x00", b"\x00ab"),
        *([1, [2, "a"], {}], (), (1, (None,)), {1: [2], (1, "a"): 3.0, None: 4}, {1, "a"}),
        *(frozenset((1, 2)), range(3, 10**12, 2), slice(1, None), {"a": range(2)}),
        *(date(2026, 1, 1), datetime(2026, 1, 1, 12, 30, 1, 5), datetime(2026, 1, 1, tzinfo=UTC)),
        datetime(2026, 10, 25, 1, 30, fold=1, tzinfo=ZoneInfo("Europe/London")),
        time(1, 2, tzinfo=timezone(timedelta(hours=-1), "here")),
        *(timedelta(-1, 3, 9), Decimal("-1.50"), Decimal("NaN"), Fraction(-1, 3)),
        *(PurePath("ward", "a.csv"), PurePath("C:/x")),
        *(np.float64(3), np.float32(3), np.int8(-3), np.bool_(True), np.str_(""), np.str_("é")),
        *(np.bytes_(b"a"), np.complex64(1j), np.datetime64("2026-01"), np.timedelta64(3, "D")),
        *(np.arange(6).reshape(2, 3), np.array(2.5), np.empty((0, 5)), np.array(["a", "bé"])),
        *(np.arange(4, dtype=">i4"), np.array([True, False]), np.array(["2026-01"], "M8[M]")),
        *(np.array([b"a"]), np.array([[1, None], ["a", (1,)]], dtype=object)),
        *(frame, frame.iloc[:0], frame.set_index(["whole", "words"]), frame.T, pd.DataFrame()),
        pd.DataFrame([[1, 2.5]], columns=["twice", "twice"], index=["a"]),
        *(frame["words"], frame["number"].describe(), frame.groupby("words")["whole"].sum()),
        *(pd.crosstab(frame["words"], frame["flag"]), frame.index, frame.columns),
        *(frame["band"].cat.categories, pd.Index([1.5, 2], name=("a", 1)), pd.Index([None, 1])),
        *(pd.date_range("2026-01-01", periods=3, freq="MS"), pd.timedelta_range("1h", periods=3)),
        pd.date_range("2026-01-01", periods=3, freq="W-SUN", tz="Europe/London"),
        *(pd.CategoricalIndex(["a", "b"]), pd.period_range("2026Q1", periods=2, freq="Q")),
        *(frame[name].array for name in frame.columns),
        *(pd.Timestamp("2026-01-01 12:00", tz="Europe/London"), pd.Timestamp("2026"), pd.NaT),
        *(pd.NA, pd.Timedelta("1h"), pd.Period("2026-01"), pd.Interval(1, 2.5, closed="both")),
        *results().values(),
    )
