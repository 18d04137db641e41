"""Our charts beside those of qicharts2 and pbcharts, which write their results in the same way.

A `Series` is what such a peer was given and what it found; `Seen` is what a chart of ours shows.
Where we differ on purpose there is a `Reason`, which turns what we show into what the peer shows.
So nothing is merely excused: with its reasons a case must agree in everything, and without any one
of them it must not.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from qi_tools import Measure
from qi_tools.spc.charts import Chart, control_chart, run_chart
from qi_tools.spc.limits import Constants
from qi_tools.spc.many_measures import many

RUNS = ("n.useful", "longest.run", "longest.run.max", "n.crossings", "n.crossings.min")
OUTSIDE = "beyond the limits"
ABOUT_RUNS = ("long run", "few crossings")


def numbers(column: Iterable[object]) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in column], dtype=float)


@dataclass(frozen=True)
class Series:
    """One series as a peer was given it, and what the peer made of it."""

    name: str
    chart: str
    args: Mapping[str, Any]
    values: np.ndarray
    denominators: np.ndarray | None
    group: np.ndarray  # the point of each value, counted from 0
    points: Mapping[str, list]
    parts: Mapping[str, list]
    screened: bool = False
    flags: tuple[str, ...] = ()
    categories: bool = False

    @property
    def starts(self) -> list[int]:
        """The first point of each phase but the first, counted from 1."""
        last = self.args.get("part", self.args.get("split", []))
        return [int(point) + 1 for point in np.atleast_1d(last)]

    @property
    def frozen(self) -> int | None:
        """The last point of the baseline; as in the peers, phases leave none."""
        return None if self.starts else self.args.get("freeze")

    @property
    def included(self) -> np.ndarray:
        return np.array(self.points["include"], dtype=bool)

    @property
    def times(self) -> float:
        return float(self.args.get("multiply", 1))

    def theirs(self, column: str) -> np.ndarray:
        return numbers(self.points[column])


@dataclass(frozen=True)
class Seen:
    """What a chart shows of one series."""

    values: np.ndarray
    centre: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    outside: np.ndarray
    runs: list[tuple[int | None, ...]]  # for each phase, in the order of RUNS
    signals: list[bool]  # for each phase, whether a rule about runs found something
    # The lines two sigmas out, where the chart gives them.
    lower_two: np.ndarray | None = None
    upper_two: np.ndarray | None = None


@dataclass(frozen=True)
class Reason:
    """Why some charts differ from the peer's, and on purpose."""

    why: str
    applies: Callable[[Series], bool]
    instead: Callable[[Series, Seen], Seen]  # turns what we show into what the peer shows


@dataclass
class Tally:
    """How many series were compared, how many for which reason differ, and what is wrong."""

    compared: int = 0
    excused: Counter[str] = field(default_factory=Counter)
    wrong: list[object] = field(default_factory=list)


def series_of(case: dict) -> Iterator[Series]:
    """Take a case apart into its series: one for each facet."""
    given, expected, args = case["input"], case["expected"], case["call"]["args"]
    rows = len(given["y"])
    names = re.findall(r"\w+", args.get("facets", ""))
    facets = list(zip(*(given[name] for name in names), strict=True)) or [()] * rows
    for facet in dict.fromkeys(facets):
        here = [row for row in range(rows) if facets[row] == facet]
        x, group = np.unique([given["x"][row] for row in here], return_inverse=True)
        denominators = given.get("n")
        yield Series(
            name="|".join([case["id"], *map(str, facet)]),
            chart=case["chart"],
            args=args,
            values=numbers(given["y"][row] for row in here),
            denominators=denominators and numbers(denominators[row] for row in here),
            group=group,
            points=_rows_of(expected["points"], facet),
            parts=_rows_of(expected["parts"], facet),
            screened=bool(
                case["call"]["options"].get("qic.screenedmr") or args.get("screenms", False)
            ),
            flags=tuple(case.get("flags", ())),
            categories=x.dtype.kind == "U",
        )


def _rows_of(table: Mapping[str, list], facet: tuple[object, ...]) -> dict[str, list]:
    if not facet:
        return dict(table)
    columns = [table[f"facet{number + 1}"] for number in range(len(facet))]
    kept = [row for row, each in enumerate(zip(*columns, strict=True)) if each == facet]
    assert kept
    return {column: [rows[row] for row in kept] for column, rows in table.items()}


def _in_order(series: Series, column: np.ndarray) -> np.ndarray:
    assert np.bincount(series.group).max() == 1
    return column[np.argsort(series.group)]


