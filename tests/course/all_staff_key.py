"""The assessment for all staff as its tests read it: bank, notebook and key."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from course.bank import Bank, Item, load_bank
from course.folders import COURSE
from tests.course.assessment_source import BEGIN, END, marked, read

CHECK = "all_staff_check"
SOURCE = COURSE / "source" / CHECK
NOTEBOOK = SOURCE / f"{CHECK}.ipynb"
SLOTS = [f"q{number}" for number in range(1, 21)]
CHARTS = ["q10", "q11", "q12", "q13", "q14"]

Choice = str | tuple[str, ...]
Key = dict[str, tuple[Choice, str]]


def notebook() -> Any:
    return read(NOTEBOOK)


def marked_cells() -> dict[str, Any]:
    return marked(notebook())


def read_key() -> Key:
    """Return the whole key, read from the hidden tests without running them."""
    whole: Key = {}
    for cell in marked_cells().values():
        hidden = cell.source.partition(BEGIN)[2].partition(END)[0]
        first = ast.parse(hidden).body[0]
        assert isinstance(first, ast.Assign)
        key: Key = ast.literal_eval(first.value)
        assert not set(key) & set(whole)
        whole |= key
    return whole


def read_bank() -> Bank:
    return load_bank(SOURCE / "bank.toml")


def items_of(bank: Bank) -> Iterator[Item]:
    for slot in bank.slots:
        yield from slot.items
