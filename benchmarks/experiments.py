"""Time the experiments: ``python benchmarks/experiments.py`` prints, and promises nothing.

For each experiment: one turn as the form stands at first, as large as the form allows, and what the
page does with a press of the button (the turn, its pictures and the answers file), all warm.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from qi_tools.answers import AnswerFile
from qi_tools.teaching.lab import EXPERIMENTS, Bench, Lab
from tests.qi_tools.teaching.labs.kit import largest, usual

TIMES = 9
RUN, REDRAW = 100, 200
"""What a turn, and a press of the button, should take at most, in ms."""


def timed(work: Callable[[], object]) -> float:
    """Give the median of a few times, in ms, after one that is not counted."""
    taken = []
    for _ in range(TIMES + 1):
        start = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - start))
    return statistics.median(taken[1:])


def pressed(lab: Lab, folder: Path) -> float:
    """Time what the page does with a press of the button."""
    answers = AnswerFile(folder / "answers.json")
    bench = Bench("b", lab, next(iter(lab.options)), 1, answers)
    message = {"do": "run", "n": 1, "chosen": dict(usual(lab))}

    def press() -> None:
        bench._handle_custom_msg({"do": "back", "n": 0}, [])
        bench._handle_custom_msg(message, [])

    taken = timed(press)
    assert bench.state["problem"] is None, bench.state["problem"]
    return taken


def line(name: str, lab: Lab) -> str:
    """Time one experiment."""
    turns = [timed(partial(lab.play, (each,), 1)) for each in (usual(lab), largest(lab))]
    with TemporaryDirectory() as folder:
        page = pressed(lab, Path(folder))
    slow = "  slow" if max(turns) > RUN or page > REDRAW else ""
    return f"{name:<18}{turns[0]:>12.1f}{turns[1]:>12.1f}{page:>14.1f}{slow}\n"


def main() -> None:
    """Print a line for each experiment."""
    sys.stdout.write(f"{'ms':<18}{'usual turn':>12}{'largest':>12}{'on the page':>14}\n")
    for name in EXPERIMENTS:
        sys.stdout.write(line(name, import_module(f"qi_tools.teaching.labs.{name}").LAB))


if __name__ == "__main__":
    main()
