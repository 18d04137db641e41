import math
from dataclasses import FrozenInstanceError, replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools import Measure
from qi_tools.errors import QIToolsError
from qi_tools.experiments.agreements import RatersInvalid
from qi_tools.experiments.two_raters import SHARP, VAGUE, Definition, Judging, judge


@pytest.mark.parametrize("limits", [(20, 45), (30, 30), (60, 5)])
@pytest.mark.parametrize("slip", [0, 0.1])
def test_agreement_is_what_the_limits_make_it(limits, slip):
    definition = Definition("?", limits, 0, slip)
    result = judge(Judging(100, 50, 40, definition, SHARP), Random(str((limits, slip))))
    # Waits in full minutes: within 20 means less than 21.
    low, high = (1 - math.exp(-(limit + 1) / 40) for limit in sorted(limits))
    between, slips_once = high - low, 2 * slip * (1 - slip)
    expected = (1 - between) * (1 - slips_once) + between * slips_once
    error = math.sqrt(expected * (1 - expected) / 5000)
    assert result.vague.agreed == pytest.approx(expected, abs=3.5 * error + 1e-12)


def test_each_rater_keeps_to_their_own_limit_to_the_minute():
    definition = Definition("?", (20, 45), 0, 0)
    records = judge(Judging(50, 50, 40, definition, SHARP), Random(1)).records
    assert all(record.vague == (record.wait <= 20, record.wait <= 45) for record in records)
    assert {20, 45} <= {record.wait for record in records}


def test_a_wavering_rater_disagrees_even_at_the_same_limit():
    wavering = Definition("?", (30, 30), 8, 0)
    result = judge(Judging(100, 50, 40, wavering, replace(wavering, waver=0)), Random(1))
    assert result.sharp.agreed == 1
    assert 0.85 < result.vague.agreed < 0.95


def test_a_sharp_definition_makes_them_agree():
    result = judge(Judging(100, 20), Random(8))
    assert result.sharp.agreed > 0.94
    assert result.vague.agreed < 0.75
    assert result.sharp.kappa > result.vague.kappa + 0.3


def test_short_waits_show_the_paradox():
    usual = judge(Judging(50, 20, 40), Random(2)).sharp
    short = judge(Judging(50, 20, 6), Random(2)).sharp
    assert short.agreed == pytest.approx(usual.agreed, abs=0.03)
    assert short.kappa < usual.kappa - 0.3
    assert "kappa's paradox" in short.describe()
    told = judge(Judging(50, 20, 6), Random(2)).describe()
    assert told.endswith(short.paradox)
    assert told.count("paradox") == 1


@given(st.integers(2, 9), st.integers(1, 9), st.floats(1, 1000), st.integers() | st.text())
def test_all_settings_give_a_whole_result(batches, batch, mean_wait, seed):
    judging = Judging(batches, batch, mean_wait)
    result = judge(judging, Random(seed))
    assert judge(judging, Random(seed)) == result
    assert len(result.records) == batches * batch == len(result.record_table)
    assert result.table["alike, vague"].sum() == result.vague.alike
    assert 0 < len(result.describe()) <= 600
    assert len(result.report()) == 4
    for measure, both in zip(result.measures, (result.vague, result.sharp), strict=True):
        assert measure.simulated
        assert measure.values.mean() == pytest.approx(100 * both.agreed)


def test_the_batches_can_be_saved_and_read_back(tmp_path):
    result = judge(Judging(), Random(1))
    result.table.to_csv(tmp_path / "alike.csv", index=False)
    for name, measure in zip(("alike, vague", "alike, sharp"), result.measures, strict=True):
        read = Measure.from_file(
            tmp_path / "alike.csv", name, denominator="records", data="proportions", unit="%"
        )
        assert read.values.tolist() == pytest.approx(measure.values.tolist())


# What can't be


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Definition("", (1, 2)), "Use 1 to 200 characters"),
        (lambda: Definition("?", (1,)), "Give two, such as (30, 30)"),
        (lambda: Definition("?", (1, -2)), "The limit of a rater is -2"),
        (lambda: Definition("?", (1, 2), math.nan), "The waver is nan"),
        (lambda: Definition("?", (1, 2), 1, 0.6), "The slip is 0.6"),
        (lambda: Judging(1), "batches is 1"),
        (lambda: Judging(batch=0), "batch is 0"),
        (lambda: Judging(500, 21), "more than 5,000 records"),
        (lambda: Judging(mean_wait=0), "The mean_wait is 0"),
        (lambda: Judging(vague="?"), "vague is no Definition"),
    ],
)
def test_what_cannot_be_says_what_can(make, says):
    with pytest.raises(RatersInvalid) as caught:
        make()
    assert says in str(caught.value)
    assert isinstance(caught.value, QIToolsError)


def test_nothing_changes_afterwards():
    with pytest.raises(FrozenInstanceError):
        VAGUE.slip = 0
