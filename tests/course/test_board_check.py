"""The board's assessment: a sound bank, a key only the marker sees, a page that runs.

Its charts are tested in `test_board_charts`, and who passes in `test_board_passes`.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.keys import Key
from autograder.release import build_release
from course.bank import Bank, Item
from course.folders import MODULES
from course.glossary import reading_age
from course.paper import Drawn, draw, open_paper
from course.rubric import load_rubric
from course.syllabus import Assessment, load_syllabus
from tests.course.assessment_source import BEGIN, END, learner, outside_hidden_tests, read
from tests.course.board_key import (
    CHARTS,
    CHECK,
    CRITERIA,
    DECISIONS,
    KINDS,
    LOOK_BACK,
    SLOTS,
    SOURCE,
    WRITTEN,
    kind_of,
    marked_cells,
    notebook,
    read_bank,
    read_key,
)


@pytest.fixture(scope="module")
def bank() -> Bank:
    return read_bank()


@pytest.fixture(scope="module")
def key() -> dict[str, Key]:
    return read_key()


@pytest.fixture(scope="module")
def plan() -> Assessment:
    return load_syllabus().assessment(CHECK)


def items_of(bank: Bank) -> Iterator[Item]:
    for slot in bank.slots:
        yield from slot.items


def lessons() -> dict[str, Any]:
    """Give the cells of each lesson of the dose, by module."""
    syllabus = load_syllabus()
    paths = {id: syllabus.module(id).notebook for id in syllabus.assessment(CHECK).modules}
    return {id: read(MODULES / str(path)).cells for id, path in paths.items()}


# --- bank, key, rubric, syllabus and lessons agree


def test_bank_notebook_rubric_and_syllabus_agree(bank: Bank, plan: Assessment) -> None:
    assert (bank.assessment, bank.version) == (plan.id, plan.version)
    assert [slot.id for slot in bank.slots] == SLOTS
    (back,) = bank.look_backs
    assert (back.id, list(back.looks_back)) == (LOOK_BACK, DECISIONS)
    assert [*SLOTS, LOOK_BACK] == list(marked_cells())
    assert plan.slots == len(SLOTS) + 1 == 25
    rubric = load_rubric(SOURCE / "rubric.toml")
    assert (rubric.assessment, rubric.version) == (plan.id, plan.version)
    assert [criterion.name for criterion in rubric.criteria] == CRITERIA
    assert tuple(task.id for task in rubric.tasks) == plan.written
    hurdles = {hurdle.name: (list(hurdle.slots), hurdle.least) for hurdle in plan.hurdles}
    assert hurdles == {
        "charts": (CHARTS, 2),
        "decisions": (DECISIONS, 10),
        "steady decisions": ([LOOK_BACK], 1),
    }


def test_the_page_tells_how_to_pass(bank: Bank, plan: Assessment) -> None:
    cells = {cell.id: cell.source for cell in notebook().cells}
    page = cells["how-it-works"]
    assert cells["title"].startswith(f"# {plan.title}\n")
    assert f"about {plan.minutes} minutes" in page
    assert plan.slots_to_pass == 20
    assert f"twenty of the twenty-five questions right ({plan.pass_percent} %)" in page
    assert "two of the three charts (questions 10 to 12)" in page
    assert "ten of the twelve decisions (questions 13 to 24)" in page
    assert plan.moderation is not None
    assert (plan.moderation.pass_level, plan.moderation.floor_level) == (2, 1)
    assert "the level “sound” on average, and nothing missing" in page
    assert f"{plan.wait_hours} hours" in page
    assert plan.attempts_before_facilitator == 3
    assert "After three tries" in page
    # Before the decisions, not only at the top: one that tampers fails them all.
    assert f"**{bank.look_backs[0].text}**" in cells["twelve-decisions"]
    order = [cell.id for cell in notebook().cells]
    assert order.index("twelve-decisions") == order.index("question-13") - 1


def test_slots_cover_every_objective_of_the_four_lessons(bank: Bank, plan: Assessment) -> None:
    syllabus = load_syllabus()
    places: dict[str, set[tuple[str, str]]] = {}
    for module in plan.modules:
        for objective in syllabus.module(module).objectives:
            assert objective.assessed_by, f"{module}, topic {objective.topic}"
            for each in objective.assessed_by:
                check, _, place = each.partition("/")
                assert check == CHECK
                places.setdefault(place, set()).add((module, objective.topic))
    for slot in (*bank.slots, *bank.look_backs):
        assert (slot.module, slot.topic) in places.pop(slot.id), slot.id
    for task in load_rubric(SOURCE / "rubric.toml").tasks:
        assert (task.module, task.topic) in places.pop(task.id)
    assert not places


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
    tasks = load_rubric(SOURCE / "rubric.toml").tasks
    for each in (*bank.slots, *bank.look_backs, *tasks):
        assert each.read_again in headings[each.module], each.id


def test_every_item_has_its_key_and_every_key_its_item(bank: Bank, key: dict[str, Key]) -> None:
    cells = marked_cells()
    assert set(key) == {item.id for item in items_of(bank)}
    for slot in bank.slots:
        for item in slot.items:
            right, why, tampers = key[item.id]
            assert item.id.startswith(f"board-{slot.id}-")
            assert item.id in cells[slot.id].source
            assert right in item.options
            assert why.endswith(".")
            assert why.strip() == why
            assert len(re.findall(r"[.!?](?:\s|$)", why)) <= 3, item.id
            if slot.id in DECISIONS:
                told = [letter for letter in item.options if kind_of(item.id, letter) == "T"]
                assert told == ([] if tampers is None else [tampers]), item.id
                assert tampers != right
                assert kind_of(item.id, str(right)) in "FCLS", item.id
            else:
                assert tampers is None
    assert set(KINDS) == {item.id for slot in bank.slots[12:] for item in slot.items}


def test_the_bank_is_large_enough_for_four_attempts(bank: Bank) -> None:
    assert all(len(slot.items) >= 4 for slot in bank.slots)
    for slot in bank.slots:
        assert {len(item.options) for item in slot.items} == {3 if slot.id in DECISIONS else 4}
    for number in range(20):
        seen = [
            each.item.id
            for attempt in (1, 2, 3, 4)
            for each in draw(bank, learner(number), "1", attempt)
        ]
        assert len(set(seen)) == len(seen) == 96


def test_every_draw_is_of_one_mix_and_gives_room_to_tamper(bank: Bank, key: dict[str, Key]) -> None:
    def mix(drawn: tuple[Drawn, ...]) -> tuple[tuple[str, str, str], ...]:
        return tuple((each.slot.module, each.slot.topic, each.slot.difficulty) for each in drawn)

    papers = [draw(bank, learner(n), "1", attempt) for n in range(50) for attempt in (1, 2, 3)]
    (mixed,) = {mix(paper) for paper in papers}
    assert Counter(module for module, _, _ in mixed) == {"B3a": 6, "B1": 10, "B2": 4, "B3b": 4}
    assert min(Counter(difficulty for _, _, difficulty in mixed).values()) >= 1
    for paper in papers:
        assert 8 <= sum(key[each.item.id].tampers is not None for each in paper) <= 12
    assert {each.item.id for paper in papers for each in paper} == {i.id for i in items_of(bank)}


# --- nothing but knowing gives an answer away


def test_the_right_answer_stands_everywhere_alike(bank: Bank, key: dict[str, Key]) -> None:
    for slots, letters in ((bank.slots[:12], "abcd"), (bank.slots[12:], "abc")):
        right = [key[item.id].right for slot in slots for item in slot.items]
        assert Counter(right) == dict.fromkeys(letters, len(right) // len(letters))
        for slot in slots:
            assert {key[item.id].right for item in slot.items} == set(letters), slot.id
    tampers = Counter(each.tampers for each in key.values() if each.tampers)
    assert max(tampers.values()) - min(tampers.values()) <= 2


def test_no_kind_of_decision_is_right_much_more_often(key: dict[str, Key]) -> None:
    right = Counter(kind_of(id, str(key[id].right)) for id in KINDS)
    assert set(right) == set("FCLS")
    assert all(12 <= right[kind] <= 18 for kind in "FCL")
    for slot in DECISIONS[:8]:  # charts and people: in each place, each of the three can be right
        assert {kind_of(id, str(key[id].right)) for id in KINDS if f"-{slot}-" in id} == set("FCL")


def test_length_gives_no_answer_away(bank: Bank, key: dict[str, Key]) -> None:
    longest = shortest = 0
    for item in items_of(bank):
        sizes = {id: len(words) for id, words in item.options.items()}
        right = sizes.pop(str(key[item.id].right))
        longest += right > max(sizes.values())
        shortest += right < min(sizes.values())
        if min(sizes.values()) > 25:  # sentences, not the names of things
            assert max(right, *sizes.values()) <= 1.25 * min(right, *sizes.values()), item.id
    assert longest <= 28  # of 96: what chance gives with four options and with three
    assert shortest <= 28


def test_items_are_short_plain_and_of_one_form(bank: Bank) -> None:
    texts = [(item.text, item.chart) for item in items_of(bank)]
    assert len({text for text, _ in texts}) == len(texts)
    for item in items_of(bank):
        assert item.text.endswith("?")
        assert len(item.text.split()) <= 60, item.id
        for words in item.options.values():
            assert not re.search(r"\b(all|none|both) of (the above|these)\b", words, re.IGNORECASE)
        ends = {words.endswith((".", "?")) for words in item.options.values()}
        assert len(ends) == 1, f"{item.id}: some end with a full stop and some don't"
    for slot in bank.slots:
        told = [item.text + "\n" + "\n".join(item.options.values()) for item in slot.items]
        assert reading_age("\n".join(told)) <= 13, slot.id


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
        own = bag(item.text)
        for words in said:
            alike = len(own & words) / len(own | words)
            assert alike < 0.6, f"{item.id} is too like: {' '.join(sorted(words))}"


def test_no_item_tells_the_answer_to_another(bank: Bank, key: dict[str, Key]) -> None:
    """No text of one item holds the right option of another slot's, nor most of its words."""
    for slot in bank.slots:
        for item in slot.items:
            right = bag(item.options[str(key[item.id].right)])
            for other in bank.slots:
                if other is slot:
                    continue
                for told in other.items:
                    own = bag(told.text)
                    assert len(right & own) < 0.75 * len(right), (item.id, told.id)


