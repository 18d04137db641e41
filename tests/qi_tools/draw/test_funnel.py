import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from qi_tools import funnel
from qi_tools.draw.funnel import MOST_NAMED, caption, clipped, picture
from qi_tools.draw.layout import NARROW, WIDE, lay_out, lay_out_about
from qi_tools.draw.placed import Area, Marks, Stroke
from qi_tools.palette import DARK, LIGHT, PRINT
from tests.qi_tools.draw.sheets import all_words, box_of, check_words, named, said, texts
from tests.qi_tools.test_palette import contrast

nan = float("nan")
LONG = "The combined elderly care, stroke and rehabilitation unit of the northern site"


def plot_of(events, sizes, names=None, **how):
    names = names or [f"Ward {number}" for number in range(1, len(sizes) + 1)]
    return funnel(names, events, sizes, **({"data": "rates", "name": "Falls"} | how))


def looks(plot, theme=LIGHT):
    """The marks of a plot: what they mean, and how they look."""
    (panel,) = picture(plot, theme).panels
    return {
        thing.name: (thing.shape, thing.fill, thing.rim, len(thing.places))
        for thing in panel.things
        if isinstance(thing, Marks)
    }


FAR = plot_of(
    [60, 61, 20, 100, 80, 42, 3],
    [60, 60, 60, 60, 60, 60, 3],
    target=1,
    better="lower",
)


def check_sheet(plot, room):
    layout = lay_out(picture(plot, LIGHT), room)
    check_words(layout.sheet)
    boxes = [box_of(words) for words in all_words(layout.sheet)]
    (frame,) = layout.frames
    for thing in map(frame.placed, frame.panel.things):
        there = thing.places[~np.isnan(thing.places).any(axis=1)]
        assert np.all(there[:, 0] >= frame.left - 0.5)
        assert np.all(there[:, 0] <= frame.left + frame.width + 0.5)
        assert np.all(there[:, 1] >= frame.top - 0.5)
        assert np.all(there[:, 1] <= frame.top + frame.height + 0.5)
        if isinstance(thing, Marks):
            for box in boxes:
                nearest = np.clip(there, (box.left, box.top), (box.right, box.bottom))
                assert np.min(np.hypot(*(there - nearest).T)) >= thing.size / 2 - 0.5, box
    return layout


def test_alarms_and_alerts_differ_by_shape_filling_and_colour():
    assert looks(FAR) == {
        "Within limits": ("circle", LIGHT.values, LIGHT.paper, 3),
        "Alert: better": ("square", LIGHT.paper, LIGHT.improvement, 1),
        "Alert: worse": ("diamond", LIGHT.paper, LIGHT.concern, 1),
        "Alarm: better": ("square", LIGHT.improvement, LIGHT.paper, 1),
        "Alarm: worse": ("diamond", LIGHT.concern, LIGHT.paper, 1),
    }
    assert {"Alert", "Alarm"} <= set(looks(plot_of([60, 61, 20, 80], [60] * 4, target=1)))


def test_without_colour_the_shapes_tell_them_apart():
    told = {(shape, fill, rim) for shape, fill, rim, _ in looks(FAR, PRINT).values()}
    assert len(told) == 5


def test_the_key_explains_what_is_there_and_nothing_else():
    drawn = picture(FAR, LIGHT)
    assert [entry.words for entry in drawn.key] == list(looks(FAR))
    calm = picture(plot_of([60, 61], [60, 60], target=1), LIGHT)
    assert [entry.words for entry in calm.key] == ["Within limits"]


def test_units_beyond_their_limits_are_named_the_farthest_first():
    (panel,) = picture(FAR, LIGHT).panels
    assert [label.words for label in panel.labels] == ["Ward 3", "Ward 4", "Ward 6", "Ward 5"]
    assert panel.labels[0].in_full == FAR.signals[0].words
    for room in (NARROW, WIDE):
        written = texts(check_sheet(FAR, room).sheet)
        assert all(label.words in written for label in panel.labels)
        assert "Ward 1" not in written


def test_of_many_units_the_farthest_are_named_and_the_caption_counts_the_others():
    names = [f"Ward {number}" for number in range(40)]
    plot = plot_of([200 + 5 * each for each in range(40)], [100] * 40, names, target=1)
    (panel,) = picture(plot, LIGHT).panels
    assert [label.words for label in panel.labels] == names[: -MOST_NAMED - 1 : -1]
    assert "The 12 units farthest beyond their limits are named; the table names the other 28." in (
        caption(plot)
    )
    assert "are named" not in caption(FAR)


