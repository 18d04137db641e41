"""A picture with things to find in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from math import hypot

from qi_tools.answers import Answer, AnswerFile, Value
from qi_tools.teaching.part import QuestionInvalid, checked_id, checked_text
from qi_tools.teaching.question import Question, Refusal

# In % of the picture's width: as wide as a button of static/teaching.css is on a phone.
_APART = 10.5
_EDGE = 5
_VIEW_BOX = re.compile(r"""<svg\b[^>]*\bviewBox=["']\s*\S+[\s,]+\S+[\s,]+(\S+)[\s,]+(\S+)\s*["']""")


@dataclass(frozen=True, slots=True)
class Spot:
    """Something to find in a picture.

    Parameters
    ----------
    x, y : float
        Where it is, in % of the picture from its left and from its top.
    label : str
        What can be seen there, in a few words, such as ``The trolley by the door``.
    text : str
        What there is to say about it, shown once it is found.
    """

    x: float
    y: float
    label: str
    text: str


class Scene(Question):
    """A picture with a button on each spot; the answer is the ids of the spots found."""

    def __init__(
        self,
        id: str,
        question: str,
        picture: str,
        spots: Mapping[str, Spot],
        *,
        answers: AnswerFile | None = None,
    ) -> None:
        ratio = _height_for_width(checked_id(id), picture)
        self._spots = _checked_spots(id, spots, ratio)
        content = {
            "question": question,
            "picture": picture,
            "spots": [
                [name, spot.x, spot.y, spot.label, spot.text] for name, spot in self._spots.items()
            ],
        }
        super().__init__(id, content, kind="scene", answers=answers)

    def read(self, raw: object) -> Value:
        """Give back the ids of spots, sorted."""
        if (
            not isinstance(raw, list | tuple)
            or not raw
            or not all(isinstance(name, str) and name in self._spots for name in raw)
        ):
            raise Refusal("Press something in the picture first.")
        return tuple(sorted({*raw}))

    def worded(self, value: Value) -> str:
        """Give the labels of the spots found."""
        assert isinstance(value, tuple)  # for the type checker: `read` gives back nothing else
        return "; ".join(spot.label for name, spot in self._spots.items() if name in value)

    def _conflict(self, mine: Value, theirs: Answer) -> None:
        """Keep what was found in either tab: finding takes nothing back."""
        assert isinstance(mine, tuple)
        found = {*mine}
        if isinstance(theirs.value, tuple):
            found |= {*theirs.value} & self._spots.keys()
        self._save(sorted(found), theirs.revision)


def scene(
    id: str,
    question: str,
    picture: str,
    spots: Mapping[str, Spot],
    *,
    answers: AnswerFile | None = None,
) -> Question:
    """Show a picture with things to find in it.

    Each spot is a button on the picture. Pressing it shows the spot's text in a list below the
    picture and saves at once; one spot found counts as answered. Make it in the ``then`` of a
    prediction.

    Parameters
    ----------
    id : str
        The question's id, such as ``a5a-scene``.
    question : str
        What to look for, as plain text.
    picture : str
        An ``<svg>`` with a ``viewBox``, from the lesson's author. The spots are its alternative
        in words, so screen readers pass it over.
    spots : mapping of str to Spot
        What can be found, by id, in the order of the Tab key; at least two. In a picture of 4:3
        keep 14% between them, so that on a phone no button covers another.
    answers : AnswerFile, optional
        Where answers are kept; ``answers.json`` in the current folder unless given.

    Returns
    -------
    Question
        A widget to give back from a prediction. Its answer is a tuple of the ids found, sorted.

    Raises
    ------
    QuestionInvalid
        If the scene cannot work as given.
    """
    return Scene(id, question, picture, spots, answers=answers)


def _height_for_width(id: str, picture: str) -> float:
    found = _VIEW_BOX.match(picture.strip()) if isinstance(picture, str) else None
    try:
        width, height = (float(size) for size in found.groups()) if found else (0.0, 0.0)
    except ValueError:
        width = height = 0.0
    if not (width > 0 and height > 0):
        raise QuestionInvalid(
            f"The picture of {id} cannot be fitted to a screen. Give it as text that starts with "
            '<svg viewBox="0 0 400 300">, with the width and height of your drawing.'
        )
    return height / width


def _checked_spots(id: str, spots: Mapping[str, Spot], ratio: float) -> dict[str, Spot]:
    if not isinstance(spots, Mapping) or len(spots) < 2:
        raise QuestionInvalid(
            f"The scene {id} needs two or more spots, given as a mapping from id to "
            'Spot(x, y, "label", "text").'
        )
    checked = {}
    for name, spot in spots.items():
        checked_id(name, f"spot of {id}")
        if not isinstance(spot, Spot):
            raise QuestionInvalid(
                f'Spot {name} of {id} is {spot!r}. Give it as Spot(x, y, "label", "text").'
            )
        label = checked_text(spot.label, f"The label of {name} of {id}")
        text = checked_text(spot.text, f"The text of {name} of {id}")
        for at in (spot.x, spot.y):
            if not isinstance(at, int | float) or not _EDGE <= at <= 100 - _EDGE:
                raise QuestionInvalid(
                    f"Spot {name} of {id} is at {spot.x!r} and {spot.y!r}. Use numbers from "
                    f"{_EDGE} to {100 - _EDGE}, so that its button stays on the picture."
                )
        checked[name] = Spot(spot.x, spot.y, label, text)
    for (one, here), (other, there) in combinations(checked.items(), 2):
        if hypot(here.x - there.x, (here.y - there.y) * ratio) < _APART:
            raise QuestionInvalid(
                f"On a phone the buttons of {one} and {other} of {id} would cover each other. "
                "Move the spots apart: 14% of the picture is always enough if it is 4:3."
            )
    return checked
