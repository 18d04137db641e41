"""What the tests of pictures share: where words and marks of a sheet lie, and whether they meet."""

from dataclasses import dataclass

import numpy as np

from qi_tools.draw.layout import Frame, Layout
from qi_tools.draw.letters import width
from qi_tools.draw.placed import Area, Marks, Sheet, Stroke, Words


@dataclass(frozen=True)
class Box:
    """A rectangle on a sheet, and what fills it."""

    what: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box", slack: float = 1.0) -> bool:
        return (
            self.left < other.right - slack
            and other.left < self.right - slack
            and self.top < other.bottom - slack
            and other.top < self.bottom - slack
        )


def box_of(words: Words) -> Box:
    wide = width(words.text, words.size, words.bold)
    left = words.x - {"start": 0.0, "middle": wide / 2, "end": wide}[words.anchor]
    # From the top of a capital to the foot of a "g".
    return Box(
        words.text, left, words.y - 0.73 * words.size, left + wide, words.y + 0.2 * words.size
    )


def all_words(sheet: Sheet) -> list[Words]:
    return [thing for thing in sheet.things if isinstance(thing, Words)]


def texts(sheet: Sheet) -> list[str]:
    return [words.text for words in all_words(sheet)]


def said(sheet: Sheet) -> str:
    """All words of a sheet as one text, as they follow one another down the page."""
    return " ".join(words.text for words in sorted(all_words(sheet), key=lambda each: each.y))


def check_words(sheet: Sheet) -> None:
    """Fail where words meet other words or stick out of the sheet."""
    boxes = [box_of(words) for words in all_words(sheet)]
    boxes = [box for box in boxes if box.what != "!"]  # stands inside the warning sign
    for place, box in enumerate(boxes):
        assert box.left >= -0.5, box
        assert box.right <= sheet.width + 0.5, (box, sheet.width)
        assert box.top >= -0.5, box
        assert box.bottom <= sheet.height + 0.5, (box, sheet.height)
        for other in boxes[place + 1 :]:
            assert not box.meets(other), (box, other)


def check_data(layout: Layout) -> None:
    """Fail where words lie on data, or data lies outside its axes."""
    boxes = [box_of(words) for words in all_words(layout.sheet)]
    for frame in layout.frames:
        inside = Box("axes", frame.left, frame.top, frame.left + frame.width, _bottom(frame))
        assert not [box for box in boxes if box.meets(inside)], inside
        for thing in map(frame.placed, frame.panel.things):
            there = thing.places[~np.isnan(thing.places).any(axis=1)]
            if there.size:
                low, high = np.min(there, axis=0), np.max(there, axis=0)
                assert low[0] >= inside.left - 0.5, thing
                assert high[0] <= inside.right + 0.5, thing
                assert low[1] >= inside.top - 0.5, thing
                assert high[1] <= inside.bottom + 0.5, thing


def _bottom(frame: Frame) -> float:
    return frame.top + frame.height


def named(layout: Layout, name: str) -> list[Stroke | Area | Marks]:
    """Give the things of that name, in the units of their axes."""
    return [thing for frame in layout.frames for thing in frame.panel.things if thing.name == name]