# --- the key is nowhere but in the hidden tests


def test_the_rubric_tells_no_answer_to_its_own_papers() -> None:
    """Learners see it beside the tasks, so its examples are from another paper, on late meals."""
    rubric = (SOURCE / "rubric.toml").read_text(encoding="utf-8").lower()
    for told in ("chair", "child", "overtime", "fitter", "£", "december", "september", "log-in"):
        assert told not in rubric, told
    for told in ("agency", "night staff", "january", "form ", "59", "70 %"):
        assert told not in rubric, told


def test_the_key_stands_only_in_hidden_tests(key: dict[str, Key]) -> None:
    bank = (SOURCE / "bank.toml").read_text(encoding="utf-8")
    assert not re.search(r"^\s*(key|right|correct|answer|why|seed|tampers)\b", bank, re.MULTILINE)
    visible = outside_hidden_tests(notebook())
    assert "steady" not in visible.replace("steady decisions", "")
    for item, (_, why, _) in key.items():
        assert item not in visible
        assert why not in visible + bank
    assert {path.name for path in SOURCE.iterdir() if path.name[0] not in "._"} == {
        f"{CHECK}.ipynb",
        "bank.toml",
        "rubric.toml",
    }


# --- the notebook is an nbgrader assignment, and a page


def test_each_mark_is_one_locked_test_of_one_point() -> None:
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
        asked = slot != LOOK_BACK
        first = f'given = paper.answer("{slot}")' if asked else "# Nothing is asked here."
        assert cell.source.startswith(f"{first}\n{BEGIN}\n")
        assert cell.source.endswith(f"\n{END}")
        assert ("assert given.choice == right, why" in cell.source) == asked
        assert ("steady[" in cell.source or "steady =" in cell.source) == (slot in DECISIONS)


