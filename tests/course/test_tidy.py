"""Tidying a notebook keeps what means something, and doing it twice changes nothing."""

import copy
import json

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.errors import CourseError
from course.folders import MODULES
from course.notebook import CELL_ID, MACHINE_ID
from course.tidy import as_text, is_tidy, tidied, tidy


def markdown(source, **more):
    return {"cell_type": "markdown", "metadata": {}, "source": source, **more}


def code(source, **more):
    return {
        "cell_type": "code",
        "metadata": {},
        "source": source,
        "execution_count": 7,
        "outputs": [{"output_type": "stream", "name": "stdout", "text": "1"}],
        **more,
    }


def notebook(*cells, **more):
    return {"cells": [*cells], "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}


def ids(*cells):
    return [cell["id"] for cell in tidied(notebook(*cells))["cells"]]


@pytest.fixture
def saved(tmp_path):
    def save(content):
        path = tmp_path / "a9_waits.ipynb"
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    return save


def test_a_tidy_notebook_is_left_alone(saved):
    path = saved(notebook(markdown("# Waits"), code("x = 1")))
    assert not is_tidy(path)
    assert tidy(path)
    first, when = path.read_bytes(), path.stat().st_mtime_ns
    assert is_tidy(path)
    assert not tidy(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (first, when)


def test_the_layout_is_that_of_jupyter(saved):
    path = saved(notebook(markdown("# Wäits\n\nTwo  \nlines\n\n"), code("x = 1\ny = 2")))
    tidy(path)
    text = path.read_text(encoding="utf-8")
    again = nbformat.read(path, as_version=4)
    nbformat.validate(again)
    assert text == nbformat.writes(again) + "\n"
    assert "Wäits" in text
    assert "\r" not in text


def test_outputs_go_but_for_those_that_are_checked():
    kept = code("1", metadata={"tags": ["nbval-check-output"]})
    kept["outputs"] = [
        {"output_type": "execute_result", "execution_count": 7, "data": {}, "metadata": {}}
    ]
    gone, stays = tidied(notebook(code("1"), kept))["cells"]
    assert (gone["outputs"], gone["execution_count"]) == ([], None)
    assert (stays["outputs"][0]["execution_count"], stays["execution_count"]) == (None, None)


def test_metadata_keeps_what_means_something():
    grader = {"grade": True, "grade_id": "q1", "points": 1}
    cell = code(
        "1",
        metadata={
            "tags": ["check", "check", "hide-input"],
            "jupyter": {"source_hidden": True, "outputs_hidden": True},
            "nbgrader": grader,
            "editable": False,
            "deletable": True,
            "collapsed": True,
            "execution": {"iopub.status.busy": "2026"},
        },
    )
    found = tidied(notebook(cell, metadata={"widgets": {}, "language_info": {"version": "3.9"}}))
    assert found["cells"][0]["metadata"] == {
        "tags": ["check", "hide-input"],
        "jupyter": {"source_hidden": True},
        "nbgrader": grader,
        "editable": False,
    }
    assert found["metadata"] == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }


def test_attachments_stay():
    picture = {"a.png": {"image/png": "AA"}}
    found = tidied(notebook(markdown("![A](attachment:a.png)", attachments=picture)))
    assert found["cells"][0]["attachments"] == picture


def test_good_ids_stay_even_when_the_heading_changes():
    assert ids(markdown("# New words", id="old-words"), code("1", id="Set_up")) == [
        "old-words",
        "Set_up",
    ]


@pytest.mark.parametrize(
    "given_id", [None, 3, "", "a b", "3f2a9c1e", "0cf1a3de-0b1c-4a9d-8f43-7d2f50b1c0aa", "x" * 65]
)
def test_other_ids_are_named_after_what_the_cell_holds(given_id):
    cells = [
        markdown("## Six parts\n\nSafe", id=given_id),
        markdown("More.", id=given_id),
        code('choice(\n    "a9-card", "Which?")', id=given_id),
        code('match("a9-order", "Which?")', id=given_id),
        code('experiment("sweets", "a9-jar", luck=3)', id=given_id),
        code('re.match("x", "y")', id=given_id),
    ]
    assert ids(*cells) == [
        "six-parts",
        "six-parts-markdown",
        "a9-card",
        "a9-order",
        "a9-jar",
        "six-parts-code",
    ]


def test_an_id_stands_once():
    cells = [markdown("# Waits", id="waits"), markdown("# Waits", id="waits"), markdown("# Waits")]
    assert ids(*cells) == ["waits", "waits-2", "waits-3"]
    assert ids(markdown("# Waits"), markdown("Later", id="waits")) == ["waits-2", "waits"]


def test_a_heading_that_looks_like_a_machines_id():
    assert ids(markdown("# 2026"), markdown("# Deadbeef"), markdown("# ***")) == [
        "part-2026",
        "part-deadbeef",
        "part-deadbeef-markdown",
    ]


def test_the_given_notebook_is_left_alone():
    given_one = notebook(code("1\n", metadata={"nbgrader": {"points": 1}}))
    before = copy.deepcopy(given_one)
    tidied(given_one)["cells"][0]["metadata"]["nbgrader"]["points"] = 9
    assert given_one == before


def test_a_file_that_cannot_be_written_stays_as_it_was(saved, monkeypatch, tmp_path):
    path = saved(notebook(markdown("# Waits")))
    before = path.read_bytes()

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(CourseError, match="No space left on device"):
        tidy(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff\xfe", b'{"nbformat": 4}', b'{"nbformat": 4, "cells": [3]}'],
)
def test_what_is_no_notebook_is_refused_and_kept(tmp_path, content):
    path = tmp_path / "a.ipynb"
    path.write_bytes(content)
    with pytest.raises(CourseError, match="can't be read as a notebook"):
        tidy(path)
    assert path.read_bytes() == content
    with pytest.raises(CourseError, match="is not there"):
        is_tidy(tmp_path / "none.ipynb")


def test_an_old_format_is_refused_with_a_way_out(saved):
    with pytest.raises(CourseError, match="Open it in JupyterLab and save it"):
        tidy(saved({"nbformat": 3, "worksheets": []}))


@pytest.mark.parametrize("path", sorted(MODULES.rglob("*.ipynb")), ids=lambda path: path.name)
def test_the_courses_own_notebooks_are_tidy(path):
    assert is_tidy(path)


cells = st.lists(
    st.builds(
        lambda make, source, id: make(source, id=id),
        st.sampled_from([markdown, code]),
        st.text(max_size=80) | st.sampled_from(["# A b", "## 7", 'written("a1-x", "?")']),
        st.none() | st.text(max_size=12) | st.sampled_from(["a", "a-b", "start-code"]),
    ),
    max_size=6,
)


@given(cells)
def test_tidying_is_done_once_and_for_all(found):
    once = tidied(notebook(*found))
    assert tidied(once) == once
    assert tidied(json.loads(as_text(once))) == once
    names = [cell["id"] for cell in once["cells"]]
    assert len(set(names)) == len(names)
    assert all(CELL_ID.fullmatch(name) and not MACHINE_ID.fullmatch(name) for name in names)
    nbformat.validate(nbformat.from_dict(once))
