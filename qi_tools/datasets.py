"""The data sets that come with the tools, each with its entry in the data dictionary.

Made-up sets can be made anew for each learner: the same columns and the same story in other
numbers, which a text picks, such as the learner's pseudonym.
"""

from __future__ import annotations

import runpy
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from io import StringIO
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from qi_tools.errors import DatasetUnknown, QIToolsError
from qi_tools.words import listed

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = [
    "Column",
    "Dataset",
    "VariantImpossible",
    "catalogue",
    "dataset_names",
    "load_dataset",
]

DATA = Path(__file__).with_name("data")
_DATED = frozenset({"day", "week", "month"})


class VariantImpossible(QIToolsError):
    """A data set can't be made anew as asked, or what was made anew has no file."""


@dataclass(frozen=True, slots=True)
class Column:
    """What one column of a data set holds.

    Parameters
    ----------
    unit : str
        What it is counted in; ``"day"``, ``"week"`` or ``"month"`` for dates, ``"name"`` for text.
    meaning : str
        What it says, in words.
    """

    unit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """A data set and its entry in the data dictionary.

    Parameters
    ----------
    name : str
        What `load_dataset` knows it by.
    file : str
        The name of its CSV file.
    text : str
        The CSV text, headings first.
    title, source, licence, period : str
        What it holds, where it comes from, on what terms, and for which time.
    simulated : bool
        True when the numbers are made up.
    teaches : str
        What it is here to show, and what it must not be used for.
    lessons : tuple of str
        The lessons of the curriculum that it serves, such as ``"A4"``.
    columns : mapping of str to Column
        The columns, in the file's order.
    made_by : str
        The name of the file that makes up the numbers; empty for real ones.
    variant : str, optional
        The text that picked the numbers; None for the set as shipped.
    """

    name: str
    file: str
    text: str = field(repr=False)
    title: str
    source: str
    licence: str
    period: str
    simulated: bool
    teaches: str
    lessons: tuple[str, ...]
    columns: Mapping[str, Column]
    made_by: str = ""
    variant: str | None = None

    @property
    def path(self) -> Path:
        """The CSV file, as shipped.

        Raises
        ------
        VariantImpossible
            If this is a variant, which no file holds.
        """
        if self.variant is not None:
            raise VariantImpossible(
                f'The variant "{self.variant}" of {self.name} has no file. Use its frame, or its '
                "text."
            )
        return DATA / self.file

    @property
    def frame(self) -> DataFrame:
        """The data as a new table; columns whose unit is a day, week or month hold dates."""
        from pandas import read_csv

        dates = [heading for heading, column in self.columns.items() if column.unit in _DATED]
        return read_csv(StringIO(self.text), parse_dates=dates)


def dataset_names() -> tuple[str, ...]:
    """Name the data sets that come with the tools.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> dataset_names()[:3]
    ('england_ae', 'phone_waits_simulated', 'phone_waits_quick_fire_simulated')
    """
    return tuple(_dictionary())


def catalogue() -> DataFrame:
    """List the data sets that come with the tools, for a page to show.

    Returns
    -------
    pandas.DataFrame
        One row a set: its name, title, number of rows, lessons, and "real" or "simulated".

    Examples
    --------
    >>> catalogue().loc[1, ["name", "lessons", "numbers"]].tolist()
    ['phone_waits_simulated', 'A4, B1, C2, D3', 'simulated']
    """
    from pandas import DataFrame

    return DataFrame(
        [
            {
                "name": each.name,
                "title": each.title,
                "rows": len(each.frame),
                "lessons": ", ".join(each.lessons),
                "numbers": "simulated" if each.simulated else "real",
            }
            for each in map(load_dataset, dataset_names())
        ]
    )


def load_dataset(name: str, variant: str | None = None) -> Dataset:
    """Give a data set that comes with the tools.

    Parameters
    ----------
    name : str
        One of `dataset_names`.
    variant : str, optional
        A text, such as a learner's pseudonym, for which a made-up set is made anew: the same
        columns and the same story in other numbers, which may tell it less clearly. The same text
        gives the same numbers everywhere; capital letters and spaces around words don't matter.
        Left out, the set as shipped.

    Returns
    -------
    Dataset

    Raises
    ------
    DatasetUnknown
        If there is none of that name.
    VariantImpossible
        If the numbers are real, or the variant is no text.

    Examples
    --------
    >>> waits = load_dataset("phone_waits_simulated")
    >>> waits.simulated, waits.columns["wait_minutes"].unit, len(waits.frame)
    (True, 'minutes', 36)
    >>> load_dataset("phone_waits_simulated", "Otter").frame["wait_minutes"].head(3).tolist()
    [7.4, 8.5, 7.9]
    """
    entry = _dictionary().get(name)
    if entry is None:
        raise DatasetUnknown(f'There is no data set "{name}". There are {listed(dataset_names())}.')
    if variant is None:
        text = (DATA / entry["file"]).read_text(encoding="utf-8")
    else:
        variant = _tidy(variant)
        text = _made_anew(name, entry.get("made_by", ""), variant)
    return Dataset(
        **entry
        | {
            "name": name,
            "text": text,
            "variant": variant,
            "lessons": tuple(entry["lessons"]),
            "columns": MappingProxyType(
                {heading: Column(**column) for heading, column in entry["columns"].items()}
            ),
        }
    )


def _tidy(variant: object) -> str:
    """Write alike what people mean alike: "Otter" is " otter "."""
    if isinstance(variant, str) and variant.isprintable() and variant.strip():
        return unicodedata.normalize("NFC", " ".join(variant.split()).casefold())
    raise VariantImpossible(
        f"The variant is {variant!r}. Give a word, such as a pseudonym, or leave it out for the "
        "data set as shipped."
    )


def _made_anew(name: str, made_by: str, variant: str) -> str:
    if not made_by:
        raise VariantImpossible(
            f"{name} holds real figures, which can't be made anew. Leave the variant out, or "
            "choose a simulated data set."
        )
    seed = int.from_bytes(sha256(f"{name}\n{variant}".encode()).digest(), "big")
    return "\n".join(_lines_of(made_by)(Random(seed))) + "\n"


@cache
def _lines_of(made_by: str) -> Callable[[Random], list[str]]:
    """Give the function that makes up the lines; the files beside the data are no package."""
    return cast("Callable[[Random], list[str]]", runpy.run_path(str(DATA / made_by))["lines"])


@cache
def _dictionary() -> dict[str, Any]:
    with (DATA / "dictionary.toml").open("rb") as file:
        return tomllib.load(file)
