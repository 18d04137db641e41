"""Assessments with decisions: a sound bank, a key only the marker sees, a page that runs.

Their charts are tested in `test_charts`, and who passes in `test_passes`.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from autograder.release import build_release
from course.bank import Item
from course.folders import MODULES
from course.glossary import reading_age
from course.paper import Drawn, draw, open_paper
from course.syllabus import load_syllabus
from course.workspace import Workspace
from tests.course.assessment_source import BEGIN, END, learner, outside_hidden_tests, read
from tests.course.decisions.check import DecisionCheck
from tests.course_server import KEY, enrol

NUMBERS = {
    2: "two", 3: "three", 8: "eight", 10: "ten", 12: "twelve", 17: "seventeen", 20: "twenty",
    21: "twenty-one", 25: "twenty-five", 38: "thirty-eight", 47: "forty-seven",
}  # fmt: skip


#: Of how many charts how many must be right.
LEAST = {3: 2, 10: 8}


def lessons(check: DecisionCheck) -> dict[str, Any]:
    """Give the cells of each lesson that an assessment reads, by module."""
    modules = {each.module for each in (*check.bank.slots, *check.bank.look_backs)}
    syllabus = load_syllabus()
    return {id: read(MODULES / str(syllabus.module(id).notebook)).cells for id in modules}


# --- bank, key, rubric, syllabus and lessons agree


def test_bank_notebook_rubric_and_syllabus_agree(check: DecisionCheck) -> None:
    assert (check.bank.assessment, check.bank.version) == (check.plan.id, check.plan.version)
    assert tuple(slot.id for slot in check.bank.slots) == check.slots
    (back,) = check.bank.look_backs
    assert (back.id, back.looks_back) == (check.look_back, check.decisions)
    assert check.places == set(check.marked_cells())
    assert check.plan.slots == len(check.places)
    assert (len(check.decisions), check.plan.built) == (12, True)
    rubric = check.rubric
    assert (rubric.assessment, rubric.version) == (check.plan.id, check.plan.version)
    assert [criterion.name for criterion in rubric.criteria] == list(check.criteria)
    assert tuple(task.id for task in rubric.tasks) == check.plan.written
    hurdles = {hurdle.name: (hurdle.slots, hurdle.least) for hurdle in check.plan.hurdles}
    charts = {"charts": (check.charts, LEAST[len(check.charts)])} if check.charts else {}
    assert hurdles == {
        **charts,
        "decisions": (check.decisions, 10),
        "steady decisions": ((check.look_back,), 1),
    }


def test_the_page_tells_how_to_pass(check: DecisionCheck) -> None:
    cells = {cell.id: cell.source for cell in check.notebook().cells}
    page = cells["how-it-works"]
    assert cells["title"].startswith(f"# {check.plan.title}\n")
    assert f"about {check.plan.minutes} minutes" in page
    needed, asked = NUMBERS[check.plan.slots_to_pass], NUMBERS[check.plan.slots]
    assert f"{needed} of the {asked} questions right ({check.plan.pass_percent} %)" in page
    for hurdle in check.plan.hurdles[:-1]:
        first, last = hurdle.slots[0][1:], hurdle.slots[-1][1:]
        many, of = NUMBERS[hurdle.least], NUMBERS[len(hurdle.slots)]
        assert f"{many} of the {of} {hurdle.name} (questions {first} to {last})" in page
    assert f"question {check.look_back[1:]}" in page
    assert check.plan.moderation is not None
    assert (check.plan.moderation.pass_level, check.plan.moderation.floor_level) == (2, 1)
    assert "the level “sound” on average, and nothing missing" in page
    assert f"{check.plan.wait_hours} hours" in page
    assert check.plan.attempts_before_facilitator == 3
    assert "After three tries" in page
    # Before the decisions, not only at the top: one that tampers fails them all.
    assert f"**{check.bank.look_backs[0].text}**" in cells["twelve-decisions"]
    order = [cell.id for cell in check.notebook().cells]
    assert order.index("twelve-decisions") == order.index(f"question-{check.decisions[0][1:]}") - 1


def test_slots_cover_every_objective_of_the_lessons(check: DecisionCheck) -> None:
    syllabus = load_syllabus()
    places: dict[str, set[tuple[str, str]]] = {}
    for module in syllabus.modules:
        for objective in module.objectives:
            assert objective.assessed_by or module.id not in check.plan.modules, module.id
            for each in objective.assessed_by:
                name, _, place = each.partition("/")
                assert (name == check.name) or module.id not in check.plan.modules
                if name == check.name:
                    places.setdefault(place, set()).add((module.id, objective.topic))
    for slot in (*check.bank.slots, *check.bank.look_backs):
        assert (slot.module, slot.topic) in places.pop(slot.id), slot.id
    for task in check.rubric.tasks:
        assert (task.module, task.topic) in places.pop(task.id)
    assert not places


def test_what_to_read_again_is_a_heading_of_the_lesson(check: DecisionCheck) -> None:
    headings = {
        module: {
            line.removeprefix("## ").strip()
            for cell in cells
            if cell.cell_type == "markdown"
            for line in cell.source.splitlines()
            if line.startswith("## ")
        }
        for module, cells in lessons(check).items()
    }
    tasks = check.rubric.tasks
    for each in (*check.bank.slots, *check.bank.look_backs, *tasks):
        assert each.read_again in headings[each.module], each.id


def test_every_item_has_its_key_and_every_key_its_item(check: DecisionCheck) -> None:
    cells = check.marked_cells()
    assert set(check.key) == {item.id for item in check.items()}
    for slot in check.bank.slots:
        for item in slot.items:
            right, why, tampers = check.key[item.id]
            assert item.id.startswith(f"{check.prefix}-{slot.id}-")
            assert item.id in cells[slot.id].source
            assert fits_item(check, item)
            assert why.endswith(".")
            assert why.strip() == why
            assert len(re.findall(r"[.!?](?:\s|$)", why)) <= 3, item.id
            if slot.id in check.decisions:
                told = [letter for letter in item.options if check.kind_of(item.id, letter) == "T"]
                assert told == ([] if tampers is None else [tampers]), item.id
                assert tampers != right
                assert check.kind_of(item.id, str(right)) in "FCLS", item.id
            else:
                assert tampers is None
    decisions = [slot for slot in check.bank.slots if slot.id in check.decisions]
    assert set(check.kinds) == {item.id for slot in decisions for item in slot.items}


def fits_item(check: DecisionCheck, item: Item) -> bool:
    """Say whether what a key accepts can be chosen at all."""
    right = check.key[item.id].right
    if isinstance(right, str):
        return right in item.options
    accepted = dict(each.split("=", 1) for each in right)
    return accepted.keys() == item.lists.keys() and all(
        set(accepted[name].split("|")) <= options.keys() for name, options in item.lists.items()
    )


def test_the_bank_is_large_enough_for_four_attempts(check: DecisionCheck) -> None:
    assert all(len(slot.items) >= 4 for slot in check.bank.slots)
    for slot in check.bank.slots:
        options = {len(item.options) for item in slot.items if not item.measures}
        assert options <= {3 if slot.id in check.decisions else 4}
    for number in range(20):
        seen = [
            each.item.id
            for attempt in (1, 2, 3, 4)
            for each in draw(check.bank, learner(number), "1", attempt)
        ]
        assert len(set(seen)) == len(seen) == 4 * len(check.slots)


def test_every_draw_is_of_one_mix_and_gives_room_to_tamper(check: DecisionCheck) -> None:
    def mix(drawn: tuple[Drawn, ...]) -> tuple[tuple[str, str, str], ...]:
        return tuple((each.slot.module, each.slot.topic, each.slot.difficulty) for each in drawn)

    papers = [
        draw(check.bank, learner(n), "1", attempt) for n in range(50) for attempt in (1, 2, 3)
    ]
    (mixed,) = {mix(paper) for paper in papers}
    assert {module for module, _, _ in mixed} >= set(check.plan.modules)
    assert min(Counter(difficulty for _, _, difficulty in mixed).values()) >= 1
    for paper in papers:
        assert 8 <= sum(check.key[each.item.id].tampers is not None for each in paper) <= 12
    assert {each.item.id for paper in papers for each in paper} == {i.id for i in check.items()}


# --- nothing but knowing gives an answer away


def test_the_right_answer_stands_everywhere_alike(check: DecisionCheck) -> None:
    decided: Counter[object] = Counter()
    for slot in check.bank.slots:
        if any(item.measures for item in slot.items):
            continue
        letters = "abc" if slot.id in check.decisions else "abcd"
        right = Counter(check.key[item.id].right for item in slot.items)
        assert set(right) == set(letters), slot.id
        decided += right if slot.id in check.decisions else Counter()
    assert max(decided.values()) - min(decided.values()) <= 2
    tampers = Counter(each.tampers for each in check.key.values() if each.tampers)
    assert max(tampers.values()) - min(tampers.values()) <= 2


def test_the_places_of_right_answers_follow_no_pattern(check: DecisionCheck) -> None:
    """A bank is public: whoever knows a few answers must not be able to work out the others."""
    letters = [
        "".join(str(check.key[item.id].right) for item in slot.items)
        for slot in check.bank.slots
        if not any(item.measures for item in slot.items)
    ]
    follows = [
        second in {first[k:] + first[:k] for k in range(4)} for first, second in pairwise(letters)
    ]
    assert sum(follows) <= 0.4 * len(follows)  # by chance about 4 in 24
    assert max(Counter(letters).values()) <= len(letters) / 4


def test_no_kind_of_decision_is_right_much_more_often(check: DecisionCheck) -> None:
    right = Counter(check.kind_of(id, str(check.key[id].right)) for id in check.kinds)
    assert set(right) == set("FCLS")
    assert max(right.values()) <= 0.4 * right.total()
    for slot in check.decisions:  # in each place, at least two of them can be right
        here = [id for id in check.kinds if check.slot_of(id) == slot]
        assert len({check.kind_of(id, str(check.key[id].right)) for id in here}) >= 2, slot


def test_length_gives_no_answer_away(check: DecisionCheck) -> None:
    longest = shortest = asked = 0
    for item in check.items():
        if item.measures:
            continue
        asked += 1
        sizes = {id: len(words) for id, words in item.options.items()}
        right = sizes.pop(str(check.key[item.id].right))
        longest += right > max(sizes.values())
        shortest += right < min(sizes.values())
        if min(sizes.values()) > 25:  # sentences, not the names of things
            assert max(right, *sizes.values()) <= 1.25 * min(right, *sizes.values()), item.id
    assert max(longest, shortest) <= 0.3 * asked  # what chance gives with four options and three


def test_items_are_short_plain_and_of_one_form(check: DecisionCheck) -> None:
    texts = [(item.text, item.chart) for item in check.items()]
    assert len({text for text, _ in texts}) == len(texts)
    for item in check.items():
        assert item.text.endswith("?")
        assert len(item.text.split()) <= 60, item.id
        for words in item.options.values():
            assert not re.search(r"\b(all|none|both) of (the above|these)\b", words, re.IGNORECASE)
        ends = {words.endswith((".", "?")) for words in item.options.values()}
        assert len(ends) <= 1, f"{item.id}: some end with a full stop and some don't"
    for slot in check.bank.slots:
        told = [
            "\n".join([item.text, *item.options.values(), *item.measures.values()])
            for item in slot.items
        ]
        assert reading_age("\n".join(told)) <= 13, slot.id


def bag(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower()))


def test_no_item_is_one_of_the_lessons_own_questions(check: DecisionCheck) -> None:
    said: list[set[str]] = []
    for cells in lessons(check).values():
        for cell in cells:
            if cell.cell_type == "code":
                for node in ast.walk(ast.parse(cell.source)):
                    if isinstance(node, ast.Constant) and isinstance(node.value, str):
                        said.append(bag(node.value))
            else:
                said += [bag(line) for line in cell.source.splitlines()]
    for item in check.items():
        own = bag(item.text)
        for words in said:
            alike = len(own & words) / len(own | words)
            assert alike < 0.6, f"{item.id} is too like: {' '.join(sorted(words))}"


def test_no_item_tells_the_answer_to_another(check: DecisionCheck) -> None:
    """No text of one item holds the right option of another slot's, nor most of its words."""
    for slot in check.bank.slots:
        for item in slot.items:
            if item.measures:
                continue
            right = bag(item.options[str(check.key[item.id].right)])
            for other in check.bank.slots:
                if other is slot:
                    continue
                for told in other.items:
                    own = bag(told.text)
                    assert len(right & own) < 0.75 * len(right), (item.id, told.id)


