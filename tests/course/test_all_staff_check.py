"""The assessment for all staff: a sound bank, a key only the marker sees, a page that runs.

Its charts are tested in `test_all_staff_charts`, and who passes in `test_all_staff_passes`.
"""

from __future__ import annotations

import ast
import base64
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from course.bank import Bank, Item
from course.folders import MODULES
from course.glossary import reading_age
from course.paper import Drawn, draw, open_paper
from course.syllabus import Assessment, load_syllabus
from qi_tools.answers import AnswerFile
from tests.course.all_staff_key import (
    CHARTS,
    CHECK,
    SLOTS,
    SOURCE,
    Choice,
    Key,
    items_of,
    marked_cells,
    notebook,
    read_bank,
    read_key,
)
from tests.course.assessment_source import BEGIN, END, learner, outside_hidden_tests, read

PSEUDONYM = "0123456789abcdef"
WITH_ROWS = ["q9", "q18"]
OPPORTUNITY = ["opportunity-what", "opportunity-who", "opportunity-idea"]


@pytest.fixture(scope="module")
def bank() -> Bank:
    return read_bank()


@pytest.fixture(scope="module")
def key() -> Key:
    return read_key()


@pytest.fixture(scope="module")
def plan() -> Assessment:
    return load_syllabus().assessment(CHECK)


def single(bank: Bank) -> Iterator[Item]:
    """Give the items that take one option, not one in each row."""
    return (item for item in items_of(bank) if not item.rows)


def lessons() -> dict[str, Any]:
    """Give the cells of each lesson of the dose, by module."""
    syllabus = load_syllabus()
    found = {}
    for module in syllabus.assessment(CHECK).modules:
        path = syllabus.module(module).notebook
        assert path is not None, module
        found[module] = read(MODULES / path).cells
    return found


# --- bank, key, syllabus and lessons agree


def test_bank_notebook_and_syllabus_agree(bank: Bank, plan: Assessment) -> None:
    assert (bank.assessment, bank.version) == (plan.id, plan.version)
    assert [slot.id for slot in bank.slots] == SLOTS == list(marked_cells())
    assert plan.slots == len(SLOTS)
    page = "\n".join(cell.source for cell in notebook().cells if cell.cell_type == "markdown")
    assert page.startswith(f"# {plan.title}\n")
    assert f"about {plan.minutes} minutes" in page
    assert f"{plan.pass_percent} %" in page
    assert f"{plan.wait_hours} hours" in page
    assert plan.slots_to_pass == 16
    assert "sixteen of the twenty" in page
    (charts,) = plan.hurdles
    assert (list(charts.slots), charts.least) == (CHARTS, 4)
    assert "at least four of the five charts" in page
    assert "questions 10 to 14" in page
    assert plan.attempts_before_facilitator == 3
    assert "After three tries" in page


def test_slots_cover_every_objective_of_all_six_lessons(bank: Bank, plan: Assessment) -> None:
    syllabus = load_syllabus()
    topics: dict[str, set[str]] = {slot: set() for slot in SLOTS}
    homes: dict[str, set[str]] = {slot: set() for slot in SLOTS}
    for module in plan.modules:
        for objective in syllabus.module(module).objectives:
            assert objective.assessed_by, f"{module}, topic {objective.topic}"
            for place in objective.assessed_by:
                check, _, slot = place.partition("/")
                assert check == CHECK
                topics[slot].add(objective.topic)
                homes[slot].add(module)
    for slot in bank.slots:
        assert slot.topic in topics[slot.id], slot.id
        assert slot.module in homes[slot.id], slot.id
    assert {slot.module for slot in bank.slots} == set(plan.modules)


def test_what_to_read_again_is_a_heading_of_the_lesson(bank: Bank) -> None:
    headings = {
        module: {
            line.removeprefix("## ").strip()
            for cell in cells
            if cell.cell_type == "markdown"
            for line in cell.source.splitlines()
            if line.startswith("## ")
        }
        for module, cells in lessons().items()
    }
    for slot in bank.slots:
        assert slot.read_again in headings[slot.module], slot.id


