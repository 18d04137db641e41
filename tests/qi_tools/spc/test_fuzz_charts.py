"""Whatever is handed in: a clear refusal, or a chart that is true in all its parts.

pytest turns every warning into a failure, so no warning of numpy's escapes here either.
"""

import math
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, reject, settings
from hypothesis import strategies as st

from qi_tools import (
    ANHOEJ,
    MAKING_DATA_COUNT,
    NELSON,
    PERLA,
    WESTERN_ELECTRIC,
    Measure,
    QIToolsError,
    control_chart,
    run_chart,
)
from qi_tools.life import Phase
from qi_tools.spc.kinds import KINDS
from qi_tools.spc.limits import EXACT
from qi_tools.spc.variation import ASSURANCE, VARIATION
from tests.qi_tools.spc.by_hand import GROUPS, OVER, series_of

nan = math.nan
RULES = (ANHOEJ, MAKING_DATA_COUNT, NELSON, PERLA, WESTERN_ELECTRIC, NELSON + PERLA)
PLAIN = [kind for kind in KINDS if kind not in GROUPS | OVER or kind == "i'"]
NEVER_BELOW_0 = {"mr", "s", "r", "p", "p'", "u", "u'", "np", "c", "g", "t"}

# What a good message tells the reader to do.
ACTION = re.compile(
    r"\b([Uu]se|[Gg]ive|Mend|Keep|Leave|[Aa]dd|Make|Say|Record|[Ww]rite|Ask|needs|need|"
    r"Choose|Count|reads|puts|nearest|already)\b"
)
NOT_WORDS = re.compile(r"\b(nan|NaN|inf|None|NaT|array|numpy)\b|(mean|median|limits|to) missing")


def assert_clear(error):
    message = str(error)
    assert ACTION.search(message), message
    assert len(message) < 2000, message


# ---- what people hand in


anything = st.one_of(
    st.none(),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.text(max_size=5),
    st.complex_numbers(max_magnitude=9),
    st.decimals(),
    st.fractions(),
    st.dates(),
    st.lists(st.integers(), max_size=2),
    st.sampled_from([
        pd.NA, pd.NaT, np.float32(3), np.int8(4), np.bool_(True), np.timedelta64(3, "D"),
        np.datetime64("NaT", "D"), np.datetime64("2025-01-01"), np.ma.masked, 10**400, -(10**400),
        Decimal("Infinity"), Decimal("sNaN"), Fraction(1, 3), "12%", "1,234", b"5", object(),
    ]),
)  # fmt: skip
columns = (
    st.lists(anything, max_size=6)
    | st.lists(st.none() | st.floats(allow_infinity=False) | st.integers(), max_size=9)
    | st.sampled_from([None, 7, "123", b"12", nan, np.array(5.0), np.ones((2, 2)), {}, object()])
    | st.lists(st.floats(), max_size=5).map(np.array)
    | st.lists(st.floats(), max_size=5).map(pd.Series)
)
days = st.lists(
    st.dates() | st.sampled_from(["2025-01", "01/02/2025", "31 Jan 2025", "Jan-25", "soon", ""]),
    max_size=6,
) | st.lists(anything, max_size=6)


@settings(max_examples=300)
@given(columns, st.none() | days, st.none() | columns, st.none() | anything, st.none() | anything)
def test_columns_make_a_measure_or_a_clear_refusal(values, dates, denominators, per, data):
    try:
        measure = Measure.from_columns(
            values, dates, name="Wait", denominators=denominators, per=per, data=data
        )
    except QIToolsError as error:
        assert_clear(error)
    else:
        assert np.isfinite(measure.values[measure.known]).all()
        assert run_chart(measure).describe()


@settings(max_examples=200)
@given(columns, columns | days)
@example([1.0, 2.0], [10**30, 1])
def test_subgroups_make_a_measure_or_a_clear_refusal(values, groups):
    try:
        measure = Measure.from_subgroups(values, groups, name="Wait")
    except QIToolsError as error:
        assert_clear(error)
    else:
        assert np.isfinite(measure.values[measure.known]).all()
        assert control_chart(measure, "xbar_s").describe()


places = anything | st.integers(-1, 9) | st.sampled_from(["2025-01-03", "03/01/2025", "x"])


