"""What a process map shows, as plain sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from qi_tools.improvement.process import Way, time_in_words
from qi_tools.words import counted, joined, number_in_words

if TYPE_CHECKING:
    from qi_tools.improvement.process_map import MappedStep, ProcessMap

__all__ = ["find_findings"]


def find_findings(shown: ProcessMap) -> Iterator[str]:
    """Say what a map shows: waits, loops, hand-offs, worth and minutes, then what it lacks.

    Parameters
    ----------
    shown : ProcessMap

    Returns
    -------
    iterator of str

    Examples
    --------
    >>> from qi_tools.improvement.process_map import process_map
    >>> from qi_tools.improvement.project_reading import read_project
    >>> steps = [{"id": "a", "kind": "wait"}, {"id": "b", "kind": "end"}]
    >>> list(find_findings(process_map(read_project({"steps": steps}))))[0]
    'Someone waits at step 1.'
    """
    if waits := shown.waits:
        minutes = sum(each.step.minutes or 0.0 for each in waits)
        long = f", {time_in_words(minutes)} in all" if minutes else ""
        yield f"Someone waits at {_numbered(waits)}{long}."
    if loops := shown.loops:
        yield f"Work goes back {_between(loops)}: find out how often, and why."
    if hand_offs := shown.hand_offs:
        times = "once" if len(hand_offs) == 1 else f"{len(hand_offs)} times"
        yield f"Work changes hands {times}: {_between(hand_offs)}."
    if waste := shown.waste:
        yield f"Could go, neither of value nor needed: {_numbered(waste)}."
    if needed := shown.needed:
        yield f"Needed, but of no value to the person served: {_numbered(needed)}."
    yield from _about_minutes(shown)
    for each in shown.undecided:
        yield f"Step {each.number} is a decision with fewer than two ways out: one is missing."
    for each in shown.dead_ends:
        yield f"Step {each.number} leads nowhere and is no end: what comes next?"
    if never := shown.never_reached:
        yield f"No way leads from the start to {_numbered(never)}."
    if shown.unfinished:
        lacks = "lacks" if shown.unfinished == 1 else "lack"
        yield f"{counted(shown.unfinished, 'arrow')} {lacks} the step at one end."


def _about_minutes(shown: ProcessMap) -> Iterator[str]:
    minutes = shown.minutes
    if not shown.steps or len(minutes.blank) == len(shown.steps):
        return
    if minutes.share is not None:
        yield (
            f"All steps together usually take {time_in_words(minutes.total)}, of which "
            f"{time_in_words(minutes.value)} ({number_in_words(100 * minutes.share, 2)}%) are "
            "marked as adding value for the person served."
        )
    if minutes.blank:
        yield f"Minutes are not written for {_numbered(minutes.blank)}."
    if minutes.unjudged:
        yield f"Worth is not judged for {_numbered(minutes.unjudged)}."


def _numbered(steps: Sequence[MappedStep]) -> str:
    """Name steps by their numbers."""
    numbers = joined([str(each.number) for each in steps])
    return f"step {numbers}" if len(steps) == 1 else f"steps {numbers}"


def _between(ways: Iterable[Way]) -> str:
    return joined([f"from {way.start} to {way.to}" for way in ways])