def test_each_criterion_is_one_task_of_three_points_after_its_rubric() -> None:
    cells = notebook().cells
    tasks = [cell for cell in cells if cell.metadata.get("nbgrader", {}).get("task")]
    criteria = load_rubric(SOURCE / "rubric.toml").criteria
    assert [cell.source for cell in tasks] == [f"**{each.text}**" for each in criteria]
    order = [cell.id for cell in cells]
    for cell in tasks:
        assert cell.metadata.nbgrader == {
            "schema_version": 3,
            "grade_id": cell.id,
            "grade": False,
            "points": 3,
            "locked": True,
            "solution": False,
            "task": True,
            "cell_type": "markdown",
        }
        assert order.index(f"{cell.id[:2]}-rubric") < order.index(cell.id)
    assert [cell.id for cell in tasks] == CRITERIA


def test_all_code_is_locked_hidden_and_clean() -> None:
    cells = notebook().cells
    for cell in cells:
        if cell.cell_type == "code":
            assert cell.metadata.jupyter.source_hidden
            assert "hide-input" in cell.metadata.tags
            assert cell.metadata.nbgrader.locked
            assert cell.outputs == []
            assert cell.execution_count is None
    ids = [cell.id for cell in cells]
    assert len(set(ids)) == len(ids)
    headings = [
        line
        for cell in cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("## Question")
    ]
    assert headings == [f"## Question {number} of 25" for number in range(1, 26)]


