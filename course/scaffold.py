"""Start a new lesson: the grammar's sections, filled in from the syllabus."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from course.errors import CourseError
from course.glossary import slug
from course.grammar import CHECK, CODE_HIDDEN, FACILITATORS, KEY_POINTS, LEARN, MONDAY, WHY, WORDS
from course.syllabus import Module, Syllabus
from course.tidy import as_text, tidied

Cell = dict[str, Any]

_IMPORTS = """from course.glossary import words
from qi_tools.teaching import choice, predict, show_html, written"""


def new_lesson(syllabus: Syllabus, module_id: str, modules: Path) -> Path:
    """Write the start of a module's lesson and return its path.

    Title, minutes and objectives come from the syllabus. What the author must write stands as
    ``{{write: ...}}``; until it is written, `course.grammar.check_notebook` names each of these
    places, and nothing else.

    Parameters
    ----------
    syllabus : Syllabus
        Where the module stands.
    module_id : str
        The module, such as ``"A2"``.
    modules : Path
        The folder of all notebooks.

    Raises
    ------
    CourseError
        There is no such module, its lesson is there already, or the file can't be written.
    """
    module = syllabus.module(module_id[:1].upper() + module_id[1:].lower())
    stem = f"{module.id.lower()}_{slug(module.title).replace('-', '_')}"
    path = modules / (module.notebook or f"{syllabus.dose(module.dose).folder}/{stem}.ipynb")
    notebook = tidied({"cells": list(_cells(syllabus, module)), "nbformat": 4, "nbformat_minor": 5})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(as_text(notebook))
    except FileExistsError:
        raise CourseError(
            f"{module.id} has a lesson already: {path.name}. Change it, or move it away first."
        ) from None
    except OSError as error:
        raise CourseError(
            f"{path} could not be written ({error.strerror}). Choose a folder that you may change."
        ) from None
    return path


def _cells(syllabus: Syllabus, module: Module) -> Iterator[Cell]:
    hidden = module.dose in CODE_HIDDEN
    prefix = module.id.lower()
    abouts = [each.text for each in module.objectives]
    aims = [f"{each.text} ({each.minutes} minutes)" for each in module.objectives]
    if not aims:  # a module that is still to come has topics only
        abouts = [syllabus.matrix.topic(row).title for row in module.topics]
        aims = [f"{{{{write: what a learner can do about: {about}}}}}" for about in abouts]
    objectives = "\n".join(f"- {aim}" for aim in aims)
    yield _text(
        f"""# {module.title}

## {LEARN.heading}

This lesson takes about **{module.minutes} minutes**. At the end you can:

{objectives}

<!-- Author: these lines come from course/syllabus.toml. Change them there first. -->"""
    )
    yield _text(
        f"""## {WHY.heading}

<!-- Author: one short story that matters, and snags from clinical and from other work.
Link a word of the glossary where it first stands: [quality improvement](#word-...). -->

{{{{write: a story, and how the reader may know it from their own work}}}}""",
        "why",
    )
    for number, about in enumerate(abouts, start=1):
        story, *parts = _topic(prefix, number, about, hidden)
        yield story
        if number == 1:
            yield {**_code(_IMPORTS, hidden=hidden), "id": "set-up"}
        yield from parts
    yield _text(f"## {CHECK.heading}\n\nYou can try each question again.", "check")
    yield _code(
        _choice(f"{prefix}-check-1", "a question on the whole lesson"), "check", hidden=hidden
    )
    yield _text(
        f"## {MONDAY.heading}\n\n{{{{write: one small step that anyone can take at work}}}}",
        "monday",
    )
    yield _code(
        f'written("{prefix}-monday", "{{{{write: what will you do, and whom will you tell?}}}}")',
        "monday",
        hidden=hidden,
    )
    yield _text(
        f"## {KEY_POINTS.heading}\n\n- {{{{write: three to five points, one line each}}}}",
        "key-points",
    )
    yield _text(f"## {WORDS.heading}", "words")
    yield _code(
        'words("{{write: each word that the text links, as in: system}}")',
        "words",
        hidden=hidden,
    )
    yield _text(
        f"""## {FACILITATORS.heading}

<!-- Author: keep the note in this one cell; the page folds it away. -->

{{{{write: how to teach this to a group in {module.minutes} minutes, without screens too}}}}""",
        "facilitator",
    )


def _topic(prefix: str, number: int, about: str, hidden: bool) -> Iterator[Cell]:
    yield _text(
        f"""## {{{{write: a heading for: {about}}}}}

{{{{write: what happened, up to the moment when the reader can guess what comes next}}}}""",
        id=f"topic-{number}",
    )
    yield _code(
        f'''def what_happened(guess):
    """Show what happened, once the learner has made a guess."""
    return show_html("<p>{{{{write: the picture or chart, with words for it}}}}</p>")


predict(
    "{prefix}-predict-{number}",
    "{{{{write: what do you think will happen?}}}}",
    {{
        "a": "{{{{write: one possible guess}}}}",
        "b": "{{{{write: another}}}}",
    }},
    then=what_happened,
)''',
        "predict",
        "activity",
        hidden=hidden,
    )
    yield _text(
        "{{write: what it means, in short sentences}}", "explain", id=f"topic-{number}-explain"
    )
    yield _code(
        _choice(f"{prefix}-card-{number}", f"a question on: {about}"), "check", hidden=hidden
    )


def _choice(id: str, about: str) -> str:
    about = json.dumps(about, ensure_ascii=False)[1:-1]  # safe between quotes
    return f'''choice(
    "{id}",
    "{{{{write: {about}}}}}",
    {{
        "a": "{{{{write: the right answer}}}}",
        "b": "{{{{write: a mistake that people really make}}}}",
    }},
    right="a",
    feedback={{
        "a": "{{{{write: yes, and why}}}}",
        "b": "{{{{write: why not, and what to look at again}}}}",
    }},
)'''


def _text(source: str, *tags: str, id: str | None = None) -> Cell:
    metadata = {"tags": list(tags)} if tags else {}
    return {"cell_type": "markdown", "id": id, "metadata": metadata, "source": source}


def _code(source: str, *tags: str, hidden: bool) -> Cell:
    metadata: dict[str, Any] = {"tags": [*tags, "hide-input"] if hidden else list(tags)}
    if hidden:
        metadata["jupyter"] = {"source_hidden": True}
    return {"cell_type": "code", "metadata": metadata, "source": source, "outputs": []}