@settings(max_examples=200)
@given(places, anything, anything, st.booleans())
def test_changes_of_a_measure_are_made_or_clearly_refused(when, what, words, dated):
    start = date(2025, 1, 1)
    dates = [start + timedelta(days=day) for day in range(8)] if dated else None
    measure = Measure.from_columns(range(8), dates, name="Wait")
    for change in (
        lambda: measure.rephase(when, words, baseline=what),
        lambda: measure.rephase(when, "Moved", baseline=what),
        lambda: measure.freeze(when),
        lambda: measure.exclude(when, words),
        lambda: measure.exclude(when, "Flood"),
        lambda: measure.annotate(when, words),
        lambda: measure.annotate(when, "New form"),
        lambda: measure.aim(what, since=when),
        lambda: measure.aim(what),
    ):
        try:
            changed = change()
        except QIToolsError as error:
            assert_clear(error)
        else:
            assert changed is not measure
            assert run_chart(changed).describe()


@settings(max_examples=60)
@given(anything | columns, anything | st.sampled_from(sorted(KINDS)), anything)
def test_charts_of_anything_are_clearly_refused(measure, kind, centre):
    with pytest.raises(QIToolsError) as refused:
        run_chart(measure)
    assert_clear(refused.value)
    good = Measure.from_columns([3, 4, 5], name="Wait")
    try:
        chart = control_chart(good, kind, centre=centre)
    except QIToolsError as error:
        assert_clear(error)
    else:
        assert_true(chart)


# ---- charts of every kind of values

SERIES = {
    "ordinary": st.integers(-20, 60).map(float) | st.floats(-50, 50),
    "positive": st.floats(0.01, 500),
    "whole": st.integers(0, 9).map(float),
    "two values": st.sampled_from([3.0, 4.0]),
    "tiny": st.floats(5e-324, 1e-290),
    "huge": st.floats(1e90, 1e100) | st.floats(-1e100, -1e90),
    "far apart": st.sampled_from([0.0, 5e-324, 1e-300, 1.0, 1e100, -1e100]),
    "nearly all missing": st.sampled_from([nan] * 9 + [4.0]),
}


@st.composite
def a_series(draw, fewest=1):
    values = draw(st.sampled_from(sorted(SERIES)).map(SERIES.get))
    length = draw(st.integers(fewest, 40))
    if draw(st.integers(0, 6)) == 0:
        return [draw(values)] * length
    missing = st.just(nan) if draw(st.booleans()) else st.nothing()
    return draw(st.lists(values | missing, min_size=length, max_size=length))


@st.composite
def over_denominators(draw):
    counts = draw(a_series())
    one = draw(st.sampled_from([0.0, 1.0, 7.0, 100.0, 1e-99, 1e99]))
    sizes = st.sampled_from([0.0, 1.0, 3.0, 50.0, 400.0, nan]) | st.floats(0.5, 1e6)
    many = st.lists(sizes, min_size=len(counts), max_size=len(counts))
    over = draw(many) if draw(st.booleans()) else [one] * len(counts)
    if draw(st.integers(0, 4)):  # else as they come, above the denominators too
        counts = [
            min(abs(count), size) if size == size else count
            for count, size in zip(counts, over, strict=True)
        ]
    per = draw(st.sampled_from([None, 100, 1000, 1e-99, 1e99]))
    return {"values": counts, "denominators": over, "per": per}


def made(make, *columns, **how):
    """The measure; a column that makes none must be clearly refused, and is no example here."""
    try:
        return make(*columns, name="Wait", **how)
    except QIToolsError as error:
        assert_clear(error)
        reject()


