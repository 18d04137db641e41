import math
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools import Measure
from qi_tools.spc.sentences import (
    Sentence,
    fitted,
    introduced,
    introduction,
    meaning_of_way,
    more_signals,
    named,
    provenance,
    skipped_dates,
    told_apart,
    warned,
    warning,
)
from tests.qi_tools.spc.reading_back import says

words = st.integers(0, 400).map(lambda length: "x" * length)
some = st.lists(st.builds(Sentence, words, words, st.integers(0, 3)), max_size=8)


@given(some)
def test_a_description_is_never_too_long(sentences):
    told = fitted(sentences)
    assert len(told) <= 600
    whole = " ".join(sentence.full for sentence in sentences if sentence.full)
    if len(whole) <= 600:
        assert told == whole


@given(some)
def test_what_can_be_spared_most_gives_way_first(sentences):
    marked = [
        Sentence(f"F{place}" + sentence.full, f"B{place}", sentence.spare)
        for place, sentence in enumerate(sentences)
    ]
    told = fitted(marked)
    gone = [s.spare for place, s in enumerate(marked) if f"B{place}" in told]
    kept = [s.spare for place, s in enumerate(marked) if f"F{place}" in told and s.spare]
    assert 0 not in gone
    if len(told) < 600 and gone and kept:
        assert min(gone) >= max(kept)


def test_an_introduction_counts_what_is_there():
    wait = Measure.from_columns([None, 5, 6, None], name="Wait", unit="minutes")
    assert introduction(wait, left_out=1) == (
        "Run chart of Wait, minutes: 2 points (2 missing, 1 left out), from point 2 to point 3."
    )
    one = Measure.from_columns([5], ["2025-01"], name="Wait")
    assert introduction(one, "CUSUM chart", "case") == "CUSUM chart of Wait: 1 case, January 2025."


def test_long_names_give_way():
    measure = Measure.from_columns([5], name="N" * 200, unit="u" * 200)
    sentence = introduced(measure, introduction)
    assert measure.name in sentence.full
    assert len(sentence.brief) < 100
    assert sentence.brief.startswith("Run chart of NNN")


@given(st.lists(st.floats(-1e9, 1e9) | st.integers(-5, 5).map(float), min_size=1, max_size=5))
def test_different_numbers_read_differently(numbers):
    told = told_apart(*numbers)
    for one, text in zip(numbers, told, strict=True):
        assert says(text, one)
        for other, beside in zip(numbers, told, strict=True):
            if abs(one - other) > 1e-4 * max(abs(one), abs(other)):
                assert text != beside


def test_no_more_figures_than_it_takes():
    assert told_apart(94.96, 95.0, 12.345, math.nan) == ["94.96", "95", "12.3", "missing"]
    assert told_apart(0.1 + 0.2, 0.3) == ["0.3", "0.3"]


def test_warnings_are_ranked_and_counted():
    assert list(warning(())) == []
    first, others = warning(("Too few points: 5 useful. Wait.", "Another.", "A third."))
    assert (first.full, others.full) == ("Too few points: 5 useful.", "2 more warnings.")
    (long,) = warning(("w" * 300,))
    assert len(long.brief) <= 75
    assert warned(()) == ""
    assert warned(("One.", "Two.")) == "Take care. One. Two."


def test_meanings_and_counts():
    assert meaning_of_way("high", "higher") == meaning_of_way("low", "lower") == "improvement"
    assert meaning_of_way("high", "lower") == meaning_of_way("low", "higher") == "concern"
    assert meaning_of_way("neither", "lower") == meaning_of_way("high", "neither") == ""
    assert list(more_signals([])) == []
    (more,) = more_signals(["concern", "improvement", ""])
    assert more.full == "There are 3 more signals: 1 of improvement and 1 of concern."
    (one,) = more_signals([""])
    assert (one.full, one.brief) == ("There is 1 more signal.", "1 more signal.")


def test_lists():
    assert named(["a", "b", "c"], 3) == "a, b and c"
    assert named(["a", "b", "c", "d"], 2, "others") == "a, b and 2 others"


def test_where_values_come_from():
    about = {"name": "Wait", "source": "Our log.", "simulated": True}
    assert provenance(Measure.from_columns([1], **about)) == "Simulated data. Source: Our log."
    assert provenance(Measure.from_columns([1], name="Wait")) == ""


def test_skipped_dates():
    months = [f"2025-{month:02}" for month in (1, 2, 3, 5, 6, 7, 8, 10, 11, 12)]
    gaps = Measure.from_columns(np.arange(10), months, name="Wait")
    assert list(skipped_dates(gaps, "look again")) == [
        "Dates are skipped just before May 2025 and in 1 other place; look again."
    ]
    assert list(skipped_dates(Measure.from_columns([1], name="Wait"), "look again")) == []


def test_a_sentence_can_not_change():
    with pytest.raises(FrozenInstanceError):
        Sentence("Said.").full = "Unsaid."  # type: ignore[misc]
