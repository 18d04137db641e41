import math
from dataclasses import FrozenInstanceError, replace

import pytest

from qi_tools.errors import QIToolsError
from qi_tools.experiments.figure_exercise import (
    PARTS,
    SAME,
    Cycle,
    Exercise,
    ExerciseInvalid,
    typical,
)

FIRST = Cycle(SAME, 90, 8)


@pytest.mark.parametrize("way", [(), ("check",), ("laid out", "one each")], ids=str)
@pytest.mark.parametrize("number", [1, 5, 25])
def test_twice_the_builds_leave_85_per_cent_of_the_time(way, number):
    assert typical(way, 2 * number).seconds / typical(way, number).seconds == pytest.approx(0.85)


def test_practice_makes_no_difference_to_accuracy():
    assert typical((), 1).right == typical((), 100).right == pytest.approx(0.8)


def test_speed_is_traded_for_accuracy():
    usual, hurried, checked = (typical(way, 10) for way in ((), ("hurry",), ("check",)))
    assert hurried.seconds < usual.seconds < checked.seconds
    assert hurried.right < usual.right < checked.right


def test_the_figure_is_put_together_from_ten_parts():
    assert len(PARTS) == len(set(PARTS)) == 10


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"idea": "glue"}, "An idea is called 'glue'. Use one of: same, laid out, one"),
        ({"idea": []}, "An idea is called []."),
        ({"seconds": 0}, "The predicted time is 0. Give the seconds of a build, a number from 1"),
        ({"seconds": math.inf}, "The predicted time is inf."),
        ({"seconds": None}, "The predicted time is None."),
        ({"right": 11}, "The predicted accuracy is 11. Give the parts that are right, a number fr"),
        ({"right": math.nan}, "The predicted accuracy is nan."),
        ({"right": True}, "The predicted accuracy is True."),
        ({"kept": 1}, "Kept is 1. Give True or False."),
        ({"idea": SAME, "kept": False}, "there is nothing to give up"),
    ],
    ids=str,
)
def test_a_cycle_that_cannot_be_says_why(wrong, said):
    with pytest.raises(ExerciseInvalid) as caught:
        replace(Cycle("photo", 60, 9), **wrong)
    assert said in str(caught.value)
    assert isinstance(caught.value, QIToolsError)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"builds": 2}, "The number of builds in a cycle is 2. Give a whole number from 3 to 20"),
        ({"builds": 21}, "The number of builds in a cycle is 21. Give a whole number from 3 to 20"),
        ({"builds": 5.0}, "The number of builds in a cycle is 5.0."),
        ({"cycles": [FIRST]}, "Give a tuple of 1 to 5"),
        ({"cycles": ("photo",)}, "Give a tuple of 1 to 5"),
        ({"cycles": ()}, "Give a tuple of 1 to 5"),
        ({"cycles": (FIRST,) * 6}, "Give a tuple of 1 to 5"),
        ({"cycles": (Cycle("photo", 60, 9),)}, "Change nothing in the first builds"),
        (
            {"cycles": (FIRST, Cycle("photo", 60, 9), FIRST, Cycle("photo", 60, 9))},
            "To put the photo in front of the builder is kept already. Try another idea",
        ),
    ],
    ids=str,
)
def test_an_exercise_that_cannot_be_says_why(wrong, said):
    with pytest.raises(ExerciseInvalid) as caught:
        replace(Exercise((FIRST,)), **wrong)
    assert said in str(caught.value)


@pytest.mark.parametrize(("way", "number"), [(("glue",), 1), ((), 0), ((), 101), ((), 2.0)])
def test_nothing_is_typical_of_what_cannot_be(way, number):
    with pytest.raises(ExerciseInvalid):
        typical(way, number)


def test_an_exercise_stays_as_it_is():
    with pytest.raises(FrozenInstanceError):
        Exercise((FIRST,)).builds = 9