# --- the key is nowhere but in the hidden tests


def test_the_rubric_tells_no_answer_to_its_own_papers(check: DecisionCheck) -> None:
    """Learners see it beside the tasks, so its examples are from another case."""
    rubric = (check.source / "rubric.toml").read_text(encoding="utf-8").lower()
    assert check.secrets
    for told in check.secrets:
        assert told not in rubric, told


def test_the_key_stands_only_in_hidden_tests(check: DecisionCheck) -> None:
    bank = (check.source / "bank.toml").read_text(encoding="utf-8")
    assert not re.search(r"^\s*(key|right|correct|answer|why|seed|tampers)\b", bank, re.MULTILINE)
    visible = outside_hidden_tests(check.notebook())
    assert "steady" not in visible.replace("steady decisions", "")
    for item, (_, why, _) in check.key.items():
        assert item not in visible
        assert why not in visible + bank
    assert {path.name for path in check.source.iterdir() if path.name[0] not in "._"} == {
        f"{check.name}.ipynb",
        "bank.toml",
        "rubric.toml",
    }


# --- the notebook is an nbgrader assignment, and a page


def test_each_mark_is_one_locked_test_of_one_point(check: DecisionCheck) -> None:
    for slot, cell in check.marked_cells().items():
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
        asked = slot != check.look_back
        first = f'given = paper.answer("{slot}")' if asked else "# Nothing is asked here."
        assert cell.source.startswith(f"{first}\n{BEGIN}\n")
        assert cell.source.endswith(f"\n{END}")
        judges = "assert given.choice == right, why", "assert given.fits(right), why"
        assert any(judge in cell.source for judge in judges) == asked
        assert ("steady[" in cell.source or "steady =" in cell.source) == (slot in check.decisions)


