from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from qi_tools.errors import DatesAmbiguous
from qi_tools.spc.kinds import KINDS
from qi_tools.teaching.explorer_choices import (
    RULE_SETS,
    STARTS,
    Choices,
    Step,
    begin,
    chart_of,
    measure_of,
    pasted,
    shipped,
)
from qi_tools.teaching.explorer_form import (
    LAYOUT,
    NAMED,
    ChoiceRefused,
    changed,
    fields_of,
    offers_of,
    points_of,
    shift_in_words,
    step_from,
    steps_in_words,
    titles_of_starts,
)

TABLE = "Month,Falls,Bed days,Ward\n" + "".join(
    f"2024-{month:02d},{month % 5},{800 + month},3\n" for month in range(1, 13)
)


@pytest.fixture
def choices() -> Choices:
    return begin(pasted(TABLE))


def fields(choices: Choices) -> dict[str, dict[str, Any]]:
    measure = measure_of(choices)
    return fields_of(choices, measure, offers_of(choices.numbers.measure()), None)


def options(held: dict[str, Any]) -> list[str]:
    return [option for _, group in held["options"] for option, _ in group]


def test_every_control_holds_something_and_every_list_what_it_holds(choices: Choices) -> None:
    held = fields(choices)
    layout = [*LAYOUT["dates"], *LAYOUT["columns"], *LAYOUT["chart"]]
    assert set(held) == {control["id"] for control in layout}
    for control in layout:
        if control["kind"] == "select":
            assert held[control["id"]]["value"] in options(held[control["id"]]), control["id"]


def test_every_kind_and_every_rule_set_has_plain_words(choices: Choices) -> None:
    assert set(NAMED) == set(KINDS)
    assert options(fields(choices)["rules"]) == list(RULE_SETS)
    assert [name for name, _ in titles_of_starts()] == list(STARTS)


def test_likely_columns_come_first(choices: Choices) -> None:
    held = fields(choices)
    assert held["date"]["options"][0] == ["Likely", [["Month", "Month"]]]
    assert options(held["date"])[1:] == ["Falls", "Bed days", "Ward"]
    assert options(held["denominator"])[:2] == ["", "Bed days"]


def test_kinds_that_do_not_fit_are_not_offered_and_say_why(choices: Choices) -> None:
    held = fields(choices)["kind"]
    refused = dict(map(tuple, held["refused"]))
    assert set(options(held)) | {name for name in NAMED if NAMED[name] in refused} == {"", *NAMED}
    assert "p" not in options(held)
    assert refused[NAMED["p"]].startswith("It needs a second column")
    assert options(held)[0] == ""
    assert held["options"][0][1][0][1] == "The suggested one: I chart"
    assert held["notes"][0].startswith("Suggested: I chart. Each point is one measured value.")


def test_a_suggestion_that_needs_other_data_says_so() -> None:
    text = "Month,Falls,Visits\n" + "".join(
        f"{year}-{month:02d},{int(month % 4 == 0)},50\n"
        for year in (2023, 2024)
        for month in range(1, 13)
    )
    held = fields(changed(begin(pasted(text)), "data", "counts"))["kind"]
    assert held["options"][0][1][0][1] == "The suggested one: Run chart"
    assert held["notes"][1].startswith("Your numbers can't be drawn so")


def test_a_column_to_count_out_of(choices: Choices) -> None:
    share = changed(choices, "denominator", "Bed days")
    assert (share.numbers.data, share.numbers.per) == ("proportions", 100.0)
    assert fields(share)["unit"]["value"] == "%"
    assert fields(share)["per"] == {"value": 100, "hidden": False}
    rate = changed(share, "data", "rates")
    assert (rate.numbers.data, rate.numbers.per) == ("rates", 1000.0)
    assert fields(rate)["unit"]["value"] == "per 1,000 bed days"
    alone = changed(rate, "denominator", "")
    assert alone.numbers == choices.numbers
    assert fields(alone)["per"] == {"value": "", "hidden": True}
    assert changed(rate, "data", "counts").numbers.denominator is None


def test_more_events_than_cases_are_a_rate() -> None:
    few = "Month,Falls,Fallers\n2024-01,2,1\n2024-02,3,3\n"
    counted = changed(changed(begin(pasted(few)), "value", "Falls"), "denominator", "Fallers")
    assert counted.numbers.data == "rates"


def test_another_unit_never_changes_the_scale(choices: Choices) -> None:
    share = changed(choices, "denominator", "Bed days")
    named = changed(share, "unit", "% of bed days")
    assert measure_of(named).values.tolist() == measure_of(share).values.tolist()
    assert measure_of(changed(named, "unit", " ")).unit == "%"


def test_another_column_has_another_name() -> None:
    eyes = changed(begin(shipped("phone_waits_quick_fire_simulated")), "name", "Eyes")
    assert measure_of(eyes).name == "Eyes"
    assert measure_of(changed(eyes, "value", "porters")).name == "porters"


