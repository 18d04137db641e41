"""An experiment on a page: predict, set it up, run it, and look at what came of it.

What an experiment is like stands in a `Lab`; the labs are in `qi_tools.teaching.labs`, one module
each. Nothing of it is on the page before a prediction is saved. Then each press of the button is a
turn. A turn is worked out from all turns so far and from one number, the luck: so the same turns
with the same luck give the same results on every machine, an experiment of one run and one that
grows step by step (a ramp of tests) are alike, and going back is leaving out the last turn.

The turns are kept beside the notebook, under the prediction's id with ``-turns`` behind it, and are
played again when the page is reopened. If two tabs play, the tab that comes second is shown the
turns of the first, with its own behind them.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from importlib import import_module
from random import Random
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import ipywidgets
import traitlets

from qi_tools.answers import (
    AnswerConflict,
    AnswerFile,
    AnswersInvalid,
    AnswersNotSaved,
    Value,
)
from qi_tools.data_file import csv_bytes
from qi_tools.errors import QIToolsError
from qi_tools.teaching.html_block import show_html, stacked
from qi_tools.teaching.lab_controls import Chosen, Control, Count, SettingRefused, read_all
from qi_tools.teaching.part import Part, QuestionInvalid, checked_id, script, style
from qi_tools.teaching.prediction import predict
from qi_tools.words import counted, listed

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["EXPERIMENTS", "Bench", "Lab", "Turn", "experiment", "of_this_turn"]

MOST_LUCK = 9999
EXPERIMENTS = (
    "coin_spin",
    "figure_building",
    "tennis_ball",
    "red_beads",
    "marble_funnel",
    "sweets",
    "rag_or_dots",
    "chart_lab",
    "two_raters",
    "paper_planes",
    "clinic_queue",
    "waiting_list",
    "portfolio",
    "adoption",
    "ward_ramp",
    "factorial",
)
"""The experiments, in the order in which the gallery shows them."""
LUCK = Count(
    "luck",
    "Number of your luck",
    1,
    MOST_LUCK,
    None,
    hint="The same number gives the same luck. Note it, and others can see what you saw.",
)
TOO_MANY = "You have taken {turns}, as many as there can be. Go back one, or start again."
BROKEN = (
    "That did not work, and nothing was changed. If it happens again, tell the person who looks "
    "after your course."
)

_log = logging.getLogger(__name__)


class Showable(Protocol):
    """A result that shows itself in a notebook."""

    def _repr_html_(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of the latest turn.

    Parameters
    ----------
    said : str
        The main thing in a sentence or two; a screen reader says it after each turn.
    figures : tuple
        What to look at, in order: results that show themselves in a notebook, or HTML from the lab.
    table : callable
        Gives the numbers to take away, a row a point, as a chart can read them.
    tally : mapping of str to str
        This turn's row in the list of turns: heading to text.
    """

    said: str
    figures: tuple[Showable | str, ...]
    table: Callable[[], DataFrame]
    tally: Mapping[str, str]


Play: TypeAlias = Callable[[tuple[Chosen, ...], int], Turn]
"""Works out a turn: from what was chosen in each turn so far, this one last, and from the luck."""


@dataclass(frozen=True, slots=True)
class Lab:
    """An experiment as a page shows it.

    Parameters
    ----------
    title : str
        What it is called.
    about : tuple of str
        What happens in it, in a few short paragraphs, before anything is asked.
    question : str
        What to predict.
    options : mapping of str to str
        What can be predicted: id to text.
    replies : mapping of str to str
        What to say to each prediction once there is a turn to hold it against.
    controls : tuple of Control
        What can be set.
    press : str
        What the button says, such as ``Spin ten times``.
    play : callable
        Works out a turn.
    learn : tuple of str
        What to see in it, in short paragraphs, shown after the first turn.
    room : tuple of str
        How to do it with a group, for facilitators.
    most : int
        How many turns there can be.
    turn : str
        What a turn is called, such as ``run`` or ``test``.
    """

    title: str
    about: tuple[str, ...]
    question: str
    options: Mapping[str, str]
    replies: Mapping[str, str]
    controls: tuple[Control, ...]
    press: str
    play: Play
    learn: tuple[str, ...]
    room: tuple[str, ...]
    most: int = 12
    turn: str = "run"


