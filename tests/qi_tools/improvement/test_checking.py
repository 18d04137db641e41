import copy
from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from qi_tools.improvement.checking import check
from qi_tools.improvement.fields import Line, Lines
from qi_tools.improvement.project import SECTIONS, Project, fields_of
from qi_tools.improvement.project_reading import as_plain, read_project
from qi_tools.improvement.stages import EVIDENCE, MEANINGS, STAGES
from tests.qi_tools.improvement.projects import projects

FIRST = date(2025, 1, 6)


def readings(*values):
    days = (FIRST + timedelta(weeks=week) for week in range(len(values)))
    return "\n".join(f"{day}, {value}" for day, value in zip(days, values, strict=True))


def week(number):
    return FIRST + timedelta(weeks=number)


WAVES = (13, 14, 12, 13, 15, 12)
LOWER = (8, 7, 9, 8, 6, 9)


def measure(id, kind, **rest):
    words = {"counted": "Those missed", "source": "The booking system", "owner": "Reception"}
    return {"id": id, "kind": kind, **words, **rest}


def cycle(id, scale, **rest):
    words = dict.fromkeys(("objective", "plan", "prediction", "happened", "study"), "Said.")
    return {"id": id, "scale": scale, "act": "adapt", "idea": "a3", **words, **rest}


def whole():
    """Give a small project, as a file holds it, that shows the evidence of all stages."""
    return copy.deepcopy(WHOLE)


WHOLE = {
    "aim": {
        "what": "Fewer visits are missed",
        "for_whom": "patients of the eye clinic",
        "measure": "visits missed, of all booked",
        "unit": "%",
        "baseline": 13,
        "target": 8,
        "by": date(2025, 9, 30),
    },
    "charter": {
        "problem": "One visit in eight is missed.",
        "why_now": "The list grows.",
        "organisation_aim": "Shorter waits",
        "in_scope": "The eye clinic",
        "out_of_scope": "Operations",
        "begins": FIRST,
    },
    "team": [
        {"id": part, "part": part, "role": "Nurse"}
        for part in ("leader", "sponsor", "member", "voice")
    ],
    "drivers": [
        *({"id": f"{way}1", "measures": ["done"]} for way in "ab"),
        *({"id": f"{way}2", "under": f"{way}1"} for way in "ab"),
        *({"id": f"{way}3", "under": f"{way}2"} for way in "ab"),
    ],
    "causes": [{"id": "a"}, {"id": "b"}, {"id": "c"}],
    "stakeholders": [{"id": "a", "influence": "high", "action": "Ask them."}],
    "measures": [
        measure(
            "missed",
            "outcome",
            better="lower",
            readings=readings(*WAVES, *WAVES, *WAVES, *LOWER, *LOWER, *LOWER),
        ),
        measure("done", "process", better="higher", feeds="missed"),
        measure("overrun", "balancing"),
    ],
    "cycles": [
        cycle("one", "1", began=week(10), ended=week(11)),
        cycle("three", "3", after="one", began=week(12)),
        cycle("five", "5", after="three", idea="b3"),
    ],
    "adopted": [{"id": "text", "what": "A text to all", "since": week(18)}],
    "sustaining": dict.fromkeys(("owner", "standard", "training", "watch", "slips"), "Said."),
    "sites": [{"id": "heart", "place": "Heart clinic"}],
    "reached": [{"id": "end", "stage": "kept up", "on": week(36), "agreed_by": "Sponsor"}],
}


def found(plain):
    return [(gap.section, gap.id, gap.field) for gap in check(read_project(plain)).gaps]


def test_a_whole_project_has_come_to_the_last_stage():
    done = check(read_project(whole()))
    assert (done.stage, done.gaps, done.warnings) == ("kept up", (), ())


def test_an_empty_project_begins_with_the_problem():
    done = check(Project())
    assert done.stage == ""
    assert (done.gaps[0].stage, done.gaps[0].section, done.gaps[0].field) == (
        *("chosen", "charter", "problem"),
    )
    assert {gap.stage for gap in done.gaps} == {*STAGES}
    assert done.warnings == ()


def test_every_stage_has_a_meaning_and_evidence():
    assert [*MEANINGS] == [*STAGES] == [*dict.fromkeys(each.stage for each in EVIDENCE)]
    assert len({each.name for each in EVIDENCE}) == len(EVIDENCE)


@pytest.mark.parametrize(
    ("stage", "section", "field"),
    [
        ("", "charter", "problem"),
        ("", "charter", "why_now"),
        ("", "charter", "organisation_aim"),
        *(("chosen", "aim", field) for field in ("what", "target", "baseline", "by")),
        *(("chosen", "aim", field) for field in ("measure", "for_whom")),
        ("chosen", "charter", "in_scope"),
        ("chosen", "charter", "out_of_scope"),
        *(
            ("improving", "sustaining", field)
            for field in ("owner", "standard", "training", "watch", "slips")
        ),
    ],
)
def test_a_blank_field_of_one_record_is_a_gap(stage, section, field):
    plain = whole()
    del plain[section][field]
    assert found(plain) == [(section, "", field)]
    assert check(read_project(plain)).stage == stage


