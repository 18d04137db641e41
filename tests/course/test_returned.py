"""What a desk sends back is taken in only if it is the learner's own and whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from course.errors import Refused
from course.workspace import Workspace
from tests.course_server import (
    ASSESSMENT,
    CERTIFICATE,
    KEY,
    PSEUDONYM,
    enrol,
    result_file,
)


def test_a_result_brings_its_certificate_once_it_has_one(waiting: Workspace) -> None:
    waiting.import_result(result_file(KEY))
    (attempt,) = waiting.attempts(ASSESSMENT)
    assert attempt.result is not None
    assert attempt.result.passed
    assert list((waiting.folder / "certificates").iterdir()) == []

    waiting.import_result(result_file(KEY, **CERTIFICATE))
    waiting.import_result(result_file(KEY, **CERTIFICATE))
    waiting.import_result(result_file(KEY))

    assert len(waiting.record.events("result")) == 2, "the same file counts once"
    assert {
        path.relative_to(waiting.folder).as_posix()
        for path in (waiting.folder / "certificates").rglob("*.*")
    } == {
        f"certificates/{ASSESSMENT}/certificate.html",
        f"certificates/{ASSESSMENT}/badge.json",
        f"certificates/{ASSESSMENT}/trust.json",
    }
    (attempt,) = waiting.attempts(ASSESSMENT)
    assert attempt.result is not None
    assert attempt.result.certificate == CERTIFICATE["certificate"]
    with pytest.raises(Refused, match="passed this already"):
        waiting.start_attempt(ASSESSMENT)


def test_a_result_of_another_desk_or_person_is_refused(waiting: Workspace) -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32))
    for data in (
        result_file(stranger),
        result_file(KEY, pseudonym="f" * 16),
        result_file(KEY).replace(b'"percent":85', b'"percent":99'),
        b"",
        b"{}",
        b"\xff" * 100,
    ):
        with pytest.raises(Refused):
            waiting.import_result(data)
    assert waiting.results() == ()


def test_results_are_collected_from_a_folder_and_bad_files_are_passed_over(
    workspace: Workspace, tmp_path: Path
) -> None:
    folder = tmp_path / "results"
    (folder / PSEUDONYM).mkdir(parents=True)
    enrol(workspace.folder, KEY, results=str(folder))
    name = f"result_{ASSESSMENT}_1_{PSEUDONYM}.qiresult"
    (folder / name).write_bytes(b"damaged")
    (folder / PSEUDONYM / name).write_bytes(result_file(KEY))
    (folder / "result_of_someone_else.qiresult").write_bytes(result_file(KEY))

    assert [result.assessment for result in workspace.collect_results()] == [ASSESSMENT]
    assert workspace.collect_results() == ()
    enrol(workspace.folder, KEY, results=str(tmp_path / "gone"))
    assert workspace.collect_results() == ()
