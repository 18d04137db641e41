"""The staff list: every way in which spreadsheets write it, and every fault named."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.people import normalise_staff_number, pseudonym_of, read_own, read_staff
from course.errors import FaultsFound
from course.syllabus import GROUPS

HEADER = "staff_number,name,email,staff_group\n"


def faults_of(text: str | bytes) -> list[str]:
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(FaultsFound) as found:
        read_staff(data, "staff.csv", GROUPS)
    return [str(fault) for fault in found.value.faults]


def test_every_bad_row_is_named_with_its_line() -> None:
    rows = (
        ",No Number,,\n"
        "1,,,\n"
        "2,Ann,not-an-address,\n"
        "3,Bob,,porters\n"
        "4,Cat,,,extra\n"
        "1.2E+07,Dan,,\n"
        '5,"Eve\nof two lines",,\n'
        "05,Fay,,\n"
        "#6,Gus,,\n"
    )
    assert faults_of(HEADER + rows) == [
        "line 2, staff_number: is missing",
        "line 3, name: must be 1 to 200 ordinary characters",
        "line 4, email: is not an e-mail address; correct it or leave it empty",
        f"line 5, staff_group: must be one of {', '.join(GROUPS)}, or empty",
        "line 6: has 5 cells and the header has 4",
        "line 7, staff_number: is 1.2E+07: a spreadsheet shortened it; format the column as text",
        "line 10, staff_number: is on line 8 already; keep one row",
        "line 11, staff_number: must be 1 to 32 letters, digits, hyphens or strokes",
    ]


def test_every_missing_column_is_named() -> None:
    assert [
        fault.split(";")[0] for fault in faults_of("staff_number,e-mail,name,name\n1,,a,b\n")
    ] == [
        "line 1, column name is there twice",
        "line 1, column email is missing",
        "line 1, column staff_group is missing",
    ]


@pytest.mark.parametrize("text", ["", "\n\n", HEADER])
def test_a_list_of_no_one_is_a_fault(text: str) -> None:
    assert "has no rows" in faults_of(text)[0]


@pytest.mark.parametrize("data", [b"PK\x03\x04\x00\x00", b"\x00" * 9, b"\x81\x8d\x90"])
def test_a_file_that_is_no_text_is_a_fault(data: bytes) -> None:
    assert "Save as CSV" in faults_of(data)[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lists_come_as_spreadsheets_write_them(encoding: str, delimiter: str, end: str) -> None:
    text = f"{HEADER}00017,Zoë O’Brien,zoe@example.org,Quality coaches\n\n".replace(",", delimiter)
    (row,) = read_staff(text.replace("\n", end).encode(encoding), "staff.csv", GROUPS)
    assert (row.staff_number, row.name, row.group) == ("17", "Zoë O’Brien", "quality_coaches")


@settings(max_examples=60)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_list_or_have_faults(data: bytes) -> None:
    try:
        rows = read_staff(HEADER.encode() + data, "staff.csv", GROUPS)
    except FaultsFound:
        return
    assert all(row.name and row.staff_number for row in rows)


@given(st.text("0123456789ABCabc -/", min_size=1, max_size=20))
def test_a_staff_number_is_normalised_once_and_for_all(text: str) -> None:
    once = normalise_staff_number(text)
    assert normalise_staff_number(once) == once
    assert pseudonym_of(b"key", text) == pseudonym_of(b"key", once)


def test_a_pseudonym_is_the_keyed_hash_of_the_staff_number() -> None:
    # printf 123 | openssl dgst -sha256 -hmac key
    assert pseudonym_of(b"key", " 00123") == "a7f7739b1dc5b4e9"
    assert pseudonym_of(b"other", "123") != pseudonym_of(b"key", "123")


def test_ones_own_details_follow_the_rules_of_a_list() -> None:
    row = read_own("LONE-00AB", '  Ann "Annie"\tBell, RN ', "ann@example.org")
    assert (row.name, row.email, row.group) == ('Ann "Annie" Bell, RN', "ann@example.org", None)
    with pytest.raises(FaultsFound) as found:
        read_own("LONE-1", "", "ann")
    assert [fault.where for fault in found.value.faults] == ["name", "email"]
    assert str(found.value).startswith("2 faults to mend in what you gave:")


@given(st.text(min_size=1, max_size=40))
def test_any_name_is_taken_or_has_faults(name: str) -> None:
    try:
        row = read_own("LONE-1", name, None)
    except FaultsFound:
        return
    assert row == read_own("LONE-1", row.name, "")
