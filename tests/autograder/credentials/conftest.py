"""A simulated issuer and a badge of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.credentials.documents import Achieved, Passed, signed_badge
from autograder.credentials.keys import Issuer, create_issuer
from autograder.credentials.profile import Badge

BEGAN = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    folder: Path = tmp_path_factory.mktemp("keys")
    return create_issuer(folder, "Riverside Health (simulated)", "a passphrase", BEGAN)


@pytest.fixture(scope="session")
def achieved() -> Achieved:
    return Achieved(
        award="all_staff",
        title="Quality improvement for all staff: first lesson",
        description="What quality is, and how improvement differs from audit.",
        narrative="Passed the assessment. The organisation's own approach was not yet set.",
        version="2026.1",
        passed=(Passed("all_staff_check", "All staff: check what you learned", "87.5", "ab" * 32),),
    )


@pytest.fixture(scope="session")
def badge(issuer: Issuer, achieved: Achieved) -> Badge:
    return signed_badge(
        issuer,
        achieved,
        name="Sam Okoro",
        email="sam.okoro@example.org",
        place=46,
        awarded=NOW,
        valid_months=36,
    )
