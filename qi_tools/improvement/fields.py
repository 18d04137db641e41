"""What one field of a project may hold: one home for the file, the form and the error alike.

Every field may be blank, since a project is written down bit by bit. What is still missing is told
by `qi_tools.improvement.checking`; here is only what can't be right.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, TypeAlias

from qi_tools.reading.guard import holds_nhs_number
from qi_tools.words import joined, number_in_words

__all__ = [
    "Day",
    "Field",
    "Line",
    "Lines",
    "NotAllowed",
    "Number",
    "OneOf",
    "Plain",
    "Ref",
    "Refs",
    "asked",
    "plain",
    "shown",
]

Plain: TypeAlias = str | int | float | date | tuple[str, ...]
"""What a file holds for one field."""

LARGEST = 1e12
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class NotAllowed(Exception):
    """A field can't hold what was given; the message follows the field's name."""


def asked(kind: Field) -> Any:
    """Declare a field of a record: what it may hold, and what its reader is asked."""
    return field(default=kind.blank, metadata={"kind": kind})


@dataclass(frozen=True, slots=True)
class Line:
    """A few words on one line.

    Parameters
    ----------
    label : str
        What the reader is asked.
    hint : str
        How to answer well, or an example.
    most : int
        Characters that it may have.
    """

    label: str
    hint: str = ""
    most: int = 200
    blank: ClassVar[str] = ""

    def read(self, raw: object) -> str:
        """Give back the words, with single spaces.

        Raises
        ------
        NotAllowed
            If it is no text, too long, or seems to hold an NHS number.

        Examples
        --------
        >>> Line("What?").read("  Missed   appointments ")
        'Missed appointments'
        """
        return " ".join(_text(raw, self.most).split())


@dataclass(frozen=True, slots=True)
class Lines:
    """Words on as many lines as they need; tabs stay, for a table pasted from a spreadsheet.

    Parameters
    ----------
    label, hint, most
        As for `Line`.
    """

    label: str
    hint: str = ""
    most: int = 2000
    blank: ClassVar[str] = ""

    def read(self, raw: object) -> str:
        r"""Give back the words; every line end becomes a newline.

        Raises
        ------
        NotAllowed
            If it is no text, too long, or seems to hold an NHS number.

        Examples
        --------
        >>> Lines("Why?").read("They forgot. \r\nThe letter came late.\r\n")
        'They forgot.\nThe letter came late.'
        """
        lines = _text(raw, self.most).split("\n")
        return "\n".join(line.rstrip() for line in lines).strip("\n")


@dataclass(frozen=True, slots=True)
class Day:
    """A date.

    Parameters
    ----------
    label, hint
        As for `Line`.
    """

    label: str
    hint: str = ""
    blank: ClassVar[None] = None

    def read(self, raw: object) -> date | None:
        """Give back a date, or None for a blank.

        Raises
        ------
        NotAllowed
            If it is no date with the year first.

        Examples
        --------
        >>> Day("By when?").read("2026-03-31")
        datetime.date(2026, 3, 31)
        """
        if raw is None or raw == "":
            return None
        if isinstance(raw, date) and not isinstance(raw, datetime):
            return raw
        try:
            return date.fromisoformat(raw)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            raise NotAllowed(
                f"is {shown(raw)}, which is no date. Write the year first, such as 2026-03-31."
            ) from None


@dataclass(frozen=True, slots=True)
class Number:
    """A number.

    Parameters
    ----------
    label, hint
        As for `Line`.
    low, high : float
        The least and the most that it may be.
    whole : bool
        True when it counts things.
    """

    label: str
    hint: str = ""
    low: float = -LARGEST
    high: float = LARGEST
    whole: bool = False
    blank: ClassVar[None] = None

    def read(self, raw: object) -> float | None:
        """Give back a number, or None for a blank.

        Raises
        ------
        NotAllowed
            If it is no number, or out of bounds.

        Examples
        --------
        >>> Number("How many?").read("12.5"), Number("How many?").read("")
        (12.5, None)
        """
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        try:
            if isinstance(raw, bool) or not isinstance(raw, int | float | str):
                raise ValueError
            number = float(raw)
        except ValueError:
            raise NotAllowed(
                f"is {shown(raw)}, which is no number. Write a number without its unit, such as 12."
            ) from None
        if not self.low <= number <= self.high:  # so written, because no comparison holds for NaN
            bounds = f"from {number_in_words(self.low)} to {number_in_words(self.high)}"
            raise NotAllowed(f"is {shown(raw)}. Give a number {bounds}.")
        if self.whole and number != math.floor(number):
            raise NotAllowed(f"is {shown(raw)}. Give a whole number.")
        return number


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few options.

    Parameters
    ----------
    label, hint
        As for `Line`.
    options : mapping of str to str
        From what the file holds to what the reader sees.
    """

    label: str
    hint: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    blank: ClassVar[str] = ""

    def read(self, raw: object) -> str:
        """Give back the option, or a blank.

        Raises
        ------
        NotAllowed
            If it is none of them.

        Examples
        --------
        >>> OneOf("What next?", options={"adapt": "Adapt", "adopt": "Adopt"}).read("adapt")
        'adapt'
        """
        if raw is None or raw == "":
            return ""
        if not isinstance(raw, str) or raw not in self.options:
            allowed = joined([f'"{option}"' for option in self.options], "or")
            raise NotAllowed(f"is {shown(raw)}. Use {allowed}, or leave it out.")
        return raw


