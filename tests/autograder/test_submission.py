"""A submission is made of the desk's release and the learner's answers, and of nothing else."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from autograder.hand_in_file import open_hand_in
from autograder.release import prepare_assessment
from autograder.submission import is_of, rebuild
from tests.small_desk import OneLearner

pytestmark = pytest.mark.nbgrader


class Ready:
    """A learner's attempt, ready to be put together."""

    def __init__(self, folder: Path) -> None:
        one = OneLearner(folder, right=1)
        self.root, self.receipt = one.desk.folder, one.receipt
        self.answers = open_hand_in(one.desk.hand_in(one.receipt).read_bytes()).answers
        self.folder = self.root / "submitted" / one.learner.pseudonym / "all_staff_check"
        prepare_assessment(self.root, one.source, "all_staff_check")


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Ready:
    return Ready(tmp_path_factory.mktemp("ready"))


def test_it_holds_the_release_the_answers_and_the_desks_own_time(ready: Ready) -> None:
    rebuild(ready.root, ready.receipt, ready.answers)
    assert sorted(path.name for path in ready.folder.iterdir()) == [
        "all_staff_check.ipynb", "answers.json", "attempt.json", "bank.toml", "timestamp.txt",
    ]  # fmt: skip
    assert (ready.folder / "answers.json").read_bytes() == ready.answers
    assert (ready.folder / "timestamp.txt").read_text() == "2026-11-23 14:00:00 UTC\n"
    assert [path.name for path in ready.folder.parent.iterdir()] == ["all_staff_check"]
    notebook = nbformat.read(ready.folder / "all_staff_check.ipynb", as_version=4)
    shown = [cell.source for cell in notebook.cells if cell.id.startswith("shown-")]
    assert len(shown) == 5
    assert "<b>Answer:</b> The second" in shown[0]
    assert "<br>Run chart of Falls, falls" in shown[0], "an expert sees what was judged"
    assert "<b>Answer:</b> The first" in shown[4]


HOSTILE = "A <script>steal()</script>\n\n![spy](http://evil.example/x.png) **and** & more"


@pytest.fixture
def with_words(ready: Ready, tmp_path: Path) -> Path:
    """A desk whose paper ends with two boxes that have no mark, in one cell."""
    root = tmp_path / "desk"
    shutil.copytree(ready.root, root)
    path = root / "release" / "all_staff_check" / "all_staff_check.ipynb"
    path.chmod(0o600)
    notebook = nbformat.read(path, as_version=4)
    code = (
        "from qi_tools.teaching import written\n"
        'written("opportunity-what", "What gets in the way?", answers=paper.answers)\n'
        'written("opportunity-who", prompt="Who is it for? <b>", answers=paper.answers)'
    )
    notebook.cells.append(nbformat.v4.new_code_cell(code, id="opportunity"))
    nbformat.write(notebook, path)
    return root


def test_what_was_written_without_a_mark_is_shown_below_the_marks(
    ready: Ready, with_words: Path
) -> None:
    answers = json.loads(ready.answers)
    saved = {"value": HOSTILE, "revision": 1, "at": "2026-11-23T14:00:00Z"}
    answers["answers"]["opportunity-what"] = saved
    rebuild(with_words, ready.receipt, json.dumps(answers).encode())
    made = with_words / "submitted" / ready.receipt.pseudonym / "all_staff_check"
    cells = nbformat.read(made / "all_staff_check.ipynb", as_version=4).cells
    asked, what, who = cells[-3:]
    assert asked.id == "opportunity"
    assert (what.id, what.cell_type) == ("shown-opportunity-what", "markdown")
    # As the expert's page will draw it: the text is there, and nothing in it is alive.
    html = markdown2html_mistune(what.source)
    assert "<p>What gets in the way?</p>" in html
    assert "A &lt;script&gt;steal()&lt;/script&gt;<br>![spy](http://evil" in html
    assert "**and** &amp; more" in html
    for harm in ("<script", "<img", "<a ", "<strong"):
        assert harm not in html
    assert "Who is it for? &lt;b&gt;" in who.source
    assert "<b>Answer:</b> none" in who.source


def test_it_knows_whose_attempt_it_is(ready: Ready) -> None:
    rebuild(ready.root, ready.receipt, ready.answers)
    assert is_of(ready.folder, ready.receipt)
    assert not is_of(ready.folder, replace(ready.receipt, attempt=2))
    assert not is_of(ready.folder.with_name("elsewhere"), ready.receipt)


def test_a_full_disk_leaves_no_half_of_it(ready: Ready, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(OSError, match="No space"):
            rebuild(ready.root, ready.receipt, ready.answers)
    assert not ready.folder.exists()
    rebuild(ready.root, ready.receipt, ready.answers)
    assert is_of(ready.folder, ready.receipt)
