"""An assessment with decisions, as its tests read it: what is where in it, and what was put in.

What these tests know tells the key. So it stands here, and neither beside the bank nor in
``qi_tools``: ``tests`` does not reach learners.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from random import Random
from statistics import NormalDist
from typing import Any, Literal

from autograder.keys import Key, read_keys
from course.bank import Bank, Item, load_bank
from course.charts import AnyChart, Chart
from course.folders import COURSE
from course.rubric import Rubric, load_rubric
from course.syllabus import Assessment, load_syllabus
from qi_tools.answers import Value
from tests.course.assessment_source import marked, read

POINTS = 24

#: What an option of a decision does: it finds out what changed, changes how the work is done,
#: leaves it alone, or tampers with common cause.
ASKS, CHANGES, LEAVES, TAMPERS = "FCLT"


@dataclass(frozen=True, slots=True)
class Series:
    """One chart: what it is of, its ups and downs, and what is added to them if anything.

    Each is a level with ups and downs; to some a lasting change or one odd month is added.
    ``month`` (or week) is counted from 0. ``step`` is added from that month on, ``bump`` in that
    month alone. Seeds were picked so that both rule sets that an organisation can choose say the
    same of a chart.
    """

    seed: int
    name: str
    unit: str
    start: date
    level: float
    spread: float
    shows: Literal["dots", "limits", "signals"]
    rule_set: Literal["anhoej", "making_data_count"] | None = None
    better: Literal["lower", "higher", "neither"] = "neither"
    target: float | None = None
    month: int = 0
    step: float = 0
    bump: float = 0
    digits: int = 1
    every: Literal["week", "month"] = "month"

    def values(self) -> tuple[float, ...]:
        """Give the values, rounded as they are shown."""
        # Random.random() is the one source that Python promises never to change.
        random = Random(self.seed)
        made = []
        for month in range(POINTS):
            value = NormalDist(self.level, self.spread).inv_cdf(random.random())
            value += self.step * (month >= self.month) + self.bump * (month == self.month)
            made.append(round(value, self.digits))
        return tuple(made)

    def chart(self) -> Chart:
        """Give the chart as the bank should have it."""
        return Chart(
            self.name, self.unit, self.start, self.values(), self.every,
            self.shows, self.rule_set, self.better, self.target,
        )  # fmt: skip

    @property
    def end(self) -> date:
        """The day of the last value."""
        if self.every == "week":
            return self.start + timedelta(weeks=POINTS - 1)
        years, month = divmod(self.start.month - 1 + POINTS - 1, 12)
        return date(self.start.year + years, month + 1, 1)


@dataclass(frozen=True)
class DecisionCheck:
    """An assessment whose decisions are a part of its own, with what its tests know of it.

    Parameters
    ----------
    name, prefix : str
        The assessment, and how the ids of its items begin.
    words, charts, decisions : tuple of str
        Its slots: those told in words, those that read a chart, and the decisions.
    look_back : str
        The mark that looks back at the decisions.
    criteria, boxes : tuple of str
        What written work is marked by, and what there is to fill in.
    kinds : mapping of str to str
        What each option of a decision does, in order: F, C, L and T as above; S does a sponsor's
        or leader's part, adapts or doses, and W is wrong in another way.
    series : mapping of str to Series
        Each chart over time, by its item.
    timeless : mapping of str to AnyChart
        Each chart without time in it, by its item.
    shown : mapping of str to str
        What each chart that is only read shows: noise, odd (one month), higher or lower.
    good_enough, said : mapping
        Stories that call the usual level good enough, or not, and by which words; elsewhere the
        target says it.
    dealt_with : frozenset of str
        Stories in which the one special cause is known, and was dealt with.
    secrets : tuple of str
        Words that would give the written work away, and so may not stand in the rubric.
    """

    name: str
    prefix: str
    words: tuple[str, ...]
    charts: tuple[str, ...]
    decisions: tuple[str, ...]
    look_back: str
    criteria: tuple[str, ...]
    boxes: tuple[str, ...]
    kinds: Mapping[str, str]
    series: Mapping[str, Series]
    shown: Mapping[str, str]
    good_enough: Mapping[str, bool]
    said: Mapping[str, str]
    dealt_with: frozenset[str] = frozenset()
    secrets: tuple[str, ...] = ()
    timeless: Mapping[str, AnyChart] = field(default_factory=dict)

    @property
    def slots(self) -> tuple[str, ...]:
        """What is asked, in the order of the paper."""
        asked = {*self.words, *self.charts, *self.decisions}
        return tuple(sorted(asked, key=lambda slot: int(slot[1:])))

    @property
    def places(self) -> set[str]:
        """What is marked by a key."""
        return {*self.slots, self.look_back}

    @property
    def source(self) -> Path:
        """The folder of its source."""
        return COURSE / "source" / self.name

    @cached_property
    def bank(self) -> Bank:
        """Its questions."""
        return load_bank(self.source / "bank.toml")

    @cached_property
    def key(self) -> dict[str, Key]:
        """Its key."""
        return read_keys(self.source / f"{self.name}.ipynb")

    @cached_property
    def rubric(self) -> Rubric:
        """What its written work is marked by."""
        return load_rubric(self.source / "rubric.toml")

    @property
    def plan(self) -> Assessment:
        """Its rules."""
        return load_syllabus().assessment(self.name)

    def notebook(self) -> Any:
        """Read its notebook."""
        return read(self.source / f"{self.name}.ipynb")

    def marked_cells(self) -> dict[str, Any]:
        """Give the cells that a key marks, by their names in the gradebook."""
        return marked(self.notebook())

    def items(self) -> Iterator[Item]:
        """Yield every item of the bank."""
        for slot in self.bank.slots:
            yield from slot.items

    def charted(self) -> dict[str, Item]:
        """Give the items with a chart over time."""
        return {item.id: item for item in self.items() if isinstance(item.chart, Chart)}

    def kind_of(self, item: str, option: str) -> str:
        """Return what an option of a decision does."""
        return self.kinds[item]["abc".index(option)]

    def slot_of(self, item: str) -> str:
        """Return the slot that an item may fill."""
        return item.split("-")[1]

    def right(self, item: str) -> Value:
        """Return the right answer to an item; of a tree with several, the plainest."""
        right = self.key[item].right
        return right if isinstance(right, str) else tuple(each.split("|")[0] for each in right)


def slots(first: int, last: int) -> tuple[str, ...]:
    """Name the slots from one number to another."""
    return tuple(f"q{number}" for number in range(first, last + 1))


def chart_of(item: Item) -> Chart:
    """Return the chart over time that an item has."""
    assert isinstance(item.chart, Chart)
    return item.chart
