"""What stands above and below a picture of a measure, however it is drawn."""

from __future__ import annotations

import numpy as np

from qi_tools.draw.letters import SMALL, TITLE_SIZE
from qi_tools.draw.picture import Paragraph
from qi_tools.measure import Better, Measure
from qi_tools.palette import Theme
from qi_tools.spc.sentences import provenance
from qi_tools.words import counted

__all__ = ["heading", "how_drawn"]


def heading(name: str, unit: str, better: Better, theme: Theme) -> tuple[Paragraph, ...]:
    """Give the title of a picture, and below it what the values are counted in.

    Parameters
    ----------
    name : str
        What is shown.
    unit : str
        What it is counted in; empty when nobody said.
    better : {"lower", "higher", "neither"}
        Which way is better.
    theme : Theme

    Returns
    -------
    tuple of Paragraph
    """
    title = Paragraph(name, theme.ink, TITLE_SIZE, bold=True)
    told = [unit] if unit else []
    if better != "neither":
        told.append(f"{better} is better")
    scale = ", ".join(told)
    if not scale:
        return (title,)
    return title, Paragraph(scale[0].upper() + scale[1:], theme.quiet_ink, SMALL)


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
    return " ".join(filter(None, (*sentences, provenance(measure))))