@pytest.mark.parametrize(
    ("section", "record", "field", "gap"),
    [
        ("measures", 0, "counted", ("measures", "missed", "counted")),
        ("measures", 1, "source", ("measures", "done", "source")),
        ("measures", 2, "owner", ("measures", "overrun", "owner")),
        ("measures", 2, "kind", ("measures", "", "kind")),
        ("stakeholders", 0, "action", ("stakeholders", "a", "action")),
        ("cycles", 1, "prediction", ("cycles", "three", "prediction")),
        ("cycles", 1, "scale", ("cycles", "three", "scale")),
        ("cycles", 2, "after", ("cycles", "", "after")),
        ("reached", 0, "agreed_by", ("reached", "end", "agreed_by")),
        ("reached", 0, "on", ("reached", "", "on")),
        ("sites", 0, "place", ("spreading", "", "what")),
    ],
)
def test_a_blank_field_of_a_record_is_a_gap(section, record, field, gap):
    plain = whole()
    del plain[section][record][field]
    assert found(plain) == [gap]


@pytest.mark.parametrize("part", ["leader", "sponsor", "member", "voice"])
def test_each_part_in_the_team_is_needed(part):
    plain = whole()
    plain["team"] = [each for each in plain["team"] if each["part"] != part]
    assert found(plain) == [("team", "", "part")]


@pytest.mark.parametrize(
    ("section", "kept", "gaps"),
    [
        ("causes", 2, [("steps", "", "words")]),
        ("stakeholders", 0, [("stakeholders", "", "action")]),
        ("adopted", 0, [("adopted", "", "what"), ("adopted", "", "since")]),
        ("cycles", 2, [("cycles", "", "after")]),
        ("drivers", 1, [("drivers", "", "words")]),
        ("drivers", 5, [("drivers", "b1", "under")]),
    ],
)
def test_a_short_list_is_a_gap(section, kept, gaps):
    plain = whole()
    plain[section] = plain[section][:kept]
    for each in plain["cycles"]:
        each.pop("idea", None)
    assert found(plain) == gaps


def test_a_row_of_tests_that_starts_large_is_a_gap():
    plain = whole()
    plain["cycles"][0]["scale"] = "all"
    assert found(plain) == [("cycles", "one", "scale")]


def test_too_few_readings_are_no_baseline():
    plain = whole()
    plain["measures"][0]["readings"] = readings(*WAVES, *WAVES[:3])
    gaps = check(read_project(plain)).for_stage("team and aim")
    assert [gap.what for gap in gaps] == ["There are 9 readings of an outcome; it takes 10."]


def test_without_a_signal_nothing_is_improving():
    plain = whole()
    plain["measures"][0]["readings"] = readings(*WAVES * 6)
    done = check(read_project(plain))
    assert done.stage == "testing"
    assert [(gap.stage, gap.id, gap.field) for gap in done.gaps] == [
        ("improving", "missed", "readings"),
        ("in place", "missed", "readings"),
    ]


def test_a_signal_before_the_tests_is_not_theirs():
    plain = whole()
    for each in plain["cycles"]:
        each["began"] = week(40)
    gaps = check(read_project(plain)).gaps
    assert {gap.stage for gap in gaps} == {"testing", "improving", "in place"}


def test_without_a_better_direction_there_is_no_signal_for_the_better():
    plain = whole()
    del plain["measures"][0]["better"]
    assert ("measures", "missed", "readings") in found(plain)
    del plain["measures"][1]["better"]
    assert found(plain) == [("measures", "missed", "better")] * 2


def test_a_gain_that_slips_is_not_kept_up():
    plain = whole()
    plain["measures"][0]["readings"] = readings(*WAVES * 3, *LOWER * 3, *(19, 20, 19, 20, 19, 20))
    done = check(read_project(plain))
    assert done.stage == "in place"
    (gap,) = done.gaps
    assert "for the worse, last on 20 October 2025" in gap.what


