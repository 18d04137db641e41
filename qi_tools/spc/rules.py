"""Rules for special causes: each looks at where points lie and says which show a signal.

A missing or excluded point is passed over: the points on both sides of it are neighbours. Every
phase is judged on its own.

References
----------
Anhøj J, Olesen AV (2014). Run charts revisited. PLoS ONE 9(11): e113825.
Nelson LS (1984). The Shewhart control chart: tests for special causes. J Quality Technology 16(4):
237-239.
Perla RJ, Provost LP, Murray SK (2011). The run chart: a simple analytical tool for learning from
variation in healthcare processes. BMJ Quality & Safety 20(1): 46-51.
Shewhart WA (1931). Economic Control of Quality of Manufactured Product.
Western Electric (1956). Statistical Quality Control Handbook.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from qi_tools.errors import RulesInvalid
from qi_tools.phases import Flags, Floats, Phases, Whole
from qi_tools.spc.runs import Runs, exact_runs, printed_runs

__all__ = [
    "ON_BOTH_SIDES",
    "Alternating",
    "BeyondLimits",
    "FewCrossings",
    "Found",
    "HuggingTheCentre",
    "LongRun",
    "LooksAt",
    "NearTheLimits",
    "NumberOfRuns",
    "Positions",
    "Rule",
    "Shift",
    "ShunningTheCentre",
    "Trend",
]

LooksAt: TypeAlias = Literal["limits", "sigmas", "centre", "order"]


@dataclass(frozen=True, slots=True, eq=False)
class Positions:
    """Where known points lie, end to end; missing and excluded points have been taken out.

    Parameters
    ----------
    values : ndarray of float, shape (points,)
        What is plotted.
    side : ndarray of int8, shape (points,)
        1 above the centre line, -1 below, 0 on it.
    beyond : ndarray of int8, shape (points,)
        1 above the upper limit, -1 below the lower one, 0 elsewhere.
    sigmas : ndarray of float, shape (points,)
        How many sigmas above the centre; not a number where there is no sigma.
    phases : Phases
    runs : Runs
        The runs about the centre line, counted in each phase.
    """

    values: Floats
    side: NDArray[np.int8]
    beyond: NDArray[np.int8]
    sigmas: Floats
    phases: Phases
    runs: Runs


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What one rule found.

    Parameters
    ----------
    high, low : ndarray of bool, shape (points,)
        Points that show a signal, towards higher and towards lower values.
    whole : ndarray of bool, shape (phases,)
        Phases where the signal lies in the whole, not in any one point.
    """

    high: Flags
    low: Flags
    whole: Flags


class Rule(Protocol):
    """One rule for special causes.

    It has a name, and looks at one thing: points against the limits, at how many sigmas from the
    centre points lie, on which side of it, or only at which of two neighbours is higher.
    """

    looks_at: ClassVar[LooksAt]

    @property
    def name(self) -> str:
        """A few words that tell it from the others of its set."""

    @property
    def words(self) -> str:
        """What the rule looks for, in plain words."""

    def find(self, positions: Positions) -> Found:
        """Find the rule's signals."""


@dataclass(frozen=True, slots=True)
class BeyondLimits:
    """One point outside the limits, three sigmas from the centre (Shewhart 1931)."""

    name: ClassVar[str] = "beyond the limits"
    looks_at: ClassVar[LooksAt] = "limits"

    @property
    def words(self) -> str:
        """What the rule looks for."""
        return "a point outside the limits"

    def find(self, positions: Positions) -> Found:
        """Find the points outside."""
        return _found(positions, positions.beyond > 0, positions.beyond < 0)


@dataclass(frozen=True, slots=True)
class LongRun:
    """A run about the centre longer than chance makes likely for so many points (Anhøj 2014)."""

    name: ClassVar[str] = "long run"
    looks_at: ClassVar[LooksAt] = "centre"

    @property
    def words(self) -> str:
        """What the rule looks for."""
        return "an unusually long run on one side of the centre line"

    def find(self, positions: Positions) -> Found:
        """Find the points of runs that are too long; points on the centre are passed over."""
        limits = positions.runs.longest_run_limit
        return _runs_of(positions, positions.phases.spread(limits + 1), passed_over=True)


