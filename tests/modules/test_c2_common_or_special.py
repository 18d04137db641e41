"""What lesson C2 tells of its charts, of its rules and of their mistakes is true."""

from functools import cache
from itertools import pairwise
from random import Random
from statistics import NormalDist, pstdev

import numpy as np
import pytest

from course.folders import MODULES
from course.notebook import read_notebook
from qi_tools import (
    ANHOEJ,
    MAKING_DATA_COUNT,
    NELSON,
    PERLA,
    WESTERN_ELECTRIC,
    Measure,
    control_chart,
    funnel,
    load_dataset,
    rule_odds,
    run_chart,
)
from qi_tools.experiments.chart_lab import Plan, repeat
from qi_tools.spc.rule_sets import CHOICES, RuleSet
from qi_tools.spc.rules import BeyondLimits, FewCrossings, LongRun, NearTheLimits, Shift, Trend
from tests.modules.lesson_told import defined, right

LESSON = read_notebook(MODULES / "3_senior_leaders" / "c2_common_or_special.ipynb")
TEXT = "\n".join(cell.source for cell in LESSON.cells)
KEYS = {  # by the Anhøj rules, and by Making Data Count's
    "noon": (False, False),
    "observations": (True, True),
    "overtime": (False, False),
    "allergies": (True, True),
    "porters": (True, True),
    "hands": (False, False),
    "payslips": (True, True),
    "stays": (False, True),
    "sharps": (False, False),
    "theatres": (False, True),
}


@pytest.fixture(scope="module")
def told():
    return defined(LESSON)


def found(chart):
    return {signal.rule for signal in chart.signals}


def side(chart):
    return np.sign(chart.values - chart.centre)


# ---- the ten charts


def test_ten_charts_are_read_in_the_order_of_their_numbers():
    read = [call.id for call in LESSON.questions if call.name == "read_chart"]
    assert read == [f"c2-{name}" for name in KEYS]
    numbers = [TEXT.index(f"**{number} of 10.**") for number in range(1, 11)]
    places = [TEXT.index(f'read_chart("c2-{name}"') for name in KEYS]
    assert sorted(numbers + places) == [
        at for pair in zip(numbers, places, strict=True) for at in pair
    ]


@pytest.mark.parametrize("name", KEYS)
def test_the_key_of_each_chart_under_both_sets(told, name):
    assert (
        tuple(bool(told["judged"](name, rules).signals) for rules in CHOICES.values()) == KEYS[name]
    )


def test_each_chart_is_of_the_kind_that_fits_its_data(told):
    kinds = {name: told["judged"](name, ANHOEJ).kind.name for name in KEYS}
    assert [name for name, kind in kinds.items() if kind == "run"] == list(KEYS)[:4]
    for name, kind in kinds.items():
        if kind in {"p", "c"}:
            assert told["MEASURES"][name].data == {"p": "proportions", "c": "counts"}[kind]


def test_people_home_before_noon(told):
    frame = load_dataset("discharge_before_noon_simulated").frame
    lounge = 100 * frame["through_lounge"] / frame["went_home"]
    assert lounge[16:].min() > lounge[:16].max()  # from week 17 on, many more went through it
    noon = told["MEASURES"]["noon"].values
    assert abs(noon[16:].mean() - noon[:16].mean()) < noon.std() / 2


def test_observations_on_time(told):
    frame = load_dataset("observations_on_time_simulated").frame
    levels = [
        100 * frame["on_time"][half].sum() / frame["due"][half].sum()
        for half in (slice(0, 18), slice(18, None))
    ]
    assert levels == pytest.approx([78, 86], abs=1)
    signals = told["judged"]("observations", ANHOEJ).signals
    assert [signal.rule for signal in signals] == ["long run", "long run", "few crossings"]
    assert {signal.way for signal in signals if signal.points} == {"high", "low"}


def test_empty_allergy_boxes(told):
    empty = told["MEASURES"]["allergies"].values
    assert empty[14:].mean() < 0.7 * empty[:14].mean()


def test_the_porters_week(told):
    for rules in CHOICES.values():
        chart = told["judged"]("porters", rules)
        assert found(chart) == {"beyond the limits"}
        assert [chart.measure.label(point) for point in chart.signal_points] == ["5 May 2025"]


def test_clean_hands(told):
    chart = told["judged"]("hands", ANHOEJ)
    assert chart.centre[0] == pytest.approx(83, abs=0.5)
    assert 3 < (chart.values >= 85).sum() < 27
    width = chart.upper - chart.lower
    assert width[np.argmin(chart.measure.denominators)] == width.max()


def test_payslips(told):
    payslips = told["MEASURES"]["payslips"]
    assert payslips.label(16) == "May 2024"
    before, after = (
        payslips.numerators[half].sum() / payslips.denominators[half].sum()
        for half in (slice(0, 16), slice(16, None))
    )
    assert after / before == pytest.approx(0.5, abs=0.1)
    assert told["judged"]("payslips", ANHOEJ).centre[0] == pytest.approx(0.48, abs=0.005)