def of_this_turn(turns: tuple[Chosen, ...], luck: int) -> Random:
    """Give the chance of one turn, for an experiment whose turns are apart from each other."""
    return Random(f"{luck}/{len(turns)}")


class Bench(Part):
    """The form of an experiment, and what came of it.

    Attributes
    ----------
    state : dict
        What the browser shows: ``said``, ``figures``, ``tally`` (headings and rows), what there is
        to ``learn``, the ``luck``, the ``problem`` with the latest message, and a ``note``.
        ``turn`` grows with every reply; ``heard`` is the number of the message that it answers.
    """

    _esm = script("form.js", "lab.js")
    _css = style("form.css", "lab.css")

    state = traitlets.Dict().tag(sync=True)

    def __init__(self, id: str, lab: Lab, predicted: str, luck: int, answers: AnswerFile) -> None:
        self._id = _turns_id(id)
        self._lab, self._answers = lab, answers
        self._reply = lab.replies[predicted]
        self._luck = luck
        self._chosen: tuple[Chosen, ...] = ()
        self._turns: tuple[Turn, ...] = ()
        self._painted: tuple[Turn | None, list[str]] = (None, [])
        self._seen = 0
        super().__init__(
            kind="lab",
            content={
                "title": lab.title,
                "controls": [_drawn(control) for control in lab.controls],
                "luck": _drawn(LUCK),
                "press": lab.press,
                "room": list(lab.room),
            },
        )
        self._show(note=self._restore())
        self.on_msg(self._on_message)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What has come of each turn so far."""
        return self._turns

    def _on_message(self, _widget: object, message: object, _buffers: object) -> None:
        if not isinstance(message, dict):
            return
        heard = message.get("n")
        try:
            note = self._do(message)
        except SettingRefused as error:
            self._show(heard, problem=(error.at, str(error)))
        except QIToolsError as error:
            self._show(heard, problem=("", str(error)))
        except Exception:  # whatever it was, the turns are as before: say so
            _log.exception("the experiment %s could not do %s", self._id, message.get("do"))
            self._show(heard, problem=("", BROKEN))
        else:
            self._show(heard, note=note)

    def _do(self, message: Mapping[str, Any]) -> str:
        match message.get("do"):
            case "run":
                self._check_room()
                chosen = read_all(self._lab.controls, message.get("chosen"))
                turn = self._lab.play((*self._chosen, chosen), self._luck)
                self._chosen, self._turns = (*self._chosen, chosen), (*self._turns, turn)
                return self._keep(added=chosen)
            case "back" if self._turns:
                self._chosen, self._turns = self._chosen[:-1], self._turns[:-1]
                return self._keep()
            case "again":
                self._luck = int(LUCK.read(message.get("luck")))
                self._chosen = self._turns = ()
                return self._keep()
            case "take" if self._turns:
                data = csv_bytes(self._turns[-1].table())
                name = f"{self._lab.title.casefold().replace(' ', '-')}-{len(self._turns)}.csv"
                self.send({"do": "keep", "name": name, "type": "text/csv"}, buffers=[data])
        return ""

    def _check_room(self) -> None:
        if len(self._turns) >= self._lab.most:
            raise QIToolsError(TOO_MANY.format(turns=counted(self._lab.most, self._lab.turn)))

    def _keep(self, added: Chosen | None = None) -> str:
        """Save the turns; give back what there is to say of it."""
        held = _held(self._luck, self._chosen)
        try:
            self._seen = self._answers.save(self._id, held, seen=self._seen).revision
        except AnswerConflict as conflict:
            self._seen = conflict.current.revision
            self._take(conflict.current.value)
            if added is not None and len(self._turns) < self._lab.most:
                self._chosen = (*self._chosen, added)
                self._turns = (*self._turns, self._lab.play(self._chosen, self._luck))
                return self._keep() or "There are turns from another tab too. All are shown here."
            return "Something was done in another tab. What is shown here is how it stands there."
        except (AnswersInvalid, AnswersNotSaved) as error:
            return f"{error} What you see here will be gone when you close the page."
        return ""

    def _restore(self) -> str:
        try:
            kept = self._answers.get(self._id)
        except AnswersInvalid:  # the prediction above says so already
            return ""
        if kept is None:
            return ""
        self._seen = kept.revision
        return self._take(kept.value)

    def _take(self, held: Value) -> str:
        """Take turns from the file and play them; those of an older form of the lab are left."""
        try:
            luck, *rows = held if isinstance(held, tuple) else ()
            self._luck = int(LUCK.read(json.loads(luck)))
            self._chosen = self._turns = ()
            for row in rows[: self._lab.most]:
                chosen = (*self._chosen, read_all(self._lab.controls, json.loads(row)))
                self._turns = (*self._turns, self._lab.play(chosen, self._luck))
                self._chosen = chosen
        except (ValueError, QIToolsError):
            _log.info("the turns kept for %s no longer fit", self._id)
            return "This experiment has changed since you were here. Some turns are not shown."
        return ""

    def _figures(self, last: Turn | None) -> list[str]:
        """Draw the latest turn, unless it is drawn already: not every message makes another."""
        if last is not self._painted[0]:
            self._painted = (last, [_html(figure) for figure in last.figures] if last else [])
        return self._painted[1]

    def _show(
        self, heard: object = None, *, problem: tuple[str, str] | None = None, note: str = ""
    ) -> None:
        lab, last = self._lab, self._turns[-1] if self._turns else None
        headings = list(dict.fromkeys(name for turn in self._turns for name in turn.tally))
        self.state = {
            "turn": self.state.get("turn", 0) + 1,
            "heard": heard,
            "said": f"{lab.turn.capitalize()} {len(self._turns)}. {last.said}" if last else "",
            "figures": self._figures(last),
            "tally": {
                "headings": [lab.turn.capitalize(), *headings],
                "rows": [
                    [str(number), *(turn.tally.get(name, "") for name in headings)]
                    for number, turn in enumerate(self._turns, 1)
                ],
            },
            "chosen": dict(self._chosen[-1]) if self._chosen else {},
            "learn": [self._reply, *lab.learn] if last else [],
            "luck": self._luck,
            "problem": None if problem is None else {"at": problem[0], "text": problem[1]},
            "note": note,
        }


def experiment(
    name: str, id: str, *, luck: int = 1, answers: AnswerFile | None = None
) -> ipywidgets.VBox:
    """Show an experiment: first a prediction, and once it is saved the experiment itself.

    Parameters
    ----------
    name : str
        One of `EXPERIMENTS`.
    id : str
        The prediction's id, such as ``a3-coin``.
    luck : int
        What its chance begins with, from 1 to 9999. The same number gives the same luck.
    answers : AnswerFile, optional
        Where answers are kept; ``answers.json`` in the current folder unless given.

    Returns
    -------
    VBox
        A widget to show as the last line of a cell.

    Raises
    ------
    QuestionInvalid
        If there is no such experiment or luck, or the id can't be one.
    """
    if name not in EXPERIMENTS:
        raise QuestionInvalid(f"There is no experiment {name!r}. There are {listed(EXPERIMENTS)}.")
    if not isinstance(luck, int) or not 1 <= luck <= MOST_LUCK:
        raise QuestionInvalid(f"The luck of {id} is {luck!r}. Give a number from 1 to {MOST_LUCK}.")
    _turns_id(id)
    lab: Lab = import_module(f"qi_tools.teaching.labs.{name}").LAB
    file = AnswerFile.here() if answers is None else answers
    about = "".join(f"<p>{escape(line)}</p>" for line in lab.about)
    return stacked(
        show_html(about),
        predict(
            id,
            lab.question,
            lab.options,
            then=lambda predicted: Bench(id, lab, predicted, luck, file),
            answers=file,
        ),
    )


def _turns_id(id: str) -> str:
    return checked_id(f"{id}-turns")


def _drawn(control: Control) -> dict[str, Any]:
    return {
        "id": control.id,
        "label": control.label,
        "hint": control.hint,
        "when": control.when,
        **control.shown(),
    }


def _html(figure: Showable | str) -> str:
    return (
        f'<div class="qi-made">{figure}</div>' if isinstance(figure, str) else figure._repr_html_()
    )


def _held(luck: int, chosen: tuple[Chosen, ...]) -> tuple[str, ...]:
    return (json.dumps(luck), *(json.dumps(each) for each in chosen))
