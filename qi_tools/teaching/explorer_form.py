"""The explorer's form: which controls there are, what they show, and what a change in one means.

The controls never change, so `LAYOUT` goes to the browser once. What they hold follows from the
choices: `fields_of` gives it, and `changed` reads what comes back. What is asked for in words is
checked here; whether a chart can be made of it is for `chart_of` to say.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, get_args

import numpy as np

from qi_tools.datasets import load_dataset
from qi_tools.errors import DatesAmbiguous, QIToolsError
from qi_tools.measure import Better, Data, Measure
from qi_tools.spc.kinds import KINDS
from qi_tools.spc.rephasing import suggest_rephase
from qi_tools.spc.suggestions import ChartSuggestion, suggest_chart
from qi_tools.teaching.explorer_choices import (
    RULE_SETS,
    STARTS,
    Choices,
    Does,
    Numbers,
    Step,
    kind_of,
    why_not,
)
from qi_tools.words import day_in_words, number_in_words

__all__ = [
    "LAYOUT",
    "ChoiceRefused",
    "Offers",
    "changed",
    "fields_of",
    "offers_of",
    "points_of",
    "shift_in_words",
    "step_from",
    "steps_in_words",
    "titles_of_starts",
]

Option: TypeAlias = tuple[str, str]
Group: TypeAlias = tuple[str, tuple[Option, ...]]

PER = {"proportions": 100.0, "rates": 1000.0}
"""Shares and rates are shown for so many unless someone says otherwise."""
NAMED: Mapping[str, str] = MappingProxyType(
    {
        "run": "Run chart: dots in time order and their median",
        "i": "I chart (XmR): measured values, with limits",
        "i_m": "I chart about the median: when a few values lie far out",
        "i_mm": "I chart by medians: far-out values stretch nothing",
        "mr": "MR chart: how far each value is from the one before",
        "xbar_s": "X̄ chart (S): means of several values",
        "s": "S chart: how far values of one point differ",
        "xbar_r": "X̄ chart (R): means of a few values",
        "r": "R chart: the range within each point",
        "p": "P chart: how many out of how many",
        "p'": "P′ chart: how many out of thousands",
        "u": "U chart: how often in so much activity",
        "u'": "U′ chart: how often in very much activity",
        "i'": "I′ chart: values from larger and smaller groups",
        "np": "NP chart: the count behind a share",
        "c": "C chart: events counted in equal stretches",
        "g": "G chart: cases between rare events",
        "t": "T chart: time between rare events",
    }
)
"""Each kind of chart with a few plain words."""
_RULES: tuple[Option, ...] = (
    ("ANHOEJ", "Anhøj: outside the limits, long runs, few crossings"),
    ("MAKING_DATA_COUNT", "Making Data Count (NHS England)"),
    ("WESTERN_ELECTRIC", "Western Electric: four rules"),
    ("NELSON", "Nelson: eight tests"),
    ("PERLA", "Perla: three run chart rules"),
)
_BETTER: tuple[Option, ...] = (
    ("lower", "Lower is better"),
    ("higher", "Higher is better"),
    ("neither", "Neither, or not sure"),
)
_DATA: tuple[Option, ...] = (
    ("measurements", "Measured values, such as waits"),
    ("counts", "Counts of events in equal stretches"),
    ("proportions", "How many out of how many"),
    ("rates", "How often in so much activity"),
    ("cases between", "Cases between rare events"),
    ("time between", "Time between rare events"),
)


class ChoiceRefused(QIToolsError):
    """A choice that can't be; the message says what to choose."""


@dataclass(frozen=True, slots=True)
class Control:
    """One control of the form.

    Parameters
    ----------
    id : str
    label : str
    kind : {"select", "text", "number", "checkbox", "radios"}
    hint : str
        What helps to fill it in.
    """

    id: str
    label: str
    kind: Literal["select", "text", "number", "checkbox", "radios"]
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """Something to add to the chart.

    Parameters
    ----------
    does : str
        The method of `Measure` that does it.
    title, why : str
        What it is, and when it is right.
    button : str
    fields : tuple of Control
        In the order of the method's arguments. A select is a list of the chart's points.
    blank : str
        What the list of points shows first; it then may be left so.
    """

    does: Does
    title: str
    why: str
    button: str
    fields: tuple[Control, ...]
    blank: str = ""


