from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import qi_tools.teaching
from qi_tools.errors import QIToolsError
from qi_tools.teaching.part import (
    Part,
    QuestionInvalid,
    checked_id,
    checked_options,
    checked_text,
)
from tests.contrast import contrast

STATIC = Path(qi_tools.teaching.__file__).parent / "static"
BLOCKS, CONTROLS, TEACHING, EXPLORER = (
    (STATIC / name).read_text(encoding="utf-8")
    for name in ("blocks.js", "controls.js", "teaching.js", "explorer.js")
)
STYLE = (STATIC / "teaching.css").read_text(encoding="utf-8")
MORE_STYLE = "".join(path.read_text(encoding="utf-8") for path in sorted(STATIC.glob("*.css")))
EVERYTHING = "".join(path.read_text(encoding="utf-8") for path in sorted(STATIC.iterdir()))


def test_a_lesson_error_is_one_of_ours() -> None:
    assert issubclass(QuestionInvalid, QIToolsError)


def test_an_id() -> None:
    assert checked_id("a1-card-1") == "a1-card-1"
    with pytest.raises(QuestionInvalid, match="'A 1' cannot be an id"):
        checked_id("A 1")


@pytest.mark.parametrize("text", ["", "  \n", None, 3])
def test_a_text_without_words(text: Any) -> None:
    with pytest.raises(QuestionInvalid, match=r"The title is .* Give it some words"):
        checked_text(text, "The title")


def test_options_keep_their_order() -> None:
    options = checked_options("q", {"b": " Bee ", "a": "Ay"})
    assert list(options.items()) == [("b", "Bee"), ("a", "Ay")]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "two or more options"),
        ({"a": "A"}, "two or more options"),
        (["A", "B"], "two or more options"),
        ({"a": "A", "B": "B"}, "id of this option of q"),
        ({"a": "A", "b": " "}, "Option b of q"),
        ({"a": "Same", "b": "Same "}, "read the same"),
    ],
)
def test_options_that_do_not_work(options: Any, words: str) -> None:
    with pytest.raises(QuestionInvalid, match=words):
        checked_options("q", options)


def test_a_part_brings_its_script_and_style() -> None:
    part = Part(kind="html", content={"html": ""})
    assert part._esm == BLOCKS + CONTROLS + TEACHING
    assert part._css == STYLE


def test_nothing_comes_from_the_network() -> None:
    outside = re.findall(r"https?://[^\"')\s]+|@import|\bimport\b|fetch\(", EVERYTHING)
    assert set(outside) == {"http://www.w3.org/2000/svg"}  # a name, not an address to fetch


def test_html_is_written_in_one_place_only() -> None:
    assert (
        len(re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", EVERYTHING)) == 1
    )


# ---- contrast (WCAG 2.2: 4.5 for text, 3 for lines and marks) ------------------------------------

LIGHT = dict(re.findall(r"var\(--([a-z-]+), (#[0-9a-f]{6})\)", STYLE + MORE_STYLE))
DARK_BLOCK = STYLE.split('[data-jp-theme-light="false"] .qi-part {')[1].split("}")[0]
DARK = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", DARK_BLOCK))
TEXT = [("ink", "paper"), ("ink", "quiet"), ("ink", "accent-quiet"), ("paper", "accent")]
TEXT += [("accent", "paper"), ("good", "paper"), ("bad", "paper"), ("note", "paper")]
MARKS = [("line", "paper"), ("accent", "accent-quiet"), ("focus", "paper")]


def test_the_fallbacks_are_the_course_colours() -> None:
    course = {
        "ink": "#17252b",
        "paper": "#ffffff",
        "quiet": "#f3f6f5",
        "line": "#7b8a8a",
        "accent": "#0b5d57",
        "accent-quiet": "#e3f1ef",
        "good": "#1d6b2e",
        "bad": "#a3161f",
        "note": "#7a4b00",
        "focus": "#b35900",
    }
    assert course == LIGHT
    assert DARK.keys() == LIGHT.keys()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_contrast(theme: dict[str, str]) -> None:
    for one, other in TEXT:
        assert contrast(theme[one], theme[other]) >= 4.5, (one, other)
    for one, other in MARKS:
        assert contrast(theme[one], theme[other]) >= 3, (one, other)


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_what_a_part_adds_to_the_look_holds_in_whatever_order_the_sheets_come(path: Path) -> None:
    """A page with several parts brings the sheet of all parts again after that of one."""
    if path.name == "teaching.css":
        return
    sheet = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    selectors = [
        selector.strip()
        for group in re.findall(r"([^{}]+)\{", sheet)
        if not group.strip().startswith("@")
        for selector in group.split(",\n")
    ]
    weak = [each for each in selectors if re.search(r" (input|select|textarea|p|label)\b", each)]
    assert [each for each in weak if ".qi-part.qi-" not in each] == []
