"""Sentences that every chart says alike, and how those of a description find room.

A description is a chart's text alternative, read aloud in one go: about half a minute. Its
sentences are put in the order in which they are heard, and where together they are too long, those
that can be spared give way. A report holds all that a description leaves out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from qi_tools.alternatives import LONGEST, shortened
from qi_tools.measure import Better, Measure
from qi_tools.words import counted, joined, number_in_words

__all__ = [
    "MOST_TOLD",
    "SHORT_NAME",
    "SHORT_UNIT",
    "Sentence",
    "Sourced",
    "fitted",
    "introduced",
    "introduction",
    "left_out",
    "meaning_of_way",
    "more_signals",
    "named",
    "notes",
    "paragraphs",
    "provenance",
    "skipped_dates",
    "told_apart",
    "warned",
    "warning",
]

MOST_TOLD = 50
"""Of more signals, or places, than this a report names the first ones and counts the rest."""
SHORT_NAME, SHORT_UNIT, SHORT_WARNING = 40, 15, 75


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a description, and what stands in for it where there is no room.

    Parameters
    ----------
    full : str
        As it is said.
    brief : str
        What is said where room is short; may be empty.
    spare : int
        The higher, the sooner it gives way; 0 never does.
    """

    full: str
    brief: str = ""
    spare: int = 0


def fitted(sentences: Iterable[Sentence]) -> str:
    """Join sentences, brief ones taking the place of full ones until there is room for all.

    Parameters
    ----------
    sentences : iterable of Sentence
        In the order in which they are heard.

    Returns
    -------
    str
        At most `LONGEST` characters.

    Examples
    --------
    >>> long, short = Sentence("Long. " * 200, "Short.", spare=1), Sentence("Always.")
    >>> fitted([long, short]), fitted([Sentence("Few words.", spare=1), short])
    ('Short. Always.', 'Few words. Always.')
    """
    given = list(sentences)
    said = [sentence.full for sentence in given]
    spared = [place for place, sentence in enumerate(given) if sentence.spare]
    for place in sorted(spared, key=lambda place: -given[place].spare):
        if len(_joined(said)) <= LONGEST:
            break
        said[place] = given[place].brief
    return shortened(_joined(said), LONGEST)


def _joined(said: Iterable[str]) -> str:
    return " ".join(filter(None, said))


def introduction(
    measure: Measure, title: str = "Run chart", noun: str = "point", *, left_out: int = 0
) -> str:
    """Say in one sentence what a chart holds: the measure, how many points and from when.

    Parameters
    ----------
    measure : Measure
        What is charted.
    title : str
        What the chart is called.
    noun : str
        What a point is called.
    left_out : int
        How many of the points are shown but do not count.

    Returns
    -------
    str

    Examples
    --------
    >>> introduction(Measure.from_columns([5, None, 7], name="Wait", simulated=True))
    'Run chart of Wait (simulated data): 2 points (1 missing), from point 1 to point 3.'
    """
    known = np.nonzero(measure.known)[0]
    missing = measure.values.size - known.size
    name = f"{measure.name}, {measure.unit}" if measure.unit else measure.name
    span = measure.label(int(known[0]))
    if known.size > 1:
        span = f"from {span} to {measure.label(int(known[-1]))}"
    besides = [f"{missing:,} missing"] if missing else []
    besides += [f"{left_out:,} left out"] if left_out else []
    gaps = f" ({', '.join(besides)})" if besides else ""
    made_up = " (simulated data)" if measure.simulated else ""
    return f"{title} of {name}{made_up}: {counted(known.size, noun)}{gaps}, {span}."


def introduced(measure: Measure, introduction_of: Callable[[Measure], str]) -> Sentence:
    """Give the first sentence of a description; long names are cut where there is no room.

    Parameters
    ----------
    measure : Measure
        What is charted.
    introduction_of : callable
        Gives the sentence for a measure.

    Returns
    -------
    Sentence
    """
    cut = replace(
        measure,
        name=shortened(measure.name, SHORT_NAME),
        unit=shortened(measure.unit, SHORT_UNIT),
    )
    return Sentence(introduction_of(measure), introduction_of(cut), spare=1)


def told_apart(*numbers: float) -> list[str]:
    """Write each number with as many figures as tell it from the others, from 3 to 6.

    A value beside a target that it just misses must not read like the target.

    Parameters
    ----------
    *numbers : float
        Not a number reads as "missing".

    Returns
    -------
    list of str

    Examples
    --------
    >>> told_apart(94.96, 95.0, 12.345)
    ['94.96', '95', '12.3']
    """
    return [_apart_from(numbers, number) for number in numbers]


def _apart_from(others: Sequence[float], number: float) -> str:
    """Write a number so that it reads like no other one, but for those that are really equal."""
    different = [
        other
        for other in others
        if not math.isnan(other) and not math.isclose(other, number, rel_tol=1e-9)
    ]
    for figures in (3, 4, 5):
        told = number_in_words(number, figures)
        if all(number_in_words(other, figures) != told for other in different):
            return told
    return number_in_words(number, 6)


