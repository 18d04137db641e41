"""The check on lesson A1: a sound bank, a key that only the marker sees, and a page that runs."""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from math import comb
from pathlib import Path
from typing import Any

import nbformat
import pytest

from course.folders import COURSE, MODULES
from course.paper import Bank, Drawn, Item, draw, load_bank, open_paper
from course.syllabus import load_syllabus
from qi_tools.answers import AnswerFile

SOURCE = COURSE / "source" / "a1_check"
NOTEBOOK = SOURCE / "a1_check.ipynb"
PSEUDONYM = "0123456789abcdef"
SLOTS = [f"q{number}" for number in range(1, 9)]
BEGIN, END = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"

Key = dict[str, tuple[str, str]]
Chooser = Callable[[Drawn], str | None]


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def notebook() -> Any:
    return read(NOTEBOOK)


def marked_cells() -> dict[str, Any]:
    return {
        cell.metadata.nbgrader.grade_id: cell
        for cell in notebook().cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }


def key_of(slot: str) -> Key:
    """Return one slot's key, read from its hidden test without running it."""
    hidden = marked_cells()[slot].source.partition(BEGIN)[2].partition(END)[0]
    first = ast.parse(hidden).body[0]
    assert isinstance(first, ast.Assign)
    key: Key = ast.literal_eval(first.value)
    return key


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank(SOURCE / "bank.toml")


@pytest.fixture(scope="module")
def key() -> Key:
    return {item: answer for slot in SLOTS for item, answer in key_of(slot).items()}


def items_of(bank: Bank) -> Iterator[Item]:
    for slot in bank.slots:
        yield from slot.items


# --- bank, key, syllabus and lesson agree


def test_bank_notebook_and_syllabus_agree(bank: Bank) -> None:
    plan = load_syllabus().assessment("a1_check")
    assert (bank.assessment, bank.version) == (plan.id, plan.version)
    assert [slot.id for slot in bank.slots] == SLOTS == list(marked_cells())
    assert plan.slots == len(SLOTS)
    page = "\n".join(cell.source for cell in notebook().cells if cell.cell_type == "markdown")
    assert page.startswith(f"# {plan.title}\n")
    assert f"about {plan.minutes} minutes" in page
    assert f"{plan.pass_percent} %" in page
    assert f"{plan.wait_hours} hours" in page
    assert plan.slots_to_pass == 7
    assert "seven of the eight" in page
    assert plan.attempts_before_facilitator == 3
    assert "After three tries" in page


def test_slots_cover_the_lessons_objectives(bank: Bank) -> None:
    module = load_syllabus().module("A1")
    assessed = {
        item.rpartition("/")[2]: objective.topic
        for objective in module.objectives
        for item in objective.assessed_by
    }
    assert {slot.id: slot.topic for slot in bank.slots} == assessed
    assert {slot.module for slot in bank.slots} == {"A1"}
    assert Counter(slot.difficulty for slot in bank.slots) == {"easy": 5, "medium": 3}


def test_what_to_read_again_is_a_heading_of_the_lesson(bank: Bank) -> None:
    lesson = load_syllabus().module("A1").notebook
    assert lesson is not None
    cells = read(MODULES / lesson).cells
    headings = {
        line.removeprefix("## ").strip()
        for cell in cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("## ")
    }
    assert {slot.read_again for slot in bank.slots} <= headings


def test_every_item_has_its_key_and_every_key_its_item(bank: Bank) -> None:
    for slot in bank.slots:
        key = key_of(slot.id)
        assert set(key) == {item.id for item in slot.items}
        for item in slot.items:
            right, why = key[item.id]
            assert right in item.options
            assert why.endswith(".")
            assert why.strip() == why


def test_the_bank_is_large_enough_for_four_attempts(bank: Bank) -> None:
    assert [len(slot.items) for slot in bank.slots] == [4] * 8
    assert all(len(item.options) == 4 for item in items_of(bank))


