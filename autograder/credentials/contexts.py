"""The JSON-LD vocabularies that badges name, from an installed package and never the network.

A vocabulary that changed would change what a signature covers, so each is held to its hash.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib import resources
from typing import Any

from course.errors import CourseError

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"

# Two different files go by the name context-3.0.3.json; this hash says which one we sign with.
_SHIPPED = {
    CREDENTIALS: (
        "credentials-v2.json",
        "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    ),
    OPEN_BADGES: (
        "ob-v3p0-context-3.0.3.json",
        "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
    ),
}


@cache
def context(address: str) -> dict[str, Any]:
    """Return one of the two vocabularies.

    Raises
    ------
    CourseError
        If the address is another one, or the installed file is not the one we know.
    """
    if address not in _SHIPPED:
        raise CourseError(
            f"The vocabulary {address[:200]} is not one that our badges use, and nothing is "
            "fetched from the network. Use a badge that this course issued."
        )
    name, expected = _SHIPPED[address]
    data = (resources.files("openbadgeslib") / "ob3" / "contexts" / name).read_bytes()
    if hashlib.sha256(data).hexdigest() != expected:
        raise CourseError(
            f"The vocabulary file {name} is not the one that our badges are signed with. "
            "Install the exact packages of the course again: python run.py"
        )
    document: dict[str, Any] = json.loads(data)
    return document


def loader(address: str, options: object = None) -> dict[str, Any]:
    """Serve a vocabulary in the form that PyLD asks for; refuse every other address."""
    return {
        "contextUrl": None,
        "documentUrl": address,
        "document": context(address),
        "tag": "static",  # PyLD then works its terms out once
    }
