from datetime import date

from hypothesis import given, settings

from qi_tools.alternatives import LONGEST
from qi_tools.improvement.progress import progress
from qi_tools.improvement.project_reading import read_project
from qi_tools.improvement.stages import MEANINGS, STAGES
from tests.qi_tools.improvement.projects import projects


def path(*reached):
    records = [{"id": f"r{number}", **record} for number, record in enumerate(reached)]
    return progress(read_project({"reached": records}))


def states(shown):
    return [stage.state for stage in shown.stages]


def test_the_six_stages_stand_in_order_with_their_meanings():
    shown = path()
    assert [stage.name for stage in shown.stages] == [*STAGES.values()]
    assert [stage.meaning for stage in shown.stages] == [*MEANINGS.values()]
    assert [stage.number for stage in shown.stages] == [1, 2, 3, 4, 5, 6]
    assert states(shown) == ["Next", *["Not yet"] * 5]
    assert shown.describe() == "Progress. 0 of 6 stages reached. Next: Chosen."


def test_a_reached_stage_says_when_by_whom_and_what_shows_it():
    shown = path(
        {"stage": "chosen", "on": date(2025, 1, 13), "agreed_by": "Sponsor", "note": "A letter"}
    )
    meaning = MEANINGS["chosen"]
    assert shown.items[0].more == (
        "Reached on 13 January 2025",
        "Agreed by: Sponsor",
        "A letter",
        meaning,
    )
    assert shown.items[1].more == ("Next", MEANINGS["team and aim"])
    assert shown.items[2].more == ("Not yet", MEANINGS["testing"])
    assert path({"stage": "chosen"}).items[0].more == ("Reached", meaning)


def test_the_next_stage_is_the_first_that_is_not_reached_whatever_was_claimed_later():
    shown = path({"stage": "in place"}, {"stage": "chosen"})
    assert states(shown) == ["Reached", "Next", "Not yet", "Not yet", "Reached", "Not yet"]
    assert shown.describe() == (
        "Progress. 2 of 6 stages reached: Chosen and In place. Next: Team and aim."
    )


def test_when_all_are_reached_none_comes_next():
    shown = path(*({"stage": stage, "on": date(2025, 3, 1)} for stage in STAGES))
    assert states(shown) == ["Reached"] * 6
    assert shown.describe().startswith("Progress. 6 of 6 stages reached: Chosen (1 March 2025), ")
    assert "Next" not in shown.describe()


def test_a_stage_agreed_more_than_once_counts_as_it_was_agreed_last():
    early, late = date(2025, 1, 1), date(2025, 6, 1)
    undated = {"stage": "chosen", "note": "undated"}
    for records in (
        [{"stage": "chosen", "on": late, "note": "late"}, {"stage": "chosen", "on": early}],
        [{"stage": "chosen", "on": late, "note": "late"}, undated],
        [undated, {"stage": "chosen", "on": late, "note": "late"}],
    ):
        assert (path(*records).stages[0].on, path(*records).stages[0].note) == (late, "late")
    assert path(undated, {**undated, "note": "second"}).stages[0].note == "second"


def test_a_record_without_a_stage_says_nothing():
    assert path({"on": date(2025, 1, 1)}) == path()


@settings(max_examples=15)
@given(projects(most=12))
def test_any_project_has_a_path_of_six_stages(project):
    shown = progress(project)
    claimed = {record.stage for record in project.reached} - {""}
    assert states(shown).count("Reached") == len(claimed)
    assert states(shown).count("Next") == (len(claimed) < 6)
    assert shown.pieces == len(shown.items) == 6
    assert len(shown.describe()) <= LONGEST
    assert [stage for place in range(6) for stage in shown.part(place, place + 1).stages] == [
        *shown.stages
    ]
