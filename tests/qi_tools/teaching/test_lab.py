from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas import DataFrame

from qi_tools.answers import AnswerFile
from qi_tools.data_file import csv_bytes
from qi_tools.measure import Measure
from qi_tools.teaching import QuestionInvalid, experiment
from qi_tools.teaching.lab import EXPERIMENTS, Bench, Lab, Turn
from qi_tools.teaching.lab_controls import SettingRefused
from tests.qi_tools.teaching.labs.kit import chosen, usual

LAB: Lab = import_module("qi_tools.teaching.labs.red_beads").LAB
CHOSEN = {"red": 20, "target": 3, "days": 2, "acts": []}


@pytest.fixture
def bench(file: AnswerFile) -> Callable[[], Bench]:
    return lambda: Bench("t-lab", LAB, "box", 5, file)


def send(bench: Bench, do: str, **more: Any) -> dict[str, Any]:
    bench._handle_custom_msg({"do": do, "n": "view 1", **more}, [])
    state: dict[str, Any] = bench.state
    assert state["heard"] == "view 1"
    return state


def test_nothing_of_it_is_there_before_a_prediction(file: AnswerFile) -> None:
    part = experiment("red_beads", "t-lab", answers=file)
    prediction = part.children[-1]
    assert len(prediction.children) == 1
    assert not any(text in repr(prediction.children[0].get_state()) for text in LAB.learn)
    question = prediction.children[0]
    question._handle_custom_msg({"do": "save", "value": "skill"}, [])
    bench = prediction.children[1]
    assert isinstance(bench, Bench)
    assert bench.state["said"] == ""
    assert bench.state["learn"] == []
    assert send(bench, "run", chosen=CHOSEN)["learn"][0] == LAB.replies["skill"]


def test_showing_it_writes_nothing(bench: Callable[[], Bench], file: AnswerFile) -> None:
    bench()
    assert not file.path.exists()


def test_a_turn_is_shown_and_kept(bench: Callable[[], Bench], file: AnswerFile) -> None:
    first = bench()
    one = send(first, "run", chosen=CHOSEN)
    assert one["said"].startswith("Run 1. ")
    assert "<svg" in one["figures"][0]
    two = send(first, "run", chosen={**CHOSEN, "red": 10})
    assert [row[:2] for row in two["tally"]["rows"]] == [["1", "20%"], ["2", "10%"]]
    again = bench().state
    for what in ("said", "figures", "tally", "luck", "learn"):
        assert again[what] == two[what]
    assert again["chosen"] == {**CHOSEN, "red": 10, "acts": ()}


def test_the_same_luck_gives_the_same_again(bench: Callable[[], Bench]) -> None:
    it = bench()
    one = send(it, "run", chosen=CHOSEN)["said"]
    assert send(it, "again", luck=6)["said"] == ""
    assert send(it, "run", chosen=CHOSEN)["said"] != one
    send(it, "again", luck=5.0)
    assert send(it, "run", chosen=CHOSEN)["said"] == one


def test_the_last_turn_can_be_taken_back(bench: Callable[[], Bench]) -> None:
    it = bench()
    one = send(it, "run", chosen=CHOSEN)["said"]
    send(it, "run", chosen={**CHOSEN, "red": 10})
    assert send(it, "back")["said"] == one
    assert send(it, "back")["said"] == ""
    assert send(it, "back")["said"] == ""
    assert bench().state["said"] == ""


@pytest.mark.parametrize("chosen", [None, {}, {**CHOSEN, "red": 0}, {**CHOSEN, "red": "many"}])
def test_what_is_refused_changes_nothing(bench: Callable[[], Bench], chosen: Any) -> None:
    it = bench()
    before = send(it, "run", chosen=CHOSEN)
    after = send(it, "run", chosen=chosen)
    assert after["problem"] == {
        "at": "red",
        "text": "Red beads in the box: type a whole number from 1 to 50.",
    }
    assert (after["said"], after["tally"]) == (before["said"], before["tally"])


def test_a_turn_is_drawn_once(file: AnswerFile) -> None:
    drawn: list[int] = []

    class Figure:
        def _repr_html_(self) -> str:
            drawn.append(1)
            return "<p>drawn</p>"

    def plays(turns: Any, luck: int) -> Turn:
        return Turn("Done.", (Figure(),), DataFrame, {"a": "b"})

    it = Bench("t-lab", replace(LAB, play=plays), "box", 5, file)
    send(it, "run", chosen=CHOSEN)
    send(it, "take")
    refused = send(it, "run", chosen={})
    assert refused["figures"] == ["<p>drawn</p>"]
    assert len(drawn) == 1
    send(it, "run", chosen=CHOSEN)
    assert len(drawn) == 2


def test_luck_that_cannot_be_is_refused_and_the_turns_stay(bench: Callable[[], Bench]) -> None:
    it = bench()
    said = send(it, "run", chosen=CHOSEN)["said"]
    after = send(it, "again", luck=None)
    assert after["problem"]["at"] == "luck"
    assert after["said"] == said


def test_there_can_be_only_so_many(bench: Callable[[], Bench]) -> None:
    it = bench()
    for _ in range(LAB.most):
        assert send(it, "run", chosen=CHOSEN)["problem"] is None
    refused = send(it, "run", chosen=CHOSEN)
    assert refused["problem"]["text"].startswith(f"You have taken {LAB.most} runs")
    assert len(refused["tally"]["rows"]) == LAB.most


