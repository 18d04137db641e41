"""A change planted in noise: whether rules see it, and how often they cry wolf.

What it teaches. Rules for charts make two mistakes: they call a signal where only chance is at
work, and they miss a change that is there. More rules, or keener ones, make fewer of the second
kind and more of the first; no set of rules is without both. How often depends on the size of the
change, its shape, when it begins and how many points there are. It is for all who read control
charts, and for those who choose by which rules an organisation reads its own.

In the room. In pairs: one plants a change, or nothing, and turns the screen away while the chart is
judged by rules that were named before. Ten charts each, and a count of both kinds of mistake.

What is simplified. Chance is normal and each point is independent of the one before; no season, no
drift of its own. The lines of the chart are worked out from all its points, the changed ones too,
as they are when a chart is first drawn. A chart counts as one with a signal wherever the signal is,
even before the change. `qi_tools.rule_odds` answers the same two questions for each kind of chart.

Sources. Shewhart WA (1931). Economic Control of Quality of Manufactured Product: the two mistakes.
Anhøj J, Wentzel-Larsen T (2018). Sense and sensibility. BMC Med Res Methodol 18: 100 (the rules
compared in this way).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import NormalDist
from typing import TYPE_CHECKING

from qi_tools.errors import QIToolsError
from qi_tools.experiments.settings import check_number, check_whole, made_up_dates
from qi_tools.words import counted, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

    from qi_tools.measure import Measure
    from qi_tools.spc.charts import Chart
    from qi_tools.spc.rule_sets import RuleSet

__all__ = [
    "CHANGES",
    "PLACES",
    "Fired",
    "Plan",
    "PlanInvalid",
    "Planted",
    "Repeated",
    "plant",
    "repeat",
]

CHANGES: Mapping[str, str] = {
    "nothing": "nothing but chance",
    "shift": "a shift that lasts",
    "trend": "a slow rise",
    "outlier": "one point far off",
}
"""What can be planted."""
PLACES: Mapping[str, float] = {"early": 0.25, "middle": 0.5, "late": 0.75}
"""How much of the chart has gone by when the change begins."""
FEWEST_POINTS, MOST_POINTS, MOST_CHARTS = 12, 60, 2_000
LARGEST = 6.0
MEAN, SIGMA = 40.0, 5.0
"""The made-up measure: a wait in minutes. Six sigmas of chance leave it above 0."""
_CHANCE = NormalDist()


class PlanInvalid(QIToolsError):
    """Nothing can be planted as asked."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is planted in a chart.

    Parameters
    ----------
    change : str
        One of `CHANGES`.
    size : float
        How large it is, in sigmas, above 0 and up to 6: the height of a shift or of a point; of a
        slow rise, how high the last point has risen.
    place : str
        Where it begins; one of `PLACES`.
    points : int
        How many points the chart has: 12 to 60.

    Raises
    ------
    PlanInvalid
        If one of them can't be.
    """

    change: str = "shift"
    size: float = 1.5
    place: str = "middle"
    points: int = 24

    def __post_init__(self) -> None:
        for what, given, allowed in (
            ("change", self.change, CHANGES),
            ("place", self.place, PLACES),
        ):
            if given not in allowed:
                raise PlanInvalid(f"The {what} is {given!r}. Use one of: {', '.join(allowed)}.")
        check_number(PlanInvalid, "size", self.size, 0, LARGEST, above=True, unit=" sigmas")
        check_whole(
            PlanInvalid, "The number of points", self.points, FEWEST_POINTS, MOST_POINTS, " of them"
        )

    @property
    def since(self) -> int:
        """The first point that it touches, counted from 1.

        Examples
        --------
        >>> [Plan(place=place).since for place in PLACES]
        [7, 13, 19]
        """
        return int(self.points * PLACES[self.place]) + 1

    @property
    def raised(self) -> tuple[float, ...]:
        """By how many sigmas each point is raised.

        Examples
        --------
        >>> Plan("trend", 3, "late", 12).raised[-4:]
        (0.0, 1.0, 2.0, 3.0)
        >>> sum(Plan("outlier", 4).raised), sum(Plan("shift", 2).raised)
        (4.0, 24.0)
        """
        before = self.since - 1
        after = range(1, self.points - before + 1)
        match self.change:
            case "shift":
                changed = [float(self.size) for _ in after]
            case "trend":
                changed = [self.size * step / len(after) for step in after]
            case "outlier":
                changed = [float(self.size) if step == 1 else 0.0 for step in after]
            case _:
                changed = [0.0 for _ in after]
        return (*(0.0 for _ in range(before)), *changed)

    @property
    def words(self) -> str:
        """What is planted, in plain words.

        Examples
        --------
        >>> Plan().words, Plan("nothing").words
        ('a shift that lasts, 1.5 sigma high, from point 13 on', 'nothing but chance')
        """
        what, size = CHANGES[self.change], number_in_words(self.size)
        match self.change:
            case "nothing":
                return what
            case "outlier":
                return f"{what}, {size} sigma high, at point {self.since}"
            case "trend":
                return f"{what}, up to {size} sigma at the end, from point {self.since} on"
        return f"{what}, {size} sigma high, from point {self.since} on"


@dataclass(frozen=True, slots=True)
class Planted:
    """One chart's points, with what was planted among them.

    Parameters
    ----------
    plan : Plan
    values : tuple of float
        In minutes, to a tenth.
    """

    plan: Plan
    values: tuple[float, ...]

    @property
    def measure(self) -> Measure:
        """The points, for a chart, with a note where the change begins."""
        from qi_tools.measure import Measure

        measure = Measure.from_columns(
            self.values,
            name="Wait on a phone line",
            unit="minutes",
            source="Chart lab",
            better="lower",
            simulated=True,
        )
        if self.plan.change == "nothing":
            return measure
        return measure.annotate(self.plan.since, "Planted here")

    def chart(self, rules: RuleSet) -> Chart:
        """Judge the points on an I chart by a set of rules."""
        from qi_tools.spc.charts import control_chart

        return control_chart(self.measure, "i", rules=rules)

    @property
    def table(self) -> DataFrame:
        """One row a point: its value, and by how much of it the change is to blame.

        The dates are made up, one a point, so that the table can be charted from a file.
        """
        from pandas import DataFrame, to_datetime

        return DataFrame(
            {
                "date": to_datetime(made_up_dates(self.plan.points)),
                "point": range(1, self.plan.points + 1),
                "planted minutes": [SIGMA * sigmas for sigmas in self.plan.raised],
                "wait minutes": self.values,
            }
        )

    def describe(self) -> str:
        """Tell in plain words what was planted.

        Returns
        -------
        str
            At most 600 characters.
        """
        return (
            f"Simulated: {counted(self.plan.points, 'point')} about {MEAN:g} minutes, with a sigma "
            f"of {SIGMA:g}. Planted: {self.plan.words}."
        )


def plant(plan: Plan, random: Random) -> Planted:
    """Make up the points of one chart. The same seed gives the same chance to each plan.

    Parameters
    ----------
    plan : Plan
    random : random.Random
        Where chance comes from. The same seed gives the same points.

    Returns
    -------
    Planted

    Examples
    --------
    >>> for change in ("nothing", "outlier"):
    ...     print(plant(Plan(change, 3, points=12), Random(1)).values[5:8])
    (39.4, 41.9, 44.0)
    (39.4, 56.9, 44.0)
    """
    return Planted(
        plan,
        tuple(round(MEAN + SIGMA * (_chance(random) + sigmas), 1) for sigmas in plan.raised),
    )


@dataclass(frozen=True, slots=True)
class Fired:
    """How often a set of rules, or a rule, gave a signal.

    Parameters
    ----------
    name : str
        The set, or the rule in plain words.
    belongs : tuple of str
        The sets that a rule belongs to; of a set, its own name.
    on_noise : float
        The share of charts with a signal where nothing was planted: false alarms.
    on_change : float
        The share of charts with a signal where the change was planted.
    """

    name: str
    belongs: tuple[str, ...]
    on_noise: float
    on_change: float


@dataclass(frozen=True, slots=True)
class Repeated:
    """Many charts of one plan, judged by several sets of rules.

    Parameters
    ----------
    plan : Plan
    charts : int
        How many were made up, with the change and, of the same chance, without.
    sets : tuple of Fired
        In the order in which they were given.
    rules : tuple of Fired
        Each rule once.
    """

    plan: Plan
    charts: int
    sets: tuple[Fired, ...]
    rules: tuple[Fired, ...]

    @property
    def give_or_take(self) -> int:
        """By how many of 100 charts the shares may be off, as they are from a sample: at most."""
        return math.ceil(200 * math.sqrt(0.25 / self.charts))

    def of(self, name: str) -> Fired:
        """Give what a set of rules did, by its name."""
        return next(each for each in self.sets if each.name == name)

    @property
    def table(self) -> DataFrame:
        """One row a set and one a rule: how many of 100 charts had a signal."""
        from pandas import DataFrame

        return DataFrame(
            {
                "what fires": each.name,
                "of the set": ", ".join(each.belongs),
                "nothing planted": 100 * each.on_noise,
                "change planted": 100 * each.on_change,
            }
            for each in (*self.sets, *self.rules)
        )

    def describe(self) -> str:
        """Tell in plain words how the sets did.

        Returns
        -------
        str
            At most 600 characters.
        """
        told = [
            f"{each.name} rules: {100 * each.on_change:.0f} of 100 with it, "
            f"{100 * each.on_noise:.0f} of 100 where nothing was planted."
            for each in self.sets
        ]
        return (
            f"Simulated: {counted(self.charts, 'chart')} of {self.plan.points} points. Planted: "
            f"{self.plan.words}. Charts with a signal by the {' By the '.join(told)} Give or take "
            f"{self.give_or_take}."
        )


def repeat(plan: Plan, charts: int, rule_sets: Sequence[RuleSet], random: Random) -> Repeated:
    """Make up many charts of a plan, and count those on which rules give a signal.

    Each is judged twice, with the change and without, on the same chance: only the change tells
    them apart.

    Parameters
    ----------
    plan : Plan
    charts : int
        How many: 1 to 2,000.
    rule_sets : sequence of RuleSet
        One or more sets, with different names.
    random : random.Random
        Where chance comes from.

    Returns
    -------
    Repeated

    Raises
    ------
    PlanInvalid
        If there can't be so many, or there is no set of rules.

    Examples
    --------
    >>> from qi_tools.spc.rule_sets import ANHOEJ, MAKING_DATA_COUNT
    >>> repeated = repeat(Plan(), 500, (ANHOEJ, MAKING_DATA_COUNT), Random(1))
    >>> repeated.of("Making Data Count").on_change > repeated.of("Anhøj").on_change
    True
    """
    import numpy as np

    check_whole(PlanInvalid, "The number of charts", charts, 1, MOST_CHARTS)
    if not rule_sets:
        raise PlanInvalid("There is no set of rules. Give one or more.")
    chance = np.array([_chance(random) for _ in range(charts * plan.points)])
    raised = np.tile(np.array(plan.raised), charts)
    noise = _fired(chance, plan.points, rule_sets)
    change = noise if plan.change == "nothing" else _fired(chance + raised, plan.points, rule_sets)
    belongs = {
        rule.words: tuple(each.name for each in rule_sets if rule in each.rules)
        for each in rule_sets
        for rule in each.rules
    } | {each.name: (each.name,) for each in rule_sets}
    fired = {name: Fired(name, belongs[name], noise[name], change[name]) for name in noise}
    named = [each.name for each in rule_sets]
    return Repeated(
        plan,
        charts,
        tuple(fired[name] for name in named),
        tuple(each for name, each in fired.items() if name not in named),
    )


def _fired(values: object, points: int, rule_sets: Sequence[RuleSet]) -> dict[str, float]:
    """Judge charts laid end to end; give the share with a signal, by rule and by set."""
    import numpy as np

    from qi_tools.phases import Phases
    from qi_tools.spc.analysis import analyse
    from qi_tools.spc.kinds import KINDS
    from qi_tools.spc.limits import Points

    plotted = np.asarray(values, dtype=np.float64)
    phases = Phases.of_lengths(np.full(plotted.size // points, points))
    none = np.zeros(plotted.size, dtype=bool)
    together = rule_sets[0]
    for each in rule_sets[1:]:
        together += each
    analysis = analyse(Points(plotted, ~none, phases, none, none), KINDS["i"], together)
    signal = {
        rule: (phases.count(found.high | found.low) > 0) | found.whole
        for rule, found in analysis.found
    }
    shares = {rule.words: float(np.mean(each)) for rule, each in signal.items()}
    return shares | {
        each.name: float(np.mean(np.any([signal[rule] for rule in each.rules], axis=0)))
        for each in rule_sets
    }


def _chance(random: Random) -> float:
    """Draw from a normal distribution, by the one draw that Python promises never to change."""
    return _CHANCE.inv_cdf(random.random() or 0.5)
