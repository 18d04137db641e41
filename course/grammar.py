"""The grammar that each lesson follows, and what in a lesson breaks it.

In the order in which a lesson follows it:

=================================  ==============  ================================================
heading                            cell tag        holds
=================================  ==============  ================================================
``# Title``                        --              the only level-1 heading
What you will learn                --              minutes in bold, the syllabus's objectives
Why this matters where you work    why             a story from clinical and non-clinical work
*your own headings*                predict         a prediction: ``predict``, ``predict_number``,
                                                   or that of an ``experiment``
..                                 activity        what the prediction unlocks (its ``then``): such
                                                   as a ``stepper``, or a ``scene`` to search
..                                 explain         what it means
..                                 check           questions with feedback: ``choice``, ``several``,
                                                   ``number``, ``order``, ``match``, ``build``,
                                                   ``measure_tree`` or ``read_chart``
..                                 approach        the organisation's own approach
Check yourself                     check           questions on the whole lesson
One thing to do on Monday          monday          one small step at work
Key points                         key-points      what to remember
Words to know                      words           ``words("system", ...)`` from the glossary
For facilitators                   facilitator     one cell, folded: how to run it with a group
=================================  ==============  ================================================

A word of the glossary is linked as ``[any text](#word-clinical-audit)`` and listed in "Words to
know". An activity's id starts with its lesson's id, as in ``a1-monday``; the lesson's id starts the
file's name, as in ``a1_why_improvement.ipynb``. What an author must still write stands as
``{{write: ...}}``. Notes to authors are HTML comments.

A ``stepper`` and a ``scene`` are made in a prediction's ``then``. An ``experiment`` asks for its
prediction itself, and a ``branching`` story shows only what was chosen, so both may stand alone.
``written``, ``checklist``, ``poll``, ``reveal`` and ``timer`` may stand anywhere. A checklist
counts as answered once its text is there, an experiment once its prediction is. The ticks and the
turns are kept under the same id with ``-checks`` or ``-turns`` behind it; no other question may
have that id.

A link to a file leads as it does in a learner's own folder: there ``modules/1_all_staff`` is
``lessons/1_all_staff`` and ``modules/reference`` is ``reference``. So a lesson links a reference
notebook as ``../../reference/own_data.ipynb``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from course.errors import CourseError, Fault
from course.folders import MODULES
from course.glossary import Glossary, reading_age
from course.lesson import module_id
from course.lesson_time import honest_minutes
from course.markup import without_comments
from course.notebook import GUESSES, Notebook, read_notebook
from course.notebook_faults import PLACEHOLDER, notebook_faults
from course.syllabus import Module, Syllabus


@dataclass(frozen=True, slots=True)
class Section:
    """A section that each lesson has: its heading, and the tag of its cells."""

    heading: str
    tag: str | None = None


LEARN = Section("What you will learn")
WHY = Section("Why this matters where you work", "why")
CHECK = Section("Check yourself", "check")
MONDAY = Section("One thing to do on Monday", "monday")
KEY_POINTS = Section("Key points", "key-points")
WORDS = Section("Words to know", "words")
FACILITATORS = Section("For facilitators", "facilitator")
OPENING = (LEARN, WHY)
CLOSING = (CHECK, MONDAY, KEY_POINTS, WORDS, FACILITATORS)

#: Each lesson has a prediction, what it unlocks, and what that means.
BODY_TAGS = ("predict", "activity", "explain")
TAGS = frozenset(
    {section.tag for section in (*OPENING, *CLOSING) if section.tag}
    | {*BODY_TAGS, "approach", "exercise", "solution", "hide-input"}
    | {"nbval-check-output", "nbval-ignore-output", "nbval-skip"}
)
#: The questions that say what is right.
CHECKS = frozenset(
    ("build", "choice", "match", "measure_tree", "number", "order", "read_chart", "several")
)
#: Doses whose lessons never show code: nobody there needs to read any.
CODE_HIDDEN = ("all_staff", "board", "senior_leaders", "middle_managers")
#: Years of age at which everyone's lessons should read, at most.
READING_AGE = {"all_staff": 12.0}
#: How much longer than it says a lesson may take: the minutes are an estimate.
LONGER = 1.2


def check_notebook(
    path: Path, syllabus: Syllabus, glossary: Glossary, modules: Path = MODULES
) -> tuple[Fault, ...]:
    """Hold a notebook against the lesson grammar and return every fault at once.

    A lesson stands in the folder of its dose. Any other notebook, such as a reference notebook,
    is held only against what applies to all: headings, pictures, links, words, ids and outputs.
    A file that can't be read as a notebook has that one fault.

    Parameters
    ----------
    path : Path
        The notebook.
    syllabus : Syllabus
        Where objectives and minutes come from.
    glossary : Glossary
        The words that may be linked.
    modules : Path
        The folder of all notebooks.
    """
    try:
        notebook = read_notebook(path)
    except CourseError as error:
        return (Fault("file", str(error)),)
    faults = [*notebook_faults(notebook, glossary, modules), *_tag_faults(notebook)]
    if path.resolve().parent.name in {dose.folder for dose in syllabus.doses}:
        faults += _lesson_faults(notebook, syllabus)
    return tuple(sorted(faults, key=_cell_number))


def _cell_number(fault: Fault) -> int:
    """Sort faults as a reader meets them: the file as a whole, then cell by cell."""
    found = re.match(r"cell (\d+)", fault.where)
    return int(found[1]) if found else 0


def _tag_faults(notebook: Notebook) -> Iterator[Fault]:
    for cell in notebook.cells:
        for tag in cell.tags:
            if tag not in TAGS:
                yield Fault(cell.where, f"has the tag {tag!r}; use only: {', '.join(sorted(TAGS))}")


def _lesson_faults(notebook: Notebook, syllabus: Syllabus) -> Iterator[Fault]:
    path = notebook.path.resolve()
    modules = {module.id: module for module in syllabus.modules}
    module = modules.get(module_id(path) or "")
    if module is None:
        yield Fault(
            "file name",
            f"{path.name!r} should start with the id of a module of the syllabus, "
            "as in 'a1_why_improvement.ipynb'",
        )
        return
    here = f"{path.parent.name}/{path.name}"
    folder = syllabus.dose(module.dose).folder
    if here != (module.notebook or f"{folder}/{path.name}"):
        yield Fault(
            "file name", f"is {here}; the syllabus has {module.notebook or folder} for {module.id}"
        )
    yield from _syllabus_faults(notebook, module)
    yield from _section_faults(notebook)
    yield from _body_faults(notebook)
    prefix = f"{module.id.lower()}-"
    for call in notebook.questions:
        if call.id is not None and not call.id.startswith(prefix):
            yield Fault(
                call.cell.where, f"has the activity id {call.id!r}; start it with {prefix!r}"
            )
    if module.dose in CODE_HIDDEN:
        for cell in notebook.cells:
            if cell.kind == "code" and not (cell.hidden and "hide-input" in cell.tags):
                yield Fault(
                    cell.where,
                    "shows code; set jupyter.source_hidden to true and the tag 'hide-input'",
                )
    if (minutes := honest_minutes(notebook)) > LONGER * module.minutes:
        yield Fault(
            "file",
            f"takes about {minutes:.0f} minutes to read and do; the syllabus has "
            f"{module.minutes}. Shorten it, or give it more minutes there",
        )
    if module.dose in READING_AGE:
        yield from _reading_faults(notebook, READING_AGE[module.dose])


def _syllabus_faults(notebook: Notebook, module: Module) -> Iterator[Fault]:
    for cell, title in notebook.headings[:1]:
        if title.text != module.title:
            yield Fault(
                cell.where, f"has the title {title.text!r}; the syllabus has {module.title!r}"
            )
    section = notebook.section(LEARN.heading)
    if not section:
        return
    where = section[0].where
    lines = [line for cell in section for line in cell.markup.paragraphs]
    totals = [_minutes(line.text) for line in lines if not line.listed]
    total = next((minutes for minutes in totals if minutes), None)
    if total != module.minutes:
        yield Fault(where, f"says {total} minutes in all; the syllabus has {module.minutes}")
    if not module.objectives:
        return
    wanted = {objective.text: objective.minutes for objective in module.objectives}
    given = {
        re.sub(r"\s*\(\d+ minutes?\)$", "", line.text): _minutes(line.text)
        for line in lines
        if line.listed
    }
    for text, minutes in given.items():
        if text not in wanted:
            yield Fault(where, f"has the objective {text!r}, which the syllabus doesn't have")
        elif minutes != wanted[text]:
            yield Fault(
                where, f"gives {minutes} minutes to {text!r}; the syllabus has {wanted[text]}"
            )
    for text, minutes in wanted.items():
        if text not in given:
            yield Fault(where, f"lacks the objective '{text} ({minutes} minutes)'")
    if list(given) != list(wanted) and given.keys() == wanted.keys():
        yield Fault(where, "has the objectives in another order than the syllabus")


def _minutes(text: str) -> int | None:
    found = re.search(r"(\d+) minutes?", text)
    return int(found[1]) if found else None


def _section_faults(notebook: Notebook) -> Iterator[Fault]:
    sections = {section.heading: section for section in (*OPENING, *CLOSING)}
    found = [(cell, heading.text) for cell, heading in notebook.headings if heading.level == 2]
    names = [name for _, name in found]
    for name, section in sections.items():
        if name not in names:
            yield Fault("file", f"lacks the section '## {name}'")
        elif names.count(name) > 1:
            yield Fault("file", f"has the section '## {name}' more than once")
        else:
            yield from _fixed_section_faults(notebook, section)
    in_order = [name for name in sections if name in names]
    if in_order != [name for name in dict.fromkeys(names) if name in sections]:
        yield Fault(
            "file", f"has its sections out of order; keep this order: {', '.join(sections)}"
        )
    elif len(in_order) == len(sections):
        start, end = names.index(WHY.heading), names.index(CHECK.heading)
        for cell, name in found[:start] + found[end:]:
            if name not in sections:
                yield Fault(
                    cell.where,
                    f"has the section {name!r} outside the lesson's middle; put it "
                    f"between '{WHY.heading}' and '{CHECK.heading}'",
                )
    own = [name for name in names if name not in sections]
    if not own:
        yield Fault("file", "has no section of its own; add one or more with '## '")
    for name in own:
        yield from _empty_section_faults(notebook, name)


def _empty_section_faults(notebook: Notebook, name: str) -> Iterator[Fault]:
    cells = notebook.section(name)
    text = "\n".join(without_comments(cell.source) for cell in cells)
    if not any(line.strip() and not line.startswith("#") for line in text.splitlines()):
        yield Fault(cells[0].where, f"has nothing under '## {name}'; write it")


def _fixed_section_faults(notebook: Notebook, section: Section) -> Iterator[Fault]:
    yield from _empty_section_faults(notebook, section.heading)
    if section.tag is None:
        return
    cells = notebook.section(section.heading)
    for cell in cells:
        if section.tag not in cell.tags:
            yield Fault(
                cell.where, f"stands in '{section.heading}' without the tag {section.tag!r}; add it"
            )
    if sum(heading.level < 3 for heading in cells[0].markup.headings) > 1:
        yield Fault(cells[0].where, f"holds more than '{section.heading}'; give it its own cell")
    if section == FACILITATORS and len(cells) > 1:
        yield Fault(cells[1].where, "splits the facilitator note; keep it in one cell, for folding")
    calls = [call for call in notebook.calls if call.cell in cells]
    if section == WORDS and not any(call.name == "words" and call.node.args for call in calls):
        yield Fault(cells[0].where, 'lists no words; add a code cell with words("system", ...)')
    if section == CHECK and not any(call.name in CHECKS for call in calls):
        yield Fault(cells[0].where, "asks nothing; add a choice with feedback for each option")


def _body_faults(notebook: Notebook) -> Iterator[Fault]:
    for tag in BODY_TAGS:
        if not any(tag in cell.tags for cell in notebook.cells):
            yield Fault("file", f"has no cell tagged {tag!r}; a lesson has: {', '.join(BODY_TAGS)}")
    predicting = {call.cell for call in notebook.questions if call.name in GUESSES}
    predicted = False
    for cell in notebook.cells:
        if any(heading.level == 2 for heading in cell.markup.headings):
            predicted = False
        predicted = predicted or cell in predicting
        if "predict" in cell.tags and cell.kind == "code" and cell not in predicting:
            yield Fault(cell.where, "is tagged 'predict' but asks for no prediction")
        if "activity" in cell.tags and not predicted:
            yield Fault(
                cell.where, "is an activity without a prediction before it; put predict(...) first"
            )


def _reading_faults(notebook: Notebook, oldest: float) -> Iterator[Fault]:
    # Objectives are the syllabus's own words; facilitators are not "all staff".
    skipped = {*notebook.section(LEARN.heading), *notebook.section(FACILITATORS.heading)}
    lines = [
        PLACEHOLDER.sub("", line.text)
        for cell in notebook.cells
        if cell not in skipped
        for line in cell.markup.paragraphs
    ]
    if sum(len(line.split()) for line in lines) < 100:
        return  # too little text to tell
    age = reading_age("\n".join(lines))
    if age > oldest:
        yield Fault(
            "file",
            f"reads at about age {age:.1f}; use shorter words and sentences (at most {oldest:.0f})",
        )
