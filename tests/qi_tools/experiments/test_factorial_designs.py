import math
from dataclasses import FrozenInstanceError
from functools import partial
from itertools import combinations
from random import Random
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools import Measure
from qi_tools.errors import QIToolsError
from qi_tools.experiments.coin_spin import SPREAD, SpinInvalid
from qi_tools.experiments.factorial_designs import (
    GENERATORS,
    DesignInvalid,
    Factor,
    FactorialDesign,
    RunSheet,
    analyse,
    coin_spin_design,
    lenth_standard_error,
    spin_coins,
)

NAMES = ("tea", "milk", "cake", "plate", "spoon")
# Box, Hunter & Hunter: the pilot plant, means and duplicate runs in standard order.
PLANT = [60, 72, 54, 68, 52, 83, 45, 80]
PLANT_TWICE = [59, 74, 50, 69, 50, 81, 46, 79, 61, 70, 58, 67, 54, 85, 44, 81]
# Box, Hunter & Hunter: the reactor, five factors in standard order.
REACTOR = [61, 53, 63, 61, 53, 56, 54, 61, 69, 61, 94, 93, 66, 60, 95, 98]
REACTOR += [56, 63, 70, 65, 59, 55, 67, 65, 44, 45, 78, 77, 49, 42, 81, 82]
# Montgomery's filtration rates, four factors in standard order.
FILTRATION = [45, 71, 48, 65, 68, 60, 80, 65, 43, 100, 45, 104, 75, 86, 70, 96]


def design_of(count, generators=(), repeats=1):
    return FactorialDesign(
        tuple(Factor(name, "no", "yes") for name in NAMES[:count]), generators, repeats
    )


def analysed(design, responses, **more):
    return analyse(design.standard_sheet(), responses, name="taste", **more)


def values(result):
    return {effect.word: effect.value for effect in result.effects}


def verdicts(result, verdict):
    return {effect.word for effect in result.effects if effect.verdict == verdict}


FRACTIONS = [design_of(count, generators) for (count, _), generators in GENERATORS.items()] + [
    design_of(5, ("D=-AB", "E=AC")),
    design_of(5, ("D=ABC", "E=-BC")),
    design_of(4, ("D=-ABC",)),
]
DESIGNS = [design_of(count) for count in (2, 3, 4, 5)] + FRACTIONS
any_design = st.sampled_from(DESIGNS)
seeds = st.integers()
numbers = st.floats(-1e6, 1e6)


def sign(word, corner):
    return math.prod(corner["ABCDE".index(letter)] for letter in word)


# Published examples


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


# The design


@pytest.mark.parametrize("design", DESIGNS, ids=lambda design: design.describe()[:90])
def test_columns_are_balanced_and_at_right_angles(design):
    words = design.words
    assert len(words) == len(design.corners) - 1
    for word in words:
        assert sum(sign(word, corner) for corner in design.corners) == 0
    for one, two in combinations(words, 2):
        assert sum(sign(one, c) * sign(two, c) for c in design.corners) == 0


def test_standard_order_changes_the_first_factor_fastest():
    assert design_of(2).corners == ((-1, -1), (1, -1), (-1, 1), (1, 1))
    assert design_of(5).corners[1] == (1, -1, -1, -1, -1)
    assert len(set(design_of(5).corners)) == 32


@pytest.mark.parametrize("design", FRACTIONS, ids=lambda design: str(design.generators))
def test_an_alias_has_the_very_same_signs_and_no_other_word_has(design):
    letters = "ABCDE"[: len(design.factors)]
    every = ["".join(word) for size in range(1, 6) for word in combinations(letters, size)]
    for word in every:
        column = [sign(word, corner) for corner in design.corners]
        same = set()
        for other in every:
            if other == word:
                continue
            beside = [sign(other, corner) for corner in design.corners]
            if beside == column:
                same.add(other)
            elif beside == [-each for each in column]:
                same.add(f"-{other}")
        # A defining word is constant: of its aliases the identity has no letters.
        assert {alias for alias in design.aliases(word) if alias not in ("", "-")} == same


