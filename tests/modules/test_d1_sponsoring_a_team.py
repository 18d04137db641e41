"""What lesson D1 tells of its teams and charts is true, under each set of rules."""

from types import SimpleNamespace

import pytest

from course.folders import MODULES
from course.notebook import read_notebook
from qi_tools import ANHOEJ, MAKING_DATA_COUNT, load_dataset
from tests.modules.lesson_told import EITHER_SET, defined

LESSON = read_notebook(MODULES / "4_middle_managers" / "d1_sponsoring_a_team.ipynb")
LOG = load_dataset("project_log_simulated").frame
WEEKS = load_dataset("project_measures_simulated").frame
TESTS = load_dataset("pdsa_log_simulated").frame
SETS = (ANHOEJ, MAKING_DATA_COUNT)


@pytest.fixture
def told():
    return defined(LESSON)


def test_hours_and_tests_go_with_the_sponsors_visits():
    by_visit = LOG.groupby("sponsor_came")[["hours_kept", "tests"]].mean().round(1)
    assert by_visit["hours_kept"].tolist() == [4.0, 9.5]
    assert by_visit["tests"].tolist() == [0.5, 1.3]
    assert set(LOG["hours_promised"]) == {12}
    assert (LOG["project"].nunique(), LOG["month"].nunique()) == (12, 10)


def test_the_meals_had_no_sponsor_and_stand_still():
    meals = LOG[LOG["project"] == "Meals that arrive warm"]
    sums = meals[["sponsor_came", "hours_kept", "hours_promised", "tests"]].sum()
    assert sums.tolist() == [0, 34, 120, 5]
    assert set(meals["stage"]) == {"chosen"}


def test_what_holds_teams_up():
    held_up = LOG[LOG["tests"] == 0]["held_up_by"].value_counts()
    assert held_up.sum() == 50
    assert held_up.idxmax() == "No time free"


@EITHER_SET
def test_what_the_charts_say_at_each_review(told, rules):
    told["RULES"] = rules
    chart = told["letters"]
    assert not chart("late", "Late", "lower", 14).signals
    process = chart("with_checklist", "Checklist", "higher", 14)
    assert process.improvement[8:].any()
    assert not process.improvement[:8].any()
    outcome = chart("late", "Late", "lower", 32)
    assert outcome.improvement[21:].any()
    assert not outcome.concern[13:].any()
    assert not told["overtime"](32).signals


def test_the_numbers_at_each_review(told):
    late = told["late"]
    assert [late(1, 8), late(9, 14), late(15, 21), late(22, 32)] == [33, 27, 22, 15]
    assert [round(100 * WEEKS["late"][at] / WEEKS["letters"][at]) for at in (12, 13)] == [33, 22]
    for first, last, share in ((0, 8, 5), (8, 14, 27)):
        rows = WEEKS[first:last]
        assert round(100 * rows["with_checklist"].sum() / rows["letters"].sum()) == share
    begun = WEEKS[WEEKS["test"].notna()]
    assert [str(day.date()) for day in begun["week"]] == ["2025-03-03", "2025-04-14", "2025-06-02"]
    assert 100 < WEEKS["letters"].mean() < 115


def test_the_log_of_the_second_team():
    guess, seen = TESTS["guess_minutes"], TESTS["seen_minutes"]
    assert [at + 1 for at in range(12) if guess.isna()[at]] == [4, 9]
    assert (seen[5] - guess[5], TESTS["decision"][5]) == (7, "adopt")
    assert TESTS["idea"][6] == "Back to the short form"
    assert [at + 1 for at in range(12) if TESTS["decision"][at] == "abandon"] == [3, 9]
    assert (guess.notna().sum(), (seen > guess).sum()) == (10, 9)
    assert TESTS["people"][[0, 2]].tolist() == [1, 2]


def test_a_story_is_remembered_by_its_steps(told):
    path = SimpleNamespace(value=("start=story", "hour=cover"))
    assert told["chose"](SimpleNamespace(answer=path), "hour=cover")
    assert not told["chose"](SimpleNamespace(answer=path), "hour=trust")
    assert not told["chose"](SimpleNamespace(answer=None), "hour=cover")
