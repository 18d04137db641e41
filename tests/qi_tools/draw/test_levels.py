import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.draw.levels import picture
from qi_tools.levels import Level, Levels
from qi_tools.palette import DARK, LIGHT, PRINT
from tests.qi_tools.draw.sheets import check_words, named, said
from tests.qi_tools.test_levels import STEPS

DAY = Level("Monday", ((0, 0), (2, 3), (4, 1), (6, 0)))


def shown(*runs: Level) -> Levels:
    return Levels("Patients waiting", "patients", "minutes", runs, "Simulated.")


@settings(max_examples=50, deadline=None)
@given(st.lists(STEPS, min_size=1, max_size=3), st.sampled_from([NARROW, WIDE]))
def test_no_words_meet_and_none_sticks_out(runs, room):
    levels = shown(*(Level(f"Run {n}", steps) for n, steps in enumerate(runs)))
    check_words(lay_out(picture(levels, LIGHT), room).sheet)


def test_the_line_steps_at_each_change():
    (stairs,) = named(lay_out(picture(shown(DAY), LIGHT)), "Level")
    assert stairs.places.tolist() == [*([0, 0], [2, 0], [2, 3], [4, 3], [4, 1], [6, 1], [6, 0])]


@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT])
def test_means_and_runs_are_named(theme):
    words = said(lay_out(picture(shown(DAY, Level("Tuesday", ((0, 2), (3, 0)))), theme)).sheet)
    for text in ("Mean 1.33", "Mean 2", "Monday", "Tuesday", "Minutes", "Patients waiting"):
        assert text in words