def test_the_right_answer_stands_everywhere_alike(bank: Bank, key: Key) -> None:
    assert Counter(right for right, _ in key.values()) == dict.fromkeys("abcd", 8)
    for slot in bank.slots:  # nor does the letter of the item give it away
        pairs = {(item.id[-1], key[item.id][0]) for item in slot.items}
        assert len({right for _, right in pairs}) == 4


def test_length_gives_no_answer_away(bank: Bank, key: Key) -> None:
    longest = shortest = 0
    for item in items_of(bank):
        sizes = {id: len(words) for id, words in item.options.items()}
        right = sizes.pop(key[item.id][0])
        longest += right > max(sizes.values())
        shortest += right < min(sizes.values())
        if min(sizes.values()) > 25:  # sentences, not the names of things
            assert max(right, *sizes.values()) <= 1.25 * min(right, *sizes.values()), item.id
    assert longest <= 10  # of 32: about the quarter that chance gives, or less
    assert shortest <= 10


def test_items_are_short_plain_and_of_one_form(bank: Bank) -> None:
    texts = [item.text for item in items_of(bank)]
    assert len(set(texts)) == len(texts)
    for item in items_of(bank):
        assert item.text.endswith("?")
        assert len(item.text.split()) <= 45, item.id
        for words in item.options.values():
            assert not re.search(r"\b(all|none|both) of (the above|these)\b", words, re.IGNORECASE)
            assert not re.search(r"\b(always|never)\b.*\b(always|never)\b", words)
        ends = {words.endswith(".") for words in item.options.values()}
        assert len(ends) == 1, f"{item.id}: some options end with a full stop and some don't"


def test_no_item_is_one_of_the_lessons_own_questions(bank: Bank) -> None:
    lesson = (MODULES / "1_all_staff" / "a1_why_improvement.ipynb").read_text(encoding="utf-8")
    for item in items_of(bank):
        assert item.text.split(". ")[0] not in lesson


# --- the key is nowhere but in the hidden tests


def outside_hidden_tests() -> str:
    cells = []
    for cell in notebook().cells:
        before, _, rest = cell.source.partition(BEGIN)
        cells.append(before + rest.partition(END)[2])
    return "\n".join(cells)


def test_the_bank_file_holds_no_key(key: Key) -> None:
    text = (SOURCE / "bank.toml").read_text(encoding="utf-8")
    for _, why in key.values():
        assert why not in text
    assert not re.search(r"^\s*(key|right|correct|answer|why)\b", text, re.MULTILINE)


def test_the_key_stands_only_in_hidden_tests(key: Key) -> None:
    visible = outside_hidden_tests()
    for item, (_, why) in key.items():
        assert item not in visible
        assert why not in visible


def test_no_answers_lie_beside_the_source() -> None:
    assert {path.name for path in SOURCE.iterdir() if path.name[0] not in "._"} == {
        "a1_check.ipynb",
        "bank.toml",
    }


# --- the notebook is an nbgrader assignment, and a page


def test_each_slot_is_one_locked_test_of_one_point() -> None:
    for slot, cell in marked_cells().items():
        assert cell.metadata.nbgrader == {
            "schema_version": 3,
            "grade_id": slot,
            "grade": True,
            "points": 1,
            "locked": True,
            "solution": False,
            "task": False,
            "cell_type": "code",
        }
        assert cell.source.startswith(f'given = paper.answer("{slot}")\n{BEGIN}\n')
        assert cell.source.endswith(f"\n{END}")
        assert "assert given.choice == right, why" in cell.source


def test_all_code_is_locked_hidden_and_clean() -> None:
    cells = notebook().cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    assert len(code) == 1 + 2 * 8
    for cell in code:
        assert cell.metadata.jupyter.source_hidden
        assert "hide-input" in cell.metadata.tags
        assert cell.metadata.nbgrader.locked
        assert cell.outputs == []
        assert cell.execution_count is None
    ids = [cell.id for cell in cells]
    assert len(set(ids)) == len(ids)