def test_aliases_are_the_word_times_the_defining_relation():
    design = design_of(5, ("D=AB", "E=AC"))
    assert set(design.defining_words) == {"ABD", "ACE", "BCDE"}  # codespell:ignore abd
    assert design.resolution == 3
    assert design.aliases("A") == ("BD", "CE", "ABCDE")
    assert design.aliases("BC") == ("DE", "ABE", "ACD")
    assert design_of(5, ("E=ABCD",)).resolution == 5
    assert design_of(4, ("D=-ABC",)).aliases("AB") == ("-CD",)
    assert design_of(3).aliases("AB") == ()
    assert design_of(3).resolution is None


@pytest.mark.parametrize("design", FRACTIONS, ids=lambda design: str(design.generators))
def test_the_words_on_generators_are_true_of_every_corner(design):
    for told in design.generator_words:
        name, rest = told.split(' is at "yes" where an ')
        parity, names = rest.split(" number of ")
        others = (
            names.removesuffix(" are at their second level.").replace(" and ", ", ").split(", ")
        )
        for corner in design.corners:
            high = {other for other, level in zip(NAMES, corner, strict=False) if level > 0}
            assert (name in high) == (len(high & set(others)) % 2 == (parity == "odd"))


def test_aliases_are_said_in_plain_words():
    assert design_of(3, ("C=-AB",)).alias_words == (
        "tea can't be told from milk × cake (turned round).",
        "milk can't be told from tea × cake (turned round).",
        "cake can't be told from tea × milk (turned round).",
    )
    assert design_of(3).alias_words == design_of(3).generator_words == ()


@given(any_design, st.integers(1, 4), seeds)
def test_a_random_sheet_holds_each_run_once_and_is_the_same_again(design, repeats, seed):
    design = FactorialDesign(design.factors, design.generators, repeats)
    sheet = design.random_sheet(Random(seed))
    assert design.random_sheet(Random(seed)) == sheet
    runs = {(run.corner, run.repeat) for run in sheet.runs}
    assert len(runs) == len(sheet.runs) == len(design.corners) * repeats
    for run in sheet.runs:
        signs = design.corners[run.corner - 1]
        assert run.levels == tuple("yes" if each > 0 else "no" for each in signs)


def test_every_run_comes_first_about_as_often():
    random, design = Random(1), design_of(2)
    firsts = [design.random_sheet(random).order[0] for _ in range(4000)]
    for run in range(4):
        assert firsts.count(run) == pytest.approx(1000, abs=4 * math.sqrt(750))


# The analysis


@given(st.data(), any_design, st.integers(1, 3), seeds)
def test_effects_are_recovered_exactly_without_noise(data, design, repeats, seed):
    design = FactorialDesign(design.factors, design.generators, repeats)
    wanted = {word: data.draw(st.integers(-100, 100)) for word in design.words}
    sheet = design.random_sheet(Random(seed))
    responses = [
        7
        + sum(
            size / 2 * sign(word, design.corners[run.corner - 1]) for word, size in wanted.items()
        )
        for run in sheet.runs
    ]
    result = analyse(sheet, responses, name="taste")
    assert values(result) == pytest.approx(wanted, abs=1e-9)
    if any(wanted.values()):
        assert sum(effect.share for effect in result.effects) == pytest.approx(100)
    assert result.noise_share == pytest.approx(0, abs=1e-9)
    if repeats > 1:
        assert {effect.verdict for effect in result.effects} <= {"not judged", "stands out"}


@pytest.mark.parametrize("design", FRACTIONS, ids=lambda design: str(design.generators))
def test_a_fraction_gives_an_effect_and_its_aliases_together(design):
    for alias in design.aliases("A"):
        turned, word = (-1, alias[1:]) if alias.startswith("-") else (1, alias)
        result = analysed(design, [3 * sign(word, corner) for corner in design.corners])
        assert values(result)["A"] == 6 * turned
        assert sum(map(abs, values(result).values())) == 6


