"""Every attack of the catalogue against our marking: none gets what it is after, none stops it."""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path

import pytest

from tests.attacks.attack import Attack
from tests.attacks.catalogue import ATTACKS
from tests.attacks.evidence import ANSWERS, CODE, attacked, prepare, scene, succeeded
from tests.attacks.our_marking import mark

pytestmark = [
    pytest.mark.attack,
    pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is for Linux"),
    pytest.mark.usefixtures("sandbox_here"),
]

#: So many attackers are in one class.
CLASS = 40
#: What a person is asked to look at is neither marked nor lost: the learner hands in again.
FOR_A_PERSON = ("SubmissionDamaged", "MarksUnclear", "Refused")

CLASSES = [
    pytest.param(list(group)[:], id=f"{route}-{number:02}")
    for route, of_route in groupby(
        sorted(ATTACKS, key=lambda attack: attack.route), key=lambda attack: attack.route
    )
    for number, group in groupby(enumerate(of_route), key=lambda each: each[0] // CLASS)
    for group in [[attack for _, attack in group]]
]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    roots = {}
    for assessment in (CODE, ANSWERS):
        roots[assessment.name] = root = tmp_path_factory.mktemp(assessment.name) / "course"
        prepare(assessment, root)
    return roots


@pytest.mark.parametrize("attacks", CLASSES)
def test_no_attack_gets_what_it_is_after(
    attacks: list[Attack], prepared: dict[str, Path], tmp_path: Path
) -> None:
    with scene(attacks, prepared[attacked(attacks[0]).name], tmp_path) as attackers:
        why = mark(attackers)
        seen = attackers.evidence()
    got = {
        f"{attack.name} ({attack.aim})": why.get(student)
        for student, attack in attackers.attacks.items()
        if succeeded(attack, seen[student])
        and not (attack.aim == "unmarked" and why.get(student, "").startswith(FOR_A_PERSON))
    }
    assert got == {}
    # Whoever was not marked is told why, in words that a person can act on.
    assert all(reason.startswith((*FOR_A_PERSON, "JobFailed")) for reason in why.values()), why
