"""The glossary is plain, short, in order and free of faults; every fault is found at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.errors import CourseError, FaultsFound
from course.glossary import (
    FEWEST_WORDS,
    MOST_WORDS,
    load_glossary,
    parse_glossary,
    reading_age,
    slug,
    words,
)

PLAIN = "Word " * 24


def faults(text):
    with pytest.raises(FaultsFound) as found:
        parse_glossary(text)
    return [str(fault) for fault in found.value.faults]


def test_terms_have_names_definitions_and_links():
    text = f"# Glossary\n\nFor authors.\n\n## Clinical audit\n\n{PLAIN}\n{PLAIN[:5]}\n\n## System\n"
    found = parse_glossary(text + PLAIN)
    assert [(term.name, term.slug) for term in found.terms] == [
        ("Clinical audit", "clinical-audit"),
        ("System", "system"),
    ]
    assert found.terms[0].definition == " ".join(["Word"] * 25)
    assert found.slugs == {"clinical-audit", "system"}


def test_a_term_is_found_by_its_name_or_its_link():
    assert load_glossary().term("Clinical Audit") == load_glossary().term("clinical-audit")
    with pytest.raises(CourseError, match=r"no word 'teapot'.*System"):
        load_glossary().term("teapot")


def test_every_fault_comes_at_once_with_its_line():
    text = (
        f"# Glossary\n## System\n{PLAIN}\n## Audit\n\n## Run chart\nA line.\n"
        f"## System\n{PLAIN}\n## Waits\n{PLAIN}\n### Long waits\n## \n## ***\n{PLAIN}"
    )
    assert faults(text) == [
        "line 4 (Audit): has no definition; write one below the heading",
        "line 4 (Audit): is out of order; keep the words from A to Z",
        "line 6 (Run chart): is defined in 2 words; use 20 to 35 words",
        "line 6 (Run chart): is out of order; keep the words from A to Z",
        "line 8 (System): stands more than once (see line 2); keep one",
        "line 10 (Waits): holds another heading; use '## ' for each word and no other level",
        "line 13 (): is a heading without a word; write '## Word'",
        "line 14 (***): is a heading without a word; write '## Word'",
    ]


def test_an_empty_glossary_is_a_fault():
    assert faults("# Glossary\n") == [
        "the whole file: has no words; write '## Word' and its meaning"
    ]


def test_a_glossary_that_is_not_there(tmp_path):
    with pytest.raises(CourseError, match="can't be read"):
        load_glossary(tmp_path / "none.md")


@pytest.mark.parametrize("term", load_glossary().terms, ids=lambda term: term.slug)
def test_our_definitions_are_plain(term):
    assert FEWEST_WORDS <= len(term.definition.split()) <= MOST_WORDS
    assert reading_age(term.definition) <= 12.5
    assert term.definition.endswith(".")


def test_words_show_each_meaning_where_links_arrive():
    shown = words("system", "clinical audit")._repr_html_()
    assert '<dt id="word-system"' in shown
    assert "against a set standard" in shown
    assert shown.index("System") < shown.index("Clinical audit")
    with pytest.raises(CourseError, match="no word"):
        words("system", "teapot")


def test_words_are_escaped():
    text = "## A < b\n" + "<script> " * 20
    from course.glossary import Words

    shown = Words(parse_glossary(text).terms)._repr_html_()
    assert "<script>" not in shown
    assert "A &lt; b" in shown


def test_reading_age_grows_with_long_words_and_long_sentences():
    easy = "The cat sat on the mat. It was warm there. The dog came in."
    longer = "The cat sat on the mat and it was warm there and the dog came in."
    harder = "Interdisciplinary collaboration facilitates organisational transformation."
    assert reading_age(easy) < reading_age(longer) < reading_age(harder)


def test_reading_age_of_known_words():
    # 6 words in 1 sentence, 6 syllables: 0.39*6 + 11.8*1 - 15.59 + 5
    assert reading_age("The cat sat on the mat.") == pytest.approx(3.55)
    # 4 words, 1 sentence; asked 1, people 2, made 1, better 2
    assert reading_age("Asked people made better.") == pytest.approx(
        0.39 * 4 + 11.8 * 6 / 4 - 15.59 + 5
    )


def test_reading_age_of_nothing():
    with pytest.raises(ValueError, match="no words"):
        reading_age("1, 2, 3.")


@given(st.text())
def test_a_slug_is_safe_in_a_link(text):
    found = slug(text)
    assert slug(found) == found
    assert not found.strip("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not found.startswith("-")
    assert not found.endswith("-")


@given(st.text())
def test_any_text_is_read_or_refused(text):
    try:
        outcome = parse_glossary(text).terms
    except FaultsFound as error:
        outcome = error.faults
    assert outcome


@given(st.sampled_from(["The cat sat.", "We wait here.", "Nobody knows yet."]), st.integers(1, 9))
def test_reading_age_does_not_grow_with_length(sentence, times):
    assert reading_age(" ".join([sentence] * times)) == pytest.approx(reading_age(sentence))
