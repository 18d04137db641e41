"""A table that was read: its columns named, looked through and made a measure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date as Day  # noqa: N812 - `date` is an argument below

import numpy as np
from numpy.typing import NDArray

from qi_tools.dates import OrderInDoubt, read_dates
from qi_tools.errors import DatesAmbiguous, FileNotUnderstood, MeasureInvalid, RowFault
from qi_tools.measure import Better, Data, Measure
from qi_tools.reading.cells import Cell, Row, is_missing
from qi_tools.reading.layouts import Layout, reads_as_date
from qi_tools.reading.numbers import NumbersRead, read_numbers
from qi_tools.words import counted, listed, number_in_words

__all__ = ["Table"]

DATES_ACROSS = 3

_UNDER = re.compile(
    r"\b(patients|people|bed ?days|days|admissions|discharges|attendances|appointments|births"
    r"|deliveries|visits|calls|cases|total|denominator|seen|population|eligible|out of|all|hours"
    r"|number of|opportunities)\b",
    re.IGNORECASE,
)
_TOTAL = re.compile(r"(grand |sub-?)?totals?\b.*|averages?\b.*|mean\b.*|ytd\b.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of a file, a sheet or a paste, with their headings.

    Make one with `read_file` or `read_pasted`.

    Parameters
    ----------
    name : str
        The file's name without its folder, or "pasted data".
    headings : tuple of str
        One for each column, all different.
    rows : tuple of Row
        The rows that hold something, with the numbers that a spreadsheet shows.
    titles : tuple of str
        What stands alone in its row above the headings.
    warnings : tuple of str
        What a reader should know before trusting the numbers, such as hidden rows.
    comma_parts_thousands : bool
        False when a comma in a number may be a decimal point.
    """

    name: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...] = field(repr=False)
    titles: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    comma_parts_thousands: bool = True

    @classmethod
    def of_layout(
        cls,
        name: str,
        layout: Layout,
        *,
        warnings: Iterable[str] = (),
        comma_parts_thousands: bool = True,
    ) -> Table:
        """Make a table of what was found on a sheet."""
        return cls(
            name,
            layout.headings,
            layout.rows,
            layout.titles,
            tuple(warnings),
            comma_parts_thousands,
        )

    @property
    def row_numbers(self) -> tuple[int, ...]:
        """The number of each row, as a spreadsheet shows it."""
        return tuple(row.number for row in self.rows)

    def column(self, heading: str) -> tuple[str, ...]:
        """Give the cells of a column as a spreadsheet shows them, one for each row.

        Parameters
        ----------
        heading : str
            The column's heading. Capitals and spaces may differ if there is no doubt.

        Raises
        ------
        FileNotUnderstood
            If there is no such column.
        """
        return tuple(cell.text for cell in self._cells(self._named("heading", heading)))

    @property
    def likely_dates(self) -> tuple[str, ...]:
        """The headings of columns that mostly hold dates."""
        return tuple(filter(self._holds_dates, self.headings))

    @property
    def likely_values(self) -> tuple[str, ...]:
        """The headings of columns that mostly hold numbers; likely denominators come last."""
        under = {heading for heading in self.likely_denominators if _UNDER.search(heading)}
        return tuple(sorted(filter(self._holds_numbers, self.headings), key=under.__contains__))

    @property
    def likely_denominators(self) -> tuple[str, ...]:
        """The headings of columns that others may be counted among or over.

        Their numbers are never below 0, and never below those of another column or their heading
        says what they are: patients, bed days. The latter come first.
        """
        read = {heading: self._numbers(heading) for heading in self.headings}
        able = [
            heading
            for heading in filter(self._holds_numbers, self.headings)
            if not read[heading].percent and not np.any(read[heading].values < 0)
        ]
        likely = [
            heading
            for heading in able
            if _UNDER.search(heading)
            or any(
                _never_below(read[heading].values, read[other].values)
                for other in able
                if other != heading
            )
        ]
        return tuple(sorted(likely, key=lambda heading: not _UNDER.search(heading)))

    def measure(
        self,
        value: str | None = None,
        date: str | None = None,
        *,
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
        r"""Make a measure of a column of values and a column of dates.

        Rows in which all the columns asked for are blank are left out. A blank value is missing.

        Parameters
        ----------
        value, date : str, optional
            The headings of the two columns. Left out, they are found if there is no doubt.
        denominator : str, optional
            The heading of what the values are counted among or over; say ``data`` too.
        per : float, optional
            Show proportions and rates for so many, such as 1000 bed days. Left out, proportions are
            percentages, and rates are for each one.
        name : str, optional
            What is measured; left out, the heading of the values.
        unit : str, optional
            What it is counted in; left out, what the table tells, such as ``"%"``.
        source : str, optional
            Where the values come from; left out, the table's name.
        better : {"lower", "higher", "neither"}
            Which way is better.
        data : str
            What the values are; see `Measure`.
        simulated : bool
            True when the values are made up.
        day_first : bool, optional
            True when ``01/02/2025`` is 1 February. Only needed when the dates don't settle it.

        Returns
        -------
        Measure

        Raises
        ------
        DatesAmbiguous
            If nothing tells whether the day or the month comes first.
        FileNotUnderstood
            If a column is not there or rows are not understood: all of them at once.
        MeasureInvalid
            If what was read does not make a measure, such as a date that comes twice.

        Examples
        --------
        >>> from qi_tools.reading import read_pasted
        >>> table = read_pasted("Month, Falls, Bed days\nJan 2025, 4, 800\nFeb 2025, 6, 750")
        >>> falls = table.measure("Falls", denominator="Bed days", data="rates", per=1000)
        >>> falls.values.tolist(), falls.unit
        ([5.0, 8.0], 'per 1,000 bed days')
        """
        under = None if denominator is None else self._named("denominator", denominator)
        date = self._find_dates([value, under]) if date is None else self._named("date", date)
        value = self._find_values([date, under]) if value is None else self._named("value", value)
        self._check_apart({"value": value, "date": date, "denominator": under})
        if under is not None and data not in {"proportions", "rates"}:
            raise MeasureInvalid(
                f'How is "{value}" counted over "{under}"? Say data="proportions" if each one '
                f'counted is one of those in "{under}", as falls among patients who may fall once; '
                'say data="rates" if one of them can have several, as falls in bed days.'
            )
        numbers = self._numbers(value)
        unders = None if under is None else self._numbers(under)
        columns = {value: numbers} | ({under: unders} if under and unders else {})
        days, faults, question, order = self._days(date, list(columns.values()), day_first)
        faults += [
            fault
            for heading, read in columns.items()
            for fault in self._faults(heading, read.faults)
        ]
        faults.sort(key=lambda fault: (fault.row, self.headings.index(fault.column)))
        self._refuse(date, faults, question, order)
        dated = ~np.isnat(days)
        if not dated.any():
            raise FileNotUnderstood(
                f'Column "{date}" of {self.name} has no dates. Fill it in, or name another '
                f"column. The columns are {listed(self.headings)}."
            )
        if numbers.percent and under is not None:
            raise MeasureInvalid(
                f'"{value}" holds percentages, which are counted over something already. Leave '
                "denominator out, or name the column of the counts."
            )
        if unders is not None and unders.percent:
            raise MeasureInvalid(
                f'"{under}" holds percentages, so nothing can be counted over it. Name the column '
                "that says how many there were."
            )
        if unit is None:
            unit, per = _unit(numbers, under, data, per)
        measure = Measure.from_columns(
            numbers.values[dated],
            days[dated],
            name=value if name is None else name,
            unit=unit,
            source=self.name if source is None else source,
            better=better,
            simulated=simulated,
            denominators=None if unders is None else unders.values[dated],
            per=per,
            data=data,
        )
        warnings = (*self.warnings, *self._mixed_dates(date))
        return replace(measure, warnings=warnings + measure.warnings) if warnings else measure

    def _cells(self, heading: str) -> list[Cell]:
        place = self.headings.index(heading)
        return [row.cells[place] for row in self.rows]

    def _numbers(self, heading: str) -> NumbersRead:
        return read_numbers(self._cells(heading), comma_parts_thousands=self.comma_parts_thousands)

    def _days(
        self, heading: str, columns: Sequence[NumbersRead], day_first: bool | None
    ) -> tuple[NDArray[np.datetime64], list[RowFault], str, OrderInDoubt | None]:
        """Give the day of each row, the faults, and what must be asked."""
        cells = self._cells(heading)
        days = np.full(len(cells), np.datetime64("NaT", "D"), dtype="datetime64[D]")
        faults: dict[int, str] = {}
        texts: dict[int, str] = {}
        for position, cell in enumerate(cells):
            if cell.fault:
                faults[position] = cell.fault
            elif isinstance(cell.held, Day):
                days[position] = np.datetime64(cell.held, "D")
            elif not is_missing(cell.text):
                texts[position] = cell.text
            elif any(position in read.faults or read.known[position] for read in columns):
                faults[position] = "is no date, and the row has a value"
        read = read_dates(list(texts.values()), day_first=day_first)
        for number, position in enumerate(texts):
            days[position] = read.days[number]
            if number in read.faults:
                total = _TOTAL.fullmatch(texts[position])
                faults[position] = "is a total; take that row out" if total else read.faults[number]
        return days, self._faults(heading, faults), read.question, read.order

    def _faults(self, heading: str, reasons: dict[int, str]) -> list[RowFault]:
        cells = self._cells(heading)
        return [
            RowFault(self.rows[position].number, heading, cells[position].text, reason)
            for position, reason in reasons.items()
        ]

    def _refuse(
        self, date: str, faults: Sequence[RowFault], question: str, order: OrderInDoubt | None
    ) -> None:
        rows = len({fault.row for fault in faults})
        verb = "is" if rows == 1 else "are"
        mend = f"There {verb} {counted(rows, 'row')} to mend in {self.name}; nothing was charted."
        if question:
            message = f'The dates in column "{date}" of {self.name} are not clear. {question}'
            if faults:
                message += f" {mend}"
            if order is not None:
                raise DatesAmbiguous(
                    message,
                    faults,
                    column=date,
                    text=order.text,
                    day_first=order.day_first,
                    month_first=order.month_first,
                )
            raise FileNotUnderstood(message, faults)
        if faults:
            raise FileNotUnderstood(mend, faults)

    def _mixed_dates(self, heading: str) -> tuple[str, ...]:
        """Warn when a spreadsheet has turned some of the dates, but not all, into its own."""
        cells = self._cells(heading)
        own = sum(isinstance(cell.held, Day) for cell in cells)
        slashed = sum(
            cell.held is None and bool(re.match(r"\d{1,2}[/.]\d{1,2}[/.]\d", cell.text))
            for cell in cells
        )
        if not own or not slashed:
            return ()
        return (
            f'Column "{heading}" of {self.name} holds {counted(slashed, "date")} as text and '
            f"{own:,} as real dates. A spreadsheet may have swapped day and month in the real "
            "ones: check them.",
        )

    def _named(self, argument: str, wanted: str) -> str:
        """Find a heading as asked for; capitals and spaces may differ if there is no doubt."""
        if wanted in self.headings:
            return wanted
        plain = _plain(wanted) if isinstance(wanted, str) else None
        alike = [heading for heading in self.headings if _plain(heading) == plain]
        if len(alike) == 1:
            return alike[0]
        raise FileNotUnderstood(
            f'There is no column "{wanted}" in {self.name}, which {argument}= asks for. '
            f"The columns are {listed(self.headings)}."
        )

    def _check_apart(self, chosen: dict[str, str | None]) -> None:
        named = [heading for heading in chosen.values() if heading is not None]
        for heading in named:
            if named.count(heading) > 1:
                twice = [argument for argument, each in chosen.items() if each == heading]
                raise FileNotUnderstood(
                    f'Column "{heading}" can\'t be both {" and ".join(twice)}. '
                    f"The columns are {listed(self.headings)}."
                )

    def _find_dates(self, others: Sequence[str | None]) -> str:
        taken = {_plain(other) for other in others if isinstance(other, str)}
        left = [heading for heading in self.headings if _plain(heading) not in taken]
        some = [heading for heading in left if any(map(reads_as_date, self._cells(heading)))]
        found = [heading for heading in self.likely_dates if heading in left]
        return self._only(found or _alone(some), "date", "dates")

    def _find_values(self, others: Sequence[str | None]) -> str:
        left = [heading for heading in self.headings if heading not in others]
        if len(left) == 1:
            return left[0]
        some = [heading for heading in left if self._numbers(heading).known.any()]
        return self._only(
            list(filter(self._holds_numbers, left)) or _alone(some), "value", "values"
        )

    def _only(self, found: Sequence[str], argument: str, what: str) -> str:
        if len(found) == 1:
            return found[0]
        several = f"More than one column of {self.name} may hold the {what}."
        none = f"No column of {self.name} is seen to hold the {what}."
        across = "" if found or argument == "value" else self._dates_across()
        raise FileNotUnderstood(
            f'{several if found else none}{across} Say which: {argument}="…". '
            f"The columns are {listed(self.headings)}."
        )

    def _dates_across(self) -> str:
        rows = [tuple(map(Cell, self.headings)), *(row.cells for row in self.rows)]
        if all(sum(map(reads_as_date, cells)) < DATES_ACROSS for cells in rows):
            return ""
        return (
            " The dates seem to run along a row: in the spreadsheet copy the table, then choose "
            "Paste special, Transpose."
        )

    def _holds_dates(self, heading: str) -> bool:
        filled = _filled(self._cells(heading))
        return 2 * sum(map(reads_as_date, filled)) > len(filled)

    def _holds_numbers(self, heading: str) -> bool:
        return 2 * len(self._numbers(heading).faults) < len(_filled(self._cells(heading)))


def _alone(headings: list[str]) -> list[str]:
    return headings if len(headings) == 1 else []


def _filled(cells: Sequence[Cell]) -> list[Cell]:
    return [cell for cell in cells if not is_missing(cell.text)]


def _never_below(larger: NDArray[np.float64], smaller: NDArray[np.float64]) -> bool:
    both = ~np.isnan(larger) & ~np.isnan(smaller)
    return bool(both.any() and np.all(larger[both] >= smaller[both]))


def _plain(heading: str) -> str:
    return "".join(heading.split()).casefold()


def _unit(
    numbers: NumbersRead, under: str | None, data: Data, per: float | None
) -> tuple[str, float | None]:
    """Say what the values are counted in, and for how many they are shown."""
    if under is None:
        return ("%" if numbers.percent else ""), per
    if data == "proportions" and per in {None, 100}:
        return "%", 100.0
    what = under[0].lower() + under[1:] if under[1:2].islower() else under
    if per is None or per == 1:
        return f"per {what}", per
    shown = number_in_words(per) if isinstance(per, int | float) else str(per)
    return f"per {shown} {what}", per
