from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.credentials.contexts import CREDENTIALS, OPEN_BADGES
from autograder.credentials.documents import Achieved, Passed, name_line, signed_badge
from autograder.credentials.keys import Issuer
from autograder.credentials.profile import HOLDER, Badge, read_badge
from course.errors import CourseError


def test_the_badge_has_the_shape_that_five_foreign_verifiers_take(
    badge: Badge, issuer: Issuer
) -> None:
    document = badge.document
    assert document["@context"] == [CREDENTIALS, OPEN_BADGES]
    assert document["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert document["issuer"] == {
        "id": issuer.id,
        "type": ["Profile"],
        "name": "Riverside Health (simulated)",
    }
    assert document["evidence"][0]["description"] == "sha256:" + "ab" * 32
    assert document["credentialStatus"] == {
        "id": f"{issuer.status_list}#46",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "46",
        "statusListCredential": issuer.status_list,
    }
    assert isinstance(document["proof"], dict)
    assert document["proof"]["cryptosuite"] == "eddsa-rdfc-2022"
    text = json.dumps(document)
    assert not {"endorsementJwt", "jti", "credentialSchema"} & set(text.replace('"', " ").split())


def test_no_number_is_in_a_badge(badge: Badge) -> None:
    def values(value: object) -> list[object]:
        if isinstance(value, dict):
            return [leaf for member in value.values() for leaf in values(member)]
        if isinstance(value, list):
            return [leaf for member in value for leaf in values(member)]
        return [value]

    assert {type(value) for value in values(badge.document)} == {str, bool}


def test_an_address_is_hashed_with_a_salt_of_its_own(
    issuer: Issuer, achieved: Achieved, now: datetime
) -> None:
    first, second = (
        signed_badge(
            issuer,
            achieved,
            name="Sam",
            email=" Sam.Okoro@Example.ORG ",
            place=1,
            awarded=now,
            valid_months=1,
        ).email_hash
        for _ in range(2)
    )
    assert first is not None
    assert second is not None
    assert first["salt"] != second["salt"]
    plain = "sam.okoro@example.org" + first["salt"]
    assert first["identityHash"] == "sha256$" + hashlib.sha256(plain.encode()).hexdigest()


def test_without_an_address_the_name_alone_names_the_holder(
    issuer: Issuer, achieved: Achieved, now: datetime
) -> None:
    badge = signed_badge(
        issuer, achieved, name="Sam Okoro", email=None, place=1, awarded=now, valid_months=1
    )
    identifiers = badge.document["credentialSubject"]["identifier"]
    assert [entry["identityType"] for entry in identifiers] == ["name"]
    assert badge.email_hash is None
    assert badge.holder == "Sam Okoro"


def test_the_same_achievement_has_one_address_and_each_certificate_its_own(
    issuer: Issuer, achieved: Achieved, now: datetime
) -> None:
    def issue(what: Achieved) -> Badge:
        return signed_badge(
            issuer, what, name="Sam", email=None, place=1, awarded=now, valid_months=1
        )

    first, second, later = issue(achieved), issue(achieved), issue(replace(achieved, version="2"))
    assert first.achievement["id"] == second.achievement["id"] != later.achievement["id"]
    assert first.id != second.id


def test_several_assessments_keep_the_one_order_that_is_allowed(
    issuer: Issuer, achieved: Achieved, now: datetime
) -> None:
    passed = tuple(Passed(f"a{n}", f"Check {n}", str(80 + n), f"{n:064x}") for n in range(8))
    badge = signed_badge(
        issuer,
        replace(achieved, passed=passed),
        name="Sam",
        email=None,
        place=1,
        awarded=now,
        valid_months=1,
    )
    assert dict(badge.results) == {f"Check {n}": str(80 + n) for n in range(8)}
    assert read_badge(json.dumps(badge.document).encode()).results == badge.results


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("  Sam\tOkoro\n", "Sam Okoro"),
        ("Zoe\u0308 O'Brien", "Zoë O'Brien"),
        ("\u202eSam\u202c", "Sam"),
        ("Sam\u00a0Okoro", "Sam Okoro"),
        ("<b>Sam</b>", "<b>Sam</b>"),
        (
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
    ],
)
def test_names_are_one_visible_line(given_name: str, shown: str) -> None:
    assert name_line(given_name) == shown


@pytest.mark.parametrize("name", ["", " \n", "\u202e", "x" * 201])
def test_a_name_that_shows_nothing_or_too_much_is_refused(name: str) -> None:
    with pytest.raises(CourseError, match="can't be put on a certificate"):
        name_line(name)


@given(st.text(max_size=60).filter(lambda text: any(c.isalnum() for c in text)))
def test_any_name_with_a_letter_can_be_put_on_a_certificate(name: str) -> None:
    assert HOLDER.holds(name_line(name))
