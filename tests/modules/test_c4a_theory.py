"""What lesson C4a tells of its data, and of what it simulates, is true."""

import ast

import pytest

from course.folders import MODULES
from course.notebook import read_notebook
from qi_tools import control_chart, load_dataset, run_chart
from tests.modules.lesson_told import EITHER_SET, defined, question

LESSON = read_notebook(MODULES / "3_senior_leaders" / "c4a_theory.ipynb")
HOME = load_dataset("discharge_before_noon_simulated").frame
SOURCE = "\n".join(cell.source for cell in LESSON.cells)


@pytest.fixture(scope="module")
def told():
    return defined(LESSON)


def signals(measure, rules):
    return run_chart(measure, rules=rules).signals, control_chart(measure, "i", rules=rules).signals


def test_the_target_doubled_the_use_of_the_lounge_from_28_april():
    first = next(at for at, day in enumerate(HOME["week"]) if str(day.date()) == "2025-04-28")
    lounge = HOME["through_lounge"]
    assert round(lounge[:first].mean()) == 35
    assert round(lounge[first:].mean()) == 75
    assert lounge[first:].min() > lounge[:first].max()


@EITHER_SET
def test_it_did_nothing_before_noon_under_either_set_of_rules(told, rules):
    share = told["before_noon"]().measure
    assert not any(signals(share, rules))
    assert all(signals(told["through_lounge"]().measure, rules))
    assert [round(half.mean()) for half in (share.values[:16], share.values[16:])] == [21, 21]


def test_two_weeks_in_january_that_meant_nothing():
    assert [str(day.date())[:7] for day in HOME["week"][:2]] == ["2025-01", "2025-01"]
    assert HOME["before_noon"][:2].tolist() == [53, 30]
    assert "53 early leavers" in SOURCE
    assert "The next, with 30," in SOURCE


def test_medicines_are_what_most_wait_for_and_what_the_first_diagram_left_out(told):
    waiting = told["WAITING_FOR"]
    assert sum(count for _, count in waiting.values()) == 30
    assert max(waiting, key=lambda key: waiting[key][1]) == "medicines"
    assert "edicine" not in told["first_diagram"]().outline
    assert told["mended_diagram"]().branches[0].words.startswith("Medicines")


def test_the_flaws_of_the_first_diagram_are_those_of_the_key(told):
    right = ast.literal_eval(question(LESSON, "c4a-drivers").part("right"))
    rows = ast.literal_eval(question(LESSON, "c4a-drivers").node.args[2])
    drivers = told["first_diagram"]().branches
    assert list(rows.values()) == [driver.words for driver in drivers]
    unmeasured = {key for key, driver in zip(rows, drivers, strict=True) if "…" in driver.more[0]}
    assert unmeasured == {"b", "d"}
    assert [key for key in rows if right[key] == "sound"] == ["c", "e"]
    kept = [driver.words for driver in told["mended_diagram"]().branches]
    for letter in ("c", "e"):
        assert rows[letter].removeprefix(f"{letter.upper()}. ") in kept


def test_the_ramp_is_one_of_predicted_tests_that_build_on_each_other(told):
    (ramp,) = told["ramp"]().ramps
    assert len(ramp.tests) == len(told["CYCLES"]) == 5
    assert all(test.predicted for test in ramp.tests)
    assert [test.after for test in ramp.tests] == ["", "1.1", "1.2", "1.3", "1.4"]
    assert [test.level for test in ramp.tests] == sorted(test.level for test in ramp.tests)


def test_each_idea_needs_the_other(told):
    missed = told["missed"]
    assert missed() == 14
    assert missed("chart check") == missed("urgent list") == 13
    assert missed("chart check", "urgent list") == 7
    options = ast.literal_eval(question(LESSON, "c4a-pair").node.args[2])
    assert options["seven"] == "7"
