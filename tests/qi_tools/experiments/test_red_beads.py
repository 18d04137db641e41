import math
from collections import Counter
from dataclasses import FrozenInstanceError, replace
from itertools import pairwise
from random import Random
from statistics import fmean, variance

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from qi_tools.errors import QIToolsError
from qi_tools.experiments.red_beads import (
    ACTS,
    Act,
    Factory,
    FactoryInvalid,
    expected,
    produce,
    ranking_odds,
)
from qi_tools.measure import Measure
from qi_tools.spc.charts import control_chart

FULL = Factory(workers=tuple("ABCDEFGHIJKL"), days=60)
"""The most dips at once: 720."""
seeds = st.integers() | st.text()


@st.composite
def factories(draw):
    white, red = draw(st.integers(1, 300)), draw(st.integers(1, 300))
    paddle = draw(st.integers(1, min(60, white + red)))
    return Factory(
        white,
        red,
        paddle,
        tuple("ABCDEF"[: draw(st.integers(2, 6))]),
        draw(st.integers(1, 8)),
        draw(st.integers(0, paddle)),
        tuple(draw(st.lists(st.sampled_from(list(ACTS)), max_size=5))),
        draw(st.floats(0, 1)),
    )


def many(factory, runs):
    """The paddles of many runs."""
    return [paddle for seed in range(runs) for paddle in produce(factory, Random(seed)).paddles]


@given(factories(), seeds)
def test_the_same_seed_gives_the_same_production(factory, seed):
    first = produce(factory, Random(seed))
    assert produce(factory, Random(seed)) == first
    assert len(first.paddles) == len(factory.workers) * factory.days
    assert [paddle.day for paddle in first.paddles] == sorted(
        paddle.day for paddle in first.paddles
    )


def test_another_seed_gives_another_production():
    assert produce(Factory(), Random(1)).paddles != produce(Factory(), Random(2)).paddles


@given(factories(), seeds)
def test_a_paddle_holds_no_more_beads_of_a_colour_than_the_box(factory, seed):
    for paddle in produce(factory, Random(seed)).paddles:
        assert max(0, factory.paddle - factory.white) <= paddle.true
        assert paddle.true <= min(factory.paddle, factory.red)
        for count in (*paddle.counts, paddle.recorded):
            assert 0 <= count <= factory.paddle
            assert abs(count - paddle.true) <= 1
        if paddle.counts[0] != paddle.counts[1]:
            assert paddle.recorded == paddle.true


def test_a_paddle_that_takes_the_whole_box_never_varies():
    factory = Factory(white=30, red=10, paddle=40, miscount=0)
    assert {paddle.recorded for paddle in produce(factory, Random(1)).paddles} == {10}
    assert expected(factory).variance == 0


@given(factories(), seeds, st.lists(st.sampled_from(list(ACTS)), max_size=5), st.integers(0, 60))
def test_nothing_that_management_does_changes_a_bead(factory, seed, acts, target):
    other = replace(factory, acts=tuple(acts), target=min(target, factory.paddle))
    first, second = (produce(each, Random(seed)) for each in (factory, other))
    assert first.paddles == second.paddles
    assert first.rankings == second.rankings


@pytest.mark.parametrize(
    "factory",
    [FULL, replace(FULL, white=60, red=20, paddle=40), replace(FULL, white=5, red=45, paddle=10)],
    ids=["usual", "half the box", "mostly red"],
)
def test_beads_have_the_mean_variance_and_shares_of_the_hypergeometric_distribution(factory):
    true = [paddle.true for paddle in many(factory, 10)]
    n, beads, theory = len(true), factory.white + factory.red, expected(factory)
    assert theory.variance == pytest.approx(
        factory.paddle
        * factory.share
        * (1 - factory.share)
        * (beads - factory.paddle)
        / (beads - 1)
    )
    assert fmean(true) == pytest.approx(theory.mean, abs=4 * math.sqrt(theory.variance / n))
    assert variance(true) == pytest.approx(theory.variance, rel=4 * math.sqrt(2 / n))
    seen = Counter(true)
    for red in range(factory.paddle + 1):
        chance = hypergeom.pmf(red, beads, factory.red, factory.paddle)
        error = math.sqrt(n * chance * (1 - chance))
        assert abs(seen[red] - n * chance) <= 4.5 * error + 1


