"""The checks' preamble, and what in an author's code can't work."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.engine.author_code import (
    AuthorCode,
    author_code,
    author_faults,
    code_faults,
    preamble,
)
from course.errors import CourseError
from course.folders import COURSE
from tests.code_check import ASSESSMENT, FIXTURE


def faults(*cells: tuple[str, str, str]) -> list[str]:
    return [str(fault) for fault in code_faults(AuthorCode(*cell) for cell in cells)]  # type: ignore[arg-type]


def test_the_preamble_has_all_imports_and_the_functions_of_locked_cells() -> None:
    code = preamble(author_code(FIXTURE / f"{ASSESSMENT}.ipynb"))
    assert "import pandas as pd" in code
    assert "def read_waits():" in code
    assert "limits" not in code  # an answer
    assert "waits = " not in code
    names: dict[str, object] = {}
    exec(code, names)
    assert {"np", "plt", "Path", "read_waits"} <= names.keys()


def test_what_comes_from_the_future_comes_first_and_nothing_twice() -> None:
    cells = [
        AuthorCode("a", "author", "import math\nclass Ward:\n    beds: int\n%matplotlib inline"),
        AuthorCode("b", "learner", "from __future__ import annotations\nimport math"),
        AuthorCode("c", "check", "def helper(): pass"),
        AuthorCode("d", "author", "this is no Python"),
    ]
    assert preamble(cells) == (
        "from __future__ import annotations\nimport math\nclass Ward:\n    beds: int"
    )


@pytest.mark.parametrize(
    "check",
    [
        "middle = 3\nassert middle",
        "for middle in (1, 2):\n    pass",
        "with open('x') as middle:\n    pass",
        "def middle():\n    pass",
        "class middle:\n    pass",
        "(middle := 4)",
        "middle += 1",
        "del middle",
        "try:\n    pass\nexcept ValueError as middle:\n    pass",
        "match 3:\n    case middle:\n        pass",
        "first, (*middle, last) = 1, (2, 3)",
    ],
)
def test_a_check_that_sets_what_an_answer_sets_is_a_fault(check: str) -> None:
    (fault,) = faults(("task", "learner", "middle = 4"), ("check", "check", check))
    assert fault.startswith("check: sets `middle`, which `task` sets too")


@pytest.mark.parametrize(
    "check",
    [
        "assert middle == 4",
        "assert [middle for middle in (1, 2)]",
        "assert {middle: 1 for middle in (1, 2)}",
        "assert all(middle for middle in (1, 2))",
        "assert (lambda middle: middle)(1)",
        "def see():\n    middle = 3\n    return middle\nsee()",
        "import middle",
        "other = middle",
    ],
)
def test_a_name_that_only_reads_or_is_within_is_none(check: str) -> None:
    assert faults(("task", "learner", "middle = 4"), ("check", "check", check)) == []


def test_a_check_is_plain_python() -> None:
    assert faults(("one", "check", "%matplotlib inline\nassert 1")) == [
        "one: has a notebook command (a line with % or !); write a check in plain Python"
    ]
    assert faults(("one", "check", "assert (")) == [
        "one: is no Python that can be read; mend its syntax"
    ]


def test_a_check_may_not_rely_on_what_a_learner_can_change() -> None:
    setup = ("setup", "author", "import math\nwaits = [3, 4]\ndef read():\n    return [3, 4]")
    task = ("task", "learner", "middle = 3.5")
    (fault,) = faults(setup, task, ("check", "check", "assert middle == sum(waits) / 2"))
    assert fault.startswith("check: reads `waits` from `setup`, where a learner's code")
    (fault,) = faults(setup, task, ("check", "check", "def see():\n    return waits\nsee()"))
    assert "reads `waits`" in fault
    assert faults(setup, task, ("check", "check", "waits = read()\nassert math.fsum(waits)")) == []
    # A check before it has set the name for good.
    own = ("first", "check", "waits = read()")
    assert faults(setup, task, own, ("check", "check", "assert waits")) == []
    # Where no learner's code runs, locked cells run beside the checks.
    assert faults(setup, ("check", "check", "assert waits")) == []


def test_the_courses_own_assessments_have_no_faults() -> None:
    papers = sorted((COURSE / "source").glob("*/*.ipynb"))
    assert papers
    for path in [*papers, FIXTURE / f"{ASSESSMENT}.ipynb"]:
        assert author_faults(path) == (), path


def test_what_is_no_notebook_is_told(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="is not there"):
        author_faults(tmp_path / "none.ipynb")
