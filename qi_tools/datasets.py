"""The data sets that come with the tools, each with its entry in the data dictionary."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from qi_tools.errors import DatasetUnknown
from qi_tools.words import listed

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Column", "Dataset", "dataset_names", "load_dataset"]

DATA = Path(__file__).with_name("data")
_DATED = frozenset({"day", "week", "month"})


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
    path : Path
        The CSV file.
    title, source, licence, period : str
        What it holds, where it comes from, on what terms, and for which time.
    simulated : bool
        True when the numbers are made up.
    teaches : str
        What it is here to show, and what it must not be used for.
    columns : mapping of str to Column
        The columns, in the file's order.
    """

    name: str
    path: Path
    title: str
    source: str
    licence: str
    period: str
    simulated: bool
    teaches: str
    columns: Mapping[str, Column]

    @property
    def frame(self) -> DataFrame:
        """The data as a new table; columns whose unit is a day, week or month hold dates."""
        from pandas import read_csv

        dates = [heading for heading, column in self.columns.items() if column.unit in _DATED]
        return read_csv(self.path, encoding="utf-8", parse_dates=dates)


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


def load_dataset(name: str) -> Dataset:
    """Give a data set that comes with the tools.

    Parameters
    ----------
    name : str
        One of `dataset_names`.

    Returns
    -------
    Dataset

    Raises
    ------
    DatasetUnknown
        If there is none of that name.

    Examples
    --------
    >>> waits = load_dataset("phone_waits_simulated")
    >>> waits.simulated, waits.columns["wait_minutes"].unit, len(waits.frame)
    (True, 'minutes', 36)
    """
    entry = _dictionary().get(name)
    if entry is None:
        raise DatasetUnknown(f'There is no data set "{name}". There are {listed(dataset_names())}.')
    columns = {heading: Column(**column) for heading, column in entry["columns"].items()}
    rest = {key: value for key, value in entry.items() if key not in {"columns", "file"}}
    return Dataset(name=name, path=DATA / entry["file"], columns=MappingProxyType(columns), **rest)


@cache
def _dictionary() -> dict[str, Any]:
    with (DATA / "dictionary.toml").open("rb") as file:
        return tomllib.load(file)
