"""Who knows a lesson already can test out of it, once; everyone sees what they still need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from course.approach import load_approach
from course.diagnostic import Diagnosed, Diagnostic, Question, diagnostic_of
from course.editions.cards import agreement_page
from course.errors import Refused
from course.folders import MODULES
from course.syllabus import load_syllabus
from course.workspace import Workspace
from tests.course_server import (
    LESSON,
    LESSON_CELLS,
    CourseServer,
    post,
    reopened,
    write_notebook,
)

BUILT = [module for module in load_syllabus().modules if module.built]
ASKED = [f"a1-check-{number}" for number in range(1, 5)]


def closing(count: int) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Return the small lesson's cells with so many more questions at its end, all answered by b."""
    more = (
        f'choice("a1-check-{number}", "Is it {number}?", {{"a": "No", "b": "Yes"}}, right="b",\n'
        '       feedback={"a": "It is.", "b": "Yes."})'
        for number in range(2, 2 + count)
    )
    return (*LESSON_CELLS, *(("code", source, ("check",)) for source in more))


@pytest.mark.parametrize("module", BUILT, ids=lambda module: module.id)
def test_every_lesson_closes_with_enough_questions_to_test_out_of_it(module) -> None:
    diagnostic = diagnostic_of(MODULES / str(module.notebook))
    assert diagnostic is not None
    for question in diagnostic.questions:
        assert question.text
        assert question.right in question.options
        assert len(question.options) >= 3
        assert len(set(question.options.values())) == len(question.options)
    # Who takes the option in one place everywhere can't skip the lesson.
    places = Counter([*each.options].index(each.right) for each in diagnostic.questions)
    assert max(places.values()) < diagnostic.needed


def test_four_fifths_must_be_right() -> None:
    for count, needed in ((4, 4), (5, 4), (6, 5), (8, 7), (9, 8)):
        questions = tuple(Question(str(n), "?", {"a": "1", "b": "2"}, "b") for n in range(count))
        diagnostic = Diagnostic(questions)
        assert diagnostic.needed == needed
        assert diagnostic.count_right({"0": "b", "1": "a", "9": "b"}) == (2 if count > 9 else 1)


def test_too_few_questions_make_no_diagnostic(tmp_path: Path) -> None:
    assert diagnostic_of(tmp_path / "none.ipynb") is None
    assert diagnostic_of(write_notebook(tmp_path / "a.ipynb", closing(2))) is None
    found = diagnostic_of(write_notebook(tmp_path / "b.ipynb", closing(3)))
    assert found is not None
    assert [each.id for each in found.questions] == ASKED


def with_diagnostic(lab: Path) -> Workspace:
    write_notebook(lab / "modules" / LESSON, closing(3))
    workspace = reopened(lab)
    workspace.update()
    return workspace


def test_it_is_counted_once_and_kept(lab: Path) -> None:
    workspace, module = with_diagnostic(lab), load_syllabus().module("A1")
    came = workspace.take_diagnostic(module, dict.fromkeys(ASKED, "b"))
    assert came == Diagnosed(4, 4, passed=True)
    assert reopened(lab).diagnosed == {"A1": came}
    assert reopened(lab).finished == {"A1"}
    with pytest.raises(Refused, match="they count once"):
        workspace.take_diagnostic(module, dict.fromkeys(ASKED, "b"))
    assert workspace.record.lesson_done == {}, "it is known, and was not taken"


def test_a_lesson_without_one_cannot_be_skipped(workspace: Workspace) -> None:
    with pytest.raises(Refused, match="Take the lesson"):
        workspace.take_diagnostic(load_syllabus().module("A1"), {})


@pytest.fixture
def closed_by_four(server: CourseServer) -> Iterator[None]:
    """The server's lesson with four questions at its end; other tests find it as it was."""
    lesson = server.workspace.parent / "modules" / LESSON
    write_notebook(lesson, closing(3))
    yield
    write_notebook(lesson, LESSON_CELLS)


@pytest.mark.usefixtures("closed_by_four")
def test_knowing_a_lesson_takes_it_off_what_is_needed(client: httpx.Client) -> None:
    front = post(client, "course/group", group="board").text
    assert '<h2 id="needed-title">What you still need</h2>' not in front, (
        "the board has no lesson here"
    )
    assert "Skip it, if you know it" in front
    page = client.get("course/diagnostic/A1").text
    assert "If 4 of the 4 are right, you can skip its 15 minutes." in page
    assert page.count("<fieldset") == 4
    answers = dict.fromkeys(ASKED, "b")
    missing = post(client, "course/diagnostic/A1", **{ASKED[0]: "b"})
    assert missing.status_code == 400
    assert "Nothing was counted yet." in missing.text
    done = post(client, "course/diagnostic/A1", **answers).text
    assert "You know this already" in done
    assert "4 of 4 right" in done
    front = client.get("course/").text
    assert "You know this already" in front
    assert "1 of 1 lesson done" in front
    assert "Skip it, if you know it" not in front
    assert post(client, "course/diagnostic/A1", **answers).status_code == 409
    assert client.get("course/diagnostic/B1").status_code == 404


@pytest.mark.usefixtures("closed_by_four")
def test_who_does_not_know_it_is_sent_to_the_lesson(client: httpx.Client) -> None:
    done = post(client, "course/diagnostic/A1", **dict.fromkeys(ASKED, "a")).text
    assert "Take this lesson" in done
    assert "0 of 4 right" in done
    front = post(client, "course/group", group="all_staff").text
    assert "Start this lesson" in front
    assert "Skip it, if you know it" not in front


def test_an_agreement_on_time_says_how_much_and_leaves_room_to_sign(client: httpx.Client) -> None:
    assert client.get("course/agreement").url.path.endswith("/course/group")
    post(client, "course/group", group="all_staff")
    page = client.get("course/agreement").text
    whole = 15 + load_syllabus().assessment("all_staff_check").minutes
    assert f"That is {whole} minutes of working time (about half an hour): about 2 sit" in page
    assert page.count("Line manager") == 1


def test_an_agreement_counts_each_dose_and_quotes_the_policy(tmp_path: Path) -> None:
    board = load_syllabus().dose("board")
    page = agreement_page(board, {"All staff": 110, "Board": 156}, load_approach())
    assert '<th scope="row">Board</th><td>156 minutes</td>' in page
    assert "That is 266 minutes of working time (about 4.5 hours): about 9 sittings" in page
    assert "Nothing is left to do" in agreement_page(board, {}, load_approach())