def test_every_item_has_its_key_and_every_key_its_item(bank: Bank, key: Key) -> None:
    cells = marked_cells()
    assert set(key) == {item.id for item in items_of(bank)}
    for slot in bank.slots:
        for item in slot.items:
            assert item.id.startswith(f"all-staff-{slot.id}-")
            assert item.id in cells[slot.id].source
            right, why = key[item.id]
            if item.rows:
                chosen = dict(each.split("=") for each in right)
                assert list(right) == [f"{row}={chosen[row]}" for row in sorted(item.rows)]
                assert len(set(chosen.values())) == len(chosen)
                assert set(chosen.values()) <= set(item.options)
            else:
                assert right in item.options
            assert why.endswith((".", "!"))
            assert why.strip() == why
            assert len(re.findall(r"[.!?](?:\s|$)", why)) <= 3, item.id


def test_the_bank_is_large_enough_for_four_attempts(bank: Bank) -> None:
    assert all(len(slot.items) >= 4 for slot in bank.slots)
    assert sum(1 for _ in items_of(bank)) >= 80
    assert all(len(item.options) == 4 for item in single(bank))
    assert all(len(item.rows) == 4 for item in items_of(bank) if item.rows)


def test_every_draw_is_of_the_same_modules_topics_and_difficulties(bank: Bank) -> None:
    def mix(drawn: Sequence[Drawn]) -> list[tuple[str, str, str]]:
        return [(each.slot.module, each.slot.topic, each.slot.difficulty) for each in drawn]

    papers = [draw(bank, learner(n), "1", attempt) for n in range(50) for attempt in (1, 2, 3)]
    assert len({tuple(mix(paper)) for paper in papers}) == 1
    assert Counter(difficulty for _, _, difficulty in mix(papers[0])) == {
        "easy": 8,
        "medium": 9,
        "hard": 3,
    }
    modules = {"A1": 4, "A2": 4, "A3": 1, "A4": 5, "A5a": 3, "A5b": 3}
    assert Counter(module for module, _, _ in mix(papers[0])) == modules
    drawn = Counter(each.item.id for paper in papers for each in paper)
    assert set(drawn) == {item.id for item in items_of(bank)}


def test_three_attempts_never_bring_a_question_twice(bank: Bank) -> None:
    for number in range(20):
        seen = [
            each.item.id
            for attempt in (1, 2, 3)
            for each in draw(bank, learner(number), "1", attempt)
        ]
        assert len(set(seen)) == len(seen) == 60


# --- nothing but knowing gives an answer away


def test_the_right_answer_stands_everywhere_alike(bank: Bank, key: Key) -> None:
    assert Counter(key[item.id][0] for item in single(bank)) == dict.fromkeys("abcd", 19)
    for slot in bank.slots:
        if slot.id not in WITH_ROWS:
            assert len({key[item.id][0] for item in slot.items}) == 4, slot.id


def test_rows_do_not_tell_their_options(bank: Bank, key: Key) -> None:
    """Neither does the name of a row, its place in the bank or the place of its option."""
    for slot in bank.slots:
        if slot.id in WITH_ROWS:
            answers = [key[item.id][0] for item in slot.items]
            assert len(set(answers)) == len(answers)
            for row in slot.items[0].rows:
                said = {
                    item.options[dict(each.split("=") for each in key[item.id][0])[row]]
                    for item in slot.items
                }
                assert len(said) >= 3, (slot.id, row)


def test_the_steps_of_a_small_test_have_one_order(bank: Bank, key: Key) -> None:
    (slot,) = (slot for slot in bank.slots if slot.id == "q9")
    for item in slot.items:
        assert list(item.options.values()) == ["First", "Second", "Third", "Fourth"]
        row_of = {option: row for row, option in (each.split("=") for each in key[item.id][0])}
        first, _, third, _ = (item.rows[row_of[option]] for option in "abcd")
        # A guess is written down before the test, and what happened is held against it after.
        assert re.search(r"expect|guess|I think", first), item.id
        assert re.search(r"expected|guess", third), item.id


def test_every_pool_of_tools_asks_for_each_kind_of_tool(bank: Bank, key: Key) -> None:
    (slot,) = (slot for slot in bank.slots if slot.id == "q18")
    causes = {"Fishbone", "Pareto chart"}
    for item in slot.items:
        right = {item.options[each.split("=")[1]] for each in key[item.id][0]}
        assert {"Driver diagram", "Process map", "Watch and ask"} <= right
        assert len(right & causes) == 1
        assert set(item.options.values()) == right | causes


