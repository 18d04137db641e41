import math
from functools import partial
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools import Measure
from qi_tools.errors import QIToolsError
from qi_tools.experiments.factorial.coins import coin_design, spin_coins
from qi_tools.experiments.factorial.designs import Factor, FactorialDesign
from qi_tools.experiments.factorial.filled_sheets import filled
from qi_tools.experiments.factorial.run_sheets import random_order
from tests.qi_tools.experiments.factorial.examples import DESIGNS, PLANT, design_of, done_with


def test_the_runs_can_be_saved_and_read_back(tmp_path):
    done = spin_coins(random_order(coin_design(), Random(2)), Random(3))
    done.save(tmp_path / "spins.csv")
    read = Measure.from_file(tmp_path / "spins.csv", "Spin time")
    assert read.values.tolist() == list(done.responses) == done.measure.values.tolist()
    assert done.measure.simulated


def test_cells_hold_the_runs_of_a_setting_in_run_order():
    done = done_with(design_of(3), PLANT)
    assert [cell.mean for cell in done.cells(done.design.factors)] == PLANT
    tea, _, cake = done.design.factors
    square = {cell.levels: cell.responses for cell in done.cells((cake, tea))}
    assert square == {
        ("no", "no"): (60, 54), ("yes", "no"): (52, 45), ("no", "yes"): (72, 68),
        ("yes", "yes"): (83, 80),
    }  # fmt: skip


def test_a_cell_that_a_fraction_leaves_out_has_no_mean():
    done = done_with(design_of(3, ("C=AB",)), [1, 2, 3, 4])
    cells = done.cells(done.design.factors)
    assert len(cells) == 8
    assert sum(math.isnan(cell.mean) for cell in cells) == 4
    assert all(bool(cell.responses) != math.isnan(cell.mean) for cell in cells)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(DESIGNS), st.integers(1, 3), st.integers(), st.text("wait é%", max_size=150))
def test_words_stay_short_whatever_is_measured(design, repeats, seed, name):
    factors = [
        Factor(f"{factor.name} " + "x" * 24, "n" * 30, "y" * 30) for factor in design.factors
    ]
    design = FactorialDesign(tuple(factors), design.generators, repeats)
    random = Random(seed)
    responses = [random.random() for _ in range(len(design.corners) * repeats)]
    done = filled(random_order(design, random), responses, name=f"time {name}", unit=name)
    assert 0 < len(done.describe()) <= 600
    assert all(done.report())


def test_standard_order_is_warned_of():
    assert "a drift in time" in done_with(design_of(2), [1, 2, 3, 4]).warnings[0]
    mixed = filled(random_order(design_of(2), Random(2)), [1, 2, 3, 4], name="taste")
    assert mixed.warnings == ()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (partial(done_with, design_of(2), [1, 2, 3]), "3 responses and 4 runs"),
        (partial(done_with, design_of(2), [1, None, 3, math.nan]), "no response for runs 2 and 4"),
        (partial(done_with, design_of(2), [1, "2", 3, 4]), "'2' in row 2"),
        (partial(done_with, design_of(2), [1, True, 3, 4]), "True in row 2"),
        (partial(done_with, design_of(2), [1, 2, 3, math.inf]), "infinite"),
        (partial(done_with, design_of(2), [10**400, 2, 3, 4]), "infinite"),
        (partial(done_with, design_of(2), "1234"), "Give a list"),
        (partial(done_with, design_of(2), [1, 2, 3, 4], name="Tea"), "in other words"),
        (partial(done_with, design_of(2), [1, 2, 3, 4], name=" "), "name"),
        (partial(done_with, design_of(2), [1, 2, 3, 4], name=4), "text in quotes"),
    ],
)
def test_what_cannot_be_says_what_can(make, says):
    with pytest.raises(QIToolsError) as caught:
        make()
    assert says in str(caught.value)


def test_nothing_changes_afterwards():
    done = done_with(design_of(3), PLANT)
    table = done.table
    table["taste"] = 0
    assert done.table["taste"].tolist() == PLANT
