"""What stories and reasons of senior leaders' and managers' charts say of single dots is true."""

from __future__ import annotations

from tests.course.decisions import manager_charts
from tests.course.decisions.check import slots
from tests.course.decisions.senior import SENIOR, SERIES


def values(item: str) -> tuple[float, ...]:
    return SERIES[f"senior-{item}"].values()


def weeks(item: str) -> tuple[float, ...]:
    return manager_charts.SERIES[f"manager-{item}"].values()


def month(item: str, place: int) -> str:
    return SERIES[f"senior-{item}"].chart().measure().label(place)


def test_what_is_said_of_the_latest_dots_is_true() -> None:
    for item in ("q5-a", "q15-d", "q16-a", "q16-b", "q17-a"):  # the last dot is up
        assert values(item)[-1] > values(item)[-2], item
    for item in ("q5-d", "q15-b"):  # and down
        assert values(item)[-1] < values(item)[-2], item
    four = values("q6-a")[-4:]
    assert list(four) == sorted(set(four))
    three = values("q9-b")[-3:]
    assert list(three) == sorted(set(three))
    assert values("q8-d")[-1] == min(values("q8-d")[-9:])
    assert month("q8-d", 15) == "January 2026"  # so it is the lowest of this year
    assert values("q15-c")[-1] == min(values("q15-c")[-5:])
    assert values("q16-c")[-1] == max(values("q16-c")[-6:])
    assert 4.5 <= values("q18-c")[-2] - values("q18-c")[-1] <= 5.5
    assert values("q24-c")[-1] == min(values("q24-c")[-12:])


def test_when_things_happened_is_as_the_stories_say() -> None:
    assert month("q7-a", SERIES["senior-q7-a"].month) == "October 2025"
    assert month("q7-b", SERIES["senior-q7-b"].month) == "July 2025"
    assert month("q7-d", SERIES["senior-q7-d"].month) == "December 2025"
    for item in ("q7-c", "q12-a"):  # the lowest dot came after it began
        assert month(item, 13) == "November 2025"
        assert min(values(item)) == min(values(item)[13:])
    assert min(values("q9-d")) == min(values("q9-d")[12:])  # the lowest months are recent


def test_shares_lie_where_shares_can() -> None:
    for item, series in SERIES.items():
        if series.unit.startswith("%"):
            assert max(series.values()) <= 100, item
    assert min(values("q13-d")) > 30
    assert max(values("q17-a")) < 10


def test_pictures_without_time_show_what_their_questions_say() -> None:
    hist, _, homes, sites = SENIOR.timeless.values()
    assert round(sum(hist.values) / len(hist.values)) == 44  # type: ignore[union-attr]
    assert not any(36 < value < 55 for value in hist.values)  # type: ignore[union-attr]
    shares = [a / b for a, b in zip(homes.events, homes.of, strict=True)]  # type: ignore[union-attr]
    worst = shares.index(max(shares))
    assert homes.of[worst] in sorted(homes.of)[:3]  # type: ignore[union-attr]
    assert "No unit lies beyond its limits" in homes.drawn().describe()
    assert "Site G (above, worse)" in sites.drawn().describe()


def test_ten_charts_are_of_each_kind() -> None:
    assert SENIOR.charts == slots(5, 14)
    shown = [SENIOR.shown[id] for id in SENIOR.shown]
    assert len(shown) == 36
    assert shown.count("noise") >= 12
    assert {"higher", "lower", "odd"} < set(shown)


def test_what_is_said_of_managers_latest_weeks_is_true() -> None:
    for item in ("q9-a", "q9-b", "q9-d", "q10-a", "q10-b", "q11-a", "q11-c", "q11-d", "q17-a"):
        assert weeks(item)[-1] > weeks(item)[-2], item
    for item in ("q10-c", "q17-c", "q19-b", "q19-c"):
        assert weeks(item)[-1] < weeks(item)[-2], item
    assert weeks("q9-c")[-1] == max(weeks("q9-c")[-4:])
    assert max(weeks("q9-c")) <= 12
    assert weeks("q11-b")[-1] == max(weeks("q11-b")[-8:])
    assert weeks("q12-d")[-1] == min(weeks("q12-d"))
    assert min(weeks("q10-c")) > 80


def test_managers_changes_began_when_the_stories_say() -> None:
    for item in ("q9-d", "q11-d"):
        series = manager_charts.SERIES[f"manager-{item}"]
        day = series.chart().measure().dates[series.month]  # type: ignore[index]
        assert str(day).startswith("2026-07"), item
