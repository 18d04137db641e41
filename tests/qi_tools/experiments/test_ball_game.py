import math
from dataclasses import FrozenInstanceError, replace

import pytest

from qi_tools.errors import QIToolsError
from qi_tools.experiments.ball_game import SAME, Attempt, Game, GameInvalid

FIRST = Attempt(SAME, 20)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"change": "skip people"}, "A change is called 'skip people'. Use one of: same, closer"),
        ({"change": []}, "A change is called []."),
        ({"prediction": 0}, "The prediction is 0. Give the seconds, a number from 0.1 to 3,600"),
        ({"prediction": math.nan}, "The prediction is nan."),
        ({"prediction": "9"}, "The prediction is '9'."),
        ({"prediction": True}, "The prediction is True."),
        ({"theory": "x" * 201}, "Say it in at most 200 characters."),
        ({"theory": None}, "The theory is None."),
        ({"kept": "no"}, "Kept is 'no'. Give True or False."),
        ({"change": SAME, "kept": False}, "there is nothing to give up"),
    ],
    ids=str,
)
def test_an_attempt_that_cannot_be_says_why(wrong, said):
    with pytest.raises(GameInvalid) as caught:
        replace(Attempt("closer", 9), **wrong)
    assert said in str(caught.value)
    assert isinstance(caught.value, QIToolsError)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"people": 3}, "The number of people is 3. Give a whole number from 4 to 16."),
        ({"people": 17}, "The number of people is 17."),
        ({"people": 8.0}, "The number of people is 8.0."),
        ({"attempts": [FIRST]}, "Give a tuple of 1 to 30"),
        ({"attempts": ("closer",)}, "Give a tuple of 1 to 30"),
        ({"attempts": ()}, "Give a tuple of 1 to 30"),
        ({"attempts": (FIRST,) * 31}, "Give a tuple of 1 to 30"),
        ({"attempts": (Attempt("closer", 9),)}, "Change nothing in the first round"),
        (
            {"attempts": (FIRST, Attempt("closer", 9), FIRST, Attempt("closer", 9))},
            "To stand closer is kept already. Try another change",
        ),
    ],
    ids=str,
)
def test_a_game_that_cannot_be_says_why(wrong, said):
    with pytest.raises(GameInvalid) as caught:
        replace(Game((FIRST,)), **wrong)
    assert said in str(caught.value)


def test_a_game_stays_as_it_is():
    with pytest.raises(FrozenInstanceError):
        Game((FIRST,)).people = 5
