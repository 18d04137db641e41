from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.draw.placed import Marks
from qi_tools.draw.rag_table import ARROWS, COLOUR_SHAPES, caption, picture
from qi_tools.experiments.made_up_trust import Trust
from qi_tools.experiments.rag_table import RagTable
from qi_tools.experiments.trust_report import publish
from qi_tools.palette import DARK, LIGHT, PRINT
from tests.qi_tools.draw.sheets import check_words, texts


def shown(seed=1):
    return RagTable(publish(Trust(), Random(seed)))


@settings(max_examples=50, deadline=None)
@given(st.integers(), st.floats(NARROW, WIDE))
def test_no_words_meet_words_and_none_sticks_out(seed, room):
    check_words(lay_out(picture(shown(seed), LIGHT), room).sheet)


@pytest.mark.parametrize("room", [NARROW, WIDE])
@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT])
def test_each_colour_has_its_shape_and_its_word_and_each_arrow_its_word(room, theme):
    table = shown(2)
    sheet = lay_out(picture(table, theme), room).sheet
    marks = [thing for thing in sheet.things if isinstance(thing, Marks)]
    words = texts(sheet)
    assert len(marks) == len(table.made.rag)
    for cell, mark in zip(table.made.rag, marks, strict=True):
        assert (mark.name, mark.shape) == (cell.colour, COLOUR_SHAPES[cell.colour])
        assert f"{cell.value:g}" in words
        assert f"{ARROWS[cell.arrow]} {cell.moved}" in words
    for colour in COLOUR_SHAPES:
        there = sum(cell.colour == colour for cell in table.made.rag)
        # The word "Colour" heads the column; each line has its own colour in words.
        assert words.count(colour.capitalize()) == there
    assert "Board report, month 24" in words


def test_no_shape_stands_for_two_colours():
    assert len(set(COLOUR_SHAPES.values())) == len(COLOUR_SHAPES)
    assert "5% of it or less" in caption(shown())
