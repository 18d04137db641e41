"""The outputs of a cell, made safe to keep, to show in a browser and to read as marks.

A learner's process may send anything at all. Kept is only text and pictures, in the four shapes
that nbformat knows, so that nothing of it can run when an expert or the learner opens the page.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any

from autograder.engine.job import Output

#: More lines than this are no help to anyone, in a cell's outputs together; nor more outputs.
MOST_LINES = 1000
#: What stands where something was cut, in the words of nbgrader's own limit.
CUT = "... Output truncated ..."

_PNG = b"\x89PNG\r\n\x1a\n"
# A name, such as that of an error's class, is one line of this many characters at most.
_LONGEST_NAME = 200
# A terminal's colours and cursor movements; then every other character that is neither text, tab
# nor line break, those that turn the direction of writing (a text could pass for another one), and
# lone surrogates, which no file can hold.
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def plain_text(text: str) -> str:
    r"""Return a text without escape sequences, control characters and lone surrogates.

    Examples
    --------
    >>> plain_text("\x1b[31mred\x1b[0m\r\nline\x00")
    'red\nline'
    """
    return _CONTROLS.sub("", _ESCAPES.sub("", text.replace("\r\n", "\n")).replace("\r", "\n"))


def safe_outputs(plain: Any, limit: int) -> tuple[Output, ...]:
    """Return what is safe of the outputs that a process sent; never raises.

    Parameters
    ----------
    plain : anything
        What came as the outputs of one cell.
    limit : int
        How many bytes are kept of them.

    Returns
    -------
    tuple of Output
        Streams, results, displays and errors with plain text, and PNG pictures. HTML, SVG,
        scripts, widgets, metadata and whatever has the wrong shape are left out. Where the limit or
        the most lines are reached, the last text says so, and only the first error still follows:
        an error is what takes a mark away, and no flood before it may wash it off.

    Examples
    --------
    >>> safe_outputs([{"output_type": "stream", "name": "stdout", "text": "4"}, "rubbish"], 100)
    ({'output_type': 'stream', 'name': 'stdout', 'text': '4'},)
    """
    if not isinstance(plain, list):
        return ()
    kept: list[Output] = []
    room = _Room(limit)
    for each in plain:
        if not isinstance(each, dict):
            continue
        make = _KINDS.get(_text(each.get("output_type")))
        cut = room.full or len(kept) >= MOST_LINES
        if make is None or (cut and make is not _error):
            continue
        output = make(each, room)
        if output is not None:
            kept.append(output)
        if cut:
            break
    return tuple(kept)


class _Room:
    """What may still be kept of one cell's outputs, in bytes and in lines."""

    def __init__(self, limit: int) -> None:
        self._bytes = limit
        self._lines = MOST_LINES
        self.full = False

    def text(self, text: str) -> str:
        """Return as much of a text as there is room for, made plain."""
        # Cut before it is made plain: what is dropped costs no time.
        short = plain_text(text[: self._bytes + 1])
        data = short.encode("utf-8")
        lines = short.split("\n", self._lines)
        if len(text) > self._bytes or len(data) > self._bytes or len(lines) > self._lines:
            self.full = True
            data = "\n".join(lines[: self._lines]).encode("utf-8")[: self._bytes]
            short = f"{data.decode('utf-8', 'ignore')}\n{CUT}"
        self._bytes = max(0, self._bytes - len(data))
        self._lines = max(0, self._lines - len(lines) + 1)
        return short

    def picture(self, text: str) -> str | None:
        """Return a PNG picture's Base64 text in its plain form; None for what is none."""
        if len(text) > self._bytes:
            self.full = True
            return None
        try:
            data = base64.b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError):
            return None
        if not data.startswith(_PNG):
            return None
        self._bytes -= len(text)
        return base64.b64encode(data).decode("ascii")


def _text(value: Any) -> str:
    """Return a text as it is, lines of text as one text, and everything else as no text."""
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def _name(value: Any) -> str:
    return plain_text(_text(value)[:_LONGEST_NAME]).replace("\n", " ")


def _stream(plain: dict[str, Any], room: _Room) -> Output | None:
    name, text = _text(plain.get("name")), _text(plain.get("text"))
    if name not in ("stdout", "stderr") or not text:
        return None
    return {"output_type": "stream", "name": name, "text": room.text(text)}


def _data(plain: dict[str, Any], room: _Room) -> dict[str, str]:
    data = plain.get("data")
    if not isinstance(data, dict):
        return {}
    kept = {}
    if picture := room.picture(_text(data.get("image/png"))):
        kept["image/png"] = picture
    if isinstance(data.get("text/plain"), str | list):
        kept["text/plain"] = room.text(_text(data["text/plain"]))
    elif room.full and not kept:
        kept["text/plain"] = CUT
    return kept


def _display(plain: dict[str, Any], room: _Room) -> Output | None:
    data = _data(plain, room)
    return {"output_type": "display_data", "data": data, "metadata": {}} if data else None


def _result(plain: dict[str, Any], room: _Room) -> Output | None:
    data = _data(plain, room)
    if not data:
        return None
    return {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": None}


def _error(plain: dict[str, Any], room: _Room) -> Output:
    traceback = plain.get("traceback")
    lines = traceback if isinstance(traceback, list) else []
    return {
        "output_type": "error",
        "ename": _name(plain.get("ename")) or "Exception",
        "evalue": room.text(_text(plain.get("evalue"))),
        "traceback": [] if room.full else [room.text("\n".join(_text(line) for line in lines))],
    }


_KINDS: dict[str, Callable[[dict[str, Any], _Room], Output | None]] = {
    "stream": _stream,
    "display_data": _display,
    "execute_result": _result,
    "error": _error,
}