@dataclass(frozen=True, slots=True)
class FewCrossings:
    """Fewer crossings of the centre than chance makes likely for so many points (Anhøj 2014)."""

    name: ClassVar[str] = "few crossings"
    looks_at: ClassVar[LooksAt] = "centre"

    @property
    def words(self) -> str:
        """What the rule looks for."""
        return "unusually few crossings of the centre line"

    def find(self, positions: Positions) -> Found:
        """Find the phases with too few crossings."""
        return _found_in_whole(positions, positions.runs.few_crossings)


@dataclass(frozen=True, slots=True)
class Shift:
    """So many points in a row on one side of the centre.

    Parameters
    ----------
    points : int
        How many, 2 or more.
    on_the_line : {"breaks", "passed over"}
        What a point on the centre line itself does to the row.
    """

    points: int
    on_the_line: Literal["breaks", "passed over"] = "breaks"
    name: ClassVar[str] = "shift"
    looks_at: ClassVar[LooksAt] = "centre"

    def __post_init__(self) -> None:
        _at_least(2, self.points, "A shift")

    @property
    def words(self) -> str:
        """What the rule looks for."""
        return f"{self.points} or more points in a row on one side of the centre line"

    def find(self, positions: Positions) -> Found:
        """Find all points of such rows."""
        return _runs_of(positions, self.points, passed_over=self.on_the_line == "passed over")


@dataclass(frozen=True, slots=True)
class Trend:
    """So many points in a row, each higher than the one before, or each lower.

    Parameters
    ----------
    points : int
        How many, the first included; 3 or more.
    ties : {"break", "passed over"}
        What a point equal to the one before it does to the row.
    """

    points: int
    ties: Literal["break", "passed over"] = "break"
    name: ClassVar[str] = "trend"
    looks_at: ClassVar[LooksAt] = "order"

    def __post_init__(self) -> None:
        _at_least(3, self.points, "A trend")

    @property
    def words(self) -> str:
        """What the rule looks for."""
        return f"{self.points} or more points in a row, all rising or all falling"

    def find(self, positions: Positions) -> Found:
        """Find all points of such rows."""
        if self.ties == "break":
            high, low = _trends(positions.values, positions.phases, self.points)
            return _found(positions, high, low)
        moves = np.ones(positions.values.shape, dtype=bool)
        moves[1:] = positions.values[1:] != positions.values[:-1]
        moves[positions.phases.starts] = True
        kept, _ = positions.phases.keep(moves)
        high, low = (np.zeros_like(moves) for _ in range(2))
        high[moves], low[moves] = _trends(positions.values[moves], kept, self.points)
        return _found(positions, high, low)


@dataclass(frozen=True, slots=True)
class NearTheLimits:
    """So many of a few neighbours far out on one side of the centre.

    Parameters
    ----------
    needed, of : int
        How many of how many neighbours.
    sigmas : float
        How far out: further than this many sigmas.
    others : {"anywhere", "same side"}
        Where the rest of the neighbours may lie.
    outside : {"counted", "not counted"}
        Whether points outside the limits count among those needed.
    """

    needed: int
    of: int
    sigmas: float
    others: Literal["anywhere", "same side"] = "anywhere"
    outside: Literal["counted", "not counted"] = "counted"
    looks_at: ClassVar[LooksAt] = "sigmas"

    def __post_init__(self) -> None:
        _at_least(2, self.needed, "Points near the limits")
        if self.of < self.needed or not 0 < self.sigmas < 3:
            raise RulesInvalid(
                f"{self.needed} of {self.of} points beyond {self.sigmas:g} sigmas can't be a rule. "
                "Ask for no more points than are looked at, and for 0 to 3 sigmas."
            )

    @property
    def name(self) -> str:
        """A few words that tell it from the others of its set."""
        return f"{self.needed} of {self.of}"

    @property
    def words(self) -> str:
        """What the rule looks for."""
        return (
            f"{self.needed} of {self.of} points in a row more than {self.sigmas:g} "
            f"sigma{'' if self.sigmas == 1 else 's'} from the centre, on one side"
        )

    def find(self, positions: Positions) -> Found:
        """Find the points that lie so far out, in every group of neighbours with enough."""
        return _found(positions, self._towards(positions, 1), self._towards(positions, -1))

    def _towards(self, positions: Positions, way: int) -> Flags:
        far = way * positions.sigmas > self.sigmas  # comparing with no number gives False
        if self.outside == "not counted":
            far &= positions.beyond != way
        enough = _in_window(far, self.of) >= self.needed
        if self.others == "same side":
            enough &= _in_window(positions.side == way, self.of) == self.of
        enough &= positions.phases.rank >= self.of - 1
        return np.asarray(far & _members(enough, self.of))


