"""The lines of every kind of chart, one phase and one point at a time, in plain Python.

Nothing here is shared with `qi_tools.spc.limits`, which works on all phases at once. The formulas
are those of the sources that its docstrings name.
"""

import math
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from statistics import fmean, median

nan = math.nan
OVER = {"p", "p'", "np", "u", "u'", "i'"}
GROUPS = {"xbar_s", "s", "xbar_r", "r"}
# Average and deviation of the range of n standard normal values, worked out by integration.
SIZES = (2, 3, 4, 5, 6)
D2 = dict(
    zip(
        SIZES,
        (1.12837916709551, 1.69256875064327, 2.05875074600793, 2.32592894728104, 2.53441272122294),
        strict=True,
    )
)
D3 = dict(
    zip(
        SIZES,
        (0.852502466427424, 0.888368004045206, 0.879808202824986, 0.8640819410995, 0.8480396861175),
        strict=True,
    )
)


@dataclass
class Point:
    """One point of one phase: a value, or a count over something, or a subgroup."""

    value: float = nan
    count: float = nan
    over: float = 1.0
    group: list[float] = field(default_factory=list)
    counts: bool = True  # not excluded, and in the baseline

    @property
    def known(self) -> bool:
        return not math.isnan(self.value)


@dataclass
class Row:
    """What is drawn at one point."""

    value: float
    centre: float
    lower: float = nan
    upper: float = nan


def point_over(count: float, over: float, counts: bool = True) -> Point:
    value = nan if math.isnan(count) or math.isnan(over) or over == 0 else count / over
    return Point(value, count, over, counts=counts)


def point_of(group: list[float], counts: bool = True) -> Point:
    known = [value for value in group if not math.isnan(value)]
    return Point(fmean(known) if known else nan, group=known, counts=counts)


def lines_of(kind: str, phase: list[Point], *, screen: bool = False) -> list[Row]:
    return {
        "run": lambda: [Row(p.value, middle_value(phase)) for p in phase],
        "i": lambda: individuals(phase, mean_value(phase), screen),
        "i_m": lambda: individuals(phase, middle_value(phase), screen),
        "i_mm": lambda: by_medians(phase, screen),
        "mr": lambda: ranges_of_neighbours(phase),
        "xbar_s": lambda: means_by_deviations(phase),
        "s": lambda: deviations(phase),
        "xbar_r": lambda: means_by_ranges(phase),
        "r": lambda: ranges(phase),
        "p": lambda: over_denominators(phase, binomial, 1.0),
        "u": lambda: over_denominators(phase, poisson, math.inf),
        "p'": lambda: prime(phase, binomial, 1.0, screen),
        "u'": lambda: prime(phase, poisson, math.inf, screen),
        "i'": lambda: individuals_prime(phase, screen),
        "np": lambda: numbers(phase),
        "c": lambda: counts(phase),
        "g": lambda: cases_between(phase),
        "t": lambda: time_between(phase, screen),
    }[kind]()


def mean(values):
    values = list(values)
    return fmean(values) if values else nan


def mean_value(phase):
    return mean(p.value for p in phase if p.counts and p.known)


def middle_value(phase):
    values = [p.value for p in phase if p.counts and p.known]
    return median(values) if values else nan


def moving(phase, numbers, weights=None):
    """Ranges between neighbours: a missing value parts them, a point that does not count is
    stepped over."""
    found, before = [], None
    for place, (point, number) in enumerate(zip(phase, numbers, strict=True)):
        if not point.counts:
            continue
        if math.isnan(number):
            before = None
            continue
        if before is not None:
            step = abs(number - numbers[before])
            if weights:
                step /= math.sqrt((1 / weights[place] + 1 / weights[before]) / 2)
            found.append(step)
        before = place
    return found


def sigma_of(steps, screen, d2=1.128, d4=3.267):
    average = mean(steps)
    if screen and average > 0:
        small = [step for step in steps if step < d4 * average]
        if any(step > 0 for step in small):
            average = mean(small)
    return average / d2


