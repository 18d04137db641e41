from __future__ import annotations

import dataclasses
import errno
import os
from typing import Any

import pytest

from qi_tools.answers import AnswerFile
from qi_tools.teaching import QuestionInvalid, Spot, scene

PICTURE = '<svg viewBox="0 0 400 300"><path d="M0 0"/></svg>'
SPOTS = {
    "door": Spot(20, 50, " The door ", "It slams."),
    "bin": Spot(60, 50, "The bin", "It is full."),
    "a-sign": Spot(90, 20, "The sign", "It is old."),
}


@pytest.fixture
def show(file: AnswerFile) -> Any:
    given = {"question": "What is wrong?", "picture": PICTURE, "spots": SPOTS, "answers": file}
    return lambda **more: scene("q", **{**given, **more})


def test_what_the_browser_gets(show: Any) -> None:
    assert show().kind == "scene"
    assert show().content == {
        "question": "What is wrong?",
        "picture": PICTURE,
        "spots": [
            ["door", 20, 50, "The door", "It slams."],
            ["bin", 60, 50, "The bin", "It is full."],
            ["a-sign", 90, 20, "The sign", "It is old."],
        ],
        "final": False,
    }


def test_what_is_found_is_kept_sorted_and_restored(show: Any, file: AnswerFile, say: Any) -> None:
    picture = show()
    assert picture.state["saved"] is None
    say(picture, "save", value=["door"])
    state = say(picture, "save", value=["door", "a-sign"])
    assert file.load()["q"].value == ("a-sign", "door")
    assert file.load()["q"].revision == 2
    assert state["saved"]["value"] == ("a-sign", "door")
    assert state["saved"]["words"] == "The door; The sign"
    assert show().state["saved"]["value"] == ("a-sign", "door")


@pytest.mark.parametrize("value", [None, "door", [], ["window"], ["door", 3], [["door"]], {}])
def test_what_is_not_in_the_picture(show: Any, file: AnswerFile, say: Any, value: Any) -> None:
    problem = say(show(), "save", value=value)["problem"]
    assert problem == {"kind": "refused", "text": "Press something in the picture first."}
    assert file.load() == {}


def test_two_tabs_keep_what_was_found_in_either(show: Any, file: AnswerFile, say: Any) -> None:
    here, there = show(), show()
    say(there, "save", value=["bin"])
    state = say(here, "save", value=["door"])
    assert state["problem"] is None
    assert state["saved"]["value"] == ("bin", "door")
    assert (file.load()["q"].value, file.load()["q"].revision) == (("bin", "door"), 2)


@pytest.mark.parametrize("value", ["door", ("window",), 3.0])
def test_an_answer_of_another_kind_in_another_tab_gives_way(
    show: Any, file: AnswerFile, say: Any, value: Any
) -> None:
    here = show()
    file.save("q", value)
    assert say(here, "save", value=["door"])["problem"] is None
    assert file.load()["q"].value == ("door",)


def test_a_failed_save_says_so(
    show: Any, file: AnswerFile, say: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    here = show()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert say(here, "save", value=["door"])["problem"]["kind"] == "failed"
    assert say(here, "save", value=["door"])["problem"] is None


def test_a_spot_is_a_value() -> None:
    assert SPOTS["door"] == Spot(20, 50, " The door ", "It slams.")
    with pytest.raises(dataclasses.FrozenInstanceError):
        SPOTS["door"].x = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    "picture",
    [
        "<svg viewBox='0 0 4 3'></svg>",
        '\n<svg role="img"\n viewBox="-2,-1, 4.5,3e1"></svg>',
    ],
)
def test_a_picture_that_fits_any_screen(show: Any, picture: str) -> None:
    assert show(picture=picture).content["picture"] == picture


@pytest.mark.parametrize(
    "picture",
    [
        None,
        "",
        "room.svg",
        "<svg></svg>",
        '<svg width="4" height="3"><g viewBox="0 0 4 3"/></svg>',
        '<svg viewBox="0 0 4"></svg>',
        '<svg viewBox="0 0 four three"></svg>',
        '<svg viewBox="0 0 4 0"></svg>',
    ],
)
def test_a_picture_that_cannot_be_fitted(show: Any, picture: Any) -> None:
    with pytest.raises(QuestionInvalid, match="picture of q cannot be fitted to a screen"):
        show(picture=picture)


@pytest.mark.parametrize(
    ("spots", "words"),
    [
        ({"door": SPOTS["door"]}, "The scene q needs two or more spots"),
        ([*SPOTS.values()], "The scene q needs two or more spots"),
        ({**SPOTS, "A": Spot(9, 9, "A", "B")}, "id of this spot of q does not work"),
        ({**SPOTS, "x": (9, 9, "A", "B")}, r"Spot x of q is \(9, 9, 'A', 'B'\). Give it as Spot"),
        ({**SPOTS, "x": Spot(9, 9, " ", "B")}, "The label of x of q"),
        ({**SPOTS, "x": Spot(9, 9, "A", "")}, "The text of x of q"),
        ({**SPOTS, "x": Spot(4, 9, "A", "B")}, "Spot x of q is at 4 and 9. Use numbers from 5 to"),
        ({**SPOTS, "x": Spot(9, 96, "A", "B")}, "Spot x of q is at 9 and 96"),
        ({**SPOTS, "x": Spot(float("nan"), 9, "A", "B")}, "Spot x of q is at nan"),
        ({**SPOTS, "x": Spot("9", 9, "A", "B")}, "Spot x of q is at '9'"),  # type: ignore[arg-type]
    ],
)
def test_spots_that_cannot_work(show: Any, spots: Any, words: str) -> None:
    with pytest.raises(QuestionInvalid, match=words):
        show(spots=spots)


@pytest.mark.parametrize(
    ("picture", "across", "down", "is_enough"),
    [
        (PICTURE, 0, 14, True),  # the rule that lessons are told, in its worst direction
        (PICTURE, 10, 10, True),
        (PICTURE, 0, 13, False),
        (PICTURE, 10, 0, False),
        ('<svg viewBox="0 0 400 200"></svg>', 0, 14, False),
        ('<svg viewBox="0 0 300 400"></svg>', 0, 8, True),
    ],
)
def test_on_a_phone_no_button_may_cover_another(
    show: Any, picture: str, across: float, down: float, is_enough: bool
) -> None:
    spots = {"a": Spot(20, 20, "A", "a"), "b": Spot(20 + across, 20 + down, "B", "b")}
    if is_enough:
        assert len(show(picture=picture, spots=spots).content["spots"]) == 2
    else:
        with pytest.raises(QuestionInvalid, match="buttons of a and b of q would cover each other"):
            show(picture=picture, spots=spots)
