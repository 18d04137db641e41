import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from qi_tools import Measure, bernoulli_cusum
from qi_tools.draw.bernoulli_cusum import MOST_MARKED, caption, picture, straightened
from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.draw.placed import line
from qi_tools.draw.svg import svg
from qi_tools.palette import DARK, LIGHT
from tests.qi_tools.draw.sheets import check_data, check_words, named, texts

FALLS = [0] * 20 + [1, 0, 1, 1, 0, 1, 1, 1] + [0] * 10


def chart_of(cases, **how):
    measure = Measure.from_columns(cases, name="Fall", better="lower")
    return bernoulli_cusum(measure, **({"target": 0.05} | how))


def many(cases=5000, share=0.03):
    return (np.random.default_rng(4).random(cases) < share).astype(int)


def test_each_case_moves_the_line_and_a_signal_resets_it():
    chart = chart_of(FALLS)
    (upper,) = named(lay_out(picture(chart, LIGHT)), "Upper sum")
    x, y = upper.places.T
    case = 28  # where the signal was raised: up to the limit, and down to 0 at once
    assert upper.places[x == case][:, 1].tolist() == [3.5, 0.0]
    for number, level in enumerate(chart.high[:27], start=1):
        assert np.interp(number, x[x < case], y[x < case]) == pytest.approx(level, abs=1e-9)


def test_the_signal_stands_on_the_limit_by_shape_and_colour():
    for theme in (LIGHT, DARK):
        (worse,) = named(lay_out(picture(chart_of(FALLS), theme)), "Signal: worse")
        assert worse.places.tolist() == [[28.0, 3.5]]
        assert (worse.shape, worse.fill) == ("diamond", theme.concern)
    chart = chart_of([0] * 200, limit=1)
    (better,) = named(lay_out(picture(chart, LIGHT)), "Signal: better")
    assert set(better.places[:, 1]) == {-1.0}
    assert len(better.places) == len(chart.signals)


def test_limits_zero_and_names():
    chart = chart_of(FALLS)
    drawn = picture(chart, LIGHT)
    layout = lay_out(drawn)
    levels = [named(layout, name)[0].places[0, 1] for name in ("Upper limit", "Zero")]
    assert levels == [3.5, 0.0]
    assert [end.words for end in drawn.panels[0].ends[:3]] == [
        "Upper limit 3.5",
        "Lower limit -3.5",
        "Upper sum 0",
    ]
    assert "Case" in texts(layout.sheet)
    (remark,) = drawn.panels[0].remarks
    assert (remark.at, remark.words) == (21.0, "Shift to about 75% probably began")


def test_events_have_dots_as_long_as_there_is_room():
    layout = lay_out(picture(chart_of(FALLS), LIGHT))
    assert named(layout, "Event")[0].places[:, 0].tolist() == [21, 23, 24, 26, 27, 28]
    assert not named(lay_out(picture(chart_of([0, 1] * MOST_MARKED), LIGHT)), "Event")
    assert not named(lay_out(picture(chart_of([0, 0, 0]), LIGHT)), "Event")


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=60))
def test_a_straightened_line_is_the_same_line(steps):
    y = np.cumsum(steps).astype(float)
    x = np.arange(y.size, dtype=float)
    there = straightened(line(x, y))
    assert np.interp(x, *there.T) == pytest.approx(y, abs=1e-9)
    turns = np.count_nonzero(np.diff(y, n=2)) if y.size > 2 else 0
    assert len(there) <= turns + 2


def test_of_thousands_of_cases_the_line_keeps_every_turn_and_little_else():
    cases = many()
    chart = chart_of(cases, target=0.02)
    layout = lay_out(picture(chart, LIGHT))
    (upper,) = named(layout, "Upper sum")
    assert len(upper.places) < 3 * cases.sum() + 10
    x, y = upper.places.T
    fallen = [signal.points[0] for signal in chart.signals if signal.way == "high"]
    others = np.delete(np.arange(cases.size), fallen)
    # At a signal the line has two heights; elsewhere it is the sum itself.
    for first, last in zip([-1, *fallen], [*fallen, cases.size], strict=True):
        between = others[(others > first) & (others < last)]
        part = (x > first + 1) & (x < last + 1)
        begins, ends = np.append(first + 1.0, x[part]), np.append(0.0, y[part])
        if first < 0:
            begins, ends = x[part], y[part]
        inside = between[between + 1 <= begins[-1]]
        assert np.interp(inside + 1, begins, ends) == pytest.approx(chart.high[inside], abs=1e-6)
    assert len(svg(layout.sheet)) < 60_000


def test_caption_and_warnings():
    measure = Measure.from_columns(FALLS, name="Fall", simulated=True).rephase(4, "New ward")
    chart = bernoulli_cusum(measure)
    assert caption(chart) == (
        "Bernoulli CUSUM. Target 15.8% (the share of events among these cases). Each case moves "
        "both sums. A sum that reaches 3.5 is a signal and starts again. Simulated data."
    )
    above = picture(chart, LIGHT).above
    assert [each.text for each in above if each.warns] == list(chart.warnings) != []


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from([0, 0, 0, 1, None]), min_size=3, max_size=300).filter(
        lambda cases: any(case is not None for case in cases)
    ),
    st.floats(0.01, 0.5),
    st.sampled_from([0.5, 3.5]),
    st.sampled_from([NARROW, WIDE]),
)
def test_no_words_meet_words_or_data(cases, target, limit, room):
    layout = lay_out(picture(chart_of(cases, target=target, limit=limit), LIGHT), room)
    check_words(layout.sheet)
    check_data(layout)


@pytest.mark.parametrize("room", [NARROW, WIDE])
def test_three_cases_and_five_thousand(room):
    for chart in (chart_of([0, 1, 0]), chart_of(many(), target=0.02)):
        layout = lay_out(picture(chart, LIGHT), room)
        check_words(layout.sheet)
        check_data(layout)


def test_with_matplotlib_and_in_files(tmp_path):
    chart = chart_of(FALLS)
    ax = chart.plot(Figure(figsize=(7, 4)).add_subplot())
    upper = next(line for line in ax.lines if line.get_label() == "Upper sum")
    assert np.max(upper.get_ydata()) == 3.5
    assert chart.save(tmp_path / "falls.png").stat().st_size > 1000
    assert chart.describe() in chart.html()
