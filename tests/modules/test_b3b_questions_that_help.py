"""What lesson B3b tells of its papers is true, and its chart has the same key by both sets."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from course.folders import MODULES
from course.notebook import read_notebook
from qi_tools import ANHOEJ, MAKING_DATA_COUNT, control_chart
from qi_tools.spc.odds import rule_odds
from tests.modules.lesson_told import EITHER_SET, defined

LESSON = read_notebook(MODULES / "2_board" / "b3b_questions_that_help.ipynb")
TEXT = re.sub(r'"\n +"', "", "\n".join(cell.source for cell in LESSON.cells))


@pytest.fixture(scope="module")
def told():
    return defined(LESSON)


@pytest.fixture(scope="module")
def beds(told):
    rows = told["BOARD"][told["BOARD"]["measure"] == "Beds cleaned within two hours"]
    assert set(rows["target"]) == {85}
    return dict(zip(rows["month"].astype(str).str[:7], rows["value"], strict=True))


@EITHER_SET
def test_the_key_of_the_chart_is_common_cause_by_both_sets(told, rules):
    chart = control_chart(told["board_measure"]("Beds cleaned within two hours"), "i", rules=rules)
    assert not chart.signals
    assert chart.centre[0] == pytest.approx(86, abs=0.5)


def test_the_report_chose_its_dots(beds):
    values = sorted(beds.values())
    assert beds["2025-04"] == values[0] == 78.0, "from 78%"
    assert round(beds["2025-11"]) == 90, "to 90%"
    assert beds["2025-11"] in values[-3:], "one of the highest"
    assert beds["2025-01"] > beds["2025-11"], "from January it got worse"
    assert all(beds[f"2025-{month:02}"] >= 85 for month in (9, 10, 11)), "three greens"
    assert beds["2025-12"] == 84.8, "red in December"
    assert "84.8%" in TEXT


def test_the_target_is_missed_in_ten_months_of_24(beds):
    assert sum(value < 85 for value in beds.values()) == 10
    assert "ten of 24 months" in TEXT
    assert "four months of ten" in TEXT


def tail(t, freedom):
    """The chance of Student's t beyond t or below -t, by adding up its density."""
    scale = math.gamma((freedom + 1) / 2) / (math.sqrt(freedom * math.pi) * math.gamma(freedom / 2))
    grid = np.linspace(0, t, 200_001)
    return 1 - 2 * np.trapezoid(scale * (1 + grid**2 / freedom) ** (-(freedom + 1) / 2), grid)


def test_the_p_value_is_the_one_that_the_report_gives(told, beds):
    first = [beds[f"2025-{month:02}"] for month in (4, 5, 6)]
    since = [beds[f"2025-{month:02}"] for month in (7, 8, 9, 10, 11)]
    pooled = (2 * np.var(first, ddof=1) + 4 * np.var(since, ddof=1)) / 6
    t = (np.mean(since) - np.mean(first)) / math.sqrt(pooled * (1 / 3 + 1 / 5))
    assert tail(t, 6) == pytest.approx(0.02, abs=0.005)
    assert told["better"](first, since)
    assert not told["better"](since[:3], [*first, *first[:2]])
    assert tail(told["CRITICAL"], 6) == pytest.approx(0.05, abs=0.0001)


def test_a_chosen_start_finds_as_much_as_the_lesson_says(told):
    """Worked out anew with other chance."""
    random = np.random.default_rng(7)
    found = 0
    for _ in range(2000):
        noise = random.normal(size=24).tolist()
        windows = (noise[start : start + 8] for start in range(17))
        found += any(told["better"](window[:3], window[3:]) for window in windows)
    assert told["stories"](1000) == pytest.approx(found / 20, abs=4)
    alone = np.mean([told["better"](x[:3], x[3:]) for x in random.normal(size=(4000, 8)).tolist()])
    assert alone == pytest.approx(0.025, abs=0.008), "fixed beforehand, it is one in forty"


@EITHER_SET
def test_item_15_is_red_and_has_changed(told, rules):
    measure = told["board_measure"]("Complaints answered in time")
    values = measure.values
    assert values[22] == 79.7
    assert control_chart(measure, "i", rules=rules).signals
    assert round(values[:12].mean()) == 66
    assert round(values[12:].mean()) == 81
    middle = np.median(values)
    assert (values[:12] < middle).all()
    assert (values[12:] > middle).all()


def test_the_learners_of_the_course_did_as_is_told(told):
    learners = told["LEARNERS"]
    assert len(learners) == 80
    assert (learners["liked"] >= 4).sum() == 75
    assert (learners["marks_after"] > learners["marks_before"]).sum() == 77
    kept = learners[learners["time_kept"] == 1]["active_after_6_months"]
    assert (len(kept), kept.sum()) == (25, 15)
    assert learners["active_after_6_months"].sum() == 20


def test_sams_paper_and_its_model_answer_say_what_the_line_shows(told):
    waits = told["CALLS"]["wait_minutes"].to_numpy()
    weeks = told["CALLS"]["week"].astype(str).str[:10].tolist()
    start = weeks.index("2026-01-19")
    assert (weeks[0], waits[0], weeks[-1], waits[-1]) == ("2025-09-01", 11.4, "2026-05-04", 5.4)
    assert round(100 * (1 - waits[-1] / waits[0])) == 53
    assert round(waits[:start].mean()) == 9
    assert sum(waits[start:] >= 7) == 1
    assert (waits[start:] < np.median(waits)).all()


def test_the_false_alarms_that_the_facilitator_is_told_are_those_of_the_two_sets():
    found = re.search(r"about (\d+) times in 100, and the other about (\d+) times", TEXT)
    few, many = (rule_odds(rules, 24, shift=1.5) for rules in (ANHOEJ, MAKING_DATA_COUNT))
    for odds, said in zip((few, many), found.groups(), strict=True):
        assert 100 * odds.false_alarm == pytest.approx(int(said), abs=1.5)
    assert many.detection > few.detection + 0.1
