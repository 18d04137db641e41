import pytest

from qi_tools.errors import RulesInvalid
from qi_tools.spc.rule_sets import (
    ANHOEJ,
    MAKING_DATA_COUNT,
    NELSON,
    PERLA,
    WESTERN_ELECTRIC,
    RuleSet,
    making_data_count,
    perla,
)
from qi_tools.spc.rules import BeyondLimits, NearTheLimits, NumberOfRuns, Shift, Trend

EVERY_SET = (ANHOEJ, MAKING_DATA_COUNT, PERLA, WESTERN_ELECTRIC, NELSON)


@pytest.mark.parametrize("rules", EVERY_SET, ids=lambda rules: rules.name)
def test_each_set_says_what_it_is_and_where_it_is_from(rules):
    assert any(letter.isdigit() for letter in rules.source)
    assert all(rule.words in rules.words for rule in rules.rules)
    assert len(set(rules.rules)) == len(rules.rules)


def test_western_electric_and_nelson_have_all_their_rules():
    assert (len(WESTERN_ELECTRIC.rules), len(NELSON.rules)) == (4, 8)
    assert [rule.points for rule in NELSON.rules if isinstance(rule, Shift | Trend)] == [9, 6]


@pytest.mark.parametrize("points", [6, 7])
@pytest.mark.parametrize("version", ["2023", "plotthedots"])
def test_versions_of_making_data_count(points, version):
    rules = making_data_count(points, version)
    lengths = [rule.points for rule in rules.rules if isinstance(rule, Shift | Trend)]
    assert lengths == [points, points]
    (near,) = [rule for rule in rules.rules if isinstance(rule, NearTheLimits)]
    assert (near.outside == "counted") == (version == "2023")
    assert near.others == "same side"
    # Two versions never go by the same name.
    assert (rules.name == "Making Data Count") == (rules == MAKING_DATA_COUNT)


def test_perlas_tables():
    assert [rule.table for rule in PERLA.rules if isinstance(rule, NumberOfRuns)] == ["exact"]
    assert perla("printed").name == "Perla (printed table)"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: making_data_count(8), "points is 8. Making Data Count uses 6 or 7"),
        (lambda: making_data_count(7, "2019"), "two_in_three is '2019'"),
        (lambda: perla("mine"), 'Use "exact" or "printed"'),
        (lambda: RuleSet("Ours", ()), "has no rules"),
        (lambda: RuleSet(" ", (BeyondLimits(),)), "needs a name"),
    ],
)
def test_sets_that_can_not_be(make, words):
    with pytest.raises(RulesInvalid, match=words):
        make()


def test_two_sets_together():
    both = ANHOEJ + MAKING_DATA_COUNT
    assert both.name == "Anhøj and Making Data Count"
    assert len(both.rules) == len(ANHOEJ.rules) + len(MAKING_DATA_COUNT.rules) - 1
    assert both.source.startswith(ANHOEJ.source)
    assert (ANHOEJ + ANHOEJ).rules == ANHOEJ.rules
