"""Time an improvement project: ``python benchmarks/projects.py`` prints, and promises nothing.

The clinic's example project, everything warm: its file, its diagrams on a page and on A4, what is
missing, its reports, and the merge of two people's edits.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from qi_tools import ProjectFile, example_project
from qi_tools.draw.paper import A4, pages
from qi_tools.palette import LIGHT

TIMES = 5
DIAGRAMS = (
    "driver_diagram",
    "fishbone",
    "five_whys",
    "process_map",
    "stakeholder_map",
    "force_field",
    "measure_tree",
    "pdsa_ramps",
    "progress",
)


def timed(work: Callable[[], object]) -> float:
    """Give the median of a few times, in ms, after one that is not counted."""
    taken = []
    for _ in range(TIMES + 1):
        start = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - start))
    return statistics.median(taken[1:])


def say(what: str, *times: float) -> None:
    """Print a line."""
    sys.stdout.write(f"{what:<42}{''.join(f'{each:>12.1f}' for each in times)}\n")


def main() -> None:
    """Print a line for each thing."""
    project = example_project("missed_appointments")
    with TemporaryDirectory() as folder:
        file = ProjectFile(Path(folder) / "project.toml")
        file.save(project)
        say("read the file", timed(file.load))
        mine = replace(project, aim=replace(project.aim, unit="per cent"))

        def both() -> None:
            file.path.unlink()
            file.save(replace(project, about=replace(project.about, name="Theirs")))
            file.save(mine, project)

        say("save, and save another's edit merged", timed(both))
    say("what is missing", timed(project.check))
    say("chart of the outcome, as a figure", timed(lambda: project.chart("missed").html()))
    say("summary as a page, as Word", timed(project.summary().html), timed(project.summary().word))
    say(
        "full report as a page, as Word", timed(project.report().html), timed(project.report().word)
    )
    sys.stdout.write(f"{'diagram':<42}{'on a page':>12}{'on A4':>12}\n")
    for name in DIAGRAMS:
        diagram = getattr(project, name)()
        on_page, on_paper = timed(diagram.html), timed(lambda d=diagram: pages(d, A4, LIGHT))
        say(name, on_page, on_paper)


if __name__ == "__main__":
    main()
