"""A real checker process, which serves job after job, and learners that only are said to be."""

from __future__ import annotations

import math
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
import pytest

from autograder.engine.job import Output
from autograder.sandbox.conductor import conduct
from autograder.sandbox.practice import PipeEnd
from autograder.sandbox.proxies import LearnerError, error_of
from tests.autograder.sandbox.ends import HonestLearner, ScriptedEnd, error, job, text


@pytest.fixture(scope="module")
def checker() -> Iterator[PipeEnd]:
    end = PipeEnd("checker")
    yield end
    end.kill()


class Checks:
    """Runs checks of one learner's names, and returns what each of them put out."""

    def __init__(self, checker: PipeEnd) -> None:
        self._checker = checker

    def all(
        self, *checks: str, preamble: str = "", learner: ScriptedEnd | None = None, **names: object
    ) -> list[tuple[Output, ...]]:
        cells = (("learner", ""), *(("check", check) for check in checks))
        learner = learner or HonestLearner(**names)
        result = conduct(job(*cells, preamble=preamble), learner, self._checker)
        return [run.outputs for run in result.runs[1:]]

    def error(self, check: str, preamble: str = "", **names: object) -> str | None:
        (outputs,) = self.all(check, preamble=preamble, **names)
        return error(outputs)


@pytest.fixture
def checks(checker: PipeEnd) -> Checks:
    return Checks(checker)


def test_a_check_reads_what_the_learner_set(checks: Checks) -> None:
    assert checks.all("assert waits == [3, 4]", waits=[3, 4]) == [()]
    assert checks.error("assert waits == 4, 'Count again.'", waits=3) == (
        "AssertionError: Count again."
    )


def test_a_name_that_the_learner_has_not_set_is_a_name_error(checks: Checks) -> None:
    assert checks.error("waits") == "NameError: name 'waits' is not defined"


def test_a_name_that_cant_be_checked_says_why(checks: Checks) -> None:
    assert (checks.error("math.pi", math=math) or "").startswith("NameError: math can't be checked")


def test_an_error_shows_the_lines_of_the_check_alone(checks: Checks) -> None:
    check = "def must(x):\n    assert x > 3, 'More than 3.'\n\nmust(1)"
    (outputs,) = checks.all(check, preamble="import math\nbase = 1")
    assert outputs[0]["traceback"] == [
        "line 4: must(1)\nline 2: assert x > 3, 'More than 3.'\nAssertionError: More than 3."
    ]


@pytest.mark.parametrize(
    ("last", "shown"),
    [
        ("0.5", "0.5"),
        ("np.float64(0.5)", "0.5"),
        ("np.int64(2)", "2"),
        ("f(3)", "6"),
        ("None", ""),
        ("score = 1", ""),
    ],
)
def test_the_value_of_the_last_line_is_a_result(checks: Checks, last: str, shown: str) -> None:
    preamble = "import numpy as np"
    (outputs,) = checks.all(f"x = 1\n{last}", preamble=preamble, f=lambda x: 2 * x)
    assert text(outputs) == shown
    assert [each["output_type"] for each in outputs] == (["execute_result"] if shown else [])


def test_warnings_and_prints_of_a_check_cost_no_mark(checks: Checks) -> None:
    check = "import sys, warnings\nwarnings.warn('old')\nprint('x')\nsys.stderr.write('y')\nx = 1"
    assert checks.all(check) == [()]


def test_names_that_checks_set_stay_and_no_learner_can_replace_them(checks: Checks) -> None:
    outputs = checks.all(
        "expected = 3",
        "assert expected == 3\nassert right(2) == 4",
        "expected += 1\nassert expected == 4",
        preamble="def right(x):\n    return 2 * x",
        expected=7,
        right=lambda x: 0,
    )
    assert outputs == [(), (), ()]


def test_no_learner_can_replace_a_builtin(checks: Checks) -> None:
    check = "assert len([1]) == 1\ntry:\n    assert False\nexcept AssertionError:\n    pass"
    always = {"len": lambda x: 99, "AssertionError": ValueError, "__builtins__": {}}
    assert checks.error(check, **always) is None


def test_what_the_learner_sets_anew_is_read_anew(checks: Checks) -> None:
    class Counting(HonestLearner):
        def send(self, message):  # type: ignore[no-untyped-def]
            if message["do"] == "names":
                self.names["x"] += 1
            super().send(message)

    outputs = checks.all(
        "assert x == 1", "assert x == 2\nx = 10", "assert x == 10", learner=Counting(x=0)
    )
    assert outputs == [(), (), ()]


