"""The charts of an assessment's questions, all of made-up values.

A bank names a chart by how it is drawn and how much it gives away (``shows``). Dots, limits and
signals are a measure over time; a histogram, a scatter plot and a funnel plot have no time in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from course.document import Rule, every, faults_of, maybe, number, one_of, whole, words
from course.errors import Fault

if TYPE_CHECKING:
    from qi_tools.measure import Better, Measure
    from qi_tools.result import Result

RuleSet: TypeAlias = Literal["anhoej", "making_data_count"]
"""By which rules a chart is judged: those that an organisation can choose."""

_NUMBER = number(-1e9, 1e9)


def _listed(rule: Rule, of: str, fewest: int, most: int) -> Rule:
    return Rule(
        f"a list of {fewest} to {most} {of}",
        lambda value: (
            isinstance(value, list) and fewest <= len(value) <= most and all(map(rule.holds, value))
        ),
    )


def _numbers(fewest: int, most: int) -> Rule:
    return _listed(_NUMBER, "numbers", fewest, most)


def _day(allowed: str, holds: Callable[[date], bool]) -> Rule:
    return Rule(
        allowed,
        # A date with a time is a date too, to Python.
        lambda value: isinstance(value, date) and not isinstance(value, datetime) and holds(value),
    )


_MONDAY = _day("a Monday, without quotes, such as 2026-01-05", lambda day: day.weekday() == 0)
_FIRST = _day("the first of a month, without quotes, such as 2026-01-01", lambda day: day.day == 1)
_COUNTS = _listed(whole(0, 10**9), "whole numbers, none below 0", 8, 30)
_OVER_TIME = ("dots", "limits", "signals")
_CHART: Mapping[str, Rule] = {
    "name": words(80),
    "unit": words(40),
    "every": maybe(one_of("week", "month")),
    "start": _MONDAY,
    "values": _numbers(12, 60),
    "shows": maybe(one_of(*_OVER_TIME)),
}
#: What a chart with limits is judged by; one of dots alone has none of it.
_LIMITS: Mapping[str, Rule] = {
    "rule_set": one_of(*get_args(RuleSet)),
    "better": one_of("higher", "lower"),
    "target": maybe(_NUMBER),
}
#: The charts without time in them, by what they show.
_TIMELESS: Mapping[str, Mapping[str, Rule]] = {
    "histogram": {"name": words(80), "unit": words(40), "values": _numbers(20, 60)},
    "scatter": {
        "x_name": words(60),
        "x_unit": words(40),
        "y_name": words(60),
        "y_unit": words(40),
        "x": _numbers(12, 40),
        "y": _numbers(12, 40),
    },
    "funnel": {
        "name": words(80),
        "unit": words(40),
        "better": one_of("higher", "lower"),
        "places": every(words(40), least=8, most=30),
        "events": _COUNTS,
        "of": _COUNTS,
    },
}
#: Lists of which each has a number for the same things.
_PAIRED = {"scatter": ("x", "y"), "funnel": ("places", "events", "of")}


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart to read, of made-up values.

    Parameters
    ----------
    name, unit : str
        What was measured, and in what.
    start : date
        The day of the first value: a Monday, or the first of a month.
    values : tuple of float
        One a week or a month.
    every : {"week", "month"}
        Which.
    shows : {"dots", "limits", "signals"}
        How much the chart gives away. Dots alone are a run chart without a verdict. Limits make it
        a process behaviour chart (XmR), still without one. Signals add what its rules found and,
        as boards have them, the icons: the verdict is there, and what to do about it is asked.
    rule_set : {"anhoej", "making_data_count"} or None
        By which rules a chart with limits is judged; None for dots alone.
    better : {"higher", "lower", "neither"}
        Which way is better; neither for dots alone.
    target : float or None
        The target, where a chart with limits has one.
    """

    name: str
    unit: str
    start: date
    values: tuple[float, ...]
    every: Literal["week", "month"] = "week"
    shows: Literal["dots", "limits", "signals"] = "dots"
    rule_set: RuleSet | None = None
    better: Better = "neither"
    target: float | None = None

    def measure(self) -> Measure:
        """Return the values as a measure."""
        from qi_tools.measure import Measure

        measure = Measure.from_columns(
            self.values,
            [self._day(place) for place in range(len(self.values))],
            name=self.name,
            unit=self.unit,
            better=self.better,
            simulated=True,
        )
        return measure if self.target is None else measure.aim(self.target)

    def drawn(self) -> Result:
        """Return what is shown: a picture with its words, both with no more than `shows` says."""
        if self.shows == "dots":
            from qi_tools.spc.plain_run_charts import plain_run_chart

            return plain_run_chart(self.measure())
        from qi_tools.spc.charts import control_chart
        from qi_tools.spc.rule_sets import CHOICES
        from qi_tools.spc.unjudged_charts import UnjudgedChart

        assert self.rule_set is not None, "a chart with limits names its rules"
        judged = control_chart(self.measure(), "i", rules=CHOICES[self.rule_set])
        return UnjudgedChart(judged) if self.shows == "limits" else judged

    def _day(self, place: int) -> date:
        if self.every == "week":
            return self.start + timedelta(weeks=place)
        years, month = divmod(self.start.month - 1 + place, 12)
        return date(self.start.year + years, month + 1, 1)