def test_a_gain_lasts_for_twelve_readings_or_for_six_months():
    plain = whole()
    plain["adopted"][0]["since"] = week(26)
    assert [gap.what for gap in check(read_project(plain)).gaps] == [
        "There are 10 readings of an outcome since 7 July 2025; it takes 12. Or wait until they "
        "cover 6 months."
    ]
    for wide in (27, 25):
        months = [*(f"2025-{month:02}-03" for month in range(1, 13)), "2026-01-03", "2026-02-03"]
        values = [13, 14, 12, 13, 15, 12, 8, 7, 9, 8, 6, 9, 8, 7]
        rows = zip(months, values, strict=True)
        plain["measures"][0]["readings"] = "\n".join(f"{day}, {value}" for day, value in rows)
        plain["adopted"][0]["since"] = date(2026, 2, 3) - timedelta(weeks=wide)
        lasted = ("measures", "missed", "readings") not in [
            (gap.section, gap.id, gap.field)
            for gap in check(read_project(plain)).for_stage("kept up")
        ]
        assert lasted == (wide == 27)


@pytest.mark.parametrize(
    ("section", "record", "patch", "where"),
    [
        ("aim", None, {"by": date(2025, 1, 6)}, ("aim", "", "by")),
        ("aim", None, {"target": 0}, ("aim", "", "target")),
        ("cycles", 0, {"ended": week(9)}, ("cycles", "one", "ended")),
        ("team", 0, {"role": ""}, ("team", "leader", "role")),
        ("cycles", 2, {"idea": "a3"}, ("drivers", "b3", "words")),
        ("drivers", 0, {"measures": []}, ("drivers", "a1", "measures")),
        ("measures", 2, {"readings": "many"}, ("measures", "overrun", "readings")),
    ],
)
def test_what_should_be_looked_into_is_a_warning(section, record, patch, where):
    plain = whole()
    (plain[section] if record is None else plain[section][record]).update(patch)
    done = check(read_project(plain))
    assert [(gap.section, gap.id, gap.field) for gap in done.warnings] == [where]
    assert (done.stage, done.gaps) == ("kept up", ())


def test_a_process_measure_that_nothing_names_is_a_warning():
    plain = whole()
    plain["measures"].append(measure("posters", "process"))
    (gap,) = check(read_project(plain)).warnings
    assert (gap.id, gap.field) == ("posters", "feeds")


def test_a_stage_that_is_only_claimed_is_a_warning():
    plain = whole()
    del plain["sustaining"]
    (gap,) = check(read_project(plain)).warnings
    assert gap.what == '"Kept up" is said to be reached, and its evidence is not all here.'


def test_a_check_is_told_in_words_and_as_a_table():
    done = check(read_project({"charter": {"problem": "P"}, "team": [{"id": "a", "role": "R"}]}))
    lines = done.describe().splitlines()
    assert lines[0] == "The project does not show the evidence of the first stage yet."
    assert lines[1] == 'For "Chosen" it lacks 3 things:'
    assert lines[2].startswith("1. Charter: Why now? – It is not filled in.")
    assert "Worth a second look:" in lines
    assert [*done.table.columns] == ["stage", "where", "missing", "why"]
    assert len(done.table) == len(done.gaps) + len(done.warnings)
    assert check(Project()).table.shape[1] == check(read_project(whole())).table.shape[1] == 4


@settings(max_examples=25)
@given(projects(4))
def test_any_project_can_be_checked(project: Project):
    done = check(project)
    assert done == check(project) == check(read_project(as_plain(project)))
    order = [*STAGES]
    assert [gap.stage for gap in done.gaps] == sorted(
        (gap.stage for gap in done.gaps), key=order.index
    )
    assert (done.gaps == ()) == (done.stage == order[-1])
    assert all(
        order.index(gap.stage) > (order.index(done.stage) if done.stage else -1)
        for gap in done.gaps
    )
    assert done.describe()
    for gap in (*done.gaps, *done.warnings):
        section = SECTIONS[gap.section]
        assert gap.where
        assert gap.field in fields_of(section.record)
        ids = {each.id for each in getattr(project, gap.section)} if section.one else set()
        assert gap.id in {"", *ids}


@settings(max_examples=25)
@given(projects(3))
def test_what_is_filled_in_is_no_gap_any_more(project: Project):
    for gap in check(project).gaps:
        plain = as_plain(project)
        kind = fields_of(SECTIONS[gap.section].record)[gap.field]
        if gap.what != "It is not filled in." or not isinstance(kind, Line | Lines):
            continue
        held = plain.setdefault(gap.section, {})
        if gap.id:
            held = next(each for each in held if each["id"] == gap.id)
        held[gap.field] = "Said."
        places = [(each.section, each.id, each.field) for each in check(read_project(plain)).gaps]
        assert (gap.section, gap.id, gap.field) not in places


def test_records_are_called_by_their_words_and_not_by_their_ids():
    plain = whole()
    plain["drivers"][4]["words"] = "A text in plain words"
    plain["cycles"] = [{**cycle, "idea": "b3"} for cycle in plain["cycles"]]
    (warning,) = check(read_project(plain)).warnings
    assert warning.where == "Driver diagram, “A text in plain words”: Driver or change idea"
    assert warning.what == "No test names a change idea: “A text in plain words”."
