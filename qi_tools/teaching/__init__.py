"""The parts that lessons and assessments are made of.

Each part is a widget with native form controls, so it works by keyboard and with a screen reader,
in JupyterLab and on a lesson page alike, without the network. What a learner gives is kept by
`qi_tools.answers` in ``answers.json`` beside the notebook, and comes back when the page is opened
again. Showing a part never writes a file.

>>> from qi_tools.teaching import choice
>>> show = choice("a1-card-1", "Is this a run?", {"yes": "Yes", "no": "No"})

The chart explorer, the experiments and the form of a project compute, so they are fetched only when
they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from qi_tools.teaching.branching import branching
from qi_tools.teaching.building import build
from qi_tools.teaching.chart_reading import read_chart
from qi_tools.teaching.checklist import checklist
from qi_tools.teaching.frames import Frame, stepper
from qi_tools.teaching.html_block import show_html
from qi_tools.teaching.matching import match
from qi_tools.teaching.measure_tree import Place, measure_tree
from qi_tools.teaching.measured_number import number
from qi_tools.teaching.multiple_choice import choice
from qi_tools.teaching.ordering import order
from qi_tools.teaching.part import QuestionInvalid
from qi_tools.teaching.polling import poll
from qi_tools.teaching.prediction import predict, predict_number
from qi_tools.teaching.revealing import reveal
from qi_tools.teaching.scene import Spot, scene
from qi_tools.teaching.several_answers import several
from qi_tools.teaching.story import Choice, Moment
from qi_tools.teaching.timing import timer
from qi_tools.teaching.writing import written

if TYPE_CHECKING:
    from qi_tools.teaching.explorer import explore
    from qi_tools.teaching.lab import experiment
    from qi_tools.teaching.project_form import project

__all__ = [
    "Choice",
    "Frame",
    "Moment",
    "Place",
    "QuestionInvalid",
    "Spot",
    "branching",
    "build",
    "checklist",
    "choice",
    "experiment",
    "explore",
    "match",
    "measure_tree",
    "number",
    "order",
    "poll",
    "predict",
    "predict_number",
    "project",
    "read_chart",
    "reveal",
    "scene",
    "several",
    "show_html",
    "stepper",
    "timer",
    "written",
]


_LATE = {"experiment": "lab", "explore": "explorer", "project": "project_form"}


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATE[name]}"), name)