@pytest.mark.parametrize(
    ("field", "raw", "words"),
    [
        ("value", "Beds", "Choose one from the list"),
        ("value", None, "Choose one from the list"),
        ("date", ["Month"], "Choose one from the list"),
        ("kind", "pie", "Choose one from the list"),
        ("rules", "", "Choose one from the list"),
        ("better", "more", "Choose one from the list"),
        ("data", "proportions", "First choose what your numbers are counted out of"),
        ("per", 0, "a number above 0"),
        ("per", None, "type a number"),
        ("per", float("nan"), "type a number"),
        ("per", True, "type a number"),
        ("wish", "x", "nothing called 'wish'"),
    ],
)
def test_what_cannot_be_chosen(choices: Choices, field: str, raw: Any, words: str) -> None:
    with pytest.raises(ChoiceRefused, match=words):
        changed(choices, field, raw)


@pytest.mark.parametrize(
    ("does", "raw", "given"),
    [
        ("aim", {"value": 4, "when": ""}, (4.0,)),
        ("aim", {"value": 4.5, "when": "2024-03"}, (4.5, "2024-03")),
        ("rephase", {"when": "2024-07", "words": " New\n mats "}, ("2024-07", "New mats")),
        ("freeze", {"when": "2024-07"}, ("2024-07",)),
        ("exclude", {"when": "2024-07", "words": "Flood"}, ("2024-07", "Flood")),
        ("annotate", {"when": "2024-07", "words": "Snow"}, ("2024-07", "Snow")),
    ],
)
def test_what_happened(
    choices: Choices, does: Any, raw: dict[str, object], given: tuple[object, ...]
) -> None:
    step = step_from(does, raw)
    assert step == Step(does, given)  # type: ignore[arg-type]
    chart_of(replace(choices, steps=(step,)))


@pytest.mark.parametrize(
    ("does", "raw", "words"),
    [
        ("aim", {"value": None}, "Target: type a number"),
        ("rephase", {"words": "New mats"}, "First point of the new phase Choose a point"),
        ("exclude", {"when": "2024-07", "words": "  "}, "Why. Write a few words"),
        ("fly", {}, "nothing called 'fly'"),
    ],
)
def test_what_is_left_blank(does: str, raw: dict[str, object], words: str) -> None:
    with pytest.raises(ChoiceRefused, match=words):
        step_from(does, raw)


def test_steps_are_said_as_a_reader_knows_them(choices: Choices) -> None:
    steps = (
        Step("aim", (2.5,)),
        Step("aim", (2.0, "2024-06")),
        Step("rephase", ("2024-07", "New mats")),
        Step("freeze", ("2024-04",)),
        Step("exclude", ("2024-02", "Flood")),
        Step("annotate", ("2024-03", "Snow")),
    )
    done = replace(choices, steps=steps)
    assert [words for _, words in steps_in_words(done, points_of(measure_of(done)))] == [
        "Target 2.5",
        "Target 2 from June 2024",
        "New phase from July 2024: New mats",
        "Baseline frozen at April 2024",
        "February 2024 left out: Flood",
        "Note at March 2024: Snow",
    ]


def test_a_point_is_found_by_what_the_list_holds() -> None:
    weekly = begin(shipped("phone_waits_simulated"))
    for point, (when, label) in enumerate(points_of(measure_of(weekly))):
        found = replace(weekly, steps=(Step("exclude", (when, "x")),))
        measure = measure_of(found)
        assert measure.exclusions[0].point == point
        assert measure.label(point) == label


def test_a_shift_is_told_with_its_four_questions() -> None:
    waits = begin(shipped("phone_waits_simulated"))
    first, *questions = shift_in_words(waits, measure_of(waits))
    assert first.startswith("The level most likely shifted at 19 January 2026, from 9.")
    assert [question.split("?")[0] for question in questions] == [
        "Sustained",
        "Cause known",
        "Desired direction",
        "Expected to last",
    ]
    still = changed(begin(shipped("phone_waits_quick_fire_simulated")), "value", "repairs")
    assert shift_in_words(replace(still, kind="mr"), measure_of(still)) == []


def test_the_question_about_dates() -> None:
    choices = begin(pasted("Week\tLate\n01/02/2025\t1\n02/02/2025\t2"))
    with pytest.raises(DatesAmbiguous) as raised:
        chart_of(choices)
    held = fields_of(choices, None, None, raised.value)["day_first"]
    assert held == {
        "value": "",
        "options": [
            ("day", "The day: 01/02/2025 is 1 February 2025"),
            ("month", "The month: 01/02/2025 is 2 January 2025"),
        ],
        "hidden": False,
    }
    answered = changed(choices, "day_first", "month")
    assert answered.numbers.day_first is False
    assert changed(answered, "date", "Week").numbers.day_first is None
