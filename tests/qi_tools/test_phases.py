from statistics import fmean, median

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.phases import Phases

nan = float("nan")
# Many phases of one or two points, and some long ones of the same length.
lengths = st.lists(st.sampled_from([1, 1, 2, 3, 7, 7, 30]), min_size=1, max_size=9)
numbers = st.integers(-3, 3).map(float) | st.just(nan)


@st.composite
def laid_out(draw):
    each = draw(lengths)
    size = sum(each)
    values = draw(st.lists(numbers, min_size=size, max_size=size))
    flags = draw(st.lists(st.booleans(), min_size=size, max_size=size))
    return Phases.of_lengths(np.array(each)), np.array(values), np.array(flags)


def by_phase(phases, column):
    ends = [*phases.starts[1:], phases.size]
    return [column[start:end].tolist() for start, end in zip(phases.starts, ends, strict=True)]


@pytest.mark.parametrize(
    ("starts", "size"), [([], 0), ([], 3), ([1], 3), ([0, 3], 3), ([0, 2, 2], 5), ([0, 3, 1], 5)]
)
def test_phases_that_can_not_be(starts, size):
    with pytest.raises(ValueError, match="must rise from 0"):
        Phases(np.array(starts), size)


@given(lengths)
def test_places(each):
    phases = Phases.of_lengths(np.array(each))
    assert phases.lengths.tolist() == each
    assert phases.size == sum(each)
    assert phases.of_point.tolist() == [n for n, length in enumerate(each) for _ in range(length)]
    assert phases.rank.tolist() == [place for length in each for place in range(length)]
    assert phases.spread(np.array(each)).tolist() == [n for n in each for _ in range(n)]


@settings(max_examples=60)
@given(laid_out())
def test_every_sum_is_that_of_each_phase_alone(example):
    phases, values, flags = example
    known = ~np.isnan(values)
    here = flags & known
    rows = list(zip(by_phase(phases, values), by_phase(phases, flags), strict=True))
    chosen = [
        [value for value, flag in zip(row, wanted, strict=True) if flag and value == value]
        for row, wanted in rows
    ]
    assert phases.total(values, here).tolist() == pytest.approx([sum(row) for row in chosen])
    assert phases.count(here).tolist() == [len(row) for row in chosen]
    assert phases.mean(values, here).tolist() == pytest.approx(
        [fmean(row) if row else nan for row in chosen], nan_ok=True
    )
    assert phases.median(values, here).tolist() == pytest.approx(
        [median(row) if row else nan for row in chosen], nan_ok=True
    )
    assert phases.largest(values).tolist() == pytest.approx(
        [max([value for value in row if value == value], default=nan) for row, _ in rows],
        nan_ok=True,
    )


@settings(max_examples=60)
@given(laid_out())
def test_median_passes_over_missing_values_though_they_are_flagged(example):
    phases, values, _ = example
    expected = [
        median(known) if (known := [value for value in row if value == value]) else nan
        for row in by_phase(phases, values)
    ]
    everywhere = np.ones(values.shape, dtype=bool)
    assert phases.median(values, everywhere).tolist() == pytest.approx(expected, nan_ok=True)


@settings(max_examples=60)
@given(laid_out())
def test_kept_points_stay_in_their_phases(example):
    phases, _, flags = example
    if not flags.any():
        with pytest.raises(ValueError, match="No point is left"):
            phases.keep(flags)
        return
    kept, which = phases.keep(flags)
    assert kept.size == flags.sum()
    np.testing.assert_array_equal(which[kept.of_point], phases.of_point[flags])
    assert len(set(which.tolist())) == which.size == kept.starts.size


def test_many_phases_give_what_each_gives_alone_to_the_last_digit():
    random = np.random.default_rng(2026)
    each = random.integers(1, 60, 400)
    phases = Phases.of_lengths(each)
    values = random.normal(50, 9, phases.size) * 10.0 ** random.integers(-9, 9, phases.size)
    where = random.random(phases.size) < 0.8
    for name in ("total", "mean", "median"):
        together = getattr(phases, name)(values, where)
        for start, length, number in zip(phases.starts, each, together, strict=True):
            stretch = slice(start, start + length)
            alone = getattr(Phases.of_lengths(np.array([length])), name)
            np.testing.assert_array_equal(alone(values[stretch], where[stretch]), [number])


def test_a_sum_of_many_is_nearly_exact():
    """A million times 0.1: plain addition is off by 1e-6, adding in pairs by less than 1e-9."""
    one = Phases.of_lengths(np.array([10**6]))
    assert one.total(np.full(10**6, 0.1))[0] == pytest.approx(1e5, abs=1e-9)


def test_nothing_given_is_changed():
    phases = Phases(np.array([0, 2]), 4)
    values, flags = np.array([3.0, nan, 1.0, 2.0]), np.array([True, True, False, True])
    for array in (values, flags):
        array.setflags(write=False)
    for name in ("total", "mean", "median"):
        getattr(phases, name)(values, flags & ~np.isnan(values))
    phases.keep(flags)
    assert values.tolist() == [3.0, pytest.approx(nan, nan_ok=True), 1.0, 2.0]
