import contextlib
import logging

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nhs_number import generate
from nhs_number.validate import is_valid

from qi_tools import dataset_names, load_dataset, read_file, read_pasted
from qi_tools.errors import FileNotUnderstood, PersonalData
from qi_tools.reading.cells import Cell, Row
from qi_tools.reading.guard import refuse_personal_data

# All from the range for tests, 999 000 0000 and on, which belongs to no one.
NUMBERS = [f"{number:010}" for number in range(9990000000, 9990000400) if is_valid(f"{number:010}")]


def grouped(number, mark=" "):
    return mark.join((number[:3], number[3:6], number[6:]))


def column(heading, *texts, above=()):
    """Guard a table of this column alone."""
    rows = [Row(place, (Cell(text),)) for place, text in enumerate(texts, start=2)]
    tops = [Row(1, (Cell(text),)) for text in above]
    refuse_personal_data("falls.csv", [heading], tops, rows)


def refused(heading, *texts, **how):
    with pytest.raises(PersonalData) as error:
        column(heading, *texts, **how)
    for text in texts:
        assert not text or text not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("mark", [" ", "-", "–", "‑", "."])
def test_one_number_in_groups_is_enough(mark):
    message = refused("Comments", "no harm", f"seen, {grouped(NUMBERS[0], mark)}, at home", "")
    assert 'Column "Comments": what look like NHS numbers, in row 3.' in message
    assert "Delete that column in your spreadsheet, save it and try again" in message
    assert "totals only" in message


def test_one_number_beside_the_letters_is_enough():
    refused("Comments", f"NHS no {NUMBERS[0]}")
    column("Comments", f"order {NUMBERS[0]}")


def test_a_number_that_fails_the_check_passes_the_guard():
    number = NUMBERS[0][:-1] + str((int(NUMBERS[0][-1]) + 1) % 10)
    column("Comments", grouped(number))


@pytest.mark.parametrize("count", [2, 3, 50])
def test_a_column_of_numbers_without_groups(count):
    message = refused("Code", *NUMBERS[:count])
    assert 'Column "Code": what look like NHS numbers, in row' in message
    refused("Code", *(str(place) for place in range(1000, 1050)), *NUMBERS[:count])


def test_some_among_many_codes():
    codes = [f"{number}" for number in range(1000000000, 1000000060)]
    column("Code", *codes)
    refused("Code", *codes, *NUMBERS[:15])


def test_a_lone_number_without_groups_is_not_told_from_a_count():
    column("Spend", NUMBERS[0], *[NUMBERS[0]] * 5)
    refused("NHS number", NUMBERS[0])


@pytest.mark.parametrize(
    "text",
    ["020 7946 0958", "0113 496 0000", "+44 113 496 0000", "1 234 567 890", "01/02/2025", "RXX12"],
)
def test_what_is_no_number(text):
    column("Comments", text)


def test_ordinary_counts_seldom_trip_it():
    """The rates that the guard's own words state, measured again on fewer columns."""
    random = np.random.default_rng(8)
    columns = {"spread": 0, "level": 0, "rising": 0}
    for _ in range(400):
        level = random.integers(10**9, 9 * 10**9)
        for kind, counts in (
            ("spread", random.integers(10**9, 10**10, 24)),
            ("level", level + random.integers(0, 10**7, 24)),
            ("rising", level + np.cumsum(random.integers(1, 50, 24))),
        ):
            try:
                column("Spend", *map(str, counts))
            except PersonalData:
                columns[kind] += 1
    assert max(columns.values()) <= 8  # 1 in 100 is 4; more than 8 comes by chance 2 times in 100


def test_numbers_that_people_have_are_nearly_always_found():
    for seed in range(50):
        found = generate(quantity=3)
        with pytest.raises(PersonalData):
            column(f"Code {seed}", *found)


@pytest.mark.parametrize(
    ("heading", "texts", "what"),
    [
        ("NHS Number", ["123 456 7890"], "NHS numbers"),
        ("nhs_no", ["1234567890"], "NHS numbers"),
        ("NHSNumber", ["9.99E+09"], "NHS numbers"),
        ("CHI", ["0101011234"], "NHS numbers"),
        ("Patient name", ["Jo Bloggs", "Al Bloggs"], "people's names"),
        ("Patient's Name", ["Jo Bloggs"], "people's names"),
        ("PatientName", ["Jo"], "people's names"),
        ("Name of patient", ["Jo"], "people's names"),
        ("Surname", ["BLOGGS"], "people's names"),
        ("First name", ["Jo"], "people's names"),
        ("Next of kin", ["Jo"], "people's names"),
        ("Patient", ["Mrs Bloggs"], "people's names"),
        ("Patient", ["Jo Bloggs", "Al B."], "people's names"),
        ("Name", ["Mr J Bloggs", "Miss A Bloggs"], "people's names"),
        ("Column 2", ["Mr J Bloggs", "Miss A Bloggs"], "people's names"),
        (
            "Column 2",
            ["BLOGGS, Jo", "O'BLOGGS, Al (Mr)", "BLOGGS-SMITH, Mary Ann"],
            "people's names",
        ),
        ("DOB", ["01/02/1950"], "dates of birth"),
        ("D.O.B.", ["1 Feb 1950"], "dates of birth"),
        ("Date of Birth", ["1950-02-01", "unknown"], "dates of birth"),
        ("Home address", ["1 High Street", "2 High Street"], "addresses or postcodes"),
        ("Postcode", ["ZZ99 3WZ"], "addresses or postcodes"),
        ("Where", ["ZZ99 3WZ", "ZZ99 3VZ"], "addresses or postcodes"),
        ("Column 3", ["1 High St, ZZ99 3WZ", "2 High St, zz993vz"], "addresses or postcodes"),
        ("Hospital number", ["K123456", "K123457"], "hospital numbers"),
        ("MRN", ["1234567"], "hospital numbers"),
        ("Patient ID", ["A1234567", "A1234568"], "hospital numbers"),
        ("case_note_no", ["123456"], "hospital numbers"),
    ],
)
def test_columns_refused(heading, texts, what):
    assert f"what look like {what}, in row" in refused(heading, *texts)


