"""A lesson run without a browser, as tests and nbgrader run it."""

from __future__ import annotations

from pathlib import Path

import nbclient
import nbformat
import pytest

from qi_tools.answers import AnswerFile

PARTS = """
import warnings
warnings.simplefilter("error")
from qi_tools.teaching import *
display(choice("t-a", "Which?", {"a": "A", "b": "B"}))
display(choice("t-b", "Which?", {"a": "A", "b": "B"}, right="a", feedback={"a": "1", "b": "2"}))
display(predict("t-c", "Which?", {"a": "A", "b": "B"}, then=lambda made: f"HAPPENED {made}"))
display(predict_number("t-d", "How many?", low=0, high=9, unit="", then=lambda _: show_html("x")))
display(written("t-e", "What?"))
display(stepper("Story", [Frame("<p>1</p>", "One.")]))
display(show_html("<p>x</p>"))
display(match("t-f", "Which?", {"a": "A", "b": "B"}, {"1": "One", "2": "Two"}))
display(build("t-g", "Build.", {"a": ("A", {"1": "x", "2": "y"}), "b": ("B", {"1": "x", "2": "y"})},
              right={"a": "1", "b": "2"}, feedback=dict.fromkeys("ab", {"1": "x", "2": "y"}),
              done="Done.", sentence="{a} {b}"))
display(scene("t-h", "Find.", '<svg viewBox="0 0 4 3"></svg>',
              {"a": Spot(20, 20, "A", "a"), "b": Spot(60, 60, "B", "b")}))
display(several("t-i", "Which?", {"a": "A", "b": "B"}))
display(order("t-j", "Which?", {"a": "A", "b": "B", "c": "C"}, right=["a", "b", "c"],
              feedback=dict.fromkeys(["a", "b", "c", "right"], "x")))
display(number("t-k", "How many?", right=1, tolerance=0, unit="", low=0, high=9, step=1,
               feedback=dict.fromkeys(["right", "low", "high"], "x")))
display(checklist("t-l", "Write.", {"a": "A", "b": "B"}, model="x"))
from qi_tools import Measure, run_chart
display(read_chart("t-m", run_chart(Measure.from_columns(list(range(20)), name="W"))))
display(reveal("A hint", "x"))
display(timer("Time", 5))
display(poll("t-n", "Which?", {"a": "A", "b": "B"}))
display(branching("t-o", "Story", "a", {"a": Moment("A", {"go": Choice("Go", "b", "x")}),
                                        "b": Moment("B", lesson="x")}))
display(measure_tree("t-p", "Where?", {"a": "A", "b": "B"}, aims={"c": "C"},
                     right={"a": Place("outcome", "c"), "b": Place("process", "a")},
                     feedback=dict.fromkeys(["a", "b", "right"], "x")))
"""


@pytest.mark.parametrize("is_answered", [False, True])
def test_showing_every_part_writes_nothing_and_says_nothing(
    tmp_path: Path, is_answered: bool
) -> None:
    if is_answered:
        AnswerFile(tmp_path / "answers.json").save("t-c", "b")
    before = sorted(tmp_path.iterdir())
    cells = [nbformat.v4.new_code_cell(PARTS)]  # type: ignore[no-untyped-call]
    notebook = nbformat.v4.new_notebook(cells=cells)  # type: ignore[no-untyped-call]
    nbclient.NotebookClient(notebook, resources={"metadata": {"path": tmp_path}}).execute()
    kinds = [output["output_type"] for output in notebook.cells[0].outputs]
    assert kinds == ["display_data"] * 20
    assert sorted(tmp_path.iterdir()) == before
    state = str(notebook.metadata.get("widgets"))
    assert ("HAPPENED b" in state) is is_answered
