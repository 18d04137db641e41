"""A lesson: what its notebook teaches, and what there is to do in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from course.glossary import slug
from course.markup import Paragraph
from course.notebook import Notebook, read_notebook


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a lesson holds, read from its file without running it.

    Parameters
    ----------
    title : str
        Its first heading.
    module : str or None
        The id of its module, such as ``A1``.
    sections : tuple of str
        Its level-2 headings.
    activities : tuple of str
        The ids of what there is to do in it, in order.
    words : tuple of str
        The words of the glossary that it explains, by the names that links use.
    key_points : tuple of str
        What to remember of it, as plain text.
    monday : str
        The paragraph that asks for one small step at work, with the list below it if it has one,
        as plain text.
    monday_activities : tuple of str
        The ids of the questions in which a learner writes that step down.
    activities_by_cell : mapping of int to tuple of str
        By the number of a cell, from 0: the ids of what there is to do in it.
    """

    title: str
    module: str | None
    sections: tuple[str, ...]
    activities: tuple[str, ...]
    words: tuple[str, ...]
    key_points: tuple[str, ...]
    monday: str
    monday_activities: tuple[str, ...]
    activities_by_cell: Mapping[int, tuple[str, ...]]


def read_lesson(path: Path) -> Lesson:
    """Read what a lesson holds without running it.

    Parameters
    ----------
    path : Path
        The notebook. A learner may have changed it: a part that can't be read is left out.

    Raises
    ------
    CourseError
        The file isn't a notebook.

    Examples
    --------
    >>> from course.folders import MODULES
    >>> lesson = read_lesson(MODULES / "1_all_staff" / "a1_why_improvement.ipynb")
    >>> lesson.module, lesson.title
    ('A1', 'Why improvement, and how we do it here')
    """
    notebook = read_notebook(path)
    headings = [heading for _, heading in notebook.headings]
    return Lesson(
        title=next((heading.text for heading in headings if heading.level == 1), path.stem),
        module=module_id(path),
        sections=tuple(heading.text for heading in headings if heading.level == 2),
        activities=tuple(dict.fromkeys(call.id for call in notebook.questions if call.id)),
        words=_words(notebook),
        key_points=tuple(each.text for each in _tagged(notebook, "key-points") if each.listed),
        monday=" ".join(_first_with_its_list(_tagged(notebook, "monday"))),
        monday_activities=tuple(
            call.id
            for call in notebook.questions
            if call.id and call.name in {"written", "checklist"} and "monday" in call.cell.tags
        ),
        activities_by_cell=_by_cell(notebook),
    )


def _by_cell(notebook: Notebook) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for call in notebook.questions:
        cell = call.cell.number - 1
        if call.id and call.id not in (known := found.get(cell, ())):
            found[cell] = (*known, call.id)
    return found


def _words(notebook: Notebook) -> tuple[str, ...]:
    listed = (
        notebook.value(argument)
        for call in notebook.calls
        if call.name == "words"
        for argument in call.node.args
    )
    return tuple(dict.fromkeys(slug(name) for name in listed if isinstance(name, str)))


def _first_with_its_list(paragraphs: list[Paragraph]) -> Iterator[str]:
    for place, paragraph in enumerate(paragraphs):
        if place and not paragraph.listed:
            return
        yield paragraph.text


def _tagged(notebook: Notebook, tag: str) -> list[Paragraph]:
    return [each for cell in notebook.cells if tag in cell.tags for each in cell.markup.paragraphs]


def module_id(path: Path) -> str | None:
    """Return the id of the module that a lesson's file name starts with, if it does.

    Examples
    --------
    >>> module_id(Path("a1_why_improvement.ipynb")), module_id(Path("own_data.ipynb"))
    ('A1', None)
    """
    found = re.match(r"([a-f]\d+[a-z]?)_", path.name)
    return found[1].capitalize() if found else None
