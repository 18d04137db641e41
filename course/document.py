"""Plain documents, read strictly: each kind is described once, by what its members may hold.

A document that travels between people is a `Document`: read whole or refused with one reason. A
file that an author edits is read by `read_toml` and held against its members by `faults_of`, so
that every fault is listed at once.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from course.errors import CourseError, Fault, FaultsFound, Refused


class DocumentInvalid(Refused):
    """A document is damaged, or is not what it should be; the message says where."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What one member of a document may hold.

    Parameters
    ----------
    allowed : str
        The rule in words, after "must be".
    holds : callable
        Whether a value keeps the rule.
    required : bool
        Whether the member has to be there at all.
    """

    allowed: str
    holds: Callable[[object], bool]
    required: bool = True


def text(pattern: str, allowed: str) -> Rule:
    """Allow text that matches a pattern from its first to its last character.

    Examples
    --------
    >>> text("q[1-8]", "q1 to q8").holds("q1"), text("q[1-8]", "q1 to q8").holds("q1 ")
    (True, False)
    """
    form = re.compile(pattern, re.DOTALL)
    return Rule(allowed, lambda value: isinstance(value, str) and bool(form.fullmatch(value)))


def words(longest: int) -> Rule:
    """Allow text that is not blank and not longer than ``longest`` characters.

    Examples
    --------
    >>> words(5).holds("ward"), words(5).holds("  "), words(5).holds("theatre")
    (True, False, False)
    """
    return Rule(
        f"text of 1 to {longest} characters",
        lambda value: isinstance(value, str) and bool(value.strip()) and len(value) <= longest,
    )


def whole(low: int, high: int) -> Rule:
    """Allow a whole number from ``low`` to ``high``.

    Examples
    --------
    >>> whole(1, 3).holds(3), whole(1, 3).holds(True), whole(1, 3).holds(2.0)
    (True, False, False)
    """
    return Rule(
        f"a whole number from {low} to {high}",
        lambda value: type(value) is int and low <= value <= high,
    )


def number(low: float, high: float) -> Rule:
    """Allow a number from ``low`` to ``high``.

    Examples
    --------
    >>> number(0, 100).holds(87.5), number(0, 100).holds("87.5")
    (True, False)
    """
    return Rule(
        f"a number from {low:g} to {high:g}",
        lambda value: type(value) in (int, float) and low <= value <= high,  # type: ignore[operator]
    )


def moment() -> Rule:
    """Allow a time in UTC, to the second, such as 2026-11-23T14:00:00Z.

    Examples
    --------
    >>> moment().holds("2026-11-23T14:00:00Z"), moment().holds("2026-13-01T00:00:00Z")
    (True, False)
    """
    form = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)

    def holds(value: object) -> bool:
        if not isinstance(value, str) or not form.fullmatch(value):
            return False
        try:
            datetime.fromisoformat(value)
        except ValueError:
            return False
        return True

    return Rule("a time such as 2026-11-23T14:00:00Z", holds)


def yes_or_no() -> Rule:
    """Allow true or false.

    Examples
    --------
    >>> yes_or_no().holds(False), yes_or_no().holds(0)
    (True, False)
    """
    return Rule("true or false", lambda value: isinstance(value, bool))


def table() -> Rule:
    """Allow a table of named values; its reader checks what is inside."""
    return Rule("a table of named values", lambda value: isinstance(value, dict))


def one_of(*allowed: str) -> Rule:
    """Allow one of a few words.

    Examples
    --------
    >>> one_of("easy", "medium").holds("easy"), one_of("easy", "medium").holds("hard")
    (True, False)
    """
    return Rule(f"one of: {', '.join(allowed)}", lambda value: value in allowed)


def every(rule: Rule, least: int = 0, most: int = 100) -> Rule:
    """Allow a list, without repeats, of what another rule allows.

    Examples
    --------
    >>> every(whole(1, 3)).holds([1, 2]), every(whole(1, 3)).holds([1, 1])
    (True, False)
    """
    return Rule(
        f"a list of {least} to {most}, none twice, each {rule.allowed}",
        lambda value: (
            isinstance(value, list)
            and least <= len(value) <= most
            and all(rule.holds(each) and value.count(each) == 1 for each in value)
        ),
    )


def maybe(rule: Rule) -> Rule:
    """Allow a member to be left out.

    Examples
    --------
    >>> list(faults_of({}, {"optional": maybe(yes_or_no())}))
    []
    """
    return replace(rule, required=False)


def rows(most: int) -> Rule:
    """Allow a list of up to ``most`` rows; its reader checks what is inside."""
    return Rule(
        f"a list of up to {most} rows",
        lambda value: isinstance(value, list) and len(value) <= most,
    )


def or_nothing(rule: Rule) -> Rule:
    """Allow what another rule allows, and null.

    Examples
    --------
    >>> or_nothing(whole(1, 3)).holds(None)
    True
    """
    return Rule(f"{rule.allowed}, or null", lambda value: value is None or rule.holds(value))


# What several documents hold: the same words mean the same thing in each.
SCHEMA = Rule("1", lambda value: type(value) is int and value == 1)
PSEUDONYM = text("[0-9a-f]{16,64}", "16 to 64 hexadecimal digits")
ASSESSMENT = text("[a-z][a-z0-9_]{0,63}", "an assessment's short name, such as all_staff_check")
VERSION = text("[0-9A-Za-z][0-9A-Za-z.-]{0,31}", "a version, such as 1")
ATTEMPT = whole(1, 1000)


def faults_of(value: object, members: Mapping[str, Rule], where: str = "") -> Iterator[Fault]:
    """Yield what is wrong with a table whose members should be exactly the given ones.

    Parameters
    ----------
    value : object
        What was read.
    members : mapping of str to Rule
        Every member; all are required and no other is allowed.
    where : str
        The place inside a larger document, such as ``files``.

    Examples
    --------
    >>> [str(fault) for fault in faults_of({"minutes": 0}, {"title": words(9)}, "lesson")]
    ['lesson.title: is missing', "lesson.minutes: doesn't belong here"]
    """
    if not isinstance(value, dict):
        yield Fault(where or "it", "must be a table of named values")
        return
    prefix = f"{where}." if where else ""
    for name, rule in members.items():
        if rule.required and name not in value:
            yield Fault(f"{prefix}{name}", "is missing")
    for name in value:
        if name not in members:
            yield Fault(f"{prefix}{_shown(name)}", "doesn't belong here")
    for name, rule in members.items():
        if name in value and not rule.holds(value[name]):
            yield Fault(f"{prefix}{name}", f"must be {rule.allowed}{_given(value[name])}")


@dataclass(frozen=True, slots=True)
class Document:
    """A kind of document: its name, its members, and what to do about a bad one.

    Parameters
    ----------
    name : str
        The document as its reader knows it, such as "enrolment file".
    members : mapping of str to Rule
        Every member; all are required and no other is allowed.
    way_out : str
        What to do next, as a sentence.
    limit : int
        The largest size in bytes.
    error : type of DocumentInvalid
        What is raised about a bad one.

    Examples
    --------
    >>> card = Document("card", {"colour": words(10)}, way_out="Ask for a new one.")
    >>> card.read(b'{"colour": "green"}')
    {'colour': 'green'}
    >>> card.read(b'{"colour": 3}')
    Traceback (most recent call last):
    course.document.DocumentInvalid: This card can't be used: colour must be text of 1 to 10 \
characters, not 3. Ask for a new one.
    """

    name: str
    members: Mapping[str, Rule]
    way_out: str
    limit: int = 64 * 1024
    error: type[DocumentInvalid] = DocumentInvalid

    def read(self, data: bytes) -> dict[str, Any]:
        """Return the members of a document, each checked.

        Raises
        ------
        DocumentInvalid
            If it is too large, is not plain UTF-8 JSON, names a member twice, or breaks a rule.
        """
        if len(data) > self.limit:
            self.refuse(f"it has {len(data):,} bytes; at most {self.limit:,} are allowed")
        try:
            value = json.loads(
                data.decode("utf-8"), object_pairs_hook=_no_name_twice, parse_constant=_no_constant
            )
            # A half of a surrogate pair or an endless number can be read, but never written again.
            json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
        except _NameTwice as twice:
            self.refuse(f"it names {twice.args[0]} twice")
        except (ValueError, RecursionError):
            self.refuse("it is damaged")
        return self.check(value)

    def check(self, value: object, where: str = "") -> dict[str, Any]:
        """Return a table whose members are exactly the allowed ones.

        Parameters
        ----------
        value : object
            What was read.
        where : str
            The place inside a larger document, such as ``files``.

        Raises
        ------
        DocumentInvalid
            At the first member that is missing, unknown or wrong.
        """
        for fault in faults_of(value, self.members, where):
            self.refuse(f"{fault.where} {fault.message}")
        members: dict[str, Any] = value  # type: ignore[assignment]
        return members

    def refuse(self, reason: str) -> NoReturn:
        """Raise this document's error, with the reason and the way out."""
        raise self.error(f"This {self.name} can't be used: {reason}. {self.way_out}")


