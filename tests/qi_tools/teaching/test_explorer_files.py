from __future__ import annotations

import csv
import io
from xml.etree import ElementTree

import docx
import pytest
from PIL import Image

from qi_tools import Measure, run_chart
from qi_tools.teaching.explorer_files import FORMATS, take_away

CHART = run_chart(Measure.from_columns([5, 8, 6, 9], name="Wait", unit="minutes"))


@pytest.fixture
def data() -> dict[str, bytes]:
    return {
        ending: take_away(CHART, ending, name="Wait", code="run_chart(wait)").data
        for ending in FORMATS
    }


def test_each_file_is_what_its_name_says(data: dict[str, bytes]) -> None:
    picture = Image.open(io.BytesIO(data["png"]))
    assert picture.format == "PNG"
    assert min(picture.size) > 300
    assert ElementTree.fromstring(data["svg"]).tag.endswith("svg")
    rows = list(csv.DictReader(io.StringIO(data["csv"].decode("utf-8-sig"))))
    assert [row["value"] for row in rows] == ["5", "8", "6", "9"]
    words = data["txt"].decode()
    assert words.startswith(CHART.describe())
    assert words.rstrip().endswith(CHART.report()[-1])
    document = docx.Document(io.BytesIO(data["docx"]))
    said = [paragraph.text for paragraph in document.paragraphs]
    assert CHART.describe() in said
    assert "run_chart(wait)" in said
    assert len(document.inline_shapes) == 1


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Average wait", "average-wait.csv"),
        ("../../etc/passwd", "etc-passwd.csv"),
        ("Été: A&E", "été-a-e.csv"),
        ("!!!", "chart.csv"),
        ("x" * 200, "x" * 60 + ".csv"),
        ('=cmd|"/c calc"', "cmd-c-calc.csv"),
    ],
)
def test_the_name_is_safe_on_every_computer(name: str, file: str) -> None:
    assert take_away(CHART, "csv", name=name, code="").name == file
