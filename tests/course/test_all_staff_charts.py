"""The charts of the assessment for all staff: each key is worked out from the values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby, pairwise
from statistics import fmean, median

import pytest

from course.bank import Bank, Item, Slot
from course.charts import Chart
from qi_tools import Measure, run_chart
from qi_tools.spc.plain_run_charts import plain_run_chart
from tests.course.all_staff_charts import NAME, SERIES, UNIT
from tests.course.all_staff_key import CHARTS, Key, items_of, read_bank, read_key


@pytest.fixture(scope="module")
def bank() -> Bank:
    return read_bank()


@pytest.fixture(scope="module")
def key() -> Key:
    return read_key()


def verdict_items(bank: Bank) -> Iterator[tuple[Slot, Item]]:
    for slot in bank.slots:
        if slot.id in CHARTS[2:]:
            for item in slot.items:
                yield slot, item


def test_only_the_chart_slots_have_charts_and_each_item_its_own(bank: Bank) -> None:
    charts = []
    for slot in bank.slots:
        for item in slot.items:
            assert (item.chart is not None) == (slot.id in CHARTS), item.id
            if item.chart is not None:
                charts.append(item.chart)
    assert len(charts) == 22
    assert len({chart.values for chart in charts}) == 22


def test_the_charts_are_those_that_were_made(bank: Bank) -> None:
    charts = {item.id: item.chart for item in items_of(bank) if item.chart is not None}
    assert charts == {
        item: Chart(NAME, UNIT, series.start, tuple(series.values()))
        for item, series in SERIES.items()
    }


def test_charts_say_that_they_are_simulated_and_judge_nothing(bank: Bank) -> None:
    for item in items_of(bank):
        if item.chart is None:
            continue
        measure = item.chart.measure()
        assert measure.simulated
        told = plain_run_chart(measure).describe()
        assert "simulated" in told
        assert len(item.chart.values) == 24
        for text in (told, item.text, *item.options.values()):
            assert not re.search(
                r"\b(limits?|sigma|rules?|signals?|outliers?|shift|trend|in a row)\b", text
            ), item.id


def test_no_dot_is_too_near_the_middle_line_to_see_on_which_side_it_lies(bank: Bank) -> None:
    for item in items_of(bank):
        if item.chart is not None:
            values = item.chart.values
            assert min(abs(value - median(values)) for value in values) > 0.09, item.id


def month(chart: Chart, week: int) -> str:
    return (chart.start + timedelta(weeks=week)).strftime("%B")


def number_in(text: str) -> int:
    (found,) = re.findall(r"\d+", text)
    return int(found)


def one_dot_a_week(chart: Chart, option: str) -> bool:
    named = re.search("each week", chart.name) and re.search("Average", chart.name)
    return bool(named) and option == "The average wait in one week"


def longest(chart: Chart, option: str) -> bool:
    most, next_most = sorted(chart.values, reverse=True)[:2]
    assert most - next_most > 0.5  # plain to see
    return option == f"In {month(chart, chart.values.index(most))}"


def middle(chart: Chart, option: str) -> bool:
    return abs(number_in(option) - median(chart.values)) < 0.25


def holds_most(chart: Chart, option: str) -> bool:
    low, high = map(int, re.findall(r"\d+", option))
    held = sum(low <= value <= high for value in chart.values)
    assert not 8 <= held <= 16  # no room for doubt
    return held > 12


def half_above(chart: Chart, option: str) -> bool:
    centre = median(chart.values)
    assert sum(value > centre for value in chart.values) == 12
    return "half are above it" in option


def shortest(chart: Chart, option: str) -> bool:
    least, next_least = sorted(chart.values)[:2]
    assert next_least - least > 0.5
    when = month(chart, chart.values.index(least))
    return option.startswith(f"In {when},") and abs(number_in(option) - least) < 0.25


def whole_month_below(chart: Chart, option: str) -> bool:
    centre = median(chart.values)
    weeks = [
        value < centre for week, value in enumerate(chart.values) if month(chart, week) == option
    ]
    assert len(weeks) >= 4
    return all(weeks)


def so_many_above_ten(chart: Chart, option: str) -> bool:
    assert all(abs(value - 10) > 0.3 for value in chart.values)
    return number_in(option) == sum(value > 10 for value in chart.values)


FACTS: dict[str, Callable[[Chart, str], bool]] = {
    "all-staff-q10-a": one_dot_a_week,
    "all-staff-q10-b": longest,
    "all-staff-q10-c": middle,
    "all-staff-q10-d": holds_most,
    "all-staff-q11-a": half_above,
    "all-staff-q11-b": shortest,
    "all-staff-q11-c": whole_month_below,
    "all-staff-q11-d": so_many_above_ten,
}


def test_what_dots_and_middle_line_show_is_as_the_key_says(bank: Bank, key: Key) -> None:
    asked = {item.id: item for slot in bank.slots if slot.id in CHARTS[:2] for item in slot.items}
    assert set(asked) == set(FACTS)
    for id, item in asked.items():
        assert item.chart is not None
        true = [letter for letter, option in item.options.items() if FACTS[id](item.chart, option)]
        assert true == [key[id][0]], id


def sides(values: Sequence[float], centre: float) -> list[int]:
    return [(value > centre) - (value < centre) for value in values]


def shifts(values: Sequence[float], centre: float, length: int) -> list[tuple[int, int, int]]:
    """Return the first dot, the last dot and the side of each run so long or longer."""
    found = []
    for side, run in groupby(enumerate(sides(values, centre)), key=lambda each: each[1]):
        dots = [place for place, _ in run]
        if side and len(dots) >= length:
            found.append((dots[0], dots[-1], side))
    return found


def has_trend(values: Sequence[float], dots: int) -> bool:
    steps = [(after > before) - (after < before) for before, after in pairwise(values)]
    return any(
        abs(sum(steps[first : first + dots - 1])) == dots - 1
        for first in range(len(values) - dots + 1)
    )


def centre_and_sigma(values: Sequence[float], screened: bool) -> tuple[float, float]:
    """Return an XmR chart's mean and sigma; screened, without ranges beyond their own limit."""
    ranges = [abs(after - before) for before, after in pairwise(values)]
    if screened:
        limit = 3.267 * fmean(ranges)
        ranges = [each for each in ranges if each < limit]
    return fmean(values), fmean(ranges) / 1.128