def test_length_of_stay(told):
    chart = told["judged"]("stays", ANHOEJ)
    assert side(chart)[:9].tolist() == [-1] * 8 + [1]
    assert (chart.phases[0].useful, chart.phases[0].longest_run_limit) == (30, 8)
    (signal,) = told["judged"]("stays", MAKING_DATA_COUNT).signals
    assert signal.points == tuple(range(8))
    people = told["MEASURES"]["stays"].denominators
    assert (people.min(), people.max()) == (6, 24)


def test_sharps(told):
    counts = told["MEASURES"]["sharps"].values
    assert (counts.min(), counts.max()) == (5, 17)
    assert counts.mean() == pytest.approx(11, abs=0.5)


def test_theatres(told):
    theatres = told["MEASURES"]["theatres"]
    assert theatres.label(24) == "23 June 2025"
    (signal,) = told["judged"]("theatres", MAKING_DATA_COUNT).signals
    assert (len(signal.points), signal.way) == (7, "low")
    assert theatres.label(signal.points[0]).endswith("April 2025")
    assert theatres.label(signal.points[-1]).endswith("May 2025")
    mean = told["judged"]("theatres", ANHOEJ).centre[0]
    assert 14 < mean < 17  # the levels before and after, as make_theatre_starts.py has them


def test_beds(told):
    beds = told["board_measure"]("Beds cleaned within two hours", "higher")
    phase = run_chart(beds).phases[0]
    assert len(beds) == phase.useful == 24
    assert (right(LESSON, "c2-crossings"), right(LESSON, "c2-longest")) == (
        phase.crossings,
        phase.longest_run,
    )
    assert not any(run_chart(beds, rules=rules).signals for rules in CHOICES.values())


def test_it_help_drifts_and_no_seven_points_rise():
    waits = load_dataset("phone_waits_quick_fire_simulated").frame["it_help"].to_numpy(float)
    for rules in CHOICES.values():
        chart = run_chart(Measure.from_columns(waits, name="IT help"), rules=rules)
        assert side(chart).tolist() == [-1] * 12 + [1] * 12
        assert chart.signals
        assert "trend" not in found(chart)


# ---- the rules, and how often they err


def test_the_two_sets_hold_the_rules_of_the_table():
    assert {type(rule) for rule in ANHOEJ.rules} == {BeyondLimits, LongRun, FewCrossings}
    assert set(MAKING_DATA_COUNT.rules) == {
        BeyondLimits(),
        Trend(7),
        Shift(7),
        NearTheLimits(2, 3, 2.0, "same side", "counted"),
    }


