"""Small documents that travel between learner and desk, sealed by a signature.

A sealed document carries a payload, the signature of its canonical form (RFC 8785) and the signer's
public key as a Multikey. Only our own tools read these files.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from course.document import Document, DocumentInvalid, table, words
from course.errors import Refused

#: The largest sealed document, in bytes: a certificate page and its badge fit many times over.
LARGEST_SEALED = 8 * 1024 * 1024

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519_PREFIX = b"\xed\x01"  # multicodec ed25519-pub
_SIGNATURE_BYTES = 64
_LONGEST_BASE58 = 200  # decoding takes time with the square of the length


class SealBroken(DocumentInvalid):
    """A sealed document was changed, or was sealed by someone else."""


_SEALED = Document(
    "sealed file",
    {"payload": table(), "signature": words(_LONGEST_BASE58), "key": words(_LONGEST_BASE58)},
    way_out="Ask the desk to send it again.",
    limit=LARGEST_SEALED,
    error=SealBroken,
)


def base58(data: bytes) -> str:
    """Return bytes in base58 with Bitcoin's alphabet, as Multibase's ``z`` form uses it.

    Examples
    --------
    >>> base58(b"Hello World!")
    '2NEpo7TZRRrLZSi2U'
    """
    rest = int.from_bytes(data, "big")
    digits = ""
    while rest:
        rest, digit = divmod(rest, 58)
        digits = _ALPHABET[digit] + digits
    return _ALPHABET[0] * (len(data) - len(data.lstrip(b"\0"))) + digits


def from_base58(digits: str) -> bytes:
    """Return the bytes that a base58 text stands for.

    Raises
    ------
    Refused
        If a character is not in the alphabet, or the text is longer than 200 characters.

    Examples
    --------
    >>> from_base58("2NEpo7TZRRrLZSi2U")
    b'Hello World!'
    """
    if len(digits) > _LONGEST_BASE58 or any(digit not in _ALPHABET for digit in digits):
        raise Refused("This key or signature is damaged. Copy it again, whole.")
    value = 0
    for digit in digits:
        value = value * 58 + _ALPHABET.index(digit)
    zeros = len(digits) - len(digits.lstrip(_ALPHABET[0]))
    return b"\0" * zeros + value.to_bytes((value.bit_length() + 7) // 8, "big")


def multikey(key: Ed25519PublicKey) -> str:
    """Return a public key as a Multikey, ``z6Mk…`` (W3C Controlled Identifiers 1.0).

    Examples
    --------
    >>> multikey(Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key())
    'z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp'
    """
    return "z" + base58(_ED25519_PREFIX + key.public_bytes_raw())


def public_key(multikey_text: str) -> Ed25519PublicKey:
    """Return the public key that a Multikey stands for.

    Raises
    ------
    Refused
        If the text is not an Ed25519 Multikey.
    """
    data = from_base58(multikey_text[1:]) if multikey_text.startswith("z") else b""
    if len(data) != 34 or not data.startswith(_ED25519_PREFIX):
        raise Refused(
            "This is not a public key of the desk; it must begin with z6Mk. Copy it again, whole."
        )
    return Ed25519PublicKey.from_public_bytes(data[2:])


def seal(payload: Mapping[str, Any], key: Ed25519PrivateKey) -> bytes:
    """Return a document with its payload, signed.

    Parameters
    ----------
    payload : mapping
        Plain values only: text, numbers below 2**53 in size, true, false, null, lists and tables.
    key : Ed25519PrivateKey
        The signer's key.

    Returns
    -------
    bytes
        UTF-8 JSON in canonical form, so the same payload and key give the same bytes.
    """
    signature = key.sign(rfc8785.dumps(dict(payload)))
    return rfc8785.dumps(
        {
            "payload": dict(payload),
            "signature": "z" + base58(signature),
            "key": multikey(key.public_key()),
        }
    )


def open_sealed(data: bytes, trusted_key: str) -> dict[str, Any]:
    """Return a sealed document's payload, once its signature is seen to be the trusted key's.

    Parameters
    ----------
    data : bytes
        The document, at most 8 MiB.
    trusted_key : str
        The Multikey that must have signed it. The key inside the document is never trusted.

    Raises
    ------
    SealBroken
        If the document is damaged, was changed, or was signed by another key.

    Examples
    --------
    >>> key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    >>> open_sealed(seal({"score": 7}, key), multikey(key.public_key()))
    {'score': 7}
    """
    document = _SEALED.read(data)
    if document["key"] != trusted_key:
        _SEALED.refuse("it was not sealed by your organisation's desk")
    try:
        signature = from_base58(document["signature"].removeprefix("z"))
        if document["signature"] != "z" + base58(signature) or len(signature) != _SIGNATURE_BYTES:
            raise InvalidSignature
        public_key(trusted_key).verify(signature, rfc8785.dumps(document["payload"]))
    except (InvalidSignature, Refused, rfc8785.CanonicalizationError):
        _SEALED.refuse("it was changed after it was sealed")
    payload: dict[str, Any] = document["payload"]
    return payload
