from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from qi_tools import (
    ANHOEJ,
    MAKING_DATA_COUNT,
    Measure,
    RuleSet,
    control_chart,
    suggest_rephase,
)
from qi_tools.errors import ChartImpossible, RulesInvalid
from qi_tools.spc.rules import BeyondLimits

nan = float("nan")
SETS = [(ANHOEJ, "run"), (ANHOEJ, "i"), (MAKING_DATA_COUNT, "i")]
# Fourteen months about 10, then fourteen about 6; no drift in either.
SHIFTED = [
    10, 11, 9, 10.5, 9.5, 10, 11, 9, 10, 10.5, 9.5, 11, 9, 10,
    6, 7, 5, 6.5, 5.5, 6, 7, 5, 6, 6.5, 5.5, 7, 5, 6,
]  # fmt: skip


def months(n):
    return (np.datetime64("2023-01") + np.arange(n)).astype("datetime64[D]")


def measure_of(values, better="lower"):
    values = np.asarray(values, dtype=float)
    return Measure(values, months(values.size), "Falls", better=better)


def condition(found, name):
    (each,) = [each for each in found.conditions if each.name == name]
    return each.holds


# ---- how often, and how near


@pytest.mark.parametrize(("rules", "kind"), SETS)
@pytest.mark.parametrize("n", [24, 36])
def test_stable_measures_rarely_get_a_suggestion(rules, kind, n):
    rng = np.random.default_rng(1)
    found = sum(
        suggest_rephase(measure_of(rng.standard_normal(n)), rules=rules, kind=kind) is not None
        for _ in range(200)
    )
    assert found <= 6


