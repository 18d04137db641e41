import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font, LoadFlags

from qi_tools.draw.letters import FAMILY, HINTED, SIZE, width, wrapped


def measured(text, bold):
    """The width that the font itself gives, for letters as large as their outlines are drawn."""
    font = FT2Font(findfont(FontProperties(family=FAMILY, weight="bold" if bold else "normal")))
    font.set_size(2048, 72)
    letters = (font.load_char(ord(letter), flags=LoadFlags.NO_HINTING) for letter in text)
    return sum(letter.linearHoriAdvance for letter in letters) / 65536 / 2048


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)), st.booleans())
def test_widths_are_those_of_the_font(text, bold):
    assert width(text, 1.0, bold) == pytest.approx(measured(text, bold), abs=0.0006 * len(text))


@given(
    st.text(st.characters(max_codepoint=0x17F, exclude_categories=("C",)))
    | st.text("–—‘’“”…σφτ²√≥≤×·°½μ−→Σλχ•€"),
    st.booleans(),
)
def test_other_letters_are_reckoned_on_the_wide_side(text, bold):
    assert width(text, 1.0, bold) >= measured(text, bold) - 0.0006 * len(text)


def test_width_grows_with_text_size_and_weight():
    assert 0 < width("i") < width("iii") < width("mmm")
    assert width("Median") < width("Median", bold=True) < width("Median", 2 * SIZE)
    assert width("Median", 2 * SIZE) == pytest.approx(2 * width("Median"))


def test_wrapping():
    assert wrapped("one two three", 1000) == ("one two three",)
    lines = wrapped("one two three", HINTED * width("one two") + 1)
    assert lines == ("one two", "three")
    assert wrapped("", 100) == ("",)


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=120))
def test_every_letter_stays_and_every_line_fits(text):
    lines = wrapped(text, 90.0)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width(line) <= 90 or len(line) == 1 for line in lines)