def beyond(values: Sequence[float], sigmas: float, screened: bool) -> dict[int, int]:
    """Return the side of each dot that lies further out than so many sigmas."""
    centre, sigma = centre_and_sigma(values, screened)
    return {
        place: (value > centre) - (value < centre)
        for place, value in enumerate(values)
        if abs(value - centre) > sigmas * sigma
    }


def two_of_three(values: Sequence[float], screened: bool) -> bool:
    far = beyond(values, 2, screened)
    return any(
        abs(sum(far.get(place, 0) for place in range(first, first + 3))) >= 2
        for first in range(len(values) - 2)
    )


def rules_that_signal(values: Sequence[float]) -> set[str]:
    """Return which of the usual rules find something.

    Anhøj's two by `run_chart`; those of XmR charts (three sigmas, two dots of three beyond two
    sigmas, runs of 7 or 8, trends of 6 or 7), with their ranges screened and not; and the looser
    ones for run charts (a run of 6, a trend of 5).
    """
    found = set()
    if run_chart(Measure.from_columns(values, name="Wait")).signals:
        found.add("Anhøj")
    for length in (6, 7, 8):
        if any(shifts(values, centre, length) for centre in (fmean(values), median(values))):
            found.add(f"shift {length}")
    for dots in (5, 6, 7):
        if has_trend(values, dots):
            found.add(f"trend {dots}")
    for screened in (False, True):
        if beyond(values, 3, screened):
            found.add("three sigmas")
        if two_of_three(values, screened):
            found.add("two of three")
    return found


def verdict(values: Sequence[float]) -> str:
    """Return what a chart shows where all the rules agree, and stop where they don't."""
    found = rules_that_signal(values)
    if not found:
        return "noise"
    if found == {"three sigmas"}:
        (odd,) = beyond(values, 3, screened=True)
        assert set(beyond(values, 3, screened=False)) == {odd}
        rest = [value for place, value in enumerate(values) if place != odd]
        assert not rules_that_signal(rest)  # and no trace of anything else
        return "odd"
    assert {"Anhøj", "shift 6", "shift 7", "shift 8"} <= found
    assert "three sigmas" not in found
    directions = set()
    for centre in (fmean(values), median(values)):
        runs = shifts(values, centre, 8)
        directions.add((runs[0][2], runs[-1][2]))
        # No long run but these: one side before, the other side after.
        sides_in_turn = [side for side, _ in groupby(run[2] for run in shifts(values, centre, 6))]
        assert len(sides_in_turn) == 2
    (direction,) = directions
    return {(-1, 1): "longer", (1, -1): "shorter"}[direction]


def test_the_rules_find_what_they_are_for() -> None:
    calm = [5.0, 6.0, 5.2, 4.4, 5.4, 4.7] * 4
    assert rules_that_signal(calm) == set()
    assert verdict(calm) == "noise"
    assert verdict([*calm[:9], 9.0, *calm[10:]]) == "odd"
    assert verdict([*calm[:12], *(value + 2 for value in calm[:12])]) == "longer"
    assert verdict([*(value + 2 for value in calm[:12]), *calm[:12]]) == "shorter"
    assert has_trend([1, 2, 3, 4, 5], 5)
    assert not has_trend([1, 2, 3, 3, 4], 5)
    assert not has_trend([1, 2, 3, 4], 5)
    assert shifts([1, 1, 9, 1, 9, 9], 5, 2) == [(0, 1, -1), (4, 5, 1)]
    assert two_of_three([*calm, 7.4, 5.0, 7.4], screened=False)
    with pytest.raises(AssertionError):  # seven above: some rules signal, and some don't
        verdict([4.4, 5.5] * 8 + [6.1] * 7 + [4.4])


