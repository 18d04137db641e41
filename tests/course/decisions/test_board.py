"""What is the board's own: its charts, stories and the paper to improve."""

from __future__ import annotations

import ast
from statistics import fmean

from qi_tools import ANHOEJ, Measure, control_chart
from tests.course.decisions.board import BOARD
from tests.course.decisions.board_charts import SERIES
from tests.course.decisions.check import chart_of
from tests.course.decisions.test_charts import BOTH, judged, verdict

KEY = BOARD.key
#: Words of the option that says what a chart of q10 to q12 shows.
READ = {
    "board-q10-a": "longer than they were",
    "board-q10-b": "usual ups and downs",
    "board-q10-c": "the level is lower: there is a lasting change",
    "board-q10-d": "far from all others",
    "board-q11-a": "in every month",
    "board-q11-b": "different in that month",
    "board-q11-c": "changed and has stayed",
    "board-q11-d": "the same causes make them all",
    "board-q12-a": "falls short of it",
    "board-q12-b": "will meet it and some will miss it",
    "board-q12-c": "got better, and it is not yet good enough",
    "board-q12-d": "lie between them, as long as nothing changes",
}
ASSURANCE = {"a": "failing", "b": "hit or miss", "c": "failing", "d": "passing"}


def test_what_the_three_charts_show_is_as_the_key_says() -> None:
    items = BOARD.charted()
    assert READ.keys() == BOARD.shown.keys()
    for id, said in READ.items():
        if "-q12-" in id:
            for rules in BOTH:
                assert judged(chart_of(items[id]), rules).assurance == ASSURANCE[id[-1]]
        right = KEY[id].right
        assert [letter for letter, words in items[id].options.items() if said in words] == [right]


def test_how_much_the_three_charts_show() -> None:
    shows = {"q10": "dots", "q11": "limits", "q12": "signals"}
    for id, item in BOARD.charted().items():
        if BOARD.slot_of(id) in shows:
            assert chart_of(item).shows == shows[BOARD.slot_of(id)]


def test_what_stories_and_reasons_say_of_their_charts_is_true() -> None:
    values = {id.removeprefix("board-"): series.values() for id, series in SERIES.items()}
    assert max(values["q10-a"]) < 30
    assert min(values["q10-c"]) > 10
    assert values["q10-b"][-2] < 80 < values["q10-b"][-1]
    assert values["q12-b"][-1] <= 21
    assert values["q13-b"][-1] == min(values["q13-b"][-13:])
    assert min(values["q13-b"]) > 80
    assert values["q13-c"][-1] < min(values["q13-c"][-3:-1])
    assert max(values["q13-d"]) < 30
    assert values["q14-a"][-1] < values["q14-a"][-2]
    assert list(values["q14-b"][-4:]) == sorted(values["q14-b"][-4:])
    assert min(values["q14-c"]) < 75 < max(values["q14-c"])
    assert values["q14-d"][-1] == min(values["q14-d"])
    assert values["q15-a"][-1] == max(values["q15-a"]) < 5
    assert values["q15-b"][-1] > values["q15-b"][-2]
    assert min(values["q15-d"][-2:]) > 85
    assert sum(each > 85 for each in values["q15-d"]) >= 6
    assert values["q16-a"][-1] > values["q16-a"][-2]
    assert values["q16-d"][-1] < min(values["q16-d"][-5:-1])
    assert values["q20-a"][-2] == max(values["q20-a"])
    assert values["q20-a"][-1] < 25.5
    assert values["q20-b"][-2] == max(values["q20-b"]) > values["q20-b"][-1]
    for id in ("q13-d", "q15-b", "q16-b", "q11-c", "q10-a", "q10-c"):  # since a month: all beyond
        mean, since = fmean(values[id]), SERIES[f"board-{id}"].month
        assert len({each > mean for each in values[id][since:]}) == 1, id
    for id in ("q11-c", "q15-b", "q16-b"):  # an option says that the limits hold them all
        chart = judged(chart_of(BOARD.charted()[f"board-{id}"]), ANHOEJ)
        held = (chart.values < chart.upper) & (chart.values > chart.lower)
        assert held.all(), id


def test_months_that_reasons_name_are_those_of_the_chart() -> None:
    named = {"q10-a": "May 2025", "q10-c": "February 2025", "q10-d": "April 2025"}
    named |= {"q15-b": "August 2025"}
    for id, month in named.items():
        series = SERIES[f"board-{id}"]
        assert series.chart().measure().label(series.month) == month
        assert month in KEY[f"board-{id}"].why
    series = SERIES["board-q16-a"]
    assert series.chart().measure().label(series.month) == "July 2025"


def test_the_paper_to_improve_is_as_its_chart_says() -> None:
    cells = {cell.id: cell.source for cell in BOARD.notebook().cells}
    values = SERIES["w1"].values()
    call = ast.parse(cells["w1-chart"])
    first = next(node for node in ast.walk(call) if isinstance(node, ast.List))
    assert ast.literal_eval(first) == list(values)
    # Month 9 of 2024, counted from 0, is October, and month 32 is September 2026.
    assert "for month in range(9, 33)" in cells["w1-chart"]
    assert [SERIES["w1"].chart().measure().label(place) for place in (0, 14, 23)] == [
        "October 2024",
        "December 2025",
        "September 2026",
    ]
    assert f"{values[-1]:g} % of wheelchairs were delivered" in cells["w1"]
    assert f"down from {values[-2]:g} % in August" in cells["w1"]
    assert max(values) < 80
    since = values[14:]
    chart = SERIES["w1"].chart()
    for rules in BOTH:
        assert verdict(chart, rules) == "higher"
        # The fall at the end is noise within the new level.
        alone = Measure.from_columns(since, name="Since December")
        assert not control_chart(alone, "i", rules=rules).signals
