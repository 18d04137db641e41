"""Whatever a learner hands in as a notebook: it is read, or refused in words; nothing else."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest
from hypothesis import strategies as st

from autograder.engine.prepare import prepare
from autograder.engine.score import score
from autograder.engine.submitted import Submission, SubmissionDamaged, read_cells
from tests.autograder.engine.small_notebook import AUTHOR, SNAPSHOT, as_released, notebook, ran
from tests.fuzz.seconds import fuzz

pytestmark = pytest.mark.fuzz

NAMES = [mine.name for mine in AUTHOR.cells]

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
abouts = st.fixed_dictionaries(
    {},
    optional={
        "grade_id": st.sampled_from(NAMES) | plain,
        "grade": plain,
        "solution": st.booleans(),
        "locked": st.booleans(),
        "points": plain,
        "schema_version": plain,
        "checksum": plain,
    },
)
cells = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw"]) | plain,
        "source": st.text() | st.lists(st.text(max_size=5), max_size=3) | plain,
        "id": st.sampled_from([*NAMES, "cell-0", "cell-1"]) | plain,
        "metadata": st.fixed_dictionaries({}, optional={"nbgrader": abouts | plain}) | plain,
        "outputs": plain,
        "attachments": plain,
        "execution_count": plain,
    },
)
good_cells = st.fixed_dictionaries(
    {
        "cell_type": st.sampled_from(["code", "markdown", "raw"]),
        "source": st.text(),
        "metadata": st.fixed_dictionaries({}, optional={"nbgrader": abouts}),
    },
    optional={"id": st.sampled_from([*NAMES, "cell-0", "cell-1", "cell-0-"])},
)
notebooks = st.one_of(
    st.binary(),
    plain.map(json.dumps).map(str.encode),
    st.fixed_dictionaries(
        {}, optional={"nbformat": st.just(4) | plain, "cells": st.lists(cells) | plain}
    )
    .map(json.dumps)
    .map(str.encode),
    st.lists(st.sampled_from(as_released()) | good_cells, max_size=12).map(notebook),
)


def test_any_bytes_are_a_notebook_or_are_refused() -> None:
    def check(data: bytes) -> None:
        try:
            read_cells("paper", data)
        except SubmissionDamaged:
            return

    fuzz(check, notebooks)


def test_bytes_changed_here_and_there_are_a_notebook_or_are_refused() -> None:
    whole = notebook(as_released())

    def check(changes: list[tuple[int, int]]) -> None:
        data = bytearray(whole)
        for place, byte in changes:
            data[place % len(data)] = byte
        try:
            read_cells("paper", bytes(data))
        except SubmissionDamaged:
            return

    fuzz(check, st.lists(st.tuples(st.integers(0), st.integers(0, 255)), max_size=6))


@pytest.mark.parametrize("learner_code", [True, False])
def test_whatever_was_handed_in_the_authors_code_runs_whole_and_in_order(
    learner_code: bool,
) -> None:
    def check(data: bytes) -> None:
        try:
            prepared = prepare(
                SNAPSHOT, Submission("ann", {"paper": data}, {}), learner_code=learner_code
            )
        except SubmissionDamaged:
            return
        assert_sound(prepared, learner_code)

    fuzz(check, notebooks)


def assert_sound(prepared: Any, learner_code: bool) -> None:
    (made,) = prepared.notebooks
    authors = [(cell.role, cell.source) for cell in made.job.cells if cell.role != "learner"]
    assert authors == [(mine.role, mine.source) for mine in AUTHOR.cells if mine.is_run]
    assert learner_code or not made.job.holds_learner_code
    for cell in made.job.cells:
        shown = made.cells[cell.place]
        assert shown.source == cell.source
        assert (cell.role == "learner") == (shown.author is None or not shown.author.is_run)
    named = [cell.author.name for cell in made.cells if cell.author]
    assert len(named) == len(set(named))
    assert {mine.name for mine in AUTHOR.cells if mine.grade} <= {*named}
    assert len({cell.id for cell in made.cells}) == len(made.cells)
    (scored,) = score(prepared, [ran(made)]).notebooks
    content = json.dumps(scored.content, ensure_ascii=False).encode()
    nbformat.validate(nbformat.reads(content.decode(), as_version=4))
    assert {*scored.scores} == {mine.name for mine in AUTHOR.cells if mine.grade}
