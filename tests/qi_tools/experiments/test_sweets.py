import math
from collections import Counter
from dataclasses import FrozenInstanceError, replace
from random import Random
from statistics import fmean, pvariance

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from qi_tools.errors import QIToolsError
from qi_tools.experiments.sweets import Jar, JarInvalid, draw, expected
from qi_tools.measure import Measure
from qi_tools.spc.charts import control_chart

words = st.text("abcdefgh", min_size=1, max_size=16)
colours = st.lists(
    st.tuples(words, st.integers(1, 1000)), min_size=2, max_size=8, unique_by=lambda pair: pair[0]
).map(tuple)
jars = st.builds(
    Jar,
    colours,
    st.lists(st.integers(1, 60), min_size=1, max_size=5, unique=True).map(tuple),
    st.integers(1, 10),
)
seeds = st.integers() | st.text()


def shares(jar, colour, size, runs=60):
    """The share of a colour in all samples of one size, of many runs: 3,000 samples."""
    return [
        value / 100
        for seed in range(runs)
        for value in draw(replace(jar, repeats=50), Random(seed)).measure(colour, size).values
    ]


@given(jars, seeds)
def test_the_same_seed_gives_the_same_samples(jar, seed):
    first = draw(jar, Random(seed))
    assert draw(jar, Random(seed)) == first
    assert [sample.size for sample in first.samples] == [
        size for size in jar.sizes for _ in range(jar.repeats)
    ]
    for sample in first.samples:
        assert sum(sample.counts) == sample.size
        assert len(sample.counts) == len(jar.colours)
        assert min(sample.counts) >= 0


def test_another_seed_gives_other_samples():
    assert draw(Jar(), Random(1)) != draw(Jar(), Random(2))


@pytest.mark.parametrize("size", [5, 10, 50])
def test_shares_vary_binomially(size):
    jar = Jar()
    for colour, part in jar.colours:
        seen, share = shares(jar, colour, size), part / 100
        n, deviation = len(seen), math.sqrt(share * (1 - share) / size)
        usual = expected(jar, colour, size)
        assert usual.share == share
        assert usual.deviation == pytest.approx(deviation)
        assert fmean(seen) == pytest.approx(share, abs=4 * deviation / math.sqrt(n))
        assert pvariance(seen, share) == pytest.approx(deviation**2, rel=4 * math.sqrt(2 / n))
        none = sum(each == 0 for each in seen) / n
        assert usual.absent == pytest.approx(binom.pmf(0, size, share))
        assert abs(none - usual.absent) <= 4 * math.sqrt(usual.absent / n)


def test_counts_come_as_often_as_the_binomial_distribution_says():
    seen = Counter(round(each * 10) for each in shares(Jar(), "red", 10))
    n = seen.total()
    for red in range(11):
        chance = binom.pmf(red, 10, 0.3)
        assert abs(seen[red] - n * chance) <= 4 * math.sqrt(n * chance * (1 - chance)) + 1


@given(jars, st.data())
def test_ten_times_the_sweets_vary_less_by_the_square_root_of_ten(jar, data):
    colour = data.draw(st.sampled_from(jar.names))
    size = data.draw(st.integers(1, 20))
    small, large = (expected(jar, colour, each) for each in (size, 10 * size))
    assert small.deviation / large.deviation == pytest.approx(math.sqrt(10))
    assert 0 <= large.absent <= small.absent < 1


@given(jars)
def test_the_shares_of_all_colours_add_up(jar):
    assert sum(map(jar.share, jar.names)) == pytest.approx(1)


@given(jars, seeds)
def test_measures_spans_and_table_hold_the_samples(jar, seed):
    result = draw(jar, Random(seed))
    table = result.table
    assert table["sample"].tolist() == list(range(1, len(result.samples) + 1))
    for place, colour in enumerate(jar.names):
        counts = [sample.counts[place] for sample in result.samples]
        measure = result.measure(colour)
        assert measure.simulated
        assert measure.numerators.tolist() == counts == table[colour].tolist()
        assert measure.denominators.tolist() == [sample.size for sample in result.samples]
        for size in jar.sizes:
            its = [sample.counts[place] for sample in result.samples if sample.size == size]
            assert result.measure(colour, size).numerators.tolist() == its
            assert result.span(colour, size) == (min(its) / size, max(its) / size)