@given(st.lists(numbers, min_size=16, max_size=16), seeds)
def test_shares_and_noise_make_the_whole_and_order_does_not_matter(responses, seed):
    design = design_of(3, repeats=2)
    result = analysed(design, responses)
    together = sum(effect.share for effect in result.effects) + result.noise_share
    assert together == pytest.approx(100, abs=0.01) or together == 0
    sheet = design.random_sheet(Random(seed))
    again = analyse(sheet, [responses[place] for place in sheet.order], name="taste")
    assert values(again) == pytest.approx(values(result), abs=1e-6)
    assert again.standard_error == pytest.approx(result.standard_error, nan_ok=True)


@given(st.lists(numbers, min_size=8, max_size=8), st.floats(-1e3, 1e3))
def test_a_constant_added_to_all_changes_no_effect(responses, constant):
    moved = analysed(design_of(3), [response + constant for response in responses])
    assert values(moved) == pytest.approx(values(analysed(design_of(3), responses)), abs=1e-5)


def test_the_pseudo_standard_error_sets_large_effects_aside():
    assert lenth_standard_error([23, -5, 1.5, 1.5, 10, 0, 0.5]) == 2.25
    assert lenth_standard_error([1, -1, 1, -1, 1, 500, -900]) == 1.5
    with pytest.raises(DesignInvalid):
        lenth_standard_error([])


@pytest.mark.parametrize(("count", "repeats"), [(3, 1), (4, 1), (3, 2)])
def test_pure_chance_rarely_stands_out(count, repeats):
    design, random, trials = design_of(count, repeats=repeats), Random(7), 1000
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
    results = [analysed(design, [random.gauss(0, 6) for _ in range(12)]) for _ in range(2000)]
    scatter = math.sqrt(fmean(result.effects[0].value ** 2 for result in results))
    assert scatter == pytest.approx(6 * 2 / math.sqrt(12), rel=0.07)
    mean_square = fmean(result.standard_error**2 for result in results)
    assert math.sqrt(mean_square) == pytest.approx(6 * 2 / math.sqrt(12), rel=0.03)


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


def test_dots_and_cube_give_what_is_drawn():
    result = analysed(design_of(3), PLANT)
    assert [dot.word for dot in result.dots] == ["B", "BC", "ABC", "C", "AB", "AC", "A"]
    assert [corner.mean for corner in result.cube()] == PLANT
    assert [corner.mean for corner in result.corners] == PLANT
    square = {corner.levels: corner.mean for corner in result.cube("cake", "tea")}
    assert square == {
        ("no", "no"): 57, ("yes", "no"): 48.5, ("no", "yes"): 70, ("yes", "yes"): 81.5
    }  # fmt: skip


def test_a_corner_that_a_fraction_leaves_out_has_no_mean():
    cube = analysed(design_of(3, ("C=AB",)), [1, 2, 3, 4]).cube()
    assert len(cube) == 8
    assert sum(math.isnan(corner.mean) for corner in cube) == 4
    assert all(bool(corner.responses) != math.isnan(corner.mean) for corner in cube)


@pytest.mark.parametrize("names", [("sugar",), ("tea", "tea"), NAMES[:4]])
def test_a_cube_that_cannot_be_says_what_can(names):
    with pytest.raises(DesignInvalid, match="Use 1 to 3 of: tea, milk, cake, plate"):
        analysed(design_of(4), FILTRATION).cube(*names)


