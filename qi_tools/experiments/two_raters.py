"""Two raters judge the same records, by a vague definition and by a sharp one.

What it teaches, and whom. All staff, and any team about to collect data: "seen promptly" means one
thing to one person and another to the next, so a measure may show who counted rather than what
happened. An operational definition says what to look at, how, and where the line is (Deming 1986).
Coaches and experts learn to put agreement in numbers (`agreements`), and that no single number is
enough.

In the room. Hand two people the same printed waits. Ask each, alone, to tick those who were seen
promptly. Predict how many of ten ticks will match; then count. Let the room write a sharp
definition, such as "within 30 minutes of arrival, by the desk's clock", and judge again. Ask what
is left: slips of the pen, which no definition takes away.

The world is made up. Waits have an exponential distribution and are noted in full minutes. A rater
ticks "prompt" when the wait, as it strikes them, is within their own limit: under a vague
definition the limits differ and waver from record to record, under a sharp one they are the same.
Now and then a rater ticks the wrong box.

References
----------
Deming WE (1986). Out of the crisis. MIT Press.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from qi_tools.alternatives import LONGEST, shortened
from qi_tools.experiments.agreements import Agreement, RatersInvalid, agreement, percent
from qi_tools.experiments.settings import bell, check_number, is_whole, made_up_dates
from qi_tools.words import counted, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

    from qi_tools.measure import Measure

__all__ = [
    "SHARP",
    "VAGUE",
    "Definition",
    "Judged",
    "Judging",
    "TwoRaters",
    "judge",
]

MOST_RECORDS = 5_000


_check_number = partial(check_number, RatersInvalid)


@dataclass(frozen=True, slots=True)
class Definition:
    """What the raters are told, and what they make of it.

    Parameters
    ----------
    words : str
        What they are told.
    limits : tuple of float
        The longest wait that each of the two calls prompt, in minutes; 0 or more.
    waver : float
        The standard deviation of how differently the same wait strikes a rater from one record to
        the next, in minutes; 0 or more.
    slip : float
        How probable it is that a rater ticks the wrong box, from 0 to 0.5.

    Raises
    ------
    RatersInvalid
        If one of them can't be.
    """

    words: str
    limits: tuple[float, float]
    waver: float = 0.0
    slip: float = 0.02

    def __post_init__(self) -> None:
        if not isinstance(self.words, str) or not self.words.strip() or len(self.words) > 200:
            raise RatersInvalid(
                f"The words of a definition are {self.words!r}. Use 1 to 200 characters."
            )
        if not isinstance(self.limits, tuple) or len(self.limits) != 2:
            raise RatersInvalid(
                f"The limits are {self.limits!r}. Give two, such as (30, 30): one for each rater."
            )
        for name, value, most in (
            *(("limit of a rater", limit, 1000) for limit in self.limits),
            ("waver", self.waver, 1000),
            ("slip", self.slip, 0.5),
        ):
            _check_number(name, value, 0, most)


VAGUE = Definition("Was the patient seen promptly?", (20, 45), waver=8)
SHARP = Definition(
    "Was the patient seen within 30 full minutes of arrival, by the clock at the desk?", (30, 30)
)


@dataclass(frozen=True, slots=True)
class Judging:
    """Which records are judged, and by which definitions.

    Parameters
    ----------
    batches : int
        How many batches of records; 2 to 500.
    batch : int
        How many records each has; 1 to 500, and all together at most 5,000.
    mean_wait : float
        How long the patients waited on average, in minutes; 1 to 1,000. With a short one nearly all
        are prompt, and kappa falls though agreement does not.
    vague, sharp : Definition
        The two definitions.

    Raises
    ------
    RatersInvalid
        If one of them can't be.
    """

    batches: int = 12
    batch: int = 10
    mean_wait: float = 40.0
    vague: Definition = VAGUE
    sharp: Definition = SHARP

    def __post_init__(self) -> None:
        for name, fewest in (("batches", 2), ("batch", 1)):
            given = getattr(self, name)
            if not is_whole(given) or not fewest <= given <= 500:
                raise RatersInvalid(f"{name} is {given!r}. Use a whole number, {fewest} to 500.")
        if self.batches * self.batch > MOST_RECORDS:
            raise RatersInvalid(
                f"{self.batches} batches of {self.batch} are more than {MOST_RECORDS:,} records. "
                "Use fewer."
            )
        _check_number("mean_wait", self.mean_wait, 1, 1000)
        for name in ("vague", "sharp"):
            if not isinstance(getattr(self, name), Definition):
                raise RatersInvalid(f"{name} is no Definition. Make one with Definition(…).")


@dataclass(frozen=True, slots=True)
class Judged:
    """One record, and what the two raters said of it.

    Parameters
    ----------
    wait : int
        The wait, in full minutes.
    vague, sharp : tuple of bool
        Whether each of the two raters called it prompt, by either definition.
    """

    wait: int
    vague: tuple[bool, bool]
    sharp: tuple[bool, bool]


@dataclass(frozen=True, slots=True)
class TwoRaters:
    """What two raters said of the same records. Make one with `judge`.

    Parameters
    ----------
    judging : Judging
        The settings.
    records : tuple of Judged
        Every record, in the order in which they were judged.
    """

    judging: Judging
    records: tuple[Judged, ...]

    @property
    def vague(self) -> Agreement:
        """The agreement under the vague definition."""
        return _prompt([record.vague for record in self.records])

    @property
    def sharp(self) -> Agreement:
        """The agreement under the sharp definition."""
        return _prompt([record.sharp for record in self.records])

    def _alike(self, definition: str) -> list[int]:
        """Count the records of each batch that were judged alike."""
        size = self.judging.batch
        alike = [len(set(getattr(record, definition))) == 1 for record in self.records]
        return [sum(alike[start : start + size]) for start in range(0, len(alike), size)]

    @property
    def measures(self) -> tuple[Measure, Measure]:
        """The per cent of each batch judged alike: by the vague and by the sharp definition."""
        from qi_tools.measure import Measure

        vague, sharp = (
            Measure.from_columns(
                self._alike(definition),
                denominators=[self.judging.batch] * self.judging.batches,
                name=f"Records judged alike, {definition} definition",
                unit="%",
                better="higher",
                simulated=True,
            )
            for definition in ("vague", "sharp")
        )
        return vague, sharp

    @property
    def table(self) -> DataFrame:
        """The batches, one row each; each call gives a new table.

        Columns: ``date``, ``batch``, ``records``, ``alike, vague`` and ``alike, sharp``. The dates
        are made up, one a batch, so that the table can be charted from a file.
        """
        from pandas import DataFrame, to_datetime

        days = made_up_dates(self.judging.batches)
        return DataFrame(
            {
                "date": to_datetime(days),
                "batch": range(1, self.judging.batches + 1),
                "records": self.judging.batch,
                "alike, vague": self._alike("vague"),
                "alike, sharp": self._alike("sharp"),
            }
        )

    @property
    def record_table(self) -> DataFrame:
        """The records, one row each, to print for the room; each call gives a new table.

        Columns: ``record``, ``wait`` (minutes), and "yes" or "no" of each rater by each definition.
        """
        from pandas import DataFrame

        columns: dict[str, list[object]] = {
            "record": list(range(1, len(self.records) + 1)),
            "wait": [record.wait for record in self.records],
        }
        for definition in ("vague", "sharp"):
            for rater, word in enumerate(("first", "second")):
                columns[f"{definition}, {word} rater"] = [
                    "yes" if getattr(record, definition)[rater] else "no" for record in self.records
                ]
        return DataFrame(columns)

    def describe(self) -> str:
        """Describe the result in a few plain sentences, at most 600 characters.

        Examples
        --------
        >>> print(judge(Judging(), Random(1)).describe().split(". ")[1])
        By the vague definition they agreed on 68% (kappa 0.41)
        """
        said = [f"Simulated: two raters judged {counted(len(self.records), 'record')} twice."]
        each = {"vague": self.vague, "sharp": self.sharp}
        # The same lesson twice would be too long; the sharp definition leaves less to doubt.
        told = "sharp" if each["sharp"].paradox else "vague"
        for name, both in each.items():
            kappa = (
                "kappa can't be computed"
                if math.isnan(both.kappa)
                else f"kappa {number_in_words(both.kappa, 2)}"
            )
            said.append(
                f"By the {name} definition they agreed on {percent(both.agreed)} ({kappa})."
            )
            said.append(both.paradox if name == told else "")
        return shortened(" ".join(filter(None, said)), LONGEST)

    def report(self) -> tuple[str, ...]:
        """Tell all there is to tell of the result, in paragraphs."""
        return (
            self.describe(),
            f'Vague: "{self.judging.vague.words}" {" ".join(self.vague.report()[:2])}',
            f'Sharp: "{self.judging.sharp.words}" {" ".join(self.sharp.report()[:2])}',
            self.sharp.report()[2],
        )


def judge(judging: Judging, random: Random) -> TwoRaters:
    """Let two raters judge the same records by a vague and by a sharp definition.

    Parameters
    ----------
    judging : Judging
        The settings.
    random : random.Random
        Where chance comes from. The same seed gives the same answers.

    Returns
    -------
    TwoRaters

    Examples
    --------
    >>> result = judge(Judging(), Random(1))
    >>> result.vague.agreed < result.sharp.agreed
    True
    """
    records = []
    for _ in range(judging.batches * judging.batch):
        wait = int(-judging.mean_wait * math.log(1 - random.random()))
        vague, sharp = (
            (
                _calls_prompt(wait, definition, 0, random),
                _calls_prompt(wait, definition, 1, random),
            )
            for definition in (judging.vague, judging.sharp)
        )
        records.append(Judged(wait, vague, sharp))
    return TwoRaters(judging, tuple(records))


def _calls_prompt(wait: int, definition: Definition, rater: int, random: Random) -> bool:
    strikes = wait + definition.waver * bell(random)
    slips = random.random() < definition.slip
    return (strikes <= definition.limits[rater]) != slips


def _prompt(answers: Iterable[tuple[bool, bool]]) -> Agreement:
    first, second = zip(*answers, strict=True)
    return agreement(first, second, ("yes", "no"))
