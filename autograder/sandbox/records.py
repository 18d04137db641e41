"""How results of `qi_tools` and the views of charts cross: a fixed list of frozen dataclasses.

Each crosses by its fields and is made anew with its own constructor. The list holds nothing that
opens files and nothing with functions in its fields, so that whatever a learner writes into the
fields, it stays a wrong result and can do nothing. Other objects of `qi_tools` get handles.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache, partial
from importlib import import_module
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

import numpy as np

from autograder.sandbox.wire import Read, Reader, Write, Writer, damaged

#: The classes, by the module that they are in.
RECORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "autograder.sandbox.charts": (
            "AxesView",
            "BarView",
            "CollectionView",
            "ContainerView",
            "FigureView",
            "LegendView",
            "LineView",
            "PatchView",
            "SegmentsView",
            "TextView",
        ),
        "qi_tools.histograms": ("Histogram",),
        "qi_tools.life": ("Exclusion", "Note", "Phase", "Target"),
        "qi_tools.measure": ("Measure",),
        "qi_tools.paretos": ("Pareto",),
        "qi_tools.scatters": ("Scatter",),
        "qi_tools.subgroups": ("Subgroups",),
        "qi_tools.spc.analysis": ("Analysis",),
        "qi_tools.spc.bernoulli_cusums": ("BernoulliCusum",),
        "qi_tools.spc.charts": ("Chart", "ChartPhase"),
        "qi_tools.spc.cusum_charts": ("CusumChart",),
        "qi_tools.spc.ewma_charts": ("EwmaChart",),
        "qi_tools.spc.funnel_limits": ("Dispersion", "FunnelLimits"),
        "qi_tools.spc.funnels": ("Funnel",),
        "qi_tools.spc.limits": ("Constants", "Lines", "Screening"),
        "qi_tools.spc.memory_charts": ("Level", "ShiftSignal"),
        "qi_tools.spc.multiples": ("SmallMultiples",),
        "qi_tools.spc.odds": ("RuleOdds",),
        "qi_tools.spc.plain_run_charts": ("PlainRunChart",),
        "qi_tools.spc.rephasing": ("Condition", "RephaseSuggestion"),
        "qi_tools.spc.rule_sets": ("RuleSet",),
        "qi_tools.spc.rules": (
            "Alternating",
            "BeyondLimits",
            "FewCrossings",
            "Found",
            "HuggingTheCentre",
            "LongRun",
            "NearTheLimits",
            "NumberOfRuns",
            "Shift",
            "ShunningTheCentre",
            "Trend",
        ),
        "qi_tools.spc.runs": ("Runs",),
        "qi_tools.spc.signals": ("Signal",),
        "qi_tools.spc.suggestions": ("ChartSuggestion", "OtherKind"),
        "qi_tools.spc.summaries": ("Attention", "Summary", "SummaryRow"),
        "qi_tools.spc.variation": ("Meaning",),
    }
)
_HOME = {name: module for module, names in RECORDS.items() for name in names}
# A kind of chart holds functions, so it crosses as its name: it is one of a known few.
_KINDS = "qi_tools.spc.kinds"


def writers() -> Mapping[str, Callable[[], Mapping[type, Write]]]:
    """Give, for each module, how its values are written; asked only once it is loaded."""
    return {
        **{module: partial(_writers_of, module) for module in RECORDS},
        _KINDS: lambda: {
            import_module(_KINDS).Kind: lambda writer, kind: ["kind", writer.write(kind.name)]
        },
    }


def _writers_of(module: str) -> Mapping[type, Write]:
    classes = (_class_called(name) for name in RECORDS[module])
    return {each: partial(_write, each) for each in classes}


def _write(kind: type, writer: Writer, value: object) -> list[Any]:
    with writer.sealed():
        parts = [getattr(value, name) for name in _hints_of(kind)]
        return ["fields", kind.__name__, writer.items(parts)]


def _read(reader: Reader, name: object, parts: object) -> object:
    if not isinstance(name, str) or name not in _HOME:
        damaged()
    kind = _class_called(name)
    hints = _hints_of(kind)
    # No handles within: these values are computed with, and a proxy would ask the learner.
    with reader.sealed():
        values = reader.items(parts)
    if len(values) != len(hints) or not all(map(_fits, values, hints.values())):
        damaged()
    return kind(*values)


def _read_kind(reader: Reader, name: object) -> object:
    return import_module(_KINDS).KINDS[name]


READ: Mapping[str, Read] = MappingProxyType({"fields": _read, "kind": _read_kind})


def _class_called(name: str) -> type:
    return cast("type", getattr(import_module(_HOME[name]), name))


@cache
def _hints_of(kind: Any) -> Mapping[str, Any]:
    """Give what each field holds, in the order in which the constructor takes them."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


_NUMBERS: Mapping[Any, tuple[type, ...]] = {
    bool: (bool, np.bool_),
    int: (int, np.integer),
    float: (float, int, np.floating, np.integer),
}


def _fits(value: Any, hint: Any) -> bool:
    """Say whether a value is what its field was declared to hold."""
    parts = get_args(hint)
    match get_origin(hint):
        case None if hint in _NUMBERS:
            return isinstance(value, _NUMBERS[hint]) and (hint is bool or type(value) is not bool)
        case None if hint in (None, NoneType):
            return value is None
        case None if getattr(hint, "_is_protocol", False):  # a rule: any of its module
            return type(value).__name__ in RECORDS.get(hint.__module__, ())
        case None:
            return isinstance(value, hint)
        case origin if origin in (Union, UnionType):
            return any(_fits(value, part) for part in parts)
        case origin if origin is Literal:
            return isinstance(value, str) and value in parts
        case origin if origin is tuple and parts[1:] == (...,):
            return isinstance(value, tuple) and all(_fits(each, parts[0]) for each in value)
        case origin if origin is tuple:
            fits = isinstance(value, tuple) and len(value) == len(parts)
            return fits and all(map(_fits, value, parts))
        case origin if origin is np.ndarray:
            (scalar,) = get_args(parts[1])
            return isinstance(value, np.ndarray) and (
                scalar is Any or issubclass(value.dtype.type, scalar)
            )
    raise AssertionError(f"a field of the kind {hint} is not foreseen")
