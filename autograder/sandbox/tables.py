"""How pandas' frames, series and indexes cross: column by column, with their kinds and names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.sandbox.builtin_values import read_zone, write_zone
from autograder.sandbox.wire import (
    MOST_PARTS,
    Read,
    Reader,
    ValueRefused,
    Write,
    Writer,
    choice,
    damaged,
    exact_text,
    flag,
    text,
    whole,
)

if TYPE_CHECKING:
    import pandas as pd

MOST_COLUMNS = 10_000

_UNITS = ("s", "ms", "us", "ns")
_CLOSED = ("left", "right", "both", "neither")
_MASKED = re.compile(r"U?Int(8|16|32|64)|Float(32|64)|boolean")
# A step between dates such as "D", "2h" or "W-SUN".
_STEP = re.compile(r"-?[0-9]{0,6}[A-Za-z]{1,5}(-[A-Z]{3}){0,2}")
_MOMENT = 2**63


def writers() -> Mapping[type, Write]:
    """Give how each kind is written; only where pandas is loaded can there be any value of it."""
    import pandas as pd

    return {
        pd.DataFrame: _write_frame,
        pd.Series: _write_series,
        pd.Index: _write_index,
        pd.RangeIndex: _write_range,
        pd.MultiIndex: _write_levels,
        pd.api.extensions.ExtensionArray: _write_column,
        pd.Timestamp: _write_timestamp,
        pd.Timedelta: lambda writer, value: ["duration", value._value, value.unit],
        pd.Period: lambda writer, value: ["period", value.ordinal, _step_of(value)],
        pd.Interval: _write_interval,
        type(pd.NaT): lambda writer, value: ["missing", "NaT"],
        type(pd.NA): lambda writer, value: ["missing", "NA"],
    }


def _write_frame(writer: Writer, value: pd.DataFrame) -> list[Any]:
    import pandas as pd

    frame = pd.DataFrame(value)  # a subclass crosses as what it holds
    _check_width(len(frame.columns))
    return [
        "frame",
        writer.write(frame.columns),
        writer.write(frame.index),
        [_column_of(writer, column) for _, column in frame.items()],
    ]


def _check_width(columns: int) -> None:
    # Each column takes pandas a while, however short it is.
    if columns > MOST_COLUMNS:
        raise ValueRefused(f"it has more than {MOST_COLUMNS:,} columns")


def _write_series(writer: Writer, value: pd.Series) -> list[Any]:
    import pandas as pd

    series = pd.Series(value)
    return [
        "series",
        _column_of(writer, series),
        writer.write(series.index),
        _name(writer, series.name),
    ]


def _write_index(writer: Writer, value: pd.Index) -> list[Any]:
    freq = getattr(value, "freq", None) if value.dtype.kind in "mM" else None
    return ["index", _column_of(writer, value), _name(writer, value.name), _step_of(value, freq)]


def _write_range(writer: Writer, value: pd.RangeIndex) -> list[Any]:
    return ["range_index", value.start, value.stop, value.step, _name(writer, value.name)]


def _write_levels(writer: Writer, value: pd.MultiIndex) -> list[Any]:
    return [
        "multi_index",
        writer.items(list(value.levels)),
        writer.items([np.asarray(codes) for codes in value.codes]),
        [_name(writer, name) for name in value.names],
    ]


def _name(writer: Writer, name: object) -> Any:
    with writer.sealed():
        return writer.write(name)


def _column_of(writer: Writer, values: pd.Series | pd.Index) -> Any:
    if isinstance(values.dtype, np.dtype):
        return writer.write(values.to_numpy())
    return writer.write(values.array)


def _write_column(writer: Writer, value: Any) -> list[Any]:
    import pandas as pd

    match dtype := value.dtype:
        case pd.StringDtype():
            words = value.to_numpy(dtype=object, na_value=None).tolist()
            marker = "NA" if dtype.na_value is pd.NA else "nan"
            return ["strings", dtype.storage, marker, writer.items(words)]
        case pd.CategoricalDtype():
            return [
                "categories",
                writer.write(np.asarray(value.codes)),
                writer.write(value.categories),
                bool(value.ordered),
            ]
        case pd.DatetimeTZDtype():
            numbers = writer.write(value.tz_convert(None).to_numpy())
            return ["zoned", numbers, write_zone(dtype.tz)]
        case pd.PeriodDtype():
            return ["periods", writer.write(np.asarray(value.asi8)), _step_of(value)]
        case pd.IntervalDtype():
            return [
                "intervals",
                writer.write(value.left),
                writer.write(value.right),
                value.closed,
            ]
    # After the texts: pandas makes their column a kind of the first of these.
    if isinstance(value, pd.arrays.NumpyExtensionArray):
        return ["plain_column", writer.write(value.to_numpy())]
    if isinstance(value, pd.arrays.DatetimeArray | pd.arrays.TimedeltaArray):
        return ["times", writer.write(value.to_numpy())]
    if _MASKED.fullmatch(str(dtype)) and hasattr(value, "_mask"):
        return ["masked", str(dtype), writer.write(value._data), writer.write(value._mask)]
    raise ValueRefused(
        f"it has a column of the kind {dtype}, which can't be checked; change it with `astype`"
    )


def _step_of(value: Any, freq: object = True) -> str | None:
    """Give the name of the step between dates."""
    if freq is None:
        return None
    step = exact_text(value.freqstr)
    if not _STEP.fullmatch(step):
        raise ValueRefused(f"its dates go in steps of {step}, which can't be checked")
    return step


def _write_timestamp(writer: Writer, value: pd.Timestamp) -> list[Any]:
    return ["timestamp", value._value, value.unit, write_zone(value.tzinfo)]


def _write_interval(writer: Writer, value: pd.Interval) -> list[Any]:
    with writer.sealed():
        return ["interval", writer.write(value.left), writer.write(value.right), value.closed]


def _read_frame(reader: Reader, columns: object, index: object, parts: object) -> pd.DataFrame:
    import pandas as pd

    names = reader.one(columns, pd.Index)
    rows = reader.one(index, pd.Index)
    if not isinstance(parts, list) or len(parts) != len(names):
        damaged()
    _check_width(len(parts))
    # By place and not by name: names may come twice.
    frame = pd.DataFrame(
        {place: _series(reader, part, rows, None) for place, part in enumerate(parts)}, index=rows
    )
    frame.columns = names
    return frame


def _read_series(reader: Reader, column: object, index: object, name: object) -> pd.Series:
    import pandas as pd

    return _series(reader, column, reader.one(index, pd.Index), _read_name(reader, name))


def _series(reader: Reader, column: object, index: pd.Index, name: Any) -> pd.Series:
    import pandas as pd

    values = _read_values(reader, column)
    # With its kind, or pandas would guess anew what a column of objects is.
    return pd.Series(values, index=index, dtype=values.dtype, name=name, copy=False)


def _read_values(reader: Reader, column: object) -> Any:
    """Read the values of one column: a plain array, or one of pandas' own."""
    import pandas as pd

    values = reader.read(column)
    plain = isinstance(values, np.ndarray) and values.ndim == 1 and values.dtype.kind in "biufcmMO"
    if not plain and not isinstance(values, pd.api.extensions.ExtensionArray):
        damaged()
    return values


