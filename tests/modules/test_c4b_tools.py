"""What lesson C4b tells of its data, and of what it simulates, is true."""

import ast
from collections import Counter
from itertools import pairwise
from random import Random
from statistics import fmean

import pytest

from course.folders import MODULES
from course.notebook import read_notebook
from qi_tools import control_chart, load_dataset, run_chart
from qi_tools.experiments.clinic_queue import Clinic, Constant, Lognormal, run_clinic
from tests.modules.lesson_told import EITHER_SET, defined, question, right

LESSON = read_notebook(MODULES / "3_senior_leaders" / "c4b_tools.ipynb")
SOURCE = "\n".join(cell.source for cell in LESSON.cells)
HOME = load_dataset("discharge_steps_simulated").frame.drop(columns="person")
REMARKS = load_dataset("interview_snippets_simulated").frame
REFERRALS = load_dataset("referrals_simulated").frame


@pytest.fixture(scope="module")
def told():
    return defined(LESSON)


def minutes(steps):
    return sum(minutes or 0 for _, _, _, minutes, _ in steps)


def test_one_mans_way_home_is_one_of_the_60(told):
    steps = told["STEPS"]
    parts = (steps[1:3], steps[3:7], steps[7:9], steps[9:])
    assert [minutes(part) for part in parts] == [55, 173, 32, 12]
    assert [55, 173, 32, 12] in HOME.to_numpy().tolist()
    assert minutes(steps) == 272


def test_pharmacy_worked_for_33_of_173_minutes_and_the_rest_was_waiting(told):
    steps = told["STEPS"]
    assert minutes(step for step in steps[3:7] if step[1] != "wait") == 33
    by_worth = {
        worth: minutes(s for s in steps if s[4] == worth) for worth in ("value", "needed", "waste")
    }
    assert by_worth == {"value": 52, "needed": 10, "waste": 210}
    assert {step[1] for step in steps if step[4] == "waste"} == {"wait"}
    assert minutes(step for step in steps if step[1] == "wait") == 210
    longest = sorted((s[3], s[0]) for s in steps if s[1] == "wait")[-2:]
    assert [said for _, said in longest] == ["List lies in a tray", "Bag waits to be fetched"]


def test_the_map_has_one_loop_and_no_dead_end(told):
    shown = told["way_home"]()
    assert [(way.start, way.to) for way in shown.loops] == [(5, 3)]
    assert not shown.dead_ends
    assert not shown.never_reached
    assert not shown.undecided
    assert shown.minutes.share == pytest.approx(52 / 272)


def test_nobody_leaves_by_noon(told):
    times = told["minutes_home"]()
    assert len(times) == 60
    assert times.min() == 124  # half past ten and 124 minutes are 12.34
    assert times.min() > 90
    assert 9 * 60 < times.max() < 10 * 60


def test_the_reasons_by_who_could_change_them(told):
    reasons = told["reasons"]()
    counts = Counter(reasons)
    assert len(reasons) == 207
    assert told["OURS"] < counts.keys()
    assert sum(reason in told["OURS"] for reason in reasons) == 105
    assert told["as_written"]().causes[0] == "Patient unwell"
    assert told["as_ours"]().causes[0] == "Something of ours"
    for said in (
        "unwell 83, letter late 52, clinic moved 39, no transport 10, other 9, notes missing 7, "
        "results not back 4, interpreter not booked 3",
        "105 of 207",
    ):
        assert said in SOURCE
    assert sorted(counts.values(), reverse=True) == [83, 52, 39, 10, 9, 7, 4, 3]


@EITHER_SET
def test_cancellations_are_steady_under_either_set_of_rules(told, rules):
    measure = told["by_week"]().measure
    assert len(measure.values) == 26
    assert round(measure.values.mean()) == 8
    assert not run_chart(measure, rules=rules).signals
    assert not control_chart(measure, "c", rules=rules).signals


def test_the_remarks_and_their_themes():
    counts = Counter(REMARKS["theme"])
    assert len(REMARKS) == 24
    assert counts["waiting"] == counts["not knowing"] == 6
    assert Counter(REMARKS["who"])["patient"] == 8
    assert set(REMARKS["who"]) == {"patient", "receptionist", "nurse", "porter", "carer"}