# As the peer does it: the sum of a subgroup without values is 0.
AGGREGATES: Mapping[str, Callable[[np.ndarray], float]] = {
    "median": lambda values: np.median(values) if values.size else np.nan,
    "sum": np.sum,
    "sd": lambda values: np.std(values, ddof=1) if values.size > 1 else np.nan,
}


def measure_of(series: Series) -> Measure:
    """Make the measure as a user would."""
    chart, values, group = series.chart, series.values, series.group
    aggregate = series.args.get("agg.fun", "mean")
    if series.denominators is not None:
        measure = Measure.from_columns(
            _in_order(series, values),
            denominators=_in_order(series, series.denominators),
            data="rates" if chart in {"u", "up"} else "proportions",
            per=series.times,
            name=series.name,
        )
    elif np.bincount(group).max() == 1:
        measure = Measure.from_columns(_in_order(series, values), name=series.name)
    elif chart == "ip":  # a mean of so many is a sum over so many
        known = ~np.isnan(values)
        sums = np.bincount(group, np.where(known, values, 0))
        sizes = np.bincount(group, known).astype(float)
        measure = Measure.from_columns(sums, denominators=sizes, name=series.name)
    elif aggregate == "mean":
        measure = Measure.from_subgroups(values, group + 1, name=series.name)
    else:
        each = [values[(group == point) & ~np.isnan(values)] for point in range(group.max() + 1)]
        totals = [AGGREGATES[aggregate](some) for some in each]
        measure = Measure.from_columns(totals, name=series.name)
    for start in series.starts:
        measure = measure.rephase(start, "As the peer was told")
    if series.frozen is not None:
        measure = measure.freeze(series.frozen)
    for point in np.atleast_1d(series.args.get("exclude", [])):
        measure = measure.exclude(int(point), "As the peer was told")
    if "target" in series.args:
        measure = measure.aim(series.args["target"])
    return measure


def chart_of(series: Series, kinds: Mapping[str, str], constants: Constants) -> Chart:
    """Make the chart as a user would, under the peer's own constants and options."""
    measure, kind = measure_of(series), kinds[series.chart]
    centre = series.args.get("cl")
    if kind == "run" and centre is None:
        return run_chart(measure)
    return control_chart(measure, kind, screen=series.screened, centre=centre, constants=constants)


def seen_by_itself(series: Series, kinds: Mapping[str, str], constants: Constants) -> Seen:
    """Chart one series; where there are no denominators its lines are multiplied afterwards."""
    chart = chart_of(series, kinds, constants)
    return seen_in(chart, series.times / chart.measure.per)


def seen_in(chart: Chart, times: float = 1) -> Seen:
    """Read off a chart, all of it so many times."""
    outside = np.zeros(len(chart.measure), dtype=bool)
    signals = [False] * len(chart.phases)
    for signal in chart.signals:
        if signal.rule == OUTSIDE:
            outside[list(signal.points)] = True
        elif signal.rule in ABOUT_RUNS:
            signals[signal.phase] = True
    return Seen(
        values=chart.values * times,
        centre=chart.centre * times,
        lower=chart.lower * times,
        upper=chart.upper * times,
        outside=outside,
        runs=[
            (
                phase.useful,
                phase.longest_run,
                phase.longest_run_limit,
                phase.crossings,
                phase.crossings_limit,
            )
            for phase in chart.phases
        ],
        signals=signals,
        lower_two=chart.analysis.lines.at(-2) * times,
        upper_two=chart.analysis.lines.at(2) * times,
    )


def seen_together(
    every: Iterable[Series], kinds: Mapping[str, str], constants: Constants
) -> Iterator[tuple[Series, Seen]]:
    """Chart many series in one call for each family of like charts."""
    families: dict[tuple[object, ...], list[Series]] = {}
    for series in every:
        over = series.denominators is not None or series.chart == "ip"
        kind = kinds[series.chart]
        per = series.times if over else 1.0
        family = (kind, over, per, series.screened, series.frozen)
        families.setdefault(family, []).append(series)
    for (kind, _, per, screened, frozen), members in families.items():
        subgroups = kind in {"xbar_s", "s"}
        frames = [(_raw_rows if subgroups else _point_rows)(series) for series in members]
        frame = pd.concat(frames, ignore_index=True)
        table = many(
            frame,
            ["series"],
            value="value",
            date="date",
            denominator="denominator" if "denominator" in frame else None,
            kind=str(kind),
            phase="phase",
            excluded="excluded",
            baseline=frozen,
            per=per,
            screen=bool(screened),
            constants=constants,
        )
        for series, (name, rows) in zip(members, table.groupby("series", sort=False), strict=True):
            assert name == series.name
            yield series, seen_in_rows(rows, series.times / per)


