"""Our run charts and control charts beside those of qicharts2 0.8.1.

The cases are simulated series run through the real package, and published examples. They are not in
the repository; see `oracle`. Lines agree to a millionth; points outside and everything about runs
agree exactly, phase by phase. Where we differ on purpose `REASONS` says why, and turns our chart
into the peer's: see `side_by_side`.

What we don't offer:

* The best box and cut box tables for runs, Anhøj's later fine-tuning of his two rules. They are 91
  rows without a formula that a reader could check, from 10 to 100 points; at most lengths they draw
  the line somewhat elsewhere, yet none of the 56 cases comes out otherwise by them:
  `test_best_box_and_cut_box_decide_as_the_two_rules_in_every_case`.
* A baseline within phases: not by ``freeze``, which the peer drops without a word when there are
  parts. We do as asked: `test_the_peer_drops_a_freeze_when_there_are_parts`.
* A lower limit of an I chart cut at zero, and categories in place of time: see `REASONS`.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from qi_tools import control_chart, run_chart
from qi_tools.errors import MeasureInvalid
from qi_tools.phases import Phases
from qi_tools.spc.constants import c4, d2, d3
from qi_tools.spc.limits import PRINTED
from qi_tools.spc.many_measures import many
from qi_tools.spc.runs import anhoej_limits, count_runs, sides_of
from tests.qi_tools.spc.peers.side_by_side import (
    RUNS,
    Reason,
    Seen,
    Series,
    chart_of,
    compare,
    differences,
    measure_of,
    numbers,
    seen_by_itself,
    seen_in,
    seen_in_rows,
    seen_together,
    series_of,
)

KINDS = {
    "run": "run",
    "i": "i",
    "mr": "mr",
    "xbar": "xbar_s",
    "s": "s",
    "p": "p",
    "pp": "p'",
    "u": "u",
    "up": "u'",
    "ip": "i'",
    "c": "c",
    "g": "g",
    "t": "t",
}
INFINITE = "peer-bug:infinite-y-kept-in-cl-and-runs"
SIGMA_OF_ALL = "peer-bug:ip-sigma-ignores-freeze-and-exclude"
EMPTY_SUBGROUP = "peer-bug:empty-subgroup-counts-as-minus-one-df-and-switches-to-pooled-sd"
LOWER, UPPER = ("lower", "lower_two"), ("upper", "upper_two")


# ---- what the peer does instead, and where


def with_lines(seen: Seen, middle: np.ndarray, sigma: np.ndarray, floor: float = -np.inf) -> Seen:
    lower, lower_two = (np.maximum(middle - sigmas * sigma, floor) for sigmas in (3, 2))
    upper, upper_two = (middle + sigmas * sigma for sigmas in (3, 2))
    outside = (seen.values < lower) | (seen.values > upper)
    return replace(
        seen,
        centre=middle,
        lower=lower,
        upper=upper,
        outside=outside,
        lower_two=lower_two,
        upper_two=upper_two,
    )


def changed(seen: Seen, lines: tuple[str, ...], change: Callable[[np.ndarray], object]) -> Seen:
    """Change some lines, those that are not drawn left out."""
    drawn = {line: getattr(seen, line) for line in lines if getattr(seen, line) is not None}
    return replace(seen, **{line: change(drawn[line]) for line in drawn})


def with_limits(seen: Seen, where: np.ndarray, limit: np.ndarray | float) -> Seen:
    """Give both limits, and both two-sigma lines, one value at some points."""
    return changed(seen, LOWER + UPPER, lambda line: np.where(where, limit, line))


def with_runs_to_the_last_digit(series: Series, seen: Seen) -> Seen:
    off = np.where(series.included, seen.values - seen.centre, np.nan)
    side = (off > 0).astype(np.int8) - (off < 0).astype(np.int8)
    starts = np.array([0, *(start - 1 for start in series.starts)])
    return replace(seen, runs=_rows_of_runs(side, Phases(starts, side.size)))


def counts_what_lies_on_the_line(series: Series) -> bool:
    off = np.abs(series.theirs("y") - series.theirs("cl"))
    useful = np.count_nonzero(off[series.included] > 1e-12 * np.nanmax(off, initial=0.0))
    return useful < sum(count or 0 for count in series.parts["n.useful"])


def missing_among_some(series: Series) -> np.ndarray:
    if series.denominators is None or series.chart not in {"p", "pp", "u", "up", "ip"}:
        return np.zeros(1, dtype=bool)
    return np.isnan(series.theirs("y")) & (series.denominators > 0)


def without_variation(series: Series) -> np.ndarray:
    """Find the points of parts whose moving ranges are all zero."""
    return _where_ranges(series, lambda ranges: ranges.max() == 0)


def screened_to_nothing(series: Series) -> np.ndarray:
    """Find the points of parts where screening leaves only moving ranges of zero."""

    def only_zeros_left(ranges: np.ndarray) -> bool:
        left = ranges[ranges < 3.267 * ranges.mean()]
        return ranges.max() > 0 and left.size > 0 and left.max() == 0

    return _where_ranges(series, only_zeros_left)


def _where_ranges(series, have):
    found = np.zeros(series.included.shape, dtype=bool)
    if series.chart != "i" or not series.screened:
        return found
    values, part = series.theirs("y"), np.array(series.points["part"])
    counts = series.included & np.array(series.points["baseline"], dtype=bool)
    for number in np.unique(part):
        ranges = np.abs(np.diff(values[counts & (part == number)]))
        ranges = ranges[~np.isnan(ranges)]
        if ranges.size and have(ranges):
            found |= part == number
    return found


def excluded_ranges(series: Series) -> bool:
    return series.chart == "mr" and bool(np.any(~series.included & ~np.isnan(series.theirs("y"))))


def ranges_next_to_excluded_points(series: Series, seen: Seen) -> Seen:
    """Take ranges between all neighbours; only those that end at excluded points don't count."""
    times = series.times if series.denominators is None else 1.0
    values = np.abs(np.diff(measure_of(series).values, prepend=np.nan)) * times
    part = np.array(series.points["part"])
    values[1:][part[1:] != part[:-1]] = np.nan
    counts = series.included & np.array(series.points["baseline"], dtype=bool)
    centre = np.full(values.shape, np.nan)
    for number in np.unique(part):
        centre[part == number] = np.nanmean(values[counts & (part == number)])
    lines = with_lines(seen, centre, (PRINTED.d4 - 1) / 3 * centre, floor=0)
    if seen.upper_two is None:  # as from `many`
        lines = replace(lines, lower_two=None, upper_two=None)
    phases = Phases(np.array([0, *(start - 1 for start in series.starts)]), values.size)
    side = sides_of(np.where(series.included, values, np.nan), centre, phases)
    return replace(
        lines,
        values=values,
        outside=(values > lines.upper) & series.included,
        runs=_rows_of_runs(side, phases),
    )


