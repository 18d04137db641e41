"""A measure: what is counted over time, checked once and then never changed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from qi_tools import columns
from qi_tools.dates import breaks_before
from qi_tools.errors import MeasureInvalid
from qi_tools.life import Exclusion, Note, Phase, Target
from qi_tools.phases import Flags, Floats, Phases
from qi_tools.subgroups import Subgroups, gather
from qi_tools.words import counted, day_in_words

__all__ = ["Better", "Data", "Measure", "check_measure", "point_column", "ratios"]

Better: TypeAlias = Literal["lower", "higher", "neither"]
Data: TypeAlias = Literal[
    "measurements", "counts", "proportions", "rates", "cases between", "time between"
]

# What Python's own dates can say.
FIRST_DAY, LAST_DAY = np.datetime64("0001-01-01"), np.datetime64("9999-12-31")


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """Values of one measure in time order, with what a reader needs to know about them.

    Make one with `from_columns`, `from_subgroups` or `from_file`. The arrays are copies and can't
    be written to; `rephase`, `freeze`, `exclude`, `annotate` and `aim` each give a new measure.

    Parameters
    ----------
    values : ndarray of float, shape (points,)
        The values in time order; not a number is a missing value.
    dates : ndarray of datetime64[D], shape (points,), or None
        A different day for each value, in time order. None when the points are only counted.
    name : str
        What is measured, such as ``"Average wait"``.
    unit : str
        What it is counted in, such as ``"minutes"`` or ``"%"``.
    source : str
        Where the values come from.
    better : {"lower", "higher", "neither"}
        Which way is better.
    simulated : bool
        True when the values are made up.
    warnings : tuple of str
        What a reader should know before trusting the values.
    data : str
        What the values are: ``"measurements"`` (the default), ``"counts"``, ``"proportions"`` (how
        many of those looked at), ``"rates"`` (how often in so much time or activity),
        ``"cases between"`` or ``"time between"`` rare events.
    numerators, denominators : ndarray of float, shape (points,), or None
        The counts behind proportions and rates.
    per : float
        Proportions and rates are shown for so many, such as 100 for per cent.
    subgroups : Subgroups or None
        How the values behind each point vary, when each point is the mean of several.
    phases : tuple of Phase
        Stretches with lines of their own; the first one begins at the first point.
    exclusions : tuple of Exclusion
        Points that do not count, and why.
    notes : tuple of Note
        Words that stand beside points.
    targets : tuple of Target
        The target, and from which point on.

    Raises
    ------
    MeasureInvalid
        If a value is infinite, all are missing, the dates repeat or are out of order, the lengths
        differ, a text is blank or too long, or something happens where there is no point.
    """

    values: NDArray[np.float64]
    dates: NDArray[np.datetime64] | None
    name: str
    unit: str = ""
    source: str = ""
    better: Better = "neither"
    simulated: bool = False
    warnings: tuple[str, ...] = ()
    data: Data = "measurements"
    numerators: Floats | None = None
    denominators: Floats | None = None
    per: float = 1.0
    subgroups: Subgroups | None = None
    phases: tuple[Phase, ...] = (Phase(0),)
    exclusions: tuple[Exclusion, ...] = ()
    notes: tuple[Note, ...] = ()
    targets: tuple[Target, ...] = ()

    def __post_init__(self) -> None:
        values = np.asarray(self.values, dtype=np.float64)
        _check_values(values)
        object.__setattr__(self, "values", columns.locked(values))
        for column in ("numerators", "denominators"):
            if (counts := getattr(self, column)) is not None:
                object.__setattr__(
                    self, column, columns.locked(np.asarray(counts, dtype=np.float64))
                )
        if self.dates is not None:
            days = np.asarray(self.dates, dtype="datetime64[D]")
            _check_dates(days, values.size)
            object.__setattr__(self, "dates", columns.locked(days))
        for field in ("name", "unit", "source"):
            object.__setattr__(self, field, columns.one_line(field, getattr(self, field)))
        if not self.name:
            raise MeasureInvalid('The measure has no name. Add one, such as name="Average wait".')
        if not isinstance(self.better, str) or self.better not in get_args(Better):
            raise MeasureInvalid(f'better is {self.better!r}. Use "lower", "higher" or "neither".')
        object.__setattr__(self, "warnings", tuple(self.warnings))
        _check_columns(self)
        _check_life(self)

    @classmethod
    def from_columns(
        cls,
        values: Iterable[object],
        dates: Iterable[object] | None = None,
        *,
        name: str,
        unit: str = "",
        source: str = "",
        better: Better = "neither",
        simulated: bool = False,
        day_first: bool | None = None,
        denominators: Iterable[object] | None = None,
        per: float | None = None,
        data: Data | None = None,
    ) -> Measure:
        """Make a measure from a column of values and, if there is one, a column of dates.

        Dates that are not in time order are put in order, values with them, and the measure
        carries a warning that says so. Spreadsheets often give the newest row first, and since no
        date may repeat there is only one order they can mean.

        Parameters
        ----------
        values : iterable of numbers
            None, not a number and pandas' missing values are missing. Text is refused.
        dates : iterable of dates or text, optional
            Days, or text that `qi_tools.dates` understands. Left out, the points are counted.
        name, unit, source : str
            What is measured, what it is counted in, where it comes from.
        better : {"lower", "higher", "neither"}
            Which way is better.
        simulated : bool
            True when the values are made up.
        day_first : bool, optional
            True when ``01/02/2025`` is 1 February. Only needed when the dates don't settle it.
        denominators : iterable of numbers, optional
            What the values are counted among or over: patients seen, bed days. The values shown
            are then the counts over these. Where there was nobody, there is no value.
        per : float, optional
            Show proportions and rates for so many, such as 1000 bed days; left out, 1, or 100 when
            the unit is ``"%"``.
        data : str, optional
            What the values are; see `Measure`. Left out, ``"measurements"``, or ``"proportions"``
            when there are denominators. When one of them can have several events, say ``"rates"``.

        Returns
        -------
        Measure

        Raises
        ------
        MeasureInvalid
            If a value is not a number, a date is not a date, or they don't make a measure.

        Examples
        --------
        >>> wait = Measure.from_columns([5, None, 7], ["2025-01", "2025-02", "2025-03"],
        ...                             name="Average wait", unit="minutes", better="lower")
        >>> wait.values.tolist(), wait.monthly
        ([5.0, nan, 7.0], True)
        """
        numbers = columns.read_numbers(values)
        under = None if denominators is None else columns.read_numbers(denominators, "denominators")
        days = None if dates is None else columns.read_days(dates, day_first)
        warnings: tuple[str, ...] = ()
        if under is not None:
            _check_counts(numbers, under)
        if days is not None and days.size == numbers.size and np.any(days[1:] < days[:-1]):
            order = np.argsort(days, kind="stable")
            numbers, days = numbers[order], days[order]
            under = None if under is None else under[order]
            warnings = ("The dates were not in time order, so the points were put in order.",)
        if data is None:
            data = "measurements" if under is None else "proportions"
        if not isinstance(data, str) or data not in get_args(Data):
            allowed = ", ".join(f'"{each}"' for each in get_args(Data))
            raise MeasureInvalid(f"data is {data!r}. Use one of {allowed}.")
        about = (name, unit, source, better, simulated)
        if under is None:
            if per is not None or data in {"proportions", "rates"}:
                raise MeasureInvalid("Proportions and rates need denominators. Give them too.")
            return cls(numbers, days, *about, warnings, data)
        if per is None:
            per = 100.0 if unit == "%" else 1.0
        if not columns.is_number(per) or not per > 0:
            raise MeasureInvalid(f"per is {per!r}. Use a number above 0, such as 1000.")
        values_shown, _ = ratios(numbers, under)
        if empty := int(np.count_nonzero(under == 0)):
            warnings = (
                *warnings,
                f"{counted(empty, 'point')} with a denominator of 0 "
                f"{'has' if empty == 1 else 'have'} no value.",
            )
        with np.errstate(over="ignore"):  # what is too large is refused below
            values_shown = values_shown * float(per)
        return cls(
            values_shown,
            days,
            *about,
            warnings,
            data,
            numbers,
            under,
            float(per),
        )

    @classmethod
    def from_subgroups(
        cls,
        values: Iterable[object],
        groups: Iterable[object],
        *,
        name: str,
        unit: str = "",
        source: str = "",
        better: Better = "neither",
        simulated: bool = False,
        day_first: bool | None = None,
    ) -> Measure:
        """Make a measure whose points are each the mean of several values.

        Parameters
        ----------
        values : iterable of numbers
            One row a value, in any order. None and not a number are missing.
        groups : iterable of dates, text or whole numbers
            The day of each value, or the number of its subgroup.
        name, unit, source, better, simulated, day_first
            As for `from_columns`.

        Returns
        -------
        Measure

        Raises
        ------
        MeasureInvalid
            If a value is not a number, a group is not a date, or they don't make a measure.

        Examples
        --------
        >>> bloods = Measure.from_subgroups([1, 3, 10, 14], [1, 1, 2, 2], name="Turnaround time")
        >>> bloods.values.tolist(), bloods.subgroups.ranges.tolist()
        ([2.0, 12.0], [2.0, 4.0])
        """
        numbers = columns.read_numbers(values)
        rows = columns.read_rows("groups", groups)
        if len(rows) != numbers.size or not rows:
            raise MeasureInvalid(
                f"There are {counted(numbers.size, 'value')} and {counted(len(rows), 'group')}. "
                "Give the group of each value."
            )
        too_large = np.nonzero(np.abs(numbers) > columns.LARGEST)[0]
        if too_large.size:
            each = [f"row {row + 1}" for row in too_large]
            raise MeasureInvalid(
                f"A value is infinite or too large to chart: {columns.first_few(each)}. Mend it, "
                "or use None for a missing value."
            )
        numbered = all(map(columns.is_whole, rows))
        try:
            key = np.array(rows, dtype=np.int64) if numbered else columns.read_days(rows, day_first)
        except OverflowError:
            raise MeasureInvalid("The number of a group is too large. Count from 1.") from None
        different, group = np.unique(key, return_inverse=True)
        means, within = gather(numbers, group)
        days = None if numbered else different.astype("datetime64[D]")
        return cls(means, days, name, unit, source, better, simulated, subgroups=within)

    @classmethod
    def from_file(
        cls,
        path: str | os.PathLike[str],
        value: str | None = None,
        date: str | None = None,
        *,
        sheet: str | None = None,
        denominator: str | None = None,
        per: float | None = None,
        name: str | None = None,
        unit: str | None = None,
        source: str | None = None,
        better: Better = "neither",
        data: Data = "measurements",
        simulated: bool = False,
        day_first: bool | None = None,
    ) -> Measure:
        """Read a measure from two or three columns of an Excel workbook or a CSV file.

        A blank cell, a dash and "n/a" are missing values. ``1,234`` and ``12%`` are understood.

        Parameters
        ----------
        path : path-like
            The file: .xlsx, .xlsm, .csv, .tsv or .txt.
        value, date : str, optional
            The headings of the two columns. Left out, they are found if there is no doubt.
        sheet : str, optional
            The sheet of a workbook; left out, the only one with data.
        denominator : str, optional
            The heading of what the values are counted among or over; say ``data`` too.
        per, name, unit, source, better, data, simulated, day_first
            As for `qi_tools.reading.Table.measure`.

        Returns
        -------
        Measure

        Raises
        ------
        PersonalData
            If the file looks like data on single people.
        FileNotUnderstood
            If the file or a column is not there, or rows are not understood: all of them at once.
        MeasureInvalid
            If what was read does not make a measure, such as a date that comes twice.
        """
        from qi_tools.reading import read_file

        return read_file(path, sheet=sheet).measure(
            value,
            date,
            denominator=denominator,
            per=per,
            name=name,
            unit=unit,
            source=source,
            better=better,
            data=data,
            simulated=simulated,
            day_first=day_first,
        )

    @property
    def known(self) -> NDArray[np.bool_]:
        """True where there is a value, shape (points,)."""
        return ~np.isnan(self.values)

    @property
    def monthly(self) -> bool:
        """True when each date is the first of its month, and so stands for the month."""
        if self.dates is None:
            return False
        return bool(np.all(self.dates == self.dates.astype("datetime64[M]")))

    @property
    def breaks(self) -> NDArray[np.bool_]:
        """True where a line through the points must break before a point, shape (points,)."""
        if self.dates is None:
            return np.zeros(self.values.shape, dtype=bool)
        return breaks_before(self.dates, Phases(np.zeros(1, dtype=np.int64), len(self)))

    @property
    def excluded(self) -> Flags:
        """True for points that are left out, shape (points,)."""
        flags = np.zeros(self.values.shape, dtype=bool)
        flags[[exclusion.point for exclusion in self.exclusions]] = True
        return flags

    @property
    def counted(self) -> Flags:
        """True for values that are known and not left out, shape (points,)."""
        return np.asarray(self.known & ~self.excluded)

    @property
    def target(self) -> Floats:
        """The target at each point; not a number where there is none, shape (points,)."""
        line = np.full(self.values.shape, np.nan)
        for target in self.targets:
            line[target.first :] = target.value
        return line

    def rephase(self, when: object, reason: str, *, baseline: int | None = None) -> Measure:
        """Begin a new phase, with a centre line and limits of its own.

        Parameters
        ----------
        when : date, text or int
            The date of the phase's first point, or its number, counted from 1, where there are no
            dates.
        reason : str
            What changed. The chart shows it.
        baseline : int, optional
            Compute the lines from so many of its points, from the first on, and freeze them.

        Returns
        -------
        Measure

        Raises
        ------
        MeasureInvalid
            If there is no such point, a phase begins there already, or the reason is blank.

        Examples
        --------
        >>> wait = Measure.from_columns([9, 8, 9, 5, 4, 5], name="Wait")
        >>> [phase.first for phase in wait.rephase(4, "New booking system").phases]
        [0, 3]
        """
        point = self._place(when)
        if any(phase.first == point for phase in self.phases):
            raise MeasureInvalid(f"A phase begins at {self.label(point)} already.")
        _check_baseline(baseline)
        new = Phase(point, baseline, _reason(reason, "a new phase"))
        return replace(self, phases=tuple(sorted((*self.phases, new), key=lambda each: each.first)))

    def freeze(self, when: object) -> Measure:
        """Compute the lines of one phase from its points up to this one only.

        Parameters
        ----------
        when : date, text or int
            The date of the baseline's last point, or its number, counted from 1.

        Returns
        -------
        Measure

        Raises
        ------
        MeasureInvalid
            If there is no such point.

        Examples
        --------
        >>> Measure.from_columns([9, 8, 9, 5, 4, 5], name="Wait").freeze(3).phases[0].baseline
        3
        """
        point = self._place(when)
        *_, here = [phase for phase in self.phases if phase.first <= point]
        frozen = replace(here, baseline=point - here.first + 1)
        return replace(
            self, phases=tuple(frozen if phase is here else phase for phase in self.phases)
        )

    def exclude(self, when: object, reason: str) -> Measure:
        """Leave a point out of centre line, limits and runs; it is still shown.

        Parameters
        ----------
        when : date, text or int
            The point's date, or its number, counted from 1.
        reason : str
            Why. The chart shows it.

        Returns
        -------
        Measure

        Raises
        ------
        MeasureInvalid
            If there is no such point, or the reason is blank.
        """
        gone = Exclusion(self._place(when), _reason(reason, "a point left out"))
        others = (each for each in self.exclusions if each.point != gone.point)
        return replace(self, exclusions=(*others, gone))

    def annotate(self, when: object, words: str) -> Measure:
        """Write words beside a point.

        Parameters
        ----------
        when : date, text or int
            The point's date, or its number, counted from 1.
        words : str

        Returns
        -------
        Measure

        Raises
        ------
        MeasureInvalid
            If there is no such point, or there are no words.
        """
        note = Note(self._place(when), _reason(words, "a note"))
        return replace(self, notes=(*self.notes, note))

    def aim(self, value: float, since: object = None) -> Measure:
        """Set the target, from the first point or from a later one on.

        Parameters
        ----------
        value : float
            In the unit that the values are shown in.
        since : date, text or int, optional
            The first point that it holds for; left out, all of them.

        Returns
        -------
        Measure

        Raises
        ------
        MeasureInvalid
            If there is no such point, or the value is not a number.

        Examples
        --------
        >>> Measure.from_columns([9, 8, 9], name="Wait").aim(8).aim(6, since=3).target.tolist()
        [8.0, 8.0, 6.0]
        """
        if not columns.is_number(value):
            raise MeasureInvalid(f"The target is {value!r}. Use a number.")
        first = 0 if since is None else self._place(since)
        kept = [target for target in self.targets if target.first != first]
        new = (*kept, Target(first, float(value) + 0.0))  # a target of -0 is one of 0
        return replace(self, targets=tuple(sorted(new, key=lambda each: each.first)))

    def _place(self, when: object) -> int:
        """Find the point that is meant by a date or a number."""
        if self.dates is None:
            if not columns.is_whole(when) or not 1 <= int(when) <= self.values.size:  # type: ignore[call-overload]
                raise MeasureInvalid(
                    f"There is no point {when!r}. Use a number from 1 to {self.values.size:,}."
                )
            return int(when) - 1  # type: ignore[call-overload, no-any-return]
        try:
            (day,) = columns.read_days([when], None)
        except MeasureInvalid:
            raise MeasureInvalid(
                f"{when!r} is no date that can be read in one way only. Write it with the year "
                f"first, such as {self.dates[-1]}."
            ) from None
        (places,) = np.nonzero(self.dates == day)
        if places.size == 0:
            near = np.clip(np.searchsorted(self.dates, day) - np.array([1, 0]), 0, len(self) - 1)
            labels = " and ".join(dict.fromkeys(self.label(int(point)) for point in near))
            raise MeasureInvalid(
                f"There is no point at {day_in_words(day.item())}. The nearest: {labels}."
            )
        return int(places[0])

    def __len__(self) -> int:
        return int(self.values.size)

    def label(self, point: int) -> str:
        """Name a point by its date, or by its number when there are no dates.

        Parameters
        ----------
        point : int
            The point, counted from 0.

        Returns
        -------
        str

        Examples
        --------
        >>> Measure.from_columns([5, 6], name="Average wait").label(1)
        'point 2'
        """
        if self.dates is None:
            return f"point {range(self.values.size)[point] + 1}"
        return day_in_words(self.dates[point].item(), monthly=self.monthly)


def check_measure(measure: object, chart: str) -> Measure:
    """Give the measure back, or say what should have been given.

    Parameters
    ----------
    measure : object
        What was given.
    chart : str
        The function that it was given to.

    Returns
    -------
    Measure

    Raises
    ------
    MeasureInvalid
        If what is given is not a measure.
    """
    if not isinstance(measure, Measure):
        raise MeasureInvalid(
            f"{chart} was given {type(measure).__name__}. Give it a Measure, made with "
            "Measure.from_columns or Measure.from_file."
        )
    return measure


def point_column(measure: Measure) -> dict[str, NDArray[np.generic]]:
    """Give the first column of a table: ``date``, or ``point`` counted from 1.

    Parameters
    ----------
    measure : Measure
        What is charted.

    Returns
    -------
    dict of str to ndarray
    """
    if measure.dates is None:
        return {"point": np.arange(1, measure.values.size + 1)}
    return {"date": measure.dates.astype("datetime64[s]")}


def ratios(numerators: Floats, denominators: Floats) -> tuple[Floats, Flags]:
    """Divide counts by what they are counted over.

    Parameters
    ----------
    numerators, denominators : ndarray of float, shape (points,)
        Not a number is a missing count.

    Returns
    -------
    values : ndarray of float, shape (points,)
        Not a number where either is missing, and where nothing was counted among nobody.
    faults : ndarray of bool, shape (points,)
        True where either is below 0 or past what can be charted, or something was counted among
        nobody or next to nobody.

    Examples
    --------
    >>> values, faults = ratios(np.array([1.0, 0.0, 2.0]), np.array([4.0, 0.0, 0.0]))
    >>> values.tolist(), faults.tolist()
    ([0.25, nan, inf], [False, False, True])
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        values = numerators / denominators
    faults = (numerators < 0) | (numerators > columns.LARGEST)
    faults |= (denominators < 0) | (denominators > columns.LARGEST)
    faults |= (denominators > 0) & (denominators < 1 / columns.LARGEST)
    return values, faults | np.isinf(values)


