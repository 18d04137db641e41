from __future__ import annotations

import json
import os
import stat
from datetime import datetime
from pathlib import Path

import pytest

from autograder.credentials.keys import create_issuer, open_issuer
from course.errors import CourseError
from course.seal import multikey


def test_a_lone_issuer_is_named_by_its_key(tmp_path: Path, now: datetime) -> None:
    made = create_issuer(tmp_path / "keys", "  Riverside\n Health ", "secret", now)
    own = multikey(made.public_key)
    assert made.id == f"did:key:{own}"
    assert made.method == f"did:key:{own}#{own}"
    assert made.name == "Riverside Health"
    assert made.since == "2026-11-23T14:00:00Z"
    assert made.status_list.startswith("urn:uuid:")
    made.public_key.verify(made.sign(b"data"), b"data")


def test_opened_again_it_is_the_same_issuer(tmp_path: Path) -> None:
    made = create_issuer(tmp_path, "Riverside", "secret")
    again = open_issuer(tmp_path, "secret")
    assert (again.id, again.method, again.name, again.since, again.status_list) == (
        *(made.id, made.method, made.name, made.since, made.status_list),
    )
    assert again.sign(b"data") == made.sign(b"data")


def test_the_private_key_is_encrypted_and_for_its_owner_only(tmp_path: Path) -> None:
    made = create_issuer(tmp_path, "Riverside", "secret")
    pem = (tmp_path / "issuer.pem").read_bytes()
    assert pem.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert made._key.private_bytes_raw() not in pem
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "issuer.pem").stat().st_mode) == 0o600
    assert "_key" not in repr(made)


def test_an_organisations_key_with_a_year_and_a_number_fits_the_same_files(tmp_path: Path) -> None:
    create_issuer(tmp_path, "Riverside", "secret")
    card = json.loads((tmp_path / "issuer.json").read_text(encoding="utf-8"))
    card |= {"id": "did:web:riverside.example", "method": "did:web:riverside.example#key-2026-01"}
    (tmp_path / "issuer.json").write_text(json.dumps(card), encoding="utf-8")
    assert open_issuer(tmp_path, "secret").method == "did:web:riverside.example#key-2026-01"


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    create_issuer(tmp_path, "Riverside", "secret")
    before = (tmp_path / "issuer.pem").read_bytes()
    with pytest.raises(CourseError, match="a key is never overwritten"):
        create_issuer(tmp_path, "Riverside", "secret")
    assert (tmp_path / "issuer.pem").read_bytes() == before


@pytest.mark.parametrize(
    ("organisation", "passphrase", "said"),
    [
        ("", "secret", "organisation's name must be one line of text of 1 to 120 characters"),
        ("x" * 121, "secret", "organisation's name must be"),
        ("Riverside\u202e", "secret", "organisation's name must be"),
        ("Riverside", "", "passphrase is empty"),
    ],
)
def test_what_cannot_be_used_makes_nothing(
    tmp_path: Path, organisation: str, passphrase: str, said: str
) -> None:
    with pytest.raises(CourseError, match=said):
        create_issuer(tmp_path / "keys", organisation, passphrase)
    assert not (tmp_path / "keys").exists()


def test_no_key_a_wrong_passphrase_and_a_foreign_card_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="has no issuing key, so nothing can be signed"):
        open_issuer(tmp_path, "secret")
    create_issuer(tmp_path / "one", "Riverside", "secret")
    create_issuer(tmp_path / "two", "Riverside", "secret")
    with pytest.raises(CourseError, match="passphrase does not open the issuing key"):
        open_issuer(tmp_path / "one", "guess")
    (tmp_path / "two" / "issuer.json").replace(tmp_path / "one" / "issuer.json")
    with pytest.raises(CourseError, match=r"does not belong to the key in issuer\.pem"):
        open_issuer(tmp_path / "one", "secret")
