"""A tree of measures: what kind each of them is, and what it feeds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from qi_tools.answers import AnswerFile, Value
from qi_tools.improvement import measure_kinds
from qi_tools.teaching.matching import ALL_RIGHT
from qi_tools.teaching.part import (
    QuestionInvalid,
    checked_for_each,
    checked_id,
    checked_options,
    checked_text,
    script,
    style,
)
from qi_tools.teaching.question import Refusal
from qi_tools.teaching.selects import Field, Selects
from qi_tools.words import joined

#: The three kinds of measure, as a list to choose from shows them.
KINDS = {kind: f"{name} measure" for kind, name in measure_kinds.KINDS.items()}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a measure belongs in a tree.

    Parameters
    ----------
    kind : str
        ``outcome``, ``process`` or ``balancing``.
    feeds : str or collection of str
        The id of the aim, or of the other measure, that it feeds; several ids where any of them
        will do, the plainest first.
    """

    kind: str
    feeds: str | Collection[str]

    @property
    def parents(self) -> tuple[str, ...]:
        """The ids that it may feed."""
        return (self.feeds,) if isinstance(self.feeds, str) else tuple(self.feeds)


class MeasureTree(Selects):
    """Two lists for each measure, and the tree that they make."""

    _esm = script("saving.js", "measure_tree.js")
    _css = style("workshop.css")

    def __init__(
        self,
        id: str,
        question: str,
        measures: Mapping[str, str],
        *,
        aims: Mapping[str, str],
        button: str = "Save my tree",
        answers: AnswerFile | None = None,
    ) -> None:
        self._measures = checked_options(checked_id(id), measures, "measure")
        self._aims = _checked_aims(id, aims, self._measures)
        content = {
            "question": question,
            "button": button,
            "aims": [[aim, text] for aim, text in self._aims.items()],
            "measures": [[name, text] for name, text in self._measures.items()],
        }
        super().__init__(
            id,
            content,
            _fields(self._measures, self._aims),
            missing="Choose the kind of each measure, and what it feeds.",
            answers=answers,
        )

    def read(self, raw: object) -> Value:
        """Give back kinds and parents, if every measure leads up to an aim."""
        value = super().read(raw)
        circle = _circle({name: feeds for name, (_, feeds) in self._placed(value).items()})
        if circle:
            named = joined([f"“{self._measures[name]}”" for name in circle])
            raise Refusal(
                f"{named} feed one another in a circle, and so never reach an aim. "
                "Change what one of them feeds."
            )
        return value

    def worded(self, value: Value) -> str:
        """Say of each measure its kind and what it feeds."""
        texts = {**self._aims, **self._measures}
        return "; ".join(
            f"{self._measures[name]}: {KINDS[kind].lower()}, feeds {texts[feeds]}"
            for name, (kind, feeds) in self._placed(value).items()
        )

    def _placed(self, value: Value) -> dict[str, tuple[str, str]]:
        """Give the kind of each measure, and what it feeds."""
        chosen = self.chosen(value)
        return {name: (chosen[_kind_of(name)], chosen[name]) for name in self._measures}


class CheckedTree(MeasureTree):
    """A tree that says at once which measures are in their place.

    Where a measure belongs and the feedback stay here: the browser gets only the feedback of the
    measures that the learner got wrong.
    """

    def __init__(
        self,
        id: str,
        question: str,
        measures: Mapping[str, str],
        *,
        aims: Mapping[str, str],
        right: Mapping[str, Place],
        feedback: Mapping[str, str],
        answers: AnswerFile | None = None,
    ) -> None:
        measures = checked_options(checked_id(id), measures, "measure")
        aims = _checked_aims(id, aims, measures)
        self._right = _checked_right(id, measures, aims, right)
        said = checked_for_each(feedback, [*measures, ALL_RIGHT], f"The feedback of {id}")
        self._feedback = {
            name: checked_text(text, f"The feedback of {id} for {name}")
            for name, text in said.items()
        }
        super().__init__(id, question, measures, aims=aims, button="Check my tree", answers=answers)

    def feedback(self, value: Value) -> dict[str, Any]:
        """Say of each measure whether its kind and its place are right."""
        fields = {}
        count = 0
        for name, (kind, feeds) in self._placed(value).items():
            place = self._right[name]
            right_kind, right_place = kind == place.kind, feeds in place.parents
            count += right_kind and right_place
            for field, is_right in ((_kind_of(name), right_kind), (name, right_place)):
                fields[field] = {
                    "right": is_right,
                    "verdict": "Right." if is_right else "Not quite.",
                    "text": "" if is_right else self._feedback[name],
                }
        if count == len(self._right):
            text = self._feedback[ALL_RIGHT]
            return {"right": True, "verdict": "Right.", "text": text, "fields": fields}
        text = f"Measures that are right: {count} of {len(self._right)}."
        return {"right": False, "verdict": "Not quite.", "text": text, "fields": fields}


