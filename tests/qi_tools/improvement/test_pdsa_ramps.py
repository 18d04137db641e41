from datetime import date

import pytest
from hypothesis import given, settings

from qi_tools.improvement.outline import walked
from qi_tools.improvement.pdsa_ramps import pdsa_ramps
from qi_tools.improvement.project_reading import read_project
from tests.qi_tools.improvement.projects import projects

IDEA = {"id": "call", "words": "Ring patients before the visit"}


def shown(*tests, **more):
    made = [{"id": f"c{number}", **each} for number, each in enumerate(tests)]
    return pdsa_ramps(read_project({"drivers": [IDEA], "cycles": made, **more}))


def test_tests_are_numbered_along_the_ramp_and_branches_come_after():
    drawn = shown(
        {"name": "first"},
        {"name": "branch", "after": "c0"},
        {"name": "alone"},
        {"name": "on the branch", "after": "c1"},
        {"name": "second branch", "after": "c0"},
    )
    assert [(test.number, test.after, test.cycle.name) for test in drawn.tests] == [
        ("1.1", "", "first"),
        ("1.2", "1.1", "branch"),
        ("1.3", "1.2", "on the branch"),
        ("1.4", "1.1", "second branch"),
        ("2.1", "", "alone"),
    ]
    assert [test.depth for test in drawn.tests] == [0, 1, 2, 1, 0]


def test_a_test_stands_as_high_as_the_number_of_its_people():
    drawn = shown(
        {"scale": "1"},
        {"scale": "5", "after": "c0"},
        {"after": "c1"},
        {"scale": "all", "after": "c2"},
        {"scale": "3", "after": "c3"},
        {},
    )
    assert [test.level for test in drawn.tests] == [0, 2, 2, 3, 1, 0]


def test_a_ramp_is_called_by_its_idea():
    drawn = shown({}, {"after": "c0", "idea": "call"}, {"name": "another"})
    assert [ramp.name for ramp in drawn.ramps] == [
        "Ramp 1: Ring patients before the visit",
        "Ramp 2: the change idea is not named",
    ]


def test_the_outline_says_prediction_result_and_decision():
    drawn = shown(
        {
            "name": "One call",
            "scale": "1",
            "began": "2026-03-02",
            "ended": "2026-03-02",
            "prediction": "She comes.\nShe likes it.",
            "happened": "She came.",
            "act": "adapt",
            "next_step": "Ring three",
        },
        {"after": "c0"},
    )
    first, second = drawn.items[0].below
    assert first.words == "1.1 One call"
    assert first.more == (
        "One, once",
        "2 March 2026",
        "Predicted: She comes. She likes it.",
        "What happened: She came.",
        "Decision: adapt",
        "Next: Ring three",
    )
    assert second.words == "1.2 …"
    assert second.more == (
        "Builds on 1.1",
        "With how many: …",
        "When: …",
        "No prediction",
        "What happened: …",
        "Decision: not decided yet",
    )


@pytest.mark.parametrize(
    ("began", "ended", "words"),
    [
        ("2026-03-02", "2026-03-09", "2 to 9 March 2026"),
        ("2026-03-02", "2026-04-09", "2 March to 9 April 2026"),
        ("2025-12-30", "2026-01-02", "30 December 2025 to 2 January 2026"),
        ("2026-03-02", "2026-03-02", "2 March 2026"),
        ("2026-03-02", "", "From 2 March 2026"),
        ("", "2026-03-09", "Until 9 March 2026"),
        ("", "", "When: …"),
    ],
)
def test_days_are_written_short(began, ended, words):
    assert shown({"began": began, "ended": ended}).tests[0].when == words


def test_the_description_counts_predictions_and_decisions():
    drawn = shown(
        {"idea": "call", "scale": "1", "prediction": "x", "act": "adapt"},
        {"after": "c0", "scale": "all", "prediction": "y", "act": "adopt"},
        {"act": "adapt", "began": date(2026, 1, 1)},
    )
    assert drawn.describe() == (
        "PDSA ramps. 2 ramps, 3 tests, 2 with a prediction. Decisions: adapt 2 and adopt 1. "
        "Ramp 1: Ring patients before the visit: 2 tests, the widest with everyone. "
        "Ramp 2: the change idea is not named: 1 test."
    )


def test_without_tests_it_is_blank():
    assert shown().describe() == "PDSA ramps. It is still blank."
    assert (shown().items, shown().pieces) == ((), 0)


def test_tests_on_another_page_keep_their_numbers():
    drawn = shown({}, {"after": "c0"}, {"after": "c1"}, {})
    part = drawn.part(1, 4)
    assert [test.number for test in part.tests] == ["1.2", "1.3", "2.1"]
    assert [ramp.count for ramp in part.ramps] == [3, 1]
    assert drawn.joints == {3, 4}


@settings(max_examples=15)
@given(projects(8))
def test_every_test_is_drawn_once_and_parts_make_up_the_whole(project):
    drawn = pdsa_ramps(project)
    assert sorted(test.cycle.id for test in drawn.tests) == sorted(
        each.id for each in project.cycles
    )
    parts = [drawn.part(first, first + 3) for first in range(0, drawn.pieces, 3)]
    assert [test for part in parts for test in part.tests] == [*drawn.tests]
    assert len({number for number, _, _ in walked(drawn.items)}) == drawn.pieces + len(drawn.ramps)
    assert len(drawn.describe()) <= 600
