"""What the processes of a marking say to each other: JSON messages, each behind its length.

The conductor asks and the other end answers; every answer repeats the number of its question. A
learner's code may write anything into its end, so what is read there is believed in nothing but
its shape: see `conductor` and `outputs`.

The conductor asks the learner::

    {"n": 1, "do": "files", "files": [["ward.csv", "<base64>"], ...]}   → {"n": 1}
    {"n": 2, "do": "run", "source": "...", "limit": 262144}
                                                → {"n": 2, "outputs": [...], "cut": false}
    {"n": 3, "do": "names", "names": ["x"], "limit": 16777216}
                                                → {"n": 3, "values": {"x": <value>},
                                                   "refused": {"y": "why it can't cross"}}
    {"n": 4, "do": "call", "handle": 7, "args": <value>, "kwargs": <value>}
                                                → {"n": 4, "value": <value>}
                                                or {"n": 4, "raised": [["KeyError", "LookupError",
                                                    "Exception", ...], "the message"]}
    {"n": 5, "do": "get", "handle": 7, "name": "total"}            → as for "call"

and the checker::

    {"n": 1, "do": "files", ...}                → {"n": 1}
    {"n": 2, "do": "prepare", "source": "..."}  → {"n": 2}  or {"n": 2, "failed": "why"}
    {"n": 3, "do": "run", "source": "..."}      → {"n": 3, "outputs": [...]}
    {"n": 4, "do": "check", "source": "..."}    → {"n": 4, "outputs": [...]}
                                                or first, as often as it likes,
                                                   {"n": 4, "ask": {"do": "names", ...}}
                                                   answered by {"n": 4, "told": {"values": ...}},
                                                   or by {"n": 4, "told": {"stopped": "why"}}
                                                   where a call has no answer

To the checker, "files" also begins a new submission: it forgets all that was before.
A ``<value>`` is what `values.encode` makes.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO, Protocol

_LENGTH = struct.Struct(">I")
#: No message is longer, in bytes.
LONGEST = 64 * 1024**2
#: No message has more parts: a short text of brackets would unfold into gigabytes.
MOST_PARTS = 5_000_000


#: What is told of an error's message.
LONGEST_MESSAGE = 500
#: Why a value that is larger than its limit does not cross; the conductor knows it by these words.
TOO_LARGE = "it is too large"


class Gone(Exception):
    """The other end closed, died, or said something that is no message."""


class Silent(Exception):
    """The other end said nothing in the time that it had."""


class End(Protocol):
    """One process of a marking, as the conductor sees it."""

    def send(self, message: Mapping[str, Any]) -> None:
        """Send one message; raises `Gone`."""

    def receive(self, seconds: float) -> dict[str, Any]:
        """Return the next message; raises `Gone`, or `Silent` when the time is over."""

    def interrupt(self) -> None:
        """Ask what it runs to stop, as Ctrl+C does."""

    def kill(self) -> None:
        """End it and all that it started, and wait until they are gone."""


def encoded(message: Mapping[str, Any]) -> bytes:
    r"""Return a message as bytes, its length in front.

    Examples
    --------
    >>> encoded({"n": 1})
    b'\x00\x00\x00\x08{"n": 1}'
    """
    body = json.dumps(message).encode("utf-8", "surrogatepass")
    if len(body) > LONGEST or _parts(body) > MOST_PARTS:
        raise Gone("the message is too long")
    return _LENGTH.pack(len(body)) + body


def length_of(head: bytes) -> int:
    """Return how long the message is that four bytes announce; raises `Gone`."""
    if len(head) != _LENGTH.size:
        raise Gone("the other end closed")
    (length,) = _LENGTH.unpack(head)
    if length > LONGEST:
        raise Gone("the message is too long")
    return int(length)


def decoded(body: bytes) -> dict[str, Any]:
    """Return the message that bytes hold; raises `Gone` where they hold none."""
    if _parts(body) > MOST_PARTS:
        raise Gone("the message is too long")
    try:
        message = json.loads(body.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise Gone("what it said is no message") from error
    if not isinstance(message, dict):
        raise Gone("what it said is no message")
    return message


def _parts(body: bytes) -> int:
    """Return the most parts that a text can unfold into."""
    return sum(map(body.count, (b",", b"[", b"{")))


class Connection:
    """The conductor, as the learner's and the checker's process see it.

    Parameters
    ----------
    reads, writes : binary file
        Where messages come from and where they go.
    """

    def __init__(self, reads: BinaryIO, writes: BinaryIO) -> None:
        self._reads = reads
        self._writes = writes

    def receive(self) -> dict[str, Any]:
        """Return the next message; raises `Gone` when there is none any more."""
        length = length_of(self._reads.read(_LENGTH.size))
        body = self._reads.read(length)
        if len(body) != length:
            raise Gone("the other end closed")
        return decoded(body)

    def send(self, message: Mapping[str, Any]) -> None:
        """Send one message."""
        self._writes.write(encoded(message))
        self._writes.flush()
