"""Both editions hold all of a lesson, and nothing that needs a script or a network."""

from __future__ import annotations

import re

import pytest

from course.editions.pages import EDITIONS, Edition, edition, edition_page
from course.editions.running import Ran
from course.syllabus import load_syllabus

A1 = load_syllabus().module("A1")
PLAIN, LARGE = EDITIONS


@pytest.fixture(params=EDITIONS, ids=lambda each: each.id)
def page(request: pytest.FixtureRequest, ran: Ran) -> str:
    chosen: Edition = request.param
    return edition_page(ran, A1, chosen)


def test_it_stands_by_itself(page: str) -> None:
    assert page.startswith('<!DOCTYPE html>\n<html lang="en-GB">')
    for sign in (
        "<script",
        "src=",
        "@import",
        "url(",
        "http:",
        "https:",
        "answers.json",
        "qi_tools",
    ):
        assert sign not in page.replace('="http://www.w3.org/2000/svg"', ""), sign
    assert set(re.findall(r'href="([^#"]*)', page)) == {"data:,", ""}
    assert page.count("<h1>") == 1
    assert "Not endorsed by NHS England, IHI or R Lloyd. Not CPD-accredited." in page
    names = re.findall(r' id="([^"]*)"', page)
    assert len(names) == len(set(names))
    assert set(re.findall(r'href="#([^"]*)"', page)) <= set(names)


def test_it_holds_all_of_the_lesson_in_order(page: str) -> None:
    text = re.sub(r"<style>.*?</style>", "", page, flags=re.S)
    at = [
        text.index(words)
        for words in (
            "A small story",
            "What you will learn",
            "Question 1: your guess",
            "<li>More</li><li>Less</li>",
            "What happened after question 1",
            "Shown for this guess: More</p>",
            "Caption 1",
            "Caption 3",
            "Question 2: your guess",
            "A number from 0 to 60.",
            "It took 30 minutes.",
            "Which is a &lt;system&gt;?",
            "Write one letter on each line",
            "Your sentence: We will  …   … .",
            "<li>halve the wait</li>",
            "The door",
            "Caption 9",
            "1 &lt; 2",
            "Write an aim.",
            "How much</li>",
            "Common cause only, or a special cause too?",
            "A box holds white and red beads.",
            "What will decide which worker has the fewest red beads",
            "Six workers, two inspectors",
            "Count the dots.",
            "What will you do?",
            "Look <em>first</em>.",
            '<dt id="word-system"',
            "For facilitators</h2>",
            "Answers</h2>",
            "<strong>Right:</strong> B, A ward: Yes: many parts.",
            "<li>A, A spoon: A spoon is one thing.</li>",
            "We tried <strong>B, Second.</strong> If you chose another: What comes before?",
            "In order!",
            "<strong>Strong:</strong> B, by June: A day.",
            "A strong aim.",
            "It slams.",
            "Halve the wait by June.",
            "B, A special cause too.",
        )
    ]
    assert at == sorted(at)
    assert "What comes before?" not in text[: text.index("Answers</h2>")]


def test_a_link_to_a_file_of_the_course_is_only_words(page: str) -> None:
    assert "Much. More." in page


def test_a_story_that_grows_is_drawn_once(page: str) -> None:
    assert "Frame 9" in page
    assert "Frame 8" not in page
    assert all(f"Caption {n}" in page for n in range(1, 10))


def test_what_happened_waits_behind_a_fold_or_on_the_next_page(ran: Ran) -> None:
    plain, large = (edition_page(ran, A1, each) for each in EDITIONS)
    assert plain.count('<details class="later">') == 3
    assert "Then open “What happened”." in plain
    assert "<details" not in large, "paper can't be unfolded"
    assert large.count('<div class="later">') == 3
    assert "Then turn to the next page." in large
    assert ".later, .answers, .part-facilitator { break-before: page; }" in large


def test_the_plain_page_says_what_a_picture_shows(ran: Ran) -> None:
    assert "In words: Two bars.</p>" in edition_page(ran, A1, PLAIN)


def test_only_a_served_page_has_a_way_back(ran: Ran) -> None:
    assert "Back" not in edition_page(ran, A1, PLAIN)
    served = edition_page(ran, A1, PLAIN, {"Back & on": "/course/?a=1&b=2"})
    assert '<a href="/course/?a=1&amp;b=2">Back &amp; on</a>' in served


def test_editions_have_names() -> None:
    assert edition("plain").file_name(load_syllabus().module("A5a")) == "a5a_plain.html"
    with pytest.raises(KeyError):
        edition("audio")
