"""A small code assessment and simulated learners' work on it, for tests and timings.

Ten cells are marked by machine (19 points) and one by a person (4 points). What each learner's
work is worth was written down by hand; stock nbgrader gives the same.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder.nbgrader_root import convert

ASSESSMENT = "waiting_times"
HANDED_IN = "2026-11-23 14:00:00 UTC"
FIXTURE = Path(__file__).parent / "fixtures" / ASSESSMENT

#: The most that each check gives.
POINTS = {
    "check-median": 1.0,
    "check-weekly-shape": 1.0,
    "check-weekly": 2.0,
    "check-moving-ranges": 2.0,
    "check-limits": 3.0,
    "check-limits-too-few": 1.0,
    "check-baseline": 2.0,
    "check-signals": 2.0,
    "check-summary": 3.0,
    "check-chart": 2.0,
}
#: The most that a person gives for `words`.
POINTS_BY_HAND = 4.0


@dataclass(frozen=True, slots=True)
class Work:
    """What one simulated learner hands in, and what it is worth.

    Parameters
    ----------
    answers : mapping of str to str
        What stands in the learner's own cells, by grade id; the others are left as released.
    lost : mapping of str to float
        What each check gives where that is less than its points.
    change : callable
        What the learner did to the notebook besides.
    """

    answers: Mapping[str, str]
    lost: Mapping[str, float] = field(default_factory=dict)
    change: Callable[[NotebookNode], None] = lambda notebook: None

    @property
    def scores(self) -> dict[str, float]:
        """What each check gives."""
        return {**POINTS, **self.lost}


def write_code_source(folder: Path) -> Path:
    """Copy the assessment's source into ``folder``, as its author keeps it; return ``folder``."""
    shutil.copytree(FIXTURE, folder / ASSESSMENT)
    return folder


def make_course(root: Path) -> None:
    """Make a course root with the assessment in ``source/``, ``release/`` and the gradebook."""
    from nbgrader.converters import GenerateAssignment

    root.mkdir(parents=True, exist_ok=True)
    write_code_source(root / "source")
    convert(GenerateAssignment, root, ASSESSMENT, ".")


def released(root: Path) -> NotebookNode:
    """Return the notebook as learners get it."""
    return nbformat.read(root / "release" / ASSESSMENT / f"{ASSESSMENT}.ipynb", as_version=4)


def submission(root: Path, answers: Mapping[str, str]) -> NotebookNode:
    """Return the released notebook with a learner's answers, by grade id, in its cells."""
    notebook = released(root)
    cells = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in notebook.cells}
    for grade_id, source in answers.items():
        cells[grade_id].source = source
    return notebook


def hand_in_to(
    root: Path, student: str, notebook: NotebookNode, files: Mapping[str, bytes] = {}
) -> Path:
    """Write a submission into ``submitted/``; return its folder."""
    folder = root / "submitted" / student / ASSESSMENT
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{ASSESSMENT}.ipynb")
    shutil.copyfile(FIXTURE / "waits.csv", folder / "waits.csv")
    for name, data in files.items():
        (folder / name).write_bytes(data)
    (folder / "timestamp.txt").write_text(HANDED_IN, encoding="utf-8")
    return folder


def a_class(root: Path, people: int) -> dict[str, str]:
    """Hand in for so many learners, going round the honest works.

    Returns
    -------
    dict of str to str
        Which work of `HONEST` each learner handed in.
    """
    names = list(HONEST)
    handed_in = {f"learner_{n:04}": names[n % len(names)] for n in range(people)}
    for student, name in handed_in.items():
        notebook = submission(root, HONEST[name].answers)
        HONEST[name].change(notebook)
        hand_in_to(root, student, notebook)
    return handed_in


MEDIAN = 'median_wait = waits["wait_days"].median()'
WEEKLY = """\
weekly = waits.groupby("week")["wait_days"].agg(["count", "median"]).reset_index()
weekly.columns = ["week", "seen", "median_wait"]"""
MOVING_RANGES = """\
def moving_ranges(values):
    values = list(values)
    return [abs(b - a) for a, b in zip(values, values[1:])]"""
LIMITS = """\
def limits(values):
    if len(values) < 2:
        raise ValueError("Give two values or more.")
    mean = sum(values) / len(values)
    gap = 2.66 * sum(moving_ranges(values)) / (len(values) - 1)
    return [mean - gap, mean, mean + gap]"""