def test_length_gives_no_answer_away(bank: Bank, key: Key) -> None:
    longest = shortest = 0
    for item in single(bank):
        sizes = {id: len(words) for id, words in item.options.items()}
        right = sizes.pop(str(key[item.id][0]))
        longest += right > max(sizes.values())
        shortest += right < min(sizes.values())
        if min(sizes.values()) > 25:  # sentences, not the names of things
            assert max(right, *sizes.values()) <= 1.25 * min(right, *sizes.values()), item.id
    assert longest <= 19  # of 76: the quarter that chance gives, or less
    assert shortest <= 19


def test_items_are_short_plain_and_of_one_form(bank: Bank) -> None:
    texts = [item.text for item in items_of(bank)]
    assert len(set(texts)) == len(texts)
    for item in items_of(bank):
        assert item.text.endswith("?")
        assert len(item.text.split()) <= 45, item.id
        assert all(len(row.split()) <= 20 for row in item.rows.values()), item.id
        for words in item.options.values():
            assert not re.search(r"\b(all|none|both) of (the above|these)\b", words, re.IGNORECASE)
            assert not re.search(r"\b(always|never)\b.*\b(always|never)\b", words)
        for said in (item.options, item.rows):
            ends = {words.endswith((".", "?", ".”")) for words in said.values()}
            assert len(ends) <= 1, f"{item.id}: some end with a full stop and some don't"


def words_of(item: Item) -> str:
    return "\n".join([item.text, *item.rows.values(), *item.options.values()])


def test_the_words_read_at_about_age_12(bank: Bank, key: Key) -> None:
    for slot in bank.slots:
        assert reading_age("\n".join(map(words_of, slot.items))) <= 12, slot.id
        assert reading_age("\n".join(key[item.id][1] for item in slot.items)) <= 12, slot.id
    page = "\n".join(cell.source for cell in notebook().cells if cell.cell_type == "markdown")
    assert reading_age(page) <= 12


def bag(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower()))


def test_no_item_is_one_of_the_lessons_own_questions(bank: Bank) -> None:
    said: list[set[str]] = []
    for cells in lessons().values():
        for cell in cells:
            if cell.cell_type == "code":
                for node in ast.walk(ast.parse(cell.source)):
                    if isinstance(node, ast.Constant) and isinstance(node.value, str):
                        said.append(bag(node.value))
            else:
                said += [bag(line) for line in cell.source.splitlines()]
    for item in items_of(bank):
        if item.chart is not None:  # what is asked is the chart, and each has its own
            continue
        own = bag(item.text)
        for words in said:
            alike = len(own & words) / len(own | words)
            assert alike < 0.6, f"{item.id} is too like: {' '.join(sorted(words))}"


# --- the key is nowhere but in the hidden tests


def test_the_bank_file_holds_no_key(key: Key) -> None:
    text = (SOURCE / "bank.toml").read_text(encoding="utf-8")
    for _, why in key.values():
        assert why not in text
    assert not re.search(r"^\s*(key|right|correct|answer|why|seed)\b", text, re.MULTILINE)


def test_the_key_stands_only_in_hidden_tests(key: Key) -> None:
    visible = outside_hidden_tests(notebook())
    for item, (_, why) in key.items():
        assert item not in visible
        assert why not in visible


