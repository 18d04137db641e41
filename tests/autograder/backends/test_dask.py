"""A real Dask cluster: the same results as here, whatever happens to its workers."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import distributed
import pytest
from dask import config as dask_config
from distributed.scheduler import KilledWorker

from autograder.backends import dask
from autograder.backends.dask import DaskBackend, loaded_versions, run_job
from autograder.backends.local import LocalBackend, Runners
from autograder.engine.job import Cell, CellRun, Job, JobFailed, JobResult

# Real processes and seconds of waiting: not for the quick run.
pytestmark = pytest.mark.nbgrader

# Seconds; only a test that fails waits so long.
LONG = 300


def a_job(source, *words):
    return Job((Cell(0, "check", source),), files=tuple((word, b"") for word in words))


def said(source):
    return JobResult((CellRun(0, ({"output_type": "stream", "text": source},)),), "nowhere")


class Echo:
    """Says back what a job holds."""

    def run(self, job):
        return said(job.cells[0].source)

    def close(self):
        pass


def acting(job, wanted):
    """Do on a worker what a job's source says; stands in for `run_job`."""
    match job.cells[0].source.split(" "):
        case ["kill"]:
            os._exit(9)  # as if it was killed, on every system
        case ["kill-once", note]:
            if not Path(note).exists():
                Path(note).touch()
                os._exit(9)  # as if it was killed, on every system
        case ["wait", seconds]:
            time.sleep(float(seconds))
        case ["fail"]:
            raise JobFailed("The preamble has a fault.")
        case ["bug"]:
            raise ZeroDivisionError("by nought")
    return said(job.cells[0].source)


def really(job, wanted):
    """Run a job as `run_job` does; the versions are other tests' matter."""
    return run_job(job, loaded_versions())


def same_versions():
    """Stand in for `loaded_versions`: someone may change a source while these tests run."""
    return {"course": "1", "numpy": "2"}


@pytest.fixture(scope="module")
def cluster():
    # Two deaths, rather than four, before Dask gives up a job: that saves seconds, and makes it
    # likelier that it gives up the wrong one.
    with (
        dask_config.set(
            {
                "distributed.scheduler.allowed-failures": 1,
                "distributed.deploy.lost-worker-timeout": "10 minutes",  # on a busy machine
            }
        ),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as cluster,
    ):
        yield cluster


@pytest.fixture
def backend(cluster, monkeypatch):
    monkeypatch.setattr(dask, "loaded_versions", same_versions)
    monkeypatch.setattr(dask, "CONNECT_SECONDS", LONG)  # workers may be starting again
    with closing(DaskBackend(cluster.scheduler_address, acting)) as backend:
        yield backend


@pytest.fixture
def small_cluster():
    """A cluster of threads of this process, quickly made and ended."""
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=":0"
    ) as cluster:
        yield cluster


def test_twenty_jobs_give_the_same_results_as_on_this_machine(cluster, backend):
    jobs = [a_job(f"job {n}") for n in range(20)]
    assert backend.workers == 2
    with closing(LocalBackend(2, lambda: Runners(Echo, Echo))) as local:
        expected = [future.result() for future in [local.submit(job) for job in jobs]]
    futures = [backend.submit(job) for job in jobs]
    assert [future.result(LONG) for future in futures] == expected


def test_a_job_whose_worker_is_killed_is_run_again_and_nothing_is_lost(backend, tmp_path):
    sources = [f"wait 0.0{n}" for n in range(1, 9)]
    sources.insert(3, f"kill-once {tmp_path / 'note'}")
    futures = [backend.submit(a_job(source)) for source in sources]
    assert [future.result(LONG) for future in futures] == [said(source) for source in sources]
    assert (tmp_path / "note").exists()


def test_a_job_that_kills_every_worker_is_reported_and_hurts_no_other(backend):
    others = ["wait 0.01", "wait 0.02", "wait 0.03", "wait 0.04"]
    before = [backend.submit(a_job(source)) for source in others]
    poison = backend.submit(a_job("kill"))
    after = [backend.submit(a_job(source)) for source in others]
    assert [future.result(LONG) for future in before + after] == [said(each) for each in others * 2]
    assert "ended every Dask worker" in str(poison.exception(LONG))


