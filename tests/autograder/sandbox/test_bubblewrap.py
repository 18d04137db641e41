from __future__ import annotations

import os
import platform
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.engine.job import Cell, Job, JobFailed, Limits
from autograder.sandbox import bubblewrap
from autograder.sandbox.bubblewrap import Sandbox, SandboxFailed, SandboxRunner, why_not
from tests.autograder.sandbox.inside import below, first_processes, learner_in, needs_sandbox, said

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such sockets")
HONEST = Job(
    (
        Cell(0, "learner", "def twice(x): return 2 * x"),
        Cell(1, "check", "assert twice(4) == 8"),
        Cell(2, "check", "assert twice(4) == 9"),
    )
)


@pytest.fixture(scope="module")
def runner() -> Iterator[SandboxRunner]:
    """One for all tests that leave it as it was: a sandbox takes a second or two to start."""
    with SandboxRunner() as runner:
        yield runner


# ------------------------------------------------------------ running jobs


def gone(pids: set[int]) -> None:
    """Wait until the kernel has removed all of some processes."""
    deadline = time.monotonic() + 20
    while left := [pid for pid in pids if Path(f"/proc/{pid}").exists()]:
        assert time.monotonic() < deadline, f"{left} are still there"
        time.sleep(0.02)


@needs_sandbox
def test_an_honest_notebook_is_run_and_checked(runner: SandboxRunner) -> None:
    result = runner.run(HONEST)
    assert result.ran_in == "sandbox"
    assert [len(run.outputs) for run in result.runs] == [0, 0, 1]
    assert result.runs[2].outputs[0]["ename"] == "AssertionError"
    assert result.limits_hit == ()
    again = runner.run(HONEST)
    assert again.runs == result.runs


@needs_sandbox
def test_nothing_of_a_job_is_left_for_the_next(runner: SandboxRunner) -> None:
    spy = Job(
        (
            Cell(0, "learner", "import os, builtins; builtins.mine = 1\nopen('f', 'w').write('x')"),
            Cell(1, "check", "import math; math.pi = 3"),
        )
    )
    look = Job(
        (
            Cell(
                0, "learner", "import os, builtins\nfound = hasattr(builtins, 'mine'), os.listdir()"
            ),
            Cell(1, "check", "import math; assert math.pi > 3.1 and found == (False, [])"),
        )
    )
    runner.run(spy)
    assert not any(run.outputs for run in runner.run(look).runs)


@needs_sandbox
def test_an_endless_loop_is_interrupted_and_the_rest_goes_on(runner: SandboxRunner) -> None:
    job = Job(
        (
            Cell(0, "learner", "while True: pass"),
            Cell(1, "learner", "later = 1"),
            Cell(2, "check", "assert later == 1"),
        ),
        limits=Limits(cell_seconds=1),
    )
    result = runner.run(job)
    assert result.limits_hit == ("time",)
    assert result.runs[2].outputs == ()


@needs_sandbox
def test_a_loop_that_ignores_interrupts_is_killed(runner: SandboxRunner) -> None:
    stubborn = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    job = Job((Cell(0, "learner", stubborn), Cell(1, "check", "x")), limits=Limits(cell_seconds=1))
    assert runner.run(job).limits_hit == ("time",)
    assert runner.run(HONEST).limits_hit == ()


@needs_sandbox
@pytest.mark.parametrize(
    "end",
    [
        "import os; os._exit(0)",
        "import ctypes; ctypes.string_at(0)",
        "import os; os.closerange(0, 64)",
        "import os; os.abort()",
    ],
)
def test_a_learner_that_ends_its_process_loses_only_what_follows(
    runner: SandboxRunner, end: str
) -> None:
    job = Job((Cell(0, "learner", "x = 1"), Cell(1, "learner", end), Cell(2, "check", "assert x")))
    assert runner.run(job).limits_hit == ("ended",)
    assert runner.run(HONEST).limits_hit == ()


@needs_sandbox
def test_no_process_of_a_job_is_left_when_it_is_done() -> None:
    code = "import threading, time\nthreading.Thread(target=time.sleep, args=(99,)).start()"
    job = Job((Cell(0, "learner", code),))
    with SandboxRunner() as runner:
        runner.run(job)
        sandbox = runner._sandbox
        assert sandbox is not None
        before = below(sandbox.pid)
        for _ in range(3):
            runner.run(job)
        assert len(below(sandbox.pid)) == len(before)
        pair = first_processes(sandbox)
        assert len(pair) == 2  # the one for the next job
    assert not [pid for pid in pair if Path(f"/proc/{pid}").exists()]
    gone(before)  # bubblewrap's own last process ends a moment later


