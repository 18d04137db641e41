"""Whether a new phase, with lines of its own, has earned its place: a suggestion, never a deed.

A new centre line is right only when four things hold (Anhøj): the shift is *sustained*, its *cause
is known*, it is *in the desired direction*, and it is *expected to last*. Data can show the first
and the third. The second and the fourth only people can know, so this asks them and decides
nothing: a line that moves by itself soon follows every wave, and then shows nothing at all.

References
----------
Anhøj J (2024). qicharts2 0.8.1, documentation: when to split a chart into phases.
Anhøj J, Olesen AV (2014). Run charts revisited. PLoS ONE 9(11): e113825 (the long run).
NHS England, Making Data Count: the shift of 7 points, and when to recalculate limits.
Pettitt AN (1979). A non-parametric approach to the change-point problem. Applied Statistics 28(2):
126-135 (where the shift began).
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from qi_tools.errors import RulesInvalid
from qi_tools.measure import Measure
from qi_tools.phases import Floats
from qi_tools.spc.chart_words import FEWEST_USEFUL
from qi_tools.spc.charts import Chart, control_chart
from qi_tools.spc.dependence import dependence_warnings
from qi_tools.spc.rule_sets import ANHOEJ, RuleSet
from qi_tools.spc.rules import FewCrossings, LongRun, Shift
from qi_tools.spc.splits import average_ranks, best_split
from qi_tools.spc.variation import direction
from qi_tools.words import counted, number_in_words

__all__ = ["Condition", "RephaseSuggestion", "suggest_rephase"]

CHANCE = 0.05
"""Two levels that chance alone would show more often than this are no shift."""
FEWEST_SINCE = 8
"""So many points since the shift before anyone can say that it is sustained: our choice."""
FEWEST_APART = 4
"""A shift is not looked for among the first or last few points: our choice."""
NOTES_BEFORE, NOTES_AFTER = 3, 1
"""A note so many points before the shift, or after its first point, tells its cause: our choice.

Where a shift began can't be seen to the point, and most changes take some time to work."""


_OF_SHIFTS = (LongRun, FewCrossings, Shift)


@dataclass(frozen=True, slots=True)
class Condition:
    """One of the four conditions for a new phase.

    Parameters
    ----------
    name : {"sustained", "cause known", "desired direction", "expected to last"}
    holds : bool or None
        None when it isn't known.
    words : str
        What is known of it, in one sentence.
    """

    name: Literal["sustained", "cause known", "desired direction", "expected to last"]
    holds: bool | None
    words: str


