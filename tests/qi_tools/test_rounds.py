import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools.rounds import Round, Rounds, RoundsInvalid

BEFORE = Round("Round 1", "cloth", (3.0, 4.5, 3.5))
AFTER = Round("Round 2", "tray", (9.0, 8.0, 11.25), guess=12)
ROUNDS = Rounds((BEFORE, AFTER), 3, "seconds", "spin", "Simulated.")


def test_words_hold_every_number():
    assert ROUNDS.describe() == (
        "A dot for each spin, in order, in 2 rounds. "
        "Round 1 (cloth), in seconds: 3, 4.5 and 3.5. The middle is 3.5. "
        "Round 2 (tray), in seconds: 9, 8 and 11.2. The guess was 12. The middle is 9."
    )


def test_words_of_one_round_with_one_value_so_far():
    rounds = Rounds((Round("Round 1", "tray", (8.0,), guess=0),), 3, "seconds", "spin")
    assert rounds.describe() == (
        "A dot for each spin, in order. Round 1 (tray), in seconds: 8, so far. The guess was 0."
    )


def test_only_the_last_round_grows_and_all_else_stays():
    parts = list(ROUNDS.growing())
    assert [part.rounds[1].values for part in parts] == [(9.0,), (9.0, 8.0), (9.0, 8.0, 11.25)]
    assert {part.rounds[0] for part in parts} == {BEFORE}
    assert {part.rounds[1].guess for part in parts} == {12}
    assert parts[-1] == ROUNDS
    assert [part.is_whole(part.rounds[1]) for part in parts] == [False, False, True]


def test_the_highest_may_be_a_value_or_a_guess():
    assert ROUNDS.highest == 12
    assert Rounds((BEFORE,), 3, "seconds", "spin").highest == 4.5


def test_the_table_has_a_row_for_each_turn():
    table = Rounds((BEFORE, Round("Round 2", "tray", (9.0,))), 3, "seconds", "spin").table
    assert list(table.columns) == ["spin", "Round 1", "Round 2"]
    assert table["spin"].tolist() == [1, 2, 3]
    assert table["Round 1"].tolist() == [3.0, 4.5, 3.5]
    assert table["Round 2"].isna().tolist() == [False, True, True]


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=20))
def test_half_of_the_values_lie_on_each_side_of_the_middle(values):
    middle = Round("Round 1", "tray", tuple(values)).middle
    assert sum(value > middle for value in values) <= len(values) / 2
    assert sum(value < middle for value in values) <= len(values) / 2


@pytest.mark.parametrize(
    ("values", "guess", "says"),
    [
        ((), None, "Round 3 has no values"),
        ((1.0, -1.0), None, "Round 3 has the number -1.0"),
        ((1.0,), float("nan"), "Round 3 has the number nan"),
        ((float("inf"),), 3.0, "Round 3 has the number inf"),
    ],
)
def test_a_round_that_cannot_be_drawn_says_why(values, guess, says):
    with pytest.raises(RoundsInvalid, match=f"^{says}. Give it one value or more, each 0 or above"):
        Round("Round 3", "tray", values, guess)


def test_no_rounds_and_too_full_a_round_are_refused():
    with pytest.raises(RoundsInvalid, match="There are no rounds"):
        Rounds((), 3, "seconds", "spin")
    with pytest.raises(RoundsInvalid, match="Round 1 has 3 values, and a whole round has 2"):
        Rounds((BEFORE,), 2, "seconds", "spin")


def test_it_shows_itself_with_its_numbers():
    html = ROUNDS._repr_html_()
    assert ROUNDS.describe() in html
    assert "Show the numbers" in html
