import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.improvement.aim import Aim, weaknesses
from qi_tools.improvement.project import Project
from tests.qi_tools.improvement.projects import projects

WHOLE = {
    "what": "Fewer appointments are missed",
    "for_whom": "patients of the eye clinic",
    "measure": "appointments missed, of all booked",
    "unit": "%",
    "baseline": 13,
    "target": 8,
    "by": date(2026, 3, 31),
}


@pytest.mark.parametrize(
    "what",
    [
        "Fewer appointments are missed",
        "Reduce the time from referral to first visit",
        "Pay is right the first time",
        "More babies are warm on arrival",
        "Patients wait less in A&E",
        "People in pain get pain relief within 20 minutes",
        "Increase the share of letters sent within a week",
        "Fewer people fall",
        "Restraint is used less",
        "Written complaints are answered in time",
        "Trains between sites run on time",
        "Patients develop fewer pressure ulcers",
        "Creatinine is checked before contrast is given",
        "Better sleep at night",  # vague without numbers; here numbers say what it means
    ],
)
def test_a_strong_aim_has_no_weakness(what):
    assert weaknesses(Aim(**{**WHOLE, "what": what})) == ()


@pytest.mark.parametrize(
    "what",
    [
        "Introduce a leaflet",
        "Launching a text message service",
        "We will implement the falls bundle",
        "To train all nurses in hand hygiene",
        "Write a new policy for discharge",
        "Roll out the app to all wards",
        "Buy three bladder scanners",
        "Have a champion on each ward",
        "Our aim is to set up a helpline",
        "All staff are trained in sepsis",
        "Implementation of the new rota",
    ],
)
def test_what_a_team_does_is_doubted(what):
    (found,) = weaknesses(Aim(**{**WHOLE, "what": what}))
    assert (found.field, found.doubt) == ("what", True)
    assert "may be" in found.lacks


@pytest.mark.parametrize(
    "what",
    ["Improve communication", "Better care", "Optimise flow", "Raising awareness of sepsis"],
)
def test_a_vague_word_is_doubted_where_no_number_says_what_it_means(what):
    found = weaknesses(Aim(**{**WHOLE, "what": what, "target": None}))
    assert [each.field for each in found] == ["what", "target"]
    assert weaknesses(Aim(**{**WHOLE, "what": what})) == ()


@pytest.mark.parametrize("whom", ["Everyone", "all patients", "All of our staff.", "patients"])
def test_all_people_in_no_place_are_doubted(whom):
    (found,) = weaknesses(Aim(**{**WHOLE, "for_whom": whom}))
    assert (found.field, found.doubt) == ("for_whom", True)


@pytest.mark.parametrize("whom", ["all patients of ward 6", "staff paid each month"])
def test_people_in_a_place_are_not_doubted(whom):
    assert weaknesses(Aim(**{**WHOLE, "for_whom": whom})) == ()


@pytest.mark.parametrize("blank", ["what", "for_whom", "measure", "baseline", "target", "by"])
def test_each_blank_part_is_named(blank):
    aim = Aim(**{name: value for name, value in WHOLE.items() if name != blank})
    (found,) = weaknesses(aim)
    assert (found.field, found.doubt) == (blank, False)


def test_an_empty_aim_lacks_what_first():
    assert [each.field for each in weaknesses(Aim())] == [
        *("what", "target", "baseline", "measure", "for_whom", "by")
    ]


def test_a_target_that_changes_nothing_is_a_fault_and_a_perfect_one_a_question():
    (same,) = weaknesses(Aim(**{**WHOLE, "target": 13}))
    assert (same.field, same.doubt) == ("target", False)
    for target in (0, 100):
        (perfect,) = weaknesses(Aim(**{**WHOLE, "target": target}))
        assert perfect.doubt
        assert perfect.ask.startswith("Can it ever be exactly that?")
    assert weaknesses(Aim(**{**WHOLE, "target": 100, "unit": "days"})) == ()


def test_soon_is_no_date():
    (found,) = weaknesses(Aim(**{**WHOLE, "what": "Fewer missed visits asap", "by": None}))
    assert found.lacks == '"asap" is no date.'


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({}, ""),
        (
            WHOLE,
            "Fewer appointments are missed for patients of the eye clinic: from 13% to 8% by "
            "31 March 2026, measured as appointments missed, of all booked.",
        ),
        ({"what": "Fewer falls.", "for_whom": "On ward 6"}, "Fewer falls on ward 6."),
        ({"what": "Fewer falls on ward 6", "for_whom": "ward 6"}, "Fewer falls on ward 6."),
        ({"what": "Fewer falls", "by": date(2026, 3, 1)}, "Fewer falls by 1 March 2026."),
        ({"for_whom": "Patients", "target": 3.5}, "For patients: to 3.5."),
        ({"for_whom": "Moorfields staff"}, "For Moorfields staff."),
        ({"baseline": 20, "target": 9.95, "unit": "days"}, "From 20 to 9.95 days."),
        ({"baseline": 1200, "target": 900, "unit": "£"}, "From £1,200 to £900."),
        ({"baseline": 20, "unit": "days"}, "Now 20 days."),
        ({"measure": "Visits missed"}, "Measured as visits missed."),
        ({"by": date(2026, 3, 1)}, "By 1 March 2026."),
    ],
)
def test_the_sentence_has_what_is_filled_in(parts, sentence):
    assert Aim(**parts).sentence == sentence


@settings(max_examples=25)
@given(st.sets(st.sampled_from([*WHOLE])))
def test_no_gap_makes_the_sentence_clumsy(filled):
    sentence = Aim(**{name: WHOLE[name] for name in filled}).sentence
    assert not re.search(r"  | [,.:]|[,:.][,:.]|:$|^\W", sentence)
    assert not sentence or (sentence[0].isupper() and sentence.endswith("."))
    assert bool(sentence) == bool(filled - {"unit"})


@settings(max_examples=25)
@given(projects(0))
def test_any_aim_gets_a_sentence_and_whole_words(project: Project):
    assert isinstance(project.aim.sentence, str)
    for found in weaknesses(project.aim):
        assert hasattr(project.aim, found.field)
        assert found.lacks.endswith(".")
        assert "?" in found.ask
