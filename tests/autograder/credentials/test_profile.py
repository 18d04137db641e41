from __future__ import annotations

import json
from typing import Any

import pytest

from autograder.credentials.profile import (
    ISSUER_ID,
    KEY_ID,
    LARGEST_BADGE,
    Badge,
    BadgeInvalid,
    read_badge,
)

KEY = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"


def refused(document: dict[str, Any]) -> str:
    with pytest.raises(BadgeInvalid) as caught:
        read_badge(json.dumps(document).encode())
    return str(caught.value)


def test_a_badge_tells_what_it_holds(badge: Badge) -> None:
    read = read_badge(json.dumps(badge.document).encode())
    assert (read.holder, read.title) == (
        "Sam Okoro",
        "Quality improvement for all staff: first lesson",
    )
    assert read.results == (("All staff: check what you learned", "87.5"),)
    assert (read.awarded, read.valid_from) == ("2026-11-23T14:00:00Z",) * 2
    assert read.valid_until == "2029-11-23T14:00:00Z"
    assert read.status_index == 46
    assert read.email_hash is not None


def test_the_message_says_where_and_what_to_do(badge: Badge) -> None:
    document = json.loads(json.dumps(badge.document))
    document["credentialSubject"]["result"][0]["value"] = 87.5
    said = refused(document)
    assert said.startswith(
        "This badge can't be used: credentialSubject.result[0].value must be a percentage such "
        "as 87.5, as text"
    )
    assert said.endswith("Ask for the file as it was issued.")


def test_a_large_badge_is_refused_before_it_is_read() -> None:
    with pytest.raises(BadgeInvalid, match=r"it has 65,537 bytes; at most 65,536 are allowed"):
        read_badge(b"{" * (LARGEST_BADGE + 1))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"{", "it is damaged"),
        (b"[]", "it must be a table"),
        (b"\xff", "it is damaged"),
        (b'{"id": "a", "id": "a"}', "it names id twice"),
        (b"[" * 5000, "it is damaged"),
        (b'{"id": NaN}', "it is damaged"),
        (b'{"id": "\\ud800"}', "it is damaged"),
    ],
)
def test_what_is_not_plain_json_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(BadgeInvalid, match=said):
        read_badge(data)


def test_the_dates_the_order_and_the_place_must_agree(badge: Badge) -> None:
    def changed(change: Any) -> str:
        document = json.loads(json.dumps(badge.document))
        change(document)
        return refused(document)

    assert "validUntil must be later than validFrom" in changed(
        lambda badge: badge.update(validUntil=badge["validFrom"])
    )
    assert "must name the list and the place" in changed(
        lambda badge: badge["credentialStatus"].update(statusListIndex="47")
    )
    beyond = {"statusListIndex": "131072", "id": f"{badge.status_list}#131072"}
    assert "must name the list and the place" in changed(
        lambda badge: badge["credentialStatus"].update(beyond)
    )
    assert "results must be in the order" in changed(
        lambda badge: badge["credentialSubject"]["result"].append(
            badge["credentialSubject"]["result"][0]
        )
    )
    assert "evidence must be in the order" in changed(
        lambda badge: badge["evidence"].append(badge["evidence"][0])
    )


@pytest.mark.parametrize("good", [f"did:key:{KEY}", "did:web:trust.example", "did:web:a.b:qi"])
def test_issuers_by_key_and_by_web_are_allowed(good: str) -> None:
    assert ISSUER_ID.holds(good)


@pytest.mark.parametrize(
    "bad", ["did:key:z6Mk", "https://trust.example", "did:web:", f"did:key:{KEY}x", "did:web:a b"]
)
def test_other_issuers_are_not(bad: str) -> None:
    assert not ISSUER_ID.holds(bad)


def test_a_keys_address_is_of_its_own_issuer() -> None:
    assert KEY_ID.holds(f"did:key:{KEY}#{KEY}")
    assert KEY_ID.holds("did:web:trust.example#key-2026-01")
    assert not KEY_ID.holds(f"did:key:{KEY}#{KEY[:-1]}3")
    assert not KEY_ID.holds(f"did:web:trust.example#{KEY}")
