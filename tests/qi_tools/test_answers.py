from __future__ import annotations

import errno
import json
import os
import random
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qi_tools import answers as module
from qi_tools import whole_file
from qi_tools.answers import (
    MAX_BYTES,
    MAX_CHARACTERS,
    MAX_REVISION,
    Answer,
    AnswerConflict,
    AnswerFile,
    AnswersInvalid,
    AnswersNotSaved,
    check_id,
    parse_answers,
)

AT = "2026-11-23T14:00:00Z"


@pytest.fixture
def file(tmp_path: Path) -> AnswerFile:
    return AnswerFile(tmp_path / "answers.json")


def document(**answers: Any) -> dict[str, Any]:
    return {
        "schema": 1,
        "answers": {
            id.replace("_", "-"): {"value": value, "revision": 1, "at": AT}
            for id, value in answers.items()
        },
    }


def as_bytes(value: object) -> bytes:
    return json.dumps(value).encode()


def names(file: AnswerFile) -> set[str]:
    return {path.name for path in file.path.parent.iterdir()}


# ---- saving and reading --------------------------------------------------------------------------


def test_no_file_means_no_answers_and_reading_makes_none(file: AnswerFile) -> None:
    assert file.load() == {}
    assert file.get("a1-predict") is None
    assert file.kept_aside == ()
    assert names(file) == set()


def test_saving_leaves_only_the_file_and_its_lock(file: AnswerFile) -> None:
    file.save("a1-predict", "more")
    assert names(file) == {"answers.json", "answers.json.lock"}


@pytest.mark.parametrize(
    ("given_value", "kept"),
    [
        ("more", "more"),
        ("", ""),
        ("two\r\nlines\rhere", "two\nlines\nhere"),
        ("from\x0bWord\x00", "from Word "),
        ("caffè 🩺", "caffè 🩺"),
        (12, 12.0),
        (-0.5, -0.5),
        (("a", "b"), ("a", "b")),
        ((), ()),
    ],
)
def test_a_value_comes_back(file: AnswerFile, given_value: Any, kept: Any) -> None:
    assert file.save("q", given_value).value == kept
    assert file.load()["q"].value == kept


def test_each_save_is_a_new_revision(file: AnswerFile) -> None:
    first = file.save("q", "a")
    second = file.save("q", "b", seen=first.revision)
    assert (first.revision, second.revision) == (1, 2)
    assert file.load() == {"q": second}


def test_the_file_says_what_the_interface_promises(file: AnswerFile) -> None:
    saved = file.save("a1-predict", "more")
    assert json.loads(file.path.read_bytes()) == {
        "schema": 1,
        "answers": {"a1-predict": {"value": "more", "revision": 1, "at": saved.at}},
    }


def test_two_tabs_with_different_questions_merge(file: AnswerFile) -> None:
    other_tab = AnswerFile(file.path)
    file.save("a", "1")
    other_tab.save("b", "2")
    file.save("c", "3")
    assert {id: answer.value for id, answer in file.load().items()} == {
        "a": "1",
        "b": "2",
        "c": "3",
    }


@pytest.mark.parametrize("seen", [0, 1])
def test_a_stale_save_carries_the_current_answer_and_changes_nothing(
    file: AnswerFile, seen: int
) -> None:
    file.save("q", "first")
    current = file.save("q", "second", seen=1)
    before = file.path.read_bytes()
    with pytest.raises(AnswerConflict, match="another tab") as caught:
        file.save("q", "mine", seen=seen)
    assert caught.value.current == current
    assert file.path.read_bytes() == before
    assert file.save("q", "mine", seen=caught.value.current.revision).revision == 3


