"""Verifying: a good certificate is valid, and every change of it is refused, with the reason."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.credentials.certificate import certificate_page
from autograder.credentials.contexts import CREDENTIALS, OPEN_BADGES, context
from autograder.credentials.documents import Achieved, Passed, signed_badge
from autograder.credentials.keys import Issuer, create_issuer
from autograder.credentials.profile import Badge
from autograder.credentials.proof import JCS, RDFC, add_proof
from autograder.credentials.slip import write_slip
from autograder.credentials.status import signed_list
from autograder.credentials.trust import (
    Checkpoint,
    TrustBundle,
    TrustedKey,
    read_trust,
    trust_document,
)
from autograder.verify import Verdict, verify, verify_file
from course.errors import CourseError, Refused
from course.seal import multikey

BEGAN = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
EMAIL = "sam.okoro@example.org"
ORGANISATION = "Riverside Health (simulated)"


def make_badge(issuer: Issuer, awarded: datetime = NOW, place: int = 46) -> Badge:
    passed = (
        Passed("all_staff_check", "Lesson A1", "87.5", "ab" * 32),
        Passed("a2_check", "Lesson A2", "90", "cd" * 32),
    )
    achieved = Achieved(
        "all_staff", "Quality improvement for all staff", "What it covers.", "Passed.", "1", passed
    )
    return signed_badge(
        issuer,
        achieved,
        name="Sam Okoro",
        email=EMAIL,
        place=place,
        awarded=awarded,
        valid_months=36,
    )


def make_trust(issuer: Issuer, withdrawn: tuple[int, ...] = (), now: datetime = NOW) -> TrustBundle:
    document = trust_document(
        issuer, signed_list(issuer, withdrawn, now), Checkpoint(0, "0" * 64), now
    )
    return read_trust(json.dumps(document).encode())


def make_issuer(tmp_path_factory: pytest.TempPathFactory, name: str = ORGANISATION) -> Issuer:
    return create_issuer(tmp_path_factory.mktemp("keys") / "keys", name, "x", BEGAN)


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    return make_issuer(tmp_path_factory)


@pytest.fixture(scope="session")
def thief(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    """Someone with a key of their own, who calls themselves by the same name."""
    return make_issuer(tmp_path_factory)


@pytest.fixture(scope="session")
def trust(issuer: Issuer) -> TrustBundle:
    return make_trust(issuer)


@pytest.fixture(scope="session")
def badge(issuer: Issuer) -> Badge:
    return make_badge(issuer)


@pytest.fixture(scope="session")
def data(badge: Badge) -> bytes:
    return as_bytes(badge.document)


@pytest.fixture(scope="session")
def forms(badge: Badge, issuer: Issuer) -> list[bytes]:
    return [certificate_page(badge, issuer).encode(), write_slip(badge, issuer).encode()]


def as_bytes(document: Any) -> bytes:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def copy(document: Any) -> Any:
    return json.loads(json.dumps(document))


def refusal(verdict: Verdict) -> str:
    """Return the reason, after seeing that it is a refusal in one printable line."""
    assert not verdict.valid
    assert verdict.reason.isprintable()
    assert verdict.reason[-1] in ".?"
    return verdict.reason


# ------------------------------------------------------------------------ what is valid


def test_a_good_badge_is_valid_and_says_what_is_vouched_for(
    data: bytes, badge: Badge, issuer: Issuer, trust: TrustBundle
) -> None:
    verdict = verify(data, trust, NOW)
    assert verdict.valid
    assert verdict.words() == (
        "VALID. Riverside Health (simulated) issued this certificate, and it is in date. It has "
        "not been changed, and was not withdrawn by 23 November 2026.\n"
        "Holder:      Sam Okoro\n"
        "Certificate: Quality improvement for all staff\n"
        f"Issuer:      Riverside Health (simulated) ({issuer.id})\n"
        "Awarded on:  23 November 2026\n"
        "Valid until: 23 November 2029\n"
        f"Result:      {', '.join(f'{value}% in {name}' for name, value in badge.results)}\n"
        f"Number:      {badge.id}"
    )


def test_the_page_and_the_square_code_are_valid_too(
    badge: Badge, issuer: Issuer, trust: TrustBundle
) -> None:
    for form in (certificate_page(badge, issuer), write_slip(badge, issuer)):
        verdict = verify(form.encode(), trust, NOW)
        assert verdict.valid, verdict.reason
        assert verdict.details is not None
        assert verdict.details.holder == "Sam Okoro"


def test_spaces_and_order_of_members_say_nothing(badge: Badge, trust: TrustBundle) -> None:
    reordered = json.dumps(dict(reversed(badge.document.items())), indent=4).encode()
    assert verify(reordered, trust, NOW).valid


@pytest.mark.parametrize("recipient", [EMAIL, " Sam.Okoro@Example.ORG ", "sam  okoro"])
def test_the_holder_is_recognised(recipient: str, data: bytes, trust: TrustBundle) -> None:
    assert verify(data, trust, NOW, recipient).valid


# ------------------------------------------------------------------------ every change of it


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Return the path of every value inside a document."""
    if path:
        yield path
    members = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, each in members:
        yield from places(each, (*path, key))


