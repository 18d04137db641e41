import re

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from qi_tools import Measure, control_chart, run_chart
from qi_tools.draw.chart import caption, picture
from qi_tools.palette import ACCENT, INK, PAPER, SIGNAL

nan = float("nan")
STEADY = [1, 5, 2, 6, 1, 4, 2, 7, 1, 5, 2, 6, 3, 4]
SHIFTED = [9, 8, 9, 7, 8, 9, 8, 9, 7, 8, 3, 2, 3, 4, 2, 3, 2, 3, 4, 2]


def chart_of(values, dates=None, **how):
    return run_chart(Measure.from_columns(values, dates, **({"name": "Wait"} | how)))


def months(points, start="2016-04"):
    return (np.datetime64(start) + np.arange(points)).astype("datetime64[D]")


def drawn(chart):
    ax = chart.plot(Figure(figsize=(7, 4)).add_subplot())
    return ax, {line.get_label(): line for line in ax.lines}


def words_on(ax):
    """The texts of a chart, from the bottom up: each line is a text of its own."""
    return [text.get_text() for text in ax.texts]


def test_the_lines_hold_the_data():
    chart = chart_of(STEADY, name="Wait to be seen")
    _, lines = drawn(chart)
    assert set(lines) == {"Wait to be seen", "Points", "Median"}
    assert lines["Wait to be seen"].get_ydata().tolist() == STEADY
    assert lines["Wait to be seen"].get_xdata().tolist() == list(range(1, 15))
    assert list(lines["Median"].get_ydata()) == [chart.phases[0].centre] * 14
    assert to_hex(lines["Wait to be seen"].get_color()) == ACCENT


def test_a_signal_shows_by_dash_by_shape_and_in_words():
    chart = chart_of(SHIFTED)
    ax, lines = drawn(chart)
    assert lines["Median"].get_linestyle() == "--"
    assert to_hex(lines["Median"].get_color()) == SIGNAL
    marked = lines["Points of signals"]
    assert (marked.get_marker(), lines["Points"].get_marker()) == ("D", "o")
    assert marked.get_xdata().tolist() == [point + 1 for point in chart.signal_points]
    assert lines["Points"].get_xdata().size + marked.get_xdata().size == len(SHIFTED)
    said = " ".join(words_on(ax)[1:][::-1])
    assert "Signal: 10 points in a row are" in said
    assert "Diamonds mark its points." in said
    assert "A dashed median marks a signal." in caption(chart)


def test_without_a_signal_the_median_is_solid():
    chart = chart_of(STEADY)
    ax, lines = drawn(chart)
    assert lines["Median"].get_linestyle() == "-"
    assert to_hex(lines["Median"].get_color()) == INK
    assert "Points of signals" not in lines
    assert "No signal: ups and downs like these can be chance alone." in words_on(ax)
    assert "dashed" not in caption(chart)


def test_the_median_is_labelled_at_the_end_of_its_line():
    ax, _ = drawn(chart_of(STEADY))
    label = next(text for text in ax.texts if text.get_text().startswith("Median"))
    assert label.get_text() == "Median\n3.5"
    assert label.xy == (1, 3.5)


def test_a_missing_value_is_a_gap():
    _, lines = drawn(chart_of([5, nan, 7, 6]))
    assert np.isnan(lines["Wait"].get_ydata()).tolist() == [False, True, False, False]


def test_a_missing_month_is_a_gap_too():
    chart = chart_of(
        range(1, 7), ["2025-01", "2025-02", "2025-03", "2025-05", "2025-06", "2025-07"]
    )
    _, lines = drawn(chart)
    assert np.isnan(lines["Wait"].get_ydata()).tolist() == [False] * 3 + [True] + [False] * 3
    assert np.diff(lines["Points"].get_xdata()).tolist() == [31, 28, 61, 31, 30]


def test_too_few_points_show_on_the_chart():
    ax, _ = drawn(chart_of([5, 7, 6, 8]))
    assert "Too few points: 4 useful, and the rules need 12 or more." in words_on(ax)


def test_every_warning_shows_on_the_chart():
    chart = chart_of([5, 7, 6, 8], ["2025-06", "2025-03", "2025-02", "2025-01"])
    assert len(chart.warnings) == 2
    ax, _ = drawn(chart)
    said = " ".join(words_on(ax)[::-1])
    assert all(warning in said for warning in chart.warnings)


def test_caption_says_how_it_was_drawn():
    chart = chart_of([90, 91, nan, 92, 93], unit="%", source="Ward audit.", simulated=True)
    assert caption(chart) == (
        "Judged by the Anhøj rules: an unusually long run on one side of the centre line and "
        "unusually few crossings of the centre line. The scale does not start at zero. "
        "1 missing value left as a gap. Simulated data. "
        "Source: Ward audit."
    )
    assert "The scale starts at zero." in caption(chart_of(STEADY))
    assert "Points on the median are not counted in runs." in caption(chart_of([1, 2, 3]))


@pytest.mark.parametrize("values", [[90, 91], [4, 10], [-1, 5], [0, 0], [0, 7]])
def test_what_the_caption_says_of_the_scale_is_true(values):
    chart = chart_of(values)
    ax, _ = drawn(chart)
    assert ("The scale starts at zero." in caption(chart)) == (ax.get_ylim()[0] == 0)


