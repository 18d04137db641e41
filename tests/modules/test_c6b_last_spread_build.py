"""What lesson C6b tells of its places, its levers and its plans is true."""

from math import log
from random import Random

import pytest

from course.folders import MODULES
from course.notebook import read_notebook
from qi_tools import load_dataset
from tests.modules.lesson_told import defined, right

LESSON = read_notebook(MODULES / "3_senior_leaders" / "c6b_last_spread_build.ipynb")
PLACES = load_dataset("spread_to_sites_simulated").frame
STAFF = load_dataset("staff_numbers_simulated").frame
LEARNERS = load_dataset("training_evaluation_simulated").frame


@pytest.fixture(scope="module")
def told():
    return defined(LESSON)


def test_elm_ward_fades_from_december_until_it_is_gone():
    rows = PLACES[PLACES["place"] == "Elm ward"]
    share = (100 * rows["new_way"] / rows["handovers"]).tolist()
    months = [str(month)[:7] for month in rows["month"]]
    assert min(share[8:11]) > 85
    after = share[months.index("2024-12") :]
    assert after == sorted(after, reverse=True) or max(after) == after[0]
    assert after[-1] < 20


def test_the_average_of_all_places_hides_that_none_is_half_way(told):
    last = dict(told["last_month"]())
    assert sum(share > 80 for share in last.values()) == 5
    assert sum(share < 5 for share in last.values()) == 2
    assert not [share for share in last.values() if 20 < share < 80]
    whole = told["all_places"]().iloc[-1]
    assert round(100 * whole["new_way"] / whole["handovers"]) == 64


def test_an_order_alone_gets_signatures_and_help_gets_use(told):
    spread_with = told["spread_with"]
    _, took, slipped, use = spread_with("Order", mandate=True)
    assert (took, use) == (24, 9)
    assert slipped == 15
    assert spread_with("Help", visits=True, support=True, adapt=True)[3] > use


def simulated_years(trained, leaving, starters):
    """Train and leave day by day, not by the formula."""
    here, day = 0.0, 0
    while here < 0.8 and day < 365 * 60:
        here += (trained + leaving * starters - leaving * here) / 365
        day += 1
    return day / 365


@pytest.mark.parametrize(("trained", "starters"), [(0.10, 0), (0.10, 1), (0.20, 0), (0.20, 1)])
def test_the_planning_model_does_what_it_says(told, trained, starters):
    said = told["years_to_80"](trained, 1 / 9, starters)
    assert float(said.split()[0]) == pytest.approx(
        simulated_years(trained, 1 / 9, starters), abs=0.1
    )


def test_the_planning_model_as_published():
    """The four numbers of the course's plan, by hand: t = -ln(1 - 0.8 / c) / leaving."""
    by_hand = {(0.10, 0): 19.8, (0.10, 1): 4.9, (0.20, 0): 5.3, (0.20, 1): 3.0}
    for (trained, starters), years in by_hand.items():
        most = (trained + starters / 9) / (1 / 9)
        assert round(-9 * log(1 - 0.8 / most), 1) == years


def test_a_bath_that_runs_out_too_fast_never_fills(told):
    assert told["years_to_80"](0.10, 0.15, 0) == "never (stays below 67%)"
    for percent in range(1, 101):
        assert "Years until 80%" in told["plan"](percent / 100).content["html"]


def test_the_sums_that_learners_do():
    assert right(LESSON, "c6b-coverage") == round(100 * 623 / 5228)
    assert right(LESSON, "c6b-need") == pytest.approx(150 / 3 / 0.63, abs=0.05)
    assert round(150 / 3 / 0.9) == 56
    assert 12 < 30 * 25 / 60 < 13


def test_coverage_by_group_is_what_the_feedback_says():
    everyone = STAFF[STAFF["dose"] == "all staff"].set_index("staff_group")
    assert (everyone["trained"].sum(), everyone["headcount"].sum()) == (623, 5228)
    share = 100 * everyone["trained"] / everyone["headcount"]
    assert (round(share["Offices"]), round(share["Estates and facilities"])) == (20, 3)
    managers = STAFF.set_index("dose").loc["middle managers"]
    assert round(100 * managers["trained"] / managers["headcount"]) == 19


def test_what_the_evaluation_found():
    assert len(LEARNERS) == 80
    assert (LEARNERS["liked"] >= 4).sum() == 75
    assert round(LEARNERS["marks_before"].mean()) == 9
    assert round(LEARNERS["marks_after"].mean()) == 14
    assert LEARNERS["active_after_6_months"].sum() == 20
    kept = LEARNERS.groupby("time_kept")["active_after_6_months"].mean()
    assert kept[1] > 3 * kept[0]


def test_help_keeps_more_sites_than_an_order_whatever_the_luck(told):
    """One run proves little: over many, an order alone keeps fewer sites than help does."""
    from qi_tools.experiments.adoption import Rollout, spread

    def use(number, **levers):
        return spread(Rollout(**levers), Random(number)).weeks[-1].in_use

    helped = [
        use(number, visits=True, support=True, adapt=True) - use(number, mandate=True)
        for number in range(1, 21)
    ]
    assert sum(more > 0 for more in helped) >= 16
