"""What lesson B2 tells of the beads is true."""

from random import Random

import numpy as np
import pytest

from course.folders import MODULES
from course.notebook import read_notebook
from qi_tools import ANHOEJ, MAKING_DATA_COUNT, control_chart
from qi_tools.experiments.red_beads import Factory, expected, produce, ranking_odds

LESSON = read_notebook(MODULES / "2_board" / "b2_red_beads.ipynb")
NOTE = LESSON.cells[-1].source
GAMES = 50_000


@pytest.fixture(scope="module")
def games():
    """Red beads of many games: game, day, worker."""
    return np.random.default_rng(1).hypergeometric(800, 3200, 50, size=(GAMES, 4, 6))


def test_what_the_lesson_says_of_one_paddle():
    usual = expected(Factory())
    assert usual.mean == 10
    assert (usual.lower, usual.upper) == pytest.approx((1.5, 18.5), abs=0.05)  # so 2 to 18 is usual
    assert 1 / usual.within_target == pytest.approx(200, rel=0.1)
    assert 100 * usual.any_beyond == pytest.approx(6, abs=0.5)
    assert 1 / ranking_odds(6).same_best == pytest.approx(6)


def test_the_day_after_is_nearer_the_middle(games):
    lots = np.random.default_rng(2).random(games.shape) / 2
    ranked, every = games + lots, np.arange(GAMES)
    for pick, turn in ((np.argmax, 1), (np.argmin, -1)):
        worker = pick(ranked[:, 0], axis=1)
        gained = turn * (games[every, 0, worker] - games[every, 1, worker])
        assert 100 * (gained > 0).mean() == pytest.approx(82, abs=1)


def test_what_usually_happens_in_a_room(games):
    totals = games.sum(axis=1)
    assert totals.min(axis=1).mean() == pytest.approx(33, abs=0.5)
    assert totals.max(axis=1).mean() == pytest.approx(47, abs=0.5)
    assert 100 * (games > 3).all(axis=(1, 2)).mean() == pytest.approx(88, abs=1)


def test_the_two_weeks_are_as_told():
    made = produce(Factory(days=8, miscount=0), Random(50))
    first, second = (
        sorted(
            made.factory.workers,
            key=lambda worker: sum(
                dip.recorded for dip in made.paddles if dip.worker == worker and dip.day in days
            ),
        )
        for days in (range(1, 5), range(5, 9))
    )
    assert first[0] == "Oak"
    assert first[-1] == "Elm"
    assert second[4] == "Oak"
    assert second[2] == "Elm"
    weeks = [sum(d.recorded for d in made.paddles if (d.day > 4) == late) for late in (0, 1)]
    assert 0 < weeks[1] - weeks[0] < 30  # a few more red beads in all
    for rules in (ANHOEJ, MAKING_DATA_COUNT):
        assert not control_chart(made.measure, "p", rules=rules).signals


def test_the_table_of_limits_for_facilitators():
    table = NOTE[NOTE.index("| Mean of 24 dips") :].splitlines()[2:9]
    rows = np.array([[float(cell) for cell in row.strip("|").split("|")] for row in table])
    assert len(rows) == 7
    mean, lower, upper = rows.T
    reach = 3 * np.sqrt(mean * (1 - mean / 50))
    assert np.allclose(lower, mean - reach, atol=0.06)
    assert np.allclose(upper, mean + reach, atol=0.06)


def test_the_cards_give_the_same_lesson():
    dips = np.random.default_rng(3).hypergeometric(26, 78, 20, size=(GAMES, 24))
    assert dips.mean() == pytest.approx(5, abs=0.02)
    assert 100 * (dips <= 1).any(axis=1).mean() == pytest.approx(31, abs=1)


def test_the_minutes_of_the_workshop_add_up():
    rows = [
        line.split("|")[2:4]
        for line in NOTE.splitlines()
        if line[:4] in {f"| {n}. "[:4] for n in range(1, 9)}
    ]
    for column, total in ((0, 60), (1, 90)):
        assert sum(int(row[column]) for row in rows if row[column].strip().isdigit()) == total
