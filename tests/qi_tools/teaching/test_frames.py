from __future__ import annotations

import dataclasses

import pytest

from qi_tools.teaching import Frame, QuestionInvalid, stepper

FRAMES = [Frame("<svg></svg>", "Ten wait."), Frame("<b>2</b>", "Nine wait.")]


def test_what_the_browser_gets() -> None:
    story = stepper("Calls", FRAMES)
    assert story.kind == "stepper"
    assert story.content == {
        "title": "Calls",
        "next": "Next week",
        "frames": [
            {"html": "<svg></svg>", "caption": "Ten wait."},
            {"html": "<b>2</b>", "caption": "Nine wait."},
        ],
    }
    assert stepper("Calls", FRAMES, next_label="Next day").content["next"] == "Next day"


def test_a_story_needs_frames_and_words() -> None:
    with pytest.raises(QuestionInvalid, match="'Calls' has no frames"):
        stepper("Calls", [])
    with pytest.raises(QuestionInvalid, match="A caption of Calls"):
        stepper("Calls", [Frame("<svg></svg>", " ")])
    with pytest.raises(QuestionInvalid, match="The title of a stepper"):
        stepper("", FRAMES)
    with pytest.raises(QuestionInvalid, match="The next_label of Calls"):
        stepper("Calls", FRAMES, next_label="")


def test_a_frame_is_a_value() -> None:
    assert Frame("a", "b") == Frame("a", "b")
    with pytest.raises(dataclasses.FrozenInstanceError):
        FRAMES[0].caption = "x"  # type: ignore[misc]
