"""How the values of Python's own kinds cross.

Values of a subclass cross as the plain value that they hold. They are read with the methods of the
base class, never with their own: a `float` whose `__float__` tells a lie gives what it holds. A
hostile learner can write anything, so this is for honest answers; what counts is the reading.
"""

from __future__ import annotations

import keyword
import re
import zoneinfo
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePath
from types import MappingProxyType, ModuleType
from typing import Any

from autograder.sandbox.wire import (
    LARGEST,
    Read,
    Reader,
    ValueRefused,
    Write,
    Writer,
    damaged,
    exact_text,
    from_bytes,
    text,
    to_bytes,
    whole,
)

#: A decimal number may not be longer, nor its exponent larger: 1E+999999999 is a few bytes, and
#: comparing it with a fraction would write it out.
LONGEST_DECIMAL, LARGEST_EXPONENT = 4000, 6000
# Held before any file is looked for, though zoneinfo refuses paths that lead elsewhere as well.
_ZONE = re.compile(r"[A-Za-z0-9_+\-]{1,40}(/[A-Za-z0-9_+\-]{1,40}){0,3}")


class Record(tuple[Any, ...]):
    """A tuple whose parts have names: what a named tuple is once it has crossed.

    Examples
    --------
    >>> limits = Record(("lower", "upper"), (1, 2))
    >>> limits.upper, limits == (1, 2)
    (2, True)
    """

    _fields: tuple[str, ...]

    def __new__(cls, names: tuple[str, ...], parts: tuple[Any, ...]) -> Record:
        """Make one."""
        self = super().__new__(cls, parts)
        # The names go into the instance, where they come before methods such as `count`.
        vars(self).update(zip(names, parts, strict=True))
        vars(self)["_fields"] = names
        return self

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a record can't be changed")

    def __repr__(self) -> str:
        parts = ", ".join(f"{name}={part!r}" for name, part in zip(self._fields, self, strict=True))
        return f"Record({parts})"

    def _asdict(self) -> dict[str, Any]:
        """Return the parts by name, as a named tuple does."""
        return dict(zip(self._fields, self, strict=True))


