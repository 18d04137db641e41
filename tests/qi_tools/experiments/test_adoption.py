import math
from collections import Counter
from dataclasses import FrozenInstanceError, replace
from random import Random
from statistics import fmean, stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.errors import QIToolsError
from qi_tools.experiments.adoption import (
    BASELINE,
    BEGIN,
    EFFECT,
    MANDATE,
    UNWILLING,
    USUAL_LATE,
    WAYS,
    Rollout,
    RolloutInvalid,
    bass,
    spread,
)
from qi_tools.measure import Measure
from qi_tools.spc.charts import control_chart

seeds = st.integers() | st.text()
some = settings(max_examples=10, deadline=None)
ALIKE = Rollout(sites=12, near=6, far=0, weeks=25, slipping=0, unevenness=0, patients=2, starters=0)
"""All sites alike, all linked, none slips back: Bass's model."""


@st.composite
def rollouts(draw):
    sites = draw(st.integers(4, 20))
    near = draw(st.integers(1, sites // 2))
    pairs = sites * (sites - 1 - min(2 * near, sites - 1)) // 2
    chance = st.floats(0, 1)
    return Rollout(
        sites,
        near,
        draw(st.integers(0, pairs)),
        draw(st.integers(1, 20)),
        draw(chance),
        draw(chance),
        draw(chance),
        draw(chance),
        draw(st.integers(2, 5)),
        draw(st.integers(0, sites)),
        draw(st.sampled_from(list(BEGIN))),
        *(draw(st.booleans()) for _ in range(4)),
    )


def runs(rollout, count):
    return [spread(rollout, Random(seed)) for seed in range(count)]


def after(adoption):
    """Weeks 0 and later."""
    return adoption.weeks[BASELINE:]


@some
@given(rollouts(), seeds)
def test_the_same_seed_gives_the_same_spread(rollout, seed):
    assert spread(rollout, Random(seed)) == spread(rollout, Random(seed))


@some
@given(rollouts(), seeds)
def test_links_are_mutual_and_as_many_as_asked(rollout, seed):
    sites = spread(rollout, Random(seed)).sites
    for site in sites:
        assert site.number not in site.links
        assert all(site.number in sites[other - 1].links for other in site.links)
        near = {
            (site.number - 1 + step) % rollout.sites + 1
            for step in range(-rollout.near, rollout.near + 1)
        }
        assert near - {site.number} <= set(site.links)
    ring = rollout.sites * min(2 * rollout.near, rollout.sites - 1) // 2
    assert sum(len(site.links) for site in sites) == 2 * (ring + rollout.far)


@some
@given(rollouts(), seeds)
def test_the_story_of_sites_and_weeks_agrees(rollout, seed):
    adoption = spread(rollout, Random(seed))
    assert [week.number for week in adoption.weeks] == list(range(-BASELINE, rollout.weeks + 1))
    for site in adoption.sites:
        assert (site.adopted is None) is (site.way == "never")
        assert (site.adopted == 0) is (site.way == "start")
        if site.slipped is not None:
            assert site.adopted < site.slipped <= rollout.weeks
    for week in adoption.weeks:
        assert week.in_use == sum(site.uses(week.number) for site in adoption.sites)
        assert week.in_use == week.adopted - week.slipped
        assert 0 <= week.late <= week.patients
        assert week.number >= 0 or week.adopted == 0
    assert after(adoption)[0].in_use == rollout.starters


@some
@given(rollouts(), seeds)
def test_no_site_takes_up_by_contact_before_a_linked_site_uses_the_change(rollout, seed):
    sites = spread(replace(rollout, push=0, mandate=False), Random(seed)).sites
    for site in sites:
        if site.way == "contact":
            assert any(sites[other - 1].uses(site.adopted - 1) for other in site.links)
        assert site.way in {"start", "contact", "never"}


@some
@given(rollouts(), seeds, st.sampled_from(["visits", "mandate"]))
def test_without_slipping_back_more_contact_or_push_never_delays_a_site(rollout, seed, lever):
    plain = replace(rollout, slipping=0, visits=False, mandate=False)
    before, now = (
        spread(each, Random(seed)).sites for each in (plain, replace(plain, **{lever: True}))
    )
    for first, second in zip(before, now, strict=True):
        assert (first.patients, first.links) == (second.patients, second.links)
        assert (second.adopted if second.adopted is not None else math.inf) <= (
            first.adopted if first.adopted is not None else math.inf
        )


def test_with_chance_one_all_sites_are_in_at_once_and_with_none_never():
    sure = spread(replace(ALIKE, push=1, imitation=0), Random(1))
    assert [week.in_use for week in after(sure)][:2] == [0, 12]
    never = spread(replace(ALIKE, push=0, imitation=1), Random(1))
    assert never.weeks[-1].adopted == 0
    assert never.half_way is None
    assert sure.half_way == 1


# ---- against theory


def markov_means(rollout):
    """The exact mean share of adopters week by week: a chain of binomial steps."""
    n = rollout.sites
    chances = [0.0] * (n + 1)
    chances[rollout.starters] = 1.0
    means = [rollout.starters / n]
    for _ in range(rollout.weeks):
        following = [0.0] * (n + 1)
        for have, chance in enumerate(chances):
            p, left = min(1.0, rollout.push + rollout.imitation * have / (n - 1)), n - have
            for more in range(left + 1):
                step = math.comb(left, more) * p**more * (1 - p) ** (left - more)
                following[have + more] += chance * step
        chances = following
        means.append(sum(have * chance for have, chance in enumerate(chances)) / n)
    return means


def seen_shares(rollout, count):
    """Week by week, the mean share of adopters and its standard error."""
    shares = [
        [week.adopted / rollout.sites for week in after(each)] for each in runs(rollout, count)
    ]
    return [(fmean(week), stdev(week) / math.sqrt(count)) for week in zip(*shares, strict=True)]


@pytest.mark.parametrize(
    "change", [{"push": 0.03, "imitation": 0.3}, {"push": 0, "imitation": 0.5, "starters": 1}]
)
def test_few_sites_follow_the_exact_chain_of_binomial_steps(change):
    rollout = replace(ALIKE, **change)
    for (seen, error), usual in zip(seen_shares(rollout, 200), markov_means(rollout), strict=True):
        assert abs(seen - usual) <= 4 * error + 0.001


@pytest.mark.parametrize("starters", [0, 20])
def test_many_sites_follow_the_recursion_of_bass(starters):
    """What few sites lag behind, the exact chain tells: at most 1 point of 100 sites."""
    rollout = replace(
        ALIKE, sites=100, near=50, weeks=20, push=0.04, imitation=0.3, starters=starters
    )
    theory = bass(0.04, 0.3, 20, starters / 100)
    assert max(abs(a - b) for a, b in zip(theory, markov_means(rollout), strict=True)) < 0.01
    for (seen, error), usual in zip(seen_shares(rollout, 20), theory, strict=True):
        assert abs(seen - usual) <= 4 * error + 0.01


def test_without_imitation_waiting_is_geometric():
    rollout = replace(ALIKE, sites=50, near=2, far=10, weeks=30, push=0.1, imitation=0)
    waits = Counter(site.adopted for each in runs(rollout, 40) for site in each.sites)
    n = waits.total()
    for week in range(1, 31):
        chance = 0.1 * 0.9 ** (week - 1)
        assert abs(waits[week] - n * chance) < 4.5 * math.sqrt(n * chance * (1 - chance))
    assert bass(0.1, 0, 30)[-1] == pytest.approx(1 - 0.9**30)
    assert abs(waits[None] - n * 0.9**30) < 4.5 * math.sqrt(n * 0.9**30)


def test_small_steps_of_the_recursion_come_near_the_curve_of_bass():
    """F(t) = (1 - e^-(p+q)t) / (1 + q/p e^-(p+q)t) (Bass 1969)."""
    p, q, steps = 0.03, 0.38, 200
    shares = bass(p / steps, q / steps, 20 * steps)
    for t in range(21):
        fading = math.exp(-(p + q) * t)
        assert shares[t * steps] == pytest.approx((1 - fading) / (1 + q / p * fading), abs=0.002)
    steepest = max(range(20 * steps), key=lambda each: shares[each + 1] - shares[each])
    assert steepest / steps == pytest.approx(math.log(q / p) / (p + q), abs=0.05)


@pytest.mark.parametrize(("mandate", "times", "count"), [(False, 1.0, 40), (True, UNWILLING, 200)])
def test_sites_slip_back_as_often_as_they_are_said_to(mandate, times, count):
    """In the first week after week 1 only: later, those under a mandate are fewer and fewer."""
    rollout = replace(ALIKE, sites=60, near=2, weeks=2, imitation=0, slipping=0.05)
    rollout = replace(rollout, push=0 if mandate else 0.5, mandate=mandate)
    sites = [site for each in runs(rollout, count) for site in each.sites if site.adopted == 1]
    assert {site.way for site in sites} == {"mandate" if mandate else "push"}
    chance = 0.05 * times
    slipped = fmean(site.slipped == 2 for site in sites)
    assert abs(slipped - chance) < 4 * math.sqrt(chance * (1 - chance) / len(sites))
    takes_up = MANDATE if mandate else 0.5
    n = count * rollout.sites
    assert abs(len(sites) / n - takes_up) < 4 * math.sqrt(takes_up * (1 - takes_up) / n)


def test_what_pushes_a_site_is_shared_out_as_the_chances_are():
    """Of pushes of 0.15 and of 0.05 under a mandate, a quarter are of the mandate."""
    rollout = replace(ALIKE, sites=60, near=2, weeks=5, push=0.15, imitation=0, mandate=True)
    ways = Counter(site.way for each in runs(rollout, 40) for site in each.sites)
    n = ways["push"] + ways["mandate"]
    assert abs(ways["mandate"] / n - 0.25) < 4 * math.sqrt(0.25 * 0.75 / n)


# ---- levers


def test_levers_pull_the_way_that_they_are_said_to():
    """Means of 25 runs of 24 sites: early (week 8), at the end, and slipped back."""

    def means(**levers):
        weeks = [after(each) for each in runs(Rollout(patients=2, **levers), 25)]
        return (
            fmean(each[8].in_use for each in weeks),
            fmean(each[-1].in_use for each in weeks),
            fmean(each[-1].slipped for each in weeks),
        )

    early, end, slipped = means()
    ordered = means(mandate=True)
    assert ordered[0] > 2 * early
    assert ordered[1] < end
    assert ordered[2] > 2 * slipped
    assert means(mandate=True, support=True)[1] > end + 2
    assert means(visits=True)[1] > end + 1
    assert means(support=True)[2] < slipped / 2
    adapted = means(adapt=True)
    assert adapted[1] > end + 2
    assert adapted[2] < slipped


@some
@given(rollouts(), seeds)
def test_it_begins_where_it_is_said_to(rollout, seed):
    for begin, worth in (
        ("most ready", lambda site: site.readiness),
        ("most linked", lambda site: len(site.links)),
    ):
        sites = spread(replace(rollout, begin=begin), Random(seed)).sites
        started = [worth(site) for site in sites if site.way == "start"]
        others = [worth(site) for site in sites if site.way != "start"]
        assert len(started) == rollout.starters
        assert not started or not others or min(started) >= max(others)


def test_chance_begins_everywhere():
    begun = Counter(
        site.number
        for each in runs(Rollout(begin="chance", weeks=1, patients=2), 240)
        for site in each.sites
        if site.way == "start"
    )
    assert all(abs(begun[number] - 10) < 4.5 * math.sqrt(10) for number in range(1, 25))


# ---- the outcome


def test_the_outcome_follows_use():
    """All sites use it from week 0 on: late patients fall by the effect, or by most of it."""
    for adapt, part in ((False, 1.0), (True, 0.85)):
        rollout = replace(ALIKE, starters=12, patients=40, weeks=40, adapt=adapt)
        weeks = [week for each in runs(rollout, 4) for week in each.weeks]
        for chosen, chance in (
            ([week for week in weeks if week.number < 0], USUAL_LATE),
            ([week for week in weeks if week.number >= 0], USUAL_LATE * (1 - part * EFFECT)),
        ):
            patients = sum(week.patients for week in chosen)
            late = sum(week.late for week in chosen) / patients
            assert abs(late - chance) < 4 * math.sqrt(chance * (1 - chance) / patients)


def test_a_p_chart_of_the_outcome_shows_the_change():
    adoption = spread(Rollout(visits=True, support=True), Random(1))
    chart = control_chart(adoption.outcome, "p")
    assert chart.phases[0].baseline == BASELINE
    assert chart.variation == "improvement, low"
    assert [note.point for note in adoption.outcome.notes] == [BASELINE]


def test_a_table_can_be_saved_and_read_back(tmp_path):
    adoption = spread(Rollout(), Random(1))
    path = tmp_path / "adoption.csv"
    adoption.table.to_csv(path, index=False)
    for column, made in (("in use", adoption.in_use), ("late", adoption.outcome)):
        read = Measure.from_file(path, column, "date")
        assert read.values.tolist() == made.numerators.tolist()
        assert (read.dates == made.dates).all()
        assert made.simulated
    table = adoption.table
    table["late"] = 0
    assert adoption.table["late"].sum() > 0


def test_sites_stand_in_a_table_with_empty_cells_for_what_never_happened():
    adoption = spread(replace(ALIKE, push=0.05, imitation=0), Random(1))
    table = adoption.site_table
    assert table["adopted in week"].isna().sum() == 12 - adoption.weeks[-1].adopted > 0
    assert table["slipped back in week"].isna().all()
    assert set(table["way"]) == {WAYS["push"], WAYS["never"]}


@some
@given(rollouts(), seeds)
def test_a_description_is_short(rollout, seed):
    text = spread(rollout, Random(seed)).describe()
    assert text.startswith("Simulated:")
    assert len(text) <= 600


def test_the_longest_description_is_short():
    rollout = Rollout(
        sites=100,
        far=500,
        weeks=104,
        push=0.01,
        starters=10,
        visits=True,
        mandate=True,
        support=True,
        adapt=True,
    )
    text = spread(rollout, Random(1)).describe()
    assert len(text) <= 600
    assert "levers: visits, mandate, support, adapt" in text
    assert all(WAYS[way] in text for way in ("push", "mandate", "contact"))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"sites": 3}, "number of sites is 3. Give a whole number from 4 to 100"),
        ({"near": 13}, "from 1 to 12"),
        ({"near": 12, "far": 1}, "far links is 1. Give a whole number from 0 to 0"),
        ({"near": "2"}, "near neighbours is '2'"),
        ({"sites": 4, "far": 7}, "far links is 7"),
        ({"weeks": 105}, "from 1 to 104"),
        ({"patients": 1}, "from 2 to 40"),
        ({"starters": 25}, "from 0 to 24"),
        ({"push": 1.1}, "The push is 1.1. Give a number from 0 to 1"),
        ({"imitation": "high"}, "The imitation is 'high'"),
        ({"slipping": math.nan}, "The slipping is nan"),
        ({"unevenness": True}, "The unevenness is True"),
        ({"begin": "top"}, "Use one of: most ready, most linked, chance"),
        ({"begin": []}, "can't begin at"),
        ({"mandate": 1}, "The lever mandate is 1. Use True or False"),
    ],
)
def test_a_rollout_that_cannot_be_says_so(wrong, says):
    with pytest.raises(RolloutInvalid, match=says) as caught:
        Rollout(**wrong)
    assert isinstance(caught.value, QIToolsError)


def test_a_spread_stays_as_it_is():
    with pytest.raises(FrozenInstanceError):
        spread(ALIKE, Random(1)).sites = ()
