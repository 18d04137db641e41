"""What the pages show is worked out without a server: next steps and states."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from course.home.links import Links
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
    KEY,
    enrol,
    result_file,
)

LINKS = Links("/hub/user/sam/", "")


SYLLABUS = load_syllabus()


PLAN = SYLLABUS.assessment(ASSESSMENT)


def lesson(id: str, state: LessonState) -> LessonView:
    return LessonView(SYLLABUS.module(id), state, 1, 3, f"/page/{id}", f"/lab/{id}")


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
