import math
import subprocess
import sys
from collections import Counter
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools.alternatives import LONGEST
from qi_tools.errors import MeasureInvalid, QIToolsError
from qi_tools.paretos import MANY_CAUSES, OTHERS, pareto

CAUSES = st.sampled_from(["Unwell", "No letter", "Traffic", "Other", "Strike", "unwell ", "", None])
AMOUNTS = st.integers(0, 500) | st.floats(0, 1e6) | st.none()
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=200)


def tidy(cause):
    return (cause or "").strip().casefold()


# --- order and counts -----------------------------------------------------------------------------


@given(st.lists(CAUSES, min_size=1).filter(lambda rows: any(map(tidy, rows))))
def test_events_are_counted_largest_first_and_other_last(rows):
    chart = pareto(rows)
    counted = Counter(tidy(row) for row in rows if tidy(row))
    ours = {tidy(cause): count for cause, count in zip(chart.causes, chart.counts, strict=True)}
    assert ours == counted
    own = [
        count for cause, count in zip(chart.causes, chart.counts, strict=True) if cause != "Other"
    ]
    assert own == sorted(own, reverse=True)
    assert "Other" not in chart.causes[:-1]
    first = {tidy(row): place for place, row in reversed(list(enumerate(rows)))}
    for before, after in zip(chart.causes, chart.causes[1:], strict=False):
        if after != "Other" and counted[tidy(before)] == counted[tidy(after)]:
            assert first[tidy(before)] < first[tidy(after)]


@given(st.lists(st.tuples(st.sampled_from("ABCDEFGH"), AMOUNTS), min_size=1, max_size=40))
def test_amounts_are_added_up(rows):
    causes, amounts = zip(*rows, strict=True)
    known = [(cause, amount) for cause, amount in rows if amount is not None]
    if math.fsum(amount for _, amount in known) == 0:
        with pytest.raises(MeasureInvalid, match=r"All counts are 0|no causes to count"):
            pareto(causes, amounts)
        return
    chart = pareto(causes, amounts)
    for cause, count in zip(chart.causes, chart.counts, strict=True):
        assert count == pytest.approx(math.fsum(a for c, a in known if c == cause))
    assert chart.shares.sum() == pytest.approx(100)
    assert np.all(np.diff(chart.cumulative) >= 0)
    assert chart.cumulative[-1] == 100
    assert chart.cumulative == pytest.approx(np.cumsum(chart.shares))


def test_one_row_an_event_and_counts_say_the_same():
    events = pareto(["b"] * 3 + ["a"] * 9 + ["Other"] * 4)
    counts = pareto(["a", "b", "Other"], [9, 3, 4])
    assert events.causes == counts.causes == ("a", "b", "Other")
    assert events.describe() == counts.describe()
    assert events.counts.tolist() == counts.counts.tolist()


@pytest.mark.parametrize("other", [*sorted(OTHERS), "OTHER", " Other  reasons "])
def test_an_other_stays_last_whatever_its_size(other):
    chart = pareto([other, "a", "b"], [50, 2, 3])
    assert chart.causes[:2] == ("b", "a")
    assert chart.others == 1
    assert not chart.vital_few


def test_another_hospital_is_a_cause_of_its_own():
    assert pareto(["Other hospital", "a"], [5, 2]).causes == ("Other hospital", "a")


def test_spellings_are_joined_and_said():
    chart = pareto(["No bed", "no  bed", "No bed ", "NO BED", "Fire"])
    assert chart.causes == ("No bed", "Fire")
    assert chart.counts.tolist() == [4, 1]
    assert chart.warnings == (
        'Spelled in more than one way and counted as one: "No bed", "no bed" and "NO BED".',
    )


def test_missing_rows_are_counted_and_said():
    chart = pareto(["a", None, "", "b", float("nan"), pd.NA, "a"])
    assert chart.counts.tolist() == [2, 1]
    assert chart.warnings == ("4 rows of 7 name no cause and are not counted.",)
    chart = pareto(["a", None, "b"], [2, 7, None], unit="minutes")
    assert chart.causes == ("a",)
    assert chart.warnings == (
        "1 row of 3 (7 minutes) names no cause and is not counted.",
        "1 row of 3 has a cause but no count, and is left out.",
    )


def test_codes_are_names():
    assert pareto([3, 3.0, 4.5, True]).causes == ("3", "4.5", "True")
    assert pareto(pd.Series([1, None, 1])).causes == ("1",)
    assert pareto(["a"], [Decimal("1.5")]).counts.tolist() == [1.5]


