"""Which evidence of `qi_tools.improvement.stages` a project shows, and where it lacks some.

A rule for each piece of evidence looks at a project and yields what is missing: nothing, when the
evidence is there. No rule knows what day it is: "so far" is up to the last reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from qi_tools.improvement.aim import weaknesses
from qi_tools.improvement.charter import PARTS
from qi_tools.improvement.measures import KINDS, PlannedMeasure
from qi_tools.improvement.project import Project, fields_of
from qi_tools.improvement.project_charts import ReadingsInvalid, chart_of
from qi_tools.improvement.ramps import ramps
from qi_tools.improvement.stages import EVIDENCE, Evidence
from qi_tools.words import counted, day_in_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from qi_tools.improvement.cycles import Cycle
    from qi_tools.improvement.lasting import MadeChange
    from qi_tools.improvement.stakeholders import Stakeholder
    from qi_tools.spc.charts import Chart

__all__ = ["Lack", "depths", "missing"]

# Our choice, all of them; `EVIDENCE` says them in words.
DRIVERS, BASELINE, LOOKED, LINKED = 2, 10, 3, 3
KEPT_READINGS, KEPT_DAYS = 12, 182


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that is missing in a project, and where it belongs.

    Parameters
    ----------
    section, id, field : str
        The section; the record, empty in a section of one record and where a new one is needed; and
        the field.
    what : str
        What is missing, as one sentence.
    """

    section: str
    id: str
    field: str
    what: str


@dataclass(frozen=True, slots=True)
class _Facts:
    """A project, and what its charts show."""

    project: Project
    charts: dict[str, Chart]
    """Of the outcome and process measures whose readings can be read."""

    def of_kind(self, *kinds: str) -> list[PlannedMeasure]:
        return [each for each in self.project.measures if each.kind in kinds]

    @property
    def first_test(self) -> date | None:
        return min((each.began for each in self.project.cycles if each.began), default=None)

    @property
    def first_change(self) -> date | None:
        changes = self.project.adopted
        return min((each.since for each in changes if each.what and each.since), default=None)


_Rule: TypeAlias = Callable[[_Facts], Iterator[Lack]]


def missing(project: Project) -> Iterator[tuple[Evidence, Lack]]:
    """Find what is missing of the evidence of each stage, in the order of `EVIDENCE`.

    Examples
    --------
    >>> evidence, lack = next(missing(Project()))
    >>> evidence.stage, lack.section, lack.field, lack.what
    ('chosen', 'charter', 'problem', 'It is not filled in.')
    """
    charts = {}
    for measure in project.measures:
        if measure.kind in {"outcome", "process"} and measure.readings:
            try:
                charts[measure.id] = chart_of(project, measure.id)
            except ReadingsInvalid:
                continue  # that they can't be read is told apart from what stages need
    facts = _Facts(project, charts)
    for evidence in EVIDENCE:
        for lack in _RULES[evidence.name](facts):
            yield evidence, lack


def depths(project: Project) -> dict[str, int]:
    """Give how deep each driver stands, by its id: 1 is a primary driver, 3 a change idea."""
    above = {driver.id: driver.under for driver in project.drivers}

    def depth(id: str) -> int:
        return 1 + depth(above[id]) if above[id] else 1

    return {id: depth(id) for id in above}


def _blank(section: str, *fields: str, facts: _Facts, id: str = "") -> Iterator[Lack]:
    """Yield the fields of a record that are blank."""
    record = getattr(facts.project, section)
    if id:
        record = next(each for each in record if each.id == id)
    for field in fields:
        if getattr(record, field) == fields_of(type(record))[field].blank:
            yield Lack(section, id, field, "It is not filled in.")


def _filled(section: str, *fields: str) -> _Rule:
    return lambda facts: _blank(section, *fields, facts=facts)


def _part(part: str) -> _Rule:
    def rule(facts: _Facts) -> Iterator[Lack]:
        if not any(member.part == part for member in facts.project.team):
            said = PARTS[part]
            yield Lack("team", "", "part", f'Nobody in the team has the part "{said}".')

    return rule


def _aim(facts: _Facts) -> Iterator[Lack]:
    for found in weaknesses(facts.project.aim):
        if not found.doubt:
            yield Lack("aim", "", found.field, found.lacks)


