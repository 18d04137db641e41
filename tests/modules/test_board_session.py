"""The board session: its minutes add up, it shows what is filled in, and all of it is recorded."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from course.approach import Approach
from course.editions.record import record_page
from course.editions.running import Ran, run
from course.folders import MODULES
from course.notebook import read_notebook

PATH = MODULES / "workshops" / "board_session.ipynb"
SESSION = read_notebook(PATH)
TEXT = "\n\n".join(cell.source for cell in SESSION.cells if cell.kind == "markdown")
DRAFT = Approach(
    agreed=False,
    organisation="Riverbank",
    name="Riverbank Improves",
    method="We test small.",
    components=("A coach for each <team>",),
    priorities=("Home by noon", "Pay that is right"),
    contact="Nadia",
    where="Intranet",
    policy="",
    rule_set="making_data_count",
)


@pytest.fixture(scope="module")
def ran() -> Ran:
    return run(PATH)


def code(id: str) -> str:
    return next(cell.source for cell in SESSION.cells if cell.id == id)


def test_the_minutes_of_the_parts_add_up_in_the_table_in_the_text_and_on_the_clock(
    ran: Ran,
) -> None:
    rows = re.findall(r"^\| (\d+) \| Part \d: (.+?) \|", TEXT, flags=re.M)
    planned = [(what, float(minutes)) for minutes, what in rows]
    assert sum(minutes for _, minutes in planned) == 60
    written = re.findall(r"^## Part \d: (.+)\n\n\*(\d+) minutes", TEXT, flags=re.M)
    assert [(what, float(minutes)) for what, minutes in written] == planned
    [clock] = [told for each in ran.told.values() for told in each if told.kind == "timer"]
    assert [(what, minutes) for what, minutes in clock.content["steps"]] == planned


def test_each_question_is_in_the_record_and_nothing_else_is_kept(ran: Ran) -> None:
    page = record_page(ran, {})
    asked = {call.id: call for call in SESSION.questions}
    told = {told.id: told for each in ran.told.values() for told in each if told.id}
    assert set(asked) == set(told)
    assert page.count('<div class="entry">') == len(told)
    assert re.findall("<h2>(.+?)</h2>", page) == [
        "Part 1: Who is here",
        "Part 2: Our approach, read aloud",
        "Part 3: Component by component",
        "Part 4: What we expect, and when",
        "Part 5: What the board will do itself",
        "Part 6: Decision and review",
    ]
    assert len(re.findall("<h3>", page)) == 7, "six components, and our own"


def test_it_asks_for_no_names() -> None:
    for call in SESSION.questions:
        assert "name of" not in call.cell.source.lower()
    assert "Roles only, no names" in TEXT


def test_a_draft_is_shown_as_one_and_its_components_are_gone_through(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("course.approach.load_approach", lambda: DRAFT)
    names: dict[str, object] = {}
    exec(code("set-up"), names)

    def shown(id: str) -> object:
        return eval(code(id), names)

    approach = shown("the-approach").content["html"]
    assert "not agreed yet" in approach
    assert "Riverbank Improves" in approach
    assert "Home by noon; Pay that is right" in shown("says-purpose").content["html"]
    assert "not filled in yet" in shown("says-leaders").content["html"]
    assert "Making Data Count" in shown("says-data").content["html"]
    assert "<li>A coach for each &lt;team&gt;</li>" in shown("own-list").content["html"]


def test_without_a_draft_it_says_so(ran: Ran) -> None:
    page = record_page(ran, {})
    assert "Your organisation's approach goes here." in page
