"""The guides for teaching a group: minutes, objectives, commands, sheets and numbers are true."""

from __future__ import annotations

import re
import statistics
from random import Random
from shlex import split

import click
import pytest

from course.cli import cli
from course.folders import MODULES
from course.markup import read_markdown
from course.notebook import Notebook, read_notebook
from course.syllabus import load_syllabus
from qi_tools import load_dataset
from qi_tools.experiments.coin_spin import Spin, spins

FOLDER = MODULES / "workshops"
INDUCTION = read_notebook(FOLDER / "all_staff_induction.ipynb")
WORKSHOPS = read_notebook(FOLDER / "all_staff_workshops.ipynb")
SHEETS = read_notebook(FOLDER / "all_staff_sheets.ipynb")
GUIDES = {"induction": INDUCTION, "workshops": WORKSHOPS}
each_guide = pytest.mark.parametrize("guide", GUIDES.values(), ids=GUIDES)
GAMES = 10_000
#: What each piece says, in bold, at the start of a line.
LABELS = ("Say.", "Do", "What usually happens.", "If it goes the other way.", "Time-saver.")


def text(notebook: Notebook, section: str | None = None) -> str:
    cells = notebook.section(section) if section else notebook.cells
    assert cells, f"{notebook.path.name} has no section {section}"
    return "\n\n".join(cell.source for cell in cells if cell.kind == "markdown")