def _theory(facts: _Facts) -> Iterator[Lack]:
    depth = depths(facts.project)
    above = {driver.id: driver.under for driver in facts.project.drivers}
    served = {above[above[id]] for id in above if depth[id] == 3}
    primary = [id for id in above if depth[id] == 1]
    if len(primary) < DRIVERS:
        yield Lack("drivers", "", "words", _too_few(len(primary), "primary driver", "", DRIVERS))
    elif len(served) < DRIVERS:
        bare = next(id for id in primary if id not in served)
        yield Lack(
            "drivers",
            bare,
            "under",
            _too_few(len(served), "primary driver", " with change ideas two levels below", DRIVERS),
        )


def _family(facts: _Facts) -> Iterator[Lack]:
    for kind, label in KINDS.items():
        lacks = [
            [*_blank("measures", "counted", "source", "owner", facts=facts, id=each.id)]
            for each in facts.of_kind(kind)
        ]
        if lacks:
            yield from min(lacks, key=len)
        else:
            yield Lack("measures", "", "kind", f'No measure is of the kind "{label}".')


def _baseline(facts: _Facts) -> Iterator[Lack]:
    outcomes = facts.of_kind("outcome")
    most = max((_readings(facts, each.id) for each in outcomes), default=0)
    if most < BASELINE:
        yield Lack(
            "measures",
            outcomes[0].id if outcomes else "",
            "readings",
            _too_few(most, "reading", " of an outcome", BASELINE),
        )


def _looked(facts: _Facts) -> Iterator[Lack]:
    project = facts.project
    if max(len(project.steps), len(project.causes), len(project.whys)) < LOOKED:
        yield Lack(
            "steps", "", "words", "There is no process map, fishbone or row of whys to learn from."
        )


def _test(facts: _Facts) -> Iterator[Lack]:
    fields = ("prediction", "happened", "study", "act")
    lacks = [[*_blank("cycles", *fields, facts=facts, id=each.id)] for each in facts.project.cycles]
    if lacks:
        yield from min(lacks, key=len)
    else:
        yield Lack("cycles", "", "name", "There is no test yet.")


def _readings_go_on(facts: _Facts) -> Iterator[Lack]:
    began = facts.first_test
    if began is None:
        yield Lack("cycles", _first(facts.project.cycles), "began", "No test has a first day.")
    elif not any(_since(chart, began).any() for chart in facts.charts.values()):
        yield Lack(
            "measures",
            _first(facts.of_kind("outcome", "process")),
            "readings",
            f"No reading of an outcome or a process is from {day_in_words(began)} or later.",
        )


def _ramp(facts: _Facts) -> Iterator[Lack]:
    found = [each for each in ramps(facts.project) if len(each.cycles) >= LINKED]
    if not found:
        longest = max((len(each.cycles) for each in ramps(facts.project)), default=0)
        yield Lack(
            "cycles",
            "",
            "after",
            _too_few(longest, "test", " in the longest row that builds on one another", LINKED),
        )
        return
    lacks = []
    for ramp in found:
        blanks = [
            lack
            for cycle in ramp.cycles
            for lack in _blank("cycles", "prediction", "scale", facts=facts, id=cycle.id)
        ]
        if not blanks and not all(ramp.small_steps):
            blanks.append(
                Lack(
                    "cycles",
                    ramp.cycles[0].id,
                    "scale",
                    "The row of tests that begins here starts large, or grows by more than a step.",
                )
            )
        lacks.append(blanks)
    yield from min(lacks, key=len)


def _better(said: str, *kinds: str) -> _Rule:
    def rule(facts: _Facts) -> Iterator[Lack]:
        measures = facts.of_kind(*kinds)
        began = facts.first_test or date.min
        charts = [facts.charts[each.id] for each in measures if each.id in facts.charts]
        if any((_since(chart, began) & chart.improvement).any() for chart in charts):
            return
        undirected = [each.id for each in measures if not each.better]
        if undirected and len(undirected) == len(measures):
            yield Lack("measures", undirected[0], "better", "Which way is better is not said.")
        else:
            yield Lack(
                "measures",
                _first(measures),
                "readings",
                f"No chart of {said} has a signal for the better since the tests began.",
            )

    return rule


def _stakeholders(facts: _Facts) -> Iterator[Lack]:
    people = facts.project.stakeholders
    if not any(each.action for each in people):
        yield Lack("stakeholders", _first(people), "action", "No stakeholder has an action.")
        return
    for each in people:
        if each.influence == "high":
            yield from _blank("stakeholders", "action", facts=facts, id=each.id)