def test_each_remark_to_sort_has_the_theme_of_the_data():
    themes = {
        "wait": "waiting",
        "know": "not knowing",
        "way": "finding the way",
        "around": "working around",
    }
    rows = ast.literal_eval(question(LESSON, "c4b-sort").node.args[2])
    for row, answer in right(LESSON, "c4b-sort").items():
        remark = rows[row].strip("“”").casefold()
        found = [
            theme
            for snippet, theme in zip(REMARKS["snippet"], REMARKS["theme"], strict=True)
            if remark in snippet.casefold()
        ]
        assert found == [themes[answer]], remark


def test_the_remarks_that_are_quoted_are_in_the_data():
    said = [cell.source for cell in LESSON.cells if "what_they_said" in cell.source]
    quoted = [
        node.value
        for node in ast.walk(ast.parse(said[0]))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    remarks = {snippet.split(", ", 1)[-1].casefold() for snippet in REMARKS["snippet"]}
    remarks |= {snippet.casefold() for snippet in REMARKS["snippet"]}
    assert sum(text.casefold() in remarks for text in quoted) == 5


def test_five_steps():
    assert [round(100 * share) for share in (0.95**5, 0.95**4, 0.96**5)] == [77, 81, 82]


def runs(times=12, **settings):
    return [run_clinic(Clinic(weeks=4, **settings), Random(seed)) for seed in range(times)]


def mean_wait(**settings):
    return fmean(run.mean_wait for run in runs(**settings))


def test_what_the_five_runs_show():
    usual = Lognormal(10, 0.5)
    first = mean_wait(patients_an_hour=4.8, visit=usual)
    full = mean_wait(patients_an_hour=5.7, visit=usual)
    booked = mean_wait(patients_an_hour=5.7, visit=usual, arrivals="appointments")
    alike = mean_wait(patients_an_hour=5.7, visit=Constant(10), arrivals="appointments")
    shared = mean_wait(patients_an_hour=11.4, visit=usual, clinicians=2)
    assert 1.3 * first < full
    assert booked < full / 2
    assert alike == 0
    assert shared < 0.85 * full


def one_server(load, people, seed):
    """Wait after wait, by Lindley's recursion, where the doors never close."""
    random, visit = Random(seed), Lognormal(10, 0.5)
    wait = total = 0.0
    for _ in range(people):
        total += wait
        wait = max(0.0, wait + visit.minutes(random.random()) - random.expovariate(load / 10))
    return total / people


def test_the_long_run_waits_are_those_of_a_simulation(told):
    waits = {load: told["long_run_wait"](load) for load in (0.6, 0.8, 0.9, 0.95)}
    assert [round(wait) for wait in waits.values()] == [9, 25, 56, 119]
    assert waits[0.95] / waits[0.8] == pytest.approx(4.75)  # "nearly five times"
    assert all(after > before for before, after in pairwise(waits.values()))
    assert one_server(0.6, 60_000, 1) == pytest.approx(waits[0.6], rel=0.05)
    assert one_server(0.8, 150_000, 2) == pytest.approx(waits[0.8], rel=0.08)


def test_from_85_to_97_waits_grow_several_times_and_the_load_by_a_seventh(told):
    assert abs(0.97 / 0.85 - (1 + 1 / 7)) < 0.005
    assert told["long_run_wait"](0.97) / told["long_run_wait"](0.85) > 5


def test_a_year_with_room_for_all_on_average():
    assert (REFERRALS["slots"].sum(), REFERRALS["referrals"].sum()) == (2539, 2500)
    assert (REFERRALS["waiting"] > 0).sum() == 37
    assert REFERRALS["waiting"].max() == 44
    assert (REFERRALS["slots"] - REFERRALS["seen"]).sum() == 76


def test_a_carve_out_makes_many_more_wait(told):
    assert told["list_after_two_years"](10) > 2 * told["list_after_two_years"](0)


def dice_list(random, slots):
    waiting = 0
    for _ in range(20):
        waiting = max(0, waiting + random.randint(1, 6) + random.randint(1, 6) - slots)
    return waiting


def test_the_dice_come_out_as_the_facilitator_is_told():
    random, games = Random(1), 20_000
    seven, eight = ([dice_list(random, slots) for _ in range(games)] for slots in (7, 8))
    assert sum(waiting >= 7 for waiting in seven) / games == pytest.approx(0.47, abs=0.02)
    assert sum(waiting == 0 for waiting in seven) / games == pytest.approx(1 / 6, abs=0.02)
    assert sum(waiting >= 7 for waiting in eight) / games == pytest.approx(1 / 20, abs=0.01)
