import numpy as np
import pytest

from qi_tools.draw.limits import value_limits

nan = float("nan")


@pytest.mark.parametrize(
    ("values", "unit", "limits"),
    [
        ([4, 10], "", (0, 10.8)),
        ([5, 10], "", (0, 10.8)),
        ([6, 10], "", (5.68, 10.32)),
        ([0, 0, 8], "", (0, 8.64)),
        ([0, 0], "", (0, 1)),
        ([7, 7], "", (6.3, 7.7)),
        ([-2, 2], "", (-2.32, 2.32)),
        ([90, 99.9], "%", (89.208, 100)),
        ([90, 110], "%", (88.4, 111.6)),
        ([4, nan, 10], "", (0, 10.8)),
    ],
)
def test_value_limits(values, unit, limits):
    assert value_limits(np.array(values, dtype=float), unit) == pytest.approx(limits)