def _change(facts: _Facts) -> Iterator[Lack]:
    if facts.first_change is None:
        changes = facts.project.adopted
        if changes:
            yield from _blank("adopted", "what", "since", facts=facts, id=changes[0].id)
        else:
            yield Lack("adopted", "", "what", "There is no change made for good.")


def _lasted(facts: _Facts) -> Iterator[Lack]:
    since = facts.first_change
    if since is None:
        yield Lack("adopted", _first(facts.project.adopted), "since", "No change has a date.")
        return
    outcomes = facts.of_kind("outcome")
    most = 0
    for each in outcomes:
        if each.id in facts.charts:
            chart = facts.charts[each.id]
            after = _since(chart, since) & chart.measure.known
            most = max(most, int(after.sum()))
            if after.any() and _days(chart)[after][-1].item() - since >= timedelta(days=KEPT_DAYS):
                return
    if most < KEPT_READINGS:
        yield Lack(
            "measures",
            _first(outcomes),
            "readings",
            _too_few(most, "reading", f" of an outcome since {day_in_words(since)}", KEPT_READINGS)
            + " Or wait until they cover 6 months.",
        )


def _no_slip(facts: _Facts) -> Iterator[Lack]:
    since = facts.first_change
    for each in facts.of_kind("outcome"):
        if since and each.id in facts.charts:
            chart = facts.charts[each.id]
            worse = _since(chart, since) & chart.concern
            if worse.any():
                yield Lack(
                    "measures",
                    each.id,
                    "readings",
                    f"The chart has a signal for the worse, last on "
                    f"{day_in_words(_days(chart)[worse][-1].item())}.",
                )


def _spread(facts: _Facts) -> Iterator[Lack]:
    if not any(site.place for site in facts.project.sites) and not facts.project.spreading.how:
        yield from _blank("spreading", "what", facts=facts)


def _reviewed(facts: _Facts) -> Iterator[Lack]:
    since = facts.first_change or date.min
    agreed = [each for each in facts.project.reached if each.on and each.on > since]
    if not agreed:
        yield Lack("reached", "", "on", "No stage was reached on a day after the change.")
    elif not any(each.agreed_by for each in agreed):
        yield from _blank("reached", "agreed_by", facts=facts, id=agreed[-1].id)


def _readings(facts: _Facts, id: str) -> int:
    return int(facts.charts[id].measure.known.sum()) if id in facts.charts else 0


def _days(chart: Chart) -> NDArray[np.datetime64]:
    days = chart.measure.dates
    assert days is not None  # readings that were pasted have dates
    return days


def _since(chart: Chart, day: date) -> NDArray[np.bool_]:
    """Flag the points on or after a day."""
    import numpy as np

    return np.asarray(_days(chart) >= np.datetime64(day))


def _first(records: Sequence[PlannedMeasure | Cycle | Stakeholder | MadeChange]) -> str:
    return records[0].id if records else ""


def _too_few(count: int, noun: str, which: str, needed: int) -> str:
    said = counted(count, noun) if count else f"no {noun}s"
    return f"There {'is' if count == 1 else 'are'} {said}{which}; it takes {needed}."


_RULES: Final[dict[str, _Rule]] = {
    "problem": _filled("charter", "problem"),
    "why now": _filled("charter", "why_now"),
    "sponsor": _part("sponsor"),
    "organisation's aim": _filled("charter", "organisation_aim"),
    "aim": _aim,
    "leader": _part("leader"),
    "member": _part("member"),
    "voice": _part("voice"),
    "scope": _filled("charter", "in_scope", "out_of_scope"),
    "theory": _theory,
    "family of measures": _family,
    "baseline": _baseline,
    "looked": _looked,
    "test": _test,
    "readings go on": _readings_go_on,
    "ramp": _ramp,
    "signal": _better("an outcome or a process", "outcome", "process"),
    "stakeholders": _stakeholders,
    "change": _change,
    "outcome better": _better("an outcome", "outcome"),
    "keeping": _filled("sustaining", "owner", "standard", "training", "watch", "slips"),
    "lasted": _lasted,
    "no slip": _no_slip,
    "spread": _spread,
    "reviewed": _reviewed,
}
