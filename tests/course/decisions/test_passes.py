"""Who passes an assessment with decisions: simulated learners, by the rules and on a real desk."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import nbformat
import pytest

from autograder.book import MARKED, NEEDS_A_PERSON, Marking
from autograder.desk import Desk
from autograder.intake import take_in
from autograder.marking import mark
from autograder.marking_record import MarkingRecord
from autograder.nbgrader_root import gradebook_url, nbgrader
from autograder.returns import result_of
from autograder.written_work import take_marks, written_papers
from course.enrolment import Enrolment
from course.folders import COURSE
from course.handin import pack
from course.paper import Drawn, Given, draw, open_paper
from course.syllabus import load_syllabus
from qi_tools.answers import Value
from tests.course.assessment_source import BEGIN, fraction, learner, passes
from tests.course.decisions.check import DecisionCheck
from tests.small_desk import LATER, NOW, enrolled

Chooser = Callable[[Drawn], Value | None]
PEOPLE = 400


def right_places(check: DecisionCheck, drawn: tuple[Drawn, ...], choose: Chooser) -> set[str]:
    """Return what is marked right of a paper: the rule of the hidden tests, said again here."""
    chosen = {each.slot.id: (each.item.id, choose(each)) for each in drawn}
    right = {slot for slot, (item, choice) in chosen.items() if is_right(check, item, choice)}
    decisions = [chosen[slot] for slot in check.decisions]
    steady = all(
        choice is not None and choice != check.key[item].tampers for item, choice in decisions
    )
    return right | ({check.look_back} if steady else set())


def is_right(check: DecisionCheck, item: str, choice: Value | None) -> bool:
    right = check.key[item].right
    if isinstance(right, str):
        return choice == right
    return isinstance(choice, tuple) and Given("", item, choice).fits(right)


def rightly(check: DecisionCheck) -> Chooser:
    """Know everything."""
    return lambda each: check.right(each.item.id)


def guess(each: Drawn, number: int) -> Value:
    """Guess blindly; a tree is never guessed."""
    if each.item.measures:
        return "?"
    return each.order[int(len(each.order) * fraction("guess", number, each.item.id))]


def share(check: DecisionCheck, words: float, rest: float) -> float:
    """Return the share that passes of those who know words, and charts and decisions, so well."""
    knows = dict.fromkeys(check.slots, rest) | dict.fromkeys(check.words, words)
    passed = 0
    for number in range(PEOPLE):

        def choose(each: Drawn, number: int = number) -> Value:
            if fraction("knows", number, each.item.id) < knows[each.slot.id]:
                return check.right(each.item.id)
            return guess(each, number)

        drawn = draw(check.bank, learner(number), "1", 1)
        passed += passes(check.plan, right_places(check, drawn, choose))
    return passed / PEOPLE


def test_all_right_passes_and_blank_does_not(check: DecisionCheck) -> None:
    for attempt in range(1, 6):
        drawn = draw(check.bank, learner(0), "1", attempt)
        assert right_places(check, drawn, rightly(check)) == check.places
        assert right_places(check, drawn, lambda each: None) == set()
    assert passes(check.plan, check.places)


def test_the_strong_pass_and_the_weak_do_not(check: DecisionCheck) -> None:
    assert share(check, words=0.97, rest=0.97) > 0.8
    assert share(check, words=0.6, rest=0.6) < 0.1
    assert share(check, words=1, rest=0) == 0
    assert share(check, words=0, rest=1) < 0.25
    assert share(check, words=0, rest=0) == 0


def test_one_decision_that_tampers_fails_and_so_does_one_left_open(check: DecisionCheck) -> None:
    drawn = draw(check.bank, learner(1), "1", 1)
    noisy = next(each for each in drawn if check.key[each.item.id].tampers)
    tampers = check.key[noisy.item.id].tampers

    def but(choice: str | None) -> set[str]:
        known = rightly(check)
        return right_places(check, drawn, lambda each: choice if each is noisy else known(each))

    for choice in (tampers, None):
        assert but(choice) == check.places - {noisy.slot.id, check.look_back}
        assert not passes(check.plan, but(choice))  # all but two right, and 11 decisions
    other = next(id for id in noisy.order if id not in (check.right(noisy.item.id), tampers))
    assert passes(check.plan, but(other))


def test_each_hurdle_holds_by_itself(check: DecisionCheck) -> None:
    spare = check.plan.slots - check.plan.slots_to_pass
    for hurdle in check.plan.hurdles:
        slack = len(hurdle.slots) - hurdle.least
        assert slack < spare
        assert passes(check.plan, check.places - set(hurdle.slots[:slack]))
        assert not passes(check.plan, check.places - set(hurdle.slots[: slack + 1])), hurdle.name
    assert passes(check.plan, check.places - set(check.words[:spare]))
    assert not passes(check.plan, check.places - set(check.words[: spare + 1]))


def test_a_fixed_habit_does_not_pass(check: DecisionCheck) -> None:
    """Always the first, the longest, or one kind of decision, with all words and charts right."""

    def always(kinds: str) -> Callable[[Drawn], str]:
        """Take an option of one of these kinds where there is one, or else the first."""

        def pick(each: Drawn) -> str:
            told = [id for id in each.order if check.kind_of(each.item.id, id) in kinds]
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
    known = rightly(check)
    for name, pick in habits.items():
        passed = 0
        for number in range(200):
            drawn = draw(check.bank, learner(number), "1", 1 + number % 3)
            chosen = {
                each.slot.id: pick(each) if each.slot.id in check.decisions else known(each)
                for each in drawn
            }
            right = right_places(check, drawn, lambda each, chosen=chosen: chosen[each.slot.id])  # type: ignore[misc]
            passed += passes(check.plan, right)
        # Who has all else right may be lucky where the habit has no option; never by the habit.
        assert passed <= 4, name  # of 200


def test_one_kind_of_decision_is_never_right_often_enough(check: DecisionCheck) -> None:
    least = {hurdle.name: hurdle.least for hurdle in check.plan.hurdles}["decisions"]
    for number in range(500):
        for attempt in (1, 2, 3):
            drawn = draw(check.bank, learner(number), "1", attempt)
            items = [each.item.id for each in drawn if each.slot.id in check.decisions]
            right = Counter(check.kind_of(item, str(check.key[item].right)) for item in items)
            assert max(right.values()) < least, (number, attempt)


def test_a_blind_guesser_hardly_ever_passes(check: DecisionCheck) -> None:
    # With all else known, ten of twelve decisions by guessing among three, and none that tampers.
    ten_or_more = sum(
        count * (1 / 3) ** right * (2 / 3) ** (12 - right)
        for right, count in ((10, 66), (11, 12), (12, 1))
    )
    assert {hurdle.name: hurdle.least for hurdle in check.plan.hurdles}["decisions"] == 10
    assert 3 * ten_or_more < 1 / 500


# --- on the real desk: nbgrader marks, a person marks what was written, the rules decide


def hand_in(
    check: DecisionCheck, folder: Path, enrolment: Enrolment, answers: Mapping[str, Value]
) -> Path:
    """Pack an attempt with these answers, by their ids, as a learner's computer does."""
    work = folder / enrolment.pseudonym
    work.mkdir(parents=True)
    for name in ("bank.toml", "rubric.toml"):
        shutil.copyfile(check.source / name, work / name)
    released = check.notebook()
    for cell in released.cells:
        cell.source = cell.source.partition(BEGIN)[0]
    nbformat.write(released, work / f"{check.name}.ipynb")  # type: ignore[no-untyped-call]
    card = {"schema": 1, "pseudonym": work.name, "assessment": check.name}
    card |= {"version": "1", "attempt": 1}
    (work / "attempt.json").write_text(json.dumps(card), encoding="utf-8")
    file = open_paper(work).answers
    # The course packs no paper without answers, so one without any holds a stray one.
    for id, value in (answers or {"stray": "x"}).items():
        file.save(id, value)
    return pack(work, enrolment, work / "outbox", NOW)


