"""What is told about checks of code: the author's words, and nothing that a run gave."""

from __future__ import annotations

import builtins
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder.cell_marks import CellMarks
from autograder.check_feedback import check_feedback, why_not
from course.result import SlotFeedback

SECRET = "hidden-41.5"


def error(kind: str, said: str = SECRET) -> Any:
    return new_output("error", ename=kind, evalue=said, traceback=[f"{kind}: {said}", SECRET])


def about(slot: str, **more: object) -> dict[str, Any]:
    return {"nbgrader": {"grade_id": slot, "grade": False, "solution": False, **more}}


def answer(*outputs: Any, source: str = "wait = 3") -> Any:
    return new_code_cell(source, metadata=about("answer", solution=True), outputs=list(outputs))


def check(source: str, *outputs: Any, slot: str = "check") -> Any:
    metadata = about(slot, grade=True, locked=True)
    return new_code_cell(source, metadata=metadata, outputs=list(outputs))


LITERAL = "assert wait == 41.5, 'Take the median.'"


def test_the_authors_own_words_are_told() -> None:
    assert why_not([check(LITERAL, error("AssertionError", "Take the median."))], 0) == (
        "Take the median."
    )


@pytest.mark.parametrize(
    ("source", "output"),
    [
        ("assert wait == 41.5, f'{wait} is not 41.5'", error("AssertionError", "3 is not 41.5")),
        ("why = 'not 41.5'\nassert wait == 41.5, why", error("AssertionError", "not 41.5")),
        ("assert_equal(wait, 41.5, 'not 41.5')", error("AssertionError", "not 41.5")),
        (LITERAL, error("AssertionError", "Arrays are not equal: 41.5")),
        (LITERAL, error("ValueError", "Take the median.")),
        (LITERAL, error("AssertionError", "Take the median")),
        (LITERAL, new_output("stream", name="stderr", text=SECRET)),
        ("%magic", error("AssertionError", "Take the median.")),
    ],
)
def test_what_is_no_literal_of_an_assert_is_never_told(source: str, output: Any) -> None:
    assert why_not([answer(), check(source, output)], 1) == "This check did not pass."


kinds = st.sampled_from(["AssertionError", "NameError", "LearnerError"]) | st.text(max_size=30)


@given(kind=kinds, said=st.text(max_size=50), own=kinds)
def test_nothing_that_a_run_gave_is_passed_on(kind: str, said: str, own: str) -> None:
    told = why_not([answer(error(own, said)), check(LITERAL, error(kind, said))], 1)
    assert told in {
        why_not([answer(error(name)), check(LITERAL, error("X"))], 1)
        for name in (own, "NoSuchError")
        if name == "NoSuchError" or hasattr(builtins, name)
    }


def test_the_kind_of_the_learners_own_error_is_told_without_its_message() -> None:
    told = why_not([answer(error("NameError")), check(LITERAL, error("NameError"))], 1)
    assert told == (
        "This check did not pass. Your code stopped with a NameError: it uses a name that was not "
        "set."
    )
    told = why_not([answer(error("OverflowError")), check(LITERAL, error("X"))], 1)
    assert told == "This check did not pass. Your code stopped with an OverflowError."


@pytest.mark.parametrize("kind", [SECRET, "print", "__name__", "", "Hidden41"])
def test_only_pythons_own_names_of_errors_are_repeated(kind: str) -> None:
    told = why_not([answer(error(kind)), check(LITERAL, error("X"))], 1)
    assert told == "This check did not pass. Your code stopped with an error."


def test_the_kind_of_error_in_a_check_is_not_told() -> None:
    """A learner's function could choose it by the hidden input that it was given."""
    kinds = ["KeyError", "MemoryError", "NameError", "LearnerError"]
    told = {why_not([answer(), check(LITERAL, error(kind))], 1) for kind in kinds}
    assert told == {"This check did not pass."}


