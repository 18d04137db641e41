"""A desk's own keys: what opens them, and the key that signs results.

The key that issues certificates is kept beside them; see `autograder.credentials.keys`.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from course.errors import CourseError
from qi_tools.whole_file import write_whole

PASSPHRASE = "QI_DESK_PASSPHRASE"

_PASSPHRASE_FILE = "passphrase"
_RESULT_KEY = "desk.pem"
_ORGANISATION_KEY = "organisation.key"


def make_keys(keys: Path) -> None:
    """Make a desk's own keys, and a passphrase if QI_DESK_PASSPHRASE gives none.

    Parameters
    ----------
    keys : Path
        The desk's empty folder for keys.
    """
    passphrase = os.environ.get(PASSPHRASE)
    if not passphrase:
        passphrase = secrets.token_urlsafe(32)
        write_whole(keys / _PASSPHRASE_FILE, passphrase.encode(), mode=0o600)
    encryption = BestAvailableEncryption(passphrase.encode())
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    write_whole(keys / _RESULT_KEY, pem, mode=0o600)
    write_whole(keys / _ORGANISATION_KEY, secrets.token_bytes(32), mode=0o600)


def passphrase(keys: Path) -> str:
    """Return what opens the keys: QI_DESK_PASSPHRASE, or else the desk's own passphrase file.

    Raises
    ------
    CourseError
        If there is neither.
    """
    given = os.environ.get(PASSPHRASE)
    if given:
        return given
    try:
        return (keys / _PASSPHRASE_FILE).read_text(encoding="utf-8").strip()
    except OSError:
        raise CourseError(
            f"The desk's keys are locked. Set {PASSPHRASE} to the passphrase that the desk "
            "was made with."
        ) from None


def organisation_key(keys: Path) -> bytes:
    """Return the key that turns a staff number into a pseudonym.

    Raises
    ------
    CourseError
        If it is missing.
    """
    try:
        return (keys / _ORGANISATION_KEY).read_bytes()
    except OSError:
        raise _missing("makes pseudonyms") from None


def result_key(keys: Path) -> Ed25519PrivateKey:
    """Return the key that signs results.

    Raises
    ------
    CourseError
        If it is missing, or the passphrase doesn't open it.
    """
    try:
        pem = (keys / _RESULT_KEY).read_bytes()
    except OSError:
        raise _missing("signs results") from None
    try:
        key = load_pem_private_key(pem, passphrase(keys).encode())
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise CourseError(
            f"The passphrase does not open the key that signs results. Check {PASSPHRASE}, "
            "or the passphrase file in the desk's keys folder."
        )
    return key


def _missing(purpose: str) -> CourseError:
    return CourseError(
        f"The key that {purpose} is missing. Put the desk's keys folder back from its backup."
    )
