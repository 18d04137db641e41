"""What the desk takes in, when it may come, and that a stop at any point loses nothing."""

from __future__ import annotations

import hashlib
import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from autograder import intake
from autograder.book import Receipt
from autograder.desk import Desk
from autograder.hand_in_file import LARGEST_ZIP, HandInRefused
from autograder.intake import FileInUse, RefusedFile, take_in, take_in_all
from course.enrolment import Enrolment
from course.errors import CourseError, Fault
from tests.small_desk import NOW, enrolled, give_marks, hand_in, staff_list

DAY = timedelta(hours=24)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.create(tmp_path / "desk", "Riverside (simulated)")


@pytest.fixture
def learner(desk: Desk, tmp_path: Path) -> Enrolment:
    return enrolled(desk, tmp_path)[0]


def delivered(desk: Desk, path: Path) -> Path:
    return Path(shutil.copy(path, desk.folder / "incoming"))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_hand_in_gets_the_desks_own_time_and_hash(
    desk: Desk, learner: Enrolment, tmp_path: Path
) -> None:
    path = delivered(desk, hand_in(learner, tmp_path, now=NOW - timedelta(days=400)))
    data = path.read_bytes()
    receipt = take_in(desk, path, NOW)
    digest = hashlib.sha256(data).hexdigest()
    assert receipt == Receipt(
        1, "2026-11-23T14:00:00Z", path.name, digest, learner.pseudonym, "all_staff_check", "1", 1
    )
    assert desk.receipts() == (receipt,)
    assert desk.hand_in(receipt).read_bytes() == data
    assert names(desk.folder / "incoming") == []
    assert names(desk.folder / "received") == [f"{digest}.zip"]


def test_a_file_from_elsewhere_stays_where_it_is(
    desk: Desk, learner: Enrolment, tmp_path: Path
) -> None:
    path = hand_in(learner, tmp_path)
    take_in(desk, path, NOW)
    with pytest.raises(HandInRefused, match="same file"):
        take_in(desk, path, NOW)
    assert path.is_file()
    assert names(desk.folder / "refused") == []


def test_the_same_file_is_taken_once(desk: Desk, learner: Enrolment, tmp_path: Path) -> None:
    packed = hand_in(learner, tmp_path)
    take_in(desk, delivered(desk, packed), NOW)
    with pytest.raises(HandInRefused, match=r"taken on 2026-11-23T14:00:00Z already.*receipt 1"):
        take_in(desk, delivered(desk, packed), NOW + DAY)
    assert len(desk.receipts()) == 1
    assert names(desk.folder / "incoming") == []
    kept = desk.folder / "refused" / f"20261124T140000_{packed.name}"
    assert names(desk.folder / "refused") == [kept.name, f"{kept.name}.txt"]
    assert "taken on" in kept.with_name(f"{kept.name}.txt").read_text(encoding="utf-8")


def test_an_attempt_comes_once_and_in_turn(desk: Desk, learner: Enrolment, tmp_path: Path) -> None:
    with pytest.raises(HandInRefused, match="next one must be attempt 1"):
        take_in(desk, hand_in(learner, tmp_path / "early", attempt=2), NOW)
    first = take_in(desk, hand_in(learner, tmp_path), NOW)
    with pytest.raises(HandInRefused, match="attempt 1 was handed in already"):
        take_in(desk, hand_in(learner, tmp_path / "other", right=2), NOW)
    with pytest.raises(HandInRefused, match="attempt 1 has not been marked yet"):
        take_in(desk, hand_in(learner, tmp_path, attempt=2), NOW)
    give_marks(desk, first, 3, NOW)
    with pytest.raises(HandInRefused, match="next one must be attempt 2"):
        take_in(desk, hand_in(learner, tmp_path, attempt=3), NOW + DAY)
    assert take_in(desk, hand_in(learner, tmp_path / "x", attempt=2), NOW + DAY).attempt == 2


def test_the_wait_ends_after_24_hours_and_not_before(
    desk: Desk, learner: Enrolment, tmp_path: Path
) -> None:
    give_marks(desk, take_in(desk, hand_in(learner, tmp_path), NOW), 3, NOW)
    path = hand_in(learner, tmp_path, attempt=2)
    with pytest.raises(HandInRefused, match=r"before 2026-11-24T14:00:00Z, 24 hours"):
        take_in(desk, path, NOW + DAY - timedelta(seconds=1))
    assert take_in(desk, path, NOW + DAY).attempt == 2


def test_three_attempts_then_a_facilitator_then_one_more(
    desk: Desk, learner: Enrolment, tmp_path: Path
) -> None:
    now = NOW
    for attempt in (1, 2, 3):
        give_marks(desk, take_in(desk, hand_in(learner, tmp_path, attempt=attempt), now), 3, now)
        now += DAY
    path = hand_in(learner, tmp_path, attempt=4)
    with pytest.raises(HandInRefused, match="talk with a facilitator"):
        take_in(desk, path, now)
    desk.allow_attempt(learner.pseudonym, "all_staff_check", "F. Acilitator", now)
    give_marks(desk, take_in(desk, path, now), 3, now)
    now += DAY
    with pytest.raises(HandInRefused, match="talk with a facilitator"):
        take_in(desk, hand_in(learner, tmp_path, attempt=5), now)