def test_each_criterion_is_one_task_of_three_points_after_its_rubric(check: DecisionCheck) -> None:
    cells = check.notebook().cells
    tasks = [cell for cell in cells if cell.metadata.get("nbgrader", {}).get("task")]
    criteria = check.rubric.criteria
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
    assert [cell.id for cell in tasks] == list(check.criteria)


def test_all_code_is_locked_hidden_and_clean(check: DecisionCheck) -> None:
    cells = check.notebook().cells
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
    whole = check.plan.slots
    assert headings == [f"## Question {number} of {whole}" for number in range(1, whole + 1)]


# --- the notebook runs, and the release gives nothing away


def attempt_folder(check: DecisionCheck, folder: Path, paper: Path) -> Path:
    folder.mkdir(parents=True)
    for name in (f"{check.name}.ipynb", "bank.toml", "rubric.toml"):
        shutil.copyfile(paper / name, folder / name)
    about = {"schema": 1, "pseudonym": learner(0), "assessment": check.name}
    about |= {"version": "1", "attempt": 1}
    (folder / "attempt.json").write_text(json.dumps(about), encoding="utf-8")
    return folder


def faults_of(check: DecisionCheck, folder: Path) -> dict[str, str]:
    """Run the notebook in a folder, and return the message of each cell that failed."""
    from nbclient import NotebookClient

    client = NotebookClient(
        read(folder / f"{check.name}.ipynb"),
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
def test_the_paper_runs_and_marks(tmp_path: Path, check: DecisionCheck) -> None:
    def answered(name: str, given: dict[str, str | None]) -> Path:
        """Answer all rightly, but for some slots."""
        folder = attempt_folder(check, tmp_path / name, check.source)
        paper = open_paper(folder)
        for each in paper.drawn:
            value = given.get(each.slot.id, check.right(each.item.id))
            if value is not None:
                paper.answers.save(each.item.id, value)
        for id in check.boxes:  # what is written there changes no mark
            paper.answers.save(id, "What does the line show?")
        return folder

    drawn = {each.slot.id: each.item for each in open_paper(answered("right", {})).drawn}
    assert faults_of(check, tmp_path / "right") == {}
    last = check.decisions[-1]
    noisy = next(slot for slot in check.decisions if check.key[drawn[slot].id].tampers)
    tampers = check.key[drawn[noisy].id].tampers
    assert set(faults_of(check, answered("tampers", {noisy: tampers}))) == {noisy, check.look_back}
    assert set(faults_of(check, answered("open", {last: None}))) == {last, check.look_back}
    wrong = next(
        letter
        for letter in drawn[noisy].options
        if letter not in (tampers, check.key[drawn[noisy].id].right)
    )
    assert set(faults_of(check, answered("wrong", {noisy: wrong}))) == {noisy}  # wrong, and steady
    blank = faults_of(check, attempt_folder(check, tmp_path / "blank", check.source))
    assert set(blank) == {*check.slots, check.look_back}
    assert blank[noisy] == check.key[drawn[noisy].id].why


@pytest.mark.nbgrader
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_the_released_paper_gives_nothing_away(tmp_path: Path, check: DecisionCheck) -> None:
    shutil.copytree(check.source, tmp_path / "source" / check.name)
    release = build_release(tmp_path / "source", tmp_path / "release") / check.name
    assert {path.name for path in release.iterdir()} == {
        f"{check.name}.ipynb",
        "bank.toml",
        "rubric.toml",
    }
    for name in ("bank.toml", "rubric.toml"):
        assert (release / name).read_bytes() == (check.source / name).read_bytes()
    paper = read(release / f"{check.name}.ipynb")
    text = (release / f"{check.name}.ipynb").read_text(encoding="utf-8")
    assert "HIDDEN" not in text
    for item, (_, why, _) in check.key.items():
        assert item not in text
        assert why not in text
        assert json.dumps(why)[1:-1] not in text
    code = {cell.id: cell.source for cell in paper.cells if cell.cell_type == "code"}
    assert code[check.look_back] == "# Nothing is asked here."
    first = check.decisions[0]
    assert code[first] == f'given = paper.answer("{first}")'
    workspace = Workspace.open(tmp_path / "workspace", release=release.parent)
    enrol(workspace.folder, KEY)
    folder = workspace.start_attempt(check.name)
    assert faults_of(check, folder) == {}, "all that the page needs is there"
