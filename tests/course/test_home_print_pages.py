"""A lesson as a plain page, in large print and on one sheet; a dose as a handout."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest

from qi_tools.answers import AnswerFile
from tests.course_server import (
    ACTIVITIES,
    LESSON,
    LESSON_CELLS,
    CourseServer,
    Page,
    course_server,
    post,
    write_notebook,
)

COURSE = "/user/ward%20one/course"


def waited(client: httpx.Client, path: str) -> httpx.Response:
    """Ask for a page until it is no longer being made."""
    for _ in range(240):
        answer = client.get(path)
        if 'data-state="running"' not in answer.text:
            return answer
        time.sleep(0.25)
    raise AssertionError(f"{path} was not made")


@pytest.mark.parametrize("kind", ["plain", "large_print"])
def test_an_edition_is_made_once_and_leads_back(
    server: CourseServer, client: httpx.Client, kind: str
) -> None:
    answers = server.workspace / "lessons" / "1_all_staff" / "answers.json"
    client.get("course/")
    AnswerFile(answers).save(ACTIVITIES[0], "less")
    before = answers.read_bytes()
    first = client.get(f"course/edition/A1/{kind}")
    assert first.status_code == 200
    assert "It takes a few seconds" in first.text
    page = waited(client, f"course/edition/A1/{kind}")
    assert "Waiting in line</h1>" in page.text
    assert "It got <b>shorter</b>." in page.text
    assert "Shown for this guess: More</p>" in page.text, "not the learner's own"
    assert answers.read_bytes() == before
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")
    assert "script" not in policy
    links = {link for link in Page(page.text).links if not link.startswith(("#", "data:"))}
    assert links == {f"{COURSE}/", f"{COURSE}/edition/A1/{kind}/file"}

    file = client.get(f"course/edition/A1/{kind}/file")
    assert file.headers["content-disposition"] == f'attachment; filename="a1_{kind}.html"'
    assert "/course/" not in file.text, "a file to send on leads nowhere"


def test_a_lesson_that_the_learner_broke_is_made_of_the_courses_own_copy(
    server: CourseServer, client: httpx.Client
) -> None:
    client.get("course/")
    broken = (*LESSON_CELLS, ("code", "1 / 0", ()), ("markdown", "Mine.", ()))
    write_notebook(server.workspace / "lessons" / LESSON, broken)
    page = waited(client, "course/edition/A1/plain")
    assert "Waiting in line</h1>" in page.text
    assert "Mine." not in page.text


def test_an_edition_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    with course_server(tmp_path) as server, server.client() as client:
        for path in (server.workspace / "lessons", tmp_path / "modules"):
            write_notebook(path / LESSON, (("code", "1 / 0", ()),))
        answer = waited(client, "course/edition/A1/plain")
        assert answer.status_code == 503
        assert "does not run to its end" in answer.text
        assert "Traceback" not in answer.text


def test_a_summary_has_the_learners_own_words(server: CourseServer, client: httpx.Client) -> None:
    client.get("course/")
    cells = (*LESSON_CELLS, ("code", 'written("a1-monday", "What?")', ("monday",)))
    for folder in (server.workspace / "lessons", server.workspace.parent / "modules"):
        write_notebook(folder / LESSON, cells)
    try:
        assert 'class="lines"' in client.get("course/summary/A1").text
        answers = AnswerFile(server.workspace / "lessons" / "1_all_staff" / "answers.json")
        answers.save("a1-monday", "<i>Ask</i> Pat.")
        for id, value in zip(ACTIVITIES, ("more", "b"), strict=True):
            answers.save(id, value)
        front = post(client, "course/group", group="all_staff").text
        assert f"{COURSE}/summary/A1" in Page(front).links
        page = client.get("course/summary/A1").text
        assert "&lt;i&gt;Ask&lt;/i&gt; Pat." in page
        assert "You finished it on " in page
    finally:
        write_notebook(server.workspace.parent / "modules" / LESSON, LESSON_CELLS)


def test_a_handout_holds_the_lessons_that_are_there(client: httpx.Client) -> None:
    page = client.get("course/handout/all_staff")
    assert "Look first." in page.text
    assert "1 short lessons" not in page.text
    for path in ("handout/board", "handout/nobody", "edition/A2/plain", "edition/A1/audio"):
        assert client.get(f"course/{path}").status_code == 404, path
    assert client.get("course/summary/Z9").status_code == 404


SESSION = (
    ("markdown", "# A session", ()),
    ("markdown", "## Here", ()),
    ("code", "from qi_tools.teaching import written", ()),
    ("code", 'written("s-what", "What do we agree?")', ()),
)


def test_what_a_group_wrote_can_be_printed_and_kept(
    server: CourseServer, client: httpx.Client
) -> None:
    client.get("course/")
    folder = server.workspace / "workshops"
    try:
        write_notebook(folder / "session.ipynb", SESSION)
        write_notebook(folder / "guide.ipynb", SESSION[:2])
        front = Page(post(client, "course/group", group="all_staff").text)
        records = [link for link in front.links if "/record/" in link]
        assert records == [f"{COURSE}/record/session"], "a guide has none"
        empty = waited(client, "course/record/session")
        assert "Nothing is written yet" in empty.text
        AnswerFile(folder / "answers.json").save("s-what", "To <stop>.")
        page = waited(client, "course/record/session")
        assert "To &lt;stop&gt;." in page.text
        assert page.headers["content-security-policy"].startswith("default-src 'none';")
        file = client.get("course/record/session/file")
        assert file.headers["content-disposition"] == 'attachment; filename="session_record.html"'
        assert "To &lt;stop&gt;." in file.text
        assert "/course/" not in file.text
        (folder / "answers.json").write_text("no answers")
        damaged = client.get("course/record/session")
        assert damaged.status_code == 503, "an empty record would look as if nothing was agreed"
        for path in ("record/guide", "record/nothing", "record/guide/file"):
            assert client.get(f"course/{path}").status_code == 404, path
    finally:
        for name in ("session.ipynb", "guide.ipynb", "answers.json"):
            (folder / name).unlink(missing_ok=True)
