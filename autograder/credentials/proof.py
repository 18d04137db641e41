"""Data Integrity proofs with Ed25519: signing a document, and checking its signature.

Two ways of writing a document down before it is hashed (W3C *Data Integrity EdDSA Cryptosuites
v1.0*, 2025): ``eddsa-rdfc-2022`` signs the facts that the document states, and every Open Badges
verifier reads it; ``eddsa-jcs-2022`` signs the document's own text, for what only our tools read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pyld import jsonld

from autograder.credentials import contexts
from course.errors import Refused
from course.seal import base58, from_base58

RDFC = "eddsa-rdfc-2022"
JCS = "eddsa-jcs-2022"

_SIGNATURE_BYTES = 64


class ProofBroken(Refused):
    """A signature does not belong to the document that carries it."""


class Signer(Protocol):
    """Whatever holds a private key: a file here, a key service elsewhere."""

    @property
    def method(self) -> str:
        """The address of the public key, such as ``did:key:z6Mk…#z6Mk…``."""

    def sign(self, data: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature of some bytes."""


def facts(document: Mapping[str, Any]) -> bytes:
    """Return the facts that a JSON-LD document states, in canonical order (RDFC-1.0).

    Returns
    -------
    bytes
        N-Quads in UTF-8.

    Raises
    ------
    ProofBroken
        If it is not JSON-LD.
    CourseError
        If it names a vocabulary that is not installed: nothing is fetched.
    """
    for address in document["@context"]:
        contexts.context(address)
    options = {
        "algorithm": "URDNA2015",  # PyLD's name for RDFC-1.0
        "format": "application/n-quads",
        "documentLoader": contexts.loader,
    }
    try:
        quads: str = jsonld.normalize(dict(document), options)
        return quads.encode("utf-8")
    except (jsonld.JsonLdError, ValueError, TypeError, RecursionError) as why:
        raise ProofBroken(
            "The signature can't be checked: the file does not state its facts in the way that "
            "our badges do. Ask for the file as it was issued."
        ) from why


def own_text(document: Mapping[str, Any]) -> bytes:
    """Return a document's canonical text (RFC 8785).

    Raises
    ------
    ProofBroken
        If it holds something that has no canonical text.

    Examples
    --------
    >>> own_text({"b": "2", "a": "1"})
    b'{"a":"1","b":"2"}'
    """
    try:
        return rfc8785.dumps(dict(document))
    except (rfc8785.CanonicalizationError, RecursionError) as why:
        raise ProofBroken(
            "The signature can't be checked: the file holds something that can't be signed. "
            "Ask for the file as it was issued."
        ) from why


_WRITTEN: Mapping[str, Callable[[Mapping[str, Any]], bytes]] = {RDFC: facts, JCS: own_text}


def hash_data(document: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    """Return what is signed: the hash of the proof's options, then that of the document.

    Parameters
    ----------
    document : mapping
        The document without its proof.
    options : mapping
        The proof without its ``proofValue``.

    Returns
    -------
    bytes
        64 bytes.
    """
    written = _WRITTEN[options["cryptosuite"]]
    context = {"@context": document["@context"]} if "@context" in document else {}
    return (
        hashlib.sha256(written({**options, **context})).digest()
        + hashlib.sha256(written(document)).digest()
    )


def add_proof(
    document: Mapping[str, Any], signer: Signer, created: str, cryptosuite: str
) -> dict[str, Any]:
    """Return a signed copy of a document.

    Parameters
    ----------
    document : mapping
        A document without a proof.
    signer : Signer
        Who signs.
    created : str
        When, as ``2026-11-23T14:00:00Z``.
    cryptosuite : {"eddsa-rdfc-2022", "eddsa-jcs-2022"}
        How the document is written down before it is hashed.
    """
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": cryptosuite,
        "created": created,
        "verificationMethod": signer.method,
        "proofPurpose": "assertionMethod",
    }
    signature = signer.sign(hash_data(document, options))
    return {**document, "proof": {**options, "proofValue": "z" + base58(signature)}}


def check_proof(document: Mapping[str, Any], key: Ed25519PublicKey) -> None:
    """Check that a document's proof is the signature of one key over exactly this document.

    Which key is trusted, and which shape is allowed, are the caller's to decide beforehand.

    Raises
    ------
    ProofBroken
        If it is not.
    """
    proof = document["proof"]
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    check_signature(proof["proofValue"], hash_data(unsigned, options), key)


def check_signature(signature: str, data: bytes, key: Ed25519PublicKey) -> None:
    """Check a signature in Multibase base58 (``z…``) over some bytes.

    Raises
    ------
    ProofBroken
        If it is damaged, or another key's, or over other bytes.
    """
    try:
        raw = from_base58(signature.removeprefix("z"))
        # One signature has one spelling: a second one would be a change that nobody notices.
        if len(raw) != _SIGNATURE_BYTES or "z" + base58(raw) != signature:
            raise InvalidSignature
        key.verify(raw, data)
    except (InvalidSignature, Refused) as why:
        raise ProofBroken(
            "The signature does not match: the file was changed after it was signed, or was "
            "signed by someone else. Ask for the file as it was issued."
        ) from why
