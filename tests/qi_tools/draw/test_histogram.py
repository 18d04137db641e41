import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools import histogram
from qi_tools.draw.histogram import caption, picture
from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.palette import DARK, LIGHT, PRINT
from tests.qi_tools.draw.sheets import check_data, check_words, named, said

VALUES = st.one_of(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60),
    st.lists(st.integers(-5, 40), min_size=1, max_size=60),
    st.lists(st.integers(0, 600).map(lambda tenths: tenths / 10), min_size=1, max_size=60),
)
WAITS = [2.5, 3.5, 4.5, 4.6, 5.5, 6.5, 7.5, 12.5]


@settings(max_examples=80)
@given(
    VALUES,
    st.none() | st.floats(-2e6, 2e6),
    st.sampled_from(["", "W" * 90]),
    st.sampled_from([NARROW, WIDE]),
)
def test_no_words_meet_words_or_bars_and_none_sticks_out(values, limit, name, room):
    layout = lay_out(picture(histogram(values, upper=limit, name=name), LIGHT), room)
    check_words(layout.sheet)
    check_data(layout)


@given(VALUES)
def test_bars_stand_on_their_bins_as_high_as_their_counts(values):
    bins = histogram(values)
    bars = named(lay_out(picture(bins, LIGHT)), "Bar")
    assert [bar.places.tolist() for bar in bars] == [
        [[left, 0], [left, count], [right, count], [right, 0]]
        for left, right, count in zip(bins.edges, bins.edges[1:], bins.counts, strict=False)
        if count
    ]


@given(VALUES, st.sampled_from([NARROW, WIDE]))
def test_labels_stand_at_edges_and_counts_are_whole(values, room):
    bins = histogram(values)
    (frame,) = lay_out(picture(bins, LIGHT), room).frames
    edges = bins.edges + (0.5 if bins.whole else 0)
    assert frame.across.places
    assert set(frame.across.places) <= set(edges.tolist())
    if bins.whole:
        assert all(float(label.replace(",", "")).is_integer() for label in frame.across.labels)
    assert all(place == int(place) for place in frame.upright.places)
    assert frame.upright.places[-1] > 0


@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT])
def test_the_median_and_the_limits_are_named(theme):
    drawn = picture(histogram(WAITS, lower=3, upper=10), theme)
    assert [entry.words for entry in drawn.key] == [
        "Median 5.05",
        "Lower limit 3",
        "Upper limit 10",
    ]
    (line,) = named(lay_out(drawn), "Upper limit 10")
    assert line.places[:, 0].tolist() == [10, 10]
    assert line.dash
    (median,) = named(lay_out(drawn), "Median 5.05")
    assert not median.dash


def test_a_limit_beyond_the_bars_is_in_sight_unless_it_is_far_away():
    near = picture(histogram(WAITS, upper=20), LIGHT)
    assert near.panels[0].across.high > 20
    far = picture(histogram(WAITS, upper=200), LIGHT)
    assert far.panels[0].across.high < 20
    assert [entry.words for entry in far.key] == ["Median 5.05"]
    assert "The limit of 200 lies beyond the scale." in far.caption
    assert "None of 8 lies above 200." in said(lay_out(far).sheet)


def test_the_caption():
    bins = histogram(WAITS, source="Switchboard.", simulated=True)
    assert caption(bins) == (
        "Histogram in bins of 2. A value on an edge belongs to the bin that begins there. A "
        "histogram does not show the order in time: look at a run chart too. Simulated data. "
        "Source: Switchboard."
    )
    assert "edge" not in caption(histogram([1, 2, 3]))


def test_it_is_saved_and_plotted(tmp_path):
    bins = histogram(WAITS, name="Wait", unit="minutes")
    for ending in (".png", ".svg", ".pdf"):
        assert bins.save(tmp_path / f"bins{ending}").stat().st_size > 1000
    assert 'aria-label="Histogram of Wait, minutes' in bins.html(theme=DARK)
    figure, ax = plt.subplots(figsize=(7, 5))
    assert bins.plot(ax) is ax
    assert ax.get_xlim()[0] < bins.edges[0] < bins.edges[-1] < ax.get_xlim()[1]
    assert ax.get_xlabel() == "Minutes"
    assert np.isclose(ax.get_ylim()[0], 0)
    plt.close(figure)


def test_labels_are_round_where_not_every_edge_has_room():
    values = np.linspace(25_000, 75_000, 400).round()
    (frame,) = lay_out(picture(histogram(values, width=2500), LIGHT), NARROW).frames
    assert frame.across.labels == ("40,000", "60,000")
    (frame,) = lay_out(picture(histogram(values, width=7000, start=0), LIGHT), NARROW).frames
    assert len(frame.across.labels) > 1
