from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.draw.cumulative_flow import BANDS, picture
from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.experiments.portfolio import Organisation, Plan, run_portfolio
from qi_tools.experiments.projects import PROJECTS
from qi_tools.palette import DARK, LIGHT, PRINT
from tests.qi_tools.draw.sheets import check_data, check_words, named, said

NAMES = tuple(each.name for each in PROJECTS)


def run(days=50, months=36, projects=40, at_once=20, seed=1):
    return run_portfolio(Organisation(days, months), Plan(NAMES[:projects], at_once), Random(seed))


runs = st.builds(
    run, st.integers(1, 250), st.integers(1, 60), st.integers(1, 40), st.integers(1, 40)
)


@settings(max_examples=50, deadline=None)
@given(runs, st.sampled_from([NARROW, WIDE]), st.sampled_from([LIGHT, DARK, PRINT]))
def test_no_words_meet_words_or_data(made, room, theme):
    layout = lay_out(picture(made, theme), room)
    check_words(layout.sheet)
    check_data(layout)


@settings(max_examples=50, deadline=None)
@given(runs)
def test_bands_are_as_high_as_there_are_projects(made):
    layout = lay_out(picture(made, LIGHT))
    counts = {
        "Finished": [month.finished for month in made.months],
        "Stalled": [month.stalled for month in made.months],
        "Waiting": [month.waiting for month in made.months],
    }
    every = np.zeros(len(made.months))
    for band in BANDS:
        areas = named(layout, band)
        if areas:
            (area,) = areas
            there, back = np.split(area.places, 2)
            heights = (there - back[::-1])[::2, 1]
            every += heights
        if band in counts:
            expected = counts[band]
            assert (heights.tolist() if areas else [0] * len(expected)) == expected
    assert every.tolist() == [len(made.courses)] * len(made.months)


@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT])
def test_bands_are_named_with_their_last_count(theme):
    made = run(at_once=40)
    words = said(lay_out(picture(made, theme)).sheet)
    last = made.months[-1]
    assert f"Finished {last.finished}" in words
    assert f"Stalled {last.stalled}" in words
    assert "Waiting 0" not in words
    assert made.finding in words
