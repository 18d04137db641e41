"""Dependence: points that lean on their neighbours, and points that follow the calendar.

Every chart takes its points to be separate looks at one process. Two things break that often in
health care. A *season*: the same months, quarters or weekdays are high, year after year or week
after week. *Autocorrelation*: a point starts from where the one before it ended, as waiting lists
do. Then limits and rules give alarms, or keep silent, for a reason that is no special cause.

Both are judged at 1 in 100, so a measure without either is rarely accused of one.

References
----------
Bartlett MS (1946). On the theoretical specification and sampling properties of autocorrelated
time-series. Supplement to the Journal of the Royal Statistical Society 8(1): 27-41.
Conover WJ, Iman RL (1981). Rank transformations as a bridge between parametric and nonparametric
statistics. The American Statistician 35(3): 124-129.
Maragah HD, Woodall WH (1992). The effect of autocorrelation on the retrospective X-chart. Journal
of Statistical Computation and Simulation 40(1-2): 29-42.
Moran PAP (1948). Some theorems on time series II: the significance of the serial correlation
coefficient. Biometrika 35(3-4): 255-260.
Paulson E (1942). An approximate normalization of the analysis of variance distribution. Annals of
Mathematical Statistics 13(2): 233-235.
Provost LP, Murray SK (2011). The Health Care Data Guide (seasonal and autocorrelated data).
van der Waerden BL (1952). Order tests for the two-sample problem and their power. Indagationes
Mathematicae 14: 453-458.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal, TypeAlias

import numpy as np

from qi_tools.measure import Measure
from qi_tools.phases import Flags, Floats, Whole
from qi_tools.spc.splits import FEWEST_TO_SPLIT, average_ranks, best_split
from qi_tools.words import MONTHS, number_in_words

__all__ = ["Autocorrelation", "Cycle", "Season", "autocorrelation", "dependence_warnings", "season"]

Cycle: TypeAlias = Literal["month of the year", "quarter of the year", "day of the week"]

CHANCE = 0.01
"""A season, or an autocorrelation, that chance alone would show less often than this is found."""
BEYOND_CHANCE = 2.575829
"""The same in standard errors of a normal distribution, on both sides together."""
FEWEST_POINTS = 12
"""With fewer points neither is looked for: our choice, as for limits."""
FEWEST_FREE = 5
"""A season needs so many points beyond those that its own numbers use up: our choice."""
MOST_BENDS = 6
"""The slow change that is taken out before looking for a season bends so often at most."""
SAME = 1e-9  # shorter than this beside the longest: only the rounding of sums tells it from none

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_QUARTERS = ("January to March", "April to June", "July to September", "October to December")


@dataclass(frozen=True, slots=True)
class Autocorrelation:
    """How much each point leans on the one before it.

    Parameters
    ----------
    lag1 : float
        The lag-1 autocorrelation about the phases' averages, from about -1 to 1; not a number
        where there are too few points or no variation.
    usual : tuple of (float, float)
        What chance alone gives in 99 series of 100.
    found : {"positive", "negative", "none"}
        Which kind there is. A positive one is only found if neither one shift nor a steady drift
        within the phases explains it: those are special causes, and the chart's own rules tell.
    """

    lag1: float
    usual: tuple[float, float]
    found: Literal["positive", "negative", "none"]


@dataclass(frozen=True, slots=True)
class Season:
    """How much a measure follows the calendar.

    Parameters
    ----------
    cycle : {"month of the year", "quarter of the year", "day of the week"}
        What the points are sorted by.
    labels : tuple of str
        The months, quarters or days that occur.
    effects : tuple of float
        How far each of them lies from the average of all, in the measure's unit, when slow change
        has been taken out.
    chance : float
        How often chance alone would make them differ as much.
    """

    cycle: Cycle
    labels: tuple[str, ...]
    effects: tuple[float, ...]
    chance: float

    @property
    def found(self) -> bool:
        """Whether there is a season: chance alone would hardly ever show one so clear."""
        return self.chance < CHANCE

    @property
    def highest(self) -> str:
        """The label with the highest values."""
        return self.labels[int(np.argmax(self.effects))]

    @property
    def lowest(self) -> str:
        """The label with the lowest values."""
        return self.labels[int(np.argmin(self.effects))]


def autocorrelation(measure: Measure) -> Autocorrelation:
    """Say how much each point leans on the one before it.

    A season, where there is one, is taken out first. Excluded and missing points break the chain:
    they are no one's neighbours.

    Parameters
    ----------
    measure : Measure

    Returns
    -------
    Autocorrelation

    References
    ----------
    Moran (1948): without autocorrelation the coefficient has mean -1/n and variance
    (n - 2)² / (n² (n - 1)). The averages of further phases and of the season count likewise.

    Examples
    --------
    >>> up_and_down = Measure.from_columns([5, 9, 4, 8, 5, 9] * 4, name="Staff on shift")
    >>> autocorrelation(up_and_down).found
    'negative'
    """
    return _autocorrelation(measure, season(measure))


def season(measure: Measure) -> Season | None:
    """Say how much a measure follows the calendar.

    Daily values are sorted by day of the week, quarterly ones by quarter, and weekly to monthly
    ones by month of the year, several in one month being averaged. Slow change is taken out at the
    same time, so that it is not taken for a season: each phase has a level of its own, a line
    through all of them may bend once a cycle, and there may be one sudden shift, where it fits
    best. The test is an F test on normal scores of ranks, of whether months differ; for months,
    also of whether they follow one wave a year, which finds the usual winter sooner. Where
    neighbours are alike even so, F counts for less. A single month that stands out needs some five
    years to be found.

    Parameters
    ----------
    measure : Measure

    Returns
    -------
    Season or None
        None where no season can be looked for: there are no dates, they are not regular, they cover
        less than two full cycles, or there is no variation.

    References
    ----------
    Conover & Iman (1981), tests on ranks and on their normal scores (van der Waerden 1952); Paulson
    (1942), the tail of F; Bartlett (1946), how much less autocorrelated values tell:
    (1 + r) / (1 - r).

    Examples
    --------
    >>> from qi_tools import load_dataset
    >>> frame = load_dataset("england_ae").frame
    >>> season(Measure.from_columns(frame["all_attendances"], frame["month"], name="A&E")).cycle
    'month of the year'
    """
    calendar = _calendar(measure)
    if calendar is None:
        return None
    counted = measure.counted
    cells, cell = np.unique(calendar.cell[counted], return_inverse=True)
    if cells.size < FEWEST_POINTS:
        return None
    values = np.bincount(cell, measure.values[counted]) / np.bincount(cell)
    firsts = np.array([phase.first for phase in measure.phases])
    began = np.unique(np.searchsorted(cells, calendar.cell[firsts]).clip(max=cells.size - 1))
    cycles = (cells - cells[0]) / calendar.parts
    scores = _normal_scores(values)
    slow = _slow_change(scores, cycles, began)
    present, part = np.unique(cells % calendar.parts, return_inverse=True)
    if cycles[-1] + 1 / calendar.parts < 2 or np.ptp(values) == 0:
        return None
    # The parts of a cycle about the average of them all.
    each = (part[:, None] == np.arange(present.size)).astype(np.float64)
    each = each[:, 1:] - each[:, :1]
    waves = [each]
    if calendar.cycle == "month of the year":
        turn = 2 * np.pi * cycles[:, None]
        waves.append(np.hstack([np.sin(turn), np.cos(turn)]))
    basis = _axes(slow)
    if values.size - basis.shape[1] - each.shape[1] < FEWEST_FREE:
        return None
    chances = [_chance(scores, basis, wave) for wave in waves]
    others = np.linalg.lstsq(_beside(each, basis), _beside(values, basis), rcond=SAME)[0]
    return Season(
        calendar.cycle,
        tuple(calendar.names[number] for number in present),
        (-float(others.sum()), *map(float, others)),
        min(1.0, len(chances) * min(chances)),
    )


def dependence_warnings(measure: Measure) -> tuple[str, ...]:
    """Say in words that a measure follows the calendar or leans on its own past, if it does.

    Parameters
    ----------
    measure : Measure

    Returns
    -------
    tuple of str
        Empty when neither is found.

    References
    ----------
    Provost & Murray (2011), on both; Maragah & Woodall (1992), on limits from moving ranges.

    Examples
    --------
    >>> dependence_warnings(Measure.from_columns([5, 9, 4, 8, 5, 9] * 4, name="Staff"))[0][:51]
    'The points go up and down in turn more than chance '
    """
    by_season = season(measure)
    lean = _autocorrelation(measure, by_season)
    warnings = []
    if by_season is not None and by_season.found:
        at, how = _SEASON_WORDS[by_season.cycle]
        warnings.append(
            f"The values follow the {by_season.cycle}: highest {at} {by_season.highest}, lowest "
            f"{at} {by_season.lowest}. No set of rules is honest until that is taken out: {how}."
        )
    lag1 = number_in_words(lean.lag1, 2)
    if lean.found == "positive":
        warnings.append(
            f"Each point leans on the one before it (lag-1 autocorrelation {lag1}; chance alone "
            f"seldom gives more than {number_in_words(lean.usual[1], 2)}). Limits from moving "
            "ranges are too narrow and runs too long, so some signals are false alarms."
        )
    if lean.found == "negative":
        warnings.append(
            "The points go up and down in turn more than chance makes them (lag-1 autocorrelation "
            f"{lag1}; chance alone seldom gives less than {number_in_words(lean.usual[0], 2)}). "
            "Limits from moving ranges are too wide. Look for two processes on one chart, or for "
            "someone who corrects every change."
        )
    return tuple(warnings)


_SEASON_WORDS: dict[Cycle, tuple[str, str]] = {
    "month of the year": (
        "in",
        "compare each value with the same month a year before, or chart its difference from what "
        "is usual for the month",
    ),
    "quarter of the year": (
        "in",
        "compare each value with the same quarter a year before, or chart its difference from what "
        "is usual for the quarter",
    ),
    "day of the week": (
        "on",
        "chart whole weeks, or make one chart for each day of the week",
    ),
}


# ---- autocorrelation


def _autocorrelation(measure: Measure, by_season: Season | None) -> Autocorrelation:
    values = np.where(measure.excluded, np.nan, measure.values)
    firsts = [phase.first for phase in measure.phases]
    averages = len(firsts)
    if by_season is not None and by_season.found and (calendar := _calendar(measure)):
        effects = dict(zip(by_season.labels, by_season.effects, strict=True))
        names = (calendar.names[part] for part in calendar.cell % calendar.parts)
        values = values - np.array([effects.get(name, 0.0) for name in names])
        averages += len(effects) - 1
    phases = np.split(values, firsts[1:])
    off = np.concatenate([_about_average(phase) for phase in phases])
    known = ~np.isnan(off)
    neighbours = known[1:] & known[:-1] & ~measure.breaks[1:]
    n, pairs = int(known.sum()), int(neighbours.sum())
    if n < FEWEST_POINTS or pairs < n / 2:
        return Autocorrelation(math.nan, (-1.0, 1.0), "none")
    error = (n - 2) / (n * math.sqrt(pairs))
    low = max(-averages / n - BEYOND_CHANCE * error, -1.0)
    high = -len(firsts) / n + BEYOND_CHANCE * error
    lag1 = _lag1(off, neighbours)
    found: Literal["positive", "negative", "none"] = "none"
    if lag1 < low:
        found = "negative"
    elif lag1 > high:
        about_others = (
            np.concatenate([about(phase) for phase in phases])
            for about in (_about_shift, _about_drift)
        )
        if all(_lag1(each, neighbours) > high for each in about_others):
            found = "positive"
    return Autocorrelation(lag1, (low, high), found)


def _lag1(off: Floats, neighbours: Flags) -> float:
    """Give the lag-1 autocorrelation; with missing pairs, as if there were as many as can be."""
    known = ~np.isnan(off)
    spread = float(np.sum(off[known] ** 2))
    if spread == 0:
        return math.nan
    together = float(np.sum((off[1:] * off[:-1])[neighbours]))
    return together / spread * (int(known.sum()) - 1) / int(neighbours.sum())


def _about_average(values: Floats) -> Floats:
    known = ~np.isnan(values)
    if not known.any():
        return values
    off = values - values[known].mean()
    # What the rounding of a sum leaves of no variation is none; see `qi_tools.spc.runs.sides_of`.
    rounding = np.abs(off) <= 1e-12 * np.abs(values[known]).max()
    return np.where(rounding, 0.0, off)


def _about_shift(values: Floats) -> Floats:
    """Give values about two averages, before and after the shift that fits them best."""
    (known,) = np.nonzero(~np.isnan(values))
    if known.size < FEWEST_TO_SPLIT:
        return _about_average(values)
    split = known[best_split(values[known])]
    return np.concatenate([_about_average(values[:split]), _about_average(values[split:])])


def _about_drift(values: Floats) -> Floats:
    """Give values about the straight line that fits them best."""
    (known,) = np.nonzero(~np.isnan(values))
    if known.size < 3:
        return _about_average(values)
    time = np.arange(values.size) - known.mean()
    off = _about_average(values)
    slope = float(np.sum(time[known] * off[known]) / np.sum(time[known] ** 2))
    return np.asarray(off - slope * time)


# ---- season


@dataclass(frozen=True, slots=True, eq=False)
class _Calendar:
    """Which part of which cycle each point falls in: cells, counted on from cycle to cycle."""

    cycle: Cycle
    names: tuple[str, ...]
    cell: Whole

    @property
    def parts(self) -> int:
        return len(self.names)


def _calendar(measure: Measure) -> _Calendar | None:
    days = measure.dates
    if days is None or days.size < FEWEST_POINTS:
        return None
    steps = np.diff(days).astype(np.float64)
    usual = float(np.median(steps))
    if usual < 1.5:  # working days skip weekends, and are daily all the same
        return _Calendar("day of the week", _WEEKDAYS, days.astype(np.int64) + 3)
    # Months have 28 to 31 days, so a step within a sixth of the usual one counts as regular.
    regular = np.count_nonzero(np.abs(steps - usual) <= usual / 6) >= 0.7 * steps.size
    month = days.astype("datetime64[M]").astype(np.int64)
    if regular and usual < 45:
        return _Calendar("month of the year", MONTHS, month)
    if regular and usual < 135:
        return _Calendar("quarter of the year", _QUARTERS, month // 3)
    return None


def _normal_scores(values: Floats) -> Floats:
    """Give what values so placed would be in a normal distribution, so that none is far out."""
    quantile = NormalDist().inv_cdf
    return np.array([quantile(place) for place in average_ranks(values) / (values.size + 1)])


def _slow_change(scores: Floats, cycles: Floats, began: Whole) -> Floats:
    """Give what slow change is made of: phases, one more shift, a line that bends once a cycle."""
    bends = min(max(round(float(cycles[-1])) - 1, 1), MOST_BENDS)
    places = np.arange(1, bends + 1) * cycles[-1] / (bends + 1)
    steps = np.unique(np.append(began, best_split(scores)))
    levels = (np.arange(cycles.size)[:, None] >= steps).astype(np.float64)
    return np.hstack([levels, cycles[:, None], np.maximum(cycles[:, None] - places, 0.0)])


def _axes(columns: Floats) -> Floats:
    """Give directions at right angles that span the columns, of which some may be superfluous."""
    directions, lengths, _ = np.linalg.svd(columns, full_matrices=False)
    return np.asarray(directions[:, lengths > SAME * lengths[0]])


def _beside(columns: Floats, basis: Floats) -> Floats:
    """Give what is left of columns beside what the basis explains."""
    return np.asarray(columns - basis @ (basis.T @ columns))


def _chance(scores: Floats, basis: Floats, seasonal: Floats) -> float:
    """Give how often chance alone lets the season explain as much, beside slow change."""
    axes = _axes(_beside(seasonal, basis))
    left = _beside(scores, basis)
    explained = axes @ (axes.T @ left)
    rest = left - explained
    by_season, by_chance = float(explained @ explained), float(rest @ rest)
    nothing = 1e-12 * float(scores @ scores)
    if by_season <= nothing or by_chance <= nothing:
        return 1.0 if by_season <= nothing else 0.0
    parts = axes.shape[1]
    free = scores.size - basis.shape[1] - parts
    alike = min(max(float(rest[1:] @ rest[:-1]) / by_chance, 0.0), 0.9)
    f = by_season / parts / (by_chance / free) * (1 - alike) / (1 + alike)
    a, b, root = 2 / (9 * parts), 2 / (9 * free), f ** (1 / 3)
    return math.erfc(((1 - b) * root - (1 - a)) / math.sqrt(2 * (b * root**2 + a))) / 2
