import csv
import runpy
import tomllib
from dataclasses import FrozenInstanceError

import pandas as pd
import pytest

from qi_tools.datasets import DATA, dataset_names, load_dataset
from qi_tools.errors import DatasetUnknown
from qi_tools.histograms import histogram
from qi_tools.paretos import pareto
from qi_tools.scatters import scatter


@pytest.mark.parametrize("name", dataset_names())
def test_every_entry_agrees_with_its_file(name):
    data = load_dataset(name)
    with data.path.open(encoding="utf-8", newline="") as file:
        headings = tuple(next(csv.reader(file)))
    assert headings == tuple(data.columns) == tuple(data.frame.columns)
    for text in (data.title, data.source, data.licence, data.period, data.teaches):
        assert text.strip() == text != ""
    for column in data.columns.values():
        assert column.unit
        assert column.meaning
    frame = data.frame
    for heading, column in data.columns.items():
        of_dates = column.unit in {"day", "week", "month"}
        of_names = column.unit == "name"
        assert pd.api.types.is_datetime64_any_dtype(frame[heading]) == of_dates
        assert pd.api.types.is_numeric_dtype(frame[heading]) != (of_dates or of_names)
        assert frame[heading].notna().all() or "blank when" in column.meaning
    first, row = frame.iloc[:, 0], data.period.rpartition("one row a ")[2]
    unit = next(iter(data.columns.values())).unit
    assert first.is_monotonic_increasing or unit == "name"
    assert first.is_unique or row != unit
    assert row
    assert b"\r" not in data.path.read_bytes()


@pytest.mark.parametrize("name", dataset_names())
def test_made_up_data_says_so(name):
    data = load_dataset(name)
    assert data.simulated == ("simulated" in data.name)
    assert data.simulated == data.source.startswith("Made up")


def test_every_file_is_in_the_dictionary():
    dictionary = tomllib.loads((DATA / "dictionary.toml").read_text(encoding="utf-8"))
    assert {entry["file"] for entry in dictionary.values()} == {
        path.name for path in DATA.glob("*.csv")
    }


def test_england_is_whole():
    frame = load_dataset("england_ae").frame
    assert frame.shape == (36, 6)
    assert frame["month"].tolist() == pd.date_range("2016-04-01", "2019-03-01", freq="MS").tolist()
    # Sums of the source's columns, taken from the source and not from our file.
    assert frame.drop(columns="month").sum().to_dict() == {
        "type_1_attendances": 46315223,
        "type_1_breaches": 8096641,
        "type_1_emergency_admissions": 13296761,
        "all_attendances": 72019402,
        "all_breaches": 8295237,
    }
    assert (frame["all_breaches"] >= frame["type_1_breaches"]).all()
    assert (frame["all_attendances"] >= frame["type_1_attendances"]).all()
    assert (frame["all_breaches"] / frame["all_attendances"] > 0.05).all()  # all 36 missed 95%


@pytest.mark.parametrize(
    ("generator", "file"),
    [
        ("make_phone_waits.py", "phone_waits_simulated.csv"),
        ("make_cancellations.py", "clinic_cancellations_simulated.csv"),
        ("make_call_waits.py", "call_waits_simulated.csv"),
        ("make_clinic_distances.py", "clinic_distances_simulated.csv"),
        ("make_ward_falls.py", "ward_falls_simulated.csv"),
        ("make_porter_waits.py", "porter_waits_simulated.csv"),
        ("make_hand_hygiene.py", "hand_hygiene_simulated.csv"),
        ("make_discharge_letters.py", "discharge_letters_simulated.csv"),
        ("make_incident_reports.py", "incident_reports_simulated.csv"),
        ("make_length_of_stay.py", "length_of_stay_simulated.csv"),
        ("make_blood_test_times.py", "blood_test_times_simulated.csv"),
        ("make_sharps_injuries.py", "sharps_injuries_simulated.csv"),
        ("make_allergy_audit.py", "allergy_audit_simulated.csv"),
        ("make_pressure_ulcers.py", "pressure_ulcers_simulated.csv"),
        ("make_line_infections.py", "line_infections_simulated.csv"),
        ("make_theatre_starts.py", "theatre_starts_simulated.csv"),
        ("make_operation_outcomes.py", "operation_outcomes_simulated.csv"),
    ],
)
def test_the_generator_makes_the_file_again(generator, file):
    made = runpy.run_path(str(DATA / generator))["lines"]()
    assert "\n".join(made) + "\n" == (DATA / file).read_text(encoding="utf-8")


def test_each_simulated_set_shows_what_it_is_here_to_show():
    causes = load_dataset("clinic_cancellations_simulated").frame["reason"]
    assert pareto(causes).vital_few == (
        "Patient unwell",
        "Letter came too late",
        "Clinic moved at short notice",
    )
    waits = load_dataset("call_waits_simulated").frame["wait_minutes"]
    assert histogram(waits).shape == "long tail up"
    practices = load_dataset("clinic_distances_simulated").frame
    assert scatter(practices["distance_miles"], practices["missed_percent"]).link == "up"


def test_what_each_chart_kind_needs_is_in_its_set():
    falls = load_dataset("ward_falls_simulated").frame
    assert falls.groupby("month")["ward"].nunique().unique().tolist() == [14]
    audits = load_dataset("allergy_audit_simulated").frame
    assert audits["charts"].unique().tolist() == [50]
    tests = load_dataset("blood_test_times_simulated").frame
    assert tests.groupby("day").size().unique().tolist() == [5]
    gaps = load_dataset("pressure_ulcers_simulated").frame
    assert gaps["found_on"].is_unique
    assert (gaps["days_since_last"] > 0).all()
    outcomes = load_dataset("operation_outcomes_simulated").frame
    assert set(outcomes["back_to_theatre"]) == {0, 1}
    for name, part, whole in (
        ("hand_hygiene", "cleaned", "moments"),
        ("discharge_letters", "in_time", "letters"),
    ):
        frame = load_dataset(f"{name}_simulated").frame
        assert frame[part].between(0, frame[whole]).all()


def test_each_frame_is_its_own():
    data = load_dataset("phone_waits_simulated")
    frame = data.frame
    frame["wait_minutes"] = 0.0
    assert data.frame["wait_minutes"].min() > 0
    with pytest.raises(FrozenInstanceError):
        data.simulated = False  # type: ignore[misc]
    with pytest.raises(TypeError):
        data.columns["new"] = None  # type: ignore[index]


def test_unknown_name():
    with pytest.raises(
        DatasetUnknown, match=r'no data set "waits"\. There are "england_ae", ".*" and'
    ):
        load_dataset("waits")
