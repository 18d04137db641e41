from typing import Any

import pytest

from autograder.credentials import contexts
from course.errors import CourseError


@pytest.mark.parametrize("address", [contexts.CREDENTIALS, contexts.OPEN_BADGES])
def test_both_vocabularies_come_from_the_installed_package(address: str) -> None:
    served = contexts.loader(address)
    assert served["documentUrl"] == address
    assert "@context" in served["document"]


@pytest.mark.parametrize(
    "address",
    [
        "https://www.w3.org/ns/credentials/v2/",
        "http://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context.json",
        "file:///etc/passwd",
        "",
    ],
)
def test_every_other_address_is_refused_and_nothing_is_fetched(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*_: Any, **__: Any) -> None:
        pytest.fail("the network was asked")

    monkeypatch.setattr("socket.socket.connect", no_network)
    with pytest.raises(CourseError, match="is not one that our badges use"):
        contexts.loader(address)


def test_a_vocabulary_file_that_is_not_the_known_one_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name, _ = contexts._SHIPPED[contexts.OPEN_BADGES]
    monkeypatch.setitem(contexts._SHIPPED, "https://example.org/other", (name, "0" * 64))
    with pytest.raises(CourseError, match="is not the one that our badges are signed with"):
        contexts.context("https://example.org/other")
