"""Two people's changes to one project, put together field by field.

What only one of them changed is taken from that one. What both changed differently is a clash, and
is for a person to settle: nothing is ever dropped in silence. The order of a list is not content:
where both changed it, the order of the one who saves now holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from qi_tools.improvement.fields import Plain
from qi_tools.improvement.project import SECTIONS
from qi_tools.improvement.project_reading import PlainProject, PlainRecord

__all__ = ["Clash", "merged"]


@dataclass(frozen=True, slots=True)
class Clash:
    """Something that both changed, each in another way.

    Parameters
    ----------
    section : str
        The name of the section.
    id : str
        The record's id; empty in a section of one record.
    field : str
        The name of the field; empty when one removed the record that the other changed.
    mine, theirs : str, number, date, tuple of str or None
        What each made of it; None for what was taken away.
    """

    section: str
    id: str
    field: str
    mine: Plain | None
    theirs: Plain | None


def merged(
    base: PlainProject, mine: PlainProject, theirs: PlainProject
) -> tuple[PlainProject, tuple[Clash, ...]]:
    """Put two changed copies of a project together.

    Parameters
    ----------
    base : PlainProject
        What both began with.
    mine, theirs : PlainProject
        What each made of it.

    Returns
    -------
    PlainProject
        Both people's changes. Where they clash, it holds theirs.
    tuple of Clash

    Examples
    --------
    >>> base = {"aim": {"what": "Fewer", "unit": "%"}}
    >>> mine = {"aim": {"what": "Fewer missed visits", "unit": "%"}}
    >>> merged(base, mine, {"aim": {"what": "Fewer", "unit": "visits"}})
    ({'aim': {'what': 'Fewer missed visits', 'unit': 'visits'}}, ())
    """
    clashes: list[Clash] = []
    whole: PlainProject = {}
    for section in SECTIONS.values():
        copies = [each.get(section.name) for each in (base, mine, theirs)]
        made: PlainRecord | list[PlainRecord]
        if section.one:
            lists = [each if isinstance(each, list) else [] for each in copies]
            base_list, my_list, their_list = lists
            made = _merged_lists(section.name, base_list, my_list, their_list, clashes)
        else:
            records = [each if isinstance(each, dict) else {} for each in copies]
            was, own, other = records
            made = _merged_records((section.name, ""), was, own, other, clashes)
        if made:
            whole[section.name] = made
    return whole, tuple(clashes)


def _merged_records(
    place: tuple[str, str],
    base: PlainRecord,
    mine: PlainRecord,
    theirs: PlainRecord,
    clashes: list[Clash],
) -> PlainRecord:
    made: PlainRecord = {}
    for name in dict.fromkeys([*theirs, *mine]):
        was, own, other = base.get(name), mine.get(name), theirs.get(name)
        if own != was and other not in (was, own):
            clashes.append(Clash(*place, name, own, other))
        value = own if other == was else other
        if value is not None:
            made[name] = value
    return made


def _merged_lists(
    section: str,
    base: list[PlainRecord],
    mine: list[PlainRecord],
    theirs: list[PlainRecord],
    clashes: list[Clash],
) -> list[PlainRecord]:
    was, own, other = map(_by_id, (base, mine, theirs))
    made: dict[str, PlainRecord] = {}
    for id in dict.fromkeys([*other, *own]):
        if id in own and id in other:
            before = was.get(id, {"id": id})
            made[id] = _merged_records((section, id), before, own[id], other[id], clashes)
        elif id in own and (id not in was or own[id] != was[id]):
            made[id] = own[id]
            if id in was:  # they removed what I changed
                clashes.append(Clash(section, id, "", id, None))
        elif id in other and (id not in was or other[id] != was[id]):
            made[id] = other[id]
            if id in was:  # I removed what they changed
                clashes.append(Clash(section, id, "", None, id))
    return [made[id] for id in _in_order([*was], [*own], [*other]) if id in made]


def _by_id(records: Sequence[PlainRecord]) -> dict[str, PlainRecord]:
    return {str(record["id"]): record for record in records}


def _in_order(was: list[str], own: list[str], other: list[str]) -> Iterator[str]:
    """Give all ids in the order of the one who changed it, what the other has besides put in."""
    moved = _common(own, was) != _common(was, own)
    main, rest = (own, other) if moved else (other, own)
    after: dict[str, list[str]] = {}
    there = {*main}
    last = ""
    for id in rest:
        if id in there:
            last = id
        else:
            after.setdefault(last, []).append(id)
    yield from after.get("", ())
    for id in main:
        yield id
        yield from after.get(id, ())


def _common(ids: list[str], others: list[str]) -> list[str]:
    both: Mapping[str, None] = dict.fromkeys(others)
    return [id for id in ids if id in both]
