from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.improvement.outline import Item
from qi_tools.improvement.process import (
    STACKED,
    Arrow,
    Step,
    Way,
    find_columns,
    find_reached,
    find_ways,
)
from qi_tools.improvement.process_map import Lane, ProcessMap, process_map
from qi_tools.improvement.project_reading import read_project
from tests.qi_tools.improvement.projects import projects

LANES = ("", "Clerk", "clerk", "Nurse", "Patient")
KINDS = ("", "start", "task", "wait", "decision", "end")


@st.composite
def flows(draw, most: int = 40):
    """Any steps and any arrows between them."""
    step = st.builds(Step, st.just(""), kind=st.sampled_from(KINDS), lane=st.sampled_from(LANES))
    steps = [
        Step(str(place), kind=each.kind, lane=each.lane)
        for place, each in enumerate(draw(st.lists(step, max_size=most)))
    ]
    ids = st.sampled_from(["", *(each.id for each in steps)])
    arrow = st.builds(Arrow, st.just(""), ids, ids, st.sampled_from(["", "Yes", "No"]))
    return steps, draw(st.lists(arrow, max_size=most))


def steps(*kinds: str) -> list[Step]:
    return [Step(str(place), kind=kind) for place, kind in enumerate(kinds, 1)]


def arrows(*ends: tuple[int, int]) -> list[Arrow]:
    return [Arrow("", str(one), str(other)) for one, other in ends]


def ends(ways, *, back: bool | None = None) -> list[tuple[int, int]]:
    return [(way.start, way.to) for way in ways if back is None or way.back == back]


def mapped(*made: dict, arrows: tuple[dict, ...] = (), **more) -> ProcessMap:
    numbered = [{"id": str(place), **each} for place, each in enumerate(made, 1)]
    named = [{"id": str(place), **each} for place, each in enumerate(arrows, 1)]
    return process_map(read_project({"steps": numbered, "arrows": named, **more}))


def numbers(steps) -> list[int]:
    return [each.number for each in steps]


def test_steps_follow_the_list_but_for_arrows_and_ends():
    ways = find_ways(steps("start", "decision", "", "end", ""), arrows((2, 5), (2, 3), (4, 1)))
    assert ends(ways) == [(1, 2), (2, 5), (2, 3), (3, 4), (4, 1)]


def test_an_end_without_arrows_and_the_last_step_lead_nowhere():
    assert ends(find_ways(steps("end", "", ""), ())) == [(2, 3)]


def test_arrows_that_lack_an_end_change_nothing_and_are_told():
    shown = mapped({}, {}, arrows=({"step": "1"}, {"to": "1"}))
    assert ends(shown.ways) == [(1, 2)]
    assert "2 arrows lack the step at one end." in shown.findings


def test_the_same_arrow_twice_is_one_way_and_another_label_is_another():
    made = [Arrow("", "1", "2", label) for label in ("Yes", "Yes", "No")]
    assert [way.words for way in find_ways(steps("", ""), made)] == ["Yes: to 2", "No: to 2"]


def test_a_loop_is_the_way_that_leads_back():
    ways = find_ways(steps("start", "", "decision", "end"), arrows((3, 2), (3, 4)))
    assert ends(ways, back=True) == [(3, 2)]


def test_where_a_jump_ahead_and_a_jump_back_make_a_loop_the_jump_back_is_it():
    ways = find_ways(steps("", "", "", "", "", ""), arrows((2, 6), (2, 3), (6, 3)))
    assert ends(ways, back=True) == [(6, 3)]


def test_a_step_that_leads_to_itself_is_a_loop():
    assert ends(find_ways(steps("", ""), arrows((1, 1), (1, 2))), back=True) == [(1, 1)]


@settings(max_examples=50)
@given(flows())
def test_every_cycle_has_a_way_back_and_without_them_all_lead_to_the_right(flow):
    made, leading = flow
    ways = find_ways(made, leading)
    columns = find_columns(made, ways)
    for start, to in ends(ways, back=False):
        assert columns[start - 1] < columns[to - 1]
    for start, to in ends(ways, back=True):  # each closes a circle with ways that lead ahead
        ahead = [way for way in ways if not way.back]
        assert start == to or start in reached_from(to, ahead)


def reached_from(place: int, ways: list[Way]) -> set[int]:
    found, waiting = set(), [place]
    while waiting:
        here = waiting.pop()
        more = {way.to for way in ways if way.start == here} - found
        found |= more
        waiting += more
    return found


@settings(max_examples=50)
@given(flows())
def test_no_column_is_empty_and_no_lane_of_one_is_overfull(flow):
    made, leading = flow
    columns = find_columns(made, find_ways(made, leading))
    assert set(columns) == set(range(max(columns, default=-1) + 1))
    cells = [(column, each.lane.casefold()) for column, each in zip(columns, made, strict=True)]
    assert max(map(cells.count, cells), default=0) <= STACKED


def test_a_step_stands_one_column_right_of_the_last_way_to_it():
    made = steps("start", "decision", "", "", "end")
    ways = find_ways(made, arrows((2, 3), (2, 5)))
    assert find_columns(made, ways) == (0, 1, 2, 3, 4)


def test_a_fourth_step_of_a_lane_moves_to_the_next_column():
    made = steps("decision", *["end"] * 4)
    ways = find_ways(made, arrows(*((1, place) for place in range(2, 6))))
    assert find_columns(made, ways) == (0, 1, 1, 1, 2)


def test_what_no_way_leads_to_is_found_from_every_start():
    made = steps("start", "end", "", "start", "end")
    assert find_reached(made, find_ways(made, ())) == {1, 2, 4, 5}