def _rows_of_runs(side: np.ndarray, phases: Phases) -> list[tuple[int, ...]]:
    columns = count_runs(side, phases).columns
    return [tuple(map(int, row)) for row in zip(*columns, strict=True)]


def outside_though_excluded(series: Series) -> bool:
    return bool(np.any(np.array(series.points["sigma.signal"], dtype=bool) & ~series.included))


def excluded_points_outside(series: Series, seen: Seen) -> Seen:
    beyond = (seen.values < seen.lower) | (seen.values > seen.upper)
    return replace(seen, outside=np.where(series.included, seen.outside, beyond))


def sigma_of_all_points(series: Series, seen: Seen) -> Seen:
    everything = measure_of(replace(series, args={}))
    chart = control_chart(everything, "i'", screen=series.screened, centre=seen.centre[0])
    sigma = chart.analysis.lines.sigma
    lines = with_lines(seen, seen.centre, sigma)
    return replace(lines, outside=lines.outside & series.included)


def empty_subgroup_counted(series: Series, seen: Seen) -> Seen:
    within = measure_of(series).subgroups
    counted = np.array(series.points["baseline"], dtype=bool)
    squares = np.nansum(((within.sizes - 1) * within.deviations**2)[counted])
    typical = np.sqrt(squares / np.sum((within.sizes - 1)[counted]))  # an empty one gives -1
    factor = c4(within.sizes)
    if series.chart == "xbar":
        return with_lines(seen, seen.centre, typical / (factor * np.sqrt(within.sizes)))
    centre = np.full(factor.shape, typical)
    lines = with_lines(seen, centre, typical * np.sqrt(1 - factor**2) / factor, floor=0)
    return with_runs_to_the_last_digit(series, lines)


