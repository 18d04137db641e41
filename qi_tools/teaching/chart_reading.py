"""A chart to judge: whether it shows a special cause, and where.

What is right comes from the chart's own signals under its own rules; no author writes a key that
could disagree with the chart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from qi_tools.answers import AnswerFile, Value
from qi_tools.teaching.html_block import HtmlBlock
from qi_tools.teaching.part import QuestionInvalid, checked_id
from qi_tools.teaching.question import Question, Refusal

if TYPE_CHECKING:
    from qi_tools.spc.charts import Chart
    from qi_tools.spc.plain_run_charts import PlainRunChart

COMMON, SPECIAL = "common", "special"
_VERDICTS = {COMMON: "Common cause only", SPECIAL: "A special cause too"}
_WHERE = "Where does it show?"


class Verdict(Question):
    """A verdict on a chart, and where a special cause shows.

    The answer is ``verdict=common``, or ``verdict=special`` with ``where=`` a point or a rule.
    """

    def __init__(self, id: str, chart: Chart, answers: AnswerFile | None) -> None:
        self._chart = chart
        self._places = _places(chart)
        content = {
            "control": "verdict",
            "question": (
                "Common cause only, or a special cause too? "
                f"Judge the chart by the {chart.rules.name} rules."
            ),
            "verdicts": [[verdict, text] for verdict, text in _VERDICTS.items()],
            "special": SPECIAL,
            "where": _WHERE,
            "places": [[place, text] for place, text in self._places.items()],
            "button": "Check my answer",
        }
        super().__init__(id, content, answers=answers)

    def read(self, raw: object) -> Value:
        """Give back a verdict, and a place where it is that of a special cause."""
        if isinstance(raw, list | tuple) and all(isinstance(each, str) for each in raw):
            match dict(each.split("=", 1) for each in raw if "=" in each):
                case {"verdict": "common"} if len(raw) == 1:
                    return (f"verdict={COMMON}",)
                case {"verdict": "special", "where": place} if len(raw) == 2:
                    if place in self._places:
                        return f"verdict={SPECIAL}", f"where={place}"
        raise Refusal("Choose one of the answers first; and of a special cause, where it shows.")

    def worded(self, value: Value) -> str:
        """Give the verdict, and the place."""
        place = _place(value)
        if place is None:
            return _VERDICTS[COMMON]
        return f"{_VERDICTS[SPECIAL]}: {self._places[place]}"

    def feedback(self, value: Value) -> dict[str, Any]:
        """Hold a verdict against what the chart's rules found."""
        chart, place = self._chart, _place(value)
        finding = chart.finding
        if place is None:
            right = not chart.signals
        elif right := place in _found(chart):
            finding = f"That is one place where it shows. {finding}"
        elif chart.signals:
            finding = f"There is a special cause, but it does not show there. {finding}"
        return {
            "right": right,
            "verdict": "Right." if right else "Not quite.",
            "text": f"{finding} The whole chart is below.",
        }


class ChartReading(ipywidgets.VBox):  # type: ignore[misc]
    """A chart without its verdict, the question, and after it the chart with all its words."""

    children: tuple[ipywidgets.Widget, ...]

    def __init__(
        self, id: str, chart: Chart | PlainRunChart, *, answers: AnswerFile | None = None
    ) -> None:
        judged, shown = _judged(checked_id(id), chart)
        self._judged = judged
        self._shown, self._question = HtmlBlock(shown), Verdict(id, judged, answers)
        super().__init__([self._shown, self._question])
        self._question.observe(lambda _: self._tell(), "answer")
        if self._question.answer is not None:
            self._tell()

    def _tell(self) -> None:
        if len(self.children) == 2:
            self.children = (self._shown, self._question, HtmlBlock(self._judged.html()))