def test_the_runs_can_be_saved_and_read_back(tmp_path):
    sheet = coin_spin_design().random_sheet(Random(2))
    result = spin_coins(sheet, Random(3))
    result.table.to_csv(tmp_path / "spins.csv", index=False)
    read = Measure.from_file(tmp_path / "spins.csv", "Spin time")
    assert read.values.tolist() == list(result.responses) == result.measure.values.tolist()
    assert result.measure.simulated
    assert list(sheet.table.columns) == [
        "run",
        "standard order",
        "repeat",
        "coin",
        "surface",
        "way",
    ]
    assert result.effect_table["value"].abs().is_monotonic_decreasing


@given(any_design, st.integers(1, 3), seeds, st.text("wait é%", max_size=150))
def test_words_stay_short_whatever_is_measured(design, repeats, seed, name):
    design = FactorialDesign(
        tuple(
            Factor(f"{factor.name} " + "x" * 24, "n" * 30, "y" * 30) for factor in design.factors
        ),
        design.generators,
        repeats,
    )
    random = Random(seed)
    result = analyse(
        design.random_sheet(random),
        [random.random() for _ in range(len(design.corners) * repeats)],
        name=f"time {name}",
        unit=name,
    )
    assert 0 < len(result.describe()) <= 600
    assert 0 < len(design.describe()) <= 600
    assert all(result.report())


def test_a_main_effect_in_a_fraction_is_never_told_without_its_rivals():
    result = analysed(design_of(5, ("D=AB", "E=AC")), [1, 9, 2, 8, 1, 9, 3, 7])
    report = " ".join(result.report())
    assert "tea can't be told from milk × plate, cake × spoon or" in report
    assert "mixed up with others" in result.describe()
    assert any("main effects can't be told" in warning for warning in result.warnings)


def test_an_interaction_sends_the_reader_to_the_corners():
    advice = "Read the means at the corners"
    assert any(advice in paragraph for paragraph in analysed(design_of(3), PLANT).report())
    alone = analysed(design_of(3), [0, 9.1, 0.2, 8.8, 0.1, 9.3, -0.1, 9])
    assert verdicts(alone, "stands out") == {"A"}
    assert not any(advice in paragraph for paragraph in alone.report())


# The coin


def test_the_coin_gives_back_its_effects_and_its_interaction():
    design = coin_spin_design(repeats=20)
    logs = []
    for seed in range(10):
        sheet = design.random_sheet(Random(seed))
        spun = spin_coins(sheet, Random(seed + 100))
        logs.append(analyse(sheet, map(math.log, spun.responses), name="log of seconds"))
    # 10 experiments of 160 spins: twice the spread by the root of their number, about 0.011.
    error = 2 * SPREAD / math.sqrt(1600)
    # In logarithms: coin 0.05, surface 0.35, way 0.25, and 0.20 where £2 meets both hands.
    wanted = {"A": 0.15, "B": 0.35, "C": 0.35, "AB": 0, "AC": 0.10, "BC": 0, "ABC": 0}
    for word, size in wanted.items():
        found = fmean(values(each)[word] for each in logs)
        assert found == pytest.approx(size, abs=3.5 * error), word
    assert fmean(each.standard_error for each in logs) == pytest.approx(
        2 * SPREAD / math.sqrt(160), rel=0.05
    )
    assert verdicts(logs[0], "stands out") >= {"A", "B", "C"}


def test_what_is_no_factor_stays_as_at_the_start():
    design = FactorialDesign((Factor("way", "pinch", "flick"), Factor("coin", "1p", "2p")))
    result = spin_coins(design.standard_sheet(), Random(1))
    assert result.simulated
    assert "simulated" in result.describe()
    assert result == spin_coins(design.standard_sheet(), Random(1))


def test_a_coin_that_is_not_known_says_so():
    with pytest.raises(DesignInvalid, match="among: coin, surface, way"):
        spin_coins(design_of(2).standard_sheet(), Random(1))
    with pytest.raises(SpinInvalid, match="Use one of"):
        spin_coins(coin_spin_design(coins=("1p", "1€")).standard_sheet(), Random(1))


# What can't be