def read_toml(path: Path) -> dict[str, Any]:
    """Return the content of a TOML file that an author edits.

    Raises
    ------
    CourseError
        The file can't be read at all.
    FaultsFound
        The file is not TOML; the fault names the line.
    """
    return parsed_toml(path.name, read_text(path))


def read_text(path: Path) -> str:
    """Return a text file that an author edits.

    Raises
    ------
    CourseError
        The file can't be read at all.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CourseError(
            f"{path} is not there. Put the file back, or install the course again."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{path} can't be read ({error}). Save it again as UTF-8 text.") from None


def parsed_toml(name: str, text: str) -> dict[str, Any]:
    """Return the content of a TOML text.

    Raises
    ------
    FaultsFound
        The text is not TOML; the fault names the line.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FaultsFound(name, [Fault("not TOML", str(error))]) from None


class _NameTwice(ValueError):
    """A table names a member twice."""


def _no_name_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members: dict[str, object] = {}
    for name, value in pairs:
        if name in members:
            raise _NameTwice(_shown(name))
        members[name] = value
    return members


def _no_constant(constant: str) -> NoReturn:
    raise ValueError(constant)


def _given(value: object) -> str:
    """Say what was given where it is short; a long text would hide the rest, and may be secret."""
    short = isinstance(value, str | int | float) and len(repr(value)) <= 40
    return f", not {_shown(repr(value))}" if short else ""


def _shown(name: str) -> str:
    """Return a stranger's name for a member, safe to show on one line."""
    return name[:40] if name.isprintable() and name.strip() else repr(name[:40])


def name_of(table: object, place: int) -> object:
    """Return what a table of a list is called where its faults are told: its id, or its place.

    Examples
    --------
    >>> name_of({"id": "q1"}, 3), name_of({}, 3)
    ('q1', 3)
    """
    return table.get("id", place) if isinstance(table, dict) else place


def twice_faults(noun: str, tables: Sequence[object]) -> Iterator[Fault]:
    """Yield each id that stands more than once in a list of tables.

    Examples
    --------
    >>> [fault.where for fault in twice_faults("slot", [{"id": "q1"}, {"id": "q1"}, {}])]
    ['slot[q1]']
    """
    ids = [
        each["id"] for each in tables if isinstance(each, dict) and isinstance(each.get("id"), str)
    ]
    for id in sorted({id for id in ids if ids.count(id) > 1}):
        yield Fault(f"{noun}[{id}]", "stands more than once; give each its own id")