def test_the_finite_box_is_told_from_an_endless_one():
    """The binomial variance is twice as large here: the test above would see it."""
    theory = expected(replace(FULL, white=60, red=20, paddle=40))
    assert theory.variance < 0.55 * 40 * 0.25 * 0.75


@given(factories())
def test_theory_agrees_with_scipy(factory):
    law = hypergeom(factory.white + factory.red, factory.red, factory.paddle)
    theory = expected(factory)
    chances = {red: law.pmf(red) for red in range(factory.paddle + 1)}
    mean = sum(red * chance for red, chance in chances.items())
    assert theory.mean == pytest.approx(mean)
    assert theory.variance == pytest.approx(
        sum((red - mean) ** 2 * chance for red, chance in chances.items()), abs=1e-7
    )
    assert theory.within_target == pytest.approx(law.cdf(factory.target), abs=1e-9)
    below, above = law.cdf(math.ceil(theory.lower) - 1), law.sf(math.floor(theory.upper))
    assert theory.beyond == pytest.approx(below + above, abs=1e-9)
    paddles = len(factory.workers) * factory.days
    assert theory.any_beyond == pytest.approx(1 - (1 - theory.beyond) ** paddles, abs=1e-12)


def test_the_usual_box_gives_known_numbers():
    """Mean 10 and limits 1.5 and 18.5, as for any 50 at 20% (Wheeler & Chambers 1992)."""
    theory = expected(Factory())
    assert theory.mean == 10
    assert theory.lower == pytest.approx(10 - 3 * math.sqrt(8))
    assert theory.upper == pytest.approx(10 + 3 * math.sqrt(8))


def test_false_alarms_come_as_often_as_theory_says():
    factory, runs = replace(FULL, miscount=0), 40
    theory = expected(factory)
    recorded = [paddle.recorded for paddle in many(factory, runs)]
    alarms = sum(not theory.lower <= red <= theory.upper for red in recorded)
    usual = len(recorded) * theory.beyond
    assert 60 < usual < 90
    assert abs(alarms - usual) < 4 * math.sqrt(usual)


@pytest.mark.parametrize(("kind", "times"), [("np", 1), ("p", 2)])
def test_the_chart_has_the_limits_of_theory(kind, times):
    """A p chart counts in per cent: of 50 beads, each is 2."""
    factory = Factory()
    centre = factory.share * (1 if kind == "np" else 100)
    chart = control_chart(produce(factory, Random(3)).measure, kind, centre=centre)
    theory = expected(factory)
    assert chart.centre.tolist() == pytest.approx([times * theory.mean] * 24)
    assert chart.lower.tolist() == pytest.approx([times * theory.lower] * 24)
    assert chart.upper.tolist() == pytest.approx([times * theory.upper] * 24)


@pytest.mark.parametrize("miscount", [0.0, 0.4, 1.0])
def test_inspectors_miscount_as_often_as_they_are_said_to(miscount):
    paddles = many(replace(FULL, miscount=miscount), 10)
    n = len(paddles)
    for inspector in range(2):
        slips = [paddle.counts[inspector] - paddle.true for paddle in paddles]
        wrong = sum(slip != 0 for slip in slips) / n
        assert abs(wrong - miscount) <= 4 * math.sqrt(miscount * (1 - miscount) / n)
        assert abs(fmean(slips)) <= 4 * math.sqrt(miscount / n)
    # Only when both slip the same way does a wrong count go into the books.
    chance = miscount**2 / 2
    recorded = sum(paddle.recorded != paddle.true for paddle in paddles) / n
    assert abs(recorded - chance) <= 4 * math.sqrt(chance * (1 - chance) / n)


def test_a_fair_ranking_repeats_itself_as_seldom_as_theory_says():
    """Of five beads, workers often tie: only fair lots get this right."""
    factory = Factory(paddle=5, workers=tuple("ABCD"), days=60, target=0)
    pairs = [
        pair for seed in range(60) for pair in pairwise(produce(factory, Random(seed)).rankings)
    ]
    odds = ranking_odds(4)
    seen = {
        odds.same_best: [a[0] == b[0] for a, b in pairs],
        odds.same_best_and_worst: [(a[0], a[-1]) == (b[0], b[-1]) for a, b in pairs],
        odds.same_order: [a == b for a, b in pairs],
    }
    assert list(seen) == [1 / 4, 1 / 12, 1 / 24]
    for chance, same in seen.items():
        assert abs(fmean(same) - chance) < 4 * math.sqrt(chance * (1 - chance) / len(pairs))
    firsts = Counter(today[0] for today, _ in pairs)
    assert all(abs(firsts[worker] / len(pairs) - 1 / 4) < 0.03 for worker in "ABCD")