# --- the vital few --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "few"),
    [
        ([80, 10, 10], 1),
        ([79, 11, 10], 0),  # two of three are no few
        ([60, 20, 10, 10], 2),
        ([40, 20, 20, 5, 5, 5, 5], 3),
        ([40, 20, 20, 10, 10], 0),  # three of five
        ([30, 20, 20, 10, *[2] * 10], 4),  # four of fourteen are no more than a third
        ([30, 20, 20, 10, *[4] * 5], 0),  # four of nine
        ([8, 2], 0),  # too few events to tell
        ([80, 20], 1),
        ([0.8, 0.2], 1),  # amounts are not tested
        ([80, 20, 0, 0, 0], 1),  # a cause that never came is not one of many
        ([70, 15, 15, 0, 0, 0], 0),
    ],
)
def test_which_causes_are_the_vital_few(counts, few):
    chart = pareto([f"cause {number}" for number in range(len(counts))], counts)
    assert chart.vital_few == tuple(f"cause {number}" for number in range(few))
    assert chart.finding.startswith("Vital few: " if few else "No vital few: ")
    assert chart.table["vital_few"].tolist() == [place < few for place in range(len(counts))]


def test_a_large_other_leaves_no_vital_few():
    chart = pareto(["a", "b", "c", "Other"], [60, 5, 5, 30])
    assert chart.needed == 0
    assert chart.vital_few == ()
    assert 'so much is under "Other"' in chart.finding
    assert chart.warnings == ()
    chart = pareto(["a", "b", "c", "Other"], [40, 5, 5, 40])
    assert chart.warnings[0].startswith('"Other" holds 44%, no less than any named cause.')


@given(st.lists(st.integers(0, 200), min_size=2, max_size=12).filter(any))
def test_the_chance_is_that_of_a_chi_square_test(counts):
    from scipy.stats import chisquare

    chart = pareto([f"cause {number}" for number in range(len(counts))], counts)
    seen = [count for count in counts if count]
    events, causes = sum(seen), len(seen)
    if causes < 2 or events < 10 or events**2 / causes < 10:
        assert math.isnan(chart.chance)
        assert chart.vital_few == ()
    else:
        assert chart.chance == pytest.approx(chisquare(seen).pvalue, abs=1e-12)
    if chart.vital_few:
        few = len(chart.vital_few)
        together = sum(sorted(counts, reverse=True)[:few])
        assert together >= 0.8 * sum(counts) > together - sorted(counts, reverse=True)[few - 1]
        assert chart.chance < 0.05


def test_equally_common_causes_have_no_vital_few():
    """Sorted bars fall even where all causes are equally common (Wilkinson 2006)."""
    random = np.random.default_rng(1)
    charts = [pareto(random.integers(0, 4, 24)) for _ in range(200)]
    assert sum(bool(chart.vital_few) for chart in charts) <= 10
    assert any("no larger than chance" in chart.finding for chart in charts)


def test_a_single_cause():
    assert pareto(["a"] * 12).finding == (
        "Only one cause is named, so there is nothing to choose from."
    )
    assert pareto(["Other"] * 12).finding == (
        "No cause is named, so there is nothing to choose from."
    )


# --- gathering ------------------------------------------------------------------------------------


def test_the_smallest_causes_are_gathered_only_when_asked():
    causes, counts = list("abcdefgh"), [50, 20, 5, 5, 5, 5, 5, 5]
    whole = pareto(causes, counts)
    assert len(whole.causes) == 8
    chart = pareto(causes, counts, most=3)
    assert chart.causes == ("a", "b", "c", "Other (5 causes)")
    assert chart.counts.tolist() == [50, 20, 5, 25]
    assert (chart.named, chart.needed, chart.chance) == (whole.named, whole.needed, whole.chance)
    assert pareto(causes, counts, most=7).causes == tuple(causes)  # one cause keeps its name
    assert pareto(causes, counts, most=20).causes == tuple(causes)
    mixed = pareto(["Other", *causes], [9, *counts], most=3)
    assert mixed.causes[-1] == "Other and 5 more causes"
    assert mixed.counts[-1] == 34


def test_the_vital_few_are_never_gathered():
    chart = pareto(list("abcdefgh"), [50, 20, 20, 2, 2, 2, 2, 2], most=1)
    assert chart.causes == ("a", "b", "c", "Other (5 causes)")
    assert chart.vital_few == ("a", "b", "c")
    assert "most=1 would hide some of the vital few" in chart.warnings[0]