def test_many_writers_lose_nothing(file: AnswerFile) -> None:
    def write(tab: int) -> None:
        for number in range(5):
            AnswerFile(file.path).save(f"tab-{tab}-{number}", "x")

    tabs = [threading.Thread(target=write, args=(tab,)) for tab in range(4)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert len(file.load()) == 20


def test_a_revision_never_outgrows_the_file(file: AnswerFile) -> None:
    data = document(q="a")
    data["answers"]["q"]["revision"] = MAX_REVISION
    file.path.write_bytes(as_bytes(data))
    assert file.save("q", "b", seen=MAX_REVISION).revision == MAX_REVISION
    assert file.load()["q"].value == "b"


def test_blank() -> None:
    assert Answer("", 2, AT).is_blank
    assert Answer((), 2, AT).is_blank
    assert not Answer(0.0, 1, AT).is_blank
    assert not Answer(" a", 1, AT).is_blank


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "Give text, a number or several texts"),
        (None, "NoneType"),
        (float("nan"), "ordinary number"),
        (10**400, "ordinary number"),
        ("x" * (MAX_CHARACTERS + 3), "shorten it by 3"),
        (("x",) * 51, "at most 50"),
        ({"a": "b"}, "dict"),
        (("a", 1), "tuple"),
    ],
)
def test_a_value_that_cannot_be_kept(file: AnswerFile, value: Any, words: str) -> None:
    with pytest.raises(AnswersInvalid, match=words):
        file.save("q", value)
    assert names(file) == set()


@pytest.mark.parametrize("id", ["", "A1", "-a", "a_b", "a" * 65, "a\n", "é", "../x", 3, None])
def test_an_id_that_does_not_work(file: AnswerFile, id: Any) -> None:
    with pytest.raises(AnswersInvalid, match="cannot be an id") as caught:
        file.save(id, "x")
    assert "\n" not in str(caught.value)


def test_a_long_id_works() -> None:
    assert check_id("a" * 64) == "a" * 64


# ---- what goes wrong on the disk -----------------------------------------------------------------


class Killed(BaseException):
    """Stands for the process being killed."""


@pytest.mark.parametrize("where", ["os.fsync", "Path.replace", "os.open"])
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full"),
        (OSError(errno.EROFS, "Read-only file system"), "read-only or in use"),
        (PermissionError(errno.EACCES, "Permission denied"), "read-only or in use"),
        (OSError(errno.EIO, "Input/output error"), "Input/output error"),
        (Killed(), None),
    ],
)
def test_a_fault_leaves_the_old_file_whole(
    file: AnswerFile,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    fault: BaseException,
    words: str | None,
) -> None:
    file.save("q", "old")
    before = file.path.read_bytes()
    open_file = os.open

    def fail(*_: Any, **__: Any) -> None:
        raise fault

    def fail_to_make(path: Any, flags: int, *rest: Any, **more: Any) -> int:
        if flags & os.O_EXCL:
            raise fault
        return open_file(path, flags, *rest, **more)

    with monkeypatch.context() as patch:
        match where:
            case "os.fsync":
                patch.setattr(os, "fsync", fail)
            case "Path.replace":
                patch.setattr(Path, "replace", fail)
            case "os.open":
                patch.setattr(os, "open", fail_to_make)
        if words is None:
            with pytest.raises(Killed):
                file.save("q", "new", seen=1)
        else:
            with pytest.raises(AnswersNotSaved, match=words) as caught:
                file.save("q", "new", seen=1)
            assert "Answers saved before are safe" in str(caught.value)
            assert "\n" not in str(caught.value)
    assert file.path.read_bytes() == before
    assert names(file) == {"answers.json", "answers.json.lock"}
    assert file.save("q", "new", seen=1).revision == 2