def _check_baseline(baseline: int | None) -> None:
    if baseline is not None and (not columns.is_whole(baseline) or baseline < 1):
        raise MeasureInvalid(f"baseline is {baseline!r}. Use a number of points, 1 or more.")


def _reason(words: str, what: str) -> str:
    line = columns.one_line("The reason", words)
    if not line:
        raise MeasureInvalid(f"Say why: {what} needs words that its readers can see.")
    return line


def _check_counts(numerators: Floats, denominators: Floats) -> None:
    if denominators.size != numerators.size:
        raise MeasureInvalid(
            f"There are {counted(numerators.size, 'value')} and "
            f"{counted(denominators.size, 'denominator')}. Give one denominator for each value."
        )
    _, faults = ratios(numerators, denominators)
    if faults.any():
        rows = [f"row {row + 1}" for row in np.nonzero(faults)[0]]
        raise MeasureInvalid(
            "Counts and denominators can't be below 0, infinite or too large to chart, and nothing "
            "can be counted where the denominator is 0 or next to nothing. Mend "
            f"{columns.first_few(rows)}, or use None."
        )


def _check_values(values: NDArray[np.float64]) -> None:
    if values.ndim != 1:
        raise MeasureInvalid(
            f"The values have {values.ndim} axes. A measure is one column: give one value a row."
        )
    if values.size == 0:
        raise MeasureInvalid("There are no values. A measure needs at least one.")
    if np.all(np.isnan(values)):
        raise MeasureInvalid(
            f"All {values.size:,} values are missing. A measure needs at least one."
        )
    too_large = np.nonzero(np.abs(values) > columns.LARGEST)[0]
    if too_large.size:
        rows = [f"row {position + 1}" for position in too_large]
        raise MeasureInvalid(
            f"A value is infinite or too large to chart: {columns.first_few(rows)}. "
            "Mend it, or use None for a missing value."
        )


