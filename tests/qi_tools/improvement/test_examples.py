import re
from datetime import date
from itertools import pairwise
from random import Random

import pytest

from qi_tools import load_dataset
from qi_tools.errors import QIToolsError
from qi_tools.improvement.checking import check
from qi_tools.improvement.cycles import SCALES
from qi_tools.improvement.examples import (
    ExampleUnknown,
    example_names,
    example_project,
    example_text,
)
from qi_tools.improvement.examples.make_readings import MADE
from qi_tools.improvement.project import SECTIONS
from qi_tools.improvement.project_file import written
from qi_tools.improvement.project_reading import as_plain
from qi_tools.improvement.stages import STAGES
from qi_tools.reading import read_pasted

OUTCOMES = {
    "missed_appointments": "missed_appointments_simulated",
    "payroll_errors": "payroll_errors_simulated",
}
#: Such as "84 of 96 morning calls were answered: 88%".
_SHARE = re.compile(r"(\d[\d,]*) of (?:the )?(\d[\d,]*)(?: [^.:\d]*)?: (\d+(?:\.\d+)?)%")

each = pytest.mark.parametrize("name", example_names())


def readings(project, id):
    """Give the rows of a measure: its date as written, and its numbers."""
    text = next(measure.readings for measure in project.measures if measure.id == id)
    rows = [line.split(",") for line in text.split("\n")]
    return [(day, *map(float, numbers)) for day, *numbers in rows]


def between(project, id, first="", last="9999"):
    """Add up the numbers of a measure from one date to another, both as the rows write them."""
    rows = [numbers for day, *numbers in readings(project, id) if first <= day <= last]
    return [sum(column) for column in zip(*rows, strict=True)], len(rows)


def percent(project, id, first="", last="9999"):
    (part, whole), _ = between(project, id, first, last)
    return 100 * part / whole


def average(project, id, first="", last="9999"):
    (total, *_), rows = between(project, id, first, last)
    return total / rows


def texts(plain):
    if isinstance(plain, dict):
        plain = plain.values()
    if isinstance(plain, str):
        yield plain
    elif not isinstance(plain, int | float | date):
        for part in plain:
            yield from texts(part)


def cycle(project, id):
    return next(each for each in project.cycles if each.id == id)


def test_an_unknown_name_is_told_the_two_that_there_are():
    with pytest.raises(ExampleUnknown, match=r"missed_appointments or payroll_errors") as told:
        example_text("parking")
    assert isinstance(told.value, QIToolsError)
    assert '"parking"' in str(told.value)
    with pytest.raises(ExampleUnknown):
        example_project("../examples/payroll_errors")


@each
def test_the_file_is_just_what_the_writer_writes(name):
    assert example_text(name).encode() == written(example_project(name), ".toml")


@each
def test_all_readings_are_those_that_are_made(name):
    make, seed = MADE[name]
    measures = example_project(name).measures
    assert {each.id: each.readings for each in measures} == make(Random(seed))


@each
def test_the_outcome_is_the_data_set(name):
    heading, *rows = load_dataset(OUTCOMES[name]).text.split()
    assert heading.startswith(("week,", "month,"))
    outcome = example_project(name).measures[0]
    assert outcome.kind == "outcome"
    assert outcome.readings.split("\n") == rows


@each
def test_all_readings_can_be_pasted(name):
    for measure in example_project(name).measures:
        table = read_pasted(measure.readings)
        assert len(table.row_numbers) >= 7
        assert len(table.headings) == (3 if measure.unit == "%" else 2)
        assert bool(measure.out_of) == (measure.unit == "%")


