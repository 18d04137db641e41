import io
from collections import Counter

import numpy as np
import pytest
from PIL import Image

from qi_tools import Measure, control_chart
from qi_tools.draw.chart import picture
from qi_tools.draw.layout import lay_out
from qi_tools.draw.placed import SHAPES, Area, Marks, Sheet, Stroke, Words, places
from qi_tools.draw.png import MOST_COLOURS, png
from qi_tools.palette import DARK, LIGHT, PRINT


def opened(sheet, **how):
    image = Image.open(io.BytesIO(png(sheet, **how)))
    image.load()
    return image


def dots(sheet, zoom=2.0):
    return np.asarray(opened(sheet, zoom=zoom).convert("RGB")).astype(int)


def channels(colour):
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def test_a_sheet_has_its_size_and_says_what_it_is():
    image = opened(Sheet(100, 50, "#ffffff", ()), title="Wait", description="Chart of ŵ.")
    assert image.size == (200, 100)
    assert image.info["Title"] == "Wait"
    assert image.info["Description"] == "Chart of ŵ."
    assert image.info["dpi"] == pytest.approx((144, 144), abs=0.1)


@pytest.mark.parametrize("shape", SHAPES)
def test_marks_are_filled_about_their_places(shape):
    seen = dots(Sheet(60, 40, "#ffffff", (Marks(places([(20, 10)]), shape, 12.0, "#0b5d57"),)))
    assert seen[20, 40].tolist() == channels("#0b5d57")
    assert (seen[60:, 90:] == 255).all()
    filled = (seen == channels("#0b5d57")).all(axis=2).sum() / 4
    assert 40 < filled < 150
    rows, columns = np.nonzero((seen != 255).any(axis=2))
    assert abs((columns.min() + columns.max()) / 4 - 20) < 0.6
    assert abs((rows.min() + rows.max()) / 4 - 10) < 0.9


def test_a_triangle_points_up():
    seen = dots(Sheet(40, 40, "#ffffff", (Marks(places([(20, 20)]), "triangle", 20.0, "#000000"),)))
    dark = (seen < 128).all(axis=2)
    assert dark[:40].sum() < dark[40:].sum()


def test_lines_have_their_width_and_dashes():
    whole = Stroke(places([(5, 10), (95, 10)]), "#000000", 2.0)
    dashed = Stroke(places([(5, 30), (95, 30)]), "#000000", 2.0, (6.0, 6.0))
    seen = dots(Sheet(100, 40, "#ffffff", (whole, dashed)))
    assert [(seen[:, 100, 0] < 128)[:40].sum(), (seen[20, :, 0] < 128).sum()] == [4, 180]
    assert 80 <= (seen[60, :, 0] < 128).sum() <= 100


def test_words_stand_at_their_places():
    left = Words(10, 20, "HHH", "#000000")
    right = Words(90, 20, "HHH", "#000000", anchor="end")
    seen = dots(Sheet(100, 30, "#ffffff", (left, right))) < 128
    columns = np.nonzero(seen.all(axis=2).any(axis=0))[0]
    assert columns.min() == pytest.approx(2 * 10, abs=5)
    assert columns.max() == pytest.approx(2 * 90, abs=5)
    rows = np.nonzero(seen.all(axis=2).any(axis=1))[0]
    assert rows.max() == pytest.approx(2 * 20, abs=2)


@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT], ids=lambda theme: theme.name)
def test_every_colour_of_a_chart_comes_out_as_it_is(theme):
    values = [9, 8, 9, 8, 9, 8, 9, 8, 9, 8, 9, 8, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 30]
    measure = Measure.from_columns(values, name="Wait", better="lower").aim(5)
    sheet = lay_out(picture(control_chart(measure, "i"), theme)).sheet
    image = opened(sheet)
    assert image.mode == "P"
    assert len(image.getcolors()) <= MOST_COLOURS
    seen = {tuple(colour) for colour in np.unique(dots(sheet).reshape(-1, 3), axis=0).tolist()}
    used = {
        "paper",
        "ink",
        "quiet_ink",
        "line",
        "band",
        "values",
        "improvement",
        "concern",
        "target",
    }
    for use in used:
        assert tuple(channels(getattr(theme, use))) in seen, use
    most = Counter(map(tuple, dots(sheet).reshape(-1, 3).tolist())).most_common(1)[0][0]
    assert most == tuple(channels(theme.paper))


def test_a_sheet_without_marks_or_words():
    assert opened(Sheet(10, 10, "#14201f", ())).convert("RGB").getpixel((5, 5)) == (20, 32, 31)
    area = Area(places([(0, 0), (10, 0), (10, 10), (0, 10)]), "#123456", "#000000", 2.0)
    assert dots(Sheet(10, 10, "#ffffff", (area,)))[10, 10].tolist() == channels("#123456")
