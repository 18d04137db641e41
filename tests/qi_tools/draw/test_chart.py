import math

import numpy as np
import pytest

from qi_tools import Measure, control_chart, run_chart
from qi_tools.draw.chart import POINTS, caption, icons_of, picture
from qi_tools.draw.icons import icon
from qi_tools.draw.layout import lay_out
from qi_tools.draw.placed import Marks
from qi_tools.palette import DARK, LIGHT, PRINT
from tests.qi_tools.draw.sheets import named, said, texts

nan = float("nan")
STEADY = [1, 5, 2, 6, 1, 4, 2, 7, 1, 5, 2, 6, 3, 4]
SHIFTED = [9, 8, 9, 7, 8, 9, 8, 9, 7, 8, 3, 2, 3, 4, 2, 3, 2, 3, 4, 2]
STEPS = [9, 8, 9, 8, 9, 8, 9, 8, 9, 8, 9, 8, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2]


def chart_of(values, dates=None, **how):
    return run_chart(Measure.from_columns(values, dates, **({"name": "Wait"} | how)))


def months(points, start="2016-04"):
    return (np.datetime64(start) + np.arange(points)).astype("datetime64[D]")


def laid(chart, theme=LIGHT):
    return lay_out(picture(chart, theme))


def one(layout, name):
    (thing,) = named(layout, name)
    return thing


def across(thing):
    return thing.places[:, 0].tolist()


def up(thing):
    return thing.places[:, 1].tolist()


def test_the_lines_hold_the_data():
    chart = chart_of(STEADY, name="Wait to be seen")
    layout = laid(chart)
    values, median = one(layout, "Wait to be seen"), one(layout, "Median")
    assert (across(values), up(values)) == (list(range(1, 15)), STEADY)
    assert up(one(layout, POINTS)) == STEADY
    assert set(up(median)) == {chart.phases[0].centre}
    assert (values.colour, median.colour) == (LIGHT.values, LIGHT.ink)
    assert {thing.name for thing in layout.frames[0].panel.things} == {
        "Wait to be seen",
        POINTS,
        "Median",
    }


def test_limits_step_halfway_between_points_whose_sizes_differ():
    measure = Measure.from_columns(
        [5, 8, 6], denominators=[40, 80, 60], per=100, data="proportions", name="Falls"
    )
    chart = control_chart(measure, "p")
    layout = laid(chart)
    for name, limit in (("Upper limit", chart.upper), ("Lower limit", chart.lower)):
        line = one(layout, name)
        assert across(line) == (
            [0.5, 1.5, 1.5, 2.5, 2.5, 3.5] if len(set(limit)) > 1 else [0.5, 3.5]
        )
        assert up(line) == (np.repeat(limit, 2).tolist() if len(set(limit)) > 1 else [limit[0]] * 2)


def test_signals_show_by_shape_by_colour_and_in_words():
    for better, expected in (
        (
            "lower",
            {"Signal: worse": ("diamond", "concern"), "Signal: better": ("square", "improvement")},
        ),
        ("neither", {"Signal": ("triangle", "special")}),
    ):
        chart = control_chart(Measure.from_columns(STEPS, name="Wait", better=better), "i")
        for theme in (LIGHT, DARK, PRINT):
            layout = laid(chart, theme)
            found = {
                thing.name: (thing.shape, thing.fill)
                for thing in layout.frames[0].panel.things
                if isinstance(thing, Marks) and thing.name != POINTS
            }
            assert found == {
                name: (shape, getattr(theme, colour)) for name, (shape, colour) in expected.items()
            }
            assert set(expected) <= set(texts(layout.sheet))  # the key
    marked = sorted(
        int(x) - 1
        for thing in layout.frames[0].panel.things
        if isinstance(thing, Marks) and thing.name != POINTS
        for x in across(thing)
    )
    assert marked == chart.signal_points


def test_a_point_with_signals_both_ways_is_marked_as_both():
    # A run on the good side of the centre that ends in a trend for the worse.
    from qi_tools import MAKING_DATA_COUNT

    values = [9, 8, 9, 8, 9, 8, 9, 8, 1, 1.2, 1.4, 1.6, 1.8, 2.0, 2.2, 2.4, 2.6]
    measure = Measure.from_columns(values, name="Wait", better="lower")
    chart = control_chart(measure, "i", rules=MAKING_DATA_COUNT)
    both = np.nonzero(chart.improvement & chart.concern)[0]
    assert both.size
    mark = one(laid(chart), "Signals both ways")
    assert [x - 1 for x in across(mark)] == both.tolist()


