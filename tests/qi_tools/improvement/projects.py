"""Random projects, all of which `read_project` accepts: for tests of what must hold for any."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from qi_tools.improvement.fields import Day, Field, Line, Lines, Number, OneOf, Ref, Refs
from qi_tools.improvement.project import SECTIONS, Project, fields_of
from qi_tools.improvement.project_reading import read_project

_WORDS = (
    *("fewer", "patients", "wait", "clinic", "call", "letter", "of the", "nurse", "pay slip"),
    *("Implement", "better", "everyone", "100%", "is", "3", "?", "–", "É", "👩‍⚕️", "mmmmm", "WWWWW"),
    *("עברית", "<b>&amp;", '"', "'", "\\", "#", "[[x]]", "Antidisestablish" * 3, "\t"),
)
_lines = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=12).map(" ".join)
_odd = st.text(st.characters(exclude_categories=["Cs", "N"]), max_size=20)  # no NHS numbers
_days = st.dates(date(2024, 1, 1), date(2026, 12, 31)) | st.dates()
_ids = st.sampled_from(["0", "x" * 40, *(f"{word}-{n}" for n in range(99) for word in "abcd")])


@st.composite
def readings(draw: st.DrawFn) -> str:
    """Weekly readings as people paste them, in two columns or three; now and then no table."""
    if draw(st.integers(0, 9)) == 0:
        return draw(_lines)
    first = draw(st.dates(date(2024, 1, 1), date(2026, 12, 31)))
    counts = draw(st.lists(st.integers(0, 50), min_size=1, max_size=40))
    among = draw(st.none() | st.integers(50, 400))
    rows = [
        [f"{first + timedelta(weeks=week)}", f"{count}", *([] if among is None else [f"{among}"])]
        for week, count in enumerate(counts)
    ]
    return "\n".join(draw(st.sampled_from("\t,")).join(row) for row in rows)


def _values(kind: Field, ids: dict[str, list[str]]) -> st.SearchStrategy[Any]:
    """What a field may hold, but for a pointer into its own section."""
    match kind:
        case Line():
            return (_lines | _odd).map(lambda text: text[: kind.most])
        case Lines():
            many = st.lists(_lines | _odd, max_size=3).map("\n".join)
            return many.map(lambda text: text[: kind.most])
        case Day():
            return _days
        case Number(whole=True):
            return st.integers(int(kind.low), int(kind.high))
        case Number():
            usual = [value for value in (0, 1, 7.5, 13, 100) if kind.low <= value <= kind.high]
            return st.sampled_from(usual) | st.floats(kind.low, kind.high)
        case OneOf():
            return st.sampled_from([*kind.options])
        case Ref():
            return st.sampled_from(["", *ids[kind.to]])
        case Refs():
            return (
                st.lists(st.sampled_from(ids[kind.to]), max_size=3) if ids[kind.to] else st.just([])
            )


def _records(section: str, ids: dict[str, list[str]]) -> st.SearchStrategy[dict[str, Any]]:
    kinds = fields_of(SECTIONS[section].record)
    fields = {name: _values(kind, ids) for name, kind in kinds.items()}
    if section == "measures":
        fields["readings"] = readings()
    return st.fixed_dictionaries({}, optional=fields)


@st.composite
def plain_projects(draw: st.DrawFn, most: int = 6) -> dict[str, Any]:
    """What a file may hold: blanks, odd characters, and pointers that all find their record.

    `most` is how many records a section may have.
    """
    lists = [name for name, section in SECTIONS.items() if section.one]
    ids = {name: draw(st.lists(_ids, max_size=most, unique=True)) for name in lists}
    plain: dict[str, Any] = {}
    for name, section in SECTIONS.items():
        one = _records(name, ids)
        if not section.one:
            plain[name] = draw(one)
            continue
        made = [{**draw(one), "id": id} for id in ids[name]]
        for field, kind in fields_of(section.record).items():
            if isinstance(kind, Ref) and kind.to == name:
                for record, above in zip(made, draw(_forests(ids[name], kind.levels)), strict=True):
                    record[field] = above
        plain[name] = made
    return plain


@st.composite
def _forests(draw: st.DrawFn, ids: list[str], levels: int) -> list[str]:
    """For each id, the one that it stands under, or nothing: no circles, and no deeper than so."""
    depth: dict[str, int] = {}
    above: dict[str, str] = {}
    for id in draw(st.permutations(ids)):  # a record may stand before what it points at
        higher = draw(st.sampled_from(["", *(each for each in depth if depth[each] < levels)]))
        depth[id] = depth.get(higher, 0) + 1
        above[id] = higher
    return [above[id] for id in ids]


def projects(most: int = 6) -> st.SearchStrategy[Project]:
    """Any project; `most` is how many records a section of it may have."""
    return plain_projects(most).map(read_project)
