import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata

from qi_tools.spc.splits import average_ranks, best_split

values = st.lists(st.integers(-20, 20).map(float), min_size=6, max_size=40).map(np.array)


@given(values)
def test_ranks_are_those_of_scipy(each):
    assert average_ranks(each).tolist() == rankdata(each).tolist()


def squares_left(each, first):
    return sum(float(np.sum((part - part.mean()) ** 2)) for part in np.split(each, [first]))


@given(values, st.integers(1, 3), st.integers(1, 3))
def test_no_other_place_leaves_fewer_squares(each, before, after):
    first = best_split(each, before, after)
    assert before <= first <= each.size - after
    least = min(squares_left(each, place) for place in range(before, each.size - after + 1))
    assert squares_left(each, first) == pytest.approx(least, abs=1e-6)


@pytest.mark.parametrize(("before", "after"), [(4, 3), (0, 2), (2, 0)])
def test_too_few_values(before, after):
    with pytest.raises(ValueError, match="6 values can't be split"):
        best_split(np.arange(6.0), before, after)
