import math
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.experiments.factorial.designs import DesignInvalid, FactorialDesign
from qi_tools.experiments.factorial.run_sheets import RunSheet, random_order, standard_order
from tests.qi_tools.experiments.factorial.examples import DESIGNS, design_of


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(DESIGNS), st.integers(1, 4), st.integers())
def test_a_random_sheet_holds_each_run_once_and_is_the_same_again(design, repeats, seed):
    design = FactorialDesign(design.factors, design.generators, repeats)
    sheet = random_order(design, Random(seed))
    assert random_order(design, Random(seed)) == sheet
    runs = {(run.corner, run.repeat) for run in sheet.runs}
    assert len(runs) == len(sheet.runs) == len(design.corners) * repeats
    for run in sheet.runs:
        signs = design.corners[run.corner - 1]
        assert run.signs == signs
        assert run.levels == tuple("yes" if each > 0 else "no" for each in signs)


def test_every_run_comes_first_about_as_often():
    random, design = Random(1), design_of(2)
    firsts = [random_order(design, random).order[0] for _ in range(4000)]
    for run in range(4):
        assert firsts.count(run) == pytest.approx(1000, abs=4 * math.sqrt(750))


def test_a_sheet_can_be_printed():
    table = standard_order(design_of(2, repeats=2)).table
    assert list(table.columns) == ["run", "standard order", "repeat", "tea", "milk"]
    assert table["repeat"].tolist() == [1] * 4 + [2] * 4
    assert table["tea"].tolist() == ["no", "yes"] * 4


def test_a_run_that_comes_twice_is_refused():
    with pytest.raises(DesignInvalid, match="each number from 0 to 3 once"):
        RunSheet(design_of(2), (0, 1, 2, 2))
