"""The desk's own keys, and what opens them."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder import desk_keys
from autograder.desk import Desk
from course.errors import CourseError


def test_the_passphrase_may_stay_out_of_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QI_DESK_PASSPHRASE", "correct horse")
    desk = Desk.create(tmp_path / "desk", "Riverside")
    assert not (desk.keys / "passphrase").exists()
    assert b"ENCRYPTED" in (desk.keys / "desk.pem").read_bytes()
    monkeypatch.setenv("QI_DESK_PASSPHRASE", "wrong horse")
    with pytest.raises(CourseError, match="does not open"):
        Desk.open(desk.folder).desk_key  # noqa: B018 (asking is the test)
    monkeypatch.delenv("QI_DESK_PASSPHRASE")
    with pytest.raises(CourseError, match="keys are locked"):
        Desk.open(desk.folder).passphrase  # noqa: B018


@pytest.mark.parametrize(
    ("name", "ask"),
    [("desk.pem", desk_keys.result_key), ("organisation.key", desk_keys.organisation_key)],
)
def test_a_missing_key_says_where_to_get_it(tmp_path: Path, name: str, ask: object) -> None:
    desk_keys.make_keys(tmp_path)
    (tmp_path / name).unlink()
    assert callable(ask)
    with pytest.raises(CourseError, match=r"is missing\. Put the desk's keys folder back"):
        ask(tmp_path)


def test_two_desks_have_no_key_in_common(tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        desk_keys.make_keys(tmp_path / name)
        made.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()})
    assert made[0].keys() == made[1].keys()
    assert not set(made[0].values()) & set(made[1].values())
