"""A learner's answers, kept as one small file beside the notebook.

The file holds the latest answer to each question, each with a revision that grows by one every
time the answer is saved::

    {"schema": 1, "answers": {"a1-predict": {"value": "more", "revision": 1,
                                             "at": "2026-11-23T14:00:00Z"}}}

Two tabs may have the same lesson open. Every save reads the file again under a lock, changes one
question and puts a whole new file in the old one's place, so different questions never overwrite
each other, and a crash leaves either the old file or the new one.

What can go wrong::

    QIToolsError
    ├── AnswersInvalid     a file, an id or a value breaks the rules below
    ├── AnswerConflict     another tab has changed this answer since
    └── AnswersNotSaved    the disk or the folder would not take the file
"""

from __future__ import annotations

import errno
import json
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn, TypeAlias

from filelock import FileLock

from qi_tools.errors import QIToolsError
from qi_tools.whole_file import patiently, refusal_in_words, write_whole

__all__ = [
    "Answer",
    "AnswerConflict",
    "AnswerFile",
    "AnswersInvalid",
    "AnswersNotSaved",
    "Value",
    "check_id",
    "parse_answers",
]

Value: TypeAlias = str | float | tuple[str, ...]

SCHEMA = 1
MAX_BYTES = 1024 * 1024
MAX_CHARACTERS = 4000
MAX_CHOICES = 50
MAX_REVISION = 2**53 - 1  # the largest whole number that every reader of the file keeps exact
LOCK_SECONDS = 10.0

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_AT_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
# Control characters but tab and newline, and lone surrogates, which no file can hold.
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class AnswersInvalid(QIToolsError):
    """An answers file, or something meant for one, breaks the rules of the file."""


class AnswersNotSaved(QIToolsError):
    """The answer could not be written; what was saved before is still whole."""


