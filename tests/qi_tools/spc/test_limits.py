"""Every kind of chart against plain loops (`by_hand`)."""

import math

import numpy as np
import pytest

from qi_tools import Measure, control_chart
from qi_tools.errors import ChartImpossible
from qi_tools.phases import Phases
from qi_tools.spc.kinds import KINDS
from qi_tools.spc.limits import EXACT, Constants, Points
from qi_tools.subgroups import gather
from tests.qi_tools.spc.by_hand import GROUPS, OVER, SEEDS, lines_of, series_of

nan = math.nan


def laid_end_to_end(kind, series, **how):
    flat = [point for phase in series for point in phase]
    column = {
        name: np.array([getattr(point, name) for point in flat])
        for name in ("value", "count", "over", "counts")
    }
    subgroups = {}
    if kind in GROUPS:
        # An empty subgroup is one whose values are all missing.
        rows = [(value, place) for place, p in enumerate(flat) for value in p.group or [nan]]
        column["value"], within = gather(
            np.array([value for value, _ in rows]), np.array([place for _, place in rows])
        )
        subgroups = {
            "sizes": within.sizes, "deviations": within.deviations, "ranges": within.ranges
        }  # fmt: skip
    return Points(
        column["value"],
        column["counts"],
        Phases.of_lengths(np.array([len(phase) for phase in series])),
        np.zeros(len(column["value"]), dtype=bool),
        np.zeros(len(column["value"]), dtype=bool),
        column["count"] if kind in OVER else None,
        column["over"] if kind in OVER else None,
        **subgroups,
        **how,
    )


def assert_same(lines, rows):
    known = [abs(row.value) for row in rows if row.value == row.value]
    near = 1e-9 * max(known, default=1.0) + 1e-15
    for name, ours in (
        ("value", lines.values),
        ("centre", lines.centre),
        ("lower", lines.lower),
        ("upper", lines.upper),
    ):
        theirs = [getattr(row, name) for row in rows]
        assert ours.tolist() == pytest.approx(theirs, rel=1e-9, abs=near, nan_ok=True), name


@pytest.mark.parametrize("screen", [False, True], ids=["", "screened"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_what_plain_loops_make_of_it(kind, screen):
    for seed in SEEDS:
        series = series_of(kind, seed)
        lines = KINDS[kind].limits(laid_end_to_end(kind, series, screen=screen))
        rows = [row for phase in series for row in lines_of(kind, phase, screen=screen)]
        assert_same(lines, rows)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"run"}))
def test_lines_at_three_sigmas_are_the_limits_and_positions_agree(kind):
    for seed in SEEDS:
        lines = KINDS[kind].limits(laid_end_to_end(kind, series_of(kind, seed)))
        np.testing.assert_array_equal(lines.at(3), lines.upper)
        np.testing.assert_array_equal(lines.at(-3), lines.lower)
        far = lines.positions
        scaled = lines.values ** (1 / lines.power)
        seen = ~np.isnan(far)
        np.testing.assert_allclose(
            (lines.middle + far * lines.sigma)[seen], scaled[seen], rtol=1e-9, atol=1e-9
        )
        np.testing.assert_array_equal(seen, (lines.sigma > 0) & ~np.isnan(lines.values))


# ---- where there is nothing, or nearly nothing, to work lines out from


def measure(values, **how):
    return Measure.from_columns(values, name="Wait", **how)


def test_a_missing_value_is_not_bridged():
    """Twelve values with one missing (qicharts2 0.8.1: 1.7766, 5.5, 9.2234)."""
    chart = control_chart(measure([5, 6, None, 7, 5, 6, 4, 5, 6, 7, 5, 4, 6]), "i")
    assert (chart.lower[0], chart.centre[0], chart.upper[0]) == (
        pytest.approx(1.7766, abs=5e-5),
        5.5,
        pytest.approx(9.2234, abs=5e-5),
    )


def test_neighbours_of_an_excluded_point_join():
    with_it = measure([5, 6, 99, 7, 5, 6]).exclude(3, "Flood")
    without = measure([5, 6, 7, 5, 6])
    for kind in ("i", "i_m", "i_mm", "i'"):
        ours, theirs = control_chart(with_it, kind), control_chart(without, kind)
        assert ours.upper[0] == pytest.approx(theirs.upper[0], rel=1e-12)
        assert ours.centre[0] == theirs.centre[0]


