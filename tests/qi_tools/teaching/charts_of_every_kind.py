"""Charts of every kind, some with signals and some without."""

from __future__ import annotations

from collections.abc import Mapping

from qi_tools import (
    MAKING_DATA_COUNT,
    NELSON,
    PERLA,
    WESTERN_ELECTRIC,
    Chart,
    Measure,
    control_chart,
    run_chart,
)
from qi_tools.spc.kinds import KINDS

UPS_AND_DOWNS = [12, 15, 11, 14, 16, 10, 13, 15, 12, 11, 14, 16, 13, 10, 15, 12, 14, 11, 16, 13]
MOVED = [*UPS_AND_DOWNS, *(value + 9 for value in UPS_AND_DOWNS[:10])]
STEADY = Measure.from_columns(UPS_AND_DOWNS, name="Wait", unit="minutes", better="lower")
SHIFTED = Measure.from_columns(MOVED, name="Wait", unit="minutes", better="lower")


def measure_for(kind: str, values: list[int]) -> Measure:
    """Give a measure that a kind of chart can take."""
    many = len(values)
    if KINDS[kind].subgroups:
        rows = [
            (day, value + off * (value - 8) / 4)  # further apart where they are higher
            for day, value in enumerate(values, 1)
            for off in (-1, 0, 2)
        ]
        return Measure.from_subgroups(
            [value for _, value in rows], [day for day, _ in rows], name="Wait"
        )
    if KINDS[kind].denominators == "required" or kind == "i'":
        data = "proportions" if kind in {"p", "p'", "np"} else "rates"
        return Measure.from_columns(
            values,
            denominators=[90 + 7 * (point % 3) for point in range(many)],
            name="Falls",
            per=100,
            data=data,
            better="lower",
        )
    return Measure.from_columns(values, name="Wait", better="lower")


def both(kind: str) -> tuple[Chart, ...]:
    """Give a chart of a kind with a change in it, and one without."""
    measures = (measure_for(kind, MOVED), measure_for(kind, UPS_AND_DOWNS))
    if kind == "run":
        return tuple(map(run_chart, measures))
    return tuple(control_chart(measure, kind) for measure in measures)


EVERY_KIND: Mapping[str, tuple[Chart, ...]] = {kind: both(kind) for kind in KINDS} | {
    "rules": tuple(
        control_chart(SHIFTED, "i", rules=rules)
        for rules in (MAKING_DATA_COUNT, NELSON, WESTERN_ELECTRIC)
    ),
    "run rules": (run_chart(SHIFTED, rules=PERLA), run_chart(STEADY, rules=PERLA)),
    "phases": (
        run_chart(SHIFTED.rephase(21, "New booking system")),
        control_chart(SHIFTED.freeze(20).exclude(3, "Snow").annotate(4, "Flu"), "i"),
    ),
}
