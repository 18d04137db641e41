"""A bank is read with all its faults at once; a draw is fixed, fair and new at each attempt."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.document import DocumentInvalid
from course.errors import CourseError, FaultsFound
from course.paper import (
    Bank,
    Chart,
    Given,
    Item,
    Paper,
    Slot,
    draw,
    load_bank,
    open_paper,
    read_attempt,
)
from qi_tools.answers import AnswerFile, AnswersInvalid

PSEUDONYM = "0123456789abcdef"

GOOD = """\
schema = 1
assessment = "b1_check"
version = "1"
"""
SLOT = """
[[slot]]
id = "{slot}"
module = "B1"
topic = "28a"
difficulty = "easy"
objective = "Tell a dot from a signal"
read_again = "Every dot"
"""
ITEM = """
[[slot.item]]
id = "b1-{slot}-{letter}"
text = "A ward counts falls. What next?"
[slot.item.options]
a = "Ask"
b = "Act"
c = "Wait"
"""

ROWS = """\
[slot.item.rows]
plan = "Guess what will happen"
do = "Try it"
study = "Look at what happened"
"""
CHART = """\
[slot.item.chart]
name = "Falls"
unit = "falls"
start = 2026-01-05
values = [3, 4, 2.5, 3, 4, 3, 2, 5, 3, 4, 3, 2]
"""


def bank_text(slots: tuple[str, ...] = ("q1", "q2"), letters: str = "abc") -> str:
    return GOOD + "".join(
        SLOT.format(slot=slot)
        + "".join(ITEM.format(slot=slot, letter=letter) for letter in letters)
        for slot in slots
    )


def bank_of(pools: dict[str, int], options: str = "abcd") -> Bank:
    return Bank(
        "b1_check",
        "1",
        tuple(
            Slot(
                slot,
                "B1",
                "17",
                "easy",
                "x",
                "y",
                tuple(
                    Item(f"b1-{slot}-{number}", "?", {id: id.upper() for id in options})
                    for number in range(size)
                ),
            )
            for slot, size in pools.items()
        ),
    )


def bank_of_rows(size: int = 3, rows: tuple[str, ...] = ("plan", "do", "study", "act")) -> Bank:
    options = {"a": "First", "b": "Second", "c": "Third", "d": "Fourth"}
    items = tuple(
        Item(f"b1-q1-{number}", "?", options, {id: id.title() for id in rows})
        for number in range(size)
    )
    return Bank("b1_check", "1", (Slot("q1", "B1", "12", "easy", "x", "y", items),))


def pseudonyms(count: int) -> Iterator[str]:
    for number in range(count):
        yield hashlib.sha256(f"learner {number}".encode()).hexdigest()[:16]


def start(folder: Path, bank: str = "", **members: object) -> Path:
    about = {
        "schema": 1,
        "pseudonym": PSEUDONYM,
        "assessment": "b1_check",
        "version": "1",
        "attempt": 1,
        **members,
    }
    (folder / "attempt.json").write_text(json.dumps(about), encoding="utf-8")
    (folder / "bank.toml").write_text(bank or bank_text(), encoding="utf-8")
    return folder


# --- the bank


def test_a_bank_is_read_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "bank.toml").write_text(bank_text(), encoding="utf-8")
    bank = load_bank(tmp_path / "bank.toml")
    assert (bank.assessment, bank.version) == ("b1_check", "1")
    assert [slot.id for slot in bank.slots] == ["q1", "q2"]
    slot = bank.slots[0]
    assert (slot.module, slot.topic, slot.difficulty) == ("B1", "28a", "easy")
    assert [item.id for item in slot.items] == ["b1-q1-a", "b1-q1-b", "b1-q1-c"]
    assert dict(slot.items[0].options) == {"a": "Ask", "b": "Act", "c": "Wait"}


def test_a_bank_cannot_be_changed(tmp_path: Path) -> None:
    (tmp_path / "bank.toml").write_text(bank_text(), encoding="utf-8")
    item = load_bank(tmp_path / "bank.toml").slots[0].items[0]
    with pytest.raises(TypeError):
        item.options["a"] = "Act"  # type: ignore[index]


def test_rows_and_a_chart_are_read_as_they_stand(tmp_path: Path) -> None:
    text = bank_text(("q1",)).replace('c = "Wait"\n', f'c = "Wait"\n{ROWS}{CHART}', 1)
    (tmp_path / "bank.toml").write_text(text, encoding="utf-8")
    first, second, _ = load_bank(tmp_path / "bank.toml").slots[0].items
    assert list(first.rows) == ["plan", "do", "study"]
    assert first.rows["do"] == "Try it"
    values = (3.0, 4.0, 2.5, 3.0, 4.0, 3.0, 2.0, 5.0, 3.0, 4.0, 3.0, 2.0)
    assert first.chart == Chart("Falls", "falls", date(2026, 1, 5), values)
    assert (dict(second.rows), second.chart) == ({}, None)
    with pytest.raises(TypeError):
        first.rows["do"] = "Wait"  # type: ignore[index]


def test_a_charts_values_are_one_a_week_and_said_to_be_made_up() -> None:
    measure = Chart("Falls", "falls", date(2026, 1, 5), (3.0, 4.0, 2.5)).measure()
    assert measure.dates is not None
    assert [str(day) for day in measure.dates] == ["2026-01-05", "2026-01-12", "2026-01-19"]
    assert measure.values.tolist() == [3.0, 4.0, 2.5]
    assert (measure.name, measure.unit, measure.simulated) == ("Falls", "falls", True)


def test_a_module_may_be_a_part_of_one(tmp_path: Path) -> None:
    text = bank_text().replace('module = "B1"', 'module = "A5a"')
    (tmp_path / "bank.toml").write_text(text, encoding="utf-8")
    assert load_bank(tmp_path / "bank.toml").slots[0].module == "A5a"


def test_every_fault_of_rows_and_charts_is_reported_at_once(tmp_path: Path) -> None:
    rows = '[slot.item.rows]\nPlan = "Guess"\ndo = " "\nact = "guess"\n'
    chart = CHART.replace("2026-01-05", "2026-01-06").replace("2.5", "nan") + 'verdict = "chance"\n'
    text = bank_text(("q1",)).replace('c = "Wait"\n', f'c = "Wait"\n{rows}{chart}', 1)
    assert faults(tmp_path, text) == [
        "slot[q1].item[b1-q1-a].rows.Plan: has an id that must be small letters, digits and "
        "hyphens, such as plan",
        "slot[q1].item[b1-q1-a].rows.do: must be text of 1 to 200 characters",
        "slot[q1].item[b1-q1-a].rows: say the same thing twice",
        "slot[q1].item[b1-q1-a].chart.verdict: doesn't belong here",
        "slot[q1].item[b1-q1-a].chart.start: must be a Monday, without quotes, such as 2026-01-05",
        "slot[q1].item[b1-q1-a].chart.values: must be a list of 12 to 60 numbers",
    ]


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ('[slot.item.rows]\nplan = "Guess"\n', "rows: has 1; give it 2 to 6"),
        ("[slot.item.rows]\n", "rows: has 0; give it 2 to 6"),
        (
            "[slot.item.rows]\n" + "".join(f'r{n} = "Step {n}"\n' for n in range(7)),
            "rows: has 7; give it 2 to 6",
        ),
        (CHART.replace("2026-01-05", '"2026-01-05"'), "chart.start: must be a Monday"),
        (CHART.replace("2026-01-05", "2026-01-05T09:00:00"), "chart.start: must be a Monday"),
        (CHART.replace("3, 2]", "3]"), "chart.values: must be a list of 12 to 60"),
        (CHART.replace("[3,", f"[{'1, ' * 49}3,"), "chart.values: must be a list of 12 to 60"),
        (CHART.replace("2.5", "inf"), "chart.values: must be"),
        (CHART.replace("2.5", "true"), "chart.values: must be"),
        (CHART.replace("2.5", '"2"'), "chart.values: must be"),
        (CHART.replace('unit = "falls"\n', ""), "chart.unit: is missing"),
        (CHART.replace('"Falls"', '" "'), "chart.name: must be text"),
    ],
)
def test_a_fault_of_rows_or_a_chart_is_named(tmp_path: Path, more: str, fault: str) -> None:
    text = bank_text(("q1",)).replace('c = "Wait"\n', f'c = "Wait"\n{more}', 1)
    (found,) = faults(tmp_path, text)
    assert found.startswith(f"slot[q1].item[b1-q1-a].{fault}")


def faults(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "bank.toml").write_text(text, encoding="utf-8")
    with pytest.raises(FaultsFound) as found:
        load_bank(tmp_path / "bank.toml")
    return [str(fault) for fault in found.value.faults]


def test_every_fault_of_a_bank_is_reported_at_once(tmp_path: Path) -> None:
    text = (
        bank_text()
        .replace("schema = 1", "schema = 2")
        .replace('difficulty = "easy"', 'difficulty = "fiendish"', 1)
        .replace('id = "b1-q2-c"', 'id = "b1-q1-a"')
        .replace('text = "A ward counts falls. What next?"', 'text = "  "\nkey = "a"', 1)
        .replace('c = "Wait"', 'c = " act "', 1)
        .replace('c = "Wait"', 'd = "Wait"', 1)
    )
    assert faults(tmp_path, text) == [
        "schema: must be 1, not 2",
        "slot[q1].difficulty: must be one of: easy, medium, hard, not 'fiendish'",
        "slot[q1].item[b1-q1-a].key: doesn't belong here",
        "slot[q1].item[b1-q1-a].text: must be text of 1 to 800 characters, not '  '",
        "slot[q1].item[b1-q1-a].options: say the same thing twice",
        "slot[q1].item[b1-q1-b].options: must be a, b and c, and if needed d and e, in this order",
        "item[b1-q1-a]: stands more than once; give each its own id",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("schema = ", "not TOML: "),
        ("", "schema: is missing"),
        (GOOD + "slot = []", "slot: is empty; a paper needs at least one question"),
        (GOOD + "slot = 3", "slot: must be a list of up to 200 rows"),
        (GOOD + "slot = [3]", "slot[1]: must be a table of named values"),
        (bank_text(letters="ab"), "slot[q1].item: has 2; a pool needs 3 items or more"),
        (bank_text(slots=("q1", "q1")), "slot[q1]: stands more than once; give each its own id"),
        (bank_text(slots=("1",)), "slot[1].id: must be q and a number, such as q1"),
        (bank_text().replace("b1-q1-a", "B1 q1"), "slot[q1].item[B1 q1].id: must be small letters"),
        (bank_text().replace('a = "Ask"', "a = 3"), "slot[q1].item[b1-q1-a].options.a: must be"),
        (GOOD + SLOT.format(slot="q1"), "slot[q1].item: is missing"),
        (GOOD + SLOT.format(slot="q1") + "item = [[]]", "slot[q1].item[1]: must be a table"),
        (bank_text().replace('topic = "28a"', "topic = 28"), "slot[q1].topic: must be a row"),
    ],
)
def test_a_fault_of_a_bank_is_named(tmp_path: Path, text: str, fault: str) -> None:
    assert any(found.startswith(fault) for found in faults(tmp_path, text))


def test_a_bank_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="is not there"):
        load_bank(tmp_path / "bank.toml")
    (tmp_path / "bank.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(CourseError, match="can't be read"):
        load_bank(tmp_path / "bank.toml")


# --- the draw


def test_a_draw_is_pinned() -> None:
    """Papers already handed out depend on this: a change here needs a new way of versioning."""
    bank = bank_of({"q1": 4, "q2": 3})
    drawn = [
        (each.item.id, "".join(each.order))
        for attempt in (1, 2, 3)
        for each in draw(bank, PSEUDONYM, "1", attempt)
    ]
    assert drawn == [
        ("b1-q1-2", "dcab"),
        ("b1-q2-2", "abdc"),
        ("b1-q1-3", "dbca"),
        ("b1-q2-0", "dcab"),
        ("b1-q1-1", "abdc"),
        ("b1-q2-1", "cbad"),
    ]


def test_a_draw_follows_the_documented_hash() -> None:
    """Worked here once more from the words in the module's docstring alone."""
    bank = bank_of({"q1": 5})
    for attempt in range(1, 12):
        (drawn,) = draw(bank, PSEUDONYM, "1", attempt)
        seed = f"{PSEUDONYM}\nb1_check\n1\nq1\n"
        ids = [f"b1-q1-{number}" for number in range(5)]
        ids.sort(key=lambda id: hashlib.sha256(f"item\n{seed}{id}".encode()).digest())
        item = ids[(attempt - 1) % 5]
        order = sorted(
            "abcd",
            key=lambda option: hashlib.sha256(
                f"option\n{seed}{item}\n{attempt}\n{option}".encode()
            ).digest(),
        )
        assert (drawn.item.id, list(drawn.order)) == (item, order)


