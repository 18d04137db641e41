"""One board report shown twice: as red, amber and green, or as dots over time.

What it teaches. Colours and arrows look at one month or two, and change by chance alone. So boards
ask what happened where nothing did, and miss what truly changed. A chart of the same numbers
tells three things apart: a change to ask about, a system that works as it always does and misses
its target, and a system to leave alone. It is for boards, senior leaders and managers.

In the room. Half of the people see the coloured table of the latest month, the other half the
charts. Each decides for every measure: ask what happened, work on the system, or leave it alone.
Only then hold both sets of decisions against what the made-up world truly did, count, and ask how
many such questions a year cost staff time for nothing.

What is simplified or made up. All measures, targets and values, and the rule that amber means "the
target is missed by no more than 5% of it". Months vary like a normal distribution and do not depend
on each other; real ones may. Each system has one known truth. A system that meets its target now
and then may be left alone or worked on: both count as right. No cost is put on any mistake.

Sources. Anhøj J, Hellesøe A-MB (2017). The problem with red, amber, green. BMJ Quality & Safety
26: 81-84. Wheeler DJ (1993). Understanding Variation: comparing two points, or one with a target.
Shewhart WA (1931). Economic Control of Quality of Manufactured Product: the charts.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import pairwise
from random import Random
from statistics import NormalDist
from typing import TYPE_CHECKING, Final, Literal

from qi_tools.errors import QIToolsError
from qi_tools.experiments.settings import FIRST_DATE, check_whole
from qi_tools.words import counted, joined, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

    from qi_tools.measure import Measure
    from qi_tools.spc.charts import Chart
    from qi_tools.spc.rule_sets import RuleSet

__all__ = [
    "AMBER",
    "ASK",
    "COLOURS",
    "DECISIONS",
    "INDICATORS",
    "LEAVE",
    "SYSTEMS",
    "VERDICTS",
    "WORK",
    "Cell",
    "ColourOdds",
    "Indicator",
    "Judged",
    "Repeated",
    "Report",
    "ReportInvalid",
    "Row",
    "Score",
    "System",
    "Trust",
    "by_chart",
    "by_rag",
    "colour_odds",
    "publish",
    "repeat",
    "score",
]

ASK: Final = "ask what happened"
WORK: Final = "work on the system"
LEAVE: Final = "leave it alone"
DECISIONS = (ASK, WORK, LEAVE)
"""What can be done about a measure."""

COLOURS = ("red", "amber", "green")
AMBER = 0.05
"""A target missed by no more than this share of it is amber: a rule made up for this report."""

VERDICTS = ("right", "reaction to noise", "change missed", "target given up", "work not needed")
"""What a decision was, seen from the truth. A reaction to noise asks what happened where nothing
did; a missed change does not ask although something did."""

MONTHS = (20, 60)
MOST_RUNS = 200


class ReportInvalid(QIToolsError):
    """The board report can't be made, or the decisions can't be held against it."""


_check_whole = partial(check_whole, ReportInvalid)


@dataclass(frozen=True, slots=True)
class Indicator:
    """A made-up measure of a made-up trust.

    Parameters
    ----------
    name, unit : str
        What is measured, and what it is counted in.
    better : {"lower", "higher"}
        Which way is better.
    target : float
        In its unit.
    sigma : float
        The standard deviation of months in which nothing changed, in its unit.
    """

    name: str
    unit: str
    better: Literal["lower", "higher"]
    target: float
    sigma: float

    def at(self, sigmas: float) -> float:
        """Give the value so many sigmas on the good side of the target, to two decimals."""
        return round(self.target + self._way * self.sigma * sigmas, 2)

    def colour(self, value: float) -> str:
        """Give one of `COLOURS`: green meets the target, amber misses it by 5% of it or less.

        Examples
        --------
        >>> falls = Indicator("Falls", "a month", "lower", 20.0, 1.0)
        >>> [falls.colour(value) for value in (20, 21, 21.1)]
        ['green', 'amber', 'red']
        """
        short = self._way * (self.target - value)
        if short <= 0:
            return "green"
        return "amber" if short <= AMBER * self.target * (1 + 1e-9) else "red"

    @property
    def _way(self) -> int:
        return 1 if self.better == "higher" else -1


# Spreads are so small that no value leaves 0 to 100%, or falls below 0, at the very ends of chance.
INDICATORS = (
    Indicator("Falls", "per 1,000 bed days", "lower", 6.0, 0.3),
    Indicator("Pressure ulcers", "per 10,000 bed days", "lower", 8.0, 0.5),
    Indicator("Length of stay", "days", "lower", 7.0, 0.35),
    Indicator("Hand hygiene", "%", "higher", 80.0, 1.5),
    Indicator("Patients seen on time", "%", "higher", 75.0, 1.8),
    Indicator("Theatre sessions begun on time", "%", "higher", 70.0, 2.2),
    Indicator("Complaints answered on time", "%", "higher", 76.0, 1.7),
    Indicator("Sickness absence", "%", "lower", 5.0, 0.25),
    Indicator("Appraisals done", "%", "higher", 78.0, 1.6),
    Indicator("Calls answered within 20 seconds", "%", "higher", 72.0, 2.0),
    Indicator("Days to mend equipment", "days", "lower", 10.0, 0.6),
    Indicator("Food wasted", "grams a meal", "lower", 120.0, 6.0),
)
"""The measures of the report, clinical and not; all numbers are made up."""


@dataclass(frozen=True, slots=True)
class System:
    """How a measure truly behaves.

    Parameters
    ----------
    words : str
        What is true of it.
    distance : float
        How far its mean is on the good side of the target before any change, in sigmas.
    change : float
        How far the mean moves towards the good side, in sigmas; 0 when nothing changes.
    begins : (int, int)
        The change begins so many months before the end: the fewest and the most, the latest month
        counted as 1.
    lasts : bool
        Whether the change stays; otherwise it is one single month.
    right : tuple of str
        The right decisions.
    """

    words: str
    distance: float
    change: float
    begins: tuple[int, int]
    lasts: bool
    right: tuple[str, ...]


SYSTEMS: Mapping[str, System] = {
    "meets": System("a steady system that meets its target", 4.5, 0, (0, 0), False, (LEAVE,)),
    "chance": System(
        "a steady system whose target is met or missed by chance",
        0.0,
        0,
        (0, 0),
        False,
        (LEAVE, WORK),
    ),
    "misses": System(
        "a steady system that always misses its target", -4.5, 0, (0, 0), False, (WORK,)
    ),
    "worsens": System("a lasting change for the worse", 4.5, -2.5, (9, 12), True, (ASK,)),
    "improves": System("a lasting change for the better", -4.5, 2.5, (9, 12), True, (ASK,)),
    "one month": System("one special month for the worse", 2.0, -6.0, (3, 6), False, (ASK,)),
}


@dataclass(frozen=True, slots=True)
class Trust:
    """The made-up trust that the report is about.

    Parameters
    ----------
    months : int
        How many months the charts reach back: 20 to 60.
    systems : tuple of str
        How the measures truly behave: as many of `SYSTEMS` as there are `INDICATORS`. Chance deals
        them out, so no reader can know which measure has which.

    Raises
    ------
    ReportInvalid
        If one of them can't be.

    Examples
    --------
    >>> sum(SYSTEMS[name].change != 0 for name in Trust().systems), len(Trust().systems)
    (4, 12)
    """

    months: int = 24
    systems: tuple[str, ...] = (
        *("meets",) * 2,
        *("chance",) * 4,
        *("misses",) * 2,
        *("worsens",) * 2,
        "improves",
        "one month",
    )

    def __post_init__(self) -> None:
        _check_whole("The number of months", self.months, *MONTHS)
        if not isinstance(self.systems, tuple) or len(self.systems) != len(INDICATORS):
            raise ReportInvalid(
                f"The systems are {self.systems!r}. Give {len(INDICATORS)} of them as a tuple, one "
                "for each measure."
            )
        for name in self.systems:
            if not isinstance(name, str) or name not in SYSTEMS:
                raise ReportInvalid(
                    f"No system is called {name!r}. Use one of: {', '.join(SYSTEMS)}."
                )


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of the coloured table: the latest month of one measure.

    Parameters
    ----------
    name, unit : str
        What is measured, and what it is counted in.
    value, target : float
        Of the latest month.
    colour : str
        One of `COLOURS`.
    arrow : {"up", "down", "level"}
        How the value moved since the month before.
    moved : {"better", "worse", "the same"}
        Whether that is the better way.
    """

    name: str
    unit: str
    value: float
    target: float
    colour: str
    arrow: Literal["up", "down", "level"]
    moved: Literal["better", "worse", "the same"]