def table(notebook: Notebook, section: str) -> list[list[str]]:
    """The rows of a section's table, without its head."""
    lines = [line for line in text(notebook, section).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def minutes(cell: str) -> int:
    return int(cell.strip("*")) if cell.strip("*").isdecimal() else 0


def headings(notebook: Notebook) -> list[str]:
    return [heading.text for _, heading in notebook.headings]


# ---- minutes ----------------------------------------------------------------------------------


def test_the_minutes_of_the_induction_add_up_with_and_without_the_further_quarter_of_an_hour():
    *pieces, (core, whole, _, _) = table(INDUCTION, "Timetable")
    assert [sum(minutes(row[at]) for row in pieces) for at in (0, 1)] == [45, 60]
    assert (minutes(core), minutes(whole)) == (45, 60)
    # The core is in the hour as it is, so only what it lacks comes on top.
    assert all(row[0] in (row[1], "–") for row in pieces)


def test_the_minutes_of_each_workshop_add_up():
    added = 0
    sessions = 0
    for count, what, _ in table(WORKSHOPS, "Timetable"):
        if "in all" in what:
            assert added == minutes(count) == 25, what
            added, sessions = 0, sessions + 1
        elif what.startswith("Piece"):
            added += minutes(count)
    assert (sessions, minutes(table(WORKSHOPS, "Timetable")[-1][0])) == (3, 75)


@each_guide
def test_each_piece_of_the_timetable_has_its_own_section_with_the_same_minutes(guide):
    """And each says the same few things, so that a coach always knows where to look."""
    planned = [
        (what, max(map(minutes, counts)))
        for *counts, what, _ in table(guide, "Timetable")
        if what.startswith("Piece")
    ]
    written = [
        (title, int(count), body)
        for title, count, body in re.findall(
            r"^#+ (Piece [^\n]+)\n\n\*(\d+) minutes(.*?)(?=^#|\Z)", text(guide), flags=re.M | re.S
        )
    ]
    assert [(title, count) for title, count, _ in written] == planned
    for title, _, body in written:
        for label in LABELS:
            assert f"\n**{label}" in body, f"{title} lacks {label}"


# ---- objectives -------------------------------------------------------------------------------


def objectives():
    dose = [module for module in load_syllabus().modules if module.dose == "all_staff"]
    return {objective.text: objective for module in dose for objective in module.objectives}


@each_guide
def test_each_objective_is_named_in_order_as_covered_in_the_room_or_in_the_handout_only(guide):
    rows = table(guide, "What people will take away")
    assert [row[0] for row in rows] == list(objectives())
    for objective, *places in rows:
        for place in places:
            session = re.match(r"Session \d", place)
            numbers = re.findall(r"\d+", place.removeprefix(session[0] if session else ""))
            assert numbers or place == "Handout only", objective
            section = text(guide)
            if session:
                name = next(each for each in headings(guide) if each.startswith(session[0] + ":"))
                section = text(guide, name)
            for number in numbers:
                assert re.search(rf"^#+ Piece {number}: ", section, flags=re.M), (objective, place)


def test_the_core_alone_leaves_the_questions_that_the_guide_names_to_the_handout():
    rows = table(INDUCTION, "What people will take away")
    wholly, partly = set(), set()
    for objective, core, hour in rows:
        questions = {each.split("/")[1] for each in objectives()[objective].assessed_by}
        if core == "Handout only":
            wholly |= questions
        elif "handout only" in core:
            partly |= questions
        assert "andout only" not in hour
    found = re.search(
        r"(\w+) of the (\d+) questions .*: questions ([\d, and]+)\.",
        text(INDUCTION, "What people will take away"),
    )
    named = {f"q{number}" for number in re.findall(r"\d+", found[3])}
    assert wholly < named <= wholly | partly
    assert (found[1], len(named)) == ("six", 6)
    assert int(found[2]) == load_syllabus().assessment("all_staff_check").slots


def test_what_the_hour_adds_is_marked_so_and_nothing_else_is():
    added = {what for core, _, what, _ in table(INDUCTION, "Timetable") if core == "–"}
    marked = set(
        re.findall(r"^## (Piece .+)\n\n\*\d+ minutes, only in the hour", text(INDUCTION), re.M)
    )
    assert added == marked
    assert marked


# ---- the check --------------------------------------------------------------------------------


@each_guide
def test_the_check_is_told_as_the_syllabus_has_it(guide):
    plan = load_syllabus().assessment("all_staff_check")
    hurdle = plan.hurdles[0]
    told = text(guide, "The check on paper")
    assert f"about {plan.minutes} minutes" in told
    assert f"{plan.slots} questions" in told
    assert f"To pass, {plan.slots_to_pass} must be right" in told
    assert f"{hurdle.least} of the {len(hurdle.slots)} {hurdle.name}" in told
    assert plan.attempts_before_facilitator == 3
    assert "After three tries" in told


@each_guide
def test_each_command_is_one_that_the_course_has(guide):
    commands = re.findall(r"^- `qi-course (.+)`$", text(guide), flags=re.M)
    assert {"desk enrol staff.csv", "mark", "award"} < set(commands)
    # Files named in a guide are examples, so only that the words fit is looked at.
    for line in commands:
        words, command, path = split(line), cli, "qi-course"
        while isinstance(command, click.Group):
            name, *words = words
            assert name in command.commands, f"{path} {name}"
            command, path = command.commands[name], f"{path} {name}"
        options = {name for each in command.params for name in each.opts if name.startswith("-")}
        needed = [each for each in command.params if isinstance(each, click.Argument)]
        given = re.sub(r"--\S+(?: (?!-)\S+)?", "", " ".join(words)).split()
        assert {word for word in words if word.startswith("-")} <= options, line
        assert len(given) >= sum(each.required for each in needed), line
        if "all_staff_check" in line:
            assert words[0] == "all_staff_check"
        for each in command.params:
            if isinstance(each, click.Option) and each.required:
                assert set(each.opts) & set(words), f"{line} lacks {each.opts}"


# ---- sheets -----------------------------------------------------------------------------------


def test_the_list_of_sheets_names_each_sheet_and_no_other():
    source = text(SHEETS).split("\n## ")[0]
    rows = [line.split("|")[1].strip() for line in source.splitlines() if line.startswith("| ")]
    assert rows[1:] == [name for name in headings(SHEETS) if name != "All staff: sheets to print"]


@each_guide
def test_each_sheet_that_a_guide_names_is_there(guide):
    sheets = set(headings(SHEETS)[1:])
    before = text(guide, "Before you start")
    start, end = before.index("[the sheets]"), before.index("**Print from the course")
    to_print = set(re.findall(r"(?<!\*)\*([A-Z][^*]+)\*", before[start:end]))
    assert to_print <= sheets
    # In the pieces a sheet's name stands in the same slanted letters, so all of them are known.
    used = {name for name in sheets if f"*{name}*" in text(guide)}
    assert used <= to_print
    assert len(to_print) > 10


def test_both_guides_together_use_each_sheet():
    named = text(INDUCTION) + text(WORKSHOPS)
    assert [name for name in headings(SHEETS)[1:] if f"*{name}*" not in named] == []


# ---- what is told of numbers ------------------------------------------------------------------


@pytest.fixture(scope="module")
def printed():
    """What the sheets' first code cell defines."""
    names: dict[str, object] = {}
    exec(next(cell for cell in SHEETS.cells if cell.kind == "code").source, names)
    return names


def test_the_late_jobs_are_those_of_lesson_a1(printed):
    lesson = read_notebook(MODULES / "1_all_staff" / "a1_why_improvement.ipynb")
    told: dict[str, list[list[int]]] = {}
    exec(next(cell for cell in lesson.cells if cell.kind == "code").source, told)
    late = [sum(week) for week in told["before"] + told["after"]]
    assert list(printed["LATE"]) == late
    middle = statistics.median(late)
    assert [number > middle for number in late] == [True] * 12 + [False] * 12


def test_the_coin_teams_come_out_as_the_guides_say(printed):
    random = Random(1)
    fewer = more = both = lower = 0
    for _ in range(GAMES):
        first, second, third = printed["coin_game"](random)
        down = second[first.index(max(first))] < max(first)
        up = second[first.index(min(first))] > min(first)
        fewer, more, both = fewer + down, more + up, both + (down and up)
        lower += sum(third) < sum(second)
    said = {"78": (fewer, more), "61": (both,)}
    for number, counts in said.items():
        for count in counts:
            assert count / GAMES * 100 == pytest.approx(int(number), abs=1.5)
    assert lower / GAMES > 0.99
    assert text(INDUCTION).count("in 78 of 100") == 2
    assert text(WORKSHOPS).count("in 78 of 100") == 1
    assert "In 61 of 100" in text(WORKSHOPS)


def test_the_printed_coin_game_is_one_that_the_guides_can_use(printed):
    first, second, third = printed["coin_game"](Random(38))
    worst, best = first.index(max(first)), first.index(min(first))
    assert first.count(max(first)) == first.count(min(first)) == 1
    assert second[worst] < first[worst]
    assert second[best] > first[best]
    assert sum(third) < min(sum(first), sum(second))


START = Spin("10p", "table", "flick")


def won(random, change):
    """How often the second five have the longer middle, and four or more beyond the middle line."""
    longer = clear = 0
    for _ in range(GAMES):
        before, after = spins(START, 5, random), spins(change, 5, random)
        longer += statistics.median(after) > statistics.median(before)
        middle = statistics.median(before + after)
        clear += sum(value > middle for value in after) >= 4
    return 100 * longer / GAMES, 100 * clear / GAMES


@each_guide
def test_the_coins_spin_as_the_guides_say(guide):
    random = Random(1)
    tray, tray_dots = won(random, Spin("10p", "tray", "flick"))
    hands, _ = won(random, Spin("10p", "table", "both hands"))
    pound, _ = won(random, Spin("£2", "table", "flick"))
    cloth, _ = won(random, Spin("10p", "cloth", "flick"))
    same, same_dots = won(random, START)
    told = re.search(
        r"middle spin in (\d+) of 100, both hands in (\d+) of 100, and the £2 in (\d+) of 100\. "
        r"With no change at all, “the second five” won in (\d+) of 100",
        text(guide),
    )
    assert [int(number) for number in told.groups()] == pytest.approx(
        [tray, hands, pound, same], abs=1.5
    )
    assert cloth < 1
    dots = re.search(r"middle line in (\d+) of 100\. With no change, in (\d+) of 100", text(guide))
    if guide is WORKSHOPS:
        assert [int(number) for number in dots.groups()] == pytest.approx(
            [tray_dots, same_dots], abs=1.5
        )


def test_two_spins_differ_as_often_as_the_guide_says():
    random = Random(1)
    pairs = [spins(START, 2, random) for _ in range(GAMES)]
    apart = sum(round(abs(one - other), 1) >= 2 for one, other in pairs)
    found = re.search(r"two seconds or more apart in (\d+) of 100", text(WORKSHOPS))
    assert apart / GAMES * 100 == pytest.approx(int(found[1]), abs=1.5)


@each_guide
def test_the_four_charts_show_what_the_guides_say_of_them(guide):
    lines = load_dataset("phone_waits_quick_fire_simulated").frame

    def above(name):
        return (lines[name] > lines[name].median()).tolist()

    told = text(guide)
    assert "1. Eye clinic | Noise" in told
    assert max(map(len, re.findall("T+|F+", "".join("FT"[one] for one in above("eye_clinic"))))) < 6
    assert "2. Blood tests | A signal: from dot 13, all lie below" in told
    assert above("blood_tests") == [True] * 12 + [False] * 12
    assert "3. X-ray | A signal: one dot far from all others" in told
    *_, next_highest, highest = sorted(lines["x_ray"])
    assert highest - next_highest > 3 * lines["x_ray"].std() / 2
    assert "4. IT help | A signal: first all below, then all above" in told
    assert above("it_help") == [False] * 12 + [True] * 12


@each_guide
def test_no_line_of_a_guide_needs_a_screen(guide):
    """A guide is complete on paper: it has no code, and no picture that is only seen when run."""
    assert all(cell.kind == "markdown" for cell in guide.cells)
    assert not any(read_markdown(cell.source).pictures for cell in guide.cells)