def scaled_by_deviation(series: Series, seen: Seen) -> Seen:
    """Scale the limits by the standard deviation of z scores, not by their moving ranges."""
    kind = {"pp": "p", "up": "u"}[series.chart]
    sigma = control_chart(measure_of(series), kind).analysis.lines.sigma
    scale = np.std((seen.values - seen.centre) / sigma, ddof=1)
    lines = with_lines(seen, seen.centre, sigma * scale, floor=0)
    ceiling = 1 if kind == "p" else np.inf
    return changed(lines, UPPER, lambda line: np.minimum(line, ceiling))


REASONS = {
    "ranges next to an excluded point": Reason(
        "A point left out must not move a line. The neighbours' range joins across it, as on the "
        "peer's own I chart; on its MR chart the range after the point still holds its value.",
        excluded_ranges,
        ranges_next_to_excluded_points,
    ),
    "two-sigma line of ranges": Reason(
        "Two sigmas are counted from the centre line. The peer draws the line at two thirds of the "
        "upper limit, as if they were counted from zero: 1.6 sigmas out.",
        lambda series: series.chart == "mr" and bool(np.any(series.theirs("ucl") > 0)),
        lambda series, seen: changed(seen, ("upper_two",), lambda line: seen.upper * 2 / 3),
    ),
    "two-sigma line of times": Reason(
        "No time is below zero, so a line that would fall there is zero, as the peer itself draws "
        "the lower limit. Its two-sigma line is missing there.",
        lambda series: series.chart == "t" and bool(np.isnan(series.theirs("lcl.95")).any()),
        lambda series, seen: changed(
            seen, ("lower_two",), lambda line: np.where(line == 0, np.nan, line)
        ),
    ),
    "no moving range at all": Reason(
        "Without a moving range there is nothing to draw. The peer still draws a limit at zero.",
        lambda series: series.chart == "mr" and bool(np.isnan(series.theirs("y")).all()),
        lambda series, seen: changed(seen, LOWER, np.zeros_like),
    ),
    "limits where the count is missing": Reason(
        "Limits follow from the denominator, which is known there, so the line goes on. The peer "
        "leaves a gap in it.",
        lambda series: bool(missing_among_some(series).any()),
        lambda series, seen: with_limits(seen, missing_among_some(series), np.nan),
    ),
    "a baseline without variation, screened": Reason(
        "Limits on the centre line say that nothing varied; the same chart unscreened has them in "
        "the peer too. Screened it has none, since no range is below 3.267 times an average of 0.",
        lambda series: bool(without_variation(series).any()),
        lambda series, seen: with_limits(seen, without_variation(series), np.nan),
    ),
    "screening that leaves no variation": Reason(
        "Most ranges are zero, so the average range is small and screening throws out every change "
        "there was. In the peer the limits fall on the centre line and all points lie outside. We "
        "don't screen then, and warn.",
        lambda series: bool(screened_to_nothing(series).any()),
        lambda series, seen: replace(
            with_limits(seen, screened_to_nothing(series), seen.centre),
            outside=np.where(screened_to_nothing(series), seen.values != seen.centre, seen.outside),
        ),
    ),
    "sigma of I′ from all points": Reason(
        "Limits must come from the points that the centre line comes from. The peer heeds freeze "
        "and exclude in the centre line but not in sigma; its successor pbcharts mends this.",
        lambda series: SIGMA_OF_ALL in series.flags,
        sigma_of_all_points,
    ),
    "an empty subgroup": Reason(
        "A subgroup without values has no degrees of freedom. The peer counts it as having -1, and "
        "as a size of its own, so that it pools deviations where all other sizes agree.",
        lambda series: EMPTY_SUBGROUP in series.flags,
        empty_subgroup_counted,
    ),
    "excluded points": Reason(
        "A point left out for a known cause has been judged already, so it gives no signal. In the "
        "peer it can still be outside; in its successor pbcharts it can't.",
        outside_though_excluded,
        excluded_points_outside,
    ),
    "a lower limit cut at zero": Reason(
        "Zero bounds the models of p, u and c charts; an I chart knows no bound. Values that can't "
        "be negative can't cross a limit below zero, nor the same limit cut at zero, where it only "
        "looks as if they could. The peer cuts it when asked (y.neg).",
        lambda series: (
            series.args.get("y.neg") is False and bool(np.any(series.theirs("lcl") == 0))
        ),
        lambda series, seen: changed(seen, LOWER, lambda line: np.maximum(line, 0)),
    ),
    "categories": Reason(
        "Our charts are of time. Units side by side have no order, hence no moving ranges; they "
        "are compared in a funnel plot. The peer scales by the deviation of z scores instead.",
        lambda series: series.categories and series.chart in {"pp", "up"},
        scaled_by_deviation,
    ),
    "a point on the line": Reason(
        "A moving range of 6.4 equals an average of 6.4. That the two differ in the sixteenth "
        "digit comes from the computer's subtractions; the peer takes the range to be off it.",
        counts_what_lies_on_the_line,
        with_runs_to_the_last_digit,
    ),
}
ABOUT_THREE_SIGMA_LINES = {
    name: reason for name, reason in REASONS.items() if not name.startswith("two-sigma line")
}
"""`many` doesn't give the two-sigma lines."""
EXCUSED = {
    "ranges next to an excluded point": 39,
    "two-sigma line of ranges": 189,
    "two-sigma line of times": 2,
    "no moving range at all": 5,
    "limits where the count is missing": 17,
    "a baseline without variation, screened": 3,
    "screening that leaves no variation": 1,
    "sigma of I′ from all points": 4,
    "an empty subgroup": 4,
    "excluded points": 51,
    "a lower limit cut at zero": 3,
    "categories": 4,
    "a point on the line": 1,
}
"""How many series each reason is needed for."""


