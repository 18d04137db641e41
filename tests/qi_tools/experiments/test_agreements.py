import math
from random import Random
from statistics import fmean, stdev

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from qi_tools.errors import QIToolsError
from qi_tools.experiments.agreements import Agreement, RatersInvalid, agreement

YES_NO = ("yes", "no")
counts = st.integers(2, 4).flatmap(
    lambda size: st.tuples(*[st.tuples(*[st.integers(0, 40)] * size)] * size)
)


def of(counts):
    return Agreement(tuple("abcd"[: len(counts)]), counts)


# Published examples


def test_a_published_table_has_its_kappa_and_standard_error():
    # SAS's example for two raters and three answers.
    both = of(((0, 4, 1), (0, 8, 0), (0, 1, 5)))
    assert both.kappa == pytest.approx(0.4842, abs=5e-5)
    assert both.standard_error == pytest.approx(0.1380, abs=5e-5)
    assert both.interval == pytest.approx((0.2137, 0.7547), abs=1e-4)


def test_the_published_paradox_has_its_kappas_and_is_told():
    # Feinstein & Cicchetti 1990: 85% agreement in both tables.
    even, uneven = of(((40, 9), (6, 45))), of(((80, 10), (5, 5)))
    assert even.agreed == uneven.agreed == 0.85
    assert even.kappa == pytest.approx(0.70, abs=0.005)
    assert uneven.kappa == pytest.approx(0.32, abs=0.005)
    assert even.paradox == ""
    assert 'kappa\'s paradox: 88% of all answers are "a"' in uneven.paradox
    assert uneven.paradox in uneven.describe()


def test_kappa_by_hand():
    both = of(((20, 5), (10, 15)))
    assert both.agreed == 0.7
    assert both.by_chance == 0.5 * 0.6 + 0.5 * 0.4
    assert both.kappa == pytest.approx(0.4)
    assert both.agreed_by_answer == (40 / 55, 30 / 45)
    assert both.first_totals == (25, 25)
    assert both.second_totals == (30, 20)


# What holds of all tables


@given(counts)
def test_kappa_keeps_its_bounds_and_does_not_ask_who_is_first(counts):
    assume(any(map(any, counts)))
    both, turned = of(counts), of(tuple(zip(*counts, strict=True)))
    assert both.agreed == turned.agreed
    assert both.kappa == pytest.approx(turned.kappa, nan_ok=True)
    assert both.standard_error == pytest.approx(turned.standard_error, nan_ok=True, abs=1e-9)
    if not math.isnan(both.kappa):
        assert -1 - 1e-9 <= both.kappa <= 1
        assert (both.kappa == 1) == (both.agreed == 1)
    assert 0 < len(both.describe()) <= 600
    assert all(both.report())


@given(counts, st.integers(2, 9))
def test_more_of_the_same_leaves_kappa_and_shrinks_its_error_by_the_root(counts, times):
    assume(any(map(any, counts)))
    both = of(counts)
    more = of(tuple(tuple(count * times for count in row) for row in counts))
    assert more.kappa == pytest.approx(both.kappa, nan_ok=True)
    expected = both.standard_error / math.sqrt(times)
    assert more.standard_error == pytest.approx(expected, nan_ok=True, abs=1e-7)


@given(st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("xyz")), min_size=1))
def test_answers_are_counted_pair_by_pair(pairs):
    first, second = zip(*pairs, strict=True)
    both = agreement(first, second, "xyz")
    assert both.records == len(pairs)
    assert both.alike == sum(one == two for one, two in pairs)
    assert both.counts[0][1] == pairs.count(("x", "y"))
    assert both.table.iloc[:, 1:].to_numpy().sum() == len(pairs)


def test_the_standard_error_is_how_kappa_scatters():
    chances = {(0, 0): 0.5, (0, 1): 0.1, (1, 0): 0.15, (1, 1): 0.25}
    random, size = Random(5), 400
    kappas, errors = [], []
    for _ in range(600):
        pairs = random.choices(list(chances), list(chances.values()), k=size)
        both = agreement(*zip(*[(str(a), str(b)) for a, b in pairs], strict=True))
        kappas.append(both.kappa)
        errors.append(both.standard_error)
    assert stdev(kappas) == pytest.approx(fmean(errors), rel=0.1)
    expected = (0.75 - (0.6 * 0.65 + 0.4 * 0.35)) / (1 - (0.6 * 0.65 + 0.4 * 0.35))
    assert fmean(kappas) == pytest.approx(expected, abs=4 * fmean(errors) / math.sqrt(600))


def test_raters_who_always_agree_get_no_standard_error():
    both = of(((7, 0), (0, 3)))
    assert both.kappa == 1
    assert math.isnan(both.standard_error)
    assert "how surely can't be told" in both.describe()


def test_answers_from_a_data_frame_are_read():
    frame = pd.DataFrame({"one": [True, False, True], "two": [True, True, False]})
    both = agreement(frame["one"], frame["two"])
    assert both == agreement(["yes", "no", "yes"], ["yes", "yes", "no"])
    crossed = pd.crosstab(frame["one"], frame["two"]).to_numpy()
    assert Agreement(["no", "yes"], crossed).kappa == both.kappa
    with pytest.raises(RatersInvalid, match="record 2 is missing"):
        agreement(pd.array([True, pd.NA]), [True, True])


def test_one_answer_alone_gives_no_kappa():
    both = agreement(["yes"] * 9, ["yes"] * 9)
    assert math.isnan(both.kappa)
    assert "kappa can't be computed" in both.describe()
    assert both.agreed_by_answer[0] == 1
    assert math.isnan(both.agreed_by_answer[1])


def test_a_low_kappa_from_real_disagreement_is_no_paradox():
    assert of(((20, 15), (15, 20))).paradox == ""


def test_a_high_kappa_is_no_paradox_though_one_answer_dominates():
    both = of(((85, 2), (3, 10)))
    assert both.dominant == ("a", 0.875)
    assert both.kappa > 0.7
    assert both.paradox == ""


def test_few_records_are_called_rough():
    assert "rough" in of(((5, 2), (1, 4))).report()[0]
    assert "rough" not in of(((50, 2), (1, 40))).report()[0]


def test_almost_all_never_reads_as_all():
    assert "(99.95%)" in of(((1000, 1), (0, 999))).describe()


# What can't be


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: agreement(["a"], ["a", "b"]), "gave 1 answer and the second 2"),
        (lambda: agreement(["a", None], ["a", "b"]), "An answer on record 2 is missing"),
        (lambda: agreement(["a", "b"], ["a", math.nan]), "An answer on record 2 is missing"),
        (lambda: agreement(["a", "b"], ["a", "c"], ("a", "b")), "'c' is none of the answers"),
        (lambda: agreement(["a"], ["a"]), "Every answer is 'a'"),
        (lambda: agreement([], []), "Use 2 to 20 different ones"),
        (lambda: agreement([], [], YES_NO), "No record was judged"),
        (lambda: Agreement(("a", "a"), ((1, 0), (0, 1))), "different ones"),
        (lambda: Agreement(YES_NO, ((1, 0),)), "Give 2 rows of 2 counts"),
        (lambda: Agreement(YES_NO, ((1, 0), (-1, 1))), "A count is -1"),
        (lambda: Agreement(YES_NO, ((1, 0), (0.5, 1))), "A count is 0.5"),
    ],
)
def test_what_cannot_be_says_what_can(make, says):
    with pytest.raises(RatersInvalid) as caught:
        make()
    assert says in str(caught.value)
    assert isinstance(caught.value, QIToolsError)
