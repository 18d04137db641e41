from __future__ import annotations

from typing import Any

import pytest

from autograder.engine.job import JobFailed, Limits
from autograder.sandbox.conductor import conduct
from autograder.sandbox.values import encode
from tests.autograder.sandbox.ends import GONE, SILENT, HonestLearner, ScriptedEnd, error, job

STREAM = {"output_type": "stream", "name": "stdout", "text": "hi"}


def asking(*asks: dict[str, Any]) -> ScriptedEnd:
    """A checker whose checks ask these things, one after the other, before they answer."""
    left: list[dict[str, Any]] = []

    def answer(message: dict[str, Any]) -> dict[str, Any]:
        if message.get("do") == "check":
            left[:] = asks
        return {"ask": left.pop(0)} if left else {"outputs": []}

    return ScriptedEnd(answer)


def told(checker: ScriptedEnd) -> list[dict[str, Any]]:
    return [message["told"] for message in checker.heard if "told" in message]


def on(do: str, answer: Any, then: Any = None) -> ScriptedEnd:
    """A learner's end that answers one kind of question so, and all others emptily."""
    return ScriptedEnd(lambda message: answer if message["do"] == do else (then or {}))


NAMES = {"do": "names", "names": ["x", "y"]}
CALL = {
    "do": "call",
    "handle": 0,
    "args": encode((), keep=id),
    "kwargs": encode({}, keep=id),
}
GET = {"do": "get", "handle": 0, "name": "total"}
CELLS = (("learner", "a"), ("check", "b"))


def test_each_cell_goes_where_it_belongs() -> None:
    learner, checker = ScriptedEnd(), ScriptedEnd()
    conduct(job(("author", "a"), ("learner", "b"), ("check", "c"), preamble="p"), learner, checker)
    assert [each["source"] for each in learner.said("run")] == ["a", "b"]
    assert [each["source"] for each in checker.said("check")] == ["c"]
    assert [each["source"] for each in checker.said("prepare")] == ["p"]
    assert not checker.said("run")


def test_without_learners_code_all_runs_in_the_checker() -> None:
    checker = ScriptedEnd(lambda message: {"outputs": [STREAM]})
    result = conduct(job(("author", "a"), ("check", "c")), None, checker)
    assert [each["source"] for each in checker.said("run")] == ["a"]
    assert result.ran_in == "nowhere"
    assert [run.outputs for run in result.runs] == [(STREAM,), (STREAM,)]


def test_learners_code_is_never_run_by_the_checker() -> None:
    checker = ScriptedEnd()
    with pytest.raises(JobFailed, match="nowhere to run it"):
        conduct(job(*CELLS), None, checker)
    assert not checker.heard


def test_files_reach_both() -> None:
    learner, checker = ScriptedEnd(), ScriptedEnd()
    conduct(job(*CELLS, a__csv=b"1"), learner, checker)
    assert learner.said("files") == checker.said("files")
    assert learner.heard[0]["files"] == [["a.csv", "MQ=="]]


def test_what_the_checker_asks_for_is_handed_on_and_back() -> None:
    learner = HonestLearner(x=3)
    learner.kept.append(lambda: 4)
    checker = asking(NAMES, CALL, {**GET, "name": "__name__"})
    conduct(job(*CELLS), learner, checker)
    call = {"value": 4}
    assert told(checker) == [{"values": {"x": 3}, "refused": {}}, call, {"value": "<lambda>"}]


@pytest.mark.parametrize(
    "answer",
    [
        {"values": [1], "refused": 3},
        {"values": {"z": 1, "__builtins__": 2}, "refused": {"z": "no"}},
        {},
        {"values": None},
        {"refused": {"x": 3, "y": ["no"]}},
    ],
)
def test_only_names_that_were_asked_for_get_through(answer: dict[str, Any]) -> None:
    checker = asking(NAMES)
    conduct(job(*CELLS), on("names", answer), checker)
    assert told(checker) == [{"values": {}, "refused": {}}]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"raised": [["ValueError", "Exception"], "no"]}, [["ValueError", "Exception"], "no"]),
        ({"raised": [["ValueError", 3, []], "\x1b[1mno"]}, [["ValueError"], "no"]),
        ({"raised": ["ValueError", "no"]}, [[], "it gave no value"]),
        ({"raised": 3, "stopped": "x"}, [[], "it gave no value"]),
        ({}, [[], "it gave no value"]),
    ],
)
def test_an_error_gets_through_as_names_and_a_message(answer: dict[str, Any], said: Any) -> None:
    checker = asking(CALL)
    conduct(job(*CELLS), on("call", answer), checker)
    assert told(checker) == [{"raised": said}]


def test_a_value_that_is_too_large_is_not_handed_on() -> None:
    limits = Limits(value_bytes=100)
    checker = asking(NAMES, CALL)
    big = {"values": {"x": "x" * 90, "y": "y" * 20}, "refused": {}, "value": "x" * 99}
    result = conduct(job(*CELLS, limits=limits), ScriptedEnd(lambda message: big), checker)
    assert told(checker)[0] == {"values": {"x": "x" * 90}, "refused": {"y": "it is too large"}}
    assert "value" not in told(checker)[1]
    assert result.limits_hit == ("value",)


