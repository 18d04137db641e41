"""What outputs are worth, by nbgrader's own rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import nbformat
import pytest

from autograder.engine.job import CellRun, JobResult, Output
from autograder.engine.prepare import prepare
from autograder.engine.score import MarksUnclear, Scored, score
from tests.autograder.engine.small_notebook import (
    AUTHOR,
    SNAPSHOT,
    as_released,
    cell,
    ran,
    submission,
)

ERROR: Output = {"output_type": "error", "ename": "E", "evalue": "", "traceback": ["x"] * 300}
CHECKED = {"check-1": 2.0, "check-2": 2.0, "check-3": 2.0}


def ended_with(text: str) -> Output:
    return {"output_type": "execute_result", "data": {"text/plain": text}, "metadata": {}}


def printed(text: str, name: str = "stdout") -> Output:
    return {"output_type": "stream", "name": name, "text": text}


def scored(settings: Any = None, *, cells: Any = None, **outputs: list[Output]) -> Scored:
    made = prepare(SNAPSHOT, submission(cells or as_released()), learner_code=True)
    return score(made, [ran(made.notebooks[0], **outputs)], settings)


def test_what_fails_gives_nothing_and_what_passes_gives_all() -> None:
    (found,) = scored(check_1=[ERROR], check_2=[printed("well done")]).notebooks
    assert found.scores == {"check-1": 0.0, "check-2": 2.0, "check-3": 2.0, "words-1": None}


def test_a_warning_of_a_check_gives_nothing_as_in_nbgrader() -> None:
    (found,) = scored(check_1=[printed("careful", "stderr")]).notebooks
    assert found.scores["check-1"] == 0.0


@pytest.mark.parametrize(("text", "points"), [("1.5", 1.5), ("0", 0.0), ("2", 2.0), ("-0.0", 0.0)])
def test_a_check_may_give_a_part(text: str, points: float) -> None:
    (found,) = scored(check_1=[ended_with(text)]).notebooks
    assert found.scores["check-1"] == points


@pytest.mark.parametrize(
    "text", ["2.1", "nan", "inf", "-1", "np.float64(0.0)", "False", "'0.5'", "", "9" * 400]
)
def test_a_part_that_is_no_number_of_points_needs_a_person(text: str) -> None:
    """nbgrader gives full marks for most of these."""
    with pytest.raises(MarksUnclear, match="check-1 ended with"):
        scored(check_1=[ended_with(text)])


def test_an_end_without_text_needs_a_person() -> None:
    with pytest.raises(MarksUnclear):
        scored(check_1=[{"output_type": "execute_result", "data": {}, "metadata": {}}])


def test_what_a_learners_cell_ends_with_is_no_part_of_anything() -> None:
    assert scored(answer_1=[ended_with("nan")]).notebooks[0].scores["check-1"] == 2.0


def test_no_response_is_told_by_the_checksum() -> None:
    from nbformat import from_dict
    from nbgrader.utils import compute_checksum

    author = replace(
        AUTHOR,
        cells=tuple(
            replace(
                mine,
                metadata={
                    "nbgrader": {
                        **mine.metadata["nbgrader"],
                        "checksum": compute_checksum(
                            from_dict(
                                {
                                    "cell_type": mine.kind,
                                    "source": mine.released,
                                    "metadata": mine.metadata,
                                }
                            )
                        ),
                    }
                },
            )
            for mine in AUTHOR.cells
        ),
    )
    cells = as_released()
    cells[1]["source"] = "answer = 1"
    made = prepare(replace(SNAPSHOT, notebooks=(author,)), submission(cells), learner_code=True)
    (found,) = score(made, [ran(made.notebooks[0])]).notebooks
    assert found.comments == {
        "answer-1": None,
        "answer-2": "No response.",
        "words-1": "No response.",
    }
    assert found.scores["words-1"] == 0.0  # nothing that a person need look at


def test_the_notebook_is_a_sound_one_with_counted_cells() -> None:
    (found,) = scored(
        check_1=[ended_with("1")], cells=[cell("plot()"), *as_released(), cell("")]
    ).notebooks
    notebook = nbformat.from_dict(found.content)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    counts = [each.get("execution_count") for each in notebook.cells]
    assert counts == [1, 2, 3, 4, 5, 6, 7, None, None]
    assert notebook.cells[3].outputs[0].execution_count == 4
    assert notebook.metadata.kernelspec.name == "python3"


def test_long_outputs_are_cut_as_in_nbgrader() -> None:
    (found,) = scored(answer_1=[printed("x\n" * 2000)], answer_2=[ERROR]).notebooks
    first, second = (found.content["cells"][place].outputs[0] for place in (1, 3))
    assert first.text.endswith("... Output truncated ...")
    assert first.text.count("\n") == 999
    assert len(second.traceback) == 100


def test_the_desks_own_settings_hold() -> None:
    from traitlets.config import Config

    settings = Config(
        {
            "IgnorePattern": {"enabled": True, "pattern": "FutureWarning"},
            "LimitOutput": {"max_lines": 3},
        }
    )
    (found,) = scored(
        settings,
        check_1=[printed("FutureWarning: x", "stderr")],
        answer_1=[printed("x\n" * 9)],
    ).notebooks
    assert found.scores["check-1"] == 2.0
    assert found.content["cells"][1].outputs[0].text.count("\n") == 2


def test_a_result_of_another_job_is_refused() -> None:
    made = prepare(SNAPSHOT, submission(as_released()), learner_code=True)
    with pytest.raises(ValueError, match="another job"):
        score(made, [JobResult((CellRun(0, ()),), "sandbox")])
    with pytest.raises(ValueError, match="zip"):
        score(made, [])


def test_tasks_have_a_comment_and_no_score_of_the_machines() -> None:
    task = replace(
        AUTHOR.cells[-1],
        name="task-1",
        locked=True,
        grade=False,
        solution=False,
        task=True,
        metadata={"nbgrader": {"grade_id": "task-1", "task": True, "grade": False}},
        comment_row="comment",
    )
    author = replace(AUTHOR, cells=(*AUTHOR.cells, task))
    made = prepare(
        replace(SNAPSHOT, notebooks=(author,)), submission(as_released()), learner_code=True
    )
    (found,) = score(made, [ran(made.notebooks[0])]).notebooks
    assert "task-1" not in found.scores
    assert found.comments["task-1"] is None
