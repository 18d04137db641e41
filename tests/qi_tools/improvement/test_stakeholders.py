import pytest
from hypothesis import given, settings

from qi_tools.improvement.outline import walked
from qi_tools.improvement.project_reading import read_project
from qi_tools.improvement.stakeholders import STANDS, Stakeholder, stakeholder_map
from tests.qi_tools.improvement.projects import projects


def shown(*people, **more):
    made = [{"id": f"s{number}", **each} for number, each in enumerate(people)]
    return stakeholder_map(read_project({"stakeholders": made, **more}))


def who(quadrant):
    return [each.who for each in quadrant.people]


@pytest.mark.parametrize(
    ("influence", "touched", "name"),
    [
        ("high", "high", "Work with them"),
        ("high", "low", "Keep them on your side"),
        ("low", "high", "Hear them and help them"),
        ("low", "low", "Let them know"),
        ("", "high", "Not judged yet"),
        ("low", "", "Not judged yet"),
        ("", "", "Not judged yet"),
    ],
)
def test_people_stand_where_their_influence_and_their_day_put_them(influence, touched, name):
    drawn = shown({"who": "Night nurses", "influence": influence, "touched": touched})
    assert {each.name: who(each) for each in drawn.quadrants if each.people} == {
        name: ["Night nurses"]
    }


@pytest.mark.parametrize(
    ("now", "wanted", "words", "to_move"),
    [
        ("doubtful", "helpful", "In doubt → helps", True),
        ("leading", "neutral", "Leads it → neither", True),
        ("helpful", "helpful", "Helps, as needed", False),
        ("against", "", "Against it → …", False),
        ("", "leading", "… → leads it", False),
        ("", "", "Where they stand: …", False),
    ],
)
def test_where_they_stand_is_said_against_where_they_are_needed(now, wanted, words, to_move):
    nurses = Stakeholder("a", now=now, wanted=wanted)
    assert nurses.stands == words
    assert nurses.to_move is to_move


def test_the_outline_goes_by_quadrant_and_leaves_empty_ones_out():
    drawn = shown(
        {"who": "Porters", "influence": "low", "touched": "low"},
        {"who": "Clerks", "influence": "high", "touched": "high", "action": "Ask two of them"},
        {"who": "Interpreters", "touched": "high"},
    )
    assert drawn.outline.splitlines() == [
        "- Work with them (Much influence; it changes their day much)",
        "  - Clerks (Where they stand: …; Next: Ask two of them)",
        "- Let them know (Little influence; it changes their day little)",
        "  - Porters (Where they stand: …)",
        "- Not judged yet (How much they can move it, or how much it changes their day, is not "
        "said.)",
        "  - Interpreters (Where they stand: …; Changes their day: much)",
    ]


def test_what_is_known_of_people_not_judged_yet_is_said():
    assert Stakeholder("a", influence="high").notes[1] == "Influence: much"
    assert len(Stakeholder("a", influence="high", touched="low").notes) == 1


def test_the_description_counts_and_names_who_must_move():
    drawn = shown(
        {"who": "Clerks", "influence": "high", "touched": "high", "now": "doubtful"},
        {"who": "Nurses", "influence": "high", "touched": "high", "now": "leading"}
        | {"wanted": "leading"},
        {"who": "Porters", "influence": "low", "touched": "low", "now": "against"}
        | {"wanted": "neutral"},
        about={"name": "Fewer missed visits"},
    )
    assert drawn.describe() == (
        "Stakeholder map: Fewer missed visits. 3 stakeholders: Work with them 2 and "
        "Let them know 1. Not yet where the change needs them: Porters (Against it → neither)."
    )


def test_a_blank_map_says_so():
    assert shown().describe() == "Stakeholder map. It is still blank."
    assert shown().items == ()
    assert shown().pieces == 0


@settings(max_examples=15)
@given(projects(8))
def test_everyone_stands_in_one_place_and_parts_make_up_the_whole(project):
    drawn = stakeholder_map(project)
    assert sorted(each.id for each in drawn.people) == sorted(
        each.id for each in project.stakeholders
    )
    parts = [drawn.part(first, first + 3) for first in range(0, drawn.pieces, 3)]
    assert [each for part in parts for each in part.people] == [*drawn.people]
    assert all(part.whole == (part.pieces == drawn.pieces) for part in parts)
    assert drawn.joints <= set(range(drawn.pieces + 1))
    assert len(drawn.describe()) <= 600
    assert sum(depth for _, depth, _ in walked(drawn.items)) == len(project.stakeholders)


def test_a_page_begins_best_with_a_quadrant():
    place = {"influence": "high", "touched": "high"}
    drawn = shown(place, place, {}, {"influence": "low", "touched": "low"})
    assert drawn.joints == {2, 3, 4}


def test_stands_run_from_against_to_leading():
    assert [*STANDS] == ["against", "doubtful", "neutral", "helpful", "leading"]