def test_nothing_comes_after_a_pass(desk: Desk, learner: Enrolment, tmp_path: Path) -> None:
    give_marks(desk, take_in(desk, hand_in(learner, tmp_path), NOW), 4, NOW)  # 80 %
    with pytest.raises(HandInRefused, match="passed already"):
        take_in(desk, hand_in(learner, tmp_path, attempt=2), NOW + DAY)


def test_another_version_is_refused(desk: Desk, learner: Enrolment, tmp_path: Path) -> None:
    with pytest.raises(
        HandInRefused, match="version 2 of all_staff_check, and this desk marks version 1"
    ):
        take_in(desk, hand_in(learner, tmp_path, version="2"), NOW)


def test_a_stranger_and_a_wrong_code_are_refused(
    desk: Desk, learner: Enrolment, tmp_path: Path
) -> None:
    other = Desk.create(tmp_path / "other", "Hillside (simulated)")
    stranger = enrolled(other, tmp_path)[0]
    with pytest.raises(HandInRefused, match=f"no one is enrolled here as {stranger.pseudonym}"):
        take_in(desk, hand_in(stranger, tmp_path), NOW)
    forged = Enrolment(
        learner.pseudonym, b"\1" * 32, None, "Riverside", learner.desk_key, None, None, lone=False
    )
    with pytest.raises(HandInRefused, match="not made with the enrolment"):
        take_in(desk, hand_in(forged, tmp_path), NOW)
    assert desk.receipts() == ()


def test_one_bad_file_never_stops_the_others(desk: Desk, tmp_path: Path) -> None:
    people = enrolled(desk, tmp_path, 3)
    for enrolment in people:
        delivered(desk, hand_in(enrolment, tmp_path))
    (desk.folder / "incoming" / "0_letter.txt").write_text("Dear desk")
    (desk.folder / "incoming" / ".being_written.zip").write_text("not yet")
    (desk.folder / "incoming" / "folder").mkdir()
    came = list(take_in_all(desk, NOW))
    assert [type(each) for each in came] == [RefusedFile, *[Receipt] * 3, RefusedFile] or sorted(
        type(each).__name__ for each in came
    ) == ["Receipt"] * 3 + ["RefusedFile"] * 2
    assert names(desk.folder / "incoming") == [".being_written.zip"]
    assert len(names(desk.folder / "refused")) == 4  # each with its reason


def test_what_the_learner_reads_says_why_and_what_next(
    desk: Desk, tmp_path: Path, learner: Enrolment
) -> None:
    path = desk.folder / "incoming" / "x.zip"
    path.write_bytes(b"not a zip file")
    with pytest.raises(HandInRefused) as refused:
        take_in(desk, path, NOW)
    assert str(refused.value) == (
        "This hand-in was not taken: it is not a whole zip file; it may have been cut off on its "
        "way. Hand in again from the course's home page."
    )
    assert refused.value.exit_code == 1


# ------------------------------------------------------------ stopped at any point


class Stopped(BaseException):
    """Stands for a killed process: nothing in the code may catch it."""


def stop(*_: object, **__: object) -> None:
    raise Stopped