@dataclass(frozen=True, slots=True)
class Ref:
    """Another record of the project, named by its id.

    Parameters
    ----------
    label, hint
        As for `Line`.
    to : str
        The section where that record stands.
    levels : int
        Where records of one section stand under one another: how deep they may.
    """

    label: str
    hint: str = ""
    to: str = ""
    levels: int = 12
    blank: ClassVar[str] = ""

    def read(self, raw: object) -> str:
        """Give back an id, or a blank; whether there is such a record is for the project to say.

        Raises
        ------
        NotAllowed
            If it is no text.
        """
        return Line(self.label).read(raw)


@dataclass(frozen=True, slots=True)
class Refs:
    """Any number of other records, named by their ids.

    Parameters
    ----------
    label, hint, to
        As for `Ref`.
    """

    label: str
    hint: str = ""
    to: str = ""
    blank: ClassVar[tuple[str, ...]] = ()

    def read(self, raw: object) -> tuple[str, ...]:
        """Give back the ids, each once.

        Raises
        ------
        NotAllowed
            If it is no list of texts.

        Examples
        --------
        >>> Refs("Which measures?", to="measures").read(["missed", "calls", "missed"])
        ('missed', 'calls')
        """
        if raw is None:
            return ()
        if not isinstance(raw, list | tuple):
            raise NotAllowed(f'is {shown(raw)}. Give a list of ids, such as ["missed", "calls"].')
        ids = (Line(self.label).read(each) for each in raw)
        return tuple(dict.fromkeys(filter(None, ids)))


Field: TypeAlias = Line | Lines | Day | Number | OneOf | Ref | Refs


def plain(value: Plain) -> Plain:
    """Give what a file holds for the value of a field: 12, not 12.0.

    Examples
    --------
    >>> plain(12.0), plain(12.5), plain("Fewer")
    (12, 12.5, 'Fewer')
    """
    return int(value) if isinstance(value, float) and value == math.floor(value) else value


def shown(raw: object) -> str:
    """Quote what was given, short and on one line.

    Examples
    --------
    >>> shown("31/3/26"), shown(True), shown(None)
    ('"31/3/26"', 'true', 'blank')
    """
    match raw:
        case None:
            return "blank"
        case bool():
            return str(raw).lower()
        case str():
            quoted = _CONTROL.sub(" ", raw)
            return f'"{quoted}"' if len(quoted) <= 60 else f'"{quoted[:58]}…"'
        case list() | tuple():
            return "a list"
        case dict():
            return "a table"
        case _:
            text = str(raw)
    return text if len(text) <= 60 else f"{text[:58]}…"


def _text(raw: object, most: int) -> str:
    if raw is None:
        return ""
    if not isinstance(raw, str):
        raise NotAllowed(f"is {shown(raw)}. Give words, in quotation marks.")
    text = _CONTROL.sub(" ", raw.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > most:
        raise NotAllowed(
            f"has {len(text):,} characters. The most is {most:,}: "
            f"shorten it by {len(text) - most:,}."
        )
    if holds_nhs_number(text):
        raise NotAllowed(
            "seems to hold an NHS number. A project file is never about single patients: take it "
            "out, and what else could tell who someone is."
        )
    return text