def read_chart(
    id: str, chart: Chart | PlainRunChart, *, answers: AnswerFile | None = None
) -> ChartReading:
    """Have a chart judged: common cause only, or a special cause too, and where it shows.

    The chart is shown without its verdict, in its picture and in its words. A special cause shows
    at any point of any of its signals, or, for a rule about a whole phase, by that rule. Once the
    answer is checked, the chart is shown again with all that its rules found. The learner may try
    again.

    Parameters
    ----------
    id : str
        The question's id, such as ``b1-falls``.
    chart : Chart or PlainRunChart
        A run chart or a control chart of any kind, judged by its own rules; a run chart to look at
        is judged by the Anhøj rules.
    answers : AnswerFile, optional
        Where answers are kept; ``answers.json`` in the current folder unless given.

    Returns
    -------
    ChartReading
        A widget to show as the last line of a cell. Its answer is a tuple of ``verdict=`` and, of
        a special cause, ``where=``.

    Raises
    ------
    QuestionInvalid
        If it is another chart, or one on which there is no verdict.

    Examples
    --------
    >>> from qi_tools import Measure, run_chart
    >>> wait = Measure.from_columns([9, 8, 9, 8, 9, 8, 7, 3, 2, 4, 3, 2, 4, 3], name="Wait")
    >>> show = read_chart("b1-wait", run_chart(wait))
    """
    return ChartReading(id, chart, answers=answers)


def _judged(id: str, chart: object) -> tuple[Chart, str]:
    """Give a chart with a verdict, and how it is shown before anyone knows it."""
    from qi_tools.spc.chart_words import FEWEST_USEFUL
    from qi_tools.spc.charts import Chart, run_chart
    from qi_tools.spc.plain_run_charts import PlainRunChart
    from qi_tools.spc.unjudged_charts import UnjudgedChart

    if isinstance(chart, PlainRunChart):
        judged, shown = run_chart(chart.measure), chart.html()
        if len(judged.phases) > 1 or judged.phases[0].centre != chart.centre:
            raise QuestionInvalid(
                f"The chart of {id} is one to look at, with one middle line, but its measure has "
                "phases, a baseline or points left out, which move the line that it is judged by. "
                "Give read_chart a run_chart of the measure instead."
            )
    elif isinstance(chart, Chart):
        judged, shown = chart, UnjudgedChart(chart).html()
    else:
        raise QuestionInvalid(
            f"The chart of {id} is of the kind {type(chart).__name__}. read_chart takes what "
            "run_chart, control_chart or plain_run_chart gives."
        )
    if not judged.signals and max(phase.useful for phase in judged.phases) < FEWEST_USEFUL:
        raise QuestionInvalid(
            f"There is no verdict on the chart of {id}: it has too few points to find a signal. "
            f"Give it a chart with {FEWEST_USEFUL} points or more off its centre line."
        )
    return judged, shown


def _places(chart: Chart) -> dict[str, str]:
    """Give where a special cause could show: by a rule about the whole, or at a point."""
    from qi_tools.spc.rules import FewCrossings, NumberOfRuns
    from qi_tools.words import number_in_words

    points = [point for point, judged in enumerate(chart.analysis.judged) if judged]
    return {
        _slug(rule.name): f"The whole line: {rule.name}"
        for rule, _ in chart.analysis.found
        if isinstance(rule, FewCrossings | NumberOfRuns)
    } | {
        f"point-{point + 1}": f"{chart.measure.label(point)}: "
        f"{number_in_words(float(chart.values[point]))}"
        for point in points
    }


def _found(chart: Chart) -> frozenset[str]:
    """Give the places where a special cause does show."""
    return frozenset(
        place
        for signal in chart.signals
        for place in ([f"point-{point + 1}" for point in signal.points] or [_slug(signal.rule)])
    )


def _place(value: Value) -> str | None:
    """Give the place that an answer names, or None where it says that there is none."""
    assert isinstance(value, tuple)  # for the type checker: `read` gives back nothing else
    return None if len(value) == 1 else value[1].removeprefix("where=")


def _slug(name: str) -> str:
    return name.replace(" ", "-")