def test_a_name_too_long_to_stand_beside_its_dot_is_listed():
    plot = plot_of([60, 160], [60, 60], ["Ash", LONG], target=1)
    layout = check_sheet(plot, WIDE)
    assert "1" in texts(layout.sheet)
    assert f"1. {LONG}: 2.67 is above" in said(layout.sheet)


def test_the_limits_are_those_of_the_plot_cut_off_at_the_scale():
    (panel,) = picture(FAR, LIGHT).panels
    strokes = {thing.name: thing for thing in panel.things if isinstance(thing, Stroke)}
    low, high = panel.upright.low, panel.upright.high
    there = strokes["Upper 99.8%"].places
    known = there[~np.isnan(there[:, 1])]
    assert np.max(known[:, 1]) == pytest.approx(high)
    inner = known[known[:, 1] < high - 1e-9]
    assert inner[:, 1] == pytest.approx(FAR.limits_at(inner[:, 0]).upper_998, rel=1e-9)
    assert FAR.limits.upper_998[-1] > high
    assert "Limits of the smallest units reach beyond it." in caption(FAR)
    for thing in panel.things:
        y = thing.places[:, 1]
        assert np.all(np.isnan(y) | ((y >= low - 1e-9) & (y <= high + 1e-9)))
    (band,) = [thing for thing in panel.things if isinstance(thing, Area)]
    assert band.fill == LIGHT.band
    assert not [t for t in picture(FAR, PRINT).panels[0].things if isinstance(t, Area)]


@given(
    st.lists(st.floats(-100, 100), min_size=2, max_size=30),
    st.floats(-50, 0),
    st.floats(1, 50),
)
def test_a_cut_line_follows_the_line_and_never_leaves_the_scale(values, low, high):
    x = np.arange(len(values), dtype=float)
    y = np.array(values)
    cut = clipped(x, y, low, high)
    known = cut[~np.isnan(cut[:, 1])]
    assert np.all((known[:, 1] >= low) & (known[:, 1] <= high))
    assert np.interp(known[:, 0], x, y) == pytest.approx(known[:, 1], abs=1e-6)
    inside = (y >= low) & (y <= high)
    assert set(x[inside]) <= set(known[:, 0])


def test_lines_are_named_where_they_end():
    (panel,) = picture(FAR, LIGHT).panels
    assert [end.words for end in panel.ends] == [
        "Upper 99.8%",
        "Upper 95%",
        "Lower 95%",
        "Lower 99.8%",
        "Target 1",
    ]
    (panel,) = picture(plot_of([3, 9], [10, 20], per=100, unit="%"), LIGHT).panels
    assert panel.ends[-1].words == "All together 40%"
    assert named(lay_out(picture(FAR, LIGHT)), "Target")[0].dash
    assert not [end for end in panel.ends if end.words.startswith("Target")]


@pytest.mark.parametrize(
    ("how", "title"),
    [
        ({"data": "ratios"}, "Expected events"),
        ({"data": "proportions"}, "Cases in each unit (denominator)"),
        ({"data": "rates", "per": 1000, "unit": "per 1,000 bed days"}, "Bed days"),
        ({"data": "rates", "unit": "per 1,000 bed days"}, "Size of each unit (denominator)"),
        ({"data": "rates"}, "Size of each unit (denominator)"),
    ],
)
def test_the_axis_across_says_what_the_denominator_is_as_far_as_is_known(how, title):
    plot = plot_of([3, 4], [30, 50], **how)
    assert picture(plot, LIGHT).panels[0].across.title == title
    assert title in texts(lay_out(picture(plot, LIGHT)).sheet)


def test_where_the_counts_come_from_is_said():
    plot = plot_of([3, 5], [100, 120], data="rates", source="Ward audit", simulated=True)
    assert caption(plot).endswith("Simulated data. Source: Ward audit.")
    assert plot.report()[-1] == "Simulated data. Source: Ward audit."
    assert "(simulated data)" in plot.describe()
    assert "imulated" not in caption(plot_of([3, 5], [100, 120], data="rates"))


