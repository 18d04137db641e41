"""Thousands of measures at once: one table in, one table out.

The same lines of code judge one chart (`qi_tools.spc.charts`) and ten thousand: the numbers are the
same to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Real
from typing import TYPE_CHECKING, get_args

import numpy as np
from numpy.typing import NDArray

from qi_tools.columns import LARGEST, is_whole
from qi_tools.dates import breaks_before
from qi_tools.errors import MeasureInvalid
from qi_tools.measure import Better, ratios
from qi_tools.phases import Flags, Floats, Phases
from qi_tools.spc.analysis import Analysis, analyse
from qi_tools.spc.chart_words import FEWEST_USEFUL
from qi_tools.spc.kinds import Kind, check, kind_called, plotted_target
from qi_tools.spc.limits import PRINTED, Constants, Points
from qi_tools.spc.rule_sets import ANHOEJ, RuleSet
from qi_tools.spc.variation import ASSURANCE, VARIATION, direction, meaning
from qi_tools.subgroups import gather
from qi_tools.words import listed

if TYPE_CHECKING:
    from pandas import Categorical, DataFrame, Series

__all__ = ["many"]

_RESULTS = frozenset(
    (
        "date",
        "point",
        "value",
        "centre",
        "lower",
        "upper",
        "target",
        "phase",
        "longest_run",
        "longest_run_limit",
        "crossings",
        "crossings_limit",
        "high",
        "low",
        "improvement",
        "concern",
        "rules",
        "phase_rules",
        "variation",
        "assurance",
        "warning",
    )
)


def many(
    frame: DataFrame,
    by: Sequence[str],
    *,
    value: str,
    date: str | None = None,
    denominator: str | None = None,
    kind: str = "i",
    rules: RuleSet = ANHOEJ,
    better: str = "neither",
    target: str | None = None,
    phase: str | None = None,
    excluded: str | None = None,
    baseline: int | None = None,
    per: float = 1.0,
    screen: bool = False,
    constants: Constants = PRINTED,
) -> DataFrame:
    """Judge every measure in a long table: limits, signals and icons, point by point.

    Parameters
    ----------
    frame : DataFrame
        One row a point. It is not changed.
    by : sequence of str
        The columns that tell measures apart, such as ``["trust", "measure"]``.
    value : str
        The column of values; with a denominator, of the counts above it.
    date : str, optional
        The column that puts points in order; a measure has each date once, unless the kind of
        chart has subgroups. A month, week or day without a row is a gap, as a missing value is.
        Left out, the rows' own order holds.
    denominator : str, optional
        The column of what values are counted over.
    kind : str
        The kind of chart; see `qi_tools.spc.kinds.KINDS`.
    rules : RuleSet
        The rules for special causes.
    better : {"lower", "higher", "neither"} or the name of a column that holds these
        Which way is better.
    target : str, optional
        The column of targets, in the unit of the measure (on an np chart too: a share, times
        `per`); missing where there is none.
    phase : str, optional
        A column whose every new value, in time, begins a new phase of its measure.
    excluded : str, optional
        A column that is true for points that do not count.
    baseline : int, optional
        Compute the lines of each phase from so many of its points, from the first on.
    per : float
        Show proportions and rates for so many, such as 100.
    screen, constants
        As for `qi_tools.control_chart`.

    Returns
    -------
    DataFrame
        One row a point, measure by measure in the order they first appear, each in time order.
        Columns: those of `by`, ``date`` (or ``point``, counted from 1), ``value``, ``centre``,
        ``lower``, ``upper``, ``target`` (if given), ``phase`` (counted from 1), ``longest_run``
        and ``crossings`` of that phase with their limits, ``high`` and ``low`` (points with a
        signal upwards or downwards), ``improvement`` and ``concern``, ``rules`` (which found
        something there), ``phase_rules`` (which found something in the phase as a whole),
        ``variation`` and ``assurance`` of the measure, and ``warning``.

    Raises
    ------
    MeasureInvalid
        If a column is not there or can't be read, a date is missing or comes twice in one measure.
    ChartImpossible
        If the values are not what the kind of chart needs.

    Examples
    --------
    >>> import pandas
    >>> waits = pandas.DataFrame({"ward": ["A"] * 3 + ["B"] * 3, "wait": [5, 6, 7, 9, 9, 3]})
    >>> table = many(waits, ["ward"], value="wait")
    >>> table[["ward", "point", "value", "centre", "upper"]].round(1).iloc[[0, 5]]
      ward  point  value  centre  upper
    0    A      1    5.0     6.0    8.7
    5    B      3    3.0     7.0   15.0
    """
    import pandas

    chosen = kind_called(kind)
    if isinstance(per, bool) or not isinstance(per, Real) or not 0 < float(per) < np.inf:
        raise MeasureInvalid(f"per is {per!r}. Use a number above 0, such as 1000.")
    _check_columns(frame, by, [value, date, denominator, target, phase, excluded])
    frame = frame.reset_index(drop=True)  # an index may bear the name of a column
    measure = frame.groupby(list(by), sort=False, dropna=False, observed=True).ngroup().to_numpy()
    when, days = (np.arange(len(frame)), None) if date is None else _in_time(frame[date])
    order = _order(measure, when)
    measure, when = measure[order], when[order]
    numbers = _numbers(frame, value)[order]
    first = np.ones(measure.shape, dtype=bool)
    first[1:] = (measure[1:] != measure[:-1]) | (when[1:] != when[:-1])
    rows = np.nonzero(first)[0]  # the first row of each point; with subgroups there may be more
    places = order[rows]
    within = None
    if chosen.subgroups:
        numbers, within = gather(numbers, np.cumsum(first) - 1)
    elif rows.size < measure.size:
        again = order[np.nonzero(~first)[0][0]]
        raise MeasureInvalid(
            f"A date comes more than once in one measure: {_row_in_words(frame, by, date, again)}. "
            "Keep one value for each date, or add them up first."
        )
    measure = measure[rows]
    starts = np.ones(measure.shape, dtype=bool)
    starts[1:] = measure[1:] != measure[:-1]
    measures = Phases(np.nonzero(starts)[0], measure.size)
    if phase is not None:
        label = pandas.factorize(frame[phase].iloc[places], use_na_sentinel=False)[0]
        starts[1:] |= label[1:] != label[:-1]
    phases = Phases(np.nonzero(starts)[0], measure.size)
    if baseline is not None and (not is_whole(baseline) or baseline < 1):
        raise MeasureInvalid(f"baseline is {baseline!r}. Use a number of points, 1 or more.")
    under = None if denominator is None else _numbers(frame, denominator)[places]

    def name(point: int) -> str:
        return _row_in_words(frame, by, date, places[point])

    points = Points(
        numbers if under is None else _divided(numbers, under, name),
        phases.rank < (measure.size if baseline is None else baseline),
        phases,
        _flags(frame, excluded)[places],
        _breaks(days, places, measures),
        None if under is None else numbers,
        under,
        None if within is None else within.sizes,
        None if within is None else within.deviations,
        None if within is None else within.ranges,
        constants=constants,
        screen=screen,
    )
    check(chosen, points, name)
    analysis = analyse(points, chosen, rules, per=1.0 if chosen.plots == "counts" else per)
    ways = _ways(frame, better, places[measures.starts])
    aims = np.full(measure.shape, np.nan) if target is None else _numbers(frame, target)[places]
    if chosen.plots == "spread":  # it has no better direction
        ways = np.zeros_like(ways)
    aims = plotted_target(chosen, aims, under, per)
    meant = meaning(analysis, phases, measures, ways, aims)

    lines, runs = analysis.lines, analysis.runs
    columns: dict[str, object] = {column: frame[column].take(places).array for column in by}
    if date is None:
        columns["point"] = measures.rank + 1
    else:
        columns["date"] = frame[date].take(places).array
    columns |= {"value": lines.values, "centre": lines.centre}
    if chosen.has_limits:
        columns |= {"lower": lines.lower, "upper": lines.upper}
    if target is not None:
        columns["target"] = aims
    phase_number = np.arange(phases.starts.size)
    of_measure = measures.of_point[phases.starts]
    begun = np.searchsorted(phases.starts, measures.starts)
    names = [rule.name for rule, _ in analysis.found]
    columns |= {
        "phase": phases.spread(phase_number - begun[of_measure] + 1),
        "longest_run": phases.spread(runs.longest_run),
        "longest_run_limit": phases.spread(runs.longest_run_limit),
        "crossings": phases.spread(runs.crossings),
        "crossings_limit": phases.spread(runs.crossings_limit),
        "high": analysis.high,
        "low": analysis.low,
        "improvement": meant.improvement,
        "concern": meant.concern,
        "rules": _named(names, [found.high | found.low for _, found in analysis.found]),
        "phase_rules": _named(names, [found.whole for _, found in analysis.found], phases),
        "variation": pandas.Categorical.from_codes(
            measures.spread(meant.variation), list(VARIATION)
        ),
        "assurance": pandas.Categorical.from_codes(
            measures.spread(meant.assurance), list(ASSURANCE)
        ),
        "warning": _warnings(chosen, points, analysis),
    }
    return pandas.DataFrame(columns)


def _check_columns(frame: DataFrame, by: Sequence[str], others: Sequence[str | None]) -> None:
    from pandas import DataFrame

    if not isinstance(frame, DataFrame):
        raise MeasureInvalid(f"many was given {type(frame).__name__}. Give it a pandas table.")
    if isinstance(by, str) or not by:
        raise MeasureInvalid(
            f"by is {by!r}. Give the columns that tell measures apart, such as [{str(by)!r}]."
        )
    taken = [name for name in by if name in _RESULTS]
    if taken:
        raise MeasureInvalid(
            f"The result has a column {listed(taken)} of its own. Rename yours, in by, first."
        )
    twice = [str(name) for name in frame.columns[frame.columns.duplicated()]]
    if twice:
        raise MeasureInvalid(f"The table has two columns {listed(twice)}. Keep one of each name.")
    missing = [name for name in (*by, *others) if name is not None and name not in frame.columns]
    if missing:
        raise MeasureInvalid(
            f"There is no column {listed([str(name) for name in missing])}. The table has "
            f"{listed([str(name) for name in frame.columns])}."
        )
    if not len(frame):
        raise MeasureInvalid("The table has no rows. Give at least one.")


def _breaks(
    days: NDArray[np.datetime64] | None, places: NDArray[np.intp], measures: Phases
) -> Flags:
    if days is None:
        return np.zeros(places.shape, dtype=bool)
    return breaks_before(days[places], measures)


def _in_time(column: Series) -> tuple[NDArray[np.int64], NDArray[np.datetime64] | None]:
    """Give numbers that rise with time, and the days of dates and of text that means dates."""
    import pandas
    from pandas.api import types

    from qi_tools.dates import read_dates

    if types.is_datetime64_any_dtype(column) or types.is_numeric_dtype(column):
        times = column
    elif isinstance(column.dtype, pandas.PeriodDtype):
        times = column.dt.to_timestamp()
    else:
        codes, texts = pandas.factorize(column)
        read = read_dates([str(text) for text in texts])
        if read.question:
            doubt = read.question.partition(": ")[0]
            raise MeasureInvalid(
                f'The dates in column "{column.name}" are not clear. {doubt}. Turn the column into '
                "dates first, such as by pandas.to_datetime(column, dayfirst=True) when the day "
                "comes first."
            )
        if read.faults:
            number, reason = next(iter(read.faults.items()))
            raise MeasureInvalid(f'"{texts[number]}" in column "{column.name}" {reason}.')
        days = np.append(read.days, np.datetime64("NaT", "D"))  # what is missing has the code -1
        times = pandas.Series(days[codes])
    if times.isna().any():
        row = int(np.nonzero(times.isna().to_numpy())[0][0])
        raise MeasureInvalid(f'A date is missing: row {row + 1} of column "{column.name}".')
    numbers = times.to_numpy()
    if numbers.dtype.kind != "M":
        return np.asarray(numbers), None
    return numbers.astype(np.int64), numbers.astype("datetime64[D]")


def _order(measure: NDArray[np.int64], when: NDArray[np.int64]) -> NDArray[np.intp]:
    """Put rows in order of measure and time; rows that are so already stay."""
    rises = (measure[1:] > measure[:-1]) | ((measure[1:] == measure[:-1]) & (when[1:] >= when[:-1]))
    return np.arange(measure.size) if rises.all() else np.lexsort((when, measure))


def _numbers(frame: DataFrame, name: str) -> Floats:
    """Give a column as floats, missing ones as not a number."""
    from pandas.api import types

    column = frame[name]
    if types.is_bool_dtype(column) or not types.is_numeric_dtype(column):
        raise MeasureInvalid(
            f'Column "{name}" must hold numbers, and nothing where one is missing; it holds '
            f"{column.dtype}. pandas.to_numeric turns text into numbers."
        )
    numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
    too_large = np.nonzero(np.abs(numbers) > LARGEST)[0]
    if too_large.size:
        raise MeasureInvalid(
            f'A value is infinite or too large to chart: row {too_large[0] + 1} of column "{name}".'
        )
    return np.asarray(numbers)


def _flags(frame: DataFrame, name: str | None) -> Flags:
    from pandas.api import types

    if name is None:
        return np.zeros(len(frame), dtype=bool)
    if not types.is_bool_dtype(frame[name]) or frame[name].isna().any():
        raise MeasureInvalid(f'Column "{name}" must hold True or False in every row.')
    return np.asarray(frame[name].to_numpy(dtype=bool))


def _divided(numerators: Floats, denominators: Floats, name: Callable[[int], str]) -> Floats:
    values, faults = ratios(numerators, denominators)
    if faults.any():
        raise MeasureInvalid(
            "Counts and denominators can't be below 0, and nothing can be counted where the "
            f"denominator is 0. Mend {name(int(np.nonzero(faults)[0][0]))}."
        )
    return values


def _ways(frame: DataFrame, better: str, first: NDArray[np.intp]) -> NDArray[np.int8]:
    """Give the better direction of each measure."""
    if better in get_args(Better):
        return np.full(first.size, direction(better), dtype=np.int8)
    if better not in frame.columns:
        raise MeasureInvalid(
            f'better is {better!r}. Use "lower", "higher" or "neither", or the name of a column '
            "that holds these."
        )
    words = frame[better].take(first)
    if not words.isin(get_args(Better)).all():
        other = words[~words.isin(get_args(Better))].iloc[0]
        raise MeasureInvalid(
            f'Column "{better}" holds {other!r}. Use "lower", "higher" or "neither".'
        )
    return np.asarray(words.map(direction).to_numpy(dtype=np.int8))


def _row_in_words(frame: DataFrame, by: Sequence[str], date: str | None, row: int) -> str:
    """Name a row by its measure and its date, or by its number."""
    told = [f"{column} {frame[column].iloc[row]}" for column in by]
    return ", ".join([*told, f"row {row + 1}" if date is None else str(frame[date].iloc[row])])


def _named(
    names: Sequence[str], flags: Sequence[Flags], phases: Phases | None = None
) -> Categorical:
    """Give each point, or each point of a phase, the names of what is flagged, as one text."""
    import pandas

    mask = np.zeros(flags[0].shape, dtype=np.int64)
    for bit, flag in enumerate(flags):
        mask |= flag.astype(np.int64) << bit
    codes, masks = pandas.factorize(mask)
    # Two rules of one name, such as shifts of 7 and of 9 points, are told once.
    texts = [
        ", ".join(dict.fromkeys(name for bit, name in enumerate(names) if mask >> bit & 1))
        for mask in masks
    ]
    same, different = pandas.factorize(np.array(texts, dtype=object))
    each = same[codes]
    return pandas.Categorical.from_codes(each if phases is None else phases.spread(each), different)


def _warnings(kind: Kind, points: Points, analysis: Analysis) -> Categorical:
    """Say, phase by phase, why the lines can't be trusted."""
    phases = points.phases
    known = phases.count(points.counted(analysis.lines.values))
    few = known if kind.has_limits else analysis.runs.useful
    drawn = phases.count(~np.isnan(analysis.lines.upper))
    flags = {
        "no values": known == 0,
        "no limits": kind.has_limits & (drawn == 0) & (known > 1),
        "too few points": (few < FEWEST_USEFUL) & (known > 0),
        "no variation": analysis.still,
        "not screened: no variation would be left": analysis.lines.screening.gave_way,
    }
    return _named(list(flags), list(flags.values()), phases)
