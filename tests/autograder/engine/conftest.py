"""One small code assessment, made once with real nbgrader, and what was handed in for it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autograder.engine.snapshot import Snapshot, take_snapshot
from autograder.nbgrader_root import gradebook_url, nbgrader
from tests.code_check import ASSESSMENT, make_course


@dataclass(frozen=True, slots=True)
class Course:
    """A course root, its gradebook open, and nbgrader's settings there."""

    root: Path
    gradebook: Any
    settings: Any

    def snapshot(self) -> Snapshot:
        return take_snapshot(self.gradebook, self.root, ASSESSMENT)


@pytest.fixture(scope="session")
def made_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("made") / "course"
    make_course(root)
    return root


@pytest.fixture
def course(made_course: Path, tmp_path: Path) -> Iterator[Course]:
    """Give a test a course root of its own."""
    from nbgrader.api import Gradebook

    root = tmp_path / "course"
    shutil.copytree(made_course, root)
    with nbgrader(root) as (settings, _log, _said), Gradebook(gradebook_url(root)) as gradebook:
        yield Course(root, gradebook, settings)
