from datetime import date

import pytest
from hypothesis import given, settings

from qi_tools.draw import output
from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.draw.placed import Marks, Sheet, Stroke
from qi_tools.improvement.progress import Progress, progress
from qi_tools.improvement.project_reading import read_project
from qi_tools.improvement.stages import MEANINGS, STAGES
from qi_tools.palette import DARK, LIGHT, PRINT
from tests.qi_tools.draw.diagrams.papers import boxes, check_diagram, squeezed
from tests.qi_tools.draw.sheets import texts
from tests.qi_tools.improvement.projects import projects

THEMES = (LIGHT, DARK, PRINT)
LONGEST = "The team and its sponsor looked at the chart of the clinic and at what people said. " * 3


def path(count: int, words: str = "Sponsor") -> Progress:
    """A path of which so many stages are reached."""
    reached = [
        {"id": f"r{place}", "stage": stage, "on": date(2025, place, 1)}
        | {"agreed_by": words[:80], "note": words[:200]}
        for place, stage in enumerate([*STAGES][:count], 1)
    ]
    return progress(read_project({"reached": reached}))


def drawn(shown: Progress, room: float = WIDE) -> Sheet:
    return lay_out(output.picture(shown, LIGHT), room).sheet


def named(sheet: Sheet, name: str) -> list[Stroke | Marks]:
    return [thing for thing in sheet.things if getattr(thing, "name", "") == name]


@settings(max_examples=25)
@given(projects())
def test_any_path_is_legible_on_a_screen_a_phone_and_paper(project):
    check_diagram(progress(project))


@pytest.mark.parametrize("count", [0, 1, 3, 6])
def test_a_path_with_the_longest_words_is_legible(count):
    check_diagram(path(count, LONGEST))


@pytest.mark.parametrize("room", [WIDE, NARROW, 460.0, 1179.0])
@pytest.mark.parametrize("count", [0, 1, 4, 6])
def test_reached_stages_are_filled_and_ticked_and_the_next_has_a_dot(count, room):
    for theme in THEMES:
        sheet = lay_out(output.picture(path(count), theme), room).sheet
        reached, ticks = named(sheet, "Reached"), named(sheet, "Tick")
        assert len(reached) == len(ticks) == count
        assert {mark.fill for mark in reached} <= {theme.values}
        assert len(named(sheet, "Next")) == len(named(sheet, "Next dot")) == (count < 6)
        assert len(named(sheet, "Not yet")) == max(0, 5 - count)
        assert (texts(sheet).count("Next"), texts(sheet).count("Not yet")) == (
            int(count < 6),
            max(0, 5 - count),
        )


def test_the_path_is_whole_as_far_as_the_team_has_come():
    links = named(drawn(path(4)), "Link")
    assert [bool(link.dash) for link in links] == [False, False, False, True, True]


@pytest.mark.parametrize("room", [WIDE, NARROW, 460.0, 1179.0])
def test_each_part_of_the_path_leads_from_one_disc_to_the_next_past_all_boxes(room):
    sheet = drawn(path(6), room)
    discs = [mark.places[0] for mark in named(sheet, "Reached")]
    links = named(sheet, "Link")
    assert [tuple(link.places[0]) for link in links] == [tuple(disc) for disc in discs[:-1]]
    assert [tuple(link.places[-1]) for link in links] == [tuple(disc) for disc in discs[1:]]
    for link in links:
        for (x, y), (right, bottom) in zip(link.places[:-1], link.places[1:], strict=True):
            for box in boxes(sheet):
                beside = max(x, right) < box.left or min(x, right) > box.right
                above = max(y, bottom) < box.top or min(y, bottom) > box.bottom
                assert beside or above, (link.places, box)


def test_names_beside_one_another_stand_level():
    reached = [{"id": "a", "stage": "chosen", "note": LONGEST[:200]}]
    sheet = drawn(progress(read_project({"reached": reached})), 1179.0)
    levels = {
        thing.y for thing in sheet.things if getattr(thing, "text", "").startswith(tuple("123456"))
    }
    assert len(levels) == 1


def test_the_meaning_of_each_stage_is_written_below_it():
    for room in (WIDE, NARROW):
        written = "".join(squeezed(text) for text in texts(drawn(path(2), room)))
        for meaning in MEANINGS.values():
            assert squeezed(meaning) in written


def test_on_a_phone_the_path_leads_down():
    sheet = drawn(path(6), NARROW)
    discs = [mark.places[0] for mark in named(sheet, "Reached")]
    assert len({x for x, _ in discs}) == 1
    assert [y for _, y in discs] == sorted(y for _, y in discs)
    for (x, y), box in zip(discs, boxes(sheet), strict=True):
        assert x < box.left
        assert box.top < y < box.bottom


def test_a_path_not_begun_says_so():
    for theme in THEMES:
        said = texts(lay_out(output.picture(path(0), theme)).sheet)
        assert "Nothing is written here yet." in said
        assert "1. Chosen" in said
    assert "Nothing is written here yet." not in texts(drawn(path(1)))
