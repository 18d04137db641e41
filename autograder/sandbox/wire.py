"""The form in which values cross: JSON, where everything but the plainest is tagged with its kind.

None, booleans, whole numbers, floats and texts stand for themselves; anything else is a list that
begins with the name of its kind, such as ``["tuple", [1, 2]]``. The kinds are a fixed list: see
`values`. A `Writer` makes this form and a `Reader` takes it apart again; both hold the bounds.
"""

from __future__ import annotations

import binascii
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias

#: How deep values may be nested. It also ends values that hold themselves.
DEEPEST = 50
#: How many parts a value may have; a part of a numpy array counts only where it is an object.
MOST_PARTS = 2_000_000
#: Whole numbers lie between these. Python itself refuses to read more than 4,300 digits.
LARGEST = 10**4000
LONGEST_NAME, LONGEST_DOC = 200, 2000

_ATOMS = frozenset((type(None), bool, float, str))


class ValueRefused(Exception):
    """A value can't cross; says why in plain words, such as "it is nested too deep"."""


@dataclass(frozen=True, slots=True)
class Handle:
    """What stands for a function or an object that stays where it is.

    Parameters
    ----------
    number : int
        Its number there.
    kind : str
        ``"function"`` for what can be called, ``"object"`` for the rest.
    name : str
        The function's name, or the name of the object's class. Its owner may have made it up.
    doc : str
        Its documentation; likewise.
    """

    number: int
    kind: str
    name: str
    doc: str


Write: TypeAlias = Callable[["Writer", Any], list[Any]]
#: Takes the reader and the parts behind the tag. Wrong parts may raise anything: see `values`.
Read: TypeAlias = Callable[..., Any]


class _Bounds:
    """The bounds that hold on both sides."""

    def __init__(self) -> None:
        self._parts = 0
        self._depth = 0
        self._sealed = 0

    def count(self, parts: int) -> None:
        """Count parts, and refuse when there are too many."""
        self._parts += parts
        if self._parts > MOST_PARTS:
            raise ValueRefused(f"it has more than {MOST_PARTS:,} parts")

    def deeper(self, levels: int) -> None:
        """Go down, or up with -1; refuse when that is too deep."""
        self._depth += levels
        if self._depth > DEEPEST:
            raise ValueRefused(f"it is nested more than {DEEPEST} deep, or holds itself")

    @contextmanager
    def sealed(self) -> Iterator[None]:
        """Allow no handles within: what stands here is compared, hashed or computed with."""
        self._sealed += 1
        yield
        self._sealed -= 1

    def check_open(self, what: str) -> None:
        """Refuse a handle where none is allowed."""
        if self._sealed:
            raise ValueRefused(f"it holds {what}, which can't be checked")


class Writer(_Bounds):
    """Turns one value into the form that crosses.

    Parameters
    ----------
    keep : callable
        Keeps an object and returns its number.
    ways : mapping of type to callable
        How each kind is written; what has no way gets a handle.
    """

    def __init__(self, keep: Callable[[object], int], ways: Mapping[type, Write]) -> None:
        super().__init__()
        self._keep = keep
        self._ways = ways

    def write(self, value: object) -> Any:
        """Write one value."""
        kind = type(value)
        self.count(1)
        if kind in _ATOMS:
            return value
        if kind is int:
            return _bounded(value)
        for each in kind.__mro__:
            if each in self._ways:
                self.deeper(1)
                plain = self._ways[each](self, value)
                self.deeper(-1)
                return plain
        return self._handle(value)

    def items(self, values: Sequence[object]) -> list[Any]:
        """Write each of several values."""
        if _all_plain(values):
            self.count(len(values))
            return list(values)
        return [self.write(value) for value in values]

    def _handle(self, value: object) -> list[Any]:
        function = callable(value)
        kind = type(value).__name__
        self.check_open(f"a {kind}")
        name = getattr(value, "__name__", None) if function else None
        doc = getattr(value, "__doc__", None)
        return [
            "handle",
            self._keep(value),
            "function" if function else "object",
            exact_text(name if isinstance(name, str) else kind)[:LONGEST_NAME],
            exact_text(doc)[:LONGEST_DOC] if isinstance(doc, str) else "",
        ]


