"""A funnel plot: units compared at one time, each within limits that fit its size.

A unit is a ward, a practice, a site, a surgeon. Small units vary more by chance alone than large
ones, so the limits are wide for small units and close in on the target as units grow: a funnel. A
unit beyond its 95% limits is an *alert*, one beyond its 99.8% limits an *alarm* (Spiegelhalter
2005). Either is a question to ask, not an answer.

**Exact limits.** A unit lies beyond a limit exactly when a count so far out, or farther, comes by
chance less often than the limit allows: 2.5% in each tail for 95%, 0.1% for 99.8%, by the
binomial distribution for proportions and the Poisson for rates and ratios. Counts are whole, so a
tail is seldom filled; it is never overfilled, however small the unit. Between the last count
within the limit and the first beyond it the limit is interpolated in the tail's probability, as
Spiegelhalter (2005, appendix) does for the lower limit. He uses the same formula for the upper
one, which then is crossed too often; here the upper limit mirrors the lower.

**NHS England's SHMI** is drawn with other limits, which ``method="shmi"`` gives: the exact
confidence limits of a Poisson count. They are crossed downwards too often and upwards too seldom:
a unit with one expected death and none observed lies below both lower limits, and that comes by
chance 37 times in 100. With a hundred expected deaths and more it hardly matters. Seaton &
Manktelow (2012) measure all of this and advise against confidence limits in funnel plots.

**Over-dispersion.** Units often differ by more than chance for reasons that no one counted: whom
they treat, how they record. Then limits for chance alone are too narrow, and many units lie beyond
them. φ is the mean square of the units' z-scores, near 1 when there is nothing but chance; τ² is
the variance between units that explains the rest. With ``overdispersion="additive"`` the limits
take τ² in (Spiegelhalter 2005). It can also hide what is wrong in many units, so it is never done
unasked. The z-scores' ends are pulled in first, lest a few wild units widen the limits of all. That
makes τ² too small, and the test of φ a cautious one: where units differ as a normal distribution
does, the widened 95% limits hold about 88% of them, and those of the SHMI, which leaves the ends
out, about 80% (99.8%: 98 and 95). Measured with 400 units of 100 to 1,500 expected events and a
standard deviation between units of 0.05 to 0.3.

References
----------
DerSimonian R, Laird N (1986). Meta-analysis in clinical trials. Controlled Clinical Trials 7(3):
177-188.

NHS England. Summary Hospital-level Mortality Indicator (SHMI): methodology. Followed here as the R
package FunnelPlotR 0.6.0 does, whose results the tests reproduce.

Seaton SE, Manktelow BN (2012). The probability of being identified as an outlier with commonly
used funnel plot control limits for the standardised mortality ratio. BMC Med Res Methodol 12: 98.

Spiegelhalter DJ (2005). Funnel plots for comparing institutional performance. Statistics in
Medicine 24(8): 1185-1202.

Spiegelhalter D, Sherlaw-Johnson C, Bardsley M, Blunt I, Wood C, Grigg O (2012). Statistical
methods for healthcare regulation: rating, screening and surveillance. J R Stat Soc A 175(1): 1-47.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qi_tools import columns
from qi_tools.alternatives import shortened
from qi_tools.errors import MeasureInvalid
from qi_tools.measure import Better
from qi_tools.phases import Flags, Floats
from qi_tools.result import Result
from qi_tools.spc.funnel_limits import (
    FEWEST_EXPECTED,
    Data,
    Dispersion,
    FunnelLimits,
    Method,
    dispersion_of,
    limits_of,
    rarest,
)
from qi_tools.spc.sentences import (
    MOST_TOLD,
    SHORT_NAME,
    SHORT_UNIT,
    Sentence,
    fitted,
    named,
    paragraphs,
    provenance,
    warned,
    warning,
)
from qi_tools.spc.signals import Signal
from qi_tools.words import counted, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Funnel", "funnel"]

Overdispersion: TypeAlias = Literal["none", "additive"]

# With fewer units than this, a tenth at each end is less than one unit.
FEWEST_FOR_DISPERSION = 10
# Larger than any count of people or days, and small enough that the tails are still computed well.
LARGEST = 1e10
SMALLEST = 1e-10
NAMED_IN_FULL = 3
CURVE_POINTS = 200
TOO_NARROW = (
    "The limits are for chance alone, so they are too narrow and flag too many units. Look first "
    "for differences in whom the units treat and in how they record; "
    'overdispersion="additive" gives wider limits.'
)


@dataclass(frozen=True, slots=True, eq=False)
class Funnel(Result):
    """Units, their values, and the limits that fit the size of each.

    Make one with `funnel`. The arrays are copies and can't be written to.

    Parameters
    ----------
    names : tuple of str
        The units, in the order in which they were given.
    numerators, denominators : ndarray of float, shape (units,)
        The counts; not a number is a missing one.
    values : ndarray of float, shape (units,)
        Numerator over denominator, times `per`; not a number for a unit that is shown without.
    limits : FunnelLimits
        The limits of each unit, shape (units,).
    target : float
        The centre, on the scale of the values.
    target_given : bool
        False when the target is that of all units together.
    dispersion : Dispersion
        φ, τ² and the test of over-dispersion.
    data : {"proportions", "rates", "ratios"}
        What the counts are.
    per : float
        What the values are multiplied by.
    method : {"exact", "shmi"}
        Which limits, see the module.
    overdispersion : {"none", "additive"}
        Whether the limits take τ² in.
    name : str
        What is compared, such as ``"Falls"``.
    unit : str
        What the values are counted in, such as ``"per 1,000 bed days"``.
    better : {"lower", "higher", "neither"}
        Which way is better.
    source : str
        Where the counts come from.
    simulated : bool
        True when they are made up.
    warnings : tuple of str
        What a reader should know before trusting the plot, the most important first.
    """

    names: tuple[str, ...]
    numerators: Floats
    denominators: Floats
    values: Floats
    limits: FunnelLimits
    target: float
    target_given: bool
    dispersion: Dispersion
    data: Data
    per: float
    method: Method
    overdispersion: Overdispersion
    name: str
    unit: str
    better: Better
    source: str
    simulated: bool
    warnings: tuple[str, ...]

    drawn_by: ClassVar[str] = "funnel"

    @property
    def shown(self) -> Flags:
        """True for units that have a value, shape (units,)."""
        return ~np.isnan(self.values)

    @property
    def positions(self) -> NDArray[np.int8]:
        """Where each unit lies, shape (units,).

        -2 below the 99.8% limits, -1 below the 95% limits, 0 within them or without a value, 1
        and 2 above. A value on a limit is within it.
        """
        limits, values = self.limits, self.values
        above = (values > limits.upper_95).astype(np.int8) + (values > limits.upper_998)
        below = (values < limits.lower_95).astype(np.int8) + (values < limits.lower_998)
        return np.asarray(above - below, dtype=np.int8)

    @property
    def signals(self) -> tuple[Signal, ...]:
        """The units beyond their limits: alarms first, then alerts, each in the order given."""
        positions = self.positions
        order = np.argsort(-np.abs(positions), kind="stable")[: np.count_nonzero(positions)]
        return tuple(self._signal(unit, int(positions[unit])) for unit in order.tolist())

    @property
    def curve(self) -> FunnelLimits:
        """The limits from the smallest unit to the largest, to be drawn as lines.

        The sizes lie closer together where units are small, for there the limits bend most.
        """
        sizes = self.denominators[self.shown]
        grid = np.linspace(math.sqrt(np.min(sizes)), math.sqrt(np.max(sizes)), CURVE_POINTS) ** 2
        return self.limits_at(np.unique(np.rint(grid) if self.data == "proportions" else grid))

    @property
    def table(self) -> DataFrame:
        """The plot as a table, one row a unit.

        Columns: ``name``, ``numerator``, ``denominator``, ``value``, ``lower_998``, ``lower_95``,
        ``target``, ``upper_95``, ``upper_998``, ``position`` (above, below, within, no value),
        ``signal`` (alarm, alert, none) and ``judgement`` (better, worse, different, none). Each
        call gives a new table.
        """
        from pandas import DataFrame

        positions = self.positions
        side = np.select(
            [~self.shown, positions > 0, positions < 0], ["no value", "above", "below"], "within"
        )
        return DataFrame(
            {
                "name": self.names,
                "numerator": self.numerators.copy(),
                "denominator": self.denominators.copy(),
                "value": self.values.copy(),
                "lower_998": self.limits.lower_998.copy(),
                "lower_95": self.limits.lower_95.copy(),
                "target": np.full(len(self.names), self.target),
                "upper_95": self.limits.upper_95.copy(),
                "upper_998": self.limits.upper_998.copy(),
                "position": side,
                "signal": np.array(["none", "alert", "alarm"])[np.abs(positions)],
                "judgement": np.array(
                    [_judgement(-1, self.better), "none", _judgement(1, self.better)]
                )[np.sign(positions) + 1],
            }
        )

    def limits_at(self, denominators: ArrayLike) -> FunnelLimits:
        """Give the limits for units of any size.

        Parameters
        ----------
        denominators : array_like of float
            Sizes above 0; whole numbers for proportions.

        Returns
        -------
        FunnelLimits

        Raises
        ------
        MeasureInvalid
            If a size is not above 0, or not whole where it must be.

        Examples
        --------
        >>> plot = funnel(["A", "B"], [3, 5], [10, 10], data="ratios")
        >>> plot.limits_at([15, 30]).upper_95.round(3).tolist()
        [1.572, 1.391]
        """
        sizes = np.asarray(denominators, dtype=np.float64)
        if not np.all((sizes >= SMALLEST) & (sizes <= LARGEST)):
            raise MeasureInvalid(f"Limits are for sizes above 0 and up to {LARGEST:,.0f}.")
        if self.data == "proportions" and np.any(_broken(sizes)):
            raise MeasureInvalid("Limits of proportions are for whole numbers of people or events.")
        tau2 = self.dispersion.tau2 if self.overdispersion == "additive" else None
        return limits_of(
            sizes,
            self.target / self.per,
            self.per,
            data=self.data,
            method=self.method,
            tau2=tau2,
        )

    def describe(self) -> str:
        r"""Describe the plot in a few words, for those who can't see it and for those who can.

        Returns
        -------
        str
            Plain sentences, at most 600 characters: also the plot's text alternative. `report`
            tells what there is no room for.

        Examples
        --------
        >>> plot = funnel(["Ash", "Elm", "Oak"], [9, 18, 10], [60, 60, 90], data="proportions",
        ...               per=100, name="Falls", unit="%", better="lower")
        >>> print(plot.describe().replace(". ", ".\n"))
        Funnel plot of Falls, %: 3 units with a value, all together 17.6.
        Limits: exact binomial.
        No unit lies beyond its 99.8% limits; 1 unit lies beyond its 95% limits (alert).
        By chance alone about 1 unit in 20 lies beyond its 95% limits (99.8%: 1 in 500).
        Alert: Elm (above, worse).
        """
        return fitted(
            (
                Sentence(
                    self._introduction(self.name, self.unit),
                    self._introduction(
                        shortened(self.name, SHORT_NAME), shortened(self.unit, SHORT_UNIT)
                    ),
                    spare=1,
                ),
                Sentence(f"Limits: {self.limits_in_words}.", spare=5),
                Sentence(self._counted_in_words),
                Sentence(self._chance_in_words, spare=5),
                *self._units_beyond(),
                *warning(self.warnings),
            )
        )

    def report(self) -> tuple[str, ...]:
        r"""Tell all that the plot holds, for those who want to check it.

        Returns
        -------
        tuple of str
            Paragraphs: what is compared, how many units lie beyond their limits, each of them, how
            far units differ beside chance, and warnings.

        Examples
        --------
        >>> plot = funnel(["Ash", "Elm", "Oak"], [9, 18, 10], [60, 60, 90], data="proportions",
        ...               per=100, name="Falls", unit="%", better="lower")
        >>> print("\n".join(plot.report()[2:]))
        Elm: 30 is above its upper 95% limit of 28.6 (alert, worse).
        On the whole the units differ by no more than chance alone explains (φ 1.85, p 0.063).
        """
        shown = np.nonzero(self.shown)[0]
        order = shown[np.argsort(self.values[shown], kind="stable")]
        low, high = (
            f"{self.names[unit]}, {number_in_words(float(self.values[unit]))}"
            for unit in (order[0], order[-1])
        )
        better = "" if self.better == "neither" else f" {self.better.capitalize()} is better."
        signals = self.signals
        told = [signal.words for signal in signals[:MOST_TOLD]]
        if len(signals) > MOST_TOLD:
            more = counted(len(signals) - MOST_TOLD, "more unit")
            told.append(f"The table marks {more} beyond the limits.")
        return paragraphs(
            f"{self._introduction(self.name, self.unit)} Lowest: {low}. Highest: {high}.{better}",
            f"Limits: {self.limits_in_words}. {self.finding}",
            " ".join(told),
            self.dispersion.words,
            warned(self.warnings),
            provenance(self),
        )

    def _introduction(self, name: str, unit: str) -> str:
        shown = int(np.count_nonzero(self.shown))
        of_name, in_unit = f" of {name}" if name else "", f", {unit}" if unit else ""
        made_up = " (simulated data)" if self.simulated else ""
        centre = "target" if self.target_given else "all together"
        return (
            f"Funnel plot{of_name}{in_unit}{made_up}: {counted(shown, 'unit')} with a value, "
            f"{centre} {number_in_words(self.target)}."
        )

    def _units_beyond(self) -> Iterator[Sentence]:
        """Name the units beyond their limits, alarms and alerts apart."""
        positions = self.positions
        for step, heading in ((2, "Alarm"), (1, "Alert")):
            (units,) = np.nonzero(np.abs(positions) == step)
            if units.size == 0:
                continue
            told = [self._beyond(int(unit), int(positions[unit])) for unit in units]
            yield Sentence(
                f"{heading}: {named(told, NAMED_IN_FULL)}.", f"{heading}: {named(told, 1)}.", 4
            )

    def _beyond(self, unit: int, position: int) -> str:
        side = "above" if position > 0 else "below"
        judged = "" if self.better == "neither" else f", {_judgement(position, self.better)}"
        return f"{shortened(self.names[unit], SHORT_NAME)} ({side}{judged})"

    @property
    def finding(self) -> str:
        """How many units lie beyond their limits, in plain sentences."""
        return f"{self._counted_in_words} {self._chance_in_words}"

    @property
    def _counted_in_words(self) -> str:
        steps = np.abs(self.positions)
        alarms, alerts = int(np.count_nonzero(steps == 2)), int(np.count_nonzero(steps == 1))
        if not alarms and not alerts:
            return "No unit lies beyond its limits."
        if not alarms:
            return f"No unit lies beyond its 99.8% limits; {_units_lie(alerts)} 95% limits (alert)."
        said = f"{_units_lie(alarms)} 99.8% limits (alarm)"
        more = f", and {alerts:,} more beyond {_own(alerts)} 95% limits (alert)."
        return said + (more if alerts else ".")

    @property
    def _chance_in_words(self) -> str:
        """How many units lie beyond such limits when none of them is unusual."""
        if self.overdispersion == "none" or self.dispersion.tau2 == 0:
            return (
                "By chance alone about 1 unit in 20 lies beyond its 95% limits (99.8%: 1 in 500)."
            )
        near, far = ("1 in 5", "1 in 20") if self.method == "shmi" else ("1 in 8", "1 in 60")
        return (
            f"Of units that differ in no unusual way, about {near} lies beyond such 95% limits "
            f"(99.8%: {far})."
        )

    @property
    def limits_in_words(self) -> str:
        """Which limits these are."""
        if self.overdispersion == "additive":
            scale = "NHS England's SHMI method" if self.method == "shmi" else "Spiegelhalter 2005"
            return (
                "widened by the variance between units "
                f"({scale}, τ² {number_in_words(self.dispersion.tau2)})"
            )
        if self.method == "shmi":
            return "Poisson confidence limits, as NHS England draws for the SHMI"
        return "exact binomial" if self.data == "proportions" else "exact Poisson"

    def _signal(self, unit: int, position: int) -> Signal:
        side, edge = ("above", "upper") if position > 0 else ("below", "lower")
        level, heard = ("99.8", "alarm") if abs(position) == 2 else ("95", "alert")
        limit = getattr(self.limits, f"{edge}_{level.replace('.', '')}")[unit]
        return Signal(
            rule=f"{level}% limits",
            words=(
                f"{self.names[unit]}: {number_in_words(float(self.values[unit]))} is {side} its "
                f"{edge} {level}% limit of {number_in_words(float(limit))} "
                f"({heard}, {_judgement(position, self.better)})."
            ),
            points=(unit,),
            way="high" if position > 0 else "low",
        )


def funnel(
    names: Iterable[object],
    numerators: Iterable[object],
    denominators: Iterable[object],
    *,
    data: Data,
    per: float = 1,
    target: float | None = None,
    overdispersion: Overdispersion = "none",
    method: Method = "exact",
    name: str = "",
    unit: str = "",
    better: Better = "neither",
    source: str = "",
    simulated: bool = False,
) -> Funnel:
    """Compare units at one time, each within limits that fit its size.

    A unit that saw nobody (denominator 0), or has a count missing, is kept without a value, and a
    warning says so.

    Parameters
    ----------
    names : iterable of str
        The units, a different name for each.
    numerators : iterable of int
        Whole numbers of events. None and not a number are missing.
    denominators : iterable of float
        Proportions: whole numbers of people (or admissions, samples …) that the events are among.
        Rates: exposure, such as bed days. Ratios: events expected, such as by a risk model.
    data : {"proportions", "rates", "ratios"}
        What the counts are.
    per : float
        What values are multiplied by: ``per=1000`` for rates per 1,000, 100 for per cent.
    target : float, optional
        The centre, on the scale of the values: after multiplying by `per`. Left out, it is that
        of all units together, and 1 × `per` for ratios.
    overdispersion : {"none", "additive"}
        "none" gives limits for chance alone. "additive" adds the variance between units; its
        limits are normal approximations on the scale of arcsine square roots (proportions) or
        square roots.
    method : {"exact", "shmi"}
        "shmi", for ratios only, gives NHS England's limits for the SHMI: confidence limits of a
        Poisson count; with additive over-dispersion, on the log scale with a tenth of the units
        left out at each end. See the module for why they are not the default.
    name : str
        What is compared, such as ``"Falls"``.
    unit : str
        What the values are counted in, such as ``"per 1,000 bed days"``.
    better : {"lower", "higher", "neither"}
        Which way is better.
    source : str
        Where the counts come from.
    simulated : bool
        True when they are made up.

    Returns
    -------
    Funnel

    Raises
    ------
    MeasureInvalid
        If a name comes twice, a count is negative, infinite, not whole or not a number, there are
        more events than people, events without exposure, or an option is not one of those above.

    References
    ----------
    Spiegelhalter (2005); Spiegelhalter et al. (2012), square roots of ratios; NHS England, for
    ``method="shmi"``.

    Examples
    --------
    >>> plot = funnel(["Ash", "Birch", "Elm"], [12, 3, 30], [2100, 1900, 2000], data="rates",
    ...               per=1000, name="Falls", unit="per 1,000 bed days", better="lower")
    >>> plot.values.round(2).tolist(), plot.target
    ([5.71, 1.58, 15.0], 7.5)
    >>> for signal in plot.signals:
    ...     print(signal.words)
    Birch: 1.58 is below its lower 99.8% limit of 1.87 (alarm, better).
    Elm: 15 is above its upper 99.8% limit of 14.4 (alarm, worse).
    """
    _check_choices(data=data, overdispersion=overdispersion, method=method, better=better)
    _check_target(target, per, data, method)
    labels = _names(names)
    events = _counts("numerators", numerators, len(labels))
    sizes = _counts("denominators", denominators, len(labels))
    _check_counts(labels, events, sizes, data, method)

    shown = (sizes > 0) & ~np.isnan(events)  # a missing size is not above 0
    if not np.any(shown):
        raise MeasureInvalid(
            "No unit has both counts and a denominator above 0. A funnel plot needs at least one."
        )
    if target is not None:
        centre = target / per
    elif data == "ratios":
        centre = 1.0
    else:
        centre = float(np.sum(events[shown]) / np.sum(sizes[shown]))
    large = rarest(sizes[shown], centre, data) >= FEWEST_EXPECTED
    spread = dispersion_of(
        events[shown],
        sizes[shown],
        centre,
        data=data,
        method=method,
        large=large,
        estimated=_is_estimated(target, data),
    )
    tau2 = spread.tau2 if overdispersion == "additive" else None
    values = np.full(len(labels), np.nan)
    values[shown] = events[shown] / sizes[shown] * per
    return Funnel(
        names=labels,
        numerators=columns.locked(events),
        denominators=columns.locked(sizes),
        values=columns.locked(values),
        limits=limits_of(
            np.where(shown, sizes, np.nan), centre, per, data=data, method=method, tau2=tau2
        ),
        target=centre * per if target is None else float(target),
        target_given=not _is_estimated(target, data),
        dispersion=spread,
        data=data,
        per=float(per),
        method=method,
        overdispersion=overdispersion,
        name=columns.one_line("name", name),
        unit=columns.one_line("unit", unit),
        better=better,
        source=columns.one_line("source", source),
        simulated=simulated,
        warnings=(
            *_nothing_to_compare(events[shown], sizes[shown], data),
            *_warnings_of_limits(spread, overdispersion, int(np.count_nonzero(~large))),
            *_without_value(labels, events, sizes),
        ),
    )


def _is_estimated(target: float | None, data: Data) -> bool:
    return target is None and data != "ratios"


def _judgement(position: int, better: Better) -> str:
    if better == "neither":
        return "different"
    return "better" if (position > 0) == (better == "higher") else "worse"


def _units_lie(units: int) -> str:
    return f"{counted(units, 'unit')} {'lies' if units == 1 else 'lie'} beyond {_own(units)}"


def _own(units: int) -> str:
    return "its" if units == 1 else "their"


def _nothing_to_compare(events: Floats, sizes: Floats, data: Data) -> list[str]:
    """Say when the units with a value leave nothing to compare."""
    if events.size == 1:
        return ["There is only one unit with a value, and no other to compare it with."]
    if not np.any(events):
        return ["No unit had any event. Check that events were recorded."]
    if data == "proportions" and np.all(events == sizes):
        return ["No unit was without an event. Check what was counted."]
    return []


def _without_value(names: tuple[str, ...], events: Floats, sizes: Floats) -> list[str]:
    """Say which units have no value, and why."""
    empty = sizes == 0
    missing = ~empty & (np.isnan(events) | np.isnan(sizes))
    return [
        f"Shown without a value, since {why}: {_who(names, where)}."
        for where, why in ((empty, "the denominator is 0"), (missing, "a count is missing"))
        if np.any(where)
    ]


def _warnings_of_limits(
    spread: Dispersion, overdispersion: Overdispersion, small: int
) -> list[str]:
    """Say what the limits leave out; `small` units expect too few events for widened limits."""
    if overdispersion == "none":
        return [TOO_NARROW] if spread.significant else []
    warnings = []
    if spread.units < FEWEST_FOR_DISPERSION:
        warnings.append(
            f"The variance between units is taken from {counted(spread.units, 'unit')} only. With "
            f"fewer than {FEWEST_FOR_DISPERSION}, one unusual unit can widen the limits of all."
        )
    if spread.tau2 == 0:
        warnings.append(
            "Chance alone explains how the units differ (τ² 0), so nothing was added to the "
            'limits. overdispersion="none" gives the exact ones.'
        )
    if small:
        warnings.append(
            f"Widened limits are approximations, and poor ones for {counted(small, 'unit')} so "
            f"small that fewer than {FEWEST_EXPECTED} events (or non-events) are expected."
        )
    return warnings


def _check_choices(**chosen: str) -> None:
    choices = {
        "data": Data,
        "overdispersion": Overdispersion,
        "method": Method,
        "better": Better,
    }
    for option, given in chosen.items():
        allowed = get_args(choices[option])
        if given not in allowed:
            listed = ", ".join(f'"{choice}"' for choice in allowed)
            raise MeasureInvalid(f"{option} is {given!r}. Use one of {listed}.")


def _check_target(target: float | None, per: float, data: Data, method: Method) -> None:
    if not _is_number(per) or not SMALLEST <= per <= LARGEST:
        raise MeasureInvalid(f"per is {per!r}. Use a number above 0, such as 1, 100 or 1000.")
    if method == "shmi" and data != "ratios":
        raise MeasureInvalid(f'method="shmi" is for ratios, and data is "{data}". Leave it out.')
    if target is None:
        return
    if method == "shmi":
        raise MeasureInvalid('With method="shmi" the target is 1 × per. Leave target out.')
    if not _is_number(target) or not 0 <= target / per <= LARGEST:
        raise MeasureInvalid(f"target is {target!r}. Use a number from 0, on the values' scale.")
    if data == "proportions" and target > per:
        raise MeasureInvalid(
            f"target is {target!r}, and no proportion is above {per!r}. The target is on the scale "
            "of the values, after multiplying by per."
        )


def _is_number(given: object) -> bool:
    return (
        isinstance(given, Real | np.number)
        and not isinstance(given, bool)
        and math.isfinite(float(given))
    )


def _check_counts(
    names: tuple[str, ...],
    events: Floats,
    sizes: Floats,
    data: Data,
    method: Method,
) -> None:
    """Refuse counts that can't be; missing ones are not compared and pass."""
    whole = "Count whole events: a percentage or a rate has lost the size of its unit"
    faults = [
        ("numerators below 0", events < 0, "Mend them, or use None for a missing one"),
        ("denominators below 0", sizes < 0, "Mend them, or use None for a missing one"),
        ("numerators that are not whole numbers", _broken(events), whole),
        ("numerators too large or infinite", events > LARGEST, f"Up to {LARGEST:,.0f} is allowed"),
        ("denominators too large or infinite", sizes > LARGEST, f"Up to {LARGEST:,.0f} is allowed"),
        ("denominators too near 0", (sizes > 0) & (sizes < SMALLEST), "Count in a smaller unit"),
        ("events but a denominator of 0", (sizes == 0) & (events > 0), "One of the two is wrong"),
    ]
    if data == "proportions":
        faults += [
            (
                "denominators that are not whole numbers",
                _broken(sizes),
                'Exposures that are not whole make rates: use data="rates"',
            ),
            (
                "more events than people they are among",
                events > sizes,
                'Are they swapped? If one person can have several, use data="rates"',
            ),
        ]
    if method == "shmi":
        advice = 'The SHMI\'s method takes logs, and 0 has none: leave method="shmi" out'
        faults.append(("no events", (events == 0) & (sizes > 0), advice))
    for fault, where, advice in faults:
        if np.any(where):
            raise MeasureInvalid(f"Some units have {fault}: {_who(names, where)}. {advice}.")


