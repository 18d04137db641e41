"""What lesson D3 tells of its boards is true, under each set of rules."""

import pytest

from course.folders import MODULES
from course.notebook import read_notebook
from qi_tools import ANHOEJ, MAKING_DATA_COUNT, control_chart, rule_odds, run_chart
from tests.modules.lesson_told import EITHER_SET, defined

LESSON = read_notebook(MODULES / "4_middle_managers" / "d3_daily_huddles.ipynb")


@pytest.fixture(scope="module")
def told():
    return defined(LESSON)


def test_the_first_eleven_days_and_the_twelfth(told):
    values = told["doses"](12).values.round(1).tolist()
    assert values[:11] == [6.8, 7.1, 5.9, 8.7, 6.3, 6.4, 5.7, 9.2, 5.4, 9.4, 7.2]
    assert sorted(values[:11])[5] == 6.8
    assert round(sum(values[:11]) / 11, 1) == 7.1
    assert values[11] == 10.7 == max(values)
    assert told["DAYS"].loc[11, ["missed", "due"]].tolist() == [26, 242]


@EITHER_SET
def test_usual_and_different_days(told, rules):
    assert not run_chart(told["doses"](21), rules=rules).signals
    assert not control_chart(told["doses"](12), "i", rules=rules).signals
    bloods = control_chart(told["daily"](told["BLOODS"], 19, "Bloods"), "i", rules=rules)
    assert bloods.signal_points == [18]
    assert not run_chart(told["daily"](told["BLOODS"], 19, "Bloods"), rules=rules).signals
    assert not control_chart(told["daily"](told["CALLS"], 20, "Calls"), "i", rules=rules).signals
    good = control_chart(told["doses"](22), "i", rules=rules)
    assert good.signal_points == [21]
    assert good.improvement[21]


def test_the_days_that_the_stories_name(told):
    bloods, calls = told["BLOODS"].round(), told["CALLS"].round(1)
    assert bloods["2026-02-20":"2026-02-22"].tolist() == [81, 86, 62]
    assert (calls["2026-01-29"], calls.min()) == (7.8, 3.0)


def test_each_set_speaks_on_its_own_dot(told):
    assert told["first_signal"](MAKING_DATA_COUNT) - told["BEFORE"] == 7
    assert told["first_signal"](ANHOEJ) - told["BEFORE"] == 8
    longest = run_chart(told["doses"](30), rules=ANHOEJ).phases[-1]
    assert longest.longest_run > longest.longest_run_limit
    assert (told["doses"](42).values[21:] < run_chart(told["doses"](21)).centre[0]).all()


def test_ten_at_night_stands_out(told):
    shares = {name: float(share) for name, *_, share in told["by_round"](1, 14)}
    others = [share for name, share in shares.items() if name != "10 pm"]
    assert shares["10 pm"] / max(others) > 1.7
    assert shares["10 pm"] / min(others) < 2.8


@pytest.mark.parametrize(
    ("rules", "kind", "points", "alarm", "found"),
    [
        (ANHOEJ, "run", 24, 3, 37),
        (MAKING_DATA_COUNT, "run", 24, 5, 50),
        (ANHOEJ, "i", 42, 15, 72),
        (MAKING_DATA_COUNT, "i", 42, 31, 90),
    ],
)
def test_both_sides_of_the_trade(rules, kind, points, alarm, found):
    odds = rule_odds(rules, points, kind=kind)
    assert round(100 * odds.false_alarm) == alarm
    assert round(100 * odds.detection) == found