@dataclass(frozen=True, slots=True)
class Row:
    """One measure, month by month, and what is true of it.

    Parameters
    ----------
    indicator : Indicator
        What is measured.
    system : str
        How it truly behaves: one of `SYSTEMS`.
    since : int or None
        The month in which the change began, counted from 1; None when nothing changed.
    values : tuple of float
        In the indicator's unit.
    """

    indicator: Indicator
    system: str
    since: int | None
    values: tuple[float, ...]

    @property
    def colours(self) -> tuple[str, ...]:
        """The colour of each month."""
        return tuple(self.indicator.colour(value) for value in self.values)

    @property
    def colour_changes(self) -> int:
        """How many months have another colour than the month before."""
        return sum(now != before for before, now in pairwise(self.colours))

    @property
    def latest(self) -> Cell:
        """Its line in the coloured table."""
        this, (before, value) = self.indicator, self.values[-2:]
        arrow: Literal["up", "down", "level"] = "level"
        moved: Literal["better", "worse", "the same"] = "the same"
        if value != before:
            arrow = "up" if value > before else "down"
            moved = "better" if (arrow == "up") == (this.better == "higher") else "worse"
        return Cell(this.name, this.unit, value, this.target, this.colour(value), arrow, moved)


@dataclass(frozen=True, slots=True)
class Report:
    """All measures of the report, with the truth that only the made-up world knows.

    Parameters
    ----------
    trust : Trust
        What it is about.
    rows : tuple of Row
        In the order of `INDICATORS`.
    """

    trust: Trust
    rows: tuple[Row, ...]

    @property
    def month_before(self) -> Report:
        """The report as it stood a month earlier.

        Raises
        ------
        ReportInvalid
            If it would reach back too few months.

        Examples
        --------
        >>> report = publish(Trust(months=25), Random(1))
        >>> report.month_before.rows[0].values == report.rows[0].values[:-1]
        True
        """
        return Report(
            replace(self.trust, months=self.trust.months - 1),
            tuple(replace(row, values=row.values[:-1]) for row in self.rows),
        )

    @property
    def rag(self) -> tuple[Cell, ...]:
        """The coloured table of the latest month."""
        return tuple(row.latest for row in self.rows)

    @property
    def rag_table(self) -> DataFrame:
        """The coloured table of the latest month, one row a measure."""
        from pandas import DataFrame

        return DataFrame(
            {
                "measure": cell.name,
                "unit": cell.unit,
                "value": cell.value,
                "target": cell.target,
                "colour": cell.colour,
                "arrow": cell.arrow,
                "against last month": cell.moved,
            }
            for cell in self.rag
        )

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Every measure with its target, for charts."""
        from qi_tools.measure import Measure

        dates = _months(self.trust.months)
        return tuple(
            Measure.from_columns(
                row.values,
                dates,
                name=row.indicator.name,
                unit=row.indicator.unit,
                source="Board report of a made-up trust",
                better=row.indicator.better,
                simulated=True,
            ).aim(row.indicator.target)
            for row in self.rows
        )

    def charts(self, rules: RuleSet) -> tuple[Chart, ...]:
        """Give the XmR chart of every measure: its X chart, whose limits come of moving ranges.

        Parameters
        ----------
        rules : RuleSet
            What they are judged by.

        Returns
        -------
        tuple of Chart
            For `qi_tools.small_multiples`, with ``shared=False`` since units differ, and for
            `qi_tools.summary`, which gives the icons.

        Examples
        --------
        >>> from qi_tools.spc.multiples import small_multiples
        >>> from qi_tools.spc.rule_sets import MAKING_DATA_COUNT
        >>> from qi_tools.spc.summaries import summary
        >>> charts = publish(Trust(), Random(1)).charts(MAKING_DATA_COUNT)
        >>> len(small_multiples(charts, shared=False).charts), len(summary(charts).rows)
        (12, 12)
        """
        from qi_tools.spc.charts import control_chart

        return tuple(control_chart(measure, "i", rules=rules) for measure in self.measures)

    @property
    def table(self) -> DataFrame:
        """One row a month, one column a measure; the dates are made up."""
        from pandas import DataFrame, to_datetime

        return DataFrame(
            {"date": to_datetime(_months(self.trust.months))}
            | {row.indicator.name: list(row.values) for row in self.rows}
        )

    def describe(self) -> str:
        """Tell in plain words what the report shows, and nothing of the truth.

        Returns
        -------
        str
            At most 600 characters.
        """
        cells = self.rag
        colours = Counter(cell.colour for cell in cells)
        moved = Counter(cell.moved for cell in cells)
        turned = sum(row.colours[-1] != row.colours[-2] for row in self.rows)
        return (
            f"Simulated: board report of {counted(len(cells), 'measure')} of a made-up trust over "
            f"{self.trust.months} months. In the latest month {colours['red']} are red, "
            f"{colours['amber']} amber (the target missed by {100 * AMBER:.0f}% of it or less) and "
            f"{colours['green']} green. Since the month before, {moved['better']} moved for the "
            f"better, {moved['worse']} for the worse, and {turned} changed colour. Decide for each "
            f"measure: {joined(DECISIONS, 'or')}."
        )


def publish(trust: Trust, random: Random) -> Report:
    """Make up a report.

    Parameters
    ----------
    trust : Trust
        What it is about.
    random : random.Random
        Where chance comes from. The same seed gives the same report.

    Returns
    -------
    Report

    Examples
    --------
    >>> report = publish(Trust(), Random(1))
    >>> for cell in report.rag[:3]:
    ...     print(cell.name, cell.value, cell.colour, cell.arrow)
    Falls 5.26 green down
    Pressure ulcers 7.44 green up
    Length of stay 5.34 green down
    """
    lots = [random.random() for _ in trust.systems]
    dealt = [name for _, name in sorted(zip(lots, trust.systems, strict=True))]
    return Report(
        trust,
        tuple(
            _row(indicator, name, trust.months, random)
            for indicator, name in zip(INDICATORS, dealt, strict=True)
        ),
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """One decision held against the truth.

    Parameters
    ----------
    name : str
        The measure.
    decision : str
        One of `DECISIONS`.
    truth : str
        What is true of it, in words.
    right : tuple of str
        The right decisions.
    verdict : str
        One of `VERDICTS`.
    """

    name: str
    decision: str
    truth: str
    right: tuple[str, ...]
    verdict: str


@dataclass(frozen=True, slots=True)
class Score:
    """Decisions on all measures, held against the truth.

    Parameters
    ----------
    judged : tuple of Judged
        In the order of the report.
    """

    judged: tuple[Judged, ...]

    def count(self, verdict: str) -> int:
        """Count the decisions with one of `VERDICTS`."""
        return sum(each.verdict == verdict for each in self.judged)

    @property
    def table(self) -> DataFrame:
        """One row a measure: what was decided, what was true, what would have been right."""
        from pandas import DataFrame

        return DataFrame(
            {
                "measure": each.name,
                "decision": each.decision,
                "truth": each.truth,
                "right": " or ".join(each.right),
                "verdict": each.verdict,
            }
            for each in self.judged
        )

    def describe(self) -> str:
        """Tell in plain words how the decisions did.

        Returns
        -------
        str
            At most 600 characters.
        """
        steady = sum(ASK not in each.right for each in self.judged)
        return (
            f"Simulated: of {counted(len(self.judged), 'decision')}, {self.count('right')} were "
            f"right. {counted(self.count('reaction to noise'), 'measure')} of {steady} without any "
            "change brought a question to which chance is the only answer. Of "
            f"{counted(len(self.judged) - steady, 'true change')}, {self.count('change missed')} "
            f"went unasked. Targets given up though only work on the system can meet them: "
            f"{self.count('target given up')}. Work on systems that do well already: "
            f"{self.count('work not needed')}."
        )


def score(report: Report, decisions: Mapping[str, str]) -> Score:
    """Hold decisions against what the made-up world truly did.

    Parameters
    ----------
    report : Report
        What was decided on.
    decisions : mapping of str to str
        One of `DECISIONS` for each measure, by name.

    Returns
    -------
    Score

    Raises
    ------
    ReportInvalid
        If a measure has no decision, or one that is not known, or there is no such measure.

    Examples
    --------
    >>> report = publish(Trust(), Random(1))
    >>> alone = score(report, dict.fromkeys([row.indicator.name for row in report.rows], LEAVE))
    >>> [alone.count(verdict) for verdict in VERDICTS]
    [6, 0, 4, 2, 0]
    """
    _check_decisions(report, decisions)
    return Score(
        tuple(
            _judge(row.indicator.name, decisions[row.indicator.name], SYSTEMS[row.system])
            for row in report.rows
        )
    )


def by_rag(report: Report) -> dict[str, str]:
    """Decide as the coloured table makes readers do: ask about every red, leave all else alone.

    Parameters
    ----------
    report : Report
        What is decided on.

    Returns
    -------
    dict of str to str
        One of `DECISIONS` for each measure.
    """
    return {cell.name: ASK if cell.colour == "red" else LEAVE for cell in report.rag}


def by_chart(report: Report, rules: RuleSet) -> dict[str, str]:
    """Decide as the charts say.

    Ask about every signal; without one, work on a system whose limits lie on the wrong side of the
    target; leave all else alone.

    Parameters
    ----------
    report : Report
        What is decided on.
    rules : RuleSet
        What finds the signals.

    Returns
    -------
    dict of str to str
        One of `DECISIONS` for each measure.
    """
    (decisions,) = _by_charts([report], rules)
    return decisions


@dataclass(frozen=True, slots=True)
class ColourOdds:
    """What theory says of the colour of a month in which nothing changed.

    Parameters
    ----------
    red, amber, green : float
        The chance of each.
    """

    red: float
    amber: float
    green: float

    @property
    def green_changes(self) -> float:
        """The chance that of two months one meets the target and the other does not: 2p(1-p)."""
        return 2 * self.green * (1 - self.green)

    @property
    def changes(self) -> float:
        """The chance that two months have different colours."""
        return 1 - self.red**2 - self.amber**2 - self.green**2


def colour_odds(indicator: Indicator, distance: float) -> ColourOdds:
    """Work out how often a steady measure has each colour: by the normal distribution.

    Values are shown to two decimals; theory passes over that.

    Parameters
    ----------
    indicator : Indicator
        What is measured.
    distance : float
        How far its mean is on the good side of the target, in sigmas.

    Returns
    -------
    ColourOdds

    Examples
    --------
    A mean on the target changes between meeting and missing it every other month:

    >>> odds = colour_odds(INDICATORS[0], 0.0)
    >>> odds.green_changes, round(odds.amber, 2), round(odds.changes, 2)
    (0.5, 0.34, 0.61)
    """
    law = NormalDist(distance)
    red = law.cdf(-AMBER * indicator.target / indicator.sigma)
    missed = law.cdf(0)
    return ColourOdds(red, missed - red, 1 - missed)


@dataclass(frozen=True, slots=True)
class Repeated:
    """Many reports, decided by colours and by charts.

    Parameters
    ----------
    trust : Trust
        What they are about.
    runs : int
        How many reports.
    rules : str
        The name of the rules of the charts.
    rag, chart : tuple of int
        How many decisions of all had each of `VERDICTS`.
    colour_changes, expected_changes : float
        The share of months, of measures in which nothing changed, that have another colour than the
        month before: as seen, and as theory says.
    false_signals : float
        The share of measures in which nothing changed whose chart shows a signal.
    signals : float
        The share of measures with a true change whose chart shows a signal.
    """

    trust: Trust
    runs: int
    rules: str
    rag: tuple[int, ...]
    chart: tuple[int, ...]
    colour_changes: float
    expected_changes: float
    false_signals: float
    signals: float

    @property
    def table(self) -> DataFrame:
        """One row a way to decide: the mean number of decisions a report with each verdict."""
        from pandas import DataFrame

        ways = {"act on every red": self.rag, f"charts, rules: {self.rules}": self.chart}
        return DataFrame(
            {"decided by": way}
            | {name: count / self.runs for name, count in zip(VERDICTS, counts, strict=True)}
            for way, counts in ways.items()
        )

    def describe(self) -> str:
        """Tell in plain words how both ways did.

        Returns
        -------
        str
            At most 600 characters.
        """
        told = []
        for way, counts in (("Asking about every red", self.rag), ("The charts", self.chart)):
            right, noise, missed = (number_in_words(each / self.runs) for each in counts[:3])
            told.append(
                f"{way}: {right} right, {noise} reactions to noise, {missed} changes missed."
            )
        shares = [
            "none to look at" if math.isnan(share) else f"{number_in_words(100 * share)}%"
            for share in (
                self.colour_changes,
                self.expected_changes,
                self.false_signals,
                self.signals,
            )
        ]
        return (
            f"Simulated: {counted(self.runs, 'report')} of {len(INDICATORS)} measures; means a "
            f"report. {' '.join(told)} Where nothing changed, colours changed from month to month: "
            f"{shares[0]} (theory: {shares[1]}). Charts with a signal (rules: {self.rules}) where "
            f"nothing changed: {shares[2]}; where something did: {shares[3]}."
        )


def repeat(trust: Trust, runs: int, rules: RuleSet, random: Random) -> Repeated:
    """Make up many reports, and decide on each by its colours and by its charts.

    Parameters
    ----------
    trust : Trust
        What they are about.
    runs : int
        How many reports: 1 to 200.
    rules : RuleSet
        What finds the signals of the charts.
    random : random.Random
        Where chance comes from.

    Returns
    -------
    Repeated

    Raises
    ------
    ReportInvalid
        If there can't be so many.

    Examples
    --------
    >>> from qi_tools.spc.rule_sets import ANHOEJ
    >>> repeated = repeat(Trust(), 20, ANHOEJ, Random(1))
    >>> repeated.table[["right", "reaction to noise", "change missed"]].round(1).values.tolist()
    [[6.4, 2.2, 3.4], [10.9, 0.7, 0.4]]
    """
    _check_whole("The number of reports", runs, 1, MOST_RUNS)
    reports = [publish(trust, random) for _ in range(runs)]
    charted = _by_charts(reports, rules)
    rag, chart = Counter[str](), Counter[str]()
    asked: dict[bool, list[bool]] = {False: [], True: []}
    for report, decisions in zip(reports, charted, strict=True):
        rag.update(each.verdict for each in score(report, by_rag(report)).judged)
        chart.update(each.verdict for each in score(report, decisions).judged)
        for row in report.rows:
            asked[row.since is not None].append(decisions[row.indicator.name] == ASK)
    steady = [row for report in reports for row in report.rows if row.since is None]
    return Repeated(
        trust,
        runs,
        rules.name,
        tuple(rag[verdict] for verdict in VERDICTS),
        tuple(chart[verdict] for verdict in VERDICTS),
        _mean(row.colour_changes / (trust.months - 1) for row in steady),
        _mean(colour_odds(row.indicator, SYSTEMS[row.system].distance).changes for row in steady),
        _mean(asked[False]),
        _mean(asked[True]),
    )


def _row(indicator: Indicator, name: str, months: int, random: Random) -> Row:
    system = SYSTEMS[name]
    fewest, most = system.begins
    ago = fewest + int(random.random() * (most - fewest + 1))
    since = months - ago + 1 if system.change else None
    values = []
    for month in range(1, months + 1):
        changed = since is not None and (month >= since if system.lasts else month == since)
        mean = system.distance + (system.change if changed else 0.0)
        values.append(indicator.at(mean + _normal(random)))
    return Row(indicator, name, since, tuple(values))


def _normal(random: Random) -> float:
    """Draw from a normal distribution about 0, standard deviation 1 (Box & Muller 1958)."""
    radius = math.sqrt(-2 * math.log(1 - random.random()))
    return radius * math.cos(2 * math.pi * random.random())


def _months(count: int) -> list[date]:
    return [
        FIRST_DATE.replace(year=FIRST_DATE.year + month // 12, month=month % 12 + 1)
        for month in range(count)
    ]


def _judge(name: str, decision: str, system: System) -> Judged:
    if decision in system.right:
        verdict = "right"
    elif system.change:
        verdict = "change missed"
    elif decision == ASK:
        verdict = "reaction to noise"
    else:
        verdict = "target given up" if decision == LEAVE else "work not needed"
    return Judged(name, decision, system.words, system.right, verdict)


def _by_charts(reports: Sequence[Report], rules: RuleSet) -> list[dict[str, str]]:
    """Decide on all reports at once, which is many times as fast as chart by chart."""
    from pandas import DataFrame

    from qi_tools.spc.many_measures import many

    frame = DataFrame(
        [
            (number, row.indicator.name, row.indicator.better, row.indicator.target, value)
            for number, report in enumerate(reports)
            for row in report.rows
            for value in row.values
        ],
        columns=["report", "name", "way", "aim", "shown"],
    )
    points = many(frame, ["report", "name"], value="shown", rules=rules, better="way", target="aim")
    points["signal"] = points["high"] | points["low"] | (points["phase_rules"] != "")
    points["failing"] = points["assurance"] == "failing"
    found = points.groupby(["report", "name"])[["signal", "failing"]].any()
    decisions: list[dict[str, str]] = [{} for _ in reports]
    for (number, name), signal, failing in found.itertuples():
        decisions[number][name] = ASK if signal else WORK if failing else LEAVE
    return decisions


def _mean(values: Iterable[float]) -> float:
    """Give the mean; not a number of nothing."""
    known = list(values)
    return sum(known) / len(known) if known else math.nan


def _check_decisions(report: Report, decisions: object) -> None:
    if not isinstance(decisions, Mapping):
        raise ReportInvalid(
            f"The decisions are {decisions!r}. Give a decision for each measure by name, such as "
            f'{{"Falls": "{LEAVE}"}}.'
        )
    names = [row.indicator.name for row in report.rows]
    if unknown := [name for name in decisions if name not in names]:
        raise ReportInvalid(
            f"The report has no measure {unknown[0]!r}. Its measures: {', '.join(names)}."
        )
    if missing := [name for name in names if name not in decisions]:
        raise ReportInvalid(
            f"There is no decision yet on: {', '.join(missing)}. Use one of: "
            f"{', '.join(DECISIONS)}."
        )
    for name, decision in decisions.items():
        if decision not in DECISIONS:
            raise ReportInvalid(
                f"The decision on {name} is {decision!r}. Use one of: {', '.join(DECISIONS)}."
            )
