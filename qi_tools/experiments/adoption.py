"""A change that worked at one site spreads to the others: who takes it up, when, and for how long.

What it teaches. Spread follows an S: slow, then fast, then slow. Most sites take a change up from
sites that they know, so it helps when they visit each other. An order makes numbers rise at once,
and more of them slip back; support after the start is what keeps a change. Those who took a change
up are not those who use it. It is for senior leaders, sponsors and improvement coaches.

In the room. Tell of one hospital's change and 24 sites. Groups write down by which week half of the
sites will use it, choose their levers, run, and compare the share in use with the share that ever
took it up and with the outcome of all sites. Then run again with other chance: how much was luck?

What is simplified or made up. All numbers are made up, those of the levers too; they only point the
way that the literature does. A site uses the change wholly or not at all, and one that slipped back
does not return to it within the run. Sites that do not use it never put others off. Where a single
site begins matters little here: the most ready one would have come early anyway. Levers cost
nothing. The outcome depends on use alone and every patient is as likely to be late as any other.

Sources. Bass FM (1969). A new product growth for model consumer durables. Management Science 15:
215-227: outside push and imitation. Watts DJ, Strogatz SH (1998). Collective dynamics of
small-world networks. Nature 393: near neighbours and a few far links. Rogers EM (2003). Diffusion
of Innovations: changes that adopters fit to their own work last longer. Greenhalgh T and colleagues
(2004). Milbank Quarterly 82: what is known of spread among health services.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Final

from qi_tools.errors import QIToolsError
from qi_tools.experiments.settings import FIRST_DATE, check_number, check_whole
from qi_tools.words import counted, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

    from qi_tools.measure import Measure

__all__ = [
    "BEGIN",
    "WAYS",
    "Adoption",
    "Rollout",
    "RolloutInvalid",
    "Site",
    "Week",
    "bass",
    "spread",
]

BEGIN: Mapping[str, str] = {
    "most ready": "at the most ready",
    "most linked": "at the best linked",
    "chance": "where chance had it",
}
"""Where a change begins, and how it is told."""

WAYS: Mapping[str, str] = {
    "start": "it began there",
    "push": "by a push from outside",
    "mandate": "under the mandate",
    "contact": "from a linked site",
    "never": "not within the run",
}
"""How a site came to use the change."""

BASELINE: Final = 12
"""Weeks that are measured before the change begins."""

# What the levers do. All of it is made up.
VISITS = 2.0
"""Peer visits multiply imitation."""
MANDATE = 0.05
"""A mandate adds so much to the push on a site in a week."""
UNWILLING = 4.0
"""A site that took the change up under a mandate is so many times as likely to slip back."""
SUPPORT = 0.25
"""Support for sustaining multiplies the chance of slipping back."""
ADAPTED_SLIPS, ADAPTED_READINESS, ADAPTED_EFFECT = 0.5, 0.5, 0.85
"""Sites that adapt the change keep it more often, and those that were not ready find it easier, but
some of what made it work is lost."""

USUAL_LATE, EFFECT = 0.30, 0.40
"""The share of late patients without the change, and the share of these that it prevents."""

LEAST_SITES, MOST_SITES = 4, 100
MOST_WEEKS = 104
MOST_FAR = 500
MOST_PATIENTS = 40


class RolloutInvalid(QIToolsError):
    """A change can't be spread as asked."""


_check_whole = partial(check_whole, RolloutInvalid)


