from __future__ import annotations

import base64
import gzip
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openvc.status.bitstring import decode_bitstring, get_status_bit

from autograder.credentials import status
from autograder.credentials.keys import Issuer
from autograder.credentials.profile import LIST_BITS
from autograder.credentials.proof import check_proof
from course.errors import CourseError, Refused


def packed(data: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@given(st.sets(st.integers(0, LIST_BITS - 1), max_size=5), st.integers(0, LIST_BITS - 1))
def test_a_place_is_set_or_not_and_another_implementation_agrees(
    withdrawn: set[int], place: int
) -> None:
    encoded = status.encode(withdrawn)
    assert status.is_set(encoded, place) == (place in withdrawn)
    bits = decode_bitstring(encoded)
    assert len(bits) * 8 == LIST_BITS == 131_072
    assert {n for n in (*withdrawn, place) if get_status_bit(bits, n)} == withdrawn


def test_the_first_place_is_the_most_significant_bit() -> None:
    bits = gzip.decompress(base64.urlsafe_b64decode(status.encode([0, 9])[1:] + "=="))
    assert bits[:3] == b"\x80\x40\x00"


def zipped(size: int) -> bytes:
    return gzip.compress(bytes(size), mtime=0)


@pytest.mark.parametrize(
    ("encoded", "said"),
    [
        pytest.param("u", "is damaged", id="empty"),
        pytest.param("u!!!!", "is damaged", id="not base64"),
        pytest.param(packed(b"not gzip"), "is damaged", id="not gzip"),
        pytest.param(packed(zipped(LIST_BITS // 8)[:-9]), "is damaged", id="cut"),
        pytest.param(packed(zipped(LIST_BITS // 8) + b"more"), "is damaged", id="longer"),
        pytest.param(
            packed(zipped(100)), "it has 800 places; at least 131,072 are needed", id="small"
        ),
        pytest.param(
            packed(zipped(50_000_000)), "unpacks to more than 131,072 bytes", id="exploding"
        ),
    ],
)
def test_a_damaged_small_or_exploding_list_is_refused(encoded: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        status.is_set(encoded, 0)


def test_places_are_drawn_at_random_and_never_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([7, 7, 9, 8])
    monkeypatch.setattr("secrets.randbelow", lambda below: next(drawn))
    assert status.free_place({7, 9}) == 8


def test_a_full_list_says_so() -> None:
    assert status.free_place(set(range(LIST_BITS)) - {4321}) == 4321
    with pytest.raises(CourseError, match="All 131,072 places"):
        status.free_place(range(LIST_BITS))


def test_the_list_is_signed_and_fresh_for_a_month(issuer: Issuer, now: datetime) -> None:
    signed = status.signed_list(issuer, [46], now)
    status.check_list(signed)
    check_proof(signed, issuer.public_key)
    assert (signed["validFrom"], signed["validUntil"]) == (
        "2026-11-23T14:00:00Z",
        "2026-12-23T14:00:00Z",
    )
    assert signed["id"] == issuer.status_list
    assert status.is_set(signed["credentialSubject"]["encodedList"], 46)


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found.pop("validUntil"),
        lambda found: found.update(extra="x"),
        lambda found: found["credentialSubject"].update(statusPurpose="suspension"),
        lambda found: found["credentialSubject"].update(id="urn:uuid:other#list"),
        lambda found: found["proof"].update(cryptosuite="eddsa-jcs-2022"),
        lambda found: found.update(proof=[found["proof"]]),
    ],
)
def test_a_list_of_another_shape_is_refused(change: Any, issuer: Issuer, now: datetime) -> None:
    signed = status.signed_list(issuer, (), now)
    change(signed)
    with pytest.raises(Refused, match="This list of withdrawn certificates can't be used"):
        status.check_list(signed)