@each
def test_everything_is_filled_in(name):
    project = example_project(name)
    plain = as_plain(project)
    assert [*plain] == [*SECTIONS]
    assert project.about.simulated == "yes"
    # What may be blank: the first of a ramp, the top of a tree, a guess, and what has no measure.
    may_be_blank = {
        "drivers": {"under", "measures"},
        "causes": {"under", "seen"},
        "whys": {"under", "seen"},
        "steps": {"minutes", "worth"},
        "measures": {"feeds", "out_of"},
        "cycles": {"after"},
    }
    for section, raw in plain.items():
        records = raw if isinstance(raw, list) else [raw]
        whole = {key for record in records for key in record}
        for record in records:
            missing = whole - set(record) - may_be_blank.get(section, set())
            assert not missing, (section, record.get("id"))


@each
def test_the_stages_are_reached_one_after_the_other(name):
    reached = example_project(name).reached
    assert [each.stage for each in reached] == [*STAGES]
    assert all(early.on < late.on for early, late in pairwise(reached))


@each
def test_the_tests_come_in_ramps_and_each_after_the_one_it_builds_on(name):
    project = example_project(name)
    lengths = {}
    for test in project.cycles:
        assert test.began <= test.ended
        lengths[test.id] = 1
        if test.after:
            before = cycle(project, test.after)
            assert before.ended < test.began
            assert before.act != "abandon"
            lengths[test.id] = lengths[before.id] + 1
            # Never to fewer than before, unless it is another idea that begins.
            wider = [*SCALES].index(test.scale) >= [*SCALES].index(before.scale)
            assert wider or test.idea != before.idea
    assert sum(length == 3 for length in lengths.values()) >= 2
    assert max(lengths.values()) >= 4
    assert sum(test.act == "abandon" for test in project.cycles) >= 2


@each
def test_all_its_evidence_is_there_and_only_ideas_are_left_to_test(name):
    found = check(example_project(name))
    assert found.stage == [*STAGES][-1]
    assert {(gap.section, gap.field) for gap in found.gaps} <= {("drivers", "words")}


@each
def test_a_change_for_good_was_tested_with_few_and_then_adopted(name):
    project = example_project(name)
    for change in project.adopted:
        tested = [test for test in project.cycles if test.idea == change.idea]
        assert any(test.scale in {"1", "3"} and test.ended < change.since for test in tested)
        assert any(test.act == "adopt" for test in tested)


@each
def test_the_aim_is_what_was_counted_and_it_was_reached(name):
    project = example_project(name)
    outcome = project.measures[0]
    since = str(project.adopted[0].since)[: len(outcome.readings.split(",")[0])]
    days = [day for day, *_ in readings(project, outcome.id)]
    last_before = days[days.index(since) - 1]
    places = 1 if project.aim.baseline < 1 else 0
    assert round(percent(project, outcome.id, last=last_before), places) == project.aim.baseline
    # The last reading that was whole on that day: one a week before, or its own month.
    by = str(project.aim.by)[: len(since)]
    assert percent(project, outcome.id, since, by) <= project.aim.target


@each
def test_shares_in_the_texts_are_worked_out_right(name):
    found = 0
    for text in texts(as_plain(example_project(name))):
        for part, whole, share in _SHARE.findall(text):
            places = len(share.partition(".")[2])
            counted = 100 * int(part.replace(",", "")) / int(whole.replace(",", ""))
            assert round(counted, places) == float(share), text
            found += 1
    assert found >= 5


