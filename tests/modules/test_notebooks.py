"""Every notebook keeps the lesson grammar, and runs from start to end without answering itself."""

import asyncio
import shutil
import sys

import nbformat
import pytest
from nbclient import NotebookClient

from course.folders import MODULES
from course.glossary import load_glossary
from course.grammar import check_notebook
from course.lesson import read_lesson
from course.lesson_time import honest_minutes
from course.notebook import read_notebook
from course.syllabus import load_syllabus

NOTEBOOKS = sorted(MODULES.rglob("*.ipynb"))
each_notebook = pytest.mark.parametrize(
    "path", NOTEBOOKS, ids=lambda path: path.relative_to(MODULES).as_posix()
)


def test_every_built_module_has_its_notebook_and_no_other_lesson_is_there():
    syllabus = load_syllabus()
    lessons = {module.notebook for module in syllabus.modules if module.built}
    folders = {dose.folder for dose in syllabus.doses}
    found = {path.relative_to(MODULES).as_posix() for path in NOTEBOOKS}
    assert {name for name in found if name.split("/")[0] in folders} == lessons


@each_notebook
def test_it_keeps_the_lesson_grammar(path):
    faults = check_notebook(path, load_syllabus(), load_glossary())
    assert not faults, "\n".join(map(str, faults))


@pytest.mark.parametrize(
    "module", [m for m in load_syllabus().modules if m.built], ids=lambda m: m.id
)
def test_its_minutes_are_honest(module):
    minutes = honest_minutes(read_notebook(MODULES / module.notebook))
    assert 0.75 * module.minutes <= minutes <= 1.2 * module.minutes


@each_notebook
def test_it_runs_and_answers_nothing(path, tmp_path):
    if sys.platform == "win32":
        asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
    folder = tmp_path / path.parent.name
    shutil.copytree(path.parent, folder)
    notebook = nbformat.read(folder / path.name, as_version=4)
    before = {file.name for file in folder.iterdir()}
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    assert {file.name for file in folder.iterdir()} == before
    complaints = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if output.output_type == "error" or output.get("name") == "stderr"
    ]
    assert complaints == []


def test_the_ids_of_activities_are_the_courses_own():
    """Each answer has one name in the whole course, so records of lessons never mix."""
    ids = [id for path in NOTEBOOKS for id in read_lesson(path).activities]
    assert len(ids) == len(set(ids))