@dataclass(frozen=True, slots=True)
class Spread:
    """A histogram to read.

    Parameters
    ----------
    name, unit : str
        What was measured, and in what.
    values : tuple of float
        One for each case, in any order.
    """

    name: str
    unit: str
    values: tuple[float, ...]

    def drawn(self) -> Result:
        """Return the histogram."""
        from qi_tools.histograms import histogram

        return histogram(self.values, name=self.name, unit=self.unit, simulated=True)


@dataclass(frozen=True, slots=True)
class Pairs:
    """A scatter plot to read.

    Parameters
    ----------
    x_name, x_unit, y_name, y_unit : str
        What goes across and what goes up, and in what.
    x, y : tuple of float
        A pair for each case.
    """

    x_name: str
    x_unit: str
    y_name: str
    y_unit: str
    x: tuple[float, ...]
    y: tuple[float, ...]

    def drawn(self) -> Result:
        """Return the scatter plot."""
        from qi_tools.scatters import scatter

        return scatter(
            self.x,
            self.y,
            x_name=self.x_name,
            x_unit=self.x_unit,
            y_name=self.y_name,
            y_unit=self.y_unit,
            simulated=True,
        )


@dataclass(frozen=True, slots=True)
class Places:
    """A funnel plot to read: a share for each place, within limits for chance alone.

    Parameters
    ----------
    name, unit : str
        What was counted, and in what its share is told.
    better : {"higher", "lower"}
        Which way is better.
    places : tuple of str
        The places compared.
    events, of : tuple of int
        For each place how many, out of how many.
    """

    name: str
    unit: str
    better: Better
    places: tuple[str, ...]
    events: tuple[int, ...]
    of: tuple[int, ...]

    def drawn(self) -> Result:
        """Return the funnel plot."""
        from qi_tools.spc.funnels import funnel

        return funnel(
            self.places,
            self.events,
            self.of,
            data="proportions",
            per=100,
            name=self.name,
            unit=self.unit,
            better=self.better,
            simulated=True,
        )


AnyChart: TypeAlias = Chart | Spread | Pairs | Places
_CLASSES: Mapping[str, Callable[..., AnyChart]] = {
    "histogram": Spread,
    "scatter": Pairs,
    "funnel": Places,
}


def chart_of(content: Mapping[str, Any]) -> AnyChart:
    """Return the chart that a table of a bank names, which has no faults."""
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in content.items()
    }
    kind = _CLASSES.get(content.get("shows", "dots"))
    if kind is None:
        return Chart(**{**values, "values": tuple(map(float, content["values"]))})
    del values["shows"]
    return kind(**values)


def chart_faults(chart: dict[str, Any], where: str) -> Iterator[Fault]:
    """Yield the faults of a chart's table in a bank."""
    shows = chart.get("shows", "dots")
    if shows in _TIMELESS:
        yield from faults_of(chart, {"shows": one_of(*_TIMELESS), **_TIMELESS[shows]}, where)
        yield from _paired_faults(chart, where)
        return
    if "shows" in chart and shows not in _OVER_TIME:
        allowed = one_of(*_OVER_TIME, *_TIMELESS).allowed
        yield Fault(f"{where}.shows", f"is {shows!r}; it must be {allowed}")
        return
    start = _FIRST if chart.get("every") == "month" else _MONDAY
    limits = _LIMITS if shows != "dots" else {}
    yield from faults_of(chart, {**_CHART, "start": start, **limits}, where)


def _paired_faults(chart: dict[str, Any], where: str) -> Iterator[Fault]:
    names = _PAIRED.get(chart["shows"], ())
    lists = {name: chart[name] for name in names if isinstance(chart.get(name), list)}
    if len({len(each) for each in lists.values()}) > 1:
        told = ", ".join(f"{name} has {len(each)}" for name, each in lists.items())
        yield Fault(where, f"has lists of unlike lengths ({told}); give each place a number in all")
    elif {"events", "of"} <= lists.keys() and len(lists) == len(names):
        for place, events, of in zip(*(lists[name] for name in names), strict=True):
            if type(events) is int and type(of) is int and events > of:
                message = f"of {place} is {events}, more than the {of} it is of"
                yield Fault(f"{where}.events", message)
