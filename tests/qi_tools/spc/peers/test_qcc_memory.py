"""Our CUSUM and EWMA beside those of qcc 2.7 and qcc 3.0.

The cases are simulated series run through the real package. They are not in the repository: the
environment variable QI_ORACLE_DIR says where they are.

Where we differ on purpose:

* A missing value. qcc's centre and sigma become missing, and with them every number of the chart.
  Ours leave the missing value out; the sums carry on unchanged.
* A constant series (sigma 0). qcc's EWMA draws limits on the centre line; ours refuses it.
* EWMA limits of subgroups of different sizes. qcc takes the latest subgroup's size for the whole
  past, so its limits jump with each size. Ours add up the variance that each point brought. The
  averages are the same, and so are the limits at the first point.
"""

import gzip
import json
import os
from pathlib import Path

import numpy as np
import pytest

from qi_tools import Measure
from qi_tools.errors import ChartImpossible
from qi_tools.spc.cusum_charts import cusum_chart
from qi_tools.spc.ewma_charts import ewma_chart

NO_ORACLE = "QI_ORACLE_DIR is unset: CUSUM and EWMA charts were NOT compared with qcc"


@pytest.fixture(scope="module", params=["qcc27", "qcc30"])
def cases(request):
    folder = os.environ.get("QI_ORACLE_DIR")
    if not folder:
        pytest.skip(NO_ORACLE)
    path = Path(folder) / f"{request.param}.open.json.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        every = json.load(file)["cases"]
    return [case for case in every if case["chart"] in ("cusum", "ewma")]


def column(values):
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def has_missing(case):
    return None in case["input"]["y"]


def subgroups(case):
    """Mean and size of each subgroup."""
    numbers, values = column(case["input"]["x"]), column(case["input"]["y"])
    groups = [values[numbers == number] for number in np.unique(numbers)]
    return np.array([group.mean() for group in groups]), np.array([group.size for group in groups])


def measure_and_level(case):
    """The measure, and for subgroups the peer's own level: how sigma is pooled is not at stake."""
    if "x" not in case["input"]:
        return Measure.from_columns(case["input"]["y"], name="Case"), {}
    means, sizes = subgroups(case)
    level = {
        "target": case["expected"]["center"],
        "sigma": case["expected"]["std.dev"] / np.sqrt(sizes),
    }
    return Measure.from_columns(means, name="Case"), level


def cusum_of(case):
    measure, level = measure_and_level(case)
    args = case["call"]["args"]
    return cusum_chart(
        measure,
        shift=args["se.shift"],
        decision=args["decision.interval"],
        head_start=args.get("head.start", 0),
        **level,
    )


def ewma_of(case):
    measure, level = measure_and_level(case)
    args = case["call"]["args"]
    return ewma_chart(measure, weight=args["lambda"], sigmas=args["nsigmas"], **level)


def same(ours, theirs, case):
    np.testing.assert_allclose(ours, column(theirs), rtol=1e-6, atol=1e-9, err_msg=case["id"])


def same_level(chart, case):
    if "x" not in case["input"]:
        same(
            [chart.target, chart.sigma],
            [case["expected"]["center"], case["expected"]["std.dev"]],
            case,
        )


def flagged(chart, side):
    """The points in signals on one side, counted from 1 as R counts."""
    signals = (signal for signal in chart.signals if signal.way == side)
    return [point + 1 for signal in signals for point in signal.points]


def test_cusums(cases):
    compared = 0
    for case in cases:
        if case["chart"] != "cusum" or has_missing(case):
            continue
        chart, expected = cusum_of(case), case["expected"]
        same_level(chart, case)
        same(chart.high, expected["pos"], case)
        same(chart.low, expected["neg"], case)
        assert flagged(chart, "high") == expected["violations_upper"], case["id"]
        assert flagged(chart, "low") == expected["violations_lower"], case["id"]
        compared += 1
    assert compared == 45


def test_ewmas(cases):
    compared = limits_compared = 0
    for case in cases:
        if case["chart"] != "ewma" or has_missing(case) or "constant-n" in case["series"]:
            continue
        chart, expected = ewma_of(case), case["expected"]
        same_level(chart, case)
        same(chart.averages, expected["ewma"], case)
        compared += 1
        if np.ptp(chart.sigma) > 0:
            same([chart.lower[0], chart.upper[0]], [expected["lcl"][0], expected["ucl"][0]], case)
            continue
        same(chart.lower, expected["lcl"], case)
        same(chart.upper, expected["ucl"], case)
        found = sorted(flagged(chart, "high") + flagged(chart, "low"))
        assert found == expected["violations"], case["id"]
        limits_compared += 1
    assert (compared, limits_compared) == (46, 44)


def test_where_sizes_differ_the_peer_forgets_the_past(cases):
    """Its limits are those of an EWMA whose points all had the latest point's size."""
    compared = 0
    for case in cases:
        if case["chart"] != "ewma" or case["kind"] not in ("vary-m", "wide-m"):
            continue
        args, expected = case["call"]["args"], case["expected"]
        _, sizes = subgroups(case)
        share = args["lambda"] / (2 - args["lambda"])
        share *= 1 - (1 - args["lambda"]) ** (2 * np.arange(1, sizes.size + 1))
        same(expected["std.dev"] * np.sqrt(share / sizes), expected["sigma"], case)
        compared += 1
    assert compared == 2


def test_with_missing_values_the_peer_says_nothing(cases):
    compared = drawn = 0
    for case in cases:
        if not has_missing(case):
            continue
        expected = case["expected"]
        assert np.isnan(column(expected["pos" if case["chart"] == "cusum" else "ewma"])).all()
        compared += 1
        if "x" in case["input"]:
            continue
        make = cusum_of if case["chart"] == "cusum" else ewma_of
        if np.isnan(np.diff(column(case["input"]["y"]))).all():
            with pytest.raises(ChartImpossible, match="no two points with values stand together"):
                make(case)
            continue
        table = make(case).table.drop(columns=["value", "side"])
        assert np.isfinite(table).all(axis=None), case["id"]
        drawn += 1
    assert (compared, drawn) == (7, 2)


def test_a_constant_series_has_no_limits(cases):
    (case,) = (case for case in cases if "constant-n" in case["series"])
    assert case["expected"]["std.dev"] == 0
    with pytest.raises(ChartImpossible, match="neighbouring points don't differ"):
        ewma_of(case)
