"""This machine's workers: each job fares alone, and stopping is stopping."""

import threading
from concurrent.futures import CancelledError, wait
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.backends.local import (
    MOST_WORKERS,
    WORKER_BYTES,
    LocalBackend,
    Runners,
    workers_for,
)
from autograder.engine.job import Cell, CellRun, Job, JobFailed, JobResult


class FakeRunner:
    """Says back what a job holds; ends when it is closed, as a runner whose process is killed."""

    def __init__(self, began=None):
        self.began = began
        self.ended = threading.Event()
        self.jobs = []

    def run(self, job):
        source = job.cells[0].source
        self.jobs.append(source)
        if source == "a bug":
            raise ZeroDivisionError("by nought")
        if source == "a failure":
            raise JobFailed("The preamble has a fault.")
        if source.startswith("for ever"):
            self.began.set()
            assert self.ended.wait(60)
            if source.endswith("then fail"):
                raise EOFError("its process is gone")
        return said(source)

    def close(self):
        self.ended.set()


def a_job(source, role="check"):
    return Job((Cell(0, role, source),))


def said(source):
    output = {"output_type": "stream", "name": "stdout", "text": source}
    return JobResult((CellRun(0, (output,)),), "nowhere")


class Made(list):
    """Every fake runner that was made."""

    def __init__(self):
        self.began = threading.Event()

    def __call__(self):
        self.append(FakeRunner(self.began))
        return self[-1]

    def runners(self):
        return Runners(self, self)


@pytest.fixture
def made():
    return Made()


# ------------------------------------------------------------ one worker


def test_no_runner_is_made_before_a_job_needs_it_and_then_it_is_kept():
    checks, code = Made(), Made()
    runners = Runners(checks, code)
    assert (len(checks), len(code)) == (0, 0)
    runners.run(a_job("x"))
    runners.run(a_job("y"))
    assert (len(checks), len(code)) == (1, 0)
    runners.run(a_job("z", role="learner"))
    assert (len(checks), len(code)) == (1, 1)
    assert code[0].jobs == ["z"]


def test_a_runner_that_failed_as_foreseen_is_kept(made):
    runners = made.runners()
    with pytest.raises(JobFailed, match="The preamble has a fault"):
        runners.run(a_job("a failure"))
    assert runners.run(a_job("x")) == said("x")
    assert len(made) == 1


def test_a_runner_that_failed_in_a_way_no_one_foresaw_is_ended_and_another_made(made):
    runners = made.runners()
    with pytest.raises(JobFailed, match="ZeroDivisionError: by nought") as failure:
        runners.run(a_job("a bug"))
    assert isinstance(failure.value.__cause__, ZeroDivisionError)
    assert made[0].ended.is_set()
    assert runners.run(a_job("x")) == said("x")
    assert len(made) == 2


def test_closing_ends_every_runner_and_no_other_is_made(made):
    runners = made.runners()
    runners.run(a_job("x"))
    runners.run(a_job("y", role="learner"))
    runners.close()
    assert all(runner.ended.is_set() for runner in made)
    with pytest.raises(JobFailed, match="was stopped"):
        runners.run(a_job("z"))
    assert len(made) == 2


def test_a_runner_that_was_still_starting_when_all_was_closed_is_ended():
    made = Made()

    def slow():
        runners.close()
        return made()

    runners = Runners(slow, slow)
    with pytest.raises(JobFailed, match="was stopped"):
        runners.run(a_job("x"))
    assert made[0].ended.is_set()
    assert made[0].jobs == []


# ------------------------------------------------------------ several


def test_each_job_gets_its_own_result_in_whatever_order_they_end(made):
    with closing(LocalBackend(3, made.runners)) as backend:
        futures = {str(n): backend.submit(a_job(str(n))) for n in range(50)}
        wait(futures.values())
    assert all(future.result() == said(source) for source, future in futures.items())


@given(sources=st.lists(st.sampled_from(["fine", "a bug", "a failure"]), max_size=12))
def test_a_job_that_fails_hurts_no_other(sources):
    with closing(LocalBackend(2, Made().runners)) as backend:
        futures = [backend.submit(a_job(source)) for source in sources]
        errors = [future.exception() for future in futures]
    for source, error in zip(sources, errors, strict=True):
        assert (error is None) == (source == "fine")
        assert error is None or isinstance(error, JobFailed)


def test_as_many_jobs_run_at_once_as_there_are_workers():
    together = threading.Barrier(3)

    class Meeting(FakeRunner):
        def run(self, job):
            together.wait(60)
            return said("met")

    with closing(LocalBackend(3, lambda: Runners(Meeting, Meeting))) as backend:
        assert [backend.submit(a_job("x")) for _ in range(3)][2].result(60) == said("met")


def test_one_job_after_another_starts_one_worker_only(made):
    with closing(LocalBackend(4, made.runners)) as backend:
        for _ in range(6):
            backend.submit(a_job("x")).result()
    assert len(made) == 1


@pytest.mark.parametrize("source", ["for ever", "for ever, then fail"])
def test_closing_ends_what_runs_and_cancels_what_waits(made, source):
    backend = LocalBackend(1, made.runners)
    running, waiting = backend.submit(a_job(source)), backend.submit(a_job("x"))
    assert made.began.wait(60)
    backend.close()
    # Also where its killed process left something that looks like a result.
    with pytest.raises(JobFailed, match="was stopped"):
        running.result()
    with pytest.raises(CancelledError):
        waiting.result()
    assert made[0].jobs == [source]


def test_closing_leaves_no_thread_and_may_be_repeated(made):
    before = threading.active_count()
    backend = LocalBackend(2, made.runners)
    backend.submit(a_job("x")).result()
    assert threading.active_count() > before
    backend.close()
    backend.close()
    assert threading.active_count() == before


# ------------------------------------------------------------ how many


@given(cores=st.integers(1, 512), memory=st.none() | st.integers(0, 2**45))
def test_there_are_workers_for_the_cores_and_the_memory_but_never_none(cores, memory):
    workers = workers_for(cores, memory)
    assert 1 <= workers <= min(cores, MOST_WORKERS)
    if memory is not None:
        assert workers == 1 or workers * WORKER_BYTES <= memory / 2


@pytest.mark.parametrize(
    ("cores", "memory", "expected"),
    [(2, 8 * 1024**3, 2), (16, 64 * 1024**3, 4), (16, 2 * 1024**3, 2), (16, 0, 1), (3, None, 3)],
)
def test_the_number_of_workers_on_common_machines(cores, memory, expected):
    assert workers_for(cores, memory) == expected


def test_this_machine_gets_at_least_one_worker():
    with closing(LocalBackend()) as backend:
        assert 1 <= backend.workers <= MOST_WORKERS
