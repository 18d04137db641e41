"""Which chart suits a measure, with the reasons in words that can be said aloud.

The choice follows the tree that most books share: what kind of data, how many points, how many
events in each. Where a tree stops at "or if the points vary too much", this looks whether they do.

Where books give no number, or several, the number is our own choice and says so:

* fewer than 12 points in every phase: a run chart (limits from 12 points on are trial limits, firm
  from about 20: Provost & Murray 2011);
* a quarter or more of the points without any event, and fewer than 5 expected in the usual point:
  events so rare are better timed than counted (after Provost & Murray 2011; the 5 is our choice);
* points that vary 1.2 times as much as chance explains or more, and more than two and a half
  standard errors above 1 unless there are 100 events a point or more: P′ and U′ (Laney 2002) or I
  instead of P, U and C; likewise for less than 0.8 times (our choice; the standard error of a sigma
  from n moving ranges is about 0.91 / √n);
* subgroup means that vary 1.5 times as much as the values within explain, or more: an I chart of
  the means (after Montgomery 2009 and Wheeler 1995; the 1.5 is our choice);
* a skewness of 0.6 or more, the two values furthest out not counted: strongly skewed (our choice).

References
----------
Benneyan JC (2001). Number-between g-type statistical quality control charts for monitoring adverse
events. Health Care Management Science 4(4): 305-318.
Laney DB (2002). Improved control charts for attributes. Quality Engineering 14(4): 531-537.
Montgomery DC (2009). Introduction to Statistical Quality Control, 6th edition, chapters 6 and 7.
Nelson LS (1994). A control chart for parts-per-million nonconforming items. J Quality Technology
26(3): 239-240.
Provost LP, Murray SK (2011). The Health Care Data Guide, the chapters on choosing a chart and on
rare events.
Wheeler DJ (1995). Advanced Topics in Statistical Process Control.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from html import escape
from typing import Literal

import numpy as np

from qi_tools.measure import Measure, check_measure
from qi_tools.phases import Flags, Floats
from qi_tools.spc.chart_words import FEWEST_USEFUL
from qi_tools.spc.charts import control_chart
from qi_tools.spc.dependence import dependence_warnings
from qi_tools.spc.kinds import KINDS
from qi_tools.words import counted, number_in_words

__all__ = ["ChartSuggestion", "OtherKind", "suggest_chart"]

FIRM = 20
"""Limits from so many points hardly move with the next ones (Provost & Murray 2011)."""
RARE_EVENTS, RARE_ZEROS = 5.0, 0.25
FEW_EVENTS = 9.0
"""With fewer expected, three Poisson sigmas below the centre lie below 0."""
MANY_EVENTS = 100.0
MORE_THAN_CHANCE, LESS_THAN_CHANCE = 1.2, 0.8
ERROR_OF_SIGMA, ERRORS = 0.91, 2.5
MEANS_APART = 1.5
SKEWED = 0.6
SMALL_COUNT = 30
"""Whole numbers up to here may well be counts that were not said to be counts."""


@dataclass(frozen=True, slots=True)
class OtherKind:
    """Another kind of chart that would do.

    Parameters
    ----------
    kind : str
        A name of `qi_tools.spc.kinds.KINDS`.
    when : str
        When it is the better one, as the end of a sentence.
    """

    kind: str
    when: str


@dataclass(frozen=True, slots=True)
class ChartSuggestion:
    """The kind of chart that suits a measure, and why.

    Parameters
    ----------
    kind : str
        A name of `qi_tools.spc.kinds.KINDS`.
    why : tuple of str
        The reasons, one plain sentence or two each.
    others : tuple of OtherKind
        Other kinds that would do.
    warnings : tuple of str
        What to look into, whichever chart it is.
    ready : bool
        True when ``control_chart(measure, suggestion.kind)`` draws it from this measure. False when
        it needs data that are recorded in another way; the reasons say how.
    """

    kind: str
    why: tuple[str, ...]
    others: tuple[OtherKind, ...] = ()
    warnings: tuple[str, ...] = ()
    ready: bool = True

    @property
    def title(self) -> str:
        """The kind of chart as a reader knows it, such as ``"P chart"``."""
        return KINDS[self.kind].title

    def describe(self) -> str:
        """Say the suggestion in plain sentences.

        Examples
        --------
        >>> print(suggest_chart(Measure.from_columns([5, 6, 4], name="Wait")).describe())
        Suggested: Run chart.
        - There are 3 points so far. A run chart needs no limits, so it can begin with the first.
        - Limits worked out from fewer than 12 points move too much with every new one; from about \
