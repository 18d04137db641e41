"""What goes back: signed, once, with no more than the learner may know."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.desk import Desk
from autograder.intake import take_in
from autograder.marking_record import MarkingRecord, best, next_attempt
from autograder.returns import return_results
from course.enrolment import Enrolment
from course.errors import Fault
from course.result import HurdleResult, Result, read_result
from course.seal import SealBroken, multikey
from course.syllabus import load_syllabus
from tests.small_desk import (
    CHARTS_MISSED,
    NOW,
    WHY,
    enrolled,
    give_marks,
    hand_in,
    scores_of,
    staff_list,
)

SYLLABUS = load_syllabus()
RULES = SYLLABUS.assessment("all_staff_check")
DAY = timedelta(hours=24)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.create(tmp_path / "desk", "Riverside (simulated)")


@pytest.fixture
def learner(desk: Desk, tmp_path: Path) -> Enrolment:
    return enrolled(desk, tmp_path)[0]


@pytest.fixture(autouse=True)
def issued(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, SimpleNamespace]]:
    """Certificates as the awards would give them, by pseudonym."""
    certificates: dict[str, SimpleNamespace] = {}
    awards = SimpleNamespace(
        certificate_of=lambda desk, pseudonym, assessment: certificates.get(pseudonym)
    )
    monkeypatch.setitem(sys.modules, "autograder.awards", awards)
    return certificates


def marked(
    desk: Desk, learner: Enrolment, folder: Path, score: int, attempt: int, now: datetime
) -> MarkingRecord:
    return give_marks(
        desk, take_in(desk, hand_in(learner, folder, attempt=attempt), now), score, now
    )


def result_in(path: Path, desk: Desk) -> Result:
    return read_result(path.read_bytes(), multikey(desk.desk_key.public_key()))


def test_before_a_pass_the_next_attempt_is_told_and_no_key(
    desk: Desk, learner: Enrolment, tmp_path: Path
) -> None:
    marked(desk, learner, tmp_path, 3, 1, NOW)
    (path,) = return_results(desk, SYLLABUS, NOW)
    me = learner.pseudonym
    assert path == desk.folder / "results" / me / f"result_all_staff_check_1_{me}.qiresult"
    result = result_in(path, desk)
    assert (result.percent, result.passed, result.next_attempt) == (60.0, False, 2)
    assert result.hurdles == (HurdleResult("charts", right=3, of=5, least=4),)
    assert result.not_before == "2026-11-24T14:00:00Z"
    assert not result.facilitator_needed
    assert {each.right for each in result.feedback} == {None}
    assert result.read_again == ("Section",)
    assert WHY.encode() not in path.read_bytes()
    assert (result.certificate, result.certificate_html, result.trust) == (None, None, None)


def test_after_a_pass_the_reasons_and_the_certificate_come_too(
    desk: Desk, learner: Enrolment, tmp_path: Path, issued: dict[str, SimpleNamespace]
) -> None:
    marked(desk, learner, tmp_path, 4, 1, NOW)
    (path,) = return_results(desk, SYLLABUS, NOW)
    result = result_in(path, desk)
    assert (result.passed, result.next_attempt, result.not_before) == (True, None, None)
    assert result.feedback[4].why == WHY
    assert result.certificate is None
    issued[learner.pseudonym] = SimpleNamespace(badge={"a": 1}, html="<p>", trust={"b": 2})
    assert return_results(desk, SYLLABUS, NOW + DAY) == (path,)
    result = result_in(path, desk)
    assert (result.certificate, result.certificate_html, result.trust) == (
        {"a": 1},
        "<p>",
        {"b": 2},
    )


def test_a_result_is_written_once(desk: Desk, learner: Enrolment, tmp_path: Path) -> None:
    marked(desk, learner, tmp_path, 3, 1, NOW)
    assert len(return_results(desk, SYLLABUS, NOW)) == 1
    assert return_results(desk, SYLLABUS, NOW + DAY) == ()
    (path,) = (desk.folder / "results" / learner.pseudonym).iterdir()
    path.write_bytes(b"spoiled")
    assert return_results(desk, SYLLABUS, NOW + DAY) == (path,)


def test_a_result_opens_with_the_desks_own_key_alone(
    desk: Desk, learner: Enrolment, tmp_path: Path
) -> None:
    marked(desk, learner, tmp_path, 3, 1, NOW)
    (path,) = return_results(desk, SYLLABUS, NOW)
    other = Desk.create(tmp_path / "other", "Hillside (simulated)")
    with pytest.raises(SealBroken):
        result_in(path, other)


def test_after_three_attempts_a_facilitator_and_then_not(
    desk: Desk, learner: Enrolment, tmp_path: Path
) -> None:
    for attempt in (1, 2, 3):
        now = NOW + attempt * DAY
        marked(desk, learner, tmp_path, attempt, attempt, now)
        (path,) = return_results(desk, SYLLABUS, now)
        result = result_in(path, desk)
        # Attempt 1 has fewer marks than 2 and 3 fewer than none: the best is the latest here.
        assert (result.attempt, result.next_attempt) == (attempt, attempt + 1)
        assert result.facilitator_needed == (attempt == 3)
    desk.allow_attempt(learner.pseudonym, "all_staff_check", "F. Acilitator", now)
    (path,) = return_results(desk, SYLLABUS, now)
    assert not result_in(path, desk).facilitator_needed


def test_an_earlier_attempt_that_is_marked_up_comes_back_as_a_pass(
    desk: Desk, learner: Enrolment, tmp_path: Path
) -> None:
    first = take_in(desk, hand_in(learner, tmp_path), NOW)
    give_marks(desk, first, 3, NOW)
    marked(desk, learner, tmp_path, 1, 2, NOW + DAY)
    return_results(desk, SYLLABUS, NOW + DAY)
    give_marks(desk, first, 4, NOW + 2 * DAY)
    results = [result_in(path, desk) for path in return_results(desk, SYLLABUS, NOW + 2 * DAY)]
    assert [(each.attempt, each.passed, each.next_attempt) for each in results] == [
        (1, True, None),
        (2, False, None),
    ]


def test_marks_of_an_assessment_that_is_taught_no_longer_are_left_alone(
    desk: Desk, learner: Enrolment, tmp_path: Path
) -> None:
    marked(desk, learner, tmp_path, 3, 1, NOW)
    assert return_results(desk, replace(SYLLABUS, assessments=()), NOW) == ()
    assert len(return_results(desk, SYLLABUS, NOW)) == 1


# ------------------------------------------------------------ the shared folder


@pytest.fixture
def shared(desk: Desk, tmp_path: Path) -> Path:
    desk.enrol(staff_list(tmp_path, 1), tmp_path / "shared")
    return tmp_path / "shared"


def test_results_go_into_the_shared_folder_too(
    desk: Desk, learner: Enrolment, tmp_path: Path, shared: Path
) -> None:
    marked(desk, learner, tmp_path, 3, 1, NOW)
    (path,) = return_results(desk, SYLLABUS, NOW)
    assert isinstance(path, Path)
    copy = shared / "results" / learner.pseudonym / path.name
    assert copy.read_bytes() == path.read_bytes()
    copy.unlink()
    assert return_results(desk, SYLLABUS, NOW) == ()
    assert copy.read_bytes() == path.read_bytes()
    copy.write_bytes(b"spoiled")
    return_results(desk, SYLLABUS, NOW)
    assert copy.read_bytes() == path.read_bytes()
    assert [each.name for each in copy.parent.iterdir()] == [path.name]


def test_a_shared_folder_that_is_away_gets_its_results_later(
    desk: Desk, learner: Enrolment, tmp_path: Path, shared: Path
) -> None:
    marked(desk, learner, tmp_path, 3, 1, NOW)
    shared.rename(tmp_path / "away")
    path, fault = return_results(desk, SYLLABUS, NOW)
    assert isinstance(path, Path)
    assert path.is_file()
    assert isinstance(fault, Fault)
    assert fault.where == str(shared)
    assert not shared.exists()  # nothing is put where the network drive should be
    (tmp_path / "away").rename(shared)
    assert return_results(desk, SYLLABUS, NOW) == ()
    assert (shared / "results" / learner.pseudonym / path.name).is_file()


def test_one_folder_that_can_not_be_written_stops_no_other(
    desk: Desk, tmp_path: Path, shared: Path
) -> None:
    first, second = enrolled(desk, tmp_path, 2)
    for each in (first, second):
        marked(desk, each, tmp_path, 3, 1, NOW)
    blocked = min(first.pseudonym, second.pseudonym)
    shutil.rmtree(shared / "results" / blocked)
    (shared / "results" / blocked).write_text("a file where the folder should be")
    *paths, fault = return_results(desk, SYLLABUS, NOW)
    assert len(paths) == 2
    assert isinstance(fault, Fault)
    assert fault.where == str(shared / "results" / blocked)
    other = max(first.pseudonym, second.pseudonym)
    assert len(list((shared / "results" / other).iterdir())) == 1


def test_a_full_shared_disk_leaves_the_old_copy_whole(
    desk: Desk,
    learner: Enrolment,
    tmp_path: Path,
    shared: Path,
    issued: dict[str, SimpleNamespace],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    marked(desk, learner, tmp_path, 4, 1, NOW)
    (path,) = return_results(desk, SYLLABUS, NOW)
    assert isinstance(path, Path)
    copy = shared / "results" / learner.pseudonym / path.name
    old = copy.read_bytes()
    issued[learner.pseudonym] = SimpleNamespace(badge={"a": 1}, html="<p>", trust={"b": 2})
    replace = Path.replace

    def full(part: Path, target: Path) -> Path:
        if target == copy:
            raise OSError(28, os.strerror(28))
        return replace(part, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        _, fault = return_results(desk, SYLLABUS, NOW)
    assert isinstance(fault, Fault)
    assert "No space left" in fault.message
    assert copy.read_bytes() == old != path.read_bytes()
    assert [each.name for each in copy.parent.iterdir()] == [path.name]


# ------------------------------------------------------------ which mark counts


def record(attempt: int, score: float, most: float = 8) -> MarkingRecord:
    marked_at = f"2026-11-{attempt:02}T14:00:00Z"
    scores = scores_of(score, int(most))
    return MarkingRecord(
        "ab" * 8, "all_staff_check", "1", attempt, "0" * 64, scores, score, most, marked_at
    )


def charts_missed(attempt: int) -> MarkingRecord:
    return replace(record(attempt, 18, 20), scores=CHARTS_MISSED)


def test_the_best_mark_counts_and_the_earliest_among_equals() -> None:
    assert best([], RULES) is None
    marks = [record(1, 3), record(2, 7), record(3, 7), record(4, 5)]
    assert best(marks, RULES) == record(2, 7)


def test_a_pass_counts_before_a_higher_mark_that_is_none() -> None:
    passed = record(2, 16, 20)
    assert best([charts_missed(1), passed], RULES) == passed
    assert best([passed, charts_missed(3)], RULES) == passed
    assert best([charts_missed(1), record(2, 5, 20)], RULES) == charts_missed(1)


def test_the_hurdle_is_told_and_stands_between_a_high_mark_and_a_pass() -> None:
    (charts,) = charts_missed(1).hurdles(RULES)
    assert charts == HurdleResult("charts", right=3, of=5, least=4)
    assert not charts_missed(1).passes(RULES)
    assert next_attempt([charts_missed(1)], RULES, 0).number == 2
    assert record(1, 16, 20).hurdles(RULES) == (HurdleResult("charts", 5, 5, 4),)
    assert record(1, 16, 20).passes(RULES)
    assert charts_missed(1).passes(replace(RULES, hurdles=()))


def test_half_a_mark_does_not_count_towards_a_hurdle() -> None:
    half = replace(
        record(1, 18, 20), scores=(("q10", 0.5), ("q11", 0.5), *record(1, 18, 20).scores[2:])
    )
    assert half.hurdles(RULES)[0].right == 3
    assert not half.passes(RULES)


def test_the_next_attempt_follows_from_the_marks() -> None:
    assert next_attempt([], RULES, 0).number == 1
    after = next_attempt([record(2, 3), record(1, 6)], RULES, 0)
    assert (after.number, after.facilitator_needed) == (3, False)
    assert after.not_before is not None
    assert after.not_before.isoformat() == "2026-11-03T14:00:00+00:00"
    three = [record(attempt, 6) for attempt in (1, 2, 3)]
    assert next_attempt(three, RULES, 0).facilitator_needed
    assert not next_attempt(three, RULES, 1).facilitator_needed
    assert next_attempt([*three, record(4, 6)], RULES, 1).facilitator_needed
    assert next_attempt([record(1, 7), record(2, 1)], RULES, 0).number is None


def practised(attempt: int, score: float) -> MarkingRecord:
    return replace(record(attempt, score), practice=True)


def test_a_pass_in_practice_is_none_and_another_attempt_may_follow_at_once() -> None:
    assert practised(1, 8).passes(RULES)
    assert not practised(1, 8).certifies(RULES)
    three = [practised(attempt, 8) for attempt in (1, 2, 3)]
    for tried in (three[:1], three, [record(1, 3), record(2, 3), practised(3, 8)]):
        after = next_attempt(tried, RULES, 0)
        assert (after.number, after.not_before) == (len(tried) + 1, None)
        assert not after.facilitator_needed
    assert next_attempt([practised(1, 8), record(2, 8)], RULES, 0).number is None


def test_practice_that_is_no_pass_is_no_way_to_guess_as_often_as_one_likes() -> None:
    tried = [practised(attempt, 3) for attempt in (1, 2, 3)]
    after = next_attempt(tried, RULES, 0)
    assert after.not_before is not None
    assert after.facilitator_needed
    after = next_attempt([practised(1, 8), record(2, 3)], RULES, 0)
    assert after.not_before is not None


def test_any_mark_counts_before_one_of_practice() -> None:
    assert best([practised(1, 8), record(2, 3)], RULES) == record(2, 3)
    assert best([practised(1, 8), record(2, 7)], RULES) == record(2, 7)
    assert best([practised(1, 5), practised(2, 8)], RULES) == practised(2, 8)


def test_records_from_before_there_was_practice_keep_their_hashes() -> None:
    old = record(1, 3)
    assert "practice" not in old.plain()
    assert MarkingRecord.from_plain(old.plain()) == old
    assert old.sha256 == "2da843acf062eae0a848b729a5f9219371eda3d34a3bce5363b07b398faf777c"
    new = practised(1, 3)
    assert new.plain()["practice"] is True
    assert MarkingRecord.from_plain(new.plain()) == new
    assert new.sha256 != old.sha256


def test_a_result_of_code_tells_its_checks_and_whether_it_was_practice(
    desk: Desk, learner: Enrolment, tmp_path: Path
) -> None:
    receipt = take_in(desk, hand_in(learner, tmp_path), NOW)
    give_marks(desk, receipt, 4, NOW)
    (marking,) = desk.marked()
    assert marking.record is not None
    desk.add_marking(replace(marking, record=replace(marking.record, practice=True)), NOW)
    code = replace(SYLLABUS, assessments=(replace(RULES, kind="code"),))
    (path,) = return_results(desk, code, NOW)
    assert isinstance(path, Path)
    result = result_in(path, desk)
    assert (result.code, result.practice, result.passed) == (True, True, False)
    assert result.next_attempt == 2
    assert [each.right for each in result.feedback] == [True, True, True, True, False]
    assert result.feedback[4].why == WHY


@pytest.mark.parametrize(("score", "passes"), [(6, False), (6.4, True), (7, True), (8, True)])
def test_a_pass_is_80_percent_or_more(score: float, passes: bool) -> None:
    assert record(1, score).passes(RULES) is passes


def test_two_records_that_differ_have_two_hashes() -> None:
    assert record(1, 3).sha256 == record(1, 3).sha256 != record(1, 4).sha256