def test_the_clinic_tells_what_its_readings_say():
    clinic = example_project("missed_appointments")
    change = "2025-05-26"
    (before, booked_before), _ = between(clinic, "missed", last="2025-05-19")
    (after, booked_after), weeks = between(clinic, "missed", change)
    assert f"{before:.0f} of {booked_before:,.0f} booked" in clinic.charter.problem
    assert f"{percent(clinic, 'missed', last='2025-05-19'):.1f}%" in clinic.charter.problem
    assert f"In the {weeks} weeks after" in clinic.sustaining.benefit
    assert (
        f"{after:.0f} of {booked_after:,.0f} visits were missed: "
        f"{percent(clinic, 'missed', change):.1f}%"
    ) in clinic.sustaining.benefit
    fewer = (before / booked_before - after / booked_after) * booked_after / weeks
    assert f"about {fewer:.0f} people a week" in clinic.sustaining.benefit
    late_before = average(clinic, "overrun", last="2025-05-19")
    late = average(clinic, "overrun", change)
    assert f"end {late:.0f} minutes late, not {late_before:.0f}" in clinic.sustaining.benefit
    chosen, aim, _, improving, _, kept = clinic.reached
    (missed, booked), _ = between(clinic, "missed", last="2025-02-24")
    assert chosen.note.startswith(f"{missed:.0f} of {booked:,.0f}")
    assert f"{percent(clinic, 'missed', last='2025-03-10'):.1f}%" in aim.note
    assert f"{percent(clinic, 'missed', change):.1f}%" in kept.note
    assert f"about {late - late_before:.0f} minutes later" in kept.note
    spring = percent(clinic, "missed", last="2025-03-24")
    assert f"{spring:.1f}% of the first 12 weeks" in improving.note
    weekly = {day: 100 * part / whole for day, part, whole in readings(clinic, "missed")}
    nine = [share for day, share in weekly.items() if "2025-06-16" <= day <= "2025-08-11"]
    assert len(nine) == 9
    assert max(nine) < spring
    assert f"{weekly['2025-09-08']:.1f}% in the week of 8 September" in clinic.sustaining.slips
    assert f"the next one was {weekly['2025-09-15']:.1f}%" in clinic.sustaining.slips


def test_the_tests_of_the_clinic_tell_what_its_readings_say():
    clinic = example_project("missed_appointments")
    poster = cycle(clinic, "poster-1")
    for first, last in (("2025-01-06", "2025-01-27"), ("2025-02-03", "2025-02-24")):
        (missed, _), _ = between(clinic, "missed", first, last)
        assert f"{missed:.0f} " in poster.happened
        assert f"{percent(clinic, 'missed', first, last):.1f}%" in poster.happened
    text = cycle(clinic, "text-6").happened
    four = ("2025-05-26", "2025-06-16")
    (missed, booked), _ = between(clinic, "missed", *four)
    assert text.startswith(f"{missed:.0f} of {booked:.0f} were missed")
    (could, asked), _ = between(clinic, "could-read", *four)
    assert f"{could:.0f} of {asked:.0f} had a message" in text
    assert f"{average(clinic, 'overrun', *four):.0f} minutes late" in text
    line = cycle(clinic, "line-4")
    (picked, calls), _ = between(clinic, "answered", "2025-06-09", "2025-06-30")
    assert line.happened.startswith(f"{picked:.0f} of {calls:.0f} calls")
    until = percent(clinic, "answered", last="2025-06-02")
    assert f"{until:.0f}% until now" in line.prediction
    (used, free), _ = between(clinic, "slots-used", "2025-06", "2025-06")
    assert cycle(clinic, "short-3").happened.startswith(f"{used:.0f} of {free:.0f} freed slots")
    (picked, calls), _ = between(clinic, "answered", last="2025-03-10")
    not_picked = f"{calls - picked:.0f} of {calls:,.0f}"
    assert sum(not_picked in text for text in texts(as_plain(clinic))) == 2


def test_no_test_of_the_line_has_more_calls_than_its_week():
    clinic = example_project("missed_appointments")
    weeks = {day: numbers for day, *numbers in readings(clinic, "answered")}
    for id, week in (("line-1", "2025-04-21"), ("line-2", "2025-04-28"), ("line-3", "2025-05-12")):
        picked, calls = map(int, re.match(r"(\d+) of (\d+) ", cycle(clinic, id).happened).groups())
        assert picked < weeks[week][0]
        assert calls - picked < weeks[week][1] - weeks[week][0]


