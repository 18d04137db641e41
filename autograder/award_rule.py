"""The rule of awards: who is due a certificate, and what it says was done.

The rule reads marking records and the syllabus, and nothing that anyone could edit by hand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from autograder.credentials import moments
from autograder.marking_record import MarkingRecord, best
from autograder.recognition import Recognition
from course.approach import Approach
from course.syllabus import Assessment, Award, Syllabus
from qi_tools.words import joined


@dataclass(frozen=True, slots=True)
class Due:
    """An award that someone has earned and does not have yet.

    Parameters
    ----------
    pseudonym : str
        Who has earned it.
    award : Award
        What.
    evidence : tuple of MarkingRecord or Recognition
        What counts for each assessment that it requires, in the award's order: the mark, or prior
        learning that was recognised.
    """

    pseudonym: str
    award: Award
    evidence: tuple[MarkingRecord | Recognition, ...]

    @property
    def recognised(self) -> tuple[Recognition, ...]:
        """The prior learning that it rests on."""
        return tuple(each for each in self.evidence if isinstance(each, Recognition))


def due(
    syllabus: Syllabus,
    records: Iterable[MarkingRecord],
    issued: Collection[tuple[str, str]] = (),
    recognitions: Iterable[Recognition] = (),
) -> tuple[Due, ...]:
    """Return every award that is earned and not issued yet.

    An award is earned when each assessment that it requires is passed; marks of practice never
    count. Prior learning that was recognised stands for any but the award's own one, the last.

    Parameters
    ----------
    syllabus : Syllabus
        The awards and what they require.
    records : iterable of MarkingRecord
        The marks of every attempt.
    issued : collection of (str, str)
        Pseudonym and award id of what was issued before.
    recognitions : iterable of Recognition
        Prior learning that experts accepted.

    Returns
    -------
    tuple of Due
        In the order of pseudonyms, then of the syllabus.
    """
    marks: dict[tuple[str, str], list[MarkingRecord]] = defaultdict(list)
    for record in records:
        if 0 <= record.score <= record.max_score and record.max_score > 0:
            marks[record.pseudonym, record.assessment].append(record)
    recognised = {(each.pseudonym, each.assessment): each for each in recognitions}
    found = []
    for pseudonym in sorted({who for who, _ in marks}):
        for award in syllabus.awards:
            if not award.built or not award.requires or (pseudonym, award.id) in issued:
                continue
            evidence: list[MarkingRecord | Recognition] = []
            for assessment in award.requires:
                rules = syllabus.assessment(assessment)
                mark = best(marks.get((pseudonym, assessment), ()), rules)
                prior = recognised.get((pseudonym, assessment))
                if mark is not None and mark.certifies(rules):
                    evidence.append(mark)
                elif prior is not None and assessment != award.requires[-1]:
                    evidence.append(prior)
                else:
                    break
            else:
                found.append(Due(pseudonym, award, tuple(evidence)))
    return tuple(found)


def percent_text(record: MarkingRecord) -> str:
    """Return a mark out of 100 as a certificate shows it: rounded down to one decimal.

    Examples
    --------
    >>> from autograder.marking_record import MarkingRecord
    >>> record = MarkingRecord("ab" * 8, "all_staff_check", "1", 1, "0" * 64, (), 7.0, 8.0, "")
    >>> percent_text(record)
    '87.5'
    """
    share = 100 * Decimal(repr(record.score)) / Decimal(repr(record.max_score))
    shown = share.quantize(Decimal("0.1"), rounding=ROUND_DOWN)
    return f"{shown:f}".removesuffix(".0")


def _written(assessment: Assessment) -> str:
    tasks = len(assessment.written)
    if not tasks:
        return ""
    return (
        f"{tasks} written {'task' if tasks == 1 else 'tasks'}, marked by people with a published "
        "rubric; borderline work by two or three who did not see each other's marks. "
    )


def narrative(
    syllabus: Syllabus,
    award: Award,
    approach: Approach,
    lone: bool,
    recognised: Collection[Recognition] = (),
) -> str:
    """Return what was done for an award, in sentences that an employer can rely on.

    Parameters
    ----------
    syllabus : Syllabus
        Where the lessons, minutes and pass marks are.
    award : Award
        The award.
    approach : Approach
        The organisation's own approach; if it is not set, that is said.
    lone : bool
        Whether it was marked on the holder's own computer; then that is said.
    recognised : collection of Recognition
        The prior learning that it rests on.
    """
    own = syllabus.assessment(award.requires[-1])
    prior = {each.assessment: each for each in recognised}
    said = [_passed(syllabus, own)]
    below = [syllabus.assessment(id) for id in award.requires[:-1]]
    if names := [f"“{each.title}”" for each in below if each.id not in prior]:
        said.append(f"It builds on {joined(names)}, passed as well.")
    said += [
        f"“{each.title}” was not taken: prior learning was recognised ({prior[each.id].evidence}), "
        f"signed by {prior[each.id].by} on {moments.day(prior[each.id].at)}."
        for each in below
        if each.id in prior
    ]
    said.append("Minutes and pass mark are this course's own.")
    said.append(
        f"The organisation's own approach is {approach.name}."
        if approach.is_set
        else "The organisation's own approach was not yet set."
    )
    if lone:
        said.append("Marked and issued on the holder's own computer.")
    return " ".join(said)


def _passed(syllabus: Syllabus, assessment: Assessment) -> str:
    lessons = [syllabus.module(module) for module in assessment.modules]
    names = ", ".join(f"{lesson.id} “{lesson.title}”" for lesson in lessons)
    minutes = sum(lesson.minutes for lesson in lessons)
    hurdles = "".join(
        f" and {'' if len(hurdle.slots) == 1 else 'at least '}{hurdle.needed}"
        for hurdle in assessment.hurdles
    )
    return (
        f"Passed the assessment “{assessment.title}”: {assessment.slots} questions in about "
        f"{assessment.minutes} minutes, pass mark {assessment.pass_percent}%{hurdles}, open "
        f"book and not supervised. {_written(assessment)}"
        f"It checks {'lesson' if len(lessons) == 1 else 'lessons'} "
        f"{names} (about {minutes} minutes)."
    )
