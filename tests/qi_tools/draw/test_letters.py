import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools.draw.letters import HINTED, SIZE, letters, quiet_about_glyphs, width, wrapped


def test_width_grows_with_text_size_and_weight():
    assert 0 < width("i") < width("iii") < width("mmm")
    assert width("Median") < width("Median", bold=True) < width("Median", 2 * SIZE)
    assert width("Median", 2 * SIZE) == pytest.approx(2 * width("Median"), rel=0.05)


def test_wrapping():
    assert wrapped("one two three", 1000) == ["one two three"]
    lines = wrapped("one two three", HINTED * width("one two") + 1)
    assert lines == ["one two", "three"]
    assert wrapped("", 100) == [""]


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=120))
def test_every_letter_stays_and_every_line_fits(text):
    lines = wrapped(text, 90.0)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width(line) <= 90 or len(line) == 1 for line in lines)


def test_dollars_are_dollars():
    assert letters("#000000")["parse_math"] is False


def test_only_warnings_of_glyphs_are_quiet():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with quiet_about_glyphs():
            warnings.warn("Glyph 128512 missing from font", stacklevel=1)
            warnings.warn("Something else", stacklevel=1)
    assert [str(one.message) for one in caught] == ["Something else"]
