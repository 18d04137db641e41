"""A seal that was broken anywhere is refused."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from course.errors import Refused
from course.seal import (
    LARGEST_SEALED,
    SealBroken,
    base58,
    from_base58,
    multikey,
    open_sealed,
    public_key,
    seal,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
DESK = multikey(KEY.public_key())


# --- base58 and Multikey


@pytest.mark.parametrize(
    ("data", "digits"),
    [  # draft-msporny-base58-03, section 5
        (b"Hello World!", "2NEpo7TZRRrLZSi2U"),
        (
            b"The quick brown fox jumps over the lazy dog.",
            "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
        ),
        (bytes.fromhex("0000287fb4cd"), "11233QC4"),
        (b"", ""),
    ],
)
def test_base58_follows_the_published_examples(data: bytes, digits: str) -> None:
    assert base58(data) == digits
    assert from_base58(digits) == data


@given(st.binary(max_size=80))
def test_base58_comes_back_whole(data: bytes) -> None:
    assert from_base58(base58(data)) == data


@pytest.mark.parametrize("digits", ["0", "O", "I", "l", "z6Mk ", "é", "1" * 201])
def test_what_is_not_base58_is_refused(digits: str) -> None:
    with pytest.raises(Refused):
        from_base58(digits)


def test_a_multikey_follows_the_published_example() -> None:
    # The did:key specification's first Ed25519 test vector: seed of 32 zero bytes.
    zero = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    assert multikey(zero) == "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
    assert public_key(multikey(zero)).public_bytes_raw() == zero.public_bytes_raw()


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "z",
        DESK[1:],  # no Multibase letter
        DESK[:-1],
        DESK + "1",
        "m" + DESK[1:],
        "z" + base58(b"\xe7\x01" + bytes(32)),  # another kind of key (secp256k1)
        "z" + base58(b"\xed\x01" + bytes(33)),
    ],
)
def test_what_is_not_an_ed25519_multikey_is_refused(wrong: str) -> None:
    with pytest.raises(Refused):
        public_key(wrong)


# --- sealing

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(-(2.0**53) + 1, 2.0**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"]), max_size=8), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=8), PLAIN, max_size=5
    )
)
def test_what_was_sealed_comes_back(payload: dict[str, object]) -> None:
    assert open_sealed(seal(payload, KEY), DESK) == payload


def test_the_same_payload_gives_the_same_bytes() -> None:
    assert seal({"b": 1, "a": 2.5}, KEY) == seal({"a": 2.5, "b": 1}, KEY)


def test_another_key_is_never_trusted_though_it_signed_well() -> None:
    other = Ed25519PrivateKey.generate()
    with pytest.raises(SealBroken, match="not sealed by your organisation's desk"):
        open_sealed(seal({"passed": True}, other), DESK)


def test_the_trusted_keys_name_on_anothers_signature_is_refused() -> None:
    document = json.loads(seal({"passed": True}, Ed25519PrivateKey.generate()))
    document["key"] = DESK
    with pytest.raises(SealBroken, match="was changed"):
        open_sealed(json.dumps(document).encode(), DESK)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["payload"].update(score=8),
        lambda d: d["payload"].update(score="7"),
        lambda d: d["payload"].update(more=1),
        lambda d: d["payload"].pop("score"),
        lambda d: d["payload"]["list"].reverse(),
        lambda d: d["payload"].update(score=2**60),  # has no canonical form
        lambda d: d.update(signature=d["signature"][:-1]),
        lambda d: d.update(signature=d["signature"][1:]),
        lambda d: d.update(signature="z1" + d["signature"][1:]),
        lambda d: d.update(signature="z0"),
        lambda d: d.update(signature=[]),
        lambda d: d.update(key="z"),
        lambda d: d.update(payload=[]),
        lambda d: d.update(note="x"),
        lambda d: d.pop("key"),
    ],
)
def test_a_changed_document_is_refused(change) -> None:  # type: ignore[no-untyped-def]
    document = json.loads(seal({"score": 7, "list": [1, 2]}, KEY))
    change(document)
    with pytest.raises(SealBroken):
        open_sealed(json.dumps(document).encode(), DESK)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_no_changed_byte_changes_what_is_read(place: int, change: int) -> None:
    good = seal({"score": 7, "note": "well done"}, KEY)
    place %= len(good)
    bad = good[:place] + bytes([good[place] ^ change]) + good[place + 1 :]
    with pytest.raises(SealBroken):
        open_sealed(bad, DESK)


def test_a_member_named_twice_is_refused() -> None:
    good = seal({"passed": False}, KEY)
    with pytest.raises(SealBroken, match="it names passed twice"):
        open_sealed(good.replace(b'{"passed":', b'{"passed":true,"passed":'), DESK)


def test_a_huge_file_is_refused_before_it_is_read() -> None:
    with pytest.raises(SealBroken, match="at most 8,388,608"):
        open_sealed(b" " * (LARGEST_SEALED + 1), DESK)