# ---- the comparison


@pytest.fixture(scope="module")
def cases(oracle):
    file = oracle("qicharts2.open.json.gz", "run charts and control charts with qicharts2")
    every = [case for case in file["cases"] if case["chart"] != "bchart"]
    assert {case["status"] for case in every} == {"ok"}
    return every


@pytest.fixture(scope="module")
def every_series(cases):
    return [
        series
        for case in cases
        if INFINITE not in case.get("flags", ())
        for series in series_of(case)
    ]


def test_every_case_by_itself(every_series):
    tally = compare(
        ((series, seen_by_itself(series, KINDS, PRINTED)) for series in every_series),
        REASONS,
    )
    assert tally.wrong == []
    assert tally.compared == 1525
    assert tally.excused == EXCUSED


def test_whole_families_at_once(every_series):
    together = [series for series in every_series if "cl" not in series.args]
    tally = compare(seen_together(together, KINDS, PRINTED), ABOUT_THREE_SIGMA_LINES)
    assert tally.wrong == []
    assert tally.compared == 1478
    assert tally.excused == {name: EXCUSED[name] for name in ABOUT_THREE_SIGMA_LINES}


def test_facets_in_one_table(cases):
    """As a user would: the peer's own long table, its facets the measures."""
    compared = 0
    for case in cases:
        args = case["call"]["args"]
        if "facets" not in args:
            continue
        frame = pd.DataFrame(case["input"])
        frame["phase"] = frame["x"] > args.get("part", [frame["x"].max()])[0]
        frame["excluded"] = frame["x"].isin(args.get("exclude", []))
        facets = [column for column in ("f", "f2") if column in frame]
        table = many(
            frame,
            facets,
            value="y",
            date="x",
            denominator="n" if "n" in frame else None,
            kind=KINDS[case["chart"]],
            phase="phase",
            excluded="excluded",
            baseline=args.get("freeze"),
            screen=case["call"]["options"]["qic.screenedmr"],
        )
        parts = [rows for _, rows in table.groupby(facets, sort=False)]
        pairs = [
            (series, seen_in_rows(rows))
            for series, rows in zip(series_of(case), parts, strict=True)
        ]
        tally = compare(pairs, ABOUT_THREE_SIGMA_LINES)
        assert tally.wrong == []
        compared += tally.compared
    assert compared == 156


