"""CSV that a spreadsheet opens and runs nothing of."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.desk import Desk
from autograder.exports import csv_text, marks_rows, named_marks_rows
from autograder.intake import take_in
from autograder.nbgrader_root import gradebook_url, nbgrader
from course.syllabus import load_syllabus
from tests.small_desk import NOW, OneLearner, enrolled, give_marks, hand_in

SYLLABUS = load_syllabus()


def read(text: str, delimiter: str = ",") -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=delimiter))


def without_marks(cell: str) -> str:
    """Take away the apostrophes that mark text."""
    return re.sub(r"(^|[;\t\r\n])'", r"\1", cell)


def begins_a_formula(cell: str) -> bool:
    return cell.strip()[:1] in tuple("=+-@＝＋－＠﹦﹢﹣﹫−") or cell[:1] in ("\t", "\r", "\n")


tricky = st.text(st.sampled_from("=+-@＝＋－＠﹣' \t\r\n;,\"a1"), max_size=8) | st.text(max_size=20)


@given(st.lists(st.lists(tricky, min_size=1, max_size=4), min_size=1, max_size=4))
def test_whatever_the_cells_they_read_back_and_none_begins_a_formula(rows: list[list[str]]) -> None:
    shown = read(csv_text(rows))
    assert [[without_marks(cell) for cell in row] for row in shown] == rows
    assert not any(begins_a_formula(cell) for row in shown for cell in row)


@given(tricky, st.sampled_from(";\t"))
def test_no_cell_begins_a_formula_where_it_is_parted_elsewhere(text: str, delimiter: str) -> None:
    """Excel in many languages parts cells at semicolons: then quotes inside a line protect none."""
    shown = read(csv_text([["a", text, "b"]]), delimiter)
    cells = [cell for row in shown for cell in row]
    assert not any(re.match(r"\s*[=+@＝＋－＠−-]", cell) for cell in cells)


@given(st.lists(st.integers() | st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_numbers_stay_numbers(numbers: list[float]) -> None:
    (row,) = read(csv_text([numbers]))
    assert [float(cell) for cell in row] == [float(number) for number in numbers]


def test_what_is_no_number_is_text_and_nothing_is_empty() -> None:
    assert read(csv_text([[float("nan"), float("-inf"), None, "-3"]])) == [
        ["nan", "'-inf", "", "'-3"]
    ]


def test_every_cell_is_quoted_and_lines_end_as_excel_has_them() -> None:
    assert csv_text([["a", 1], ['b "c"', 2.5]]) == '\ufeff"a","1"\r\n"b ""c""","2.5"\r\n'


# ------------------------------------------------------------ a desk's marks


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk.create(tmp_path / "desk", "Riverside (simulated)")
    for learner in enrolled(desk, tmp_path, 2):
        give_marks(desk, take_in(desk, hand_in(learner, tmp_path), NOW), 3, NOW)
        later = NOW + timedelta(hours=25)
        give_marks(desk, take_in(desk, hand_in(learner, tmp_path, attempt=2), later), 4, later)
    return desk


def test_there_is_one_row_an_attempt_and_no_name(desk: Desk) -> None:
    header, *rows = marks_rows(desk, SYLLABUS)
    assert len(rows) == 4
    assert rows == sorted(rows, key=lambda row: (str(row[0]), row[3]))
    first = dict(zip(header, rows[0], strict=True))
    assert (first["assessment"], first["attempt"], first["score"]) == ("all_staff_check", 1, 3.0)
    assert (first["percent"], first["passed"], first["practice"]) == (60.0, "no", "no")
    assert first["marked_at"] == "2026-11-23T14:00:00Z"
    assert rows[1][header.index("passed")] == "yes"
    assert "Person" not in csv_text(marks_rows(desk, SYLLABUS))


def test_practice_is_no_pass(desk: Desk) -> None:
    for marking in desk.marked():
        assert marking.record is not None
        desk.add_marking(replace(marking, record=replace(marking.record, practice=True)), NOW)
    header, *rows = marks_rows(desk, SYLLABUS)
    assert {(row[header.index("passed")], row[header.index("practice")]) for row in rows} == {
        ("no", "yes")
    }


def test_marks_of_an_assessment_that_is_taught_no_longer_are_there(desk: Desk) -> None:
    header, *rows = marks_rows(desk, replace(SYLLABUS, assessments=()))
    assert len(rows) == 4
    assert {row[header.index("passed")] for row in rows} == {""}


def test_names_come_only_when_they_are_asked_for(desk: Desk) -> None:
    header, *rows = named_marks_rows(desk, SYLLABUS)
    assert header[:3] == ("name", "staff_number", "pseudonym")
    assert sorted(row[0] for row in rows) == ["Person 1", "Person 1", "Person 2", "Person 2"]
    people = {person.pseudonym: person.name for person in desk.people()}
    assert all(people[row[2]] == row[0] for row in rows)


# ------------------------------------------------------------ nbgrader's own command


@pytest.mark.nbgrader
def test_nbgraders_export_has_its_own_columns_and_no_formula(tmp_path: Path) -> None:
    from nbgrader.api import Gradebook
    from nbgrader.apps.exportapp import ExportApp
    from nbgrader.plugins import CsvExportPlugin

    one = OneLearner(tmp_path, right=3)
    one.marking()
    root, who = one.desk.folder, one.learner.pseudonym
    with (
        nbgrader(root) as (config, _log, _said),
        Gradebook(gradebook_url(root)) as gradebook,
    ):
        gradebook.update_or_create_student("ffff", first_name='=cmd("x")', last_name='O"N, eil')
        app = ExportApp(config=config)
        app.init_plugin()
        app.plugin_inst.to = str(tmp_path / "grades.csv")
        app.plugin_inst.export(gradebook)
        stock = CsvExportPlugin(to=str(tmp_path / "stock.csv"), student=[who])
        stock.export(gradebook)
        app.plugin_inst.assignment, app.plugin_inst.to = ["none"], str(tmp_path / "none.csv")
        app.plugin_inst.export(gradebook)
    header, *rows = read((tmp_path / "grades.csv").read_text(encoding="utf-8"))
    (theirs,) = csv.DictReader((tmp_path / "stock.csv").read_text().splitlines())
    assert header == list(theirs)
    by_student = {row[3]: row for row in rows}
    assert by_student[who] == list(theirs.values())
    assert by_student["ffff"][4:6] == ['O"N, eil', '\'=cmd("x")']
    assert read((tmp_path / "none.csv").read_text(encoding="utf-8")) == [header]
