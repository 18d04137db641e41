import math
from random import Random
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.experiments.factorial.designs import Factor, FactorialDesign, sign_of
from qi_tools.experiments.factorial.effects import effects, lenth_standard_error
from qi_tools.experiments.factorial.filled_sheets import filled
from qi_tools.experiments.factorial.run_sheets import random_order
from tests.qi_tools.experiments.factorial.examples import (
    DESIGNS,
    FILTRATION,
    FRACTIONS,
    PLANT,
    PLANT_TWICE,
    REACTOR,
    design_of,
    done_with,
)


def analysed(design, responses):
    return effects(done_with(design, responses))


def values(result):
    return {effect.word: effect.value for effect in result.effects}


def verdicts(result, verdict):
    return {effect.word for effect in result.effects if effect.verdict == verdict}


def test_the_pilot_plant_has_its_published_effects():
    result = analysed(design_of(3), PLANT)
    assert values(result) == {
        "A": 23, "B": -5, "C": 1.5, "AB": 1.5, "AC": 10, "BC": 0, "ABC": 0.5
    }  # fmt: skip


def test_the_duplicate_runs_of_the_pilot_plant_give_its_published_standard_error():
    result = analysed(design_of(3, repeats=2), PLANT_TWICE)
    assert values(result) == values(analysed(design_of(3), PLANT))
    assert result.standard_error == pytest.approx(math.sqrt(2))  # pooled variance 8
    assert result.freedom == 8
    assert result.margin == pytest.approx(2.306 * math.sqrt(2), rel=1e-4)
    assert verdicts(result, "stands out") == {"A", "AC"}
    assert verdicts(result, "may stand out") == {"B"}


def test_the_reactor_has_its_published_effects_and_its_half_fraction_too():
    whole = analysed(design_of(5), REACTOR)
    assert verdicts(whole, "stands out") == {"B", "D", "E", "BD", "DE"}
    large = {word: values(whole)[word] for word in ("B", "D", "E", "BD", "DE")}
    assert large == {"B": 19.5, "D": 10.75, "E": -6.25, "BD": 13.25, "DE": -11}
    half = design_of(5, ("E=ABCD",))
    corners = design_of(5).corners
    kept = analysed(half, [REACTOR[corners.index(corner)] for corner in half.corners])
    assert {word: values(kept)[word] for word in large} == {
        "B": 20.5, "D": 12.25, "E": -6.25, "BD": 10.75, "DE": -9.5
    }  # fmt: skip
    assert {effect.word for effect in kept.largest_first[:5]} == set(large)


def test_the_filtration_rates_have_their_published_margins():
    result = analysed(design_of(4), FILTRATION)
    assert result.standard_error == 2.625
    assert result.margin == pytest.approx(6.748, abs=0.001)
    assert result.simultaneous_margin == pytest.approx(13.699, abs=0.001)
    assert verdicts(result, "stands out") == {"A", "D", "AC", "AD"}
    assert verdicts(result, "may stand out") == {"C"}


@settings(max_examples=50, deadline=None)
@given(st.data(), st.sampled_from(DESIGNS), st.integers(1, 3), st.integers())
def test_effects_are_recovered_exactly_without_noise(data, design, repeats, seed):
    design = FactorialDesign(design.factors, design.generators, repeats)
    wanted = {word: data.draw(st.integers(-100, 100)) for word in design.words}
    sheet = random_order(design, Random(seed))
    responses = [
        7 + sum(size / 2 * sign_of(word, run.signs) for word, size in wanted.items())
        for run in sheet.runs
    ]
    result = effects(filled(sheet, responses, name="taste"))
    assert values(result) == pytest.approx(wanted, abs=1e-9)
    if repeats > 1:
        assert {effect.verdict for effect in result.effects} <= {"not judged", "stands out"}


@pytest.mark.parametrize("design", FRACTIONS, ids=lambda design: str(design.generators))
def test_a_fraction_gives_an_effect_and_its_aliases_together(design):
    for alias in design.aliases("A"):
        turned, word = (-1, alias[1:]) if alias.startswith("-") else (1, alias)
        result = analysed(design, [3 * sign_of(word, corner) for corner in design.corners])
        assert values(result)["A"] == 6 * turned
        assert sum(map(abs, values(result).values())) == 6


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=8, max_size=8), st.floats(-1e3, 1e3))
def test_a_constant_added_to_all_changes_no_effect(responses, constant):
    moved = analysed(design_of(3), [response + constant for response in responses])
    assert values(moved) == pytest.approx(values(analysed(design_of(3), responses)), abs=1e-5)