def _point_rows(series: Series) -> pd.DataFrame:
    measure = measure_of(series)
    columns: dict[str, object] = {"series": series.name, "date": np.arange(1, len(measure) + 1)}
    columns["value"] = measure.values if measure.numerators is None else measure.numerators
    if measure.denominators is not None:
        columns["denominator"] = measure.denominators
    columns["phase"] = np.searchsorted(series.starts, columns["date"], side="right")
    columns["excluded"] = measure.excluded
    return pd.DataFrame(columns)


def _raw_rows(series: Series) -> pd.DataFrame:
    points = series.group + 1
    return pd.DataFrame(
        {
            "series": series.name,
            "date": points,
            "value": series.values,
            "phase": np.searchsorted(series.starts, points, side="right"),
            "excluded": ~series.included[series.group],
        }
    )


def seen_in_rows(rows: pd.DataFrame, times: float = 1) -> Seen:
    """Read off one series in the table of `many`, all of it so many times."""

    def column(name: str) -> np.ndarray:
        # A run chart has no limits.
        return rows[name].to_numpy() * times if name in rows else np.full(len(rows), np.nan)

    def found(names: str, among: tuple[str, ...]) -> bool:
        return any(name in among for name in names.split(", "))

    phases = [phase for _, phase in rows.groupby("phase")]
    return Seen(
        values=column("value"),
        centre=column("centre"),
        lower=column("lower"),
        upper=column("upper"),
        outside=np.array([found(names, (OUTSIDE,)) for names in rows["rules"]]),
        runs=[
            (
                None,
                *phase[["longest_run", "longest_run_limit", "crossings", "crossings_limit"]].iloc[
                    0
                ],
            )
            for phase in phases
        ],
        signals=[
            any(found(names, ABOUT_RUNS) for names in (*phase["rules"], *phase["phase_rules"]))
            for phase in phases
        ],
    )


def differences(seen: Seen, series: Series) -> list[str]:
    """Say in what a chart differs from the peer's; nothing when they agree."""
    known = np.abs(series.theirs("y"))
    reach = 1e-9 * np.nanmax(known, initial=0.0)
    pairs = [
        ("values", seen.values, "y"),
        ("centre", seen.centre, "cl"),
        ("lower limit", seen.lower, "lcl"),
        ("upper limit", seen.upper, "ucl"),
    ]
    if seen.lower_two is not None and "lcl.95" in series.points:
        pairs += [
            ("lower two-sigma line", seen.lower_two, "lcl.95"),
            ("upper two-sigma line", seen.upper_two, "ucl.95"),
        ]
    differs = [
        name
        for name, ours, column in pairs
        if not np.allclose(ours, series.theirs(column), rtol=1e-6, atol=reach, equal_nan=True)
    ]
    # Where the peer has no limits it says nothing, or that nothing is outside.
    if seen.outside.tolist() != [bool(each) for each in series.points["sigma.signal"]]:
        differs.append("points outside")
    # Without useful points the peer says nothing, and we say 0.
    theirs = list(zip(*([each or 0 for each in series.parts[name]] for name in RUNS), strict=True))
    ours = [
        tuple(b if a is None else a for a, b in zip(mine, yours, strict=True))
        for mine, yours in zip(seen.runs, theirs, strict=True)
    ]
    if ours != theirs:
        differs.append("runs")
    if seen.signals != series.parts["runs.signal"]:
        differs.append("signals about runs")
    return differs


def compare(pairs: Iterable[tuple[Series, Seen]], reasons: Mapping[str, Reason]) -> Tally:
    """Hold charts to the peer's: equal when all reasons are heeded, and with none too many."""
    tally = Tally()
    for series, seen in pairs:
        tally.compared += 1
        applying = [name for name, reason in reasons.items() if reason.applies(series)]
        for left_out in (None, *applying):
            told = seen
            for name in applying:
                if name != left_out:
                    told = reasons[name].instead(series, told)
            differs = differences(told, series)
            if left_out is None and differs:
                tally.wrong.append((series.name, applying, differs))
            elif left_out is not None and not differs:
                tally.wrong.append((series.name, f"agrees without: {left_out}"))
        tally.excused.update(applying)
    return tally
