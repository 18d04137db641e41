"""Our funnel plots beside those of FunnelPlotR 0.6.0, under its own options.

The cases are simulated units run through the real package. They are not in the repository: the
environment variable QI_ORACLE_DIR says where they are.

What we do not match, and why:

* **Ratios, limits without over-dispersion, our default.** The peer draws confidence limits of a
  Poisson count, which ``method="shmi"`` matches. As limits they are crossed downwards too often:
  `test_confidence_limits_flag_small_units_without_events` (Seaton & Manktelow 2012).
* **Ratios, CQC, limits with over-dispersion.** The peer forgets to square them back from the scale
  of square roots. Squared, they are ours; as they stand they hold two thirds of the units, not
  95%: `test_limits_on_the_scale_of_square_roots_must_be_squared`.
* **Ratios of two counts, limits.** The peer's standard error is 1/(2√n), which is that of a
  square root, on the scale of logarithms, and it forgets that the second count varies too: half of
  the units lie beyond its 95% limits: `test_the_limits_of_a_ratio_of_two_counts_are_too_narrow`.
  We don't offer such ratios; φ and τ² are right and agree.
* **Proportions, limits without over-dispersion, our default.** The peer has the normal
  approximation on the scale of arcsines, where ours are exact. With τ² of 0 our widened limits are
  that same approximation, and agree.
* **Which units are outliers** when over-dispersion is asked for and none is found: the peer goes
  back to the unadjusted limits, and we keep those asked for and say so.
"""

import gzip
import json
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qi_tools.spc.funnel_limits import dispersion
from qi_tools.spc.funnels import funnel

NO_ORACLE = "QI_ORACLE_DIR is unset: funnel plots were NOT compared with FunnelPlotR"
LIMITS = ("lower_998", "lower_95", "upper_95", "upper_998")
UNADJUSTED = ("LCL99", "LCL95", "UCL95", "UCL99")
WIDENED = ("OD99LCL", "OD95LCL", "OD95UCL", "OD99UCL")


@pytest.fixture(scope="module")
def cases():
    folder = os.environ.get("QI_ORACLE_DIR")
    if not folder:
        pytest.skip(NO_ORACLE)
    with gzip.open(Path(folder) / "funnelplotr.open.json.gz", "rt", encoding="utf-8") as file:
        every = json.load(file)["cases"]
    assert Counter(case["status"] for case in every) == {"ok": len(every)}
    return every


def some(cases, kind, method=None):
    chosen = [
        case
        for case in cases
        if case["call"]["args"]["data_type"] == kind
        and case["call"]["args"].get("sr_method") == method
    ]
    assert chosen
    return chosen


def theirs(case, *columns):
    points = case["expected"]["points"]
    found = [[np.nan if x is None else x for x in points[column]] for column in columns]
    return np.array(found, dtype=float)


def ours(case, **options):
    data = case["input"]
    assert case["expected"]["points"]["group"] == data["group"]
    return funnel(data["group"], data["y"], data["n"], **options)


def limits(plot):
    return np.array([getattr(plot.limits, edge) for edge in LIMITS])


def same(plot_or_numbers, numbers):
    assert plot_or_numbers == pytest.approx(numbers, rel=1e-6, abs=1e-12)


def same_spread(found, case):
    """Hold φ and τ² to the peer's; it gives none when over-dispersion was not asked for."""
    scalars = case["expected"]["scalars"]
    if case["call"]["args"]["draw_adjusted"]:
        same(found.phi, scalars["phi"])
        same(found.tau2, scalars["tau2"])


def test_ratios_as_the_shmi(cases):
    widened = 0
    for case in some(cases, "SR", "SHMI"):
        plain = ours(case, data="ratios", method="shmi")
        same(plain.values, theirs(case, "rr")[0])
        same(limits(plain), theirs(case, *UNADJUSTED))
        plot = ours(case, data="ratios", method="shmi", overdispersion="additive")
        same_spread(plot.dispersion, case)
        if case["call"]["args"]["draw_adjusted"]:
            same(limits(plot), theirs(case, *WIDENED))
            widened += plot.dispersion.tau2 > 0
        else:
            outside = theirs(case, "outlier")[0] == 1
            assert (plain.positions != 0).tolist() == outside.tolist()
    assert widened > 0


