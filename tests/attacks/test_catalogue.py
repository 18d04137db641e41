"""The attacks can be made, and their proof tells success from failure."""

from __future__ import annotations

import ast
import json
import sys
import warnings
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from tests.attacks.attack import CELLS, HIDDEN, SIGNATURE, Aim, notebook_in
from tests.attacks.catalogue import ATTACKS
from tests.attacks.evidence import (
    ANSWERS,
    CODE,
    LARGE,
    PROBES,
    SECRET,
    Assessment,
    Evidence,
    attacked,
    prepare,
    runs_script,
    scene,
)

pytestmark = [
    pytest.mark.attack,
    pytest.mark.skipif(sys.platform != "linux", reason="the scene has Linux's sockets and files"),
]

NOTHING_GAINED = Evidence(
    score=0.0,
    neighbour_is_marked=True,
    earlier_is_kept=True,
    outputs="",
    kept=b"",
    told=b"",
    changed=(),
    alive=False,
    called=False,
)
GAINED: dict[Aim, dict[str, Any]] = {
    "score": {"score": float("nan")},
    "secret": {"kept": SECRET.encode()},
    "hidden tests": {"outputs": HIDDEN},
    "hidden tests told": {"told": HIDDEN.encode()},
    "damage": {"changed": ("source/waits.csv",)},
    "outlive": {"alive": True},
    "network": {"called": True},
    "escape": {"outputs": SIGNATURE},
    "exhaust": {"kept": bytes(LARGE + 1)},
    "script": {"told": f"<script>{SIGNATURE}</script>".encode()},
    "stop": {"neighbour_is_marked": False},
    "unmarked": {"score": None},
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Course roots in which only ``earlier`` was marked."""
    roots = {}
    for assessment in (CODE, ANSWERS):
        roots[assessment.name] = root = tmp_path_factory.mktemp(assessment.name) / "course"
        prepare(assessment, root)
    return roots


def test_there_are_many_attacks_on_everything() -> None:
    assert len(ATTACKS) > 300
    assert Counter(attack.name for attack in ATTACKS).most_common(1)[0][1] == 1
    assert {attack.aim for attack in ATTACKS} == set(get_args(Aim)) == set(PROBES) == set(GAINED)


@pytest.mark.parametrize("aim", PROBES)
def test_the_proof_of_an_aim_tells_success_from_failure(aim: Aim) -> None:
    assert not PROBES[aim](NOTHING_GAINED)
    for gained, change in GAINED.items():
        assert PROBES[gained](replace(NOTHING_GAINED, **change))
    assert PROBES[aim](replace(NOTHING_GAINED, **GAINED[aim]))


@pytest.mark.parametrize("assessment", [CODE, ANSWERS], ids=lambda each: each.name)
def test_attacks_change_only_their_own_work_before_they_are_marked(
    assessment: Assessment, prepared: dict[str, Path], tmp_path: Path
) -> None:
    attacks = [attack for attack in ATTACKS if attacked(attack) is assessment]
    with scene(attacks, prepared[assessment.name], tmp_path) as attackers:
        submitted = attackers.target.root / "submitted"
        for student, attack in attackers.attacks.items():
            if attack.route == "code":
                _compile_all(submitted / student / CODE.name)
        seen = attackers.evidence()
    assert set(seen.values()) == {
        replace(NOTHING_GAINED, score=None, neighbour_is_marked=False),
    }


def _compile_all(folder: Path) -> None:
    """A mistake in an attack's own code would pass for a safe marking."""
    cells = json.loads(notebook_in(folder).read_bytes())["cells"]
    for cell in cells:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") in CELLS:
            code = TransformerManager().transform_cell("".join(cell["source"]))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SyntaxWarning)
                compile(code, "cell", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


@pytest.mark.parametrize(
    "page",
    [
        f"<script>{SIGNATURE}</script>",
        f"<svg/onload='{SIGNATURE}'>",
        f'<a href="java\tscript:{SIGNATURE}">x</a>',
        f"<iframe srcdoc='{SIGNATURE}'>",
        f"<style>{SIGNATURE}</style>",
        f"<img src=https://example.org/{SIGNATURE}.png>",
    ],
)
def test_markup_that_a_browser_acts_on_is_found(page: str) -> None:
    assert runs_script(f"<html><body><p>{page}</p></body></html>")


def test_what_a_browser_only_shows_is_not_found() -> None:
    assert not runs_script(f"<p>&lt;script&gt;{SIGNATURE}&lt;/script&gt; {SIGNATURE}</p>")


@pytest.mark.parametrize("assessment", [CODE, ANSWERS], ids=lambda each: each.name)
def test_an_assessment_tells_blank_work_from_right(
    assessment: Assessment, prepared: dict[str, Path], tmp_path: Path
) -> None:
    blank = ATTACKS[0] if assessment is CODE else ATTACKS[-1]
    with scene([blank], prepared[assessment.name], tmp_path) as set_up:
        submitted = set_up.target.root / "submitted"
        right = {
            path.name: path.read_bytes()
            for path in (submitted / "neighbour").rglob("*.*")
            if path.is_file()
        }
        blank_one = {path.name for path in (submitted / set_up.target.student).rglob("*.*")}
    assert set(right) >= {f"{assessment.name}.ipynb"}
    assert b"median()" in right[f"{assessment.name}.ipynb"] or "answers.json" in right
    assert f"{assessment.name}.ipynb" in blank_one