@pytest.mark.parametrize(
    ("heading", "texts"),
    [
        ("Ward", ["Ward 7", "Elizabeth Ward"]),
        ("Name of ward", ["Mary Seacole", "Florence Nightingale"]),
        ("Ward name", ["Mary Seacole"]),
        ("Measure name", ["Falls with harm"]),
        ("Name", ["Mary Seacole", "Victoria"]),
        ("Staff", ["Mrs Bloggs", "Mr Bloggs"]),
        ("Consultant", ["Mr Bloggs", "Miss Bloggs"]),
        ("Completed by", ["Mrs Bloggs", "Mr Bloggs"]),
        ("Seen by", ["BLOGGS, Jo", "BLOGGS, Al", "SMITH, Jo"]),
        ("Column 2", ["Dr Bloggs", "Mr Bloggs", "Sister Bloggs"]),
        ("Clinic", ["MS clinic", "MR scan", "Miss rate"]),
        ("Patients", ["34", "36"]),
        ("Patient numbers", ["1234", "1250"]),
        ("Number of patients", ["1234", "1250"]),
        ("Patient", ["A", "B"]),
        ("Patient ID", ["1", "2", "3"]),
        ("NHS number recorded", ["95%", "96%"]),
        ("NHS number", ["95", "96"]),
        ("Date of birth recorded (%)", ["95", "96"]),
        ("DOB missing", ["12", "9"]),
        ("Births", ["120", "130"]),
        ("Complaints addressed", ["12", "9"]),
        ("Postcode area", ["ZZ99", "ZZ98"]),
        ("Site postcode", ["ZZ99 3WZ", "ZZ99 3VZ"]),
        ("Month", ["Jan 2025", "Feb 2025"]),
        ("Hospital", ["St Elsewhere", "General"]),
    ],
)
def test_columns_that_pass(heading, texts):
    column(heading, *texts)


def test_dates_spread_over_decades_in_no_order():
    births = ["3/4/1931", "5/6/1990", "7/1/1948", "9/9/2001", "2/2/1955", "8/8/1978", "1/3/1962"]
    assert "dates of birth" in refused("Column 2", *births, "4/5/1939")
    column("Column 2", *births)  # too few to tell
    column("Year", *[f"01/04/{year}" for year in range(1950, 2020)])
    slips = ["01/02/2025", "01/02/1925", "01/03/2025", "01/01/2025", "01/05/2025"] * 4
    column("Date", *slips)


def test_every_column_is_named_at_once():
    text = (
        "Date\tPatient name\tDOB\tFalls\n31/01/2025\tJo Bloggs\t01/02/1950\t1\n"
        "01/02/2025\tAl Bloggs\t01/02/1951\t2\n"
    )
    with pytest.raises(PersonalData) as error:
        read_pasted(text)
    assert error.value.columns == ('Column "Patient name"', 'Column "DOB"')
    assert "Delete those columns" in str(error.value)


def test_rows_are_named_and_many_are_counted():
    assert "in rows 2 and 3." in refused("Code", *NUMBERS[:2])
    assert "in rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 20 more." in refused("Code", *NUMBERS[:30])


def test_headings_and_titles_are_guarded_too_and_not_repeated():
    number = grouped(NUMBERS[0])
    with pytest.raises(PersonalData) as error:
        read_pasted(f"{number}\tward\nfell\ttwice\n")
    assert number not in str(error.value)
    assert error.value.columns == ("Column 1",)
    with pytest.raises(PersonalData, match="in row 1"):
        read_pasted(f"Falls of {number}\n\nMonth\tFalls\nJan 2025\t5")


def test_nothing_personal_stands_in_other_messages(tmp_path):
    """Ragged rows and repeated headings are quoted, so the guard comes before them."""
    number = grouped(NUMBERS[0])
    for text in (f"Month,Falls\nJan 2025,1,{number}\n", f"A,A\n{number},1\n", f"A\n{number}\n"):
        path = tmp_path / "falls.csv"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(PersonalData) as error:
            read_file(path)
        assert number not in str(error.value)
        assert error.value.__cause__ is error.value.__context__ is None


def test_there_is_no_way_round_it():
    with pytest.raises(TypeError, match="unexpected keyword"):
        read_pasted("a\tb\n1\t2", guard=False)


@given(
    numbers=st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=5),
    mark=st.sampled_from([" ", "-", "–", "\u00a0"]),
    around=st.text(alphabet="abc ,;", max_size=5),
)
def test_no_value_is_repeated_or_logged(numbers, mark, around):
    records = []
    handler = logging.Handler()
    handler.emit = records.append
    logging.getLogger().addHandler(handler)
    try:
        rows = "\n".join(f"Jan 2025\t{around} {grouped(number, mark)}" for number in numbers)
        with pytest.raises(PersonalData) as error:
            read_pasted(f"Month\tComment\n{rows}")
    finally:
        logging.getLogger().removeHandler(handler)
    told = str(error.value) + repr(error.value) + "".join(error.value.columns)
    assert not any(number[-4:] in told for number in numbers)
    assert not records


@pytest.mark.parametrize("name", dataset_names())
def test_the_data_sets_shipped_pass(name):
    with contextlib.suppress(FileNotUnderstood):  # one that is no table of this kind
        read_file(load_dataset(name).path)
