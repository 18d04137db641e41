"""The course as an extension of a server that is not only its own."""

from __future__ import annotations

from pathlib import Path

from tests.course_server import (
    LESSON,
    Page,
    course_server,
    post,
)


def test_a_workspace_inside_the_folder_that_a_hub_serves(tmp_path: Path) -> None:
    with (
        course_server(tmp_path, base_url="/hub/user/sam/", inside="workspace") as server,
        server.client() as client,
    ):
        front = post(client, "course/group", group="all_staff").text
        page = f"/hub/user/sam/voila/render/workspace/lessons/{LESSON}"
        assert page in Page(front).links
        lesson = client.get(page.removeprefix("/hub/user/sam/"))
        assert lesson.status_code == 200
        assert "Waiting in line" in lesson.text
        outside = client.get(f"voila/render/modules/{LESSON}")
        assert outside.status_code == 404, "only the learner's own notebooks are shown"
        assert "This page can't be shown" in outside.text
        assert "lesson_opened" in [event.kind for event in server.opened().record.events()]