def test_rows_are_shuffled_as_documented_and_their_options_are_not() -> None:
    for attempt in range(1, 8):
        (drawn,) = draw(bank_of_rows(), PSEUDONYM, "1", attempt)
        seed = f"{PSEUDONYM}\nb1_check\n1\nq1\n{drawn.item.id}\n{attempt}"
        rows = sorted(
            ["plan", "do", "study", "act"],
            key=lambda row: hashlib.sha256(f"row\n{seed}\n{row}".encode()).digest(),
        )
        assert list(drawn.rows) == rows
        assert drawn.order == ("a", "b", "c", "d")


def test_an_item_without_rows_has_none_to_show() -> None:
    assert draw(bank_of({"q1": 3}), PSEUDONYM, "1", 1)[0].rows == ()


@given(st.from_regex("[0-9a-f]{16}", fullmatch=True), st.integers(3, 7), st.integers(1, 50))
def test_a_pool_is_used_up_before_an_item_comes_again(pseudonym: str, size: int, k: int) -> None:
    bank = bank_of({"q1": size})
    seen = [draw(bank, pseudonym, "1", k + step)[0].item.id for step in range(size + 1)]
    assert len(set(seen[:size])) == size
    assert seen[size] == seen[0]


@given(st.from_regex("[0-9a-f]{16}", fullmatch=True), st.integers(1, 1000))
def test_a_draw_is_the_same_each_time_and_has_every_slot(pseudonym: str, attempt: int) -> None:
    bank = bank_of({"q1": 4, "q2": 4, "q3": 5})
    drawn = draw(bank, pseudonym, "1", attempt)
    assert drawn == draw(bank, pseudonym, "1", attempt)
    assert [each.slot for each in drawn] == list(bank.slots)
    assert all(each.item in each.slot.items for each in drawn)
    assert all(sorted(each.order) == sorted(each.item.options) for each in drawn)


