"""The named sets of rules that people use, and sets of one's own.

A set is chosen by name, travels with the chart that it judged, and is never mixed with another
unseen: ``ANHOEJ + MAKING_DATA_COUNT`` is a set too, and says so.

References
----------
Anhøj J, Olesen AV (2014). Run charts revisited: a simulation study of run chart rules for
detection of non-random variation in health care processes. PLoS ONE 9(11): e113825.
Anhøj J, Wentzel-Larsen T (2018). Sense and sensibility: on the diagnostic value of control chart
rules for detection of shifts in time series data. BMC Med Res Methodol 18: 100.
NHS England, Making Data Count: rules for XmR charts, as NHSRplotthedots 0.2.2 applies them, and as
the Making Data Count team described its tools in that package's issue 194 (2023).
Nelson LS (1984). The Shewhart control chart: tests for special causes. J Quality Technology 16(4):
237-239.
Perla RJ, Provost LP, Murray SK (2011). The run chart: a simple analytical tool for learning from
variation in healthcare processes. BMJ Quality & Safety 20(1): 46-51.
Western Electric (1956). Statistical Quality Control Handbook.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

from qi_tools.errors import RulesInvalid
from qi_tools.spc.rules import (
    Alternating,
    BeyondLimits,
    FewCrossings,
    HuggingTheCentre,
    LongRun,
    NearTheLimits,
    NumberOfRuns,
    Rule,
    Shift,
    ShunningTheCentre,
    Trend,
)

__all__ = [
    "ANHOEJ",
    "CHOICES",
    "MAKING_DATA_COUNT",
    "NELSON",
    "PERLA",
    "WESTERN_ELECTRIC",
    "RuleSet",
    "making_data_count",
    "perla",
]

TwoInThree: TypeAlias = Literal["2023", "plotthedots"]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules that are applied together, under a name.

    Parameters
    ----------
    name : str
        As a reader knows the set.
    rules : tuple of Rule
        At least one.
    source : str
        Where the set is published.

    Raises
    ------
    RulesInvalid
        If there is no rule, or the name is blank.

    Examples
    --------
    >>> sevens = RuleSet("Our own", (BeyondLimits(), Shift(7)), "Agreed by the board, May 2026")
    >>> (sevens + ANHOEJ).name, len((sevens + ANHOEJ).rules)
    ('Our own and Anhøj', 4)
    """

    name: str
    rules: tuple[Rule, ...]
    source: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise RulesInvalid('A rule set needs a name, such as name="Our own".')
        if not self.rules:
            raise RulesInvalid(f'The rule set "{self.name}" has no rules. Give it at least one.')

    def __add__(self, other: RuleSet) -> RuleSet:
        """Apply both sets, a rule that stands in both once."""
        more = tuple(rule for rule in other.rules if rule not in self.rules)
        return RuleSet(
            f"{self.name} and {other.name}",
            self.rules + more,
            "; ".join(filter(None, (self.source, other.source))),
        )

    @property
    def words(self) -> str:
        """What the set looks for, as one list in plain words."""
        *most, last = [rule.words for rule in self.rules]
        return f"{', '.join(most)} and {last}" if most else last


def making_data_count(points: int = 7, two_in_three: TwoInThree = "2023") -> RuleSet:
    """Give the Making Data Count rules, in one of the versions in use.

    Parameters
    ----------
    points : {6, 7}
        How many points make a shift or a trend: the team's tools let users choose.
    two_in_three : {"2023", "plotthedots"}
        Which points count in two of three near a limit, all three on one side. ``"2023"``, as the
        team's tools do: all beyond two sigmas. ``"plotthedots"``, as NHSRplotthedots does: those
        between two and three sigmas.

    Returns
    -------
    RuleSet

    Raises
    ------
    RulesInvalid
        If it is another number or version.

    Examples
    --------
    >>> making_data_count(6).name
    'Making Data Count (6 points)'
    """
    if points not in {6, 7}:
        raise RulesInvalid(f"points is {points!r}. Making Data Count uses 6 or 7.")
    if two_in_three not in {"2023", "plotthedots"}:
        raise RulesInvalid(f'two_in_three is {two_in_three!r}. Use "2023" or "plotthedots".')
    differs = [f"{points} points"] if points != 7 else []
    if two_in_three == "plotthedots":
        differs.append("2 in 3 as NHSRplotthedots")
    return RuleSet(
        "Making Data Count" + (f" ({', '.join(differs)})" if differs else ""),
        (
            BeyondLimits(),
            Trend(points),
            NearTheLimits(
                2, 3, 2.0, "same side", "counted" if two_in_three == "2023" else "not counted"
            ),
            Shift(points),
        ),
        "NHS England, Making Data Count; NHSRplotthedots 0.2.2",
    )


def perla(table: Literal["exact", "printed"] = "exact") -> RuleSet:
    """Give the three run chart rules of Perla, Provost and Murray that can be computed.

    Their fourth, a point so unusual that all agree it is, is left to the reader's judgement.

    Parameters
    ----------
    table : {"exact", "printed"}
        Which table the number of runs is held to; see `NumberOfRuns`.

    Returns
    -------
    RuleSet

    Raises
    ------
    RulesInvalid
        If it is another table.
    """
    if table not in {"exact", "printed"}:
        raise RulesInvalid(f'table is {table!r}. Use "exact" or "printed".')
    return RuleSet(
        "Perla" + (" (printed table)" if table == "printed" else ""),
        (Shift(6, "passed over"), Trend(5, "passed over"), NumberOfRuns(table)),
        "Perla, Provost & Murray (2011)",
    )


ANHOEJ = RuleSet(
    "Anhøj",
    (BeyondLimits(), LongRun(), FewCrossings()),
    "Anhøj & Olesen (2014); Anhøj & Wentzel-Larsen (2018)",
)
"""Points outside the limits, unusually long runs, unusually few crossings: the default."""
MAKING_DATA_COUNT = making_data_count()
"""The rules of NHS England's Making Data Count team, with 7 points."""
CHOICES: Mapping[str, RuleSet] = MappingProxyType(
    {"anhoej": ANHOEJ, "making_data_count": MAKING_DATA_COUNT}
)
"""The sets that an organisation chooses between for all its charts, by the name of its choice."""
PERLA = perla()
"""The run chart rules of Perla, Provost and Murray, with exact limits for the number of runs."""
WESTERN_ELECTRIC = RuleSet(
    "Western Electric",
    (BeyondLimits(), NearTheLimits(2, 3, 2.0), NearTheLimits(4, 5, 1.0), Shift(8)),
    "Western Electric (1956)",
)
"""The four rules of the Western Electric handbook."""
NELSON = RuleSet(
    "Nelson",
    (
        BeyondLimits(),
        Shift(9),
        Trend(6),
        Alternating(14),
        NearTheLimits(2, 3, 2.0),
        NearTheLimits(4, 5, 1.0),
        HuggingTheCentre(15),
        ShunningTheCentre(8),
    ),
    "Nelson (1984)",
)
"""Nelson's eight tests."""