def test_the_first_range_of_a_phase_is_not_one_to_the_phase_before():
    chart = control_chart(measure([1, 1, 1, 101, 101, 101]).rephase(4, "Moved"), "i")
    assert chart.upper.tolist() == [1, 1, 1, 101, 101, 101]
    ranges = control_chart(measure([1, 2, 1, 101, 103, 101]).rephase(4, "Moved"), "mr")
    np.testing.assert_array_equal(ranges.values, [nan, 1, 1, nan, 2, 2])
    assert ranges.centre.tolist() == [1, 1, 1, 2, 2, 2]


def test_the_range_from_the_baseline_to_the_point_after_it_does_not_count():
    chart = control_chart(measure([1, 3, 1, 3, 90, 91, 90]).freeze(4), "i")
    assert chart.centre.tolist() == [2] * 7
    assert chart.upper[6] == pytest.approx(2 + 3 * 2 / 1.128)


def test_screening_is_done_once_and_gives_way_where_no_variation_would_be_left():
    step = [100.0] * 12 + [99.0] * 12
    chart = control_chart(measure(step), "i", screen=True)
    assert chart.upper[0] > 99.5 > chart.lower[0]
    assert any("would have left no variation" in warning for warning in chart.warnings)
    # Screened twice, the range of 6 would go too.
    values = [0, 1, 0, 1, 0, 1, 0, 6, 5, 6, 5, 6, 5, 45, 44, 45, 44, 45, 44, 45, 44, 45]
    ranges = np.abs(np.diff(values))
    kept = ranges[ranges < 3.267 * ranges.mean()]
    assert set(ranges) - set(kept) == {40}
    assert np.any(kept >= 3.267 * kept.mean())
    once = control_chart(measure(values), "i", screen=True)
    assert once.upper[0] == pytest.approx(np.mean(values) + 3 * kept.mean() / 1.128)


@pytest.mark.parametrize("kind", ["i", "i_m", "i_mm", "t"])
@pytest.mark.parametrize("screen", [False, True])
def test_a_series_that_never_varies_has_limits_without_width_and_says_so(kind, screen):
    chart = control_chart(measure([7] * 15), kind, screen=screen)
    for line in (chart.lower, chart.centre, chart.upper):
        assert line == pytest.approx(7)
    assert any("no width" in warning for warning in chart.warnings)
    assert chart.signals == ()


def test_laney_may_narrow_limits_too():
    calm = measure([50, 51, 50, 51, 50, 51, 50, 51], denominators=[100] * 8)
    narrow, wide = control_chart(calm, "p'"), control_chart(calm, "p")
    assert narrow.upper[0] - narrow.lower[0] < (wide.upper[0] - wide.lower[0]) / 5


def test_limits_of_items_stay_below_each_points_own_denominator():
    chart = control_chart(measure([9, 95, 10, 96], denominators=[10, 100, 10, 100]), "np")
    assert chart.upper.tolist()[0] == 10
    assert np.all(chart.upper <= [10, 100, 10, 100])


@pytest.mark.parametrize("wrong", [{"d2": 0}, {"d4": -1}, {"median_d2": "1"}, {"median_d4": nan}])
def test_constants_that_can_not_be(wrong):
    with pytest.raises(ChartImpossible, match="Use a number above 0"):
        Constants(**wrong)
    with pytest.raises(ChartImpossible, match=r"constants is 1.128. Use qi_tools.spc.limits"):
        control_chart(measure([5, 7, 4]), "i", constants=1.128)


def test_constants_are_as_chosen():
    values = [5, 7, 4, 8, 5]
    sigma = np.abs(np.diff(values)).mean()
    wide = control_chart(measure(values), "i", constants=Constants(d2=1.0))
    assert wide.upper[0] - wide.centre[0] == pytest.approx(3 * sigma)
    exact = control_chart(measure(values), "i", constants=EXACT)
    assert exact.upper[0] - exact.centre[0] == pytest.approx(3 * sigma * math.sqrt(math.pi) / 2)


