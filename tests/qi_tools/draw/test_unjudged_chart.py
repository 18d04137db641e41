import re
from dataclasses import replace

import pytest

from qi_tools import PERLA, Measure, control_chart, run_chart
from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.draw.unjudged_chart import picture
from qi_tools.palette import DARK, LIGHT, PRINT
from qi_tools.spc.unjudged_charts import UnjudgedChart
from tests.qi_tools.draw.sheets import check_words
from tests.qi_tools.teaching.charts_of_every_kind import EVERY_KIND, SHIFTED

CHARTS = [chart for charts in EVERY_KIND.values() for chart in charts]
SIGNALLING = [chart for chart in CHARTS if chart.signals]


@pytest.mark.parametrize("chart", SIGNALLING)
@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT])
def test_what_was_found_changes_nothing_in_the_picture(chart, theme):
    html = UnjudgedChart(chart).html(theme=theme)
    quiet = replace(chart, signals=(), warnings=())
    assert html == UnjudgedChart(quiet).html(theme=theme)
    assert html != chart.html(theme=theme)
    figure = html.split("</style>")[1]
    assert not re.search("signal|improvement|concern|special|judgement", figure, re.IGNORECASE)


@pytest.mark.parametrize("chart", SIGNALLING)
def test_every_mark_is_alike_and_every_line_is_whole(chart):
    drawn, whole = picture(UnjudgedChart(chart), LIGHT), picture_of_judged(chart)
    shapes = {thing.shape for thing in drawn.panels[0].things if hasattr(thing, "shape")}
    assert shapes == {"circle"}
    colours = {getattr(thing, "colour", "") for thing in drawn.panels[0].things}
    assert not colours & {LIGHT.special, LIGHT.improvement, LIGHT.concern}
    assert (drawn.icons, len(drawn.key) == 0) == ((), not any(chart.measure.excluded))
    # The places stay: the same points and lines, in one colour.
    assert drawn.panels[0].upright.low == whole.panels[0].upright.low
    assert drawn.panels[0].remarks == whole.panels[0].remarks


def picture_of_judged(chart):
    from qi_tools.draw.chart import picture as judged

    return judged(chart, LIGHT)


@pytest.mark.parametrize("room", [WIDE, NARROW])
@pytest.mark.parametrize("chart", CHARTS)
def test_all_words_have_room(chart, room):
    check_words(lay_out(picture(UnjudgedChart(chart), LIGHT), room).sheet)


def test_the_caption_names_the_rules_and_what_is_usual():
    said = picture(UnjudgedChart(control_chart(SHIFTED, "i", screen=True)), LIGHT).caption
    assert said == (
        "I chart. The Anhøj rules look for: a point outside the limits; an unusually long run on "
        "one side of the centre line; unusually few crossings of the centre line. Usual for 30 "
        "points off the mean: up to 8 in a row on one side and 10 or more crossings. The limits "
        "lie three sigmas from the centre. Limits screened for large moving ranges. The scale "
        "starts at zero."
    )
    plain = picture(UnjudgedChart(run_chart(SHIFTED, rules=PERLA)), LIGHT).caption
    assert "sigmas" not in plain


def test_points_left_out_are_told_apart():
    measure = Measure.from_columns([5, 8, 6, 9, 7, 30], name="Wait").exclude(6, "Snow")
    drawn = picture(UnjudgedChart(run_chart(measure)), LIGHT)
    assert [entry.words for entry in drawn.key] == ["Points", "Left out"]
