"""Each test here is of every assessment with decisions."""

from __future__ import annotations

import pytest

from tests.course.decisions.board import BOARD
from tests.course.decisions.check import DecisionCheck
from tests.course.decisions.manager import MANAGER
from tests.course.decisions.senior import SENIOR

CHECKS = (BOARD, SENIOR, MANAGER)


@pytest.fixture(scope="module", params=CHECKS, ids=lambda check: check.prefix)
def check(request: pytest.FixtureRequest) -> DecisionCheck:
    """One of the assessments with decisions."""
    found: DecisionCheck = request.param
    return found
