"""Our runs beside those of qicharts2, the package of the rules' own author.

The cases are simulated series run through the real package. They are not in the repository: the
environment variable QI_ORACLE_DIR says where they are.
"""

import csv
import gzip
import json
import os
from pathlib import Path

import numpy as np
import pytest

from qi_tools import Measure, run_chart
from qi_tools.runs import anhoej_limits, count_runs

NO_ORACLE = "QI_ORACLE_DIR is unset: run charts were NOT compared with qicharts2"


@pytest.fixture(scope="module")
def oracle() -> Path:
    folder = os.environ.get("QI_ORACLE_DIR")
    if not folder:
        pytest.skip(NO_ORACLE)
    return Path(folder)


@pytest.fixture(scope="module")
def cases(oracle):
    with gzip.open(oracle / "qicharts2.open.json.gz", "rt", encoding="utf-8") as file:
        every = json.load(file)["cases"]
    # Flagged cases hold an infinite value that the peer keeps; a measure refuses it.
    run_charts = [case for case in every if case["chart"] == "run" and not case.get("flags")]
    assert len(run_charts) > 300
    return run_charts


def column(rows, name):
    return np.array([np.nan if value is None else value for value in rows[name]], dtype=float)


def said(parts, place):
    """What qicharts2 says of one part; without useful points it says nothing, and we say 0."""
    names = ("n.useful", "longest.run", "longest.run.max", "n.crossings", "n.crossings.min")
    return [parts[name][place] or 0 for name in names] + [parts["runs.signal"][place]]


def found(runs):
    counts = (
        runs.useful,
        runs.longest_run,
        runs.longest_run_limit,
        runs.crossings,
        runs.crossings_limit,
    )
    return [*map(int, counts), bool(runs.long_run | runs.few_crossings)]


def test_limits_for_1_to_300_useful_points(oracle):
    with gzip.open(oracle / "constants.json.gz", "rt", encoding="utf-8") as file:
        limits = json.load(file)["anhoej_limits"]
    ours = [anhoej_limits(n) for n in limits["n_useful"]]
    assert len(ours) == 300
    assert ours == list(zip(limits["longest_run_max"], limits["n_crossings_min"], strict=True))


def test_our_copy_of_the_published_limits_is_whole(oracle):
    with (oracle / "golden" / "anhoej_limits.csv").open(encoding="utf-8", newline="") as file:
        golden = [tuple(map(int, row)) for row in list(csv.reader(file))[1:]]
    assert golden == [(n, *anhoej_limits(n)) for n in range(10, 101)]


def test_runs_of_every_case(cases):
    wrong = []
    compared = 0
    for case in cases:
        points, parts = case["expected"]["points"], case["expected"]["parts"]
        values = np.where(points["include"], column(points, "y"), np.nan)
        centre = column(points, "cl")
        facets = points.get("facet1", [None] * values.size)
        for place, part in enumerate(parts["part"]):
            facet = parts.get("facet1", [None] * len(parts["part"]))[place]
            here = np.array(
                [p == part and f == facet for p, f in zip(points["part"], facets, strict=True)]
            )
            centres = set(centre[here][~np.isnan(centre[here])])
            assert len(centres) <= 1, case["id"]
            theirs = said(parts, place)
            if case["variant"] == "categorical":
                theirs[-1] = False  # the peer never signals without a time order
            ours = found(count_runs(values[here], centres.pop() if centres else np.nan))
            if case["variant"] == "categorical":
                ours[-1] = False
            compared += 1
            if ours != theirs:
                wrong.append((case["id"], part, facet, ours, theirs))
    assert compared > 400
    assert wrong == []


def test_whole_charts_of_plain_cases(cases):
    compared = 0
    for case in cases:
        parts = case["expected"]["parts"]
        values = column(case["expected"]["points"], "y")
        if case["variant"] != "base" or np.isnan(values).all():
            continue
        chart = run_chart(Measure.from_columns(values, name="Case"))
        centre = column(case["expected"]["points"], "cl")
        assert chart.centre == pytest.approx(np.nanmax(centre), rel=1e-9), case["id"]
        ours = [
            chart.useful,
            chart.longest_run,
            chart.longest_run_limit,
            chart.crossings,
            chart.crossings_limit,
            bool(chart.signals),
        ]
        assert ours == said(parts, 0), case["id"]
        compared += 1
    assert compared > 100
