"""What lesson C3 tells of its rules, its charts and its dice is true, by either set of rules."""

import ast
from itertools import pairwise
from math import sqrt
from random import Random
from statistics import fmean, pvariance

import pytest

from course.folders import MODULES
from course.notebook import read_notebook
from qi_tools import ANHOEJ, load_dataset
from qi_tools.experiments.marble_funnel import Aim, drop_marbles
from tests.modules.lesson_told import EITHER_SET, defined

LESSON = read_notebook(MODULES / "3_senior_leaders" / "c3_tampering.ipynb")
CHARTS = ("sharps", "porters", "pay", "missed", "hands", "noon", "repairs", "birch", "reports")
WITH_A_SIGNAL = {"porters", "missed", "repairs", "reports"}


@pytest.fixture
def told():
    return defined(LESSON)


def chart(name, told, rules):
    """Draw one of the charts to decide on."""
    told["RULES"] = rules
    [cell] = [cell for cell in LESSON.cells if cell.id == f"{name}-chart"]
    return eval(cell.source, told).chart


@EITHER_SET
@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_shows_a_signal_where_the_decision_is_to_act_and_nowhere_else(name, told, rules):
    right = {
        call.id: ast.literal_eval(call.part("right"))
        for call in LESSON.questions
        if call.part("right")
    }
    assert bool(chart(name, told, rules).signals) is (name in WITH_A_SIGNAL)
    assert (right[f"c3-{name}"] == "act") is (name in WITH_A_SIGNAL)


def test_what_the_stories_say_of_the_charts(told):
    of = {name: chart(name, told, ANHOEJ) for name in CHARTS}
    sharps = of["sharps"].values
    assert (sharps[4], sharps[5], sharps[6]) == (6, 16, 16)
    assert sum(sharps > 12) == pytest.approx(len(sharps) / 3, abs=2)
    assert sharps.mean() == pytest.approx(11, abs=0.5)
    assert of["porters"].values.max() == 23.0
    pay = of["pay"].values
    assert pay.max() == pay[16] == 9.2
    assert round(100 * (pay[16] / pay[15] - 1)) == 23
    assert pay.mean() == pytest.approx(7, abs=0.5)
    assert of["hands"].values[-2:].round().tolist() == [79, 81]
    assert of["hands"].values[-3].round() == 86
    assert of["hands"].centre[0] == pytest.approx(83, abs=0.5)
    noon = of["noon"].values
    assert noon[:16].mean() == pytest.approx(21, abs=0.5) == noon[16:].mean()
    assert [of["repairs"].measure.label(point) for point in of["repairs"].signal_points] == [
        "8 December 2025"
    ]
    assert of["repairs"].centre[0] < 7
    missed = of["missed"]
    assert sum(missed.values[20:] < missed.centre[20:]) >= 16
    reports = of["reports"]
    assert sum(reports.values[18:] > reports.centre[18:]) >= 9


def test_what_the_two_wards_cost(told):
    same, adjusted = told["SAME"], told["ADJUSTED"]
    assert adjusted.var() / same.var() == pytest.approx(2, abs=0.2)
    assert adjusted.std() / same.std() == pytest.approx(sqrt(2), abs=0.1)
    off = [(abs(ward) >= told["OFF"]).sum() for ward in (same, adjusted)]
    paid = [ward[ward > 0].sum() for ward in (same, adjusted)]
    assert off[1] > 1.5 * off[0]
    assert paid[1] > 1.4 * paid[0]
    assert (abs(adjusted) >= 10).sum() >= 3


@EITHER_SET
def test_neither_ward_s_chart_shows_a_signal(told, rules):
    told["RULES"] = rules
    assert not told["gaps"](told["SAME"], "Ash").signals
    assert not told["gaps"](told["ADJUSTED"], "Birch").signals


@pytest.mark.parametrize(("rule", "times"), [(1, 1), (2, 2), (3, 50), (4, 50)])
def test_the_variance_of_the_50th_result_under_each_rule(rule, times, told):
    runs = 4000
    last = [told["under_rule"](rule, told["luck"](50, seed, 1.0))[-1] for seed in range(runs)]
    assert pvariance(last) == pytest.approx(times, rel=4 * sqrt(2 / runs))


@pytest.mark.parametrize("rule", [1, 2, 3, 4])
def test_the_departments_follow_the_rules_of_the_funnel(rule, told):
    drops = drop_marbles(Aim(rule, 40), Random(1)).drops
    chance = [drop.across - drop.funnel_across for drop in drops]
    across = [drop.across for drop in drops]
    assert told["under_rule"](rule, chance) == pytest.approx(across, abs=1e-6)


def test_each_department_shows_the_mark_of_its_rule(told):
    shown = {rule: told["under_rule"](rule, told["luck"](36, 222)) for rule in (1, 2, 3, 4)}
    width = {rule: max(values) - min(values) for rule, values in shown.items()}
    assert width[1] < 0.7 * width[2]
    assert max(width[1], width[2]) < min(width[3], width[4])
    late = shown[3][20:]
    assert all(one * after < 0 for one, after in pairwise(late))
    assert min(map(abs, shown[4][20:])) > 12  # far from plan for months


def test_booking_what_last_week_needed_is_rule_2_and_settles(told):
    demand = told["luck"](4000, 1, 1.0)
    gaps = [now - then for then, now in pairwise(demand)]
    assert pvariance(gaps) == pytest.approx(2 * pvariance(demand), rel=0.1)
    assert pvariance(gaps[-500:]) == pytest.approx(pvariance(gaps[:500]), rel=0.3)


def test_small_steps_are_best_only_where_demand_creeps(told):
    off = {
        (share, drift): told["how_far_off"](share, drift)
        for share in (0, 0.2, 0.5, 1)
        for drift in (0, told["DRIFT"])
    }
    # In theory 2 / (2 - share) where demand is steady.
    for share in (0, 0.2, 0.5, 1):
        assert off[share, 0] == pytest.approx(2 / (2 - share), rel=0.05)
    drift = told["DRIFT"]
    assert off[0.2, drift] < off[1, drift] < off[0, drift]
    assert off[0.5, 0] == pytest.approx(4 / 3, rel=0.05)  # "about a third more"


def test_the_dice_wards_come_out_as_the_facilitator_is_told():
    dice = Random(1)
    more = same = 0
    games = 4000
    for _ in range(games):
        nights = [dice.randint(1, 6) + dice.randint(1, 6) for _ in range(20)]
        ash = sum(abs(7 - night) >= 3 for night in nights)
        birch = sum(
            abs(booked - night) >= 3 for booked, night in zip([7, *nights], nights, strict=False)
        )
        more += birch > ash
        same += birch == ash
    assert more / games == pytest.approx(17 / 20, abs=0.02)
    assert 1 / 20 < same / games < 2 / 20


MORE = 0.85


def test_the_incident_reports_rose_when_staff_could_phone():
    reports = load_dataset("incident_reports_simulated").frame
    rate = reports["reports"] / reports["bed_days"]
    assert fmean(rate[18:]) > 1.1 * fmean(rate[:18])
    assert str(reports["month"][18])[:7] == "2024-07"
