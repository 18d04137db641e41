"""What stands above a diagram: its title, and a word where nothing is written yet."""

from __future__ import annotations

from qi_tools.draw.letters import TITLE_SIZE
from qi_tools.draw.picture import Paragraph
from qi_tools.palette import Theme

__all__ = ["heading"]


def heading(title: str, theme: Theme, *, is_blank: bool) -> tuple[Paragraph, ...]:
    """Write what stands above a diagram.

    Parameters
    ----------
    title : str
    theme : Theme
    is_blank : bool
        True where there is nothing to draw yet.

    Returns
    -------
    tuple of Paragraph
        The title first.
    """
    named = Paragraph(title, theme.ink, TITLE_SIZE, bold=True)
    blank = Paragraph("Nothing is written here yet.", theme.quiet_ink)
    return (named, blank) if is_blank else (named,)
