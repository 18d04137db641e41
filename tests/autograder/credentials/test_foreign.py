"""What verifiers that no one here wrote say of our badge, and of changed ones."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3.contexts import bundled_contexts
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openvc import VerificationPolicy, verify_credential
from openvc.errors import OpenvcError

from autograder.credentials.documents import Achieved, signed_badge
from autograder.credentials.keys import Issuer, create_issuer
from autograder.credentials.status import signed_list
from tests.outside_tools import NODE, NODE_MODULES

TESTS = Path(__file__).parents[2]
NPM = ["@digitalbazaar/vc", "@digitalcredentials/vc", "@digitalcredentials/verifier-core"]

Change = Callable[[dict[str, Any]], Any]
CHANGED: dict[str, Change] = {
    "another holder": lambda badge: badge["credentialSubject"]["identifier"][1].update(
        identityHash="Mal Ory"
    ),
    "a later end": lambda badge: badge.update(validUntil="2099-01-01T00:00:00Z"),
    "another result": lambda badge: badge["credentialSubject"]["result"][0].update(value="100"),
    "another title": lambda badge: badge["credentialSubject"]["achievement"].update(name="Expert"),
    "another place in the list": lambda badge: badge["credentialStatus"].update(
        statusListIndex="47"
    ),
    "no end": lambda badge: badge.pop("validUntil"),
    "no status": lambda badge: badge.pop("credentialStatus"),
}


@pytest.fixture(scope="module")
def lone(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    """An issuer of long ago: foreign verifiers judge by this computer's clock."""
    began = datetime.now(UTC) - timedelta(days=2)
    return create_issuer(tmp_path_factory.mktemp("lone"), "Riverside (simulated)", "x", began)


@pytest.fixture(scope="module")
def awarded(lone: Issuer, achieved: Achieved) -> dict[str, Any]:
    return signed_badge(
        lone,
        achieved,
        name="Sam Okoro",
        email="sam.okoro@example.org",
        place=46,
        awarded=datetime.now(UTC) - timedelta(days=1),
        valid_months=36,
    ).document


@pytest.fixture(scope="module")
def changed(awarded: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = {}
    for name, change in CHANGED.items():
        found[name] = json.loads(json.dumps(awarded))
        change(found[name])
    return found


def by_openbadgeslib(badge: dict[str, Any], lists: dict[str, Any]) -> None:
    verifier = OB3LdpVerifier.for_issuer_did(badge["issuer"]["id"])
    verifier.verify(
        json.dumps(badge),
        check_status=True,
        verify_status_list=False,
        download=lambda address, **_: json.dumps(lists[address]).encode(),
    )


def by_openvc(badge: dict[str, Any], lists: dict[str, Any]) -> None:
    verify_credential(
        badge,
        policy=VerificationPolicy(
            expected_types=["OpenBadgeCredential"], require_status_issuer_binding=True
        ),
        resolve_status_list=lists.__getitem__,
        extra_contexts=bundled_contexts(),
    )


@pytest.mark.parametrize("verify", [by_openbadgeslib, by_openvc])
def test_verifiers_in_python_accept_ours(
    verify: Any, awarded: dict[str, Any], lone: Issuer
) -> None:
    now = datetime.now(UTC)
    verify(awarded, {lone.status_list: signed_list(lone, [45, 47], now)})


@pytest.mark.parametrize("verify", [by_openbadgeslib, by_openvc])
@pytest.mark.parametrize("name", CHANGED)
def test_verifiers_in_python_refuse_a_changed_one(
    verify: Any, name: str, changed: dict[str, dict[str, Any]], lone: Issuer
) -> None:
    lists = {lone.status_list: signed_list(lone, (), datetime.now(UTC))}
    with pytest.raises((LibOpenBadgesException, OpenvcError)):
        verify(changed[name], lists)


@pytest.mark.parametrize("verify", [by_openbadgeslib, by_openvc])
def test_verifiers_in_python_see_that_it_was_withdrawn(
    verify: Any, awarded: dict[str, Any], lone: Issuer
) -> None:
    lists = {lone.status_list: signed_list(lone, [46], datetime.now(UTC))}
    with pytest.raises((LibOpenBadgesException, OpenvcError), match=r"revoked|is set"):
        verify(awarded, lists)


def by_npm(badges: dict[str, Any], status_list: dict[str, Any]) -> dict[str, Any]:
    if NODE is None:
        pytest.skip("NOT CHECKED by foreign verifiers: node is not installed")
    if not NODE_MODULES.is_dir():
        pytest.skip(
            "NOT CHECKED by foreign verifiers: their npm packages are missing "
            "(run: npm ci --prefix tests, or set QI_NODE_MODULES)"
        )
    done = subprocess.run(
        [NODE, str(TESTS / "node" / "verify.mjs")],
        input=json.dumps({"badges": badges, "statusList": status_list}).encode(),
        capture_output=True,
        env={**os.environ, "QI_NODE_MODULES": str(NODE_MODULES)},
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


@pytest.mark.node
def test_verifiers_from_npm_accept_ours_and_refuse_every_changed_one(
    awarded: dict[str, Any], changed: dict[str, dict[str, Any]], lone: Issuer
) -> None:
    clear = signed_list(lone, [45, 47], datetime.now(UTC))
    answers = by_npm({"as issued": awarded, **changed}, clear)
    assert sorted(answers) == sorted(NPM)
    for verifier, said in answers.items():
        verified = {name for name, answer in said.items() if answer["verified"]}
        assert verified == {"as issued"}, verifier
        assert not [
            address
            for answer in said.values()
            for address in answer["asked"]
            if not address.startswith("https://purl.imsglobal.org/spec/ob/v3p0/schema/")
        ]


@pytest.mark.node
def test_verifiers_from_npm_that_take_our_list_see_that_it_was_withdrawn(
    awarded: dict[str, Any], lone: Issuer
) -> None:
    answers = by_npm({"withdrawn": awarded}, signed_list(lone, [46], datetime.now(UTC)))
    for verifier in NPM[:2]:
        assert answers[verifier]["withdrawn"]["verified"] is False
