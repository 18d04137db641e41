"""What the course's tests share: a learner's folder, and a running server to look at it with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from course.held import erase
from course.workspace import Workspace
from tests.course_server import (
    ASSESSMENT,
    KEY,
    CourseServer,
    answer_all,
    course_server,
    enrol,
    reopened,
    write_modules,
    write_release,
)


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    write_modules(tmp_path / "modules")
    write_release(tmp_path / "release")
    return tmp_path


@pytest.fixture
def workspace(lab: Path) -> Workspace:
    return reopened(lab)


@pytest.fixture
def waiting(workspace: Workspace) -> Workspace:
    """A workspace whose first attempt is handed in."""
    enrol(workspace.folder, KEY)
    workspace.start_attempt(ASSESSMENT)
    answer_all(workspace)
    workspace.hand_in(ASSESSMENT)
    return workspace


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CourseServer]:
    """A learner's server behind a hub, whose person has a space in their name."""
    with course_server(tmp_path_factory.mktemp("lab"), base_url="/user/ward%20one/") as server:
        yield server


@pytest.fixture
def client(server: CourseServer) -> Iterator[httpx.Client]:
    """A log-in to a fresh, empty workspace."""
    erase(server.opened().folder)
    with server.client() as client:
        yield client
