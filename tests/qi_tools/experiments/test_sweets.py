import math
from collections import Counter
from dataclasses import FrozenInstanceError, replace
from random import Random
from statistics import fmean, pvariance

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from qi_tools.errors import QIToolsError
from qi_tools.experiments.sweets import Jar, JarInvalid, draw
from qi_tools.measure import Measure
from qi_tools.spc.charts import control_chart

jars = st.builds(
    Jar,
    st.integers(1, 99),
    st.none() | st.integers(1, 99),
    st.lists(st.integers(1, 60), min_size=1, max_size=5, unique=True).map(tuple),
    st.integers(2, 10),
)
seeds = st.integers() | st.text()


def percentages(size, runs=60):
    """The percentage in all samples of one size, of many runs: 3,000 samples."""
    jar = Jar(sizes=(size,), repeats=50)
    return [sample.percentage for seed in range(runs) for sample in draw(jar, Random(seed)).samples]


@settings(max_examples=50, deadline=None)
@given(jars, seeds)
def test_the_same_seed_gives_the_same_samples(jar, seed):
    first = draw(jar, Random(seed))
    assert draw(jar, Random(seed)) == first
    assert [sample.size for sample in first.samples] == [
        size for size in jar.sizes for _ in range(jar.repeats)
    ]
    for sample in first.samples:
        assert 0 <= sample.red <= sample.size
    odd = Counter(sample.size for sample in first.samples if sample.odd)
    assert odd == ({} if jar.odd is None else dict.fromkeys(jar.sizes, 1))


def test_another_seed_gives_other_samples():
    assert draw(Jar(), Random(1)) != draw(Jar(), Random(2))


@pytest.mark.parametrize("size", [5, 20, 100])
def test_percentages_vary_binomially(size):
    seen = percentages(size)
    n, deviation = len(seen), 100 * math.sqrt(0.3 * 0.7 / size)
    assert Jar().expected_deviation(size) == pytest.approx(deviation)
    assert fmean(seen) == pytest.approx(30, abs=4 * deviation / math.sqrt(n))
    assert pvariance(seen, 30) == pytest.approx(deviation**2, rel=4 * math.sqrt(2 / n))


def test_counts_come_as_often_as_the_binomial_distribution_says():
    seen = Counter(round(each / 10) for each in percentages(10))
    n = seen.total()
    for red in range(11):
        chance = binom.pmf(red, 10, 0.3)
        assert abs(seen[red] - n * chance) <= 4 * math.sqrt(n * chance * (1 - chance)) + 1


def test_odd_samples_are_from_the_odd_jar_and_lie_anywhere():
    drawn = [draw(Jar(30, 60, (20,), 4), Random(seed)).samples for seed in range(400)]
    odd = [(place, each) for run in drawn for place, each in enumerate(run) if each.odd]
    assert fmean(each.percentage for _, each in odd) == pytest.approx(60, abs=4 * 10.95 / 20)
    for times in Counter(place for place, _ in odd).values():
        assert abs(times - 100) < 4 * math.sqrt(400 * 0.25 * 0.75)


@settings(max_examples=50, deadline=None)
@given(jars, seeds)
def test_measure_spans_and_table_hold_the_samples(jar, seed):
    result = draw(jar, Random(seed))
    table, measure = result.table, result.measure
    assert table["sample"].tolist() == list(range(1, len(result.samples) + 1))
    assert measure.simulated
    reds = [sample.red for sample in result.samples]
    assert measure.numerators.tolist() == reds == table["red"].tolist()
    assert measure.denominators.tolist() == table["size"].tolist()
    for size in jar.sizes:
        its = [sample for sample in result.samples if sample.size == size]
        seen = [100 * sample.red / size for sample in its]
        assert result.span(size) == (min(seen), max(seen))
        usual = [100 * sample.red / size for sample in its if not sample.odd]
        assert result.deviation(size) == pytest.approx(math.sqrt(pvariance(usual, jar.red)))
    assert len(result.describe()) <= 600


def test_limits_are_narrower_where_more_were_counted():
    chart = control_chart(draw(Jar(), Random(1)).measure, "p", centre=30)
    for first, size in ((0, 5), (20, 20), (40, 100)):
        assert chart.upper[first] == pytest.approx(30 + 3 * Jar().expected_deviation(size))


def test_the_table_can_be_saved_and_read_back(tmp_path):
    result = draw(Jar(), Random(1))
    path = tmp_path / "sweets.csv"
    result.table.to_csv(path, index=False)
    read = Measure.from_file(path, "red", "date", denominator="size", data="proportions")
    assert read.values.tolist() == result.measure.values.tolist()
    assert read.unit == result.measure.unit


def test_each_table_is_a_fresh_one():
    result = draw(Jar(), Random(1))
    table = result.table
    table.loc[0, "red"] = -1
    assert result.table.loc[0, "red"] == result.samples[0].red


def test_the_longest_description_is_short_enough():
    jar = Jar(33, 63, (196, 197, 198, 199, 200), 50)
    assert len(draw(jar, Random(1)).describe()) <= 600


def test_the_description_tells_how_each_size_varies():
    result = draw(Jar(), Random(1))
    text = result.describe()
    assert text.startswith("Simulated: 20 samples of each size from one jar with 30% red sweets;")
    for size, deviation in ((5, "20"), (20, "10"), (100, "4.6")):
        lowest, highest = result.span(size)
        span = f"Of {size}: {lowest:.3g}% to {highest:.3g}%"
        assert f"{span} (standard deviation {deviation} points)." in text
    assert "every difference is chance" in text
    odd = draw(Jar(odd=60), Random(1)).describe()
    assert "from a jar with 60% red sweets" in odd
    assert "every difference is chance" not in odd


@pytest.mark.parametrize(("value", "share"), [(0.0, 1), (1 - 2**-53, 0)])
def test_the_very_ends_of_chance_are_sweets_too(value, share):
    class Extreme(Random):
        def random(self):
            return value

    for sample in draw(Jar(odd=60), Extreme(1)).samples:
        assert sample.red == share * sample.size


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"red": 0}, "The number of red sweets in 100 is 0. Give a whole number from 1 to 99."),
        ({"red": 30.0}, "The number of red sweets in 100 is 30.0."),
        ({"odd": 100}, "The number of red sweets in 100 of the odd jar is 100."),
        ({"sizes": ()}, "The sizes are (). Give 1 to 5 numbers of sweets as a tuple"),
        ({"sizes": 5}, "The sizes are 5."),
        ({"sizes": (0,)}, "The size of a sample is 0. Give a whole number from 1 to 200."),
        ({"sizes": (5, 5)}, "A size comes twice in (5, 5). Give each once."),
        ({"repeats": True}, "The number of samples of each size is True."),
        ({"repeats": 51}, "The number of samples of each size is 51. Give a whole number from 2"),
    ],
    ids=str,
)
def test_a_jar_that_cannot_be_says_why(wrong, said):
    with pytest.raises(JarInvalid) as caught:
        replace(Jar(), **wrong)
    assert said in str(caught.value)
    assert isinstance(caught.value, QIToolsError)


def test_a_jar_stays_as_it_is():
    with pytest.raises(FrozenInstanceError):
        Jar().repeats = 2