def test_the_pseudo_standard_error_sets_large_effects_aside():
    assert lenth_standard_error([23, -5, 1.5, 1.5, 10, 0, 0.5]) == 2.25
    assert lenth_standard_error([1, -1, 1, -1, 1, 500, -900]) == 1.5


@pytest.mark.parametrize(("count", "repeats"), [(3, 1), (4, 1), (3, 2)])
def test_pure_chance_rarely_stands_out(count, repeats):
    design, random, trials = design_of(count, repeats=repeats), Random(7), 300
    single = anywhere = 0
    for _ in range(trials):
        result = analysed(design, [random.gauss(50, 10) for _ in range(2**count * repeats)])
        single += sum(abs(effect.value) > result.margin for effect in result.effects)
        anywhere += bool(verdicts(result, "stands out"))
    effects = 2**count - 1
    assert 0.01 < single / (trials * effects) < 0.06
    assert 0.005 < anywhere / trials < 0.07


def test_repeats_give_a_standard_error_that_is_right():
    design, random = design_of(2, repeats=3), Random(3)
    results = [analysed(design, [random.gauss(0, 6) for _ in range(12)]) for _ in range(500)]
    scatter = math.sqrt(fmean(result.effects[0].value ** 2 for result in results))
    assert scatter == pytest.approx(6 * 2 / math.sqrt(12), rel=0.1)
    mean_square = fmean(result.standard_error**2 for result in results)
    assert math.sqrt(mean_square) == pytest.approx(6 * 2 / math.sqrt(12), rel=0.04)


@pytest.mark.parametrize(
    ("design", "responses", "why"),
    [
        (design_of(2), [1, 5, 2, 9], "3 effects without repeats are too few"),
        (design_of(3), [1, 2] * 4, "Half of the effects or more are exactly 0"),
        (design_of(2, repeats=2), [1, 2, 3, 9] * 2, "All repeats came out the same"),
        (design_of(3), [0.1] * 8, "Half of the effects or more are exactly 0"),
    ],
)
def test_without_a_yardstick_nothing_is_judged_and_the_reason_is_said(design, responses, why):
    result = analysed(design, responses)
    assert math.isnan(result.standard_error)
    assert {effect.verdict for effect in result.effects} == {"not judged"}
    assert result.warnings[0].startswith(why)
    assert "can't be told from these runs" in result.describe()
    assert any("no yardstick" in paragraph for paragraph in result.report())


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(DESIGNS), st.integers(1, 3), st.integers(), st.text("wait é%", max_size=150))
def test_words_stay_short_whatever_is_measured(design, repeats, seed, name):
    design = FactorialDesign(
        tuple(
            Factor(f"{factor.name} " + "x" * 24, "n" * 30, "y" * 30) for factor in design.factors
        ),
        design.generators,
        repeats,
    )
    random = Random(seed)
    responses = [random.random() for _ in range(len(design.corners) * repeats)]
    result = effects(
        filled(random_order(design, random), responses, name=f"time {name}", unit=name)
    )
    assert 0 < len(result.describe()) <= 600
    assert all(result.report())


def test_a_main_effect_in_a_fraction_is_never_told_without_its_rivals():
    result = analysed(design_of(5, ("D=AB", "E=AC")), [1, 9, 2, 8, 1, 9, 3, 7])
    report = " ".join(result.report())
    assert "tea can't be told from milk × plate, cake × spoon or" in report
    assert "mixed up with others" in result.describe()
    assert any("main effects can't be told" in warning for warning in result.warnings)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=16, max_size=16), st.integers())
def test_the_order_of_the_runs_changes_no_effect(responses, seed):
    design = design_of(3, repeats=2)
    result, sheet = analysed(design, responses), random_order(design, Random(seed))
    again = effects(filled(sheet, [responses[place] for place in sheet.order], name="taste"))
    assert values(again) == pytest.approx(values(result), abs=1e-6)
    assert again.standard_error == pytest.approx(result.standard_error, nan_ok=True)


def test_the_table_holds_the_largest_first():
    table = analysed(design_of(3), PLANT).table
    assert table["value"].abs().is_monotonic_decreasing
    assert table["effect"][0] == "tea"


def test_the_effect_of_factors_is_found_under_its_alias():
    design = design_of(4, ("D=ABC",))
    result = analysed(design, [3, 1, 4, 1, 5, 9, 2, 6])
    cake, plate = design.factors[2:]
    assert result.of((plate, cake)).word == "AB"
