"""Our Bernoulli CUSUM beside qicharts2's bchart.

The cases are simulated series run through the real package. They are not in the repository: the
environment variable QI_ORACLE_DIR says where they are.

Where we differ on purpose:

* A baseline without events. bchart works out a target of 0 and then draws nothing but missing
  values; ours refuses it and says what to do.
* A sum that comes to the limit exactly. bchart marks it but lets it run on; ours starts again.
  None of the cases comes so near.
"""

import csv
import gzip
import json
import os
from pathlib import Path

import numpy as np
import pytest

from qi_tools.errors import ChartImpossible
from qi_tools.spc.bernoulli_cusums import bernoulli_cusum

NO_ORACLE = "QI_ORACLE_DIR is unset: Bernoulli CUSUMs were NOT compared with qicharts2"


@pytest.fixture(scope="module")
def oracle():
    folder = os.environ.get("QI_ORACLE_DIR")
    if not folder:
        pytest.skip(NO_ORACLE)
    return Path(folder)


@pytest.fixture(scope="module")
def cases(oracle):
    with gzip.open(oracle / "qicharts2.open.json.gz", "rt", encoding="utf-8") as file:
        every = json.load(file)["cases"]
    return [case for case in every if case["chart"] == "bchart"]


def chart_of(case):
    args = dict(case["call"]["args"])
    target = args.get("target")
    if target is not None and target > 1:  # the peer's way to give a baseline
        args |= {"target": None, "baseline": target}
    names = {"or": "odds_ratio"}
    return bernoulli_cusum(
        case["input"]["y"], **{names.get(name, name): value for name, value in args.items()}
    )


def points_of(chart, side):
    return [signal.points[0] for signal in chart.signals if signal.way == side]


def test_cases(cases):
    compared = signals = 0
    for case in cases:
        points = case["expected"]["points"]
        if points["cusum1"][0] is None:
            continue
        chart = chart_of(case)
        for side, path, number in (("high", chart.high, "1"), ("low", chart.low, "2")):
            np.testing.assert_allclose(
                path, points[f"cusum{number}"], rtol=1e-6, atol=1e-9, err_msg=case["id"]
            )
            theirs = [i for i, at in enumerate(points[f"signal{number}"]) if at is not None]
            assert points_of(chart, side) == theirs, case["id"]
            signals += len(theirs)
        compared += 1
    assert compared == 11
    assert signals > 15


def test_a_baseline_without_events(cases):
    (case,) = (case for case in cases if case["expected"]["points"]["cusum1"][0] is None)
    assert sum(case["input"]["y"][: case["call"]["args"]["target"]]) == 0
    with pytest.raises(ChartImpossible, match="no event in 50 cases"):
        chart_of(case)


def test_golden_case(oracle):
    with (oracle / "golden" / "bchart_or2_t01.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    chart = bernoulli_cusum([int(row["y"]) for row in rows], target=0.01)
    for path, name in ((chart.high, "cusum1"), (chart.low, "cusum2")):
        np.testing.assert_allclose(path, [float(row[name]) for row in rows], rtol=1e-6, atol=1e-9)
    for side, name in (("high", "signal1"), ("low", "signal2")):
        theirs = [i for i, row in enumerate(rows) if row[name] not in ("NA", "")]
        assert points_of(chart, side) == theirs
    assert len(rows) == 300
