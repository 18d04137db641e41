"""What the pages show is worked out without a server: next steps, states, addresses, parts."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from course.errors import CourseError
from course.home.launch import server_config
from course.home.lesson_page import KINDS, lesson_page
from course.home.links import Links
from course.home.marking import Marking
from course.home.views import (
    AssessmentState,
    AssessmentView,
    LessonState,
    LessonView,
    assessment_view,
    front_page,
    next_step,
    tools,
)
from course.syllabus import load_syllabus
from course.workspace import Workspace
from qi_tools.answers import AnswerFile
from tests.course_server import (
    ASSESSMENT,
    LESSON_CELLS,
    enrol,
    result_file,
    write_modules,
    write_release,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
LINKS = Links("/hub/user/sam/", "")
SYLLABUS = load_syllabus()
PLAN = SYLLABUS.assessment(ASSESSMENT)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    modules = write_modules(tmp_path / "modules")
    release = write_release(tmp_path / "release")
    return Workspace.open(tmp_path / "workspace", modules=modules, release=release)


# ---------------------------------------------------------------- what comes next


def lesson(id: str, state: LessonState) -> LessonView:
    return LessonView(SYLLABUS.module(id), state, 1, 3, f"/page/{id}", f"/lab/{id}", "")


def check(state: AssessmentState) -> AssessmentView:
    return AssessmentView(PLAN, state, (), 1, "", "/page/check", "/lab/check", False)


@pytest.mark.parametrize(
    ("lessons", "checks", "last", "href"),
    [
        ([("A1", "new"), ("A2", "new")], ["ready"], None, "/page/A1"),
        ([("A1", "new"), ("A2", "begun")], ["ready"], None, "/page/A2"),
        ([("A1", "begun"), ("A2", "begun")], ["ready"], "A2", "/page/A2"),
        ([("A1", "done"), ("A2", "new")], ["ready"], "A1", "/page/A2"),
        ([("A1", "begun")], ["open"], "A1", "/page/check"),
        ([("A1", "done")], ["ready"], None, f"/hub/user/sam/course/assessment/{ASSESSMENT}"),
        ([("A1", "done")], ["passed", "ready"], None, "/hub/user/sam/course/assessment/a1_check"),
        ([("A1", "done")], ["coming"], None, None),
        ([], [], None, None),
    ],
)
def test_the_next_step_is_where_the_learner_stopped(
    lessons: list[tuple[str, LessonState]],
    checks: list[AssessmentState],
    last: str | None,
    href: str | None,
) -> None:
    step = next_step([lesson(*each) for each in lessons], map(check, checks), last, LINKS)
    assert (step.href if step else None) == href


def test_a_certificate_is_the_last_step() -> None:
    step = next_step([], [replace(check("passed"), has_certificate=True)], None, LINKS)
    assert step is not None
    assert step.href == f"/hub/user/sam/course/certificate/{ASSESSMENT}"


def test_the_path_holds_every_dose_of_the_group(workspace: Workspace) -> None:
    assert front_page(workspace, SYLLABUS, LINKS).group is None
    workspace.choose_group("senior_leaders")
    page = front_page(workspace, SYLLABUS, LINKS)
    assert [dose.dose.id for dose in page.doses] == ["all_staff", "board", "senior_leaders"]
    shown = [lesson.module.id for dose in page.doses for lesson in dose.lessons]
    assert shown == [module.id for module in SYLLABUS.path("senior_leaders")]
    assert page.lessons_ready == 1
    assert page.minutes_left == SYLLABUS.module("A1").minutes
    assert {each.state for dose in page.doses for each in dose.lessons} == {"new", "coming"}


def test_states_of_an_assessment_follow_what_happened(workspace: Workspace) -> None:
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)

    def state(now: datetime = noon) -> str:
        return assessment_view(workspace, PLAN, LINKS, now).state

    assert state() == "not enrolled"
    enrol(workspace.folder, KEY)
    assert state() == "ready"
    folder = workspace.start_attempt(ASSESSMENT)
    assert state() == "open"
    AnswerFile(folder / "answers.json").save("a1-q1-a", "a")
    workspace.hand_in(ASSESSMENT)
    assert state() == "waiting"
    failed = {"passed": False, "score": 1.0, "percent": 12.5}
    workspace.import_result(
        result_file(KEY, **failed, next_attempt=2, not_before="2026-11-24T15:00:00Z")
    )
    assert state() == "later"
    assert state(noon.replace(hour=15)) == "again"
    workspace.import_result(result_file(KEY, **failed, facilitator_needed=True))
    assert state() == "talk"
    workspace.import_result(result_file(KEY, marked_at="2026-11-24T11:00:00Z"))
    assert state() == "passed"
    unbuilt = assessment_view(workspace, SYLLABUS.assessment("all_staff_check"), LINKS, noon)
    assert unbuilt.state == "coming"


def test_tools_have_titles_and_broken_ones_are_left_out(workspace: Workspace) -> None:
    (workspace.folder / "reference" / "broken.ipynb").write_text("{")
    assert [tool.title for tool in tools(workspace, LINKS)] == ["Your own data"]


@given(st.text(min_size=1, max_size=20))
def test_no_name_can_break_out_of_an_address(name: str) -> None:
    try:
        address = LINKS.page(f"lessons/{name}.ipynb")
    except UnicodeEncodeError:
        return  # a lone surrogate is no name
    assert re.fullmatch(r"[A-Za-z0-9/%._~-]+", address)


# ---------------------------------------------------------------- a lesson's parts


def cells(*given: tuple[str, str, tuple[str, ...]]) -> list[dict[str, object]]:
    return [
        {"cell_type": kind, "source": source, "metadata": {"tags": list(tags)}}
        for kind, source, tags in given
    ]


def test_a_lesson_becomes_parts_in_order() -> None:
    page = lesson_page(cells(*LESSON_CELLS), "fallback")
    assert page.title == "Waiting in line"
    assert next(text for _, text in page.contents) == "What you will learn"
    assert {part.kind for part in page.parts} == set(KINDS) - {"activity", "approach"} | {"plain"}
    outputs = [block.cell for part in page.parts for block in part.blocks if block.cell is not None]
    code = [number for number, cell in enumerate(LESSON_CELLS) if cell[0] == "code"]
    assert outputs == code
    html = "".join(block.html for part in page.parts for block in part.blocks)
    assert "<h1" not in html
    assert "For facilitators" not in html, "the fold itself shows the heading"
    facilitator = page.parts[-1]
    assert (facilitator.kind, facilitator.labelled_by) == ("facilitator", "for-facilitators")


def test_neighbours_of_one_kind_are_one_part_until_a_heading() -> None:
    page = lesson_page(
        cells(
            ("markdown", "One", ("explain",)),
            ("markdown", "Two", ("explain",)),
            ("markdown", "## Three", ("explain",)),
            ("code", "4", ("explain",)),
        ),
        "fallback",
    )
    assert page.title == "fallback"
    assert [len(part.blocks) for part in page.parts] == [2, 2]
    assert [part.labelled_by for part in page.parts] == ["", "three"]


def test_headings_with_one_text_get_names_of_their_own() -> None:
    page = lesson_page(cells(("markdown", "## Look\n\n## Look\n\n## Look!", ())), "")
    assert [name for name, _ in page.contents] == ["look", "look-2", "look-3"]


@given(st.lists(st.text(max_size=40), max_size=5))
def test_any_text_makes_a_page_with_unique_names(sources: list[str]) -> None:
    page = lesson_page(cells(*(("markdown", f"## {each}", ("why",)) for each in sources)), "x")
    names = [name for name, _ in page.contents]
    assert len(set(names)) == len(names)


# ---------------------------------------------------------------- marking and opening


def marking(program: str, workspace: Path) -> Marking:
    return Marking((sys.executable, "-c", program), workspace)


def finished(work: Marking) -> str:
    work.start()
    for thread in threading.enumerate():
        if thread.name.startswith("marking"):
            thread.join(60)
    return work.outcome.state


def test_marking_runs_mark_and_then_award(tmp_path: Path) -> None:
    work = marking("import sys; print('did', sys.argv[1])", tmp_path)
    assert work.outcome.state == "idle"
    assert finished(work) == "done"
    assert work.outcome.said == "did mark\ndid award"


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import sys; print('one refused'); sys.exit(1)", "one refused\none refused"),
        ("import sys; sys.exit('no desk') if 0 else print('x', file=sys.stderr) or exit(2)", "x"),
    ],
)
def test_marking_that_fails_says_why(tmp_path: Path, program: str, said: str) -> None:
    work = marking(program, tmp_path)
    assert finished(work) == "failed"
    assert work.outcome.said == said


def test_a_missing_command_is_told(tmp_path: Path) -> None:
    work = Marking((str(tmp_path / "nothing"),), tmp_path)
    assert finished(work) == "failed"
    assert "could not be run" in work.outcome.said
    with pytest.raises(CourseError, match="could not be run"):
        work.enrol("Sam", "")


def test_a_learners_server_shows_nothing_of_nbgrader_and_asks_nobody() -> None:
    config = server_config(Path("/home/sam/qi-course"), None, "/hub/")
    extensions = config.ServerApp.jpserver_extensions
    assert extensions["course.home"]
    assert extensions["voila.server_extension"]
    assert not any(on for name, on in extensions.items() if "nbgrader" in name)
    assert config.LabApp.news_url is None
    assert config.MappingKernelManager.cull_idle_timeout > 0


def test_opening_prints_the_address_and_takes_the_next_port(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        program = (
            "import sys; from pathlib import Path; from course.home.launch import open_course\n"
            "open_course(Path(sys.argv[1]), port=int(sys.argv[2]), browser=True)"
        )
        environment = {key: val for key, val in os.environ.items() if "DISPLAY" not in key}
        private = {f"JUPYTER_{kind}_DIR": str(tmp_path / kind) for kind in ("CONFIG", "RUNTIME")}
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path / "qi-course"), str(port)],
            env={**environment, **private},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
        try:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(3)]
        finally:
            process.terminate()
            process.communicate(timeout=30)
    found = re.search(r"http://localhost:(\d+)/course/\?token=[0-9a-f]{20,}", lines[0])
    assert found, lines
    assert int(found[1]) != port
    assert str(tmp_path / "qi-course") in lines[1]
