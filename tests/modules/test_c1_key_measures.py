"""What lesson C1 tells of charts, samples and raters is true, by either set of rules."""

from math import comb

import pytest

from course.folders import MODULES
from course.notebook import read_notebook
from qi_tools import ANHOEJ, MAKING_DATA_COUNT, Measure, control_chart, rule_odds
from qi_tools.experiments.agreements import agreement
from tests.modules.lesson_told import EITHER_SET, defined, right

LESSON = read_notebook(MODULES / "3_senior_leaders" / "c1_key_measures.ipynb")


@pytest.fixture
def told():
    return defined(LESSON)


@EITHER_SET
def test_the_report_rises_and_the_gel_does_not(told, rules):
    told["RULES"] = rules
    reported = told["hands"](told["up_and_down"](71, 93, 3, 7), "Reported", "%")
    gel = told["hands"](told["up_and_down"](42, 42, 3, 12), "Gel", "ml")
    assert reported.signals
    assert reported.values.max() <= 100
    assert reported.values[:16].mean() == pytest.approx(70, abs=2)
    assert reported.values[16:].mean() == pytest.approx(93, abs=2)
    assert not gel.signals


@EITHER_SET
def test_twice_as_many_through_the_lounge_and_no_more_home_before_noon(told, rules):
    told["RULES"] = rules
    lounge, noon = (told["home"](part, part) for part in ("through_lounge", "before_noon"))
    assert lounge.signals
    assert not noon.signals
    assert [lounge.values[:16].mean(), lounge.values[16:].mean()] == pytest.approx([18, 37], abs=1)
    assert [noon.values[:16].mean(), noon.values[16:].mean()] == pytest.approx([21, 21], abs=0.5)
    assert str(told["GOING_HOME"]["week"][16].date()) == "2025-04-28"


@EITHER_SET
def test_what_the_hospital_sees_and_its_wards_do_not(told, rules):
    falls = told["FALLS"]
    assert told["falls"](falls, "All", rules).signals
    assert 0 < len(told["wards_with_a_signal"](rules)) < 10
    assert not told["ward"]("Oak", rules).signals
    late = falls[falls["month"] >= "2024-04"]
    rates = {}
    for when, rows in (("before", falls[falls["month"] < "2024-04"]), ("after", late)):
        for where, part in (("Oak", rows["ward"] == "Oak"), ("others", rows["ward"] != "Oak")):
            rates[when, where] = rows[part]["falls"].sum() / rows[part]["bed_days"].sum()
    assert rates["after", "others"] / rates["before", "others"] == pytest.approx(2 / 3, abs=0.06)
    assert rates["after", "Oak"] / rates["before", "Oak"] == pytest.approx(1, abs=0.1)
    assert rates["before", "Oak"] / rates["before", "others"] == pytest.approx(2, abs=0.2)
    a_month = falls[falls["ward"] != "Oak"].groupby("ward")["falls"].mean()
    assert a_month.median() < 3.5
    assert a_month.max() < 5


def test_both_sides_of_the_trade():
    """More rules find more, and cry wolf more."""
    anhoej, more = (rule_odds(rules, 24) for rules in (ANHOEJ, MAKING_DATA_COUNT))
    assert 3 < 60 * anhoej.false_alarm < 60 * more.false_alarm < 12
    assert anhoej.detection < more.detection


def test_two_nurses_agree_by_the_sharp_question_only(told):
    raters = told["RATERS"]
    vague = agreement(raters["first_vague"], raters["second_vague"])
    sharp = agreement(raters["first_sharp"], raters["second_sharp"])
    assert vague.alike < 45
    assert sharp.alike > 55
    found = [(raters[f"{who}_vague"] == "ulcer").sum() for who in ("first", "second")]
    assert found[0] > 1.5 * found[1]


@EITHER_SET
def test_reports_rose_when_staff_could_phone(told, rules):
    reports = told["REPORTS"]
    measure = Measure.from_columns(
        reports["reports"],
        reports["month"],
        denominators=reports["bed_days"],
        data="rates",
        per=1000,
        name="Incident reports",
    )
    chart = control_chart(measure, "u'", rules=rules)
    assert chart.signals
    assert str(reports["month"][18])[:7] == "2024-07"
    assert chart.values[18:].mean() / chart.values[:18].mean() == pytest.approx(1.2, abs=0.03)


@pytest.mark.parametrize("sample", [20, 80])
def test_how_often_a_sample_looks_odd(told, sample):
    odd = [k for k in range(sample + 1) if 10 * k <= 7 * sample or 10 * k >= 9 * sample]
    exact = sum(comb(sample, k) * 0.8**k * 0.2 ** (sample - k) for k in odd)
    assert told["odd_months"](sample) == pytest.approx(100 * exact, abs=2)


def test_the_sums_of_the_lesson():
    assert right(LESSON, "c1-sum") == (300 * 6 + 100 * 2) / 400
    assert sum(each == "yes" for each in right(LESSON, "c1-fall-define").values()) == 3
