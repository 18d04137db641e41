from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.draw.ball_circle import HANDED, ROLLED, THROWN, caption, picture
from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.draw.placed import Marks, Stroke
from qi_tools.experiments.ball_game import CHANGES, SAME, Attempt, Game
from qi_tools.experiments.tennis_ball import play
from qi_tools.palette import DARK, LIGHT
from tests.qi_tools.draw.sheets import check_words, said


def played(*changes, people=10, seed=1):
    attempts = tuple(Attempt(change, 9) for change in (SAME, *changes))
    return play(Game(attempts, people), Random(seed))


def things(drawn, kind, name, room=WIDE):
    sheet = lay_out(drawn, room).sheet
    # The key has a sample of each line, level and short.
    every = [thing for thing in sheet.things if isinstance(thing, kind) and thing.name == name]
    return [thing for thing in every if not is_sample(thing)]


def is_sample(thing):
    return isinstance(thing, Stroke) and thing.places[0][1] == thing.places[1][1] < 60


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.sampled_from(list(CHANGES)[1:]), unique=True),
    st.integers(4, 16),
    st.sampled_from([NARROW, WIDE]),
    st.sampled_from([LIGHT, DARK]),
)
def test_no_words_meet_words_and_none_sticks_out(changes, people, room, theme):
    check_words(lay_out(picture(played(*changes, people=people), theme), room).sheet)


@settings(max_examples=30, deadline=None)
@given(st.integers(4, 16), st.integers(), st.booleans())
def test_people_are_apart_and_each_pass_joins_one_to_the_next(people, seed, reorder):
    game = played(*["reorder"] * reorder, "closer", people=people, seed=seed)
    drawn = picture(game, LIGHT)
    for each, discs in zip(
        (game.rounds[0], game.rounds[-1]), things(drawn, Marks, "People"), strict=True
    ):
        assert discs.places.shape == (people, 2)
        gaps = [np.hypot(*(b - a)) for n, a in enumerate(discs.places) for b in discs.places[:n]]
        assert min(gaps) > discs.size
        lines = {
            tuple(map(tuple, line.places.tolist())): line.name
            for name in (THROWN, HANDED)
            for line in things(drawn, Stroke, name)
        }
        for ends, handed in zip(
            pairwise(map(tuple, discs.places.tolist())), each.handed, strict=True
        ):
            assert lines[ends] == (HANDED if handed else THROWN)


def test_a_rolling_ball_lies_in_the_middle_of_all_hands():
    drawn = picture(played("together"), LIGHT)
    (ball,) = things(drawn, Marks, "Ball")
    arms = things(drawn, Stroke, ROLLED)
    assert len(arms) == 10
    for arm in arms:
        assert arm.places[1].tolist() == pytest.approx(ball.places[0].tolist())


def test_the_key_explains_the_lines_that_there_are_and_tells_them_by_their_dashes():
    apart = picture(played("reorder"), LIGHT)
    assert [entry.words for entry in apart.key] == [THROWN, HANDED]
    thrown, handed = (entry.sample for entry in apart.key)
    assert thrown.dash
    assert not handed.dash
    assert ROLLED in [entry.words for entry in picture(played("together"), LIGHT).key]


def test_the_first_round_stands_beside_the_latest():
    game = played("closer", "reorder")
    words = said(lay_out(picture(game, LIGHT)).sheet)
    first, _, latest = game.rounds
    assert f"Round 1: {first.seconds:g} seconds" in words
    assert f"Round 3: {latest.seconds:g} seconds" in words
    assert "9 handed over" in words
    assert "Round 2" not in words
    assert caption(game).endswith("Ball in a circle, simulated.")


def test_one_round_stands_alone():
    assert len(things(picture(played(), LIGHT), Marks, "People")) == 1
