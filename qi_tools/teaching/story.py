"""The moments of a story that branches, and what can be wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from qi_tools.answers import AnswersInvalid, check_id


@dataclass(frozen=True, slots=True)
class Choice:
    """One way on from a moment.

    Parameters
    ----------
    text : str
        What the learner chooses to do.
    leads_to : str
        The id of the moment that follows.
    said : str
        What comes of it at once.
    """

    text: str
    leads_to: str
    said: str


@dataclass(frozen=True, slots=True)
class Moment:
    """Where the story stands.

    Parameters
    ----------
    text : str
        What is going on.
    choices : mapping of str to Choice
        What can be done, by id, in the order to show. None at an end.
    lesson : str
        At an end, what there is to learn from the way that led there; elsewhere empty.
    """

    text: str
    choices: Mapping[str, Choice] = field(default_factory=dict)
    lesson: str = ""


def story_faults(start: object, moments: object) -> list[str]:
    """Find everything that is wrong with a story.

    Parameters
    ----------
    start : str
        The id of the first moment.
    moments : mapping of str to Moment
        The whole story, by id.

    Returns
    -------
    list of str
        A sentence for each fault; empty if the story can be told.

    Examples
    --------
    >>> story_faults("a", {"a": Moment("Here.", {"go": Choice("Go", "b", "Off.")})})
    ['Choice go of a leads to b, which is no moment.', 'The story has no end: a moment without \
choices.']
    """
    if not isinstance(moments, Mapping) or not moments:
        return ['Give the moments as a mapping from id to Moment("text", {...}).']
    if not all(isinstance(moment, Moment) for moment in moments.values()):
        wrong = [str(name) for name, moment in moments.items() if not isinstance(moment, Moment)]
        return [f'{name} is no moment. Give it as Moment("text", {{...}}).' for name in wrong]
    found = [*_faults_of_texts(moments)]
    return found or [*_faults_of_ways(start, moments)]


def _faults_of_texts(moments: Mapping[str, Moment]) -> Iterator[str]:
    for name, moment in moments.items():
        yield from _fault_of_id(name, "a moment")
        if not _has_words(moment.text):
            yield f"{name} has no text."
        if not isinstance(moment.choices, Mapping):
            yield f"The choices of {name} are no mapping from id to Choice."
            continue
        if not moment.choices and not _has_words(moment.lesson):
            yield f"{name} is an end, and has no lesson."
        if moment.choices and moment.lesson:
            yield f"{name} has a lesson, but is no end: it has choices."
        for option, choice in moment.choices.items():
            yield from _fault_of_id(option, f"a choice of {name}")
            if not isinstance(choice, Choice):
                yield f'{option} of {name} is no choice. Give it as Choice("text", "to", "said").'
            elif not all(map(_has_words, (choice.text, choice.leads_to, choice.said))):
                yield f"Choice {option} of {name} lacks its text, where it leads, or what is said."
        texts = [choice.text for choice in moment.choices.values() if isinstance(choice, Choice)]
        if len({*texts}) < len(texts):
            yield f"Two choices of {name} read the same."


def _faults_of_ways(start: object, moments: Mapping[str, Moment]) -> Iterator[str]:
    ways = {
        name: {choice.leads_to for choice in moment.choices.values()}
        for name, moment in moments.items()
    }
    for name, moment in moments.items():
        for option, choice in moment.choices.items():
            if choice.leads_to not in moments:
                yield f"Choice {option} of {name} leads to {choice.leads_to}, which is no moment."
    ends = [name for name, leads_to in ways.items() if not leads_to]
    if not ends:
        yield "The story has no end: a moment without choices."
    if not isinstance(start, str) or start not in moments:
        yield f"It starts at {start!r}, which is no moment."
        return
    if start in ends:
        yield f"It is over where it starts: {start} has no choices."
    reached = _spread([start], lambda name: ways.get(name, ()))
    for name in moments:
        if name not in reached:
            yield f"{name} is never reached from {start}."
    with_end = _spread(ends, lambda name: [each for each in ways if name in ways[each]])
    for name in moments:
        # With no end, or with a choice that leads nowhere, this would only say the same again.
        if ends and ways[name] <= moments.keys() and name not in with_end:
            yield f"From {name} no choices lead to an end."


def _spread(first: Iterable[str], neighbours: Callable[[str], Iterable[str]]) -> set[str]:
    """Return what can be come to from some moments, themselves among them."""
    found: set[str] = set()
    waiting = [*first]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += neighbours(name)
    return found


def _fault_of_id(id: object, what: str) -> Iterator[str]:
    try:
        check_id(id)
    except AnswersInvalid as error:
        yield f"The id of {what} does not work: {error}"


def _has_words(text: object) -> bool:
    return isinstance(text, str) and bool(text.strip())
