"""What the pages show is worked out without a server: next steps and states."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from course.home.links import Links
from course.home.views import (
    AssessmentState,
    AssessmentView,
    DoseView,
    LessonState,
    LessonView,
    assessment_view,
    front_page,
    next_step,
    notebooks,
)
from course.syllabus import load_syllabus
from course.workspace import Workspace
from qi_tools.answers import AnswerFile
from tests.course_server import (
    ACTIVITIES,
    ASSESSMENT,
    KEY,
    enrol,
    result_file,
)

LINKS = Links("/hub/user/sam/", "")


SYLLABUS = load_syllabus()


PLAN = SYLLABUS.assessment(ASSESSMENT)


def lesson(id: str, state: LessonState) -> LessonView:
    page = f"/page/{id}"
    return LessonView(SYLLABUS.module(id), state, 1, 3, page, f"{page}#on", f"/lab/{id}")


def check(state: AssessmentState) -> AssessmentView:
    return AssessmentView(PLAN, state, (), 1, "", "/page/check", "/lab/check", False)


@pytest.mark.parametrize(
    ("lessons", "checks", "last", "href"),
    [
        ([("A1", "new"), ("A2", "new")], ["ready"], None, "/page/A1#on"),
        ([("A1", "new"), ("A2", "begun")], ["ready"], None, "/page/A2#on"),
        ([("A1", "begun"), ("A2", "begun")], ["ready"], "A2", "/page/A2#on"),
        ([("A1", "done"), ("A2", "new")], ["ready"], "A1", "/page/A2#on"),
        ([("A1", "begun")], ["open"], "A1", "/page/check"),
        ([("A1", "done")], ["ready"], None, f"/hub/user/sam/course/assessment/{ASSESSMENT}"),
        (
            [("A1", "done")],
            ["passed", "ready"],
            None,
            "/hub/user/sam/course/assessment/all_staff_check",
        ),
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
    (needed,) = page.needed  # one dose alone has a lesson that is ready here
    assert needed.lessons == "1 of 1 to take"
    assert needed.minutes == SYLLABUS.module("A1").minutes + PLAN.minutes
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
    unbuilt = assessment_view(workspace, replace(PLAN, built=False), LINKS, noon)
    assert unbuilt.state == "coming"


def test_a_certificate_waits_for_the_doses_below(workspace: Workspace) -> None:
    enrol(workspace.folder, KEY)
    board = SYLLABUS.assessment("board_check")
    workspace.import_result(result_file(KEY, assessment=board.id))
    view = assessment_view(workspace, board, LINKS)
    assert (view.state, view.also_needed) == ("passed", (PLAN,))
    assert not view.needs_the_desk, "the desk has done its part"
    workspace.import_result(result_file(KEY))
    view = assessment_view(workspace, board, LINKS)
    assert view.also_needed == ()
    assert view.needs_the_desk


def test_minutes_left_follow_what_is_left_to_do(workspace: Workspace) -> None:
    workspace.choose_group("all_staff")
    answers = AnswerFile(workspace.folder / "lessons" / "1_all_staff" / "answers.json")
    assert front_page(workspace, SYLLABUS, LINKS).doses[0].minutes_left == 15
    answers.save(ACTIVITIES[0], "more")
    page = front_page(workspace, SYLLABUS, LINKS)
    assert page.doses[0].minutes_left == 8, "half of 15 minutes, rounded up"
    assert page.needed[0].minutes == 8 + PLAN.minutes
    [lesson] = page.doses[0].ready
    assert lesson.words == "In progress: 1 of 2 activities, about 8 minutes left"
    assert lesson.go_on == f"{lesson.page}#at-{ACTIVITIES[1]}"
    assert page.step is not None
    assert page.step.href == lesson.go_on
    answers.save(ACTIVITIES[1], "b")
    done = front_page(workspace, SYLLABUS, LINKS)
    assert done.doses[0].minutes_left == 0
    assert (done.needed[0].lessons, done.needed[0].minutes) == ("All done", PLAN.minutes)


@pytest.mark.parametrize(
    ("states", "words"),
    [
        (["new"], "1 lesson, about 12 minutes in all. Stop when you like: your place is kept."),
        (["begun", "new"], "You have made a start. About 20 minutes left."),
        (["done", "new"], "1 of 2 lessons done. About 12 minutes left."),
        (
            ["done", "done", "new"],
            "2 of 3 lessons done. About 12 minutes left. You are more than half way.",
        ),
        (["done", "done"], "2 of 2 lessons done. Well done!"),
        (["done", "coming"], "1 of 1 lesson done. Well done!"),
    ],
)
def test_a_dose_says_how_far_it_has_come(states: list[LessonState], words: str) -> None:
    lessons = []
    for number, state in enumerate(states, start=1):
        one = lesson(f"A{number}", state)
        answered = {"new": 0, "begun": 1}.get(state, 3)
        lessons.append(replace(one, answered=answered, module=replace(one.module, minutes=12)))
    assert DoseView(SYLLABUS.dose("all_staff"), tuple(lessons)).words == words


def test_tools_and_workshops_have_titles_and_broken_ones_are_left_out(
    workspace: Workspace,
) -> None:
    (workspace.folder / "reference" / "broken.ipynb").write_text("{")
    [tool] = notebooks(workspace, "reference", LINKS)
    assert (tool.title, tool.page) == (
        "Your own data",
        "/hub/user/sam/voila/render/reference/own_data.ipynb",
    )
    assert notebooks(workspace, "workshops", LINKS) == ()
