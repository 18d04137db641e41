"""Who passes the board's assessment: simulated learners, by the rules and on the real desk."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from autograder.book import MARKED, NEEDS_A_PERSON, Marking
from autograder.desk import Desk
from autograder.intake import take_in
from autograder.keys import Key
from autograder.marking import mark
from autograder.marking_record import MarkingRecord
from autograder.nbgrader_root import gradebook_url, nbgrader
from autograder.returns import result_of
from autograder.written_work import take_marks
from course.bank import Bank
from course.enrolment import Enrolment
from course.folders import COURSE
from course.handin import pack
from course.paper import Drawn, draw, open_paper
from course.syllabus import Assessment, load_syllabus
from tests.course.assessment_source import BEGIN, fraction, learner, passes
from tests.course.board_key import (
    CHARTS,
    CHECK,
    CRITERIA,
    DECISIONS,
    LOOK_BACK,
    SLOTS,
    SOURCE,
    WORDS,
    WRITTEN,
    kind_of,
    notebook,
    read_bank,
    read_key,
)
from tests.small_desk import LATER, NOW, enrolled

Chooser = Callable[[Drawn], str | None]
PLACES = [*SLOTS, LOOK_BACK]
PEOPLE = 400


@pytest.fixture(scope="module")
def bank() -> Bank:
    return read_bank()


@pytest.fixture(scope="module")
def key() -> dict[str, Key]:
    return read_key()


@pytest.fixture(scope="module")
def plan() -> Assessment:
    return load_syllabus().assessment(CHECK)


def right_places(key: Mapping[str, Key], drawn: tuple[Drawn, ...], choose: Chooser) -> set[str]:
    """Return what is marked right of a paper: the rule of the hidden tests, said again here."""
    chosen = {each.slot.id: (each.item.id, choose(each)) for each in drawn}
    right = {slot for slot, (item, choice) in chosen.items() if choice == key[item].right}
    decisions = [chosen[slot] for slot in DECISIONS]
    steady = all(choice is not None and choice != key[item].tampers for item, choice in decisions)
    return right | ({LOOK_BACK} if steady else set())


def knower(key: Mapping[str, Key], knows: Mapping[str, float], number: int) -> Chooser:
    """Know each answer with a chance that its slot has, or else guess blindly."""

    def choose(each: Drawn) -> str:
        if fraction("knows", number, each.item.id) < knows[each.slot.id]:
            return str(key[each.item.id].right)
        return each.order[int(len(each.order) * fraction("guess", number, each.item.id))]

    return choose


def share(
    bank: Bank,
    key: Mapping[str, Key],
    plan: Assessment,
    words: float,
    rest: float,
    people: int = 400,
) -> float:
    """Return the share that passes of those who know words, and charts and decisions, so well."""
    knows = dict.fromkeys(SLOTS, rest) | dict.fromkeys(WORDS, words)
    return (
        sum(
            passes(
                plan,
                right_places(key, draw(bank, learner(n), "1", 1), knower(key, knows, n)),
            )
            for n in range(PEOPLE)
        )
        / PEOPLE
    )


def test_all_right_passes_and_blank_does_not(
    bank: Bank, key: dict[str, Key], plan: Assessment
) -> None:
    for attempt in range(1, 6):
        drawn = draw(bank, learner(0), "1", attempt)
        right = right_places(key, drawn, lambda each: str(key[each.item.id].right))
        assert right == set(PLACES)
        assert right_places(key, drawn, lambda each: None) == set()
    assert passes(plan, PLACES)


def test_the_strong_pass_and_the_weak_do_not(
    bank: Bank, key: dict[str, Key], plan: Assessment
) -> None:
    assert share(bank, key, plan, words=0.97, rest=0.97) > 0.8
    assert share(bank, key, plan, words=0.6, rest=0.6) < 0.1
    assert share(bank, key, plan, words=1, rest=0) == 0
    assert share(bank, key, plan, words=0, rest=1) < 0.25  # 16 of 25 are sure
    assert share(bank, key, plan, words=0, rest=0) == 0


def test_one_decision_that_tampers_fails_and_so_does_one_left_open(
    bank: Bank, key: dict[str, Key], plan: Assessment
) -> None:
    drawn = draw(bank, learner(1), "1", 1)
    noisy = next(each for each in drawn if key[each.item.id].tampers)

    def but(choice: str | None) -> set[str]:
        return right_places(
            key,
            drawn,
            lambda each: choice if each is noisy else str(key[each.item.id].right),
        )

    assert but(key[noisy.item.id].tampers) == set(PLACES) - {noisy.slot.id, LOOK_BACK}
    assert but(None) == set(PLACES) - {noisy.slot.id, LOOK_BACK}
    assert not passes(plan, but(None))
    assert not passes(plan, but(key[noisy.item.id].tampers))  # 23 of 25, and 11 decisions
    other = next(
        id for id in noisy.order if id not in (key[noisy.item.id].right, key[noisy.item.id].tampers)
    )
    assert passes(plan, but(other))


def test_each_hurdle_holds_by_itself(plan: Assessment) -> None:
    everything = set(PLACES)
    assert passes(plan, everything - {CHARTS[0]})
    assert not passes(plan, everything - set(CHARTS[:2]))
    assert passes(plan, everything - set(DECISIONS[:2]))
    assert not passes(plan, everything - set(DECISIONS[:3]))
    assert passes(plan, everything - set(WORDS[:5]))
    assert not passes(plan, everything - set(WORDS[:6]))


def test_a_fixed_habit_does_not_pass(bank: Bank, key: dict[str, Key], plan: Assessment) -> None:
    """Always the first, the longest, or one kind of decision, with all words and charts right."""

    def always(kinds: str) -> Callable[[Drawn], str]:
        """Take an option of one of these kinds where there is one, or else the first."""

        def pick(each: Drawn) -> str:
            told = [id for id in each.order if kind_of(each.item.id, id) in kinds]
            return (told or each.order)[0]

        return pick

    habits: dict[str, Callable[[Drawn], str]] = {
        "first": lambda each: each.order[0],
        "last": lambda each: each.order[-1],
        "longest": lambda each: max(each.order, key=lambda id: len(each.item.options[id])),
        "shortest": lambda each: min(each.order, key=lambda id: len(each.item.options[id])),
        # To ask what was different is right where there is a signal; elsewhere it tampers.
        "always ask": always("TF"),
        "always change the work": always("C"),
        "always leave alone": always("L"),
        "always tamper": always("T"),
    }
    for name, pick in habits.items():
        passed = 0
        for number in range(200):
            drawn = draw(bank, learner(number), "1", 1 + number % 3)
            chosen = {
                each.item.id: pick(each)
                if each.slot.id in DECISIONS
                else str(key[each.item.id].right)
                for each in drawn
            }
            right = right_places(key, drawn, lambda each, chosen=chosen: chosen[each.item.id])  # type: ignore[misc]
            passed += passes(plan, right)
        # Who has all else right may be lucky where the habit has no option; never by the habit.
        assert passed <= 4, name  # of 200


def test_one_kind_of_decision_is_never_right_often_enough(
    bank: Bank, key: dict[str, Key], plan: Assessment
) -> None:
    least = {hurdle.name: hurdle.least for hurdle in plan.hurdles}["decisions"]
    for number in range(500):
        for attempt in (1, 2, 3):
            drawn = draw(bank, learner(number), "1", attempt)[12:]
            right = Counter(kind_of(each.item.id, str(key[each.item.id].right)) for each in drawn)
            assert max(right.values()) < least, (number, attempt)


def test_a_blind_guesser_hardly_ever_passes(plan: Assessment) -> None:
    # With all else known, ten of twelve decisions by guessing among three, and none that tampers.
    ten_or_more = sum(
        count * (1 / 3) ** right * (2 / 3) ** (12 - right)
        for right, count in ((10, 66), (11, 12), (12, 1))
    )
    assert {hurdle.name: hurdle.least for hurdle in plan.hurdles}["decisions"] == 10
    assert 3 * ten_or_more < 1 / 500


# --- on the real desk: nbgrader marks, a person marks what was written, the rules decide


def hand_in(folder: Path, enrolment: Enrolment, answers: Mapping[str, str]) -> Path:
    """Pack an attempt with these answers, by their ids, as a learner's computer does."""
    work = folder / enrolment.pseudonym
    work.mkdir(parents=True)
    for name in ("bank.toml", "rubric.toml"):
        shutil.copyfile(SOURCE / name, work / name)
    released = notebook()
    for cell in released.cells:
        cell.source = cell.source.partition(BEGIN)[0]
    nbformat.write(released, work / f"{CHECK}.ipynb")  # type: ignore[no-untyped-call]
    card = {"schema": 1, "pseudonym": work.name, "assessment": CHECK, "version": "1", "attempt": 1}
    (work / "attempt.json").write_text(json.dumps(card), encoding="utf-8")
    file = open_paper(work).answers
    # The course packs no paper without answers, so one without any holds a stray one.
    for id, value in (answers or {"stray": "x"}).items():
        file.save(id, value)
    return pack(work, enrolment, work / "outbox", NOW)


