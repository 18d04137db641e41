import io
import re
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from qi_tools.draw.icons import BOX, ICONS, icon, icon_svg
from qi_tools.draw.placed import Marks, Sheet, Stroke, moved
from qi_tools.draw.png import png
from qi_tools.palette import DARK, LIGHT, PRINT
from qi_tools.spc.variation import ASSURANCE, VARIATION
from tests.contrast import contrast

THEMES = (LIGHT, DARK, PRINT)
EVERY = [(which, theme) for which in ICONS for theme in THEMES]
each = pytest.mark.parametrize(
    ("which", "theme"), EVERY, ids=[f"{which} {theme.name}" for which, theme in EVERY]
)


def colours(thing):
    if isinstance(thing, Stroke):
        return {thing.colour}
    return {colour for colour in (thing.fill, thing.rim) if colour}


def reach(thing):
    """How far a thing reaches from the middle of the box."""
    room = thing.width / 2 if isinstance(thing, Stroke) else 0.66 * thing.size
    if isinstance(thing, Marks) and thing.shape == "circle":
        room = thing.size / 2
    return np.hypot(*(thing.places - BOX / 2).T).max() + room


def seen(which, theme, size=28):
    """An icon as dots of grey, from 0 to 255, at the size that people see."""
    things = tuple(moved(thing, 0, 0, size / BOX) for thing in icon(which, theme))
    data = png(Sheet(size, size, theme.paper, things), zoom=1.0)
    return np.asarray(Image.open(io.BytesIO(data)).convert("L"), dtype=float)


def test_contrast_itself():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_there_is_an_icon_for_all_that_a_chart_can_say():
    assert set(ICONS) == {*VARIATION, *ASSURANCE} - {"none"}
    assert len(set(ICONS.values())) == len(ICONS)
    with pytest.raises(KeyError):
        icon("none")


@each
def test_what_is_drawn_can_be_seen_and_what_is_inside_can_be_read(which, theme):
    outside, *inside = icon(which, theme)
    assert all(contrast(colour, theme.paper) >= 3 for colour in colours(outside))
    ground = outside.fill if isinstance(outside, Marks) and outside.fill else theme.paper
    assert inside
    assert all(contrast(colour, ground) >= 4.5 for thing in inside for colour in colours(thing))


@each
def test_nothing_leaves_the_circle_or_touches_its_rim(which, theme):
    outside, *inside = icon(which, theme)
    if isinstance(outside, Stroke):
        edge, rim = reach(outside) - outside.width / 2, outside.width
    else:
        edge, rim = outside.size / 2, outside.rim_width if outside.rim else 0.0
    assert edge + rim / 2 <= BOX / 2
    assert all(reach(thing) <= edge - rim / 2 for thing in inside)


def test_what_asks_for_action_is_a_filled_disc():
    filled = {which for which in ICONS if getattr(icon(which)[0], "fill", "")}
    assert filled == {"concern, high", "concern, low", "failing"}


def test_points_stand_on_the_side_that_the_letter_names():
    for way, above in (("high", True), ("low", False)):
        for change, shape in (("improvement", "square"), ("concern", "diamond")):
            (dots,) = (thing for thing in icon(f"{change}, {way}")[1:] if isinstance(thing, Marks))
            assert dots.shape == shape
            assert (dots.places[:, 1] < BOX / 2).all() == above
            (tip,) = icon(f"special cause, {way}")[2].places[1:2]
            assert (tip[1] < BOX / 2) == above


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_icons_differ_without_colour_at_the_size_that_people_see(theme):
    """At least one dot in twenty of the icon's box changes from light to dark."""
    dots = {which: seen(which, theme) for which in ICONS}
    alike = [
        pair
        for pair in combinations(ICONS, 2)
        if np.mean(np.abs(dots[pair[0]] - dots[pair[1]]) > 80) < 1 / 20
    ]
    assert not alike


def test_colours_speak_making_data_counts_language():
    rings = {which: colours(icon(which)[0]).pop() for which in ICONS}
    assert rings["common cause"] == rings["hit or miss"] == LIGHT.quiet_ink
    assert rings["improvement, high"] == rings["passing"] == LIGHT.improvement
    assert rings["concern, low"] == rings["failing"] == LIGHT.concern
    assert rings["special cause"] == rings["special cause, low"] == LIGHT.special


@each
def test_as_svg(which, theme):
    written = icon_svg(which, 28, theme)
    root = ElementTree.fromstring(written)
    assert root.get("viewBox") == "0 0 28 28"
    assert "id=" not in written
    allowed = {getattr(theme, field) for field in ("paper", "quiet_ink", "improvement")}
    allowed |= {theme.concern, theme.special}
    assert set(re.findall("#[0-9a-f]{6}", written)) <= allowed
