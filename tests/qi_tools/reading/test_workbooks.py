import io
import re
import zipfile
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools import Measure, read_file
from qi_tools.errors import FileNotUnderstood, PersonalData, SheetUnclear
from qi_tools.reading.files import read_content

PLAIN = [["Month", "Falls"], [date(2025, 1, 1), 5], [date(2025, 2, 1), 7.25]]


@pytest.fixture
def save(tmp_path):
    def save(rows=(), name="falls.xlsx", **sheets):
        """Write a workbook, `rows` on its only sheet or a sheet for each name."""
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.active)
        for title, its_rows in (sheets or {"Data": rows}).items():
            sheet = workbook.create_sheet(title)
            for row in its_rows:
                sheet.append(row)
        return written(workbook, tmp_path / name)

    return save


def written(workbook, path):
    workbook.save(path)
    return path


def with_parts(path, change):
    """Write a workbook again with each part changed, and give its new content."""
    made = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, change(part.filename, old.read(part)))
    return made.getvalue()


@pytest.mark.parametrize("name", ["falls.xlsx", "falls.xlsm", "falls.csv"])
def test_dates_and_numbers_are_taken_as_they_are(save, name):
    table = read_file(save(PLAIN, name))
    assert (table.name, table.headings, table.row_numbers) == (name, ("Month", "Falls"), (2, 3))
    assert table.column("Month") == ("01/01/2025", "01/02/2025")
    measure = table.measure()
    assert measure.values.tolist() == [5, 7.25]
    assert measure.dates.tolist() == [date(2025, 1, 1), date(2025, 2, 1)]
    assert measure.warnings == ()


def test_a_time_of_day_is_left_out_of_a_date(save):
    measure = Measure.from_file(save([["When", "n"], [datetime(2025, 1, 31, 9, 30), 5]]))
    assert measure.dates.tolist() == [date(2025, 1, 31)]


def test_dates_as_text(save):
    path = save([["When", "n"], ["31/01/2025", "1,234"], [" w/c 03/02/2025 ", "n/a"]])
    measure = Measure.from_file(path)
    assert measure.dates.tolist() == [date(2025, 1, 31), date(2025, 2, 3)]
    assert measure.values[0] == 1234


def test_a_column_that_is_part_dates_part_text_is_doubted(save):
    path = save([["When", "n"], [date(2025, 1, 2), 5], ["13/02/2025", 6], ["14/02/2025", 6]])
    (warning,) = Measure.from_file(path).warnings
    assert "2 dates as text and 1 as real dates" in warning
    assert "swapped day and month" in warning


@pytest.mark.parametrize(
    ("number_format", "value", "text", "percent"),
    [
        ("0.0%", 95.3, "95.3%", True),
        ("0%", 95.3, "95.3%", True),
        ("0.00 %;[Red]-0.00 %", 95.3, "95.3%", True),
        ("General", 0.953, "0.953", False),
        ('0.0"%"', 0.953, "0.953", False),
        ("0.0\\%", 0.953, "0.953", False),
        ("#,##0", 0.953, "0.953", False),
    ],
)
def test_a_cell_shown_as_a_percentage(tmp_path, number_format, value, text, percent):
    workbook = openpyxl.Workbook()
    workbook.active.append(["Month", "Seen"])
    workbook.active.append([date(2025, 1, 1), 0.953])
    workbook.active["B2"].number_format = number_format
    table = read_file(written(workbook, tmp_path / "seen.xlsx"))
    measure = table.measure()
    assert measure.values.tolist() == [value]
    assert table.column("Seen") == (text,)
    assert measure.unit == ("%" if percent else "")


def test_titles_above_the_headings(tmp_path):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet["A1"] = "Falls on Ward A"
    sheet.merge_cells("A1:C1")
    sheet["B3"] = "Printed in March"
    for row, cells in enumerate(PLAIN, start=5):
        for column, value in enumerate(cells, start=2):
            sheet.cell(row, column, value)
    table = read_file(written(workbook, tmp_path / "falls.xlsx"))
    assert table.titles == ("Falls on Ward A", "Printed in March")
    assert table.headings == ("Month", "Falls")
    assert table.row_numbers == (6, 7)


def test_merged_cells_among_the_values_are_reported(tmp_path):
    workbook = openpyxl.Workbook()
    for row in [*PLAIN, [date(2025, 3, 1), 3]]:
        workbook.active.append(row)
    workbook.active.merge_cells("A2:A3")
    with pytest.raises(FileNotUnderstood) as error:
        Measure.from_file(written(workbook, tmp_path / "falls.xlsx"))
    (fault,) = error.value.faults
    assert (fault.row, fault.column, fault.reason) == (
        3,
        "Month",
        "is no date, and the row has a value",
    )