def give_levels(check: DecisionCheck, desk: Desk, levels: Mapping[str, int]) -> None:
    """Give each learner one level for all criteria, as an expert does in formgrader."""
    from nbgrader.api import Gradebook

    with nbgrader(desk.folder), Gradebook(gradebook_url(desk.folder)) as gradebook:
        for pseudonym, level in levels.items():
            for criterion in check.criteria:
                grade = gradebook.find_grade(criterion, check.name, check.name, pseudonym)
                grade.manual_score, grade.needs_manual_grade = level, False
        gradebook.db.commit()


@pytest.mark.nbgrader
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_simulated_learners_on_the_real_desk(tmp_path: Path, check: DecisionCheck) -> None:
    syllabus, plan, key = load_syllabus(), check.plan, check.key
    desk = Desk.create(tmp_path / "desk", "Riverside (simulated)")
    names = ("strong", "one slip", "weak", "copying", "unwritten", "blank")
    people = dict(zip(names, enrolled(desk, tmp_path, len(names)), strict=True))
    papers = {name: draw(check.bank, each.pseudonym, "1", 1) for name, each in people.items()}
    noisy = {
        name: [each.slot.id for each in paper if key[each.item.id].tampers]
        for name, paper in papers.items()
    }

    def answers(name: str, tampers_in: Collection[str] = ()) -> dict[str, Value]:
        given: dict[str, Value] = dict.fromkeys(check.boxes, "What does the line show since May?")
        for each in papers[name]:
            tampers = key[each.item.id].tampers if each.slot.id in tampers_in else None
            given[each.item.id] = tampers or check.right(each.item.id)
        return given

    given: dict[str, Mapping[str, Value]] = {
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
    assert len(in_common) < 0.6 * len(check.slots), (
        "learners beside each other have other questions"
    )
    expected = {
        "strong": check.places,
        "one slip": check.places - {noisy["one slip"][0], check.look_back},
        "weak": check.places - {*noisy["weak"], check.look_back},
        "copying": in_common,
        "unwritten": check.places,
        "blank": set(),
    }
    for name, each in people.items():
        take_in(desk, hand_in(check, tmp_path / "work", each, given[name]), NOW, syllabus)

    def marked() -> dict[str, Marking]:
        report = mark(desk, LATER, source=COURSE / "source", syllabus=syllabus)
        of = {marking.receipt.pseudonym: marking for marking in report.markings}
        return {name: of[each.pseudonym] for name, each in people.items()}

    assert {each.outcome for each in marked().values()} == {NEEDS_A_PERSON}
    shown = nbformat.read(
        desk.folder
        / "autograded"
        / people["strong"].pseudonym
        / check.name
        / f"{check.name}.ipynb",
        4,
    )  # type: ignore[no-untyped-call]
    cells = {cell.id: cell.source for cell in shown.cells}
    assert check.bank.look_backs[0].text in cells[f"shown-{check.look_back}"]
    assert "What does the line show since May?" in cells[f"shown-{check.boxes[0]}"]

    levels = dict.fromkeys(names, 3) | {"unwritten": 0, "blank": 0}
    give_levels(check, desk, {people[name].pseudonym: level for name, level in levels.items()})
    for work in written_papers(desk, syllabus):  # whoever marks it can read what was asked
        assert all("imulated" in work.case(task) for task in work.rubric.tasks)
    take_marks(desk, syllabus, "Ann Lee", LATER)
    results = marked()
    records: dict[str, MarkingRecord] = {}
    for name, marking in results.items():
        assert marking.outcome == MARKED, (name, marking.reason)
        assert marking.record is not None
        records[name] = marking.record
        assert marking.record.right == expected[name], name
        assert marking.record.max_score == plan.slots
    assert [name for name, record in records.items() if record.passes(plan)] == ["strong"]
    slip = {hurdle.name: hurdle for hurdle in records["one slip"].hurdles(plan)}
    assert records["one slip"].score == plan.slots - 2
    assert slip["decisions"].cleared
    assert not slip["steady decisions"].cleared
    weak = {hurdle.name: hurdle for hurdle in records["weak"].hurdles(plan)}
    assert not weak["decisions"].cleared
    assert "charts" not in weak or weak["charts"].cleared

    result = result_of(desk, syllabus, results["one slip"])
    last = result.feedback[-1]
    assert (last.slot, last.question) == (check.look_back, check.bank.look_backs[0].text)
    assert (last.given, last.right, last.why) == ("What you chose there", None, None)
    assert check.bank.look_backs[0].read_again in result.read_again
    passed = result_of(desk, syllabus, results["strong"])
    assert passed.passed
    assert len(passed.written) == len(check.criteria)
