from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.improvement.merging import Clash, merged
from qi_tools.improvement.project_reading import as_plain
from tests.qi_tools.improvement.projects import projects

A, B, C = ({"id": each, "words": each.upper()} for each in "abc")


def drivers(*records):
    return {"drivers": [*records]} if records else {}


@settings(max_examples=15)
@given(projects(), projects())
def test_who_changed_nothing_gets_the_others_project(one, other):
    base, theirs = as_plain(one), as_plain(other)
    assert merged(base, base, theirs) == (theirs, ())
    assert merged(base, theirs, base) == (theirs, ())
    assert merged(base, theirs, theirs) == (theirs, ())


cells = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from("xyz") for name in ("words", "under")}
)
lists = st.dictionaries(st.sampled_from("abcd"), cells).map(
    lambda made: {"drivers": [{"id": id, **cell} for id, cell in made.items()]} if made else {}
)


def content(plain):
    return {
        (record["id"], name): value
        for record in plain.get("drivers", [])
        for name, value in record.items()
    }


@given(lists, lists, lists)
def test_nothing_is_lost_in_silence(base, mine, theirs):
    whole, clashes = merged(base, mine, theirs)
    was, own, other, now = map(content, (base, mine, theirs, whole))
    clashed = {(clash.id, clash.field) for clash in clashes}
    gone = {clash.id for clash in clashes if not clash.field}
    for cell in {*was, *own, *other, *now}:
        if cell in clashed or cell[0] in gone:
            continue
        changed = [each.get(cell) for each in (own, other) if each.get(cell) != was.get(cell)]
        assert now.get(cell) == (changed[0] if changed else was.get(cell)), cell
        assert len(set(changed)) <= 1


@given(lists, lists, lists)
def test_both_sides_clash_alike(base, mine, theirs):
    _, one = merged(base, mine, theirs)
    _, other = merged(base, theirs, mine)
    assert {(c.id, c.field, c.mine, c.theirs) for c in one} == {
        (c.id, c.field, c.theirs, c.mine) for c in other
    }


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "whole"),
    [
        ([A], [A, B], [A, C], ["a", "b", "c"]),
        ([A, B], [B, A], [A, B, C], ["b", "c", "a"]),
        ([A, B], [B], [A, B, C], ["b", "c"]),
        ([A, B, C], [A, B, C], [C, B, A], ["c", "b", "a"]),
        ([], [A], [B], ["a", "b"]),
        ([A], [], [A], []),
    ],
)
def test_lists_keep_what_each_added_and_the_order_of_who_changed_it(base, mine, theirs, whole):
    made, clashes = merged(drivers(*base), drivers(*mine), drivers(*theirs))
    assert [each["id"] for each in made.get("drivers", [])] == whole
    assert clashes == ()


def test_both_changed_one_field():
    base = {"aim": {"by": date(2026, 1, 1), "unit": "%"}}
    mine, theirs = ({"aim": {"by": date(2026, month, 1), "unit": "%"}} for month in (2, 3))
    whole, clashes = merged(base, mine, theirs)
    assert clashes == (Clash("aim", "", "by", date(2026, 2, 1), date(2026, 3, 1)),)
    assert whole == theirs


@pytest.mark.parametrize("swapped", [False, True])
def test_one_removed_what_the_other_changed(swapped):
    changed = {**A, "words": "New"}
    pair = [drivers(), drivers(changed)]
    mine, theirs = reversed(pair) if swapped else pair
    whole, (clash,) = merged(drivers(A), mine, theirs)
    assert (clash.id, clash.field) == ("a", "")
    assert (clash.mine, clash.theirs) == (("a", None) if swapped else (None, "a"))
    assert whole == drivers(changed)
