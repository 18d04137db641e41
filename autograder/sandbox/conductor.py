"""What goes on between the learner's process and the checker's while one submission is marked.

Runs in the marking process. It hands the learner's values on without ever looking into them: the
checker's process decodes them. What it reads itself of a learner's answer is its shape, a number
and some texts.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from autograder.engine.job import Cell, CellRun, Job, JobFailed, JobResult, Limits, Output
from autograder.sandbox.folder import plain_files
from autograder.sandbox.frames import LONGEST_MESSAGE, TOO_LARGE, End, Gone, Silent
from autograder.sandbox.outputs import plain_text, safe_outputs

#: How long a cell has to end after it was asked to, before its process is ended.
GRACE = 1.0
#: A process has this long to start, which is no fault of what it will run.
STARTING = 60.0


def conduct(job: Job, learner: End | None, checker: End) -> JobResult:
    """Run every cell of a job in order: checks in one process, all else in the other.

    Parameters
    ----------
    job : Job
        What to run.
    learner : End, optional
        The process for the learner's cells; none for a job without any, whose author's cells then
        run in the checker.
    checker : End
        The process for the checks. Neither has been asked anything about this job.

    Returns
    -------
    JobResult
        What came of it; ``ran_in`` is ``practice`` where there was learner's code. A runner that
        knows that there were walls around it says so.

    Raises
    ------
    JobFailed
        If the checker can't do its work, or a job with learner's code has no process for it.
    """
    if job.holds_learner_code and learner is None:
        raise JobFailed("This submission holds a learner's code, and there is nowhere to run it.")
    began = time.monotonic()
    theirs = None if learner is None else _Learner(learner, job)
    ours = _Checker(checker, job, theirs)
    runs = tuple(
        CellRun(cell.place, theirs.run(cell) if theirs and cell.role != "check" else ours.run(cell))
        for cell in job.cells
    )
    return JobResult(
        runs,
        "practice" if theirs else "nowhere",
        tuple(theirs.limits_hit) if theirs else (),
        time.monotonic() - began,
    )


class _Clock:
    """The time that one process may take: for each cell, and in all.

    Each process has its own, so that a learner's slow code can't use up the time of the checks.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left = limits.job_seconds
        self._cell = 0.0

    @property
    def over(self) -> bool:
        """Whether all time is used up."""
        return self._left <= 0

    def begin(self) -> None:
        """Begin a cell."""
        self._cell = min(self._limits.cell_seconds, self._left)

    def receive(self, end: End) -> dict[str, Any]:
        """Receive within the time that is left of the cell; raises as `End.receive` does."""
        began = time.monotonic()
        try:
            return end.receive(max(self._cell, 0.0))
        finally:
            took = time.monotonic() - began
            self._cell -= took
            self._left -= took


