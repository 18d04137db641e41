from contextlib import suppress
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools.csv_file import read_columns
from qi_tools.errors import FileNotUnderstood
from qi_tools.measure import Measure

nan = float("nan")


@pytest.fixture
def write(tmp_path):
    def write(content, name="waits.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_two_columns_are_found(write):
    read = read_columns(write("Month,Wait\nJan 2025,5\nFeb 2025,\nMar 2025,7.5\n"))
    assert (read.value_heading, read.date_heading) == ("Wait", "Month")
    assert read.values.tolist() == [5.0, pytest.approx(nan, nan_ok=True), 7.5]
    assert read.days.tolist() == [date(2025, month, 1) for month in (1, 2, 3)]


def test_the_columns_may_stand_either_way_round_with_others_between(write):
    path = write("Wait,Note,Month\n5,good,2025-01\n6,,2025-02\n")
    read = read_columns(path)
    assert (read.value_heading, read.date_heading) == ("Wait", "Month")


def test_columns_named(write):
    path = write("Week,Calls,Wait (min)\n2025-01-06,90,5\n2025-01-13,80,6\n")
    assert read_columns(path, value="Wait (min)").values.tolist() == [5, 6]
    assert read_columns(path, value=" wait(MIN)", date="week").values.tolist() == [5, 6]


def test_a_column_not_there_names_those_that_are(write):
    path = write("Week,Calls\n2025-01-06,90\n")
    with pytest.raises(
        FileNotUnderstood, match='no column "Waits", which value= asks for'
    ) as error:
        read_columns(path, value="Waits")
    assert 'The columns are "Week" and "Calls"' in str(error.value)
    with pytest.raises(FileNotUnderstood, match='no column "Day", which date= asks for'):
        read_columns(path, date="Day")


def test_doubt_about_columns_is_asked(write):
    path = write("Week,Calls,Wait\n2025-01-06,90,5\n")
    with pytest.raises(FileNotUnderstood, match=r'More than one .* values. Say which: value="…"'):
        read_columns(path)
    path = write("From,To,Wait\n2025-01-06,2025-01-12,5\n")
    with pytest.raises(FileNotUnderstood, match=r'More than one .* dates. Say which: date="…"'):
        read_columns(path)
    with pytest.raises(
        FileNotUnderstood, match=r"No column of waits.csv is seen to hold the dates"
    ):
        read_columns(write("Ward,Wait\nA,5\nB,6\n"))


def test_every_row_not_understood_is_reported_at_once(write):
    path = write(
        "Month,Wait\nJan 2025,5\nFeb 2025,five\n\nsoon,6\nMay 2025,7 min\nlater,8x\n,9\n"
        "Aug 2025,1\nSep 2025,2\nOct 2025,3\n"
    )
    with pytest.raises(FileNotUnderstood) as error:
        read_columns(path)
    assert [(fault.row, fault.column, fault.text) for fault in error.value.faults] == [
        (3, "Wait", "five"),
        (5, "Month", "soon"),
        (6, "Wait", "7 min"),
        (7, "Month", "later"),
        (7, "Wait", "8x"),
        (8, "Month", ""),
    ]
    assert str(error.value).startswith("waits.csv has 5 rows to mend; nothing was charted.")
    assert 'row 8, Month: "" is no date, and the row has a value' in str(error.value)


def test_ambiguous_dates_are_asked_not_guessed(write):
    path = write("Month,Wait\n01/01/2025,5\n01/02/2025,6\n01/03/2025,7\n")
    with pytest.raises(FileNotUnderstood, match="day_first=True"):
        read_columns(path)
    assert read_columns(path, day_first=True).days.tolist()[2] == date(2025, 3, 1)
    assert Measure.from_csv(path, day_first=False).label(2) == "3 January 2025"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("5", 5.0),
        (" 5.50 ", 5.5),
        ('"1,234"', 1234.0),
        ('"1,234,567.8"', 1234567.8),
        ("-3", -3.0),
        ("−3", -3.0),
        ("+3", 3.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("", nan),
        ("-", nan),
        ("–", nan),
        ("—", nan),
        ("n/a", nan),
        ("N/A", nan),
    ],
)
def test_cells(write, cell, value):
    read = read_columns(write(f"Month,Wait\n2025-01,1\n2025-02,{cell}\n"))
    assert read.values[1] == pytest.approx(value, nan_ok=True)