_COLUMNS = (
    Control("value", "Column of your numbers", "select"),
    Control("date", "Column of your dates", "select"),
    Control(
        "denominator",
        "Counted out of another column?",
        "select",
        "Such as patients seen, or bed days.",
    ),
    Control("data", "What kind of numbers are they?", "select"),
    Control("per", "Show them for every", "number", "Such as 100 patients, or 1000 bed days."),
    Control("name", "What do you measure?", "text"),
    Control("unit", "Counted in", "text", "Such as minutes."),
    Control("better", "Which way is better?", "select"),
)
_DATES = (Control("day_first", "Which comes first in your dates?", "radios"),)
_CHART = (
    Control("kind", "Kind of chart", "select"),
    Control("rules", "Rules that look for a signal", "select"),
    Control(
        "screen",
        "Leave very large jumps out of the limits",
        "checkbox",
        "So one odd point can't widen the limits and hide the next.",
    ),
)
_WHEN = Control("when", "Which point?", "select")
_ASKS = (
    Ask(
        "aim",
        "Set a target",
        "A target is a wish. It does not change what the chart finds.",
        "Set this target",
        (
            Control("value", "Target", "number", "In the unit of the chart."),
            Control("when", "From when?", "select"),
        ),
        "From the start",
    ),
    Ask(
        "rephase",
        "Begin a new phase",
        "A phase has lines of its own. Begin one only when you know what changed, the change is "
        "for the better, it has held, and it should last.",
        "Begin this phase",
        (
            Control("when", "First point of the new phase", "select"),
            Control("words", "What changed?", "text"),
        ),
    ),
    Ask(
        "freeze",
        "Freeze the baseline",
        "The lines are then worked out from the points up to here only. Later points are held "
        "against them.",
        "Freeze the lines here",
        (Control("when", "Last point of the baseline", "select"),),
    ),
    Ask(
        "exclude",
        "Leave a point out",
        "The point stays on the chart, but counts for nothing. Do it only for a reason that you "
        "can say out loud.",
        "Leave this point out",
        (_WHEN, Control("words", "Why?", "text")),
    ),
    Ask(
        "annotate",
        "Write a note",
        "A note stands beside a point. It changes nothing else.",
        "Add this note",
        (_WHEN, Control("words", "Your note", "text", "A few words.")),
    ),
)
_ASKED: Mapping[str, Ask] = MappingProxyType({ask.does: ask for ask in _ASKS})
LAYOUT: Mapping[str, Any] = MappingProxyType(
    {
        "dates": [asdict(control) for control in _DATES],
        "columns": [asdict(control) for control in _COLUMNS],
        "chart": [asdict(control) for control in _CHART],
        "asks": [asdict(ask) for ask in _ASKS],
    }
)
"""The controls, as the browser needs them to draw the form."""


def titles_of_starts() -> tuple[Option, ...]:
    """Give each data set that the explorer can begin with, and what it is called."""
    sets = map(load_dataset, STARTS)
    return tuple((data.name, data.title + " (made up)" * data.simulated) for data in sets)


@dataclass(frozen=True, slots=True)
class Offers:
    """Which kinds of chart suit the numbers.

    Parameters
    ----------
    suggestion : ChartSuggestion
    refused : mapping of str to str
        The kinds that can't be made of them, each with the reason.
    """

    suggestion: ChartSuggestion
    refused: Mapping[str, str]


def offers_of(measure: Measure) -> Offers:
    """Try which kinds of chart can be made of a measure.

    Parameters
    ----------
    measure : Measure

    Returns
    -------
    Offers
    """
    reasons = {name: why_not(measure, kind) for name, kind in KINDS.items()}
    return Offers(
        suggest_chart(measure),
        MappingProxyType({name: reason for name, reason in reasons.items() if reason}),
    )


# ---- what the controls hold


def fields_of(
    choices: Choices, measure: Measure | None, offers: Offers | None, asked: DatesAmbiguous | None
) -> dict[str, dict[str, Any]]:
    """Say what each control of the form holds.

    Parameters
    ----------
    choices : Choices
    measure : Measure or None
        The measure, if one can be made.
    offers : Offers or None
        The kinds of chart that can be made of it.
    asked : DatesAmbiguous or None
        The question about day and month, if it had to be asked.

    Returns
    -------
    dict of str to dict
        By the control's id: ``value`` and, where there are any, ``options`` (groups of them),
        ``hidden`` and ``notes``.
    """
    numbers, table = choices.numbers, choices.numbers.source.table
    name = (numbers.name or numbers.value) if measure is None else measure.name
    unit = (numbers.unit or "") if measure is None else measure.unit
    return {
        "value": _select(numbers.value, _columns(table.likely_values, table.headings)),
        "date": _select(numbers.date, _columns(table.likely_dates, table.headings)),
        "denominator": _select(
            numbers.denominator or "",
            [
                ("", (("", "No, they stand alone"),)),
                *_columns(table.likely_denominators, table.headings),
            ],
        ),
        "day_first": {
            "value": {None: "", True: "day", False: "month"}[numbers.day_first],
            "options": _orders(asked),
            "hidden": asked is None,
        },
        "data": _select(numbers.data, [("", _DATA)]),
        "per": {"value": _number(numbers.per), "hidden": numbers.denominator is None},
        "name": {"value": name},
        "unit": {"value": unit},
        "better": _select(numbers.better, [("", _BETTER)]),
        "kind": _kinds(choices, offers),
        "rules": {
            **_select(choices.rules, [("", _RULES)]),
            "notes": [f"They look for: {RULE_SETS[choices.rules].words}."],
        },
        "screen": {
            "value": choices.screen,
            "hidden": measure is None or not kind_of(choices).from_moving_ranges,
        },
    }


