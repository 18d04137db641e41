import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot
from matplotlib.figure import Figure

from qi_tools import Measure, control_chart, run_chart, small_multiples
from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.draw.placed import Marks
from qi_tools.draw.small_multiples import caption, picture
from qi_tools.errors import ChartImpossible
from qi_tools.palette import DARK, LIGHT
from tests.qi_tools.draw.sheets import check_data, check_words, named, texts

SHIFTED = [9, 8, 9, 7, 8, 9, 8, 9, 7, 8, 3, 2, 3, 4, 2, 3, 2, 3, 4, 2]
STEADY = [1, 5, 2, 6, 1, 4, 2, 7, 1, 5, 2, 6, 3, 4]


def months(points, start="2023-04"):
    return (np.datetime64(start) + np.arange(points)).astype("datetime64[D]")


def chart_of(values, name, start=None, **how):
    dates = None if start is None else months(len(values), start)
    return run_chart(Measure.from_columns(values, dates, name=name, **how))


def panels(charts, **how):
    return picture(small_multiples(charts, **how), LIGHT).panels


def scales(panel):
    return (panel.upright.low, panel.upright.high), (panel.across.low, panel.across.high)


def test_each_panel_is_titled_by_its_measure_and_says_its_latest_value():
    charts = [chart_of(SHIFTED, "Ash"), chart_of(STEADY, "Oak", unit="")]
    first, second = panels(charts)
    assert (first.title, second.title) == ("Ash", "Oak")
    assert first.upright.title == "Latest 2, median 5.5, 3 signals"
    assert second.upright.title == "Latest 4, median 3.5"
    assert not first.remarks
    assert not first.ends
    (alone,) = panels(charts[:1])
    assert not alone.title  # it stands above already
    (alone,) = panels(charts[:1], name="Falls")
    assert alone.title == "Ash"


def test_a_shared_scale_is_one_and_the_same():
    charts = [chart_of(STEADY, "Ash", "2023-01"), chart_of([90, 95, 99], "Oak", "2023-06")]
    first, second = panels(charts)
    assert scales(first) == scales(second)
    assert first.upright.high > 99
    assert first.across.low < months(1, "2023-01").astype(float)[0]
    assert first.across.high > months(1, "2024-02").astype(float)[0]
    own = panels(charts, shared=False)
    assert own[0].upright.high < 10
    assert own[1].upright.low > 80
    assert own[0].across.low < own[1].across.low


def test_time_is_shared_only_where_dates_overlap():
    apart = [chart_of(STEADY, "Ash", "2020-01"), chart_of(STEADY, "Oak", "2024-01")]
    first, second = panels(apart)
    assert scales(first)[0] == scales(second)[0]
    assert scales(first)[1] != scales(second)[1]
    assert "each has its own scale of time" in caption(small_multiples(apart))
    some = [chart_of(STEADY, "Ash", "2020-01"), chart_of(STEADY, "Oak")]
    assert [panel.across.dated for panel in panels(some)] == [True, False]
    none = [chart_of(STEADY, "Ash"), chart_of(STEADY[:3], "Oak")]
    assert {(panel.across.low, panel.across.high) for panel in panels(none)} == {(0.5, 14.5)}
    assert "All have the same scales." in caption(small_multiples(none))
    assert "heights can't be compared" in caption(small_multiples(none, shared=False))
    assert "scale" not in caption(small_multiples(none[:1]))


def test_one_key_for_all_with_what_is_there():
    measure = Measure.from_columns(SHIFTED, name="Ash", better="lower")
    charts = [chart_of(STEADY, "Oak"), control_chart(measure.aim(5), "i")]
    key = [entry.words for entry in picture(small_multiples(charts), LIGHT).key]
    assert key[:4] == [
        "Centre line",
        "Centre line of a phase with a signal",
        "Limits",
        "Target",
    ]
    assert set(key[4:]) == {"Signal: better", "Signal: worse"}
    calm = picture(small_multiples(charts[:1]), LIGHT)
    assert [entry.words for entry in calm.key] == ["Median"]


def test_signals_show_by_shape_and_colour():
    measure = Measure.from_columns(SHIFTED, name="Ash", better="lower")
    multiples = small_multiples([control_chart(measure, "i"), chart_of(STEADY, "Oak")])
    for theme in (LIGHT, DARK):
        looks = {
            thing.name: (thing.shape, thing.fill)
            for thing in picture(multiples, theme).panels[0].things
            if isinstance(thing, Marks)
        }
        assert looks["Signal: better"] == ("square", theme.improvement)
        assert looks["Signal: worse"] == ("diamond", theme.concern)


