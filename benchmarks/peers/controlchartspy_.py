"""controlchartspy: all measures in one call, as the indicators of its summary."""

import controlchartspy
import pandas as pd

LINES = ("value", "ll99", "target", "ul99")
RULES = dict.fromkeys(("astronomical", "shift", "trend", "two_in_three"), True)


def four_rules(frame: pd.DataFrame) -> pd.DataFrame:
    """Compute with its four rules, all that it has, which are off until asked for.

    It leaves large moving ranges out unless told otherwise; here it keeps them, as others do.
    """
    chart = controlchartspy.spc(
        {
            "date": frame["date"].dt.date.tolist(),
            "value": frame["value"].tolist(),
            "measure": frame["measure"].tolist(),
        },
        keys="date",
        numerators="value",
        indicators="measure",
        spc_settings={"outliers_in_limits": True},
        outlier_settings=RULES,
        return_objs="limits",
    )
    return pd.DataFrame(chart.limits)
