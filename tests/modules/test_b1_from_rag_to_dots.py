"""What lesson B1 tells of its charts is true, under both sets of rules to choose from."""

import ast
from itertools import pairwise
from random import Random

import numpy as np
import pytest

from course.folders import MODULES
from course.notebook import read_notebook
from qi_tools import ANHOEJ, MAKING_DATA_COUNT, control_chart, load_dataset, run_chart
from qi_tools.experiments.colour_odds import repeat
from qi_tools.experiments.made_up_trust import Trust
from qi_tools.experiments.trust_report import publish
from qi_tools.spc.odds import rule_odds
from tests.modules.lesson_told import EITHER_SET

LESSON = read_notebook(MODULES / "2_board" / "b1_from_rag_to_dots.ipynb")
SETTING = ("set-up", "board-measures", "six-more", "b1-lounge", "b1-reports", "league-table")


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What the lesson's own cells define."""
    names = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("lesson"))
        for cell in LESSON.cells:
            if cell.id in SETTING:
                exec(cell.source, names)
    return names


def pages(told):
    return {each.name: each for each in told["PAGE"]}


def test_the_story_has_the_page_s_numbers(told):
    page = pages(told)
    assert page["Staff off sick"].values[-2:].tolist() == [4.5, 5.6]
    complaints = page["Complaints answered in time"].values
    assert complaints[-1] == 83.4
    assert complaints[0] == 67.3
    assert [
        told["colour"](each.values[-1], each.target[-1], each.better)[0] for each in page.values()
    ] == ["Red", "Amber", "Green", "Red", "Green", "Amber"]


def test_only_complaints_changed_and_the_others_flip(told):
    flips = 0
    for name, measure in pages(told).items():
        assert bool(run_chart(measure).signals) == (name == "Complaints answered in time")
        if name != "Complaints answered in time":
            shown = [told["colour"](v, measure.target[-1], measure.better) for v in measure.values]
            flips += sum(now != then for then, now in pairwise(shown))
    assert flips == 73
    complaints = run_chart(pages(told)["Complaints answered in time"])
    assert (complaints.values[12:] > complaints.centre[12:]).all()


@EITHER_SET
def test_the_icons_say_what_the_lesson_says(told, rules):
    for name, measure in pages(told).items():
        chart = control_chart(measure, "i", rules=rules)
        assert chart.assurance == "hit or miss"
        changed = name == "Complaints answered in time"
        assert chart.variation == ("improvement, high" if changed else "common cause")
        assert bool(chart.signals) == changed


@EITHER_SET
@pytest.mark.parametrize(
    ("case", "name", "right", "icons"),
    [
        (1, "Patients seen on time", "act", ("common cause", "failing")),
        (2, "Days to mend equipment", "ask", ("concern, high", "passing")),
        (3, "Calls answered within 20 seconds", "leave", ("common cause", "passing")),
        (4, "Appraisals done", "ask", ("improvement, high", "failing")),
        (5, "Theatre sessions begun on time", "ask", ("common cause", "hit or miss")),
    ],
)
def test_each_decision_is_that_of_the_chart_and_of_the_truth(case, name, right, icons, rules):
    report = publish(Trust(), Random(279))
    charts = {chart.measure.name: chart for chart in report.charts(rules)}
    chart = charts[name]
    row = next(row for row in report.rows if row.indicator.name == name)
    assert (chart.variation, chart.assurance) == icons
    assert bool(chart.signals) == (right == "ask") == (row.since is not None)
    (call,) = (call for call in LESSON.questions if call.id == f"b1-case-{case}")
    assert ast.literal_eval(call.part("right")) == right
    assert f"{case} of 6. {name}: {row.values[-1]:.0f}" in call.cell.source or case == 2


