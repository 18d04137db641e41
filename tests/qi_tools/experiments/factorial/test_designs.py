import math
from itertools import combinations

import pytest

from qi_tools.errors import QIToolsError
from qi_tools.experiments.factorial.designs import (
    DesignInvalid,
    Factor,
    FactorialDesign,
    sign_of,
)
from tests.qi_tools.experiments.factorial.examples import DESIGNS, FRACTIONS, design_of


def sign(word, corner):
    return math.prod(corner["ABCDE".index(letter)] for letter in word)


@pytest.mark.parametrize("design", DESIGNS, ids=lambda design: design.describe()[:90])
def test_columns_are_balanced_and_at_right_angles(design):
    words = design.words
    assert len(words) == len(design.corners) - 1
    for word in words:
        assert sum(sign(word, corner) for corner in design.corners) == 0
    for one, two in combinations(words, 2):
        assert sum(sign(one, c) * sign(two, c) for c in design.corners) == 0


def test_standard_order_changes_the_first_factor_fastest():
    assert design_of(2).corners == ((-1, -1), (1, -1), (-1, 1), (1, 1))
    assert design_of(5).corners[1] == (1, -1, -1, -1, -1)
    assert len(set(design_of(5).corners)) == 32


@pytest.mark.parametrize("design", FRACTIONS, ids=lambda design: str(design.generators))
def test_an_alias_has_the_very_same_signs_and_no_other_word_has(design):
    letters = "ABCDE"[: len(design.factors)]
    every = ["".join(word) for size in range(1, 6) for word in combinations(letters, size)]
    for word in every:
        column = [sign(word, corner) for corner in design.corners]
        same = set()
        for other in every:
            if other == word:
                continue
            beside = [sign(other, corner) for corner in design.corners]
            if beside == column:
                same.add(other)
            elif beside == [-each for each in column]:
                same.add(f"-{other}")
        # A defining word is constant: of its aliases the identity has no letters.
        assert {alias for alias in design.aliases(word) if alias not in ("", "-")} == same


def test_aliases_are_the_word_times_the_defining_relation():
    design = design_of(5, ("D=AB", "E=AC"))
    assert set(design.defining_words) == {"ABD", "ACE", "BCDE"}  # codespell:ignore abd
    assert design.resolution == 3
    assert design.aliases("A") == ("BD", "CE", "ABCDE")
    assert design.aliases("BC") == ("DE", "ABE", "ACD")
    assert design_of(5, ("E=ABCD",)).resolution == 5
    assert design_of(4, ("D=-ABC",)).aliases("AB") == ("-CD",)
    assert design_of(3).aliases("AB") == ()
    assert design_of(3).resolution is None


def test_aliases_are_said_in_plain_words():
    assert design_of(3, ("C=-AB",)).alias_words == (
        "tea can't be told from milk × cake (turned round).",
        "milk can't be told from tea × cake (turned round).",
        "cake can't be told from tea × milk (turned round).",
    )
    assert design_of(3).alias_words == ()


@pytest.mark.parametrize("design", DESIGNS, ids=lambda design: design.describe()[:90])
def test_the_sign_of_a_word_is_that_of_its_letters_together(design):
    for word in design.words:
        assert [sign_of(word, corner) for corner in design.corners] == [
            sign(word, corner) for corner in design.corners
        ]
    assert 0 < len(design.describe()) <= 600


two = (Factor("a", "0", "1"), Factor("b", "0", "1"))
five = design_of(5).factors


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Factor("", "0", "1"), "The name of a factor is ''"),
        (lambda: Factor("a", "0", 1), "The high of a factor is 1"),
        (lambda: Factor("a", "x" * 31, "1"), "Use 1 to 30 characters"),
        (lambda: Factor("a", "0", " 0 "), "Give two different levels"),
        (lambda: Factor("Run", "0", "1"), "as a column of the run sheet is"),
        (lambda: FactorialDesign(two[:1]), "There are 1 factor. Use 2 to 5"),
        (lambda: FactorialDesign((*five, two[0])), "There are 6 factors"),
        (lambda: FactorialDesign(("a", "b")), "A factor is no Factor"),
        (lambda: FactorialDesign(7), "factors is 7"),
        (lambda: FactorialDesign(two, "C=AB"), "generators is 'C=AB'"),
        (lambda: FactorialDesign((two[0], Factor("A", "0", "1"))), "same name"),
        (lambda: FactorialDesign(two, repeats=0), "repeats is 0"),
        (lambda: FactorialDesign(two, repeats=True), "repeats is True"),
        (lambda: FactorialDesign(two, ("B=A",)), "leave too few runs"),
        (lambda: design_of(3, ("C=A",)), "factors A and C would always change together"),
        (lambda: design_of(5, ("D=AB", "E=AB")), "factors D and E would always change together"),
        (lambda: design_of(3, ("C=AC",)), "The generator of factor C is 'C=AC'"),
        (lambda: design_of(3, ("C=AA",)), "each once"),
        (lambda: design_of(3, ("AB",)), 'Write "C="'),
        (lambda: design_of(3, (3,)), "The generator of factor C is 3"),
        (lambda: design_of(3).aliases("AD"), "Use letters from ABC"),
        (lambda: design_of(3).aliases(""), "The effect is ''"),
        (lambda: design_of(3).label("AA"), "each once"),
        (lambda: design_of(3).aliases("BA"), "in this order"),
        (lambda: design_of(3).named("sugar"), "Use 'tea', 'milk' or 'cake'"),
    ],
)  # fmt: skip
def test_what_cannot_be_says_what_can(make, says):
    with pytest.raises(DesignInvalid) as caught:
        make()
    assert says in str(caught.value)
    assert isinstance(caught.value, QIToolsError)


def test_generators_are_read_as_people_write_them():
    assert design_of(4, (" d = c b a",)).generators == ("D=ABC",)
