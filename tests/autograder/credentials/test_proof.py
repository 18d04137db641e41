"""The anchor is outside: W3C's published vectors, byte for byte, for both suites."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from autograder.credentials import contexts
from autograder.credentials.keys import Issuer
from autograder.credentials.proof import (
    JCS,
    RDFC,
    ProofBroken,
    add_proof,
    check_proof,
    check_signature,
    hash_data,
)
from course.seal import base58, from_base58, multikey, public_key

W3C = json.loads((Path(__file__).parent / "w3c_eddsa.json").read_text(encoding="utf-8"))
SUITES = sorted(W3C["vectors"])
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"


class W3CSigner:
    """The published test key of the Recommendation."""

    method = f"did:key:{W3C['publicKeyMultibase']}#{W3C['publicKeyMultibase']}"

    def __init__(self) -> None:
        raw = from_base58(W3C["privateKeyMultibase"].removeprefix("z"))
        assert raw[:2] == b"\x80\x26"  # multicodec ed25519-priv
        self.key = Ed25519PrivateKey.from_private_bytes(raw[2:])

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(data)


@pytest.fixture
def _examples_context(monkeypatch: pytest.MonkeyPatch) -> None:
    """Serve the one vocabulary that only the vectors use."""
    shipped = contexts.context

    def context(address: str) -> dict[str, Any]:
        found: dict[str, Any] = W3C["examplesContext"] if address == EXAMPLES else shipped(address)
        return found

    monkeypatch.setattr(contexts, "context", context)


def options(suite: str) -> dict[str, Any]:
    return {
        "type": "DataIntegrityProof",
        "cryptosuite": suite,
        "created": W3C["created"],
        "verificationMethod": W3CSigner.method,
        "proofPurpose": "assertionMethod",
    }


def test_the_published_key_pair_belongs_together() -> None:
    assert multikey(W3CSigner().key.public_key()) == W3C["publicKeyMultibase"]


@pytest.mark.usefixtures("_examples_context")
@pytest.mark.parametrize("suite", SUITES)
def test_both_hashes_are_those_of_the_recommendation(suite: str) -> None:
    vector = W3C["vectors"][suite]
    expected = vector["proofHash"] + vector["documentHash"]
    assert hash_data(W3C["document"], options(suite)).hex() == expected


@pytest.mark.usefixtures("_examples_context")
@pytest.mark.parametrize("suite", SUITES)
def test_the_proof_value_is_that_of_the_recommendation_byte_for_byte(suite: str) -> None:
    signed = add_proof(W3C["document"], W3CSigner(), W3C["created"], suite)
    assert signed["proof"]["proofValue"] == W3C["vectors"][suite]["proofValue"]
    check_proof(signed, public_key(W3C["publicKeyMultibase"]))


@pytest.mark.parametrize("suite", [RDFC, JCS])
def test_a_changed_document_does_not_verify(suite: str, issuer: Issuer) -> None:
    document = {"@context": [contexts.CREDENTIALS], "id": "urn:uuid:1", "name": "a"}
    signed = add_proof(document, issuer, "2026-11-23T14:00:00Z", suite)
    check_proof(signed, issuer.public_key)
    for changed in (
        {**signed, "name": "b"},
        {**signed, "proof": {**signed["proof"], "created": "2026-11-23T14:00:01Z"}},
    ):
        with pytest.raises(ProofBroken, match="was changed after it was signed"):
            check_proof(changed, issuer.public_key)
    with pytest.raises(ProofBroken):
        check_proof(signed, Ed25519PrivateKey.generate().public_key())


@given(st.binary(min_size=1, max_size=50), st.data())
def test_a_signature_has_one_spelling(data: bytes, draw: st.DataObject) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    signature = "z" + base58(key.sign(data))
    check_signature(signature, data, key.public_key())
    place = draw.draw(st.integers(0, len(signature) - 1))
    other = draw.draw(st.characters(codec="utf-8").filter(lambda c: c != signature[place]))
    for changed in (
        signature[:place] + other + signature[place + 1 :],
        "z1" + signature[1:],
        signature[1:],
        signature + "1",
        "",
    ):
        with pytest.raises(ProofBroken):
            check_signature(changed, data, key.public_key())


def test_what_is_not_json_ld_is_refused(issuer: Issuer) -> None:
    with pytest.raises(ProofBroken, match="does not state its facts"):
        add_proof(
            {"@context": [contexts.CREDENTIALS], "id": 7}, issuer, "2026-11-23T14:00:00Z", RDFC
        )


def test_what_has_no_canonical_text_is_refused(issuer: Issuer) -> None:
    with pytest.raises(ProofBroken, match="can't be signed"):
        add_proof({"n": float("nan")}, issuer, "2026-11-23T14:00:00Z", JCS)
