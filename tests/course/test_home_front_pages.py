"""The front page leads a learner from choosing a group to the next step."""

from __future__ import annotations

import httpx

from qi_tools.answers import AnswerFile
from tests.course_server import (
    ACTIVITIES,
    LESSON,
    CourseServer,
    Page,
    post,
    write_notebook,
)


def test_a_new_learner_chooses_a_group_and_can_change_it(client: httpx.Client) -> None:
    welcome = client.get("course/").text
    assert "What is your role?" in welcome
    assert "Internal quality experts" in welcome

    front = post(client, "course/group", group="board")
    assert str(front.url).endswith("/user/ward%20one/course/")
    assert "<strong>board</strong>" in front.text
    assert "Red beads at board" in front.text
    changed = post(client, "course/group", group="all_staff").text
    assert "Red beads at board" not in changed
    assert 'value="all_staff" id="group-all_staff"' in client.get("course/group").text
    assert "checked" in client.get("course/group").text
    assert post(client, "course/group", group="nobody").status_code == 400


def test_progress_shows_and_the_next_step_follows_it(
    server: CourseServer, client: httpx.Client
) -> None:
    front = post(client, "course/group", group="all_staff").text
    page = f"/user/ward%20one/voila/render/lessons/{LESSON}"
    assert "Start this lesson" in front
    assert "1 lesson, about 15 minutes in all" in front
    assert "Your summary" not in front, "there is nothing to sum up yet"
    assert '<progress max="15" value="0"' in front
    assert {page, f"/user/ward%20one/lab/tree/lessons/{LESSON}"} <= Page(front).links

    answers = AnswerFile(server.workspace / "lessons" / "1_all_staff" / "answers.json")
    answers.save(ACTIVITIES[0], "more")
    front = client.get("course/").text
    assert "In progress: 1 of 2 activities, about 8 minutes left" in front, front
    assert '<progress max="15" value="7"' in front
    assert "Go on with this lesson" in front
    assert f"{page}#at-{ACTIVITIES[1]}" in Page(front).links
    assert f'id="at-{ACTIVITIES[1]}"' in client.get(f"voila/render/lessons/{LESSON}").text

    answers.save(ACTIVITIES[1], "b")
    front = client.get("course/").text
    assert "1 of 1 lesson done" in front
    assert front.count("Your summary") == 1
    assert "Enrol for the questions" in front


def test_a_word_leads_to_the_lessons_that_explain_it(client: httpx.Client) -> None:
    page = f"/user/ward%20one/voila/render/lessons/{LESSON}#words-to-know"
    words = client.get("course/glossary")
    assert page in Page(words.text).links, "before a group is chosen, all lessons count"
    post(client, "course/group", group="board")
    words = client.get("course/glossary").text
    system = words.partition('id="word-system"')[2].partition("<dt")[0]
    assert page in Page(system).links
    assert words.count("Explained in:") == 1, "the lesson explains one word"


def test_other_ways_to_take_a_lesson_and_guides_for_coaches_are_found(
    server: CourseServer, client: httpx.Client
) -> None:
    front = post(client, "course/group", group="all_staff").text
    course = "/user/ward%20one/course"
    wanted = {"handout/all_staff", "edition/A1/plain", "edition/A1/large_print", "summary/A1"}
    assert {f"{course}/{each}" for each in wanted} <= Page(front).links
    assert "Workshops</h3>" not in front
    write_notebook(
        server.workspace / "workshops" / "beads.ipynb", (("markdown", "# Red & white", ()),)
    )
    front = client.get("course/").text
    assert "Red &amp; white" in front
    guide = "voila/render/workshops/beads.ipynb"
    assert f"/user/ward%20one/{guide}" in Page(front).links
    page = client.get(guide)
    assert page.status_code == 200
    assert "Red &amp; white" in page.text


def test_pages_to_try_and_look_things_up_open_as_pages(client: httpx.Client) -> None:
    front = post(client, "course/group", group="all_staff").text
    notebook = "reference/own_data.ipynb"
    assert f"/user/ward%20one/voila/render/{notebook}" in Page(front).links
    assert f"/user/ward%20one/lab/tree/{notebook}" not in Page(front).links


def test_every_page_leads_to_what_the_course_rests_on(client: httpx.Client) -> None:
    address = "/user/ward%20one/course/where-from"
    for path in ("course/", "course/recorded", f"voila/render/lessons/{LESSON}"):
        assert address in Page(client.get(path).text).links, path
    page = client.get("course/where-from").text
    assert page.count("<h1>") == 1
    assert "NHS Improvement no longer exists" in page
