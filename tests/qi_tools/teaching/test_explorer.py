"""The explorer without a browser: what it does with what a browser sends."""

from __future__ import annotations

import gc
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from nhs_number import calculate_checksum

from qi_tools.errors import FileNotUnderstood, PersonalData
from qi_tools.teaching import explore
from qi_tools.teaching.explorer import Explorer

TABLE = "Month,Falls,Seen\n" + "".join(
    f"2024-{month:02d},{month % 5 + 1},{90 + month}\n" for month in range(1, 13)
)
AMBIGUOUS = "Week,Late\n" + "".join(f"0{n}/02/2025,{n}\n" for n in range(1, 9))
# Of the range kept for tests; put together here, so that no source text holds it.
NHS_NUMBER = f"999 741 853{calculate_checksum('999741853')}"
PEOPLE = TABLE.replace("Seen", "Patient").replace("2024-03,4,93", f"2024-03,4,{NHS_NUMBER}")

Tell = Callable[..., dict[str, Any]]


@pytest.fixture
def page() -> Explorer:
    return explore()


@pytest.fixture
def tell(page: Explorer) -> Tell:
    """Send what a browser would send, and give back what it would then show."""

    def send(do: str, *, data: bytes | None = None, **more: Any) -> dict[str, Any]:
        before = page.state["turn"]
        buffers = [] if data is None else [memoryview(data)]
        page._handle_custom_msg({"do": do, "n": before, **more}, buffers)
        assert page.state["turn"] == before + 1, "the browser would wait for ever"
        assert page.state["heard"] == before
        state: dict[str, Any] = page.state
        return state

    return send


def workbook(**sheets: dict[str, list[object]]) -> bytes:
    data = io.BytesIO()
    with pd.ExcelWriter(data, engine="openpyxl") as book:
        for name, columns in sheets.items():
            pd.DataFrame(columns).to_excel(book, sheet_name=name, index=False)
    return data.getvalue()


def held_in_memory(text: str, known: tuple[str, ...]) -> list[object]:
    """Find what any list, tuple or mapping of this Python still holds of a text."""
    gc.collect()
    parts = (
        part
        for each in gc.get_objects()
        if isinstance(each, dict | list | tuple)
        for part in (each.values() if isinstance(each, dict) else each)
    )
    return [
        part
        for part in parts
        if (isinstance(part, str) and text in part and part not in known)
        or (isinstance(part, bytes) and text.encode() in part)
    ]


def test_it_works_at_once(page: Explorer) -> None:
    state = page.state
    assert state["figure"].startswith("<figure")
    assert state["said"].startswith("I chart. Signal (improvement): 16 points in a row")
    assert state["problem"] is None
    assert state["undo"] == 0
    assert "Simulated data" in state["figure"]
    assert page.content["formats"][0][0] == "docx"


def test_a_choice_makes_another_chart_and_can_be_taken_back(page: Explorer, tell: Tell) -> None:
    first = page.state
    state = tell("set", at="rules", value="NELSON")
    assert state["figure"] != first["figure"]
    assert "rules=NELSON" in state["code"]
    tell("add", at="annotate", given={"when": "2026-01-19", "words": "Ring back"})
    assert tell("undo")["steps"] == []
    state = tell("undo")
    assert {**state, "turn": 0, "heard": 0} == {**first, "turn": 0, "heard": 0}
    assert tell("undo")["figure"] == first["figure"]


def test_choosing_the_same_again_is_nothing_to_take_back(tell: Tell) -> None:
    assert tell("set", at="rules", value="ANHOEJ")["undo"] == 0


def test_what_happened_can_be_added_and_removed(page: Explorer, tell: Tell) -> None:
    tell("add", at="rephase", given={"when": "2026-01-19", "words": "Ring back"})
    state = tell("add", at="aim", given={"value": 5, "when": ""})
    assert [words for _, words in state["steps"]] == [
        "New phase from 19 January 2026: Ring back",
        "Target 5",
    ]
    assert page.chart is not None
    assert len(page.chart.phases) == 2
    assert [words for _, words in tell("remove", step=0)["steps"]] == ["Target 5"]
    assert len(page.chart.phases) == 1