class AnswerConflict(QIToolsError):
    """Another tab has saved this answer since it was last read here.

    Parameters
    ----------
    current : Answer
        The answer now in the file. Save again with ``seen=current.revision`` to replace it.
    """

    def __init__(self, current: Answer) -> None:
        self.current = current
        super().__init__(
            "This question was answered in another tab or window. "
            "Look at that answer, then choose which one to keep."
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """One saved answer.

    Parameters
    ----------
    value : str, float or tuple of str
        What the learner gave. Empty text means that the learner took the answer away.
    revision : int
        1 for the first save of this question, and one more for each later save.
    at : str
        When it was saved, in UTC, such as ``2026-11-23T14:00:00Z``.
    """

    value: Value
    revision: int
    at: str

    @property
    def is_blank(self) -> bool:
        """Whether the learner took the answer away again."""
        return self.value in {"", ()}


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """The answers of one lesson or one attempt at an assessment.

    Parameters
    ----------
    path : Path
        The file, usually ``answers.json`` beside the notebook. It need not exist yet.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     answers = AnswerFile(Path(folder) / "answers.json")
    ...     first = answers.save("a1-predict", "more")
    ...     again = answers.save("a1-predict", "fewer", seen=first.revision)
    ...     print(answers.get("a1-predict").value, again.revision)
    fewer 2
    """

    path: Path

    @classmethod
    def here(cls) -> AnswerFile:
        """Give the file beside the notebook that is running."""
        return cls(Path.cwd() / "answers.json")

    def load(self) -> dict[str, Answer]:
        """Read every answer; nothing on the disk changes.

        Returns
        -------
        dict of str to Answer
            By question id, in the order first saved. Empty if there is no file yet.

        Raises
        ------
        AnswersInvalid
            If the file is damaged or cannot be read. It stays as it is; a damaged file is set
            aside by the next save.
        """
        try:
            return parse_answers(patiently(self._read))
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise AnswersInvalid(
                f"The saved answers in {self.path.name} could not be read "
                f"({refusal_in_words(error)}). Close other programs that use the file, then open "
                "the lesson again."
            ) from error

    def get(self, question: str) -> Answer | None:
        """Read the answer to one question, or None.

        Raises
        ------
        AnswersInvalid
            If the file is damaged or cannot be read.
        """
        return self.load().get(question)

    def save(self, question: str, value: Value, *, seen: int = 0) -> Answer:
        """Save the answer to one question and leave every other answer as it is.

        A damaged file is not overwritten: it is kept under another name (see `kept_aside`).

        Parameters
        ----------
        question : str
            The question's id.
        value : str, float or tuple of str
            The answer. In text, every line end becomes a newline, and other control characters
            become spaces.
        seen : int
            The revision that the caller last saw; 0 if it saw none.

        Returns
        -------
        Answer
            The answer as saved.

        Raises
        ------
        AnswerConflict
            If the file holds a newer revision than `seen`; nothing is changed.
        AnswersInvalid
            If the id or the value breaks the rules; nothing is changed.
        AnswersNotSaved
            If the disk or the folder refuses; the old file is still whole.
        """
        check_id(question)
        value = _checked(_tidied(value), "Your answer")
        try:
            if not self.path.parent.is_dir():  # the lock would make it, even after an erasure
                raise FileNotFoundError(errno.ENOENT, "no such folder", str(self.path.parent))
            with FileLock(self.path.with_name(f"{self.path.name}.lock"), timeout=LOCK_SECONDS):
                answers = self._load_or_set_aside()
                current = answers.get(question)
                if current is not None and current.revision > seen:
                    raise AnswerConflict(current)
                at = datetime.now(UTC).strftime(_AT_FORMAT)
                answer = Answer(value, min(max(seen, 0) + 1, MAX_REVISION), at)
                data = _as_bytes({**answers, question: answer})
                self._remove_what_was_left()
                write_whole(self.path, data)
        except (OSError, NotImplementedError) as error:
            raise AnswersNotSaved(
                f"Your answer was not saved: {refusal_in_words(error)}. "
                "Answers saved before are safe. Put that right, then try again."
            ) from error
        return answer

    @property
    def kept_aside(self) -> tuple[Path, ...]:
        """Damaged answer files that were set aside beside this one, oldest first."""
        return tuple(sorted(self.path.parent.glob(f"{self.path.stem}.damaged-*")))

    def _read(self) -> bytes:
        with self.path.open("rb") as file:
            return file.read(MAX_BYTES + 1)  # enough to know that it is too large

    def _load_or_set_aside(self) -> dict[str, Answer]:
        try:
            return parse_answers(patiently(self._read))
        except FileNotFoundError:
            return {}
        except AnswersInvalid:
            self._set_aside()
            return {}

    def _set_aside(self) -> None:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        name, count = f"{self.path.stem}.damaged-{stamp}", 1
        aside = self.path.with_name(name + self.path.suffix)
        while aside.exists():  # the lock is held, so no one else can take the name
            count += 1
            aside = self.path.with_name(f"{name}-{count}{self.path.suffix}")
        patiently(lambda: self.path.replace(aside))

    def _remove_what_was_left(self) -> None:
        """Remove what killed programs left half written; only the lock's holder comes here."""
        for left in self.path.parent.glob(f".{self.path.name}.*"):
            with suppress(OSError):  # the next save tries again
                left.unlink()


def parse_answers(data: bytes) -> dict[str, Answer]:
    """Read an answers file strictly, as a marker must.

    Parameters
    ----------
    data : bytes
        The whole file.

    Returns
    -------
    dict of str to Answer
        By question id, in the file's order.

    Raises
    ------
    AnswersInvalid
        If anything at all is out of order; the message says what.

    Examples
    --------
    >>> one = b'{"value": 12, "revision": 1, "at": "2026-11-23T14:00:00Z"}'
    >>> parse_answers(b'{"schema": 1, "answers": {"a1-guess": ' + one + b"}}")["a1-guess"].value
    12.0
    """
    if len(data) > MAX_BYTES:
        raise _invalid(f"it is larger than {MAX_BYTES:,} bytes")
    try:
        document = json.loads(
            data.decode("utf-8"), object_pairs_hook=_members, parse_constant=_refuse_constant
        )
    except UnicodeDecodeError as error:
        raise _invalid("it is not plain text in UTF-8") from error
    except RecursionError as error:
        raise _invalid("it is nested too deeply") from error
    except ValueError as error:  # not JSON, or a number with thousands of digits
        raise _invalid("it is damaged or was not made by the course") from error
    top = _exactly(document, {"schema", "answers"}, "the file")
    if type(top["schema"]) is not int or top["schema"] != SCHEMA:
        raise _invalid(f"its schema must be {SCHEMA}")
    if not isinstance(top["answers"], dict):
        raise _invalid('"answers" must hold answers by question id')
    return {check_id(id): _answer(id, raw) for id, raw in top["answers"].items()}


def check_id(id: object) -> str:
    """Give back the id of a question or an option if it follows the rules.

    Raises
    ------
    AnswersInvalid
        If it does not.

    Examples
    --------
    >>> check_id("a1-card-1")
    'a1-card-1'
    """
    if not isinstance(id, str) or not _ID.fullmatch(id):
        raise AnswersInvalid(
            f"{_shown(id)} cannot be an id. Use 1 to 64 small letters, digits and hyphens, "
            "starting with a letter or digit, such as a1-card-1."
        )
    return id


def _answer(id: str, raw: object) -> Answer:
    members = _exactly(raw, {"value", "revision", "at"}, f"the answer to {id}")
    value, revision, at = members["value"], members["revision"], members["at"]
    if type(revision) is not int or not 1 <= revision <= MAX_REVISION:
        raise _invalid(f"the revision of {id} must be a whole number, 1 or more")
    if not isinstance(at, str) or not _is_time(at):
        raise _invalid(f"the time of {id} must look like 2026-11-23T14:00:00Z")
    if isinstance(value, list):
        value = tuple(value)
    value = _checked(value, f"The answers file cannot be used: the answer to {id}")
    return Answer(value, revision, at)


def _checked(value: object, what: str) -> Value:
    """Give back a value that the file may hold; a whole number becomes a float."""
    if isinstance(value, bool):
        raise AnswersInvalid(f"{what} is {value}. Give text, a number or several texts.")
    if isinstance(value, int | float):
        if not abs(value) <= sys.float_info.max:  # so written, because no comparison holds for NaN
            raise AnswersInvalid(f"{what} is too large or not a number. Give an ordinary number.")
        return float(value)
    if isinstance(value, str):
        return _checked_text(value, what)
    if isinstance(value, tuple) and all(isinstance(each, str) for each in value):
        if len(value) > MAX_CHOICES:
            raise AnswersInvalid(f"{what} has {len(value)} parts. Give at most {MAX_CHOICES}.")
        _checked_text("".join(value), what)
        return value
    raise AnswersInvalid(
        f"{what} is of the kind {type(value).__name__}. Give text, a number or several texts."
    )


def _checked_text(text: str, what: str) -> str:
    if len(text) > MAX_CHARACTERS:
        raise AnswersInvalid(
            f"{what} has {len(text):,} characters. The most is {MAX_CHARACTERS:,}: "
            f"shorten it by {len(text) - MAX_CHARACTERS:,}."
        )
    if _UNSAFE.search(text):
        raise AnswersInvalid(f"{what} has characters that cannot be kept. Use ordinary text.")
    return text


def _tidied(value: Value) -> Value:
    """Take out what pasted text brings along and the file may not hold."""
    if isinstance(value, str):
        return _UNSAFE.sub(" ", value.replace("\r\n", "\n").replace("\r", "\n"))
    if isinstance(value, list | tuple):
        return tuple(_tidied(each) for each in value)  # type: ignore[misc]  # _checked follows
    return value


def _as_bytes(answers: Mapping[str, Answer]) -> bytes:
    document = {
        "schema": SCHEMA,
        "answers": {
            id: {"value": answer.value, "revision": answer.revision, "at": answer.at}
            for id, answer in answers.items()
        },
    }
    data = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1).encode() + b"\n"
    if len(data) > MAX_BYTES:
        raise OSError(errno.EFBIG, "the answers file is full")
    return data


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _invalid("a name appears twice")
    return members


def _refuse_constant(name: str) -> NoReturn:
    raise _invalid(f"{name} is not a number that can be kept")


def _exactly(raw: object, names: set[str], what: str) -> dict[str, object]:
    if not isinstance(raw, dict) or raw.keys() != names:
        listed = ", ".join(sorted(names))
        raise _invalid(f"{what} must have exactly these parts: {listed}")
    return raw


def _is_time(at: str) -> bool:
    try:
        return bool(_AT.fullmatch(at) and datetime.fromisoformat(at))
    except ValueError:
        return False


def _invalid(reason: str) -> AnswersInvalid:
    return AnswersInvalid(f"The answers file cannot be used: {reason}.")


def _shown(given: object) -> str:
    """Quote what was given, short and on one line."""
    text = ascii(given)
    return text if len(text) <= 80 else f"{text[:77]}..."
