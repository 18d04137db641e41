import pytest
from hypothesis import given, settings

from qi_tools.alternatives import LONGEST
from qi_tools.improvement.measures import BETTER, EVERY, KINDS, PLACES, definitions, measure_tree
from qi_tools.improvement.outline import walked
from qi_tools.improvement.project_reading import read_project
from tests.qi_tools.draw.diagrams.papers import check_diagram
from tests.qi_tools.improvement.projects import projects

FAMILY = [
    {"id": "texts", "name": "Texts sent", "kind": "process", "place": "team", "feeds": "missed"},
    {
        "id": "missed",
        "name": "Missed visits",
        "kind": "outcome",
        "unit": "%",
        "every": "week",
        "place": "division",
        "owner": "Data analyst",
        "feeds": "late",
    },
    {"id": "late", "name": "Late follow-ups", "kind": "outcome", "place": "board"},
    {"id": "end", "name": "Clinics end late", "kind": "balancing", "feeds": "missed"},
]


def tree(measures=FAMILY, **sections):
    return measure_tree(read_project({"measures": measures, **sections}))


def test_measures_stand_below_what_they_feed():
    shown = tree(aim={"what": "Fewer visits are missed"})
    assert shown.outline.splitlines() == [
        "- Fewer visits are missed.",
        "  - Late follow-ups (Outcome measure; Board)",
        "    - Missed visits (Outcome measure, unit: %; Every week, Division or service, Data "
        "analyst)",
        "      - Texts sent (Process measure; Ward or team)",
        "      - Clinics end late (Balancing measure)",
    ]


def test_levels_are_called_by_the_places_that_look_at_them():
    assert tree().levels == ("Aim", "Board", "Division or service", "Ward or team")
    moved = [{**each, "place": "team"} if each["id"] == "end" else each for each in FAMILY]
    mixed = [{**each, "feeds": ""} for each in moved]
    assert tree(mixed).levels == ("Aim", "Board, Division or service, Ward or team")
    bare = [{key: each[key] for key in each if key != "place"} for each in FAMILY]
    assert tree(bare).levels == ("Aim", "Measures", "What feeds them", "What feeds them")


def test_a_tree_is_described_by_its_aim_its_kinds_and_its_top():
    assert tree(aim={"what": "Fewer visits are missed"}).describe() == (
        "Tree of measures. Fewer visits are missed. 4 measures: 2 outcome, 1 process and "
        "1 balancing. At the top: Late follow-ups."
    )
    assert "1 measure: 1 of a kind not said. At the top: …." in tree([{"id": "a"}]).describe()


def test_a_blank_tree_has_an_aim_to_write():
    assert tree([]).describe() == (
        "Tree of measures. The aim is not written yet. No measure is written here yet."
    )
    assert tree([]).outline == "- The aim is not written yet."
    assert tree([]).levels == ("Aim",)
    assert tree([{"id": "a"}]).outline.endswith("  - …")


@settings(max_examples=15)
@given(projects(most=12))
def test_any_family_makes_a_tree_whose_levels_all_have_names(project):
    shown = measure_tree(project)
    assert sum(1 for _ in walked(shown.branches)) == len(project.measures)
    depth = max((depth for _, depth, _ in walked(shown.items)), default=0)
    assert len(shown.levels) == depth + 1
    assert len(shown.describe()) <= LONGEST
    check_diagram(shown)


@pytest.mark.parametrize(("count", "fan"), [(5, 1), (5, 4), (60, 3), (60, 60)])
def test_trees_of_the_longest_words_are_legible(count, fan):
    words = (
        "Visits that were booked at the clinic and missed without word, of all booked there, " * 3
    )
    made = [
        {"id": f"m{number}", "name": words[:80], "kind": "balancing", "unit": words[:40]}
        | {"owner": words[:80], "every": "fortnight", "place": [*PLACES][min(2, number // 9)]}
        | ({"feeds": f"m{(number - 1) // fan}"} if number and fan < count else {})
        for number in range(count)
    ]
    check_diagram(tree(made))


def test_a_definition_is_one_sentence_in_the_words_of_its_team():
    full = {
        "id": "missed",
        "name": "Missed visits",
        "kind": "outcome",
        "better": "lower",
        "unit": "%",
        "counted": "Visits with nobody there.",
        "out_of": "visits booked.",
        "excluded": "visits that we cancelled",
        "source": "Booking system",
        "sample": "All",
        "every": "week",
        "owner": "Receptionist",
        "place": "team",
    }
    (whole,) = definitions(read_project({"measures": [full]}))
    assert whole.sentence == (
        "Visits with nobody there (out of: visits booked; unit: %; not counted: visits that we "
        "cancelled)."
    )
    assert (whole.name, whole.source, whole.sample, whole.owner) == (
        "Missed visits",
        "Booking system",
        "All",
        "Receptionist",
    )
    assert (whole.kind, whole.better, whole.every, whole.place) == (
        KINDS["outcome"],
        BETTER["lower"],
        EVERY["week"],
        PLACES["team"],
    )


def test_a_definition_of_which_parts_are_blank_says_what_is_there():
    def sentence(**fields):
        (definition,) = definitions(read_project({"measures": [{"id": "a", **fields}]}))
        return definition.sentence

    assert sentence() == ""
    assert sentence(counted="Falls") == "Falls."
    assert sentence(unit="%", out_of="beds") == "Out of: beds; unit: %."
    assert sentence(counted="...", excluded=".") == ""


def test_definitions_stand_in_the_order_of_the_file():
    names = [each.name for each in definitions(read_project({"measures": FAMILY}))]
    assert names == [each["name"] for each in FAMILY]