SEEN = {
    "Only the usual ups and downs": "noise",
    "A lasting change: longer waits": "longer",
    "A lasting change: shorter waits": "shorter",
    "One odd dot, no lasting change": "odd",
}
# What a good decision follows from, and a part of the option that says so.
DECIDED = {
    "all-staff-q14-a": ("noise", "one of the usual ups and downs"),
    "all-staff-q14-b": ("noise", "Two dots can't tell us yet"),
    "all-staff-q14-c": ("noise", "its own dots over time"),
    "all-staff-q14-d": ("noise", "the wait shorter in every week"),
    "all-staff-q14-e": ("odd", "different in that one week in September"),
    "all-staff-q14-f": ("longer", "longer for weeks"),
}


def test_every_rule_set_gives_the_verdict_of_the_key(bank: Bank, key: Key) -> None:
    verdicts: dict[str, Counter[str]] = {slot: Counter() for slot in CHARTS[2:]}
    for slot, item in verdict_items(bank):
        assert item.chart is not None
        right = item.options[str(key[item.id][0])]
        found = verdict(item.chart.values)
        verdicts[slot.id][found] += 1
        if slot.id == "q14":
            expected, part = DECIDED[item.id]
            assert part in right
        else:
            assert set(item.options.values()) == set(SEEN)
            expected = SEEN[right]
        assert found == expected, item.id
    each_once = {"noise": 1, "longer": 1, "shorter": 1, "odd": 1}
    assert verdicts["q12"] == verdicts["q13"] == each_once
    assert verdicts["q14"] == {"noise": 4, "odd": 1, "longer": 1}


def test_a_verdict_is_plain_to_the_eye_too(bank: Bank) -> None:
    """Noise has no dot far out, an odd dot stands far out, and a change is clear-cut."""
    for _, item in verdict_items(bank):
        assert item.chart is not None
        values = item.chart.values
        made = SERIES[item.id]
        found = verdict(values)
        if found == "noise":
            upwards = sorted(values)
            assert upwards[1] - upwards[0] < 1, item.id
            assert upwards[-1] - upwards[-2] < 1, item.id
        elif found == "odd":
            (odd,) = beyond(values, 3, screened=True)
            rest = [value for place, value in enumerate(values) if place != odd]
            centre, sigma = centre_and_sigma(rest, screened=False)
            furthest = max(abs(value - centre) for value in rest)
            assert odd == made.week
            assert abs(values[odd] - centre) > max(4.5 * sigma, 1.8 * furthest), item.id
        else:
            about = sides(values, median(values))
            before, after = about[: made.week], about[made.week :]
            assert abs(sum(before)) >= len(before) - 2, item.id
            assert abs(sum(after)) >= len(after) - 2, item.id


def charts_of(bank: Bank, slot: str) -> dict[str, Chart]:
    return {
        item.id: item.chart
        for each in bank.slots
        if each.id == slot
        for item in each.items
        if item.chart is not None
    }


def test_what_the_stories_say_of_their_charts_is_true(bank: Bank, key: Key) -> None:
    """The texts of q14, and the dates in the reasons of q12 to q14."""
    charts = charts_of(bank, "q14")
    last = {id: chart.values[-1] for id, chart in charts.items()}
    before = {id: chart.values[-2] for id, chart in charts.items()}
    top = charts["all-staff-q14-a"].values
    assert top[-1] == max(top)
    assert top.count(top[-1]) == 1
    for id in ("all-staff-q14-b", "all-staff-q14-f"):
        assert before[id] - last[id] > 1, id
    reds = sum(value > 10 for value in charts["all-staff-q14-d"].values)
    assert 3 <= reds <= 12

    when = {
        "all-staff-q12-a": ("the end of March", date(2025, 3, 31)),
        "all-staff-q12-c": ("November", date(2025, 11, 17)),
        "all-staff-q12-d": ("the middle of May", date(2025, 5, 19)),
        "all-staff-q13-a": ("the spring", date(2025, 3, 31)),
        "all-staff-q13-b": ("December", date(2025, 12, 1)),
        "all-staff-q13-c": ("the middle of August", date(2025, 8, 18)),
        "all-staff-q14-e": ("", date(2025, 9, 1)),
        "all-staff-q14-f": ("late October", date(2025, 10, 27)),
    }
    for id, (words, day) in when.items():
        made = SERIES[id]
        assert made.start + timedelta(weeks=made.week) == day, id
        assert words in key[id][1], id
    # A move, a rota or a manager of which a story tells falls within the chart.
    for id, told in {"q12-b": "July", "q12-c": "October", "q13-d": "June"}.items():
        chart = charts_of(bank, id[:3])[f"all-staff-{id}"]
        months = [month(chart, week) for week in range(24)]
        assert 4 <= months.index(told) <= 18, id
