from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.draw.picture import Sketch
from qi_tools.draw.placed import Marks, Stroke, Words
from qi_tools.draw.site_maps import BEGAN, NEVER, SLIPPED, USES, picture
from qi_tools.experiments.adoption import Rollout, spread
from qi_tools.experiments.spreads import LEVERS, SiteMaps, Spreads
from qi_tools.palette import DARK, LIGHT, PRINT
from tests.qi_tools.draw.sheets import check_words, said


def run(seed=1, **given):
    return spread(Rollout(patients=2, **given), Random(seed))


def drawn(*runs, room=NARROW, theme=LIGHT) -> Sketch:
    sketch = picture(SiteMaps(Spreads(runs)), theme).sketch
    assert sketch
    return sketch(room)


def marks(sketch, name):
    return [thing for thing in sketch.things if isinstance(thing, Marks) and thing.name == name]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(LEVERS), unique=True), min_size=1, max_size=3),
    st.integers(),
    st.integers(0, 24),
    st.floats(NARROW, WIDE),
    st.sampled_from([LIGHT, DARK, PRINT]),
)
def test_no_words_meet_words_and_none_sticks_out(each, seed, starters, room, theme):
    runs = [run(seed, starters=starters, **dict.fromkeys(names, True)) for names in each]
    check_words(lay_out(picture(SiteMaps(Spreads(tuple(runs))), theme), room).sheet)


@pytest.mark.parametrize("seed", range(4))
def test_each_site_is_marked_by_what_became_of_it(seed):
    made = run(seed, mandate=seed % 2 == 0, starters=2)
    sketch = drawn(made)
    last = made.weeks[-1]
    assert len(marks(sketch, USES)) == last.in_use
    assert len(marks(sketch, SLIPPED)) == last.slipped
    assert len(marks(sketch, NEVER)) == 24 - last.adopted
    assert len(marks(sketch, BEGAN)) == 2
    shapes = {each.shape for name in (USES, SLIPPED, NEVER) for each in marks(sketch, name)}
    assert len(shapes) == sum(bool(marks(sketch, name)) for name in (USES, SLIPPED, NEVER))
    weeks = [thing.text for thing in sketch.things if isinstance(thing, Words)][1:]
    assert weeks == [str(site.adopted) for site in made.sites if site.adopted is not None]


def test_lines_join_linked_sites_and_are_thick_where_both_use_it():
    made = run(mandate=True)
    sketch = drawn(made)
    lines = [each for each in sketch.things if isinstance(each, Stroke)]
    pairs = {tuple(sorted((site.number, other))) for site in made.sites for other in site.links}
    assert len(lines) == len(pairs)
    uses = {site.number for site in made.sites if site.uses(52)}
    both = [pair for pair in pairs if set(pair) <= uses]
    thick = max(each.width for each in lines)
    assert sum(each.width == thick for each in lines) == len(both) < len(pairs)


def test_the_latest_run_stands_beside_the_one_before():
    runs = (run(), run(visits=True), run(mandate=True))
    words = said(lay_out(picture(SiteMaps(Spreads(runs)), LIGHT), WIDE).sheet)
    assert "Run 1" not in words
    assert "Run 2: visits Run 3: mandate" in words
    for room, places in ((WIDE, 2), (NARROW, 1)):
        sites = [
            thing.places[0]
            for thing in drawn(*runs, room=room).things
            if isinstance(thing, Marks) and thing.name != BEGAN
        ]
        assert len(sites) == 48
        lefts = {round(float(np.mean([x for x, _ in half]))) for half in (sites[:24], sites[24:])}
        assert len(lefts) == places