def test_a_half_written_file_is_never_the_answers_file(
    file: AnswerFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.save("q", "old")
    seen: list[bytes] = []
    monkeypatch.setattr(os, "fsync", lambda _: seen.append(file.path.read_bytes()))
    file.save("q", "new", seen=1)
    assert parse_answers(seen[0])["q"].value == "old"


def test_a_missing_folder_is_not_made_again(tmp_path: Path) -> None:
    with pytest.raises(AnswersNotSaved, match="no longer there"):
        AnswerFile(tmp_path / "erased" / "answers.json").save("q", "x")
    assert not (tmp_path / "erased").exists()


def test_another_window_that_never_lets_go(
    file: AnswerFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOCK_SECONDS", 0)
    with (
        FileLock(file.path.with_name("answers.json.lock")),
        pytest.raises(AnswersNotSaved, match="another window is still saving"),
    ):
        file.save("q", "x")


def test_a_full_file_is_refused_in_words(file: AnswerFile, monkeypatch: pytest.MonkeyPatch) -> None:
    file.save("q", "x")
    monkeypatch.setattr(module, "MAX_BYTES", 200)
    with pytest.raises(AnswersNotSaved, match="the file has no room left"):
        file.save("r", "x" * 100)
    assert set(file.load()) == {"q"}


def test_a_scanner_that_holds_the_file_for_a_moment(
    file: AnswerFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusals = [PermissionError(errno.EACCES, "in use")] * 3
    replace = Path.replace

    def held(path: Path, target: Path) -> Path:
        if refusals:
            raise refusals.pop()
        return replace(path, target)

    monkeypatch.setattr(whole_file, "_ON_WINDOWS", True)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    monkeypatch.setattr(Path, "replace", held)
    file.save("q", "x")
    assert refusals == []
    assert file.load()["q"].value == "x"


WRITER = """
import sys
from pathlib import Path
from qi_tools.answers import AnswerFile

answers = AnswerFile(Path(sys.argv[1]))
held = answers.get("long")
revision = held.revision if held else 0
print("writing", flush=True)
while True:
    revision = answers.save("long", "x" * 3000 + str(revision), seen=revision).revision
"""


def test_a_killed_process_leaves_a_whole_file(file: AnswerFile) -> None:
    file.save("other", "kept")
    for _ in range(8):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(file.path)], stdout=subprocess.PIPE
        )
        assert writer.stdout is not None
        with writer, writer.stdout:
            assert writer.stdout.readline() == b"writing" + os.linesep.encode()
            time.sleep(random.uniform(0.001, 0.03))
            writer.kill()
        held = file.load()  # whole, or this raises
        assert held["other"].value == "kept"
        revision = held["long"].revision if "long" in held else 0
        if revision:
            assert held["long"].value == "x" * 3000 + str(revision - 1)
        # The lock did not die with its holder, and what it left behind is gone.
        file.save("long", "x" * 3000 + str(revision), seen=revision)
        assert names(file) == {"answers.json", "answers.json.lock"}


# ---- damaged files -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage", [b"", b'{"schema": 1, "answ', b"\x00" * 40, b"x" * (MAX_BYTES + 1)]
)
def test_a_damaged_file_is_set_aside_never_overwritten(file: AnswerFile, damage: bytes) -> None:
    file.path.write_bytes(damage)
    with pytest.raises(AnswersInvalid):
        file.load()
    assert names(file) == {"answers.json"}
    file.save("q", "x")
    (kept,) = file.kept_aside
    assert kept.name.startswith("answers.damaged-")
    assert kept.read_bytes() == damage
    assert file.load()["q"].value == "x"


def test_damaged_files_are_all_kept(file: AnswerFile) -> None:
    for damage in (b"one", b"two", b"three"):
        file.path.write_bytes(damage)
        file.save("q", "x")
    assert {kept.read_bytes() for kept in file.kept_aside} == {b"one", b"two", b"three"}