@pytest.mark.parametrize("points", [12, 20, 24, 30, 36, 40])
def test_the_table_of_what_is_usual(points):
    values = [1, 2] * (points // 2)
    phase = run_chart(Measure.from_columns(values, name="Numbers")).phases[0]
    assert phase.useful == points
    assert f"| {points} | {phase.longest_run_limit} | {phase.crossings_limit} |" in TEXT


def of_100(share):
    return round(100 * share)


@cache
def odds(name, points=24, shift=1.5, kind="i"):
    return rule_odds(CHOICES[name], points, shift=shift, kind=kind)


def test_the_numbers_of_the_trade():
    for name, false, hit in (("anhoej", 9, 50), ("making_data_count", 15, 66)):
        assert of_100(odds(name).false_alarm) == pytest.approx(false, abs=1)
        assert of_100(odds(name).detection) == pytest.approx(hit, abs=1)
    assert "about 9 of 100 charts, and find a shift of 1.5 sigma on about 50" in TEXT
    assert "sound one on about 15, and find it on about 66" in TEXT


def test_runs_about_the_median_move_the_trade():
    """Runs about the median of a run chart, limits about the mean."""
    late = np.arange(24) >= 12
    chance = np.random.default_rng(2).standard_normal((1000, 24))
    for shift, due in ((0.0, 8), (1.5, 46)):
        fired = 0
        for row in chance + shift * late:
            measure = Measure.from_columns(row, name="x")
            beyond = RuleSet("Limits", (BeyondLimits(),))
            fired += bool(
                run_chart(measure).signals or control_chart(measure, "i", rules=beyond).signals
            )
        assert fired / 10 == pytest.approx(due, abs=4)


def test_run_charts_of_noise():
    """“More than a third” by Perla's rules, and far fewer by the other two."""
    perla = rule_odds(PERLA, 24, kind="run").false_alarm
    assert 1 / 3 < perla < 0.42
    assert odds("anhoej", kind="run").false_alarm < 0.05
    assert odds("making_data_count", kind="run").false_alarm < 0.15


def test_most_signals_are_false_alarms_where_little_changes():
    for name in CHOICES:
        real, false = 4 * odds(name).detection, 36 * odds(name).false_alarm
        assert real / (real + false) < 0.5


def test_a_shift_twice_as_large_is_found_nearly_always():
    assert all(odds(name, shift=3.0).detection > 0.95 for name in CHOICES)


def test_five_sets_at_once_fire_on_half_of_all_charts_of_noise():
    five = ANHOEJ + MAKING_DATA_COUNT + WESTERN_ELECTRIC + NELSON + PERLA
    assert rule_odds(five, 24).false_alarm == pytest.approx(0.5, abs=0.06)


def test_a_slow_rise_is_seen_by_runs_and_not_by_slopes():
    rng = np.random.default_rng(1)
    climbing = rng.standard_normal((1000, 24)) + np.linspace(0, 3, 24)
    share = {}
    for rule in (Trend(7), Shift(7)):
        rules = RuleSet("One", (rule,))
        charts = (run_chart(Measure.from_columns(row, name="x"), rules=rules) for row in climbing)
        share[rule] = sum(bool(chart.signals) for chart in charts) / 10
    assert share[Trend(7)] == pytest.approx(1, abs=1)
    assert share[Shift(7)] == pytest.approx(58, abs=4)


def test_what_gives_each_change_away():
    limits, long_run, shift = BeyondLimits().words, LongRun().words, Shift(7).words

    def fired(plan):
        many = repeat(plan, 1000, tuple(CHOICES.values()), Random(1))
        return {rule.name: rule.on_change for rule in many.rules}, many

    lasting, _ = fired(Plan("shift", 1.5))
    assert max(lasting, key=lasting.get) == shift
    assert lasting[limits] < lasting[long_run]
    tall, _ = fired(Plan("outlier", 5))
    assert max(tall, key=tall.get) == limits
    assert tall[limits] > 0.75
    _, small = fired(Plan("outlier", 1.5))
    assert all(each.on_change < 0.3 for each in small.sets)
    rise, _ = fired(Plan("trend", 3))
    assert max(rise, key=rise.get) == shift


def test_limits_at_two_sigmas():
    outside = 2 * NormalDist().cdf(-2)
    assert 1 / outside == pytest.approx(22, abs=0.1)
    assert 1 - (1 - outside) ** 24 == pytest.approx(2 / 3, abs=0.02)


# ---- other pictures


def test_discharge_letters_on_two_charts():
    frame = load_dataset("discharge_letters_simulated").frame
    letters = Measure.from_columns(
        frame["in_time"], frame["month"], denominators=frame["letters"], name="Letters"
    )
    outside = {}
    for kind in ("p", "p'"):
        chart = control_chart(letters, kind)
        outside[kind] = int(((chart.values > chart.upper) | (chart.values < chart.lower)).sum())
    assert len(letters) == 30
    assert outside == {"p": 9, "p'": 0}
    assert frame["letters"].min() > 1000


def test_new_lines_for_payslips(told):
    payslips = told["MEASURES"]["payslips"]
    once = payslips.rephase("2024-05", "One form for all changes")
    for rules in CHOICES.values():
        assert not control_chart(once, "p", rules=rules).signals
    often = payslips.rephase("2023-09", "x").rephase("2024-05", "x").rephase("2025-01", "x")
    firsts = [phase.first for phase in often.phases]
    assert firsts == [0, 8, 16, 24]


def test_waits_of_single_calls():
    waits = load_dataset("call_waits_simulated").frame["wait_minutes"]
    assert len(waits) == 200
    assert round(waits.mean(), 1) == 5.8
    assert (waits < waits.mean()).sum() == 120
    assert 4.6 < waits.median() < 4.7
    assert (waits > 10).sum() == 23


def test_distances_and_missed_appointments():
    frame = load_dataset("clinic_distances_simulated").frame
    assert len(frame) == 40
    assert np.corrcoef(frame["distance_miles"], frame["missed_percent"])[0, 1] > 0.6


def test_sixty_hospitals():
    frame = load_dataset("readmissions_simulated").frame
    counts = frame["readmitted"], frame["went_home"]
    beyond = {}
    for kind in ("none", "additive"):
        plot = funnel(
            frame["hospital"], *counts, data="proportions", per=100, overdispersion=kind, name="x"
        )
        beyond[kind] = plot.describe()
    assert len(frame) == 60
    assert "16 units lie beyond their 99.8% limits" in beyond["none"]
    assert "2 units lie beyond their 99.8% limits" in beyond["additive"]
    assert beyond["additive"].count("(below)") >= 2
    alarm = beyond["additive"].split("Alarm: ")[1].split(". Alert")[0]
    assert "above" not in alarm


# ---- for facilitators


def test_coins_and_dice():
    random = Random(1)
    games, long, few = 4000, 0, 0
    for _ in range(games):
        tosses = [random.random() < 0.5 for _ in range(24)]
        runs = "".join("h" if toss else "t" for toss in tosses)
        long += "h" * 6 in runs or "t" * 6 in runs
        few += sum(one != other for one, other in pairwise(runs)) < 8
    assert long / games == pytest.approx(1 / 3, abs=0.06)
    assert few / games < 0.1
    dice = [one + other for one in range(1, 7) for other in range(1, 7)]
    assert pstdev(dice) == pytest.approx(2.4, abs=0.05)
    assert 3 / pstdev(dice) == pytest.approx(1.2, abs=0.05)
