"""An honest hand-in is read as it was packed. The hostile ones are in tests/attacks."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.desk import Desk
from autograder.hand_in_file import HandIn, HandInRefused, check_content, open_hand_in
from tests.small_desk import enrolled, hand_in


@pytest.fixture
def packed(tmp_path: Path) -> bytes:
    (learner,) = enrolled(Desk.create(tmp_path / "desk", "Riverside (simulated)"), tmp_path)
    return hand_in(learner, tmp_path).read_bytes()


def test_an_honest_hand_in_is_read_as_it_was_packed(packed: bytes) -> None:
    found = open_hand_in(packed)
    assert found.sha256 == hashlib.sha256(packed).hexdigest()
    assert (found.manifest.assessment, found.manifest.attempt) == ("all_staff_check", 1)
    assert found.manifest.files["answers.json"].holds(found.answers)
    assert found.manifest.files["all_staff_check.ipynb"].holds(found.notebook)
    check_content(found)


@pytest.mark.parametrize(
    ("part", "reason"), [("answers", "not taken: The answers file"), ("notebook", "is damaged")]
)
def test_damaged_content_is_refused_with_a_way_out(packed: bytes, part: str, reason: str) -> None:
    spoiled: HandIn = replace(open_hand_in(packed), **{part: b"{}"})
    with pytest.raises(HandInRefused, match=reason) as refused:
        check_content(spoiled)
    assert str(refused.value).endswith("Hand in again from the course's home page.")


def test_a_file_that_is_cut_off_says_so(packed: bytes) -> None:
    with pytest.raises(HandInRefused, match="cut off on its way"):
        open_hand_in(packed[:-30])
