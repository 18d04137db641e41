"""What a learner is told about each question of a marked paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from autograder.marking_record import MarkingRecord
from course.bank import LookBack, Slot
from course.paper import Given, Paper, open_paper
from course.result import SlotFeedback

#: What stands in the place of an answer where a mark looks back at answers given before.
GIVEN_BEFORE = "What you chose there"


def slot_feedback(
    folder: Path, record: MarkingRecord, whys: Mapping[str, str]
) -> tuple[SlotFeedback, ...]:
    """Return what there is to say about each question of a marked paper.

    Parameters
    ----------
    folder : Path
        The paper that was marked: ``bank.toml``, ``attempt.json`` and ``answers.json``.
    record : MarkingRecord
        Its marks.
    whys : mapping of str to str
        By question, why the right answer is right, as far as the marking said so.

    Returns
    -------
    tuple of SlotFeedback
        With marks and reasons in it: take them out with `before_a_pass` until there is a pass.
    """
    return tuple(
        SlotFeedback(
            slot=slot.id,
            question=question,
            given=given,
            right=slot.id in record.right,
            read_again=slot.read_again,
            why=whys.get(slot.id),
        )
        for slot, question, given in told_answers(open_paper(folder))
    )


def told_answers(paper: Paper) -> Iterator[tuple[Slot | LookBack, str, str | None]]:
    """Yield each mark of a paper with its question and the answer given, both in words."""
    answers = paper.all_answers()
    for drawn in paper.drawn:
        yield drawn.slot, drawn.item.text, in_words(paper, answers[drawn.slot.id])
    for back in paper.look_backs:
        yield back, back.text, GIVEN_BEFORE


def in_words(paper: Paper, given: Given) -> str | None:
    """Return an answer in the words of its options; None if there was none.

    An answer to several rows is told row by row, as they were shown: ``Plan: First; Do: Second``. A
    tree is told measure by measure.
    """
    if given.choice is None:
        return None
    drawn = next(drawn for drawn in paper.drawn if drawn.slot.id == given.slot)
    item = drawn.item
    if isinstance(given.choice, str):
        return item.options[given.choice]
    chosen = dict(each.split("=", 1) for each in given.choice)
    if item.measures:
        from qi_tools.improvement.measure_kinds import KINDS

        texts = {**item.aims, **item.measures}
        return "; ".join(
            f"{item.measures[name]}: {KINDS[chosen[f'{name}-kind']].lower()}, "
            f"feeds “{texts[chosen[name]]}”"
            for name in drawn.rows
        )
    return "; ".join(_told(item.rows[row], item.options[chosen[row]]) for row in drawn.rows)


def _told(row: str, option: str) -> str:
    """Return a row and its option as one part of a list, which no full stop may end early."""
    row, option = row.rstrip("."), option.rstrip(".")
    return f"{row} {option}" if row.endswith("?") else f"{row}: {option}"


def before_a_pass(feedback: tuple[SlotFeedback, ...]) -> tuple[SlotFeedback, ...]:
    """Return feedback without marks and reasons: before a pass they would tell the key."""
    return tuple(replace(each, right=None, why=None) for each in feedback)


def to_read_again(feedback: tuple[SlotFeedback, ...]) -> tuple[str, ...]:
    """Return the parts of the lesson in which not every answer was right, each once."""
    return tuple(dict.fromkeys(each.read_again for each in feedback if not each.right))
