"""The constants of control charts beside the printed table."""

import csv
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools.spc.constants import D2_OF_TWO, c4, d2, d3
from qi_tools.spc.limits import EXACT, PRINTED

TABLE = Path(__file__).parents[2] / "reference" / "control_chart_constants.csv"
# The table was made from rounded constants, so some of its last digits are one off.
ONE_OFF = {
    ("d3", 19), ("D3", 19), ("D3", 22), ("D3", 24), ("D4", 3), ("D4", 18), ("D4", 19), ("D4", 22),
}  # fmt: skip


def rows():
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def exact(size):
    """Every constant of the table from the three that we work out."""
    n = np.array([float(size)])
    spread, ratio = np.sqrt(1 - c4(n) ** 2) / c4(n), d3(n) / d2(n)
    found = {
        "c4": c4(n),
        "A2": 3 / (d2(n) * np.sqrt(n)),
        "A3": 3 / (c4(n) * np.sqrt(n)),
        "B3": np.maximum(0, 1 - 3 * spread),
        "B4": 1 + 3 * spread,
        "d2": d2(n),
        "d3": d3(n),
        "D3": np.maximum(0, 1 - 3 * ratio),
        "D4": 1 + 3 * ratio,
    }
    return {name: float(value[0]) for name, value in found.items()}


def last_digits_off(printed, value):
    """How many units of the last printed digit the exact value lies away."""
    unit = 10.0 ** Decimal(printed).as_tuple().exponent
    return abs(float(printed) - value) / unit


def test_the_printed_table():
    sizes, off = [], set()
    for row in rows():
        size = int(row.pop("n"))
        sizes.append(size)
        found = exact(size)
        assert set(row) == set(found)
        for name, printed in row.items():
            distance = last_digits_off(printed, found[name])
            assert distance < 1, (name, size)
            if distance > 0.5 + 1e-9:
                off.add((name, size))
    assert sizes == list(range(2, 26))
    assert off == ONE_OFF


def test_constants_of_pairs():
    pair = np.array([2.0])
    assert d2(pair)[0] == pytest.approx(D2_OF_TWO, rel=1e-12)
    assert c4(pair)[0] == pytest.approx(np.sqrt(2 / np.pi), rel=1e-14)
    # The range of two is √2 times their deviation: d3² = 2 − d2².
    assert d3(pair)[0] == pytest.approx(np.sqrt(2 - 4 / np.pi), rel=1e-12)
    assert abs(PRINTED.d2 - D2_OF_TWO) < 5e-4
    assert EXACT.d2 == D2_OF_TWO
    upper = 1 + 3 * d3(pair)[0] / D2_OF_TWO
    assert upper == pytest.approx(EXACT.d4, abs=5e-5)
    assert upper == pytest.approx(PRINTED.d4, abs=5e-4)


def test_constants_of_three():
    """Known in closed form: d2 = 3/√π, c4 = √π/2."""
    three = np.array([3.0])
    assert d2(three)[0] == pytest.approx(3 / np.sqrt(np.pi), rel=1e-12)
    assert c4(three)[0] == pytest.approx(np.sqrt(np.pi) / 2, rel=1e-14)


def test_one_value_has_no_spread():
    for constant in (c4, d2, d3):
        assert np.isnan(constant(np.array([0.0, 1.0, np.nan]))).all()


@given(st.integers(2, 40))
def test_constants_by_size(size):
    n = np.array([float(size), size + 1.0])
    assert 0 < c4(n)[0] < c4(n)[1] < 1
    assert d2(n)[0] < d2(n)[1]
    assert d3(n)[0] > d3(n)[1] or size == 2  # d3 rises once, from 2 to 3
    # c4 is 1 − 1/(4n) for large samples, to the next order (Montgomery 2009, appendix table VI).
    assert c4(n)[0] == pytest.approx(4 * (size - 1) / (4 * size - 3), rel=0.02 / size)


@pytest.mark.parametrize("size", [2, 5, 12, 60])
def test_constants_by_simulation(size):
    draw = np.random.default_rng(size)
    samples = draw.normal(size=(40_000, size))
    n = np.array([float(size)])
    assert np.mean(np.std(samples, axis=1, ddof=1)) == pytest.approx(c4(n)[0], rel=0.01)
    ranges = np.ptp(samples, axis=1)
    assert np.mean(ranges) == pytest.approx(d2(n)[0], rel=0.01)
    assert np.std(ranges) == pytest.approx(d3(n)[0], rel=0.02)
