"""What someone chose to see of their numbers, and the chart and the Python that follow from it.

All that the explorer knows is one frozen `Choices`; nothing here knows of widgets or browsers.
`chart_of` and `code_of` read the same values, so the code that is shown makes the chart that is
shown.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, get_args

from qi_tools.datasets import load_dataset
from qi_tools.errors import QIToolsError
from qi_tools.measure import Better, Data, Measure
from qi_tools.reading import Table, read_file, read_pasted
from qi_tools.reading.files import read_content
from qi_tools.spc.charts import Chart, control_chart, run_chart
from qi_tools.spc.kinds import KINDS, Kind
from qi_tools.spc.rule_sets import (
    ANHOEJ,
    MAKING_DATA_COUNT,
    NELSON,
    PERLA,
    WESTERN_ELECTRIC,
    RuleSet,
)
from qi_tools.spc.suggestions import suggest_chart

__all__ = [
    "RULE_SETS",
    "STARTS",
    "Choices",
    "Numbers",
    "Source",
    "Step",
    "begin",
    "chart_of",
    "code_of",
    "handed_over",
    "kind_of",
    "measure_of",
    "on_disk",
    "pasted",
    "shipped",
    "why_not",
]

Does: TypeAlias = Literal["rephase", "freeze", "exclude", "annotate", "aim"]
Given: TypeAlias = str | float

RULE_SETS: Mapping[str, RuleSet] = MappingProxyType(
    {
        "ANHOEJ": ANHOEJ,
        "MAKING_DATA_COUNT": MAKING_DATA_COUNT,
        "WESTERN_ELECTRIC": WESTERN_ELECTRIC,
        "NELSON": NELSON,
        "PERLA": PERLA,
    }
)
"""The rule sets to choose from, by the names under which `qi_tools` has them."""

STARTS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "phone_waits_simulated": {
            "value": "wait_minutes",
            "name": "Average wait to be answered",
            "unit": "minutes",
            "better": "lower",
        },
        "phone_waits_quick_fire_simulated": {
            "value": "eye_clinic",
            "unit": "minutes",
            "better": "lower",
        },
        "hand_hygiene_simulated": {
            "value": "cleaned",
            "denominator": "moments",
            "data": "proportions",
            "per": 100.0,
            "name": "Hands cleaned when they should be",
            "better": "higher",
        },
        "incident_reports_simulated": {
            "value": "reports",
            "denominator": "bed_days",
            "data": "rates",
            "per": 1000.0,
            "name": "Incident reports",
            "unit": "per 1,000 bed days",
        },
        "sharps_injuries_simulated": {
            "value": "injuries",
            "data": "counts",
            "name": "Injuries from sharps",
            "better": "lower",
        },
        "pressure_ulcers_simulated": {
            "value": "days_since_last",
            "data": "time between",
            "name": "Days since the pressure ulcer before",
            "unit": "days",
            "better": "higher",
        },
        "england_ae": {
            "value": "all_breaches",
            "denominator": "all_attendances",
            "data": "proportions",
            "per": 100.0,
            "name": "A&E in England: waits of more than four hours",
            "unit": "% of attendances",
            "better": "lower",
        },
    }
)
"""What is chosen at first of each data set that comes with the tools."""

_WIDTH = 88
_ORDER: tuple[Does, ...] = get_args(Does)


@dataclass(frozen=True, slots=True)
class Source:
    """A table that was read, and the Python that reads it.

    Parameters
    ----------
    table : Table
    reader : {"read_file", "read_pasted"}
        The function of `qi_tools.reading` that the code calls.
    call : str
        That call, as Python.
    shipped : str
        The name of a data set that comes with the tools; empty for anyone's own numbers.
    credit : str
        Where the numbers come from; empty when the table's name says it.
    simulated : bool
        True when the numbers are made up.
    """

    table: Table = field(repr=False)
    reader: Literal["read_file", "read_pasted"]
    call: str
    shipped: str = ""
    credit: str = ""
    simulated: bool = False


def shipped(name: str) -> Source:
    """Read a data set that comes with the tools.

    Raises
    ------
    DatasetUnknown
        If there is none of that name.
    """
    data = load_dataset(name)
    return Source(
        read_file(data.path),
        "read_file",
        f"read_file(load_dataset({_quoted(name)}).path)",
        shipped=name,
        credit=data.source if data.simulated else f"{data.source}. {data.licence}",
        simulated=data.simulated,
    )


def on_disk(path: str | os.PathLike[str], sheet: str | None = None) -> Source:
    """Read a file; raises what `read_file` does."""
    return Source(read_file(path, sheet=sheet), "read_file", _file_call(os.fspath(path), sheet))


def handed_over(name: str, data: bytes, sheet: str | None = None) -> Source:
    """Read a file whose content a browser sent; raises what `read_file` does.

    The code that is shown reads the file from the folder in which it runs.
    """
    return Source(read_content(name, data, sheet=sheet), "read_file", _file_call(name, sheet))


def pasted(text: str) -> Source:
    """Read what was pasted; raises what `read_pasted` does."""
    lines = text.splitlines(keepends=True)
    inner = "".join(f"    {_quoted(line)}\n" for line in lines)
    return Source(read_pasted(text), "read_pasted", f"read_pasted(\n{inner})")


@dataclass(frozen=True, slots=True)
class Numbers:
    """Which numbers of a table are charted, and what is known of them.

    Parameters
    ----------
    source : Source
    value, date : str
        The headings of the two columns.
    denominator : str or None
        The heading of what the values are counted out of or over.
    per : float or None
        Shares and rates are shown for so many; None without a denominator.
    name, unit : str or None
        None leaves it to the table.
    better, data
        As for `Measure`.
    day_first : bool or None
        The answer to which of day and month comes first; None as long as no one had to ask.
    """

    source: Source
    value: str
    date: str
    denominator: str | None = None
    per: float | None = None
    name: str | None = None
    unit: str | None = None
    better: Better = "neither"
    data: Data = "measurements"
    day_first: bool | None = None

    @property
    def arguments(self) -> dict[str, Any]:
        """What `Table.measure` is given besides the two columns."""
        given = {
            "denominator": self.denominator,
            "per": self.per,
            "name": self.name,
            "unit": self.unit,
            "source": self.source.credit or None,
            "better": None if self.better == "neither" else self.better,
            "data": None if self.data == "measurements" else self.data,
            "simulated": self.source.simulated or None,
            "day_first": self.day_first,
        }
        return {name: value for name, value in given.items() if value is not None}

    def measure(self) -> Measure:
        """Make the measure; raises what `Table.measure` does."""
        return self.source.table.measure(self.value, self.date, **self.arguments)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to the measure: a method of `Measure` and what it is given.

    Parameters
    ----------
    does : {"rephase", "freeze", "exclude", "annotate", "aim"}
    given : tuple of str or float
        The method's arguments, in order.

    Examples
    --------
    >>> Step("exclude", ("2025-03-01", "Flood")).code
    '.exclude("2025-03-01", "Flood")'
    """

    does: Does
    given: tuple[Given, ...]

    def done_to(self, measure: Measure) -> Measure:
        """Give the measure with this done to it; raises what the method does."""
        changed: Measure = getattr(measure, self.does)(*self.given)
        return changed

    @property
    def code(self) -> str:
        """The call, as Python."""
        return f".{self.does}({', '.join(map(_as_python, self.given))})"


