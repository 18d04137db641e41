"""Whole jobs in real processes; what nothing but a real process can do to us."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.engine.job import JobFailed, JobResult, Limits
from autograder.sandbox import conductor, practice
from autograder.sandbox.practice import ChecksRunner, PipeEnd, PracticeRunner
from qi_tools.answers import AnswerFile
from tests.autograder.sandbox.ends import error, job, text
from tests.small_desk import RIGHT, small_bank

# Long enough for a busy machine to begin a cell, so that what is stopped is what runs in it.
SHORT = Limits(cell_seconds=3, job_seconds=60)


@pytest.fixture(scope="module")
def runner() -> Iterator[PracticeRunner]:
    with PracticeRunner() as runner:
        yield runner


def errors(result: JobResult) -> list[str | None]:
    return [error(run.outputs) for run in result.runs]


def test_an_honest_notebook_gets_its_marks(runner: PracticeRunner) -> None:
    result = runner.run(
        job(
            (
                "author",
                "import pandas as pd\nimport matplotlib.pyplot as plt\n"
                "waits = pd.read_csv('waits.csv')",
            ),
            (
                "learner",
                "median_wait = waits.days.median()\n"
                "def limit(values):\n"
                "    if not len(values): raise ValueError('no values')\n"
                "    return sum(values) / len(values)\n"
                "fig, ax = plt.subplots()\n"
                "ax.plot(waits.days, label='Wait')\nax.set_title('Waits')\nwaits",
            ),
            ("check", "assert median_wait == 3"),
            (
                "check",
                "assert limit([1, 2]) == 1.5\n"
                "try:\n    limit([])\nexcept ValueError:\n    pass\nelse:\n    assert False",
            ),
            (
                "check",
                "assert ax.get_title() == 'Waits'\n[int(each) for each in ax.lines[0].get_ydata()]",
            ),
            ("check", "pd.testing.assert_frame_equal(waits, pd.read_csv('waits.csv'))\n0.5"),
            preamble="import pandas as pd",
            waits__csv=b"days\n2\n3\n7\n",
        )
    )
    assert errors(result) == [None] * 6
    kinds = [each["output_type"] for each in result.runs[1].outputs]
    assert kinds == ["execute_result", "display_data"]
    assert [text(run.outputs) for run in result.runs[2:]] == ["", "", "[2, 3, 7]", "0.5"]
    assert (result.ran_in, result.limits_hit) == ("practice", ())


def test_a_learner_that_ends_its_process_loses_only_what_follows(runner: PracticeRunner) -> None:
    result = runner.run(
        job(
            ("learner", "x = 3"),
            ("check", "assert x == 3"),
            ("learner", "import os\nprint('last words')\nos._exit(0)"),
            ("check", "assert x == 3"),
            ("learner", "x = 3"),
            ("check", "assert 1 + 1 == 2"),
        )
    )
    found = errors(result)
    assert found[:2] == [None, None]
    assert (found[2] or "").startswith("DeadKernelError: ")
    assert found[3] == "NameError: x can't be checked: the code ended or disturbed its own process"
    assert (found[4] or "").startswith("NotRun: ")
    assert found[5] is None
    assert result.limits_hit == ("ended",)


def test_an_endless_loop_is_stopped_and_the_next_cell_runs(
    runner: PracticeRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conductor, "GRACE", 60.0)
    cells = (("learner", "x = 3\nwhile True: pass"), ("learner", "y = x"), ("check", "y"))
    result = runner.run(job(*cells, limits=SHORT))
    (late,) = result.runs[0].outputs
    assert late["ename"] == "CellTimeoutError"
    assert "while True: pass" in late["traceback"][0]
    assert errors(result)[1:] == [None, None]
    assert result.limits_hit == ("time",)


def test_a_loop_that_will_not_stop_is_ended(runner: PracticeRunner) -> None:
    loop = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    result = runner.run(job(("learner", loop), ("check", "1"), ("check", "x"), limits=SHORT))
    found = errors(result)
    assert (found[0] or "").startswith("CellTimeoutError: ")
    assert found[1] is None
    assert (found[2] or "").startswith("NameError: x can't be checked")


def test_a_called_function_that_never_ends_fails_its_check_alone(
    runner: PracticeRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conductor, "GRACE", 60.0)
    loop = "def f():\n    while True: pass\ndef g(): return 3"
    catching = "try:\n    f()\nexcept Exception:\n    pass"
    result = runner.run(
        job(("learner", loop), ("check", catching), ("check", "assert g() == 3"), limits=SHORT)
    )
    found = errors(result)
    assert (found[1] or "").startswith("LearnerStopped: ")
    assert found[2] is None


@pytest.mark.attack
@pytest.mark.parametrize(
    "attack",
    [
        # Names that checks rely on.
        "len = print = sum = lambda *a, **k: 3\nexpected = 4\nAssertionError = ValueError\n"
        "def assert_equal(*a): pass\n"
        "import builtins\nbuiltins.AssertionError = ValueError\nbuiltins.len = lambda x: 4",
        # What equals everything.
        "class All(float):\n"
        "    __eq__ = lambda *a: True\n    __hash__ = None\n    __call__ = lambda *a: All()\n"
        "answer = All()\ndef double(x): return All()",
        "class All:\n"
        "    __eq__ = lambda *a: True\n    __bool__ = lambda a: True\n    __hash__ = None\n"
        "answer = All()\ndouble = All",
        # Answers in place of ours.
        "import autograder.sandbox.learner as us\n"
        "us.encode = lambda *a: 4\n"
        "us._Learner._names = lambda *a: {'values': {'answer': 4, 'assert_equal': 3}}\n"
        "us._Learner._call = lambda *a: {'value': ['object', 1]}",
        "import os\nfor fd in range(3, 64):\n"
        '    try: os.write(fd, b\'\\0\\0\\0\\x20\' + b\'{"n": 3, "values": {"answer": 4}}\')\n'
        "    except OSError: pass",
        "import os, threading\nos.closerange(3, 64)",
        "import sys, os\nfor fd in range(3, 64):\n"
        "    try: os.write(fd, b'\\xff' * 100_000)\n"
        "    except OSError: pass",
        # Frames of whoever calls.
        "import sys\n"
        "class Odd:\n    def __getattr__(self, name):\n"
        "        sys._getframe(1).f_globals['ok'] = 1\n        return 4\n"
        "answer = Odd()\ndouble = Odd()",
        "raise AssertionError",
    ],
)
def test_nothing_that_a_learner_says_gives_it_a_mark(runner: PracticeRunner, attack: str) -> None:
    result = runner.run(
        job(
            ("learner", attack),
            ("check", "expected = 5\nassert_equal(answer, expected)"),
            ("check", "assert double(4) == 8"),
            ("check", "assert len([1]) == 1 and expected == 5\n0.25"),
            preamble="def assert_equal(a, b):\n    if a != b:\n        raise AssertionError('no')",
        )
    )
    found = errors(result)
    assert None not in found[1:3]
    assert text(result.runs[3].outputs) == "0.25"


def test_no_process_of_a_learners_outlives_its_job(runner: PracticeRunner, tmp_path: Path) -> None:
    mark = tmp_path / "alive"
    child = f"import time; time.sleep(2); open({str(mark)!r}, 'w')"
    start = f"import subprocess, sys\np = subprocess.Popen([sys.executable, '-c', {child!r}])"
    assert errors(runner.run(job(("learner", start)))) == [None]
    time.sleep(3)
    assert not mark.exists()


def test_an_answer_file_job_reads_its_paper() -> None:
    card = (
        b'{"schema": 1, "pseudonym": "0123456789abcdef", "assessment": "all_staff_check",'
        b' "version": "1", "attempt": 1}'
    )
    bank = small_bank().encode()
    cells = (
        ("author", "from course.paper import open_paper\n\npaper = open_paper()"),
        ("author", 'paper.ask("q10")'),
        ("check", f'given = paper.answer("q10")\nassert given.choice == {RIGHT!r}, "It is b."'),
        ("check", 'assert given.item.startswith("a1-q10-")'),
    )
    files = {"attempt__json": card, "bank__toml": bank}
    with ChecksRunner() as checks:
        wrong = checks.run(job(*cells, **files))
        answers = {f"a1-q10-{letter}": RIGHT for letter in "abc"}
        right = checks.run(job(*cells, **files, answers__json=_answers(answers)))
    assert errors(wrong) == [None, None, "AssertionError: It is b.", None]
    assert errors(right) == [None] * 4
    assert right.ran_in == "nowhere"


def _answers(answers: dict[str, str]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.json"
        for question, choice in answers.items():
            AnswerFile(path).save(question, choice)
        return path.read_bytes()


def test_one_checker_serves_many_jobs_until_one_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    which = ("check", "import os\nos.getpid()")
    with ChecksRunner() as checks:
        first, second = (text(checks.run(job(which)).runs[0].outputs) for _ in range(2))
        assert first == second
        with pytest.raises(JobFailed, match="the check in place 0"):
            checks.run(job(("check", "import os\nos._exit(0)")))
        third = text(checks.run(job(which)).runs[0].outputs)
        with pytest.raises(JobFailed, match="more than 3 seconds"):
            checks.run(job(("check", "while True: pass"), limits=SHORT))
        monkeypatch.setattr(practice, "MOST_JOBS", 1)
        fourth, fifth = (text(checks.run(job(which)).runs[0].outputs) for _ in range(2))
        assert len({first, third, fourth, fifth}) == 4


def test_learners_code_is_not_run_where_checks_are() -> None:
    with ChecksRunner() as checks, pytest.raises(JobFailed, match="learner's code"):
        checks.run(job(("learner", "1")))


def test_a_file_that_would_lie_elsewhere_is_not_written(tmp_path: Path) -> None:
    with ChecksRunner() as checks, pytest.raises(JobFailed):
        checks.run(job(("check", "1"), **{str(tmp_path / "x"): b"1"}))
    assert not (tmp_path / "x").exists()


def test_nothing_of_the_markers_environment_reaches_a_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    end = PipeEnd("checker")
    try:
        check = "import os\nassert 'SECRET_TOKEN' not in os.environ"
        assert errors(conductor.conduct(job(("check", check)), None, end)) == [None]
    finally:
        end.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="process groups are POSIX's")
def test_a_killed_end_is_gone_with_its_folder() -> None:
    end = PipeEnd("learner")
    pid, folder = end._process.pid, Path(end._folder.name)
    end.kill()
    end.kill()
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(Exception, match="closed"):
        end.receive(1)
