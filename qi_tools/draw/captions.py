"""What every caption says of a measure, however it is drawn."""

from __future__ import annotations

import numpy as np

from qi_tools.measure import Measure
from qi_tools.words import counted

__all__ = ["how_drawn"]


def how_drawn(measure: Measure, low: float) -> str:
    """Say how the scale was drawn, what is missing and where the values come from.

    Parameters
    ----------
    measure : Measure
        What is drawn.
    low : float
        The lower end of its scale.

    Returns
    -------
    str

    Examples
    --------
    >>> hygiene = Measure.from_columns([90, None, 92], name="Hand hygiene", source="Ward audit")
    >>> how_drawn(hygiene, 80.0)
    'The scale does not start at zero. 1 missing value left as a gap. Source: Ward audit.'
    """
    missing = int(np.count_nonzero(~measure.known))
    sentences = [f"The scale {'starts' if low == 0 else 'does not start'} at zero."]
    if missing:
        sentences.append(f"{counted(missing, 'missing value')} left as a gap.")
    if measure.simulated:
        sentences.append("Simulated data.")
    if measure.source:
        sentences.append(f"Source: {measure.source.rstrip('.')}.")
    return " ".join(sentences)
