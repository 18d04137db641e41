"""What every test shares: hypothesis without a clock, and one Chromium."""

from collections.abc import Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from tests.outside_tools import CHROMIUM

# A busy machine is no fault of the code: no example fails for being slow.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the slowest files: a long one begun last would hold up the end alone."""
    items.sort(key=lambda item: "browser" not in item.keywords)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's own Chromium; one for all tests, since Playwright runs once in a process."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                # No other place has an address. (Playwright's own routes would slow every request.)
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sandbox_here() -> None:
    """Skip what needs the sandbox where there is none."""
    from autograder.sandbox.bubblewrap import why_not

    if (why := why_not()) is not None:
        pytest.skip(f"there is no sandbox here: {why}")
