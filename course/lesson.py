"""A lesson: what its notebook teaches, and what there is to do in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from course.notebook import read_notebook


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a lesson holds, read from its file without running it."""

    title: str
    module: str | None
    sections: tuple[str, ...]
    activities: tuple[str, ...]
    words: tuple[str, ...]


def read_lesson(path: Path) -> Lesson:
    """Read a lesson's title, sections, activities and words without running it.

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
        words=tuple(notebook.word_links),
    )


def module_id(path: Path) -> str | None:
    """Return the id of the module that a lesson's file name starts with, if it does.

    Examples
    --------
    >>> module_id(Path("a1_why_improvement.ipynb")), module_id(Path("own_data.ipynb"))
    ('A1', None)
    """
    found = re.match(r"([a-f]\d+[a-z]?)_", path.name)
    return found[1].upper() if found else None