def test_no_attempt_shares_an_item_with_the_one_before() -> None:
    bank = bank_of({f"q{number}": 4 for number in range(1, 9)})
    for pseudonym in pseudonyms(50):
        papers = [
            {each.item.id for each in draw(bank, pseudonym, "1", attempt)}
            for attempt in range(1, 10)
        ]
        assert all(not earlier & later for earlier, later in pairwise(papers))


def test_adding_a_learner_a_version_or_a_slot_changes_the_draw() -> None:
    bank = bank_of({"q1": 40, "q2": 40})
    first, second = (each.item.id.rpartition("-")[2] for each in draw(bank, PSEUDONYM, "1", 1))
    assert first != second
    other = draw(bank, PSEUDONYM[::-1], "1", 1)
    assert [each.item.id for each in other] != [
        each.item.id for each in draw(bank, PSEUDONYM, "1", 1)
    ]
    newer = Bank(bank.assessment, "2", bank.slots)
    assert draw(newer, PSEUDONYM, "2", 1) != draw(bank, PSEUDONYM, "1", 1)


def chi_square(counts: Counter[object], cells: int) -> float:
    """Return Pearson's statistic against equal chances (Pearson, 1900)."""
    expected = counts.total() / cells
    seen = sum((count - expected) ** 2 / expected for count in counts.values())
    return seen + (cells - len(counts)) * expected  # cells never hit


