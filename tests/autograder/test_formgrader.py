"""The desk in nbgrader's formgrader: local, closed to the network, and showing marked work."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell
from playwright.sync_api import Browser

from autograder.desk import Desk
from autograder.formgrader import server_config
from autograder.formgrader_pages import readable
from autograder.formgrader_view import OnlyPlain
from autograder.intake import take_in
from autograder.marking import mark
from autograder.nbgrader_root import gradebook_url, nbgrader
from tests.small_desk import NOW, OneLearner, cell_about, enrolled, hand_in, write_source


def test_the_server_listens_here_alone_and_shows_the_desk_alone(tmp_path: Path) -> None:
    desk = Desk.create(tmp_path / "desk", "Riverside (simulated)")
    app = server_config(desk, 9001).ServerApp
    assert (app.ip, app.port, app.root_dir) == ("127.0.0.1", 9001, str(desk.folder))
    assert "token" not in app  # Jupyter makes a new one for each start
    assert app.jpserver_extensions["nbgrader.server_extensions.formgrader"]
    assert not app.jpserver_extensions["nbgrader.server_extensions.assignment_list"]
    assert "keys" in server_config(desk, None).ContentsManager.hide_globs


@contextmanager
def served(desk: Desk, port: int) -> Iterator[str]:
    """Yield the address of a desk's formgrader, with its token."""
    code = (
        "import sys; from pathlib import Path; from autograder.desk import Desk; "
        "from autograder.formgrader import open_formgrader; "
        "open_formgrader(Desk.open(Path(sys.argv[1])), port=int(sys.argv[2]), browser=False)"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", code, str(desk.folder), str(port)],
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


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The address of a desk with one marked paper."""
    desk = Desk.create(tmp_path / "desk", "Riverside (simulated)")
    (learner,) = enrolled(desk, tmp_path)
    take_in(desk, hand_in(learner, tmp_path, right=3), NOW)
    mark(desk, NOW, source=write_source(tmp_path / "source"))
    with served(desk, 9711) as address:
        yield address


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


# ------------------------------------------------------------ what a submission may bring along

ACT = "window.acted=1"
# One dot.
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{ACT}"><script>{ACT}</script></svg>'
HTML = (
    f"<script>{ACT}</script><img src=x onerror='{ACT}'><iframe srcdoc='<script>parent.acted=1"
    f"</script>'></iframe><svg onload='{ACT}'></svg><details open ontoggle='{ACT}'></details>"
    "<img src='http://elsewhere.example/a.png'>"
)
MARKDOWN = (
    f"{HTML}\n\n[read on](javascript:{ACT}) <javascript:{ACT}> "
    "![a picture](http://elsewhere.example/b.png)\n\n"
    f"![ours](../../../formgrader/?path=FOLDER)\n\n[x]: javascript:{ACT}\n"
)


def hostile(notebook: nbformat.NotebookNode, folder: Path) -> nbformat.NotebookNode:
    """Add to a marked notebook whatever could act in the page that shows it."""
    data = [
        {"text/html": HTML},
        {"text/markdown": MARKDOWN},
        {"image/svg+xml": SVG},
        {"application/javascript": ACT},
        {"text/latex": HTML},
        {"application/vnd.jupyter.widget-view+json": {"model_id": f"</script>{HTML}"}},
        {"image/png": f'{PNG}" onload="{ACT}'},
        {"text/plain": HTML},
    ]
    wide = {"image/png": {"width": f"1 onload={ACT}"}}
    outputs = [new_output("display_data", data=each) for each in data]
    outputs += [
        new_output("display_data", data={"image/png": PNG}, metadata=wide),
        new_output(
            "display_data", data={"text/html": HTML}, metadata={"text/html": {"isolated": True}}
        ),
        new_output("stream", name="stdout", text=f"{HTML}\x1b[31m{HTML}"),
        new_output("error", ename=HTML, evalue=HTML, traceback=[HTML, f"\x1b]8;;javascript:{ACT}"]),
    ]
    forged = f'x"><script>{ACT}</script><input autofocus onfocus="{ACT}'
    notebook.cells += [
        new_markdown_cell(MARKDOWN.replace("FOLDER", str(folder))),
        new_raw_cell(HTML, metadata={"raw_mimetype": "text/html"}),
        new_code_cell(HTML, outputs=outputs, metadata={"tags": [forged]}),
        new_markdown_cell(HTML, metadata=cell_about(forged, points=HTML)),
    ]
    notebook.metadata["widgets"] = {
        "application/vnd.jupyter.widget-state+json": {"state": {"x": f"</script>{HTML}"}}
    }
    return notebook


def test_only_words_and_pictures_are_shown(tmp_path: Path) -> None:
    given = hostile(nbformat.v4.new_notebook(), tmp_path)
    shown, _ = OnlyPlain().preprocess(given, {})
    nbformat.validate(shown)
    assert [cell.cell_type for cell in shown.cells] == ["markdown", "markdown", "code", "markdown"]
    assert {form for output in shown.cells[2].outputs for form in output.get("data", {})} == {
        "image/png",
        "text/plain",
    }
    assert all(not output.get("metadata") for output in shown.cells[2].outputs)
    assert all(not cell.metadata for cell in shown.cells)
    assert not shown.metadata


def test_what_formgrader_needs_of_a_cell_is_kept() -> None:
    cell = new_code_cell("1", metadata=cell_about("check-1", points=2, solution=True))
    shown, _ = OnlyPlain().preprocess(nbformat.v4.new_notebook(cells=[cell]), {})
    about = shown.cells[0].metadata.nbgrader
    assert (about.grade_id, about.points, about.grade, about.solution) == ("check-1", 2, True, True)


def test_a_page_gets_its_language_and_its_labels() -> None:
    page = (
        b'<html><input class="extra-credit tabbable" id="q1_extra_credit"/>'
        b'<textarea class="comment tabbable" id="q1-comment"></textarea><html>'
    )
    assert readable(page) == (
        b'<html lang="en-GB"><input class="extra-credit tabbable" id="q1_extra_credit" '
        b'aria-label="Extra credit for q1"/><textarea class="comment tabbable" id="q1-comment" '
        b'aria-label="Comment on q1"></textarea><html>'
    )


@pytest.mark.browser
@pytest.mark.nbgrader
@pytest.mark.attack
def test_nothing_of_a_submission_acts_and_marks_can_be_given(
    tmp_path: Path, browser: Browser
) -> None:
    one = OneLearner(tmp_path, right=3)
    one.marking()
    desk, who = one.desk, one.learner.pseudonym
    autograded = desk.folder / "autograded" / who / "all_staff_check"
    path = autograded / "all_staff_check.ipynb"
    for each in (autograded, path):
        each.chmod(0o700)
    nbformat.write(hostile(nbformat.read(path, as_version=4), autograded), path)
    ran = tmp_path / "ran"
    (autograded / "nbgrader_config.py").write_text(f"open({str(ran)!r}, 'w').close()")
    (autograded / "page.html").write_text(
        "<title>as it was</title><script>document.title='!'</script>"
    )
    asked: list[str] = []
    with served(desk, 9712) as address:
        base = address.split("/formgrader", maxsplit=1)[0]
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        page.goto(f"{base}/formgrader/gradebook/all_staff_check/all_staff_check")
        page.locator("a[href*='/submissions/']").first.click()
        page.wait_for_selector("text=Answer: The second")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.acted") is None
        assert page.locator("iframe, #notebook script, #notebook a[href^=javascript]").count() == 0
        assert page.locator("#notebook svg, #notebook details").count() == 0
        assert page.get_by_text("read on").count() == 1, "words stay"
        assert page.locator("html").get_attribute("lang") == "en-GB"

        box = page.get_by_label("Marks for q14")
        box.fill("0.5")
        with page.expect_response(lambda answer: answer.request.method == "PUT") as saved:
            box.press("Tab")
        assert saved.value.ok
        assert page.get_by_label("Extra credit for q14").count() == 1

        submission = page.url.split("/submissions/")[1].split("/")[0].split("?")[0]
        page.goto(f"{base}/formgrader/submissions/{submission}/page.html")
        assert page.title() == "as it was"
        page.goto(f"{base}/formgrader/?path={autograded}")
        assert page.url == f"{base}/formgrader/manage_assignments"
        page.close()
    assert not ran.exists(), "settings that a submission brought along were run"
    # nbgrader's own pages ask for these; the policy keeps the browser from sending them.
    ours = base.split("/")[2]
    strange = {url for url in asked if url.split("/")[2] != ours and not url.startswith("data:")}
    assert not {url for url in strange if "elsewhere" in url}
    from nbgrader.api import Gradebook

    with nbgrader(desk.folder), Gradebook(gradebook_url(desk.folder)) as gradebook:
        grade = gradebook.find_grade("q14", "all_staff_check", "all_staff_check", who)
        assert grade.manual_score == 0.5
