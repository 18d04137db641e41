"""Ours: all measures in one call."""

import pandas as pd

from qi_tools import ANHOEJ, MAKING_DATA_COUNT, NELSON, RuleSet, many

LINES = ("value", "lower", "centre", "upper")


def anhoej_and_making_data_count(frame: pd.DataFrame) -> pd.DataFrame:
    """Compute with the sets that health services use."""
    return _many(frame, ANHOEJ + MAKING_DATA_COUNT)


def nelson(frame: pd.DataFrame) -> pd.DataFrame:
    """Compute with the eight tests that two of the others have too."""
    return _many(frame, NELSON)


def _many(frame: pd.DataFrame, rules: RuleSet) -> pd.DataFrame:
    return many(frame, by=["measure"], value="value", date="date", kind="i", rules=rules)