def test_a_file_that_cannot_be_read_is_not_set_aside(
    file: AnswerFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.save("q", "x")

    def refuse(_: object) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(AnswerFile, "_read", refuse)
        with pytest.raises(AnswersInvalid, match="could not be read"):
            file.load()
        with pytest.raises(AnswersNotSaved, match="read-only or in use"):
            file.save("q", "y", seen=1)
    assert file.kept_aside == ()
    assert file.load()["q"].value == "x"


# ---- the strict reader ---------------------------------------------------------------------------


def test_a_good_file() -> None:
    parsed = parse_answers(as_bytes(document(a1_predict="more", n=3, many=["a", "b"])))
    assert parsed == {
        "a1-predict": Answer("more", 1, AT),
        "n": Answer(3.0, 1, AT),
        "many": Answer(("a", "b"), 1, AT),
    }
    assert parse_answers(b'{"schema":1,"answers":{}}') == {}


def one(**changes: Any) -> bytes:
    data = document(q="a")
    data["answers"]["q"].update(changes)
    return as_bytes(data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "damaged"),
        (b"null", "exactly these parts: answers, schema"),
        (b"[]", "exactly these parts"),
        (b'{"schema":1}', "exactly these parts"),
        (b'{"schema":1,"answers":{},"more":1}', "exactly these parts"),
        (b'{"schema":2,"answers":{}}', "schema must be 1"),
        (b'{"schema":true,"answers":{}}', "schema must be 1"),
        (b'{"schema":1.0,"answers":{}}', "schema must be 1"),
        (b'{"schema":1,"answers":[]}', "by question id"),
        (b'{"schema":1,"schema":1,"answers":{}}', "appears twice"),
        (b'{"schema":1,"answers":{"a":{"at":"x","at":"x"}}}', "appears twice"),
        (b'{"schema":1,"answers":{"a":1,"a":1}}', "appears twice"),
        (b'{"schema":1,"answers":{}} trailing', "damaged"),
        (b"\xef\xbb\xbf" + as_bytes(document()), "damaged"),
        (b"\xff\xfe{}", "UTF-8"),
        (as_bytes(document(BIG="x")), "cannot be an id"),
        (b'{"schema":1,"answers":{"a":5}}', "the answer to a must have exactly"),
        (one(extra=1), "exactly these parts: at, revision, value"),
        (one(revision=0), "revision of q"),
        (one(revision=True), "revision of q"),
        (one(revision=1.0), "revision of q"),
        (one(revision=2**53), "revision of q"),
        (one(at="2026-11-23T14:00:00"), "time of q"),
        (one(at="2026-02-30T14:00:00Z"), "time of q"),
        (one(at="٢٠٢٦-11-23T14:00:00Z"), "time of q"),
        (one(at=5), "time of q"),
        (one(value=None), "NoneType"),
        (one(value=False), "is False"),
        (one(value={"a": 1}), "dict"),
        (one(value=["a", ["b"]]), "tuple"),
        (one(value=["a", 1]), "tuple"),
        (one(value="x" * 4001), "4,001 characters"),
        (one(value=["x" * 3000, "x" * 3000]), "6,000 characters"),
        (one(value="a\u0000"), "cannot be kept"),
        (one(value="\ud800"), "cannot be kept"),
        (one(value=["\ud800"]), "cannot be kept"),
        (one(value=float("nan")), "NaN"),
        (one(value=float("-inf")), "-Infinity"),
        (one(value=0).replace(b": 0", b": 1e999"), "not a number"),
        (one(value=0).replace(b": 0", b": 1" + b"0" * 400), "not a number"),
        (one(value=0).replace(b": 0", b": 1" + b"0" * 5000), "damaged"),
        (b'{"schema":1,"answers":' + b"[" * 200_000, "nested|damaged"),
        (b'{"a":' * 150_000, "nested|damaged"),
        (b" " * (MAX_BYTES + 1), "larger than 1,048,576 bytes"),
    ],
)
def test_the_strict_reader_refuses(data: bytes, words: str) -> None:
    with pytest.raises(AnswersInvalid, match=words) as caught:
        parse_answers(data)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 400


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(AnswersInvalid):
        parse_answers(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(json_values, json_values, json_values)
def test_any_value_in_an_answer_is_read_or_refused(value: Any, revision: Any, at: Any) -> None:
    try:
        parsed = parse_answers(one(value=value, revision=revision, at=at))
    except AnswersInvalid:
        return
    assert type(parsed["q"].value) in {str, float, tuple}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=MAX_CHARACTERS)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.lists(st.text(max_size=30), max_size=20).map(tuple)
)
def test_whatever_is_saved_can_be_read_strictly(tmp_path: Path, value: Any) -> None:
    file = AnswerFile(tmp_path / "answers.json")
    held = file.get("q")
    saved = file.save("q", value, seen=held.revision if held else 0)
    assert parse_answers(file.path.read_bytes()) == {"q": saved}
    if not isinstance(value, str | tuple):
        assert saved.value == value


def test_answers_need_no_widgets() -> None:
    code = (
        "import sys, qi_tools.answers; "
        "sys.exit(bool({'ipywidgets', 'anywidget', 'matplotlib'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
