import re
from datetime import date, timedelta
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools import Measure, plain_run_chart
from qi_tools.draw.letters import width
from qi_tools.draw.plain_run_chart import (
    EDGE,
    LESS_TALL,
    NARROW,
    WIDE,
    caption,
    picture,
    reckoned_width,
)
from qi_tools.palette import ACCENT, INK, PAPER

nan = float("nan")
SVG = "{http://www.w3.org/2000/svg}"

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


def parsed(chart, room=WIDE, height=230.0):
    root = ElementTree.fromstring(picture(chart, room, height))
    return root, [float(number) for number in root.get("viewBox").split()]


def dots_of(root):
    return [(float(dot.get("cx")), float(dot.get("cy"))) for dot in root.iter(f"{SVG}circle")]


def texts_of(root):
    return [text.text for text in root.iter(f"{SVG}text")]


def boxes_of(root):
    """Give each text's box, its width measured in the font that widths are reckoned against."""
    for text in root.iter(f"{SVG}text"):
        size = float(text.get("font-size", root.get("font-size")))
        wide = width(text.text, size, text.get("font-weight") is not None)
        x, y = float(text.get("x")), float(text.get("y"))
        start = {"start": x, "middle": x - wide / 2, "end": x - wide}[
            text.get("text-anchor", "start")
        ]
        yield text.text, start, y - 0.76 * size, start + wide, y + 0.24 * size


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


@pytest.mark.parametrize("room", [NARROW, 350.0, WIDE])
@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
def test_no_two_texts_touch_and_none_sticks_out(chart, room):
    root, (_, _, wide, tall) = parsed(chart, room)
    boxes = list(boxes_of(root))
    for place, (text, left, top, right, bottom) in enumerate(boxes):
        assert 0 <= left <= right <= wide, text
        assert 0 <= top <= bottom <= tall, text
        for other, o_left, o_top, o_right, o_bottom in boxes[place + 1 :]:
            apart = right <= o_left or o_right <= left or bottom <= o_top + 2 or o_bottom <= top + 2
            assert apart, (text, other)


@pytest.mark.parametrize("name", ["middle at the foot", "middle at the top"])
@pytest.mark.parametrize("room", [NARROW, WIDE])
def test_the_middle_lines_label_keeps_to_its_own_rows(name, room):
    root, _ = parsed(CHARTS[name], room)
    boxes = list(boxes_of(root))
    (first,) = (place for place, box in enumerate(boxes) if box[0].startswith("Middle"))
    last = next(place for place in range(first, len(boxes)) if boxes[place][0][0].isdigit())
    (foot,) = {
        float(re.search(r"V([\d.]+)H", path.get("d"))[1])
        for path in root.iter(f"{SVG}path")
        if "V" in path.get("d")
    }
    words_above = [box for box in boxes if box[1] == EDGE]
    assert max(bottom for *_, bottom in words_above) <= boxes[first][2] + 2
    assert boxes[last][4] <= foot


@given(VALUES, st.sampled_from([NARROW, WIDE]), st.booleans())
def test_every_dot_is_inside_the_picture_and_in_its_place(values, room, dated):
    chart = chart_of(values, weeks(len(values)) if dated else None)
    root, (_, _, wide, tall) = parsed(chart, room)
    dots = dots_of(root)
    known = [value for value in values if value == value]
    assert len(dots) == len(known)
    assert all(0 < x < wide and 0 < y < tall for x, y in dots)
    across = [x for x, _ in dots]
    assert across == sorted(set(across))
    (middle,) = (path for path in root.iter(f"{SVG}path") if path.get("class") == "middle")
    level = float(re.match(r"M\S+ ([\d.-]+)H", middle.get("d"))[1])
    for value, (_, y) in zip(known, dots, strict=True):
        # A place is written with two decimals; up the page is smaller.
        assert (value >= chart.centre) == (y <= level) or abs(y - level) < 0.011


@given(st.text(st.characters(max_codepoint=0x17F, exclude_categories=("C",))), st.booleans())
def test_widths_are_reckoned_on_the_wide_side(text, bold):
    # In large letters, because each width is rounded to whole pixels.
    assert width(text, 1000.0, bold) <= reckoned_width(text, 1000.0, bold) + 1


def test_dots_and_line_differ_from_the_middle_line_by_more_than_colour():
    root, _ = parsed(chart_of(STEADY))
    paths = {path.get("class"): path for path in root.iter(f"{SVG}path") if path.get("class")}
    assert paths["line"].get("stroke") == ACCENT
    assert paths["middle"].get("stroke") == INK
    assert {dot.get("fill") for dot in root.iter(f"{SVG}circle")} == {ACCENT}
    assert "Middle line" in texts_of(root)


def luminance(colour):
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_colour_stands_out_on_paper():
    root, _ = parsed(CHARTS["24 weeks"])
    light = luminance(PAPER) + 0.05
    for element in root.iter():
        for use, least in (("stroke", 3), ("fill", 4.5)):
            colour = element.get(use, "none")
            if colour not in ("none", PAPER):
                assert light / (luminance(colour) + 0.05) >= least, (element.tag, colour)


def test_first_and_last_dates_are_told():
    for room in (NARROW, WIDE):
        texts = texts_of(parsed(CHARTS["24 weeks"], room)[0])
        assert {"1 Sep", "9 Feb", "2025", "2026"} <= set(texts)
    months_told = texts_of(parsed(chart_of(STEADY, months(12)))[0])
    assert {"Apr", "2016", "Mar", "2017"} <= set(months_told)


def test_like_months_are_told():
    texts = texts_of(parsed(chart_of(STEADY * 3, months(36)), NARROW)[0])
    start = texts.index("Apr")
    assert texts[start : start + 8] == ["Apr", "2016", "Apr", "2017", "Apr", "2018", "Mar", "2019"]


def test_a_missing_value_and_a_missing_date_are_gaps():
    def pieces(chart):
        (line,) = (p for p in parsed(chart)[0].iter(f"{SVG}path") if p.get("class") == "line")
        return [len(piece.split("L")) for piece in line.get("d").split("M")[1:]]

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
    root, _ = parsed(chart, NARROW, LESS_TALL)
    assert "".join(texts_of(root)).replace(" ", "").startswith("Arosŵy😀漢字&<svg")