def test_a_cell_that_stops_when_asked_to_leaves_the_rest_running() -> None:
    late: list[Any] = [SILENT]

    def answer(message: dict[str, Any]) -> Any:
        return late.pop() if message["do"] == "run" and late else {"outputs": [STREAM]}

    class Slow(ScriptedEnd):
        def interrupt(self) -> None:
            super().interrupt()
            self._waiting.append({"n": self.heard[-1]["n"], "outputs": [STREAM]})

    learner = Slow(answer)
    result = conduct(job(("learner", "a"), ("learner", "b")), learner, ScriptedEnd())
    first, second = (run.outputs for run in result.runs)
    assert first[0] == STREAM
    assert error(first) == "CellTimeoutError: It was stopped: it took more than 30 seconds."
    assert second == (STREAM,)
    assert (result.limits_hit, learner.killed) == (("time",), 0)


def test_a_cell_that_does_not_stop_ends_the_learners_process_and_nothing_else() -> None:
    learner, checker = on("run", SILENT), asking(NAMES, CALL)
    result = conduct(job(*CELLS, ("learner", "c")), learner, checker)
    assert [error(run.outputs) for run in result.runs] == [
        "CellTimeoutError: It was stopped: it took more than 30 seconds.",
        None,
        "NotRun: It was not run: an earlier cell took too long and could not be stopped.",
    ]
    why = "an earlier cell took too long and could not be stopped"
    assert told(checker) == [{"values": {}, "refused": {"x": why, "y": why}}, {"stopped": why}]
    assert (learner.interrupted, learner.killed) == (1, 1)


@pytest.mark.parametrize("answer", [GONE, {"n": 1}, {"n": "3"}, {"n": None}])
def test_a_learner_that_dies_or_answers_what_was_not_asked_is_believed_no_more(answer: Any) -> None:
    learner, checker = on("run", answer), asking(NAMES)
    result = conduct(job(*CELLS, ("learner", "c")), learner, checker)
    first, _, last = (error(run.outputs) or "" for run in result.runs)
    assert first.startswith("DeadKernelError: ")
    assert last.startswith("NotRun: ")
    assert told(checker)[0]["values"] == {}
    assert (result.limits_hit, learner.killed) == (("ended",), 1)


def test_a_function_that_gives_no_answer_is_asked_once_in_a_check() -> None:
    learner = on("call", SILENT)
    learner.interrupt = lambda: learner._waiting.append({"n": learner.heard[-1]["n"]})  # type: ignore[method-assign]
    checker = asking(CALL, CALL, CALL)
    result = conduct(job(*CELLS, ("check", "again")), learner, checker)
    assert [list(each) for each in told(checker)] == [["stopped"]] * 6
    assert len(learner.said("call")) == 2
    assert result.limits_hit == ("time",)


def test_when_all_time_is_used_up_the_learners_process_is_ended() -> None:
    learner = on("run", SILENT)
    learner.interrupt = lambda: learner._waiting.append({"n": learner.heard[-1]["n"]})  # type: ignore[method-assign]
    result = conduct(job(*CELLS[:1] * 3, limits=Limits(job_seconds=0)), learner, ScriptedEnd())
    assert [(error(run.outputs) or "").split(":")[0] for run in result.runs] == [
        "CellTimeoutError",
        "NotRun",
        "NotRun",
    ]
    assert learner.killed == 1


@pytest.mark.parametrize(
    ("said", "limit"),
    [
        ("MemoryError", "memory"),
        ("OSError: [Errno 28] No space left on device", "disk"),
        ("RuntimeError: can't start new thread", "processes"),
    ],
)
def test_an_error_that_speaks_of_a_limit_is_noted(said: str, limit: str) -> None:
    name, _, message = said.partition(": ")
    output = {"output_type": "error", "ename": name, "evalue": message, "traceback": []}
    learner = on("run", {"outputs": [output], "cut": True})
    result = conduct(job(*CELLS), learner, ScriptedEnd())
    assert result.limits_hit == ("output", limit)


@pytest.mark.parametrize("answer", [SILENT, GONE, {"n": 99}])
def test_a_checker_that_does_not_answer_is_no_fault_of_the_learner(answer: Any) -> None:
    checker = ScriptedEnd(lambda message: answer if message["do"] == "check" else {})
    with pytest.raises(JobFailed, match="the check in place 1"):
        conduct(job(*CELLS), ScriptedEnd(), checker)


def test_a_preamble_that_fails_is_no_fault_of_the_learner() -> None:
    checker = ScriptedEnd(lambda message: {"failed": "ModuleNotFoundError: no ward"})
    with pytest.raises(JobFailed, match="ModuleNotFoundError: no ward"):
        conduct(job(*CELLS), ScriptedEnd(), checker)


@pytest.mark.parametrize(
    "ask",
    [
        {"do": "run", "source": "evil()"},
        {"do": "names", "names": [3]},
        {"do": "call", "handle": "x", "args": [], "kwargs": {}},
        {},
        3,
    ],
)
def test_a_checker_can_ask_for_nothing_else(ask: Any) -> None:
    learner = ScriptedEnd()
    with pytest.raises(JobFailed):
        conduct(job(*CELLS), learner, asking(ask))
    assert [each["do"] for each in learner.heard] == ["files", "run"]


def test_a_learners_end_that_does_not_start_is_said_so() -> None:
    with pytest.raises(JobFailed, match="qi-course doctor"):
        conduct(job(*CELLS), ScriptedEnd(lambda message: GONE), ScriptedEnd())