def at(document: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


def other_values(value: Any) -> Iterator[Any]:
    """Return values that someone could put in place of one."""
    yield from (None, 0, 1, 46.0, "", [], {}, "x", [value], {"@value": value}, {"@id": value})
    if isinstance(value, bool):
        yield from (not value, str(value).lower(), int(value))
    elif isinstance(value, str):
        yield from (f"{value}x", f"x{value}", f"{value} ", value[:-1], value.swapcase())
        yield [value, value]
        yield from (value.replace("2029", "2099"), value.replace("2026", "2025"))
        yield from (value.replace("z6Mk", "z6Mj"), value.replace("Sam", "Mal"), value + "\n")
        yield from (value.replace("Z", "+00:00"), value.replace("00Z", "00.000Z"), value.upper())
        if value.isdigit():
            yield from (int(value), f"0{value}", str(int(value) + 1), f"{value}.0", "100")
    elif isinstance(value, list):
        yield from (value[::-1], value * 2, [*value, "x"], [*value, {}], value[1:], value[0])
    else:
        yield from (list(value.items()), {**value, "extra": "x"}, {**value, "id": "urn:uuid:x"})
        yield from ({**value, "@context": []}, {**value, "@type": "x"}, [value, value])


def terms() -> dict[str, str]:
    """Return the full address of every member of a badge, as the vocabularies give them."""
    found: dict[str, str] = {"id": "@id", "type": "@type"}

    def read(terms: dict[str, Any]) -> None:
        for name, meaning in terms.items():
            if isinstance(meaning, str) and not name.startswith("@"):
                found.setdefault(name, meaning)
            elif isinstance(meaning, dict) and "@id" in meaning:
                found.setdefault(name, meaning["@id"])
                read(meaning.get("@context") or {})

    for address in (CREDENTIALS, OPEN_BADGES):
        read(context(address)["@context"])
    return found


def changes(document: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Return every change of a badge, one at a time, each with what it was."""
    addresses = terms()
    for path in places(document):
        *parents, last = path
        value = at(document, path)
        for other in other_values(value):
            if type(other) is not type(value) or other != value:
                changed = copy(document)
                at(changed, tuple(parents))[last] = other
                yield f"{path} = {other!r}", as_bytes(changed)
        changed = copy(document)
        del at(changed, tuple(parents))[last]
        yield f"{path} deleted", as_bytes(changed)
        if isinstance(last, str):
            address = addresses.get(last)
            for name in (address, f"{last}x", last.upper(), f"@{last}", f"{last}\u200b"):
                if name is not None and name != last:
                    changed = copy(document)
                    inside = at(changed, tuple(parents))
                    inside[name] = inside.pop(last)
                    yield f"{path} renamed {name}", as_bytes(changed)
            for twice in (value, None):
                yield f"{path} twice", with_member_twice(document, path, twice)


def with_member_twice(document: Any, path: tuple[Any, ...], value: Any) -> bytes:
    """Return a document in which one member is named twice."""
    changed = copy(document)
    inside = at(changed, path[:-1])
    inside["TWICE"] = value
    return as_bytes(changed).replace(b'"TWICE":', f"{json.dumps(path[-1])}:".encode())


def test_every_single_change_is_refused(badge: Badge, trust: TrustBundle) -> None:
    every = list(changes(badge.document))
    assert len(every) > 2000
    for member in ("validUntil", "credentialStatus"):
        address = f"https://www.w3.org/2018/credentials#{member}"
        assert f"('{member}',) renamed {address}" in {what for what, _ in every}
    passed = []
    for what, changed in every:
        verdict = verify(changed, trust, NOW)
        if verdict.valid:
            passed.append(what)
        else:
            refusal(verdict)
            assert verdict.details is None  # nothing that it says is repeated
    assert passed == []


@pytest.mark.parametrize(
    "dressed",
    [
        lambda address, value: {address: value},
        lambda address, value: {
            address: {"@value": value, "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}
        },
    ],
)
def test_an_end_in_disguise_is_refused_although_its_signature_holds(
    badge: Badge, trust: TrustBundle, dressed: Callable[[str, Any], dict[str, Any]]
) -> None:
    changed = copy(badge.document)
    end = changed.pop("validUntil")
    changed |= dressed("https://www.w3.org/2018/credentials#validUntil", end)
    said = refusal(verify(as_bytes(changed), trust, NOW))
    assert "validUntil is missing" in said


@given(st.data())
def test_any_one_changed_byte_is_refused(
    data: bytes, trust: TrustBundle, draw: st.DataObject
) -> None:
    place = draw.draw(st.integers(0, len(data) - 1))
    byte = draw.draw(st.integers(0, 255).filter(lambda byte: byte != data[place]))
    refusal(verify(data[:place] + bytes([byte]) + data[place + 1 :], trust, NOW))


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_nothing_at_all_makes_it_stumble(trust: TrustBundle, anything: bytes) -> None:
    for start in (b"", b"{", b"<", b"ey"):
        refusal(verify(start + anything, trust, NOW))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.data())
def test_no_value_in_any_place_makes_it_stumble(
    data: bytes, trust: TrustBundle, draw: st.DataObject
) -> None:
    document = json.loads(data)
    path = draw.draw(st.sampled_from(list(places(document))))
    value = draw.draw(JSON.filter(lambda value: value != at(document, path)))
    at(document, path[:-1])[path[-1]] = value
    refusal(verify(json.dumps(document).encode(), trust, NOW))


@given(st.data())
def test_no_change_of_the_page_or_the_square_code_passes(
    forms: list[bytes], trust: TrustBundle, draw: st.DataObject
) -> None:
    whole = draw.draw(st.sampled_from(forms))
    place = draw.draw(st.integers(0, len(whole) - 2))
    byte = draw.draw(st.integers(32, 126).filter(lambda byte: byte != whole[place]))
    refusal(verify(whole[:place] + bytes([byte]) + whole[place + 1 :], trust, NOW))


# ------------------------------------------------------------------------ each reason


def test_1_a_file_that_is_no_certificate_or_too_large(trust: TrustBundle) -> None:
    assert refusal(verify(b"PK\x03\x04", trust, NOW)) == (
        "This is not a certificate: it is neither a badge (.json), nor a certificate page "
        "(.html), nor the text of its square code. Ask for the file as it was issued."
    )
    large = b"{" + b" " * 64 * 1024 + b"}"
    assert refusal(verify(large, trust, NOW)) == (
        "This badge can't be used: it has 65,538 bytes; at most 65,536 are allowed. "
        "Ask for the file as it was issued."
    )
    assert "at most 1,048,576 are allowed" in refusal(verify(b"<" * 2_000_000, trust, NOW))
    assert "at most 4,096 are allowed" in refusal(verify(b"ey" * 5000, trust, NOW))


def test_2_another_members_is_named(badge: Badge, trust: TrustBundle) -> None:
    extra = {**badge.document, "endorsementJwt": ["x"]}
    assert refusal(verify(as_bytes(extra), trust, NOW)).startswith(
        "This badge can't be used: endorsementJwt doesn't belong"
    )


def test_3_another_issuer(thief: Issuer, trust: TrustBundle) -> None:
    assert refusal(verify(as_bytes(make_badge(thief).document), trust, NOW)) == (
        f"It names {thief.id} as its issuer, and the trust file is that of {ORGANISATION} "
        f"({trust.issuer}). Don't accept it, unless the organisation that it names gives you a "
        "trust file of its own."
    )


def signed_by(
    badge: Badge, signer: Issuer, method: str, suite: str = RDFC, **members: Any
) -> bytes:
    """Return a badge with some members changed, signed by anyone under any key's address."""

    class Anyone:
        def __init__(self) -> None:
            self.method = method

        def sign(self, data: bytes) -> bytes:
            return signer.sign(data)

    unsigned = {name: value for name, value in badge.document.items() if name != "proof"}
    signed = add_proof({**unsigned, **members}, Anyone(), "2026-11-23T14:00:00Z", suite)
    return as_bytes(signed)


def test_3_a_key_that_the_thief_put_into_the_address(
    badge: Badge, thief: Issuer, issuer: Issuer, trust: TrustBundle
) -> None:
    for fragment in ("z6MkAttacker", multikey(thief.public_key), "key-2026-01", ""):
        method = f"{issuer.id}#{fragment}"
        assert refusal(verify(signed_by(badge, thief, method), trust, NOW)) == (
            f"Its key {method} is not one that {ORGANISATION} names in its trust file. "
            "Don't accept it, unless a newer trust file from the organisation names it."
        )
    assert "is not one that" in refusal(verify(signed_by(badge, thief, thief.method), trust, NOW))


def test_4_a_stolen_key(data: bytes, trust: TrustBundle) -> None:
    stolen = replace(trust, keys=(replace(trust.keys[0], compromised=True),))
    assert refusal(verify(data, stolen, NOW)) == (
        f"It was signed with a key that was stolen from {ORGANISATION}, so it can't be told from "
        "a forgery. Ask the organisation for a new one."
    )


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("2026-11-24T00:00:00Z", None, "in use from 24 November 2026."),
        (
            "2026-11-01T00:00:00Z",
            "2026-11-23T13:59:59Z",
            "in use from 1 November 2026 to 23 November 2026.",
        ),
    ],
)
def test_4_a_date_outside_the_keys_life(
    since: str, until: str | None, said: str, data: bytes, issuer: Issuer, trust: TrustBundle
) -> None:
    key: TrustedKey = replace(trust.keys[0], since=since, until=until)
    assert refusal(verify(data, replace(trust, keys=(key,)), NOW)) == (
        f"It is dated 23 November 2026, and its key was {said} Don't accept it."
    )
    # Whatever the list of withdrawn certificates says.
    later = make_trust(issuer, now=NOW + timedelta(days=2))
    found = refusal(verify(data, replace(later, keys=(key,)), NOW + timedelta(days=2)))
    assert found.startswith("It is dated 23 November 2026")


