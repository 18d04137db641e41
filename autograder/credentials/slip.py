"""The slip: a short signed copy of a certificate, small enough for a square code on paper.

A compact JWS (RFC 7515) with EdDSA. Its payload holds ``iss`` (issuer), ``jti`` (the badge's
address), ``nbf`` and ``exp`` (seconds since 1970), ``name`` (holder), ``award`` (title), ``list``
and ``place`` (where to look whether it was withdrawn) and ``hash``, the base64url SHA-256 of the
badge's canonical text. The header names the key.
On a lone machine the code holds the slip alone, without a web address.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from autograder.credentials import moments
from autograder.credentials.profile import HOLDER, ISSUER_ID, LIST_BITS, LIST_ID, Badge, exactly
from autograder.credentials.profile import line as one_line
from autograder.credentials.proof import ProofBroken, Signer
from course.document import Document, DocumentInvalid, text, whole

_LONGEST = 4096
_SECONDS = whole(0, 253_402_300_799)  # to the end of the year 9999


class SlipInvalid(DocumentInvalid):
    """A slip is damaged, or is not one of ours."""


def _members(members: dict[str, Any]) -> Document:
    return Document(
        "square code's text",
        members,
        way_out="Scan the code again, or ask for the certificate's file.",
        limit=_LONGEST,
        error=SlipInvalid,
    )


_HEADER = _members({"alg": exactly("EdDSA"), "kid": one_line(500), "typ": exactly("qi-slip")})
_PAYLOAD = _members(
    {
        "iss": ISSUER_ID,
        "jti": text("urn:uuid:[0-9a-f-]{36}", "an address of the form urn:uuid:…"),
        "nbf": _SECONDS,
        "exp": _SECONDS,
        "name": HOLDER,
        "award": one_line(200),
        "list": LIST_ID,
        "place": whole(0, LIST_BITS - 1),
        "hash": text("[A-Za-z0-9_-]{43}", "a hash"),
    }
)


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip whose shape is right; whether it is true is for `autograder.verify` to say."""

    issuer: str
    method: str
    id: str
    valid_from: int
    valid_until: int
    holder: str
    title: str
    status_list: str
    status_index: int
    badge_hash: str
    _signed: bytes
    _signature: bytes

    def check(self, key: Ed25519PublicKey) -> None:
        """Check the signature.

        Raises
        ------
        ProofBroken
            If it is not this key's.
        """
        try:
            key.verify(self._signature, self._signed)
        except InvalidSignature as why:
            raise ProofBroken(
                "The signature of the square code does not match: it was changed, or was signed "
                "by someone else. Ask for the certificate's file."
            ) from why


def badge_hash(badge: Badge) -> str:
    """Return the hash by which a slip names a badge."""
    return _encode(hashlib.sha256(rfc8785.dumps(badge.document)).digest())


def write_slip(badge: Badge, signer: Signer) -> str:
    """Return the slip of a badge, signed."""
    header = {"alg": "EdDSA", "kid": _short(badge.method), "typ": "qi-slip"}
    payload = {
        "iss": badge.issuer["id"],
        "jti": badge.id,
        "nbf": int(moments.read(badge.valid_from).timestamp()),
        "exp": int(moments.read(badge.valid_until).timestamp()),
        "name": badge.holder,
        "award": badge.title,
        "list": badge.status_list,
        "place": badge.status_index,
        "hash": badge_hash(badge),
    }
    signed = f"{_encode(rfc8785.dumps(header))}.{_encode(rfc8785.dumps(payload))}"
    return f"{signed}.{_encode(signer.sign(signed.encode('ascii')))}"


def read_slip(slip: bytes) -> Slip:
    """Read a slip strictly.

    Raises
    ------
    SlipInvalid
        If it is too long, damaged, or holds anything but what our slips hold.
    """
    if len(slip) > _LONGEST:
        _HEADER.refuse(f"it has {len(slip):,} bytes; at most {_LONGEST:,} are allowed")
    parts = slip.split(b".")
    if len(parts) != 3:
        _HEADER.refuse("it is not in three parts")
    header, payload, signature = (_decode(part) for part in parts)
    head, body = _HEADER.read(header), _PAYLOAD.read(payload)
    if len(signature) != 64:
        _HEADER.refuse("it is damaged")
    return Slip(
        issuer=body["iss"],
        method=body["iss"] + head["kid"],
        id=body["jti"],
        valid_from=body["nbf"],
        valid_until=body["exp"],
        holder=body["name"],
        title=body["award"],
        status_list=body["list"],
        status_index=body["place"],
        badge_hash=body["hash"],
        _signed=b".".join(parts[:2]),
        _signature=signature,
    )


def _short(method: str) -> str:
    """Return a key's address without the issuer's, which the slip already names."""
    return method[method.index("#") :]


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decode(part: bytes) -> bytes:
    try:
        data = base64.b64decode(part + b"=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        _HEADER.refuse("it is damaged")
    if _encode(data).encode("ascii") != part:  # one slip has one spelling
        _HEADER.refuse("it is damaged")
    return data
