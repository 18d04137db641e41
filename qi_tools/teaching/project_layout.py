"""How a project is laid out in a form: its pages in order, and each field as a control.

The words, hints and limits are those of the fields themselves (`qi_tools.improvement`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from qi_tools.improvement.drivers import LEVELS
from qi_tools.improvement.fields import Day, Field, Line, Lines, Number, OneOf, Ref
from qi_tools.improvement.project import Section, fields_of
from qi_tools.teaching.part import QuestionInvalid
from qi_tools.words import joined, number_in_words

__all__ = ["GROUPS", "PAGES", "Page", "drawn_section", "pages_named"]

LONG: Final = 100
"""Words of more characters than these are cut off in a box of one line."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the form.

    Parameters
    ----------
    title : str
    sections : tuple of str
        The sections that are filled in on it; none where there is only something to look at.
    is_drawn : bool
        Whether there is something to look at beside them (`qi_tools.teaching.project_views`).
    """

    title: str
    sections: tuple[str, ...] = ()
    is_drawn: bool = False


PAGES: Final = {
    "about": Page("The project", ("about",)),
    "charter": Page("Charter", ("charter",)),
    "team": Page("Team", ("team",)),
    "risks": Page("Risks", ("risks",)),
    "stakeholders": Page("Stakeholders", ("stakeholders",), is_drawn=True),
    "aim": Page("Aim", ("aim",), is_drawn=True),
    "drivers": Page("Driver diagram", ("drivers",), is_drawn=True),
    "fishbone": Page("Fishbone", ("effect", "causes"), is_drawn=True),
    "whys": Page("Five whys", ("event", "whys"), is_drawn=True),
    "process": Page("Process map", ("process", "steps", "arrows"), is_drawn=True),
    "measures": Page("Family of measures", ("measures",), is_drawn=True),
    "cycles": Page("PDSA cycles", ("cycles",), is_drawn=True),
    "adopted": Page("Changes made for good", ("adopted",)),
    "forces": Page("Force field", ("change", "forces"), is_drawn=True),
    "sustaining": Page("Keeping the gain", ("sustaining",)),
    "spreading": Page("Spread", ("spreading", "sites")),
    "progress": Page("Progress", ("reached",), is_drawn=True),
    "check": Page("What is missing", is_drawn=True),
    "report": Page("Reports", is_drawn=True),
    "diagrams": Page("To print and keep"),
}
"""The pages by their names, in order."""

GROUPS: Final = {
    "Why and who": ("about", "charter", "team", "risks", "stakeholders"),
    "Aim and theory": ("aim", "drivers", "fishbone", "whys", "process"),
    "Measures": ("measures",),
    "Testing": ("cycles", "adopted", "forces"),
    "Lasting": ("sustaining", "spreading", "progress"),
    "Look at it": ("check", "report", "diagrams"),
}
"""The pages that belong together, by what the groups are called."""

#: What a record is called by, where it is not its first field alone.
_SAID: Final = {
    "team": ("role", "part"),
    "arrows": ("step", "to", "label"),
    "steps": ("words", "lane"),
    "stakeholders": ("who", "now"),
    "forces": ("words", "side"),
    "measures": ("name", "kind"),
    "cycles": ("name", "act"),
    "adopted": ("what", "since"),
    "sites": ("place", "state"),
    "reached": ("stage", "on"),
}
#: Lists whose records are set in below what they stand under. A ramp of tests is told in time.
_TREES: Final = {"drivers": "under", "causes": "under", "whys": "under", "measures": "feeds"}
#: What the records of a tree are called, by how deep they stand.
_LEVELS: Final = {"drivers": LEVELS}


def pages_named(names: object) -> tuple[str, ...]:
    """Give the names of pages in the order of the form.

    Parameters
    ----------
    names : iterable of str or None
        All pages unless given.

    Returns
    -------
    tuple of str

    Raises
    ------
    QuestionInvalid
        If a name is none of them, or there are none.

    Examples
    --------
    >>> pages_named(("drivers", "aim"))
    ('aim', 'drivers')
    """
    if names is None:
        return tuple(PAGES)
    given = names if isinstance(names, list | tuple) else (names,)
    unknown = [each for each in given if not isinstance(each, str) or each not in PAGES]
    if unknown or not given:
        what = f"no part {unknown[0]!r}" if unknown else "no part of that name"
        raise QuestionInvalid(f"A project's form has {what}. Use {joined([*PAGES], 'or')}.")
    return tuple(name for name in PAGES if name in given)


def drawn_section(section: Section) -> dict[str, Any]:
    """Say how the browser draws a section.

    Examples
    --------
    >>> from qi_tools.improvement.project import SECTIONS
    >>> drawn = drawn_section(SECTIONS["drivers"])
    >>> drawn["one"], drawn["tree"], drawn["fields"][0]["label"]
    ('driver', 'under', 'Driver or change idea')
    """
    fields = fields_of(section.record)
    return {
        "title": section.title,
        "one": section.one,
        "said": list(_SAID.get(section.name, tuple(fields)[:1])) if section.one else [],
        "tree": _TREES.get(section.name, ""),
        "levels": list(_LEVELS.get(section.name, ())),
        "fields": [{"id": name, **_drawn(kind)} for name, kind in fields.items()],
    }


def _drawn(kind: Field) -> dict[str, Any]:
    drawn = {"label": kind.label, "hint": kind.hint}
    match kind:
        case Line():
            return {**drawn, "kind": "long" if kind.most > LONG else "text", "most": kind.most}
        case Lines():
            return {**drawn, "kind": "lines", "most": kind.most}
        case Day():
            return {**drawn, "kind": "date"}
        case Number():
            return {**drawn, "kind": "number", "hint": _with_bounds(kind)}
        case OneOf():
            return {**drawn, "kind": "select", "options": [*map(list, kind.options.items())]}
        case Ref():
            return {**drawn, "kind": "select", "to": kind.to, "levels": kind.levels}
    return {**drawn, "kind": "several", "to": kind.to}


def _with_bounds(kind: Number) -> str:
    low, high = kind.low, kind.high
    widest = Number("")
    bounds = ""
    if high < widest.high:
        bounds = f"From {number_in_words(low)} to {number_in_words(high)}."
    elif low > widest.low and math.isfinite(low):
        bounds = f"{number_in_words(low)} or more."
    return " ".join(filter(None, (kind.hint, bounds)))