@dataclass(frozen=True, slots=True)
class Alternating:
    """So many points in a row going up and down in turn (Nelson 1984, test 4)."""

    points: int = 14
    name: ClassVar[str] = "alternating"
    looks_at: ClassVar[LooksAt] = "order"

    def __post_init__(self) -> None:
        _at_least(4, self.points, "Alternating points")

    @property
    def words(self) -> str:
        """What the rule looks for."""
        return f"{self.points} or more points in a row, up and down in turn"

    def find(self, positions: Positions) -> Found:
        """Find all points of such rows; they point neither way, so each counts for its own side."""
        way = _steps(positions.values, positions.phases)
        turns = np.zeros(way.shape, dtype=bool)
        turns[1:] = (way[1:] != 0) & (way[1:] == -way[:-1])
        # A row of t turns in succession holds t + 2 points.
        row = _rows_of(turns, self.points - 2)
        return _by_side(positions, row | _ahead(row, 1) | _ahead(row, 2))


@dataclass(frozen=True, slots=True)
class HuggingTheCentre:
    """So many points in a row close to the centre, on either side (Nelson 1984, test 7)."""

    points: int = 15
    sigmas: float = 1.0
    name: ClassVar[str] = "hugging the centre"
    looks_at: ClassVar[LooksAt] = "sigmas"

    def __post_init__(self) -> None:
        _at_least(2, self.points, "Points close to the centre")

    @property
    def words(self) -> str:
        """What the rule looks for."""
        return f"{self.points} or more points in a row within {self.sigmas:g} sigma of the centre"

    def find(self, positions: Positions) -> Found:
        """Find all points of such rows; they point neither way, so each counts for its own side."""
        close = np.abs(positions.sigmas) < self.sigmas
        return _by_side(positions, _rows_in_phase(close, positions.phases, self.points))


@dataclass(frozen=True, slots=True)
class ShunningTheCentre:
    """So many points in a row away from the centre, on both sides (Nelson 1984, test 8)."""

    points: int = 8
    sigmas: float = 1.0
    name: ClassVar[str] = "shunning the centre"
    looks_at: ClassVar[LooksAt] = "sigmas"

    def __post_init__(self) -> None:
        _at_least(2, self.points, "Points away from the centre")

    @property
    def words(self) -> str:
        """What the rule looks for."""
        return (
            f"{self.points} or more points in a row more than {self.sigmas:g} sigma from the "
            "centre, on both sides"
        )

    def find(self, positions: Positions) -> Found:
        """Find the points of all such rows that have some on either side."""
        far = np.abs(positions.sigmas) > self.sigmas
        full = (_in_window(far, self.points) == self.points) & (
            positions.phases.rank >= self.points - 1
        )
        above = _in_window(positions.side > 0, self.points)
        full &= (above > 0) & (above < self.points)
        return _by_side(positions, _members(full, self.points))


ON_BOTH_SIDES: Final = (Alternating, HuggingTheCentre, ShunningTheCentre)
"""Rules whose rows have points on both sides: something is odd, but they don't say which way it
points, so no point of them is better or worse."""


@dataclass(frozen=True, slots=True)
class NumberOfRuns:
    """Fewer or more runs about the centre than chance makes likely.

    Parameters
    ----------
    table : {"exact", "printed"}
        The exact 2.5% points for half of the points on either side (Swed & Eisenhart 1943), or
        the table in use since Perla et al. (2011), which differs from it in 17 rows and is given
        for 10 to 60 points only; see `qi_tools.spc.runs.printed_runs`.
    """

    table: Literal["exact", "printed"] = "exact"
    name: ClassVar[str] = "number of runs"
    looks_at: ClassVar[LooksAt] = "centre"

    @property
    def words(self) -> str:
        """What the rule looks for."""
        return "too few or too many runs about the centre line"

    def find(self, positions: Positions) -> Found:
        """Find the phases with too few or too many runs."""
        counts = positions.runs
        runs = np.where(counts.useful > 0, counts.crossings + 1, 0)
        usual = exact_runs if self.table == "exact" else printed_runs
        limits = np.array([usual(int(useful)) for useful in counts.useful], dtype=np.float64)
        return _found_in_whole(positions, (runs < limits[:, 0]) | (runs > limits[:, 1]))


