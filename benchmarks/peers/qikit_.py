"""clinical-qikit: its array function for each measure, or its facets."""

import numpy as np
import pandas as pd
from qikit import qic
from qikit.spc.compute import compute

LINES = ("y", "lcl", "cl", "ucl")
POINTS = ("y", "cl", "ucl", "lcl", "sigma_signal", "runs_signal")


def anhoej(frame: pd.DataFrame) -> pd.DataFrame:
    """Compute with its default rules."""
    return _each(frame, "anhoej")


def nelson(frame: pd.DataFrame) -> pd.DataFrame:
    """Compute with its largest set of rules."""
    return _each(frame, "nelson")


def facets(frame: pd.DataFrame) -> pd.DataFrame:
    """Hand over all measures at once, as the facets of one chart."""
    return qic(data=frame, x="date", y="value", facets="measure", chart="i").data


def _each(frame: pd.DataFrame, method: str) -> pd.DataFrame:
    done = [
        compute("i", values.to_numpy(), method=method)
        for _, values in frame.groupby("measure", sort=False)["value"]
    ]
    # One table at the end is several times faster than one for each measure.
    return frame[["measure", "date"]].assign(
        **{name: np.concatenate([one[name] for one in done]) for name in POINTS}
    )
