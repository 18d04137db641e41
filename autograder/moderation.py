"""Written work: what its markers gave, whether another marker is needed, and what then counts.

One marker on one case never decides. A clear result stands on one marker and several tasks; one
near the pass line, or one that hangs on a single criterion, needs a second marker, who does not see
what the first one gave; two who are far apart need a third. The rules are data of the course
(`course.syllabus.Moderation`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import TypeAlias

from course.syllabus import Moderation

#: For each criterion, such as ``w1-data``, the level that each marker gave, in order of marking.
WrittenMarks: TypeAlias = tuple[tuple[str, tuple[int, ...]], ...]

MOST_MARKERS = 3
#: What the work waits for, by how many markers it has.
WAITS = (
    "written work waits for a marker: qi-course desk open, then qi-course desk written",
    "written work waits for a second marker: qi-course desk written",
    "written work waits for a third marker: qi-course desk written",
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How written work stands after the marks so far.

    Parameters
    ----------
    levels : tuple of (str, float)
        For each criterion the level that counts now.
    total, line : float
        Their sum, and what it takes to pass.
    passed : bool
        Whether it passes, if no more markers are needed.
    why_more : str or None
        Why one more marker is needed; None if it is settled.
    markers : int
        How many have marked it.
    """

    levels: tuple[tuple[str, float], ...]
    total: float
    line: float
    passed: bool
    why_more: str | None
    markers: int

    @property
    def settled(self) -> bool:
        """Whether no more markers are needed."""
        return self.why_more is None


def standing(written: WrittenMarks, rules: Moderation) -> Standing:
    """Return how written work stands.

    The median of a criterion's levels counts: of two markers' that is the mean.

    Parameters
    ----------
    written : WrittenMarks
        The levels given; each marker gave one for every criterion.
    rules : Moderation
        The course's rules.

    Raises
    ------
    ValueError
        If a criterion has more or fewer levels than another.

    Examples
    --------
    >>> rules = Moderation(pass_level=2, floor_level=1, borderline_points=1, apart_levels=1,
    ...                    least_tasks=2)
    >>> clear = (("w1-a", (3,)), ("w1-b", (3,)), ("w2-a", (2,)), ("w2-b", (2,)))
    >>> standing(clear, rules).passed, standing(clear, rules).settled
    (True, True)
    >>> close = (("w1-a", (2,)), ("w1-b", (2,)), ("w2-a", (2,)), ("w2-b", (2,)))
    >>> standing(close, rules).why_more
    'its total of 8 is within 1 of the pass line of 8'
    """
    (markers,) = {len(levels) for _, levels in written} or {0}
    levels = tuple((name, float(median(given)) if given else 0.0) for name, given in written)
    total = sum(level for _, level in levels)
    line = float(rules.pass_level * len(levels))
    low = [name for name, level in levels if level < rules.floor_level]
    passed = markers > 0 and total >= line and not low
    return Standing(levels, total, line, passed, _why_more(written, rules, total, line), markers)


def _why_more(written: WrittenMarks, rules: Moderation, total: float, line: float) -> str | None:
    markers = len(written[0][1]) if written else 0
    if markers == 0:
        return "nobody has marked it"
    if markers == 1:
        if len({name.partition("-")[0] for name, _ in written}) < rules.least_tasks:
            return "one marker on one case never decides"
        if abs(total - line) <= rules.borderline_points:
            near = f"within {rules.borderline_points} of the pass line of {line:g}"
            return f"its total of {total:g} is {near}"
        if total >= line and any(given[0] < rules.floor_level for _, given in written):
            return "it would fail by single criteria alone"
    if markers == 2:
        far = [name for name, given in written if abs(given[0] - given[1]) > rules.apart_levels]
        if far:
            return f"its two markers are far apart on {', '.join(far)}"
    return None


def side_by_side(markers: Iterable[tuple[tuple[str, int], ...]]) -> WrittenMarks:
    """Return the levels by criterion, from each marker's own.

    Examples
    --------
    >>> side_by_side([(("w1-a", 2), ("w1-b", 3)), (("w1-a", 1), ("w1-b", 3))])
    (('w1-a', (2, 1)), ('w1-b', (3, 3)))
    """
    given = [dict(each) for each in markers]
    return tuple((name, tuple(each[name] for each in given)) for name in given[0]) if given else ()