def test_no_answers_lie_beside_the_source() -> None:
    assert {path.name for path in SOURCE.iterdir() if path.name[0] not in "._"} == {
        f"{CHECK}.ipynb",
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
    assert len(code) == 1 + 2 * len(SLOTS) + len(OPPORTUNITY)
    for cell in code:
        assert cell.metadata.jupyter.source_hidden
        assert "hide-input" in cell.metadata.tags
        assert cell.metadata.nbgrader.locked
        assert cell.outputs == []
        assert cell.execution_count is None
    ids = [cell.id for cell in cells]
    assert len(set(ids)) == len(ids)


def test_each_question_has_its_heading_in_order(plan: Assessment) -> None:
    headings = [
        line
        for cell in notebook().cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("#")
    ]
    assert headings == [
        f"# {plan.title}",
        "## How it works",
        "## Your own work",
        *(f"## Question {number} of 20" for number in range(1, 21)),
        "## One chance to improve",
        "## When you are done",
    ]


def test_the_chance_to_improve_has_no_marks_and_says_so() -> None:
    cells = {cell.id: cell for cell in notebook().cells}
    for id in OPPORTUNITY:
        assert cells[id].metadata.nbgrader.grade is False
        assert f'written("{id}", ' in cells[id].source
    assert "no marks" in cells["one-chance"].source
    assert "names of patients or colleagues" in cells["one-chance"].source


# --- the notebook runs


def attempt_folder(folder: Path, paper: Path, attempt: int = 1) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in (f"{CHECK}.ipynb", "bank.toml"):
        shutil.copyfile(paper / name, folder / name)
    about = {
        "schema": 1,
        "pseudonym": PSEUDONYM,
        "assessment": CHECK,
        "version": "1",
        "attempt": attempt,
    }
    (folder / "attempt.json").write_text(json.dumps(about), encoding="utf-8")
    return folder


def run(folder: Path) -> Any:
    """Run the notebook in a folder, as a page does, and return it with its outputs."""
    from nbclient import NotebookClient

    paper = read(folder / f"{CHECK}.ipynb")
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


def wrong(each: Drawn, right: Choice) -> Choice:
    """Return an answer that is as near to the right one as a wrong one can be."""
    if isinstance(right, str):
        return next(id for id in each.order if id != right)
    first, second, *others = (one.split("=") for one in right)
    swapped = [(first[0], second[1]), (second[0], first[1]), *others]
    return tuple(f"{row}={option}" for row, option in swapped)


# The kernel's own client warns as it closes; nothing of ours.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_the_paper_runs_and_marks(tmp_path: Path, key: Key) -> None:
    def answered(name: str, wrong_in: Collection[str]) -> Path:
        folder = attempt_folder(tmp_path / name, SOURCE)
        paper = open_paper(folder)
        for each in paper.drawn:
            right = key[each.item.id][0]
            answer = wrong(each, right) if each.slot.id in wrong_in else right
            paper.answers.save(each.item.id, answer)
        for id in OPPORTUNITY:  # what is written there changes no mark
            paper.answers.save(id, "The form asks for the same thing twice.")
        return folder

    empty = attempt_folder(tmp_path / "blank", SOURCE)
    reasons = {each.slot.id: key[each.item.id][1] for each in open_paper(empty).drawn}
    blank = run(empty)
    assert faults_of(blank) == reasons
    asked = [cell for cell in blank.cells if cell.id.startswith(("ask-", "opportunity-"))]
    assert len(asked) == len(SLOTS) + len(OPPORTUNITY)
    assert all("application/vnd.jupyter.widget-view+json" in c.outputs[0].data for c in asked)

    assert faults_of(run(answered("right", []))) == {}
    assert faults_of(run(answered("wrong", SLOTS))) == reasons
    assert set(faults_of(run(answered("mixed", ["q3", "q9", "q13"])))) == {"q3", "q9", "q13"}


@pytest.mark.nbgrader
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_the_released_paper_gives_nothing_away(tmp_path: Path, bank: Bank, key: Key) -> None:
    root = tmp_path / "course"
    shutil.copytree(SOURCE, root / "source" / CHECK)
    (root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'qi'\n", encoding="utf-8"
    )
    scripts = Path(sys.executable).parent  # nbgrader calls a bare `alembic`
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_assignment", CHECK],
        cwd=root,
        env={**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    release = root / "release" / CHECK
    assert {path.name for path in release.iterdir()} == {f"{CHECK}.ipynb", "bank.toml"}
    assert (release / "bank.toml").read_bytes() == (SOURCE / "bank.toml").read_bytes()

    data = (release / f"{CHECK}.ipynb").read_bytes()
    paper = read(release / f"{CHECK}.ipynb")
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
    setup, *questions = code[: 1 + 2 * len(SLOTS)]
    assert setup == (
        "from course.paper import open_paper\n"
        "from qi_tools.teaching import written\n\n"
        "paper = open_paper()"
    )
    assert questions == [
        source
        for slot in SLOTS
        for source in (f'paper.ask("{slot}")', f'given = paper.answer("{slot}")')
    ]
    own = code[1 + 2 * len(SLOTS) :]
    for id, source in zip(OPPORTUNITY, own, strict=True):
        assert re.fullmatch(
            rf'written\("{id}", "[^"]+\?", rows=3, answers=paper\.answers\)', source
        )
    assert all(cell.outputs == [] for cell in paper.cells if cell.cell_type == "code")

    folder = attempt_folder(tmp_path / "attempt", release)
    AnswerFile(folder / "answers.json").save("all-staff-q1-a", "a")
    assert faults_of(run(folder)) == {}
