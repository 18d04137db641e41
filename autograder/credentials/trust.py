"""The trust file: whom a verifier trusts, in one signed document that needs no network.

It names the issuer, the issuer's keys with the time in which each was in use, the list of
withdrawn certificates, and how far the ledger had got. A verifier pins it: it comes from the
organisation itself, never from whoever shows a certificate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from autograder.credentials import moments
from autograder.credentials.keys import Issuer
from autograder.credentials.profile import ISSUER_ID, KEY_ID, ORGANISATION, exactly, line
from autograder.credentials.proof import JCS, add_proof, check_proof
from autograder.credentials.status import check_list
from course.document import (
    SCHEMA,
    Document,
    DocumentInvalid,
    moment,
    or_nothing,
    rows,
    table,
    text,
    whole,
    yes_or_no,
)
from course.errors import Refused
from course.seal import multikey, public_key


class TrustBroken(DocumentInvalid):
    """A trust file is damaged, was changed, or is someone else's."""


def _members(members: Mapping[str, Any]) -> Document:
    return Document(
        "trust file",
        members,
        way_out="Get it again from the organisation that issues the certificates.",
        limit=4 * 1024 * 1024,
        error=TrustBroken,
    )


_MULTIKEY = text("z6Mk[1-9A-HJ-NP-Za-km-z]{44}", "an Ed25519 key, z6Mk…")
_BUNDLE = _members(
    {
        "schema": SCHEMA,
        "kind": exactly("trust"),
        "issuer": table(),
        "root": _MULTIKEY,
        "keys": rows(100),
        "status_lists": rows(100),
        "ledger": table(),
        "made_at": moment(),
        "proof": table(),
    }
)
_ISSUER = _members({"id": ISSUER_ID, "name": ORGANISATION})
_KEY = _members(
    {
        "id": KEY_ID,
        "key": _MULTIKEY,
        "from": moment(),
        "until": or_nothing(moment()),
        "compromised": yes_or_no(),
    }
)
_LEDGER = _members({"rows": whole(0, 10**9), "head": text("[0-9a-f]{64}", "64 hexadecimal digits")})
_PROOF = _members(
    {
        "type": exactly("DataIntegrityProof"),
        "cryptosuite": exactly(JCS),
        "created": moment(),
        "verificationMethod": line(500),
        "proofPurpose": exactly("assertionMethod"),
        "proofValue": text("z[1-9A-HJ-NP-Za-km-z]{80,90}", "a signature that begins with z"),
    }
)


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """One key of an issuer.

    Parameters
    ----------
    id : str
        Its address, as proofs name it.
    key : str
        The public key, as a Multikey.
    since : str
        When it began to be used, in UTC.
    until : str or None
        When it stopped being used; None while it is in use.
    compromised : bool
        Whether it was stolen: then nothing that it signed can be told from a forgery.
    """

    id: str
    key: str
    since: str
    until: str | None
    compromised: bool

    @property
    def public(self) -> Ed25519PublicKey:
        """The key that checks signatures."""
        return public_key(self.key)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a ledger had got: the number of its rows, and the hash of the last."""

    rows: int
    head: str


@dataclass(frozen=True, slots=True)
class TrustBundle:
    """Whom a verifier trusts.

    Parameters
    ----------
    issuer : str
        The issuer's address.
    name : str
        The organisation.
    root : str
        The key that signed this file, as a Multikey: compare it with the one you were told.
    keys : tuple of TrustedKey
        The issuer's keys, past and present.
    status_lists : tuple of dict
        The signed lists of withdrawn certificates.
    ledger : Checkpoint
        How far the ledger had got.
    made_at : str
        When it was signed.
    """

    issuer: str
    name: str
    root: str
    keys: tuple[TrustedKey, ...]
    status_lists: tuple[dict[str, Any], ...]
    ledger: Checkpoint
    made_at: str

    def key(self, method: str) -> TrustedKey | None:
        """Return the key of an address, exactly as written; None if there is none."""
        return next((key for key in self.keys if key.id == method), None)

    def status_list(self, address: str) -> dict[str, Any] | None:
        """Return the list of withdrawn certificates of an address; None if there is none."""
        return next((found for found in self.status_lists if found["id"] == address), None)


def trust_document(
    issuer: Issuer, status_list: Mapping[str, Any], ledger: Checkpoint, now: datetime
) -> dict[str, Any]:
    """Return the signed trust file of an issuer, as plain values.

    A lone machine has one key, which signs certificates and this file alike. An organisation
    keeps a root key apart; readers take either, for the file names its root.

    Parameters
    ----------
    issuer : Issuer
        Whom to trust.
    status_list : mapping
        The signed list of withdrawn certificates.
    ledger : Checkpoint
        How far the ledger has got.
    now : datetime
        When it is signed.
    """
    document = {
        "schema": 1,
        "kind": "trust",
        "issuer": {"id": issuer.id, "name": issuer.name},
        "root": multikey(issuer.public_key),
        "keys": [
            {
                "id": issuer.method,
                "key": multikey(issuer.public_key),
                "from": issuer.since,
                "until": None,
                "compromised": False,
            }
        ],
        "status_lists": [dict(status_list)],
        "ledger": {"rows": ledger.rows, "head": ledger.head},
        "made_at": moments.stamp(now),
    }
    return add_proof(document, issuer, moments.stamp(now), JCS)


def read_trust(data: bytes, root: str | None = None) -> TrustBundle:
    """Read a trust file strictly and check its signature.

    Parameters
    ----------
    data : bytes
        The file.
    root : str, optional
        The key that must have signed it, as a Multikey, if the organisation told it beforehand.

    Raises
    ------
    TrustBroken
        If it is damaged, was changed after it was signed, or is not signed by that key.
    """
    document = _BUNDLE.read(data)
    issuer = _ISSUER.check(document["issuer"], "issuer")
    for place, key in enumerate(document["keys"]):
        _check_key(_KEY.check(key, f"keys[{place}]"), issuer["id"])
    if len({key["id"] for key in document["keys"]}) < len(document["keys"]):
        _BUNDLE.refuse("it names a key twice")
    for place, status_list in enumerate(document["status_lists"]):
        if not isinstance(status_list, dict):
            _BUNDLE.refuse(f"status_lists[{place}] must be a table of named values")
        check_list(status_list)
    ledger = _LEDGER.check(document["ledger"], "ledger")
    _PROOF.check(document["proof"], "proof")
    if root is not None and document["root"] != root:
        _BUNDLE.refuse(f"it is signed by {document['root']}, not by the key you named")
    try:
        check_proof(document, public_key(document["root"]))
    except Refused:
        _BUNDLE.refuse("it was changed after it was signed")
    return TrustBundle(
        issuer=issuer["id"],
        name=issuer["name"],
        root=document["root"],
        keys=tuple(
            TrustedKey(key["id"], key["key"], key["from"], key["until"], key["compromised"])
            for key in document["keys"]
        ),
        status_lists=tuple(document["status_lists"]),
        ledger=Checkpoint(ledger["rows"], ledger["head"]),
        made_at=document["made_at"],
    )


def _check_key(key: dict[str, Any], issuer: str) -> None:
    if not key["id"].startswith(f"{issuer}#"):
        _BUNDLE.refuse("one of its keys is not its issuer's")
    if issuer.startswith("did:key:") and key["key"] != issuer.removeprefix("did:key:"):
        _BUNDLE.refuse("one of its keys is not the one that its issuer's address names")
