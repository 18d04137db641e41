"""Each fault of a teaching part, planted alone, is found and named; what is good is left alone."""

import pytest

from tests.course.small_questions import (
    CHECKLIST,
    CHECKS,
    EXPERIMENT,
    NUMBER,
    ORDER,
    POLL,
    SEVERAL,
    STORY,
    TREE,
)
from tests.small_lesson import changed, code, edited, faults_of, plus

STEPPER = 'stepper("Waits", [Frame("<p>8</p>", "Eight minutes")])'
SCENE = (
    'scene("a9-scene", "Find it.", picture(), {"door": Spot(20, 50, "The door", "It slams"), '
    '"bin": Spot(60, 50, "The bin", "It is full")})'
)
MATCH = (
    'match("a9-match", "Which?", {"r": "A row", "s": "A second row"}, {"1": "First", '
    '"2": "Second"}, right={"r": "1", "s": "2"}, feedback={"r": "No", "s": "No", "right": "Yes"})'
)
BUILD = (
    'build("a9-build", "Build it.", {"p": ("P?", {"x": "Xray", "y": "Yard"}), "q": ("Q?", TWO)}, '
    'right={"p": "x", "q": {"x", "y"}}, feedback={"p": {"x": "Yes", "y": "No"}, "q": TWO}, '
    'done="Done", sentence="{p} and {q}")'
).replace("TWO", '{"x": "Xylophone", "y": "Yes"}')


def searched(old, new):
    """Return the good lesson with a scene after the prediction, a few words of it changed."""
    assert old in SCENE
    return edited("guess", STEPPER, SCENE.replace(old, new))


def matched(old, new):
    """Return the good lesson with a match in place of the card, a few words of it changed."""
    assert old in MATCH
    return changed("card", source=MATCH.replace(old, new))


def instead(source, old, new):
    """Return the good lesson with another part in place of the card, a few words of it changed."""
    assert old in source
    return changed("card", source=source.replace(old, new))


def built(old, new):
    """Return the good lesson with a sentence to build, a few words of it changed."""
    assert old in BUILD
    return changed("card", source=BUILD.replace(old, new))