@needs_sandbox
def test_a_sandbox_that_ended_is_replaced_for_the_next_job() -> None:
    with SandboxRunner() as runner:
        runner.run(HONEST)
        assert runner._sandbox is not None
        os.kill(runner._sandbox.pid, signal.SIGKILL)
        while runner._sandbox.alive:
            time.sleep(0.01)
        assert runner.run(HONEST).runs[1].outputs == ()


@needs_sandbox
def test_a_sandbox_that_ends_under_a_job_gives_no_marks() -> None:
    with SandboxRunner() as runner:
        runner.run(HONEST)
        sandbox = runner._sandbox
        assert sandbox is not None
        timer = threading.Timer(0.5, os.kill, (sandbox.pid, signal.SIGKILL))
        timer.start()
        with pytest.raises(JobFailed):
            runner.run(Job((Cell(0, "learner", "import time; time.sleep(20)"),)))
        timer.join()


@needs_sandbox
def test_closing_a_runner_ends_the_job_that_it_runs() -> None:
    runner = SandboxRunner()
    runner.run(HONEST)
    timer = threading.Timer(0.5, runner.close)
    timer.start()
    with pytest.raises(JobFailed):
        runner.run(Job((Cell(0, "learner", "import time; time.sleep(20)"),)))
    timer.join()
    with pytest.raises(JobFailed, match="closed"):
        runner.run(HONEST)


@needs_sandbox
def test_walls_that_do_not_stand_stop_the_job(runner: SandboxRunner) -> None:
    with pytest.raises(SandboxFailed, match="walls don't stand"):
        runner.run(Job((Cell(0, "learner", "1"),), limits=Limits(disk_bytes=0)))


@needs_sandbox
def test_jobs_with_other_limits_each_get_their_own() -> None:
    sandbox = Sandbox()
    try:
        for files in (40, 50, 50, 40):
            with learner_in(sandbox, Limits(open_files=files)) as learner:
                code = "import resource; print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
                assert said(learner, code) == str(files)
    finally:
        sandbox.close()


@needs_sandbox
def test_however_the_marker_ends_all_ends_with_it() -> None:
    marker = textwrap.dedent(
        """
        import time
        from autograder.engine.job import Limits
        from autograder.sandbox.bubblewrap import Sandbox
        sandbox = Sandbox()
        learner, checker = sandbox.start(Limits())
        learner.send({"n": 1, "do": "run", "limit": 9, "source": "while True: pass"})
        print("runs", flush=True)
        time.sleep(60)
        """
    )
    with subprocess.Popen([sys.executable, "-c", marker], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"runs\n"
        started = below(process.pid)
        assert len(started) >= 5  # bubblewrap twice, the fork server, a learner, a checker
        process.kill()
    gone(started)


@needs_sandbox
def test_a_sandbox_outlives_the_thread_that_made_it() -> None:
    made: list[Sandbox] = []
    thread = threading.Thread(target=lambda: made.append(Sandbox()))
    thread.start()
    thread.join()
    (sandbox,) = made
    try:
        with learner_in(sandbox) as learner:
            assert said(learner, "6 * 7") == "42"
    finally:
        sandbox.close()


# ------------------------------------------------------------ where it can't be


@pytest.fixture
def asked_anew() -> Iterator[None]:
    bubblewrap._tried.cache_clear()
    yield
    bubblewrap._tried.cache_clear()


@pytest.mark.usefixtures("asked_anew")
def test_another_system_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    assert why_not() == "The sandbox needs Linux, and this is Darwin."


@pytest.mark.usefixtures("asked_anew")
@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
def test_a_missing_bubblewrap_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    why = why_not()
    assert why is not None
    assert "sudo apt-get install bubblewrap" in why
    with SandboxRunner() as runner, pytest.raises(SandboxFailed, match="not installed"):
        runner.run(HONEST)


@pytest.mark.usefixtures("asked_anew")
@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
def test_a_bubblewrap_that_fails_is_quoted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As on a system whose kernel refuses namespaces to ordinary users."""
    bwrap = tmp_path / "bwrap"
    bwrap.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    bwrap.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda _: str(bwrap))
    monkeypatch.setattr(bubblewrap, "make_group", lambda *_: None)
    why = why_not()
    assert why is not None
    assert "bwrap: setting up uid map: Permission denied" in why


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("kernel/apparmor_restrict_unprivileged_userns", "1\n", "userns=0"),
        ("kernel/unprivileged_userns_clone", "0\n", "userns_clone=1"),
        ("user/max_user_namespaces", "0\n", "max_user_namespaces=15000"),
        ("user/max_user_namespaces", "96365\n", "administrator whether"),
    ],
)
def test_the_advice_names_the_setting_that_refuses(
    tmp_path: Path, name: str, value: str, words: str
) -> None:
    (tmp_path / name).parent.mkdir()
    (tmp_path / name).write_text(value)
    assert words in bubblewrap._advice(tmp_path)
