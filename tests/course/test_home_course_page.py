"""Who may see the pages, what they load, and what they say when something fails."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.course_server import (
    ASSESSMENT,
    TOKEN,
    CourseServer,
    Page,
    enrol_here,
    post,
)

CHECK = f"course/assessment/{ASSESSMENT}"


@pytest.mark.parametrize("path", ["", "recorded", "enrol", "glossary", f"assessment/{ASSESSMENT}"])
def test_pages_need_a_log_in(server: CourseServer, path: str) -> None:
    answer = httpx.get(f"{server.course}{path}")
    assert answer.status_code == 302
    assert "/login" in answer.headers["location"]


@pytest.mark.parametrize("path", ["group", "export", "erase", "enrol", f"{CHECK[7:]}/hand-in"])
def test_forms_need_the_token_of_a_page(client: httpx.Client, path: str) -> None:
    answer = client.post(f"course/{path}", data={"sure": "yes", "group": "board"})
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.text


def test_the_log_in_token_does_not_stay_in_the_address(server: CourseServer) -> None:
    with httpx.Client(follow_redirects=True) as client:
        answer = client.get(f"{server.course}?token={TOKEN}")
    assert answer.status_code == 200
    assert TOKEN not in str(answer.url)
    assert TOKEN not in answer.text


def test_pages_allow_nothing_from_elsewhere(client: httpx.Client) -> None:
    answer = client.get("course/")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"
    for link in Page(answer.text).links:
        assert link.startswith(("/user/ward%20one/", "#", "data:,")), link


@pytest.mark.parametrize(
    "path",
    [
        "files/.qi-course/record.sqlite",
        "api/contents/.qi-course",
        "api/contents/.qi-course/enrolment.json",
        "voila/files/.qi-course/enrolment.json",
        "voila/render/.qi-course/enrolment.json",
        "voila/render/outbox/x.ipynb",
        "voila/render/../secret.ipynb",
        "course/static/../app.py",
        "formgrader",
        "assignments",
        "course/nope",
        "course/assessment/none",
        f"{CHECK}/result/1",
        f"{CHECK}/file/1",
        f"course/certificate/{ASSESSMENT}",
        f"course/certificate/{ASSESSMENT}/badge",
    ],
)
def test_what_is_not_for_the_page_is_not_there(
    client: httpx.Client, path: str, tmp_path: Path
) -> None:
    enrol_here(client, tmp_path)
    answer = client.get(path)
    assert answer.status_code in (404, 403), answer.text[:300]
    assert "Traceback" not in answer.text


def test_the_learners_server_has_none_of_nbgraders_pages(server: CourseServer) -> None:
    log = server.log.read_text(encoding="utf-8", errors="replace")
    assert "nbgrader" not in log.lower()
    assert "Traceback" not in log


def test_errors_are_pages_in_plain_words_with_a_way_back(client: httpx.Client) -> None:
    answer = client.get("course/nope")
    assert "There is no such page" in answer.text
    assert "/user/ward%20one/course/" in Page(answer.text).links
    lesson = client.get("voila/render/lessons/none.ipynb")
    assert lesson.status_code == 404
    assert "There is no such lesson" in lesson.text
    assert "/user/ward%20one/course/" in Page(lesson.text).links


def test_too_large_or_foreign_files_are_refused(client: httpx.Client) -> None:
    client.get("course/enrol")
    large = post(client, "course/enrol", files={"enrolment": ("me.json", b"x" * (9 * 2**20))})
    assert large.status_code == 413
    assert "too large" in large.text
    foreign = post(client, "course/enrol", files={"enrolment": ("me.json", b"\x89PNG")})
    assert foreign.status_code == 409
    assert "Traceback" not in foreign.text
