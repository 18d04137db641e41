import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from qi_tools import Measure, cusum_chart
from qi_tools.draw.cusum_chart import caption, picture
from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.draw.placed import Marks
from qi_tools.palette import DARK, LIGHT
from tests.qi_tools.draw.sheets import check_data, check_words, named, texts

nan = float("nan")
RISEN = [5, 6, 4, 5, 7, 8, 7, 8]


def chart_of(values, dates=None, *, better="neither", **how):
    measure = Measure.from_columns(values, dates, name="Wait", unit="minutes", better=better)
    return cusum_chart(measure, **({"target": 5, "sigma": 1} | how))


def marks(chart, theme=LIGHT):
    (panel,) = picture(chart, theme).panels
    return {
        thing.name: (thing.shape, thing.fill, thing.places.tolist())
        for thing in panel.things
        if isinstance(thing, Marks) and thing.name != "Points"
    }


def test_both_sums_run_about_zero_between_their_limits():
    chart = chart_of(RISEN)
    layout = lay_out(picture(chart, LIGHT))
    (upper,), (lower,) = named(layout, "Upper sum"), named(layout, "Lower sum")
    assert upper.places.tolist() == [list(pair) for pair in enumerate(chart.high, start=1)]
    assert lower.places[:, 1].tolist() == chart.low.tolist()
    assert named(layout, "Upper limit")[0].places.tolist() == [[0.5, 5.0], [8.5, 5.0]]
    assert named(layout, "Lower limit")[0].places[:, 1].tolist() == [-5.0, -5.0]
    assert named(layout, "Zero")[0].places[:, 1].tolist() == [0.0, 0.0]


def test_lines_are_named_at_their_ends():
    (panel,) = picture(chart_of(RISEN), LIGHT).panels
    assert [(end.words, end.at) for end in panel.ends] == [
        ("Upper limit 5", 5.0),
        ("Lower limit -5", -5.0),
        ("Upper sum 8", 8.0),
        ("Lower sum 0", 0.0),
    ]


@pytest.mark.parametrize(
    ("better", "name", "shape", "colour"),
    [
        ("lower", "Signal: worse", "diamond", "concern"),
        ("higher", "Signal: better", "square", "improvement"),
        ("neither", "Signal", "triangle", "special"),
    ],
)
def test_signals_show_by_shape_and_colour_what_they_mean(better, name, shape, colour):
    for theme in (LIGHT, DARK):
        found = marks(chart_of(RISEN, better=better), theme)
        assert found == {name: (shape, getattr(theme, colour), [[7.0, 5.5], [8.0, 8.0]])}
    assert [entry.words for entry in picture(chart_of(RISEN, better=better), LIGHT).key] == [name]
    assert not picture(chart_of(RISEN[:4]), LIGHT).key


def test_a_sum_that_falls_is_marked_on_the_lower_line():
    found = marks(chart_of([5, 4, 2, 3, 3, 3], better="lower"))
    assert found["Signal: better"][2] == [[5.0, -6.0], [6.0, -7.5]]


def test_it_says_where_the_shift_began():
    (panel,) = picture(chart_of(RISEN), LIGHT).panels
    (remark,) = panel.remarks
    assert remark.words == "Shift to about 7.33 minutes probably began"
    assert (remark.at, remark.point, remark.when) == (5.0, 1.5, "point 5")


def test_of_many_shifts_the_latest_are_marked_and_the_caption_says_so():
    chart = chart_of([9, 9, 1, 1] * 5)
    assert len(chart.signals) > 3
    (panel,) = picture(chart, LIGHT).panels
    assert [remark.at - 1 for remark in panel.remarks] == [
        signal.began for signal in chart.signals[-3:]
    ]
    assert f"Where the latest 3 of {len(chart.signals)} shifts began is marked." in caption(chart)
    assert "marked" not in caption(chart_of(RISEN))


def test_points_along_zero_and_missing_ones_have_no_dot():
    chart = chart_of([5, 6, nan, 6])
    layout = lay_out(picture(chart, LIGHT))
    assert [each.places.tolist() for each in named(layout, "Points")] == [[[2.0, 0.5], [4.0, 1.0]]]


def test_warnings_show_and_the_words_say_what_the_sums_start_from():
    measure = Measure.from_columns(RISEN, name="Wait", simulated=True, source="Clinic.")
    chart = cusum_chart(measure.rephase(4, "New room"), head_start=2)
    above = picture(chart, LIGHT).above
    assert [each.text for each in above if each.warns] == list(chart.warnings)
    assert any("one stretch" in warning for warning in chart.warnings)
    assert caption(chart).startswith(f"CUSUM chart. {chart.level.words} Set to find a shift of 1")
    assert "The sums start at 2." in caption(chart)
    assert caption(chart).endswith("Simulated data. Source: Clinic.")


def test_notes_and_points_left_out_are_told():
    measure = Measure.from_columns(RISEN, name="Wait").annotate(2, "Strike").exclude(3, "Typo")
    (panel,) = picture(cusum_chart(measure, target=5, sigma=1), LIGHT).panels
    assert [remark.words for remark in panel.remarks[1:]] == ["Left out: Typo", "Strike"]


@settings(max_examples=50, deadline=None)
@given(
    st.integers(1, 120),
    st.integers(0, 99),
    st.floats(-3, 3),
    st.text("abcdefg hijkl MWi", min_size=1, max_size=120).filter(str.strip),
    st.booleans(),
    st.sampled_from([NARROW, WIDE]),
)
def test_no_words_meet_words_or_data(points, seed, drift, name, dated, room):
    random = np.random.default_rng(seed)
    values = random.normal(drift, 1, points)
    dates = (np.datetime64("2020-01") + np.arange(points)).astype("datetime64[D]")
    measure = Measure.from_columns(values, dates if dated else None, name=name, better="lower")
    layout = lay_out(picture(cusum_chart(measure, target=0, sigma=1), LIGHT), room)
    check_words(layout.sheet)
    check_data(layout)


def test_with_matplotlib_and_in_files(tmp_path):
    chart = chart_of(RISEN)
    ax = chart.plot(Figure(figsize=(7, 4)).add_subplot())
    upper = next(line for line in ax.lines if line.get_label() == "Upper sum")
    assert upper.get_ydata().tolist() == chart.high.tolist()
    assert chart.save(tmp_path / "wait.png").stat().st_size > 1000
    assert "Upper sum 8" in texts(lay_out(picture(chart, LIGHT), NARROW).sheet)
    assert chart.describe() in chart.html()