def test_each_question_has_its_heading_in_order() -> None:
    headings = [
        line
        for cell in notebook().cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("#")
    ]
    assert headings[0] == "# Lesson A1: check what you learned"
    assert headings[1:3] == ["## How it works", "## Your own work"]
    assert headings[3:11] == [f"## Question {number} of 8" for number in range(1, 9)]
    assert headings[11:] == ["## When you are done"]


# --- simulated learners


def learner(number: int) -> str:
    return hashlib.sha256(f"learner {number}".encode()).hexdigest()[:16]


def score(bank: Bank, key: Key, pseudonym: str, attempt: int, choose: Chooser) -> int:
    drawn = draw(bank, pseudonym, "1", attempt)
    return sum(choose(each) == key[each.item.id][0] for each in drawn)


def fraction(*parts: object) -> float:
    """Return a fixed number from 0 to 1 for what it is asked about."""
    digest = hashlib.sha256("\n".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def passes(bank: Bank, key: Key, knows: float, learners: int = 400) -> float:
    """Return how many of many learners pass, who know each answer with a chance or else guess."""
    passed = 0
    for number in range(learners):

        def choose(each: Drawn, number: int = number) -> str:
            if fraction("knows", number, each.item.id) < knows:
                return key[each.item.id][0]
            return each.order[int(4 * fraction("guess", number, each.item.id))]

        passed += score(bank, key, learner(number), 1, choose) >= 7
    return passed / learners


def test_the_strong_pass_and_the_weak_do_not(bank: Bank, key: Key) -> None:
    for attempt in range(1, 6):
        assert score(bank, key, PSEUDONYM, attempt, lambda each: key[each.item.id][0]) == 8
        assert score(bank, key, PSEUDONYM, attempt, lambda each: None) == 0
    assert passes(bank, key, knows=0.95) > 0.9
    assert passes(bank, key, knows=0.4) < 0.12
    assert passes(bank, key, knows=0.0) < 0.01


def test_a_fixed_habit_does_not_pass(bank: Bank, key: Key) -> None:
    """Always the first option, the last, the longest, or the letter a: none gets near a pass."""
    habits: dict[str, Chooser] = {
        "first": lambda each: each.order[0],
        "last": lambda each: each.order[-1],
        "a": lambda each: "a",
        "longest": lambda each: max(each.order, key=lambda id: len(each.item.options[id])),
        "shortest": lambda each: min(each.order, key=lambda id: len(each.item.options[id])),
    }
    for name, habit in habits.items():
        scores = [score(bank, key, learner(number), 1, habit) for number in range(300)]
        assert sum(scores) / len(scores) < 3.2, name
        assert sum(mark >= 7 for mark in scores) <= 3, name


def guessers_chance(options: list[int], needed: int) -> float:
    """Return the chance that blind guesses get at least ``needed`` right (Poisson binomial)."""
    right = [1.0]
    for count in options:
        hit = 1 / count
        right = [
            (right[k] * (1 - hit) if k < len(right) else 0) + (right[k - 1] * hit if k else 0)
            for k in range(len(right) + 1)
        ]
    return sum(right[needed:])


def test_a_blind_guesser_hardly_ever_passes(bank: Bank) -> None:
    worst = [min(len(item.options) for item in slot.items) for slot in bank.slots]
    once = guessers_chance(worst, 7)
    assert once == pytest.approx(sum(comb(8, k) * 0.25**k * 0.75 ** (8 - k) for k in (7, 8)))
    assert once < 1 / 2500  # 0.04 %
    assert 1 - (1 - once) ** 3 < 1 / 850  # 0.11 % in three attempts


# --- the notebook runs


def attempt_folder(folder: Path, paper: Path, attempt: int = 1) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("a1_check.ipynb", "bank.toml"):
        shutil.copyfile(paper / name, folder / name)
    about = {
        "schema": 1,
        "pseudonym": PSEUDONYM,
        "assessment": "a1_check",
        "version": "1",
        "attempt": attempt,
    }
    (folder / "attempt.json").write_text(json.dumps(about), encoding="utf-8")
    return folder


def run(folder: Path) -> Any:
    """Run the notebook in a folder, as a page does, and return it with its outputs."""
    from nbclient import NotebookClient

    paper = read(folder / "a1_check.ipynb")
    client = NotebookClient(
        paper,
        timeout=120,
        kernel_name="python3",
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
    )
    return client.execute(env={**os.environ, "MPLBACKEND": "agg"})


def faults_of(ran: Any) -> dict[str, str]:
    """Return the message of each cell that failed, by the cell's id."""
    return {
        cell.id: output.evalue
        for cell in ran.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "error"
    }


# The kernel's own client warns as it closes; nothing of ours.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_the_paper_runs_and_marks(tmp_path: Path, bank: Bank, key: Key) -> None:
    folder = attempt_folder(tmp_path / "attempt", SOURCE)
    blank = run(folder)
    shown = {
        item.id: key[item.id][1] for item in (each.item for each in draw(bank, PSEUDONYM, "1", 1))
    }
    assert faults_of(blank) == dict(zip(SLOTS, shown.values(), strict=True))
    asked = [cell for cell in blank.cells if cell.id.startswith("ask-")]
    assert all("application/vnd.jupyter.widget-view+json" in c.outputs[0].data for c in asked)

    paper = open_paper(folder)
    for number, drawn in enumerate(paper.drawn):
        right = key[drawn.item.id][0]
        wrong = next(id for id in drawn.order if id != right)
        paper.answers.save(drawn.item.id, wrong if number == 2 else right)
    assert set(faults_of(run(folder))) == {"q3"}


@pytest.mark.nbgrader
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_the_released_paper_gives_nothing_away(tmp_path: Path, bank: Bank, key: Key) -> None:
    root = tmp_path / "course"
    shutil.copytree(SOURCE, root / "source" / "a1_check")
    (root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'qi'\n", encoding="utf-8"
    )
    scripts = Path(sys.executable).parent  # nbgrader calls a bare `alembic`
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_assignment", "a1_check"],
        cwd=root,
        env={**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    release = root / "release" / "a1_check"
    assert {path.name for path in release.iterdir()} == {"a1_check.ipynb", "bank.toml"}
    assert (release / "bank.toml").read_bytes() == (SOURCE / "bank.toml").read_bytes()

    data = (release / "a1_check.ipynb").read_bytes()
    paper = read(release / "a1_check.ipynb")
    # Words, and the same words as JSON escapes them or as base64 hides them.
    for _, why in key.values():
        for form in (why, json.dumps(why)[1:-1]):
            assert form.encode() not in data
            for start in range(
                3
            ):  # base64 of a text depends on where in a group of three it begins
                assert base64.b64encode(form.encode()[start:])[:-4] not in data
    assert b"HIDDEN" not in data
    code = [cell.source for cell in paper.cells if cell.cell_type == "code"]
    for item in items_of(bank):
        assert not any(item.id in source for source in code)
    # The structure: nothing is left in a cell but what a page needs.
    assert code == [
        "from course.paper import open_paper\n\npaper = open_paper()",
        *(
            source
            for slot in SLOTS
            for source in (f'paper.ask("{slot}")', f'given = paper.answer("{slot}")')
        ),
    ]
    assert all(cell.outputs == [] for cell in paper.cells if cell.cell_type == "code")

    folder = attempt_folder(tmp_path / "attempt", release)
    AnswerFile(folder / "answers.json").save("a1-q1-a", "a")
    assert faults_of(run(folder)) == {}