def test_limits_are_narrower_where_more_were_counted():
    measure = draw(Jar(), Random(1)).measure("red")
    chart = control_chart(measure, "p", centre=30)
    for first, size in ((0, 5), (20, 10), (40, 50)):
        usual = expected(Jar(), "red", size)
        upper = 100 * (usual.share + 3 * usual.deviation)
        assert chart.upper[first] == pytest.approx(upper)


def test_the_table_can_be_saved_and_read_back(tmp_path):
    result = draw(Jar(), Random(1))
    path = tmp_path / "sweets.csv"
    result.table.to_csv(path, index=False)
    read = Measure.from_file(path, "green", "date", denominator="size", data="proportions")
    measure = result.measure("green")
    assert read.values.tolist() == measure.values.tolist()
    assert read.unit == measure.unit


def test_each_table_is_a_fresh_one():
    result = draw(Jar(), Random(1))
    table = result.table
    table.loc[0, "red"] = -1
    assert result.table.loc[0, "red"] == result.samples[0].counts[0]


@given(jars, seeds)
def test_the_description_is_short(jar, seed):
    assert len(draw(jar, Random(seed)).describe()) <= 600


def test_the_longest_description_is_short_enough():
    jar = Jar((("a" * 16, 333), ("b", 667)), (196, 197, 198, 199, 200), 50)
    assert len(draw(jar, Random(1)).describe()) <= 600


def test_the_description_tells_how_each_size_varies():
    result = draw(Jar(), Random(1))
    text = result.describe()
    assert text.startswith("Simulated: 20 samples of each size from one jar with 30% red sweets;")
    for size, deviation in ((5, "20"), (10, "14"), (50, "6.5")):
        lowest, highest = result.span("red", size)
        span = f"Of {size}: {100 * lowest:.3g}% to {100 * highest:.3g}%"
        assert f"{span} (standard deviation {deviation} points)." in text


@pytest.mark.parametrize(("value", "place"), [(0.0, 0), (1 - 2**-53, 3)])
def test_the_very_ends_of_chance_are_sweets_too(value, place):
    class Extreme(Random):
        def random(self):
            return value

    for sample in draw(Jar(), Extreme(1)).samples:
        assert sample.counts[place] == sample.size


RED = ("red", 1)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"colours": (RED,)}, "Give 2 to 8 pairs of a colour and its parts as a tuple"),
        ({"colours": [RED, ("green", 1)]}, "Give 2 to 8 pairs"),
        ({"colours": (RED, ("green",))}, "Give 2 to 8 pairs"),
        ({"colours": (RED, ("size", 1))}, "A colour is called 'size'. Give a word of 1 to 16"),
        ({"colours": (RED, ("", 1))}, "A colour is called ''."),
        ({"colours": (RED, (1, 1))}, "A colour is called 1."),
        ({"colours": (RED, ("green", 0))}, "The part that is green is 0. Give a whole number"),
        ({"colours": (RED, ("Red", 2))}, "A colour comes twice: red, Red. Give each once."),
        ({"sizes": ()}, "The sizes are (). Give 1 to 5 numbers of sweets as a tuple"),
        ({"sizes": 5}, "The sizes are 5."),
        ({"sizes": (0,)}, "The size of a sample is 0. Give a whole number from 1 to 200."),
        ({"sizes": (5, 5)}, "A size comes twice in (5, 5). Give each once."),
        ({"repeats": True}, "The number of samples of each size is True."),
        ({"repeats": 51}, "The number of samples of each size is 51. Give a whole number from 1"),
    ],
    ids=str,
)
def test_a_jar_that_cannot_be_says_why(wrong, said):
    with pytest.raises(JarInvalid) as caught:
        replace(Jar(), **wrong)
    assert said in str(caught.value)
    assert isinstance(caught.value, QIToolsError)


def test_what_is_not_in_the_jar_says_what_is():
    result = draw(Jar(), Random(1))
    with pytest.raises(JarInvalid, match=r"'blue'\. Use one of: red, green, yellow, purple"):
        result.measure("blue")
    with pytest.raises(JarInvalid, match=r"size 7\. Use one of: 5, 10, 50"):
        result.span("red", 7)
    with pytest.raises(JarInvalid, match="The size of a sample is 201"):
        expected(Jar(), "red", 201)


def test_a_jar_stays_as_it_is():
    with pytest.raises(FrozenInstanceError):
        Jar().repeats = 2
