"""The colours of charts and of the pages around them, in three themes.

Graphics keep a contrast of 3:1 or more on paper, text 4.5:1 or more (WCAG 2.2, 1.4.3 and 1.4.11).
No colour ever speaks alone: what it says is also said by a shape, a dash or words. So the theme for
print needs no colour at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["DARK", "LIGHT", "PRINT", "Theme"]


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one theme, as ``#rrggbb``.

    Parameters
    ----------
    name : str
        What it is for.
    paper : str
        What everything is drawn on.
    ink : str
        Text, and centre lines.
    quiet_ink : str
        Text that may be read last, such as dates and sources; limits.
    line : str
        Axes.
    band : str
        The room between limits; decoration only, lines bound it.
    values : str
        The values, and points that show no signal.
    improvement, concern : str
        Points of signals for the better and for the worse.
    special : str
        Signals of which nobody can say either.
    target : str
        The target.
    """

    name: str
    paper: str
    ink: str
    quiet_ink: str
    line: str
    band: str
    values: str
    improvement: str
    concern: str
    special: str
    target: str


LIGHT: Final = Theme(
    name="light",
    paper="#ffffff",
    ink="#17252b",
    quiet_ink="#4a5a60",
    line="#7b8a8a",
    band="#eef3f2",
    values="#0b5d57",
    improvement="#0067b1",
    concern="#a85100",
    special="#7a3fa8",
    target="#a8174f",
)
"""For pages and screens."""

DARK: Final = Theme(
    name="dark",
    paper="#14201f",
    ink="#f2f6f5",
    quiet_ink="#b9c6c4",
    line="#84938f",
    band="#1e302e",
    values="#62cabe",
    improvement="#74b9ff",
    concern="#ffad5c",
    special="#cfa8ff",
    target="#ff94b8",
)
"""For dark pages and slides."""

PRINT: Final = Theme(
    name="print",
    paper="#ffffff",
    ink="#000000",
    quiet_ink="#3d3d3d",
    line="#6b6b6b",
    band="#ffffff",
    values="#5c5c5c",
    improvement="#000000",
    concern="#000000",
    special="#000000",
    target="#000000",
)
"""For printers without colour: black, grey and shapes."""
