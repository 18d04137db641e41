import math
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools import Measure, control_chart, run_chart
from qi_tools.draw.chart import picture
from qi_tools.draw.layout import NARROW, WIDE, lay_out, lay_out_about
from qi_tools.draw.placed import Stroke
from qi_tools.palette import LIGHT
from tests.qi_tools.draw.sheets import all_words, box_of, check_data, check_words, said, texts

nan = float("nan")
ROOMS = pytest.mark.parametrize("room", [NARROW, WIDE])
LONG = (
    "Percentage of adult patients on the acute medical unit who had a risk assessment done and "
    "written down within fourteen hours of their arrival, weekends and bank holidays included"
)
words = st.text("abcdefghij klmnop WMi", min_size=1, max_size=60).filter(str.strip)


def months(points, start="2016-04"):
    return (np.datetime64(start) + np.arange(points)).astype("datetime64[D]")


def weeks(points):
    return [date(2025, 3, 3) + timedelta(weeks=week) for week in range(points)]


places = st.lists(st.tuples(st.integers(0, 10**6), words), max_size=6)
looks = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["run", "i", "mr"]),
        "points": st.integers(1, 130),
        "seed": st.integers(0, 99),
        "spread": st.sampled_from([0.0, 0.01, 1.0, 1e4]),
        "dates": st.sampled_from([None, months, weeks]),
        "name": words | st.sampled_from([LONG, "W" * 150]),
        "unit": st.sampled_from(["", "minutes", "%", "per 1,000 bed days"]),
        "better": st.sampled_from(["lower", "higher", "neither"]),
        "notes": places,
        "phases": places,
        "left_out": places,
        "target": st.none() | st.floats(0, 1e4),
    }
)


def chart_like(look):
    """Make a chart of any look: phases, notes, targets, gaps, long names, few points and many."""
    points, dates = look["points"], look["dates"] and look["dates"](look["points"])
    random = np.random.default_rng(look["seed"])
    values = np.abs(50 + look["spread"] * random.standard_normal(points)).round(2)
    values[1:][random.random(points - 1) < 0.1] = nan
    measure = Measure.from_columns(
        values, dates, name=look["name"], unit=look["unit"], better=look["better"]
    )

    def where(place):
        return place % points + 1 if dates is None else dates[place % points]

    for place, what in look["notes"]:
        measure = measure.annotate(where(place), what)
    for place, what in look["phases"]:
        if not any(phase.first == place % points for phase in measure.phases):
            measure = measure.rephase(where(place), what)
    for place, what in look["left_out"][:2]:
        measure = measure.exclude(where(place), what)
    if look["target"] is not None:
        measure = measure.aim(look["target"])
    kind = look["kind"]
    return run_chart(measure) if kind == "run" else control_chart(measure, kind)


@settings(max_examples=150)
@given(looks, st.sampled_from([NARROW, WIDE]))
def test_no_words_meet_words_or_data_and_none_sticks_out(look, room):
    layout = lay_out(picture(chart_like(look), LIGHT), room)
    check_words(layout.sheet)
    check_data(layout)


@ROOMS
@pytest.mark.parametrize("points", [12, 24, 36, 60, 120])
@pytest.mark.parametrize("dates", [months, weeks])
def test_dates_do_not_meet(points, dates, room):
    values = np.tile([6.1, 9.3, 7.2, 8.8], points)[:points]
    chart = control_chart(Measure.from_columns(values, dates(points), name="Wait"), "i")
    check_words(lay_out(picture(chart, LIGHT), room).sheet)


def test_lines_that_end_close_together_are_named_apart_and_in_order():
    values = [50.0, 50.1] * 12
    measure = Measure.from_columns(values, name="Wait", unit="%").aim(50.05)
    layout = lay_out(picture(control_chart(measure, "i"), LIGHT))
    ends = ("Upper limit", "Mean", "Target", "Lower limit")
    found = [box_of(each) for each in all_words(layout.sheet) if each.text.startswith(ends)]
    assert len(found) == 4
    for one, other in pairwise(found):
        assert not one.meets(other, slack=0.0)
    (frame,) = layout.frames
    for end in frame.panel.ends:
        (box,) = (box for box in found if box.what == end.words)
        higher = [each for each in frame.panel.ends if each.at > end.at]
        assert all(
            other.top < box.top for each in higher for other in found if other.what == each.words
        )


def noted(notes, room=WIDE, points=24):
    measure = Measure.from_columns([6, 9, 7, 8] * (points // 4), months(points), name="Wait")
    for point, note in notes.items():
        measure = measure.annotate(measure.dates[point], note)
    return lay_out(picture(run_chart(measure), LIGHT), room)


def test_notes_stand_above_the_axes_and_a_line_leads_to_the_point():
    layout = noted({3: "New rota", 15: "Strike"})
    (frame,) = layout.frames
    leaders = [
        thing for thing in layout.sheet.things if isinstance(thing, Stroke) and thing.name == "Note"
    ]
    for leader, point in zip(leaders, (3, 15), strict=True):
        x, foot = leader.places[-1]
        assert x == pytest.approx(frame.x(float(months(24)[point].astype(int))))
        assert 0 < frame.y([6, 9, 7, 8][point % 4]) - foot <= 8
    boxes = {box.what: box for box in map(box_of, all_words(layout.sheet))}
    assert boxes["New rota"].bottom <= frame.top
    assert boxes["Strike"].bottom <= frame.top


def test_remarks_without_room_are_numbered_and_told_in_full_below():
    long = "The ward moved to the new building and half of its staff were new to it " * 2
    layout = noted({3: long, 15: "Strike"})
    words = said(layout.sheet)
    assert f"1. July 2016: {long.strip()}" in " ".join(words.split())
    assert "2. July 2017: Strike" in words
    assert {"1", "2"} <= set(texts(layout.sheet))
    many = noted({point: f"Change {point}" for point in range(20)}, NARROW)
    assert all(f"Change {point}" in said(many.sheet) for point in range(20))
    check_words(many.sheet)


@ROOMS
def test_a_long_name_makes_the_picture_taller_and_squeezes_nothing(room):
    def layout(name):
        measure = Measure.from_columns([6, 9, 7, 8] * 6, months(24), name=name)
        return lay_out(picture(run_chart(measure), LIGHT), room)

    short, long = layout("Wait"), layout(LONG)
    assert long.height > short.height
    assert long.frames[0].height == short.frames[0].height
    assert long.frames[0].width == short.frames[0].width


def test_about_axes_that_are_there_everything_keeps_its_place():
    measure = Measure.from_columns([6, 9, 7, 8] * 6, months(24), name=LONG).aim(7.5)
    layout = lay_out_about(picture(control_chart(measure, "i"), LIGHT), 400.0, 200.0)
    (frame,) = layout.frames
    assert (frame.width, frame.height) == (400.0, 200.0)
    words = [box_of(each) for each in all_words(layout.sheet)]
    assert not [
        (one, other)
        for place, one in enumerate(words)
        for other in words[place + 1 :]
        if one.meets(other)
    ]


def test_values_find_their_places():
    layout = noted({})
    (frame,) = layout.frames
    scale = frame.panel.upright
    assert frame.y(scale.high) == pytest.approx(frame.top)
    assert frame.y(scale.low) == pytest.approx(frame.top + frame.height)
    assert frame.x(frame.panel.across.low) == pytest.approx(frame.left)
    assert frame.x(frame.panel.across.high) == pytest.approx(frame.left + frame.width)
    assert math.isclose(frame.y(scale.low) - frame.y(scale.high), frame.height)