@pytest.mark.parametrize(
    ("message", "at", "words"),
    [
        ({"do": "set", "at": "value", "value": "week"}, "value", "can't be both"),
        ({"do": "set", "at": "kind", "value": "p"}, "kind", "needs the denominators"),
        ({"do": "set", "at": "kind", "value": "pie"}, "kind", "Choose one from the list"),
        ({"do": "set", "at": "day_first", "value": "?"}, "day_first", "Choose one from the list"),
        ({"do": "add", "at": "aim", "given": {}}, "aim", "type a number"),
        ({"do": "add", "at": "exclude", "given": None}, "exclude", "Choose a point"),
        (
            {"do": "add", "at": "exclude", "given": {"when": "2020-01-01", "words": "x"}},
            "exclude",
            "There is no point at 1 January 2020",
        ),
        ({"do": "start", "name": "waits"}, "start", 'no data set "waits"'),
        ({"do": "paste", "text": "  "}, "paste", "There is nothing to read"),
        ({"do": "paste", "text": "one\n1"}, "paste", "one column"),
        ({"do": "take", "ending": "exe"}, "take", "can't be taken away as 'exe'"),
        ({"do": "remove", "step": 9}, "remove", "nothing was changed"),
        ({"do": "file", "name": "x.csv"}, "file", "nothing was changed"),
    ],
)
def test_what_makes_no_chart_is_refused_in_words(
    page: Explorer, tell: Tell, message: dict[str, Any], at: str, words: str
) -> None:
    before = page.state
    state = tell(message.pop("do"), **message)
    assert state["problem"]["at"] == at
    assert words in " ".join(state["problem"]["lines"])
    for kept in ("figure", "code", "fields", "steps", "undo", "source"):
        assert state[kept] == before[kept], kept


@pytest.mark.parametrize("message", [None, 3, "do", [], {"do": "dance"}, {}])
def test_nonsense_is_survived(page: Explorer, message: Any) -> None:
    figure = page.state["figure"]
    page._handle_custom_msg(message, [])
    assert page.state["figure"] == figure


def test_pasted_numbers(page: Explorer, tell: Tell) -> None:
    state = tell("paste", text=TABLE)
    assert state["source"] == "pasted data"
    assert state["start"] == ""
    assert page.chart is not None
    assert page.chart.measure.name == "Falls"
    assert not page.chart.measure.simulated
    state = tell("set", at="denominator", value="Seen")
    assert page.chart.kind.name in {"p", "p'"}
    assert tell("undo")["fields"]["denominator"]["value"] == ""
    assert tell("undo")["start"] == "phone_waits_simulated"


def test_a_kind_that_no_longer_fits_gives_way_to_the_suggestion(page: Explorer, tell: Tell) -> None:
    tell("paste", text=TABLE)
    tell("set", at="denominator", value="Seen")
    tell("set", at="kind", value="np")
    state = tell("set", at="denominator", value="")
    assert state["problem"] is None
    assert state["fields"]["kind"]["value"] == ""
    assert page.chart is not None
    assert page.chart.kind.name == "i"
    assert tell("undo")["fields"]["kind"]["value"] == "np"


def test_a_file_with_every_fault_named(page: Explorer, tell: Tell) -> None:
    broken = TABLE.replace("2024-03,4", "2024-03,four").replace("2024-05,1", "2024-05,<5")
    state = tell("file", name="falls.csv", data=broken.encode())
    assert state["figure"] == ""
    assert state["said"] == state["code"] == ""
    trouble = state["trouble"]
    assert trouble[0] == "There are 2 rows to mend in falls.csv; nothing was charted."
    assert '  row 4, Falls: "four" is not a number' in trouble
    assert trouble[2].startswith('  row 6, Falls: "<5"')
    # Another column has no faults, so a chart can be made of that.
    assert tell("set", at="value", value="Seen")["trouble"] == []
    assert page.chart is not None
    assert "nothing was charted" in tell("set", at="value", value="Falls")["problem"]["lines"][0]
    assert page.chart is not None


def test_no_file_can_be_taken_while_there_is_no_chart(tell: Tell) -> None:
    tell("file", name="falls.csv", data=AMBIGUOUS.encode())
    assert "no chart to take away yet" in tell("take", ending="png")["problem"]["lines"][0]