@pytest.mark.parametrize(
    "cell",
    ["five", '"1,23"', '"12,34,567"', "1 234", "0x10", "1_000", "£5", "5,", "1e999", "٣", "inf"],
)
def test_cells_refused(write, cell):
    cell = cell if cell.startswith('"') else f'"{cell}"'
    with pytest.raises(FileNotUnderstood) as error:
        read_columns(write(f"Month,Wait\n2025-01,1\n2025-02,{cell}\n2025-03,2\n"), value="Wait")
    assert [fault.row for fault in error.value.faults] == [3]


def test_per_cent_signs(write):
    read = read_columns(write("Month,Seen\n2025-01,95%\n2025-02,-\n2025-03,90.5 %\n"))
    assert read.percent
    assert read.values.tolist() == [95.0, pytest.approx(nan, nan_ok=True), 90.5]
    mixed = write("Month,Seen\n2025-01,95%\n2025-02,0.9\n2025-03,96%\n")
    with pytest.raises(FileNotUnderstood, match=r'row 3, Seen: "0.9" has no % sign, unlike other'):
        read_columns(mixed)


def test_an_unquoted_thousand_is_not_lost(write):
    path = write("Month,Calls\n2025-01,900\n2025-02,1,234\n")
    with pytest.raises(FileNotUnderstood, match="more cells than the headings") as error:
        read_columns(path)
    assert [fault.row for fault in error.value.faults] == [3]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_marks_between_columns(write, mark):
    path = write(f"Month{mark}Wait\r\n2025-01{mark}5\r\n2025-02{mark}6\r\n")
    assert read_columns(path).values.tolist() == [5, 6]


def test_a_decimal_comma_is_not_taken_for_thousands(write):
    with pytest.raises(FileNotUnderstood, match="use a point, not a comma"):
        read_columns(write("Month;Wait\n2025-01;1,234\n2025-02;6\n2025-03;6\n"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings(write, encoding):
    path = write("Month,Cost £\n2025-01,5\n2025-02,–\n".encode(encoding))
    read = read_columns(path)
    assert read.value_heading == "Cost £"
    assert np.isnan(read.values[1])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "has 0 rows"),
        ("Month,Wait\n", "has 1 row"),
        (b"PK\x03\x04more", "is a workbook, not a CSV file"),
        (b"Month,Wait\n\x00\x01\x02", "is not a text file"),
        ('Month,Wait\n"2025-01,5\n', "not a CSV file that can be read"),
        ("Month,Month\n2025-01,5\n", 'two columns called "Month"'),
        ("Month,,Wait\n2025-01,,5\n", "Column 2 of waits.csv has no heading"),
    ],
)
def test_files_refused(write, content, message):
    with pytest.raises(FileNotUnderstood, match=message):
        read_columns(write(content))


def test_a_column_without_dates(write):
    with pytest.raises(FileNotUnderstood, match=r'Column "Month" of waits.csv has no dates'):
        read_columns(write("Month,Wait,X\n,,1\n-,,2\n"), date="Month", value="Wait")


def test_a_file_not_there_names_its_neighbours(write):
    path = write("a,b\n")
    with pytest.raises(FileNotUnderstood, match=r'Beside it are "waits.csv"'):
        read_columns(path.with_name("wait.csv"))


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(FileNotUnderstood, match="could not be opened"):
        read_columns(tmp_path)


def test_measure_from_csv(write):
    path = write('Month,"Seen in 4 hours"\nFeb 2025,95%\nJan 2025,90%\n,\n')
    measure = Measure.from_csv(path, better="higher")
    assert (measure.name, measure.unit, measure.source) == ("Seen in 4 hours", "%", "waits.csv")
    assert measure.values.tolist() == [90, 95]
    assert len(measure.warnings) == 1
    named = Measure.from_csv(path, name="Seen", unit="per cent", source="Audit", simulated=True)
    assert (named.name, named.unit, named.source, named.simulated) == (
        "Seen",
        "per cent",
        "Audit",
        True,
    )


@given(data=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words(data, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(b"Month,Wait\n" + data)
    with suppress(FileNotUnderstood):  # any other error is a fault of ours
        read = read_columns(path)
        assert read.values.size == read.days.size > 0


@given(values=st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=20))
def test_numbers_read_back(values, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "numbers.csv"
    rows = [f"2025-01-{day + 1:02},{value!r}" for day, value in enumerate(values)]
    path.write_text("\n".join(["Day,Wait", *rows]), encoding="utf-8")
    assert read_columns(path).values.tolist() == values
