"""What lesson B3a tells of its numbers is true."""

from __future__ import annotations

import numpy as np
import pytest

from course.folders import MODULES
from course.notebook import read_notebook
from qi_tools import Measure, control_chart, run_chart
from tests.modules.lesson_told import EITHER_SET, defined

LESSON = read_notebook(MODULES / "2_board" / "b3a_our_approach.ipynb")
TEXT = "\n".join(cell.source for cell in LESSON.cells)


@pytest.fixture(scope="module")
def told():
    return defined(LESSON)


def test_the_report_has_forty_numbers_none_of_them_about_fairness(told):
    assert sum(told["REPORT"].values()) == 40
    assert "forty numbers" in TEXT
    assert [part for part, count in told["REPORT"].items() if not count] == ["Equitable"]
    # The guess asks for the part with the fewest, so there may be one only.
    assert min(count for count in told["REPORT"].values() if count) > 0


def test_the_boards_minutes_add_up_and_improvement_has_the_fewest(told):
    assert sum(told["MEETINGS"].values()) == 100
    assert min(told["MEETINGS"], key=told["MEETINGS"].get) == "Improvement"


def observations(told):
    rows = told["BOARD"][told["BOARD"]["measure"] == "Observations done on time"]
    return Measure.from_columns(rows["value"], rows["month"], name="Observations", better="higher")


@EITHER_SET
def test_the_observations_go_on_as_before(told, rules):
    assert not control_chart(observations(told), "i", rules=rules).signals


def payslips(told):
    errors = 1000 * told["PAY"]["with_error"] / told["PAY"]["payslips"]
    return errors.to_numpy(), Measure.from_columns(errors, told["PAY"]["month"], name="Payslips")


@EITHER_SET
def test_payslips_changed_in_may_2024(told, rules):
    errors, measure = payslips(told)
    assert control_chart(measure, "i", rules=rules).signals
    start = told["PAY"]["month"].astype(str).str[:7].tolist().index("2024-05")
    assert sum(errors[start:] >= np.median(errors)) == 1
    assert len(errors) - start == 14, "a year, and two months"
    assert errors[:start].mean() == pytest.approx(6, abs=0.1)
    assert errors[start:].mean() < 4, "the aim"
    assert errors[start:].mean() / errors[:start].mean() < 0.6, "nearly halved"


def test_the_average_hides_that_one_group_got_worse(told):
    def level(groups, months):
        booked = sum(told["GROUPS"][group][0] for group in groups) * len(range(24)[months])
        return 100 * sum(sum(told["MISSED"][group][months]) for group in groups) / booked

    first, second = slice(0, 12), slice(12, 24)
    for groups, before, after in (
        (("no interpreter",), 12, 8),
        (("interpreter",), 15, 23),
        (("interpreter", "no interpreter"), 12, 10),
    ):
        assert round(level(groups, first)) == before, groups
        assert round(level(groups, second)) == after, groups


def test_nine_in_ten_need_no_interpreter(told):
    booked = {group: given[0] for group, given in told["GROUPS"].items()}
    assert booked["interpreter"] / sum(booked.values()) == 0.1


@pytest.mark.parametrize("group", ["interpreter", "no interpreter"])
def test_what_each_group_shows_is_no_chance(told, group):
    measure = Measure.from_columns(told["MISSED"][group], told["MONTHS"], name=group)
    assert run_chart(measure).signals