def _select(value: str, groups: Iterable[Group]) -> dict[str, Any]:
    return {"value": value, "options": [[label, [*map(list, each)]] for label, each in groups]}


def _columns(likely: tuple[str, ...], headings: tuple[str, ...]) -> list[Group]:
    """Put the likely columns before the others."""
    rest = tuple(heading for heading in headings if heading not in likely)
    groups = [("Likely", likely), ("Other columns", rest)]
    return [(label, tuple((each, each) for each in some)) for label, some in groups if some]


def _orders(asked: DatesAmbiguous | None) -> list[Option]:
    if asked is None:
        return []
    return [
        (order, f"The {order}: {asked.text} is {day_in_words(day)}")
        for order, day in (("day", asked.day_first), ("month", asked.month_first))
    ]


def _kinds(choices: Choices, offers: Offers | None) -> dict[str, Any]:
    if offers is None:
        return {**_select(choices.kind or "", [("", (("", "The suggested one"),))]), "hidden": True}
    suggestion = offers.suggestion
    drawn = suggestion.kind if suggestion.ready else "run"
    first = KINDS[drawn].title
    fit = tuple((name, words) for name, words in NAMED.items() if name not in offers.refused)
    not_fit = tuple((name, words) for name, words in NAMED.items() if name in offers.refused)
    groups: list[Group] = [
        ("", (("", f"The suggested one: {first}"),)),
        ("These fit your numbers", fit),
    ]
    held = _select(choices.kind or "", groups)
    if not_fit:
        held["refused"] = [[words, offers.refused[name]] for name, words in not_fit]
    notes = [f"Suggested: {suggestion.title}. {' '.join(suggestion.why)}"]
    if not suggestion.ready:
        notes.append(f"Your numbers can't be drawn so as they stand. Until then, use a {first}.")
    held["notes"] = notes + [f"Take care: {warning}" for warning in suggestion.warnings]
    return held


def points_of(measure: Measure) -> list[tuple[str, str]]:
    """Name each point: as `Measure` finds it, and as a reader knows it.

    Parameters
    ----------
    measure : Measure
        With dates.

    Returns
    -------
    list of (str, str)
    """
    assert measure.dates is not None  # a table's measure has them
    days = measure.dates.astype("datetime64[M]") if measure.monthly else measure.dates
    return [(str(day), measure.label(point)) for point, day in enumerate(np.asarray(days))]


def steps_in_words(choices: Choices, points: Iterable[tuple[str, str]]) -> list[tuple[Does, str]]:
    """Say what happened to the measure: for each step what it does, and its words.

    Parameters
    ----------
    choices : Choices
    points : iterable of (str, str)
        As `points_of` gives them.

    Returns
    -------
    list of (str, str)
    """
    labels = dict(points)
    said = []
    for step in choices.steps:
        given = [labels.get(each, each) if isinstance(each, str) else each for each in step.given]
        said.append((step.does, _SAID[step.does](given)))
    return said


def _target_in_words(given: list[Any]) -> str:
    value, *since = given
    return f"Target {number_in_words(value, 6)}" + (f" from {since[0]}" if since else "")


_SAID: Mapping[str, Callable[[list[Any]], str]] = MappingProxyType(
    {
        "aim": _target_in_words,
        "rephase": lambda given: f"New phase from {given[0]}: {given[1]}",
        "freeze": lambda given: f"Baseline frozen at {given[0]}",
        "exclude": lambda given: f"{given[0]} left out: {given[1]}",
        "annotate": lambda given: f"Note at {given[0]}: {given[1]}",
    }
)


def shift_in_words(choices: Choices, measure: Measure) -> list[str]:
    """Say whether the latest phase holds a shift that may deserve a phase of its own.

    Parameters
    ----------
    choices : Choices
    measure : Measure
        Theirs.

    Returns
    -------
    list of str
        Empty when there is none.
    """
    try:
        found = suggest_rephase(measure, kind=kind_of(choices).name, rules=RULE_SETS[choices.rules])
    except QIToolsError:  # this kind of chart, or these rules, can't tell
        return []
    if found is None:
        return []
    answer = {True: "Yes", False: "No", None: "Not known"}
    return [
        f"The level most likely shifted at {found.label}, from {number_in_words(found.before)} to "
        f"{number_in_words(found.after)}. Before you begin a phase there, ask:",
        *(
            f"{condition.name.capitalize()}? {answer[condition.holds]}. {condition.words}"
            for condition in found.conditions
        ),
    ]


