from functools import reduce
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.draw.ramp import BEFORE, INTERVAL, PREDICTION, VERDICTS, picture
from qi_tools.experiments.ward import IDEAS, SCALES, TIMES
from qi_tools.experiments.ward_ramp import Done, Ramp, Shift, Test, carry_out
from qi_tools.palette import DARK, LIGHT, PRINT
from tests.qi_tools.draw.sheets import check_words, named, texts

plans = st.builds(
    Test,
    st.lists(st.sampled_from(list(IDEAS)), min_size=1, unique=True).map(tuple),
    st.floats(0, 100),
    st.sampled_from(list(SCALES)),
    st.sampled_from(list(TIMES)),
    shifts=st.integers(1, 14),
)


def ramp_of(planned):
    random = Random(1)
    return reduce(lambda ramp, test: carry_out(ramp, test, random), planned, Ramp())


def seen(before, during, prediction=8.0):
    """A ramp of one test with so many of 100 doses missed."""
    shifts = (Shift(False, 100, before), Shift(True, 100, during))
    return Ramp(tests=(Done(1, Test(("tabard",), prediction), shifts),))


@settings(max_examples=50, deadline=None)
@given(
    st.lists(plans, min_size=1, max_size=12),
    st.sampled_from([NARROW, WIDE]),
    st.sampled_from([LIGHT, DARK, PRINT]),
)
def test_no_words_meet_words_and_all_marks_lie_in_their_rows(planned, room, theme):
    ramp = ramp_of(planned)
    layout = lay_out(picture(ramp, theme), room)
    check_words(layout.sheet)
    (frame,) = layout.frames
    for thing in frame.panel.things:
        there = frame.placed(thing).places
        assert frame.left - 0.5 <= there[:, 0].min()
        assert there[:, 0].max() <= frame.left + frame.width + 0.5
    for name, value in (
        (BEFORE, lambda done: done.reading.before),
        (PREDICTION, lambda done: done.test.prediction),
        (INTERVAL, lambda done: done.reading.low),
    ):
        marks = named(layout, name)
        assert [mark.places[0, 0] for mark in marks] == [value(done) for done in ramp.tests]
        rows = [len(planned) - 1 - int(mark.places[0, 1]) for mark in marks]
        assert rows == list(range(len(planned)))


@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT])
@pytest.mark.parametrize(
    ("before", "during", "conclusion", "shape"),
    [
        (15, 14, "could be chance", "circle"),
        (20, 2, "fewer missed", "square"),
        (2, 20, "more missed", "diamond"),
    ],
)
def test_a_conclusion_has_a_shape_and_words_of_its_own(theme, before, during, conclusion, shape):
    ramp = seen(before, during)
    assert ramp.tests[0].reading.conclusion == conclusion
    layout = lay_out(picture(ramp, theme))
    (mark,) = named(layout, VERDICTS[conclusion][1])
    assert mark.shape == shape
    assert mark.places[0, 0] == during
    assert VERDICTS[conclusion][1] in texts(layout.sheet)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("time", TIMES)
def test_conditions_and_names_stand_in_full_on_a_phone(scale, time):
    sets = [ideas for size in (1, 2, 3, 4, 5) for ideas in combinations(IDEAS, size)]
    for ideas in sets:
        ramp = ramp_of([Test(ideas, 8, scale, time, shifts=14)])
        words = texts(lay_out(picture(ramp, LIGHT), NARROW).sheet)
        assert ramp.tests[0].test.conditions in words
        assert f"1. {ramp.tests[0].test.named}" in words
