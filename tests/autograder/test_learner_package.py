"""The learner's edition: it runs without the desk, and no key is in it in any encoding."""

import base64
import codecs
import io
import re
import subprocess
import sys
import urllib.parse
import zipfile
import zlib

import pytest

from autograder.keys import read_keys
from autograder.learner_package import build_learner_package
from course.folders import COURSE, REPOSITORY

pytestmark = pytest.mark.nbgrader


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return build_learner_package(REPOSITORY, tmp_path_factory.mktemp("package") / "course.zip")


@pytest.fixture(scope="module")
def contents(package):
    with zipfile.ZipFile(package) as files:
        return {name: files.read(name) for name in files.namelist()}


def secrets():
    """Return what no learner may see: every reason, and every item beside its right answer."""
    reasons, pairs = set(), set()
    for path in COURSE.glob("source/*/*.ipynb"):
        for item, (right, why, _) in read_keys(path).items():
            reasons.add(why)
            # Of an answer to several rows, the first of them: it stands next to the item.
            pairs.add((item, right if isinstance(right, str) else right[0]))
    return reasons, pairs


def encodings(text):
    """Yield the ways in which a text could hide in a file."""
    raw = text.encode()
    yield raw
    yield raw[::-1]
    yield text.encode("utf-16-le")
    yield text.encode("utf-16-be")
    yield raw.hex().encode()
    yield codecs.encode(text, "rot13").encode()
    yield urllib.parse.quote(text).encode()
    for shift in range(3):  # base64 depends on where a text starts: the middle stays the same
        yield base64.b64encode(b"x" * shift + raw)[4:-4]


def unpacked(data):
    """Yield the data, and what is inside it where it is packed."""
    yield data
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as inner:
            for name in inner.namelist():
                yield from unpacked(inner.read(name))
    except zipfile.BadZipFile:
        pass
    for window in (31, 15, -15):
        try:
            yield zlib.decompress(data, window)
        except zlib.error:
            continue


def leaks(contents, reasons, pairs):
    found = []
    needles = {needle: text for text in reasons for needle in encodings(text)}
    for name, data in contents.items():
        for layer in unpacked(data):
            found += [(name, text) for needle, text in needles.items() if needle in layer]
            plain = layer.decode("utf-8", "ignore")
            found += [
                (name, item)
                for item, option in pairs
                if re.search(rf"{item}\W{{1,8}}{re.escape(option)}\W", plain)
            ]
    return found


def test_there_are_keys_to_leak():
    reasons, pairs = secrets()
    assert len(reasons) >= 60
    assert len(pairs) >= 60
    assert any("=" in right for _, right in pairs)


def test_no_key_is_in_any_file_of_the_package(contents):
    assert leaks(contents, *secrets()) == []


@pytest.mark.parametrize(
    "hide",
    [
        lambda raw: raw,
        lambda raw: base64.b64encode(b"ab" + raw),
        zlib.compress,
        lambda raw: raw.decode().encode("utf-16-le"),
        lambda raw: raw.hex().encode(),
    ],
)
def test_the_search_finds_a_planted_key(hide):
    reasons, pairs = secrets()
    planted = hide(sorted(reasons)[0].encode())
    assert leaks({"planted": planted}, reasons, pairs)


def test_the_search_finds_a_planted_pair():
    item, option = sorted(secrets()[1])[0]
    assert leaks({"planted": f'{{"{item}": "{option}"}}'.encode()}, *secrets())


def test_it_leaves_out_the_sources_and_the_desk(contents):
    places = {name.split("/", 1)[1] for name in contents}
    assert not [place for place in places if place.startswith(("autograder", "course/source"))]
    assert {
        "run.py",
        "course/release/all_staff_check/all_staff_check.ipynb",
        "course/syllabus.toml",
    } <= places
    assert not [place for place in places if place.endswith("answers.json")]


def test_the_same_course_makes_the_same_zip(package, tmp_path):
    again = build_learner_package(REPOSITORY, tmp_path / "again.zip")
    with zipfile.ZipFile(package) as one, zipfile.ZipFile(again) as two:
        assert one.namelist() == two.namelist()


def test_learners_can_use_it_and_are_told_what_it_lacks(package, tmp_path):
    with zipfile.ZipFile(package) as files:
        files.extractall(tmp_path)
    folder = tmp_path / "qi-course"
    # As in the learner's own environment: this folder's packages, and not the full course's.
    start = (
        f"import sys; sys.path[:] = [{str(folder)!r}]"
        f" + [each for each in sys.path if each != {str(REPOSITORY)!r}];"
        " from course.cli import main; sys.exit(main())"
    )

    def run(*words):
        return subprocess.run(
            [sys.executable, "-P", "-c", start, *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    assert run("--help").returncode == 0
    assert run("mark").returncode == 2
    assert "learner's edition" in run("mark").stderr
    assert (
        run("check", str(folder / "modules/1_all_staff/a1_why_improvement.ipynb")).returncode == 0
    )