@dataclass(frozen=True, slots=True)
class Rollout:
    """How a change is spread.

    Parameters
    ----------
    sites : int
        How many: 4 to 100.
    near : int
        How many neighbours on either side, in a ring, a site is linked to: 1 to half of the sites,
        which links all of them to each other.
    far : int
        How many links join sites farther apart: 0 to 500, and no more than there are pairs.
    weeks : int
        How long, after the week in which it begins: 1 to 104.
    push, imitation : float
        Bass's p and q, a week: the chance that a site of usual readiness takes the change up by
        itself, and what is added when all linked sites use it. 0 to 1 each.
    slipping : float
        The chance that a site that uses it slips back, a week: 0 to 1.
    unevenness : float
        How much readiness differs: from 1 less this to 1 and this, 1 being usual. 0 to 1.
    patients : int
        Of a usual site, a week: 2 to 40. Sites have from half as many to half as many again.
    starters : int
        How many sites use it from week 0: 0 to all of them.
    begin : str
        Which ones: one of `BEGIN`.
    visits : bool
        Whether sites visit each other, which doubles imitation.
    mandate : bool
        Whether an order from above adds to the push. What is taken up under it slips back more.
    support : bool
        Whether sites are supported after they began, so that fewer slip back.
    adapt : bool
        Whether sites may fit the change to their own work. More of them can, and keep it; it does
        a little less.

    Raises
    ------
    RolloutInvalid
        If one of them can't be.

    Examples
    --------
    >>> Rollout(mandate=True, support=True).begin
    'most ready'
    """

    sites: int = 24
    near: int = 2
    far: int = 6
    weeks: int = 52
    push: float = 0.005
    imitation: float = 0.12
    slipping: float = 0.01
    unevenness: float = 0.6
    patients: int = 30
    starters: int = 1
    begin: str = "most ready"
    visits: bool = False
    mandate: bool = False
    support: bool = False
    adapt: bool = False

    def __post_init__(self) -> None:
        _check_whole("The number of sites", self.sites, LEAST_SITES, MOST_SITES)
        _check_whole("The number of near neighbours", self.near, 1, self.sites // 2)
        _check_whole("The number of far links", self.far, 0, min(MOST_FAR, self._unlinked))
        _check_whole("The number of weeks", self.weeks, 1, MOST_WEEKS)
        _check_whole("The number of patients", self.patients, 2, MOST_PATIENTS)
        _check_whole("The number of sites to begin with", self.starters, 0, self.sites)
        for what in ("push", "imitation", "slipping", "unevenness"):
            check_number(RolloutInvalid, what, getattr(self, what), 0, 1)
        if not isinstance(self.begin, str) or self.begin not in BEGIN:
            raise RolloutInvalid(
                f"The change can't begin at {self.begin!r}. Use one of: {', '.join(BEGIN)}."
            )
        for lever in ("visits", "mandate", "support", "adapt"):
            given = getattr(self, lever)
            if not isinstance(given, bool):
                raise RolloutInvalid(f"The lever {lever} is {given!r}. Use True or False.")

    @property
    def _unlinked(self) -> int:
        """Pairs of sites that are no near neighbours."""
        others = min(2 * self.near, self.sites - 1)
        return self.sites * (self.sites - 1 - others) // 2


@dataclass(frozen=True, slots=True)
class Site:
    """One site, and what became of the change there.

    Parameters
    ----------
    number : int
        Counted from 1.
    patients : int
        A week.
    readiness : float
        What multiplies its chance to take the change up; 1 is usual.
    links : tuple of int
        The numbers of the sites that it is linked to.
    adopted : int or None
        The week in which it took the change up; None when it did not.
    way : str
        How: one of `WAYS`.
    slipped : int or None
        The week in which it slipped back; None when it did not.
    """

    number: int
    patients: int
    readiness: float
    links: tuple[int, ...]
    adopted: int | None
    way: str
    slipped: int | None

    def uses(self, week: int) -> bool:
        """Say whether the change is in use here at the end of a week.

        Examples
        --------
        >>> site = Site(1, 30, 1.0, (2, 3), 5, "contact", 9)
        >>> [site.uses(week) for week in (4, 5, 8, 9)]
        [False, True, True, False]
        """
        return (
            self.adopted is not None
            and self.adopted <= week
            and (self.slipped is None or week < self.slipped)
        )


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the whole organisation.

    Parameters
    ----------
    number : int
        The change begins in week 0; weeks before it are below 0.
    in_use, adopted, slipped : int
        At its end: sites that use the change, that ever took it up, that slipped back.
    patients, late : int
        All patients, and those who were late.
    """

    number: int
    in_use: int
    adopted: int
    slipped: int
    patients: int
    late: int


@dataclass(frozen=True, slots=True)
class Adoption:
    """How a change spread.

    Parameters
    ----------
    rollout : Rollout
        How it was spread.
    sites : tuple of Site
        By number.
    weeks : tuple of Week
        In order, 12 weeks before the beginning first.
    """

    rollout: Rollout
    sites: tuple[Site, ...]
    weeks: tuple[Week, ...]

    @property
    def half_way(self) -> int | None:
        """The first week in which half of the sites used the change; None when never."""
        enough = (week.number for week in self.weeks if 2 * week.in_use >= len(self.sites))
        return next(enough, None)

    @property
    def in_use(self) -> Measure:
        """The share of sites that use the change, week by week, for a line or a run chart."""
        return self._measure(
            [week.in_use for week in self.weeks],
            [len(self.sites)] * len(self.weeks),
            "Sites that use the change",
            "higher",
        )

    @property
    def outcome(self) -> Measure:
        """The share of late patients of all sites, week by week, for a p chart.

        The limits are frozen on the weeks before the change began.
        """
        return self._measure(
            [week.late for week in self.weeks],
            [week.patients for week in self.weeks],
            "Late patients",
            "lower",
        ).freeze(_dates(BASELINE)[-1])

    @property
    def table(self) -> DataFrame:
        """One row a week: sites in use, ever adopted and slipped back, patients and late ones.

        The dates are made up.
        """
        from pandas import DataFrame, to_datetime

        weeks = self.weeks
        return DataFrame(
            {
                "date": to_datetime(_dates(len(weeks))),
                "week": [week.number for week in weeks],
                "sites": [len(self.sites)] * len(weeks),
                "in use": [week.in_use for week in weeks],
                "ever adopted": [week.adopted for week in weeks],
                "slipped back": [week.slipped for week in weeks],
                "patients": [week.patients for week in weeks],
                "late": [week.late for week in weeks],
            }
        )

    @property
    def site_table(self) -> DataFrame:
        """One row a site; empty cells where it never took the change up or never slipped back."""
        from pandas import DataFrame, array

        sites = self.sites
        return DataFrame(
            {
                "site": [site.number for site in sites],
                "patients": [site.patients for site in sites],
                "readiness": [site.readiness for site in sites],
                "links": [len(site.links) for site in sites],
                "adopted in week": array([site.adopted for site in sites], dtype="Int64"),
                "way": [WAYS[site.way] for site in sites],
                "slipped back in week": array([site.slipped for site in sites], dtype="Int64"),
            }
        )

    def describe(self) -> str:
        """Tell in plain words how the change spread.

        Returns
        -------
        str
            At most 600 characters.
        """
        rollout, last = self.rollout, self.weeks[-1]
        levers = [
            name for name in ("visits", "mandate", "support", "adapt") if getattr(rollout, name)
        ]
        half = "at no time" if self.half_way is None else f"from week {self.half_way}"
        ways = [(way, sum(site.way == way for site in self.sites)) for way in WAYS]
        told = ", ".join(
            f"{count} {WAYS[way]}" for way, count in ways if count and way not in {"start", "never"}
        )
        before = _share(self.weeks[:BASELINE])
        after = _share(self.weeks[-min(BASELINE, rollout.weeks) :])
        began = (
            f"beginning with {counted(rollout.starters, 'site')} {BEGIN[rollout.begin]}"
            if rollout.starters
            else "beginning nowhere"
        )
        return (
            f"Simulated: a change offered to {rollout.sites} sites over "
            f"{counted(rollout.weeks, 'week')}, {began}; levers: {', '.join(levers) or 'none'}. "
            f"{last.adopted} took it up ({told or 'no site but where it began'}); "
            f"{last.slipped} slipped back and {last.in_use} used it at the end. Half of the sites "
            f"used it {half}. Late patients: {before}% before it began, {after}% in the last weeks."
        )

    def _measure(self, over: list[int], under: list[int], name: str, better: str) -> Measure:
        from qi_tools.measure import Measure

        return Measure.from_columns(
            over,
            _dates(len(over)),
            denominators=under,
            name=name,
            unit="%",
            source="Spread of a made-up change",
            better="higher" if better == "higher" else "lower",
            simulated=True,
            data="proportions",
        ).annotate(_dates(len(over))[BASELINE], "Change begins")


def bass(push: float, imitation: float, weeks: int, begun: float = 0.0) -> tuple[float, ...]:
    """Work out the share that has adopted, week by week, when all sites are alike and linked.

    In each week the share of those left that adopt is p + q F, with F the share that has.

    Parameters
    ----------
    push, imitation : float
        Bass's p and q, a week.
    weeks : int
        How many: 0 or more.
    begun : float
        The share at the start, from 0 to 1.

    Returns
    -------
    tuple of float
        Of week 0 and each one after.

    References
    ----------
    Bass (1969), in steps of a week. It holds for many sites; with few, chance in the first weeks
    makes the mean a little slower.

    Examples
    --------
    >>> [round(share, 3) for share in bass(0.03, 0.4, 4)]
    [0.0, 0.03, 0.071, 0.125, 0.195]
    """
    shares = [begun]
    for _ in range(weeks):
        share = shares[-1]
        shares.append(share + min(1.0, push + imitation * share) * (1 - share))
    return tuple(shares)


def spread(rollout: Rollout, random: Random) -> Adoption:
    """Let a change spread from site to site, week by week.

    The same seed gives the same sites, the same links and each site the same luck in each week,
    so that levers can be compared.

    Parameters
    ----------
    rollout : Rollout
        How it is spread.
    random : random.Random
        Where chance comes from. The same seed gives the same spread.

    Returns
    -------
    Adoption

    References
    ----------
    Bass (1969); Watts & Strogatz (1998), but far links are added here, and none taken away.

    Examples
    --------
    >>> for visits in (False, True):
    ...     adoption = spread(Rollout(visits=visits), Random(1))
    ...     print(adoption.half_way, adoption.weeks[-1].in_use)
    24 17
    20 18
    """
    numbers = range(rollout.sites)
    patients = [round(rollout.patients * (0.5 + random.random())) for _ in numbers]
    readiness = [round(1 + rollout.unevenness * (2 * random.random() - 1), 2) for _ in numbers]
    links = _links(rollout, random)
    lots = [random.random() for _ in numbers]
    ranks = {
        "most ready": lambda site: (-readiness[site], lots[site]),
        "most linked": lambda site: (-len(links[site]), lots[site]),
        "chance": lambda site: (lots[site], 0),
    }
    luck = [[(random.random(), random.random()) for _ in numbers] for _ in range(rollout.weeks)]
    starters = sorted(numbers, key=ranks[rollout.begin])[: rollout.starters]
    adopted, ways, slipped = _weeks(rollout, readiness, links, starters, luck)
    sites = tuple(
        Site(
            site + 1,
            patients[site],
            readiness[site],
            tuple(sorted(other + 1 for other in links[site])),
            adopted.get(site),
            ways.get(site, "never"),
            slipped.get(site),
        )
        for site in numbers
    )
    first_to_last = range(-BASELINE, rollout.weeks + 1)
    return Adoption(
        rollout, sites, tuple(_week(rollout, sites, week, random) for week in first_to_last)
    )


def _links(rollout: Rollout, random: Random) -> list[set[int]]:
    """Link each site to its near neighbours in a ring, then a few pairs that are farther apart."""
    sites = range(rollout.sites)
    links: list[set[int]] = [set() for _ in sites]
    for site in sites:
        for step in range(1, rollout.near + 1):
            other = (site + step) % rollout.sites
            links[site].add(other)
            links[other].add(site)
    pairs = [(a, b) for a in sites for b in range(a + 1, rollout.sites) if b not in links[a]]
    for _ in range(rollout.far):
        a, b = pairs.pop(int(random.random() * len(pairs)))
        links[a].add(b)
        links[b].add(a)
    return links


def _weeks(
    rollout: Rollout,
    readiness: list[float],
    links: list[set[int]],
    starters: list[int],
    luck: list[list[tuple[float, float]]],
) -> tuple[dict[int, int], dict[int, str], dict[int, int]]:
    """Give the week in which each site took the change up, how, and when it slipped back."""
    adopted = dict.fromkeys(starters, 0)
    ways = dict.fromkeys(starters, "start")
    slipped: dict[int, int] = {}
    in_use = set(starters)
    evening = ADAPTED_READINESS if rollout.adapt else 1.0
    imitation = rollout.imitation * (VISITS if rollout.visits else 1.0)
    mandate = MANDATE if rollout.mandate else 0.0
    slipping = (
        rollout.slipping
        * (SUPPORT if rollout.support else 1.0)
        * (ADAPTED_SLIPS if rollout.adapt else 1.0)
    )
    for week, chances in enumerate(luck, 1):
        now = set(in_use)  # all sites decide by what they saw last week
        for site, (taking, losing) in enumerate(chances):
            if site in now:
                if losing < slipping * (UNWILLING if ways[site] == "mandate" else 1.0):
                    slipped[site] = week
                    in_use.discard(site)
            elif site not in adopted:
                ready = 1 + evening * (readiness[site] - 1)
                seen = len(now & links[site]) / len(links[site])
                push, ordered = ready * rollout.push, ready * mandate
                if taking < push + ordered + ready * imitation * seen:
                    adopted[site] = week
                    in_use.add(site)
                    ways[site] = (
                        "push"
                        if taking < push
                        else "mandate"
                        if taking < push + ordered
                        else "contact"
                    )
    return adopted, ways, slipped


def _week(rollout: Rollout, sites: tuple[Site, ...], week: int, random: Random) -> Week:
    """Sum up a week, and draw its late patients."""
    effect = EFFECT * (ADAPTED_EFFECT if rollout.adapt else 1.0)
    late = 0
    for site in sites:
        chance = USUAL_LATE * (1 - effect if site.uses(week) else 1.0)
        late += sum(random.random() < chance for _ in range(site.patients))
    return Week(
        week,
        sum(site.uses(week) for site in sites),
        sum(site.adopted is not None and site.adopted <= week for site in sites),
        sum(site.slipped is not None and site.slipped <= week for site in sites),
        sum(site.patients for site in sites),
        late,
    )


def _dates(count: int) -> list[date]:
    return [FIRST_DATE + timedelta(weeks=number) for number in range(count)]


def _share(weeks: tuple[Week, ...]) -> str:
    """Give the share of late patients, in per cent."""
    late, patients = (sum(getattr(week, what) for week in weeks) for what in ("late", "patients"))
    return number_in_words(100 * late / patients)