def give_levels(desk: Desk, levels: Mapping[str, int]) -> None:
    """Give each learner one level for all criteria, as an expert does in formgrader."""
    from nbgrader.api import Gradebook

    with nbgrader(desk.folder), Gradebook(gradebook_url(desk.folder)) as gradebook:
        for pseudonym, level in levels.items():
            for criterion in CRITERIA:
                grade = gradebook.find_grade(criterion, CHECK, CHECK, pseudonym)
                grade.manual_score, grade.needs_manual_grade = level, False
        gradebook.db.commit()


@pytest.mark.nbgrader
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_simulated_learners_on_the_real_desk(
    tmp_path: Path, bank: Bank, key: dict[str, Key], plan: Assessment
) -> None:
    # Whether it is open to learners yet or not.
    whole = load_syllabus()
    opened = [replace(each, built=True) if each.id == CHECK else each for each in whole.assessments]
    syllabus = replace(whole, assessments=tuple(opened))
    desk = Desk.create(tmp_path / "desk", "Riverside (simulated)")
    names = ("strong", "one slip", "weak", "copying", "unwritten", "blank")
    people = dict(zip(names, enrolled(desk, tmp_path, len(names)), strict=True))
    papers = {name: draw(bank, each.pseudonym, "1", 1) for name, each in people.items()}
    noisy = {
        name: [each.slot.id for each in paper if key[each.item.id].tampers]
        for name, paper in papers.items()
    }

    def answers(name: str, tampers_in: Collection[str] = ()) -> dict[str, str]:
        given = {}
        for each in papers[name]:
            right, _, tampers = key[each.item.id]
            given[each.item.id] = str(tampers if each.slot.id in tampers_in else right)
        return given | dict.fromkeys(WRITTEN, "What does the line show since December?")

    given = {
        "strong": answers("strong"),
        "one slip": answers("one slip", noisy["one slip"][:1]),
        "weak": answers("weak", noisy["weak"]),  # knows all words, and tampers wherever one can
        "copying": answers("strong"),
        "unwritten": answers("unwritten"),
        "blank": {},
    }
    in_common = {
        mine.slot.id
        for mine, other in zip(papers["copying"], papers["strong"], strict=True)
        if mine.item == other.item
    }
    assert len(in_common) < 15, "learners beside each other have other questions"
    expected = {
        "strong": set(PLACES),
        "one slip": set(PLACES) - {noisy["one slip"][0], LOOK_BACK},
        "weak": set(PLACES) - {*noisy["weak"], LOOK_BACK},
        "copying": in_common,
        "unwritten": set(PLACES),
        "blank": set(),
    }
    for name, each in people.items():
        take_in(desk, hand_in(tmp_path / "work", each, given[name]), NOW, syllabus)

    def marked() -> dict[str, Marking]:
        report = mark(desk, LATER, source=COURSE / "source", syllabus=syllabus)
        of = {marking.receipt.pseudonym: marking for marking in report.markings}
        return {name: of[each.pseudonym] for name, each in people.items()}

    assert {each.outcome for each in marked().values()} == {NEEDS_A_PERSON}
    shown = nbformat.read(
        desk.folder / "autograded" / people["strong"].pseudonym / CHECK / f"{CHECK}.ipynb", 4
    )  # type: ignore[no-untyped-call]
    cells = {cell.id: cell.source for cell in shown.cells}
    assert bank.look_backs[0].text in cells[f"shown-{LOOK_BACK}"]
    assert "What does the line show since December?" in cells["shown-w1-data"]

    levels = dict.fromkeys(names, 3) | {"unwritten": 0, "blank": 0}
    give_levels(desk, {people[name].pseudonym: level for name, level in levels.items()})
    take_marks(desk, syllabus, "Ann Lee", LATER)
    results = marked()
    records: dict[str, MarkingRecord] = {}
    for name, marking in results.items():
        assert marking.outcome == MARKED, (name, marking.reason)
        assert marking.record is not None
        records[name] = marking.record
        assert marking.record.right == expected[name], name
        assert marking.record.max_score == 25
    assert [name for name, record in records.items() if record.passes(plan)] == ["strong"]
    slip = {hurdle.name: hurdle for hurdle in records["one slip"].hurdles(plan)}
    assert records["one slip"].score == 23
    assert slip["decisions"].cleared
    assert not slip["steady decisions"].cleared
    weak = {hurdle.name: hurdle for hurdle in records["weak"].hurdles(plan)}
    assert weak["charts"].right == 3
    assert not weak["decisions"].cleared

    result = result_of(desk, syllabus, results["one slip"])
    last = result.feedback[-1]
    assert (last.slot, last.question) == (LOOK_BACK, bank.look_backs[0].text)
    assert (last.given, last.right, last.why) == ("What you chose there", None, None)
    assert bank.look_backs[0].read_again in result.read_again
    passed = result_of(desk, syllabus, results["strong"])
    assert passed.passed
    assert len(passed.written) == len(CRITERIA)