@st.composite
def measures(draw):
    """A measure and a kind of chart that may suit it."""
    better = draw(st.sampled_from(["lower", "higher", "neither"]))
    shape = draw(st.sampled_from(["plain", "plain", "over", "over", "grouped"]))
    if shape == "grouped":
        values = draw(a_series())
        groups = draw(
            st.lists(st.integers(0, 12), min_size=len(values), max_size=len(values))
            | st.just([place // 4 for place in range(len(values))])
        )
        measure = made(Measure.from_subgroups, values, groups, better=better)
    else:
        table = draw(over_denominators()) if shape == "over" else {"values": draw(a_series())}
        length = len(table["values"])
        dates = None
        if draw(st.booleans()):
            step = draw(st.sampled_from([1, 7, 31]))
            dates = [date(2024, 1, 1) + timedelta(days=step * place) for place in range(length)]
            if draw(st.booleans()):
                dates = dates[::-1]
        measure = made(Measure.from_columns, dates=dates, unit="days", better=better, **table)
    whenever = st.integers(1, len(measure))
    for _ in range(draw(st.integers(0, 3))):
        point = draw(whenever)
        when = point if measure.dates is None else measure.dates[point - 1].item()
        change = draw(st.sampled_from(["rephase", "freeze", "exclude", "aim", "annotate"]))
        if change == "rephase":
            if all(phase.first != point - 1 for phase in measure.phases):
                baseline = draw(st.none() | st.integers(1, 50))
                measure = measure.rephase(when, "New booking system", baseline=baseline)
        elif change == "freeze":
            measure = measure.freeze(when)
        elif change == "aim":
            measure = measure.aim(draw(st.sampled_from([0, 4, 1e-300, -1e100])), since=when)
        elif change == "exclude":
            measure = measure.exclude(when, "Flood")
        else:
            measure = measure.annotate(when, "New form")
    if draw(st.integers(0, 9)) == 0:
        labels = range(1, len(measure) + 1) if measure.dates is None else measure.dates.tolist()
        for when in labels:
            measure = measure.exclude(when, "All of it is wrong")
    kinds = {
        "plain": PLAIN,
        "over": ["run", "i", "mr", *sorted(OVER)],
        "grouped": [*sorted(GROUPS), "i", "run"],
    }
    return measure, draw(st.sampled_from(kinds[shape]))


@settings(max_examples=500, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    measures(),
    st.sampled_from(RULES),
    st.booleans(),
    st.sampled_from([None] * 9 + [0, 0.5, 3, -4, 1e100, 1e-300]),
)
def test_every_chart_is_true_or_clearly_refused(pair, rules, screen, centre):
    measure, kind = pair
    try:
        chart = control_chart(measure, kind, rules=rules, screen=screen, centre=centre)
    except QIToolsError as error:
        assert_clear(error)
    else:
        assert_true(chart)


def assert_true(chart):
    """All parts of a chart agree with one another and with the points."""
    measure, kind, size = chart.measure, chart.kind, len(chart.measure)
    values, centre, lower, upper = chart.values, chart.centre, chart.lower, chart.upper
    for line in (values, centre, lower, upper):
        assert line.shape == (size,)
        assert not np.isinf(line).any()
    assert_limits(chart)

    # Phases in numbers, and what is missing is said.
    assert [phase.first for phase in chart.phases] == [phase.first for phase in measure.phases]
    assert [phase.last + 1 for phase in chart.phases] == [
        *(phase.first for phase in chart.phases[1:]),
        size,
    ]
    for phase in chart.phases:
        where = f" from {measure.label(phase.first)}" if len(chart.phases) > 1 else ""
        stretch = slice(phase.first, phase.last + 1)
        said = [warning for warning in chart.warnings if where in warning]
        limitless = kind.has_limits and np.isnan(upper[stretch]).all()
        if np.isnan(centre[stretch]).all() or limitless:
            assert said, (phase, chart.warnings)
        if phase.useful < 12:
            assert said, (phase, chart.warnings)
        for name in ("centre", "lower", "upper"):
            shown, line = getattr(phase, name), getattr(chart, name)
            drawn = line[stretch][~np.isnan(line[stretch])]
            assert shown == drawn[-1] if drawn.size else np.isnan(shown)

    # The table says what the arrays say.
    table = chart.table
    assert len(table) == size
    np.testing.assert_array_equal(table["value"], values)
    np.testing.assert_array_equal(table["centre"], centre)
    assert ("upper" in table) == kind.has_limits
    side = table["side"].to_numpy()
    judged = ~np.isnan(values) & ~measure.excluded
    np.testing.assert_array_equal(judged, chart.analysis.judged)
    known = ~np.isnan(centre)
    assert set(side[judged & known]) <= {"above", "below", "on"}
    assert set(side[judged & ~known]) <= {"no centre"}
    assert set(side[np.isnan(values)]) <= {"missing", "excluded"}
    assert (side == "excluded").tolist() == measure.excluded.tolist()
    assert (values > centre)[side == "above"].all()
    assert (values < centre)[side == "below"].all()
    assert table["phase"].tolist() == [
        number + 1
        for number, phase in enumerate(chart.phases)
        for _ in range(phase.first, phase.last + 1)
    ]

    # Signals, the table and the arrays tell one story; no rule looks at what is not judged.
    assert chart.signal_points == [place for place, names in enumerate(table["signals"]) if names]
    assert judged[chart.signal_points].all()
    for place, names in enumerate(table["signals"]):
        told = {signal.rule for signal in chart.signals if place in signal.points}
        assert told == set(filter(None, names.split(", ")))
    np.testing.assert_array_equal(
        np.nonzero(chart.analysis.high | chart.analysis.low)[0], chart.signal_points
    )
    assert {(signal.rule, signal.phase) for signal in chart.signals if not signal.points} == {
        (rule.name, number)
        for rule, found in chart.analysis.found
        for number in np.nonzero(found.whole)[0]
    }
    for signal in chart.signals:
        phase = chart.phases[signal.phase]
        assert all(phase.first <= point <= phase.last for point in signal.points)
        assert (signal.way == "neither") == (not signal.points)
        assert signal.words.endswith(".")
        assert signal.words in chart.finding
        if chart.analysis.still[signal.phase]:
            assert signal.rule not in {"beyond the limits", "2 of 3", "4 of 5"}
        if signal.rule == "beyond the limits":
            points = list(signal.points)
            beyond = values > upper if signal.way == "high" else values < lower
            assert beyond[points].all()
    assert chart.finding.startswith("Signal: ") == bool(chart.signals)

    # Improvement and concern are signals in a direction that is better or worse.
    either = chart.improvement | chart.concern
    assert set(np.nonzero(either)[0]) <= set(chart.signal_points)
    if measure.better == "neither":
        assert not either.any()
        assert "improvement" not in table
    assert chart.variation in VARIATION
    assert chart.assurance in ASSURANCE
    if not measure.targets:
        assert chart.assurance == "none"

    words, report = chart.describe(), " ".join(chart.report())
    assert len(words) <= 600
    assert ("Signal" in words) == bool(chart.signals)
    assert chart.signals or chart.finding in words
    for text in (*chart.warnings, *(exclusion.reason for exclusion in measure.exclusions)):
        assert text in report
    assert not NOT_WORDS.search(words + report), words + report
    assert ("Screened for large moving ranges" in report) == chart.screened


def assert_limits(chart):
    kind, centre, lower, upper = chart.kind, chart.centre, chart.lower, chart.upper
    np.testing.assert_array_equal(np.isnan(lower), np.isnan(upper))
    seen = ~np.isnan(upper)
    if not kind.has_limits:
        assert not seen.any()
        return
    assert not np.isnan(centre[seen]).any()
    slack = 1e-12 * np.abs(centre[seen])  # a power and its root are not quite each other's undoing
    assert (lower[seen] <= upper[seen]).all()
    if kind.name != "g":
        assert (lower[seen] <= centre[seen] + slack).all()
        assert (centre[seen] <= upper[seen] + slack).all()
    if kind.name in NEVER_BELOW_0:
        assert (lower[seen] >= 0).all()
        assert (centre[~np.isnan(centre)] >= 0).all()
    if kind.name in {"p", "p'"}:
        assert (upper[seen] <= chart.measure.per).all()
    if kind.name == "np":
        assert (upper[seen] <= chart.measure.denominators[seen]).all()


# ---- what must not change when something else does


def values_of(kind):
    """Plain numbers that suit a kind of chart without denominators or subgroups."""
    if kind in {"c", "g"}:
        numbers = st.integers(0, 40).map(float)
    elif kind == "t":
        numbers = st.integers(1, 400).map(lambda tenths: tenths / 10)
    else:
        numbers = st.integers(-400, 400).map(lambda tenths: tenths / 10)
    known = st.lists(numbers, min_size=2, max_size=24)
    gaps = st.lists(numbers | st.just(nan), min_size=2, max_size=24)
    return (known | gaps).filter(lambda values: not np.isnan(values).all())


shares = st.lists(
    st.integers(1, 400).flatmap(lambda over: st.tuples(st.integers(0, over), st.just(over))),
    min_size=2,
    max_size=24,
).filter(lambda pairs: len(set(pairs)) > 1)


def charted(kind, values, over=None, per=None, **how):
    measure = Measure.from_columns(values, name="Wait", denominators=over, per=per)
    return control_chart(measure, kind, **how)


def assert_lines(chart, *expected, rel=1e-9):
    near = 1e-9 * np.nanmax(np.abs(chart.values), initial=0) + 1e-12
    for line, other in zip((chart.lower, chart.centre, chart.upper), expected, strict=True):
        np.testing.assert_allclose(line, other, rtol=rel, atol=near)


def lines_of_chart(chart):
    return np.array([chart.lower, chart.centre, chart.upper])


SYMMETRIC = ["run", "i", "i_m", "i_mm", "i'"]


@pytest.mark.parametrize("kind", SYMMETRIC)
@settings(max_examples=25)
@given(data=st.data())
def test_adding_to_every_value_adds_to_every_line(kind, data):
    values = np.array(data.draw(values_of(kind)))
    more = data.draw(st.integers(-500, 500))
    before, after = charted(kind, values), charted(kind, values + more)
    assert_lines(after, *(lines_of_chart(before) + more))
    ranges = charted("mr", values), charted("mr", values + more)
    assert_lines(ranges[1], *lines_of_chart(ranges[0]))


@pytest.mark.parametrize("kind", [*SYMMETRIC, "mr", "t"])
@settings(max_examples=25)
@given(data=st.data())
def test_multiplying_every_value_multiplies_every_line(kind, data):
    values = np.array(data.draw(values_of(kind)))
    times = data.draw(st.sampled_from([1e-6, 0.5, 60, 1e6]))
    before, after = charted(kind, values), charted(kind, values * times)
    assert_lines(after, *(lines_of_chart(before) * times))


@settings(max_examples=40)
@given(values_of("i"), st.booleans())
def test_turning_values_over_turns_lines_and_signals_over(values, screen):
    upright = charted("i", values, screen=screen, rules=NELSON)
    upside_down = charted("i", [-value for value in values], screen=screen, rules=NELSON)
    assert_lines(upside_down, *(-lines_of_chart(upright)[::-1]))
    np.testing.assert_array_equal(upright.analysis.high, upside_down.analysis.low)


@pytest.mark.parametrize("kind", ["p", "p'", "u", "u'", "i'"])
@settings(max_examples=20)
@given(pairs=shares, per=st.sampled_from([100, 1000, 0.001]))
def test_rates_for_so_many_are_so_many_times_the_rate(kind, pairs, per):
    counts, over = zip(*pairs, strict=True)
    one, many = charted(kind, counts, over), charted(kind, counts, over, per)
    assert_lines(many, *(lines_of_chart(one) * per))
    assert [signal.points for signal in one.signals] == [signal.points for signal in many.signals]


@pytest.mark.parametrize("screen", [False, True])
@pytest.mark.parametrize("kind", [*SYMMETRIC, "mr", "t", "c", "g"])
@settings(max_examples=15)
@given(data=st.data())
def test_time_turned_round_keeps_the_lines(kind, screen, data):
    values = data.draw(values_of(kind))
    forwards = charted(kind, values, screen=screen)
    backwards = charted(kind, values[::-1], screen=screen)
    assert_lines(backwards, *lines_of_chart(forwards)[:, ::-1])


@pytest.mark.parametrize("kind", ["p", "u", "np", "p'", "u'", "i'"])
@settings(max_examples=15)
@given(pairs=shares, random=st.randoms(use_true_random=True))
def test_order_does_not_matter_where_no_moving_range_counts(kind, pairs, random):
    order = list(range(len(pairs)))
    if kind in {"p", "u", "np"}:
        random.shuffle(order)
    else:  # moving ranges count: only time turned round may keep the lines
        order.reverse()
    counts, over = np.array(pairs, dtype=float).T
    before, after = charted(kind, counts, over), charted(kind, counts[order], over[order])
    assert_lines(after, *lines_of_chart(before)[:, order])


@pytest.mark.parametrize("kind", ["run", "c", "g"])
@settings(max_examples=15)
@given(data=st.data())
def test_order_does_not_matter_to_means_and_medians(kind, data):
    values = data.draw(values_of(kind))
    shuffled = data.draw(st.permutations(values))
    assert_lines(charted(kind, shuffled), *lines_of_chart(charted(kind, values)))


@settings(max_examples=40)
@given(values_of("run"))
def test_a_run_chart_is_about_numpys_median(values):
    chart = charted("run", values)
    np.testing.assert_allclose(chart.centre, np.nanmedian(values), rtol=1e-12, atol=1e-12)


@settings(max_examples=40)
@given(values_of("i"))
def test_the_mr_chart_holds_the_sigma_of_the_i_chart(values):
    ours, ranges = charted("i", values), charted("mr", values)
    np.testing.assert_allclose(ranges.centre, (ours.upper - ours.centre) / 3 * 1.128, atol=1e-9)
    np.testing.assert_allclose(ranges.upper, 3.267 * ranges.centre, atol=1e-9)


# ---- kinds of chart that must meet


@settings(max_examples=40)
@given(st.integers(1, 500), st.data(), st.booleans())
def test_equal_denominators_make_laneys_charts_i_charts(over, data, screen):
    counts = data.draw(st.lists(st.integers(0, over), min_size=3, max_size=24))
    equal = [over] * len(counts)
    plain = charted("i", counts, equal, screen=screen)
    if not 0 < sum(counts) < over * len(counts):
        return  # nothing varies
    within = np.clip(lines_of_chart(plain), 0, 1)
    assert_lines(charted("p'", counts, equal, screen=screen), *within)
    assert_lines(charted("u'", counts, equal, screen=screen), within[0], *lines_of_chart(plain)[1:])


@settings(max_examples=40)
@given(values_of("i"), st.integers(1, 500), st.booleans())
def test_equal_denominators_make_i_prime_an_i_chart_under_exact_constants(values, over, screen):
    counts = np.abs(values) * over
    equal = [over] * len(counts)
    exact = charted("i", counts, equal, constants=EXACT, screen=screen)
    assert_lines(charted("i'", counts, equal, screen=screen), *lines_of_chart(exact))


@settings(max_examples=40)
@given(st.integers(1, 500), st.data())
def test_equal_denominators_make_an_np_chart_so_many_times_a_p_chart(over, data):
    counts = data.draw(st.lists(st.integers(0, over), min_size=2, max_size=24))
    equal = [over] * len(counts)
    shares_of_it = charted("p", counts, equal)
    assert_lines(charted("np", counts, equal), *(lines_of_chart(shares_of_it) * over))


@settings(max_examples=40)
@given(values_of("c"))
def test_a_u_chart_over_ones_is_a_c_chart(values):
    over = charted("u", values, [1] * len(values))
    assert_lines(over, *lines_of_chart(charted("c", values)))


# ---- phases, baselines and exclusions, on every kind of chart


def measure_of(kind, points):
    """Make a measure of points by hand; those that don't count are excluded."""
    if kind in GROUPS:
        rows = [(value, place) for place, p in enumerate(points) for value in p.group or [nan]]
        measure = Measure.from_subgroups(*zip(*rows, strict=True), name="Wait")
    elif kind in OVER:
        columns = [p.count for p in points], [p.over for p in points]
        measure = Measure.from_columns(columns[0], denominators=columns[1], name="Wait", per=10)
    else:
        measure = Measure.from_columns([p.value for p in points], name="Wait")
    for place, p in enumerate(points):
        if not p.counts:
            measure = measure.exclude(place + 1, "Flood")
    return measure


def cases(kind):
    """Random phases, each with some known value."""
    for seed in range(30, 70):
        phases = [phase for phase in series_of(kind, seed) if any(point.known for point in phase)]
        if phases:
            yield Random(seed), phases


@pytest.mark.parametrize("screen", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_phases_are_charted_as_if_each_were_alone(kind, screen):
    for random, phases in cases(kind):
        measure = measure_of(kind, [point for phase in phases for point in phase])
        frozen = [random.choice([None, 1, 3, 9]) for _ in phases]
        begins = 0
        stretches = []
        for phase, baseline in zip(phases, frozen, strict=True):
            stretches.append(Phase(begins, baseline, "New booking system"))
            begins += len(phase)
        measure = replace(measure, phases=tuple(stretches))
        chart = control_chart(measure, kind, rules=NELSON + ANHOEJ, screen=screen)
        for place, (phase, numbers) in enumerate(zip(phases, chart.phases, strict=True)):
            one = replace(measure_of(kind, phase), phases=(Phase(0, frozen[place]),))
            alone = control_chart(one, kind, rules=NELSON + ANHOEJ, screen=screen)
            stretch = slice(numbers.first, numbers.last + 1)
            np.testing.assert_allclose(
                lines_of_chart(chart)[:, stretch], lines_of_chart(alone), rtol=1e-12
            )
            assert [
                (signal.rule, signal.way, tuple(point - numbers.first for point in signal.points))
                for signal in chart.signals
                if signal.phase == place
            ] == [(signal.rule, signal.way, signal.points) for signal in alone.signals]
            assert numbers.useful == alone.phases[0].useful
            assert numbers.longest_run == alone.phases[0].longest_run
            assert numbers.crossings == alone.phases[0].crossings


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"mr"}))  # which plots ranges to them
def test_what_an_excluded_point_is_does_not_matter(kind):
    for random, phases in cases(kind):
        points = phases[0]
        others = [replace(point) for point in points]
        for point in others:
            if not point.counts and point.known:
                top = math.floor(point.over) if kind in OVER else 900
                point.count = float(random.randint(0, top))
                point.value = point.count + 0.25
                point.group = [value + random.randint(1, 900) for value in point.group]
        before = control_chart(measure_of(kind, points), kind, rules=NELSON)
        after = control_chart(measure_of(kind, others), kind, rules=NELSON)
        np.testing.assert_array_equal(lines_of_chart(before), lines_of_chart(after))
        assert before.signals == after.signals
        assert str(before.phases) == str(after.phases)  # no number is no number's equal