def test_the_pay_office_tells_what_its_readings_say():
    office = example_project("payroll_errors")
    (before, slips_before), months = between(office, "with-error", last="2024-04")
    (after, slips_after), months_after = between(office, "with-error", "2024-05")
    assert f"{before:.0f} of {slips_before:,.0f} payslips" in office.charter.problem
    assert f"{percent(office, 'with-error', last='2024-04'):.2f}%" in office.charter.problem
    assert f"about {before / months:.0f} a month" in office.charter.problem
    assert f"{after:.0f} of {slips_after:,.0f} payslips" in office.sustaining.benefit
    assert f"{percent(office, 'with-error', '2024-05'):.2f}%" in office.sustaining.benefit
    fewer = (before / slips_before - after / slips_after) * slips_after / months_after
    assert f"about {fewer:.0f} people a month" in office.sustaining.benefit
    for id in ("mended", "questions"):
        then, now = average(office, id, last="2024-04"), average(office, id, "2024-05")
        assert re.search(
            rf"{now:.0f} (hours|questions) a month, not {then:.0f}", office.sustaining.benefit
        )
    (first_nine, _), _ = between(office, "with-error", last="2023-09")
    chosen, aim, _, improving, in_place, kept = office.reached
    assert chosen.note.startswith(f"{first_nine:.0f} errors in nine months")
    assert f"{percent(office, 'with-error', last='2023-10'):.2f}%" in aim.note
    below = [100 * p / w < 0.6 for day, p, w in readings(office, "with-error") if day >= "2024-05"]
    assert all(below[:9])
    assert "nine months in a row" in improving.note
    assert f"{percent(office, 'with-error', '2024-05', '2025-03'):.2f}%" in in_place.note
    assert f"{percent(office, 'with-error', '2024-05'):.2f}%" in kept.note
    assert f"last six had {percent(office, 'with-error', '2025-01'):.2f}%" in kept.note
    three, _ = between(office, "with-error", "2023-08", "2023-10")
    assert f"the {three[0]:.0f} errors from August to October 2023" in office.charter.problem
    kinds = re.findall(r"(\d+) (?:came|were typed|from something)", office.charter.problem)
    assert sum(map(int, kinds)) == three[0]


def test_the_tests_of_the_pay_office_tell_what_its_readings_say():
    office = example_project("payroll_errors")
    for id, month in (("form-2", "2024-02"), ("form-3", "2024-03"), ("form-4", "2024-04")):
        (changes, _), _ = between(office, "on-form", month, month)
        minutes = average(office, "form-minutes", month, month)
        expected = f"{changes:.0f} changes, {minutes:.1f} minutes each"
        assert cycle(office, id).happened.startswith(expected)
    half_year = ("2024-05", "2024-10")
    told = cycle(office, "form-5").happened
    (errors, slips), _ = between(office, "with-error", *half_year)
    assert f"{percent(office, 'on-form', *half_year):.1f}% of changes" in told
    assert f"{errors:.0f} of {slips:,.0f} payslips" in told
    assert f"took {average(office, 'form-minutes', *half_year):.1f} minutes" in told
    assert f"asked {average(office, 'questions', *half_year):.0f} questions" in told
    (in_time, changes), _ = between(office, "in-time", *half_year)
    assert cycle(office, "remind-4").happened.startswith(f"{in_time:,.0f} of {changes:,.0f}")
    usual = percent(office, "in-time", last="2024-04")
    assert f"It had been {usual:.1f}%" in cycle(office, "remind-4").happened
    assert f"{percent(office, 'with-error', '2025-02', '2025-02'):.2f}%" in office.sustaining.slips
    # Of the changes in a month, as many came in at all, however they came.
    on_form = {day: whole for day, _, whole in readings(office, "on-form")}
    assert on_form.items() <= {d: w for d, _, w in readings(office, "in-time")}.items()


@each
def test_no_person_and_no_address_is_named(name):
    assert not re.search(r"\b(Mr|Mrs|Ms|Dr|Rosa)\b|@|https?:", example_text(name))


def test_the_pay_office_has_no_clinical_words():
    text = example_text("payroll_errors").partition("\n")[2]
    assert not re.search(r"patient|clinic|\bwards?\b|nurse|doctor|hospital", text.lower())
