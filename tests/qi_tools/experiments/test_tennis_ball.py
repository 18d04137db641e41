import math
from dataclasses import replace
from itertools import pairwise
from random import Random
from statistics import fmean, stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.experiments.ball_game import CHANGES, SAME, Attempt, Game
from qi_tools.experiments.ball_passes import DROP_HAND, FETCH, HAND, distance
from qi_tools.experiments.tennis_ball import play
from qi_tools.measure import Measure

seeds = st.integers() | st.text()
small = settings(max_examples=25, deadline=None)
FIRST = Attempt(SAME, 20)


def game_of(*tried, people=10):
    """A first round, and then what is tried; a name alone is a change that is kept."""
    later = (Attempt(each, 9, "Because.") if isinstance(each, str) else each for each in tried)
    return Game((FIRST, *later), people)


EVERY = game_of(*CHANGES)


@st.composite
def games(draw):
    kept, attempts = set(), []
    for _ in range(draw(st.integers(0, 12))):
        change = draw(st.sampled_from([each for each in CHANGES if each not in kept]))
        attempt = Attempt(
            change,
            draw(st.floats(0.1, 3600)),
            draw(st.text(max_size=9)),
            change == SAME or draw(st.booleans()),
        )
        attempts.append(attempt)
        if attempt.kept and change != SAME:
            kept.add(change)
    return game_of(*attempts, people=draw(st.integers(4, 16)))


def only(change, seed=1, people=10):
    """The round of one change, tried alone."""
    return play(game_of(change, people=people), Random(seed)).rounds[1]


@small
@given(games(), seeds)
def test_the_same_seed_gives_the_same_rounds(game, seed):
    first = play(game, Random(seed))
    assert play(game, Random(seed)) == first
    assert [each.number for each in first.rounds] == list(range(1, len(game.attempts) + 1))


def test_another_seed_gives_other_rounds():
    assert play(EVERY, Random(1)).rounds != play(EVERY, Random(2)).rounds


@small
@given(games(), seeds)
def test_rounds_that_were_played_stay_when_another_is_added(game, seed):
    shorter = replace(game, attempts=game.attempts[:-1] or game.attempts)
    rounds = play(game, Random(seed)).rounds
    before = play(shorter, Random(seed)).rounds
    assert rounds[: len(before)] == before


@small
@given(games(), seeds)
def test_the_rule_holds_everyone_touches_the_ball_in_the_order_of_the_first_round(game, seed):
    rounds = play(game, Random(seed)).rounds
    assert rounds[0].touched == tuple(range(game.people))
    for each in rounds:
        assert each.touched == rounds[0].touched
        assert sorted(each.places) == list(range(game.people))
        if "reorder" not in each.way:
            assert each.places == rounds[0].places


@small
@given(games(), seeds)
def test_a_round_adds_up(game, seed):
    for each in play(game, Random(seed)).rounds:
        needed = 1 if "together" in each.way else game.people - 1
        assert each.passes >= needed + each.drops
        assert (each.passes == needed) == (each.drops == 0)
        assert each.seconds > FETCH * each.drops
        assert each.seconds == round(each.seconds, 1)


@small
@given(games(), seeds)
def test_a_change_stays_in_force_only_when_it_is_kept(game, seed):
    kept = set()
    for each in play(game, Random(seed)).rounds:
        tried = {each.attempt.change} - {SAME}
        assert set(each.way) == kept | tried
        if each.attempt.kept:
            kept |= tried


@small
@given(games(), seeds)
def test_gains_add_up_to_the_whole_gain(game, seed):
    rounds = play(game, Random(seed))
    first, last = rounds.rounds[0], [each for each in rounds.rounds if each.attempt.kept][-1]
    assert sum(gain.timed for gain in rounds.gains) == pytest.approx(
        first.seconds - last.seconds, abs=1e-6
    )
    assert sum(gain.usual for gain in rounds.gains) == pytest.approx(first.usual - last.usual)
    tried = {each.attempt.change for each in rounds.rounds[1:] if each.attempt.kept}
    assert [gain.change for gain in rounds.gains] == [each for each in CHANGES if each in tried]


def test_a_change_that_is_given_up_is_compared_with_the_way_before_it():
    tried = game_of(Attempt("faster", 9, kept=False), "closer")
    first, faster, closer = play(tried, Random(1)).rounds
    assert faster.gained == pytest.approx(first.seconds - faster.seconds)
    assert closer.gained == pytest.approx(first.seconds - closer.seconds)
    assert closer.usually_gained == pytest.approx(first.usual - closer.usual)


@pytest.mark.parametrize("people", [4, 7, 10, 16])
def test_throws_across_a_circle_have_the_mean_distance_of_geometry(people):
    """The chords from one of n even places to the others add up to 2 R cot(π / 2n) (Lagrange)."""
    radius = 0.5 / math.sin(math.pi / people)
    theory = 2 * radius / math.tan(math.pi / (2 * people)) / (people - 1)
    metres = [
        distance(people, there - here, 1.0)
        for seed in range(400)
        for here, there in pairwise(play(game_of(people=people), Random(seed)).rounds[0].places)
    ]
    # Chords of one round hang together a little, so the error is at most that of 400 rounds.
    assert fmean(metres) == pytest.approx(theory, abs=4 * stdev(metres) / math.sqrt(400))
    assert fmean(metres) == pytest.approx(theory, rel=0.05)


def test_each_person_stands_at_each_place_as_often():
    orders = [play(game_of(people=4), Random(seed)).rounds[0].places for seed in range(800)]
    error = math.sqrt(800 * 0.25 * 0.75)
    for person in range(4):
        for place in range(4):
            times = sum(order[person] == place for order in orders)
            assert times == pytest.approx(200, abs=4 * error)


