from __future__ import annotations

import errno
import os
from typing import Any

import pytest

from qi_tools.answers import AnswerFile
from qi_tools.teaching import Choice, Moment, QuestionInvalid, branching
from qi_tools.teaching.branching import MOST_STEPS

MOMENTS = {
    "start": Moment(
        "No data yet.",
        {"ask": Choice("Ask", "told", "They say."), "push": Choice("Push", "bad", "They nod.")},
    ),
    "told": Moment(
        "A form is missing.",
        {"sign": Choice("Sign", "good", "Done."), "wait": Choice("Wait", "start", "A month.")},
    ),
    "bad": Moment("Nothing moves.", lesson="A target is no method."),
    "good": Moment("A chart comes.", lesson="You cleared the way."),
}


@pytest.fixture
def tell(file: AnswerFile) -> Any:
    return lambda **more: branching(
        "q", "Review", **{"start": "start", "moments": MOMENTS, "answers": file, **more}
    )


def test_the_browser_gets_only_what_was_reached(tell: Any, say: Any) -> None:
    story = tell()
    assert (story.kind, story.content) == ("branching", {"question": "Review", "final": False})
    assert story.story == {
        "path": [],
        "met": [],
        "at": "start",
        "text": "No data yet.",
        "choices": [["ask", "Ask"], ["push", "Push"]],
        "lesson": "",
    }
    later = ("A form", "Nothing moves", "A chart", "A target", "You cleared", "They say", "Done.")
    assert not any(words in repr(story.get_state()) for words in later)
    say(story, "save", value=["start=ask"])
    sent = repr(story.get_state())
    assert [words in sent for words in later] == [True] + [False] * 4 + [True, False]
    assert story.story["met"] == [["No data yet.", "Ask", "They say."]]


def test_a_path_is_kept_at_each_step_and_restored(tell: Any, file: AnswerFile, say: Any) -> None:
    say(tell(), "save", value=["start=ask"])
    assert file.load()["q"].value == ("start=ask",)
    again = tell()
    assert (again.story["at"], again.story["path"]) == ("told", ["start=ask"])
    state = say(again, "save", value=["start=ask", "told=sign"])
    assert again.story["lesson"] == "You cleared the way."
    assert state["saved"]["words"] == "Ask → Sign"
    assert tell().story["at"] == "good"


def test_the_latest_whole_path_stays_until_another_is_whole(
    tell: Any, file: AnswerFile, say: Any
) -> None:
    story = tell()
    say(story, "save", value=["start=push"])
    say(story, "save", value=[])
    assert file.load()["q"].value == ("start=push",)
    assert story.story["at"] == "start"
    state = say(story, "save", value=["start=ask"])
    assert file.load()["q"].value == ("start=push", "start=ask")
    assert state["saved"]["words"] == "Ask (not at an end yet)"
    assert tell().story["path"] == ["start=ask"]
    say(story, "save", value=["start=ask", "told=sign"])
    assert file.load()["q"].value == ("start=ask", "told=sign")
    say(story, "save", value=["start=ask"])  # one step back from the end
    assert file.load()["q"].value == ("start=ask", "told=sign", "start=ask")


def test_starting_again_before_any_end_leaves_nothing(
    tell: Any, file: AnswerFile, say: Any
) -> None:
    story = tell()
    say(story, "save", value=["start=ask"])
    say(story, "save", value=[])
    assert file.load()["q"].is_blank
    assert (tell().state["saved"], tell().state["note"]) == (None, "")
    assert tell().story["at"] == "start"


@pytest.mark.parametrize(
    "value",
    [
        "start=ask",
        3,
        {"start": "ask"},
        ["told=sign"],
        ["start=run"],
        ["start"],
        [3],
        ["start=ask", "start=ask"],
        ["start=push", "bad=ask"],
        ["start=push", "start=push"],
        ["start=push", "start=ask", "told=sign"],
    ],
)
def test_what_is_no_path(tell: Any, file: AnswerFile, say: Any, value: Any) -> None:
    story = tell()
    assert "does not fit the story" in say(story, "save", value=value)["problem"]["text"]
    assert file.load() == {}
    assert story.story["at"] == "start"


def test_a_path_that_goes_round_for_ever_is_ended_in_words(
    tell: Any, file: AnswerFile, say: Any
) -> None:
    story, rounds = tell(), ["start=ask", "told=wait"] * MOST_STEPS
    say(story, "save", value=["start=ask", "told=wait"] * 11 + ["start=push"])
    assert say(story, "save", value=rounds[:MOST_STEPS])["problem"] is None
    assert len(file.load()["q"].value) == 48  # type: ignore[arg-type]
    problem = say(story, "save", value=rounds[: MOST_STEPS + 1])["problem"]
    assert problem["text"] == "A path has at most 25 steps. Go back, or start again."
    assert len(story.story["path"]) == MOST_STEPS


def test_two_tabs(tell: Any, file: AnswerFile, say: Any) -> None:
    here, there = tell(), tell()
    say(there, "save", value=["start=push"])
    problem = say(here, "save", value=["start=ask"])["problem"]
    assert (problem["theirs"], problem["mine"]) == ("Push", "Ask (not at an end yet)")
    assert here.story["at"] == "told"
    assert file.load()["q"].value == ("start=push",)
    say(here, "keep the other")
    assert here.story["at"] == "bad"
    say(there, "save", value=["start=ask", "told=sign"])
    assert say(here, "save", value=["start=ask"])["problem"]["kind"] == "conflict"
    assert say(here, "keep mine", value=["start=ask"], over=2)["problem"] is None
    assert here.story["at"] == "told"


def test_a_path_in_another_tab_that_fits_no_more_gives_way(
    tell: Any, file: AnswerFile, say: Any
) -> None:
    here = tell()
    file.save("q", ("gone=x",))
    assert say(here, "save", value=["start=ask"])["problem"] is None
    assert file.load()["q"].value == ("start=ask",)
    assert here.story["path"] == ["start=ask"]


def test_a_story_that_has_changed_is_told_anew(tell: Any, file: AnswerFile) -> None:
    file.save("q", ("start=gone",))
    assert "has changed since you answered" in tell().state["note"]
    assert tell().story["at"] == "start"


def test_a_failed_save_does_not_stop_the_story(
    tell: Any, file: AnswerFile, say: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    story = tell()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert say(story, "save", value=["start=ask"])["problem"]["kind"] == "failed"
    assert story.story["at"] == "told"
    assert say(story, "save", value=["start=ask", "told=sign"])["problem"] is None
    assert file.load()["q"].value == ("start=ask", "told=sign")


def test_an_author_reads_every_fault_in_one_error(tell: Any) -> None:
    moments = {**MOMENTS, "island": MOMENTS["told"], "bad": MOMENTS["start"]}
    with pytest.raises(QuestionInvalid, match="The story q cannot be told") as raised:
        tell(moments=moments, start="nowhere")
    assert str(raised.value).splitlines()[1:] == ["- It starts at 'nowhere', which is no moment."]
    with pytest.raises(QuestionInvalid, match=r"- island is never reached from start\."):
        tell(moments=moments)