def measure_tree(
    id: str,
    question: str,
    measures: Mapping[str, str],
    *,
    aims: Mapping[str, str],
    right: Mapping[str, Place] | None = None,
    feedback: Mapping[str, str] | None = None,
    answers: AnswerFile | None = None,
) -> MeasureTree:
    """Let the learner put measures into a tree, from a board's aim down to a ward.

    For each measure the learner says what kind it is and which aim or which other measure it feeds.
    The tree is drawn as it grows. A circle of measures is not saved. With `right` and `feedback`
    the learner checks it, reads what there is to say about each measure that is not right, and may
    try again.

    Parameters
    ----------
    id : str
        The question's id, such as ``c1-tree``.
    question : str
        What to build, as plain text.
    measures : mapping of str to str
        The measures, id to text, in the order to show; two or more.
    aims : mapping of str to str
        What stands at the top of a tree, id to text; at least one.
    right : mapping of str to Place, optional
        Where each measure belongs; a `Place` may name several parents that will do.
    feedback : mapping of str to str, optional
        What to say about each measure when it is not right; and, by the key ``right``, what to say
        when every one is.
    answers : AnswerFile, optional
        Where answers are kept; ``answers.json`` in the current folder unless given.

    Returns
    -------
    MeasureTree
        A widget to show as the last line of a cell. Its answer is a tuple that holds, for each
        measure, ``measure=parent`` and ``measure-kind=kind``, in the order of these names.

    Raises
    ------
    QuestionInvalid
        If the tree cannot work as given.

    Examples
    --------
    >>> from qi_tools.teaching import Place, measure_tree
    >>> show = measure_tree("c1-tree", "Where does each measure belong?",
    ...     {"falls": "Falls with harm", "checks": "Patients with a falls check"},
    ...     aims={"safe": "Fewer patients come to harm"},
    ...     right={"falls": Place("outcome", "safe"), "checks": Place("process", "falls")},
    ...     feedback={"falls": "This is what matters to patients.",
    ...               "checks": "This is what staff do.", "right": "What staff do comes below."})
    """
    if right is None and feedback is None:
        return MeasureTree(id, question, measures, aims=aims, answers=answers)
    if right is None or feedback is None:
        raise QuestionInvalid(
            f"The tree {id} has only one of right and feedback. Give both, or neither."
        )
    return CheckedTree(
        id, question, measures, aims=aims, right=right, feedback=feedback, answers=answers
    )


def _kind_of(measure: str) -> str:
    return f"{measure}-kind"


def _fields(measures: Mapping[str, str], aims: Mapping[str, str]) -> dict[str, Field]:
    fields = {}
    for name, text in measures.items():
        others = {other: words for other, words in measures.items() if other != name}
        fields[_kind_of(name)] = Field(f"{text}: which kind?", KINDS)
        fields[name] = Field(f"{text}: what does it feed?", {**aims, **others})
    return fields


def _circle(feeds: Mapping[str, str]) -> list[str]:
    """Find measures that lead round in a circle; none if every way ends at an aim."""
    for name in feeds:
        way = [name]
        while (after := feeds.get(way[-1])) is not None:
            if after in way:
                return way[way.index(after) :]
            way.append(after)
    return []


def _checked_aims(id: str, aims: object, measures: Mapping[str, str]) -> dict[str, str]:
    if not isinstance(aims, Mapping) or not aims:
        raise QuestionInvalid(
            f"The tree {id} has no aim to start from. Give one or more, as a mapping from id to "
            'text, such as {"safe": "Fewer patients come to harm"}.'
        )
    checked = {
        checked_id(aim, f"aim of {id}"): checked_text(text, f"Aim {aim} of {id}")
        for aim, text in aims.items()
    }
    names = [*checked, *measures, *map(_kind_of, measures), ALL_RIGHT]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise QuestionInvalid(
            f"The tree {id} uses an id twice: {joined(twice)}. An aim and a measure need ids of "
            f'their own, and "{ALL_RIGHT}" and a measure\'s id with "-kind" are taken.'
        )
    texts = [*checked.values(), *measures.values()]
    if len({*texts}) < len(texts):
        raise QuestionInvalid(f"Two texts of the tree {id} read the same. Give each its own words.")
    return checked


def _checked_right(
    id: str, measures: Mapping[str, str], aims: Mapping[str, str], right: object
) -> dict[str, Place]:
    checked: dict[str, Place] = checked_for_each(right, measures, f"The right place of {id}")
    for name, place in checked.items():
        parents = [each for each in (*aims, *measures) if each != name]
        if (
            not isinstance(place, Place)
            or place.kind not in tuple(KINDS)
            or not place.parents
            or any(parent not in parents for parent in place.parents)
        ):
            raise QuestionInvalid(
                f"The right place for {name} of {id} is {place!r}. Give Place(kind, feeds): a kind "
                f"of {joined([*KINDS], 'or')}, and one or more of: {', '.join(parents)}."
            )
    if circle := _circle({name: place.parents[0] for name, place in checked.items()}):
        raise QuestionInvalid(
            f"The right tree {id} has a circle: {joined(circle)} feed one another. "
            "Let every measure lead up to an aim."
        )
    return checked
