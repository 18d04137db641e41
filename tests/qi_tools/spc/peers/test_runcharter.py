"""Our run charts beside runcharter 0.2.0.9000, which re-bases medians by itself.

The cases are simulated series run through the real package. They are not in the repository: the
environment variable QI_ORACLE_DIR says where they are.

The peer takes the median of the first points, looks for the first run of so many useful points
after them, takes the median of that run, and goes on so to the end. Ours never begins a phase by
itself. Done by hand, step by step, with `freeze`, `Shift` and `rephase`, it comes to the same
medians and the same runs.

Where we differ on purpose:

* Re-basing by itself is not offered. Anhøj, and NHS England's Making Data Count team, both advise
  against it: a run says that something changed, not that the change will last or that anyone knows
  why. On a trend it makes a staircase, on a seasonal series a new median each half year; both are
  tested below.
* A run that begins within the baseline. Ours finds it; the peer counts only from the first point
  after the baseline on.
* A point on the former median within a run. The peer leaves it out of the new median, which is
  then that of its run alone; ours takes the median of all points of the new baseline.
* Series that are shorter than baseline and run together. The peer stops; ours charts them.
"""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pytest

from qi_tools import Measure, run_chart
from qi_tools.spc.rule_sets import RuleSet
from qi_tools.spc.rules import Shift
from qi_tools.spc.runs import runs_in_order

COMPARISON = "medians and runs with runcharter"
WAYS = {"above": (1,), "below": (-1,), "both": (1, -1)}


@dataclass(frozen=True)
class Series:
    """One group of a case."""

    id: str
    dates: list[str]
    values: list[float | None]
    baseline: int
    run: int
    ways: tuple[int, ...]
    expected: list[dict] | None  # none where the peer stopped with an error

    @property
    def measure(self):
        measure = Measure.from_columns(self.values, self.dates, name="y")
        return measure.freeze(self.dates[min(self.baseline, len(self.dates)) - 1])

    @property
    def rules(self):
        return RuleSet("runcharter", (Shift(self.run, "passed over"),))


@dataclass
class ByHand:
    """What re-basing by hand comes to."""

    measure: Measure
    medians: list[dict] = field(default_factory=list)
    within_baseline: int = 0  # runs that only ours finds
    gaps: list[list[float]] = field(default_factory=list)  # useful values of runs with others among


@pytest.fixture(scope="module")
def every(oracle):
    cases = oracle("runcharter.open.json.gz", COMPARISON)["cases"]
    every = [series for case in cases for series in series_of(case)]
    assert (len(cases), len(every)) == (150, 164)
    return every


def series_of(case):
    given, args = case["input"], case["call"]["args"]
    for group in dict.fromkeys(given["f"]):
        rows = [row for row, name in enumerate(given["f"]) if name == group]
        expected = None
        if case["status"] == "ok":
            told = case["expected"]["sustained"]
            table = [dict(zip(told, row, strict=True)) for row in zip(*told.values(), strict=True)]
            expected = [row for row in table if row["f"] == group]
        yield Series(
            f"{case['id']} {group}",
            [given["x"][row] for row in rows],
            [given["y"][row] for row in rows],
            args["med_rows"],
            args["runlength"],
            WAYS[args["direction"]],
            expected,
        )


def rebased_by_hand(series):
    """Begin a phase at each run, as a person would who trusted every one of them."""
    so_far = ByHand(series.measure)
    end = series.baseline - 1  # the last point of the latest baseline
    while True:
        chart = run_chart(so_far.measure, rules=series.rules)
        first = chart.phases[-1].first
        so_far.medians.append(
            {
                "median": chart.phases[-1].centre,
                "start_date": series.dates[first],
                "end_date": series.dates[end],
            }
        )
        ((_, found),) = chart.analysis.found
        places = np.arange(len(series.dates))
        runs = {
            way: [
                run[run > end]
                for run in runs_in_order(np.where(places >= first, chart.analysis.side, 0))
                if chart.analysis.side[run[0]] == way and flags[run].all()
            ]
            for way, flags in ((1, found.high), (-1, found.low))
        }
        long = [run for way in series.ways for run in runs[way] if run.size >= series.run]
        so_far.within_baseline += sum(
            0 < run.size < series.run for way in series.ways for run in runs[way]
        )
        if not long:
            return so_far
        run = min(long, key=lambda run: run[0])[: series.run]
        end = int(run[-1])
        if end - run[0] >= series.run:
            so_far.gaps.append(chart.values[run].tolist())
        so_far.measure = so_far.measure.rephase(
            series.dates[run[0]], "a run", baseline=end - int(run[0]) + 1
        )


def test_medians_and_runs(every):
    seen = Counter()
    for series in every:
        if series.expected is None:
            continue
        ours, theirs = rebased_by_hand(series), series.expected
        assert [row["run_type"] for row in theirs] == ["baseline"] + ["sustained"] * (
            len(theirs) - 1
        )
        for name in ("start_date", "end_date"):
            assert [row[name] for row in ours.medians] == [row[name] for row in theirs], series.id
        starts = [row["start_date"] for row in theirs[1:]]
        assert [row["extend_to"] for row in theirs] == [*starts, series.dates[-1]]
        medians = [row["median"] for row in theirs]
        if ours.gaps:  # the point on the former median counts for ours alone
            assert [row["median"] for row in ours.medians] != medians
            assert np.median(ours.gaps[0]) == pytest.approx(medians[1], rel=1e-9)
        else:
            assert [row["median"] for row in ours.medians] == pytest.approx(medians, rel=1e-9)
        seen["series"] += 1
        seen["gaps"] += bool(ours.gaps)
        seen["runs"] += len(theirs) - 1
        seen["within the baseline"] += ours.within_baseline
    assert seen == {"series": 138, "gaps": 2, "runs": 78, "within the baseline": 3}


def test_series_too_short_for_the_peer(every):
    short = [series for series in every if series.expected is None]
    assert short
    for series in short:
        assert len(series.values) < series.baseline + series.run
        chart = run_chart(series.measure, rules=series.rules)
        known = [value for value in series.values[: series.baseline] if value is not None]
        assert chart.phases[0].centre == pytest.approx(np.median(known))


def test_our_chart_never_begins_a_phase_by_itself(every):
    for series in every:
        chart = run_chart(series.measure, rules=series.rules)
        assert len(chart.phases) == 1
        if series.expected is not None and len(series.expected) > 1:
            assert chart.signals, series.id  # it does say that there is a run


def rebased(values):
    dates = [f"{2015 + month // 12}-{month % 12 + 1:02}-01" for month in range(len(values))]
    series = Series("", dates, values, 10, 6, (1, -1), None)
    return rebased_by_hand(series).medians


def test_why_not_a_trend_becomes_a_staircase():
    medians = [row["median"] for row in rebased([float(month) for month in range(60)])]
    assert medians == [4.5, 12.5, 18.5, 24.5, 30.5, 36.5, 42.5, 48.5, 54.5]


def test_why_not_a_season_becomes_a_new_median_each_half_year():
    medians = [row["median"] for row in rebased([2.0, 4, 6, 6, 4, 2, -2, -4, -6, -6, -4, -2] * 4)]
    assert medians == [2, -4, 4, -4, 4, -4]