def test_what_goes_wrong_in_one_job_is_told_of_that_job(backend):
    failing, faulty, fine = (backend.submit(a_job(word)) for word in ("fail", "bug", "fine"))
    assert fine.result(LONG) == said("fine")
    assert str(failing.exception(LONG)) == "The preamble has a fault."
    assert isinstance(faulty.exception(LONG), JobFailed)
    assert "ZeroDivisionError: by nought" in str(faulty.exception())


def test_closing_is_prompt_and_cancels_what_runs(small_cluster):
    backend = DaskBackend(small_cluster.scheduler_address, acting)
    slow = backend.submit(a_job("wait 2"))
    backend.close()
    assert slow.cancelled()
    with pytest.raises(JobFailed, match="has no workers, or is gone"):
        backend.submit(a_job("fine"))


# ------------------------------------------------------------ who it was that killed a worker


class Theirs:
    """Stands in for Dask's future: what comes of it is said by the test."""

    def __init__(self, source):
        self.source = source

    def add_done_callback(self, call):
        self._call = call

    def result(self):
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome

    def dies(self):
        self._outcome = KilledWorker("run_job-1", None, 3)
        self._call(self)

    def ends(self):
        self._outcome = said(self.source)
        self._call(self)


class Client:
    """Stands in for Dask's client: one worker, and whatever it was asked to run."""

    def __init__(self):
        self.asked = []

    def wait_for_workers(self, count, timeout):
        pass

    def run(self, function, on_error):
        return {}

    def nthreads(self):
        return {"tcp://a": 1}

    def submit(self, run, job, wanted, pure, retries):
        self.asked.append(Theirs(job.cells[0].source))
        return self.asked[-1]

    def close(self):
        pass


@pytest.fixture
def client(monkeypatch):
    client = Client()
    monkeypatch.setattr(dask, "_connect", lambda address: client)
    return client


def test_jobs_that_dask_gave_up_are_tried_one_by_one_when_nothing_else_runs(client):
    with closing(DaskBackend("tcp://a")) as backend:
        poison, neighbour, other = (backend.submit(a_job(word)) for word in "pno")
        client.asked[0].dies()
        client.asked[1].dies()
        assert len(client.asked) == 3
        client.asked[2].ends()
        assert other.result() == said("o")
        assert [each.source for each in client.asked[3:]] == ["p"]
        client.asked[3].dies()
        assert "while nothing else ran" in str(poison.exception(0))
        assert [each.source for each in client.asked[4:]] == ["n"]
        client.asked[4].ends()
        assert neighbour.result(0) == said("n")


def test_a_job_that_dies_again_beside_a_new_one_is_tried_once_more(client):
    with closing(DaskBackend("tcp://a")) as backend:
        suspect = backend.submit(a_job("s"))
        client.asked[0].dies()
        assert len(client.asked) == 2
        new = backend.submit(a_job("new"))
        client.asked[1].dies()
        assert not suspect.done()
        client.asked[2].ends()
        assert new.result(0) == said("new")
        client.asked[3].ends()
        assert suspect.result(0) == said("s")


def test_closing_cancels_suspects_too(client):
    backend = DaskBackend("tcp://a")
    suspect, other = backend.submit(a_job("s")), backend.submit(a_job("o"))
    client.asked[0].dies()
    backend.close()
    assert suspect.cancelled()
    assert other.cancelled()
    client.asked[1].ends()
    assert len(client.asked) == 2


def test_whoever_waits_for_a_job_may_submit_the_next_at_once(client):
    with closing(DaskBackend("tcp://a")) as backend:
        nexts = []
        first = backend.submit(a_job("first"))
        first.add_done_callback(lambda done: nexts.append(backend.submit(a_job("next"))))
        client.asked[0].ends()
        client.asked[1].ends()
        assert nexts[0].result(0) == said("next")


# ------------------------------------------------------------ no cluster, or the wrong one


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "tls://127.0.0.1:9", "nonsense://x"])
def test_a_scheduler_that_can_not_be_reached_is_named(address, monkeypatch):
    monkeypatch.setattr(dask, "CONNECT_SECONDS", 0.5)
    with pytest.raises(JobFailed, match=f"scheduler at {address} can't be reached"):
        DaskBackend(address)


