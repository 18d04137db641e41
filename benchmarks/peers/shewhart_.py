"""shewhart: its individuals and moving range chart, one measure at a time."""

import pandas as pd
import shewhart

LINES = ("value", "lcl", "centre", "ucl")


def nelson(frame: pd.DataFrame) -> pd.DataFrame:
    """Compute with Nelson's eight rules, the fullest it has."""
    tables = []
    for name, measure in frame.groupby("measure", sort=False):
        chart = shewhart.imr(measure, value="value", rules="nelson")
        lines = {line: chart.stats[f"i_{line}"] for line in ("lcl", "ucl")}
        tables.append(chart.table.assign(measure=name, centre=chart.stats["i_center"], **lines))
    return pd.concat(tables)
