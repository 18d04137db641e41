"""Whatever arrives as a hand-in: it is opened, or refused in words; nothing else."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from autograder.desk import Desk
from autograder.hand_in_file import HandInRefused, check_content, open_hand_in
from tests.fuzz.seconds import fuzz
from tests.small_desk import enrolled, hand_in

pytestmark = [
    pytest.mark.fuzz,
    # Making a zip file with the same name twice warns, and that is what is wanted here.
    pytest.mark.filterwarnings("ignore:Duplicate name"),
]

NAMES = ("manifest.json", "answers.json", "all_staff_check.ipynb")

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@cache
def honest() -> bytes:
    """Return a hand-in as a learner's computer makes it."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk.create(Path(folder) / "desk", "Riverside (simulated)")
        (learner,) = enrolled(desk, Path(folder))
        return hand_in(learner, Path(folder) / "work").read_bytes()


@cache
def members() -> dict[str, bytes]:
    """Return the files of the honest hand-in."""
    with zipfile.ZipFile(io.BytesIO(honest())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Return an honest hand-in with some bytes changed, left out or added."""
    data = bytearray(honest())
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(data)))
        length = draw(st.sampled_from([0, 1, 2, 4, 30, 500]))
        data[place : place + length] = draw(st.binary(max_size=8))
    return bytes(data)


@st.composite
def packed(draw: st.DrawFn) -> bytes:
    """Return a zip file of honest and other files under right and wrong names."""
    made = io.BytesIO()
    kind = draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2]))
    with zipfile.ZipFile(made, "w", kind) as archive:
        for name in draw(st.lists(st.sampled_from(NAMES) | st.text(max_size=12), max_size=5)):
            content = members().get(name, b"")
            data = draw(st.just(content) | st.binary(max_size=40) | plain.map(as_json))
            archive.writestr(name.replace("\0", "") or "x", data)
    return made.getvalue()


@st.composite
def with_another_manifest(draw: st.DrawFn) -> bytes:
    """Return an honest hand-in whose manifest says something else somewhere."""
    manifest = json.loads(members()[NAMES[0]])
    table: Any = manifest
    if draw(st.booleans()):
        table = manifest["files"]
    table[draw(st.sampled_from([*table]) | st.text(max_size=6))] = draw(plain)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in {**members(), NAMES[0]: as_json(manifest)}.items():
            archive.writestr(name, data)
    return made.getvalue()


def as_json(value: object) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")


def test_any_bytes_are_a_hand_in_or_are_refused() -> None:
    open_hand_in(honest())  # what is damaged was whole

    def check(data: bytes) -> None:
        with suppress(HandInRefused):
            check_content(open_hand_in(data))

    fuzz(check, st.one_of(st.binary(max_size=200), damaged(), packed(), with_another_manifest()))
