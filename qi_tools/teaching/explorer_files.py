"""What someone takes away from the explorer: each a file's name, its kind and its bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from qi_tools.data_file import save_csv
from qi_tools.result import Result
from qi_tools.saved_file import save_bytes
from qi_tools.word_file import save_word

__all__ = ["FORMATS", "TakenAway", "take_away"]

LONGEST_NAME = 60
_NOT_IN_NAMES = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Format:
    """One way to take a chart away.

    Parameters
    ----------
    label : str
        What the button says.
    type : str
        The kind of file, as browsers name it.
    save : callable
        Saves a result, with the code that makes it, under a path.
    """

    label: str
    type: str
    save: Callable[[Result, Path, str], object]


@dataclass(frozen=True, slots=True)
class TakenAway:
    """A file for a browser to keep."""

    name: str
    type: str
    data: bytes


def _save_words(result: Result, path: Path, _: str) -> None:
    words = "\n\n".join([result.describe(), *result.report()])
    save_bytes(f"{words}\n".encode(), path, ending=".txt")


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "docx": Format(
            "All of it, as a Word file",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            lambda result, path, code: save_word(result, path, code=code),
        ),
        "png": Format("Picture (PNG)", "image/png", lambda result, path, _: result.save(path)),
        "svg": Format(
            "Picture, sharp at any size (SVG)",
            "image/svg+xml",
            lambda result, path, _: result.save(path),
        ),
        "csv": Format("Numbers (CSV)", "text/csv", lambda result, path, _: save_csv(result, path)),
        "txt": Format("Words (text)", "text/plain", _save_words),
    }
)
"""The ways to take a chart away, by the ending of the file's name."""


def take_away(result: Result, ending: str, *, name: str, code: str) -> TakenAway:
    """Make a file of a result.

    It is written to a private folder that is gone when this returns.

    Parameters
    ----------
    result : Result
    ending : str
        One of `FORMATS`.
    name : str
        What the result shows; the file is called after it.
    code : str
        The Python that makes the result.

    Returns
    -------
    TakenAway

    Raises
    ------
    FileNotSaved
        If it can't be written.

    Examples
    --------
    >>> from qi_tools import Measure, run_chart
    >>> chart = run_chart(Measure.from_columns([5, 8, 6], name="Wait"))
    >>> take_away(chart, "csv", name="Waits: A&E / minors", code="").name
    'waits-a-e-minors.csv'
    """
    form = FORMATS[ending]
    plain = _NOT_IN_NAMES.sub("-", name.casefold())[:LONGEST_NAME].strip("-") or "chart"
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"chart.{ending}"
        form.save(result, path, code)
        return TakenAway(f"{plain}.{ending}", form.type, path.read_bytes())
