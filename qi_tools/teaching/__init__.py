"""The parts that lessons and assessments are made of.

Each part is a widget with native form controls, so it works by keyboard and with a screen reader,
in JupyterLab and on a lesson page alike, without the network. What a learner gives is kept by
`qi_tools.answers` in ``answers.json`` beside the notebook, and comes back when the page is opened
again. Showing a part never writes a file.

>>> from qi_tools.teaching import choice
>>> show = choice("a1-card-1", "Is this a run?", {"yes": "Yes", "no": "No"})

The chart explorer keeps nothing. It computes, so it is fetched only when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qi_tools.teaching.building import build
from qi_tools.teaching.frames import Frame, stepper
from qi_tools.teaching.html_block import show_html
from qi_tools.teaching.matching import match
from qi_tools.teaching.multiple_choice import choice
from qi_tools.teaching.part import QuestionInvalid
from qi_tools.teaching.prediction import predict, predict_number
from qi_tools.teaching.scene import Spot, scene
from qi_tools.teaching.writing import written

if TYPE_CHECKING:
    from qi_tools.teaching.explorer import explore

__all__ = [
    "Frame",
    "QuestionInvalid",
    "Spot",
    "build",
    "choice",
    "explore",
    "match",
    "predict",
    "predict_number",
    "scene",
    "show_html",
    "stepper",
    "written",
]


def __getattr__(name: str) -> Any:
    if name != "explore":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from qi_tools.teaching.explorer import explore

    return explore
