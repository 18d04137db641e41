import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from qi_tools import Measure, ewma_chart
from qi_tools.draw.ewma_chart import caption, picture
from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.palette import DARK, LIGHT, PRINT
from tests.qi_tools.draw.sheets import check_data, check_words, named
from tests.qi_tools.test_palette import contrast

nan = float("nan")
RISEN = [5, 6, 4, 5, 7, 8, 7, 8]


def chart_of(values, **how):
    measure = Measure.from_columns(values, name="Wait", unit="minutes", better="lower")
    return ewma_chart(measure, **({"target": 5, "sigma": 1} | how))


def test_the_average_is_drawn_boldly_and_the_values_quietly():
    chart = chart_of(RISEN)
    layout = lay_out(picture(chart, LIGHT))
    average, values = named(layout, "Average")[0], named(layout, "Values")[0]
    assert average.places[:, 1].tolist() == chart.averages.tolist()
    assert values.places[:, 1].tolist() == RISEN
    others = [named(layout, name)[0] for name in ("Upper limit", "Lower limit", "Target")]
    assert all(average.width >= 2 * line.width for line in others)
    assert (values.fill, average.colour) == (LIGHT.line, LIGHT.values)


def test_the_limits_are_exact_and_stepped():
    chart = chart_of(RISEN)
    layout = lay_out(picture(chart, LIGHT))
    upper = named(layout, "Upper limit")[0].places
    assert upper[:4].tolist() == [
        [0.5, chart.upper[0]],
        [1.5, chart.upper[0]],
        [1.5, chart.upper[1]],
        [2.5, chart.upper[1]],
    ]
    assert named(layout, "Lower limit")[0].places[-1].tolist() == [8.5, chart.lower[-1]]
    assert named(layout, "Between limits")
    assert not named(lay_out(picture(chart, PRINT)), "Between limits")


def test_lines_are_named_at_their_ends():
    (panel,) = picture(chart_of(RISEN), LIGHT).panels
    assert [end.words for end in panel.ends] == [
        "Upper limit 5.99",
        "Target 5.00",
        "Lower limit 4.01",
        "Average 6.50",
    ]


@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT])
def test_signals_show_on_the_average_by_shape_and_colour(theme):
    chart = chart_of(RISEN)
    (worse,) = named(lay_out(picture(chart, theme)), "Signal: worse")
    assert (worse.shape, worse.fill) == ("diamond", theme.concern)
    assert worse.places.tolist() == [[7.0, chart.averages[6]], [8.0, chart.averages[7]]]
    assert [each.words for each in picture(chart, theme).key] == ["Values", "Signal: worse"]


def test_a_value_left_out_is_hollow_and_its_reason_told():
    measure = Measure.from_columns(RISEN, name="Wait").exclude(3, "Typo").annotate(5, "Strike")
    drawn = picture(ewma_chart(measure, target=5, sigma=1), LIGHT)
    (left_out,) = named(lay_out(drawn), "Left out")
    assert (left_out.fill, left_out.rim) == (LIGHT.paper, LIGHT.line)
    assert left_out.places.tolist() == [[3.0, 4.0]]
    assert [remark.words for remark in drawn.panels[0].remarks] == ["Left out: Typo", "Strike"]


def test_one_point_can_be_seen():
    layout = lay_out(picture(chart_of([5]), LIGHT))
    assert {type(each).__name__ for each in named(layout, "Average")} == {"Stroke", "Marks"}


def test_a_missing_value_carries_the_average_on():
    chart = chart_of([5, nan, 6])
    layout = lay_out(picture(chart, LIGHT))
    assert not np.isnan(named(layout, "Average")[0].places).any()
    assert named(layout, "Values")[0].places[:, 0].tolist() == [1.0, 3.0]


def test_caption_and_warnings():
    measure = Measure.from_columns(RISEN, name="Wait", simulated=True, source="Clinic")
    chart = ewma_chart(measure.rephase(4, "New room"))
    assert caption(chart) == (
        f"EWMA chart. {chart.level.words} The line is an average in which the latest point counts "
        "20%; its limits lie 3 sigmas of it from the target. The scale starts at zero. Simulated "
        "data. Source: Clinic."
    )
    above = picture(chart, LIGHT).above
    assert [each.text for each in above if each.warns] == list(chart.warnings)


@settings(max_examples=50, deadline=None)
@given(
    st.integers(1, 120),
    st.integers(0, 99),
    st.sampled_from([0.001, 0.2, 1.0]),
    st.text("abcdefg hijkl MWi", min_size=1, max_size=120).filter(str.strip),
    st.booleans(),
    st.sampled_from([NARROW, WIDE]),
)
def test_no_words_meet_words_or_data(points, seed, weight, name, dated, room):
    values = np.random.default_rng(seed).normal(50, 10, points)
    dates = (np.datetime64("2020-01") + np.arange(points)).astype("datetime64[D]")
    measure = Measure.from_columns(values, dates if dated else None, name=name, unit="%")
    layout = lay_out(picture(ewma_chart(measure, target=50, sigma=9, weight=weight), LIGHT), room)
    check_words(layout.sheet)
    check_data(layout)


def test_with_matplotlib_and_in_files(tmp_path):
    chart = chart_of(RISEN)
    ax = chart.plot(Figure(figsize=(7, 4)).add_subplot())
    average = next(line for line in ax.lines if line.get_label() == "Average")
    assert average.get_ydata().tolist() == chart.averages.tolist()
    assert chart.save(tmp_path / "wait.svg").stat().st_size > 1000
    assert chart.describe() in chart.html()


@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT])
def test_the_quiet_dots_can_be_seen_between_the_limits_too(theme):
    (values,) = named(lay_out(picture(chart_of(RISEN), theme)), "Values")
    assert contrast(values.fill, theme.band) >= 3
    assert contrast(values.fill, theme.paper) >= 3
