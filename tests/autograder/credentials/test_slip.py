from __future__ import annotations

import base64
import json

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from autograder.credentials.keys import Issuer
from autograder.credentials.profile import Badge
from autograder.credentials.proof import ProofBroken
from autograder.credentials.slip import SlipInvalid, badge_hash, read_slip, write_slip
from course.errors import Refused


def test_it_says_in_short_what_the_badge_says(badge: Badge, issuer: Issuer) -> None:
    slip = read_slip(write_slip(badge, issuer).encode())
    slip.check(issuer.public_key)
    assert (slip.issuer, slip.method, slip.id) == (issuer.id, issuer.method, badge.id)
    assert (slip.holder, slip.title) == (badge.holder, badge.title)
    assert (slip.status_list, slip.status_index) == (badge.status_list, 46)
    assert slip.badge_hash == badge_hash(badge)
    assert slip.valid_until - slip.valid_from == 1096 * 24 * 3600  # three years, one of 366 days


def test_any_jws_library_reads_it(badge: Badge, issuer: Issuer) -> None:
    slip = write_slip(badge, issuer)
    payload = jwt.decode(
        slip,
        issuer.public_key,
        algorithms=["EdDSA"],
        options={"verify_exp": False, "verify_nbf": False},
    )
    assert payload["name"] == "Sam Okoro"
    assert jwt.get_unverified_header(slip)["alg"] == "EdDSA"


def test_it_fits_a_square_code_with_room_to_spare(badge: Badge, issuer: Issuer) -> None:
    assert len(write_slip(badge, issuer)) < 750


@given(st.data())
def test_every_changed_character_is_refused(
    badge: Badge, issuer: Issuer, data: st.DataObject
) -> None:
    slip = write_slip(badge, issuer)
    place = data.draw(st.integers(0, len(slip) - 1))
    other = data.draw(st.sampled_from("AQZaqz019-_.=+/ \n").filter(lambda c: c != slip[place]))
    changed = slip[:place] + other + slip[place + 1 :]
    with pytest.raises(Refused):
        read_slip(changed.encode()).check(issuer.public_key)


def test_a_slip_has_one_spelling(badge: Badge, issuer: Issuer) -> None:
    slip = write_slip(badge, issuer)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    # Four bits of the last letter are not used: 15 other letters stand for the same bytes.
    same = letters[letters.index(slip[-1]) ^ 1]
    assert base64.urlsafe_b64decode(slip[-86:] + "==") == base64.urlsafe_b64decode(
        slip[-86:-1] + same + "=="
    )
    with pytest.raises(SlipInvalid, match="it is damaged"):
        read_slip((slip[:-1] + same).encode())


def test_another_key_a_wrong_algorithm_and_extra_members_are_refused(
    badge: Badge, issuer: Issuer
) -> None:
    slip = write_slip(badge, issuer)
    with pytest.raises(ProofBroken, match="was signed by someone else"):
        read_slip(slip.encode()).check(Ed25519PrivateKey.generate().public_key())
    header, payload, signature = slip.split(".")

    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    for forged in (
        f"{part({'alg': 'none', 'kid': '#x', 'typ': 'qi-slip'})}.{payload}.{signature}",
        f"{part({'alg': 'EdDSA', 'kid': '#x', 'typ': 'qi-slip', 'jwk': {}})}.{payload}.{signature}",
        f"{header}.{part({'iss': 'x'})}.{signature}",
        f"{header}.{payload}.",
        f"{header}.{payload}",
        "." * 5000,
    ):
        with pytest.raises(SlipInvalid, match="square code's text can't be used"):
            read_slip(forged.encode())
