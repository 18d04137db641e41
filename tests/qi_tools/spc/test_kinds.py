import re

import pytest

from qi_tools import ANHOEJ, NELSON, PERLA, Measure, RuleSet, control_chart, run_chart
from qi_tools.errors import ChartImpossible
from qi_tools.spc.kinds import KINDS, kind_called
from qi_tools.spc.rules import BeyondLimits
from tests.qi_tools.spc.by_hand import GROUPS, OVER

plain = Measure.from_columns([5, 7, 4, 8], name="Wait")
over = Measure.from_columns([5, 7, 4, 8], name="Falls", denominators=[50] * 4)
grouped = Measure.from_subgroups([5, 7, 4, 8], [1, 1, 2, 2], name="Turnaround")

REFUSED_OVER = {"c", "g", "t"}


def test_every_kind_stands_under_its_own_name():
    assert [kind.name for kind in KINDS.values()] == list(KINDS)
    assert len({kind.title for kind in KINDS.values()}) == len(KINDS)
    with pytest.raises(TypeError):
        KINDS["p"] = KINDS["u"]


@pytest.mark.parametrize("name", ["p'", "p′", "p’"])
def test_a_prime_is_a_prime_however_it_is_typed(name):
    assert kind_called(name) is KINDS["p'"]


@pytest.mark.parametrize("name", ["x", "", "P", None, 7, ["i"], {"i"}, True])
def test_a_kind_that_is_not_there_is_refused_with_those_that_are(name):
    with pytest.raises(ChartImpossible, match=r"There is no .* chart. Use one of run, i, ") as told:
        control_chart(plain, name)
    assert all(kind in str(told.value) for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_what_each_kind_needs(kind):
    """Each kind takes exactly the measures that it can be made of, and says what else it needs."""
    takes = {
        "plain": kind not in GROUPS | (OVER - {"i'"}),
        "over": kind not in GROUPS | REFUSED_OVER,
        "grouped": kind not in OVER - {"i'"},
    }
    for name, measure in (("plain", plain), ("over", over), ("grouped", grouped)):
        if takes[name]:
            assert control_chart(measure, kind).kind is KINDS[kind]
            continue
        with pytest.raises(ChartImpossible) as told:
            control_chart(measure, kind)
        assert re.match(rf"An? {re.escape(KINDS[kind].title)} (needs|has no)", str(told.value))
        assert re.search(r"(Use|use) the|Make the measure with|make a measure", str(told.value))


@pytest.mark.parametrize(
    ("kind", "values", "denominators", "message"),
    [
        ("c", [5, -1, 4], None, "below 0.*Mend them.*: point 2."),
        ("g", [5, -1, -4], None, "below 0.*: point 2, point 3."),
        ("t", [5, 0, 4], None, "0 or less.*hours, not days.*: point 2."),
        ("t", [-1] * 7, None, "point 1, point 2, point 3 and 4 more."),
        ("p", [5, 7], [9, 6], 'above the denominator.*"u" chart: point 2.'),
        ("p'", [5, 7], [9, 6], "above the denominator"),
        ("np", [5, 7], [9, 6], "above the denominator"),
    ],
)
def test_values_that_a_kind_can_not_have(kind, values, denominators, message):
    measure = Measure.from_columns(values, name="Wait", denominators=denominators)
    with pytest.raises(ChartImpossible, match=message):
        control_chart(measure, kind)


def test_points_at_fault_are_named_by_their_dates():
    measure = Measure.from_columns([5, 0], ["2025-01", "2025-02"], name="Days between")
    with pytest.raises(ChartImpossible, match=": February 2025"):
        control_chart(measure, "t")


def test_a_rate_may_be_above_one():
    measure = Measure.from_columns([5, 17], name="Falls", denominators=[9, 6], data="rates")
    for kind in ("u", "u'", "i'"):
        assert control_chart(measure, kind).values[1] == pytest.approx(17 / 6)


@pytest.mark.parametrize(
    ("kind", "measure", "centre"),
    [
        ("p", over, 1.5),
        ("p", over, -0.1),
        ("p'", over, 101),
        ("np", over, 7),  # a share
        ("u", over, -1),
        ("u'", over, -1),
        ("c", plain, -1),
        ("g", plain, -1),
        ("t", plain, -1),
    ],
)
def test_a_centre_that_values_can_not_have_is_refused(kind, measure, centre):
    with pytest.raises(ChartImpossible, match=r"can't have this centre.*below 0.*Give it"):
        control_chart(measure, kind, centre=centre)


@pytest.mark.parametrize(("kind", "measure"), [("mr", plain), ("s", grouped), ("r", grouped)])
def test_a_centre_that_would_not_be_used_is_refused(kind, measure):
    with pytest.raises(ChartImpossible, match=r"from the values alone. Leave the centre out"):
        control_chart(measure, kind, centre=3)


@pytest.mark.parametrize("centre", ["5", True, float("nan"), float("inf"), 10**400, [5], 5j])
def test_a_centre_that_is_no_number_is_refused(centre):
    with pytest.raises(ChartImpossible, match=r"The centre is .*Use a number"):
        control_chart(plain, "i", centre=centre)


def test_rules_without_a_meaning_are_left_out_and_a_set_of_none_but_these_is_refused():
    ranges = control_chart(plain, "mr", rules=NELSON)
    assert [rule.name for rule, _ in ranges.analysis.found] == ["beyond the limits"]
    assert "beyond the limits" not in [rule.name for rule, _ in run_chart(plain).analysis.found]
    with pytest.raises(ChartImpossible, match=r"No rule of the set Perla .*MR chart. Use another"):
        control_chart(plain, "mr", rules=PERLA)
    with pytest.raises(ChartImpossible, match="Run chart"):
        run_chart(plain, rules=RuleSet("Ours", (BeyondLimits(),)))
    with pytest.raises(ChartImpossible, match="Use a set, such as"):
        control_chart(plain, "i", rules="nelson")
    assert control_chart(plain, "i").rules is ANHOEJ