def test_a_hand_off_leads_to_another_lane_however_it_is_spelled():
    shown = mapped(*({"lane": lane} for lane in ("Clerk", "clerk", "Nurse", "", "Clerk", "Nurse")))
    assert ends(shown.hand_offs) == [(2, 3), (5, 6)]
    assert [(lane.name, numbers(lane.steps)) for lane in shown.lanes] == [
        ("Clerk", [1, 2, 5]),
        ("Nurse", [3, 6]),
        ("", [4]),
    ]
    assert isinstance(shown.lanes[0], Lane)


def test_kinds_and_worths_are_found():
    shown = mapped(
        {"kind": "start"},
        {"kind": "wait", "worth": "waste"},
        {"kind": "decision", "worth": "needed"},
        {"worth": "value"},
        {},
    )
    assert numbers(shown.waits) == [2]
    assert numbers(shown.decisions) == numbers(shown.undecided) == [3]
    assert numbers(shown.waste) == [2]
    assert numbers(shown.needed) == [3]
    assert numbers(shown.dead_ends) == [5]


@pytest.mark.parametrize(("to", "count"), [((1, 1), 1), ((1, 3), 0)])
def test_a_decision_whose_ways_lead_to_one_step_decides_nothing(to, count):
    made = [{"step": "2", "to": str(each), "label": f"{n}"} for n, each in enumerate(to)]
    shown = mapped({}, {"kind": "decision"}, {"kind": "end"}, arrows=tuple(made))
    assert len(shown.undecided) == count


def test_minutes_are_added_up_and_what_is_missing_is_said():
    shown = mapped(
        {"kind": "start"},
        {"minutes": 30, "worth": "value"},
        {"minutes": 90, "kind": "wait"},
        {"worth": "needed"},
        {"kind": "end"},
    )
    minutes = shown.minutes
    assert (minutes.total, minutes.value, minutes.share) == (120, 30, 0.25)
    assert numbers(minutes.blank) == [4]
    assert numbers(minutes.unjudged) == [3]
    assert (
        "All steps together usually take 120 minutes, of which 30 minutes (25%) are marked as "
        "adding value for the person served." in shown.findings
    )
    assert "Minutes are not written for step 4." in shown.findings
    assert "Worth is not judged for step 3." in shown.findings


def test_without_minutes_there_is_no_share():
    assert mapped({}, {}).minutes.share is None
    assert mapped({"minutes": 0}).minutes.share is None


def test_findings_name_the_steps():
    shown = mapped(
        {"kind": "start", "lane": "Clerk"},
        {"kind": "wait", "lane": "Clerk", "minutes": 1440},
        {"kind": "decision", "lane": "Nurse", "worth": "waste"},
        {"lane": "Nurse", "kind": "end"},
        {"lane": "Nurse"},
        arrows=({"step": "3", "to": "2"},),
    )
    assert shown.findings == (
        "Someone waits at step 2, 24 hours in all.",
        "Work goes back from 3 to 2: find out how often, and why.",
        "Work changes hands 2 times: from 2 to 3 and from 3 to 2.",
        "Could go, neither of value nor needed: step 3.",
        "All steps together usually take 24 hours, of which 0 minutes (0%) are marked as adding "
        "value for the person served.",
        "Minutes are not written for steps 3 and 5.",
        "Worth is not judged for steps 2 and 5.",
        "Step 3 is a decision with fewer than two ways out: one is missing.",
        "Step 5 leads nowhere and is no end: what comes next?",
        "No way leads from the start to steps 4 and 5.",
    )
    assert all(finding in shown.below_html() for finding in shown.findings)
    assert set(shown.findings) < set(shown.report())


def test_the_outline_says_where_a_step_leads_unless_it_is_the_next():
    shown = mapped(
        {"words": "Ring", "lane": "Clerk", "minutes": 5, "worth": "needed"},
        {"words": "Answered?", "kind": "decision"},
        {"kind": "end"},
        arrows=({"step": "2", "to": "1", "label": "No"}, {"step": "2", "to": "3"}),
    )
    assert shown.items == (
        Item("1. Ring", ("Clerk", "5 minutes", "Needed, but adds none")),
        Item("2. Answered?", ("Decision", "No: back to 1", "to 3")),
        Item("3. …", ("End",)),
    )
    assert list(shown.table["leads"]) == ["to 2", "No: back to 1; to 3", ""]


def test_it_says_which_process_it_is():
    process = {"name": "Referral to visit.", "walked": date(2025, 3, 4)}
    shown = mapped({"lane": "Clerk"}, process=process, about={"name": "Eye clinic"})
    assert shown.describe().startswith(
        "Process map: Eye clinic. Referral to visit. Walked on 4 March 2025. 1 step in 1 lane. "
    )


def test_a_blank_map_says_so():
    blank = mapped()
    assert blank.describe() == "Process map. It is still blank."
    assert (blank.items, blank.findings, blank.report(), blank.pieces) == ((), (), (), 0)
    assert len(blank.table) == 0


def test_a_part_shows_some_steps_and_keeps_numbers_ways_and_findings():
    shown = mapped(
        {},
        {"kind": "decision"},
        {"kind": "end"},
        {},
        arrows=({"step": "2", "to": "3"}, {"step": "2", "to": "4"}, {"step": "4", "to": "1"}),
    )
    part = shown.part(2, 4)
    assert [item.words for item in part.items] == ["3. …", "4. …"]
    assert part.findings == shown.findings
    assert shown.joints == {1, 2}


@settings(max_examples=20)
@given(projects())
def test_any_project_has_a_map(project):
    shown = process_map(project)
    assert len(shown.describe()) <= 600
    assert len(shown.items) == len(shown.table) == len(project.steps)
    assert sorted(shown.shown) == numbers(shown.steps)
    assert shown.joints <= set(range(shown.pieces))
