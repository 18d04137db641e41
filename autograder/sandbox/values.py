"""Values that cross between the learner and the checker, as data and never as objects.

The learner's process may be hostile, so that `decode` is the boundary: whatever it is given, it
returns values of a fixed list of kinds or raises `ValueRefused`. No class is ever chosen by the
learner, nothing is unpickled, and nothing is reserved that did not arrive. Hence a check can
compare, print and compute with what it gets as if its author had written it.

============================  ==================================================================
Python's own                  `builtin_values`: as they are; subclasses as the value they hold
numpy                         `arrays`: numbers and arrays
pandas                        `tables`: frames, series, indexes, by column
matplotlib, and `qi_tools`    `records`: by the fields of a fixed list of frozen dataclasses;
                              figures and axes as the views of `charts`
functions, other objects      as a `Handle`: they stay with the learner, and can be asked
============================  ==================================================================
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from autograder.sandbox import arrays, builtin_values, charts, records, tables
from autograder.sandbox.wire import Handle, Read, Reader, ValueRefused, Write, Writer

__all__ = ["Handle", "ValueRefused", "decode", "encode"]

# A value of a library can only be there once its library is.
_LIBRARIES: Mapping[str, Callable[[], Mapping[type, Write]]] = MappingProxyType(
    {
        "pandas": tables.writers,
        "matplotlib.figure": charts.writers,
        **records.writers(),
    }
)
_READ: Mapping[str, Read] = MappingProxyType(
    {**builtin_values.READ, **arrays.READ, **tables.READ, **records.READ}
)


def encode(value: object, keep: Callable[[object], int]) -> Any:
    """Return a value in the form that crosses: what JSON can hold.

    Parameters
    ----------
    value : object
        Any value.
    keep : callable
        Keeps a function or an object that can't cross and returns its number; raises
        `ValueRefused` where none may be kept.

    Raises
    ------
    ValueRefused
        If it can't cross.

    Examples
    --------
    >>> encode({"wait": (1, 2.5)}, keep=id)
    ['dict', ['wait'], [['tuple', [1, 2.5]]]]
    """
    try:
        return Writer(keep, _ways()).write(value)
    except ValueRefused:
        raise
    except Exception as error:  # a learner's own class may do anything when it is looked at
        raise ValueRefused(f"it could not be read ({type(error).__name__})") from error


def decode(plain: object, reach: Callable[[Handle], object]) -> Any:
    """Return the value that has crossed.

    Parameters
    ----------
    plain : object
        What JSON gave; anything at all.
    reach : callable
        Gives what stands for a function or an object of the other side.

    Raises
    ------
    ValueRefused
        If it is nothing that `encode` makes. Nothing else is ever raised.

    Examples
    --------
    >>> decode(['dict', ['wait'], [['tuple', [1, 2.5]]]], reach=print)
    {'wait': (1, 2.5)}
    """
    try:
        return Reader(reach, _READ).read(plain)
    except ValueRefused:
        raise
    except Exception as error:  # numpy, pandas and datetime say in many ways that parts don't fit
        raise ValueRefused("it did not arrive in one piece") from error


_found: dict[type, Write] = {**builtin_values.WRITE, **arrays.WRITE}
_looked_in: set[str] = set()


def _ways() -> Mapping[type, Write]:
    """Give how each kind is written, of all libraries that are loaded by now."""
    for name, ways in _LIBRARIES.items():
        if name not in _looked_in and name in sys.modules:
            _found.update(ways())
            _looked_in.add(name)
    return _found