PLANTED = {
    "scene before": (plus(code("early", SCENE)), "shows a scene before a prediction"),
    "scene of one spot": (
        searched(', "bin": Spot(60, 50, "The bin", "It is full")', ""),
        "has no spots to read for 'a9-scene'",
    ),
    "spots made at run time": (
        searched('{"door"', 'spots() or {"door"'),
        "has no spots to read for 'a9-scene'",
    ),
    "spot without text": (searched('"It is full"', '" "'), "has no text for spot 2 of 'a9-scene'"),
    "spot without label": (
        searched('"The door"', "label()"),
        "has no label for spot 1 of 'a9-scene'",
    ),
    "spot that is none": (
        searched('Spot(20, 50, "The door", "It slams")', "3"),
        "has no label for spot 1 of 'a9-scene'",
    ),
    "match without rows to read": (
        matched('{"r": "A row", "s": "A second row"}', "rows()"),
        "cell 6 (card): has no 'rows' to read for 'a9-match'",
    ),
    "match of one row": (matched(', "s": "A second row"', ""), "a9-match needs two or more rows"),
    "match of one option": (
        matched(', "2": "Second"}', "}"),
        "a9-match needs two or more options",
    ),
    "match without right": (
        matched('right={"r": "1", "s": "2"}, ', ""),
        "a9-match has only one of right and feedback",
    ),
    "match with right not readable": (
        matched('{"r": "1", "s": "2"}', "right"),
        "has no 'right' to read for 'a9-match'",
    ),
    "match right for no row": (
        matched('{"r": "1", "s": "2"}', '{"r": "1", "t": "2"}'),
        "The right option of a9-match is for r, t",
    ),
    "match right is no option": (
        matched('{"r": "1", "s": "2"}', '{"r": "1", "s": "3"}'),
        "The right option for s of a9-match is '3'. Use one of: 1, 2",
    ),
    "match feedback missing": (
        matched(', "right": "Yes"', ""),
        "The feedback of a9-match is for r, s. Give it for each of: r, s, right",
    ),
    "match feedback blank": (matched('"right": "Yes"', '"right": " "'), "a9-match for right is"),
    "match row id": (matched('"s": "A second', '"s=t": "A second'), "'s=t' cannot be an id"),
    "check by a match without feedback": (
        matched(
            ', right={"r": "1", "s": "2"}, feedback={"r": "No", "s": "No", "right": "Yes"}', ""
        ),
        "has the question 'a9-match' without 'right' and 'feedback'",
    ),
    "build with one option": (built(', "y": "Yard"', ""), "part p, needs two or more options"),
    "build right is no option": (
        built('right={"p": "x"', 'right={"p": "z"'),
        "The strong option for p of a9-build is 'z'",
    ),
    "build feedback missing for one": (
        built('{"x": "Yes", "y": "No"}', '{"x": "Yes"}'),
        "The feedback of a9-build for p is for x. Give it for each of: x, y",
    ),
    "build sentence without a part": (
        built("{p} and {q}", "{p} and"),
        "Put each part's id into it in braces, and no others: {p}, {q}",
    ),
    "build sentence made at run time": (
        built('"{p} and {q}"', "sentence"),
        "has no 'sentence' to read for 'a9-build'",
    ),
    "build without done": (
        built('done="Done", ', ""),
        "has no 'done' to read for 'a9-build'",
    ),
    "several right is no option": (
        instead(SEVERAL, '{"x"}', '{"z"}'),
        "has the several 'a9-several', which cannot work: The right answers to a9-several are {'z'",
    ),
    "check by several without feedback": (
        instead(SEVERAL, ', right={"x"}, feedback={"x": "Yes", "y": "No"}', ""),
        "has the question 'a9-several' without 'right' and 'feedback'",
    ),
    "order right misses one": (instead(ORDER, ', "z"]', "]"), "The right order of a9-order is"),
    "order without right": (
        instead(ORDER, 'right=["x", "y", "z"], ', ""),
        "has no 'right' to read for 'a9-order'",
    ),
    "number out of its limits": (instead(NUMBER, "high=9", "high=3"), "allows 0 to 3"),
    "number with too long a step": (instead(NUMBER, "step=1", "step=99"), "has steps of 99"),
    "number made at run time": (
        instead(NUMBER, "right=4", "right=len(ROWS)"),
        "has no 'right' to read for 'a9-number'",
    ),
    "tree in a circle": (instead(TREE, '"outcome", "aim"', '"outcome", "y"'), "has a circle"),
    "tree of no such kind": (instead(TREE, '"process"', '"input"'), "The right place for y of"),
    "tree place without a parent": (
        instead(TREE, 'Place("outcome", "aim")', 'Place("outcome")'),
        "has no 'right' to read for 'a9-tree'",
    ),
    "tree feedback missing": (instead(TREE, ', "right": "Yes"', ""), "The feedback of a9-tree"),
    "checklist of one check": (instead(CHECKLIST, ', "y": "Two"', ""), "two or more checks"),
    "checklist without a model": (
        instead(CHECKLIST, ', model="We wait less."', ""),
        "has no 'model' to read for 'a9-list'",
    ),
    "poll of one option": (instead(POLL, ', "y": "They"', ""), "two or more options"),
    "story that leads nowhere": (
        instead(STORY, '"Push", "end"', '"Push", "later"'),
        "which cannot work: The story a9-story cannot be told",
    ),
    "story made at run time": (
        instead(STORY, '"That was it."', "told()"),
        "has no 'moments' to read for 'a9-story'",
    ),
    "experiment that is none": (instead(EXPERIMENT, "sweets", "jar"), "no experiment 'jar'"),
    "experiment of no such luck": (instead(EXPERIMENT, "3", "0"), "The luck of a9-jar is 0"),
    "experiment without an id": (
        instead(EXPERIMENT, '"a9-jar"', "name"),
        "calls experiment without an id in quotes",
    ),
    "id of a checklist's ticks": (
        instead(CHECKLIST + "\nCHOICE", "CHOICE", 'written("a9-list-checks", "?")'),
        "has the activity id 'a9-list-checks' of cell 6 (card)",
    ),
    "id of an experiment's turns": (
        instead('written("a9-jar-turns", "?")\nLAB', "LAB", EXPERIMENT),
        "has the activity id 'a9-jar-turns' of cell 6 (card)",
    ),
    "stepper before": (
        plus(code("early", 'stepper("Waits", [])')),
        "shows a stepper before a prediction",
    ),
    "unlocks nothing": (edited("guess", ", then=shown", ""), "unlocks nothing"),
    "no right": (edited("check-1", '    right="a",\n', ""), "says no right option for 'a9-check'"),
    "right is no option": (edited("check-1", 'right="a"', 'right="c"'), "says no right option"),
    "feedback missing for one": (
        edited("check-1", ', "b": "No"', ""),
        "gives no feedback on option 'b' of 'a9-check'",
    ),
    "feedback blank": (edited("card", '"b": "No"', '"b": " "'), "gives no feedback on option 'b'"),
    "feedback on no option": (
        edited("card", '"b": "No"', '"b": "No", "c": "?"'),
        "feedback on 'c'",
    ),
    "right not readable": (edited("card", 'right="a"', 'right=["a"]'), "says no right option"),
    "options are numbers": (edited("card", '{"a": "One", "b": "Two"}', "{1: 2, 3: 4}"), "1, 3"),
    "options are no literal": (
        edited("card", '{"a": "One", "b": "Two"}', "{[]: 1, []: 2}"),
        "has no options to read",
    ),
    "check without feedback": (
        changed("check-1", source='choice("a9-check", "Which?", {"a": "One", "b": "Two"})'),
        "without 'right' and 'feedback'",
    ),
    "options not readable": (edited("card", "WAYS, ", "ways(), "), "has no options to read"),
    "one option": (
        edited("card", '{"a": "One", "b": "Two"}', '{"a": "One"}'),
        "has no options to read",
    ),
    "id twice": (edited("card", "a9-card", "a9-check"), "has the activity id 'a9-check' of cell 6"),
    "id with capitals": (edited("card", "a9-card", "a9-Card"), "use small letters"),
    "id made at run time": (edited("card", '"a9-card"', "name"), "without an id in quotes"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found(tmp_path, name):
    notebook, expected = PLANTED[name]
    found = faults_of(tmp_path, notebook)
    assert any(expected in fault for fault in found), found


@pytest.mark.parametrize(
    "notebook",
    [
        searched("picture()", "PICTURE"),
        changed("card", source=MATCH),
        changed(
            "card",
            source="ROWS = {'r': 'A row', 's': 'Two'}\n"
            + MATCH.replace('{"r": "A row", "s": "A second row"}', "ROWS"),
        ),
        *(changed("card", source=source) for source in (BUILD, *CHECKS)),
        *(plus(code("more", source)) for source in (CHECKLIST, POLL, STORY)),
    ],
)
def test_every_kind_of_question_may_be_good(tmp_path, notebook):
    assert faults_of(tmp_path, notebook) == []


def test_spots_may_stand_in_a_name(tmp_path):
    spots = SCENE[SCENE.index('{"door"') : -1]
    source = f"SPOTS = {spots}\n{SCENE.replace(spots, 'SPOTS')}"
    [fault] = faults_of(tmp_path, plus(code("early", source)))
    assert "shows a scene before a prediction" in fault


def test_a_stepper_may_be_made_by_a_lambda(tmp_path):
    source = (
        'predict("a9-guess", "What next?", {"up": "Up", "down": "Down"}, '
        'then=lambda guess: stepper("Waits", [Frame("", "8")]))'
    )
    assert faults_of(tmp_path, changed("guess", source=source)) == []