def test_a_signal_of_a_whole_phase_shows_in_its_centre_line():
    chart = chart_of(SHIFTED)
    layout = laid(chart)
    median = one(layout, "Median")
    assert median.dash
    assert median.colour == LIGHT.special
    assert "Median of a phase with a signal" in texts(layout.sheet)
    steady = laid(chart_of(STEADY))
    assert not one(steady, "Median").dash
    assert "Median of a phase with a signal" not in texts(steady.sheet)
    assert "No signal: ups and downs like these can be chance alone." in texts(steady.sheet)


def test_lines_are_named_where_they_end():
    chart = control_chart(Measure.from_columns(STEADY, name="Wait", unit="%").aim(5), "i")
    labels = {end.words: end.at for end in picture(chart, LIGHT).panels[0].ends}
    phase = chart.phases[0]
    assert labels == {
        f"Upper limit {phase.upper:.1f}%": phase.upper,
        f"Mean {phase.centre:.1f}%": phase.centre,
        f"Lower limit {phase.lower:.1f}%": phase.lower,
        "Target 5.0%": 5,
    }
    assert set(labels) <= set(texts(laid(chart).sheet))


def test_the_target_is_drawn_from_where_it_holds_and_looks_like_no_other_line():
    chart = control_chart(Measure.from_columns(STEADY, name="Wait").aim(5, since=8), "i")
    layout = laid(chart)
    target = one(layout, "Target")
    known = target.places[~np.isnan(target.places).any(axis=1)]
    assert known.tolist() == [[7.5, 5.0], [14.5, 5.0]]
    others = [one(layout, name) for name in ("Mean", "Upper limit", "Wait")]
    assert all(target.dash != other.dash and target.colour != other.colour for other in others)


@pytest.mark.parametrize("target", [-40.0, 55.0])
def test_a_target_far_off_is_in_sight(target):
    chart = control_chart(Measure.from_columns(STEADY, name="Wait").aim(target), "i")
    scale = picture(chart, LIGHT).panels[0].upright
    assert scale.low <= target <= scale.high


def test_a_missing_value_and_a_missing_month_are_gaps():
    assert np.isnan(up(one(laid(chart_of([5, nan, 7, 6])), "Wait"))).tolist() == [
        False,
        True,
        False,
        False,
    ]
    year = ["2025-01", "2025-02", "2025-03", "2025-05", "2025-06", "2025-07"]
    layout = laid(chart_of(range(1, 7), year))
    assert np.isnan(up(one(layout, "Wait"))).tolist() == [False] * 3 + [True] + [False] * 3
    assert np.diff(across(one(layout, POINTS))).tolist() == [31, 28, 61, 31, 30]


def test_phases_are_broken_and_say_why_and_from_what_to_what():
    measure = Measure.from_columns(STEPS, months(24), name="Wait").rephase(
        "2017-04", "New booking system"
    )
    chart = control_chart(measure, "i")
    layout = laid(chart)
    before, after = named(layout, "Mean")
    last, first = (float(months(24)[point].astype(int)) for point in (11, 12))
    assert last < across(before)[-1] < (last + first) / 2 < across(after)[0] < first
    assert up(before) == [chart.phases[0].centre] * 2
    assert up(after) == [chart.phases[1].centre] * 2
    words = texts(layout.sheet)
    assert {"Mean 8.5", "New booking system", "Mean 2.5"} <= set(words)
    assert len(named(layout, "Between limits")) == 2
    assert not named(laid(chart, PRINT), "Between limits")  # ink is dear


def test_a_frozen_baseline_says_where_it_ends():
    chart = control_chart(Measure.from_columns(STEPS, name="Wait").freeze(12), "i")
    assert "Lines frozen" in texts(laid(chart).sheet)
    assert "Lines frozen" not in texts(laid(control_chart(chart.measure.freeze(24), "i")).sheet)


def test_points_left_out_are_hollow_and_say_why():
    chart = control_chart(Measure.from_columns(STEADY, name="Wait").exclude(3, "Strike"), "i")
    layout = laid(chart)
    hollow = one(layout, "Left out")
    assert across(hollow) == [3]
    assert (hollow.fill, hollow.rim) == (LIGHT.paper, LIGHT.values)
    assert {"Left out", "Left out: Strike"} <= set(texts(layout.sheet))
    assert 3.0 not in across(one(layout, POINTS))


