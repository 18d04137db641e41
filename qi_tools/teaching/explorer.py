"""The chart explorer: someone's own numbers, a chart of them, and what to take away.

The browser draws the form and says what was chosen; the choices are kept here (`Choices`), and
`Explorer.state` tells the browser what to show. A choice of which no chart can be made is refused:
the chart stays as it was and the words stand beside the control. What was typed stays where it is.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import traitlets

from qi_tools.alternatives import shortened
from qi_tools.errors import (
    ChartImpossible,
    DatesAmbiguous,
    PersonalData,
    QIToolsError,
    SheetUnclear,
)
from qi_tools.spc.chart_words import headline_of
from qi_tools.spc.charts import Chart
from qi_tools.teaching.explorer_choices import (
    Choices,
    Numbers,
    Source,
    begin,
    chart_of,
    code_of,
    handed_over,
    on_disk,
    pasted,
    shipped,
)
from qi_tools.teaching.explorer_files import FORMATS, take_away
from qi_tools.teaching.explorer_form import (
    LAYOUT,
    ChoiceRefused,
    Offers,
    changed,
    fields_of,
    offers_of,
    points_of,
    shift_in_words,
    step_from,
    steps_in_words,
    titles_of_starts,
)
from qi_tools.teaching.part import Part, script, style
from qi_tools.words import day_in_words

__all__ = ["Explorer", "explore"]

FIRST = "phone_waits_simulated"
MOST_UNDONE = 100
LONGEST_SAID = 240
BROKEN = (
    "That did not work, and nothing was changed. If it happens again, tell the person who looks "
    "after your course."
)

_log = logging.getLogger(__name__)


class Explorer(Part):
    """Numbers, choices about them, their chart, and files to take away.

    Attributes
    ----------
    state : dict
        What the browser shows: the controls' ``fields``, the ``figure``, what is ``said`` of it,
        the ``problem`` with the latest choice, and so on. ``turn`` grows with every reply;
        ``heard`` is the number of the message that it answers.
    """

    _esm = script("form.js", "explorer.js")
    _css = style("form.css", "explorer.css")

    state = traitlets.Dict().tag(sync=True)

    def __init__(self, source: Source) -> None:
        super().__init__(
            kind="explorer",
            content={
                **LAYOUT,
                "starts": [list(start) for start in titles_of_starts()],
                "formats": [[ending, form.label] for ending, form in FORMATS.items()],
            },
        )
        self._past: tuple[Choices, ...] = ()
        self._choices = begin(source)
        self._chart: Chart | None = None
        self._trouble: QIToolsError | None = None  # why there is no chart
        self._asked: tuple[Numbers, DatesAmbiguous] | None = None
        self._workbook: tuple[str, bytes, tuple[str, ...]] | None = None  # until a sheet is chosen
        self._offered: tuple[Numbers, Offers] | None = None
        self._take(self._choices, *self._drawn(self._choices))
        self._show()
        self.on_msg(self._on_message)

    @property
    def choices(self) -> Choices:
        """All that is chosen now."""
        return self._choices

    @property
    def chart(self) -> Chart | None:
        """The chart that is shown; None while there is none."""
        return self._chart

    def _on_message(self, _widget: object, message: object, buffers: Sequence[Any]) -> None:
        if not isinstance(message, dict):
            return
        heard, at = message.get("n"), str(message.get("at", "")) or str(message.get("do", ""))
        try:
            self._do(message, buffers)
        except QIToolsError as error:
            self._show(heard, problem=_problem(at, error))
        except Exception:  # whatever it was, the choices are as before: say so
            _log.exception("the explorer could not do %s", message.get("do"))
            self._show(heard, problem=_problem(at, ChoiceRefused(BROKEN)))
        else:
            self._show(heard)

    def _do(self, message: Mapping[str, Any], buffers: Sequence[Any]) -> None:
        match message.get("do"):
            case "set":
                self._choose(changed(self._choices, str(message["at"]), message.get("value")))
            case "add":
                given = message.get("given")
                step = step_from(message.get("at"), given if isinstance(given, dict) else {})
                self._choose(replace(self._choices, steps=(*self._choices.steps, step)))
            case "remove":
                steps = list(self._choices.steps)
                del steps[int(message["step"])]
                self._choose(replace(self._choices, steps=tuple(steps)))
            case "undo":
                self._undo()
            case "start":
                self._load(shipped(str(message.get("name"))))
            case "paste":
                self._load(pasted(str(message.get("text"))))
            case "file":
                self._read(str(message.get("name")), bytes(buffers[0]))
            case "sheet" if self._workbook is not None:
                self._read(*self._workbook[:2], sheet=str(message.get("name")))
            case "take":
                self._send_file(str(message.get("ending")))

    def _choose(self, choices: Choices) -> None:
        """Take new choices, unless that would leave no chart where there is one."""
        chart, trouble = self._drawn(choices)
        if isinstance(trouble, ChartImpossible) and choices.numbers != self._choices.numbers:
            # The kind chosen for the numbers before does not fit these: follow the suggestion.
            choices = replace(choices, kind=None)
            chart, trouble = self._drawn(choices)
        if trouble and self._chart and not isinstance(trouble, DatesAmbiguous):
            raise trouble
        self._take(choices, chart, trouble)

    def _load(self, source: Source) -> None:
        """Take another table; its choices begin anew, and the ones before can be had back."""
        self._workbook = None
        choices = begin(source)
        self._take(choices, *self._drawn(choices))

    def _read(self, name: str, data: bytes, sheet: str | None = None) -> None:
        """Read a file that the browser sent; what is refused is not kept."""
        self._workbook = None
        try:
            self._load(handed_over(name, data, sheet))
        except SheetUnclear as unclear:
            self._workbook = (name, data, unclear.sheets)
            raise

    def _undo(self) -> None:
        if self._past:
            *past, choices = self._past
            self._take(choices, *self._drawn(choices))
            self._past = tuple(past)

    def _take(self, choices: Choices, chart: Chart | None, trouble: QIToolsError | None) -> None:
        if choices != self._choices:
            self._past = (*self._past, self._choices)[-MOST_UNDONE:]
        self._choices, self._chart, self._trouble = choices, chart, trouble
        if isinstance(trouble, DatesAmbiguous):
            self._asked = (choices.numbers, trouble)

    def _drawn(self, choices: Choices) -> tuple[Chart | None, QIToolsError | None]:
        try:
            return chart_of(choices), None
        except QIToolsError as error:
            return None, error.with_traceback(None)  # which would hold on to the table

    def _send_file(self, ending: str) -> None:
        if self._chart is None:
            raise ChoiceRefused("There is no chart to take away yet.")
        if ending not in FORMATS:
            raise ChoiceRefused(f"A chart can't be taken away as {ending!r}.")
        taken = take_away(
            self._chart, ending, name=self._chart.measure.name, code=code_of(self._choices)
        )
        self.send({"do": "keep", "name": taken.name, "type": taken.type}, buffers=[taken.data])

    def _offers(self) -> Offers:
        """Try all kinds of chart, but only when what they depend on is another than before."""
        numbers = replace(self._choices.numbers, name=None, better="neither")
        if self._offered is None or self._offered[0] != numbers:
            self._offered = (numbers, offers_of(numbers.measure()))
        return self._offered[1]

    def _question(self) -> DatesAmbiguous | None:
        """Give what had to be asked about the dates that are chosen, answered or not."""
        if self._asked is None:
            return None
        about, question = self._asked
        now = self._choices.numbers
        return question if (about.source, about.date) == (now.source, now.date) else None

    def _show(self, heard: object = None, *, problem: dict[str, Any] | None = None) -> None:
        choices, chart = self._choices, self._chart
        source = choices.numbers.source
        measure = None if chart is None else chart.measure
        points = [] if measure is None else points_of(measure)
        self.state = {
            "turn": self.state.get("turn", 0) + 1,
            "heard": heard,
            "fields": fields_of(
                choices, measure, self._offers() if measure else None, self._question()
            ),
            "source": dict(titles_of_starts()).get(source.shipped, source.table.name),
            "start": source.shipped,
            "points": points,
            "steps": steps_in_words(choices, points),
            "shift": [] if measure is None else shift_in_words(choices, measure),
            "sheets": [] if self._workbook is None else list(self._workbook[2]),
            "trouble": [] if self._trouble is None else _lines(self._trouble),
            "asks": isinstance(self._trouble, DatesAmbiguous),
            "problem": problem,
            "figure": "" if chart is None else chart.html(),
            "said": "" if chart is None else _said(chart),
            "words": [] if chart is None else list(chart.report()),
            "code": "" if chart is None else code_of(choices),
            "undo": len(self._past),
        }


def explore(data: str | os.PathLike[str] | None = None) -> Explorer:
    """Show a page part in which anyone can chart their own numbers, without code.

    Numbers come from a file, from the clipboard or from a data set that comes with the tools. They
    stay in this notebook's own Python and are gone when it stops.

    Parameters
    ----------
    data : path-like, optional
        A file to begin with; left out, made-up waits at a booking line.

    Returns
    -------
    Explorer
        A widget to show as the last line of a cell.

    Raises
    ------
    FileNotUnderstood
        If the file can't be read.
    PersonalData
        If the file looks like data on single people.

    Examples
    --------
    >>> explore().chart.kind.title
    'I chart'
    """
    return Explorer(shipped(FIRST) if data is None else on_disk(data))


def _said(chart: Chart) -> str:
    """Say in a line what the rules found: it is read out after every change."""
    return shortened(f"{chart.kind.title}. {headline_of(chart)}", LONGEST_SAID)


def _problem(at: str, error: QIToolsError) -> dict[str, Any]:
    lines = _lines(error)
    if isinstance(error, PersonalData):
        lines.append("Nothing of it was kept here.")
    return {"at": at, "kind": type(error).__name__, "lines": lines}


def _lines(error: QIToolsError) -> list[str]:
    """Give a message's lines; of a question that the page asks itself, only what else is wrong."""
    if not isinstance(error, DatesAmbiguous):
        return str(error).splitlines()
    either = " or ".join(map(day_in_words, (error.day_first, error.month_first)))
    asked = f'"{error.text}" can be {either}, and nobody here will guess. Say which comes first.'
    return [asked, *(line for line in str(error).splitlines() if line.startswith("  "))]