@dataclass(frozen=True, slots=True)
class Choices:
    """All that was chosen.

    Parameters
    ----------
    numbers : Numbers
    kind : str or None
        A name of `qi_tools.spc.kinds.KINDS`; None follows `suggest_chart`.
    rules : str
        A name of `RULE_SETS`.
    screen : bool
        Whether to leave large moving ranges out of the limits, where the kind has them.
    steps : tuple of Step
        In the order in which they were chosen.
    """

    numbers: Numbers
    kind: str | None = None
    rules: str = "ANHOEJ"
    screen: bool = False
    steps: tuple[Step, ...] = ()

    @property
    def in_order(self) -> tuple[Step, ...]:
        """The steps in the order in which they are done: a baseline belongs to a phase."""
        return tuple(sorted(self.steps, key=lambda step: _ORDER.index(step.does)))


def begin(source: Source) -> Choices:
    r"""Choose what is shown first of a table.

    Parameters
    ----------
    source : Source

    Returns
    -------
    Choices

    Examples
    --------
    >>> begin(pasted("Month, Late\nJan 2025, 4\nFeb 2025, 6")).numbers.value
    'Late'
    """
    table = source.table
    date = next(iter(table.likely_dates), table.headings[0])
    others = [heading for heading in table.headings if heading != date]
    value = next((each for each in table.likely_values if each != date), others[0])
    return Choices(replace(Numbers(source, value, date), **STARTS.get(source.shipped, {})))


def measure_of(choices: Choices) -> Measure:
    """Make the measure with all that happened to it.

    Raises
    ------
    QIToolsError
        If it can't be made: the message says what to mend.
    """
    measure = choices.numbers.measure()
    for step in choices.in_order:
        measure = step.done_to(measure)
    return measure


