from itertools import product

import pytest

from qi_tools.palette import DARK, LIGHT, PRINT, Theme
from tests.contrast import contrast

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT], ids=lambda theme: theme.name)


def colours_of(theme: Theme) -> dict[str, str]:
    return {name: getattr(theme, name) for name in theme.__slots__ if name != "name"}


def test_contrast_itself():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@THEMES
@pytest.mark.parametrize(
    "use", ["ink", "quiet_ink", "values", "improvement", "concern", "special", "target"]
)
def test_text_can_be_read_on_paper_and_between_limits(theme, use):
    assert contrast(getattr(theme, use), theme.paper) >= 4.5
    assert contrast(getattr(theme, use), theme.band) >= 4.5


@THEMES
def test_graphics_can_be_seen(theme):
    for use in (
        "line",
        "ink",
        "quiet_ink",
        "values",
        "improvement",
        "concern",
        "special",
        "target",
    ):
        assert contrast(getattr(theme, use), theme.paper) >= 3
        assert contrast(getattr(theme, use), theme.band) >= 3


@THEMES
def test_paper_shows_in_the_sign_of_a_warning(theme):
    assert contrast(theme.concern, theme.paper) >= 4.5


def test_colours_differ_and_none_is_nhs_blue():
    for theme in (LIGHT, DARK):
        colours = list(colours_of(theme).values())
        assert len(set(colours)) == len(colours)
        assert all(a.lower() != b for a, b in product(colours, ["#005eb8", "#0072c6"]))


def test_print_needs_no_colour():
    for colour in colours_of(PRINT).values():
        assert colour[1:3] == colour[3:5] == colour[5:7]
