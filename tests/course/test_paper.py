"""A draw is fixed, fair and new at each attempt; a paper reads only answers that count."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.bank import Bank
from course.document import DocumentInvalid
from course.errors import CourseError
from course.paper import Given, Paper, draw, open_paper, read_attempt
from qi_tools.answers import AnswerFile, AnswersInvalid
from tests.course.small_bank import CHART, ROWS, bank_of, bank_of_rows, bank_text, with_tree

PSEUDONYM = "0123456789abcdef"


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


TREE_GIVEN = ("checks=ward", "checks-kind=process", "falls=safe", "falls-kind=outcome")
TREE_GIVEN += ("ward=falls", "ward-kind=outcome")


def paper_with_tree(folder: Path) -> Paper:
    """Return a paper on which a tree was drawn."""
    (folder / "bank.toml").write_text(with_tree(), encoding="utf-8")
    for attempt in (1, 2, 3):
        about = {"schema": 1, "pseudonym": PSEUDONYM, "assessment": "b1_check"}
        about |= {"version": "1", "attempt": attempt}
        (folder / "attempt.json").write_text(json.dumps(about), encoding="utf-8")
        paper = open_paper(folder)
        if paper.drawn[0].item.measures:
            return paper
    raise AssertionError("in three attempts each of three items is drawn once")


def test_a_tree_is_asked_without_its_key_and_read_back(tmp_path: Path) -> None:
    paper = paper_with_tree(tmp_path)
    content = paper.ask("q1").content  # type: ignore[attr-defined]
    assert content["button"] == "Save my tree"
    assert [name for name, _ in content["measures"]] == list(paper.drawn[0].rows)
    assert paper.answer("q1").choice is None
    paper.answers.save("b1-q1-a", TREE_GIVEN)
    assert paper.answer("q1").choice == TREE_GIVEN
    for wrong in ("ward=ward", "ward=elsewhere", "other=falls"):
        changed = (*TREE_GIVEN[:4], wrong, TREE_GIVEN[5])
        (tmp_path / "answers.json").unlink()
        paper.answers.save("b1-q1-a", changed)
        assert paper.answer("q1").choice is None


def test_several_trees_may_do() -> None:
    given = Given("q1", "tree", TREE_GIVEN)
    assert given.fits(TREE_GIVEN)
    assert given.fits(("checks=falls|ward", *TREE_GIVEN[1:]))
    assert not given.fits(("checks=falls", *TREE_GIVEN[1:]))
    assert not Given("q1", "tree", None).fits(TREE_GIVEN)