# ---- what the rules share


def _at_least(fewest: int, points: int, what: str) -> None:
    if not isinstance(points, int) or points < fewest:
        raise RulesInvalid(f"{what} can't be {points!r} points. Use {fewest} or more.")


def _found(positions: Positions, high: Flags, low: Flags) -> Found:
    return Found(high, low, np.zeros(positions.phases.starts.size, dtype=bool))


def _found_in_whole(positions: Positions, whole: Flags) -> Found:
    none = np.zeros(positions.values.shape, dtype=bool)
    return Found(none, none, whole)


def _by_side(positions: Positions, flags: Flags) -> Found:
    return _found(positions, flags & (positions.side >= 0), flags & (positions.side < 0))


def _runs_of(positions: Positions, enough: int | Whole, *, passed_over: bool) -> Found:
    """Find the points of runs on one side that have enough points."""
    if passed_over:
        useful = positions.side != 0
        long = np.zeros(useful.shape, dtype=bool)
        if useful.any():
            kept, _ = positions.phases.keep(useful)
            here = enough if isinstance(enough, int) else enough[useful]
            long[useful] = _row_lengths(positions.side[useful], kept) >= here
    else:
        long = _row_lengths(positions.side, positions.phases) >= enough
    return _found(positions, long & (positions.side > 0), long & (positions.side < 0))


def _row_lengths(kinds: NDArray[np.int8], phases: Phases) -> Whole:
    """Give each point the length of the unbroken row of its own kind that it stands in."""
    begins = np.ones(kinds.shape, dtype=bool)
    begins[1:] = kinds[1:] != kinds[:-1]
    begins[phases.starts] = True
    (starts,) = np.nonzero(begins)
    lengths = np.diff(starts, append=kinds.size)
    return np.repeat(lengths, lengths)


def _steps(values: Floats, phases: Phases) -> NDArray[np.int8]:
    """Give 1 where a point is higher than the one before, -1 where lower, 0 elsewhere."""
    steps = np.zeros(values.shape, dtype=np.int8)
    steps[1:] = (values[1:] > values[:-1]).astype(np.int8) - (values[1:] < values[:-1])
    steps[phases.starts] = 0
    return steps


def _trends(values: Floats, phases: Phases, points: int) -> tuple[Flags, Flags]:
    """Find the rising and the falling points of rows with enough of them, the first included."""
    steps = _steps(values, phases)
    long = _row_lengths(steps, phases) >= points - 1
    rising, falling = long & (steps > 0), long & (steps < 0)
    return rising | _ahead(rising, 1), falling | _ahead(falling, 1)


def _ahead(flags: Flags, places: int) -> Flags:
    """Give each point what stands so many places further on."""
    moved = np.zeros_like(flags)
    moved[:-places] = flags[places:]
    return moved


def _rows_of(flags: Flags, enough: int) -> Flags:
    """Find the flagged points in unbroken rows of enough of them."""
    begins = np.ones(flags.shape, dtype=bool)
    begins[1:] = flags[1:] != flags[:-1]
    (starts,) = np.nonzero(begins)
    lengths = np.diff(starts, append=flags.size)
    return np.asarray(flags & (np.repeat(lengths, lengths) >= enough))


def _rows_in_phase(flags: Flags, phases: Phases, enough: int) -> Flags:
    return np.asarray(flags & (_row_lengths(flags.astype(np.int8), phases) >= enough))


def _in_window(flags: Flags, of: int) -> NDArray[np.int64]:
    """Count the flagged among each point and those before it, so many in all."""
    reached = np.cumsum(flags, dtype=np.int64)
    counts = reached.copy()
    counts[of:] -= reached[:-of]
    return counts


def _members(windows: Flags, of: int) -> Flags:
    """Find every point that stands in one of the windows, each named by its last point."""
    members = windows.copy()
    for places in range(1, of):
        members |= _ahead(windows, places)
    return members
