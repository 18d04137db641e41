from __future__ import annotations

from pathlib import Path

from qi_tools.data_file import csv_bytes
from qi_tools.measure import Measure
from qi_tools.teaching.labs.two_raters import LAB
from tests.qi_tools.teaching.labs.kit import usual


def test_a_sharp_definition_is_agreed_on_more_often() -> None:
    vague, sharp = (
        [float(LAB.play((usual(LAB, told=told),), luck).tally["Kappa"]) for luck in range(20)]
        for told in ("vague", "sharp")
    )
    assert max(vague) < min(sharp)


def test_of_rare_answers_kappa_is_low_though_agreement_is_not() -> None:
    """The paradox of Feinstein & Cicchetti (1990)."""
    tallies = [
        [
            LAB.play((usual(LAB, told="sharp", mean_wait=wait, slip=2),), luck).tally
            for luck in range(20)
        ]
        for wait in (40, 5)
    ]
    kappas = [sorted(float(t["Kappa"]) for t in each if t["Kappa"] != "none") for each in tallies]
    agreed = [[float(tally["Agreed"][:-1]) for tally in each] for each in tallies]
    assert kappas[1][len(kappas[1]) // 2] < kappas[0][0]
    assert abs(sum(agreed[0]) - sum(agreed[1])) / 20 < 3  # standard error about 0.6


def test_the_file_is_one_that_charts_read(tmp_path: Path) -> None:
    path = tmp_path / "raters.csv"
    path.write_bytes(csv_bytes(LAB.play((usual(LAB),), 1).table()))
    alike = Measure.from_file(
        path, "alike, vague", "date", denominator="records", data="proportions"
    )
    assert len(alike.values) == 12
