"""How numpy's arrays and numbers cross: their kind, their shape, and their bytes."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.sandbox.wire import (
    MOST_PARTS,
    Read,
    Reader,
    ValueRefused,
    Write,
    Writer,
    damaged,
    from_bytes,
    text,
    to_bytes,
    whole,
)

# Nothing with fields, nothing that holds addresses, and nothing of zero bytes.
_DTYPE = re.compile(
    r"\|b1|\|[iu]1|[<>][iu][248]|[<>]f[248]|[<>]c(8|16)|\|S[1-9][0-9]{0,6}|[<>]U[1-9][0-9]{0,6}"
    r"|[<>][mM]8(\[(Y|M|W|D|h|m|s|ms|us|ns|ps|fs|as)\])?"
)
_MOST_AXES = 32


def _kind_of(array: np.ndarray[Any, Any] | np.generic) -> str:
    """Give the name of an array's kind, or refuse it."""
    name = array.dtype.str
    if not _DTYPE.fullmatch(name):
        raise ValueRefused(f"it holds numbers of the kind {array.dtype}, which can't be checked")
    return name


def _write_array(writer: Writer, value: NDArray[Any]) -> list[Any]:
    if isinstance(value, np.ma.MaskedArray):
        raise ValueRefused("it is a masked array; fill it with `filled()` first")
    plain = np.ndarray.view(value, np.ndarray)
    shape = list(plain.shape)
    if plain.dtype.kind == "O":
        with writer.sealed():
            return ["objects", shape, writer.items(plain.ravel().tolist())]
    return ["array", _kind_of(plain), shape, from_bytes(plain.tobytes())]


def _write_scalar(writer: Writer, value: np.generic) -> list[Any]:
    array = np.asarray(value)
    if array.dtype.itemsize == 0:  # an empty text
        array = array.astype(f"{array.dtype.str[:2]}1")
    return ["scalar", _kind_of(array), from_bytes(array.tobytes())]


WRITE: Mapping[type, Write] = MappingProxyType(
    {
        np.ndarray: _write_array,
        # Some of numpy's numbers and texts are also Python's: these come first in their order.
        np.float64: _write_scalar,
        np.complex128: _write_scalar,
        np.str_: _write_scalar,
        np.bytes_: _write_scalar,
        np.number: _write_scalar,
        np.bool_: _write_scalar,
        np.datetime64: _write_scalar,
    }
)


def _filled(name: object, shape: tuple[int, ...], data: object) -> NDArray[Any]:
    """Return an array of this kind and shape, which must agree with its bytes."""
    if not _DTYPE.fullmatch(text(name, 20)):
        damaged()
    dtype = np.dtype(str(name))
    raw = to_bytes(data)
    # Worked out before anything is reserved: a few bytes can't announce a huge array.
    if math.prod(shape) * dtype.itemsize != len(raw):
        damaged()
    if not raw:
        return np.empty(shape, dtype)
    array = np.frombuffer(bytearray(raw), dtype).reshape(shape)
    # numpy believes these bytes: others than 0 and 1 would be truths that add up to more.
    if dtype.kind == "b" and array.view(np.uint8).max() > 1:
        damaged()
    if dtype.kind == "U":
        letters = np.frombuffer(raw, dtype.str[0] + "u4")
        if letters.max() > 0x10FFFF:
            damaged()
    return array


def _shape(plain: object) -> tuple[int, ...]:
    if not isinstance(plain, list) or len(plain) > _MOST_AXES:
        damaged()
    shape = tuple(whole(each, 0, 2**40) for each in plain)
    # An array without elements may still announce others by its shape.
    if 0 in shape and math.prod(each for each in shape if each) > MOST_PARTS:
        damaged()
    return shape


def _read_array(reader: Reader, name: object, shape: object, data: object) -> NDArray[Any]:
    return _filled(name, _shape(shape), data)


def _read_scalar(reader: Reader, name: object, data: object) -> Any:
    return _filled(name, (1,), data)[0]


def _read_objects(reader: Reader, shape: object, items: object) -> NDArray[Any]:
    with reader.sealed():
        parts = reader.items(items)
    array = np.empty(len(parts), dtype=object)
    for place, part in enumerate(parts):  # one by one: numpy would take lists for more axes
        array[place] = part
    return array.reshape(_shape(shape))


READ: Mapping[str, Read] = MappingProxyType(
    {"array": _read_array, "scalar": _read_scalar, "objects": _read_objects}
)
