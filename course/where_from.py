"""What the course rests on, and when that was last checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt

from course.errors import CourseError
from course.folders import COURSE
from qi_tools.words import MONTHS

_CHECKED = re.compile(rf"^Last checked: (\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}})\.$", re.M)


@dataclass(frozen=True, slots=True)
class WhereFrom:
    """The text, as Markdown and as HTML, and the day on which it was last checked."""

    text: str
    html: str
    checked: date


@cache
def where_from(path: Path = COURSE / "where_from.md") -> WhereFrom:
    """Read the page.

    Raises
    ------
    CourseError
        It can't be read, or doesn't say when it was last checked.

    Examples
    --------
    >>> where_from().html.startswith("<h1>Where this comes from</h1>")
    True
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{path} can't be read ({error}). Put back a copy of it.") from None
    try:
        [(day, month, year)] = _CHECKED.findall(text)
        checked = date(int(year), MONTHS.index(month) + 1, int(day))
    except ValueError:
        raise CourseError(
            f"{path.name} needs one line with a real day, such as 'Last checked: "
            "26 November 2026.'. Write when its sources were last looked at."
        ) from None
    return WhereFrom(text, str(MarkdownIt("commonmark").render(text)), checked)