def test_a_function_of_an_earlier_check_reads_the_learners_names_of_now(checks: Checks) -> None:
    outputs = checks.all(
        "def total():\n    return sum(waits) + base()",
        "assert total() == 10",
        preamble="def base():\n    return least",
        waits=[3, 4],
        least=3,
    )
    assert outputs == [(), ()]


def test_functions_run_with_the_learner_and_give_plain_values(checks: Checks) -> None:
    def halves(frame: pd.DataFrame, by: int = 2, *, name: str = "half") -> pd.DataFrame:
        return (frame / by).rename(columns={"a": name})

    check = (
        "import pandas as pd\n"
        "given = pd.DataFrame({'a': [2.0, 4.0]})\n"
        "want = pd.DataFrame({'half': [1.0, 2.0]})\n"
        "pd.testing.assert_frame_equal(halves(given), want)\n"
        "assert halves.__name__ == 'halves' and callable(halves)\n"
        "assert list(map(double, [1, 2])) == [2, 4]"
    )
    assert checks.error(check, halves=halves, double=lambda x: 2 * x) is None


@dataclass
class Ward:
    """A learner's own class."""

    beds: int
    _secret: int = 4

    def free(self, taken: int) -> int:
        if taken > self.beds:
            raise ValueError("more than there are")
        return self.beds - taken

    def other(self) -> Ward:
        return Ward(self.beds + 1)


def test_objects_are_read_by_attribute_and_method(checks: Checks) -> None:
    check = (
        "ward = Ward(20)\n"
        "assert ward.beds == 20 and ward.free(3) == 17 and ward.other().beds == 21\n"
        "assert both(ward) == 20\n"
        "try:\n    ward.free(21)\nexcept ValueError as e:\n    assert 'more' in str(e)\n"
        "else:\n    assert False\n"
        "assert not hasattr(ward, 'doors')"
    )
    assert checks.error(check, Ward=Ward, both=lambda ward: ward.beds) is None


@pytest.mark.parametrize(
    ("check", "problem"),
    [
        ("ward._secret", "AttributeError"),
        ("ward.__class__.__init__.x", "AttributeError"),
        ("len(ward)", "TypeError"),
        ("ward[0]", "TypeError"),
        ("ward + 1", "TypeError"),
        ("float(ward)", "TypeError"),
        ("import copy; copy.copy(ward)", "TypeError: what a learner made"),
        ("import pickle; pickle.dumps(f)", "TypeError: what a learner made"),
        ("f(lambda: 1)", "ValueRefused"),
        ("import numpy; numpy.testing.assert_allclose(ward, 3)", "TypeError"),
        ("import numpy; numpy.testing.assert_equal(ward, 3)", "AssertionError"),
        ("import pandas as pd; pd.testing.assert_series_equal(ward, pd.Series([1]))", "Attribute"),
        ("import math; assert math.isclose(ward, 3)", "TypeError"),
        ("assert ward == 3", "AssertionError"),
        ("assert 3 == ward", "AssertionError"),
        ("assert ward in [1, 2]", "AssertionError"),
        ("assert f == len", "AssertionError"),
        ("from decimal import Decimal; assert Decimal(3) == ward", "AssertionError"),
        ("import datetime; assert datetime.date(2026, 1, 1) == ward", "AssertionError"),
    ],
)
def test_an_object_passes_for_nothing_else(checks: Checks, check: str, problem: str) -> None:
    class Equal:
        beds = 3
        _secret = 4

        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None  # type: ignore[assignment]

    assert (checks.error(check, ward=Equal(), f=lambda x: x) or "").startswith(problem)


def test_a_number_that_says_it_equals_everything_crosses_as_what_it_is(checks: Checks) -> None:
    class Equal(float):
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = float.__hash__

    assert checks.error("assert x == 4", x=Equal(3)) == "AssertionError: "
    assert checks.error("assert f(1) == 4", f=lambda x: Equal(3)) == "AssertionError: "


@pytest.mark.parametrize(
    ("raised", "caught"),
    [
        (["ValueError", "Exception"], ValueError),
        (["JSONDecodeError", "ValueError", "Exception"], ValueError),
        (["UnicodeDecodeError", "UnicodeError", "ValueError", "Exception"], UnicodeError),
        (["KeyError", "LookupError", "Exception"], KeyError),
        (["FileNotFoundError", "OSError", "Exception"], FileNotFoundError),
        (["RecursionError", "RuntimeError", "Exception"], RecursionError),
        (["Exception", "BaseException", "object"], LearnerError),
        (["AssertionError", "Exception"], LearnerError),
        (["SystemExit", "BaseException"], LearnerError),
        (["KeyboardInterrupt", "BaseException"], LearnerError),
        (["GeneratorExit", "BaseException"], LearnerError),
        (["ExceptionGroup", "BaseExceptionGroup", "Exception"], LearnerError),
        (["UserWarning", "Warning", "Exception"], LearnerError),
        (["print", "__import__"], LearnerError),
        ([3, None], LearnerError),
        ([], LearnerError),
    ],
)
def test_a_learners_error_becomes_one_of_a_known_class(
    raised: list[object], caught: type[Exception]
) -> None:
    error = error_of([raised, "the message"])
    assert type(error) is caught
    assert "the message" in str(error)