@dataclass(frozen=True, slots=True)
class RephaseSuggestion:
    """A shift that may deserve a phase of its own, and what speaks for it.

    Parameters
    ----------
    point : int
        Where the shift most likely began, counted from 0.
    label : str
        That point's date or number.
    before, after : float
        The centre lines that the two phases would have, in the unit that is shown.
    conditions : tuple of Condition
        The four, in Anhøj's order.
    advice : str
        What to do next, in plain words.
    code : str
        The line of Python that would begin the new phase.
    warnings : tuple of str
        What else might look like a shift: a season, or points that lean on their neighbours.
    """

    point: int
    label: str
    before: float
    after: float
    conditions: tuple[Condition, ...]
    advice: str
    code: str
    warnings: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether all four conditions hold."""
        return all(condition.holds is True for condition in self.conditions)

    def describe(self) -> str:
        """Say the suggestion in plain sentences."""
        mark = {True: "Yes", False: "No", None: "Not known"}
        return "\n".join(
            [
                f"The level most likely shifted at {self.label}, from "
                f"{number_in_words(self.before)} to {number_in_words(self.after)}.",
                *(
                    f"- {condition.name.capitalize()}? {mark[condition.holds]}. {condition.words}"
                    for condition in self.conditions
                ),
                self.advice,
                *self.warnings,
            ]
        )


def suggest_rephase(
    measure: Measure,
    *,
    kind: str = "run",
    rules: RuleSet = ANHOEJ,
    cause: str = "",
    expected_to_last: bool | None = None,
) -> RephaseSuggestion | None:
    """Say whether the latest phase holds a shift that may deserve a phase of its own.

    There must be a signal about the centre line of the latest phase: Anhøj's unusually long run or
    unusually few crossings, or a shift of so many points as in Making Data Count's rules, whichever
    the rules hold. And two levels must fit the points better than chance alone would let them
    (Pettitt's test, 1 in 20). The shift most likely began where they fit best; in a phase with a
    frozen baseline, after that.

    Parameters
    ----------
    measure : Measure
        It is not changed.
    kind : str
        The kind of chart whose centre line counts; see `qi_tools.spc.kinds.KINDS`.
    rules : RuleSet
        Rules with a long run, few crossings or a shift among them.
    cause : str
        What made the shift, if that is known. Left out, a note beside the first point, or up to 3
        points before it or 1 after, counts as the cause.
    expected_to_last : bool, optional
        Whether people who know the process expect the new level to last.

    Returns
    -------
    RephaseSuggestion or None
        None when there is no such signal or shift, or fewer than 12 points in the phase.

    Raises
    ------
    RulesInvalid
        If none of the rules looks for one.
    ChartImpossible
        If the measure can't be charted so.

    Examples
    --------
    >>> wait = Measure.from_columns([9, 8, 9, 7, 9, 8, 9, 8, 5, 4, 5, 6, 5, 4, 5, 4, 6],
    ...                             name="Average wait", better="lower")
    >>> found = suggest_rephase(wait, cause="New booking system", expected_to_last=True)
    >>> found.label, found.before, found.after, found.ready
    ('point 9', 8.5, 5.0, True)
    >>> print(found.code)
    measure.rephase(9, "New booking system")
    """
    if not any(isinstance(rule, _OF_SHIFTS) for rule in rules.rules):
        raise RulesInvalid(
            f"The set {rules.name} has no rule for a sustained shift. Use qi_tools.ANHOEJ, or "
            "qi_tools.MAKING_DATA_COUNT."
        )
    chart = control_chart(measure, kind, rules=rules)
    number, phase = len(chart.phases) - 1, chart.phases[-1]
    shifted = any(
        signal.phase == number and signal.rule in {rule.name for rule in _OF_SHIFTS}
        for signal in chart.signals
    )
    places = np.nonzero(chart.analysis.judged[phase.first :])[0] + phase.first
    frozen = measure.phases[-1].baseline or 0
    before = max(FEWEST_APART, int(np.count_nonzero(places < phase.first + frozen)))
    if not shifted or places.size < max(FEWEST_USEFUL, before + FEWEST_APART):
        return None
    ranks = average_ranks(chart.values[places])
    first = best_split(ranks, before, FEWEST_APART)
    if _chance(ranks, first) > CHANCE:
        return None
    point = int(places[first])
    when = _when(measure, point)
    split = control_chart(measure.rephase(when, "A shift"), kind, rules=rules)
    old, new = split.phases[-2].centre, split.phases[-1].centre
    if old == new:
        return None
    reason = cause.strip() or _noted(measure, point)
    conditions = (
        _sustained(split),
        _cause_known(cause.strip(), reason),
        _desired(measure, old, new),
        _lasting(expected_to_last),
    )
    quoted = json.dumps([when, reason or "Say what changed"], ensure_ascii=False)
    code = f"measure.rephase({quoted[1:-1]})"
    label = measure.label(point)
    return RephaseSuggestion(
        point,
        label,
        old,
        new,
        conditions,
        _advice(conditions, label, code),
        code,
        dependence_warnings(measure),
    )


def _chance(ranks: Floats, first: int) -> float:
    """Give how often chance alone splits ranks so clearly (Pettitt 1979, approximate)."""
    n = ranks.size
    apart = abs(2 * float(ranks[:first].sum()) - first * (n + 1))
    return 2 * math.exp(-6 * apart**2 / (n**3 + n**2))


def _when(measure: Measure, point: int) -> str | int:
    """Name a point as `Measure.rephase` understands it."""
    if measure.dates is None:
        return point + 1
    day = measure.dates[point]
    return str(day.astype("datetime64[M]") if measure.monthly else day)


def _noted(measure: Measure, point: int) -> str:
    """Give the words of the note nearest to where the shift began, if there is one."""
    near = [note for note in measure.notes if -NOTES_BEFORE <= note.point - point <= NOTES_AFTER]
    return min(near, key=lambda note: abs(note.point - point)).words if near else ""


def _sustained(split: Chart) -> Condition:
    phase = split.phases[-1]
    since = int(np.count_nonzero(split.analysis.judged[phase.first :]))
    told = f"{counted(since, 'point')} since then"
    values = split.values[phase.first :][split.analysis.judged[phase.first :]]
    if since < FEWEST_SINCE:
        return Condition("sustained", None, f"There are only {told}; wait for {FEWEST_SINCE}.")
    if phase.longest_run > phase.longest_run_limit or phase.crossings < phase.crossings_limit:
        return Condition(
            "sustained", False, f"The {told} have not settled about a level of their own."
        )
    if _drifts(values):
        return Condition("sustained", False, f"The {told} still drift.")
    return Condition("sustained", True, f"The {told} keep to the new level.")


def _drifts(values: Floats) -> bool:
    """Say whether values rise or fall with time more than chance lets them in 19 of 20 series.

    Spearman's rank correlation with time, about normal with variance 1 / (n - 1).
    """
    if np.ptp(values) == 0:
        return False
    along = float(np.corrcoef(average_ranks(values), np.arange(values.size))[0, 1])
    return abs(along) * math.sqrt(values.size - 1) > 1.96


def _cause_known(said: str, reason: str) -> Condition:
    if not reason:
        return Condition("cause known", None, "No one has said what changed, and no note is near.")
    source = "" if said else "A note stands near: "
    return Condition("cause known", True, f"{source}{reason.rstrip('.')}.")


def _desired(measure: Measure, old: float, new: float) -> Condition:
    moved = "up" if new > old else "down"
    better = direction(measure.better)
    if better == 0:
        return Condition(
            "desired direction",
            None,
            f"It went {moved}; the measure doesn't say which way is better.",
        )
    good = (new > old) == (better > 0)
    return Condition("desired direction", good, f"It went {moved}, and {measure.better} is better.")


def _lasting(expected: bool | None) -> Condition:
    words = {
        True: "Those who know the process expect it to.",
        False: "Those who know the process expect it to pass.",
        None: "Only those who know the process can say.",
    }
    return Condition("expected to last", expected, words[expected])


def _advice(conditions: tuple[Condition, ...], label: str, code: str) -> str:
    holds = {condition.name: condition.holds for condition in conditions}
    if holds["desired direction"] is False:
        return (
            "Don't begin a new phase: a new centre line would make worse look normal. Find out "
            f"what happened around {label}, and put it right."
        )
    if holds["expected to last"] is False:
        return "Don't begin a new phase: keep the old centre line to see when this has passed."
    if holds["sustained"] is False:
        return "Don't begin a new phase yet: wait until the points settle, and look again."
    if all(holds.values()):
        return f"All four conditions hold. If the team agrees, begin a new phase: {code}"
    asked = {
        "sustained": "Wait for more points.",
        "cause known": f"Ask what changed around {label}.",
        "desired direction": "Say which way is better.",
        "expected to last": "Ask those who know the process whether it will last.",
    }
    steps = [asked[name] for name, known in holds.items() if known is None]
    return f"Not yet. {' '.join(steps)} Then look again."
