import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools import MAKING_DATA_COUNT, Measure, control_chart, run_chart
from qi_tools.draw.icons import icon
from qi_tools.draw.letters import SIZE, width
from qi_tools.draw.placed import Marks, Stroke, Words
from qi_tools.draw.summary import CHART, HEADINGS, MOST_ROWS, caption, ordered, sheet
from qi_tools.errors import FileNotSaved
from qi_tools.palette import DARK, LIGHT, PRINT
from qi_tools.spc.summaries import summary

STEADY = [11.0, 9.0] * 8


def chart_of(values=STEADY, *, name="Waits", better="lower", target=None, kind="i", **about):
    measure = Measure.from_columns(values, name=name, better=better, **about)
    measure = measure if target is None else measure.aim(target)
    return (
        run_chart(measure)
        if kind == "run"
        else control_chart(measure, kind, rules=MAKING_DATA_COUNT)
    )


FALLS = chart_of([*STEADY, 30.0], name="Falls", target=12, unit="per 1,000 bed days")
STAFF = chart_of(name="Staff", better="higher", target=50, unit="%", source="Survey.")
MIXED = summary([STAFF, FALLS, chart_of(kind="run", name="Calls")], name="Ward 4")


def words_of(found, theme=LIGHT):
    return [thing for thing in sheet(found, theme).things if isinstance(thing, Words)]


def text_of(found):
    return " ".join(words.text for words in words_of(found))


def test_the_words_of_every_row_stand_in_the_picture():
    text = text_of(MIXED)
    for row in MIXED.rows:
        for words in (row.name, row.latest_words, row.when_words, row.target_words):
            assert words in text
    assert "Concern, high" in text
    assert "Per 1,000 bed days, lower is better" in text
    assert "Hit or miss 12 or less: not met" in text
    assert "Failing 50% or more: not met" in text
    assert "11.2 (2.7 to 19.7)" in text
    assert "Median 10" in text
    assert ordered(MIXED) in text
    assert "Source: Survey." in text
    assert all(warning in text for warning in MIXED.warnings)


def test_rows_stand_in_order_below_one_another():
    heights = {words.text: words.y for words in words_of(MIXED)}
    names = [row.name for row in MIXED.rows]
    assert names == ["Falls", "Staff", "Calls"]
    assert heights["Falls"] < heights["Staff"] < heights["Calls"]


def test_an_icon_never_stands_alone():
    """Right of each icon, on its height, there are words."""
    things = sheet(MIXED).things
    rings = [
        thing
        for thing in things
        if isinstance(thing, Marks) and thing.shape == "circle" and thing.size > 20
    ]
    assert len(rings) == 3 + 2  # a variation each, and two assurances
    for ring in rings:
        ((x, y),) = ring.places.tolist()
        assert any(
            isinstance(words, Words) and 0 < words.x - x < 28 and abs(words.y - y) < 20
            for words in things
        )


@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT], ids=lambda theme: theme.name)
def test_colours_are_those_of_the_theme(theme):
    drawn = sheet(MIXED, theme)
    allowed = {getattr(theme, field) for field in theme.__slots__}
    used = {colour for thing in drawn.things for colour in re.findall("#[0-9a-f]{6}", repr(thing))}
    assert drawn.paper == theme.paper
    assert used <= allowed


@settings(max_examples=40, deadline=None)
@given(
    st.text("abcdefghij WM&<é", min_size=1, max_size=200).filter(str.strip),
    st.floats(-1e9, 1e9),
    st.sampled_from(["", "%", "per 10,000 occupied bed days in the calendar month"]),
)
def test_no_words_leave_their_column(name, latest, unit):
    found = summary([chart_of([*STEADY, latest], name=name, unit=unit, target=latest / 3)])
    columns = [(left, left + room) for (left, room), _ in HEADINGS]
    words = words_of(found)
    begun = next(place for place, each in enumerate(words) if each.text == "Centre (limits)")
    steps = {each.y for each in words if each.size == SIZE}  # their lines run across
    in_rows = [each for each in words[begun + 1 :] if not any(abs(each.y - y) < 2 for y in steps)]
    caption_begins = next(
        place for place, each in enumerate(in_rows) if "In the charts" in each.text
    )
    assert caption_begins
    for each in in_rows[:caption_begins]:
        end = next(end for start, end in reversed(columns) if start <= each.x)
        assert each.x + width(each.text, each.size, each.bold) <= end


def test_a_picture_shows_at_most_forty_and_says_how_many_more():
    many = summary([chart_of(name=f"m{number}") for number in range(MOST_ROWS + 3)])
    text = text_of(many)
    assert "m39" in text
    assert "m40" not in text
    assert "3 more measures (steady) not shown here." in text
    assert "Steady (43)" in text
    whole = summary([chart_of(name=f"m{number}") for number in range(MOST_ROWS)])
    assert "not shown here" not in text_of(whole)


def test_pages_of_ordinary_names_fit_on_a4():
    """Between margins of 2 cm a page is 17 cm wide and 25.7 cm high."""
    names = ["Four-hour standard met in A&E", "Falls with harm", "Length of stay"] * 10
    charts = [chart_of(name=name, target=50, unit="days") for name in names]
    for page in summary(charts).pages():
        assert sheet(page).height / sheet(page).width <= 25.7 / 17


def test_small_charts_lie_in_their_column():
    left, _ = CHART
    for thing in sheet(MIXED).things:
        if isinstance(thing, Stroke) and thing.colour == LIGHT.values:
            assert np.nanmin(thing.places[:, 0]) >= left
            assert np.nanmax(thing.places[:, 0]) <= 680


def test_caption_says_how_to_read_and_by_which_rules():
    assert caption(MIXED) == (
        "In the charts squares are signals of improvement, diamonds of concern, triangles of "
        "neither; dotted lines are limits. Passing, failing and hit or miss say what to expect if "
        "nothing changes. Judged by the Making Data Count and Anhøj rules. Source: Survey."
    )


def test_icons_are_those_of_the_module():
    drawn = sheet(summary([FALLS]))
    here = [
        thing for thing in drawn.things if isinstance(thing, Marks) and thing.shape == "diamond"
    ]
    (in_icon,) = (
        thing for thing in icon("concern, high") if getattr(thing, "shape", "") == "diamond"
    )
    assert any(len(thing.places) == len(in_icon.places) == 3 for thing in here)


@pytest.mark.parametrize("ending", ["png", "svg", "html", "PNG"])
def test_saved(tmp_path, ending):
    path = MIXED.save(tmp_path / f"ward.{ending}")
    data = path.read_bytes()
    start = {"png": b"\x89PNG", "svg": b"<svg", "html": b"<!doctype html>"}[ending.lower()]
    assert data.startswith(start)
    if ending == "svg":
        assert b"Summary of Ward 4" in data


def test_other_endings_are_refused_and_nothing_is_written(tmp_path):
    with pytest.raises(FileNotSaved, match=r"Use a name that ends in \.png, \.svg or \.html"):
        MIXED.save(tmp_path / "ward.pdf")
    assert not list(tmp_path.iterdir())
    for ending in ("html", "png"):
        with pytest.raises(FileNotSaved, match="could not be written"):
            MIXED.save(tmp_path / "nowhere" / f"ward.{ending}")