def test_a_function_that_never_ends_passes_no_check_that_accepts_errors(checks: Checks) -> None:
    def answer(message: dict[str, object]) -> dict[str, object] | str:
        match message:
            case {"do": "call"}:
                return "silent"
            case {"do": "names"}:
                return {"values": {"f": f}, "refused": {}}
        return {}

    f = HonestLearner(f=len)._told({"do": "names", "names": ["f"]})["values"]["f"]
    for clause in ("except Exception:\n    assert False", "except:\n    pass"):
        learner = ScriptedEnd(answer)
        check = f"try:\n    f()\n{clause}"
        (outputs,) = checks.all(check, learner=learner)
        assert (error(outputs) or "").startswith("LearnerStopped: ")
        learner.killed = 0


@pytest.mark.parametrize(
    ("check", "problem"),
    [
        ("def (", "SyntaxError"),
        ("raise SystemExit(0)", "SystemExit"),
        ("import sys; sys.exit()", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("import os; os.abcdef", "AttributeError"),
        ("1/0", "ZeroDivisionError"),
    ],
)
def test_a_check_that_fails_by_itself_says_how(checks: Checks, check: str, problem: str) -> None:
    assert (checks.error(check) or "").startswith(problem)
    assert checks.error("assert True") is None


def test_check_code_is_compiled_as_a_notebook_would(checks: Checks) -> None:
    assert checks.error("def f(x: int): pass\nassert f.__annotations__ == {'x': int}") is None
    check = (
        "from dataclasses import dataclass\n@dataclass\nclass A:\n    x: 'int'\nassert A(1).x == 1"
    )
    assert checks.error(check) is None


@pytest.mark.parametrize("started", ["as it is", "with its folder on the import path"])
def test_a_learners_file_is_never_imported_by_the_checker(
    checker: PipeEnd, monkeypatch: pytest.MonkeyPatch, started: str
) -> None:
    if started != "as it is":
        script = (
            "import sys; sys.path.insert(0, '')\n"
            "from autograder.sandbox.practice import _main; _main('checker')"
        )
        start = subprocess.Popen
        monkeypatch.setattr(
            subprocess, "Popen", lambda command, **how: start([command[0], "-c", script], **how)
        )
        checker = PipeEnd("checker")
    spy = b"raise SystemExit('ran')"
    files = {"helpers__py": spy, "statistics__py": spy, "matplotlibrc": b"axes.titlesize: 99"}
    check = (
        "import statistics\nassert statistics.median([1, 2, 3]) == 2\n"
        "import matplotlib\nassert matplotlib.rcParams['axes.titlesize'] == 'large'\n"
        "try:\n    import helpers\nexcept ImportError:\n    pass\nelse:\n    assert False\n"
        "assert open('helpers.py').read()"
    )
    result = conduct(job(("check", check), **files), None, checker)
    if started != "as it is":
        checker.kill()
    assert result.runs[0].outputs == ()


def test_nothing_is_left_for_the_next_submission(checker: PipeEnd) -> None:
    first = job(
        ("author", "paper = 3\nopen('left.txt', 'w').write('x')"),
        ("check", "assert paper == 3\ngiven = 4"),
        a__csv=b"1",
    )
    second = job(
        (
            "check",
            "import os\nassert os.listdir() == ['b.csv'], os.listdir()\n"
            "assert len(os.listdir('..')) == 1, os.listdir('..')",
        ),
        ("check", "paper"),
        ("check", "given"),
        b__csv=b"2",
    )
    assert [run.outputs for run in conduct(first, None, checker).runs] == [(), ()]
    runs = conduct(second, None, checker).runs
    assert [error(run.outputs) for run in runs] == [
        None,
        "NameError: name 'paper' is not defined",
        "NameError: name 'given' is not defined",
    ]


def test_an_authors_cell_that_only_shows_something_is_not_run(checker: PipeEnd) -> None:
    cells = (("author", "x = []"), ("author", "x.append(1)"), ("check", "assert x == []"))
    runs = conduct(job(*cells), None, checker).runs
    assert [run.outputs for run in runs] == [(), (), ()]


def test_an_authors_cell_that_fails_says_how(checker: PipeEnd) -> None:
    (run,) = conduct(job(("author", "x = 1/0")), None, checker).runs
    assert error(run.outputs) == "ZeroDivisionError: division by zero"