def test_the_caption_says_the_method_and_whether_units_differ_beyond_chance():
    sizes = np.arange(100, 220, 10)
    events = (sizes * np.tile([0.5, 1.5, 1.0], 4)).round()
    plain = plot_of(events, sizes, data="ratios")
    assert "Limits: exact Poisson. On the whole the units differ by more than chance" in caption(
        plain
    )
    widened = plot_of(events, sizes, data="ratios", overdispersion="additive")
    assert "widened by the variance between units" in caption(widened)
    above = picture(plain, LIGHT).above
    assert [each.text for each in above if each.warns] == list(plain.warnings) != []


def test_a_unit_without_a_value_is_not_drawn():
    plot = plot_of([3, nan, 0], [30, 50, 0])
    assert [how[-1] for how in looks(plot).values()] == [1]
    assert "Shown without a value" in said(lay_out(picture(plot, LIGHT)).sheet)


def test_no_label_of_the_axis_across_is_half_a_case():
    (panel,) = picture(plot_of([1, 1], [2, 3], data="proportions"), LIGHT).panels
    assert all(place == round(place) for place in panel.across.ticks(400).places)


units = st.lists(
    st.tuples(
        st.integers(0, 400),
        st.integers(1, 3000),
        st.text("abcdefg hijkl MWi", min_size=1, max_size=30),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=80, deadline=None)
@given(
    units,
    st.sampled_from(["rates", "proportions", "ratios"]),
    st.sampled_from([None, "target"]),
    st.sampled_from(["lower", "higher", "neither"]),
    st.sampled_from([NARROW, WIDE]),
)
def test_no_words_meet_words_or_dots(rows, data, target, better, room):
    events = [min(event, size) for event, size, _ in rows]
    sizes = [size for _, size, _ in rows]
    names = [f"{name}{number}" for number, (*_, name) in enumerate(rows)]
    level = None if target is None else 0.1
    check_sheet(plot_of(events, sizes, names, data=data, target=level, better=better), room)


@pytest.mark.parametrize("room", [NARROW, WIDE])
def test_hundreds_of_units_and_one_and_equal_ones_find_their_place(room):
    random = np.random.default_rng(7)
    sizes = np.exp(random.normal(5.5, 1, 300))
    events = random.poisson(sizes * np.exp(random.normal(0, 0.2, 300)))
    check_sheet(plot_of(events, sizes, data="ratios", better="lower"), room)
    check_sheet(plot_of([3], [40]), room)
    check_sheet(plot_of([0], [1], data="proportions"), room)
    check_sheet(plot_of([30, 2], [40, 40], data="proportions", per=100), room)
    check_sheet(plot_of([5] * 20, [50] * 20), room)


def test_on_axes_of_matplotlib_the_dots_keep_their_numbers():
    ax = FAR.plot(Figure(figsize=(7, 4)).add_subplot(), theme=DARK)
    alarm = next(line for line in ax.lines if line.get_label() == "Alarm: worse")
    assert alarm.get_ydata().tolist() == [FAR.values[3]]
    assert alarm.get_xdata().tolist() == [FAR.denominators[3]]
    assert (alarm.get_marker(), to_hex(alarm.get_markerfacecolor())) == ("D", DARK.concern)
    assert {"Ward 4", "Upper 95%"} <= {text.get_text() for text in ax.texts}
    assert FAR.plot().get_xlabel() == "Size of each unit (denominator)"
    pyplot.close("all")


def test_listed_names_stand_below_one_another_on_given_axes():
    names = [LONG, f"{LONG} again"]
    plot = plot_of([160, 170], [60, 60], names, target=1)
    layout = lay_out_about(picture(plot, LIGHT), 480, 300)
    listed = [each for each in all_words(layout.sheet) if each.text.startswith(("1. ", "2. "))]
    assert len({round(each.y) for each in listed}) == 2


def test_saved_and_shown(tmp_path):
    for ending in (".png", ".svg", ".pdf"):
        assert FAR.save(tmp_path / f"falls{ending}").stat().st_size > 1000
    assert FAR.describe() in FAR.html()


@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT])
def test_marks_and_names_can_be_told_from_what_lies_behind_them(theme):
    for shape, fill, rim, _ in looks(FAR, theme).values():
        seen = rim if fill == theme.paper else fill
        assert contrast(seen, theme.band) >= 3, shape
        assert contrast(seen, theme.paper) >= 3, shape
    assert contrast(theme.ink, theme.band) >= 4.5
