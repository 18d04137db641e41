from __future__ import annotations

from io import BytesIO

import pandas as pd

from qi_tools.data_file import csv_bytes
from qi_tools.experiments.red_beads import Factory, produce
from qi_tools.measure import Measure
from qi_tools.teaching.lab import of_this_turn
from qi_tools.teaching.labs.red_beads import LAB
from tests.qi_tools.teaching.labs.kit import usual


def test_what_is_said_is_what_the_simulation_made() -> None:
    turn = LAB.play((usual(LAB),), 7)
    made = produce(Factory(), of_this_turn((usual(LAB),), 7))
    totals = made.totals
    assert f"the fewest red beads ({min(totals.values())})" in turn.said
    assert f"the most ({max(totals.values())})" in turn.said
    met = sum(paddle.recorded <= 3 for paddle in made.paddles)
    assert f"{met} of 24 paddles met the target." in turn.said
    assert turn.tally["Paddles in target"] == f"{met} of 24"
    assert turn.tally["Red in the box"] == "20%"


def test_what_management_does_changes_no_bead() -> None:
    loud, quiet = (LAB.play((usual(LAB, acts=acts),), 3) for acts in (("threat", "poster"), ()))
    assert loud.tally == quiet.tally


def test_fewer_red_beads_in_the_box_are_fewer_on_the_paddles() -> None:
    many, few = (
        float(LAB.play((usual(LAB, red=red, days=20),), 1).tally["Mean of a paddle"])
        for red in (20, 10)
    )
    # 120 paddles of 50 beads: the standard errors of the means are 0.26 and 0.19.
    assert abs(many - 10) < 1.1
    assert abs(few - 5) < 0.8


def test_the_file_is_one_that_charts_read(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "beads.csv"
    path.write_bytes(csv_bytes(LAB.play((usual(LAB),), 1).table()))
    measure = Measure.from_file(path, "red beads", "date", denominator="beads", data="proportions")
    assert len(measure.values) == 24
    assert pd.read_csv(BytesIO(path.read_bytes())).shape[0] == 24