def test_ratios_as_the_cqc(cases):
    widened = 0
    for case in some(cases, "SR", "CQC"):
        same(limits(ours(case, data="ratios", method="shmi")), theirs(case, *UNADJUSTED))
        trim = case["call"]["args"].get("trim_by", 0.1)
        z_scores, errors = theirs(case, "Uzscore", "s")
        found = dispersion(z_scores, errors, estimated=False, trim=trim)
        same_spread(found, case)
        plot = ours(case, data="ratios", overdispersion="additive")
        if trim == 0.1:
            same_spread(plot.dispersion, case)
        # The peer's limits are right before squaring, and so are ours.
        with_their_tau2 = replace(
            plot, dispersion=replace(found, tau2=case["expected"]["scalars"]["tau2"])
        ).limits_at(case["input"]["n"])
        squared = np.maximum(theirs(case, *WIDENED), 0) ** 2
        same(np.array([getattr(with_their_tau2, edge) for edge in LIMITS]), squared)
        widened += found.tau2 > 0
    assert widened > 0


def test_proportions(cases):
    widened = 0
    for case in some(cases, "PR"):
        per = case["call"]["args"].get("multiplier", 1)
        plot = ours(case, data="proportions", per=per, overdispersion="additive")
        same(plot.values, per * theirs(case, "rr")[0])
        same_spread(plot.dispersion, case)
        their_tau2 = replace(plot.dispersion, tau2=case["expected"]["scalars"]["tau2"])
        for columns, spread in (
            (WIDENED, their_tau2),
            (UNADJUSTED, replace(plot.dispersion, tau2=0)),
        ):
            found = replace(plot, dispersion=spread).limits_at(case["input"]["n"])
            same(np.array([getattr(found, edge) for edge in LIMITS]), theirs(case, *columns))
        if their_tau2.tau2 > 0:
            same(limits(plot), theirs(case, *WIDENED))
            outside = theirs(case, "outlier")[0] == 1
            assert (np.abs(plot.positions) == 2).tolist() == outside.tolist()
            widened += 1
    assert widened > 0


def test_spread_of_ratios_of_two_counts(cases):
    for case in some(cases, "RC"):
        events, others = (np.array(case["input"][column], dtype=float) for column in "yn")
        errors = np.sqrt(events / (events + 0.5) ** 2 + others / (others + 0.5) ** 2)
        target = np.log(events.sum() / others.sum())
        z_scores = (np.log((events + 0.5) / (others + 0.5)) - target) / errors
        same(z_scores, theirs(case, "Uzscore")[0])
        same_spread(dispersion(z_scores, errors, estimated=True), case)


def test_exact_limits_of_proportions_lie_near_the_peers(cases):
    """The peer's approximation and our exact limits are at most one and a half events apart."""
    for case in some(cases, "PR"):
        plot = ours(case, data="proportions")
        per = case["call"]["args"].get("multiplier", 1)
        apart = np.abs(limits(plot) - theirs(case, *UNADJUSTED) / per) * plot.denominators
        assert np.max(apart) < 1.5


# --- where the peer is wrong: by simulation, without the oracle -----------------------------------


def test_confidence_limits_flag_small_units_without_events():
    """P(no event | one expected) is 0.37, and no event lies below even the peer's 99.8% limit."""
    draw = np.random.default_rng(1)
    events = draw.poisson(1, 20_000)
    names = [str(unit) for unit in range(events.size)]
    exact = funnel(names, events, np.ones(events.size), data="ratios")
    assert np.mean(exact.positions != 0) < 0.05
    peers = exact.limits_at([1]), replace(exact, method="shmi").limits_at([1])
    below = [np.mean(events < limit.lower_998[0]) for limit in peers]
    assert below[0] == 0
    assert below[1] == pytest.approx(np.exp(-1), abs=0.02)


def test_limits_on_the_scale_of_square_roots_must_be_squared():
    """In-control units of 20 to 1,000 expected events, as in the oracle."""
    draw = np.random.default_rng(2)
    expected = draw.uniform(20, 1000, 20_000)
    ratio = draw.poisson(expected) / expected
    reach = 1.959964 / (2 * np.sqrt(expected))
    as_drawn = np.mean(np.abs(ratio - 1) <= reach)
    squared = np.mean((ratio >= (1 - reach) ** 2) & (ratio <= (1 + reach) ** 2))
    assert as_drawn == pytest.approx(0.67, abs=0.02)
    assert squared == pytest.approx(0.95, abs=0.01)


def test_the_limits_of_a_ratio_of_two_counts_are_too_narrow():
    draw = np.random.default_rng(3)
    means = draw.uniform(50, 1000, 20_000)
    first, second = draw.poisson(means), draw.poisson(means)
    distance = np.abs(np.log(first / second))
    as_drawn = np.mean(distance <= 1.959964 / (2 * np.sqrt(second)))
    both_vary = np.mean(distance <= 1.959964 * np.sqrt(1 / first + 1 / second))
    assert as_drawn == pytest.approx(0.51, abs=0.02)
    assert both_vary == pytest.approx(0.95, abs=0.01)