def test_5_another_signature(
    badge: Badge, thief: Issuer, issuer: Issuer, trust: TrustBundle
) -> None:
    said = (
        "The signature does not match: the file was changed after it was signed, or was signed "
        "by someone else. Ask for the file as it was issued."
    )
    assert refusal(verify(signed_by(badge, thief, issuer.method), trust, NOW)) == said
    assert refusal(verify(as_bytes({**badge.document, "name": "Expert"}), trust, NOW)) == said


def test_5_another_suite_or_a_list_of_proofs(
    badge: Badge, issuer: Issuer, trust: TrustBundle
) -> None:
    assert "proof.cryptosuite must be" in refusal(
        verify(signed_by(badge, issuer, issuer.method, JCS), trust, NOW)
    )
    several = {**badge.document, "proof": [badge.document["proof"]]}
    assert "proof must be" in refusal(verify(as_bytes(several), trust, NOW))


def test_5_a_page_whose_words_were_changed(
    badge: Badge, issuer: Issuer, trust: TrustBundle
) -> None:
    page = certificate_page(badge, issuer)
    changed = page.replace('<p class="holder">Sam Okoro', '<p class="holder">Mal Ory')
    assert changed != page
    assert refusal(verify(changed.encode(), trust, NOW)) == (
        "This page was changed after it was issued, so what it shows may not be what was "
        "certified. Ask for the file as it was issued, or for its badge."
    )


