"""What lesson D2 tells of its numbers and charts is true, under each set of rules."""

import pytest

from course.folders import MODULES
from course.notebook import read_notebook
from qi_tools import load_dataset
from tests.modules.lesson_told import EITHER_SET, defined

LESSON = read_notebook(MODULES / "4_middle_managers" / "d2_leading_a_team.ipynb")
PAYSLIPS = load_dataset("payroll_errors_simulated").frame
DAYS = load_dataset("estates_jobs_simulated").frame["days_to_done"]


@pytest.fixture
def told():
    return defined(LESSON)


def test_the_way_of_a_meal(told):
    minutes = list(told["WAY"].values())
    assert (sum(minutes), minutes[0], minutes[2]) == (46, 6, 22)


@EITHER_SET
def test_the_payslips_improved_and_three_rising_months_are_noise(told, rules):
    told["RULES"] = rules
    chart = told["payslips"](24)
    assert chart.improvement[16:].any()
    assert not chart.concern[16:].any()
    assert not told["payslips"](29, new_form=16).signals


def test_the_months_that_the_lesson_names():
    months = [f"{month:%Y-%m}" for month in PAYSLIPS["month"]]
    assert (months[16], months[23], months[28]) == ("2024-05", "2024-12", "2025-05")
    assert PAYSLIPS["with_error"][26:29].tolist() == [18, 25, 28]
    for first, last, share in ((0, 16, 6), (16, 24, 3)):
        rows = PAYSLIPS[first:last]
        assert round(1000 * rows["with_error"].sum() / rows["payslips"].sum()) == share


def test_what_the_average_of_the_repairs_hides():
    assert len(DAYS) == 208
    assert round(DAYS.mean(), 1) == 7.1
    assert round(DAYS.median(), 1) == 5.1
    assert round(DAYS.max()) == 66
