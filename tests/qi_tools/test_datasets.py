import csv
import re
import runpy
import tomllib
from dataclasses import FrozenInstanceError
from pathlib import Path
from random import Random

import pandas as pd
import pytest
from hatchling.builders.wheel import WheelBuilder
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.datasets import (
    DATA,
    VariantImpossible,
    catalogue,
    dataset_names,
    load_dataset,
)
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


def test_the_lung_deaths_are_those_of_the_table():
    frame = load_dataset("uk_lung_deaths").frame
    assert frame["month"].tolist() == pd.date_range("1974-01", "1979-12", freq="MS").tolist()
    # Diggle (1990), table A.3, a year a row; typed apart from our file.
    table = """
        3035 2552 2704 2554 2014 1655 1721 1524 1596 2074 2199 2512
        2933 2889 2938 2497 1870 1726 1607 1545 1396 1787 2076 2837
        2787 3891 3179 2011 1636 1580 1489 1300 1356 1653 2013 2823
        3102 2294 2385 2444 1748 1554 1498 1361 1346 1564 1640 2293
        2815 3137 2679 1969 1870 1633 1529 1366 1357 1570 1535 2491
        3084 2605 2573 2143 1693 1504 1461 1354 1333 1492 1781 1915
    """
    assert frame["deaths"].tolist() == [int(each) for each in table.split()]
    assert frame["deaths"].sum() == 148077


SIMULATED = tuple(name for name in dataset_names() if load_dataset(name).simulated)
LESSONS = {
    f"{tier}{number}"
    for tier, lessons in {"A": 5, "B": 3, "C": 6, "D": 3, "E": 8, "F": 7}.items()
    for number in range(1, lessons + 1)
}
# How many rows these have comes by chance too: at most so far from those of the shipped file.
ROWS_VARY = {"clinic_cancellations_simulated": 60}
WITHIN = {
    "allergy_audit": (("empty_boxes", "charts"),),
    "discharge_before_noon": (("before_noon", "went_home"), ("through_lounge", "went_home")),
    "discharge_letters": (("in_time", "letters"),),
    "hand_hygiene": (("cleaned", "moments"),),
    "missed_appointments": (("missed", "booked"),),
    "missed_doses": (("missed", "due"),),
    "observations_on_time": (("on_time", "due"),),
    "payroll_errors": (("with_error", "payslips"),),
    "project_log": (("hours_kept", "hours_promised"),),
    "project_measures": (("late", "letters"), ("with_checklist", "letters")),
    "readmissions": (("readmitted", "went_home"),),
    "red_beads": (("red_beads", "beads"),),
    "referrals": (("seen", "slots"),),
    "sickness_absence": (("days_lost", "days_available"),),
    "spread_to_sites": (("new_way", "handovers"),),
    "staff_numbers": (("trained", "headcount"), ("left_last_year", "headcount")),
}
# Text that is put together by chance. All other text is in the shipped file or in its generator.
PUT_TOGETHER = {
    ("improvement_stories_simulated", "story"),
    ("interview_snippets_simulated", "snippet"),
    ("staff_comments_simulated", "words"),
    ("projects_40_simulated", "name"),
    ("projects_100_simulated", "name"),
}
RANGES = {
    "yes (1) or no (0)": (0, 1),
    "points from 1 to 5": (1, 5),
    "marks": (0, 20),
    "%": (0, 100),
    "per 1,000 bed days or %": (0, 100),
    "°C": (2, 8),
    "hours": (-40, 40),
    "minutes": (0, 1500),
}


def test_every_lesson_is_served():
    served = {name: load_dataset(name).lessons for name in dataset_names()}
    assert len(LESSONS) == 32
    assert {lesson for lessons in served.values() for lesson in lessons} == LESSONS
    for lessons in served.values():
        assert list(lessons) == sorted(set(lessons))
        assert lessons


def test_every_generator_is_in_the_dictionary():
    named = {load_dataset(name).made_by for name in SIMULATED}
    assert named == {path.name for path in DATA.glob("make_*.py")}
    assert not any(load_dataset(name).made_by for name in set(dataset_names()) - set(SIMULATED))


@pytest.mark.parametrize("name", SIMULATED)
def test_the_generator_makes_the_file_again(name):
    data = load_dataset(name)
    generator = runpy.run_path(str(DATA / data.made_by))
    seed = generator.get("SEED")
    chance = generator["PickedSeeds"]() if seed is None else Random(seed)
    assert "\n".join(generator["lines"](chance)) + "\n" == data.path.read_text(encoding="utf-8")
    assert data.source == f"Made up for this course by {data.made_by}"
    assert data.path.stat().st_size < 60_000


@pytest.mark.parametrize("name", SIMULATED)
def test_a_generator_draws_by_random_alone(name):
    source = (DATA / load_dataset(name).made_by).read_text(encoding="utf-8")
    called = set(re.findall(r"\brandom\.(\w+)\(", source))
    assert called <= {"random"}
    assert set(re.findall(r"^(?:import|from) (\S+)", source, re.M)) <= {
        "__future__",
        "collections.abc",
        "dataclasses",
        "datetime",
        "itertools",
        "math",
        "pathlib",
        "qi_tools.data.making",
        "qi_tools.data.projects",
        "random",
        "statistics",
    }