20 they are firm.
        Also possible: I chart (from 12 points on).
        """
        lines = [f"Suggested: {self.title}.", *(f"- {reason}" for reason in self.why)]
        lines += [f"Also possible: {KINDS[each.kind].title} ({each.when})." for each in self.others]
        lines += [f"Take care: {warning}" for warning in self.warnings]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        title, *lines = self.describe().splitlines()
        items = "".join(f"<li>{escape(line.removeprefix('- '))}</li>" for line in lines)
        return f"<p><strong>{escape(title)}</strong></p><ul>{items}</ul>"


def suggest_chart(measure: Measure) -> ChartSuggestion:
    """Suggest the kind of chart that suits a measure.

    Parameters
    ----------
    measure : Measure
        What its values are (`Measure.data`) matters most: say it when the measure is made.

    Returns
    -------
    ChartSuggestion

    Raises
    ------
    MeasureInvalid
        If what is given is not a measure.

    References
    ----------
    See the beginning of this module for every threshold and its source.

    Examples
    --------
    >>> seen = [90, 110, 95, 105] * 6
    >>> late = [9, 12, 7, 10, 13, 8, 6, 11] * 3
    >>> found = suggest_chart(Measure.from_columns(late, denominators=seen, name="Seen late"))
    >>> found.kind, found.others[0].kind
    ('p', "p'")
    """
    check_measure(measure, "suggest_chart")
    stretch = _longest_phase(measure)
    points = int(np.count_nonzero(stretch))
    values = measure.values[stretch]
    if points < FEWEST_USEFUL:
        return _too_few(measure, points)
    if np.ptp(values) == 0:
        return ChartSuggestion(
            "run",
            (
                f"Every value is the same so far: {number_in_words(float(values[0]))}. Without "
                "variation there are no limits to work out.",
                "Keep a run chart going: it will show the first change.",
            ),
        )
    found = _by_data(measure, stretch)
    warnings = list(found.warnings)
    if found.ready and found.kind != "run":
        if points < FIRM:
            warnings.append(
                f"Limits from {points} points are trial limits: work them out again at {FIRM}."
            )
        found = replace(found, others=(*found.others, _RUN))
    return replace(found, warnings=(*warnings, *dependence_warnings(measure)))


_RUN = OtherKind("run", "to begin with: it needs no limits and shows whether anything has changed")


def _longest_phase(measure: Measure) -> Flags:
    """Flag the points that count towards the lines of the phase with most of them."""
    counts = measure.counted
    ends = [*(phase.first for phase in measure.phases[1:]), len(measure)]
    stretches = []
    place = np.arange(len(measure))
    for phase, end in zip(measure.phases, ends, strict=True):
        last = end if phase.baseline is None else min(end, phase.first + phase.baseline)
        stretches.append(counts & (place >= phase.first) & (place < last))
    return max(stretches, key=np.count_nonzero)


def _too_few(measure: Measure, points: int) -> ChartSuggestion:
    usual = {
        "counts": "c",
        "proportions": "p",
        "rates": "u",
        "cases between": "g",
        "time between": "t",
    }
    later = "i" if measure.subgroups is None else "xbar_s"
    subject = (
        f"There {'is' if points == 1 else 'are'} {counted(points, 'point')} so far"
        if len(measure.phases) == 1
        else f"The longest phase has {counted(points, 'point')} to work lines out from"
    )
    return ChartSuggestion(
        "run",
        (
            f"{subject}. A run chart needs no limits, so it can begin with the first.",
            f"Limits worked out from fewer than {FEWEST_USEFUL} points move too much with every "
            f"new one; from about {FIRM} they are firm.",
        ),
        (OtherKind(usual.get(measure.data, later), f"from {FEWEST_USEFUL} points on"),),
    )


def _by_data(measure: Measure, stretch: Flags) -> ChartSuggestion:
    if measure.data == "cases between":
        return _cases_between(measure)
    if measure.data == "time between":
        return _time_between(measure)
    if measure.numerators is not None and measure.denominators is not None:
        share = measure.data == "proportions"
        if share and np.any(measure.numerators > measure.denominators):
            found = _over_denominators(measure, stretch, share=False)
            return replace(
                found,
                warnings=(
                    "Some numerators are above their denominators, so these are no shares: one "
                    "case can have several events. If that is right, make the measure with "
                    'data="rates"; if not, mend the numbers.',
                    *found.warnings,
                ),
            )
        return _over_denominators(measure, stretch, share=share)
    if measure.data == "counts":
        return _counts(measure, stretch)
    if measure.subgroups is not None and np.median(measure.subgroups.sizes[stretch]) >= 2:
        return _subgroups(measure, stretch, measure.subgroups.sizes[stretch])
    return _measurements(measure, stretch)


# ---- counts, with and without denominators


def _over_denominators(measure: Measure, stretch: Flags, *, share: bool) -> ChartSuggestion:
    assert measure.numerators is not None  # the caller has looked
    assert measure.denominators is not None
    events, cases = measure.numerators[stretch], measure.denominators[stretch]
    noun = "event"
    if share and events.sum() > cases.sum() / 2:
        events, noun = cases - events, "miss"  # what is nearly always done is rarely missed
    expected = float(np.median(cases * events.sum() / cases.sum()))
    plain, kind = ("p", "P") if share else ("u", "U")
    if _is_rare(events, expected):
        how = _COUNT_CASES if share else _TIME_THEM
        return _rare(events, expected, noun, how, OtherKind(plain, _FOR_NOW))
    what = (
        "how many out of how many"
        if share
        else "events over an amount of activity, such as falls over bed days"
    )
    where = "where fewer were looked at" if share else "where there was less activity"
    reason = f"You counted {what}, and {kind} charts are made for that: their limits widen {where}."
    times = _times_chance(measure, stretch, plain, f"{plain}'")
    verdict = _verdict(times, events.size, expected)
    warnings = _few_expected(expected, noun)
    if verdict == "as chance":
        return ChartSuggestion(
            plain,
            (reason, _as_chance(times, events.size)),
            (
                OtherKind(
                    f"{plain}'",
                    "when points differ for many small reasons, as they do with thousands of "
                    "cases; when only chance moves them it draws much the same limits",
                ),
            ),
            warnings,
        )
    return ChartSuggestion(
        f"{plain}'",
        (
            reason,
            _not_chance(times, f"{kind} chart"),
            f"A {kind}′ chart sets its limits by what the points do, and still widens {where} "
            "(Laney 2002).",
        ),
        (OtherKind("i'", "which gets to nearly the same limits another way"),),
        warnings + (_TOO_EVEN if verdict == "less" else ()),
    )


def _counts(measure: Measure, stretch: Flags) -> ChartSuggestion:
    events, known = measure.values[stretch], measure.values[measure.known]
    if np.any(known < 0) or np.any(known != np.round(known)):
        found = _measurements(measure, stretch)
        fault = "Counts are whole numbers, 0 or more, and some of these are not: are they averages?"
        return replace(found, warnings=(fault, *found.warnings))
    expected = float(events.mean())
    if _is_rare(events, expected):
        return _rare(events, expected, "event", _TIME_THEM, OtherKind("c", _FOR_NOW))
    reason = "You counted events, and C charts are made for that."
    alike = (
        "A C chart takes every point to have had the same chance of events: much the same number "
        "of patients, days or staff. Where that isn't so, give the denominators and use a U chart."
    )
    over = OtherKind("u", "with denominators, when activity differs from point to point")
    times = _times_chance(measure, stretch, "c", "i")
    verdict = _verdict(times, events.size, expected)
    warnings = _few_expected(expected, "event")
    if verdict == "as chance":
        return ChartSuggestion(
            "c", (reason, _as_chance(times, events.size)), (over,), (*warnings, alike)
        )
    why = (
        reason,
        _not_chance(times, "C chart"),
        "An I chart sets its limits by what the points do.",
    )
    if verdict == "less":
        return ChartSuggestion("i", why, (over,), warnings + _TOO_EVEN)
    return ChartSuggestion(
        "i",
        why,
        (replace(over, when=f"{over.when}: that alone may explain the variation"),),
        warnings,
    )


def _times_chance(measure: Measure, stretch: Flags, plain: str, free: str) -> float:
    """Give how many times as far out one kind of chart puts its limits as another.

    Large moving ranges are left out: a single special cause is no reason for wider limits.
    """
    by_chance = control_chart(measure, plain).analysis.lines.sigma[stretch]
    as_seen = control_chart(measure, free, screen=True).analysis.lines.sigma[stretch]
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.median(as_seen / by_chance))


def _verdict(times: float, points: int, expected: float) -> Literal["more", "less", "as chance"]:
    error = 0.0 if expected >= MANY_EVENTS else ERRORS * ERROR_OF_SIGMA / math.sqrt(points)
    if times >= max(MORE_THAN_CHANCE, 1 + error):
        return "more"
    return "less" if times <= min(LESS_THAN_CHANCE, 1 - error) else "as chance"


def _as_chance(times: float, points: int) -> str:
    if math.isnan(times):
        return "No two neighbours are known, so what the points vary can't be set beside chance."
    said = number_in_words(times, 2)
    if LESS_THAN_CHANCE < times < MORE_THAN_CHANCE:
        return (
            f"The points vary about as much as chance alone makes them ({said} times as much), so "
            "the limits fit."
        )
    return (
        f"The points vary a little {'more' if times > 1 else 'less'} than chance alone makes them "
        f"({said} times as much). With {points} points that can still be chance: look again when "
        "there are more."
    )


def _not_chance(times: float, title: str) -> str:
    if times > 1:
        said = number_in_words(times, 2)
        return (
            f"But the points vary {said} times as much as chance alone makes them. A {title}'s "
            f"limits would be {said} times too narrow, with many false alarms."
        )
    return (
        f"But the points vary only {number_in_words(times, 2)} times as much as chance alone makes "
        f"them. A {title}'s limits would be {number_in_words(1 / times, 2)} times too wide."
    )


_TOO_EVEN = (
    "Points that vary less than chance need a reason: are values averaged, rounded or carried "
    "over, are the same people counted again, or is the denominator the wrong one?",
)


def _few_expected(expected: float, noun: str) -> tuple[str, ...]:
    if expected >= FEW_EVENTS:
        return ()
    return (
        f"Only about {_plural(expected, noun)} a point can be expected. The limits are rough, and "
        "no point can lie beyond one of them: on that side only runs can show a change. Longer "
        "periods, such as quarters in place of months, would help.",
    )


# ---- rare events


_FOR_NOW = "for now, with what was recorded: it can show that things get worse, hardly better"
_TIME_THEM = OtherKind(
    "t",
    "Time them instead: for every event write down the date and the time, and chart the days since "
    'the one before. Longer is better. Make that measure with data="time between".',
)
_COUNT_CASES = OtherKind(
    "g",
    "Count the cases between them instead: for every {noun} write down how many cases went well "
    'since the one before. More is better. Make that measure with data="cases between".',
)


def _is_rare(events: Floats, expected: float) -> bool:
    return expected < RARE_EVENTS and float(np.mean(events == 0)) >= RARE_ZEROS


def _rare(
    events: Floats, expected: float, noun: str, instead: OtherKind, for_now: OtherKind
) -> ChartSuggestion:
    none, total = int(np.count_nonzero(events == 0)), round(float(events.sum()))
    warnings = [
        "This measure can't be drawn so as it stands: it needs the events one by one, and they are "
        "added up here."
    ]
    if total <= FEWEST_USEFUL:
        warnings.append(
            f"There were only {_plural(total, noun)} in all. Until there are "
            f"{FEWEST_USEFUL + 1}, put the gaps between them on a run chart."
        )
    other = "g" if instead.kind == "t" else "t"
    return ChartSuggestion(
        instead.kind,
        (
            f"{noun.capitalize()}{'es' if noun == 'miss' else 's'} are rare here: {none} of "
            f"{counted(events.size, 'point')} have none, and about "
            f"{_plural(expected, noun)} can be expected in each. A chart of mostly zeros can't "
            "show improvement.",
            instead.when.format(noun=noun),
        ),
        (
            OtherKind(
                other,
                "when the cases between are counted, not the days"
                if other == "g"
                else "when their dates are known, and not how many cases went by",
            ),
            for_now,
        ),
        tuple(warnings),
        ready=False,
    )


def _plural(number: float, noun: str) -> str:
    said = number_in_words(number, 2)
    return f"{said} {noun}" if said == "1" else f"{said} {noun}{'es' if noun == 'miss' else 's'}"


def _cases_between(measure: Measure) -> ChartSuggestion:
    if below := int(np.count_nonzero(measure.values < 0)):
        return _impossible(below, "below 0, and there can't be fewer than no cases")
    return ChartSuggestion(
        "g",
        (
            "Each value counts the cases between two rare events. Such counts are lopsided: many "
            "short gaps and a few very long ones.",
            "A G chart's limits are made for that, and its runs are judged about the median "
            "(Benneyan 2001).",
        ),
        (OtherKind("t", "when their dates are known, and not how many cases went by"),),
    )


def _time_between(measure: Measure) -> ChartSuggestion:
    reason = (
        "Each value is the time between two rare events. Such times are lopsided: many short gaps "
        "and a few very long ones."
    )
    values = measure.values[measure.known]
    if below := int(np.count_nonzero(values < 0)):
        return _impossible(below, "below 0: an event can't come before the one before it")
    if not (zeros := int(np.count_nonzero(values == 0))):
        return ChartSuggestion(
            "t",
            (
                reason,
                "A T chart straightens that out first and then works like an I chart (Nelson "
                "1994).",
            ),
            (OtherKind("g", "when cases between events are counted, not the days"),),
        )
    finer = OtherKind("t", "when times are written down more finely, in hours, so that none is 0")
    refused = (
        f"A T chart would be the choice, but {counted(zeros, 'time')} "
        f"{'is' if zeros == 1 else 'are'} 0. It can't use those: between two events there is "
        "always some time."
    )
    if np.all(values == np.round(values)):
        return ChartSuggestion(
            "g",
            (reason, refused, "Whole days, 0 among them, can go on a G chart as they are."),
            (finer,),
        )
    return ChartSuggestion(
        "run", (reason, refused, "Until then a run chart needs no shape of its data."), (finer,)
    )


def _impossible(values: int, fault: str) -> ChartSuggestion:
    return ChartSuggestion(
        "run",
        ("A run chart takes any values; limits can wait until these are right.",),
        warnings=(f"{counted(values, 'value')} {'is' if values == 1 else 'are'} {fault}.",),
    )


# ---- measurements


def _measurements(measure: Measure, stretch: Flags) -> ChartSuggestion:
    values = measure.values[stretch]
    others, warnings = [], []
    tail = _tail(values)
    if tail:
        side, far = ("above", "upper") if tail > 0 else ("below", "lower")
        warnings.append(
            f"Some values lie far {side} the rest. With such a tail chance alone crosses the {far} "
            "limit now and then: look at the reasons for a point before you call it special."
        )
        others.append(OtherKind("i_m", "to judge runs about the median, which a tail can't pull"))
    percent = measure.unit == "%" and np.min(values) >= 0 and np.max(values) <= 100
    if percent and measure.data == "measurements":
        warnings.append(
            "These are percentages without their counts. With numerators and denominators a P "
            "chart would know how many each point stands for."
        )
    whole = np.all(values == np.round(values)) and np.min(values) >= 0
    if whole and np.max(values) <= SMALL_COUNT and measure.data == "measurements" and not percent:
        others.append(
            OtherKind("c", 'if each value counts events: make the measure with data="counts"')
        )
    return ChartSuggestion(
        "i",
        (
            "Each point is one measured value.",
            "An I chart takes its limits from how far neighbouring points lie apart, whatever the "
            "unit.",
        ),
        tuple(others),
        tuple(warnings),
    )


def _tail(values: Floats) -> int:
    """Say whether values have a long tail: 1 upwards, -1 downwards, 0 neither.

    The two furthest out are left aside, for they may be special causes.
    """
    ordered = values[np.argsort(np.abs(values - np.median(values)))][:-2]
    off = ordered - ordered.mean()
    spread = float(np.mean(off**2))
    if spread == 0:
        return 0
    skewness = float(np.mean(off**3)) / spread**1.5
    return 0 if abs(skewness) < SKEWED else round(math.copysign(1, skewness))


def _subgroups(measure: Measure, stretch: Flags, sizes: Floats) -> ChartSuggestion:
    usual = number_in_words(float(np.median(sizes)), 2)
    reason = f"Each point is the mean of several values, about {usual}."
    assert measure.subgroups is not None  # the caller has looked
    spread = OtherKind("s", "beside it, to see whether the spread within subgroups holds")
    if not np.nanmax(measure.subgroups.ranges[stretch]) > 0:
        return ChartSuggestion(
            "i",
            (
                reason,
                "But the values within each subgroup are all the same, so they tell nothing about "
                "how the means vary. An I chart of the means sets its limits by what they do.",
            ),
        )
    times = _times_chance(measure, stretch, "xbar_s", "i")
    if times >= max(MEANS_APART, 1 + ERRORS * ERROR_OF_SIGMA / math.sqrt(sizes.size)):
        said = number_in_words(times, 2)
        return ChartSuggestion(
            "i",
            (
                reason,
                f"But the means vary {said} times as much as the values within subgroups explain. "
                f"An X̄ chart's limits would be {said} times too narrow, with many false alarms.",
                "An I chart of the means sets its limits by what the means do.",
            ),
            (
                spread,
                OtherKind("xbar_s", "when a subgroup's own values show all that usually varies"),
            ),
            (
                "More changes between subgroups than within: look for what differs, such as the "
                "day, the shift or the batch.",
            ),
        )
    return ChartSuggestion(
        "xbar_s",
        (
            reason,
            "An X̄ chart shows whether the average holds. Its limits come from the spread within "
            "subgroups, so read the S chart first and see whether that holds.",
        ),
        (
            spread,
            OtherKind("xbar_r", "for subgroups of 10 or fewer: an X̄ and R pair says much the same"),
        ),
    )
