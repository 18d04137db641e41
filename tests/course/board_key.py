"""The board's assessment as its tests read it: bank, notebook, key, and what each decision is."""

from __future__ import annotations

from typing import Any

from autograder.keys import Key, read_keys
from course.bank import Bank, load_bank
from course.folders import COURSE
from tests.course.assessment_source import marked, read

CHECK = "board_check"
SOURCE = COURSE / "source" / CHECK
NOTEBOOK = SOURCE / f"{CHECK}.ipynb"
SLOTS = [f"q{number}" for number in range(1, 25)]
WORDS, CHARTS, DECISIONS = SLOTS[:9], SLOTS[9:12], SLOTS[12:]
LOOK_BACK = "q25"
CRITERIA = ["w1-data", "w1-meaning", "w1-request", "w2-evidence", "w2-work", "w2-next"]
WRITTEN = ["w1-data", "w1-meaning", "w1-request", "w2-first", "w2-second", "w2-third"]

#: What each option of a decision does, in order: F finds out what changed, C changes how the work
#: is done, L leaves it alone, S does a sponsor's part, adapts or doses, T tampers with common
#: cause, and W is wrong in another way.
ASKS, CHANGES, LEAVES, TAMPERS = "FCLT"
KINDS = {
    "board-q13-a": "FTL",
    "board-q13-b": "CLT",
    "board-q13-c": "LTC",
    "board-q13-d": "TFL",
    "board-q14-a": "TFL",
    "board-q14-b": "CTL",
    "board-q14-c": "CLT",
    "board-q14-d": "FTL",
    "board-q15-a": "TCL",
    "board-q15-b": "FLT",
    "board-q15-c": "LCT",
    "board-q15-d": "TLC",
    "board-q16-a": "LTC",
    "board-q16-b": "LFT",
    "board-q16-c": "LTC",
    "board-q16-d": "TCL",
    "board-q17-a": "TCL",
    "board-q17-b": "LTC",
    "board-q17-c": "FLT",
    "board-q17-d": "TLC",
    "board-q18-a": "TLC",
    "board-q18-b": "FLT",
    "board-q18-c": "CLT",
    "board-q18-d": "CTL",
    "board-q19-a": "CTL",
    "board-q19-b": "LFT",
    "board-q19-c": "CTL",
    "board-q19-d": "CTL",
    "board-q20-a": "TCL",
    "board-q20-b": "CTL",
    "board-q20-c": "FLT",
    "board-q20-d": "TLC",
    "board-q21-a": "TLC",
    "board-q21-b": "CLW",
    "board-q21-c": "CFT",
    "board-q21-d": "TLC",
    "board-q22-a": "SWL",
    "board-q22-b": "WLT",
    "board-q22-c": "LWS",
    "board-q22-d": "TFL",
    "board-q23-a": "WSL",
    "board-q23-b": "WTL",
    "board-q23-c": "FTW",
    "board-q23-d": "SWL",
    "board-q24-a": "WLS",
    "board-q24-b": "LCT",
    "board-q24-c": "TCW",
    "board-q24-d": "WLS",
}


def notebook() -> Any:
    return read(NOTEBOOK)


def marked_cells() -> dict[str, Any]:
    return marked(notebook())


def read_key() -> dict[str, Key]:
    return read_keys(NOTEBOOK)


def read_bank() -> Bank:
    return load_bank(SOURCE / "bank.toml")


def kind_of(item: str, option: str) -> str:
    """Return what an option of a decision does: one of the letters in `KINDS`."""
    return KINDS[item]["abc".index(option)]