def check_variant(name, variant):
    """Hold a variant to the file as shipped: other numbers, of the same kind."""
    shipped, anew = load_dataset(name), load_dataset(name, variant)
    assert (anew.title, anew.columns, anew.lessons) == (
        shipped.title,
        shipped.columns,
        shipped.lessons,
    )
    assert anew.text != shipped.text
    usual, frame = shipped.frame, anew.frame
    source = "".join(
        (DATA / file).read_text(encoding="utf-8") for file in (anew.made_by, "projects.py")
    )
    assert tuple(frame.columns) == tuple(usual.columns)
    assert abs(len(frame) - len(usual)) <= ROWS_VARY.get(name, 0)
    for heading, column in anew.columns.items():
        values, known = frame[heading], usual[heading]
        if column.unit == "name":
            assert values.notna().all() or "blank when" in column.meaning
            if (name, heading) not in PUT_TOGETHER:
                assert all(f'"{each}"' in source for each in {*values.dropna()} - {*known.dropna()})
            continue
        assert values.dtype == known.dtype, heading
        assert values.notna().all() or "blank when" in column.meaning
        if column.unit in {"day", "week", "month"}:
            assert values.is_monotonic_increasing
            continue
        least, most = RANGES.get(column.unit, (0, 4 * known.max() + 10))
        assert values.dropna().between(least, most).all(), heading
    for part, whole in WITHIN.get(name.removesuffix("_simulated"), ()):
        assert (frame[part] <= frame[whole]).all()
    if name == "pressure_ulcers_simulated":
        assert frame["found_on"].is_unique


@pytest.mark.parametrize("name", SIMULATED)
def test_a_variant_is_of_the_same_kind(name):
    check_variant(name, "Otter")


@settings(max_examples=25, deadline=None)
@given(name=st.sampled_from(SIMULATED), variant=st.text(min_size=1, max_size=20))
def test_any_text_makes_a_variant_or_is_refused(name, variant):
    if variant.isprintable() and variant.strip():
        check_variant(name, variant)
    else:
        with pytest.raises(VariantImpossible, match="Give a word"):
            load_dataset(name, variant)


def test_a_variant_is_picked_by_name_and_text():
    otter = load_dataset("porter_waits_simulated", "Otter")
    # Typed once from what it gave, so that a later Python or a later change can't move it.
    assert otter.frame["wait_minutes"].tolist()[:5] == [14.5, 15.3, 13.2, 15.0, 16.6]
    assert load_dataset("porter_waits_simulated", "  oTTer ").text == otter.text
    assert load_dataset("porter_waits_simulated", "Heron").text != otter.text
    assert (otter.variant, load_dataset("porter_waits_simulated").variant) == ("otter", None)
    # "é" may be typed as one character or as two.
    assert load_dataset("porter_waits_simulated", "\u00e9t\u00e9").text == (
        load_dataset("porter_waits_simulated", "e\u0301te\u0301").text
    )


def test_variants_differ_between_data_sets():
    """The seed hangs on the name too: else all sets of a learner would share their luck."""
    stories = [load_dataset(f"projects_{count}_simulated", "Otter").text for count in (40, 100)]
    assert stories[0].splitlines()[1] != stories[1].splitlines()[1]


@pytest.mark.parametrize("name", sorted(set(dataset_names()) - set(SIMULATED)))
def test_real_figures_are_not_made_anew(name):
    with pytest.raises(VariantImpossible, match=f"{name} holds real figures.*Leave the variant"):
        load_dataset(name, "Otter")


@pytest.mark.parametrize("variant", ["", "  ", "a\nb", "\ud800", 7, b"otter"])
def test_what_is_no_word_makes_no_variant(variant):
    with pytest.raises(VariantImpossible, match="Give a word"):
        load_dataset("porter_waits_simulated", variant)


def test_a_variant_has_no_file():
    with pytest.raises(VariantImpossible, match="has no file"):
        load_dataset("porter_waits_simulated", "Otter").path  # noqa: B018


def test_the_catalogue_lists_every_set():
    table = catalogue()
    assert tuple(table["name"]) == dataset_names()
    assert tuple(table.columns) == ("name", "title", "rows", "lessons", "numbers")
    assert table.loc[table["numbers"] == "real", "name"].tolist() == [
        "england_ae",
        "uk_lung_deaths",
    ]
    assert table.set_index("name").loc["england_ae", "rows"] == 36


def test_the_wheel_ships_every_file_and_no_package():
    built = WheelBuilder(str(DATA.parents[1])).recurse_included_files()
    shipped = {Path(each.distribution_path) for each in built}
    files = {path.name for path in DATA.iterdir() if path.is_file()}
    assert {path.name for path in shipped if path.parent.name == "data"} >= files
    assert not (DATA / "__init__.py").exists()


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
