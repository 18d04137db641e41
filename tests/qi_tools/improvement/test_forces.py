import pytest
from hypothesis import given, settings

from qi_tools.improvement.forces import force_field
from qi_tools.improvement.project_reading import read_project
from tests.qi_tools.improvement.projects import projects

CHANGE = {"change": "Every patient gets a text message."}


def shown(*forces, change=CHANGE, **more):
    made = [{"id": f"f{number}", **each} for number, each in enumerate(forces)]
    return force_field(read_project({"forces": made, "change": change, **more}))


def force(words, side="for", strength=None, action=""):
    return {"words": words, "side": side, "strength": strength, "action": action}


def words(side):
    return [each.words for each in side.forces]


def test_forces_stand_on_their_side_the_strongest_first():
    drawn = shown(
        force("weak", strength=1),
        force("unknown"),
        force("strong", strength=5),
        force("a brake", "against", 3),
        force("strong too", strength=5),
        force("who knows", "", 2),
    )
    assert words(drawn.driving) == ["strong", "strong too", "weak", "unknown"]
    assert words(drawn.holding) == ["a brake"]
    assert words(drawn.open) == ["who knows"]


def test_the_outline_says_strength_and_action_below_the_change():
    drawn = shown(force("Clerks fear calls", "against", 4, "Let two try it"), force("Texts work"))
    assert drawn.outline.splitlines() == [
        "- Every patient gets a text message.",
        "  - Drives the change (1 force)",
        "    - Texts work (Strength: ?)",
        "  - Holds it back (1 force)",
        "    - Clerks fear calls (Strength: 4; Next: Let two try it)",
    ]


def test_the_description_counts_both_sides_and_takes_nothing_away():
    drawn = shown(
        force("Money", strength=5),
        force("Patients ask", strength=5),
        force("Habit", strength=1),
        force("Fear", "against", 4),
        force("Winter", ""),
    )
    assert drawn.describe() == (
        "Force field. The change: Every patient gets a text message. 3 forces drive it; 1 force "
        "holds it back. For 1 nobody has said which way it pulls. The strongest that drives it: "
        "Money and Patients ask (5). The strongest that holds it back: Fear (4)."
    )


def test_no_force_is_called_the_strongest_where_none_is_judged():
    assert "strongest" not in shown(force("Money"), force("Fear", "against")).describe()


@pytest.mark.parametrize("change", [{}, CHANGE])
def test_without_forces_it_is_blank(change):
    drawn = shown(change=change)
    assert drawn.describe() == "Force field. It is still blank."
    assert [item.words for item in drawn.items] == [*change.values()]
    assert drawn.pieces == 0


def test_a_force_without_a_change_has_a_root():
    assert shown(force("a"), change={}).items[0].words == "The change is not written yet."


def test_a_page_holds_rows_of_both_sides():
    drawn = shown(
        *(force(f"d{number}") for number in range(3)), force("h", "against"), force("o", "")
    )
    assert drawn.pieces == 4
    assert drawn.joints == {3}
    first, second = drawn.part(0, 2), drawn.part(2, 4)
    assert [words(side) for side in first.sides] == [["d0", "d1"], ["h"], []]
    assert [words(side) for side in second.sides] == [["d2"], [], ["o"]]
    assert [side.count for side in second.sides] == [3, 1, 1]


@settings(max_examples=15)
@given(projects(8))
def test_every_force_stands_on_one_side_and_parts_make_up_the_whole(project):
    drawn = force_field(project)
    everything = [each.id for side in drawn.sides for each in side.forces]
    assert sorted(everything) == sorted(each.id for each in project.forces)
    strengths = [each.strength or 0 for each in drawn.driving.forces]
    assert strengths == sorted(strengths, reverse=True)
    parts = [drawn.part(first, first + 2) for first in range(0, drawn.pieces, 2)]
    for number, side in enumerate(drawn.sides):
        assert [each for part in parts for each in part.sides[number].forces] == [*side.forces]
    assert len(drawn.describe()) <= 600