@pytest.mark.parametrize(
    ("charts", "room", "beside"),
    [(1, WIDE, 1), (2, WIDE, 2), (3, WIDE, 3), (4, WIDE, 2), (7, WIDE, 3), (7, NARROW, 1)],
)
def test_how_many_stand_beside_one_another(charts, room, beside):
    drawn = picture(small_multiples([chart_of(STEADY, f"W{n}") for n in range(charts)]), LIGHT)
    layout = lay_out(drawn, room)
    assert len({round(frame.left) for frame in layout.frames}) == beside
    row = layout.frames[:beside]
    assert len({frame.top for frame in row}) == 1


def test_caption_and_warnings():
    simulated = chart_of(STEADY, "Ash", source="Audit.", simulated=True)
    plain = chart_of([90, 91, 90, 92], "Oak", source="Ledger")
    multiples = small_multiples([simulated, plain], shared=False)
    assert caption(multiples) == (
        "Run charts, judged by the Anhøj rules. Each chart has its own scales: heights can't be "
        "compared between charts. Not all scales start at zero. Simulated data: Ash. "
        "Source: Audit; Ledger."
    )
    above = picture(multiples, LIGHT).above
    assert [each.text for each in above if each.warns] == list(multiples.warnings) != []
    assert "Simulated data. Source" in caption(small_multiples([simulated]))
    moved = Measure.from_columns(STEADY, name="Ash").rephase(8, "Move")
    assert "Lines break where a phase begins." in caption(small_multiples([run_chart(moved)]))


many = st.lists(
    st.tuples(
        st.text("abcdefg hijkl MWi", min_size=1, max_size=70).filter(str.strip),
        st.integers(1, 60),
        st.sampled_from([0.0, 1.0, 1e4]),
        st.sampled_from([None, "2020-01", "2021-06"]),
        st.sampled_from(["run", "i"]),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=50, deadline=None)
@given(many, st.booleans(), st.text("ab cM", max_size=80), st.sampled_from([NARROW, WIDE]))
def test_no_words_meet_words_or_data(rows, shared, name, room):
    random = np.random.default_rng(1)
    charts = []
    for title, points, spread, start, kind in rows:
        values = 50 + spread * random.standard_normal(points)
        dates = None if start is None else months(points, start)
        measure = Measure.from_columns(values, dates, name=title).annotate(
            1 if dates is None else dates[0].item(), "A note that has no room here"
        )
        charts.append(run_chart(measure) if kind == "run" else control_chart(measure, "i"))
    layout = lay_out(picture(small_multiples(charts, shared=shared, name=name), LIGHT), room)
    check_words(layout.sheet)
    check_data(layout)
    assert not [text for text in texts(layout.sheet) if "no room" in text]


def test_all_without_a_value_left_say_so():
    measure = Measure.from_columns([1.0, 2.0], name="Ash")
    moving = control_chart(measure.exclude(1, "Typo"), "mr")
    assert np.isnan(moving.values).all()
    (panel,) = panels([moving])
    assert panel.upright.title.startswith("No value")


def test_with_matplotlib_they_get_a_figure_of_their_own():
    multiples = small_multiples([chart_of(STEADY, "Ash"), chart_of(SHIFTED, "Oak")])
    with pytest.raises(ChartImpossible, match=r"has 2 charts.*Leave ax out"):
        multiples.plot(Figure().add_subplot())
    ax = multiples.plot()
    assert len(ax.figure.axes) == 2
    line = next(line for line in ax.lines if line.get_label() == "Ash")
    assert line.get_ydata().tolist() == STEADY
    pyplot.close("all")
    one = small_multiples([chart_of(STEADY, "Ash")]).plot(Figure(figsize=(7, 4)).add_subplot())
    assert [line for line in one.lines if line.get_label() == "Ash"]


def test_in_files_and_pages(tmp_path):
    multiples = small_multiples([chart_of(STEADY, "Ash"), chart_of(SHIFTED, "Oak")])
    for ending in (".png", ".svg", ".pdf"):
        assert multiples.save(tmp_path / f"falls{ending}").stat().st_size > 1000
    assert multiples.describe() in multiples.html()
    assert named(lay_out(picture(multiples, LIGHT)), "Points")