# --- the notebook runs, and the release gives nothing away


def attempt_folder(folder: Path, paper: Path) -> Path:
    folder.mkdir(parents=True)
    for name in (f"{CHECK}.ipynb", "bank.toml", "rubric.toml"):
        shutil.copyfile(paper / name, folder / name)
    about = {"schema": 1, "pseudonym": learner(0), "assessment": CHECK}
    about |= {"version": "1", "attempt": 1}
    (folder / "attempt.json").write_text(json.dumps(about), encoding="utf-8")
    return folder


def faults_of(folder: Path) -> dict[str, str]:
    """Run the notebook in a folder, and return the message of each cell that failed."""
    from nbclient import NotebookClient

    client = NotebookClient(
        read(folder / f"{CHECK}.ipynb"),
        timeout=120,
        kernel_name="python3",
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
    )
    ran = client.execute(env={**os.environ, "MPLBACKEND": "agg"})
    return {
        cell.id: output.evalue
        for cell in ran.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "error"
    }


# The kernel's own client warns as it closes; nothing of ours.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_the_paper_runs_and_marks(tmp_path: Path, key: dict[str, Key]) -> None:
    def answered(name: str, given: dict[str, str | None]) -> Path:
        """Answer all rightly, but for some slots."""
        folder = attempt_folder(tmp_path / name, SOURCE)
        paper = open_paper(folder)
        for each in paper.drawn:
            value = given.get(each.slot.id, str(key[each.item.id].right))
            if value is not None:
                paper.answers.save(each.item.id, value)
        for id in WRITTEN:  # what is written there changes no mark
            paper.answers.save(id, "What does the line show?")
        return folder

    drawn = {each.slot.id: each.item for each in open_paper(answered("right", {})).drawn}
    assert faults_of(tmp_path / "right") == {}
    noisy = next(slot for slot in DECISIONS if key[drawn[slot].id].tampers)
    tampers = key[drawn[noisy].id].tampers
    assert set(faults_of(answered("tampers", {noisy: tampers}))) == {noisy, LOOK_BACK}
    assert set(faults_of(answered("open", {"q24": None}))) == {"q24", LOOK_BACK}
    wrong = next(
        letter
        for letter in drawn[noisy].options
        if letter not in (tampers, key[drawn[noisy].id].right)
    )
    assert set(faults_of(answered("wrong", {noisy: wrong}))) == {noisy}  # wrong, and steady
    blank = faults_of(attempt_folder(tmp_path / "blank", SOURCE))
    assert set(blank) == {*SLOTS, LOOK_BACK}
    assert blank[noisy] == key[drawn[noisy].id].why


@pytest.mark.nbgrader
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_the_released_paper_gives_nothing_away(tmp_path: Path, key: dict[str, Key]) -> None:
    shutil.copytree(SOURCE, tmp_path / "source" / CHECK)
    release = build_release(tmp_path / "source", tmp_path / "release") / CHECK
    assert {path.name for path in release.iterdir()} == {
        f"{CHECK}.ipynb",
        "bank.toml",
        "rubric.toml",
    }
    for name in ("bank.toml", "rubric.toml"):
        assert (release / name).read_bytes() == (SOURCE / name).read_bytes()
    paper = read(release / f"{CHECK}.ipynb")
    text = (release / f"{CHECK}.ipynb").read_text(encoding="utf-8")
    assert "HIDDEN" not in text
    for item, (_, why, _) in key.items():
        assert item not in text
        assert why not in text
        assert json.dumps(why)[1:-1] not in text
    code = {cell.id: cell.source for cell in paper.cells if cell.cell_type == "code"}
    assert code[LOOK_BACK] == "# Nothing is asked here."
    assert code["q13"] == 'given = paper.answer("q13")'
    folder = attempt_folder(tmp_path / "attempt", release)
    assert faults_of(folder) == {}
