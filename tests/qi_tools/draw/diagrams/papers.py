"""What the tests of diagrams share: nothing overlaps or is cut off, on a screen and on paper."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from qi_tools.draw import output, paper
from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.draw.placed import Area, Marks, Sheet, Stroke, Words
from qi_tools.improvement.diagram import Diagram
from qi_tools.improvement.outline import walked
from qi_tools.palette import LIGHT
from tests.qi_tools.draw.sheets import Box, all_words, box_of, check_words

LEAST_LETTERS = 7.9  # points on paper


def boxes(sheet: Sheet, name: str = "Box") -> list[Box]:
    """Give the frames of the areas of some name."""
    found = []
    for thing in sheet.things:
        if isinstance(thing, Area) and thing.name == name:
            (left, top), (right, bottom) = thing.places.min(axis=0), thing.places.max(axis=0)
            found.append(Box(name, left, top, right, bottom))
    return found


def check_boxes(sheet: Sheet, name: str = "Box") -> None:
    """Fail where boxes meet, stick out, or words lie half in a box."""
    there = boxes(sheet, name)
    for one, other in combinations(there, 2):
        assert not one.meets(other), (one, other)
    for box in there:
        assert box.left >= 0, box
        assert box.top >= 0, box
        assert box.right <= sheet.width, box
        assert box.bottom <= sheet.height, box
        for words in map(box_of, all_words(sheet)):
            if words.meets(box):
                assert words.left >= box.left, (words, box)
                assert words.right <= box.right + 0.5, (words, box)
                assert words.top >= box.top, (words, box)
                assert words.bottom <= box.bottom, (words, box)


def check_lines(sheet: Sheet, name: str = "Link") -> None:
    """Fail where a line of some name runs through words."""
    words = [box_of(each) for each in all_words(sheet)]
    for thing in sheet.things:
        if isinstance(thing, Stroke) and thing.name == name:
            for (x, y), (right, bottom) in zip(thing.places[:-1], thing.places[1:], strict=True):
                part = Box(
                    name, *np.minimum((x, y), (right, bottom)), *np.maximum((x, y), (right, bottom))
                )
                for each in words:
                    assert not _runs_through(part, each), (part, each)


def _runs_through(line: Box, words: Box) -> bool:
    return (
        line.left < words.right - 1
        and line.right > words.left + 1
        and line.top < words.bottom - 1
        and line.bottom > words.top + 1
    )


def check_signs(sheet: Sheet, *names: str) -> None:
    """Fail where a sign of one of these names lies on words, or partly outside its box."""
    words = [box_of(each) for each in all_words(sheet)]
    for thing in sheet.things:
        if isinstance(thing, Words) or thing.name not in names:
            continue
        half = thing.size / 2 if isinstance(thing, Marks) else 0.0
        sign = Box(
            thing.name, *(thing.places.min(axis=0) - half), *(thing.places.max(axis=0) + half)
        )
        for each in words:
            assert not sign.meets(each), (sign, each)
        for box in boxes(sheet):
            if sign.meets(box):
                assert box.left <= sign.left, (sign, box)
                assert sign.right <= box.right, (sign, box)
                assert box.top <= sign.top, (sign, box)
                assert sign.bottom <= box.bottom, (sign, box)


def check_diagram(diagram: Diagram, *, box: str = "Box", link: str = "Link") -> None:
    """Fail where it can't be read on a screen, a phone or paper, or leaves words out."""
    sheets = [lay_out(output.picture(diagram, LIGHT), room).sheet for room in (WIDE, NARROW)]
    printed = [paper.pages(diagram, size, LIGHT) for size in (paper.A4, paper.A3)]
    for sheet in (*sheets, *(sheet for each in printed for sheet in each)):
        check_words(sheet)
        check_boxes(sheet, box)
        check_lines(sheet, link)
    for size, each in zip((paper.A4, paper.A3), printed, strict=True):
        for sheet in each:
            assert {sheet.width, sheet.height} == {size.short, size.long}
            assert min(words.size for words in all_words(sheet)) >= LEAST_LETTERS
    for pages in (*([sheet] for sheet in sheets), *printed):
        check_said(diagram, pages)


def check_said(diagram: Diagram, pages: Sequence[Sheet]) -> None:
    """Fail where an item of the outline is not written on any of the pages, whole."""
    written = "".join(squeezed(words.text) for page in pages for words in all_words(page))
    for _, _, item in walked(diagram.items):
        assert squeezed(item.words) in written, item.words


def squeezed(text: str) -> str:
    """Give a text without spaces: words are broken into lines, and long words anywhere."""
    return "".join(text.split())
