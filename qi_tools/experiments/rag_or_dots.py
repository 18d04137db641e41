"""One board report shown twice: as red, amber and green, or as dots over time.

What it teaches. Colours and arrows look at one month or two, and change by chance alone. So boards
ask what happened where nothing did, and miss what truly changed. A chart of the same numbers
tells three things apart: a change to ask about, a system that works as it always does and misses
its target, and a system to leave alone. It is for boards, senior leaders and managers.

In the room. Half of the people see the coloured table of the latest month, the other half the
charts. Each decides for every measure: ask what happened, work on the system, or leave it alone.
Only then hold both sets of decisions against what the made-up world truly did, count, and ask how
many such questions a year cost staff time for nothing.

What is simplified or made up. The trust (`made_up_trust`) and its months (`trust_report`). A system
that meets its target now and then may be left alone or worked on: both count as right. No cost is
put on any mistake. What theory says of colours, and many reports at once: `colour_odds`.

Sources. Anhøj J, Hellesøe A-MB (2017). The problem with red, amber, green. BMJ Quality & Safety
26: 81-84. Wheeler DJ (1993). Understanding Variation: comparing two points, or one with a target.
Shewhart WA (1931). Economic Control of Quality of Manufactured Product: the charts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qi_tools.experiments.made_up_trust import (
    ASK,
    DECISIONS,
    LEAVE,
    SYSTEMS,
    WORK,
    ReportInvalid,
    System,
)
from qi_tools.experiments.trust_report import Report
from qi_tools.words import counted

if TYPE_CHECKING:
    from pandas import DataFrame

    from qi_tools.spc.rule_sets import RuleSet

__all__ = ["VERDICTS", "Judged", "Score", "by_chart", "by_charts", "by_rag", "score"]

VERDICTS = ("right", "reaction to noise", "change missed", "target given up", "work not needed")
"""What a decision was, seen from the truth. A reaction to noise asks what happened where nothing
did; a missed change does not ask although something did."""


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
    >>> from random import Random
    >>> from qi_tools.experiments.made_up_trust import Trust
    >>> from qi_tools.experiments.trust_report import publish
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
    (decisions,) = by_charts([report], rules)
    return decisions


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


def by_charts(reports: Sequence[Report], rules: RuleSet) -> list[dict[str, str]]:
    """Decide on all reports as the charts say, many times as fast as chart by chart.

    Parameters
    ----------
    reports : sequence of Report
        What is decided on.
    rules : RuleSet
        What finds the signals.

    Returns
    -------
    list of dict of str to str
        For each report, one of `DECISIONS` for each measure.

    Examples
    --------
    >>> from random import Random
    >>> from qi_tools.experiments.made_up_trust import Trust
    >>> from qi_tools.experiments.trust_report import publish
    >>> from qi_tools.spc.rule_sets import ANHOEJ
    >>> reports = [publish(Trust(), Random(seed)) for seed in (1, 2)]
    >>> by_charts(reports, ANHOEJ) == [by_chart(report, ANHOEJ) for report in reports]
    True
    """
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
