from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from autograder.credentials.keys import Issuer
from autograder.credentials.proof import JCS, add_proof
from autograder.credentials.status import signed_list
from autograder.credentials.trust import Checkpoint, TrustBroken, read_trust, trust_document
from course.document import DocumentInvalid
from course.seal import multikey


@pytest.fixture
def document(issuer: Issuer, now: datetime) -> dict[str, Any]:
    return trust_document(issuer, signed_list(issuer, (), now), Checkpoint(3, "cd" * 32), now)


def resigned(document: dict[str, Any], issuer: Issuer) -> bytes:
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    return json.dumps(add_proof(unsigned, issuer, "2026-11-23T14:00:00Z", JCS)).encode()


def test_it_names_the_issuer_the_keys_the_list_and_the_ledger(
    document: dict[str, Any], issuer: Issuer
) -> None:
    trust = read_trust(json.dumps(document).encode(), multikey(issuer.public_key))
    assert (trust.issuer, trust.name) == (issuer.id, "Riverside Health (simulated)")
    key = trust.key(issuer.method)
    assert key is not None
    assert (key.key, key.since, key.until, key.compromised) == (
        *(multikey(issuer.public_key), "2026-11-01T09:00:00Z"),
        *(None, False),
    )
    assert trust.status_list(issuer.status_list) == document["status_lists"][0]
    assert trust.ledger == Checkpoint(3, "cd" * 32)
    assert trust.key(issuer.id + "#z6MkAttacker") is None
    assert trust.status_list("urn:uuid:other") is None


def test_every_change_breaks_it(document: dict[str, Any]) -> None:
    def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        pairs = (
            value.items() if isinstance(value, dict)
            else enumerate(value) if isinstance(value, list) else ()
        )  # fmt: skip
        found = [path] if path and not isinstance(value, dict | list) else []
        return found + [deeper for key, each in pairs for deeper in paths(each, (*path, key))]

    every = paths(document)
    assert len(every) > 30
    for *parents, last in every:
        changed = json.loads(json.dumps(document))
        place = changed
        for step in parents:
            place = place[step]
        for value in (f"{place[last]}x", None if place[last] else "x"):
            place[last] = value
            with pytest.raises(DocumentInvalid):
                read_trust(json.dumps(changed).encode())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda trust: trust.update(extra=1), "extra doesn't belong"),
        (lambda trust: trust.pop("keys"), "keys is missing"),
        (lambda trust: trust["keys"].append(trust["keys"][0]), "names a key twice"),
        (
            lambda trust: trust["keys"][0].update(id="did:web:other.example#key-2026-01"),
            "one of its keys is not its issuer's",
        ),
        (
            lambda trust: trust["keys"][0].update(
                key=multikey(Ed25519PrivateKey.generate().public_key())
            ),
            "not the one that its issuer's address names",
        ),
        (lambda trust: trust["status_lists"].append("x"), r"status_lists\[1\] must be a table"),
    ],
)
def test_signed_or_not_it_has_one_shape(
    document: dict[str, Any], issuer: Issuer, change: Callable[[Any], Any], said: str
) -> None:
    change(document)
    with pytest.raises(TrustBroken, match=said):
        read_trust(resigned(document, issuer))


def test_another_root_than_the_one_told_is_refused(
    document: dict[str, Any], issuer: Issuer
) -> None:
    other = multikey(Ed25519PrivateKey.generate().public_key())
    with pytest.raises(TrustBroken, match="not by the key you named"):
        read_trust(json.dumps(document).encode(), other)
    # Someone else's signature under the right name.
    document["root"] = other
    with pytest.raises(TrustBroken, match="was changed after it was signed"):
        read_trust(resigned(document, issuer))


def test_duplicate_members_and_size_are_refused(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    with pytest.raises(TrustBroken, match="it names root twice"):
        read_trust(text.replace('"root":', '"root": "x", "root":', 1).encode())
    with pytest.raises(TrustBroken, match="at most"):
        read_trust(b" " * (4 * 1024 * 1024 + 1))
