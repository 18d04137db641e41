from itertools import product

import pytest

from qi_tools import palette
from qi_tools.palette import ACCENT, INK, LINE, PAPER, QUIET_INK, SIGNAL


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_itself():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("colour", [INK, QUIET_INK, SIGNAL, ACCENT])
def test_text_can_be_read(colour):
    assert contrast(colour, PAPER) >= 4.5


@pytest.mark.parametrize("colour", [LINE, ACCENT, SIGNAL, INK])
def test_graphics_can_be_seen(colour):
    assert contrast(colour, PAPER) >= 3


def test_colours_differ_and_none_is_nhs_blue():
    colours = [getattr(palette, name) for name in palette.__all__]
    assert len(set(colours)) == len(colours)
    assert all(a.lower() != b for a, b in product(colours, ["#005eb8", "#0072c6"]))
