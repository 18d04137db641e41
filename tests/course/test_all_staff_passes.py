"""Who passes the assessment for all staff: simulated learners, and the chance of a guesser."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from course.bank import Bank
from course.paper import Drawn, draw
from course.syllabus import Assessment, load_syllabus
from tests.course.all_staff_key import CHARTS, CHECK, SLOTS, Choice, Key, read_bank, read_key
from tests.course.assessment_source import fraction, learner, passes

PSEUDONYM = "0123456789abcdef"

Chooser = Callable[[Drawn], Choice | None]


@pytest.fixture(scope="module")
def bank() -> Bank:
    return read_bank()


@pytest.fixture(scope="module")
def key() -> Key:
    return read_key()


@pytest.fixture(scope="module")
def plan() -> Assessment:
    return load_syllabus().assessment(CHECK)


def right_slots(
    bank: Bank, key: Key, pseudonym: str, attempt: int, choose: Chooser
) -> frozenset[str]:
    drawn = draw(bank, pseudonym, "1", attempt)
    return frozenset(each.slot.id for each in drawn if choose(each) == key[each.item.id][0])


def guess(each: Drawn, number: int) -> Choice:
    """Guess blindly, but use no option twice in the rows of one question."""
    if not each.rows:
        return each.order[int(len(each.order) * fraction("guess", number, each.item.id))]
    shuffled = sorted(each.order, key=lambda option: fraction(number, each.item.id, option))
    chosen = dict(zip(each.rows, shuffled, strict=False))
    return tuple(f"{row}={chosen[row]}" for row in sorted(chosen))


def share_that_passes(
    bank: Bank, key: Key, plan: Assessment, words: float, charts: float, learners: int = 400
) -> float:
    """Return the share that passes of learners who know each answer with a chance or else guess."""
    passed = 0
    for number in range(learners):

        def choose(each: Drawn, number: int = number) -> Choice:
            knows = charts if each.slot.id in CHARTS else words
            if fraction("knows", number, each.item.id) < knows:
                return key[each.item.id][0]
            return guess(each, number)

        passed += passes(plan, right_slots(bank, key, learner(number), 1, choose))
    return passed / learners


def test_all_right_passes_and_blank_does_not(bank: Bank, key: Key, plan: Assessment) -> None:
    for attempt in range(1, 6):
        right = right_slots(bank, key, PSEUDONYM, attempt, lambda each: key[each.item.id][0])
        assert right == set(SLOTS)
        assert right_slots(bank, key, PSEUDONYM, attempt, lambda each: None) == set()
    assert passes(plan, SLOTS)
    assert not passes(plan, [])


def test_the_strong_pass_and_the_weak_do_not(bank: Bank, key: Key, plan: Assessment) -> None:
    assert share_that_passes(bank, key, plan, words=0.95, charts=0.95) > 0.9
    assert share_that_passes(bank, key, plan, words=0.6, charts=0.6) < 0.2
    assert share_that_passes(bank, key, plan, words=0.4, charts=0.4) < 0.02
    assert share_that_passes(bank, key, plan, words=0, charts=0) == 0


def test_words_do_not_make_up_for_charts_nor_charts_for_words(
    bank: Bank, key: Key, plan: Assessment
) -> None:
    words, charts = [slot for slot in SLOTS if slot not in CHARTS], CHARTS
    assert passes(plan, [*words, *charts[:4]])
    assert not passes(plan, [*words, *charts[:3]])  # 18 of 20
    assert passes(plan, [*words[:11], *charts])
    assert not passes(plan, [*words[:10], *charts])
    assert share_that_passes(bank, key, plan, words=1, charts=0) < 0.04
    assert share_that_passes(bank, key, plan, words=0, charts=1) < 0.01


def test_a_fixed_habit_does_not_pass(bank: Bank, key: Key, plan: Assessment) -> None:
    """Always the first option, the last, the longest, or the letter a: none gets near a pass."""

    def habit(pick: Callable[[Drawn], str]) -> Chooser:
        def choose(each: Drawn) -> Choice:
            if not each.rows:
                return pick(each)
            # In the rows: as they come, the first row the first option.
            return tuple(
                sorted(f"{row}={id}" for row, id in zip(each.rows, each.order, strict=False))
            )

        return choose

    habits = {
        "first": habit(lambda each: each.order[0]),
        "last": habit(lambda each: each.order[-1]),
        "a": habit(lambda each: "a"),
        "longest": habit(lambda each: max(each.order, key=lambda id: len(each.item.options[id]))),
        "shortest": habit(lambda each: min(each.order, key=lambda id: len(each.item.options[id]))),
    }
    for name, choose in habits.items():
        rights = [right_slots(bank, key, learner(n), 1, choose) for n in range(300)]
        assert sum(map(len, rights)) / len(rights) < 7, name
        assert not any(passes(plan, right) for right in rights), name


def chances(hits: Sequence[float]) -> list[float]:
    """Return the chance of 0, 1, 2 … hits, each with its own chance (Poisson binomial)."""
    right = [1.0]
    for hit in hits:
        right = [
            (right[k] * (1 - hit) if k < len(right) else 0) + (right[k - 1] * hit if k else 0)
            for k in range(len(right) + 1)
        ]
    return right


def guessers_chance(hit: dict[str, float], plan: Assessment) -> float:
    """Return the chance to pass of who is right in each slot with a chance, hurdle and all."""
    (hurdle,) = plan.hurdles
    charts = chances([hit[slot] for slot in hurdle.slots])
    others = chances([hit[slot] for slot in hit if slot not in hurdle.slots])
    return sum(
        chart * other
        for right, chart in enumerate(charts)
        for also, other in enumerate(others)
        if right >= hurdle.least and right + also >= plan.slots_to_pass
    )


def test_the_chance_of_a_pass_is_reckoned_rightly(plan: Assessment) -> None:
    sure = dict.fromkeys(SLOTS, 1.0)
    assert guessers_chance(sure, plan) == 1
    assert guessers_chance(sure | {"q10": 0.0, "q11": 0.5}, plan) == pytest.approx(0.5)
    assert guessers_chance(sure | dict.fromkeys(SLOTS[:5], 0.0), plan) == 0
    assert chances([0.5, 0.5]) == [0.25, 0.5, 0.25]


def test_a_blind_guesser_hardly_ever_passes(bank: Bank, plan: Assessment) -> None:
    # In rows the best blind way is to use each option once; we let the guesser know which four.
    hit = {
        slot.id: max(1 / 24 if item.rows else 1 / len(item.options) for item in slot.items)
        for slot in bank.slots
    }
    assert hit["q9"] == hit["q18"] == 1 / 24
    once = guessers_chance(hit, plan)
    assert once < 1 / 10_000_000
    assert 1 - (1 - once) ** 3 < 1 / 1000
    # Nor does one who can rule out one option in each question, and one row of four.
    shrewd = {slot: 1 / 6 if chance == 1 / 24 else 1 / 3 for slot, chance in hit.items()}
    assert 1 - (1 - guessers_chance(shrewd, plan)) ** 3 < 1 / 1000
