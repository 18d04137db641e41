"""The log tells what was done and how long it took, and of no one what they answered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder import marking_log
from autograder.marking_log import Logged, MarkingLog, Timings


def test_each_marking_is_a_line_that_a_program_can_read(tmp_path: Path) -> None:
    entry = Logged(
        at="2026-11-23T14:00:00Z",
        receipt=12,
        assessment="waiting_times",
        version="1",
        outcome="marked",
        ran_in="sandbox",
        limits_hit=("time",),
        notes=1,
        seconds=Timings(prepare=0.00123456, execute=1.5),
    )
    with MarkingLog(tmp_path) as log:
        log.add(entry)
        log.add(Logged("2026-11-23T14:00:02Z", 13, "waiting_times", "1", "failed"))
    first, second = (tmp_path / "marking.log").read_text(encoding="utf-8").splitlines()
    assert json.loads(first) == {
        "at": "2026-11-23T14:00:00Z",
        "receipt": 12,
        "assessment": "waiting_times",
        "version": "1",
        "outcome": "marked",
        "ran_in": "sandbox",
        "limits_hit": ["time"],
        "notes": 1,
        "seconds": {
            "prepare": 0.0012,
            "execute": 1.5,
            "score": 0.0,
            "record": 0.0,
            "feedback": 0.0,
        },
    }
    assert json.loads(second)["ran_in"] is None


def test_the_log_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marking_log, "LARGEST_FILE", 2_000)
    with MarkingLog(tmp_path) as log:
        for receipt in range(100):
            log.add(Logged("2026-11-23T14:00:00Z", receipt, "waiting_times", "1", "marked"))
    files = sorted(tmp_path.iterdir())
    assert len(files) == 1 + marking_log.OLDER_FILES
    assert all(path.stat().st_size <= marking_log.LARGEST_FILE for path in files)
    newest = (tmp_path / "marking.log").read_text(encoding="utf-8").splitlines()[-1]
    assert json.loads(newest)["receipt"] == 99


def test_a_log_that_can_not_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "marking.log").mkdir()
    with MarkingLog(tmp_path) as log:
        log.add(Logged("2026-11-23T14:00:00Z", 1, "waiting_times", "1", "marked"))
    assert (tmp_path / "marking.log").is_dir()
