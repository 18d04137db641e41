"""The issuing key: who signs certificates, kept in the desk's own folder.

The private key is a PKCS#8 file encrypted under a passphrase. Beside it, `issuer.json` says in
plain text who the issuer is and how the key is called. A lone machine's issuer is ``did:key``: its
name *is* its public key, so an employer can pin it. An organisation's ``did:web`` issuer fits the
same two files: its id is ``did:web:HOST`` and its key is called ``did:web:HOST#key-YYYY-NN``.
"""

from __future__ import annotations

import json
import os
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from autograder.credentials.moments import stamp
from autograder.credentials.profile import ISSUER_ID, KEY_ID, LIST_ID, ORGANISATION
from course.document import SCHEMA, Document, moment
from course.errors import CourseError
from course.seal import multikey

_KEY_FILE = "issuer.pem"
_CARD_FILE = "issuer.json"

_CARD = Document(
    "issuer file",
    {
        "schema": SCHEMA,
        "id": ISSUER_ID,
        "name": ORGANISATION,
        "method": KEY_ID,
        "since": moment(),
        "status_list": LIST_ID,
    },
    way_out="Put the desk's keys folder back from its backup.",
)


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs certificates.

    Parameters
    ----------
    id : str
        The issuer's address, such as ``did:key:z6Mk…``.
    name : str
        The organisation, as certificates show it.
    method : str
        The address of the key that signs now.
    since : str
        When that key began, in UTC.
    status_list : str
        The address of this issuer's list of withdrawn certificates.
    """

    id: str
    name: str
    method: str
    since: str
    status_list: str
    _key: Ed25519PrivateKey = field(repr=False)

    @property
    def public_key(self) -> Ed25519PublicKey:
        """The key that checks what this issuer signs."""
        return self._key.public_key()

    def sign(self, data: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature of some bytes."""
        return self._key.sign(data)


def create_issuer(
    folder: Path, organisation: str, passphrase: str, now: datetime | None = None
) -> Issuer:
    """Make an issuer with a new key, and keep both in a folder.

    Parameters
    ----------
    folder : Path
        Where to keep them; made if it is missing.
    organisation : str
        The organisation, as certificates will show it.
    passphrase : str
        What encrypts the private key.
    now : datetime, optional
        When the key begins; by default this moment.

    Raises
    ------
    CourseError
        If the folder already has an issuer: a key is never overwritten. Or if the organisation or
        the passphrase is empty or can't be used.
    """
    name = " ".join(organisation.split())
    if not ORGANISATION.holds(name):
        raise CourseError(
            f"The organisation's name must be {ORGANISATION.allowed}; it is "
            f"{organisation[:80]!r}. Nothing was made."
        )
    if not passphrase:
        raise CourseError("The passphrase is empty. Give one that only the desk knows.")
    if (folder / _KEY_FILE).exists() or (folder / _CARD_FILE).exists():
        raise CourseError(
            f"{folder} already has an issuing key, and a key is never overwritten. "
            "Use it, or choose another desk folder."
        )
    key = Ed25519PrivateKey.generate()
    own = multikey(key.public_key())
    card = {
        "schema": 1,
        "id": f"did:key:{own}",
        "name": name,
        "method": f"did:key:{own}#{own}",
        "since": stamp(now or datetime.now(UTC)),
        "status_list": f"urn:uuid:{uuid.uuid4()}",
    }
    encrypted = key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.encode("utf-8"))
    )
    folder.mkdir(parents=True, exist_ok=True)
    _write_private(folder / _KEY_FILE, encrypted)
    _write_private(folder / _CARD_FILE, json.dumps(card, indent=1, ensure_ascii=False).encode())
    return open_issuer(folder, passphrase)


def open_issuer(folder: Path, passphrase: str) -> Issuer:
    """Open the issuer kept in a folder.

    Raises
    ------
    CourseError
        If there is none, the passphrase is wrong, or the files don't belong together.
    """
    try:
        card = _CARD.read((folder / _CARD_FILE).read_bytes())
        encrypted = (folder / _KEY_FILE).read_bytes()
    except FileNotFoundError as missing:
        raise CourseError(
            f"{folder} has no issuing key, so nothing can be signed. Make a desk first, "
            "or put its keys folder back from its backup."
        ) from missing
    try:
        key = load_pem_private_key(encrypted, passphrase.encode("utf-8"))
    except (ValueError, TypeError, UnsupportedAlgorithm) as wrong:
        raise CourseError(
            "The passphrase does not open the issuing key. Check QI_DESK_PASSPHRASE, or the "
            "passphrase file in the desk's keys folder."
        ) from wrong
    own = isinstance(key, Ed25519PrivateKey) and multikey(key.public_key())
    if not isinstance(key, Ed25519PrivateKey) or (
        card["id"].startswith("did:key:") and card["method"] != f"did:key:{own}#{own}"
    ):
        _CARD.refuse(f"it does not belong to the key in {_KEY_FILE}")
    return Issuer(card["id"], card["name"], card["method"], card["since"], card["status_list"], key)


def _write_private(path: Path, data: bytes) -> None:
    """Write a new file that only its owner may read, where the system has such modes."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
