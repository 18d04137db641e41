"""The list of withdrawn certificates: one bit each, signed, and good for a month.

W3C *Bitstring Status List v1.0* (2025). A place in the list is drawn at random, so that the list
tells nothing about who was certified when.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import secrets
import zlib
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from autograder.credentials import moments
from autograder.credentials.contexts import CREDENTIALS
from autograder.credentials.keys import Issuer
from autograder.credentials.profile import ISSUER_ID, LIST_BITS, LIST_ID, exactly, line
from autograder.credentials.proof import RDFC, add_proof
from course.document import Document, moment, table, text
from course.errors import CourseError

#: How long a signed list counts as fresh.
FRESH_FOR = timedelta(days=30)
#: The largest list that is unpacked, in bytes: room for a million certificates.
_LARGEST_LIST = 128 * 1024

_LIST = Document(
    "list of withdrawn certificates",
    {
        "@context": exactly([CREDENTIALS]),
        "id": LIST_ID,
        "type": exactly(["VerifiableCredential", "BitstringStatusListCredential"]),
        "issuer": ISSUER_ID,
        "validFrom": moment(),
        "validUntil": moment(),
        "credentialSubject": table(),
        "proof": table(),
    },
    way_out="Ask the issuer for a new trust file.",
)
_SUBJECT = Document(
    _LIST.name,
    {
        "id": line(1000),
        "type": exactly("BitstringStatusList"),
        "statusPurpose": exactly("revocation"),
        "encodedList": text("u[A-Za-z0-9_-]{1,200000}", "a packed list"),
    },
    way_out=_LIST.way_out,
)
_PROOF = Document(
    _LIST.name,
    {
        "type": exactly("DataIntegrityProof"),
        "cryptosuite": exactly(RDFC),
        "created": moment(),
        "verificationMethod": line(500),
        "proofPurpose": exactly("assertionMethod"),
        "proofValue": text("z[1-9A-HJ-NP-Za-km-z]{80,90}", "a signature that begins with z"),
    },
    way_out=_LIST.way_out,
)


def encode(withdrawn: Iterable[int]) -> str:
    """Return the packed list in which the given places are set.

    The most significant bit of the first byte is place 0.

    Examples
    --------
    >>> is_set(encode([46]), 46), is_set(encode([46]), 47)
    (True, False)
    """
    bits = bytearray(LIST_BITS // 8)
    for place in withdrawn:
        bits[place // 8] |= 0x80 >> place % 8
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode("ascii")


def is_set(encoded: str, place: int) -> bool:
    """Return whether a place is set in a packed list.

    Raises
    ------
    course.errors.Refused
        If the list is damaged, too small for privacy, or unpacks to more than 128 KiB.
    """
    packed = encoded.removeprefix("u")
    unpack = zlib.decompressobj(wbits=31)  # 31: gzip, and nothing else
    try:
        bits = unpack.decompress(
            base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), _LARGEST_LIST
        )
    except (zlib.error, binascii.Error, ValueError):
        _LIST.refuse("it is damaged")
    if not unpack.eof or unpack.unused_data:
        _LIST.refuse(f"it is damaged, or unpacks to more than {_LARGEST_LIST:,} bytes")
    if len(bits) * 8 < max(LIST_BITS, place + 1):
        _LIST.refuse(f"it has {len(bits) * 8:,} places; at least {LIST_BITS:,} are needed")
    return bool(bits[place // 8] & (0x80 >> place % 8))


def free_place(used: Collection[int]) -> int:
    """Draw a place at random that no certificate has had.

    Raises
    ------
    CourseError
        If every place has been used.
    """
    if len(set(used)) >= LIST_BITS:
        raise CourseError(
            f"All {LIST_BITS:,} places of the list of withdrawn certificates are used. "
            "Start a new list before more certificates are issued."
        )
    while (place := secrets.randbelow(LIST_BITS)) in used:
        pass
    return place


def signed_list(issuer: Issuer, withdrawn: Iterable[int], now: datetime) -> dict[str, Any]:
    """Return the signed list of withdrawn certificates, fresh for a month.

    Parameters
    ----------
    issuer : Issuer
        Who signs, and whose list it is.
    withdrawn : iterable of int
        The places of withdrawn certificates.
    now : datetime
        When it is signed.
    """
    document = {
        "@context": [CREDENTIALS],
        "id": issuer.status_list,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.id,
        "validFrom": moments.stamp(now),
        "validUntil": moments.stamp(now + FRESH_FOR),
        "credentialSubject": {
            "id": f"{issuer.status_list}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encode(withdrawn),
        },
    }
    return add_proof(document, issuer, moments.stamp(now), RDFC)


def check_list(document: Mapping[str, Any]) -> None:
    """Hold a list against the closed shape of ours; its signature is the caller's to check.

    Raises
    ------
    course.errors.Refused
        At the first member that is missing, unknown or wrong.
    """
    _LIST.check(dict(document))
    _SUBJECT.check(document["credentialSubject"], "credentialSubject")
    _PROOF.check(document["proof"], "proof")
    if document["credentialSubject"]["id"] != f"{document['id']}#list":
        _LIST.refuse("credentialSubject.id must name the list")