def test_6_before_and_after_its_time(data: bytes, issuer: Issuer, trust: TrustBundle) -> None:
    early = verify(data, trust, NOW - timedelta(seconds=1))
    assert refusal(early) == (
        "It is not valid before 2026-11-23T14:00:00Z. If that is in the past, this computer's "
        "clock is wrong: set it, then try again."
    )
    end = datetime(2029, 11, 23, 14, 0, tzinfo=UTC)
    assert verify(data, make_trust(issuer, now=end), end).valid
    late = verify(data, make_trust(issuer, now=end), end + timedelta(seconds=1))
    assert refusal(late) == (
        "It was valid until 23 November 2029, and a refresh is due. "
        "Ask the holder for a newer certificate."
    )
    assert late.details is not None
    assert "NOT VALID. It was valid until" in late.words()


def test_7_withdrawn(badge: Badge, issuer: Issuer) -> None:
    trust = make_trust(issuer, withdrawn=(46,))
    for form in (
        as_bytes(badge.document),
        certificate_page(badge, issuer).encode(),
        write_slip(badge, issuer).encode(),
    ):
        assert refusal(verify(form, trust, NOW)) == (
            f"{ORGANISATION} withdrew it. Don't accept it; ask the organisation why."
        )
    # A withdrawal holds, however old the list is.
    assert "withdrew it" in refusal(
        verify(as_bytes(badge.document), trust, NOW + timedelta(days=100))
    )
    assert verify(as_bytes(make_badge(issuer, place=45).document), trust, NOW).valid