def test_draws_are_even_over_learners() -> None:
    # Bounds are the 99.9 % points of chi-square with 3, 15 and 23 degrees of freedom. The draws
    # are fixed, so this either always passes or never does.
    bank = bank_of({"q1": 4, "q2": 4})
    items: Counter[object] = Counter()
    together: Counter[object] = Counter()
    orders: Counter[object] = Counter()
    next_item: Counter[object] = Counter()
    rows: Counter[object] = Counter()
    for pseudonym in pseudonyms(3000):
        one, two = draw(bank, pseudonym, "1", 1)
        items[one.item.id] += 1
        together[one.item.id, two.item.id] += 1
        orders[one.order] += 1
        rows[draw(bank_of_rows(), pseudonym, "1", 1)[0].rows] += 1
        next_item[one.item.id, draw(bank, pseudonym, "1", 2)[0].item.id] += 1
    assert chi_square(items, 4) < 16.27
    assert chi_square(together, 16) < 37.70
    assert chi_square(orders, 24) < 49.73
    assert chi_square(rows, 24) < 49.73
    assert chi_square(next_item, 12) < 31.26  # 11 degrees; an item is never followed by itself


def test_another_versions_bank_is_not_drawn_from() -> None:
    with pytest.raises(CourseError, match=r"version 2 .* version 1"):
        draw(bank_of({"q1": 3}), PSEUDONYM, "2", 1)
    with pytest.raises(ValueError, match="the first is 1"):
        draw(bank_of({"q1": 3}), PSEUDONYM, "1", 0)


