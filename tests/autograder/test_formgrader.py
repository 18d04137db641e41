"""The desk in nbgrader's formgrader: local, closed to the network, and showing marked work."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from autograder.desk import Desk
from autograder.formgrader import server_config
from autograder.intake import take_in
from autograder.marking import mark
from tests.small_desk import NOW, enrolled, hand_in, write_source


def test_the_server_listens_here_alone_and_shows_the_desk_alone(tmp_path: Path) -> None:
    desk = Desk.create(tmp_path / "desk", "Riverside (simulated)")
    app = server_config(desk, 9001).ServerApp
    assert (app.ip, app.port, app.root_dir) == ("127.0.0.1", 9001, str(desk.folder))
    assert "token" not in app  # Jupyter makes a new one for each start
    assert app.jpserver_extensions["nbgrader.server_extensions.formgrader"]
    assert not app.jpserver_extensions["nbgrader.server_extensions.assignment_list"]
    assert "keys" in server_config(desk, None).ContentsManager.hide_globs


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The address of a desk with one marked paper."""
    desk = Desk.create(tmp_path / "desk", "Riverside (simulated)")
    (learner,) = enrolled(desk, tmp_path)
    take_in(desk, hand_in(learner, tmp_path, right=3), NOW)
    mark(desk, NOW, source=write_source(tmp_path / "source"))
    code = (
        "import sys; from pathlib import Path; from autograder.desk import Desk; "
        "from autograder.formgrader import open_formgrader; "
        "open_formgrader(Desk.open(Path(sys.argv[1])), port=9711, browser=False)"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", code, str(desk.folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert server.stdout is not None
        found = None
        for line in server.stdout:
            if found := re.search(r"open at: (\S+)", line):
                break
        assert found, "the server ended without an address"
        yield found.group(1)
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=30)


@pytest.mark.browser
@pytest.mark.nbgrader
def test_an_expert_sees_the_marked_paper(address: str, browser: Browser) -> None:
    base = address.split("/formgrader", maxsplit=1)[0]
    came_from: set[str] = set()
    page = browser.new_page()
    page.on("response", lambda response: came_from.add(response.url.split("/")[2]))
    page.goto(address)
    page.wait_for_selector("text=all_staff_check")
    page.goto(f"{base}/formgrader/manage_submissions/all_staff_check")
    page.wait_for_selector("text=3 / 5")
    assert page.locator("text=graded").first.is_visible()
    page.goto(f"{base}/formgrader/gradebook/all_staff_check/all_staff_check")
    page.locator("a[href*='/submissions/']").first.click()
    page.wait_for_selector("text=Answer: The second")
    assert page.locator(".nbgrader_cell").count() == 5
    # The cookie of the first page holds for the live notebook too.
    live = page.locator("a[href*='/notebooks/']").first.get_attribute("href")
    answer = page.request.get(f"{base}{live}")
    assert "login" not in answer.url
    assert answer.ok
    page.close()
    assert came_from == {base.split("/")[2]}
