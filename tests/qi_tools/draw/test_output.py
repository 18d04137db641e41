import re
from xml.etree import ElementTree
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image

from qi_tools import Measure, control_chart, run_chart
from qi_tools.draw.output import write
from qi_tools.draw.placed import Sheet
from qi_tools.errors import FileNotSaved
from qi_tools.palette import DARK

SHIFTED = [9, 8, 9, 7, 8, 9, 8, 9, 7, 8, 3, 2, 3, 4, 2, 3, 2, 3, 4, 2]


def months(points, start="2016-04"):
    return (np.datetime64(start) + np.arange(points)).astype("datetime64[D]")


def chart_of(values, dates=None, **how):
    return run_chart(Measure.from_columns(values, dates, **({"name": "Wait"} | how)))


def test_figure_for_a_page():
    chart = chart_of(SHIFTED, months(20), name="Wait <b>& more</b>", source="Audit", simulated=True)
    html = chart._repr_html_()
    assert html == chart.html()
    assert html.count("<svg") == 2
    assert html.count('role="img"') == 1
    (alt,) = re.findall(r'aria-label="(Run chart[^"]*)"', html)
    assert alt == chart.describe().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert "<b>" not in html
    # Once, as words that the reader can size and select: not in the pictures too.
    assert html.count("Simulated data. Source: Audit.") == 1
    assert html.count("<tr>") == 21
    assert "<details>" in html
    assert " id=" not in html


def test_a_page_in_the_dark_is_dark_all_over():
    html = chart_of(SHIFTED).html(theme=DARK)
    assert f"--qi-paper: {DARK.paper}" in html
    assert f'fill="{DARK.paper}"' in html
    assert 'fill="#ffffff"' not in html


def test_pictures_keep_their_words_inside(tmp_path):
    chart = control_chart(Measure.from_columns(SHIFTED, name="Wait", source="Ward audit"), "i")
    with Image.open(chart.save(tmp_path / "wait.png")) as image:
        assert image.info["Title"] == "Wait"
        assert image.info["Description"] == chart.describe()
    root = ElementTree.parse(chart.save(tmp_path / "wait.SVG")).getroot()
    assert root.find("{http://www.w3.org/2000/svg}desc").text == chart.describe()
    assert "Source: Ward audit." in " ".join(root.itertext())
    pdf = chart.save(str(tmp_path / "wait.pdf")).read_bytes()
    assert pdf.startswith(b"%PDF")
    assert b"/Title (Wait)" in pdf


def test_words_and_numbers_are_files_too(tmp_path):
    chart = chart_of(SHIFTED, months(20))
    with ZipFile(chart.save(tmp_path / "wait.docx")) as word:
        assert "word/document.xml" in word.namelist()
    rows = chart.save(tmp_path / "wait.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == 21
    assert rows[1].startswith("2016-04-01,9")


def test_a_picture_is_what_its_name_says_or_refused(tmp_path):
    chart = chart_of(SHIFTED)
    for name in ("wait.jpg", "wait"):
        with pytest.raises(FileNotSaved, match=r"Use a name that ends in \.png, \.svg"):
            chart.save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(FileNotSaved, match="could not be written"):
        chart_of(SHIFTED).save(tmp_path / "none" / "wait.png")


def test_an_old_picture_stays_when_the_new_one_fails(tmp_path):
    path = tmp_path / "wait.gif"
    path.write_bytes(b"old")
    with pytest.raises(FileNotSaved):
        write(Sheet(10, 10, "#ffffff", ()), path, "", "")
    assert path.read_bytes() == b"old"
