"""Written work on real nbgrader: each marker it needs, nobody's marks seen, every change kept."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.award_rule import due
from autograder.book import MARKED, NEEDS_A_PERSON, Marking
from autograder.desk import Desk
from autograder.intake import take_in
from autograder.marking import mark, marks_by_hand
from autograder.marking_record import MarkingRecord
from autograder.moderation import WAITS
from autograder.nbgrader_root import gradebook_url, nbgrader
from autograder.paper.pages import written_page
from autograder.returns import result_of
from autograder.written_work import give_marks, take_marks, the_paper, written_papers
from course.cli import cli
from course.errors import Refused
from course.result import result_payload
from tests.small_desk import LATER, NOW, enrolled, hand_in
from tests.small_rubric import CRITERIA, TEXTS, written_source, written_syllabus

pytestmark = pytest.mark.nbgrader
SYLLABUS = written_syllabus()
RULES = SYLLABUS.assessment("all_staff_check")
CLOSE, CLEAR = (2, 2, 2, 2), (3, 3, 2, 3)
SAID = {"w1-text": "Falls by week <b>since</b> May.", "w2-text": "What did you learn?"}
DAY = LATER + timedelta(days=1)


class Written:
    """A desk with one learner's written work, run and waiting for its first marker."""

    def __init__(self, folder: Path) -> None:
        self.source = written_source(folder / "source")
        self.desk = Desk.create(folder / "desk", "Riverside (simulated)")
        (self.learner,) = enrolled(self.desk, folder)
        self.receipt = take_in(self.desk, hand_in(self.learner, folder, written=SAID), NOW)
        self.first = self.marking()

    def marking(self) -> Marking:
        report = mark(self.desk, LATER, source=self.source, syllabus=SYLLABUS)
        (marking,) = report.markings
        return marking

    def in_formgrader(self, levels: tuple[float, ...], comment: str | None = None) -> None:
        from nbgrader.api import Gradebook

        root, name = self.desk.folder, "all_staff_check"
        with nbgrader(root), Gradebook(gradebook_url(root)) as gradebook:
            for criterion, level in zip(CRITERIA, levels, strict=True):
                grade = gradebook.find_grade(criterion, name, name, self.learner.pseudonym)
                grade.manual_score, grade.needs_manual_grade = level, False
            if comment:
                found = gradebook.find_comment("w1-data", name, name, self.learner.pseudonym)
                found.manual_comment = comment
            gradebook.db.commit()

    def take(self, marker: str, reason: str | None = None) -> tuple[int, list[str]]:
        taken, faults = take_marks(self.desk, SYLLABUS, marker, LATER, reason)
        return len(taken), [fault.message for fault in faults]

    def give(self, marker: str, levels: tuple[int, ...], reason: str | None = None) -> str:
        given = dict(zip(CRITERIA, levels, strict=True))
        number = self.receipt.number
        return give_marks(self.desk, SYLLABUS, number, marker, given, LATER, reason).words()


@pytest.fixture
def work(tmp_path: Path) -> Written:
    return Written(tmp_path)


def test_borderline_work_counts_only_after_a_second_marker_who_saw_nothing(work: Written) -> None:
    assert (work.first.outcome, work.first.reason) == (NEEDS_A_PERSON, WAITS[0])
    assert work.take("Ann Lee") == (0, [])  # nothing is marked in formgrader yet
    work.in_formgrader(CLOSE, "Good dots. <i>Whose</i> are they?")
    assert work.take("Ann Lee") == (1, [])
    assert work.take("Ann Lee") == (0, [])  # once is enough
    assert work.marking().reason == WAITS[1]

    paper = the_paper(work.desk, SYLLABUS, work.receipt.number)
    page = written_page(paper, RULES.title, work.desk.organisation)
    assert "Falls by week &lt;b&gt;since&lt;/b&gt; May." in page
    assert "What did you learn?" in page
    assert all(text in page for text in TEXTS.values())
    for secret in ("Ann Lee", "Person 1", work.learner.pseudonym, "Good dots"):
        assert secret not in page
    assert "waits for a second marker" in paper.words()

    assert "settled" in work.give("Bo Finch", (2, 2, 3, 2))
    marking = work.marking()
    assert marking.outcome == MARKED
    record = marking.record
    assert record is not None
    assert [slot for slot, _ in record.scores] == ["q10", "q11", "q12", "q13", "q14"]
    assert (record.score, record.max_score) == (5, 5)
    assert dict(record.written)["w2-question"] == (2, 3)
    assert record.passes(RULES)
    assert [one.award.id for one in due(SYLLABUS, [record])] == ["all_staff"]

    result = result_of(work.desk, SYLLABUS, marking)
    told = {each.criterion: each for each in result.written}
    assert told["w2-question"].name == "between sound and strong"
    assert told["w2-question"].looks_like == "w2-question at level 2"
    assert told["w2-question"].to_reach == "w2-question at level 3"
    assert told["w1-data"].comment == "Good dots. <i>Whose</i> are they?"
    assert result_payload(result)["written"][0]["task"] == "Improve a paper"