def test_7_a_stale_list(data: bytes, trust: TrustBundle) -> None:
    assert verify(data, trust, NOW + timedelta(days=30)).valid
    stale = verify(data, trust, NOW + timedelta(days=30, seconds=1))
    assert refusal(stale) == (
        "Revocation not checked since 23 November 2026: everything else is in order, but it may "
        f"have been withdrawn since then. Ask {ORGANISATION} for its newest trust file, then try "
        "again."
    )
    assert stale.details is not None


def test_7_a_list_of_tomorrow(data: bytes, issuer: Issuer) -> None:
    assert refusal(verify(data, make_trust(issuer, now=NOW + timedelta(days=1)), NOW)) == (
        "Its list of withdrawn certificates is dated 2026-11-24T14:00:00Z, later than now. If that "
        "is in the past, this computer's clock is wrong: set it, then try again."
    )


def test_7_a_list_that_is_missing_foreign_or_changed(
    data: bytes, issuer: Issuer, thief: Issuer, trust: TrustBundle
) -> None:
    (good,) = trust.status_lists
    none = (
        "Revocation not checked: the trust file has no list of withdrawn certificates for it. "
        f"Ask {ORGANISATION} for its newest trust file."
    )
    assert refusal(verify(data, replace(trust, status_lists=()), NOW)) == none
    foreign = {**signed_list(thief, (), NOW), "id": good["id"]}
    assert refusal(verify(data, replace(trust, status_lists=(foreign,)), NOW)) == none
    claimed = {**foreign, "issuer": issuer.id}
    assert refusal(verify(data, replace(trust, status_lists=(claimed,)), NOW)) == none
    under_our_key = copy(claimed)
    under_our_key["proof"]["verificationMethod"] = issuer.method
    forged = replace(trust, status_lists=(under_our_key,))
    assert refusal(verify(data, forged, NOW)).startswith("The signature does not match")
    # Signed by our own key, in someone else's name or after its time.
    unsigned = {name: value for name, value in good.items() if name != "proof"}
    other = add_proof({**unsigned, "issuer": thief.id}, issuer, "2026-11-23T14:00:00Z", RDFC)
    assert refusal(verify(data, replace(trust, status_lists=(other,)), NOW)) == none
    ended = replace(trust.keys[0], until="2026-11-23T14:00:00Z")
    late = make_trust(issuer, now=NOW + timedelta(days=2))
    assert refusal(verify(data, replace(late, keys=(ended,)), NOW + timedelta(days=2))) == (
        "Its list of withdrawn certificates is dated 25 November 2026, and its key was in use "
        "from 1 November 2026 to 23 November 2026. Don't accept it."
    )
    longer = {**good, "validUntil": "2099-01-01T00:00:00Z"}
    assert refusal(verify(data, replace(trust, status_lists=(longer,)), NOW)).startswith(
        "The signature does not match"
    )


