"""Every page to print, written as files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from course.approach import load_approach
from course.editions.cards import handout_page, summary_page
from course.editions.pages import EDITIONS, edition_page
from course.editions.running import run
from course.errors import CourseError
from course.folders import MODULES
from course.glossary import load_glossary
from course.lesson import read_lesson
from course.syllabus import load_syllabus
from qi_tools.whole_file import write_whole


def print_course(folder: Path, modules: Path = MODULES) -> Iterator[Path]:
    """Write the pages of every lesson and the handout of every dose, and yield each file.

    Files of the same names are replaced; others are left alone.

    Parameters
    ----------
    folder : Path
        Where to put them; made when it is missing.
    modules : Path
        Where the course keeps its lessons.

    Raises
    ------
    CourseError
        The folder can't be written, or a lesson doesn't run.
    """
    syllabus, glossary = load_syllabus(), load_glossary()
    ready = [
        (module, path)
        for module in syllabus.modules
        if module.built and module.notebook and (path := modules / module.notebook).is_file()
    ]
    for module, path in ready:
        ran = run(path)
        for edition in EDITIONS:
            html = edition_page(ran, module, edition)
            yield _written(folder / edition.file_name(module), html)
        summary = summary_page(module, read_lesson(path), glossary)
        yield _written(folder / f"{module.id.lower()}_summary.html", summary)
    for dose in syllabus.doses:
        lessons = [(each, read_lesson(path)) for each, path in ready if each.dose == dose.id]
        if lessons:
            html = handout_page(dose, lessons, load_approach(), glossary)
            yield _written(folder / f"{dose.id}_handout.html", html)


def _written(path: Path, html: str) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, html.encode())
    except OSError as error:
        raise CourseError(
            f"{path} can't be written ({error.strerror}). Choose another folder, or make room on "
            "the disk, then try again."
        ) from None
    return path