@pytest.mark.parametrize("hurry", [False, True])
def test_passes_come_as_often_as_theory_says_of_a_run_without_a_drop(hurry):
    """The mean wait for r successes in a row is (1 - q^r) / (p q^r) trials (Feller 1968)."""
    tried = ("reorder", *("faster",) * hurry)
    people, drop = 16, DROP_HAND * (1.5**3 if hurry else 1)
    passed = (1 - drop) ** (people - 1)
    theory = (1 - passed) / (drop * passed)
    game, runs = game_of(*tried, people=people), 1000
    rounds = [play(game, Random(seed)).rounds[-1] for seed in range(runs)]
    passes = [each.passes for each in rounds]
    assert fmean(passes) == pytest.approx(theory, abs=4 * stdev(passes) / math.sqrt(runs))
    drops = [each.drops for each in rounds]
    assert fmean(drops) == pytest.approx(drop * theory, abs=4 * stdev(drops) / math.sqrt(runs))
    learnt = len(rounds[0].way) + 1
    seconds = HAND * learnt ** math.log2(0.9) / (1.5 if hurry else 1) + drop * FETCH
    assert rounds[0].usual == pytest.approx(theory * seconds)


@pytest.mark.parametrize("change", CHANGES)
def test_the_usual_seconds_are_the_mean_of_many_rounds(change):
    off = []
    for seed in range(600):
        each = only(change, seed)
        off.append(each.seconds - each.usual)
    assert fmean(off) == pytest.approx(0, abs=4 * stdev(off) / math.sqrt(len(off)))


def usual_gain(change, *, people=10):
    return fmean(only(change, seed, people).usually_gained for seed in range(100))


def test_a_new_order_is_a_step_and_the_rest_are_small():
    small_steps = sum(usual_gain(change) for change in (SAME, "closer"))
    assert 1 < small_steps < 5
    assert usual_gain("reorder") > 2 * small_steps
    assert usual_gain("together") > usual_gain("reorder")


def test_hurry_makes_far_throws_slower_and_a_handing_over_quicker():
    assert usual_gain("faster") < 0
    assert usual_gain("faster", people=16) < usual_gain("faster")
    close = play(game_of("reorder", "faster"), Random(1)).rounds[-1]
    again = play(game_of("reorder", SAME), Random(1)).rounds[-1]
    assert close.usually_gained > again.usually_gained


def test_practice_follows_the_power_law():
    """Wright (1936): of what is learnt, nine tenths are left for each doubling."""
    rounds = play(game_of("together", *(SAME,) * 14), Random(1)).rounds
    # What a drop costs isn't learnt.
    handling = {each.number: each.usual - rounds[1].usual for each in rounds}
    learnt = [handling[2 * n] - handling[n] for n in (2, 4)]
    assert learnt[1] / learnt[0] == pytest.approx(0.9)


@small
@given(games(), seeds)
def test_the_measure_holds_the_seconds_and_notes_the_changes(game, seed):
    rounds = play(game, Random(seed))
    measure = rounds.measure
    assert measure.values.tolist() == [each.seconds for each in rounds.rounds]
    assert measure.simulated
    assert (measure.unit, measure.better) == ("seconds", "lower")
    assert [note.point for note in measure.notes] == [
        each.number - 1 for each in rounds.rounds if each.attempt.change != SAME
    ]


def test_notes_say_what_was_given_up():
    tried = game_of(Attempt("faster", 9, kept=False), SAME, "reorder")
    notes = play(tried, Random(1)).measure.notes
    assert [(note.point, note.words) for note in notes] == [
        (1, "Faster (given up)"),
        (3, "Reorder"),
    ]


def test_the_table_can_be_saved_and_read_back(tmp_path):
    rounds = play(EVERY, Random(1))
    path = tmp_path / "rounds.csv"
    rounds.table.to_csv(path, index=False)
    assert (
        Measure.from_file(path, "seconds", "date").values.tolist() == rounds.measure.values.tolist()
    )
    table = rounds.table
    assert table["change"].tolist() == [SAME, *CHANGES]
    assert table["predicted"].tolist() == [20] + [9] * 5
    assert table["theory"].tolist() == [""] + ["Because."] * 5
    table.loc[0, "seconds"] = -1
    assert rounds.table["seconds"].tolist() == rounds.measure.values.tolist()


@small
@given(games(), seeds)
def test_the_description_is_short_and_plain(game, seed):
    text = play(game, Random(seed)).describe()
    assert text.startswith("Simulated: ")
    assert len(text) <= 600


def test_the_description_tells_the_gains_apart():
    rounds = play(game_of("closer", Attempt("faster", 9, kept=False), "together"), Random(1))
    text = rounds.describe()
    closer, together = rounds.gains
    assert f"Small steps (closer) gained {closer.timed:.2g} seconds" in text
    assert f"New ways (together) gained {together.timed:.2g} seconds" in text
    assert "1 change given up." in text
    assert rounds.report() == (text,)
    assert "gained" not in play(game_of(), Random(1)).describe()


def test_a_loss_is_called_a_loss():
    every = [play(game_of(SAME), Random(seed)) for seed in range(20)]
    lost = [rounds for rounds in every if rounds.gains[0].timed < 0]
    assert 0 < len(lost) < 20
    for rounds in lost:
        assert "Small steps (same) lost " in rounds.describe()


def test_what_was_given_up_can_be_tried_again():
    given_up = Attempt("faster", 9, kept=False)
    rounds = play(game_of(given_up, given_up, "faster"), Random(1))
    assert rounds.gains[0].timed == rounds.rounds[-1].gained
