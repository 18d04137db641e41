import math
from dataclasses import replace
from random import Random
from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools.experiments.clinic_queue import ClinicInvalid
from qi_tools.experiments.waiting_list import Backlog, run_backlog
from qi_tools.measure import Measure

seeds = st.integers()


@st.composite
def backlogs(draw):
    slots = draw(st.integers(0, 60))
    return Backlog(
        draw(st.floats(0.1, 60)),
        slots,
        draw(st.integers(0, slots)),
        draw(st.integers(1, 30)),
        draw(st.integers(0, 50)),
        draw(st.floats(0.01, 1)),
        draw(st.integers(0, slots)),
    )


class OnlyRandom(Random):
    """Chance of which nothing but random() may be used: Python promises no more to stay."""

    def getrandbits(self, bits):
        raise AssertionError("getrandbits was used")


@given(backlogs(), seeds)
def test_nobody_is_lost_from_the_list(backlog, seed):
    waiting = backlog.waiting
    for week in run_backlog(backlog, Random(seed)).weeks:
        assert week.waiting == waiting + week.referrals - week.seen
        assert 0 <= week.seen <= week.slots
        assert 0 <= week.urgent_waiting <= week.waiting
        assert abs(week.slots - backlog.slots) <= backlog.slots_vary
        waiting = week.waiting


@given(backlogs(), seeds)
def test_one_list_wastes_a_slot_only_when_nobody_waits(backlog, seed):
    """The list after a week is what is left over, or none (Lindley 1952)."""
    waiting = backlog.waiting
    for week in run_backlog(replace(backlog, urgent_slots=0), Random(seed)).weeks:
        waiting = max(0, waiting + week.referrals - week.slots)
        assert week.waiting == waiting
        assert week.urgent_waiting == 0


@given(backlogs(), seeds)
def test_slots_that_are_kept_never_make_the_whole_list_shorter(backlog, seed):
    carved = run_backlog(backlog, Random(seed)).weeks
    pooled = run_backlog(replace(backlog, urgent_slots=0), Random(seed)).weeks
    for apart, together in zip(carved, pooled, strict=True):
        assert (apart.referrals, apart.slots) == (together.referrals, together.slots)
        assert apart.waiting >= together.waiting


@given(backlogs(), seeds)
def test_the_same_seed_gives_the_same_list(backlog, seed):
    run = run_backlog(backlog, Random(seed))
    assert run == run_backlog(backlog, OnlyRandom(seed))
    assert len(run.describe()) <= 600


def test_a_list_grows_although_slots_match_referrals():
    """The mean list after n weeks is the sum of E[max(0, S_k)] / k for k up to n (Spitzer 1956).

    S_k, referrals less slots in k weeks, is Poisson less its mean; its positive part has the mean
    exp(-m) m^(m+1) / m!, half the mean deviation of a Poisson of whole mean m (De Moivre's).
    """
    slots, weeks, n = 10, 26, 1500

    def left_over(mean):
        return math.exp((mean + 1) * math.log(mean) - mean - math.lgamma(mean + 1))

    theory = sum(left_over(slots * k) / k for k in range(1, weeks + 1))
    backlog = Backlog(slots, slots, weeks=weeks)
    random = Random(1)
    ends = [run_backlog(backlog, random).weeks[-1].waiting for _ in range(n)]
    error = stdev(ends) / math.sqrt(n)
    assert theory > slots
    assert error < 0.03 * theory
    assert abs(fmean(ends) - theory) < 3 * error


def test_slots_vary_evenly():
    weeks = run_backlog(Backlog(1, 40, slots_vary=2, weeks=520), Random(1)).weeks
    slots = [week.slots for week in weeks]
    for many in range(38, 43):
        assert abs(slots.count(many) - 104) < 3 * math.sqrt(520 * 0.2 * 0.8)


def test_the_list_is_read_back(tmp_path):
    run = run_backlog(Backlog(slots_vary=6, waiting=10), Random(1))
    path = tmp_path / "list.csv"
    run.table.to_csv(path, index=False)
    for column in ("waiting", "referrals", "slots", "seen", "unused slots"):
        made, read = run.measure(column), Measure.from_file(path, column, "date")
        assert read.values.tolist() == made.values.tolist()
        assert made.simulated
    assert len(run.table) == 52


def test_the_words_of_the_list():
    run = run_backlog(
        Backlog(8, 10, weeks=4, waiting=3, urgent_share=0.5, urgent_slots=5), Random(1)
    )
    seen, slots = sum(w.seen for w in run.weeks), sum(w.slots for w in run.weeks)
    assert f"{slots} slots, of which {slots - seen} went unused" in run.describe()
    assert f"3 patients waited at the start, {run.weeks[-1].waiting} at the end" in run.describe()
    assert f"{run.weeks[-1].urgent_waiting} waited for urgent slots" in run.describe()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"referrals": 0}, "above 0, at most 200"),
        ({"slots": -1}, "from 0 to 1,000"),
        ({"slots_vary": 41}, "from 0 to 40"),
        ({"weeks": 521}, "from 1 to 520"),
        ({"waiting": None}, "from 0 to 10,000"),
        ({"urgent_share": -0.1}, "from 0 to 1"),
        ({"urgent_share": 0.5, "urgent_slots": 41}, "from 0 to 40"),
        ({"urgent_slots": 4}, "no referral is urgent"),
    ],
)
def test_a_list_that_cannot_be_says_so(wrong, says):
    with pytest.raises(ClinicInvalid, match=says):
        Backlog(**wrong)


def test_an_unknown_column_says_what_there_is():
    with pytest.raises(ClinicInvalid, match="Use one of: referrals, slots"):
        run_backlog(Backlog(), Random(1)).measure("mean wait")
