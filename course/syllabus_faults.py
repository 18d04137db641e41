"""What can be wrong with a syllabus: values not of their kind, names that point nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from course.document import (
    Rule,
    every,
    faults_of,
    maybe,
    one_of,
    rows,
    text,
    whole,
    words,
    yes_or_no,
)
from course.document import (
    table as any_table,
)
from course.errors import Fault
from course.rubric import LEVELS

if TYPE_CHECKING:
    from course.syllabus import Assessment, Module, Syllabus

_LINE = words(400)
_ID = text("[a-z][a-z0-9_]{0,39}", "small letters, digits and _, such as all_staff")
_MODULE_ID = text("[A-F][1-9][a-z]?", "a letter A to F and a number, such as A1")
_TOPIC = text("[1-9][0-9]?[ab]?", "a row of the dose matrix in quotes, such as 28a")
_MINUTES = whole(1, 600)
_QUESTION = text("q[1-9][0-9]?", "a question, such as q10")
_TASK = text("w[1-9]", "a written task, such as w1")
_ASSESSED = text(
    "[a-z][a-z0-9_]*/(q[1-9][0-9]?|w[1-9])",
    "an assessment and a question or written task, such as all_staff_check/q1",
)

_SYLLABUS: Mapping[str, Rule] = {
    "version": _LINE,
    "doses": rows(20),
    "modules": rows(200),
    "assessments": rows(200),
    "moderation": any_table(),
    "awards": rows(200),
}
_DOSE: Mapping[str, Rule] = {
    "id": _ID,
    "title": _LINE,
    "audience": _LINE,
    "purpose": _LINE,
    "builds_on": every(_ID),
    "folder": text("[1-6]_[a-z_]+", "a folder of modules/, such as 1_all_staff"),
    "valid_months": whole(1, 120),
}
_MODULE: Mapping[str, Rule] = {
    "id": _MODULE_ID,
    "dose": _ID,
    "title": _LINE,
    "summary": _LINE,
    "minutes": _MINUTES,
    "built": yes_or_no(),
    "optional": maybe(yes_or_no()),
}
_BUILT_MODULE: Mapping[str, Rule] = {
    **_MODULE,
    "notebook": text(
        r"[1-6]_[a-z_]+/[a-z][a-z0-9_]*\.ipynb",
        "a path inside modules/, such as 1_all_staff/a1.ipynb",
    ),
    "objectives": rows(40),
}
_COMING_MODULE: Mapping[str, Rule] = {**_MODULE, "covers": every(_TOPIC, least=1)}
_OBJECTIVE: Mapping[str, Rule] = {
    "topic": _TOPIC,
    "depth": whole(1, 4),
    "minutes": _MINUTES,
    "text": _LINE,
    "assessed_by": every(_ASSESSED, least=1),
}
_ASSESSMENT: Mapping[str, Rule] = {
    "id": _ID,
    "dose": _ID,
    "title": _LINE,
    "modules": every(_MODULE_ID, least=1),
    "kind": one_of("answer-file", "code"),
    "version": text("[1-9][0-9]{0,3}", "a whole number in quotes, such as 1"),
    "minutes": _MINUTES,
    "slots": whole(1, 99),
    "written": maybe(every(_TASK, least=1)),
    "built": yes_or_no(),
    "pass_percent": whole(1, 100),
    "wait_hours": whole(0, 720),
    "attempts_before_facilitator": whole(1, 20),
    "hurdles": maybe(rows(20)),
}
_HURDLE: Mapping[str, Rule] = {
    "name": words(40),
    "slots": every(_QUESTION, least=1),
    "least": whole(1, 99),
}
_LEVEL = whole(0, len(LEVELS) - 1)
_MODERATION: Mapping[str, Rule] = {
    "pass_level": _LEVEL,
    "floor_level": _LEVEL,
    "borderline_points": whole(0, 20),
    "apart_levels": _LEVEL,
    "least_tasks": whole(1, 9),
}
_AWARD: Mapping[str, Rule] = {
    "id": _ID,
    "dose": _ID,
    "title": _LINE,
    "description": _LINE,
    "requires": every(_ID, least=1),
    "built": yes_or_no(),
}


def shape_faults(content: dict[str, Any]) -> Iterator[Fault]:
    """Yield every table and value that is not of its kind."""
    yield from faults_of(content, _SYLLABUS)
    for noun, members in (("doses", _DOSE), ("assessments", _ASSESSMENT), ("awards", _AWARD)):
        for where, table in _tables(content, noun):
            yield from faults_of(table, members, where)
    yield from faults_of(content.get("moderation"), _MODERATION, "moderation")
    for where, table in _tables(content, "assessments"):
        for place, hurdle in _tables(table, "hurdles", "name") if isinstance(table, dict) else ():
            yield from faults_of(hurdle, _HURDLE, f"{where}.{place}")
    for where, table in _tables(content, "modules"):
        built = isinstance(table, dict) and table.get("built") is True
        yield from faults_of(table, _BUILT_MODULE if built else _COMING_MODULE, where)
        for place, objective in _tables(table, "objectives", "topic") if built else ():
            yield from faults_of(objective, _OBJECTIVE, f"{where}.{place}")


def _tables(content: dict[str, Any], noun: str, name: str = "id") -> Iterator[tuple[str, Any]]:
    """Yield each table of a list with its place, named as its reader would: ``modules[A1]``."""
    tables = content.get(noun)
    for number, table in enumerate(tables if isinstance(tables, list) else (), start=1):
        shown = table.get(name, number) if isinstance(table, dict) else number
        yield f"{noun}[{shown}]", table


def disagreements(syllabus: Syllabus) -> Iterator[Fault]:
    """Yield names that point nowhere, and sums and depths that disagree."""
    for noun in ("doses", "modules", "assessments", "awards"):
        ids = [value.id for value in getattr(syllabus, noun)]
        for id in sorted({id for id in ids if ids.count(id) > 1}):
            yield Fault(f"{noun}[{id}]", "stands more than once; give each its own id")
    doses = {dose.id for dose in syllabus.doses}
    groups = dict.fromkeys(group for topic in syllabus.matrix.topics for group in topic.depths)
    if doses != set(groups):
        yield Fault("doses", f"should be exactly those of the matrix: {', '.join(groups)}")
    earlier: set[str] = set()
    for dose in syllabus.doses:
        for id in sorted(set(dose.builds_on) - earlier):
            yield Fault(
                f"doses[{dose.id}].builds_on", f"names {id!r}, which is not a dose above it"
            )
        earlier.add(dose.id)
    for module in syllabus.modules:
        yield from _module_faults(syllabus, module, doses)
    modules = {module.id: module for module in syllabus.modules}
    for assessment in syllabus.assessments:
        where = f"assessments[{assessment.id}]"
        if assessment.dose not in doses:
            yield Fault(f"{where}.dose", f"names {assessment.dose!r}, which is not a dose")
        for id in assessment.modules:
            if id not in modules:
                yield Fault(f"{where}.modules", f"names {id!r}, which is not a module")
            elif assessment.built and not modules[id].built:
                yield Fault(f"{where}.modules", f"is built, but its module {id} is not")
        yield from _hurdle_faults(assessment, where)
    assessments = {each.id: each for each in syllabus.assessments}
    for award in syllabus.awards:
        where = f"awards[{award.id}]"
        if award.dose not in doses:
            yield Fault(f"{where}.dose", f"names {award.dose!r}, which is not a dose")
        for id in award.requires:
            if id not in assessments:
                yield Fault(f"{where}.requires", f"names {id!r}, which is not an assessment")
            elif award.built and not assessments[id].built:
                yield Fault(f"{where}.requires", f"is built, but its assessment {id} is not")


def _hurdle_faults(assessment: Assessment, where: str) -> Iterator[Fault]:
    for hurdle in assessment.hurdles:
        here = f"{where}.hurdles[{hurdle.name}]"
        for slot in hurdle.slots:
            if int(slot.removeprefix("q")) > assessment.slots:
                yield Fault(
                    f"{here}.slots", f"names {slot}, but there are {assessment.slots} questions"
                )
        if hurdle.least > len(hurdle.slots):
            yield Fault(f"{here}.least", f"is {hurdle.least}, but it names {len(hurdle.slots)}")


def _module_faults(syllabus: Syllabus, module: Module, doses: set[str]) -> Iterator[Fault]:
    where = f"modules[{module.id}]"
    if module.dose not in doses:
        yield Fault(f"{where}.dose", f"names {module.dose!r}, which is not a dose")
        return
    rows = {topic.row for topic in syllabus.matrix.topics}
    for topic in module.topics:
        if topic not in rows:
            yield Fault(where, f"covers topic {topic!r}, which the dose matrix doesn't have")
    total = sum(objective.minutes for objective in module.objectives)
    if module.built and total != module.minutes:
        yield Fault(
            f"{where}.minutes", f"is {module.minutes}, but its objectives add up to {total}"
        )
    if module.notebook and not module.notebook.startswith(syllabus.dose(module.dose).folder + "/"):
        yield Fault(f"{where}.notebook", "is outside the folder of its dose")
    assessed = {f"{each.id}/{place}" for each in syllabus.assessments for place in each.places}
    for objective in module.objectives:
        key = f"{where}.objectives[{objective.topic}]"
        if objective.topic in rows:
            depth = syllabus.matrix.depth(objective.topic, module.dose)
            if objective.depth > depth:
                yield Fault(
                    f"{key}.depth", f"is {objective.depth}, but the dose matrix has {depth}"
                )
        for item in objective.assessed_by:
            if item not in assessed:
                yield Fault(f"{key}.assessed_by", f"names {item!r}, which no assessment has")