def write_zone(zone: tzinfo | None) -> list[Any] | None:
    """Write a time zone."""
    if zone is None:
        return None
    if isinstance(zone, zoneinfo.ZoneInfo) and zone.key is not None:
        return ["zone", zone.key]
    if type(zone) is timezone:
        offset = zone.utcoffset(None)
        name = zone.tzname(None)
        named = name != timezone(offset).tzname(None)
        return ["offset", offset // timedelta(microseconds=1), name if named else None]
    raise ValueRefused(f"it has a time zone of the kind {type(zone).__name__}; use zoneinfo")


def read_zone(plain: object) -> tzinfo | None:
    """Read a time zone."""
    match plain:
        case None:
            return None
        case ["zone", str(key)] if _ZONE.fullmatch(key):
            return zoneinfo.ZoneInfo(key)
        case ["offset", microseconds, name]:
            day = 24 * 60 * 60 * 10**6
            offset = timedelta(microseconds=whole(microseconds, -day, day))
            if name is not None:
                return timezone(offset, text(name, 100))
            return timezone(offset) if offset else UTC
    damaged()


def _write_module(writer: Writer, value: ModuleType) -> list[Any]:
    raise ValueRefused(f"`{value.__name__}` is a module: the check must import it itself")


def _write_tuple(writer: Writer, value: tuple[Any, ...]) -> list[Any]:
    parts = writer.items(tuple(tuple.__iter__(value)))
    names = value._fields if isinstance(value, Record) else getattr(type(value), "_fields", None)
    if isinstance(names, tuple) and len(names) == len(parts):
        return ["record", [exact_text(name) for name in names], parts]
    return ["tuple", parts]


def _write_dict(writer: Writer, value: Mapping[Any, Any]) -> list[Any]:
    pairs = dict(dict.items(value)) if isinstance(value, dict) else dict(value)
    with writer.sealed():
        keys = writer.items(list(pairs))
    return ["dict", keys, writer.items(list(pairs.values()))]


def _write_set(writer: Writer, value: set[Any] | frozenset[Any]) -> list[Any]:
    base: Any = set if isinstance(value, set) else frozenset
    with writer.sealed():
        return [base.__name__, writer.items(list(base.__iter__(value)))]


def _write_slice(writer: Writer, value: slice) -> list[Any]:
    with writer.sealed():
        return ["slice", writer.items([value.start, value.stop, value.step])]


def _write_date(writer: Writer, value: date) -> list[Any]:
    return ["date", date.toordinal(value)]


def _write_datetime(writer: Writer, value: datetime) -> list[Any]:
    parts = ("year", "month", "day", *_CLOCK)
    return ["datetime", *(_part(datetime, each, value) for each in parts), write_zone(value.tzinfo)]


def _write_time(writer: Writer, value: time) -> list[Any]:
    return ["time", *(_part(time, each, value) for each in _CLOCK), write_zone(value.tzinfo)]


_CLOCK = ("hour", "minute", "second", "microsecond", "fold")


def _part(base: Any, name: str, value: object) -> int:
    return int(getattr(base, name).__get__(value))


def _write_decimal(writer: Writer, value: Decimal) -> list[Any]:
    digits = Decimal.__str__(value)
    _check_decimal(digits)
    return ["decimal", digits]


def _check_decimal(digits: str) -> Decimal:
    value = Decimal(digits) if len(digits) <= LONGEST_DECIMAL else None
    if value is None or (value.is_finite() and abs(value.adjusted()) > LARGEST_EXPONENT):
        raise ValueRefused("it is a decimal number that is too long, too large or too small")
    return value


WRITE: Mapping[type, Write] = MappingProxyType(
    {
        int: lambda writer, value: writer.write(int.__int__(value)),
        float: lambda writer, value: writer.write(float.__float__(value)),
        str: lambda writer, value: writer.write(exact_text(value)),
        complex: lambda writer, value: [
            "complex",
            _COMPLEX_PARTS[0].__get__(value),
            _COMPLEX_PARTS[1].__get__(value),
        ],
        bytes: lambda writer, value: ["bytes", from_bytes(bytes.__getitem__(value, slice(None)))],
        list: lambda writer, value: ["list", writer.items(list(list.__iter__(value)))],
        tuple: _write_tuple,
        dict: _write_dict,
        MappingProxyType: _write_dict,
        set: _write_set,
        frozenset: _write_set,
        range: lambda writer, value: [
            "range",
            writer.items([value.start, value.stop, value.step]),
        ],
        slice: _write_slice,
        date: _write_date,
        datetime: _write_datetime,
        time: _write_time,
        timedelta: lambda writer, value: [
            "timedelta",
            *(_part(timedelta, each, value) for each in ("days", "seconds", "microseconds")),
        ],
        Decimal: _write_decimal,
        Fraction: lambda writer, value: [
            "fraction",
            writer.write(value.numerator),
            writer.write(value.denominator),
        ],
        PurePath: lambda writer, value: ["path", writer.write(PurePath.__str__(value))],
        ModuleType: _write_module,
    }
)
_COMPLEX_PARTS: Any = (complex.real, complex.imag)


def _read_complex(reader: Reader, real: object, imaginary: object) -> complex:
    if not isinstance(real, float) or not isinstance(imaginary, float):
        damaged()
    return complex(real, imaginary)


def _read_record(reader: Reader, names: object, parts: object) -> Record:
    if not isinstance(names, list):
        damaged()
    for name in names:
        # A name with two underscores could stand for something that Python itself asks for.
        if not text(name, 100).isidentifier() or name.startswith("__") or keyword.iskeyword(name):
            damaged()
    if len(set(names)) != len(names):
        damaged()
    return Record(tuple(names), tuple(reader.items(parts)))


def _read_dict(reader: Reader, keys: object, values: object) -> dict[Any, Any]:
    with reader.sealed():
        names = reader.items(keys)
    pairs = dict(zip(names, reader.items(values), strict=True))
    if len(pairs) != len(names):
        damaged()
    return pairs


def _read_set(reader: Reader, items: object) -> set[Any]:
    with reader.sealed():
        parts = reader.items(items)
    if len(unique := set(parts)) != len(parts):
        damaged()
    return unique


def _read_slice(reader: Reader, parts: object) -> slice:
    with reader.sealed():
        start, stop, step = reader.items(parts)
    return slice(start, stop, step)


def _read_range(reader: Reader, parts: object) -> range:
    start, stop, step = (whole(each, -LARGEST, LARGEST) for each in reader.items(parts))
    return range(start, stop, step)


def _read_datetime(reader: Reader, *parts: object) -> datetime:
    *moment, fold, zone = parts
    numbers = [whole(each, 0, 10**6) for each in moment]
    year, month, day, hour, minute, second, microsecond = numbers
    return datetime(
        year, month, day, hour, minute, second, microsecond, read_zone(zone), fold=_fold(fold)
    )


def _read_time(reader: Reader, *parts: object) -> time:
    *moment, fold, zone = parts
    hour, minute, second, microsecond = (whole(each, 0, 10**6) for each in moment)
    return time(hour, minute, second, microsecond, read_zone(zone), fold=_fold(fold))


def _fold(plain: object) -> int:
    return whole(plain, 0, 1)


def _read_timedelta(reader: Reader, *parts: object) -> timedelta:
    days, seconds, microseconds = (whole(each, -(10**9), 10**9) for each in parts)
    return timedelta(days, seconds, microseconds)


def _read_decimal(reader: Reader, digits: object) -> Decimal:
    return _check_decimal(text(digits, LONGEST_DECIMAL))


def _read_fraction(reader: Reader, numerator: object, denominator: object) -> Fraction:
    return Fraction(
        whole(numerator, -LARGEST, LARGEST),
        whole(denominator, 1, LARGEST),
    )


def _read_path(reader: Reader, path: object) -> PurePath:
    # A pure path: it equals the real one, and can't touch the files of the checker.
    return PurePath(text(path, 4096))


READ: Mapping[str, Read] = MappingProxyType(
    {
        "complex": _read_complex,
        "bytes": lambda reader, data: to_bytes(data),
        "list": lambda reader, items: reader.items(items),
        "tuple": lambda reader, items: tuple(reader.items(items)),
        "record": _read_record,
        "dict": _read_dict,
        "set": _read_set,
        "frozenset": lambda reader, items: frozenset(_read_set(reader, items)),
        "range": _read_range,
        "slice": _read_slice,
        "date": lambda reader, day: date.fromordinal(whole(day, 1, date.max.toordinal())),
        "datetime": _read_datetime,
        "time": _read_time,
        "timedelta": _read_timedelta,
        "decimal": _read_decimal,
        "fraction": _read_fraction,
        "path": _read_path,
    }
)
