import numpy as np
import pytest
from hypothesis import given, settings

from qi_tools.draw import output, paper
from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.draw.placed import Area, Marks, Sheet, Stroke
from qi_tools.improvement.causes import Fishbone, fishbone
from qi_tools.improvement.project_reading import read_project
from qi_tools.palette import DARK, LIGHT, PRINT
from tests.qi_tools.draw.diagrams.papers import boxes, check_diagram, squeezed
from tests.qi_tools.draw.sheets import Box, all_words, box_of, texts
from tests.qi_tools.improvement.projects import projects

LONGEST = "The letter that tells people where to go comes too late, is in small print, and is " * 3
ROOMS = (WIDE, NARROW, 460.0, 700.0, 1179.0)


def fish(
    sizes, words="Letters come late", seen="", behind=0, effect="A visit is missed"
) -> Fishbone:
    """A fish with as many causes on each bone, and so many behind each of them."""
    causes = []
    for bone, size in enumerate(sizes):
        causes.append({"id": f"b{bone}", "words": f"Bone {bone}"})
        for cause in range(size):
            id = f"b{bone}c{cause}"
            causes.append({"id": id, "words": words, "under": f"b{bone}", "seen": seen})
            causes += [
                {"id": f"{id}d{deep}", "words": words, "under": id, "seen": seen}
                for deep in range(behind)
            ]
    plain = {"effect": {"effect": effect}, "causes": causes}
    return fishbone(read_project(plain))


def named(sheet: Sheet, name: str) -> list[Stroke | Area | Marks]:
    return [thing for thing in sheet.things if getattr(thing, "name", "") == name]


def check_bones(sheet: Sheet) -> None:
    """Fail where a bone, a spine, a fin or the nose touches words or runs through a box."""
    there = [*map(box_of, all_words(sheet)), *boxes(sheet)]
    for thing in [*named(sheet, "Bone"), *named(sheet, "Spine")]:
        for start, end in zip(thing.places[:-1], thing.places[1:], strict=True):
            for box in there:
                assert not _crosses(start, end, box), (thing.name, start, end, box)
    for thing in [*named(sheet, "Fin"), *named(sheet, "Nose")]:
        around = Box(thing.name, *thing.places.min(axis=0), *thing.places.max(axis=0))
        assert not [box for box in there if box.meets(around)], around
        assert around.left >= 0
        assert around.right <= sheet.width


def _crosses(start: np.ndarray, end: np.ndarray, box: Box, slack: float = 1.0) -> bool:
    """Whether a straight line, slanted or not, runs through a box: it is clipped side by side."""
    first, last = 0.0, 1.0
    lows, highs = (box.left + slack, box.top + slack), (box.right - slack, box.bottom - slack)
    for axis, (low, high) in enumerate(zip(lows, highs, strict=True)):
        way = end[axis] - start[axis]
        if abs(way) < 1e-9:
            if not low < start[axis] < high:
                return False
            continue
        ends = sorted(((low - start[axis]) / way, (high - start[axis]) / way))
        first, last = max(first, ends[0]), min(last, ends[1])
    return first < last


def check_fish(shown: Fishbone) -> None:
    check_diagram(shown)
    for room in ROOMS:
        check_bones(lay_out(output.picture(shown, LIGHT), room).sheet)
    for size in (paper.A4, paper.A3):
        for sheet in paper.pages(shown, size, LIGHT):
            check_bones(sheet)


def all_said(sheet: Sheet) -> str:
    return "".join(squeezed(text) for text in texts(sheet))


@settings(max_examples=25)
@given(projects(most=25))
def test_any_fish_is_legible_on_a_screen_a_phone_and_paper(project):
    check_fish(fishbone(project))


@pytest.mark.parametrize(
    ("sizes", "behind"),
    [([5], 0), ([1, 1, 1, 1, 1], 0), ([10] * 6, 0), ([2] * 15, 1), ([0] * 9, 0)],
)
def test_five_and_sixty_causes_of_the_longest_words_are_legible(sizes, behind):
    check_fish(fish(sizes, LONGEST[:120], LONGEST[:200], behind, LONGEST[:200]))


def test_three_hundred_causes_are_legible():
    shown = fish([29] * 10)
    assert len(shown.causes) == 300
    for room in (WIDE, NARROW):
        sheet = lay_out(output.picture(shown, LIGHT), room).sheet
        assert texts(sheet).count("Letters come late") >= 290
        check_bones(sheet)


def test_one_bone_is_above_the_spine_and_the_next_below_it():
    sheet = lay_out(output.picture(fish([1, 1, 1, 1]), LIGHT)).sheet
    (spine,) = named(sheet, "Spine")
    level = spine.places[0, 1]
    ends = [bone.places[0] for bone in named(sheet, "Bone")]
    assert [end[1] < level for end in ends] == [True, False, True, False]
    assert ends[0][0] == ends[1][0] < ends[2][0] == ends[3][0]
    for bone in named(sheet, "Bone"):
        (x, _), (meets, y) = bone.places
        assert y == level
        assert x < meets <= spine.places[-1, 0]  # it slants towards the head


