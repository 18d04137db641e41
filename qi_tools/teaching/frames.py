"""A story told one picture at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qi_tools.teaching.part import Part, QuestionInvalid, checked_text


@dataclass(frozen=True, slots=True)
class Frame:
    """One step of a story.

    Parameters
    ----------
    html : str
        The picture, as HTML from the lesson's author or from a result of `qi_tools`.
    caption : str
        What the step shows, as plain text. A screen reader says it at each step.
    """

    html: str
    caption: str


class Stepper(Part):
    """Frames, one at a time, with buttons to go on and to start again."""

    def __init__(self, title: str, frames: Sequence[Frame], *, next_label: str) -> None:
        if not frames:
            raise QuestionInvalid(f"The stepper {title!r} has no frames. Give it one or more.")
        content = {
            "title": checked_text(title, "The title of a stepper"),
            "next": checked_text(next_label, f"The next_label of {title}"),
            "frames": [
                {
                    "html": frame.html,
                    "caption": checked_text(frame.caption, f"A caption of {title}"),
                }
                for frame in frames
            ],
        }
        super().__init__(kind="stepper", content=content)


def stepper(title: str, frames: Sequence[Frame], *, next_label: str = "Next week") -> Stepper:
    """Show a story one frame at a time.

    Parameters
    ----------
    title : str
        What the story is about, as plain text.
    frames : sequence of Frame
        The steps, in order; at least one.
    next_label : str
        What the button that goes on says.

    Returns
    -------
    Stepper
        A widget to show as the last line of a cell, or to give back from a prediction.

    Raises
    ------
    QuestionInvalid
        If there are no frames, or a text is blank.
    """
    return Stepper(title, frames, next_label=next_label)
