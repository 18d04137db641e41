from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.draw.marble_papers import EARLIER, LATER, RING, caption, picture
from qi_tools.draw.placed import Marks, Stroke
from qi_tools.errors import ChartImpossible
from qi_tools.experiments.marble_funnel import RULES, Aim, drop_marbles, radius_alone
from qi_tools.experiments.marble_papers import papers
from qi_tools.palette import DARK, LIGHT, PRINT
from tests.qi_tools.draw.sheets import check_words, texts

rules = st.lists(st.sampled_from(list(RULES)), min_size=1, max_size=4, unique=True)


def laid(*rules, drops=50, seed=1):
    return papers(drop_marbles(Aim(rule, drops), Random(f"{seed}/{rule}")) for rule in rules)


def drawn(result, room, theme=LIGHT):
    return lay_out(picture(result, theme), room).sheet


def on_papers(sheet, kind, name):
    """The things of that name, without the one in the key."""
    things = [thing for thing in sheet.things if isinstance(thing, kind) and thing.name == name]
    return things[1:] if name in {EARLIER, LATER, RING} else things


@settings(max_examples=40, deadline=None)
@given(rules, st.integers(2, 200), st.integers(0, 99), st.sampled_from([WIDE, NARROW]))
def test_all_marbles_lie_on_their_papers_and_no_words_meet(tried, drops, seed, room):
    result = laid(*tried, drops=drops, seed=seed)
    sheet = drawn(result, room)
    check_words(sheet)
    edges = on_papers(sheet, Stroke, "Paper")
    early, late = (on_papers(sheet, Marks, name) for name in (EARLIER, LATER))
    assert len(edges) == len(early) == len(late) == len(tried)
    for run, edge, first, second in zip(result.runs, edges, early, late, strict=True):
        there = np.concatenate((first.places, second.places))
        assert len(there) == run.aim.drops
        assert len(first.places) == drops // 2
        assert (there >= edge.places.min(axis=0)).all()
        assert (there <= edge.places.max(axis=0)).all()
        assert edge.places.max() <= max(sheet.width, sheet.height)


@pytest.mark.parametrize("room", [WIDE, NARROW])
@pytest.mark.parametrize("tried", [(1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)])
def test_one_scale_on_all_papers_and_both_ways(room, tried):
    result = laid(*tried)
    sheet = drawn(result, room)
    rings = on_papers(sheet, Stroke, RING)
    scale = np.ptp(rings[0].places[:, 0]) / 2 / radius_alone(0.95)
    for run, ring, marks in zip(result.runs, rings, on_papers(sheet, Marks, EARLIER), strict=True):
        assert np.ptp(ring.places, axis=0) == pytest.approx(2 * radius_alone(0.95) * scale)
        middle = (ring.places.max(axis=0) + ring.places.min(axis=0)) / 2
        first = run.drops[0]
        due = middle + np.array([first.across, -first.along]) * scale  # along is up the paper
        assert marks.places[0] == pytest.approx(due)


@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT])
def test_early_and_late_differ_in_shape_and_filling(theme):
    sheet = drawn(laid(4), WIDE, theme)
    (early,), (late,) = (on_papers(sheet, Marks, name) for name in (EARLIER, LATER))
    assert early.shape != late.shape
    assert early.fill == theme.paper != late.fill
    assert {EARLIER, LATER, "Rule 4: 50 drops"} <= set(texts(sheet))


def test_the_ruler_is_as_long_as_it_says():
    sheet = drawn(laid(1, 3), WIDE)
    (ruler,) = on_papers(sheet, Stroke, "Ruler")
    (said,) = [text for text in texts(sheet) if text.endswith(" mm")]
    ring = on_papers(sheet, Stroke, RING)[0]
    scale = np.ptp(ring.places[:, 0]) / 2 / radius_alone(0.95)
    assert np.ptp(ruler.places[:, 0]) == pytest.approx(int(said[:-3]) * scale)


def test_the_caption_and_saving(tmp_path):
    assert "The scale is the same" in caption(laid(1))
    assert "All papers have one scale" in caption(laid(1, 2))
    for ending in (".png", ".svg", ".pdf", ".docx", ".csv"):
        assert laid(1, 4).save(tmp_path / f"papers{ending}").stat().st_size > 1000
    import matplotlib.pyplot as plt

    with pytest.raises(ChartImpossible):
        laid(1).plot(plt.figure().add_subplot())
    plt.close("all")
