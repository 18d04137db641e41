from contextlib import suppress
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools import Measure, read_file
from qi_tools.errors import FileNotUnderstood, PersonalData
from qi_tools.reading.csv_files import separator_of


@pytest.fixture
def write(tmp_path):
    def write(content, name="waits.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("name", ["waits.csv", "waits.txt", "waits.tsv"])
def test_marks_between_columns(write, mark, name):
    table = read_file(write(f"Month{mark}Wait\r\n2025-01{mark}5\r\n2025-02{mark}6\r\n", name))
    assert table.name == name
    assert table.headings == ("Month", "Wait")
    assert table.measure().values.tolist() == [5, 6]


def test_a_comma_in_a_title_or_a_note_is_no_mark_between_columns():
    assert separator_of("Falls, Ward A\nMonth;Falls\nJan 2025;5\nFeb 2025;6") == ";"
    assert separator_of("Month\tNote\nJan 2025\tone, two, three\n") == "\t"


def test_a_decimal_comma_is_not_taken_for_thousands(write):
    with pytest.raises(FileNotUnderstood, match="use a point, not a comma"):
        read_file(write("Month;Wait\n2025-01;1,234\n2025-02;6\n2025-03;6\n")).measure()


def test_an_unquoted_thousand_is_not_lost(write):
    for rows in ("Month,Calls\n2025-01,900\n2025-02,1,234\n", "2025-01,900\n2025-02,1,234\n"):
        with pytest.raises(FileNotUnderstood, match="rows with more or fewer cells") as error:
            read_file(write(rows))
        assert [fault.row for fault in error.value.faults] == [rows.count("\n")]


def test_a_quoted_cell_may_hold_a_line_break_and_rows_keep_their_numbers(write):
    table = read_file(write('"Month\n(first day)",Wait\n\n2025-01,5\n2025-02,x\n'))
    assert table.headings == ("Month (first day)", "Wait")
    assert table.row_numbers == (3, 4)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings(write, encoding):
    table = read_file(write("Month,Cost £\n2025-01,5\n2025-02,–\n".encode(encoding)))
    assert table.headings == ("Month", "Cost £")
    assert np.isnan(table.measure().values[1])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "has 0 rows"),
        ("Month,Wait\n", "has 1 row"),
        ("Wait\n5\n6\n", "has one column"),
        (b"Month,Wait\n\x00\x01\x02", "is not a text file or a workbook"),
        ('Month,Wait\n"2025-01,5\n', "can't be parted into cells .* A quote may stand alone"),
        ("Month,Month\n2025-01,5\n", 'two columns called "Month"'),
        (",".join(f"c{n}" for n in range(201)) + "\n1,2\n", "has 201 columns"),
        (b"%PDF-1.7\n", "is a PDF"),
        ("<html><table><tr><td>Month", "is a web page, whatever its name says"),
    ],
)
def test_files_refused(write, content, message):
    with pytest.raises(FileNotUnderstood, match=message):
        read_file(write(content))


def test_too_many_rows(write):
    with pytest.raises(FileNotUnderstood, match="has 100,001 rows, more than the 100,000"):
        read_file(write("1,2\n" * 100_001))


def test_a_sheet_of_a_csv_file(write):
    with pytest.raises(FileNotUnderstood, match="is not a workbook, so it has no sheets"):
        read_file(write("Month,Wait\n2025-01,5\n"), sheet="Data")


def test_the_first_row_of_a_file_without_headings_is_not_lost(write):
    table = read_file(write("2025-01,5\n2025-02,6\n"))
    assert table.headings == ("Column 1", "Column 2")
    assert table.measure(name="Wait").values.tolist() == [5, 6]


def test_years_as_headings_are_headings(write):
    table = read_file(write("Month,2023,2024\nJan 2025,5,6\nFeb 2025,7,8\n"))
    assert table.headings == ("Month", "2023", "2024")


def test_titles_blank_rows_and_blank_columns(write):
    content = "Falls,,,\n,,,\nMonth,,Falls,\n2025-01,,5,\n,,,\n2025-02,,6,\n"
    table = read_file(write(content))
    assert table.titles == ("Falls",)
    assert table.headings == ("Month", "Falls")
    assert table.row_numbers == (4, 6)


def test_a_column_without_a_heading_is_kept(write):
    table = read_file(write("Month,,Wait\n2025-01,good,5\n"))
    assert table.headings == ("Month", "Column 2", "Wait")
    assert table.column("Column 2") == ("good",)


def test_a_file_not_there_names_its_neighbours(write):
    path = write("a,b\n")
    with pytest.raises(FileNotUnderstood, match=r'Beside it are "waits.csv"'):
        read_file(path.with_name("wait.csv"))


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(FileNotUnderstood, match="could not be opened"):
        read_file(tmp_path)
    with pytest.raises(FileNotUnderstood, match="could not be opened"):
        read_file("a\x00b.csv")


def test_a_file_too_large(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024 + 1)
    with pytest.raises(FileNotUnderstood, match="is larger than 50 MB"):
        read_file(path)


def test_a_measure_from_a_file(write):
    path = write('Month,"Seen in 4 hours"\nFeb 2025,95%\nJan 2025,90%\n,\n')
    measure = Measure.from_file(path, better="higher")
    assert (measure.name, measure.unit, measure.source) == ("Seen in 4 hours", "%", "waits.csv")
    assert measure.values.tolist() == [90, 95]
    assert measure.dates.tolist() == [date(2025, 1, 1), date(2025, 2, 1)]
    assert len(measure.warnings) == 1
    named = Measure.from_file(path, name="Seen", unit="per cent", source="Audit", simulated=True)
    assert (named.name, named.unit, named.source, named.simulated) == (
        "Seen",
        "per cent",
        "Audit",
        True,
    )


@given(data=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words(data, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    for content in (b"Month,Wait\n" + data, data):
        path.write_bytes(content)
        with suppress(FileNotUnderstood, PersonalData):  # any other error is a fault of ours
            table = read_file(path)
            assert table.rows


@given(values=st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=20))
def test_numbers_read_back(values, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "numbers.csv"
    rows = [f"2025-01-{day + 1:02},{value!r}" for day, value in enumerate(values)]
    path.write_text("\n".join(["Day,Wait", *rows]), encoding="utf-8")
    assert read_file(path).measure().values.tolist() == values