def test_a_formula_without_its_result_is_reported(save):
    path = save([*PLAIN, [date(2025, 3, 1), "=B2+B3"], ["=A4+31", 3], [date(2025, 5, 1), None]])
    with pytest.raises(FileNotUnderstood) as error:
        Measure.from_file(path)
    assert [(fault.row, fault.column) for fault in error.value.faults] == [
        (4, "Falls"),
        (5, "Month"),
    ]
    assert all(
        "open the workbook in a spreadsheet and save" in f.reason for f in error.value.faults
    )


def test_a_formula_with_its_result_is_read(save):
    path = save([*PLAIN, [date(2025, 3, 1), "=B2+B3"]])
    done = with_parts(path, lambda _, part: re.sub(rb"<v ?/>|<v></v>", b"<v>12.25</v>", part))
    assert read_content("falls.xlsx", done).measure().values.tolist() == [5, 7.25, 12.25]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("#DIV/0!", "a number over nothing"),
        (time(1, 30), "a time on the clock"),
        (timedelta(hours=30), "a time on the clock"),
        (True, "is not a number"),
        (date(2025, 1, 1), "is a date, not a number"),
        ("<5", "a small number that was hidden"),
    ],
)
def test_cells_that_are_no_numbers(save, cell, reason):
    with pytest.raises(FileNotUnderstood, match=reason) as error:
        Measure.from_file(save([*PLAIN, [date(2025, 3, 1), cell]]), "Falls", "Month")
    assert [fault.row for fault in error.value.faults] == [4]


def test_a_date_that_is_only_a_number(save):
    with pytest.raises(FileNotUnderstood, match="own number for 1 January 2024; format that"):
        Measure.from_file(save([*PLAIN, [45292, 5]]))


def test_hidden_rows_are_read_and_reported(tmp_path):
    workbook = openpyxl.Workbook()
    for row in [*PLAIN, [date(2025, 3, 1), 3]]:
        workbook.active.append(row)
    workbook.active.row_dimensions[3].hidden = True
    workbook.active.row_dimensions[9].hidden = True  # blank
    path = written(workbook, tmp_path / "falls.xlsx")
    assert read_file(path).row_numbers == (2, 3, 4)
    measure = Measure.from_file(path)
    assert measure.values.size == 3
    expected = "Row 3 of falls.xlsx is hidden in the spreadsheet, and counted here."
    assert measure.warnings == (expected,)
    for number in range(5, 40):
        workbook.active.append([date(2026, 1, 1) + timedelta(number), 1])
        workbook.active.row_dimensions[number].hidden = True
    (warning,) = read_file(written(workbook, path)).warnings
    assert "Rows 3, 5, 6" in warning
    assert "13 and 26 more of falls.xlsx are hidden" in warning


def test_the_sheet_with_data_is_found(save):
    path = save(Notes=[["Read me"], ["Falls"]], Data=PLAIN, Empty=[])
    assert read_file(path).headings == ("Month", "Falls")


def test_one_of_several_sheets_is_asked_for(save):
    path = save(Falls=PLAIN, Notes=[["Read me"]], Waits=[["Month", "Wait"], ["Jan 2025", 3]])
    with pytest.raises(SheetUnclear, match=r'Say which: sheet="…". They are "Falls" and') as error:
        read_file(path)
    assert error.value.sheets == ("Falls", "Waits")
    assert read_file(path, sheet=" waits").headings == ("Month", "Wait")
    assert Measure.from_file(path, sheet="Falls").name == "Falls"
    with pytest.raises(SheetUnclear, match=r'has no sheet "Beds".* "Falls", "Notes" and "Waits"'):
        read_file(path, sheet="Beds")
    with pytest.raises(SheetUnclear, match='has no sheet "1"'):
        read_file(path, sheet=1)


def test_a_workbook_without_a_table(save):
    with pytest.raises(FileNotUnderstood, match=r"No sheet of falls.xlsx holds a table"):
        read_file(save(One=[["Falls"]], Two=[]))
    with pytest.raises(FileNotUnderstood, match="has 0 rows"):
        read_file(save([]))


def test_a_cell_beyond_the_headings_is_kept_as_a_column(save):
    table = read_file(save([*PLAIN, [date(2025, 3, 1), 3, None, "new rota"]]))
    assert table.headings == ("Month", "Falls", "Column 4")
    assert table.measure("Falls").values.size == 3


def test_a_lone_cell_at_the_far_corner(save):
    path = save(PLAIN)
    workbook = openpyxl.load_workbook(path)
    workbook.active["A1048576"] = date(2026, 1, 1)
    assert read_file(written(workbook, path)).row_numbers == (2, 3, 1048576)
    workbook.active["XFD2"] = "far"
    with pytest.raises(FileNotUnderstood, match="has 16,384 columns, more than the 200"):
        read_file(written(workbook, path))


