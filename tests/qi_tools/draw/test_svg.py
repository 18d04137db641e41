from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools.draw.placed import SHAPES, Area, Marks, Sheet, Stroke, Words, places
from qi_tools.draw.svg import svg

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*things, **how):
    return ElementTree.fromstring(svg(Sheet(100, 50, "#ffffff", things), **how))


def test_a_picture_touches_nothing_else_on_a_page():
    root = drawn(Stroke(places([(0, 0), (5, 5)]), "#000000"), Words(1, 2, "Wait", "#000000"))
    assert root.get("viewBox") == "0 0 100 50"
    assert root.get("focusable") == "false"
    assert root.get("width") is None
    written = ElementTree.tostring(root, encoding="unicode")
    assert " id=" not in written
    assert "<style" not in written
    assert "class=" not in written


def test_a_picture_of_its_own_says_what_it_is_and_how_large():
    root = drawn(title="Wait & more", description="Run chart of Wait.")
    assert root.find(f"{SVG}title").text == "Wait & more"
    assert root.find(f"{SVG}desc").text == "Run chart of Wait."
    assert (root.get("width"), root.get("height")) == ("100", "50")


def test_a_line_breaks_where_it_is_told_to():
    line = np.array([(0.0, 1.0), (2.0, np.nan), (3.0, 4.0), (5.0, 6.0)])
    root = drawn(Stroke(line, "#123456", 2.0, (6.0, 3.5)))
    (path,) = root.iter(f"{SVG}path")
    assert path.get("d") == "M0 1M3 4L5 6"
    assert path.get("stroke") == "#123456"
    assert path.get("stroke-width") == "2"
    assert path.get("stroke-dasharray") == "6 3.5"


@pytest.mark.parametrize("shape", SHAPES)
def test_each_mark_is_a_shape_at_its_place(shape):
    root = drawn(Marks(places([(10, 20), (30, 40)]), shape, 8.0, "#123456", "#ffffff", 0.5))
    (path,) = root.iter(f"{SVG}path")
    assert path.get("d").count("M") == 2
    assert path.get("fill") == "#123456"
    assert path.get("stroke") == "#ffffff"
    bare = drawn(Marks(places([(10, 20)]), shape, 8.0, "#123456"))
    assert next(bare.iter(f"{SVG}path")).get("stroke") is None


def test_an_area_is_closed():
    root = drawn(Area(places([(0, 0), (4, 0), (4, 4)]), "#123456"))
    assert next(root.iter(f"{SVG}path")).get("d") == "M0 0L4 0L4 4Z"


@given(st.text(st.characters(exclude_categories=("C",)), max_size=30))
def test_text_stays_text(text):
    root = drawn(Words(1, 2, text, "#000000", 9.0, bold=True, anchor="end"))
    (element,) = root.iter(f"{SVG}text")
    assert (element.text or "") == text
    assert element.get("text-anchor") == "end"
    assert element.get("font-weight") == "600"
    assert element.get("font-size") == "9"