@pytest.mark.parametrize(("rules", "kind"), SETS)
@pytest.mark.parametrize(("n", "least"), [(24, 0.5), (36, 0.7)])
def test_a_shift_of_two_sigmas_is_usually_found_where_it_began(rules, kind, n, least):
    rng = np.random.default_rng(2)
    off = []
    for _ in range(150):
        values = rng.standard_normal(n) - 2 * (np.arange(n) >= n // 2)
        found = suggest_rephase(measure_of(values), rules=rules, kind=kind)
        if found is not None:
            off.append(found.point - n // 2)
    assert len(off) > least * 150
    assert np.mean(np.abs(off) <= 2) > 0.85
    assert np.mean(np.array(off) == 0) > 0.5


# ---- what it says


def test_a_shift_with_everything_known():
    measure = measure_of(SHIFTED)
    found = suggest_rephase(measure, cause='The "low" beds', expected_to_last=True)
    assert (found.point, found.label, found.before, found.after) == (14, "March 2024", 10, 6)
    assert [each.holds for each in found.conditions] == [True, True, True, True]
    assert found.ready
    assert found.advice.startswith("All four conditions hold. If the team agrees, begin")
    assert found.warnings == ()
    with pytest.raises(FrozenInstanceError):
        found.point = 0


def test_the_code_does_what_it_says():
    measure = measure_of(SHIFTED)
    found = suggest_rephase(measure, cause='The "low" beds')
    assert found.code == 'measure.rephase("2024-03", "The \\"low\\" beds")'
    phase = eval(found.code, {"measure": measure}).phases[-1]
    assert (phase.first, phase.reason) == (14, 'The "low" beds')
    assert len(measure.phases) == 1  # nothing was done


@pytest.mark.parametrize(
    ("dates", "code"),
    [
        (None, 'measure.rephase(15, "Say what changed")'),
        (
            np.datetime64("2024-01-03") + 7 * np.arange(28),
            'measure.rephase("2024-04-10", "Say what changed")',
        ),
    ],
)
def test_the_code_names_points_as_the_measure_does(dates, code):
    measure = Measure(np.array(SHIFTED), dates, "Falls")
    found = suggest_rephase(measure)
    assert found.code == code
    assert eval(code, {"measure": measure}).phases[-1].first == 14


def test_only_people_know_the_cause_and_the_future():
    found = suggest_rephase(measure_of(SHIFTED))
    assert [each.holds for each in found.conditions] == [True, None, True, None]
    assert not found.ready
    assert found.advice == (
        "Not yet. Ask what changed around March 2024. Ask those who know the process whether it "
        "will last. Then look again."
    )
    assert "- Cause known? Not known. No one has said what changed" in found.describe()


@pytest.mark.parametrize(
    ("noted", "known"), [(11, None), (12, True), (15, True), (16, True), (17, None)]
)
def test_a_note_near_the_start_is_a_cause(noted, known):
    found = suggest_rephase(measure_of(SHIFTED).annotate(months(28)[noted - 1], "Huddles began"))
    assert condition(found, "cause known") is known
    assert ("Huddles began" in found.code) is (known is True)


def test_the_nearest_note_counts_and_what_is_said_counts_more():
    measure = measure_of(SHIFTED).annotate("2023-12", "Snow").annotate("2024-02", "New beds")
    assert "New beds" in suggest_rephase(measure).code
    assert "Night staff" in suggest_rephase(measure, cause="Night staff").code


def test_a_change_for_the_worse_gets_no_new_phase():
    found = suggest_rephase(
        measure_of(SHIFTED, better="higher"), cause="Fewer staff", expected_to_last=True
    )
    assert condition(found, "desired direction") is False
    assert found.advice.startswith("Don't begin a new phase: a new centre line would make worse")


def test_without_a_better_direction():
    found = suggest_rephase(measure_of(SHIFTED, better="neither"), expected_to_last=True)
    assert condition(found, "desired direction") is None
    assert "Say which way is better." in found.advice


def test_what_is_expected_to_pass():
    found = suggest_rephase(measure_of(SHIFTED), cause="A mild winter", expected_to_last=False)
    assert condition(found, "expected to last") is False
    assert "keep the old centre line" in found.advice


def test_sustained_is_read_from_the_points():
    young = suggest_rephase(measure_of(SHIFTED[:21]), kind="i", rules=MAKING_DATA_COUNT)
    assert condition(young, "sustained") is None
    assert "There are only 7 points since then; wait for 8." in young.describe()
    assert condition(suggest_rephase(measure_of(SHIFTED[:22])), "sustained") is True
    drifting = [*SHIFTED[:14], 8, 6.5, 7.5, 6, 7, 5.5, 6.5, 5, 6, 4.5, 5.5, 4]
    found = suggest_rephase(measure_of(drifting))
    assert condition(found, "sustained") is False
    assert "points since then still drift" in found.describe()
    assert "Don't begin a new phase yet" in found.advice


def test_a_shift_that_went_back_is_not_sustained():
    there_and_back = SHIFTED[:14] + [5.9, 6.1] * 7 + [9.9, 10.1] * 3
    found = suggest_rephase(measure_of(there_and_back))
    assert condition(found, "sustained") is False
    assert "have not settled" in found.describe()


# ---- where it looks


def test_only_the_latest_phase_counts():
    shifted = measure_of(SHIFTED + [6, 5, 7, 6.5, 5.5, 6] * 3)
    assert suggest_rephase(shifted).point == 14
    assert suggest_rephase(shifted.rephase("2024-03", "New beds")) is None


def test_a_frozen_baseline_is_left_as_it_is():
    values = [10, 9] * 6 + [5, 4] * 8
    assert suggest_rephase(measure_of(values)).point == 12
    assert suggest_rephase(measure_of(values).freeze("2023-12")).point == 12
    assert suggest_rephase(measure_of(values).freeze("2024-02")).point == 14
    assert suggest_rephase(measure_of(values).freeze("2025-01")) is None  # too few are left


def test_missing_and_excluded_points_are_passed_over():
    values = SHIFTED.copy()
    values[3], values[20] = nan, 99.0
    found = suggest_rephase(measure_of(values).exclude(months(28)[20], "A strike"))
    assert (found.point, found.before, found.after) == (14, 10, 6)


def test_a_wild_value_does_not_draw_the_start():
    values = SHIFTED.copy()
    values[4] = 500.0
    assert suggest_rephase(measure_of(values)).point == 14


def test_counts_over_denominators():
    events = [
        20,
        18,
        22,
        19,
        21,
        20,
        18,
        22,
        19,
        21,
        20,
        18,
        8,
        10,
        9,
        7,
        11,
        8,
        10,
        9,
        7,
        11,
        8,
        9,
    ]
    measure = Measure.from_columns(
        events, months(24), denominators=[100] * 24, unit="%", name="DNA", better="lower"
    )
    found = suggest_rephase(measure, kind="p")
    split = control_chart(measure.rephase("2024-01", "Texts"), "p")
    assert found.point == 12
    assert (found.before, found.after) == tuple(phase.centre for phase in split.phases)


@pytest.mark.parametrize("values", [[5.0] * 30, [5, 7] * 15, SHIFTED[9:20], [5.0] * 14 + [9.0] * 3])
def test_nothing_to_suggest(values):
    assert suggest_rephase(measure_of(values)) is None


def test_a_season_is_told_of():
    wave = 10 + 5 * np.sin(2 * np.pi * np.arange(48) / 12 + 0.3)
    # The summer months of each year, seen by way of a shift on top of it.
    found = suggest_rephase(measure_of(wave - 9 * (np.arange(48) >= 24)))
    assert found.warnings[0].startswith("The values follow the month of the year")
    assert found.warnings[0] in found.describe()


def test_what_can_not_be():
    measure = measure_of(SHIFTED)
    with pytest.raises(RulesInvalid, match="The set Limits has no rule for a sustained shift"):
        suggest_rephase(measure, rules=RuleSet("Limits", (BeyondLimits(),)))
    with pytest.raises(ChartImpossible, match="needs the denominators"):
        suggest_rephase(measure, kind="p")
