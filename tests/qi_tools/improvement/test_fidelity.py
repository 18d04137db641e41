import pytest
from hypothesis import given, settings

from qi_tools.improvement.fidelity import fidelity
from qi_tools.improvement.project import Project
from qi_tools.improvement.project_reading import read_project
from qi_tools.improvement.ramps import ramps
from tests.qi_tools.improvement.projects import projects

WHOLE = {
    "objective": "Can patients read the text?",
    "prediction": "4 of 5 can.",
    "plan": "Reception shows it on Monday.",
    "happened": "3 of 5 could.",
    "study": "Fewer than we thought: the print is small.",
    "act": "adapt",
    "measures": ["m"],
    "began": "2026-01-10",
    "ended": "2026-01-10",
}
MEASURE = {"id": "m", "readings": "2026-01-05, 5\n2026-01-12, 6"}


def found(*cycles, measure=MEASURE):
    made = [{"id": f"c{number}", **cycle} for number, cycle in enumerate(cycles)]
    project = read_project({"measures": [measure], "cycles": made})
    return {each.name: each for each in fidelity(project).features}


def test_a_good_ramp_has_all_five():
    features = found(
        {**WHOLE, "scale": "1"},
        {**WHOLE, "scale": "3", "after": "c0"},
        {**WHOLE, "scale": "5", "after": "c1"},
        {**WHOLE, "scale": "all", "after": "c2"},
    )
    assert [*features] == ["Documented", "Predicted", "Iterative", "Scaled", "Data over time"]
    assert {each.level for each in features.values()} == {"yes"}
    assert {each.next_step for each in features.values()} == {""}


@pytest.mark.parametrize("part", ["objective", "plan", "happened", "study", "act"])
def test_a_test_that_is_over_is_documented_in_all_its_parts(part):
    gap = {**WHOLE, part: ""}
    assert found(gap)["Documented"].level == "no"
    assert found(gap, WHOLE)["Documented"].level == "partly"


def test_a_test_that_still_runs_needs_a_question_and_a_plan():
    running = {name: WHOLE[name] for name in ("objective", "plan", "began")}
    assert found(running)["Documented"].level == "yes"
    assert found({**running, "ended": "2026-01-12"})["Documented"].level == "no"


def test_a_prediction_is_counted():
    features = found(WHOLE, {**WHOLE, "prediction": ""})
    assert (features["Predicted"].met, features["Predicted"].of) == (1, 2)
    assert features["Predicted"].words.startswith("In 1 of 2 tests,")


def test_nothing_need_follow_a_single_test_that_was_abandoned():
    single = {**WHOLE, "act": "abandon"}
    assert found(single)["Iterative"].of == 0
    assert found(WHOLE, single)["Iterative"].level == "no"
    assert found(WHOLE, {**WHOLE, "after": "c0"}, single)["Iterative"].level == "yes"


@pytest.mark.parametrize(
    ("scales", "met"),
    [
        (["1", "3", "5", "all"], 4),
        (["3", "5", "3", "all"], 4),
        (["1", "5"], 1),
        (["1", "all", "all"], 2),
        (["5", "all"], 1),
        (["", "1"], 1),
        (["1", "", "3"], 2),
    ],
)
def test_a_ramp_grows_by_one_step_at_a_time(scales, met):
    cycles = [
        {"scale": scale, "after": f"c{number - 1}" if number else ""}
        for number, scale in enumerate(scales)
    ]
    assert found(*cycles)["Scaled"].met == met


@pytest.mark.parametrize(
    ("began", "level"),
    [("2026-01-05", "no"), ("2026-01-06", "yes"), ("2026-01-12", "yes"), ("2026-01-13", "no")],
)
def test_data_are_there_before_a_test_and_go_on(began, level):
    assert found({**WHOLE, "began": began})["Data over time"].level == level


def test_a_measure_that_cannot_be_read_shows_nothing():
    assert found(WHOLE, measure={"id": "m", "readings": "many"})["Data over time"].level == "no"


def test_without_a_test_there_is_nothing_to_judge():
    assert found()["Predicted"].words == "There is no test to judge yet."
    assert "Predicted: no." in fidelity(Project()).describe()


@settings(max_examples=20)
@given(projects(4))
def test_any_project_can_be_judged(project: Project):
    for ramp in (None, *ramps(project)):
        for feature in fidelity(project, ramp).features:
            assert 0 <= feature.met <= feature.of
            assert (feature.level == "yes") == (0 < feature.met == feature.of)
            assert bool(feature.next_step) == (feature.level != "yes")