def test_what_the_feedback_says_of_the_cases():
    report = publish(Trust(), Random(279))
    charts = {chart.measure.name: chart for chart in report.charts(ANHOEJ)}
    mend = charts["Days to mend equipment"]
    assert (mend.values <= 10).all()
    assert round(mend.values[-1], 1) == 9.1
    assert mend.measure.label(14) == "March 2026"
    assert (mend.values[14:] > mend.centre[14:]).all()
    appraisals = charts["Appraisals done"]
    assert (appraisals.values[14:] > appraisals.centre[14:]).all()
    assert appraisals.values.max() < 78
    assert appraisals.values[-2:].round().tolist() == [76, 73]
    theatre = charts["Theatre sessions begun on time"]
    (outside,) = np.nonzero(theatre.values < theatre.lower)
    assert [theatre.measure.label(point) for point in outside] == ["September 2026"]
    seen = charts["Patients seen on time"].values
    assert (seen < 75 * 0.95).all()  # red in every month
    calls = charts["Calls answered within 20 seconds"].values
    assert calls[-2:].round().tolist() == [83, 80]


def test_both_sides_of_the_false_alarm_trade():
    for rules, false, found in ((ANHOEJ, 9, 50), (MAKING_DATA_COUNT, 15, 65)):
        odds = rule_odds(rules, 24, kind="i")
        assert 100 * odds.false_alarm == pytest.approx(false, abs=1.5)
        assert 100 * odds.detection == pytest.approx(found, abs=2.5)


def test_of_200_reports_colours_get_half_right_and_charts_most():
    for rules in (ANHOEJ, MAKING_DATA_COUNT):
        repeated = repeat(Trust(), 200, rules, Random(1))
        assert round(repeated.rag[0] / 200) == 6
        assert 10 <= repeated.chart[0] / 200 < 11.5


def test_england_missed_its_standard_and_left_its_hairline_limits():
    frame = load_dataset("england_ae").frame
    share = frame["all_breaches"] / frame["all_attendances"]
    assert len(share) == 36
    assert (share > 0.05).all()
    centre = frame["all_breaches"].sum() / frame["all_attendances"].sum()
    spread = 3 * np.sqrt(centre * (1 - centre) / frame["all_attendances"])
    assert (abs(share - centre) > spread).all()
    july = share[frame["month"].dt.month == 7].round(3).tolist()
    assert july[2] > max(july[:2])


@EITHER_SET
def test_the_lounge_filled_and_no_more_left_before_noon(told, rules):
    told = told | {}
    told["RULES"] = rules
    frame = told["LOUNGE"]
    lounge, noon = (frame[name] / frame["went_home"] for name in ("through_lounge", "before_noon"))
    assert 2 < lounge[16:].mean() / lounge[:16].mean() < 2.3
    exec(next(cell for cell in LESSON.cells if cell.id == "six-more").source, told)
    assert noon[16:].mean() == pytest.approx(noon[:16].mean(), abs=0.005)


def test_reports_rise_by_a_fifth_when_phones_come(told):
    frame = told["INCIDENTS"]
    before, after = (
        part["reports"].sum() / part["bed_days"].sum() for part in (frame[:18], frame[18:])
    )
    assert after / before == pytest.approx(1.2, abs=0.02)
    assert str(frame["month"][18].date()) == "2024-07-01"


def test_oak_alone_is_an_alarm_and_cedar_is_not(told):
    from qi_tools import funnel

    wards = told["WARDS"]
    plot = funnel(wards.index, wards["falls"], wards["bed_days"], data="rates", per=1000)
    words = [signal.words for signal in plot.signals]
    assert [each.split(":")[0] for each in words if "99.8%" in each] == ["Oak"]
    assert sum("below its lower 95% limit" in each for each in words) == 2
    assert len(words) == 3
    rates = (wards["falls"] / wards["bed_days"]).sort_values()
    assert rates.index[-2:].tolist() == ["Cedar", "Oak"]
    assert wards["bed_days"].rank()["Cedar"] <= 2