def test_clear_work_needs_one_marker_alone(work: Written) -> None:
    work.in_formgrader(CLEAR)
    work.take("Ann Lee")
    with pytest.raises(Refused, match="needs no further marker"):
        work.give("Bo Finch", (0, 0, 0, 0))
    record = work.marking().record
    assert record is not None
    assert record.passes(RULES)
    assert MarkingRecord.from_plain(record.plain()) == record


def test_work_that_fails_is_a_fail_however_many_questions_are_right(work: Written) -> None:
    work.in_formgrader((0, 1, 1, 1))
    work.take("Ann Lee")
    record = work.marking().record
    assert record is not None
    assert record.percent == 100
    assert not record.passes(RULES)
    assert not due(SYLLABUS, [record])


def test_two_far_apart_wait_for_a_third(work: Written) -> None:
    work.in_formgrader(CLOSE)
    work.take("Ann Lee")
    assert "third marker" in work.give("Bo Finch", (2, 2, 2, 0))
    assert work.marking().reason == WAITS[2]
    assert "settled" in work.give("Cy Dunn", (2, 2, 2, 3))
    assert work.marking().outcome == MARKED


def test_a_changed_mark_needs_its_reason_and_both_are_kept(work: Written) -> None:
    work.in_formgrader(CLEAR)
    work.take("Ann Lee")
    before = work.marking().record
    work.in_formgrader((3, 3, 3, 3))
    assert "--reason" in work.take("ann  lee")[1][0]
    assert "holds the marks of Ann Lee" in work.take("Bo Finch", "I say so")[1][0]
    assert work.take("ann  lee", "The chart was on page 2") == (1, [])
    kept = work.desk.written_marks(work.receipt)
    assert [(mark.marker, mark.level, mark.reason) for mark in kept[-1:]] == [
        ("Ann Lee", 3, "The chart was on page 2")
    ]
    assert len(kept) == len(CRITERIA) + 1
    (again,) = marks_by_hand(work.desk, DAY, SYLLABUS)
    assert again.record is not None
    assert before is not None
    assert dict(again.record.written)["w2-question"] == (3,)
    assert dict(before.written)["w2-question"] == (2,)


def test_no_one_marks_their_own_work_or_half_of_it_or_a_half_level(work: Written) -> None:
    with pytest.raises(Refused, match="own work"):
        work.give("person 1", CLEAR)
    with pytest.raises(Refused, match="w2-tone has no level"):
        give_marks(
            work.desk, SYLLABUS, work.receipt.number, "Bo", dict.fromkeys(CRITERIA[:3], 1), LATER
        )
    with pytest.raises(Refused, match=r"w1-data has 4.*whole level from 0 \(missing\)"):
        work.give("Bo", (4, 1, 1, 1))
    with pytest.raises(Refused, match="no written work of receipt 9"):
        the_paper(work.desk, SYLLABUS, 9)
    work.in_formgrader((2.5, 2, 2, 2))
    assert "w1-data has half a level" in work.take("Ann Lee")[1][0]
    work.in_formgrader(CLOSE)
    work.take("Ann Lee")
    with pytest.raises(Refused, match="has marked it before"):
        work.give("Ann Lee", CLOSE)
    with pytest.raises(Refused, match="nothing was changed"):
        work.give("Ann Lee", CLOSE, "none")
    assert len(work.desk.written_marks(work.receipt)) == len(CRITERIA)


def test_the_commands_do_the_same(work: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("course.syllabus.load_syllabus", lambda: SYLLABUS)
    number = str(work.receipt.number)

    def run(*words: str) -> str:
        done = CliRunner().invoke(cli, ["desk", "written", *words, "--desk", str(work.desk.folder)])
        return f"{done.exit_code} {done.output}{done.exception or ''}"

    assert "waits for a first marker" in run("list")
    work.in_formgrader(CLOSE)
    assert run("take", "--marker", "Ann Lee").startswith("0 ")
    assert "1 of 1 wait" in run("list")
    assert "written" in run("sheet", number)
    assert (work.desk.folder / "written" / f"receipt_{number}.html").is_file()
    levels = [f"{name}=2" for name in CRITERIA]
    assert "w1-data=x" in run("give", number, "w1-data=x", "--marker", "Bo")
    assert "settled" in run("give", number, *levels, "--marker", "Bo")
    assert "0 of 1 wait" in run("list")
    assert len(written_papers(work.desk, SYLLABUS)) == 1