BASELINE = """\
baseline = limits(weekly["median_wait"].head(12))
lower, _, upper = baseline
signals = []
for row in weekly.tail(12).itertuples():
    if not lower <= row.median_wait <= upper:
        signals.append(str(row.week.date()))
signals"""
SUMMARY = """\
summary = {
    "before": weekly["median_wait"].head(12).mean(),
    "after": weekly["median_wait"].tail(12).mean(),
}
summary["fewer_days"] = summary["before"] - summary["after"]"""
CHART = """\
figure, ax = plt.subplots(figsize=(8, 3))
ax.axhline(median_wait, color="grey")
ax.plot(weekly["week"], weekly["median_wait"])
ax.set(title="Are waits shorter?", xlabel="Week", ylabel="Median wait (days)")
plt.show()"""
WORDS = """\
The waits fell from 49.5 to about 39.5 days. Eight of the last twelve weeks are below the lower
limit, so it is more than chance. The chart can't tell why."""

#: Work for full marks.
RIGHT = {
    "median": MEDIAN,
    "weekly": WEEKLY,
    "moving-ranges": MOVING_RANGES,
    "limits": LIMITS,
    "baseline": BASELINE,
    "summary": SUMMARY,
    "chart": CHART,
    "words": WORDS,
}
NOTHING = dict.fromkeys(POINTS, 0.0)


def _with_more_cells(notebook: NotebookNode) -> None:
    """Add cells of the learner's own, and move those that help."""
    cells = notebook.cells
    cells.insert(2, new_code_cell("waits.head()"))
    cells.insert(2, new_markdown_cell("My notes: look at the *first* rows."))
    places = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in cells}
    # The functions come first, as one would tidy them up.
    for name in ("limits", "moving-ranges"):
        cells.remove(places[name])
        cells.insert(3, places[name])
    cells.append(new_code_cell("weekly.describe()"))


def _with_prints(notebook: NotebookNode) -> None:
    notebook.cells.insert(1, new_code_cell("%matplotlib inline\nimport seaborn_is_not_here"))
    notebook.cells.append(new_code_cell('for week in signals:\n    print("outside:", week)'))


#: Simulated learners' work, by what is the matter with it.
HONEST: Mapping[str, Work] = {
    "full marks": Work(RIGHT),
    "blank": Work({}, NOTHING),
    "the mean in place of the median": Work(
        {**RIGHT, "median": 'median_wait = waits["wait_days"].mean()'}, {"check-median": 0.0}
    ),
    "only the first two tasks": Work(
        {"median": MEDIAN, "weekly": WEEKLY},
        {
            **NOTHING,
            "check-median": 1.0,
            "check-weekly-shape": 1.0,
            "check-weekly": 2.0,
        },
    ),
    "limits of three standard deviations, and never an error": Work(
        {
            **RIGHT,
            "limits": "def limits(values):\n"
            "    values = np.asarray(values, dtype=float)\n"
            "    spread = 3 * values.std() if len(values) > 1 else 0.0\n"
            "    middle = values.mean() if len(values) else 0.0\n"
            "    return middle - spread, middle, middle + spread",
        },
        {
            "check-limits": 0.0,
            "check-limits-too-few": 0.0,
            "check-baseline": 0.0,
            "check-signals": 0.0,
        },
    ),
    "one figure of the summary wrong": Work(
        {**RIGHT, "summary": SUMMARY.replace('summary["before"] -', "-")}, {"check-summary": 2.0}
    ),
    "a summary with the wrong names": Work(
        {**RIGHT, "summary": 'summary = {"Before": 49.5, "after": "about 39"}'},
        {"check-summary": 0.0},
    ),
    "an error in a cell": Work(
        {**RIGHT, "weekly": WEEKLY.replace('"wait_days"', '"waits"')},
        {
            "check-weekly-shape": 0.0,
            "check-weekly": 0.0,
            "check-baseline": 0.0,
            "check-signals": 0.0,
            "check-summary": 0.0,
            "check-chart": 0.0,
        },
    ),
    "a mistake in the syntax": Work(
        {**RIGHT, "moving-ranges": "def moving_ranges(values)\n    return values"},
        {
            "check-moving-ranges": 0.0,
            "check-limits": 0.0,
            "check-baseline": 0.0,
            "check-signals": 0.0,
        },
    ),
    "a chart without labels, and the table in another order": Work(
        {
            **RIGHT,
            "weekly": f"{WEEKLY}\nweekly = weekly[['week', 'median_wait', 'seen']]",
            "chart": "ax = weekly.plot(x='week', y='median_wait', title='Waits')",
        },
        {"check-weekly-shape": 0.0, "check-weekly": 0.0, "check-chart": 0.0},
    ),
    "cells of their own, and in another order": Work(RIGHT, change=_with_more_cells),
    "prints and a magic": Work(RIGHT, change=_with_prints),
    "slow but fine": Work({**RIGHT, "median": f"import time\n\ntime.sleep(1)\n{MEDIAN}"}),
}
