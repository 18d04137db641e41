import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools.levels import Level, Levels, LevelsInvalid

STEPS = st.lists(st.tuples(st.integers(1, 50), st.integers(0, 40)), min_size=2, max_size=30).map(
    lambda pairs: tuple(
        (float(sum(gap for gap, _ in pairs[: at + 1])), level)
        for at, (_, level) in enumerate(pairs)
    )
)


@given(STEPS)
def test_the_mean_is_that_of_each_moment(steps):
    level = Level("run", steps)
    moments = range(int(steps[0][0]), int(level.ends))
    at = [next(n for time, n in reversed(steps) if time <= moment) for moment in moments]
    assert level.mean == pytest.approx(sum(at) / len(at))
    assert level.most == max(n for _, n in steps)


@pytest.mark.parametrize(
    "steps",
    [
        (),
        ((0, 1),),
        ((0, 1), (0, 2)),
        ((1, 1), (0, 2)),
        ((0, -1), (1, 0)),
        ((0, 1), (float("inf"), 0)),
    ],
)
def test_what_is_no_run_is_refused(steps):
    with pytest.raises(LevelsInvalid, match="The steps of Monday are not a run"):
        Level("Monday", steps)


def test_no_runs_are_refused():
    with pytest.raises(LevelsInvalid, match="Waiting has no runs"):
        Levels("Waiting", "patients", "minutes", (), "")


def test_the_table_holds_each_step():
    runs = (Level("A", ((0, 1), (2, 0))), Level("B", ((0, 4), (3, 0))))
    table = Levels("Waiting", "patients", "minutes", runs, "Simulated.").table
    assert table.columns.tolist() == ["run", "minutes", "patients"]
    assert table.to_numpy().tolist() == [["A", 0, 1], ["A", 2, 0], ["B", 0, 4], ["B", 3, 0]]