def test_a_scheduler_without_workers_is_refused_with_what_to_do(monkeypatch):
    monkeypatch.setattr(dask, "CONNECT_SECONDS", 0.5)
    with (
        distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=":0") as cluster,
        pytest.raises(JobFailed, match=f"dask worker {cluster.scheduler_address}"),
    ):
        DaskBackend(cluster.scheduler_address)


def test_a_worker_with_other_versions_is_refused(small_cluster, monkeypatch):
    answers = iter([{"numpy": "2.4"}, {"numpy": "2.3"}])
    monkeypatch.setattr(dask, "loaded_versions", lambda: next(answers))
    with pytest.raises(JobFailed, match=r"inproc://.* has numpy 2.3 instead of 2.4. Update the"):
        DaskBackend(small_cluster.scheduler_address)


def test_a_worker_without_the_course_is_refused(small_cluster, monkeypatch):
    def loaded():
        if called:
            raise ModuleNotFoundError("No module named 'autograder'")
        called.append(True)
        return {}

    called = []
    monkeypatch.setattr(dask, "loaded_versions", loaded)
    with pytest.raises(JobFailed, match=r"inproc://.* can't say which version .*'autograder'"):
        DaskBackend(small_cluster.scheduler_address)


def test_jobs_are_given_up_once_all_workers_have_been_gone_for_long(small_cluster, monkeypatch):
    monkeypatch.setattr(dask, "PATIENCE_SECONDS", 0.5)
    with closing(DaskBackend(small_cluster.scheduler_address, acting)) as backend:
        small_cluster.scale(0)
        while backend.workers:
            time.sleep(0.05)
        waiting = backend.submit(a_job("fine"))
        assert "has no workers, or is gone" in str(waiting.exception(LONG))


def test_jobs_are_given_up_when_the_scheduler_ends(small_cluster, monkeypatch):
    monkeypatch.setattr(dask, "CONNECT_SECONDS", 1)  # so long it is looked for
    with closing(DaskBackend(small_cluster.scheduler_address, acting)) as backend:
        running, waiting = backend.submit(a_job("wait 1")), backend.submit(a_job("fine"))
        small_cluster.close()
        for future in (running, waiting):
            assert "has no workers, or is gone" in str(future.exception(LONG))
        assert backend.workers == 0


# ------------------------------------------------------------ on a worker


def test_a_worker_refuses_a_job_from_a_machine_with_other_versions():
    wanted = {**loaded_versions(), "numpy": "1.0"}
    with pytest.raises(JobFailed, match=r"numpy .* instead of 1.0"):
        run_job(a_job("fine"), wanted)


def test_each_thread_of_a_worker_keeps_its_runners(monkeypatch):
    made = []

    def make():
        made.append(Runners(Echo, Echo))
        return made[-1]

    monkeypatch.setattr(dask, "Runners", make)
    monkeypatch.setattr(dask, "_thread", threading.local())
    for _ in range(2):
        assert run_job(a_job("fine"), loaded_versions()) == said("fine")
    assert len(made) == 1
    with ThreadPoolExecutor(1) as pool:
        pool.submit(run_job, a_job("fine"), loaded_versions()).result()
    assert len(made) == 2


def test_the_version_follows_the_sources_but_not_their_line_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(dask, "REPOSITORY", tmp_path)
    source = tmp_path / "qi_tools" / "limits.py"
    source.parent.mkdir()

    def version(content):
        source.write_bytes(content)
        return dask.versions()["course"]

    assert version(b"a = 1\nb = 2\n") == version(b"a = 1\r\nb = 2\r\n")
    assert version(b"a = 1\nb = 2\n") != version(b"a = 1\nb = 3\n")
    before = version(b"a = 1\n")
    (source.parent / "__pycache__").mkdir()
    (source.parent / "__pycache__" / "limits.pyc").touch()
    assert version(b"a = 1\n") == before
    source.rename(source.with_name("rules.py"))
    assert dask.versions()["course"] != before
