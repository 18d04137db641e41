"""What a report is made of: parts with headings, and in them words, tables and figures.

All of it is plain: how it looks on a page or in a Word file is for `page` and `word` to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from qi_tools.improvement.fields import Number, Ref, Refs
from qi_tools.improvement.outline import Item
from qi_tools.improvement.project import SECTIONS, Project, fields_of
from qi_tools.improvement.project_words import in_words, record_at
from qi_tools.improvement.ramps import cycle_numbers
from qi_tools.result import Result
from qi_tools.words import number_in_words

__all__ = [
    "Block",
    "Columns",
    "Facts",
    "Figure",
    "Paragraph",
    "Part",
    "Points",
    "Table",
    "answer",
    "blank_titles",
    "facts",
    "named",
    "table",
    "without_blanks",
]

SHORT: Final = 1800
"""Characters that take about half a page."""
FIGURES: Final = 12
"""Of a number: as many as its file holds, in all but odd cases."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; its lines stay lines.

    Parameters
    ----------
    words : str
    """

    words: str


@dataclass(frozen=True, slots=True)
class Points:
    """A list, which may have lists within it.

    Parameters
    ----------
    items : tuple of Item
    """

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Questions with their answers.

    Parameters
    ----------
    title : str
        What they are about.
    rows : tuple of (str, str)
        A question and its answer, which may have several lines.
    """

    title: str
    rows: tuple[tuple[str, str], ...]

    @property
    def short(self) -> bool:
        """True when it is best kept on one page."""
        return sum(len(answer) for _, answer in self.rows) <= SHORT


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Parameters
    ----------
    title : str
        What it shows.
    headings : tuple of str
        One for each column.
    rows : tuple of tuple of str
    """

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart or a diagram.

    Parameters
    ----------
    result : Result
    """

    result: Result


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with what stands below it.

    Parameters
    ----------
    title : str
    blocks : tuple of Block
        Words, tables, figures, and parts with headings one level below.
    """

    title: str
    blocks: tuple[Block, ...]


Columns: TypeAlias = Mapping[str, str | Callable[[Any], str]]
"""From the heading of a column or a row to the name of its field, or to what says its words."""
Block: TypeAlias = Paragraph | Points | Facts | Table | Figure | Part


def without_blanks(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Leave out the parts in which nothing is written.

    Examples
    --------
    >>> [part.title for part in without_blanks([Part("Aim", (Part("Why", ()),)), Part("Now", ())])]
    []
    """
    return tuple(kept for part in parts if (kept := _without_blanks(part)).blocks)


def _without_blanks(part: Part) -> Part:
    parts = [_without_blanks(block) if isinstance(block, Part) else block for block in part.blocks]
    kept = (block for block in parts if not isinstance(block, Part) or block.blocks)
    return replace(part, blocks=tuple(kept))


def blank_titles(parts: Sequence[Part]) -> Iterator[str]:
    """Name the smallest parts in which nothing is written.

    Examples
    --------
    >>> [*blank_titles([Part("Theory", (Part("Aim", (Paragraph("Fewer"),)), Part("Why", ())))])]
    ['Why']
    """
    for part in parts:
        if not part.blocks:
            yield part.title
        yield from blank_titles([block for block in part.blocks if isinstance(block, Part)])


def answer(project: Project, record: Any, name: str) -> str:
    """Say what a field of a record holds, as its reader would; empty for a blank.

    Parameters
    ----------
    project : Project
        In which what the field points at is found.
    record : record of the project
    name : str
        The name of the field.

    Returns
    -------
    str

    Examples
    --------
    >>> from qi_tools.improvement.project_reading import read_project
    >>> cycle = {"id": "b", "act": "abandon", "began": "2026-03-02", "idea": "a"}
    >>> project = read_project({"drivers": [{"id": "a", "words": "Ring first"}], "cycles": [cycle]})
    >>> [answer(project, project.cycles[0], name) for name in ("act", "began", "idea", "plan")]
    ['Abandon: drop it and try something else', '2 March 2026', 'Ring first', '']
    """
    kind, value = fields_of(type(record))[name], getattr(record, name)
    if value == kind.blank:
        return ""
    match kind:
        case Number():
            return number_in_words(value, FIGURES)
        case Ref():
            return named(project, kind.to, value)
        case Refs():
            return "; ".join(named(project, kind.to, id) for id in value)
        case _:
            return in_words(project, kind, value)


def named(project: Project, section: str, id: str) -> str:
    """Name a record: by its first words, else by its id; a PDSA cycle also by its number."""
    record = record_at(project, section, id)
    words = getattr(record, next(iter(fields_of(type(record)))))
    if section == "cycles":
        number = f"PDSA {cycle_numbers(project)[id]}"
        return f"{number}: {words}" if words else number
    return str(words) or id


def facts(
    project: Project, title: str, record: Any, rows: Columns | None = None
) -> tuple[Facts, ...]:
    """Give what a record answers: none where it is blank.

    Parameters
    ----------
    project : Project
    title : str
    record : record of the project
    rows : Columns, optional
        What is shown; left out, every question of the record's form.

    Returns
    -------
    tuple of Facts
        One or none.
    """
    if rows is None:
        rows = {kind.label: name for name, kind in fields_of(type(record)).items()}
    answers = [(question, _cell(project, record, row)) for question, row in rows.items()]
    known = tuple(each for each in answers if each[1])
    return (Facts(title, known),) if known else ()


def _cell(project: Project, record: Any, column: str | Callable[[Any], str]) -> str:
    return answer(project, record, column) if isinstance(column, str) else column(record)


def table(
    project: Project,
    section: str,
    columns: Columns,
) -> tuple[Table, ...]:
    """Give the records of a section as a table: without blank rows and columns, none if all are.

    Parameters
    ----------
    project : Project
    section : str
    columns : Columns

    Returns
    -------
    tuple of Table
        One or none.

    Examples
    --------
    >>> from qi_tools.improvement.project_reading import read_project
    >>> project = read_project({"risks": [{"id": "a", "risk": "It snows"}, {"id": "b"}]})
    >>> (risks,) = table(project, "risks", {"Risk": "risk", "What we do": "answer"})
    >>> risks.headings, risks.rows
    (('Risk',), (('It snows',),))
    """
    rows = [
        [_cell(project, record, column) for column in columns.values()]
        for record in getattr(project, section)
    ]
    rows = [row for row in rows if any(row)]
    if not rows:
        return ()
    first, *others = (place for place in range(len(columns)) if any(row[place] for row in rows))
    headings = [*columns]
    return (
        Table(
            SECTIONS[section].title,
            tuple(headings[place] for place in (first, *others)),
            tuple((row[first] or "…", *(row[place] for place in others)) for row in rows),
        ),
    )
