import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools import pareto
from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.draw.pareto import EIGHTY, REST, SO_FAR, VITAL, caption, picture
from qi_tools.draw.placed import Area, Marks
from qi_tools.palette import DARK, LIGHT, PRINT
from tests.qi_tools.draw.sheets import Box, all_words, box_of, check_words, named, said, texts

LONG = "Letter sent to an old address because two systems hold different addresses for one patient"
causes = st.text("abcdefghij klmnop WMi", min_size=1, max_size=90).filter(str.strip)


def clinics(**options):
    return pareto(
        ["Unwell", "No letter", "Moved", "Traffic", "Strike", "Notes", "Other"],
        [80, 52, 39, 6, 4, 3, 8],
        **{"name": "Cancelled clinics", "unit": "appointments", **options},
    )


def boxes_of_bars(layout):
    (frame,) = layout.frames
    for area in filter(lambda thing: isinstance(thing, Area), frame.panel.things):
        there = frame.placed(area).places
        yield Box(area.name, *there.min(axis=0), *there.max(axis=0))


@settings(max_examples=60)
@given(
    st.lists(st.tuples(causes, st.floats(0, 1e6) | st.integers(0, 99)), min_size=1, max_size=25),
    st.sampled_from(["", LONG]),
    st.sampled_from([NARROW, WIDE]),
)
def test_no_words_meet_words_or_bars_and_none_sticks_out(rows, name, room):
    names, counts = zip(*rows, strict=True)
    layout = lay_out(
        picture(pareto(names, [count + 1 for count in counts], name=name), LIGHT), room
    )
    check_words(layout.sheet)
    bars = list(boxes_of_bars(layout))
    for words in all_words(layout.sheet):
        assert not [bar for bar in bars if bar.meets(box_of(words))], words


def test_bars_are_as_long_as_their_counts_and_as_all_so_far():
    chart = clinics()
    layout = lay_out(picture(chart, LIGHT))
    bars = sorted((*named(layout, VITAL), *named(layout, REST)), key=lambda bar: -bar.places[0, 1])
    assert [np.ptp(bar.places[:, 0]) for bar in bars] == chart.counts.tolist()
    assert min(bar.places[:, 0].min() for bar in bars) == 0
    so_far = [float(np.ptp(bar.places[:, 0])) for bar in named(layout, SO_FAR)]
    assert so_far == pytest.approx(np.cumsum(chart.counts))
    assert {float(line.places[0, 0]) for line in named(layout, EIGHTY)} == {0.8 * chart.total}


@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT])
def test_the_vital_few_are_told_by_shade_by_letters_and_in_words(theme):
    layout = lay_out(picture(clinics(), theme))
    assert len(named(layout, VITAL)) == 3
    assert {bar.fill for bar in named(layout, VITAL)} == {theme.values}
    assert {(bar.fill, bar.rim) for bar in named(layout, REST)} == {(theme.paper, theme.values)}
    bold = {words.text for words in all_words(layout.sheet) if words.bold}
    assert bold == {"Cancelled clinics", "Unwell", "No letter", "Moved"}
    assert "Vital few: 3 of 6 causes make 89%: Unwell, No letter and Moved." in said(layout.sheet)
    key = [entry.words for entry in picture(clinics(), theme).key]
    assert key == [VITAL, REST, SO_FAR, EIGHTY]


def test_without_vital_few_every_cause_looks_alike():
    drawn = picture(pareto(["a", "b", "c", "Other"], [30, 30, 30, 5]), LIGHT)
    layout = lay_out(drawn)
    assert len(named(layout, VITAL)) == 3  # solid bars
    assert [entry.words for entry in drawn.key] == [SO_FAR, EIGHTY]
    assert all(not row.bold for row in drawn.panels[0].rows)


def test_numbers_beside_the_bars():
    layout = lay_out(picture(clinics(), LIGHT))
    written = texts(layout.sheet)
    assert "80 (42%)" in written
    assert [text for text in written if text.endswith("%")] == [
        "42%",
        "69%",
        "89%",
        "92%",
        "94%",
        "96%",
        "100%",
    ]
    rare = lay_out(picture(pareto(["a", "b"], [9999, 1]), LIGHT))
    assert ">99%" in texts(rare.sheet)


def test_a_long_name_is_cut_and_its_number_is_not():
    chart = pareto([LONG, "Other"], [1234567, 5])
    (row,) = [
        words.text
        for words in all_words(lay_out(picture(chart, LIGHT), NARROW).sheet)
        if words.text.startswith("Letter")
    ]
    assert row.endswith("…")
    assert LONG.startswith(row[:-1])
    assert "1,234,567 (100%)" in texts(lay_out(picture(chart, LIGHT), NARROW).sheet)
    assert LONG in chart.html()  # the table has it whole


def test_the_caption_and_the_warnings():
    chart = clinics(source="Outpatients", simulated=True, most=1)
    assert "run chart first" in caption(chart)
    assert caption(chart).endswith("Simulated data. Source: Outpatients.")
    layout = lay_out(picture(chart, LIGHT))
    assert chart.warnings[0] in said(layout.sheet)
    assert any(isinstance(thing, Marks) and thing.name == "Warning" for thing in layout.words)


def test_a_row_takes_its_own_height():
    few, many = (picture(pareto(range(n), range(1, n + 1)), LIGHT).height for n in (3, 12))
    assert many == 4 * few


def test_it_is_saved_and_plotted(tmp_path):
    chart = clinics()
    for ending in (".png", ".svg", ".pdf"):
        assert chart.save(tmp_path / f"chart{ending}").stat().st_size > 1000
    assert 'aria-label="Pareto chart of Cancelled clinics' in chart.html(theme=DARK)
    figure, ax = plt.subplots(figsize=(7, 5))
    assert chart.plot(ax) is ax
    assert "Unwell" in [text.get_text() for text in ax.texts]
    assert ax.get_xlim() == (0, chart.total)
    plt.close(figure)
