import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.draw import rounds as drawing
from qi_tools.draw.placed import Marks, Stroke
from qi_tools.rounds import Round, Rounds
from tests.qi_tools.draw.sheets import all_words, texts

BEFORE = Round("Round 1", "10p, table, flick", (7.7, 8.7, 9.9))
AFTER = Round("Round 2", "10p, tray, both hands", (13.7, 9.2, 18.0), guess=12.5)
ROUNDS = Rounds((BEFORE, AFTER), 3, "seconds", "spin", "Simulated.")


def drawn(rounds, width=drawing.WIDE, highest=None):
    return drawing.sheet(rounds, width, highest)


def dots(sheet):
    marks = [thing for thing in sheet.things if isinstance(thing, Marks)]
    return [tuple(place) for each in marks for place in each.places.tolist()]


def named(sheet, name):
    return [thing for thing in sheet.things if isinstance(thing, Stroke) and thing.name == name]


def height_of(line):
    """Where a level line lies."""
    (height,) = set(line.places[:, 1].tolist())
    return height


def test_a_dot_for_each_value_in_order_and_higher_for_more():
    places = dots(drawn(ROUNDS))
    values = [*BEFORE.values, *AFTER.values]
    assert [x for x, _ in places] == sorted(x for x, _ in places)
    by_height = sorted(range(6), key=lambda dot: -places[dot][1])
    assert by_height == sorted(range(6), key=lambda dot: values[dot])


def test_the_guess_and_the_middle_lie_where_a_dot_of_that_value_would():
    sheet = drawn(ROUNDS)
    places = dict(zip((*BEFORE.values, *AFTER.values), dots(sheet), strict=True))
    assert [height_of(line) for line in named(sheet, "Middle")] == [
        places[8.7][1],
        places[13.7][1],
    ]
    (guess,) = named(sheet, "Guess")
    slope = (places[18.0][1] - places[9.2][1]) / (18.0 - 9.2)
    assert height_of(guess) == pytest.approx(places[9.2][1] + slope * (12.5 - 9.2))
    assert guess.dash
    assert {"guess 12.5", "middle 13.7", "middle 8.7", "Seconds", "Round 2"} <= set(texts(sheet))


def test_a_growing_picture_adds_a_dot_and_moves_none():
    top = ROUNDS.highest
    sheets = [drawn(part, highest=top) for part in ROUNDS.growing()]
    assert [len(dots(sheet)) for sheet in sheets] == [4, 5, 6]
    assert dots(sheets[0]) == dots(sheets[2])[:4]
    assert dots(sheets[1]) == dots(sheets[2])[:5]
    assert [len(named(sheet, "Middle")) for sheet in sheets] == [1, 1, 2]
    frames = drawing.growing(ROUNDS)
    assert len(frames) == 3
    for part, frame in zip(ROUNDS.growing(), frames, strict=True):
        assert f'aria-label="{part.describe()}"' in frame
        for width in (drawing.WIDE, drawing.NARROW):
            assert drawing.picture(part, width, top) in frame


def test_a_figure_has_words_and_numbers():
    html = drawing.html(ROUNDS)
    assert f'role="img" aria-label="{ROUNDS.describe()}"' in html
    assert html.count("<svg") == 2
    assert "Show the numbers" in html


def test_the_caption_explains_only_the_marks_that_are_there():
    assert drawing.caption(ROUNDS) == (
        "Each dot is one spin. The triangle with a dashed line is the guess. The thick line is the "
        "middle: as many dots lie above it as below. Simulated."
    )
    alone = Rounds((Round("Round 1", "tray", (8.0,)),), 3, "seconds", "spin")
    assert drawing.caption(alone) == "Each dot is one spin."


def test_where_words_have_no_room_the_number_stands_alone():
    three = Rounds((BEFORE, AFTER, AFTER), 3, "seconds", "spin")
    assert {"guess 12.5", "middle 13.7"} <= set(texts(drawn(three, drawing.WIDE)))
    narrow = texts(drawn(three, drawing.NARROW))
    assert {"12.5", "13.7"} <= set(narrow)
    assert not [text for text in narrow if text.startswith(("guess", "middle"))]


def test_what_was_tried_is_escaped():
    rounds = Rounds((Round("<b>", "a & <i>", (8.0,)),), 3, "seconds", "spin")
    assert {"<b>", "a & <i>"} <= set(texts(drawn(rounds)))


amounts = st.floats(0, 1e4).map(lambda number: round(number, 1))
some_rounds = st.lists(
    st.builds(
        Round,
        st.sampled_from(["Round 1", "Kit"]),
        st.sampled_from(["10p", "£2, table, both hands", "10p, plate, flick"]),
        st.lists(amounts, min_size=1, max_size=9).map(tuple),
        st.none() | amounts,
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=60, deadline=None)
@given(some_rounds, st.sampled_from([drawing.WIDE, drawing.NARROW]))
def test_every_mark_lies_in_the_picture_and_few_numbers_label_the_axis(rounds, width):
    sheet = drawn(Rounds(tuple(rounds), 9, "seconds", "spin"), width)
    for x, y in dots(sheet):
        assert drawing.LEFT < x < sheet.width
        assert 0 < y < sheet.height
    for words in all_words(sheet):
        wide = 0.5 * drawing.SIZE * len(words.text)
        assert 0 <= words.x <= sheet.width
        assert 0 < words.y < sheet.height
        if words.anchor == "start":
            assert words.x + wide <= sheet.width + 1, words
    labels = [words for words in all_words(sheet) if words.anchor == "end"]
    assert 2 <= len(labels) <= drawing.FULLEST + 1


def test_drawing_loads_neither_matplotlib_nor_pandas():
    code = (
        "from qi_tools.rounds import Round, Rounds\n"
        "from qi_tools.draw.rounds import growing\n"
        "growing(Rounds((Round('Round 1', 'tray', (8.0,)),), 9, 'seconds', 'spin'))\n"
        "import sys; print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert loaded.isdisjoint({"matplotlib", "pandas", "ipywidgets", "anywidget"})
