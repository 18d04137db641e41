import csv
import runpy
import tomllib
from dataclasses import FrozenInstanceError

import pandas as pd
import pytest

from qi_tools.datasets import DATA, dataset_names, load_dataset
from qi_tools.errors import DatasetUnknown


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
    dates = data.frame.iloc[:, 0]
    assert pd.api.types.is_datetime64_any_dtype(dates)
    assert dates.is_monotonic_increasing
    assert dates.is_unique
    assert not data.frame.isna().any().any()
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
    assert (frame["all_breaches"] / frame["all_attendances"] > 0.05).all()  # all 36 missed 95 %


def test_the_generator_makes_the_file_again():
    made = runpy.run_path(str(DATA / "make_phone_waits.py"))["lines"]()
    text = (DATA / "phone_waits_simulated.csv").read_text(encoding="utf-8")
    assert "\n".join(made) + "\n" == text


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