# --- the paper


def test_a_paper_reads_the_answer_to_the_drawn_item(tmp_path: Path) -> None:
    paper = open_paper(start(tmp_path))
    item = paper.drawn[0].item.id
    assert paper.answer("q1") == Given("q1", item, None)
    AnswerFile(tmp_path / "answers.json").save(item, "b")
    assert paper.answer("q1") == Given("q1", item, "b")
    assert paper.answer("q2").choice is None


@pytest.mark.parametrize("value", ["d", "", "B", "b ", 1.0, ("a",), "a" * 4000])
def test_only_one_of_the_options_counts(tmp_path: Path, value: str | float | tuple[str]) -> None:
    paper = open_paper(start(tmp_path))
    paper.answers.save(paper.drawn[0].item.id, value)
    assert paper.answer("q1").choice is None


RIGHT_FORM = ("do=b", "plan=a", "study=c")


def paper_with_rows(folder: Path, more: str = ROWS) -> Paper:
    text = bank_text(("q1",)).replace('c = "Wait"\n', f'c = "Wait"\n{more}')
    return open_paper(start(folder, text))


def test_a_paper_reads_an_option_for_each_row_in_the_order_of_the_rows(tmp_path: Path) -> None:
    paper = paper_with_rows(tmp_path)
    assert paper.answer("q1").choice is None
    item = paper.drawn[0].item.id
    first = paper.answers.save(item, RIGHT_FORM)
    assert paper.answer("q1") == Given("q1", item, RIGHT_FORM)
    paper.answers.save(item, ("study=b", "plan=b", "do=b"), seen=first.revision)
    assert paper.answer("q1").choice == ("do=b", "plan=b", "study=b")


@pytest.mark.parametrize(
    "value",
    [
        "a",
        (),
        ("do=b", "plan=a"),
        ("do=b", "plan=a", "study="),
        ("do=b", "plan=a", "study=d"),
        ("do=b", "plan=a", "act=c"),
        ("do=b", "plan=a", "plan=c"),
        ("do=b", "plan=a", "study=c", "study=c"),
        ("do=b", "plan=a", "study"),
        ("do=b", "plan=a", "study=c=c"),
    ],
)
def test_only_an_own_option_in_every_row_counts(tmp_path: Path, value: str | tuple[str]) -> None:
    paper = paper_with_rows(tmp_path)
    paper.answers.save(paper.drawn[0].item.id, value)
    assert paper.answer("q1").choice is None


def test_rows_do_not_count_where_one_option_is_asked_for(tmp_path: Path) -> None:
    paper = open_paper(start(tmp_path))
    paper.answers.save(paper.drawn[0].item.id, RIGHT_FORM)
    assert paper.answer("q1").choice is None


def test_an_answer_to_an_item_that_was_not_drawn_does_not_count(tmp_path: Path) -> None:
    paper = open_paper(start(tmp_path))
    drawn = paper.drawn[0]
    for item in drawn.slot.items:
        if item != drawn.item:
            paper.answers.save(item.id, "a")
    assert paper.answer("q1").choice is None