def _check_columns(measure: Measure) -> None:
    subgroups = measure.subgroups
    within = [] if subgroups is None else [subgroups.sizes, subgroups.deviations, subgroups.ranges]
    for column in (measure.numerators, measure.denominators, *within):
        if column is not None and column.shape != measure.values.shape:
            raise MeasureInvalid(
                f"There are {counted(measure.values.size, 'value')}, and {column.size:,} of what "
                "they come from. Measure.from_columns and from_subgroups keep them together."
            )


def _check_life(measure: Measure) -> None:
    begun = [phase.first for phase in measure.phases]
    if begun[:1] != [0] or any(later <= sooner for sooner, later in pairwise(begun)):
        raise MeasureInvalid(
            "The phases must begin at the first point and be in order. Measure.rephase does both."
        )
    places = [*begun, *(target.first for target in measure.targets)]
    places += [exclusion.point for exclusion in measure.exclusions]
    places += [note.point for note in measure.notes]
    if not all(0 <= place < measure.values.size for place in places):
        raise MeasureInvalid(
            "A phase, a point left out, a note or a target stands where there is no point. "
            "Measure.rephase, exclude, annotate and aim find the place by date or number."
        )


def _check_dates(days: NDArray[np.datetime64], points: int) -> None:
    if days.shape != (points,):
        raise MeasureInvalid(
            f"There are {counted(points, 'value')} and {counted(days.size, 'date')}. "
            "Give one date for each value."
        )
    if np.any(np.isnat(days)):
        raise MeasureInvalid("A date is missing. Every value needs a date.")
    if np.any((days < FIRST_DAY) | (days > LAST_DAY)):
        raise MeasureInvalid("A date lies outside the years 1 to 9999. Mend it.")
    steps = np.diff(days).astype(np.int64)
    if np.any(steps == 0):
        again = [day_in_words(day) for day in days[1:][steps == 0].tolist()]
        raise MeasureInvalid(
            f"A date comes more than once: {columns.first_few(list(dict.fromkeys(again)))}. "
            "Keep one value for each date, or add them up first. For times between events leave "
            "the dates out, since two may fall on one day."
        )
    if np.any(steps < 0):
        raise MeasureInvalid(
            "The dates are not in time order. Measure.from_columns puts them in order."
        )