@given(factories(), seeds)
def test_rankings_go_from_the_fewest_to_the_most(factory, seed):
    production = produce(factory, Random(seed))
    recorded = {(paddle.day, paddle.worker): paddle.recorded for paddle in production.paddles}
    for day, ranking in enumerate(production.rankings, 1):
        assert sorted(ranking) == sorted(factory.workers)
        reds = [recorded[day, worker] for worker in ranking]
        assert reds == sorted(reds)
    assert production.best_again == sum(a[0] == b[0] for a, b in pairwise(production.rankings))


@given(factories(), seeds)
def test_the_story_tells_what_was_counted_before_and_after(factory, seed):
    production = produce(factory, Random(seed))
    recorded = {(paddle.day, paddle.worker): paddle.recorded for paddle in production.paddles}

    def mean(day, workers):
        reds = [recorded[day, worker] for worker in workers if (day, worker) in recorded]
        return fmean(reds) if reds else None

    for act in production.acts:
        if act.worker:
            days, who = (act.day, act.day + 1), [act.worker]
        else:
            days, who = (act.day - 1, act.day), factory.workers
        assert (act.before, act.after) == tuple(mean(day, who) for day in days)
    told = [act.kind for act in production.acts]
    assert len(told) == factory.days * (3 if factory.acts else 2)
    assert [act.day for act in production.acts] == sorted(act.day for act in production.acts)
    assert [act.worker for act in production.acts if act.kind == "praise"] == [
        ranking[0] for ranking in production.rankings
    ]
    assert [act.worker for act in production.acts if act.kind == "blame"] == [
        ranking[-1] for ranking in production.rankings
    ]


def test_acts_come_round_in_their_order():
    production = produce(Factory(days=6), Random(1))
    mornings = [act.kind for act in production.acts if not act.worker]
    assert mornings == ["target", "poster", "incentive", "threat", "target", "poster"]
    assert production.acts[0].words == "A target is set: no more than 3 red beads a paddle."


def test_after_praise_and_after_blame_comes_the_average():
    """Regression to the mean (Galton 1886): the next day knows nothing of this one."""
    acts = [
        act
        for seed in range(10)
        for act in produce(FULL, Random(seed)).acts
        if act.after is not None
    ]
    theory = expected(FULL)
    for kind, before in (("praise", 5.7), ("blame", 14.9)):
        its = [act for act in acts if act.kind == kind]
        error = math.sqrt(theory.variance / len(its))
        assert fmean(act.after for act in its) == pytest.approx(theory.mean, abs=4 * error)
        assert fmean(act.before for act in its) == pytest.approx(before, abs=0.5)


def test_what_followed_is_said_in_words():
    act = Act(2, "poster", "", "A poster goes up.", 9.5, 10.25)
    assert act.followed == "Red beads a paddle: 9.5 before, 10.2 after."
    first = replace(act, before=None)
    assert first.followed == "Red beads a paddle: 10.2 after; there was no day before it."
    assert replace(act, after=None).followed == "There was no day after it."


@given(factories(), seeds)
def test_measures_hold_what_was_recorded(factory, seed):
    production = produce(factory, Random(seed))
    recorded = [paddle.recorded for paddle in production.paddles]
    workers = len(factory.workers)
    measure = production.measure
    assert measure.simulated
    assert measure.better == "lower"
    assert measure.numerators.tolist() == recorded
    assert measure.denominators.tolist() == [factory.paddle] * len(recorded)
    days = production.by_day
    assert days.numerators.tolist() == [
        sum(recorded[first : first + workers]) for first in range(0, len(recorded), workers)
    ]
    assert days.denominators.tolist() == [factory.paddle * workers] * factory.days
    for place, worker in enumerate(factory.workers):
        alone = production.of_worker(worker)
        assert alone.simulated
        assert alone.numerators.tolist() == recorded[place::workers]
        assert production.totals[worker] == sum(recorded[place::workers])


def test_the_measure_shows_the_acts_and_the_target():
    measure = produce(Factory(acts=("poster", "target")), Random(1)).measure
    assert [(note.point, note.words) for note in measure.notes] == [
        (0, "Poster"),
        (6, "Target"),
        (12, "Poster"),
        (18, "Target"),
    ]
    assert [(target.first, target.value) for target in measure.targets] == [(6, 6.0)]
    bare = produce(Factory(acts=()), Random(1)).measure
    assert bare.notes == bare.targets == ()


