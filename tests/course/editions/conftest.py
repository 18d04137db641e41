"""One run of the small story for all tests of editions: it takes a few seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.editions.running import Ran, run
from tests.course.editions.small_story import write_story


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_story(tmp_path_factory.mktemp("lessons") / "a1_story.ipynb")


@pytest.fixture(scope="session")
def ran(story: Path) -> Ran:
    (story.parent / "answers.json").write_text("not to be read or changed")
    return run(story)