def _read_name(reader: Reader, name: object) -> Any:
    with reader.sealed():
        value = reader.read(name)
    hash(value)
    return value


def _read_index(reader: Reader, column: object, name: object, freq: object) -> pd.Index:
    import pandas as pd

    values = _read_values(reader, column)
    index = pd.Index(values, dtype=values.dtype, name=_read_name(reader, name), copy=False)
    if freq is not None:
        if not isinstance(index, pd.DatetimeIndex | pd.TimedeltaIndex):
            damaged()
        index.freq = _step(freq)  # pandas checks that the dates really go in these steps
    return index


def _read_range(
    reader: Reader, start: object, stop: object, step: object, name: object
) -> pd.RangeIndex:
    import pandas as pd

    ends = [whole(each, -(2**62), 2**62) for each in (start, stop, step)]
    # It takes no room itself, but much of what pandas does with it would.
    if len(range(*ends)) > MOST_PARTS:
        raise ValueRefused(f"it has more than {MOST_PARTS:,} rows")
    return pd.RangeIndex(*ends, name=_read_name(reader, name))


def _read_levels(reader: Reader, levels: object, codes: object, names: object) -> pd.MultiIndex:
    import pandas as pd

    parts = reader.items(levels)
    places = reader.items(codes)
    if not isinstance(names, list) or not all(isinstance(each, pd.Index) for each in parts):
        damaged()
    if not all(isinstance(each, np.ndarray) and each.dtype.kind == "i" for each in places):
        damaged()
    return pd.MultiIndex(parts, places, names=[_read_name(reader, name) for name in names])


