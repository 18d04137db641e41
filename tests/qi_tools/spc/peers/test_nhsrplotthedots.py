"""Our I chart with the Making Data Count rules beside NHSRplotthedots 0.2.2.

The cases are simulated series run through the real package. They are not in the repository: the
environment variable QI_ORACLE_DIR says where they are.

The peer keeps one finding for each point, the first of its rules in a fixed order; ours keeps every
rule's. The comparison takes the first of ours in the peer's order. Both are judged with the peer's
constants (2.66, and 3.267 for screening).

Where we differ on purpose stands in REASONS. Each says beforehand in which cases it holds and what
then differs. A case must differ in exactly what its reasons say, no less and no more.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from qi_tools import Measure, control_chart
from qi_tools.errors import MeasureInvalid
from qi_tools.spc.charts import Chart
from qi_tools.spc.limits import Constants
from qi_tools.spc.many_measures import many
from qi_tools.spc.rule_sets import making_data_count

COMPARISON = "I charts and Making Data Count rules with NHSRplotthedots"
RULES = making_data_count(7, "plotthedots")
CONSTANTS = Constants(d2=3 / 2.66)
BETTER = {"increase": "higher", "decrease": "lower", "neutral": "neither"}
TYPES = {
    ("beyond the limits", 1): "Above UCL",
    ("beyond the limits", -1): "Below LCL",
    ("trend", 1): "7 Point Trend (Increasing)",
    ("trend", -1): "7 Point Trend (Decreasing)",
    ("2 of 3", 1): "2 in 3 Above CL",
    ("2 of 3", -1): "2 in 3 Below CL",
    ("shift", 1): "7 Points Above CL",
    ("shift", -1): "7 Points Below CL",
}
RULE_OF = {words: rule for (rule, _), words in TYPES.items()} | {"Common Cause": ""}
ASSURANCE = {"passing": "pass", "failing": "fail", "hit or miss": "inconsistent"}
COLUMNS = {"pass": "consistent_pass", "fail": "consistent_fail", "inconsistent": "inconsistent"}


# ---- the peer's cases


@dataclass(frozen=True)
class Series:
    """One series of a case: one facet, or all of it."""

    id: str
    facet: str | None
    dates: list[str]
    values: list[float | None]
    trajectory: list[float] | None
    args: dict
    points: dict | None  # the peer's answers; none where it stopped with an error
    summary: list[dict]
    icons: dict

    def its_own(self, name):
        """An argument that may be given for each facet."""
        given = self.args.get(name)
        return given.get(self.facet) if isinstance(given, dict) else given

    @property
    def better(self):
        return BETTER[self.args.get("improvement_direction", "increase")]

    @property
    def screen(self):
        return self.args.get("screen_outliers", True)

    @property
    def rebased(self):
        days = self.its_own("rebase") or []
        return [days] if isinstance(days, str) else days

    @property
    def absent(self):
        """Days to rebase at that are not in the data."""
        return [day for day in self.rebased if day not in self.dates]

    @property
    def known(self):
        return np.array([value is not None for value in self.values])

    @property
    def stretches(self):
        """The points of each phase."""
        starts = [self.dates.index(day) for day in self.rebased if day in self.dates]
        return np.split(np.arange(len(self.dates)), starts)

    @property
    def measure(self):
        measure = Measure.from_columns(self.values, self.dates, name="y", better=self.better)
        for day in self.rebased:
            if day in self.dates:
                measure = measure.rephase(day, "rebased")
        fixed = self.args.get("fix_after_n_points")
        measure = replace(
            measure, phases=tuple(replace(phase, baseline=fixed) for phase in measure.phases)
        )
        for day, value in zip(self.dates, self.trajectory or [], strict=False):
            measure = measure.aim(value, since=day)
        target = self.its_own("target")
        return measure if target is None else measure.aim(target)

    @property
    def chart(self):
        return control_chart(
            self.measure, "i", rules=RULES, screen=self.screen, constants=CONSTANTS
        )


def where(columns, facet):
    """The rows of one facet, or all."""
    size = len(next(iter(columns.values())))
    of_facet = columns.get("f", [None] * size)
    return [row for row in range(size) if of_facet[row] == facet]


def taken(columns, rows):
    return {name: [values[row] for row in rows] for name, values in columns.items()}


def series_of(case):
    given, expected = case["input"], case.get("expected")
    for facet in dict.fromkeys(given.get("f", [None])):
        mine = taken(given, where(given, facet))
        points, summary, icons = None, [], {}
        if expected is not None:
            points = taken(expected["points"], where(expected["points"], facet))
            assert points["x"] == mine["x"]
            table = taken(expected["summary"], where(expected["summary"], facet))
            summary = [
                dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)
            ]
            drawn = taken(expected["icons"], where(expected["icons"], facet))
            icons = dict(zip(drawn["type"], drawn["icon"], strict=True))
        args = case["call"]["args"]
        yield Series(
            case["id"], facet, mine["x"], mine["y"], mine.get("traj"), args, points, summary, icons
        )


@pytest.fixture(scope="module")
def every(oracle):
    cases = oracle("nhsrplotthedots.open.json.gz", COMPARISON)["cases"]
    every = [series for case in cases for series in series_of(case)]
    assert (len(cases), len(every)) == (355, 397)
    return every


@pytest.fixture(scope="module")
def answered(every):
    return [series for series in every if series.points is not None]


# ---- what the peer would say of our charts


def column(values):
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def first_findings(chart):
    """The first finding of each point in the peer's order, as rule and way."""
    findings = np.full(len(chart.measure), None, dtype=object)
    for rule, found in reversed(chart.analysis.found):
        for way, flags in ((-1, found.low), (1, found.high)):
            for point in np.nonzero(flags)[0]:
                findings[point] = (rule.name, way)
    return findings