def test_a_stop_before_the_receipt_leaves_the_file_waiting(
    desk: Desk, learner: Enrolment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = delivered(desk, hand_in(learner, tmp_path))
    for place, name in ((intake, "write_whole"), (Desk, "add")):
        with monkeypatch.context() as patch:
            patch.setattr(place, name, stop)
            with pytest.raises(Stopped):
                take_in(desk, path, NOW)
        assert desk.receipts() == ()
        assert path.is_file()
    assert take_in(desk, path, NOW).number == 1


def test_a_stop_after_the_receipt_goes_on_with_the_same_receipt(
    desk: Desk, learner: Enrolment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = delivered(desk, hand_in(learner, tmp_path))
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", stop)
        with pytest.raises(Stopped):
            take_in(desk, path, NOW)
    (receipt,) = desk.receipts()
    assert desk.unsettled() == {receipt.number}
    assert take_in(desk, path, NOW + DAY) == receipt
    assert desk.receipts() == (receipt,)
    assert not path.exists()
    assert desk.unsettled() == frozenset()


def test_a_stop_while_a_file_is_refused_refuses_it_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.folder / "incoming" / "x.zip"
    path.write_bytes(b"not a zip file")
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "move", stop)
        with pytest.raises(Stopped):
            take_in(desk, path, NOW)
    with pytest.raises(HandInRefused):
        take_in(desk, path, NOW)
    assert not path.exists()


@pytest.mark.parametrize("name", ["write_whole", "unlink"])
def test_a_full_disk_or_a_file_in_use_is_told_and_loses_nothing(
    desk: Desk, learner: Enrolment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, os.strerror(28))

    path = delivered(desk, hand_in(learner, tmp_path))
    with monkeypatch.context() as patch:
        patch.setattr(intake if name == "write_whole" else Path, name, fail)
        with pytest.raises(CourseError, match="run the command again") as told:
            take_in(desk, path, NOW)
        assert not isinstance(told.value, HandInRefused)
    assert path.is_file()
    assert take_in(desk, path, NOW).number == 1


# ------------------------------------------------------------ a shared folder


@pytest.fixture
def shared(desk: Desk, tmp_path: Path) -> Path:
    """Where hand-ins arrive in the desk's shared folder."""
    desk.enrol(staff_list(tmp_path, 3), tmp_path / "shared")
    return tmp_path / "shared" / "hand-ins"


def test_what_arrives_in_the_shared_folder_is_taken_in_or_put_aside(
    desk: Desk, learner: Enrolment, tmp_path: Path, shared: Path
) -> None:
    shutil.copy(hand_in(learner, tmp_path), shared)
    (shared / "z_photos.zip").write_bytes(b"not a zip file")
    for name in ("desktop.ini", ".being_written.zip"):
        (shared / name).write_text("not for the desk")
    (shared / "folder.zip").mkdir()
    receipt, refused = take_in_all(desk, NOW)
    assert isinstance(receipt, Receipt)
    assert isinstance(refused, RefusedFile)
    assert desk.hand_in(receipt).is_file()
    assert names(shared) == [".being_written.zip", "desktop.ini", "folder.zip"]
    assert names(desk.folder / "refused") == [
        "20261123T140000_z_photos.zip",
        "20261123T140000_z_photos.zip.txt",
    ]
    assert list(take_in_all(desk, NOW)) == []


def test_a_shared_folder_that_can_not_be_reached_stops_nothing(
    desk: Desk, learner: Enrolment, tmp_path: Path, shared: Path
) -> None:
    delivered(desk, hand_in(learner, tmp_path))
    shutil.rmtree(shared.parent)
    receipt, fault = take_in_all(desk, NOW)
    assert isinstance(receipt, Receipt)
    assert isinstance(fault, Fault)
    assert fault.where == str(shared)
    assert "nothing is lost" in fault.message


def test_a_file_that_is_too_large_is_never_copied_from_the_shared_folder(
    desk: Desk, shared: Path
) -> None:
    with (shared / "film.zip").open("wb") as file:
        file.truncate(LARGEST_ZIP + 1)
    (fault,) = take_in_all(desk, NOW)
    assert isinstance(fault, Fault)
    assert str(fault) == "film.zip: is too large for a hand-in; it was left there"
    assert names(shared) == ["film.zip"]
    assert names(desk.folder / "refused") == []


def test_a_file_in_use_never_stops_the_others(
    desk: Desk, tmp_path: Path, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (hand_in(each, tmp_path) for each in enrolled(desk, tmp_path, 3))
    taken = shutil.copy(first, shared / "1.zip")
    shutil.copy(second, shared / "2.zip")
    (shared / "3.zip").write_bytes(third.read_bytes()[:-9])
    (shared / "4.zip").write_bytes(third.read_bytes())
    open_path, unlink, move = Path.open, Path.unlink, shutil.move

    def in_use(path: Path, name: str) -> None:
        if path.name == name:
            raise PermissionError(13, os.strerror(13))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", lambda path, **how: in_use(path, "1.zip") or unlink(path))
        patch.setattr(
            Path, "open", lambda path, *how, **more: in_use(path, "2.zip") or open_path(path, *how)
        )
        patch.setattr(shutil, "move", lambda path, to: in_use(path, "3.zip") or move(path, to))
        found = list(take_in_all(desk, NOW))
    assert [type(each) for each in found] == [Fault, Fault, Fault, Receipt]
    assert [str(each).split("(")[0] for each in found[:3]] == [
        "1.zip: was taken in, but could not be moved away ",
        "2.zip: can't be read ",
        "3.zip: was refused ",
    ]
    assert names(shared) == ["1.zip", "2.zip", "3.zip"]
    # The next run finishes what this one could not.
    kinds = [type(each) for each in take_in_all(desk, NOW)]
    assert kinds == [Receipt, Receipt, RefusedFile]
    assert names(shared) == []
    assert len(desk.receipts()) == 3
    assert not Path(taken).exists()


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_a_link_in_the_shared_folder_is_never_followed(desk: Desk, shared: Path) -> None:
    (shared / "key.zip").symlink_to(desk.keys / "desk.pem")
    (refused,) = take_in_all(desk, NOW)
    assert isinstance(refused, RefusedFile)
    assert "it is a link" in refused.reason
    assert (desk.keys / "desk.pem").is_file()
    assert names(shared) == []
    assert [Path(name).suffix for name in names(desk.folder / "refused")] == [".txt"]


def test_a_file_from_the_shared_folder_can_be_named_too(
    desk: Desk, learner: Enrolment, tmp_path: Path, shared: Path
) -> None:
    path = Path(shutil.copy(hand_in(learner, tmp_path), shared))
    take_in(desk, path, NOW)
    assert names(shared) == []
    with pytest.raises(FileInUse, match="can't be read"):
        take_in(desk, path, NOW)
