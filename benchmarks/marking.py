"""Time the marking of a class, stock nbgrader beside ours, and compare the marks cell by cell.

    python benchmarks/marking.py [--people 30 200] [--only code|answers] [--ours-alone]
                                 [--workers 2] [--json FILE]

Linux; for the code assessment with bubblewrap. Stock is `nbgrader autograde` and then
`nbgrader generate_feedback`, one command each for the whole class, with nbgrader's own settings.
Ours is one process that reads, prepares, runs, scores, records and writes feedback. Both start
cold, and each has its own copy of the same course root.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from autograder.nbgrader_root import gradebook_url, nbgrader  # noqa: E402

ANSWERS, CODE = "all_staff_check", "waiting_times"
KINDS = {"answers": ANSWERS, "code": CODE}
#: A learner's own sleep would be timed, not the marking.
NOT_TIMED = "slow but fine"


# ------------------------------------------------------------ the class


def make_class(kind: str, root: Path, people: int) -> None:
    """Make a course root with an assessment and so many learners' work on it."""
    if kind == "code":
        _make_code_class(root, people)
    else:
        _make_answers_class(root, people)


def _make_code_class(root: Path, people: int) -> None:
    from tests.code_check import HONEST, hand_in_to, make_course, submission

    make_course(root)
    works = [work for name, work in HONEST.items() if name != NOT_TIMED]
    for number in range(people):
        work = works[number % len(works)]
        notebook = submission(root, work.answers)
        work.change(notebook)
        hand_in_to(root, f"learner_{number:04}", notebook)


def _make_answers_class(root: Path, people: int) -> None:
    """Let simulated learners take the course's own assessment; each knows more than the last."""
    from autograder.book import Receipt
    from autograder.keys import read_keys
    from autograder.release import prepare_assessment
    from autograder.submission import rebuild
    from course.bank import load_bank
    from course.folders import COURSE
    from course.paper import draw

    root.mkdir(parents=True)
    prepare_assessment(root, COURSE / "source", ANSWERS)
    keys = read_keys(COURSE / "source" / ANSWERS / f"{ANSWERS}.ipynb")
    bank = load_bank(COURSE / "source" / ANSWERS / "bank.toml")
    now = datetime(2026, 11, 23, 14, tzinfo=UTC)
    chance = Random(20261123)
    for number in range(people):
        pseudonym = sha256(str(number).encode()).hexdigest()[:16]
        answers = {}
        for drawn in draw(bank, pseudonym, "1", 1):
            right = keys[drawn.item.id].right
            if chance.random() < number % 11 / 10:
                value: object = list(right) if isinstance(right, tuple) else right
            else:
                value = chance.choice(drawn.order)
            at = f"{now:%Y-%m-%dT%H:%M:%SZ}"
            answers[drawn.item.id] = {"value": value, "revision": 1, "at": at}
        receipt = Receipt(
            number + 1, f"{now:%Y-%m-%dT%H:%M:%SZ}", "", "", pseudonym, ANSWERS, "1", 1
        )
        rebuild(root, receipt, json.dumps({"schema": 1, "answers": answers}).encode())


# ------------------------------------------------------------ the two ways


