"""A learner enrols, sees what is recorded, takes it along and erases it."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import httpx

from tests.course_server import (
    ASSESSMENT,
    CourseServer,
    course_server,
    enrol_here,
    post,
)


def test_what_is_recorded_can_be_taken_along_and_erased(
    server: CourseServer, client: httpx.Client, tmp_path: Path
) -> None:
    post(client, "course/group", group="all_staff")
    enrol_here(client, tmp_path)
    recorded = client.get("course/recorded").text
    for word in ("What", "Why", "Who sees it", "How long", str(server.workspace)):
        assert word in recorded

    copy = post(client, "course/export")
    with zipfile.ZipFile(BytesIO(copy.content)) as archive:
        assert "record.csv" in archive.namelist()

    assert post(client, "course/erase").status_code == 400
    assert server.opened().enrolment is not None
    erased = post(client, "course/erase", sure="yes").text
    assert "Everything is erased" in erased
    assert ".qi-course/record.sqlite" in erased
    assert list(server.workspace.iterdir()) == []
    assert "What is your role?" in client.get("course/").text


def test_the_learners_edition_says_what_to_do_to_enrol(tmp_path: Path) -> None:
    with course_server(tmp_path, desk_command=None) as server, server.client() as client:
        check = client.get(f"course/assessment/{ASSESSMENT}").text
        assert "a file from your improvement team" in check
        page = client.get("course/enrol").text
        assert "Ask your improvement team" in page
        assert 'accept=".qienrol"' in page, "the ending that a desk gives these files"
        assert "No improvement team?" in page
        assert "Enrol on this computer" not in page
        assert client.get("course/marking").status_code == 404
