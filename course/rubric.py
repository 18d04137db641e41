"""How written work is marked: a rubric's tasks, their criteria, and what each level looks like.

A rubric (``rubric.toml``, beside the bank) is public: learners see what they will be marked by. A
criterion's mark stands in the gradebook under its task and its own id, such as ``w1-data``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.document import (
    ASSESSMENT,
    SCHEMA,
    VERSION,
    Rule,
    faults_of,
    name_of,
    parsed_toml,
    read_text,
    rows,
    text,
    twice_faults,
    words,
)
from course.errors import CourseError, Fault, FaultsFound

if TYPE_CHECKING:
    from qi_tools.teaching.html_block import HtmlBlock

RUBRIC = "rubric.toml"
#: What a criterion can be, from 0 up. Every rubric has these.
LEVELS = ("missing", "partly there", "sound", "strong")

_RUBRIC: Mapping[str, Rule] = {
    "schema": SCHEMA,
    "assessment": ASSESSMENT,
    "version": VERSION,
    "task": rows(9),
}
_TASK: Mapping[str, Rule] = {
    "id": text("w[1-9]", "w and a number, such as w1"),
    "title": words(80),
    "module": text("[A-F][1-9][a-z]?", "a module, such as B3b"),
    "topic": text("[1-9][0-9]?[a-z]?", "a row of the dose matrix in quotes, such as 28a"),
    "read_again": words(80),
    "criterion": rows(6),
}
_SAID = words(400)


def _one_a_level(allowed: str, holds: Any) -> Rule:
    return Rule(
        f"a list of {len(LEVELS)}, from {LEVELS[0]!r} to {LEVELS[-1]!r}, each {allowed}",
        lambda value: (
            isinstance(value, list) and len(value) == len(LEVELS) and all(map(holds, value))
        ),
    )


_CRITERION: Mapping[str, Rule] = {
    "id": text("[a-z][a-z-]{0,29}", "small letters and hyphens, such as data"),
    "text": words(200),
    "levels": _one_a_level(_SAID.allowed, _SAID.holds),
    "phrases": _one_a_level(
        "a list of one to three phrases",
        lambda value: (
            isinstance(value, list) and 1 <= len(value) <= 3 and all(map(_SAID.holds, value))
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that a written task is marked by.

    Parameters
    ----------
    name : str
        Its name in the gradebook: its task and its own id, such as ``w1-data``.
    text : str
        What is looked for.
    levels : tuple of str
        What each level looks like, from 0.
    phrases : tuple of tuple of str
        Words that work at each level might hold.
    """

    name: str
    text: str
    levels: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Task:
    """One written task, and what it is marked by.

    Parameters
    ----------
    id, title : str
        Its id, such as ``w1``, and what it is called.
    module, topic : str
        The lesson and the row of the dose matrix that it checks.
    read_again : str
        The heading of the lesson's section to read again.
    criteria : tuple of Criterion
        What it is marked by.
    """

    id: str
    title: str
    module: str
    topic: str
    read_again: str
    criteria: tuple[Criterion, ...]

    def html(self) -> str:
        """Return the task's rubric as one table for each criterion."""
        return "".join(_table(criterion) for criterion in self.criteria)


@dataclass(frozen=True, slots=True)
class Rubric:
    """All written tasks of one version of an assessment."""

    assessment: str
    version: str
    tasks: tuple[Task, ...]

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """Every criterion of every task, in order."""
        return tuple(criterion for task in self.tasks for criterion in task.criteria)

    def task(self, id: str) -> Task:
        """Return one task by its id."""
        for task in self.tasks:
            if task.id == id:
                return task
        raise CourseError(
            f"This assessment has no written task {id!r}. "
            f"Use one of: {', '.join(task.id for task in self.tasks)}."
        )


def load_rubric(path: Path) -> Rubric:
    """Return the rubric in a file.

    Raises
    ------
    CourseError
        If the file can't be read at all.
    FaultsFound
        If it has faults: all of them, each with its place.
    """
    content = parsed_toml(path.name, read_text(path))
    faults = [*_faults(content)]
    if faults:
        raise FaultsFound(path.name, faults)
    return Rubric(
        content["assessment"], content["version"], tuple(_task(each) for each in content["task"])
    )


def show_rubric(task: str, folder: str | Path = ".") -> HtmlBlock:
    """Show what a written task is marked by, as a part of the page.

    Parameters
    ----------
    task : str
        The task's id, such as ``w1``.
    folder : str or Path
        The folder with ``rubric.toml``.
    """
    from qi_tools.teaching import show_html

    return show_html(load_rubric(Path(folder) / RUBRIC).task(task).html())


def _task(content: Mapping[str, Any]) -> Task:
    criteria = tuple(
        Criterion(
            f"{content['id']}-{each['id']}",
            each["text"],
            tuple(each["levels"]),
            tuple(map(tuple, each["phrases"])),
        )
        for each in content["criterion"]
    )
    return Task(
        content["id"],
        content["title"],
        content["module"],
        content["topic"],
        content["read_again"],
        criteria,
    )


def _table(criterion: Criterion) -> str:
    rows_ = "".join(
        f'<tr><th scope="row">{level} · {LEVELS[level]}</th><td>{escape(words_)}</td>'
        f"<td>{'<br>'.join(f'“{escape(each)}”' for each in phrases)}</td></tr>"
        for level, (words_, phrases) in enumerate(
            zip(criterion.levels, criterion.phrases, strict=True)
        )
    )
    return (
        f'<table class="rubric"><caption>{escape(criterion.text)}</caption><thead><tr>'
        '<th scope="col">Level</th><th scope="col">What it looks like</th>'
        f'<th scope="col">For example</th></tr></thead><tbody>{rows_}</tbody></table>'
    )


def _faults(content: dict[str, Any]) -> Iterator[Fault]:
    yield from faults_of(content, _RUBRIC)
    tasks = content.get("task")
    if not isinstance(tasks, list):
        return
    if not tasks:
        yield Fault("task", "is empty; a rubric needs at least one task")
    for number, task in enumerate(tasks, start=1):
        where = f"task[{name_of(task, number)}]"
        yield from faults_of(task, _TASK, where)
        criteria = task.get("criterion") if isinstance(task, dict) else None
        if not isinstance(criteria, list):
            continue
        if not criteria:
            yield Fault(f"{where}.criterion", "is empty; a task needs at least one criterion")
        for place, criterion in enumerate(criteria, start=1):
            here = f"{where}.criterion[{name_of(criterion, place)}]"
            yield from faults_of(criterion, _CRITERION, here)
        yield from twice_faults(f"{where}.criterion", criteria)
    yield from twice_faults("task", tasks)