def stock(root: Path, assessment: str) -> dict[str, float]:
    """Mark a class as nbgrader's user would; return the seconds of each command."""
    settings = root / "nbgrader_config.py"
    settings.write_text(
        "c = get_config()\n"
        f"c.CourseDirectory.root = {str(root)!r}\n"
        f"c.CourseDirectory.db_url = {gradebook_url(root)!r}\n",
        encoding="utf-8",
    )
    scripts = sysconfig.get_path("scripts")
    environment = {**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"}
    seconds = {}
    for word in ("autograde", "generate_feedback"):
        began = time.perf_counter()
        done = subprocess.run(
            [str(Path(scripts) / "nbgrader"), word, assessment],
            cwd=root,
            env=environment,
            capture_output=True,
            check=False,
            text=True,
        )
        seconds[word] = time.perf_counter() - began
        if done.returncode:
            raise SystemExit(f"nbgrader {word} failed:\n{done.stderr[-2000:]}")
    return seconds


def ours(root: Path, assessment: str, workers: int) -> dict[str, Any]:
    """Mark a class with our engine in a fresh process; return what it measured of itself."""
    words = [sys.executable, __file__, "--mark", str(root), "--assessment", assessment]
    began = time.perf_counter()
    with subprocess.Popen([*words, "--workers", str(workers)], stdout=subprocess.PIPE) as process:
        with _watched(process.pid) as peak:
            said, _ = process.communicate()
        if process.returncode:
            raise SystemExit("our marking failed")
    return {
        **json.loads(said),
        "seconds": time.perf_counter() - began,
        "memory_mb": peak[0] / 1024,
    }


def mark(root: Path, assessment: str, workers: int) -> dict[str, Any]:
    """Mark a class in this process; return the seconds of each step, summed up."""
    from collections import deque

    from autograder.backends.local import LocalBackend
    from autograder.cell_marks import marks_of
    from autograder.engine.course_root import open_course_root
    from autograder.engine.marker import Marker
    from autograder.feedback_page import write_feedback

    steps: dict[str, float] = defaultdict(float)
    places: dict[str, int] = defaultdict(int)
    began = time.perf_counter()
    with closing(LocalBackend(workers)) as backend, open_course_root(root) as course:
        marker = Marker(course, backend)
        steps["start"] = time.perf_counter() - began
        waiting = deque(sorted(path.name for path in (root / "submitted").iterdir()))
        under_way: deque[Any] = deque()
        while waiting or under_way:
            while waiting and len(under_way) < 2 * workers:
                student = waiting.popleft()
                learner_code = assessment == CODE
                begun = marker.begin(assessment, student, learner_code=learner_code)
                under_way.append((student, begun))
            student, begun = under_way.popleft()
            marked = marker.finish(begun)
            for step, seconds in asdict(marked.seconds).items():
                steps[step] += seconds
            places[marked.ran_in] += 1
            before = time.perf_counter()
            marks = marks_of(course.gradebook, assessment, student)
            write_feedback(root, assessment, student, marks)
            steps["feedback"] += time.perf_counter() - before
    return {"steps": steps, "ran_in": places}


# ------------------------------------------------------------ measuring


@contextmanager
def _watched(pid: int) -> Iterator[list[int]]:
    """Watch the memory of a process and all below it; the first of the list is its peak in kB."""
    peak = [0]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(1):
            peak[0] = max(peak[0], sum(map(_proportional_kb, _family(pid))))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()


def _family(pid: int) -> list[int]:
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        with suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
    return found


def _proportional_kb(pid: int) -> int:
    """Return a process's memory, what it shares counted in parts."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def marks(root: Path, assessment: str) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Return the marks of every cell of every learner, as the gradebook has them."""
    from nbgrader.api import Gradebook

    with nbgrader(root), Gradebook(gradebook_url(root)) as gradebook:
        return {
            (submission.student.id, grade.name): (
                grade.auto_score,
                grade.manual_score,
                grade.needs_manual_grade,
            )
            for submission in gradebook.assignment_submissions(assessment)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def compared(kind: str, people: int, workers: int, *, alone: bool) -> Mapping[str, Any]:
    """Mark a class both ways, and compare the marks."""
    assessment = KINDS[kind]
    with tempfile.TemporaryDirectory() as folder:
        theirs, mine = Path(folder, "stock"), Path(folder, "ours")
        make_class(kind, theirs, people)
        shutil.copytree(theirs, mine)
        result: dict[str, Any] = {"kind": kind, "people": people}
        result["ours"] = ours(mine, assessment, workers)
        if not alone:
            result["stock"] = stock(theirs, assessment)
            stocks, mines = marks(theirs, assessment), marks(mine, assessment)
            result["cells"] = len(stocks)
            result["differ"] = [
                [*cell, stocks.get(cell), mines.get(cell)]
                for cell in sorted(stocks.keys() | mines.keys())
                if stocks.get(cell) != mines.get(cell)
            ]
    return result


def told(result: Mapping[str, Any]) -> str:
    """Return one comparison in words."""
    people, mine = result["people"], result["ours"]

    def line(name: str, seconds: float, more: str = "") -> str:
        return f"  {name:<20}{seconds:8.1f} s {1000 * seconds / people:9.1f} ms each{more}"

    lines = [
        f"\n{KINDS[result['kind']]}, {people} submissions, ran in {dict(mine['ran_in'])}",
        line("ours", mine["seconds"], f", {mine['memory_mb']:.0f} MB at most"),
        *(line(f"  {step}", took) for step, took in mine["steps"].items()),
    ]
    if "stock" in result:
        total = sum(result["stock"].values())
        alone = result["stock"]["autograde"] / mine["seconds"]
        lines += [
            line("stock nbgrader", total),
            *(line(f"  {word}", took) for word, took in result["stock"].items()),
            f"  ours is {total / mine['seconds']:.1f} times as fast ({alone:.1f} times as fast as "
            f"autograde alone); {len(result['differ'])} of {result['cells']} marks differ",
        ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=[30, 200])
    parser.add_argument("--only", choices=KINDS)
    parser.add_argument("--ours-alone", action="store_true")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--mark", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--assessment", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.mark:
        json.dump(mark(given.mark, given.assessment, given.workers), sys.stdout)
        return
    results = []
    for kind in [given.only] if given.only else KINDS:
        for people in given.people:
            results.append(compared(kind, people, given.workers, alone=given.ours_alone))
            sys.stdout.write(told(results[-1]))
            sys.stdout.flush()
    if given.json:
        given.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