two = (Factor("a", "0", "1"), Factor("b", "0", "1"))
five = design_of(5).factors


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Factor("", "0", "1"), "The name of a factor is ''"),
        (lambda: Factor("a", "0", 1), "The high of a factor is 1"),
        (lambda: Factor("a", "x" * 31, "1"), "Use 1 to 30 characters"),
        (lambda: Factor("a", "0", " 0 "), "Give two different levels"),
        (lambda: Factor("Run", "0", "1"), "as a column of the run sheet is"),
        (lambda: FactorialDesign(two[:1]), "There are 1 factor. Use 2 to 5"),
        (lambda: FactorialDesign((*five, two[0])), "There are 6 factors"),
        (lambda: FactorialDesign(("a", "b")), "A factor is no Factor"),
        (lambda: FactorialDesign(7), "factors is 7"),
        (lambda: FactorialDesign(two, "C=AB"), "generators is 'C=AB'"),
        (lambda: FactorialDesign((two[0], Factor("A", "0", "1"))), "same name"),
        (lambda: FactorialDesign(two, repeats=0), "repeats is 0"),
        (lambda: FactorialDesign(two, repeats=True), "repeats is True"),
        (lambda: FactorialDesign(two, ("B=A",)), "leave too few runs"),
        (lambda: design_of(3, ("C=A",)), "factors A and C would always change together"),
        (lambda: design_of(5, ("D=AB", "E=AB")), "factors D and E would always change together"),
        (lambda: design_of(3, ("C=AC",)), "The generator of factor C is 'C=AC'"),
        (lambda: design_of(3, ("C=AA",)), "each once"),
        (lambda: design_of(3, ("AB",)), 'Write "C="'),
        (lambda: design_of(3, (3,)), "The generator of factor C is 3"),
        (lambda: design_of(3).aliases("AD"), "Use letters from ABC"),
        (lambda: design_of(3).aliases(""), "The effect is ''"),
        (lambda: design_of(3).label("AA"), "each once"),
        (lambda: RunSheet(design_of(2), (0, 1, 2, 2)), "each number from 0 to 3 once"),
        (partial(analysed, design_of(2), [1, 2, 3]), "3 responses and 4 runs"),
        (partial(analysed, design_of(2), [1, None, 3, math.nan]), "no response for runs 2 and 4"),
        (partial(analysed, design_of(2), [1, "2", 3, 4]), "run 2 is '2'. Give a number"),
        (partial(analysed, design_of(2), [1, True, 3, 4]), "run 2 is True"),
        (partial(analysed, design_of(2), [1, 2, 3, math.inf]), "run 4 is infinite or too large"),
        (partial(analysed, design_of(2), [10**400, 2, 3, 4]), "run 1 is infinite or too large"),
        (partial(analysed, design_of(2), "1234"), "Give a list of numbers"),
        (lambda: analyse(two, [1], name="x"), "Make one with random_sheet"),
        (lambda: analyse(design_of(2).standard_sheet(), [1, 2, 3, 4], name="Tea"), "other words"),
        (lambda: analyse(design_of(2).standard_sheet(), [1, 2, 3, 4], name=" "), "Say what was"),
        (lambda: analyse(design_of(2).standard_sheet(), [1, 2, 3, 4], name=4), "text in quotes"),
    ],
)  # fmt: skip
def test_what_cannot_be_says_what_can(make, says):
    with pytest.raises(DesignInvalid) as caught:
        make()
    assert says in str(caught.value)
    assert isinstance(caught.value, QIToolsError)


def test_generators_are_read_as_people_write_them():
    assert design_of(4, (" d = c b a",)).generators == ("D=ABC",)


def test_nothing_changes_afterwards():
    result = analysed(design_of(3), PLANT)
    with pytest.raises(FrozenInstanceError):
        result.responses = ()
    table = result.table
    table["taste"] = 0
    assert result.table["taste"].tolist() == PLANT