def _broken(numbers: Floats) -> Flags:
    """Mark the numbers that are not whole; missing and infinite ones are judged elsewhere."""
    return np.asarray(np.isfinite(numbers) & (numbers != np.floor(numbers)))


def _names(given: Iterable[object]) -> tuple[str, ...]:
    rows = columns.read_rows("names", given)
    if not rows:
        raise MeasureInvalid("There are no units. A funnel plot needs at least one.")
    names = [
        "" if columns.is_missing(row) else columns.one_line("A name", str(row)) for row in rows
    ]
    blank = [f"row {number}" for number, name in enumerate(names, 1) if not name]
    if blank:
        raise MeasureInvalid(f"Every unit needs a name. None in {columns.first_few(blank)}.")
    again = [name for name, times in Counter(names).items() if times > 1]
    if again:
        raise MeasureInvalid(
            f"A name comes more than once: {columns.first_few(again)}. Add up the rows of each "
            "unit first, or tell units of one name apart."
        )
    return tuple(names)


def _counts(field: str, given: Iterable[object], units: int) -> Floats:
    """Turn a column into floats, one for each unit."""
    numbers = columns.read_numbers(given, field)
    if numbers.size != units:
        raise MeasureInvalid(
            f"There are {counted(units, 'name')} and {numbers.size:,} {field}. Give one for each "
            "unit."
        )
    return numbers


def _who(names: tuple[str, ...], where: Flags) -> str:
    return columns.first_few([names[unit] for unit in np.nonzero(where)[0].tolist()])