def types_of(chart):
    return ["Common Cause" if each is None else TYPES[each] for each in first_findings(chart)]


def point_types_of(chart):
    better = {"higher": 1, "lower": -1, "neither": 0}[chart.measure.better]

    def told(finding):
        if finding is None:
            return "common_cause"
        way = finding[1]
        if not better:
            return "special_cause_neutral_" + ("high" if way > 0 else "low")
        return "special_cause_" + ("improvement" if way == better else "concern")

    return [told(each) for each in first_findings(chart)]


def summary_of(chart, stretches):
    """A row for each phase; only the latest has an assurance."""
    types = point_types_of(chart)
    for phase, points in zip(chart.phases, stretches, strict=True):
        here = [types[point] for point in points]
        counts = Counter(here)
        yield {
            "mean_col": phase.centre,
            "lpl": phase.lower,
            "upl": phase.upper,
            "n": len(here),
            "common_cause": counts["common_cause"],
            "special_cause_improvement": counts["special_cause_improvement"],
            "special_cause_concern": counts["special_cause_concern"],
            "variation_type": here[-1],
        }


def icons_of(variation, assurance):
    icon = variation.replace("special cause", "neutral").replace(", ", "_").replace(" ", "_")
    return {"variation": icon} | (
        {"assurance": ASSURANCE[assurance]} if assurance in ASSURANCE else {}
    )


def near(ours, theirs):
    ours, theirs = column(ours), column(theirs)
    size = max(1e-300, float(np.nanmax(np.abs(theirs), initial=0.0)))
    return np.allclose(ours, theirs, rtol=1e-6, atol=1e-9 * size, equal_nan=True)


def same(ours, theirs):
    return list(ours) == list(theirs)