def test_every_warning_shows_on_the_chart_with_a_sign():
    chart = chart_of([5, 7, 6, 8], ["2025-06", "2025-03", "2025-02", "2025-01"])
    assert len(chart.warnings) == 2
    layout = laid(chart)
    assert all(warning in said(layout.sheet) for warning in chart.warnings)
    assert texts(layout.sheet).count("!") == 2
    assert "Too few points: 4 useful, and the rules need 12 or more." in said(layout.sheet)


def test_with_many_signals_the_latest_are_told_and_the_others_counted():
    values = [50 + (point % 2) for point in range(60)]
    for point in (10, 20, 30, 40, 50):
        values[point] = 90
    values[55:] = [40, 41, 40, 41, 40]
    from qi_tools import MAKING_DATA_COUNT

    chart = control_chart(Measure.from_columns(values, name="Wait"), "i", rules=MAKING_DATA_COUNT)
    words = said(laid(chart).sheet)
    if len(chart.signals) > 2:
        assert f"And {len(chart.signals) - 2} other signal" in words
    assert chart.signals[-1].words.split(":")[0] in words


def test_caption_names_rules_and_screening_and_says_how_it_was_drawn():
    chart = chart_of([90, 91, nan, 92, 93], unit="%", source="Ward audit.", simulated=True)
    assert caption(chart) == (
        "Run chart, judged by the Anhøj rules: an unusually long run on one side of the centre "
        "line and unusually few crossings of the centre line. The scale does not start at zero. "
        "1 missing value left as a gap. Simulated data. "
        "Source: Ward audit."
    )
    assert "The scale starts at zero." in caption(chart_of(STEADY))
    assert "Points on the median are not counted in runs." in caption(chart_of([1, 2, 3]))
    measure = Measure.from_columns([*STEADY, 60, *STEADY], name="Wait")
    screened = control_chart(measure, "i", screen=True)
    assert "Limits screened for large moving ranges." in caption(screened)
    assert "screened" not in caption(control_chart(measure, "i"))
    assert said(laid(screened).sheet).endswith(caption(screened)[-40:])


@pytest.mark.parametrize("values", [[90, 91], [4, 10], [-1, 5], [0, 0], [0, 7]])
def test_what_the_caption_says_of_the_scale_is_true(values):
    chart = chart_of(values)
    low = picture(chart, LIGHT).panels[0].upright.low
    assert ("The scale starts at zero." in caption(chart)) == (low == 0)


@pytest.mark.parametrize("kind", ["i", "mr", "c", "t"])
def test_the_scale_has_room_for_values_and_limits(kind):
    chart = control_chart(Measure.from_columns([4, 5, 7, 4, 6, 5, 30], name="Wait"), kind)
    scale = picture(chart, LIGHT).panels[0].upright
    for line in (chart.values, chart.lower, chart.upper):
        assert np.nanmin(line) >= scale.low
        assert np.nanmax(line) <= scale.high


def test_words_above_the_chart():
    layout = laid(chart_of(STEADY, name="Wait", unit="minutes", better="lower"))
    assert texts(layout.sheet)[:2] == ["Wait", "Minutes, lower is better"]
    spread = control_chart(Measure.from_columns(STEADY, name="Wait", better="lower"), "mr")
    assert "lower is better" not in said(laid(spread).sheet)


def test_icons_stand_in_the_corner_and_in_the_caption():
    chart = control_chart(Measure.from_columns(STEADY, name="Wait", better="lower").aim(20), "i")
    drawn = picture(chart, DARK)
    expected = (icon("common cause", DARK), icon("passing", DARK))
    assert repr(drawn.icons) == repr(expected)  # arrays inside can't be compared at once
    assert "Icons, for the latest point: Common cause variation; Passing: if" in drawn.caption
    for silent in (
        control_chart(Measure.from_columns(STEADY[:12], name="Wait"), "i"),
        control_chart(Measure.from_columns(STEADY, name="Wait"), "mr"),
    ):
        assert not picture(silent, LIGHT).icons
        assert "Icons" not in caption(silent)
    assert icons_of(chart_of(STEADY)) == ("common cause",)


def test_letters_of_any_script_and_signs():
    words = said(laid(chart_of(STEADY, name="Aros ŵy 😀 漢字 $5 & $x^2$", unit="£")).sheet)
    assert "$x^2$" in words
    assert "😀" in words


def test_drawing_changes_nothing_of_the_chart():
    chart = chart_of(SHIFTED, months(20))
    before = chart.table
    chart.html()
    assert chart.table.equals(before)
    assert not math.isnan(chart.phases[0].centre)
