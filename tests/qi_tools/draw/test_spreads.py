from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.draw.spreads import SHOWN, picture
from qi_tools.experiments.adoption import Rollout, spread
from qi_tools.experiments.spreads import LEVERS, Spreads
from qi_tools.palette import DARK, LIGHT, PRINT
from tests.qi_tools.draw.sheets import check_data, check_words, named, said


def run(seed=1, **given):
    return spread(Rollout(patients=2, **given), Random(seed))


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(LEVERS), unique=True), min_size=1, max_size=5),
    st.integers(1, 104),
    st.integers(0, 24),
    st.sampled_from([NARROW, WIDE]),
    st.sampled_from([LIGHT, DARK, PRINT]),
)
def test_no_words_meet_and_all_data_are_within_the_axes(each, weeks, starters, room, theme):
    runs = [run(weeks=weeks, starters=starters, **dict.fromkeys(levers, True)) for levers in each]
    layout = lay_out(picture(Spreads(tuple(runs)), theme), room)
    check_words(layout.sheet)
    check_data(layout)


def test_the_latest_runs_are_shown_with_their_numbers():
    runs = (run(), run(visits=True), run(mandate=True), run(support=True))
    layout = lay_out(picture(Spreads(runs), LIGHT))
    words = said(layout.sheet)
    assert "Run 1" not in words
    assert all(text in words for text in ("Run 2: visits", "Run 3: mandate", "Run 4: support"))
    for name, count in (("Use it", "in_use"), ("Took it up", "adopted")):
        lines = named(layout, name)
        assert len(lines) == SHOWN
        for line, made in zip(lines, runs[-SHOWN:], strict=True):
            weeks = [week for week in made.weeks if week.number >= 0]
            assert line.places[:, 0].tolist() == [week.number for week in weeks]
            assert line.places[:, 1].tolist() == [getattr(week, count) for week in weeks]


def test_the_two_lines_differ_without_colour():
    layout = lay_out(picture(Spreads((run(),)), PRINT))
    assert named(layout, "Took it up")[0].dash
    assert not named(layout, "Use it")[0].dash
    last = run().weeks[-1]
    assert f"{last.in_use} use it" in said(layout.sheet)
