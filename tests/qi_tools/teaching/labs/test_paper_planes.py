from __future__ import annotations

from qi_tools.teaching.labs.paper_planes import LAB
from tests.qi_tools.teaching.labs.kit import usual


def test_only_what_was_chosen_makes_a_difference() -> None:
    alone = LAB.play((usual(LAB, batch=1),), 3)
    after = LAB.play((usual(LAB), usual(LAB, batch=1)), 3)
    assert alone.tally == after.tally
    assert LAB.play((usual(LAB), usual(LAB)), 3).tally == LAB.play((usual(LAB),), 3).tally


def test_flow_and_pull_shorten_the_lead_time() -> None:
    batch, flow, pull = (
        float(LAB.play((usual(LAB, **given),), 1).tally["Mean lead time (s)"])
        for given in (
            {"batch": 5},
            {"batch": 1},
            {"batch": 1, "is_limited": True, "limit": 4},
        )
    )
    assert batch > flow > pull


def test_the_latest_three_rounds_stand_one_below_the_other() -> None:
    turns = tuple(usual(LAB, batch=batch) for batch in (1, 2, 3, 4))
    levels = LAB.play(turns, 1).figures[0]
    assert [run.name for run in levels.runs] == [  # type: ignore[union-attr]
        "Round 2: in batches of 2",
        "Round 3: in batches of 3",
        "Round 4: in batches of 4",
    ]