@pytest.mark.parametrize(
    ("kind", "of_the_code", "of_the_check"),
    [
        ("CellTimeoutError", "Your code took too long", "This check took too long"),
        ("DeadKernelError", "Your code ended the program", "This check was stopped"),
        ("NotRun", "Your code was not run", "This check was not run"),
    ],
)
def test_what_was_stopped_is_told_plainly(kind: str, of_the_code: str, of_the_check: str) -> None:
    assert of_the_code in why_not([answer(error(kind)), check(LITERAL, error("NameError"))], 1)
    assert why_not([answer(), check(LITERAL, error(kind))], 1).startswith(of_the_check)
    both = answer(error("KeyboardInterrupt"), error(kind))
    assert of_the_code in why_not([both, check(LITERAL, error("NameError"))], 1)


def test_the_error_is_that_of_the_nearest_answer_and_what_was_added_below_it() -> None:
    added = new_code_cell("1 / 0", outputs=[error("ZeroDivisionError")])
    cells = [answer(error("KeyError")), answer(), added, check("1", error("X")), check("2")]
    cells.append(check(LITERAL, error("X")))
    assert "ZeroDivisionError" in why_not(cells, 5)
    assert "KeyError" in why_not([cells[0], *cells[3:]], 3)
    assert why_not([cells[0], cells[1], cells[3]], 2) == "This check did not pass."


def test_a_function_that_is_still_to_be_written_is_told() -> None:
    stub = answer(
        source="def median(values):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    )
    told = why_not([stub, check(LITERAL, error("NotImplementedError", ""))], 1)
    assert "the line that stands in for your answer is still there" in told


# ------------------------------------------------------------ all of them


def release() -> Any:
    return new_notebook(
        cells=[
            new_markdown_cell("# How long do patients wait?"),
            new_markdown_cell("## 1. The *middle*\n\nText"),
            answer(),
            check("assert wait", slot="a"),
            check("assert wait", slot="b"),
            new_markdown_cell("## 2. A chart"),
            check("assert chart", slot="c"),
            new_markdown_cell("## Mine", metadata=about("words", grade=True, solution=True)),
        ]
    )


def test_each_check_is_told_by_the_heading_above_it_in_the_release() -> None:
    marked = new_notebook(
        cells=[
            new_markdown_cell("## The learner's own heading"),
            answer(),
            check(LITERAL, error("AssertionError", "Take the median."), slot="a"),
            check("2", slot="b"),
            check("assert chart, 'Draw it.'", error("AssertionError", "Draw it."), slot="c"),
            release().cells[-1],
        ]
    )
    marks = {
        "a": CellMarks(0, 2),
        "b": CellMarks(2, 3),
        "c": CellMarks(1, 1),
        "words": CellMarks(3, 4, "Well put."),
    }
    first, second, third, words = check_feedback(marked, marks, release())
    task = "1. The middle"
    assert first == SlotFeedback(
        "a", f"{task} (part 1 of 2)", None, False, task, "Take the median."
    )
    assert second == SlotFeedback("b", f"{task} (part 2 of 2)", None, False, task, "2 of 3 marks.")
    chart = "2. A chart"
    assert third == SlotFeedback("c", f"{chart} (part 1 of 2)", None, True, chart, None)
    assert (words.question, words.right, words.why) == (
        "2. A chart (part 2 of 2)",
        False,
        "3 of 4 marks. Well put.",
    )


def test_a_check_that_is_gone_did_not_pass() -> None:
    told = check_feedback(new_notebook(), {"c": CellMarks(0, 1)}, release())
    assert told == (
        SlotFeedback("c", "2. A chart", None, False, "2. A chart", "This check did not pass."),
    )


def test_a_check_without_a_heading_has_a_number() -> None:
    bare = new_notebook(cells=[check("1", slot="a"), check("2", slot="b")])
    told = check_feedback(bare, {"a": CellMarks(1, 1), "b": CellMarks(1, 1)}, bare)
    assert [each.question for each in told] == ["Task 1", "Task 2"]
