"""abspc: limits, then signals, one measure at a time."""

import abspc
import pandas as pd

LINES = ("value", "lcl", "mean", "ucl")


def four_rules(frame: pd.DataFrame) -> pd.DataFrame:
    """Compute limits, then apply its four rules, all that it has."""
    return pd.concat(
        [
            abspc.detect_special_causes(abspc.calculate_control_limits(measure, "XmR"))
            for _, measure in frame.groupby("measure", sort=False)
        ]
    )
