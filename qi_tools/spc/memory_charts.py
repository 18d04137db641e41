"""What the charts with a memory share: a level to hold to, and a sum that carries on.

A chart with a memory adds each new point to what came before, so a small change that lasts shows
sooner than on a chart that looks at each point alone. The charts are in `cusum_charts`,
`ewma_charts` and `bernoulli_cusums` beside this; here is what each of them starts from and says.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qi_tools.columns import LARGEST
from qi_tools.errors import ChartImpossible
from qi_tools.measure import Better, Measure
from qi_tools.spc.limits import PRINTED
from qi_tools.spc.sentences import (
    MOST_TOLD,
    Sentence,
    introduced,
    introduction,
    left_out,
    meaning_of_way,
    more_signals,
    notes,
    paragraphs,
    provenance,
    skipped_dates,
    warned,
)
from qi_tools.spc.signals import Signal
from qi_tools.words import counted, number_in_words

__all__ = [
    "Level",
    "ShiftSignal",
    "Way",
    "carry",
    "check_setting",
    "finding",
    "introduced_as",
    "latest_signal",
    "level",
    "marked",
    "report",
    "skip_warnings",
    "stretches",
]

Way: TypeAlias = Literal["high", "low"]

FEWEST_RANGES = 12
"""Fewer moving ranges than this give a sigma to take with caution: a choice, not a law."""
SIGNALS_IN_FULL = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftSignal(Signal):
    """A signal of a cumulative sum, with its estimates of the shift behind it.

    Parameters
    ----------
    rule, words, points, way, phase
        As in `Signal`; the first of the points is where the signal was raised.
    began : int
        The first point of the shift, as estimated, counted from 0: the one that follows the last
        point at which the sum was zero. When the sum was never zero it is the first point with a
        value, and the shift may be older than the chart.
    new_level : float
        The level since then, as estimated: the mean (for cases, the rate) of the points from
        `began` to the signal.

    References
    ----------
    Montgomery DC (2009). Introduction to Statistical Quality Control, 6th edition, chapter 9.
    """

    began: int
    new_level: float


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """The target and sigma that a chart starts from.

    Parameters
    ----------
    target : float
        The level that the process is held to, in the measure's unit.
    sigma : float or ndarray of float, shape (points,)
        The standard deviation of a point in the measure's unit; one for each point where given so.
    words : str
        Both as one sentence, with where they come from.
    warnings : tuple of str
        What a reader should know about them.
    """

    target: float
    sigma: float | NDArray[np.float64]
    words: str
    warnings: tuple[str, ...]

    def distances(self, measure: Measure) -> NDArray[np.float64]:
        """Give each known point's distance from the target in sigmas, shape (known points,).

        Parameters
        ----------
        measure : Measure
            The measure that the level belongs to.

        Returns
        -------
        ndarray of float

        Raises
        ------
        ChartImpossible
            If sigma is so small beside the values that their sum would overflow.
        """
        known = measure.counted
        with np.errstate(over="ignore"):
            distances = (measure.values[known] - self.target) / self.known_sigmas(measure)
        if np.any(np.abs(distances) > LARGEST):
            raise ChartImpossible(
                "sigma is too small for these values: a point lies more than "
                f"{LARGEST:g} sigmas from the target. Give sigma in the measure's unit."
            )
        return distances

    def known_sigmas(self, measure: Measure) -> NDArray[np.float64]:
        """Give the sigma of each known point, shape (known points,)."""
        return np.broadcast_to(self.sigma, measure.values.shape)[measure.counted]


def level(
    measure: Measure, *, target: float | None = None, sigma: ArrayLike | None = None
) -> Level:
    """Take the target and sigma as given, or estimate them from the measure.

    A target left out is the mean of the points. A sigma left out is their average moving range
    divided by 1.128; a missing value or a skipped date breaks the moving range and is not
    bridged, and the neighbours of a point left out join.

    Parameters
    ----------
    measure : Measure
        What is charted.
    target : float, optional
        In the measure's unit.
    sigma : float or array_like of float, shape (points,), optional
        In the measure's unit; above 0. One number, or one for each point when they rest on
        different numbers of observations.

    Returns
    -------
    Level

    Raises
    ------
    ChartImpossible
        If a setting is out of range, or sigma can't be estimated because the points don't vary
        or no two of them stand next to each other.

    References
    ----------
    Montgomery DC (2009). Introduction to Statistical Quality Control, 6th edition, chapters 6
    (moving ranges) and 9.

    Examples
    --------
    >>> level(Measure.from_columns([4, 6, 5, 7], name="Wait")).target
    5.5
    >>> round(level(Measure.from_columns([4, 6, None, 5, 7], name="Wait")).sigma, 3)
    1.773
    """
    known = measure.values[measure.counted]
    if known.size == 0:
        raise ChartImpossible("Every value is left out. Keep at least one.")
    too_few, warnings = [], []
    if target is None:
        target = float(np.mean(known))
        target_from = "the mean of these points"
        warnings.append(
            "The target is the mean of these same points, so a change among them moves it; "
            "a target from a stable time before is better."
        )
    else:
        target = check_setting("target", target, -LARGEST, LARGEST)
        target_from = "given"
    if sigma is None:
        kept = ~measure.excluded
        ranges = np.abs(np.diff(measure.values[kept]))
        ranges = ranges[~np.isnan(ranges) & (np.diff(np.cumsum(measure.breaks)[kept]) == 0)]
        sigma = _estimated_sigma(ranges, float(np.max(np.abs(known))))
        sigma_words = f"{number_in_words(sigma)} (from the moving ranges)"
        if ranges.size < FEWEST_RANGES:
            too_few.append(
                f"Sigma rests on only {counted(ranges.size, 'moving range')}; "
                f"{FEWEST_RANGES} or more give a steadier one."
            )
    else:
        sigma = _given_sigma(sigma, measure)
        sigma_words = "given for each point"
        if isinstance(sigma, float):
            sigma_words = f"{number_in_words(sigma)} (given)"
    return Level(
        target=target,
        sigma=sigma,
        words=f"Target {number_in_words(target)} ({target_from}), sigma {sigma_words}.",
        warnings=(*too_few, *warnings),
    )


def carry(
    step: Callable[[float, float], float],
    steps: NDArray[np.float64],
    known: NDArray[np.bool_],
    start: float,
) -> NDArray[np.float64]:
    """Carry a sum from point to point, unchanged over missing ones.

    Parameters
    ----------
    step : callable
        Takes the sum so far and what a point brings, and gives the new sum.
    steps : ndarray of float, shape (known points,)
        What each known point brings.
    known : ndarray of bool, shape (points,)
        True where there is a value.
    start : float
        The sum before the first point.

    Returns
    -------
    ndarray of float, shape (points,)
        The sum after each point; can't be written to.

    Examples
    --------
    >>> known = np.array([True, False, True])
    >>> carry(lambda total, new: total + new, np.array([1.0, 2.0]), known, 10.0).tolist()
    [11.0, 11.0, 13.0]
    """
    # Point by point on plain floats: about 0.2 s for a million points. A closed form with running
    # minima is faster, but rounds against the whole drift of the sum instead of its present size.
    amounts: list[float] = steps.tolist()
    totals: Iterator[float] = accumulate(amounts, step, initial=start)
    path = np.fromiter(totals, dtype=np.float64, count=steps.size + 1)
    carried = path[np.cumsum(known)]
    carried.setflags(write=False)
    return carried


def stretches(marked: NDArray[np.bool_], joined: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    """Split the marked points into stretches.

    Parameters
    ----------
    marked : ndarray of bool, shape (points,)
        The points that count.
    joined : ndarray of bool, shape (points,)
        True at a point that carries on from the one before it; False there ends a stretch.

    Returns
    -------
    list of ndarray of int
        The marked points of each stretch in order, counted from 0; only stretches that have any.

    Examples
    --------
    >>> marked, joined = np.array([1, 1, 0, 1, 1]) > 0, np.array([1, 1, 1, 1, 0]) > 0
    >>> [stretch.tolist() for stretch in stretches(marked, joined)]
    [[0, 1, 3], [4]]
    """
    (points,) = np.nonzero(marked)
    if points.size == 0:
        return []
    number = np.cumsum(~joined)
    return np.split(points, np.nonzero(np.diff(number[points]))[0] + 1)


def check_setting(name: str, value: object, low: float, high: float, ends: str = "") -> float:
    """Give a setting as a float, or say what is allowed.

    Parameters
    ----------
    name : str
        The setting.
    value : object
        What was given.
    low, high : float
        It must lie between these.
    ends : {"", "[", "]", "[]"}
        Which of the two ends are allowed themselves.

    Returns
    -------
    float

    Raises
    ------
    ChartImpossible
        If it is no number or out of range.

    Examples
    --------
    >>> check_setting("weight", 1, 0, 1, "]")
    1.0
    """
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    at_end = ("[" in ends and number == low) or ("]" in ends and number == high)
    if not (low < number < high or at_end):
        lowest = f"{low:g} or more" if "[" in ends else f"above {low:g}"
        highest = f"up to {high:g}" if "]" in ends else f"below {high:g}"
        raise ChartImpossible(f"{name} is {value!r}. Use a number, {lowest} and {highest}.")
    return number


def marked(signals: tuple[Signal, ...], way: Way, points: int) -> NDArray[np.bool_]:
    """Mark the points that make a signal in one direction.

    Parameters
    ----------
    signals : tuple of Signal
        What was found.
    way : {"high", "low"}
    points : int
        How many points there are in all.

    Returns
    -------
    ndarray of bool, shape (points,)

    Examples
    --------
    >>> marked((Signal("upper sum", "", (1, 2), "high"),), "high", 4).tolist()
    [False, True, True, False]
    """
    marks = np.zeros(points, dtype=bool)
    for signal in signals:
        if signal.way == way:
            marks[list(signal.points)] = True
    return marks


def finding(signals: tuple[Signal, ...]) -> str:
    """Say what the chart found, the first signals in full.

    Parameters
    ----------
    signals : tuple of Signal
        What was found.

    Returns
    -------
    str

    Examples
    --------
    >>> finding(())
    'No signal: ups and downs like these can be chance alone.'
    """
    if not signals:
        return "No signal: ups and downs like these can be chance alone."
    rest = len(signals) - SIGNALS_IN_FULL
    more = [f"There {'is' if rest == 1 else 'are'} {counted(rest, 'more signal')}."]
    words = [signal.words for signal in signals[:SIGNALS_IN_FULL]]
    return " ".join(["Signal:", *words, *(more if rest > 0 else [])])


def latest_signal(signals: tuple[Signal, ...], better: Better) -> Iterator[Sentence]:
    """Say the latest signal of a description and count the others.

    Parameters
    ----------
    signals : tuple of Signal
        What was found.
    better : {"lower", "higher", "neither"}
        Which way is better.

    Yields
    ------
    Sentence

    Examples
    --------
    >>> rise = Signal("upper sum", "The upper sum passes 5 sigmas at point 7.", (6, 7), "high")
    >>> [sentence.full for sentence in latest_signal((rise,), "lower")]
    ['Signal (concern): The upper sum passes 5 sigmas at point 7.']
    """
    if not signals:
        yield Sentence(finding(signals))
        return
    latest = max(signals, key=lambda signal: signal.points[-1])
    means = meaning_of_way(latest.way, better)
    heading = f"Signal ({means}): " if means else "Signal: "
    brief = latest.words.split(". ")[0].rstrip(".")
    yield Sentence(f"{heading}{latest.words}", f"{heading}{brief}.", 3)
    others = [signal for signal in signals if signal is not latest]
    yield from more_signals([meaning_of_way(signal.way, better) for signal in others])


def introduced_as(measure: Measure, title: str) -> Sentence:
    """Give the first sentence of a description, with what the chart is called.

    Parameters
    ----------
    measure : Measure
        What is charted.
    title : str
        Such as ``"CUSUM chart"``.

    Returns
    -------
    Sentence
    """
    shown = int(np.count_nonzero(measure.known & measure.excluded))
    return introduced(measure, lambda each: introduction(each, title, left_out=shown))


def report(
    measure: Measure,
    title: str,
    settings: tuple[str, ...],
    signals: tuple[Signal, ...],
    warnings: tuple[str, ...],
) -> tuple[str, ...]:
    """Tell all that a chart with a memory holds, as paragraphs.

    Parameters
    ----------
    measure : Measure
        What is charted.
    title : str
        What the chart is called.
    settings : tuple of str
        Paragraphs on where the chart starts from, how it is set and where it ends.
    signals : tuple of Signal
        What was found.
    warnings : tuple of str
        What a reader should know.

    Returns
    -------
    tuple of str
    """
    better = "" if measure.better == "neither" else f" {measure.better.capitalize()} is better."
    return paragraphs(
        f"{introduced_as(measure, title).full}{better}",
        *settings,
        " ".join(_signals_in_full(signals, measure.better)),
        left_out(measure),
        notes(measure),
        warned(warnings),
        provenance(measure),
    )


def _signals_in_full(signals: tuple[Signal, ...], better: Better) -> Iterator[str]:
    if not signals:
        yield finding(signals)
        return
    yield f"{counted(len(signals), 'signal')}."
    for signal in signals[:MOST_TOLD]:
        means = meaning_of_way(signal.way, better).capitalize()
        yield f"{means}: {signal.words}" if means else signal.words
    if len(signals) > MOST_TOLD:
        yield f"The table marks {counted(len(signals) - MOST_TOLD, 'more signal')}."


def skip_warnings(measure: Measure) -> tuple[str, ...]:
    """Warn where the memory runs on: missing values, skipped dates, points left out, phases.

    Parameters
    ----------
    measure : Measure
        What is charted.

    Returns
    -------
    tuple of str
    """
    warnings = []
    missing = int(np.count_nonzero(~measure.known))
    if missing:
        verb = "is" if missing == 1 else "are"
        warnings.append(
            f"{counted(missing, 'value')} {verb} missing; the chart carries on over "
            f"{'it' if missing == 1 else 'them'} unchanged."
        )
    warnings += skipped_dates(measure, "the chart carries on as if they were not")
    if measure.exclusions:
        warnings.append("The chart carries on over points left out as over missing ones.")
    if len(measure.phases) > 1 or measure.phases[0].baseline:
        warnings.append(
            "This chart takes the measure as one stretch: its phases and frozen baselines make no "
            "difference here."
        )
    return tuple(warnings)


def _estimated_sigma(ranges: NDArray[np.float64], largest: float) -> float:
    what_to_do = "Give sigma, from a time when the process was stable."
    if ranges.size == 0:
        raise ChartImpossible(
            f"Sigma can't be estimated: no two points with values stand together. {what_to_do}"
        )
    sigma = float(np.mean(ranges)) / PRINTED.d2
    # Decimals such as 0.1 are not exact in a computer: what is left of them is no variation.
    if sigma <= 4 * np.finfo(np.float64).eps * largest:
        raise ChartImpossible(
            "Sigma can't be estimated: neighbouring points don't differ, so it would be 0 and "
            f"every change infinitely large. {what_to_do}"
        )
    return sigma


def _given_sigma(sigma: ArrayLike, measure: Measure) -> float | NDArray[np.float64]:
    try:
        numbers = np.array(sigma, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        numbers = np.array(math.nan)
    if numbers.ndim == 0:
        return check_setting("sigma", sigma, 0, LARGEST)
    if numbers.shape != measure.values.shape:
        raise ChartImpossible(
            f"sigma has shape {numbers.shape}. Give one number, or one for each of the "
            f"{counted(measure.values.size, 'point')}."
        )
    faults = measure.counted & ~((numbers > 0) & (numbers < LARGEST))
    if np.any(faults):
        first = int(np.nonzero(faults)[0][0])
        raise ChartImpossible(
            f"sigma is {numbers[first]:g} at {measure.label(first)}. Use numbers above 0 and below "
            f"{LARGEST:g}."
        )
    numbers[~measure.counted] = np.nan
    numbers.setflags(write=False)
    return numbers