def test_8_another_recipient(data: bytes, badge: Badge, issuer: Issuer, trust: TrustBundle) -> None:
    assert refusal(verify(data, trust, NOW, "mal@example.org")) == (
        "It was not issued to the e-mail address you named. Check the spelling."
    )
    assert refusal(verify(data, trust, NOW, "Mal Ory")) == (
        "It was not issued to the person you named. Check the spelling."
    )
    slip = write_slip(badge, issuer).encode()
    assert verify(slip, trust, NOW, "Sam Okoro").valid
    assert "names no e-mail address" in refusal(verify(slip, trust, NOW, EMAIL))


def test_the_first_thing_wrong_is_what_is_said(
    thief: Issuer, issuer: Issuer, trust: TrustBundle
) -> None:
    # Expired, withdrawn, by another key: the key comes first.
    old = make_badge(thief, datetime(2020, 1, 1, tzinfo=UTC))
    assert "as its issuer" in refusal(verify(as_bytes(old.document), trust, NOW))
    # Withdrawn, and asked about someone else: the withdrawal comes first.
    withdrawn = make_trust(issuer, withdrawn=(46,))
    said = verify(as_bytes(make_badge(issuer).document), withdrawn, NOW, "mal@example.org")
    assert "withdrew it" in refusal(said)


# ------------------------------------------------------------------------ files


def test_files_are_verified_by_the_trust_file_at_hand(
    tmp_path: Path, badge: Badge, issuer: Issuer
) -> None:
    trust = trust_document(issuer, signed_list(issuer, (), NOW), Checkpoint(0, "0" * 64), NOW)
    (tmp_path / "trust.json").write_bytes(as_bytes(trust))
    (tmp_path / "badge.json").write_bytes(as_bytes(badge.document))
    assert verify_file(tmp_path / "badge.json", tmp_path / "trust.json", NOW, EMAIL).valid
    with pytest.raises(CourseError, match="The certificate can't be opened"):
        verify_file(tmp_path / "none.json", tmp_path / "trust.json", NOW)
    with pytest.raises(CourseError, match="The issuer's trust file can't be opened"):
        verify_file(tmp_path / "badge.json", tmp_path / "none.json", NOW)
    with pytest.raises(Refused, match="This trust file can't be used"):
        verify_file(tmp_path / "badge.json", tmp_path / "badge.json", NOW)