def differences(series):
    """The names of everything in which the peer and ours differ."""
    chart, theirs = series.chart, series.points
    outside = (chart.values > chart.upper) | (chart.values < chart.lower)
    close = (np.abs(chart.analysis.lines.positions) > 2) & ~outside
    short = [
        phase.baseline < 12 for phase in chart.phases for _ in range(phase.first, phase.last + 1)
    ]
    side = np.where(series.known, chart.analysis.side, None)
    types = point_types_of(chart)
    rows = list(summary_of(chart, series.stretches))
    icons = icons_of(chart.variation, chart.assurance)
    names = ("mean_col", "lpl", "upl")
    counts = [name for name in rows[0] if name not in names]
    equal = {
        "mean": near(chart.centre, theirs["mean_col"]),
        "limits": near(chart.lower, theirs["lpl"]) and near(chart.upper, theirs["upl"]),
        "outside": same(outside, theirs["outside_limits"]),
        "close": same(close, theirs["close_to_limits"]),
        "side": same(side, theirs["relative_to_mean"]),
        "types": same(types_of(chart), theirs["special_cause_type"]),
        "flags": same([each != "common_cause" for each in types], theirs["special_cause_flag"]),
        "point types": same(types, theirs["point_type"]),
        "short": same(short, theirs["short_group_warning"]),
        "summary lines": all(
            near([ours[name] for name in names], [row[name] for name in names])
            for ours, row in zip(rows, series.summary, strict=True)
        ),
        "summary counts": all(
            ours[name] == row[name]
            for ours, row in zip(rows, series.summary, strict=True)
            for name in counts
        ),
        "variation": icons["variation"] == series.icons["variation"],
        "assurance": icons.get("assurance") == series.icons.get("assurance"),
    }
    # The peer says each assurance twice, in its summary and as an icon.
    *former, latest = [row.get("assurance_type") for row in series.summary]
    assert former == [None] * len(former)
    assert latest == COLUMNS.get(series.icons.get("assurance"))
    assert series.summary[-1]["variation_type"] == series.points["point_type"][-1]
    found = {name for name, agree in equal.items() if not agree}
    for day in series.absent:
        try:
            series.measure.rephase(day, "rebased")
        except MeasureInvalid:
            found.add("rebase date")
    return found


# ---- where we differ on purpose


@dataclass(frozen=True)
class Reason:
    words: str
    applies: Callable[[Series], bool]
    excuses: Callable[[Series], set[str]]


def ranges_of(values):
    return np.abs(np.diff(column(values)))


def is_constant(series):
    return series.screen and len(series.values) > 1 and not np.nanmax(ranges_of(series.values))


def has_an_assurance(series):
    return series.its_own("target") is not None and series.better != "neither"


def is_screened_away(series):
    """Screening leaves ranges, but only ranges of 0."""
    ranges = ranges_of(series.values)
    if not series.screen or len(series.stretches) > 1 or not np.nansum(ranges):
        return False
    return not np.any(ranges[ranges < 3.267 * np.nanmean(ranges)])


def is_blank_somewhere(series):
    return not series.known.all() or len(series.values) == 1 or is_constant(series)


REASONS = {
    "too few points for icons": Reason(
        "The peer draws icons for any number of points. The Making Data Count team's own tools "
        "show them from 13 points in the latest phase (the team in the peer's issue 194).",
        lambda series: series.known[series.stretches[-1]].sum() < 13,
        lambda series: {"variation"} | ({"assurance"} if has_an_assurance(series) else set()),
    ),
    "twelve points": Reason(
        "The peer says that it warns below 12 points and warns below 13; ours warns below 12.",
        lambda series: any(len(points) == 12 for points in series.stretches),
        lambda series: {"short"},
    ),
    "nothing to compare with": Reason(
        "Where there is no value or there are no limits the peer says 'not available'; ours says "
        "that the point is not outside.",
        is_blank_somewhere,
        lambda series: {"outside", "close"},
    ),
    "a constant series": Reason(
        "With screening the peer loses its limits, and says of a target that the value always "
        "equals that it is hit or missed. Ours has limits without width, judges nothing by them, "
        "and says that the target is met.",
        is_constant,
        lambda series: (
            {"limits", "summary lines"} | ({"assurance"} if has_an_assurance(series) else set())
        ),
    ),
    "screening leaves no variation": Reason(
        "The peer's limits fall on the mean, so that every point is outside them. Ours does not "
        "screen then, and warns.",
        is_screened_away,
        lambda series: (
            {"limits", "outside", "types", "flags", "point types"}
            | {"summary lines", "summary counts"}
            | ({"assurance"} if has_an_assurance(series) else set())
        ),
    ),
    "a trajectory": Reason(
        "The peer draws a trajectory and judges nothing by it. Ours takes it for a target that "
        "moves, and compares the limits with its latest value.",
        lambda series: series.trajectory is not None,
        lambda series: {"assurance"},
    ),
    "a rebase date that is not in the data": Reason(
        "The peer ignores it without a word; ours refuses it and names the nearest points.",
        lambda series: bool(series.absent),
        lambda series: {"rebase date"},
    ),
}


def reasons_for(series):
    return [name for name, reason in REASONS.items() if reason.applies(series)]


