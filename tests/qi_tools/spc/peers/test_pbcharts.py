"""Our I′ charts and run charts beside those of pbcharts 0.1.0, the successor of qicharts2.

The cases are simulated series run through the real package. They are not in the repository; see
`oracle`. The peer has three charts: run, I′ (which it calls I) and, for moving standard deviations,
MS. Its constants are exact, and it screens only when asked. Where we differ on purpose `REASONS`
says why, and turns our chart into the peer's: see `side_by_side`.

We don't offer the MS chart. Without denominators it is our MR chart in another unit, ranges over
d2: `test_moving_deviations_are_our_moving_ranges`. With them it isn't, and those cases are not
compared.
"""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from qi_tools.errors import MeasureInvalid
from qi_tools.phases import Phases
from qi_tools.spc.constants import D2_OF_TWO
from qi_tools.spc.limits import EXACT
from qi_tools.spc.runs import count_runs, sides_of
from tests.qi_tools.spc.peers.side_by_side import (
    Reason,
    Series,
    chart_of,
    compare,
    measure_of,
    seen_by_itself,
    seen_in,
    seen_together,
    series_of,
)

KINDS = {"run": "run", "i": "i'", "ms": "mr"}


def gaps_in_limits(series: Series) -> np.ndarray:
    upper = series.theirs("ucl")
    return (
        np.isnan(series.theirs("y")) & np.isnan(upper) & ~np.isnan(upper).all() & over_some(series)
    )


def over_some(series: Series) -> np.ndarray:
    if series.denominators is None:
        return np.ones(series.included.shape, dtype=bool)
    return series.denominators > 0


def screened_to_nothing(series: Series) -> bool:
    ranges = np.abs(np.diff(series.theirs("y")))
    ranges = ranges[~np.isnan(ranges)]
    if not series.screened or not ranges.size:
        return False
    left = ranges[ranges <= 3.2665 * ranges.mean()]
    return bool(ranges.max() > 0 and left.max() == 0)


def counted_among_nobody(series: Series) -> bool:
    return series.denominators is not None and bool(
        np.any((series.values > 0) & (series.denominators == 0))
    )


REASONS = {
    "limits where the value is missing": Reason(
        "Limits follow from the denominator, or are the same everywhere, so the line goes on. The "
        "peer leaves a gap in it.",
        lambda series: series.chart == "i" and bool(gaps_in_limits(series).any()),
        lambda series, seen: replace(
            seen,
            lower=np.where(gaps_in_limits(series), np.nan, seen.lower),
            upper=np.where(gaps_in_limits(series), np.nan, seen.upper),
        ),
    ),
    "screening that leaves no variation": Reason(
        "Most ranges are zero, so the average range is small and screening throws out every change "
        "there was. In the peer the limits fall on the centre line and all points lie outside. We "
        "don't screen then, and warn.",
        lambda series: series.chart == "i" and screened_to_nothing(series),
        lambda series, seen: replace(
            seen, lower=seen.centre, upper=seen.centre, outside=seen.values != seen.centre
        ),
    ),
}
EXCUSED = {"limits where the value is missing": 12, "screening that leaves no variation": 1}
"""How many series each reason is needed for."""

REASONS_ABOUT_MOVING_DEVIATIONS = {
    "limits": Reason(
        "A lower limit of zero, and limits above points that have no range, are only a matter of "
        "drawing: the peer leaves both out.",
        lambda series: True,
        lambda series, seen: replace(
            seen,
            lower=np.full(seen.lower.shape, np.nan),
            upper=np.where(np.isnan(seen.values), np.nan, seen.upper),
        ),
    ),
    "runs": Reason(
        "Each moving range shares a point with the next, so runs of them come about by chance far "
        "more often than the rules allow for: `test_runs_of_moving_ranges_are_false_alarms`. We "
        "count them and don't judge by them; no more does qicharts2.",
        lambda series: any(series.parts["runs.signal"]),
        lambda series, seen: replace(seen, signals=[True] * len(seen.signals)),
    ),
}


@pytest.fixture(scope="module")
def every_series(oracle):
    file = oracle("pbcharts.open.json.gz", "I′ charts and run charts with pbcharts")
    assert {case["status"] for case in file["cases"]} == {"ok"}
    return [series for case in file["cases"] for series in series_of(case)]


@pytest.fixture(scope="module")
def comparable(every_series):
    return [
        series
        for series in every_series
        if series.chart != "ms" and not counted_among_nobody(series)
    ]


def test_every_case_by_itself(comparable):
    pairs = ((series, seen_by_itself(series, KINDS, EXACT)) for series in comparable)
    tally = compare(pairs, REASONS)
    assert tally.wrong == []
    assert tally.compared == 262
    assert tally.excused == EXCUSED


def test_whole_families_at_once(comparable):
    tally = compare(seen_together(comparable, KINDS, EXACT), REASONS)
    assert tally.wrong == []
    assert tally.compared == 262
    assert tally.excused == EXCUSED


def test_where_screening_leaves_nothing_the_chart_is_the_unscreened_one(comparable):
    (series,) = (each for each in comparable if screened_to_nothing(each))
    name = series.name.replace("screenms", "base")
    (unscreened,) = (each for each in comparable if each.name == name)
    seen = seen_by_itself(series, KINDS, EXACT)
    assert compare([(unscreened, seen)], REASONS).wrong == []


def test_events_among_nobody_are_refused(every_series):
    """The peer divides them by zero."""
    refused = [series for series in every_series if counted_among_nobody(series)]
    assert Counter(series.chart for series in refused) == {"i": 3}
    for series in refused:
        with pytest.raises(MeasureInvalid, match="nothing can be counted where the denominator"):
            measure_of(series)


def test_moving_deviations_are_our_moving_ranges(every_series):
    moving = [series for series in every_series if series.chart == "ms"]
    plain = [series for series in moving if series.denominators is None]
    assert (len(moving), len(plain)) == (27, 16)
    pairs = ((series, seen_in(chart_of(series, KINDS, EXACT), 1 / D2_OF_TWO)) for series in plain)
    tally = compare(pairs, REASONS_ABOUT_MOVING_DEVIATIONS)
    assert tally.wrong == []
    assert tally.excused == {"limits": 16, "runs": 5}


def test_runs_of_moving_ranges_are_false_alarms():
    """Without any change in them: 22% of series of 36 moving ranges signal, 5% of the points."""
    points = np.random.default_rng(1).normal(size=(20_000, 37))
    phases = Phases.of_lengths(np.full(len(points), 36))

    def share(values):
        centre = np.repeat(values.mean(axis=1), 36)
        runs = count_runs(sides_of(values.ravel(), centre, phases), phases)
        return np.mean(runs.long_run | runs.few_crossings)

    assert share(points[:, 1:]) == pytest.approx(0.05, abs=0.01)
    assert share(np.abs(np.diff(points))) == pytest.approx(0.22, abs=0.01)