def test_the_order_of_day_and_month_is_asked_and_the_answer_can_change(
    page: Explorer, tell: Tell
) -> None:
    state = tell("file", name="late.csv", data=AMBIGUOUS.replace(",3", ",three").encode())
    assert state["asks"]
    assert state["trouble"][0].startswith('"01/02/2025" can be 1 February 2025 or 2 January 2025')
    assert state["trouble"][1:] == ['  row 4, Late: "three" is not a number']
    state = tell("file", name="late.csv", data=AMBIGUOUS.encode())
    assert state["figure"] == ""
    assert not state["fields"]["day_first"]["hidden"]
    state = tell("set", at="day_first", value="day")
    assert state["points"][2] == ("2025-02-03", "3 February 2025")
    assert not state["fields"]["day_first"]["hidden"]
    state = tell("set", at="day_first", value="month")
    assert state["points"][2] == ("2025-03-02", "2 March 2025")
    assert state["undo"] == 4
    assert tell("paste", text=TABLE)["fields"]["day_first"]["hidden"]


def test_a_sheet_is_asked_for_and_the_workbook_let_go(page: Explorer, tell: Tell) -> None:
    columns: dict[str, list[object]] = {"Month": ["2024-01", "2024-02"], "Falls": [1, 2]}
    data = workbook(Ward3=columns, Ward4={**columns, "Falls": [8, 9]})
    state = tell("file", name="wards.xlsx", data=data)
    assert state["sheets"] == ["Ward3", "Ward4"]
    assert state["problem"]["at"] == "file"
    state = tell("sheet", name="Ward4")
    assert state["sheets"] == []
    assert page.chart is not None
    assert page.chart.measure.values.tolist() == [8, 9]
    assert 'read_file("wards.xlsx", sheet="Ward4")' in state["code"]
    assert page._workbook is None


@pytest.mark.parametrize("way", ["file", "paste", "sheet"])
def test_data_on_people_is_refused_and_nothing_of_it_kept(
    page: Explorer, tell: Tell, way: str
) -> None:
    before = page.state
    if way == "file":
        state = tell("file", name="people.csv", data=PEOPLE.encode())
    elif way == "paste":
        state = tell("paste", text=PEOPLE)
    else:
        rows: dict[str, list[object]] = {
            "Month": ["2024-01", "2024-02"],
            "Patient": [NHS_NUMBER] * 2,
        }
        data = workbook(Totals={"Month": ["2024-01", "2024-02"], "Falls": [1, 2]}, People=rows)
        tell("file", name="people.xlsx", data=data)
        state = tell("sheet", name="People")
        assert state["sheets"] == []
    assert state["problem"]["kind"] == "PersonalData"
    assert state["figure"] == before["figure"]
    assert NHS_NUMBER not in str(state)
    assert held_in_memory(NHS_NUMBER, known=(PEOPLE, NHS_NUMBER)) == []
    assert page._workbook is None


@pytest.mark.parametrize("ending", ["docx", "png", "svg", "csv", "txt"])
def test_a_file_to_take_away(
    page: Explorer, tell: Tell, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[Any, Any]] = []
    monkeypatch.setattr(page, "send", lambda content, buffers: sent.append((content, buffers)))
    assert tell("take", ending=ending)["problem"] is None
    ((content, (data,)),) = sent
    assert content["do"] == "keep"
    assert content["name"] == f"average-wait-to-be-answered.{ending}"
    assert len(data) > 500


def test_the_tools_going_wrong_is_said_and_changes_nothing(
    page: Explorer, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    before = page.state
    monkeypatch.setattr("qi_tools.teaching.explorer.chart_of", broken)
    state = tell("set", at="rules", value="NELSON")
    assert "nothing was changed" in state["problem"]["lines"][0]
    assert "ZeroDivision" not in str(state)
    assert state["figure"] == before["figure"]


def test_a_file_to_begin_with(tmp_path: Path) -> None:
    path = tmp_path / "falls.csv"
    path.write_text(TABLE, encoding="utf-8")
    page = explore(path)
    assert page.state["source"] == "falls.csv"
    path.write_text(PEOPLE, encoding="utf-8")
    with pytest.raises(PersonalData):
        explore(path)
    with pytest.raises(FileNotUnderstood, match="There is no file"):
        explore(tmp_path / "none.csv")


def test_lessons_do_not_pay_for_the_explorer() -> None:
    code = (
        "import sys, qi_tools.teaching; assert 'numpy' not in sys.modules;"
        "from qi_tools.teaching import explore; explore();"
        "heavy = {'matplotlib', 'scipy', 'docx', 'openpyxl'} & sys.modules.keys();"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