def three_sigmas(phase, centre, sigmas, low=-math.inf, high=math.inf):
    rows = []
    for point, sigma in zip(phase, sigmas, strict=True):
        lower, upper = centre - 3 * sigma, centre + 3 * sigma
        if not math.isnan(sigma):
            lower, upper = max(lower, low), min(upper, high)
        rows.append(Row(point.value, centre, lower, upper))
    return rows


def individuals(phase, centre, screen):
    sigma = sigma_of(moving(phase, [p.value for p in phase]), screen)
    return three_sigmas(phase, centre, [sigma] * len(phase))


def by_medians(phase, screen):
    steps = moving(phase, [p.value for p in phase])
    typical = median(steps) if steps else nan
    if screen and typical > 0:
        small = [step for step in steps if step < 3.865 * typical]
        if median(small) > 0:
            typical = median(small)
    return three_sigmas(phase, middle_value(phase), [typical / 0.954] * len(phase))


def ranges_of_neighbours(phase):
    plotted = [nan] + [abs(b.value - a.value) for a, b in pairwise(phase)]
    centre = mean(
        step for step, p in zip(plotted, phase, strict=True) if p.counts and not math.isnan(step)
    )
    return [Row(step, centre, 0.0 * centre, 3.267 * centre) for step in plotted]


def c4(n):
    return math.sqrt(2 / (n - 1)) * math.gamma(n / 2) / math.gamma((n - 1) / 2)


def deviation(group):
    middle = fmean(group)
    return math.sqrt(sum((value - middle) ** 2 for value in group) / (len(group) - 1))


def typical_deviation(phase):
    groups = [p.group for p in phase if p.counts and p.group]
    several = [group for group in groups if len(group) > 1]
    if not several:
        return nan
    if len({len(group) for group in groups}) == 1:
        return mean(map(deviation, groups))
    squares = sum((len(group) - 1) * deviation(group) ** 2 for group in several)
    return math.sqrt(squares / sum(len(group) - 1 for group in several))


def centre_of_groups(phase):
    return mean(value for p in phase if p.counts for value in p.group)


def means_by_deviations(phase):
    typical = typical_deviation(phase)
    sigmas = [
        typical / (c4(len(p.group)) * math.sqrt(len(p.group))) if len(p.group) > 1 else nan
        for p in phase
    ]
    return three_sigmas(phase, centre_of_groups(phase), sigmas)


def deviations(phase):
    typical, rows = typical_deviation(phase), []
    for p in phase:
        if len(p.group) < 2:
            rows.append(Row(nan, typical))
            continue
        factor = c4(len(p.group))
        reach = 3 * math.sqrt(1 - factor**2) / factor
        lower, upper = max(0.0, 1 - reach) * typical, (1 + reach) * typical
        rows.append(Row(deviation(p.group), typical, lower, upper))
    return rows


def sigma_of_ranges(phase):
    return mean(
        (max(p.group) - min(p.group)) / D2[len(p.group)]
        for p in phase
        if p.counts and len(p.group) > 1
    )


def means_by_ranges(phase):
    sigma = sigma_of_ranges(phase)
    sigmas = [sigma / math.sqrt(len(p.group)) if p.group else nan for p in phase]
    return three_sigmas(phase, centre_of_groups(phase), sigmas)


def ranges(phase):
    sigma, rows = sigma_of_ranges(phase), []
    for p in phase:
        if len(p.group) < 2:
            rows.append(Row(nan, nan))
            continue
        d2, d3 = D2[len(p.group)], D3[len(p.group)]
        lower, upper = max(0.0, d2 - 3 * d3) * sigma, (d2 + 3 * d3) * sigma
        rows.append(Row(max(p.group) - min(p.group), d2 * sigma, lower, upper))
    return rows


def overall(phase):
    used = [p for p in phase if p.counts and p.known]
    over = sum(p.over for p in used)
    return sum(p.count for p in used) / over if used and over else nan


def binomial(centre, over):
    return math.sqrt(centre * (1 - centre) / over) if over > 0 else nan


def poisson(centre, over):
    return math.sqrt(centre / over) if over > 0 else nan


