"""What lesson A4 tells of its charts and its simulations is true."""

import ast
import random
import statistics

import numpy as np
import pytest

from course.folders import MODULES
from course.notebook import read_notebook
from qi_tools import load_dataset
from qi_tools.words import MONTHS
from tests.modules.lesson_told import defined

LESSON = read_notebook(MODULES / "1_all_staff" / "a4_every_dot_counts.ipynb")
FRAME = load_dataset("phone_waits_quick_fire_simulated").frame
DAYS = [f"{day.day} {MONTHS[day.month - 1]}" for day in FRAME["week"]]


def waits(line):
    return FRAME[line].to_numpy(dtype=float)


def above(line):
    return (waits(line) > np.median(waits(line))).tolist()


@pytest.fixture(scope="module")
def told():
    return defined(LESSON)


def test_each_answer_is_the_one_that_the_rules_give():
    """`tests/qi_tools/test_quick_fire.py` works out what the rules say of each line."""
    right = {
        call.id: ast.literal_eval(call.part("right"))
        for call in LESSON.questions
        if call.id and call.id.removeprefix("a4-").replace("-", "_") in FRAME
    }
    assert right == {
        "a4-eye-clinic": "noise",
        "a4-blood-tests": "side",
        "a4-pay-queries": "noise",
        "a4-x-ray": "dot",
        "a4-porters": "side",
        "a4-maternity": "noise",
        "a4-it-help": "side",
        "a4-repairs": "side",
    }


def test_what_the_feedback_says_of_the_dots():
    assert waits("eye_clinic")[-2:].tolist() == [7.6, 10.7]  # 41 % up
    assert sorted(waits("eye_clinic"))[-3:] == [9.9, 10.0, 10.7]
    assert above("blood_tests") == [True] * 12 + [False] * 12
    assert DAYS[12] == "26 May"
    assert sum(waits("pay_queries") < 5.5) == 3
    assert DAYS[waits("x_ray").argmax()] == "16 June"
    assert all(above("porters")[DAYS.index("2 June") :])
    assert sum(waits("maternity") == waits("maternity").max()) == 3
    assert above("it_help") == [False] * 12 + [True] * 12
    ten = above("repairs")[DAYS.index("21 April") : DAYS.index("23 June") + 1]
    assert ten == [True] * 10


def test_ring_back_shows_from_the_week_that_the_lesson_names():
    booking = load_dataset("phone_waits_simulated").frame
    wait = booking["wait_minutes"]
    assert str(booking["week"][20].date()) == "2026-01-19"
    assert (wait[20:] < wait.median()).all()


def test_three_lines_have_the_same_two_averages(told):
    shapes = (lambda week: 9 if week < 12 else 6.5, lambda week: 10 - week / 5)
    for seed, shape in enumerate(shapes):
        values = told["same_averages"]("A line", shape, seed).measure.values
        assert round(values[:12].mean(), 1) == 9.0
        assert round(values[12:].mean(), 1) == 6.5


def test_it_help_is_always_green_and_maternity_is_not(told):
    assert waits("it_help").max() <= 11
    assert np.mean(waits("it_help")[:6]) == pytest.approx(6, abs=0.3)
    assert np.mean(waits("it_help")[-6:]) == pytest.approx(10, abs=0.3)
    shown = told["colours"]()
    assert shown.count("Green") == 8 + 4
    assert (shown.count("Red"), shown.count("Amber")) == (3, 1)


def test_the_ranking_turns_over(told):
    cell = next(cell for cell in LESSON.cells if "may, june" in cell.source)
    exec(cell.source, told)
    for month, first, last in (("may", "Rose", "Iris"), ("june", "Poppy", "Rose")):
        checks = dict(zip(told["WARDS"], told[month], strict=True))
        assert (max(checks, key=checks.get), min(checks, key=checks.get)) == (first, last)
        assert len(set(checks.values())) == 6
    assert sorted(told["june"])[-2] == told["june"][told["WARDS"].index("Iris")]
    assert told["top_again"](1000) < 33


def test_the_dice_game_comes_out_as_the_facilitator_is_told():
    dice = random.Random(1)
    games = 4000
    clear = 0
    for _ in range(games):
        before = [dice.randint(1, 6) for _ in range(12)]
        after = [dice.randint(1, 6) + 5 for _ in range(12)]
        middle = statistics.median(before + after)
        clear += sum(roll > middle for roll in after) >= 9
    assert 0.86 < clear / games < 0.92
