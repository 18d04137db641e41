"""A notebook becomes the parts of a page."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from course.lesson_page import KINDS, lesson_page
from tests.course_server import (
    LESSON_CELLS,
)


def cells(*given: tuple[str, str, tuple[str, ...]]) -> list[dict[str, object]]:
    return [
        {"cell_type": kind, "source": source, "metadata": {"tags": list(tags)}}
        for kind, source, tags in given
    ]


def test_a_lesson_becomes_parts_in_order() -> None:
    page = lesson_page(cells(*LESSON_CELLS), "fallback")
    assert page.title == "Waiting in line"
    assert next(text for _, text in page.contents) == "What you will learn"
    assert {part.kind for part in page.parts} == set(KINDS) - {"activity", "approach"} | {"plain"}
    outputs = [block.cell for part in page.parts for block in part.blocks if block.cell is not None]
    code = [number for number, cell in enumerate(LESSON_CELLS) if cell[0] == "code"]
    assert outputs == code
    html = "".join(block.html for part in page.parts for block in part.blocks)
    assert "<h1" not in html
    assert "For facilitators" not in html, "the fold itself shows the heading"
    facilitator = page.parts[-1]
    assert (facilitator.kind, facilitator.labelled_by) == ("facilitator", "for-facilitators")


def test_neighbours_of_one_kind_are_one_part_until_a_heading() -> None:
    page = lesson_page(
        cells(
            ("markdown", "One", ("explain",)),
            ("markdown", "Two", ("explain",)),
            ("markdown", "## Three", ("explain",)),
            ("code", "4", ("explain",)),
        ),
        "fallback",
    )
    assert page.title == "fallback"
    assert [len(part.blocks) for part in page.parts] == [2, 2]
    assert [part.labelled_by for part in page.parts] == ["", "three"]


def test_activities_can_be_linked_where_their_cell_is() -> None:
    page = lesson_page(cells(("code", "1", ()), ("code", "2", ())), "", {1: ("a1-x", "a1-y")})
    [part] = page.parts
    assert [block.anchors for block in part.blocks] == [(), ("at-a1-x", "at-a1-y")]


def test_headings_with_one_text_get_names_of_their_own() -> None:
    page = lesson_page(cells(("markdown", "## Look\n\n## Look\n\n## Look!", ())), "")
    assert [name for name, _ in page.contents] == ["look", "look-2", "look-3"]


@given(st.lists(st.text(max_size=40), max_size=5))
def test_any_text_makes_a_page_with_unique_names(sources: list[str]) -> None:
    page = lesson_page(cells(*(("markdown", f"## {each}", ("why",)) for each in sources)), "x")
    names = [name for name, _ in page.contents]
    assert len(set(names)) == len(names)
