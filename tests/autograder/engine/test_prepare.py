"""A submission made ready: the author's notebook, with the learner's text in it and no more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.engine.job import Cell, Limits
from autograder.engine.prepare import Prepared, overlaid, prepare
from autograder.engine.submitted import Submission, SubmissionDamaged
from tests.autograder.engine.small_notebook import (
    AUTHOR,
    SNAPSHOT,
    as_released,
    cell,
    notebook,
    released,
    submission,
)

CODE = ("setup-1", "check-1", "check-2", "check-3")


def prepared(*cells: Any, learner_code: bool = True) -> Prepared:
    return prepare(SNAPSHOT, submission(cells), learner_code=learner_code)


def names(made: Prepared) -> list[str | None]:
    return [each.author.name if each.author else None for each in made.notebooks[0].cells]


def job_of(made: Prepared) -> list[tuple[str, str]]:
    return [(each.role, each.source) for each in made.notebooks[0].job.cells]


def test_an_honest_submission_runs_as_it_stands() -> None:
    mine = cell("more = 1", id="mine")
    cells = as_released()
    cells[1]["source"] = "answer = 1"
    made = prepared(*cells[:2], mine, *cells[2:])
    assert made.notes == ()
    assert made.missing == ()
    job = made.notebooks[0].job
    assert job.cells == (
        Cell(0, "author", "# setup-1, with hidden tests"),
        Cell(1, "learner", "answer = 1"),
        Cell(2, "learner", "more = 1"),
        Cell(3, "check", "# check-1, with hidden tests"),
        Cell(4, "learner", "stub of answer-2"),
        Cell(5, "check", "# check-2, with hidden tests"),
        Cell(6, "check", "# check-3, with hidden tests"),
    )
    assert job.preamble == "import math"
    assert job.files == (("waits.csv", b"the author's"),)
    assert job.limits == Limits()


def test_limits_are_passed_on() -> None:
    limits = Limits(cell_seconds=1)
    made = prepare(SNAPSHOT, submission(as_released()), learner_code=True, limits=limits)
    assert made.notebooks[0].job.limits == limits


def test_in_an_answer_file_assessment_only_the_authors_code_runs() -> None:
    cells = [cell("import os"), *as_released(), cell("os._exit(0)")]
    made = prepared(*cells, learner_code=False)
    assert [role for role, _ in job_of(made)] == ["author", "check", "check", "check"]
    assert not made.notebooks[0].job.holds_learner_code
    assert len(made.notebooks[0].cells) == len(cells)


def test_a_changed_check_is_told_and_the_original_runs() -> None:
    cells = as_released()
    cells[2]["source"] = "assert True"
    made = prepared(*cells)
    assert made.notes == ("check-1 was changed; the original was used",)
    assert ("check", "# check-1, with hidden tests") in job_of(made)
    assert "assert True" not in str(made)


def test_what_an_editor_does_on_its_own_is_no_change() -> None:
    cells = as_released()
    cells[2]["source"] = "# check-1  \r\n"
    assert prepared(*cells).notes == ()


def test_what_a_submission_says_of_a_cell_is_not_believed() -> None:
    cells = as_released()
    for each in cells:
        name = each["metadata"]["nbgrader"]["grade_id"]
        each["metadata"] = {
            "nbgrader": {
                "grade_id": name,
                "grade": True,
                "solution": name == "check-1",
                "locked": name.startswith("answer"),
                "points": 100,
            },
            "tags": ["skip-execution"],
            "deletable": True,
        }
        each["attachments"] = {}
    made = prepared(*cells)
    assert job_of(made) == job_of(prepared(*as_released()))
    assert [each.metadata for each in made.notebooks[0].cells] == [
        mine.metadata for mine in AUTHOR.cells
    ]


def test_a_changed_kind_of_cell_is_put_right() -> None:
    cells = as_released()
    cells[2]["cell_type"] = "markdown"
    cells[6]["cell_type"] = "code"
    cells[6]["source"] = "evil()"
    made = prepared(*cells)
    assert [each.kind for each in made.notebooks[0].cells][2::4] == ["code", "markdown"]
    assert "evil()" not in str(made.notebooks[0].job)


def test_of_two_cells_of_one_name_the_last_has_it() -> None:
    copy = released("answer-1")
    copy["source"] = "second"
    made = prepared(*as_released(), copy)
    assert made.notes == ("answer-1 was there twice; the last one was marked",)
    assert names(made) == [
        "setup-1",
        None,
        *("check-1", "answer-2", "check-2", "check-3", "words-1"),
        "answer-1",
    ]
    first = made.notebooks[0].cells[1]
    assert first.metadata == {}
    assert first.id != "answer-1"


def test_a_copied_check_stops_nothing_and_runs_once_where_it_belongs() -> None:
    made = prepared(*as_released(), released("check-1"))
    assert [source for role, source in job_of(made) if role == "check"] == [
        f"# {name}, with hidden tests" for name in CODE[1:]
    ]
    assert names(made).index("check-1") < names(made).index("check-2")


def test_what_is_missing_is_put_back_in_the_authors_order() -> None:
    made = prepared(released("answer-1"), cell("mine"), released("answer-2"))
    assert names(made) == [
        *("setup-1", "answer-1", "check-1", None, "answer-2", "check-2", "check-3", "words-1")
    ]
    assert made.notes == tuple(
        f"{name} was missing and was put back"
        for name in ("setup-1", "check-1", "check-2", "check-3", "words-1")
    )


def test_an_answers_cell_that_was_deleted_is_left_out_unless_it_has_marks() -> None:
    assert "answer-1" not in names(prepared(*as_released()[:1], *as_released()[2:]))
    assert names(prepared(*as_released()[:-1]))[-1] == "words-1"


def test_code_for_a_persons_marks_that_was_deleted_is_shown_but_does_not_run() -> None:
    """Its stub could undo an answer that stands elsewhere."""
    by_hand = replace(AUTHOR.cells[1], grade=True, points=1.0, grade_row="grade")
    author = replace(AUTHOR, cells=(AUTHOR.cells[0], by_hand, *AUTHOR.cells[2:]))
    made = prepare(
        replace(SNAPSHOT, notebooks=(author,)),
        submission([cell("answer = 1"), *as_released()[2:]]),
        learner_code=True,
    )
    assert "answer-1" in names(made)
    assert ("learner", "stub of answer-1") not in job_of(made)
    assert ("learner", "answer = 1") in job_of(made)


def test_checks_that_were_moved_run_in_their_own_order() -> None:
    """A check that is run before the one that sets a name would get it from the learner."""
    cells = as_released()
    made = prepared(cells[5], *cells[:5], cells[6])
    assert [source for role, source in job_of(made) if role == "check"] == [
        f"# {name}, with hidden tests" for name in CODE[1:]
    ]
    assert made.notes == ("checks or locked cells had been moved; they run in their own order",)


def test_answers_in_another_order_are_checked_after_they_are_given() -> None:
    cells = [released(name) for name in ("answer-2", "check-2", "check-3", "answer-1", "check-1")]
    made = names(prepared(*cells))
    for number in "12":
        assert made.index(f"answer-{number}") < made.index(f"check-{number}")
    assert [name for name in made if name in CODE] == [*CODE]


def test_pictures_in_text_are_left_out_and_told() -> None:
    text = cell("![](attachment:a.png)", "markdown", attachments={"a.png": {"image/png": "x"}})
    made = prepared(*as_released(), text)
    assert made.notes == ("pictures in the text of cell 8 were left out",)


def test_folded_code_stays_folded_and_other_metadata_go() -> None:
    mine = cell("1")
    mine["metadata"] = {"jupyter": {"source_hidden": True, "x": 1}, "tags": ["x"], "slideshow": {}}
    made = prepared(*as_released(), mine)
    assert made.notebooks[0].cells[-1].metadata == {"jupyter": {"source_hidden": True}}


def test_empty_cells_are_not_run() -> None:
    made = prepared(*as_released(), cell(" \n"))
    assert len(made.notebooks[0].job.cells) == 6


def test_a_notebook_that_was_not_handed_in_is_missing() -> None:
    other = replace(AUTHOR, name="other")
    snapshot = replace(SNAPSHOT, notebooks=(AUTHOR, other))
    made = prepare(snapshot, submission(as_released()), learner_code=True)
    assert made.missing == (other,)
    assert made.notes == ("other.ipynb was not handed in",)


def test_a_notebook_of_another_assessment_is_left_out_and_alone_is_refused() -> None:
    found = submission(as_released())
    more = replace(found, notebooks={**found.notebooks, "b": b"", "a": b""})
    made = prepare(SNAPSHOT, more, learner_code=True)
    assert made.notes == (
        "a.ipynb is not part of the assessment, so it was left out",
        "b.ipynb is not part of the assessment, so it was left out",
    )
    with pytest.raises(SubmissionDamaged, match=r"hand in paper\.ipynb"):
        prepare(SNAPSHOT, replace(found, notebooks={"a": notebook([])}), learner_code=True)


def test_what_was_left_out_of_the_folder_is_told_too() -> None:
    found = replace(submission(as_released()), notes=("x is a link, so it was left out",))
    assert prepare(SNAPSHOT, found, learner_code=True).notes == found.notes


def test_the_authors_files_take_the_place_of_the_learners() -> None:
    found = Submission(
        "ann", {"paper": notebook(as_released())}, {"WAITS.csv": b"mine", "own.csv": b"mine"}
    )
    made = prepare(SNAPSHOT, found, learner_code=True)
    assert made.files == (("own.csv", b"mine"), ("waits.csv", b"the author's"))
    assert made.notebooks[0].job.files == made.files


def test_a_file_can_not_be_where_the_author_has_a_folder() -> None:
    authors = [("data/more/beds.csv", b"a"), ("waits.csv", b"a")]
    mine = {"data": b"m", "DATA/more": b"m", "waits.csv/x": b"m", "data/own.csv": b"m"}
    assert dict(overlaid(mine, authors)) == {**dict(authors), "data/own.csv": b"m"}


@given(
    st.lists(
        st.sampled_from([*(mine.name for mine in AUTHOR.cells), "mine"]),
        max_size=12,
    )
)
def test_the_authors_code_runs_whole_once_and_in_order(handed_in: list[str]) -> None:
    made = prepared(*(cell("x") if name == "mine" else released(name) for name in handed_in))
    authors = [source for role, source in job_of(made) if role != "learner"]
    assert authors == [f"# {name}, with hidden tests" for name in CODE]
    assert names(made).count(None) >= handed_in.count("mine")
    assert len({each.id for each in made.notebooks[0].cells}) == len(made.notebooks[0].cells)


@given(st.permutations([mine.name for mine in AUTHOR.cells]))
def test_in_any_order_a_check_runs_after_the_answer_before_it(handed_in: list[str]) -> None:
    cells = [released(name) for name in handed_in]
    made = names(prepared(*cells))
    if [name for name in handed_in if name in CODE] != [*CODE]:
        assert made.index("answer-1") < made.index("check-1")
        assert made.index("answer-2") < made.index("check-2")