def _read_strings(reader: Reader, storage: object, marker: object, words: object) -> Any:
    import pandas as pd

    values = reader.items(words)
    if not all(value is None or type(value) is str for value in values):
        damaged()
    dtype = pd.StringDtype(
        choice(storage, "python", "pyarrow"),
        na_value=pd.NA if choice(marker, "NA", "nan") == "NA" else np.nan,
    )
    return pd.array(values, dtype=dtype)


def _read_categories(reader: Reader, codes: object, categories: object, ordered: object) -> Any:
    import pandas as pd

    places = reader.one(codes, np.ndarray)
    if places.dtype.kind != "i":
        damaged()
    names = reader.one(categories, pd.Index)
    return pd.Categorical.from_codes(places, names, ordered=flag(ordered))


def _read_zoned(reader: Reader, moments: object, zone: object) -> Any:
    import pandas as pd

    values = reader.one(moments, np.ndarray)
    if values.dtype.kind != "M":
        damaged()
    return pd.array(values).tz_localize("UTC").tz_convert(read_zone(zone))


def _read_periods(reader: Reader, ordinals: object, freq: object) -> Any:
    import pandas as pd

    values = reader.one(ordinals, np.ndarray)
    if values.dtype.str[1:] != "i8":
        damaged()
    return pd.PeriodIndex.from_ordinals(values, freq=_step(freq)).array


def _read_intervals(reader: Reader, left: object, right: object, closed: object) -> Any:
    import pandas as pd

    ends = (reader.one(left, pd.Index), reader.one(right, pd.Index))
    return pd.arrays.IntervalArray.from_arrays(*ends, closed=choice(closed, *_CLOSED))


def _read_masked(reader: Reader, kind: object, data: object, mask: object) -> Any:
    import pandas as pd

    if not _MASKED.fullmatch(name := text(kind, 10)):
        damaged()
    values, missing = reader.one(data, np.ndarray), reader.one(mask, np.ndarray)
    if name == "boolean":
        return pd.arrays.BooleanArray(values, missing)
    made = (pd.arrays.FloatingArray if name[0] == "F" else pd.arrays.IntegerArray)(values, missing)
    if str(made.dtype) != name:
        damaged()
    return made


def _step(plain: object) -> str:
    step = text(plain, 20)
    if not _STEP.fullmatch(step):
        damaged()
    return step


def _read_timestamp(reader: Reader, moment: object, unit: object, zone: object) -> Any:
    import pandas as pd

    value = pd.Timestamp(_scalar("M8", moment, unit))
    return value if zone is None else value.tz_localize("UTC").tz_convert(read_zone(zone))


def _read_duration(reader: Reader, moment: object, unit: object) -> Any:
    import pandas as pd

    return pd.Timedelta(_scalar("m8", moment, unit))


def _scalar(kind: str, moment: object, unit: object) -> Any:
    return np.array(_moment(moment)).astype(f"{kind}[{choice(unit, *_UNITS)}]")[()]


def _moment(plain: object) -> int:
    return whole(plain, 1 - _MOMENT, _MOMENT - 1)


def _read_period(reader: Reader, ordinal: object, freq: object) -> Any:
    import pandas as pd

    return pd.Period(ordinal=_moment(ordinal), freq=_step(freq))


def _read_interval(reader: Reader, left: object, right: object, closed: object) -> Any:
    import pandas as pd

    with reader.sealed():
        ends = (reader.read(left), reader.read(right))
    return pd.Interval(*ends, closed=choice(closed, *_CLOSED))


def _read_missing(reader: Reader, name: object) -> Any:
    import pandas as pd

    return {"NaT": pd.NaT, "NA": pd.NA}[choice(name, "NaT", "NA")]


def _read_times(reader: Reader, values: object) -> Any:
    import pandas as pd

    times = reader.one(values, np.ndarray)
    if times.dtype.kind not in "mM":
        damaged()
    return pd.array(times)


def _read_plain_column(reader: Reader, values: object) -> Any:
    import pandas as pd

    return pd.arrays.NumpyExtensionArray(reader.one(values, np.ndarray))


READ: Mapping[str, Read] = MappingProxyType(
    {
        "frame": _read_frame,
        "series": _read_series,
        "index": _read_index,
        "range_index": _read_range,
        "multi_index": _read_levels,
        "plain_column": _read_plain_column,
        "times": _read_times,
        "strings": _read_strings,
        "categories": _read_categories,
        "zoned": _read_zoned,
        "periods": _read_periods,
        "intervals": _read_intervals,
        "masked": _read_masked,
        "timestamp": _read_timestamp,
        "duration": _read_duration,
        "period": _read_period,
        "interval": _read_interval,
        "missing": _read_missing,
    }
)