def test_damaged_answers_are_told_not_marked(tmp_path: Path) -> None:
    paper = open_paper(start(tmp_path))
    (tmp_path / "answers.json").write_text("{", encoding="utf-8")
    with pytest.raises(AnswersInvalid):
        paper.answer("q1")


def test_an_unknown_slot_is_told(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="Use one of: q1, q2"):
        open_paper(start(tmp_path)).answer("q9")


def test_a_paper_keeps_its_folder_when_the_current_one_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(tmp_path)
    monkeypatch.chdir(tmp_path)
    paper = open_paper()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    paper.answers.save(paper.drawn[0].item.id, "a")
    assert (tmp_path / "answers.json").exists()
    assert paper.answer("q1").choice == "a"


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"assessment": "c1_check"}, "is at c1_check"),
        ({"version": "2"}, "version 2"),
        ({"attempt": 0}, "attempt must be"),
        ({"attempt": "1"}, "attempt must be"),
        ({"pseudonym": "Sam Okoro"}, "pseudonym must be"),
        ({"schema": 2}, "schema must be 1"),
        ({"name": "Sam"}, "name doesn't belong here"),
    ],
)
def test_a_wrong_attempt_is_not_opened(
    tmp_path: Path, members: dict[str, object], reason: str
) -> None:
    with pytest.raises(CourseError, match="home page") as wrong:
        open_paper(start(tmp_path, "", **members))
    assert reason in str(wrong.value)


def test_an_attempt_that_was_never_started_is_told(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="Start the assessment from the course's home page"):
        open_paper(tmp_path)


def test_a_damaged_attempt_is_told(tmp_path: Path) -> None:
    start(tmp_path)
    (tmp_path / "attempt.json").write_text('{"schema": 1, "schema": 1}', encoding="utf-8")
    with pytest.raises(DocumentInvalid, match="it names schema twice"):
        read_attempt(tmp_path)


def test_asking_shows_the_drawn_item_in_its_order(tmp_path: Path) -> None:
    paper = open_paper(start(tmp_path))
    for drawn in paper.drawn:
        question = paper.ask(drawn.slot.id)
        content = question.content  # type: ignore[attr-defined]
        assert question.id == drawn.item.id  # type: ignore[attr-defined]
        assert content["question"] == drawn.item.text
        assert content["options"] == [[id, drawn.item.options[id]] for id in drawn.order]
    assert not (tmp_path / "answers.json").exists()


def test_asking_for_an_option_in_each_row_shows_the_rows_in_their_drawn_order(
    tmp_path: Path,
) -> None:
    paper = paper_with_rows(tmp_path)
    (drawn,) = paper.drawn
    content = paper.ask("q1").content  # type: ignore[attr-defined]
    options = [["a", "Ask"], ["b", "Act"], ["c", "Wait"]]
    assert content["fields"] == [[id, drawn.item.rows[id], options] for id in drawn.rows]


def test_a_chart_stands_above_its_question_and_says_nothing_about_it(tmp_path: Path) -> None:
    paper = paper_with_rows(tmp_path, CHART)
    chart, question = paper.ask("q1").children  # type: ignore[attr-defined]
    assert question.id == paper.drawn[0].item.id
    html = chart.content["html"]
    assert "<svg" in html
    assert "simulated" in html.lower()
    assert not re.search(r"signal|by chance|special cause|common cause", html, re.IGNORECASE)


def loads(code: str, module: str) -> bool:
    """Say whether code loads a module."""
    import subprocess

    asked = f"import sys; {code}; sys.exit({module!r} in sys.modules)"
    return subprocess.run([sys.executable, "-c", asked], check=False).returncode != 0


def test_marking_needs_no_widgets() -> None:
    """The marker reads papers in bulk; only asking may load the widgets."""
    assert not loads("import course.paper", "ipywidgets")
    assert loads("import course.paper, qi_tools.teaching", "ipywidgets")


def test_a_question_with_a_chart_is_drawn_without_matplotlib(tmp_path: Path) -> None:
    paper_with_rows(tmp_path, CHART)
    code = f"from course.paper import open_paper; open_paper({str(tmp_path)!r}).ask('q1')"
    assert not loads(code, "matplotlib")
