"""What can be set in an experiment: each control with what it allows, and how it is read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from qi_tools.errors import QIToolsError
from qi_tools.words import number_in_words

__all__ = ["Chosen", "Control", "Count", "Pick", "SettingRefused", "Several", "Tick", "read_all"]

Chosen: TypeAlias = Mapping[str, Any]
"""What was chosen, by the control's id: text, a number, True or False, or a tuple of texts."""


class SettingRefused(QIToolsError):
    """A control holds what it can't; the message says what to choose.

    Parameters
    ----------
    at : str
        The control's id.
    message : str
    """

    def __init__(self, at: str, message: str) -> None:
        self.at = at
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Pick:
    """One of a few, from a list.

    Parameters
    ----------
    id, label : str
    options : mapping of str to str
        What can be picked: id to text, in the order to show.
    start : str
        What is picked at first.
    hint : str
        What helps to choose.
    when : tuple of (str, str or bool), optional
        Another control and the value of it with which this one is shown.
    """

    id: str
    label: str
    options: Mapping[str, str]
    start: str
    hint: str = ""
    when: tuple[str, str | bool] | None = None

    def shown(self) -> dict[str, Any]:
        """Say how the browser draws it."""
        options = [["", [list(option) for option in self.options.items()]]]
        return {"kind": "select", "options": options, "start": self.start}

    def read(self, raw: object) -> str:
        """Give back the id of an option."""
        if not isinstance(raw, str) or raw not in self.options:
            raise SettingRefused(self.id, f"{self.label}: choose one of the list.")
        return raw


@dataclass(frozen=True, slots=True)
class Count:
    """A number, by a slider or by a box beside it.

    Parameters
    ----------
    id, label : str
    low, high : float
        What is allowed.
    start : float or None
        What it holds at first; None leaves the box blank and draws no slider, as for a prediction.
    step : float
        From one number to the next; whole numbers are given back as int.
    unit : str
        What is counted, such as ``beads``.
    hint : str
        What helps to choose.
    when : tuple of (str, str or bool), optional
        Another control and the value of it with which this one is shown.
    """

    id: str
    label: str
    low: float
    high: float
    start: float | None
    step: float = 1
    unit: str = ""
    hint: str = ""
    when: tuple[str, str | bool] | None = None

    def shown(self) -> dict[str, Any]:
        """Say how the browser draws it."""
        return {
            "kind": "number" if self.start is None else "slider",
            "low": self.low,
            "high": self.high,
            "step": self.step,
            "start": "" if self.start is None else self.start,
            "unit": self.unit,
        }

    def read(self, raw: object) -> float:
        """Give back a number within the limits."""
        is_number = isinstance(raw, int | float) and not isinstance(raw, bool)
        if not is_number or not self.low <= raw <= self.high or not self._is_on_a_step(raw):  # type: ignore[operator, arg-type]
            whole = "a whole number" if self.step == 1 else "a number"
            low, high = number_in_words(self.low), number_in_words(self.high)
            raise SettingRefused(self.id, f"{self.label}: type {whole} from {low} to {high}.")
        number = float(raw)  # type: ignore[arg-type]
        return int(number) if float(self.step).is_integer() else number

    def _is_on_a_step(self, number: float) -> bool:
        # Of a fine step any number in between is welcome; half a bead is not.
        return math.isfinite(number) and (self.step != 1 or float(number).is_integer())


@dataclass(frozen=True, slots=True)
class Tick:
    """Yes or no.

    Parameters
    ----------
    id, label : str
    start : bool
        Whether it is ticked at first.
    hint : str
        What helps to choose.
    when : tuple of (str, str or bool), optional
        Another control and the value of it with which this one is shown.
    """

    id: str
    label: str
    start: bool = False
    hint: str = ""
    when: tuple[str, str | bool] | None = None

    def shown(self) -> dict[str, Any]:
        """Say how the browser draws it."""
        return {"kind": "checkbox", "start": self.start}

    def read(self, raw: object) -> bool:
        """Give back whether it is ticked."""
        return raw is True


@dataclass(frozen=True, slots=True)
class Several:
    """Any number out of a few.

    Parameters
    ----------
    id, label : str
    options : mapping of str to str
        What can be ticked: id to text, in the order to show.
    start : tuple of str
        What is ticked at first.
    least : int
        How many have to be ticked.
    hint : str
        What helps to choose.
    when : tuple of (str, str or bool), optional
        Another control and the value of it with which this one is shown.
    """

    id: str
    label: str
    options: Mapping[str, str]
    start: tuple[str, ...] = ()
    least: int = 0
    hint: str = ""
    when: tuple[str, str | bool] | None = None

    def shown(self) -> dict[str, Any]:
        """Say how the browser draws it."""
        options = [list(option) for option in self.options.items()]
        return {"kind": "several", "options": options, "start": list(self.start)}

    def read(self, raw: object) -> tuple[str, ...]:
        """Give back the ids of options, in the order shown."""
        given = list(raw) if isinstance(raw, list | tuple) else []
        ticked = tuple(option for option in self.options if option in given)
        if len(ticked) < self.least:
            raise SettingRefused(self.id, f"{self.label}: tick {self.least} or more.")
        return ticked


Control: TypeAlias = Pick | Count | Tick | Several


def read_all(controls: tuple[Control, ...], raw: object) -> dict[str, Any]:
    """Read what the form holds.

    Parameters
    ----------
    controls : tuple of Control
    raw : object
        What came from the browser or from a file: a mapping from the controls' ids.

    Returns
    -------
    dict
        By the controls' ids.

    Raises
    ------
    SettingRefused
        If a control holds what it can't.

    Examples
    --------
    >>> read_all((Count("beads", "Beads", 1, 50, 10), Tick("loud", "Aloud")), {"beads": 7.0})
    {'beads': 7, 'loud': False}
    """
    given = raw if isinstance(raw, Mapping) else {}
    return {control.id: control.read(given.get(control.id)) for control in controls}