def test_every_case_differs_only_where_and_exactly_where_a_reason_says(answered):
    exercised = Counter()
    for series in answered:
        reasons = reasons_for(series)
        excused = set().union(*(REASONS[name].excuses(series) for name in reasons))
        assert differences(series) == excused, (series.id, series.facet, reasons)
        exercised.update(reasons)
    assert set(exercised) == set(REASONS)
    assert sum(not reasons_for(series) for series in answered) > 250


def test_every_kind_of_finding_and_icon_is_among_the_cases(answered):
    agreed = [series for series in answered if not reasons_for(series)]
    types = {each for series in agreed for each in series.points["special_cause_type"]}
    assert types == {*TYPES.values(), "Common Cause"}
    variations = {series.icons["variation"] for series in agreed}
    assert variations >= {
        f"{sort}_{way}" for sort in ("improvement", "concern", "neutral") for way in ("high", "low")
    }
    assert {series.icons.get("assurance") for series in agreed} >= set(COLUMNS)


def test_what_the_peer_says_of_a_point_is_always_among_what_we_say(answered):
    both = 0
    for series in answered:
        if "screening leaves no variation" in reasons_for(series):
            continue
        chart = series.chart
        theirs = np.array(series.points["point_type"])
        for name, ours in (("improvement", chart.improvement), ("concern", chart.concern)):
            assert ours[theirs == f"special_cause_{name}"].all(), series.id
        either = chart.analysis.high | chart.analysis.low
        np.testing.assert_array_equal(either, theirs != "common_cause", err_msg=series.id)
        both += int(np.count_nonzero(chart.improvement & chart.concern))
    assert both > 40  # points of which the peer keeps one half only


# ---- what ours says where the peer is no guide


def test_series_that_stop_the_peer(every):
    stopped = [series for series in every if series.points is None]
    assert len(stopped) == 13
    for series in stopped:
        assert not series.known.all()
        chart = series.chart
        (phase,) = chart.phases
        values = column(series.values)
        fixed = values[: series.args.get("fix_after_n_points")]
        ranges = ranges_of(fixed)
        ranges = ranges[~np.isnan(ranges)]
        if series.screen and ranges.size:
            ranges = ranges[ranges < 3.267 * ranges.mean()]
        assert phase.centre == pytest.approx(np.nanmean(fixed))
        if ranges.size:
            half = 2.66 * ranges.mean()
            assert phase.upper == pytest.approx(phase.centre + half), series.id
            assert phase.lower == pytest.approx(phase.centre - half), series.id
        else:
            assert np.isnan(phase.upper)
            assert np.isnan(phase.lower)
            assert any("no limits" in warning for warning in chart.warnings), series.id
        assert not (chart.analysis.high | chart.analysis.low)[~series.known].any()


def test_a_constant_series(answered):
    for series in filter(is_constant, answered):
        chart = series.chart
        assert chart.lower[0] == chart.centre[0] == chart.upper[0] == series.values[0]
        assert not chart.signals
        assert chart.variation == "common cause"
        assert any("doesn't vary" in warning for warning in chart.warnings)


def test_screening_that_would_leave_no_variation(answered):
    for series in filter(is_screened_away, answered):
        chart = series.chart
        half = 2.66 * ranges_of(series.values).mean()
        np.testing.assert_allclose(chart.upper - chart.centre, half)
        np.testing.assert_allclose(chart.centre - chart.lower, half)
        # The peer has them all outside, here one is.
        assert all(series.points["outside_limits"])
        assert Counter(types_of(chart))["Above UCL"] == 1
        assert "Below LCL" not in types_of(chart)
        assert any("no variation" in warning for warning in chart.warnings)


def test_a_trajectory_is_a_target_that_moves(answered):
    seen = set()
    for series in answered:
        if series.trajectory is None:
            continue
        chart = series.chart
        latest, lower, upper = series.trajectory[-1], chart.lower[-1], chart.upper[-1]
        assert series.better == "higher"
        says = "failing" if latest > upper else "passing" if latest < lower else "hit or miss"
        assert chart.assurance == says, series.id
        assert chart.table["target"].tolist() == series.trajectory
        seen.add(says)
    assert len(seen) > 1


# ---- many at once