# ---- what a change means


def changed(choices: Choices, field: str, raw: object) -> Choices:
    """Give the choices after a change in one control.

    Parameters
    ----------
    choices : Choices
    field : str
        The control's id.
    raw : object
        What it holds now, as the browser sent it.

    Returns
    -------
    Choices

    Raises
    ------
    ChoiceRefused
        If it can't hold that.
    """
    numbers, headings = choices.numbers, choices.numbers.source.table.headings
    match field:
        case "value":
            new = replace(numbers, value=_one_of(raw, headings), name=None, unit=None)
        case "date":
            new = replace(numbers, date=_one_of(raw, headings), day_first=None)
        case "denominator":
            new = _over(numbers, _one_of(raw, headings) if raw else None)
        case "data":
            new = _of_kind(numbers, _one_of(raw, get_args(Data)))
        case "per":
            new = replace(numbers, per=_above_zero(raw))
        case "name":
            new = replace(numbers, name=_text(raw) or None)
        case "unit":
            new = replace(numbers, unit=_text(raw) or None)
        case "better":
            new = replace(numbers, better=_one_of(raw, get_args(Better)))
        case "day_first":
            new = replace(numbers, day_first=_one_of(raw, ("day", "month")) == "day")
        case "kind":
            return replace(choices, kind=_one_of(raw, KINDS) if raw else None)
        case "rules":
            return replace(choices, rules=_one_of(raw, RULE_SETS))
        case "screen":
            return replace(choices, screen=raw is True)
        case _:
            raise ChoiceRefused(f"There is nothing called {field!r} to choose.")
    return replace(choices, numbers=new)


def step_from(does: object, raw: Mapping[str, object]) -> Step:
    """Read what is to be added to the chart.

    Parameters
    ----------
    does : object
        The method, as the browser sent it.
    raw : mapping of str to object
        What its fields hold.

    Returns
    -------
    Step

    Raises
    ------
    ChoiceRefused
        If something is left blank that is needed.
    """
    ask = _ASKED.get(str(does))
    if ask is None:
        raise ChoiceRefused(f"There is nothing called {does!r} to add.")
    given: list[str | float] = []
    for control in ask.fields:
        held = raw.get(control.id)
        if control.kind == "number":
            given.append(_finite(held, control.label))
        elif text := _text(held):
            given.append(text)
        elif not (control.kind == "select" and ask.blank):
            missing = "Choose a point." if control.kind == "select" else "Write a few words."
            raise ChoiceRefused(f"{control.label} {missing}")
    return Step(ask.does, tuple(given))


def _over(numbers: Numbers, denominator: str | None) -> Numbers:
    """Count the numbers out of another column, or of none."""
    if denominator is None:
        data: Data = "measurements" if numbers.data in PER else numbers.data
        return replace(numbers, denominator=None, per=None, data=data)
    if numbers.data in PER:
        return replace(numbers, denominator=denominator)
    data = _share_or_rate(numbers, denominator)
    return replace(numbers, denominator=denominator, data=data, per=PER[data])


def _share_or_rate(numbers: Numbers, denominator: str) -> Data:
    """Take it for a share unless one case has had several events."""
    share = replace(numbers, denominator=denominator, data="proportions", per=None, unit=None)
    try:
        measure = share.measure()
    except QIToolsError:  # whatever is wrong is said when the chart is made
        return "proportions"
    assert measure.numerators is not None  # it has a denominator
    assert measure.denominators is not None
    return "rates" if np.any(measure.numerators > measure.denominators) else "proportions"


def _of_kind(numbers: Numbers, data: Any) -> Numbers:
    if data not in PER:
        return replace(numbers, data=data, denominator=None, per=None)
    if numbers.denominator is None:
        raise ChoiceRefused("First choose what your numbers are counted out of.")
    return replace(numbers, data=data, per=PER[data])


def _one_of(raw: object, allowed: Iterable[str]) -> Any:
    if not isinstance(raw, str) or raw not in allowed:
        raise ChoiceRefused("Choose one from the list.")
    return raw


def _text(raw: object) -> str:
    return " ".join(raw.split()) if isinstance(raw, str) else ""


def _finite(raw: object, label: str) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
        raise ChoiceRefused(f"{label}: type a number.")
    return float(raw)


def _above_zero(raw: object) -> float:
    number = _finite(raw, "Show them for every")
    if number <= 0:
        raise ChoiceRefused("Type a number above 0, such as 100 or 1000.")
    return number


def _number(value: float | None) -> float | int | str:
    if value is None:
        return ""
    return int(value) if value.is_integer() else value
