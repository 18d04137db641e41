"""A learner's figures as pictures, drawn once where IPython would draw them twice.

To cut a picture to its content, IPython first draws the figure without a picture, to find out how
far it reaches. Charts are most of what a submission costs, and that is half of a chart. Here the
figure is only asked how far it reaches. A figure that lays itself out anew as it is drawn can't
say so before, and is left to IPython.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def draw_once() -> None:
    """Let IPython draw figures so, in this process."""
    from IPython.core import pylabtools

    pylabtools.print_figure = _instead_of(pylabtools.print_figure)


def _instead_of(print_figure: Callable[..., Any]) -> Callable[..., Any]:
    def picture(fig: Any, fmt: str = "png", **how: Any) -> Any:
        if (
            (fmt, how.get("bbox_inches")) == ("png", "tight")
            and fig.axes
            and not fig.get_layout_engine()
        ):
            from matplotlib import rcParams

            reach = fig.get_tightbbox().padded(rcParams["savefig.pad_inches"])
            # The least work to make the file: it is thrown away once it has been looked at.
            how |= {"bbox_inches": reach, "pil_kwargs": {"compress_level": 1}}
        return print_figure(fig, fmt, **how)

    return picture
