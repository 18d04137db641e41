"""Ends without a process, for tests of what talks to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from autograder.engine.job import Cell, Job, Limits, Output
from autograder.sandbox.frames import Gone, Silent
from autograder.sandbox.values import ValueRefused, decode, encode

#: What a scripted end does instead of an answer.
SILENT, GONE = "silent", "gone"


class ScriptedEnd:
    """Answers each message by a function of the test's, and remembers what was said to it."""

    def __init__(self, answer: Callable[[dict[str, Any]], Any] = lambda message: {}) -> None:
        self._answer = answer
        self._waiting: list[Any] = []
        self.heard: list[dict[str, Any]] = []
        self.interrupted = 0
        self.killed = 0

    def send(self, message: Mapping[str, Any]) -> None:
        if self.killed:
            raise Gone
        self.heard.append(dict(message))
        answer = self._answer(dict(message))
        if isinstance(answer, dict):
            answer = {"n": message["n"], **answer}
        self._waiting.append(answer)

    def receive(self, seconds: float) -> dict[str, Any]:
        answer = self._waiting.pop(0) if self._waiting else SILENT
        if answer == GONE:
            raise Gone
        if answer == SILENT:
            raise Silent
        return answer

    def interrupt(self) -> None:
        self.interrupted += 1

    def kill(self) -> None:
        self.killed += 1

    def said(self, do: str) -> list[dict[str, Any]]:
        return [message for message in self.heard if message["do"] == do]


class HonestLearner(ScriptedEnd):
    """A learner's process that has set these names, without running anything."""

    def __init__(self, **names: object) -> None:
        super().__init__(self._told)
        self.names = names
        self.kept: list[Any] = []

    def _told(self, message: dict[str, Any]) -> dict[str, Any]:
        match message["do"]:
            case "names":
                values, refused = {}, {}
                for name in message["names"]:
                    if name in self.names:
                        try:
                            values[name] = encode(self.names[name], self._keep)
                        except ValueRefused as why:
                            refused[name] = str(why)
                return {"values": values, "refused": refused}
            case "get":
                return self._value(lambda: getattr(self.kept[message["handle"]], message["name"]))
            case "call":
                args = decode(message["args"], lambda handle: self.kept[handle.number])
                return self._value(lambda: self.kept[message["handle"]](*args))
        return {}

    def _value(self, made: Callable[[], object]) -> dict[str, Any]:
        try:
            return {"value": encode(made(), self._keep)}
        except Exception as error:
            classes = [each.__name__ for each in type(error).__mro__]
            return {"raised": [classes, str(error)]}

    def _keep(self, value: object) -> int:
        self.kept.append(value)
        return len(self.kept) - 1


def job(
    *cells: tuple[str, str], preamble: str = "", limits: Limits | None = None, **files: bytes
) -> Job:
    """A job of cells given as role and source."""
    return Job(
        tuple(Cell(place, role, source) for place, (role, source) in enumerate(cells)),
        preamble,
        tuple((name.replace("__", "."), data) for name, data in files.items()),
        limits or Limits(),
    )


def error(outputs: tuple[Output, ...]) -> str | None:
    """The name and the message of the error among outputs; None if there is none."""
    return next(
        (
            f"{each['ename']}: {each['evalue']}"
            for each in outputs
            if each["output_type"] == "error"
        ),
        None,
    )


def text(outputs: tuple[Output, ...]) -> str:
    """All texts of outputs but errors, joined."""
    return "".join(
        each.get("text") or each.get("data", {}).get("text/plain", "")
        for each in outputs
        if each["output_type"] != "error"
    )
