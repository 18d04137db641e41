import subprocess
import sys
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools import Measure, plain_run_chart
from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.draw.plain_run_chart import caption, picture
from qi_tools.palette import LIGHT
from tests.qi_tools.draw.sheets import check_data, check_words, named, said, texts

nan = float("nan")

VALUES = st.lists(
    st.one_of(st.floats(-1e6, 1e6), st.integers(-2, 2).map(float), st.just(nan)),
    min_size=1,
    max_size=60,
).filter(lambda values: not np.isnan(values).all())


def chart_of(values, dates=None, **how):
    return plain_run_chart(Measure.from_columns(values, dates, **({"name": "Wait"} | how)))


def weeks(points, start=date(2025, 9, 1)):
    return [start + timedelta(weeks=week) for week in range(points)]


def months(points, start="2016-04"):
    return (np.datetime64(start) + np.arange(points)).astype("datetime64[D]")


def laid(chart, room=WIDE):
    return lay_out(picture(chart, LIGHT), room)


LONG = (
    "Percentage of adult patients on the acute medical unit who had a risk assessment done and "
    "written down within fourteen hours of their arrival, weekends and bank holidays included"
)
STEADY = [6.1, 9.3, 7.2, 8.8, 6.4, 7.9, 9.9, 7.1, 8.2, 6.6, 9.1, 7.7]
CHARTS = {
    **{f"{n} weeks": chart_of((STEADY * 4)[:n], weeks(n), unit="minutes") for n in range(12, 41)},
    "years": chart_of([1, 9] * 60, months(120)),
    "millions": chart_of(range(1_000_000, 1_000_012), months(12), name=LONG, unit="attendances"),
    "wide letters": chart_of(STEADY, name="W" * 150, better="higher"),
    "one": chart_of([3]),
    "one known": chart_of([nan, 3, nan], months(3)),
    "equal": chart_of([7] * 24, weeks(24)),
    "tiny": chart_of([1e-7, 3e-7, 2e-7], unit="$"),
    "full": chart_of([97, 100, 99, 100, 100, 100], weeks(6), unit="%"),
    "middle at the foot": chart_of([1, 2] * 11 + [1, 999], weeks(24)),
    "middle at the top": chart_of([0] + [100] * 23, weeks(24), name=LONG, unit="%"),
    "uneven dates": chart_of(
        [1, 2, 3, 4], ["2025-01-01", "2025-01-02", "2025-01-03", "2026-12-24"]
    ),
}


@pytest.mark.parametrize("room", [320.0, NARROW, WIDE])
@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
def test_no_two_texts_touch_and_none_sticks_out(chart, room):
    layout = laid(chart, room)
    check_words(layout.sheet)
    check_data(layout)


@given(VALUES, st.sampled_from([NARROW, WIDE]), st.booleans())
def test_every_dot_is_inside_the_picture_and_in_its_place(values, room, dated):
    chart = chart_of(values, weeks(len(values)) if dated else None)
    layout = laid(chart, room)
    check_data(layout)
    (dots,), (middle,) = named(layout, "Dots"), named(layout, "Middle line")
    known = [value for value in values if value == value]
    assert dots.places[:, 1].tolist() == known
    assert (np.diff(dots.places[:, 0]) > 0).all()
    assert set(middle.places[:, 1]) == {chart.centre}


def test_dots_and_line_differ_from_the_middle_line_by_more_than_colour():
    layout = laid(chart_of(STEADY, name="Phone wait"))
    (line,), (middle,) = named(layout, "Phone wait"), named(layout, "Middle line")
    assert (line.colour, middle.colour) == (LIGHT.values, LIGHT.ink)
    assert {dot.fill for dot in named(layout, "Dots")} == {LIGHT.values}
    assert "Middle line 7.8" in texts(layout.sheet)


def test_no_verdict_is_drawn():
    words = said(laid(chart_of([9] * 10 + [1] * 10, weeks(20))).sheet)
    assert not {"signal", "limit", "judged"} & set(words.lower().replace(".", " ").split())


def test_first_and_last_dates_are_told():
    for room in (NARROW, WIDE):
        told = texts(laid(CHARTS["24 weeks"], room).sheet)
        assert {"1 Sep", "9 Feb", "2025", "2026"} <= set(told)
    months_told = texts(laid(chart_of(STEADY, months(12))).sheet)
    assert {"Apr", "2016", "Mar", "2017"} <= set(months_told)


def test_a_missing_value_and_a_missing_date_are_gaps():
    def pieces(chart):
        (line,) = named(laid(chart), "Wait")
        gaps = "".join("-" if np.isnan(value) else "x" for value in line.places[:, 1])
        return [len(piece) for piece in gaps.split("-") if piece]

    assert pieces(chart_of([5, 6, 7])) == [3]
    assert pieces(chart_of([nan, 5, nan, 7, 6])) == [1, 2]
    year = ["2025-01", "2025-02", "2025-03", "2025-05", "2025-06", "2025-07"]
    assert pieces(chart_of(range(6), year)) == [3, 3]


def test_caption_says_what_the_middle_line_is():
    half = "The middle line is the median: half of the dots lie above it, half below."
    assert caption(chart_of(STEADY, simulated=True)) == (
        f"{half} The scale does not start at zero. Simulated data."
    )


@given(VALUES)
def test_the_caption_is_true_of_any_chart(values):
    chart = chart_of(values)
    known = [value for value in values if value == value]
    reach = 1e-12 * max(map(abs, known))  # nearer than this, a dot lies on the line
    above = sum(value - chart.centre > reach for value in known)
    below = sum(chart.centre - value > reach for value in known)
    assert ("half of the dots" in caption(chart)) == (above == below == len(known) / 2)


def test_figure_for_a_page():
    chart = chart_of([1, 2, 4], weeks(3), name="Wait <b>& more</b>", source="Audit")
    html = chart._repr_html_()
    assert html.count("<svg") == 2
    assert html.count('role="img"') == 1
    assert "<b>" not in html
    assert "Source: Audit." in html
    assert html.count("<tr>") == 4
    assert " id=" not in html


def test_letters_of_any_script_and_signs():
    chart = chart_of(STEADY, name='Aros ŵy 😀 漢字 & <svg onload="x">', unit="£")
    words = said(laid(chart, NARROW).sheet).replace(" ", "")
    assert words.startswith("Arosŵy😀漢字&<svg")


def test_a_page_with_such_a_chart_loads_no_matplotlib():
    code = (
        "from qi_tools import Measure, plain_run_chart, control_chart\n"
        "measure = Measure.from_columns([5, 6, 7, 5, 6, 9], name='Wait')\n"
        "plain_run_chart(measure)._repr_html_(); control_chart(measure, 'i')._repr_html_()\n"
        "import sys; print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert loaded.isdisjoint({"matplotlib", "PIL", "ipywidgets", "anywidget"})
