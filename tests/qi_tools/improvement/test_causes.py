import pytest
from hypothesis import given, settings

from qi_tools.alternatives import LONGEST
from qi_tools.improvement.causes import ASKED, GUESS, fishbone, five_whys
from qi_tools.improvement.outline import count_leaves, walked
from qi_tools.improvement.project_reading import MOST_RECORDS, read_project
from tests.qi_tools.draw.diagrams.papers import check_diagram
from tests.qi_tools.improvement.projects import projects

CAUSES = [
    {"id": "late", "words": "They come late", "under": "letters", "seen": "12 of 40 said so"},
    {"id": "letters", "words": "Letters"},
    {"id": "weekly", "words": "Printed once a week", "under": "late"},
    {"id": "place", "words": "Getting here", "seen": "Each week someone tells us"},
    {"id": "small", "words": "Small print", "under": "letters"},
]
WHYS = [
    {"id": "late", "words": "The letter came late", "seen": "Date stamps"},
    {"id": "lost", "words": "It went to an old address"},
    {"id": "batch", "words": "It is printed on Thursdays", "under": "late", "seen": "We saw it"},
    {"id": "cost", "words": "The contract counts cost", "under": "batch"},
]


def fish(causes=CAUSES, effect="A visit is missed"):
    return fishbone(read_project({"effect": {"effect": effect}, "causes": causes}))


def whys(whys=WHYS, problem="A visit was missed"):
    return five_whys(read_project({"event": {"event": problem}, "whys": whys}))


def test_causes_stand_on_their_bones_and_say_how_they_are_known():
    assert fish().outline.splitlines() == [
        "- A visit is missed",
        "  - Letters",
        "    - They come late (Seen: 12 of 40 said so)",
        f"      - Printed once a week ({GUESS})",
        f"    - Small print ({GUESS})",
        "  - Getting here (Seen: Each week someone tells us)",
    ]


def test_a_fish_is_described_by_its_bones_and_by_how_many_causes_are_seen():
    assert fish().describe() == (
        "Fishbone. The effect: A visit is missed. 2 kinds of cause, with 3 causes, 1 of them seen. "
        "Bones: Letters (3 causes); Getting here (0 causes)."
    )
    guessed = [{key: cause[key] for key in cause if key != "seen"} for cause in CAUSES]
    assert "none of them seen yet" in fish(guessed).describe()


def test_a_part_of_a_fish_has_some_causes_and_what_they_lead_to():
    shown = fish()
    assert shown.pieces == 3
    assert shown.joints == {2, 3}
    assert [cause.id for cause in shown.part(0, 1).causes] == ["late", "letters", "weekly"]
    assert [cause.id for cause in shown.part(1, 3).causes] == ["letters", "place", "small"]


@settings(max_examples=15)
@given(projects(most=12))
def test_the_parts_of_a_fish_hold_each_cause(project):
    shown = fishbone(project)
    parts = [shown.part(place, place + 1) for place in range(shown.pieces)]
    assert {cause for part in parts for cause in part.causes} == set(shown.causes)
    assert [part.pieces for part in parts] == [1] * shown.pieces
    assert shown.part(0, shown.pieces) == shown
    assert sum(1 for _ in walked(shown.items)) == 1 + len(project.causes)
    assert len(shown.describe()) <= LONGEST
    assert len(five_whys(project).describe()) <= LONGEST


def test_nothing_written_yet_is_said():
    assert fish([], "").describe() == (
        "Fishbone. The effect is not written yet. No cause is written here yet."
    )
    assert whys([], "").describe() == (
        "Five whys. It is not written yet what happened. Nobody has asked why yet."
    )
    assert fish([], "").outline == "- The effect is not written yet."
    assert fish([{"id": "a"}]).outline.endswith("  - …")
    assert whys([{"id": "a"}]).outline.endswith(f"  - … ({GUESS})")


def test_answers_stand_behind_what_they_explain():
    shown = whys()
    assert shown.outline.splitlines() == [
        "- A visit was missed",
        "  - The letter came late (Seen: Date stamps)",
        "    - It is printed on Thursdays (Seen: We saw it)",
        f"      - The contract counts cost ({GUESS})",
        f"  - It went to an old address ({GUESS})",
    ]
    assert shown.levels == ASKED


def test_the_answers_behind_which_nobody_asked_may_be_roots_the_deepest_first():
    last_first = [WHYS[1], WHYS[0], *WHYS[2:]]
    for answers in (WHYS, last_first):
        assert whys(answers).describe() == (
            "Five whys. What happened: A visit was missed. 4 answers, at most 3 whys deep. "
            f"Possible roots, the deepest first: The contract counts cost ({GUESS}); "
            f"It went to an old address ({GUESS})."
        )


@pytest.mark.parametrize("count", [5, 60])
@pytest.mark.parametrize("deep", [1, 3, 8])
def test_whys_of_the_longest_words_are_legible(count, deep):
    words = "The letter that tells people where to go comes late, is in small print, and so " * 3
    made = [
        {"id": f"w{number}", "words": words[:160], "seen": words[:200] if number % 2 else ""}
        | ({"under": f"w{number - 1}"} if number % deep else {})
        for number in range(count)
    ]
    shown = whys(made, words[:200])
    assert count_leaves(shown.branches) == -(-count // deep)
    check_diagram(shown)


def test_as_many_records_as_a_project_may_have():
    many = [{"id": f"c{number}", "words": "Late"} for number in range(MOST_RECORDS)]
    assert fish(many).pieces == whys(many).pieces == MOST_RECORDS