@given(
    st.lists(st.integers(0, 50), min_size=1, max_size=25).filter(any),
    st.integers(1, 30),
)
def test_gathering_changes_no_total(counts, most):
    causes = [f"cause {number}" for number in range(len(counts))]
    whole, chart = pareto(causes, counts), pareto(causes, counts, most=most)
    assert chart.total == whole.total
    assert chart.vital_few == whole.vital_few
    assert len(chart.causes) <= max(most, len(whole.vital_few)) + 1
    assert (
        chart.causes[: len(chart.causes) - chart.others]
        == whole.causes[: len(chart.causes) - chart.others]
    )


def test_many_causes_are_advised_to_be_gathered():
    causes = [f"cause {number}" for number in range(MANY_CAUSES + 1)]
    assert "most=8" in pareto(causes, range(1, MANY_CAUSES + 2)).warnings[0]
    assert pareto(causes[:-1], range(1, MANY_CAUSES + 1)).warnings == ()


def test_rows_with_a_cause_each_are_asked_about():
    assert "needs counts" in pareto(list("abcdef")).warnings[0]
    assert pareto(list("abcdefa")).warnings == ()


# --- words and table ------------------------------------------------------------------------------


@given(
    st.lists(
        st.tuples(NAMES.filter(lambda name: " ".join(name.split())), st.floats(0.01, 1e12)),
        min_size=1,
        max_size=30,
    ),
    NAMES,
    NAMES,
)
def test_a_description_is_short_and_a_report_whole(rows, name, unit):
    causes, counts = zip(*rows, strict=True)
    chart = pareto(causes, counts, name=name, unit=unit)
    assert 0 < len(chart.describe()) <= LONGEST
    report = chart.report()
    assert all(report)
    assert chart.finding in report[1]
    assert all(warning in report[-1] for warning in chart.warnings)


def test_the_words_of_a_chart():
    chart = pareto(
        ["No letter", "Unwell", "Traffic", "Other"],
        [1250, 300, 40, 9],
        name="Missed clinics",
        unit="appointments",
        source="Outpatients.",
        simulated=True,
    )
    assert chart.describe() == (
        "Pareto chart of Missed clinics: 1,599 appointments by cause. Largest first: No letter "
        "1,250 (78%), Unwell 300 (19%), Traffic 40 (2.5%) and 1 more. No vital few: it takes 2 "
        "of the 3 causes to make 80%. The largest, No letter, makes 78%."
    )
    report = chart.report()
    assert report[0].endswith("Simulated data. Source: Outpatients.")
    assert "run chart first" in report[2]
    assert "no law" in report[1]


def test_the_table_is_new_each_time_and_the_arrays_are_locked():
    chart = pareto(["a", "a", "b"])
    table = chart.table
    table["count"] = 0
    assert chart.table["count"].tolist() == [2, 1]
    assert list(table) == ["cause", "count", "share", "cumulative_share", "vital_few"]
    with pytest.raises(ValueError, match="read-only"):
        chart.counts[0] = 5
    given = np.array([2.0, 1.0])
    chart = pareto(["a", "b"], given)
    given[0] = 99
    assert chart.counts.tolist() == [2, 1]


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("causes", "counts", "options", "message"),
    [
        ([], None, {}, "There are no causes to count"),
        ([None, ""], None, {}, "There are no causes to count"),
        (["a"], [0], {}, "All counts are 0"),
        (["a", "b"], [1], {}, "2 causes and 1 count"),
        (["a", "b"], [1, -2], {}, "A count is negative: row 2"),
        (["a", "b"], [1, float("inf")], {}, "infinite or too large: row 2"),
        (["a"], ["3"], {}, "The counts must be numbers"),
        ("abc", None, {}, "causes is 'abc'. Give a list"),
        ({"a": 3}, None, {}, "causes is "),
        (["a" * 201], None, {}, "A cause has 201 characters"),
        (["a"], None, {"most": 0}, "most is 0. Use a whole number above 0"),
        (["a"], None, {"most": 2.5}, "most is 2.5"),
        (["a"], None, {"name": 5}, "name is 5. Use text"),
    ],
)
def test_bad_input_says_what_to_do(causes, counts, options, message):
    with pytest.raises(MeasureInvalid, match=message.replace("(", r"\(")) as caught:
        pareto(causes, counts, **options)
    assert isinstance(caught.value, QIToolsError)


def test_computing_loads_nothing_heavy():
    code = (
        "import sys\nfrom qi_tools import pareto\npareto([1.5], [2.5]).describe()\n"
        "assert not {'pandas', 'matplotlib', 'scipy'} & set(sys.modules), sorted(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
