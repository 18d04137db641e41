"""The whole path of an assessment through the pages of a running server."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path

import httpx

from course.folders import REPOSITORY
from course.home.assessment_pages import lessons_by_section
from course.home.links import Links
from course.result import HurdleResult, SlotFeedback
from course.syllabus import load_syllabus
from tests.course_server import (
    ASSESSMENT,
    CERTIFICATE,
    KEY,
    LESSON,
    PSEUDONYM,
    CourseServer,
    Page,
    answer_all,
    course_server,
    enrol_here,
    post,
    reopened,
    result_file,
    write_notebook,
)

CHECK = f"course/assessment/{ASSESSMENT}"


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
    (results / "result_all_staff_check_1_0123456789abcdef.qiresult").write_bytes(result_file(key))
elif words == ["award"]:
    print("Issued 1 certificate.")
    data = result_file(key, **CERTIFICATE)
    (results / "result_all_staff_check_1_0123456789abcdef.qiresult").write_bytes(data)
"""


def test_the_whole_path_with_files_sent_by_hand(
    server: CourseServer, client: httpx.Client, tmp_path: Path
) -> None:
    post(client, "course/group", group="all_staff")
    enrol_here(client, tmp_path)
    assert PSEUDONYM in client.get("course/").text
    ready = client.get(CHECK).text
    assert "Begin" in ready
    assert "To pass: 16 of 20 right, and 4 of the 5 charts" in ready

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
    answer_all(server.opened())
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
    assert "17 of 20 right, and 4 of the 5 charts" in result.text
    assert "need one more look" not in result.text
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
    assert f"/user/ward%20one/course/certificate/{ASSESSMENT}/view" in Page(certificate.text).links
    badge = client.get(f"course/certificate/{ASSESSMENT}/badge")
    assert badge.json() == CERTIFICATE["certificate"]
    for kind, name in (
        ("page", f"{ASSESSMENT}_certificate.html"),
        ("badge", f"{ASSESSMENT}_badge.json"),
        ("trust", "trust.json"),
    ):
        kept = client.get(f"course/certificate/{ASSESSMENT}/{kind}").headers["content-disposition"]
        assert kept == f'attachment; filename="{name}"'


def test_a_result_that_is_no_pass_says_what_to_do(client: httpx.Client, tmp_path: Path) -> None:
    post(client, "course/group", group="all_staff")
    enrol_here(client, tmp_path)
    data = result_file(
        KEY,
        passed=False,
        hurdles=(HurdleResult("charts", right=3, of=5, least=4),),
        next_attempt=2,
        not_before="2099-11-24T15:00:00Z",
    )
    result = post(client, "course/result", files={"result": ("r.qiresult", data)}).text
    assert "Not passed yet" in result
    assert "17 of 20 right, and 3 of the 5 charts" in result
    assert "To pass: 16 of 20, and 4 of the 5 charts." in result
    assert "It is only the charts that need one more look." in result
    assert 'class="wrong"' not in result, "which answers are right stays open"
    assert "24 November 2099" in result
    lesson = f"/user/ward%20one/voila/render/lessons/{LESSON}#look-first"
    assert lesson in Page(result).links
    assert post(client, f"{CHECK}/begin").status_code == 409

    data = result_file(KEY, passed=False, score=3, percent=15, facilitator_needed=True)
    result = post(client, "course/result", files={"result": ("r.qiresult", data)}).text
    assert "facilitator" in result
    assert "need one more look" not in result


def test_a_result_of_practice_says_so_plainly(client: httpx.Client, tmp_path: Path) -> None:
    post(client, "course/group", group="all_staff")
    enrol_here(client, tmp_path)
    told = SlotFeedback("check-1", "1. The middle", None, False, "1. The middle", "2 of 3 marks.")
    changed = {"passed": False, "next_attempt": 2, "code": True, "feedback": (told,)}
    data = result_file(KEY, **changed, practice=True)
    result = post(client, "course/result", files={"result": ("r.qiresult", data)}).text
    assert "Practice done" in result
    assert "your marks would be a pass, but this is none yet" in result
    assert "Ask the desk to mark it again on a computer that can." in result
    assert "17 of 20 marks" in result
    assert "2 of 3 marks." in result, "a check of code has no key: why is told before a pass"
    assert 'class="wrong"' in result
    assert "You gave no answer" not in result
    assert "Not passed yet" in client.get("course/").text

    data = result_file(KEY, **changed, practice=True, score=3, percent=15)
    result = post(client, "course/result", files={"result": ("r.qiresult", data)}).text
    assert "Not passed yet" in result
    assert "this could not have been a pass" in result
    data = result_file(KEY, **changed, score=3, percent=15)
    result = post(client, "course/result", files={"result": ("r.qiresult", data)}).text
    assert "Practice" not in result


def test_what_to_read_again_leads_to_the_lesson_that_has_it(lab: Path) -> None:
    lessons = [load_syllabus().module(id) for id in ("A1", "A4", "A5a")]
    written = (("markdown", "# Dots\n\n## A line of dots\n\n## Look first", ()),)
    write_notebook(lab / "modules" / str(lessons[1].notebook), written)
    workspace = reopened(lab)
    found = lessons_by_section(workspace, lessons, Links("/", ""))
    assert found["A line of dots"].module.id == "A4"
    assert found["Look first"].module.id == "A1", "of two lessons the first"
    assert found["A line of dots"].page.endswith("lessons/1_all_staff/a4_every_dot_counts.ipynb")
    broken = workspace.lesson_path(lessons[0])
    assert broken is not None
    broken.write_text("{", encoding="utf-8")
    found = lessons_by_section(workspace, lessons, Links("/", ""))
    assert found["Look first"].module.id == "A4", "a broken lesson is only not linked"


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
        answer_all(server.opened())
        assert "Mark it on this computer" in post(client, f"{CHECK}/hand-in", honest="yes").text
        post(client, "course/marking")
        deadline = time.monotonic() + 60
        while 'data-state="running"' in (page := client.get("course/marking").text):
            assert time.monotonic() < deadline, page
        assert "The marking is done" in page
        assert "Issued 1 certificate." in page
        assert "Mark now" not in page, "nothing waits any more"
        assert client.get(f"course/certificate/{ASSESSMENT}").status_code == 200