def test_the_table_can_be_saved_and_read_back(tmp_path):
    production = produce(Factory(), Random(1))
    path = tmp_path / "beads.csv"
    production.table.to_csv(path, index=False)
    read = Measure.from_file(path, "red beads", "date", denominator="beads", data="proportions")
    measure = production.measure
    assert read.values.tolist() == measure.values.tolist()
    assert read.numerators.tolist() == measure.numerators.tolist()
    assert read.unit == measure.unit


def test_each_table_is_a_fresh_one():
    production = produce(Factory(), Random(1))
    table = production.table
    table.loc[0, "red beads"] = -1
    assert production.table["red beads"].tolist() == [
        paddle.recorded for paddle in production.paddles
    ]
    assert production.table["truly red"].tolist() == [paddle.true for paddle in production.paddles]


@given(factories(), seeds)
def test_the_description_is_short_and_plain(factory, seed):
    text = produce(factory, Random(seed)).describe()
    assert text.startswith("Simulated: ")
    assert len(text) <= 600


def test_the_longest_description_is_short_enough():
    names = tuple(f"{letter * 24}" for letter in "ABCDEFGHIJKL")
    factory = Factory(999, 999_001, 200, names, 60)
    assert len(produce(factory, Random(1)).describe()) <= 600


def test_the_description_tells_who_had_the_fewest_and_the_most():
    production = produce(Factory(), Random(1))
    totals = production.totals
    text = production.describe()
    fewest, most = min(totals.values()), max(totals.values())
    assert f"had the fewest ({fewest})" in text
    assert f"the most ({most})" in text
    assert f"the next {production.best_again} of 3 times; luck alone gives 1 in 6." in text
    alone = produce(Factory(days=1), Random(1)).describe()
    assert "The best of a day" not in alone


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"white": 0}, "The number of white beads is 0. Give a whole number from 1 to 1,000,000."),
        ({"red": 2.5}, "The number of red beads is 2.5."),
        ({"red": 999_999}, "The number of beads in the box is 1003199."),
        ({"white": 20, "red": 20}, "The number of beads on a paddle is 50. Give a whole number fr"),
        ({"paddle": 201}, "Give a whole number from 1 to 200."),
        ({"days": True}, "The number of days is True. Give a whole number from 1 to 60."),
        ({"target": 51}, "The target is 51. Give a whole number from 0 to 50."),
        ({"workers": ("Ash",)}, "Give 2 to 12 names as a tuple"),
        ({"workers": ["Ash", "Elm"]}, "Give 2 to 12 names as a tuple"),
        ({"workers": ("Ash", " ")}, "A worker is called ' '. Give a name of 1 to 24 letters."),
        ({"workers": ("Ash", "E\nlm")}, "A worker is called 'E\\nlm'."),
        ({"workers": ("Ash", "Ash")}, "Two workers have the same name: Ash, Ash."),
        ({"acts": "target"}, "What management does is 'target'. Give a tuple"),
        ({"acts": ("listen",)}, "Management can't do 'listen'. Use one of: target, poster"),
        ({"acts": ([],)}, "Management can't do []."),
        ({"miscount": 1.5}, "The chance of a miscount is 1.5. Give a number from 0 to 1"),
        ({"miscount": math.nan}, "The chance of a miscount is nan."),
        ({"miscount": "0.1"}, "The chance of a miscount is '0.1'."),
        ({"miscount": True}, "The chance of a miscount is True."),
    ],
    ids=str,
)
def test_a_factory_that_cannot_be_says_why(wrong, said):
    with pytest.raises(FactoryInvalid) as caught:
        replace(Factory(), **wrong)
    assert said in str(caught.value)
    assert isinstance(caught.value, QIToolsError)


@pytest.mark.parametrize("workers", [1, 13, 6.0, True, None])
def test_ranking_odds_need_a_number_of_workers(workers):
    with pytest.raises(FactoryInvalid, match="Give a whole number from 2 to 12"):
        ranking_odds(workers)


def test_an_unknown_worker_says_who_is_known():
    with pytest.raises(FactoryInvalid, match=r"No worker is called 'Yew'\. Use one of: Ash, Elm"):
        produce(Factory(), Random(1)).of_worker("Yew")


def test_a_factory_stays_as_it_is():
    with pytest.raises(FrozenInstanceError):
        Factory().red = 0