def named(names: Sequence[str], most: int, rest: str = "more") -> str:
    """Write names as one list, the first of them in full and the rest as a count.

    Parameters
    ----------
    names : sequence of str
        At least one.
    most : int
        How many are named.
    rest : str
        What follows the count of the others.

    Returns
    -------
    str

    Examples
    --------
    >>> named(["May"], 2), named(["May", "June"], 2), named(["May", "June", "July"], 1)
    ('May', 'May and June', 'May and 2 more')
    """
    told = list(names[:most])
    if len(names) > most:
        told.append(f"{len(names) - most:,} {rest}")
    return joined(told)


def meaning_of_way(way: str, better: Better) -> str:
    """Say what a signal towards higher or lower values means, where a direction is better.

    Parameters
    ----------
    way : {"high", "low", "neither"}
    better : {"lower", "higher", "neither"}

    Returns
    -------
    str
        "improvement" or "concern"; empty where it can't be said.

    Examples
    --------
    >>> [meaning_of_way("low", better) for better in ("lower", "higher", "neither")]
    ['improvement', 'concern', '']
    """
    if way == "neither" or better == "neither":
        return ""
    return "improvement" if (way == "high") == (better == "higher") else "concern"


def more_signals(meanings: Sequence[str]) -> Iterable[Sentence]:
    """Count the signals beside the one that was told.

    Parameters
    ----------
    meanings : sequence of str
        What each of the others means; see `meaning_of_way`.

    Returns
    -------
    iterable of Sentence
        One, or none where there are no others.

    Examples
    --------
    >>> [more.full for more in more_signals(["concern", "", "concern"])]
    ['There are 3 more signals: 2 of concern.']
    """
    if not meanings:
        return ()
    what = [
        ("of improvement", meanings.count("improvement")),
        ("of concern", meanings.count("concern")),
    ]
    told = [f"{count:,} {which}" for which, count in what if count]
    brief = f"{counted(len(meanings), 'more signal')}."
    full = f"There {'is' if len(meanings) == 1 else 'are'} {brief}"
    if told:
        full = f"{full[:-1]}: {' and '.join(told)}."
    return (Sentence(full, brief, spare=4),)


def warning(warnings: Sequence[str]) -> Iterable[Sentence]:
    """Say the most important warning, which comes first, and count the others.

    Parameters
    ----------
    warnings : sequence of str
        The most important first.

    Returns
    -------
    iterable of Sentence
    """
    if not warnings:
        return ()
    first = warnings[0].split(". ")[0].rstrip(".") + "."
    brief = shortened(first, SHORT_WARNING)
    said = [Sentence(first, brief, spare=2)]
    if len(warnings) > 1:
        said.append(Sentence(f"{counted(len(warnings) - 1, 'more warning')}.", spare=6))
    return said


def warned(warnings: Sequence[str]) -> str:
    """Give all warnings as one paragraph of a report; empty where there are none."""
    return f"Take care. {' '.join(warnings)}" if warnings else ""


def skipped_dates(measure: Measure, consequence: str) -> Iterable[str]:
    """Say where dates are skipped, if any are.

    Parameters
    ----------
    measure : Measure
        What is charted.
    consequence : str
        What the chart makes of it.

    Returns
    -------
    iterable of str
        One sentence or none.

    Examples
    --------
    >>> months = [f"2025-{month:02}" for month in (1, 2, 3, 5, 6, 7)]
    >>> list(skipped_dates(Measure.from_columns(range(6), months, name="Wait"), "look again"))
    ['Dates are skipped just before May 2025; look again.']
    """
    (breaks,) = np.nonzero(measure.breaks)
    if breaks.size == 0:
        return ()
    others = f" and in {counted(breaks.size - 1, 'other place')}" if breaks.size > 1 else ""
    return (
        f"Dates are skipped just before {measure.label(int(breaks[0]))}{others}; {consequence}.",
    )


def left_out(measure: Measure) -> str:
    """Name the points left out and why, as one paragraph of a report; may be empty."""
    exclusions = sorted(measure.exclusions, key=lambda exclusion: exclusion.point)
    told = [f"{measure.label(each.point)} ({each.reason})" for each in exclusions]
    return f"Left out: {'; '.join(told)}." if told else ""


def notes(measure: Measure) -> str:
    """Give the notes beside points as one paragraph of a report; may be empty."""
    in_order = sorted(measure.notes, key=lambda note: note.point)
    told = [f"{measure.label(note.point)} ({note.words})" for note in in_order]
    return f"Notes: {'; '.join(told)}." if told else ""


class Sourced(Protocol):
    """What says where its values come from."""

    @property
    def source(self) -> str:
        """Where they come from; may be empty."""

    @property
    def simulated(self) -> bool:
        """True when they are made up."""


def provenance(given: Sourced) -> str:
    """Say where the values come from, as one paragraph of a report; may be empty."""
    made_up = "Simulated data." if given.simulated else ""
    source = f"Source: {given.source.rstrip('.')}." if given.source else ""
    return " ".join(filter(None, (made_up, source)))


def paragraphs(*given: str) -> tuple[str, ...]:
    """Give the paragraphs of a report that say something."""
    return tuple(paragraph for paragraph in given if paragraph)
