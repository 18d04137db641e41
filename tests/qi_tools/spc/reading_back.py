"""Read what charts say of themselves back into numbers, and tell lies about them.

Nothing here is shared with the code that writes the sentences: numbers are read and compared with
the truth, dates are written anew, and `lies` changes one number or one word at a time, so that a
reader who lets a lie pass is found out.
"""

import math
import re
from calendar import month_name
from collections.abc import Callable, Iterator

import numpy as np

LONGEST = 600
NUMBER = r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[+-]\d+)?"
# What no sentence may hold: signs of a gap in the code, not in the data.
NEVER = re.compile(
    r"\bnan\b|\bNone\b|\binf\b|NaT|  |\b1 (?:points|values|signals|warnings|units|dots|sigmas|"
    r"turns|runs|events)\b|\( |\(\)|\.\.|,,| ,| \.|Lower is better\. Lower"
)
SWAPS = [
    ("improvement", "concern"),
    ("Improvement", "Concern"),
    ("above", "below"),
    ("rising", "falling"),
    ("Lower is", "Higher is"),
    ("Lowest", "Highest"),
    ("lowest", "highest"),
    ("upper", "lower"),
    ("better)", "worse)"),
    ("Alarm", "Alert"),
    ("alarm", "alert"),
    (": met by", ": not met by"),
    ("it will be met every time", "it will not be met"),
    ("whether it is met is left to chance", "it will be met every time"),
    ("crosses the", "never crosses the"),
    ("more than chance", "no more than chance"),
    ("missing", "left out"),
    ("mean", "median"),
]


def says(text: str, truth: float) -> bool:
    """Whether a written number is the true one, rounded to three figures or better."""
    told = float(text.replace(",", ""))
    mantissa = re.match(r"-?[\d,]*(?:\.(\d+))?", text)
    if "e" in text:
        return math.isclose(told, truth, rel_tol=5.1e-3)
    half = 0.5 * 10.0 ** -len(mantissa[1] or "")
    close = abs(told - truth) <= half * (1 + 1e-6) + 1e-12 * abs(truth)
    # Nought may stand for nought alone, and what is written has three figures' worth of truth.
    return close and abs(told - truth) <= 5.1e-3 * abs(truth)


def labels_of(table) -> list[str]:
    """The name of each row, written anew from the first column."""
    if "point" in table:
        return [f"point {point}" for point in table["point"]]
    days = list(table["date"])
    monthly = all(day.day == 1 for day in days)
    return [
        ("" if monthly else f"{day.day} ") + f"{month_name[day.month]} {day.year}" for day in days
    ]


def sentences(text: str) -> list[str]:
    """The sentences of a text whose names and reasons hold no full stop."""
    return re.split(r"(?<=[.…]) (?=[A-Z\d])", text)


def fitting(pattern: str, sentence: str) -> re.Match[str]:
    found = re.fullmatch(pattern, sentence)
    assert found, (pattern, sentence)
    return found


def check_form(text: str) -> None:
    """No sentence shows what went wrong inside."""
    assert not NEVER.search(text), (NEVER.search(text), text)
    assert text == text.strip()


def check_introduction(sentence, *, title, measure, noun, left_out) -> None:
    """The first sentence: what, how much, from when to when."""
    unit = f", {measure.unit}" if measure.unit else ""
    made_up = " (simulated data)" if measure.simulated else ""
    start = f"{title} of {measure.name}{unit}{made_up}: "
    assert sentence.startswith(start), (start, sentence)
    found = fitting(rf"({NUMBER}) {noun}s?(?: \(([^)]*)\))?, (.+)\.", sentence.removeprefix(start))
    known = ~np.isnan(measure.values)
    assert int(found[1].replace(",", "")) == known.sum()
    told = dict(reversed(part.split(" ", 1)) for part in (found[2].split(", ") if found[2] else []))
    missing = int((~known).sum())
    assert {kind: int(count.replace(",", "")) for kind, count in told.items()} == {
        kind: count for kind, count in (("missing", missing), ("left out", left_out)) if count
    }
    labels = labels_of_measure(measure)
    shown = [label for label, there in zip(labels, known, strict=True) if there]
    ends = shown[0] if len(shown) == 1 else f"from {shown[0]} to {shown[-1]}"
    assert found[3] == ends


def labels_of_measure(measure) -> list[str]:
    """The name of each point, from its dates."""
    import pandas as pd

    if measure.dates is None:
        return labels_of({"point": range(1, len(measure.values) + 1)})
    return labels_of({"date": pd.to_datetime(measure.dates)})


def check_warnings(said: list[str], warnings) -> None:
    """The first warning's first sentence, perhaps cut, and how many more there are."""
    if not warnings:
        assert said == []
        return
    first, *more = said
    if first.endswith("…"):
        assert len(first) >= 60
        assert warnings[0].startswith(first[:-1].rstrip())
    else:
        assert warnings[0] == first or warnings[0].startswith(f"{first} ")
    others = len(warnings) - 1
    word = "warning" if others == 1 else "warnings"
    assert more in ([], [f"{others:,} more {word}."])
    assert others or not more


def lies(text: str) -> Iterator[str]:
    """The text with one number or one word changed at a time."""
    for number in re.finditer(NUMBER, text):
        wrong = f"{2 * float(number[0].replace(',', '')) + 7:g}"
        yield text[: number.start()] + wrong + text[number.end() :]
    for one, other in SWAPS:
        for word, instead in ((one, other), (other, one)):
            for place in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text):
                yield text[: place.start()] + instead + text[place.end() :]


def heard(check: Callable[[object], None], lie: object) -> bool:
    """Whether a reader objects to a lie, or can't make sense of it."""
    try:
        check(lie)
    except (AssertionError, KeyError, ValueError, TypeError):
        return True
    return False