def kind_of(choices: Choices) -> Kind:
    """Give the kind of chart: the one chosen, else the one that suits the numbers.

    The suggestion is that for the bare numbers, so that a note or a phase never changes the kind.

    Raises
    ------
    QIToolsError
        If there is no measure.
    """
    if choices.kind is not None:
        return KINDS[choices.kind]
    suggested = suggest_chart(choices.numbers.measure())
    return KINDS[suggested.kind if suggested.ready else "run"]


def chart_of(choices: Choices) -> Chart:
    """Make the chart.

    Raises
    ------
    QIToolsError
        If it can't be made: the message says why.
    """
    kind, rules = kind_of(choices), RULE_SETS[choices.rules]
    if kind.name == "run":
        return run_chart(measure_of(choices), rules=rules)
    return control_chart(
        measure_of(choices), kind.name, rules=rules, screen=_screens(choices, kind)
    )


def code_of(choices: Choices) -> str:
    """Write the Python that makes the same chart.

    Parameters
    ----------
    choices : Choices
        Such that `chart_of` makes a chart of them.

    Returns
    -------
    str
        It ends with the chart, so a notebook's cell shows it.

    Examples
    --------
    >>> print(code_of(begin(shipped("phone_waits_quick_fire_simulated"))))
    from qi_tools import control_chart, load_dataset
    from qi_tools.reading import read_file
    <BLANKLINE>
    table = read_file(load_dataset("phone_waits_quick_fire_simulated").path)
    measure = table.measure(
        "eye_clinic",
        "week",
        unit="minutes",
        source="Made up for this course by make_quick_fire.py",
        better="lower",
        simulated=True,
    )
    chart = control_chart(measure, "i")
    chart
    """
    numbers, kind = choices.numbers, kind_of(choices)
    named = {} if choices.rules == "ANHOEJ" else {"rules": choices.rules}
    if _screens(choices, kind):
        named["screen"] = "True"
    making = "run_chart" if kind.name == "run" else "control_chart"
    asked = ["measure"] if kind.name == "run" else ["measure", _quoted(kind.name)]
    imports = sorted(
        {making, *(["load_dataset"] if numbers.source.shipped else [])}
        | ({choices.rules} if "rules" in named else set()),
        key=lambda name: (not name.isupper(), name),
    )
    columns = [_quoted(numbers.value), _quoted(numbers.date)]
    about = {name: _as_python(value) for name, value in numbers.arguments.items()}
    return "\n".join(
        [
            f"from qi_tools import {', '.join(imports)}",
            f"from qi_tools.reading import {numbers.source.reader}",
            "",
            f"table = {numbers.source.call}",
            _call("measure = table.measure", columns, about),
            *(f"measure = measure{step.code}" for step in choices.in_order),
            _call(f"chart = {making}", asked, named),
            "chart",
        ]
    )


def why_not(measure: Measure, kind: Kind) -> str:
    """Say why a measure can't be charted so.

    Parameters
    ----------
    measure : Measure
    kind : Kind

    Returns
    -------
    str
        Empty when it can.
    """
    over = measure.denominators is not None
    if kind.subgroups and measure.subgroups is None:
        return "It needs several values for each point, and this page reads one value for each."
    if kind.denominators == "required" and not over:
        return "It needs a second column that says out of how many, or over how much."
    if kind.denominators == "refused" and over:
        return "It takes one column alone, and these values are counted out of another."
    try:
        control_chart(measure, kind.name)
    except QIToolsError as error:
        return str(error)
    return ""


def _screens(choices: Choices, kind: Kind) -> bool:
    return choices.screen and kind.from_moving_ranges


def _file_call(path: str, sheet: str | None) -> str:
    named = "" if sheet is None else f", sheet={_quoted(sheet)}"
    return f"read_file({_quoted(path)}{named})"


def _call(start: str, given: Iterable[str], named: Mapping[str, str]) -> str:
    """Write a call, on one line if there is room."""
    arguments = [*given, *(f"{name}={value}" for name, value in named.items())]
    line = f"{start}({', '.join(arguments)})"
    if len(line) <= _WIDTH:
        return line
    return "\n".join([f"{start}(", *(f"    {argument}," for argument in arguments), ")"])


def _as_python(value: Given | bool) -> str:
    if isinstance(value, str):
        return _quoted(value)
    return repr(int(value) if isinstance(value, float) and value.is_integer() else value)


def _quoted(text: str) -> str:
    """Write text as Python, in double quotes as the rest of the code is."""
    written = repr(text)
    return written if '"' in text or written[0] == '"' else f'"{written[1:-1]}"'