def test_two_tabs_lose_nothing(bench: Callable[[], Bench]) -> None:
    one, other = bench(), bench()
    send(one, "run", chosen=CHOSEN)
    both = send(other, "run", chosen={**CHOSEN, "red": 10})
    assert [row[1] for row in both["tally"]["rows"]] == ["20%", "10%"]
    assert "another tab" in both["note"]
    assert bench().state["tally"] == both["tally"]
    late = send(one, "back")  # it would take back what it has not seen
    assert late["tally"] == both["tally"]
    assert "another tab" in late["note"]


@pytest.mark.parametrize(
    "held", ["text", ("x",), ("5", "x"), ("5", '{"red": 99}'), ("0",), ("[]",), ("5", "[1]")]
)
def test_turns_that_no_longer_fit_do_no_harm(
    bench: Callable[[], Bench], file: AnswerFile, held: Any
) -> None:
    file.save("t-lab-turns", held)
    it = bench()
    assert "has changed" in it.state["note"]
    assert send(it, "run", chosen=CHOSEN)["said"].startswith("Run 1. ")


def test_a_file_that_cannot_be_written_is_told(
    bench: Callable[[], Bench], file: AnswerFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = bench()
    file.path.mkdir()
    state = send(it, "run", chosen=CHOSEN)
    assert state["said"].startswith("Run 1. ")
    assert "will be gone when you close the page" in state["note"]


def test_a_fault_in_a_lab_leaves_the_turns_as_they_were(
    file: AnswerFile, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(turns: Any, luck: int) -> Any:
        raise ZeroDivisionError

    it = Bench("t-lab", replace(LAB, play=fails), "box", 5, file)
    assert send(it, "run", chosen=CHOSEN)["problem"]["text"].startswith("That did not work")
    assert not file.path.exists()


def test_a_file_to_take_away_comes_only_after_a_turn(
    bench: Callable[[], Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    it = bench()
    sent: list[tuple[Any, Any]] = []
    monkeypatch.setattr(it, "send", lambda content, buffers=None: sent.append((content, buffers)))
    send(it, "take")
    assert sent == []
    send(it, "run", chosen=CHOSEN)
    send(it, "take")
    [(content, [data])] = [each for each in sent if each[0].get("do") == "keep"]
    assert content["name"] == "red-beads-1.csv"
    assert data.decode("utf-8-sig").startswith("date,day,worker,red beads")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": "beads"}, "There is no experiment 'beads'. There are \"coin_spin\""),
        ({"luck": 0}, "The luck of t-lab is 0. Give a number from 1 to 9999."),
        ({"luck": "x"}, "The luck of t-lab is 'x'."),
        ({"id": "T lab"}, "The id of this question does not work"),
        ({"id": "t" * 60}, "The id of this question does not work"),
    ],
)
def test_a_call_that_cannot_work_says_why(
    file: AnswerFile, given: dict[str, Any], words: str
) -> None:
    with pytest.raises(QuestionInvalid) as invalid:
        experiment(**{"name": "red_beads", "id": "t-lab", "answers": file, **given})
    assert str(invalid.value).startswith(words)


def test_each_experiment_has_its_lab_and_each_lab_is_an_experiment() -> None:
    labs = Path(import_module("qi_tools.teaching.labs").__file__ or "").parent
    assert sorted(EXPERIMENTS) == sorted(path.stem for path in labs.glob("[a-z]*.py"))


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_each_lab_is_whole(name: str) -> None:
    lab: Lab = import_module(f"qi_tools.teaching.labs.{name}").LAB
    assert lab.replies.keys() == lab.options.keys()
    assert len(lab.options) >= 2
    assert all((lab.about, lab.learn, lab.room))
    assert len({control.id for control in lab.controls}) == len(lab.controls)
    one, same, other = (lab.play((usual(lab),), luck) for luck in (4, 4, 5))
    assert (one.said, one.tally) == (same.said, same.tally)
    assert not one.table().equals(other.table())
    assert one.table().equals(same.table())
    assert one.figures


@pytest.mark.parametrize("name", EXPERIMENTS)
@settings(max_examples=15, deadline=None)
@given(st.data(), st.integers(1, 9999))
def test_anything_that_a_form_allows_can_be_played_and_shown(
    name: str, data: st.DataObject, luck: int
) -> None:
    lab: Lab = import_module(f"qi_tools.teaching.labs.{name}").LAB
    try:
        turn = lab.play((data.draw(chosen(lab)),), luck)
    except SettingRefused:  # two settings that do not go together: each lab tests its own
        return
    assert turn.said.endswith(".")
    assert len(turn.said) < 500
    for figure in turn.figures:
        html = figure if isinstance(figure, str) else figure._repr_html_()
        assert "nan" not in re.sub("<[^>]*>", " ", html).split()
    assert turn.tally


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_the_file_to_take_away_is_one_that_charts_read(name: str, tmp_path: Path) -> None:
    lab: Lab = import_module(f"qi_tools.teaching.labs.{name}").LAB
    table = lab.play((usual(lab),), 1).table()
    path = tmp_path / "taken.csv"
    path.write_bytes(csv_bytes(table))
    numbers = table.select_dtypes("number").columns[-1]
    measure = Measure.from_file(path, numbers, "date", simulated=True)
    assert len(measure.values) == len(table)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_lab_only_joins(name: str) -> None:
    """No lab computes with arrays or draws."""
    source = Path(import_module(f"qi_tools.teaching.labs.{name}").__file__ or "")
    names = {
        alias.name.partition(".")[0]
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert not names & {"numpy", "simpy", "matplotlib"}