def frame_of(these):
    tables = []
    for series in these:
        phase = np.zeros(len(series.dates), dtype=int)
        for number, points in enumerate(series.stretches):
            phase[points] = number
        target = series.its_own("target")
        tables.append(
            pd.DataFrame(
                {
                    "case": series.id,
                    "facet": series.facet or "",
                    "date": series.dates,
                    "value": column(series.values),
                    "phase": phase,
                    "better": series.better,
                    "target": column(series.trajectory or [target] * len(phase)),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def through_many(these, *, screen, fixed):
    table = many(
        frame_of(these),
        ["case", "facet"],
        value="value",
        date="date",
        rules=RULES,
        better="better",
        target="target",
        phase="phase",
        baseline=fixed,
        screen=screen,
        constants=CONSTANTS,
    )
    return dict(iter(table.groupby(["case", "facet"], sort=False)))


def by_options(these):
    """The series that can go through `many` in one call."""
    options = sorted({(one.screen, one.args.get("fix_after_n_points") or 0) for one in these})
    for screen, fixed in options:
        mine = [
            one
            for one in these
            if (one.screen, one.args.get("fix_after_n_points") or 0) == (screen, fixed)
        ]
        yield mine, through_many(mine, screen=screen, fixed=fixed or None)


def test_facets_through_many(answered):
    facets = [series for series in answered if series.facet is not None]
    assert len(facets) == 54
    for these, tables in by_options(facets):
        for series in these:
            rows, theirs = tables[series.id, series.facet], series.points
            for ours, name in (("centre", "mean_col"), ("lower", "lpl"), ("upper", "upl")):
                np.testing.assert_allclose(rows[ours], theirs[name], rtol=1e-6, err_msg=series.id)
            first = [rules.split(", ")[0] for rules in rows["rules"]]
            assert first == [RULE_OF[each] for each in theirs["special_cause_type"]], series.id
            for name in ("improvement", "concern"):
                told = np.array(theirs["point_type"]) == f"special_cause_{name}"
                assert rows[name].to_numpy()[told].all(), series.id
            icons = icons_of(rows["variation"].iloc[-1], rows["assurance"].iloc[-1])
            if "too few points for icons" in reasons_for(series):
                assert icons == {"variation": "too_few_points"}
            else:
                assert icons == series.icons, series.id


def test_every_series_is_the_same_alone_and_among_many(every):
    for these, tables in by_options(every):
        assert len(these) > 5
        for series in these:
            rows, chart = tables[series.id, series.facet or ""], series.chart
            for name in ("centre", "lower", "upper", "improvement", "concern"):
                np.testing.assert_array_equal(rows[name], getattr(chart, name), err_msg=series.id)
            assert rows["rules"].tolist() == chart.table["signals"].tolist()
            assert set(rows["variation"]) == {chart.variation}
            assert set(rows["assurance"]) == {chart.assurance}


# ---- the worked examples


@pytest.fixture(scope="module")
def golden(oracle):
    return oracle("golden/nhsrplotthedots.json", COMPARISON)


FIXED = {"fix12", "two_in_three", "two_in_three_third_other_side", "two_plus_outside"}


def golden_chart(name, case, rules=RULES):
    better = BETTER[case.get("improvement_direction", "increase")]
    measure = Measure.from_columns(case["y"], name=name, better=better)
    if name in FIXED:
        measure = measure.freeze(12)
    if "rebase_index" in case:
        measure = measure.rephase(case["rebase_index"] + 1, "rebased")
    screen = name != "outlier_unscreened"
    return control_chart(measure, "i", rules=rules, screen=screen, constants=CONSTANTS)


def test_worked_examples(golden):
    assert len(golden) == 16
    for name, case in golden.items():
        chart = golden_chart(name, case)
        assert isinstance(chart, Chart)
        for ours, theirs in ((chart.centre, "mean"), (chart.lower, "lpl"), (chart.upper, "upl")):
            np.testing.assert_allclose(ours, np.broadcast_to(case[theirs], ours.shape), rtol=1e-9)
        if "special_cause_type" in case:
            assert types_of(chart) == case["special_cause_type"], name
        assert point_types_of(chart) == case["point_type"], name


def test_worked_examples_that_the_newer_two_in_three_sees_otherwise(golden):
    changed = {}
    for name, case in golden.items():
        chart = golden_chart(name, case, making_data_count(7, "2023"))
        told = point_types_of(chart)
        points = [i for i, each in enumerate(told) if each != case["point_type"][i]]
        if points:
            changed[name] = points
    # A point outside the limits counts now, so the point beyond two sigmas beside it is flagged.
    assert changed == {"two_plus_outside": [15]}