def test_where_screening_leaves_nothing_the_chart_is_the_unscreened_one(every_series):
    by_name = {series.name: series for series in every_series}
    compared = 0
    for series in every_series:
        if without_variation(series).any() or screened_to_nothing(series).any():
            unscreened = by_name[series.name.replace("-screened", "-unscreened")]
            seen = seen_by_itself(series, KINDS, PRINTED)
            assert compare([(unscreened, seen)], REASONS).wrong == []
            compared += 1
    assert compared == 4


def test_a_chart_is_the_same_without_an_empty_subgroup(every_series):
    compared = 0
    for series in every_series:
        if EMPTY_SUBGROUP not in series.flags:
            continue
        chart = chart_of(series, KINDS, PRINTED)
        known = ~np.isnan(series.values)
        left, group = np.unique(series.group[known], return_inverse=True)
        (empty,) = set(series.group) - set(left)
        args = dict(series.args)
        if "freeze" in args:
            args["freeze"] -= empty < args["freeze"]
        shorter = replace(series, values=series.values[known], group=group, args=args)
        without = chart_of(shorter, KINDS, PRINTED)
        for line in ("values", "centre", "lower", "upper"):
            np.testing.assert_allclose(getattr(chart, line)[left], getattr(without, line))
        compared += 1
    assert compared == 4


def test_events_among_nobody_are_refused(cases):
    """The peer divides them by zero, and keeps the infinite value in centre line and runs."""
    refused = [case for case in cases if INFINITE in case.get("flags", ())]
    assert len(refused) == 7
    for case in refused:
        (series,) = series_of(case)
        assert np.any((series.values > 0) & (series.denominators == 0))
        with pytest.raises(MeasureInvalid, match="nothing can be counted where the denominator"):
            measure_of(series)


def test_the_peer_drops_a_freeze_when_there_are_parts(every_series):
    compared = differ = 0
    for series in every_series:
        if "part" not in series.args or "freeze" not in series.args:
            continue
        measure = measure_of(series).freeze(series.args["freeze"])
        chart = (
            run_chart(measure)
            if series.chart == "run"
            else control_chart(measure, KINDS[series.chart], screen=series.screened)
        )
        differ += "centre" in differences(seen_in(chart, series.times / measure.per), series)
        compared += 1
    # Elsewhere the centre is the same with the last point of the first part and without it.
    assert (compared, differ) == (67, 61)


def fewest_crossings(useful: int) -> list[int | None]:
    """For a longest run of 1, 2, ... give the fewest crossings without a signal, if any are."""
    longest, fewest = anhoej_limits(useful)
    return [fewest if run <= longest else None for run in range(1, min(useful, 16) + 1)]