@pytest.mark.parametrize("screen", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_points_after_a_frozen_baseline_do_not_move_its_lines(kind, screen):
    for _, phases in cases(kind):
        points = [point for phase in phases for point in phase]
        baseline = phases[0]
        measure = measure_of(kind, points).freeze(len(baseline))
        frozen = control_chart(measure, kind, screen=screen)
        alone = control_chart(measure_of(kind, baseline), kind, screen=screen)
        first = slice(len(baseline))
        np.testing.assert_allclose(
            lines_of_chart(frozen)[:, first], lines_of_chart(alone), rtol=1e-12, atol=1e-12
        )
        assert frozen.phases[0].baseline == alone.phases[0].baseline


@pytest.mark.parametrize("kind", KINDS)
def test_a_baseline_longer_than_its_phase_is_the_whole_phase(kind):
    for _, phases in cases(kind):
        measure = measure_of(kind, phases[0])
        frozen = replace(measure, phases=(Phase(0, baseline=10**6),))
        assert_lines(control_chart(frozen, kind), *lines_of_chart(control_chart(measure, kind)))


@pytest.mark.parametrize("kind", KINDS)
def test_screening_never_widens_limits(kind):
    for _, phases in cases(kind):
        measure = measure_of(kind, phases[0])
        plain, screened = (control_chart(measure, kind, screen=on) for on in (False, True))
        np.testing.assert_array_equal(np.isnan(plain.upper), np.isnan(screened.upper))
        np.testing.assert_array_equal(plain.centre, screened.centre)
        seen = ~np.isnan(plain.upper)
        assert (screened.upper <= plain.upper * (1 + 1e-12))[seen & (plain.upper > 0)].all()
        widths = [(chart.upper - chart.lower)[seen] for chart in (screened, plain)]
        assert (widths[0] <= widths[1] * (1 + 1e-9) + 1e-12).all()


@pytest.mark.parametrize("kind", ["run", "p", "u", "np", "c", "g", "xbar_s", "s", "xbar_r", "r"])
def test_an_excluded_point_is_as_good_as_missing_where_no_moving_range_counts(kind):
    for _, phases in cases(kind):
        points = phases[0]
        gone = [
            point if point.counts else replace(point, value=nan, count=nan, group=[], counts=True)
            for point in points
        ]
        if not any(point.known for point in gone):
            continue
        excluded = control_chart(measure_of(kind, points), kind)
        missing = control_chart(measure_of(kind, gone), kind)
        kept = np.array([point.counts for point in points])
        np.testing.assert_allclose(
            lines_of_chart(excluded)[:, kept], lines_of_chart(missing)[:, kept], rtol=1e-12
        )
        assert [signal.points for signal in excluded.signals] == [
            signal.points for signal in missing.signals
        ]
