import math

import pytest

from qi_tools.experiments.ball_passes import distance


def test_the_next_place_is_one_apart_and_the_one_opposite_a_diameter():
    for people in range(4, 17, 2):
        assert distance(people, 1, 0.8) == pytest.approx(0.8)
        assert distance(people, people - 1, 0.8) == pytest.approx(0.8)
        diameter = 0.8 / math.sin(math.pi / people)
        assert distance(people, people // 2, 0.8) == pytest.approx(diameter)