def test_the_spine_ends_at_the_head_which_holds_the_effect():
    sheet = lay_out(output.picture(fish([1, 1]), LIGHT)).sheet
    (spine,) = named(sheet, "Spine")
    head = max(boxes(sheet), key=lambda box: box.left)
    assert spine.places[-1, 0] == pytest.approx(head.left)
    assert head.top < spine.places[-1, 1] < head.bottom
    inside = [words.text for words in all_words(sheet) if words.x > head.left]
    assert " ".join(inside) == "A visit is missed"


def test_each_cause_hangs_on_a_twig_that_ends_at_its_bone():
    sheet = lay_out(output.picture(fish([2, 3]), LIGHT)).sheet
    ends = [twig.places[-1] for twig in named(sheet, "Link")]
    counts = []
    for bone in named(sheet, "Bone"):
        (x, y), (right, spine) = bone.places
        on_it = [end for end in ends if min(y, spine) < end[1] < max(y, spine)]
        for end in on_it:
            assert end[0] == pytest.approx(x + (right - x) * (end[1] - y) / (spine - y))
        counts.append(len(on_it))
    assert counts == [2, 3]


def test_many_bones_have_several_spines_that_lead_to_one_head():
    sheet = lay_out(output.picture(fish([2] * 12), LIGHT)).sheet
    *below, first = named(sheet, "Spine")
    assert len(below) >= 1
    head = max(boxes(sheet), key=lambda box: box.right)
    for spine in below:
        x, y = spine.places[-1]
        assert head.left < x < head.right
        assert y == pytest.approx(head.bottom)
    assert first.places[-1, 0] == pytest.approx(head.left)


def test_bones_as_long_as_a_page_stand_beside_one_another():
    """A pair of them would need twice the height."""
    shown = fish([12, 12, 12], seen="Counted in May")
    (sheet,) = paper.pages(shown, paper.A4, LIGHT)
    (spine,) = named(sheet, "Spine")
    assert all(bone.places[0, 1] < spine.places[0, 1] for bone in named(sheet, "Bone"))


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("bones", [1, 6, 15])
def test_a_word_of_usual_length_is_never_broken(room, bones):
    sheet = lay_out(output.picture(fish([1] * bones, "communication", behind=1), LIGHT), room).sheet
    assert texts(sheet).count("communication") == 2 * bones


def test_seen_and_guessed_differ_in_shape_and_the_key_says_which():
    for theme in (LIGHT, DARK, PRINT):
        for room in (WIDE, NARROW):
            shown = fish([2], seen="Counted in May", behind=1)
            sheet = lay_out(output.picture(shown, theme), room).sheet
            seen, guessed = named(sheet, "Seen"), named(sheet, "Guess")
            assert (len(seen), len(guessed)) == (1 + 4, 1)  # one of each is in the key
            assert {mark.shape for mark in seen} == {"square"}
            assert {mark.shape for mark in guessed} == {"circle"}
            assert "A guess so far" in texts(sheet)
            assert "Seen:CountedinMay" in all_said(sheet)


def test_where_all_are_guesses_no_key_is_needed():
    sheet = lay_out(output.picture(fish([2], behind=1), LIGHT)).sheet
    assert (len(named(sheet, "Seen")), len(named(sheet, "Guess"))) == (0, 4)
    assert "A guess so far" not in texts(sheet)


def test_on_a_phone_the_head_is_on_top_and_bones_stand_below_one_another():
    sheet = lay_out(output.picture(fish([2, 1, 3]), LIGHT), NARROW).sheet
    *bones, head = boxes(sheet)
    assert len(bones) == 3
    assert len({bone.left for bone in bones}) == 1
    tops = [box.top for box in (head, *bones)]
    assert tops == sorted(tops)
    (spine,) = named(sheet, "Spine")
    assert spine.places[0, 0] == spine.places[1, 0] < bones[0].left


def test_a_blank_fish_says_so_and_has_no_key():
    blank = fishbone(read_project({}))
    for theme in (LIGHT, DARK, PRINT):
        sheet = lay_out(output.picture(blank, theme)).sheet
        assert "Nothing is written here yet." in texts(sheet)
        assert "A guess so far" not in texts(sheet)
        assert "The effect is not written yet." in texts(sheet)
    check_fish(blank)


def test_a_fish_too_large_for_a_page_goes_on_with_its_head_on_each():
    shown = fish([10] * 6, LONGEST[:120], LONGEST[:200])
    sheets = paper.pages(shown, paper.A4, LIGHT)
    assert len(sheets) > 1
    for sheet in sheets:
        assert "Avisitismissed" in all_said(sheet)
