"""The pages of a running server: who may see them, what they say, and the whole path through."""

from __future__ import annotations

import re
import sys
import time
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from course.folders import REPOSITORY
from qi_tools.answers import AnswerFile
from tests.course_server import (
    ACTIVITIES,
    ASSESSMENT,
    CERTIFICATE,
    LESSON,
    PSEUDONYM,
    TOKEN,
    CourseServer,
    course_server,
    enrol,
    post,
    result_file,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
CHECK = f"course/assessment/{ASSESSMENT}"

# Does what `qi-course desk enrol-me`, `mark` and `award` do, as far as the pages can tell.
FAKE_DESK = """
import sys
from pathlib import Path
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
sys.path.insert(0, {repository!r})
from tests.course_server import CERTIFICATE, enrol, result_file
key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
results = Path({results!r})
words = sys.argv[1:]
if words[:2] == ["desk", "enrol-me"]:
    if "Nobody" in words:
        sys.exit("The name is not allowed. Give another one.")
    workspace = Path(words[words.index("--workspace") + 1])
    enrol(workspace, key, results=str(results), lone=True)
elif words == ["mark"]:
    print("Marked 1 hand-in.")
    (results / "result_a1_check_1_0123456789abcdef.qiresult").write_bytes(result_file(key))
elif words == ["award"]:
    print("Issued 1 certificate.")
    data = result_file(key, **CERTIFICATE)
    (results / "result_a1_check_1_0123456789abcdef.qiresult").write_bytes(data)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CourseServer]:
    """A learner's server behind a hub, whose person has a space in their name."""
    with course_server(tmp_path_factory.mktemp("lab"), base_url="/user/ward%20one/") as server:
        yield server


@pytest.fixture
def client(server: CourseServer) -> Iterator[httpx.Client]:
    """A log-in to a fresh, empty workspace."""
    server.opened().erase()
    with server.client() as client:
        yield client


class Page(HTMLParser):
    """What a page links to, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.forms: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        for name in ("href", "src"):
            if found.get(name):
                self.links.add(str(found[name]))
        if tag == "form":
            self.forms.add(str(found["action"]))


def answer_all(server: CourseServer, number: int = 1) -> None:
    folder = server.workspace / "assessments" / ASSESSMENT / f"attempt_{number}"
    for slot in ("q1", "q2"):
        for item in "abc":
            AnswerFile(folder / "answers.json").save(f"a1-{slot}-{item}", "a")


# ---------------------------------------------------------------- who may see what


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
def test_what_is_not_for_the_page_is_not_there(client: httpx.Client, path: str) -> None:
    enrol_here(client)
    answer = client.get(path)
    assert answer.status_code in (404, 403), answer.text[:300]
    assert "Traceback" not in answer.text


def enrol_here(client: httpx.Client) -> None:
    """Enrol through the page."""
    client.get("course/enrol")
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        enrol(Path(folder), KEY)
        data = (Path(folder) / ".qi-course" / "enrolment.json").read_bytes()
    answer = post(client, "course/enrol", files={"enrolment": ("me.json", data)})
    assert answer.status_code == 200, answer.text


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


# ---------------------------------------------------------------- the path


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


def test_the_whole_path_with_files_sent_by_hand(server: CourseServer, client: httpx.Client) -> None:
    post(client, "course/group", group="all_staff")
    enrol_here(client)
    assert PSEUDONYM in client.get("course/").text
    assert "Begin" in client.get(CHECK).text

    begun = client.post(
        f"{CHECK}/begin", data={"_xsrf": client.cookies["_xsrf"]}, follow_redirects=False
    )
    assert begun.status_code == 303
    page = f"/user/ward%20one/voila/render/assessments/{ASSESSMENT}/attempt_1/{ASSESSMENT}.ipynb"
    assert begun.headers["location"] == page
    again = client.post(
        f"{CHECK}/begin", data={"_xsrf": client.cookies["_xsrf"]}, follow_redirects=False
    )
    assert again.headers["location"] == page, "beginning twice leads to the same attempt"
    assert "Go on with the questions" in client.get("course/").text

    form = client.get(f"{CHECK}/hand-in").text
    assert "2 of 2 questions have no answer yet" in form
    nothing = post(client, f"{CHECK}/hand-in", honest="yes")
    assert nothing.status_code == 409
    assert "no answers to hand in" in nothing.text
    answer_all(server)
    assert "All 2 questions have an answer" in client.get(f"{CHECK}/hand-in").text
    assert post(client, f"{CHECK}/hand-in").status_code == 400
    assert server.opened().attempts(ASSESSMENT)[0].is_open

    receipt = post(client, f"{CHECK}/hand-in", honest="yes").text
    (name,) = re.findall(rf"{PSEUDONYM}_\d{{8}}T\d{{6}}Z\.zip", receipt)[:1]
    assert "Send it by hand" in receipt
    packed = client.get(f"{CHECK}/file/1")
    assert packed.content == (server.workspace / "outbox" / name).read_bytes()
    assert name in packed.headers["content-disposition"]
    twice = post(client, f"{CHECK}/hand-in", honest="yes")
    assert twice.status_code == 409
    assert "handed in already" in twice.text
    closed = client.get(page.removeprefix("/user/ward%20one/"))
    assert closed.status_code == 409
    assert "has been handed in" in closed.text

    wrong = post(client, "course/result", files={"result": ("r.qiresult", b"{}")})
    assert wrong.status_code == 409
    assert post(client, "course/result").status_code == 400
    result = post(client, "course/result", files={"result": ("r.qiresult", result_file(KEY))})
    assert "You have passed" in result.text
    assert "7 of 8 right" in result.text
    assert "&lt;b&gt;spoon&lt;/b&gt;" in result.text
    data = result_file(KEY, **CERTIFICATE)
    result = post(client, "course/result", files={"result": ("r.qiresult", data)})
    assert f"/user/ward%20one/course/certificate/{ASSESSMENT}" in Page(result.text).links

    certificate = client.get(f"course/certificate/{ASSESSMENT}")
    assert certificate.status_code == 200
    shown = client.get(f"course/certificate/{ASSESSMENT}/view")
    assert "Sam Simulated" in shown.text
    assert "sandbox" in shown.headers["content-security-policy"]
    assert "script" not in shown.headers["content-security-policy"]
    badge = client.get(f"course/certificate/{ASSESSMENT}/badge")
    assert badge.json() == CERTIFICATE["certificate"]
    assert "attachment" in badge.headers["content-disposition"]


def test_a_result_that_is_no_pass_says_what_to_do(client: httpx.Client) -> None:
    post(client, "course/group", group="all_staff")
    enrol_here(client)
    data = result_file(
        KEY, passed=False, score=3, percent=37.5, next_attempt=2, not_before="2099-11-24T15:00:00Z"
    )
    result = post(client, "course/result", files={"result": ("r.qiresult", data)}).text
    assert "Not passed yet" in result
    assert "24 November 2099" in result
    lesson = f"/user/ward%20one/voila/render/lessons/{LESSON}#look-first"
    assert lesson in Page(result).links
    assert post(client, f"{CHECK}/begin").status_code == 409

    data = result_file(KEY, passed=False, score=3, percent=37.5, facilitator_needed=True)
    result = post(client, "course/result", files={"result": ("r.qiresult", data)}).text
    assert "facilitator" in result


def test_what_is_recorded_can_be_taken_along_and_erased(
    server: CourseServer, client: httpx.Client
) -> None:
    post(client, "course/group", group="all_staff")
    enrol_here(client)
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


def test_too_large_or_foreign_files_are_refused(client: httpx.Client) -> None:
    client.get("course/enrol")
    large = post(client, "course/enrol", files={"enrolment": ("me.json", b"x" * (9 * 2**20))})
    assert large.status_code == 413
    assert "too large" in large.text
    foreign = post(client, "course/enrol", files={"enrolment": ("me.json", b"\x89PNG")})
    assert foreign.status_code == 409
    assert "Traceback" not in foreign.text


# ---------------------------------------------------------------- other ways to run


def test_marking_on_a_computer_of_ones_own(tmp_path: Path) -> None:
    results = tmp_path / "results"
    results.mkdir()
    desk = tmp_path / "fake_desk.py"
    desk.write_text(
        FAKE_DESK.format(repository=str(REPOSITORY), results=str(results)), encoding="utf-8"
    )
    with (
        course_server(tmp_path, desk_command=(sys.executable, str(desk))) as server,
        server.client() as client,
    ):
        post(client, "course/group", group="all_staff")
        assert "On your own" in client.get("course/enrol").text
        assert post(client, "course/enrol", email="a@example.org").status_code == 400
        refused = post(client, "course/enrol", name="Nobody")
        assert refused.status_code == 503
        assert "Give another one" in refused.text
        post(client, "course/enrol", name="Sam  Simulated", email="sam@example.org")
        assert "on this computer only" in client.get("course/").text
        assert "sam@" not in client.get("course/").text
        assert post(client, "course/enrol", name="Sam Simulated").status_code == 409

        post(client, f"{CHECK}/begin")
        answer_all(server)
        assert "Mark it on this computer" in post(client, f"{CHECK}/hand-in", honest="yes").text
        post(client, "course/marking")
        deadline = time.monotonic() + 60
        while 'data-state="running"' in (page := client.get("course/marking").text):
            assert time.monotonic() < deadline, page
        assert "The marking is done" in page
        assert "Issued 1 certificate." in page
        assert client.get(f"course/certificate/{ASSESSMENT}").status_code == 200


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
        assert "lesson_opened" in [event.kind for event in server.opened().record.events()]