def test_best_box_and_cut_box_decide_as_the_two_rules_in_every_case(cases, oracle):
    tables = oracle("constants.json.gz", "rules about runs with qicharts2")
    tables = tables["runs_decision_min_crossings"]
    ours = {number: fewest_crossings(int(number)) for number in tables["anhoej"]}
    assert ours == tables["anhoej"]
    elsewhere = {
        method: sum(rows[number] != ours[number] for number in ours)
        for method, rows in tables.items()
        if method in {"bestbox", "cutbox"}
    }
    assert (len(ours), elsewhere) == (91, {"bestbox": 69, "cutbox": 82})
    boxed = [case for case in cases if "method" in case["call"]["args"]]
    assert Counter(case["call"]["args"]["method"] for case in boxed) == {
        "bestbox": 28,
        "cutbox": 28,
    }
    for case in boxed:
        parts = case["expected"]["parts"]
        few = parts["n.crossings"][0] < parts["n.crossings.min"][0]
        long = parts["longest.run"][0] > parts["longest.run.max"][0]
        assert parts["runs.signal"] == [few or long], case["id"]


# ---- published examples


def golden_series(name, golden):
    data, points = dict(golden["input"]), golden["points"]
    values = next(
        data[key] for key in ("y", "cost", "hours", "r", "obs", "count", "n") if key in data
    )
    denominators = next((data[key] for key in ("size", "meters", "n") if key in data), None)
    if denominators is values:
        denominators = None
    group = np.array(data.get("sample", np.arange(len(values)))) if "obs" in data else None
    columns = {column: [point[column] for point in points] for column in points[0]}
    excluded = np.atleast_1d(golden["options"].get("exclude", []))
    columns["include"] = [number + 1 not in excluded for number in range(len(points))]
    columns["baseline"] = [True] * len(points)
    columns["part"] = [1] * len(points)
    scalars = {column: [golden[column.replace(".", "_")]] for column in (*RUNS, "runs.signal")}
    return Series(
        name=name,
        chart=golden["options"]["chart"],
        args=golden["options"],
        values=numbers(values),
        denominators=denominators and numbers(denominators),
        group=np.arange(len(values)) if group is None else group - 1,
        points=columns,
        parts={"part": [1], **scalars},
        screened=golden["screened"],
    )


def test_published_examples(oracle):
    golden = oracle("golden/qicharts2.json", "published examples with qicharts2")
    pairs = []
    for name, case in golden.items():
        series = golden_series(name, case)
        seen = seen_by_itself(series, KINDS, PRINTED)
        # The counts of runs are those of the last phase.
        pairs.append((series, replace(seen, runs=seen.runs[-1:], signals=seen.signals[-1:])))
    tally = compare(pairs, REASONS)
    assert tally.wrong == []
    assert tally.compared == 26
    assert tally.excused == {"two-sigma line of ranges": 1, "excluded points": 2}


# ---- constants and limits for runs


def test_constants_of_subgroups(oracle):
    constants = oracle("constants.json.gz", "the constants of subgroups with qicharts2")
    theirs = {name: np.array(column) for name, column in constants["shewhart"].items()}
    sizes = theirs["n"].astype(float)
    factor = c4(sizes)
    width = 3 * np.sqrt(1 - factor**2) / factor
    ours = {
        "c4": factor,
        "A3": 3 / (factor * np.sqrt(sizes)),
        "B3": np.maximum(1 - width, 0),
        "B4": 1 + width,
    }
    for name, column in ours.items():
        np.testing.assert_allclose(column, theirs[f"{name}_qicharts2"], rtol=1e-9, atol=1e-12)
    theirs = constants["range"]
    np.testing.assert_allclose(d2(numbers(theirs["n"])), theirs["d2_exact"], rtol=1e-9)
    np.testing.assert_allclose(d3(numbers(theirs["n"])), theirs["d3_exact"], rtol=1e-9)


def test_limits_for_1_to_300_useful_points(oracle):
    limits = oracle("constants.json.gz", "the limits for runs with qicharts2")["anhoej_limits"]
    ours = [anhoej_limits(n) for n in limits["n_useful"]]
    assert len(ours) == 300
    assert ours == list(zip(limits["longest_run_max"], limits["n_crossings_min"], strict=True))


def test_our_copy_of_the_published_limits_is_whole(oracle):
    rows = oracle("golden/anhoej_limits.csv", "the published limits for runs with ours")
    golden = [tuple(map(int, row.values())) for row in rows]
    assert golden == [(n, *anhoej_limits(n)) for n in range(10, 101)]