class Reader(_Bounds):
    """Takes apart what has crossed, and believes nothing of it.

    Parameters
    ----------
    reach : callable
        Gives what a handle stands for on this side.
    ways : mapping of str to callable
        How each kind is read.
    """

    def __init__(self, reach: Callable[[Handle], object], ways: Mapping[str, Read]) -> None:
        super().__init__()
        self._reach = reach
        self._ways = ways

    def read(self, plain: object) -> Any:
        """Read one value."""
        kind = type(plain)
        self.count(1)
        if kind in _ATOMS:
            return plain
        if kind is int:
            return _bounded(plain)
        # Only exact lists and texts come out of JSON, so that isinstance can't be fooled.
        if not isinstance(plain, list) or not plain or not isinstance(plain[0], str):
            damaged()
        if plain[0] == "handle":
            return self._handle(*plain[1:])
        if plain[0] not in self._ways:
            damaged()
        self.deeper(1)
        value = self._ways[plain[0]](self, *plain[1:])
        self.deeper(-1)
        return value

    def items(self, plain: object) -> list[Any]:
        """Read each of several values."""
        if not isinstance(plain, list):
            damaged()
        if _all_plain(plain):
            self.count(len(plain))
            return list(plain)
        return [self.read(each) for each in plain]

    def one(self, plain: object, kind: type) -> Any:
        """Read a value that must be of one kind."""
        value = self.read(plain)
        if not isinstance(value, kind):
            damaged()
        return value

    def _handle(self, number: object, kind: object, name: object, doc: object) -> object:
        self.check_open("a function or an object")
        if kind not in ("function", "object"):
            damaged()
        return self._reach(
            Handle(
                whole(number, 0, 2**53),
                str(kind),
                text(name, LONGEST_NAME),
                text(doc, LONGEST_DOC),
            )
        )


def damaged() -> NoReturn:
    """Refuse what has not the right form; no honest value gives such a thing."""
    raise ValueRefused("it did not arrive in one piece")


def text(plain: object, longest: int) -> str:
    """Return a text of bounded length."""
    if not isinstance(plain, str) or len(plain) > longest:
        damaged()
    return plain


def whole(plain: object, least: int, most: int) -> int:
    """Return a whole number within bounds."""
    if type(plain) is not int or not least <= plain <= most:
        damaged()
    return plain


def flag(plain: object) -> bool:
    """Return a boolean."""
    if not isinstance(plain, bool):
        damaged()
    return plain


def choice(plain: object, *allowed: str) -> str:
    """Return one of some texts."""
    if not isinstance(plain, str) or plain not in allowed:
        damaged()
    return plain


def from_bytes(data: bytes) -> str:
    """Return bytes as text."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def to_bytes(plain: object) -> bytes:
    """Return the bytes that a text stands for."""
    if not isinstance(plain, str):
        damaged()
    return binascii.a2b_base64(plain, strict_mode=True)


def exact_text(value: str) -> str:
    """Return a text as a plain one, even where its class is the learner's own."""
    return str.__str__(value)


def _bounded(value: Any) -> int:
    if not -LARGEST < value < LARGEST:
        raise ValueRefused("it is a whole number of more than 4,000 digits")
    return int(value)


def _all_plain(values: Sequence[object]) -> bool:
    """Say whether values stand for themselves: long columns need no look at each one."""
    kinds = set(map(type, values))
    if kinds == {int}:
        numbers: Any = values
        return bool(min(numbers) > -LARGEST and max(numbers) < LARGEST)
    return kinds <= _ATOMS
