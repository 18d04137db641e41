from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools import MAKING_DATA_COUNT, Measure, control_chart, run_chart
from qi_tools.draw.placed import Area, Marks, Stroke
from qi_tools.draw.sparklines import HEIGHT, WIDTH, sparkline, sparkline_svg
from qi_tools.palette import DARK, LIGHT, PRINT

nan = float("nan")
STEADY = [11.0, 9.0] * 6


def chart_of(values, dates=None, *, better="higher"):
    measure = Measure.from_columns(values, dates, name="y", better=better)
    return control_chart(measure, "i", rules=MAKING_DATA_COUNT)


def marks(chart, shape, theme=LIGHT):
    """The places of the marks of one shape, but the one of the latest value."""
    return [
        place
        for thing in sparkline(chart, theme)
        if isinstance(thing, Marks) and thing.shape == shape and thing.fill != theme.values
        for place in thing.places.tolist()
    ]


def line(chart):
    (places,) = (
        thing.places
        for thing in sparkline(chart)
        if isinstance(thing, Stroke) and thing.colour == LIGHT.values
    )
    return places


@given(
    st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=1, max_size=40).filter(
        lambda values: any(value is not None for value in values)
    ),
    st.sampled_from(["higher", "lower", "neither"]),
)
def test_all_of_it_stays_inside(values, better):
    for thing in sparkline(chart_of(values, better=better)):
        reach = 0.66 * thing.size if isinstance(thing, Marks) else 0.5
        x, y = thing.places[~np.isnan(thing.places).any(axis=1)].T
        assert ((x >= reach) & (x <= WIDTH - reach)).all()
        assert ((y >= reach) & (y <= HEIGHT - reach)).all()


def test_higher_values_stand_higher():
    places = line(chart_of([1.0, 2.0, 3.0]))
    assert (np.diff(places[:, 1]) < 0).all()
    assert (np.diff(places[:, 0]) > 0).all()


@pytest.mark.parametrize(
    ("better", "shape"), [("higher", "square"), ("lower", "diamond"), ("neither", "triangle")]
)
def test_signals_have_the_shape_of_what_they_mean(better, shape):
    steady = Measure.from_columns([*STEADY, 30.0], name="y", better=better).freeze(len(STEADY))
    chart = control_chart(steady, "i")
    assert chart.signal_points == [12]
    assert marks(chart, shape) == [line(chart)[12].tolist()]
    others = {"triangle", "diamond", "square"} - {shape}
    assert not any(marks(chart, other) for other in others)


def test_a_point_that_shows_both_is_marked_as_concern():
    rises_from_below = [*STEADY, *np.linspace(9.5, 6.0, 12), *np.linspace(6.2, 9.0, 8)]
    chart = chart_of(rises_from_below)
    both = np.nonzero(chart.improvement & chart.concern)[0]
    assert both.size
    diamonds = marks(chart, "diamond")
    assert all(line(chart)[point].tolist() in diamonds for point in both)


def test_the_latest_known_value_is_a_dot():
    chart = chart_of([*STEADY, 10.0, nan])
    (dot,) = (
        thing
        for thing in sparkline(chart)
        if isinstance(thing, Marks) and thing.fill == LIGHT.values
    )
    assert dot.places.tolist() == [line(chart)[12].tolist()]


def test_a_missing_value_breaks_the_line_and_so_does_a_skipped_month():
    assert np.isnan(line(chart_of([1.0, nan, 3.0]))[:, 1]).tolist() == [False, True, False]
    months = [f"2025-{month:02}" for month in (1, 2, 3, 4, 6, 7, 8)]
    places = line(chart_of(range(7), months))
    assert np.isnan(places[:, 1]).tolist() == [False] * 4 + [True] + [False] * 3
    across = places[~np.isnan(places[:, 0]), 0]
    assert across[4] - across[3] > 1.9 * (across[1] - across[0])


def test_limits_are_a_band_with_edges_and_each_phase_has_its_own():
    measure = Measure.from_columns([*STEADY, *(5 + x for x in STEADY)], name="y").rephase(13, "Go")
    things = sparkline(control_chart(measure, "i"))
    assert sum(isinstance(thing, Area) for thing in things) == 2
    assert sum(isinstance(thing, Stroke) and bool(thing.dash) for thing in things) == 4
    bare = sparkline(run_chart(measure))
    assert not any(isinstance(thing, Area) for thing in bare)


@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT], ids=lambda theme: theme.name)
def test_as_svg(theme):
    root = ElementTree.fromstring(sparkline_svg(chart_of([*STEADY, 30.0]), theme))
    assert root.get("viewBox") == "0 0 120 28"
    assert theme.improvement in sparkline_svg(chart_of([*STEADY, 30.0]), theme)