def over_denominators(phase, spread, high):
    centre = overall(phase)
    sigmas = [spread(centre, p.over) for p in phase]
    return three_sigmas(phase, centre, sigmas, 0.0, high)


def prime(phase, spread, high, screen):
    centre = overall(phase)
    sigmas = [spread(centre, p.over) for p in phase]
    if not any(sigma > 0 for sigma in sigmas):  # none or all: nothing varies
        return three_sigmas(phase, centre, sigmas, 0.0, high)
    scores = [
        (p.value - centre) / sigma if sigma > 0 else nan
        for p, sigma in zip(phase, sigmas, strict=True)
    ]
    scale = sigma_of(moving(phase, scores), screen)
    return three_sigmas(phase, centre, [sigma * scale for sigma in sigmas], 0.0, high)


def individuals_prime(phase, screen):
    steps = moving(phase, [p.value for p in phase], [p.over for p in phase])
    sigma = sigma_of(steps, screen, 2 / math.sqrt(math.pi), 3.2665)
    sigmas = [sigma / math.sqrt(p.over) if p.over > 0 else nan for p in phase]
    return three_sigmas(phase, overall(phase), sigmas)


def numbers(phase):
    share, rows = overall(phase), []
    for p in phase:
        centre = p.over * share
        sigma = math.sqrt(centre * (1 - share)) if p.over > 0 else nan
        lower, upper = centre - 3 * sigma, centre + 3 * sigma
        if not math.isnan(sigma):
            lower, upper = max(0.0, lower), min(p.over, upper)
        rows.append(Row(p.count if p.known else nan, centre, lower, upper))
    return rows


def counts(phase):
    centre = mean_value(phase)
    return three_sigmas(phase, centre, [math.sqrt(centre)] * len(phase), 0.0)


def cases_between(phase):
    average = mean_value(phase)
    rows = three_sigmas(phase, average, [math.sqrt(average * (average + 1))] * len(phase), 0.0)
    for row in rows:
        row.centre = middle_value(phase)
    return rows


def time_between(phase, screen):
    scaled = [p.value ** (1 / 3.6) for p in phase]
    centre = mean(value for value, p in zip(scaled, phase, strict=True) if p.counts and p.known)
    sigma = sigma_of(moving(phase, scaled), screen)

    def back(value):
        return nan if math.isnan(value) else max(0.0, value) ** 3.6

    lower, upper = back(centre - 3 * sigma), back(centre + 3 * sigma)
    return [Row(p.value, back(centre), lower, upper) for p in phase]


# ---- series to try them on

SEEDS = range(100)


def series_of(kind, seed):
    """Phases of random points: short ones first, so that a failure shows itself in few points.

    Many phases have one or two points, and some have no baseline. Few different values make ties
    and ranges of 0 common.
    """
    random = Random(f"{kind} {seed}")
    longest = 1 + seed // 6
    return [
        [point(kind, random) for _ in range(random.randint(1, longest))]
        for _ in range(random.randint(1, 4))
    ]


def point(kind, random):
    counts, gone = random.random() < 0.85, random.random() < 0.15
    coarse = random.random() < 0.5
    if kind in GROUPS:
        values = [random.randint(-3, 3) if coarse else random.gauss(50, 9) for _ in range(6)]
        group = [nan if random.random() < 0.2 else float(value) for value in values]
        return point_of(group[: random.choice([0, 1, 2, 4, 4, 4, 6])], counts)
    if kind in OVER:
        over = random.choice([0, nan, 1, 3, 40, 40, random.uniform(1, 900)])
        most = 0 if over == 0 else 3 if math.isnan(over) else math.floor(over)
        count = random.randint(0, most) if kind in {"p", "p'", "np"} else random.randint(0, 9)
        return point_over(nan if gone else float(count if over else 0), float(over), counts)
    if kind in {"c", "g", "t"}:
        value = random.randint(0, 4 if coarse else 60) + (kind == "t") / 4
    else:
        value = random.randint(-3, 3) if coarse else random.gauss(50, 9)
    return Point(nan if gone else float(value), counts=counts)
