"""A timer for a workshop."""

from __future__ import annotations

import math
from collections.abc import Sequence

import traitlets

from qi_tools.teaching.part import Part, QuestionInvalid, checked_text, script, style

_MOST_MINUTES = 600


class Timer(Part):
    """Minutes to run down, one step after another.

    Attributes
    ----------
    run : dict
        How the timer stands, written by the browser, which keeps the time: the ``minutes`` of each
        step, the ``step`` it was at, the milliseconds ``used`` of it, and ``since`` when it has
        been running. Empty until it is first started or changed. It is on no disk; it is here so
        that a cell that is drawn again goes on where it was.
    """

    _esm = script("timer.js")
    _css = style("workshop.css")

    run = traitlets.Dict().tag(sync=True)

    def __init__(
        self, title: str, minutes: float, *, steps: Sequence[tuple[str, float]] = ()
    ) -> None:
        words = checked_text(title, "The title of a timer")
        total = _checked_minutes(minutes, f"The timer {words!r}")
        shown = [_checked_step(words, step) for step in steps] or [["", total]]
        reckoned = math.fsum(float(each) for _, each in shown)
        if not math.isclose(reckoned, total):
            raise QuestionInvalid(
                f"The steps of the timer {words!r} take {reckoned:g} minutes, not {total:g}. "
                "Change the steps or the minutes, so that they agree."
            )
        content = {"title": words, "steps": shown, "most": _MOST_MINUTES}
        super().__init__(kind="timer", content=content)


def timer(title: str, minutes: float, *, steps: Sequence[tuple[str, float]] = ()) -> Timer:
    """Show a timer for a workshop: start, pause, set back.

    It follows the clock, so it is right again when a computer has slept. The minutes can be changed
    on the page. Nothing is saved.

    Parameters
    ----------
    title : str
        What is timed, as plain text.
    minutes : float
        How long it takes, in minutes; more than 0 and at most 600.
    steps : sequence of (str, float), optional
        What follows upon what, with the minutes of each. They add up to `minutes`.

    Returns
    -------
    Timer
        A widget to show as the last line of a cell.

    Raises
    ------
    QuestionInvalid
        If a text is blank, or the minutes cannot be.

    Examples
    --------
    >>> from qi_tools.teaching import timer
    >>> show = timer("Spin the coin", 23, steps=[("Brief", 5), ("Predict", 3), ("Run", 15)])
    """
    return Timer(title, minutes, steps=steps)


def _checked_step(title: str, step: object) -> list[str | float]:
    if not isinstance(step, tuple | list) or len(step) != 2:
        raise QuestionInvalid(
            f"A step of the timer {title!r} is {step!r}. Give its name and its minutes, such as "
            '("Predict", 3).'
        )
    name, minutes = step
    words = checked_text(name, f"The name of a step of the timer {title!r}")
    return [words, _checked_minutes(minutes, f"The step {words!r} of the timer {title!r}")]


def _checked_minutes(minutes: object, what: str) -> float:
    if (
        isinstance(minutes, bool)
        or not isinstance(minutes, int | float)
        or not 0 < minutes <= _MOST_MINUTES
    ):
        raise QuestionInvalid(
            f"{what} takes {minutes!r} minutes. Give a number more than 0 and at most "
            f"{_MOST_MINUTES}."
        )
    return float(minutes)