def test_a_size_that_the_file_states_wrongly(save):
    done = with_parts(
        save(PLAIN), lambda _, part: part.replace(b'dimension ref="A1:B3"', b'dimension ref="A1"')
    )
    assert read_content("falls.xlsx", done).measure().values.tolist() == [5, 7.25]


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def zipped(*names):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("falls.xls", OLD, r"of the old kind \(.xls\). Open it in a spreadsheet and save it as"),
        ("falls.xlsx", OLD + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        ("falls.xlsb", zipped("xl/workbook.bin"), "a binary workbook .* and save it as"),
        ("falls.ods", zipped("mimetype", "content.xml"), "an OpenDocument file .* and save it as"),
        ("falls.numbers", zipped("Index/Document.iwa"), "a Numbers file. Export it as"),
        ("falls.docx", zipped("word/document.xml"), "is not a workbook. Choose an Excel workbook"),
        ("falls.xlsx", zipped("xl/workbook.xml"), "is damaged, or was not saved to its end"),
        ("falls.xlsx", b"PK\x03\x04more", "is damaged, or was not saved to its end"),
        ("falls.xlsx", zipped(*(f"xl/{n}" for n in range(5001))), "too large when unpacked"),
        ("falls.xls", b"\xef\xbb\xbf\r\n<html><body>", "is a web page, whatever its name says"),
    ],
)
def test_files_that_look_like_workbooks(name, content, message):
    with pytest.raises(FileNotUnderstood, match=message):
        read_content(name, content)


def test_a_zip_bomb(save):
    blank = b" " * (1 << 20)
    made = io.BytesIO(save(PLAIN).read_bytes())
    with (
        zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media.xml", "w") as part,
    ):
        for _ in range(201):
            part.write(blank)
    assert len(made.getvalue()) < 1 << 20
    with pytest.raises(FileNotUnderstood, match=r"too large when unpacked. Copy the columns"):
        read_content("falls.xlsx", made.getvalue())


def test_entities_that_grow(save):
    """XML whose entities stand for ever more text is refused."""
    entities = '<!ENTITY a "5">' + "".join(
        f'<!ENTITY {letter} "{f"&{before};" * 10}">' for before, letter in pairwise("abcdefghij")
    )
    doctype = f"<?xml version='1.0'?><!DOCTYPE worksheet [{entities}]>".encode()

    def change(name, part):
        if name != "xl/worksheets/sheet1.xml":
            return part
        root = part[part.index(b"<worksheet") :]
        return doctype + root.replace(b"<v>5</v>", b"<v>&j;</v>")

    with pytest.raises(FileNotUnderstood, match="is damaged"):
        read_content("falls.xlsx", with_parts(save(PLAIN), change))


def test_a_guarded_workbook(save):
    path = save(
        [["Month", "Patient", "Falls"], ["Jan 2025", 9990000018, 1], ["Feb", 9990000026, 2]]
    )
    with pytest.raises(PersonalData, match='Column "Patient": what look like NHS numbers'):
        read_file(path)


def test_workbooks_are_read_without_noise(save, recwarn):
    def extended(name, part):
        extra = b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"/></extLst></worksheet>'
        return part.replace(b"</worksheet>", extra) if name.startswith("xl/worksheets") else part

    assert read_content("falls.xlsx", with_parts(save(PLAIN), extended)).rows
    assert not recwarn.list


@settings(max_examples=50)
@given(at=st.floats(0, 1), change=st.binary(min_size=1, max_size=4))
def test_a_damaged_workbook_is_read_or_refused_in_words(at, change, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "damaged.xlsx"
    if not path.exists():
        workbook = openpyxl.Workbook()
        for row in PLAIN:
            workbook.active.append(row)
        workbook.save(path)
    whole = path.read_bytes()
    place = int(at * len(whole))
    with suppress(FileNotUnderstood, PersonalData):  # any other error is a fault of ours
        read_content("falls.xlsx", whole[:place] + change + whole[place + len(change) :])


@settings(max_examples=50)
@given(
    rows=st.lists(
        st.tuples(
            st.dates(date(1990, 1, 1), date(2090, 1, 1)),
            st.integers(-(10**6), 10**6).map(lambda number: number / 1000),
        ),
        min_size=1,
        max_size=10,
        unique_by=lambda row: row[0],
    ),
    percent=st.booleans(),
)
def test_rows_read_back(rows, percent):
    rows.sort()
    workbook = openpyxl.Workbook()
    workbook.active.append(["Day", "Share"])
    for number, row in enumerate(rows, start=2):
        workbook.active.append(row)
        if percent:
            workbook.active.cell(number, 2).number_format = "0.00%"
    made = io.BytesIO()
    workbook.save(made)
    table = read_content("share.xlsx", made.getvalue())
    measure = table.measure()
    assert measure.dates.tolist() == [day for day, _ in rows]
    shown = [round(share * 100, 1) if percent else share for _, share in rows]
    assert measure.values.tolist() == shown
