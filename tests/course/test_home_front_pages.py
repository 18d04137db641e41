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
    assert "About 15 minutes left" in front
    assert {page, f"/user/ward%20one/lab/tree/lessons/{LESSON}"} <= Page(front).links

    answers = AnswerFile(server.workspace / "lessons" / "1_all_staff" / "answers.json")
    answers.save(ACTIVITIES[0], "more")
    front = client.get("course/").text
    assert "In progress: 1 of 2 activities" in front
    assert "Go on with this lesson" in front

    answers.save(ACTIVITIES[1], "b")
    front = client.get("course/").text
    assert "1 of 1 lesson done" in front
    assert "Enrol for the questions" in front
