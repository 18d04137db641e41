"""What fits on a sheet says what a lesson says, and what its reader wrote."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from course.approach import load_approach
from course.editions.cards import MOST_OF_OWN_WORDS, OwnPart, handout_page, summary_page
from course.glossary import load_glossary
from course.lesson import read_lesson
from course.syllabus import load_syllabus

A1 = load_syllabus().module("A1")
GLOSSARY = load_glossary()


def test_a_summary_says_what_the_lesson_says(story: Path) -> None:
    page = summary_page(A1, read_lesson(story), GLOSSARY)
    for words in ("<li>Look first.</li>", "<dt>Run chart</dt>", "<dt>System</dt>", 'class="lines"'):
        assert words in page
    assert "You finished it" not in page


def test_a_summary_has_its_readers_own_words_and_day(story: Path) -> None:
    own = OwnPart(["Ask <b>Pat</b>\nand tell."], "23 November 2026")
    page = summary_page(A1, read_lesson(story), GLOSSARY, own)
    assert "Ask &lt;b&gt;Pat&lt;/b&gt;\nand tell." in page
    assert "You finished it on 23 November 2026." in page
    assert 'class="lines"' not in page


@given(st.text(max_size=3000))
def test_own_words_of_any_length_leave_room_for_the_rest(story: Path, words: str) -> None:
    page = summary_page(A1, read_lesson(story), GLOSSARY, OwnPart([words]))
    shown = page.partition('<p class="own">')[2].partition("</p>")[0]
    assert len(shown) <= 6 * MOST_OF_OWN_WORDS, "each letter may need an entity"
    assert len(shown.splitlines()) <= 9


def test_a_handout_holds_every_lesson(story: Path) -> None:
    syllabus = load_syllabus()
    lessons = [(A1, read_lesson(story)), (syllabus.module("A2"), read_lesson(story))]
    page = handout_page(syllabus.dose("all_staff"), lessons, load_approach(), GLOSSARY)
    assert page.count("<li>Look first.</li>") == 2
    assert page.count("<strong>On Monday:</strong> Look.") == 2
    minutes = sum(module.minutes for module, _ in lessons)
    assert f"2 short lessons, {minutes} minutes in all." in page
    assert "Your organisation's approach goes here." in page
    assert "Run chart · System" in page
