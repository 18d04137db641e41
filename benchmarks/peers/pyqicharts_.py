"""pyqicharts: its table, one measure at a time."""

import pandas as pd
import pyqicharts

LINES = ("value", "lcl", "centre", "ucl")


def own_rules(frame: pd.DataFrame) -> pd.DataFrame:
    """Compute with the rules that it always applies to such a chart."""
    return _each(frame, None)


def every_rule(frame: pd.DataFrame) -> pd.DataFrame:
    """Compute with all sets of rules that it has."""
    return _each(frame, "all")


def _each(frame: pd.DataFrame, rules: str | None) -> pd.DataFrame:
    return pd.concat(
        [
            pyqicharts.qic_table(measure, x="date", y="value", chart="i", rules=rules)
            for _, measure in frame.groupby("measure", sort=False)
        ]
    )
