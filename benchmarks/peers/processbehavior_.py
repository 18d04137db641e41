"""processbehavior: limits of all measures in one call; its eight rules for each in turn."""

import pandas as pd
from processbehavior import AnalysisResult, formulate
from processbehavior.signals import SignalConfig, SignalDetector

LINES = ("value", "lpl", "center", "upl")


def limits_only(frame: pd.DataFrame) -> pd.DataFrame:
    """Compute limits, and which points lie beyond them."""
    return _analysis(frame).get_chart("X")


def every_rule(frame: pd.DataFrame) -> pd.DataFrame:
    """Compute limits in one call, then detect in each measure with its eight rules.

    Its own detect_signals() refuses a chart of many measures, and going through focus() is slower.
    """
    analysis = _analysis(frame)
    table, limits = analysis.get_chart("X"), analysis.get_statistics("X")
    detector, rules = SignalDetector(), SignalConfig(enabled_rules="all")
    found = pd.concat(
        [
            detector.detect(chart, limits[name], rules, "value", "X", "X").violations
            for name, chart in table.groupby("measure", sort=False)
        ]
    )
    return table.assign(signal=table["obs_id"].isin(found["obs_id"]))


def _analysis(frame: pd.DataFrame) -> AnalysisResult:
    study = formulate(frame, response="value", time="date", factors=["measure"])
    return study.execute(chart="X", by=["measure"])