@pytest.mark.parametrize("kind", ["i", "mr", "c", "t"])
def test_the_scale_has_room_for_values_and_limits(kind):
    chart = control_chart(Measure.from_columns([4, 5, 7, 4, 6, 5, 30], name="Wait"), kind)
    ax, _ = drawn(chart)
    low, high = ax.get_ylim()
    for line in (chart.values, chart.lower, chart.upper):
        assert np.nanmin(line) >= low
        assert np.nanmax(line) <= high
    assert ("The scale starts at zero." in caption(chart)) == (low == 0)
    assert "Dotted lines are limits" in caption(chart)


def test_phases_limits_and_points_left_out_are_drawn():
    measure = (
        Measure.from_columns([5, 6, 4, 5, 7, 5, 9, 8, 9, 10, 8, 9], name="Wait")
        .rephase(7, "New booking system")
        .exclude(3, "Strike")
    )
    chart = control_chart(measure, "i")
    ax = chart.plot(Figure(figsize=(7, 4)).add_subplot())
    by_label = [(line.get_label(), line) for line in ax.lines]
    for label, whole in (
        ("Mean", chart.centre),
        ("Lower limit", chart.lower),
        ("Upper limit", chart.upper),
    ):
        pieces = [line.get_ydata().tolist() for name, line in by_label if name == label]
        assert pieces == [whole[:6].tolist(), whole[6:].tolist()]
    (left_out,) = [line for name, line in by_label if name == "Points left out"]
    assert left_out.get_xdata().tolist() == [3]
    assert to_hex(left_out.get_markerfacecolor()) == PAPER
    assert "Hollow points are left out." in caption(chart)


def test_words_above_the_chart():
    ax, _ = drawn(chart_of(STEADY, name="Wait", unit="minutes", better="lower"))
    assert "Wait" in words_on(ax)
    assert "Minutes, lower is better" in words_on(ax)


def test_drawing_on_given_axes_returns_them():
    figure = Figure()
    ax = figure.add_subplot()
    assert chart_of(STEADY).plot(ax) is ax


def test_a_plot_of_its_own_shows_its_source():
    try:
        ax = chart_of(STEADY, source="Ward audit", simulated=True).plot()
        notes = " ".join(text.get_text() for text in ax.figure.texts)
        assert "Simulated data. Source: Ward audit." in " ".join(notes.split())
    finally:
        pyplot.close("all")


def test_drawing_leaves_matplotlibs_settings_alone():
    before = dict(matplotlib.rcParams)
    chart = chart_of(SHIFTED, months(20))
    chart._repr_html_()
    drawn(chart)
    assert dict(matplotlib.rcParams) == before


def test_drawing_changes_nothing_of_the_chart():
    chart = chart_of(SHIFTED, months(20))
    before = chart.table
    chart._repr_html_()
    assert chart.table.equals(before)


LONG = (
    "Percentage of adult patients on the acute medical unit who had a risk assessment done and "
    "written down within fourteen hours of their arrival, weekends and bank holidays included"
)


@pytest.mark.parametrize("room", [350.0, 680.0])
@pytest.mark.parametrize(
    "chart",
    [
        chart_of(range(1_000_000, 1_000_012), months(12), name=LONG, unit="attendances"),
        chart_of([1, 9] * 60, months(120)),
        chart_of(SHIFTED, name="W" * 150, better="higher"),
        chart_of([nan, 3, nan], months(3)),
        chart_of([3]),
        chart_of([1e-7, 3e-7, 2e-7], unit="$"),
    ],
    ids=range(6),
)
def test_nothing_sticks_out_of_the_picture(chart, room):
    from qi_tools.draw import chart as drawing

    figure = Figure(dpi=72)
    drawing._fill(figure, chart, room, 240.0, footnote=True)
    figure.draw_without_rendering()
    page = figure.bbox
    (ax,) = figure.axes
    texts = [*ax.texts, *figure.texts, *ax.get_xticklabels(), *ax.get_yticklabels()]
    boxes = [text.get_window_extent() for text in texts if text.get_text().strip()]
    assert boxes
    for box in boxes:
        assert page.x0 - 1 <= box.x0
        assert box.x1 <= page.x1 + 1
        assert page.y0 - 1 <= box.y0
        assert box.y1 <= page.y1 + 1
    # No two of the words touch, tick labels included.
    for place, box in enumerate(boxes):
        for other in boxes[place + 1 :]:
            assert not box.padded(-1).overlaps(other.padded(-1)), (box, other)


def test_figure_for_a_page():
    chart = chart_of(SHIFTED, months(20), name="Wait <b>& more</b>", source="Audit", simulated=True)
    html = chart._repr_html_()
    assert html.count("<svg") == 2
    assert html.count('role="img"') == 1
    (alt,) = re.findall(r'aria-label="(Run chart[^"]*)"', html)
    assert alt == chart.describe().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert "<b>" not in html
    assert "Simulated data. Source: Audit." in html
    assert html.count("<tr>") == 21
    assert "<details>" in html


def test_charts_on_one_page_share_no_ids():
    chart = chart_of(SHIFTED, months(20))
    ids = re.findall(r'\bid="([^"]+)"', chart._repr_html_() + chart._repr_html_())
    assert len(ids) == len(set(ids))


def test_letters_of_any_script_and_signs():
    svg = picture(chart_of(STEADY, name="Aros ŵy 😀 漢字 $5 & $x^2$", unit="£"))
    assert "$x^2$" in svg
    assert "😀" in svg
