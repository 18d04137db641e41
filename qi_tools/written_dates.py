"""One date as somebody wrote it: what it says, or the two things that it could say.

A day, in any of these ways: ``2025-01-31``, ``2025/01/31``, ``20250131``, ``31/01/2025``,
``31/01/25``, ``31-01-2025``, ``31.1.25``, ``31 Jan 2025``, ``31-Jan-25``, ``3rd of February 2025``,
``Jan 31, 2025``, ``Mon 3 Feb 2025``. A weekday that doesn't fit is a fault, and one that does
settles the order of day and month. A time after the date is left out.

A stretch of time, which stands for its first day: the month ``2025-01``, ``01/2025``, ``2025M01``,
``Jan 2025``, ``2025 Jan``, ``Jan '25`` or ``Jan-25``; the week ``w/c 06/01/2025``, ``week
commencing 6 Jan 2025`` or ``2025-W02`` (ISO 8601); the quarter ``Q1 2024/25``; the financial year
``2023/24``, ``2023-24``, ``FY2023/24`` or ``FY24``, the year that ends in 2024. A British financial
year begins on 1 April. A week that is named by its end (``w/e 12/01/2025``) stands for that day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from qi_tools.words import MONTHS, day_in_words

__all__ = ["Doubt", "WrittenDate", "read_date"]

_YEARS = range(1900, 2101)
_MONTH_NUMBERS = {
    name[:length].lower(): number
    for number, name in enumerate(MONTHS, start=1)
    for length in (3, len(name))
} | {"sept": 9}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKDAY_NUMBERS = {
    name[:length].lower(): number
    for number, name in enumerate(_WEEKDAYS)
    for length in (3, 4, 5, len(name))
}

_TIME = re.compile(
    r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[ap]m|Z|[+-]\d{2}:?\d{2})?$", re.ASCII | re.IGNORECASE
)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | {"’": "'", "‘": "'"})
_ORDINAL = re.compile(r"(?<=\d)(?:st|[nr]d|th)\b(?: of\b)?", re.IGNORECASE)
_WEEK_OF = re.compile(
    r"(?:w ?/ ?[cbe]\b|w\.?[cb]\b|week[ -](?:commencing|beginning|starting|ending))[:.]? ?",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"([A-Za-z]+)\.?,? (?=\d|[A-Za-z])")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{4})(\d{2})(\d{2})", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)
_YEAR_AND_TWO = re.compile(r"(\d{4})([-/.])(\d{1,2})", re.ASCII)
_TWO_YEARS = re.compile(r"(\d{4}) ?[-/] ?(\d{4}|\d{2})", re.ASCII)
_FINANCIAL = re.compile(r"FY ?(\d{4}|\d{2})(?: ?[-/] ?(\d{4}|\d{2}))?", re.ASCII | re.IGNORECASE)
_QUARTER = re.compile(
    r"(?:Q|Qtr |Quarter )([1-4])[ ,-]*(?P<year>FY ?\d.*|\d{4}.*|\d{2} ?[-/] ?\d{2})",
    re.ASCII | re.IGNORECASE,
)
_YEAR_QUARTER = re.compile(
    r"(?P<year>\d{4}(?: ?[-/] ?(?:\d{4}|\d{2}))?|FY ?\d[\d/-]*|\d{2}/\d{2})[ ,-]*Q([1-4])",
    re.ASCII | re.IGNORECASE,
)
_ISO_WEEK = re.compile(r"(\d{4})-?W(\d{2})", re.ASCII)
_ISO_MONTH = re.compile(r"(\d{4}) ?M(\d{2})", re.ASCII)
_MONTH_OF_YEAR = re.compile(r"(\d{1,2})/(\d{4})", re.ASCII)
_DAY_NAME_YEAR = re.compile(r"(\d{1,2})[ -/]?([A-Za-z]+)[ ,./'-]*(\d{4}|\d{2})", re.ASCII)
_NAME_DAY_YEAR = re.compile(r"([A-Za-z]+)\.? (\d{1,2}),? (\d{4})", re.ASCII)
_NAME_YEAR = re.compile(r"([A-Za-z]+)([ ,./'-]*)(\d{4}|\d{2})", re.ASCII)
_YEAR_NAME = re.compile(r"(\d{4})[ -]?([A-Za-z]+)", re.ASCII)
_NO_YEAR = re.compile(r"(?:\d{1,2}[ -/]?)?([A-Za-z]+)(?: \d{1,2})?", re.ASCII)
_TWO_SHORT = re.compile(r"(\d{1,2})[/.](\d{1,2})", re.ASCII)
_SERIAL = re.compile(r"(\d{5})(\.\d+)?", re.ASCII)
_FIRST_SERIAL, _LAST_SERIAL = 14_611, 73_415  # 1 January 1940 to 31 December 2100

_NOT_A_DATE = "is not a date we know; write it like 31/01/2025, 2025-01-31 or Jan 2025"
_NOT_REAL = "is not a real date"
_LONG_YEAR = "has a short year; write the year with four digits"
_YEAR_MISSING = "has no year; write it like 31 Jan 2025 or Jan 2025"
_SHORT_FINANCIAL = "has short years; write a financial year like 2023/24"
_YEAR_ALONE = "is a year alone; write Jan 2024 for a calendar year or 2023/24 for a financial year"


class Doubt(Enum):
    """What a way of writing dates leaves open, for a whole column to settle."""

    ORDER = "day first", "month first"
    HYPHEN = "a month", "a financial year"
    QUARTER = "a quarter of a calendar year", "a quarter of a financial year"
    SHORT_MONTH = "a month and its year", "a day without a year"


_OF_DAYS = {None, Doubt.ORDER}  # what is left open where a text names a day


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """What one text says.

    Parameters
    ----------
    first, second : datetime.date or None
        The two readings, in the order of the doubt's own words; None where it can't be read so.
        Without a doubt there is only the first.
    doubt : Doubt or None
        What has to be settled between texts written in this way.
    """

    first: date | None
    second: date | None = None
    doubt: Doubt | None = None

    @property
    def open(self) -> bool:
        """True when there are two readings, and they differ."""
        return None not in {self.first, self.second} and self.first != self.second


def read_date(text: str) -> WrittenDate | str:
    """Read one date.

    Parameters
    ----------
    text : str
        The date as written.

    Returns
    -------
    WrittenDate or str
        What the text says, or the reason why it says nothing.

    Examples
    --------
    >>> read_date("31 Jan 2025").first, read_date("2025-W02").first
    (datetime.date(2025, 1, 31), datetime.date(2025, 1, 6))
    >>> read_date("01/02/2025")
    WrittenDate(first=datetime.date(2025, 2, 1), second=datetime.date(2025, 1, 2), \
doubt=<Doubt.ORDER: ('day first', 'month first')>)
    >>> read_date("45292")
    "is a spreadsheet's own number for 1 January 2024; format that column as dates, and save again"
    """
    written = _TIME.sub("", " ".join(text.translate(_DASHES).split()))
    written = _ORDINAL.sub("", written)
    week = _WEEK_OF.match(written)
    if week:
        written = written[week.end() :]
    read = _with_weekday(written)
    if week and isinstance(read, WrittenDate) and read.doubt not in _OF_DAYS:
        return "names a week without its day; write it like w/c 06/01/2025"
    return read


def _with_weekday(written: str) -> WrittenDate | str:
    match = _WEEKDAY.match(written)
    weekday = _WEEKDAY_NUMBERS.get(match[1].lower()) if match else None
    if match is None or weekday is None:
        return _without_weekday(written)
    read = _without_weekday(written[match.end() :])
    if isinstance(read, str):
        return read
    if read.doubt not in _OF_DAYS:
        return _NOT_A_DATE
    first, second = (
        day if day is not None and day.weekday() == weekday else None
        for day in (read.first, read.second)
    )
    if first is None and second is None:
        day = read.first or read.second
        assert day is not None
        return f"is no {_WEEKDAYS[weekday]}: {day_in_words(day)} is a {_WEEKDAYS[day.weekday()]}"
    return WrittenDate(first, second, read.doubt)


def _without_weekday(written: str) -> WrittenDate | str:
    if match := _YEAR_FIRST.fullmatch(written):
        return _one(*(part for part in match.groups() if part is not None))
    if match := _NUMBERS.fullmatch(written):
        one, mark, two, year = match.groups()
        if len(year) == 2 and mark == "-":
            return _LONG_YEAR  # 25-01-03 has three readings
        return _either(_real_day(year, two, one), _real_day(year, one, two), Doubt.ORDER)
    if match := _YEAR_AND_TWO.fullmatch(written):
        year, mark, two = match.groups()
        financial = _financial_year(year, two) if mark != "." and len(two) == 2 else None
        return _either(_real_day(year, two), financial, Doubt.HYPHEN)
    if match := _TWO_YEARS.fullmatch(written):
        return _one_financial(_financial_year(match[1], match[2]))
    if match := _FINANCIAL.fullmatch(written):
        return _one_financial(_financial_year(match[1], match[2]))
    if match := _QUARTER.fullmatch(written):
        return _quarter(int(match[1]), match["year"])
    if match := _YEAR_QUARTER.fullmatch(written):
        return _quarter(int(match[2]), match["year"])
    if match := _ISO_WEEK.fullmatch(written):
        return _iso_week(int(match[1]), int(match[2]))
    if match := _ISO_MONTH.fullmatch(written):
        return _month(match[1], match[2])
    if match := _MONTH_OF_YEAR.fullmatch(written):
        return _month(match[2], match[1])
    return _by_name(written)


def _by_name(written: str) -> WrittenDate | str:
    if match := _DAY_NAME_YEAR.fullmatch(written):
        return _named(match[2], match[3], match[1])
    if match := _NAME_DAY_YEAR.fullmatch(written):
        return _named(match[1], match[3], match[2])
    if match := _NAME_YEAR.fullmatch(written):
        named = _named(match[1], match[3])
        if isinstance(named, WrittenDate) and len(match[3]) == 2 and "'" not in match[2]:
            return WrittenDate(named.first, None, Doubt.SHORT_MONTH)
        return named
    if match := _YEAR_NAME.fullmatch(written):
        return _named(match[2], match[1])
    if (match := _NO_YEAR.fullmatch(written)) and match[1].lower() in _MONTH_NUMBERS:
        return _YEAR_MISSING
    if match := _TWO_SHORT.fullmatch(written):
        return _YEAR_MISSING if min(int(match[1]), int(match[2])) <= 12 else _SHORT_FINANCIAL
    if re.fullmatch(r"\d{4}", written, re.ASCII) and int(written) in _YEARS:
        return _YEAR_ALONE
    if match := _SERIAL.fullmatch(written):
        serial = int(match[1])
        if _FIRST_SERIAL <= serial <= _LAST_SERIAL:
            day = date(1899, 12, 30) + timedelta(days=serial)
            return (
                f"is a spreadsheet's own number for {day_in_words(day)}; format that column as "
                "dates, and save again"
            )
    return _NOT_A_DATE


def _named(name: str, year: str, day: str | None = None) -> WrittenDate | str:
    month = _MONTH_NUMBERS.get(name.lower())
    if month is None:
        return _NOT_A_DATE
    return _month(year, str(month)) if day is None else _one(year, str(month), day)


def _one(year: str, month: str, day: str) -> WrittenDate | str:
    real = _real_day(year, month, day)
    return _NOT_REAL if real is None else WrittenDate(real)


def _month(year: str, month: str) -> WrittenDate | str:
    # A month that is plain to see says that 2011-12, in the same column, is a month too.
    return _either(_real_day(year, month), None, Doubt.HYPHEN)


def _either(first: date | None, second: date | None, doubt: Doubt) -> WrittenDate | str:
    if first is None and second is None:
        return _NOT_REAL
    return WrittenDate(first, second, doubt)


def _one_financial(first_day: date | None) -> WrittenDate | str:
    if first_day is None:
        return "is not a financial year; write two years that follow one another, such as 2023/24"
    return WrittenDate(None, first_day, Doubt.HYPHEN)


def _quarter(number: int, year: str) -> WrittenDate | str:
    if re.fullmatch(r"\d{4}", year, re.ASCII):
        calendar = _real_day(year, str(3 * number - 2))
        financial = _quarter_from(_real_day(year, "4"), number)
        return _either(calendar, financial, Doubt.QUARTER)
    match = _FINANCIAL.fullmatch(year if year[:2].upper() == "FY" else f"FY{year}")
    first_day = _quarter_from(_financial_year(match[1], match[2]), number) if match else None
    if first_day is None:
        return "is not a quarter of a year we know; write it like Q1 2024/25"
    return WrittenDate(None, first_day, Doubt.QUARTER)


def _quarter_from(first_day: date | None, number: int) -> date | None:
    if first_day is None:
        return None
    return date(first_day.year + number // 4, (3 * number) % 12 + 1, 1)


def _financial_year(first: str, last: str | None) -> date | None:
    """Give the first day of the year that ends in the last, which follows the first."""
    if last is None:  # the year that ends then, as FY24 ends in 2024
        return _real_day(str(_full_year(first) - 1), "4")
    ends = _full_year(first) + 1
    return _real_day(first, "4") if last in {str(ends), f"{ends % 100:02}"} else None


def _iso_week(year: int, week: int) -> WrittenDate | str:
    if year not in _YEARS:
        return _NOT_REAL
    try:
        return WrittenDate(date.fromisocalendar(year, week, 1))
    except ValueError:
        return "is not a week of that year"


def _real_day(year: str, month: str, day: str = "1") -> date | None:
    full = _full_year(year)
    if full not in _YEARS:
        return None
    try:
        return date(full, int(month), int(day))
    except ValueError:
        return None


def _full_year(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)
