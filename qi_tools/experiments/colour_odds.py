"""How often colours change by chance alone, in theory and in many made-up reports."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from statistics import NormalDist
from typing import TYPE_CHECKING

from qi_tools.experiments.made_up_trust import (
    AMBER,
    ASK,
    INDICATORS,
    SYSTEMS,
    Indicator,
    ReportInvalid,
    Trust,
)
from qi_tools.experiments.rag_or_dots import VERDICTS, by_charts, by_rag, score
from qi_tools.experiments.settings import check_whole
from qi_tools.experiments.trust_report import publish
from qi_tools.words import counted, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

    from qi_tools.spc.rule_sets import RuleSet

__all__ = ["ColourOdds", "Repeated", "colour_odds", "repeat"]
MOST_RUNS = 200


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
    check_whole(ReportInvalid, "The number of reports", runs, 1, MOST_RUNS)
    reports = [publish(trust, random) for _ in range(runs)]
    charted = by_charts(reports, rules)
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


def _mean(values: Iterable[float]) -> float:
    """Give the mean; not a number of nothing."""
    known = list(values)
    return sum(known) / len(known) if known else math.nan