class _Line:
    """One process, asked one question after the other; each answer repeats its number."""

    def __init__(self, end: End, job: Job, what: str) -> None:
        self._end = end
        self._n = 0
        try:
            self.ask({"do": "files", "files": plain_files(job.files)})
            self.matching(end.receive(STARTING))
        except (Gone, Silent) as error:
            raise _did_not_start(what) from error

    def ask(self, question: Mapping[str, Any]) -> None:
        """Ask the next question."""
        self._n += 1
        self._end.send({"n": self._n, **question})

    def tell(self, told: Mapping[str, Any]) -> None:
        """Answer what was asked back."""
        self._end.send({"n": self._n, "told": told})

    def matching(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Return an answer to this question; from any other on nothing could be told apart."""
        if answer.get("n") != self._n:
            raise Gone("it answered what it was not asked")
        return answer


class _Learner:
    """The learner's process: asked, waited for, and ended when it does not behave."""

    def __init__(self, end: End, job: Job) -> None:
        self.limits_hit: list[str] = []
        self._end = end
        self._limits = job.limits
        self._clock = _Clock(job.limits)
        # Why it answers no more; and why it answers no more in the cell that runs.
        self._stopped = ""
        self._late = ""
        self._line = _Line(end, job, "the learner's code")

    def begin(self) -> None:
        """Begin a cell."""
        self._late = ""
        self._clock.begin()

    def run(self, cell: Cell) -> tuple[Output, ...]:
        """Run a cell, and return its outputs whatever becomes of it."""
        if self._stopped:
            return (_problem("NotRun", f"It was not run: {self._stopped}."),)
        self.begin()
        limit = self._limits.output_bytes
        answer = self._ask({"do": "run", "source": cell.source, "limit": limit})
        outputs = safe_outputs(answer.get("outputs"), limit)
        if answer.get("cut") is True:
            self._hit("output")
        errors = [output for output in outputs if output["output_type"] == "error"]
        for error in errors:
            self._note(error)
        if self._late:
            # One error in place of the KeyboardInterrupt that we sent, whose traceback shows where.
            shown = (output for output in outputs if output not in errors)
            where = [line for error in errors for line in error["traceback"]]
            why = _problem("CellTimeoutError", f"It was stopped: {self._late}.", where)
            return (*shown, why)
        if self._stopped:
            return (*outputs, _problem("DeadKernelError", f"It was stopped: {self._stopped}."))
        return outputs

    def told(self, ask: Any) -> dict[str, Any]:
        """Return what the checker is told of what it asks for."""
        match ask:
            case {"do": "names", "names": [*names]} if all(isinstance(each, str) for each in names):
                return self._names(names)
            case {"do": "call", "handle": int(handle), "args": args, "kwargs": kwargs}:
                return self._value({"do": "call", "handle": handle, "args": args, "kwargs": kwargs})
            case {"do": "get", "handle": int(handle), "name": str(name)}:
                return self._value({"do": "get", "handle": handle, "name": name})
            case _:
                raise Gone("it asked for what no check can ask for")

    def _names(self, names: list[str]) -> dict[str, Any]:
        room = self._limits.value_bytes
        answer = self._ask({"do": "names", "names": names, "limit": room})
        if self._stopped or self._late:
            return {"values": {}, "refused": dict.fromkeys(names, self._stopped or self._late)}
        values, refused = answer.get("values"), answer.get("refused")
        kept: dict[str, Any] = {}
        reasons: dict[str, str] = {}
        # Only what was asked for: a name that no check reads must not get into the checker.
        for name in names:
            if isinstance(refused, dict) and isinstance(refused.get(name), str):
                reasons[name] = plain_text(refused[name][:LONGEST_MESSAGE])
            elif isinstance(values, dict) and name in values:
                size = len(json.dumps(values[name]))
                if size > room:
                    reasons[name] = TOO_LARGE
                else:
                    room -= size
                    kept[name] = values[name]
        if TOO_LARGE in reasons.values():
            self._hit("value")
        return {"values": kept, "refused": reasons}

    def _value(self, question: Mapping[str, Any]) -> dict[str, Any]:
        answer = self._ask(question)
        if self._stopped or self._late:
            return {"stopped": self._stopped or self._late}
        if "value" not in answer:
            return {"raised": _raised(answer.get("raised"))}
        if len(json.dumps(answer["value"])) > self._limits.value_bytes:
            self._hit("value")
            return {"raised": [[], f"what it gives can't be checked: {TOO_LARGE}"]}
        return {"value": answer["value"]}

    def _ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Ask, and return the answer; an empty one where there is none in time, or none at all."""
        if self._stopped or self._late:
            return {}
        try:
            self._line.ask(question)
            try:
                return self._line.matching(self._clock.receive(self._end))
            except Silent:
                self._hit("time")
                self._late = f"it took more than {self._limits.cell_seconds:g} seconds"
                if self._clock.over:
                    self._late = f"all {self._limits.job_seconds:g} seconds were used up"
                self._end.interrupt()
                answer = self._line.matching(self._end.receive(GRACE))
                if self._clock.over:
                    self._stop(self._late)
                return answer
        except Silent:
            self._stop("an earlier cell took too long and could not be stopped")
        except Gone:
            if not self._late:
                self._hit("ended")
            self._stop("the code ended or disturbed its own process")
        return {}

    def _stop(self, why: str) -> None:
        self._stopped = why
        self._end.kill()

    def _hit(self, limit: str) -> None:
        if limit not in self.limits_hit:
            self.limits_hit.append(limit)

    def _note(self, error: Output) -> None:
        """Note which limit an error speaks of. Only a hint: the learner's end made the error."""
        said = f"{error['ename']}: {error['evalue']}"
        for limit, sign in _SIGNS:
            if sign in said:
                self._hit(limit)


#: What an error says when a limit of the process was reached.
_SIGNS = (
    ("memory", "MemoryError"),
    ("disk", "No space left on device"),
    ("disk", "File too large"),
    ("processes", "can't start new thread"),
    ("processes", "Resource temporarily unavailable"),
)


class _Checker:
    """The checker's process. It runs only the author's code, so what fails here is not marked."""

    def __init__(self, end: End, job: Job, learner: _Learner | None) -> None:
        self._end = end
        self._limits = job.limits
        self._clock = _Clock(job.limits)
        self._learner = learner
        self._line = _Line(end, job, "the checks")
        failed = self._ask({"do": "prepare", "source": job.preamble}, "what the checks rely on")
        if "failed" in failed:
            raise JobFailed(
                f"What the checks rely on stopped with {plain_text(str(failed['failed']))}. "
                "Correct the assessment's imports and locked cells."
            )

    def run(self, cell: Cell) -> tuple[Output, ...]:
        """Run a check, or an author's cell of a job without learner's code."""
        do, what = ("check", "check") if cell.role == "check" else ("run", "author's cell")
        answer = self._ask({"do": do, "source": cell.source}, f"the {what} in place {cell.place}")
        # A check's message may quote a value or a text of the learner's: it is made safe as well.
        return safe_outputs(answer.get("outputs"), self._limits.output_bytes)

    def _ask(self, question: Mapping[str, Any], what: str) -> dict[str, Any]:
        self._clock.begin()
        if self._learner is not None:
            self._learner.begin()
        try:
            self._line.ask(question)
            answer = self._line.matching(self._clock.receive(self._end))
            while "ask" in answer:
                if self._learner is None:
                    told: dict[str, Any] = {"values": {}, "refused": {}}
                else:
                    told = self._learner.told(answer["ask"])
                self._line.tell(told)
                answer = self._line.matching(self._clock.receive(self._end))
        except Silent as error:
            raise JobFailed(
                f"Marking stopped: {what} took more than {self._limits.cell_seconds:g} seconds. "
                "If it does so for other submissions too, make it shorter."
            ) from error
        except Gone as error:
            raise JobFailed(
                f"Marking stopped: the process for the checks ended in {what}. "
                "If it does so for other submissions too, correct it."
            ) from error
        return answer


def _did_not_start(what: str) -> JobFailed:
    return JobFailed(
        f"The process for {what} did not start. Mark it again; if it happens again, run the "
        "command “qi-course doctor”."
    )


def _problem(name: str, message: str, where: Sequence[str] = ()) -> Output:
    return {
        "output_type": "error",
        "ename": name,
        "evalue": message,
        "traceback": [*where, f"{name}: {message}"],
    }


def _raised(raised: Any) -> list[Any]:
    """Return the class names and the message of an error that a learner's end tells of."""
    match raised:
        case [[*names], str(message)]:
            kept = [name[:100] for name in names[:20] if isinstance(name, str)]
            return [kept, plain_text(message[:LONGEST_MESSAGE])]
        case _:
            return [[], "it gave no value"]
