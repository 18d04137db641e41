"""A bank small enough to read whole; a test changes one thing in it."""

from __future__ import annotations

from course.bank import Bank, Item, Slot

GOOD = """\
schema = 1
assessment = "b1_check"
version = "1"
"""
SLOT = """
[[slot]]
id = "{slot}"
module = "B1"
topic = "28a"
difficulty = "easy"
objective = "Tell a dot from a signal"
read_again = "Every dot"
"""
ITEM = """
[[slot.item]]
id = "b1-{slot}-{letter}"
text = "A ward counts falls. What next?"
[slot.item.options]
a = "Ask"
b = "Act"
c = "Wait"
"""

ROWS = """\
[slot.item.rows]
plan = "Guess what will happen"
do = "Try it"
study = "Look at what happened"
"""
CHART = """\
[slot.item.chart]
name = "Falls"
unit = "falls"
start = 2026-01-05
values = [3, 4, 2.5, 3, 4, 3, 2, 5, 3, 4, 3, 2]
"""
LIMITS = """\
[slot.item.chart]
name = "Falls"
unit = "falls"
every = "month"
start = 2025-11-01
values = [3, 4, 2.5, 3, 4, 3, 2, 5, 3, 4, 3, 2, 4, 3]
shows = "limits"
rule_set = "making_data_count"
better = "lower"
target = 6
"""
LOOK_BACK = """
[[slot]]
id = "q3"
module = "B1"
topic = "19"
objective = "Leave noise alone"
read_again = "Every dot"
text = "Question 3 looks back."
looks_back = ["q1", "q2"]
"""


def bank_text(slots: tuple[str, ...] = ("q1", "q2"), letters: str = "abc") -> str:
    return GOOD + "".join(
        SLOT.format(slot=slot)
        + "".join(ITEM.format(slot=slot, letter=letter) for letter in letters)
        for slot in slots
    )


def bank_of(pools: dict[str, int], options: str = "abcd") -> Bank:
    return Bank(
        "b1_check",
        "1",
        tuple(
            Slot(
                slot,
                "B1",
                "17",
                "easy",
                "x",
                "y",
                tuple(
                    Item(f"b1-{slot}-{number}", "?", {id: id.upper() for id in options})
                    for number in range(size)
                ),
            )
            for slot, size in pools.items()
        ),
    )


def bank_of_rows(size: int = 3, rows: tuple[str, ...] = ("plan", "do", "study", "act")) -> Bank:
    options = {"a": "First", "b": "Second", "c": "Third", "d": "Fourth"}
    items = tuple(
        Item(f"b1-q1-{number}", "?", options, {id: id.title() for id in rows})
        for number in range(size)
    )
    return Bank("b1_check", "1", (Slot("q1", "B1", "12", "easy", "x", "y", items),))


TREE = """
[slot.item.aims]
safe = "Nobody comes to harm"
[slot.item.measures]
falls = "Falls with harm"
ward = "Falls on Maple"
checks = "People with a falls check"
"""


def with_tree(tree: str = TREE) -> str:
    """Return a bank whose first item asks for a tree in the place of an option."""
    whole = bank_text(("q1",))
    before, _, after = whole.partition("[slot.item.options]")
    return before + tree + after[after.index("[[slot.item]]") :]