@pytest.mark.parametrize(
    ("kind", "values", "how", "given", "centre"),
    [
        ("i", [5, 7, 4, 8], {}, 6.5, 6.5),
        ("run", [5, 7, 4, 8], {}, 6.5, 6.5),
        ("p", [5, 7, 4, 8], {"denominators": [50] * 4, "per": 100}, 20, 20),
        ("u'", [5, 7, 4, 8], {"denominators": [50] * 4, "per": 1000}, 90, 90),
        ("np", [5, 7, 4, 8], {"denominators": [50] * 4, "per": 100}, 0.2, 10),  # a share
        ("c", [5, 7, 4, 8], {}, 6.5, 6.5),
        ("t", [5, 7, 4, 8], {}, 6.5, 6.5),
        ("g", [5, 7, 4, 8], {}, 10, 6.93),  # a mean, whose median is drawn
    ],
)
def test_a_centre_known_from_elsewhere(kind, values, how, given, centre):
    chart = control_chart(measure(values, **how), kind, centre=given)
    assert chart.centre == pytest.approx(centre)


# ---- what is said where limits have no width, or a line is not there


def grouped(values, size):
    return Measure.from_subgroups(
        values, [place // size for place in range(len(values))], name="Wait"
    )


@pytest.mark.parametrize(
    ("measure", "kind", "said"),
    [
        (measure([7] * 15), "i", "The baseline doesn't vary at all, so the limits"),
        (measure([0] * 15, denominators=[40] * 15), "p", "The baseline doesn't vary at all"),
        (measure([7] * 12 + [8, 9, 7]).freeze(12), "i", "The baseline doesn't vary at all"),
        (measure([5] * 9 + [8] * 6), "i_mm", "Most neighbours in the baseline are equal"),
        (grouped([5, 5, 9, 9, 7, 7] * 5, 2), "xbar_s", "The values within each point don't vary"),
        (grouped([5, 5, 9, 9, 7, 7] * 5, 2), "r", "The values within each point don't vary"),
    ],
)
def test_why_limits_have_no_width(measure, kind, said):
    chart = control_chart(measure, kind)
    (warning,) = [warning for warning in chart.warnings if "no width" in warning]
    assert warning.startswith(said)
    assert not any(signal.rule == "beyond the limits" for signal in chart.signals)


@pytest.mark.parametrize("kind", ["p", "p'", "u", "np"])
def test_a_given_centre_that_leaves_no_room(kind):
    chart = control_chart(measure([5, 7, 4, 8], denominators=[50] * 4), kind, centre=0)
    assert any(
        warning.startswith("The centre line leaves no room for variation")
        for warning in chart.warnings
    )


def test_screening_is_not_claimed_where_there_are_no_moving_ranges():
    share = measure([5, 7, 4, 8], denominators=[50] * 4)
    assert control_chart(share, "p'", screen=True).screened
    for kind in ("p", "u", "np", "run", "mr"):
        chart = control_chart(share, kind, screen=True)
        assert not chart.screened
        assert "Screened" not in " ".join(chart.report())


def test_no_neighbours_make_no_limits_and_the_chart_says_so():
    chart = control_chart(measure([5, None] * 13), "i")
    assert np.isnan(chart.upper).all()
    assert any(warning.startswith("There are no limits") for warning in chart.warnings)


@pytest.mark.parametrize("kind", ["p", "np", "u'", "i'"])
def test_a_missing_last_month_leaves_the_phase_its_lines(kind):
    counts, over = [5, 6, 7, 4] * 4, [10, 20, 40, 80] * 4
    chart = control_chart(measure([*counts, None], denominators=[*over, None]), kind)
    (phase,) = chart.phases
    assert phase.upper == chart.upper[15]
    assert phase.centre == chart.centre[15]
    assert "limits at the last point" in chart.describe()


def test_points_without_a_centre_line_lie_on_no_side_of_it():
    chart = control_chart(measure([None, 5, 6, 7]).freeze(1), "i")
    assert chart.table["side"].tolist() == ["missing", *["no centre"] * 3]


def test_neighbours_of_an_excluded_point_join_on_the_mr_chart_too():
    chart = control_chart(measure([5, 6, 99, 7, 5]).exclude(3, "Flood"), "mr")
    assert np.isnan(chart.values).tolist() == [True, False, True, False, False]
    assert chart.values[[1, 3, 4]].tolist() == [1, 1, 2]
    assert chart.centre[0] == pytest.approx(4 / 3)
    assert chart.table["side"][2] == "excluded"
