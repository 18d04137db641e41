"""The experiment of lesson A3: every way through it works, and is the same each time."""

import ast
import re
from itertools import product

import pytest

from course.folders import MODULES
from course.notebook import read_notebook
from qi_tools.answers import AnswerFile
from qi_tools.teaching.frames import Stepper

NOTEBOOK = read_notebook(MODULES / "1_all_staff" / "a3_test_small.ipynb")
CHANGES = ("coin", "surface", "way")
ACTS = ("adopt", "adapt", "abandon")


def opened(folder, monkeypatch, *names):
    """Run the set-up and the named cells, and give back what each of these shows."""
    monkeypatch.chdir(folder)
    known = {}
    shown = []
    for cell in NOTEBOOK.cells:
        if cell.id in {"set-up", *names}:
            *most, last = cell.tree.body
            exec(compile(ast.Module(most, []), cell.id, "exec"), known)
            if isinstance(last, ast.Expr):
                shown.append(eval(compile(ast.Expression(last.value), cell.id, "eval"), known))
            else:
                exec(compile(ast.Module([last], []), cell.id, "exec"), known)
    return shown


def parts(widget):
    """Give the parts that a prediction has unlocked, however deep, in the order of the page."""
    children = getattr(widget, "children", None)
    if children is None:
        return [widget]
    return [part for child in children for part in parts(child)]


def words(widgets):
    return "\n".join(
        part.content.get("question") or part.content.get("title") or part.content["html"]
        for widget in widgets
        for part in parts(widget)
    )


def frames(widget):
    return [part.content["frames"] for part in parts(widget) if isinstance(part, Stepper)]


@pytest.fixture
def answered(tmp_path):
    def save(**given):
        (tmp_path / "answers.json").unlink(missing_ok=True)
        answers = AnswerFile(tmp_path / "answers.json")
        for name, value in given.items():
            answers.save(f"a3-{name.replace('_', '-')}", value)
        return tmp_path

    return save


def test_nothing_is_to_be_seen_before_the_first_guess(tmp_path, monkeypatch):
    shown = opened(tmp_path, monkeypatch, "a3-first-guess", "a3-plan-1", "a3-kit")
    assert [len(parts(each)) for each in shown] == [1, 1, 1]


@pytest.mark.parametrize(("change", "act_1", "act_2"), list(product(CHANGES, ACTS, ACTS)))
def test_every_way_through_the_two_cycles_works(answered, monkeypatch, change, act_1, act_2):
    folder = answered(plan_1=change, guess_1=12, act_1=act_1, guess_2=60, act_2=act_2)
    (shown,) = opened(folder, monkeypatch, "a3-plan-1")
    told = words([shown])
    assert "could not be shown" not in told
    assert [len(each) for each in frames(shown)] == [9, 9]
    for number, each in enumerate(frames(shown), start=2):
        assert f"Round {number} (" in each[-1]["html"]
        assert "so far" in each[-2]["html"]
        assert "beat that" in each[-1]["caption"]
    assert "In cycle 3 you would ask" in told
    assert f"<td>{act_1.capitalize()}</td><td>{act_2.capitalize()}</td>" in told


def test_it_is_the_same_when_the_page_is_opened_again(answered, monkeypatch):
    folder = answered(
        first_guess=5, plan_1="way", guess_1=8, act_1="adopt", guess_2=9, act_2="adapt"
    )
    once, again = (
        [frames(each) for each in opened(folder, monkeypatch, "a3-first-guess", "a3-plan-1")]
        for _ in range(2)
    )
    assert once == again
    assert [len(each) for each in once] == [1, 2]


def test_a_guess_changes_what_is_said_and_no_spin(answered, monkeypatch):
    def first_round(guess):
        folder = answered(first_guess=guess)
        (shown,) = opened(folder, monkeypatch, "a3-first-guess")
        return [frame["caption"] for frame in frames(shown)[0]]

    low, high = first_round(1), first_round(60)
    assert low[:-1] == high[:-1]
    assert "You guessed 1: too low by" in low[-1]
    assert "You guessed 60: too high by" in high[-1]


def test_kits_story_is_what_the_spins_show(answered, monkeypatch):
    (shown,) = opened(answered(kit="coin"), monkeypatch, "a3-kit")
    told = words([shown])
    kit = float(re.search(r"to (\d+\.\d) seconds", told)[1])
    revealed = told.partition("Here is each change alone")[2]
    before, tray, hands, coin = map(float, re.findall(r"\d+\.\d", revealed)[:4])
    assert coin < before < min(tray, hands)
    assert before < kit
