"""A made-up world to try a factorial experiment on: spinning coins (see `coin_spin`)."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from qi_tools.experiments.coin_spin import Spin, spins
from qi_tools.experiments.factorial.designs import DesignInvalid, Factor, FactorialDesign
from qi_tools.experiments.factorial.filled_sheets import FilledSheet, filled
from qi_tools.experiments.factorial.run_sheets import RunSheet
from qi_tools.words import joined

__all__ = ["coin_design", "spin_coins"]

START = Spin("10p", "table", "flick")
KNOWN = ("coin", "surface", "way")


def coin_design(*, repeats: int = 2) -> FactorialDesign:
    """Give the full design for spinning coins: two coins, two surfaces, two ways.

    Parameters
    ----------
    repeats : int
        How often each corner is run.

    Returns
    -------
    FactorialDesign

    Examples
    --------
    >>> len(coin_design().corners)
    8
    """
    return FactorialDesign(
        (
            Factor("coin", "10p", "£2"),
            Factor("surface", "table", "tray"),
            Factor("way", "flick", "both hands"),
        ),
        repeats=repeats,
    )


def spin_coins(sheet: RunSheet, random: Random) -> FilledSheet:
    """Spin the made-up coin once for each run of a sheet.

    Parameters
    ----------
    sheet : RunSheet
        Its factors are called ``"coin"``, ``"surface"`` and ``"way"``. What is no factor stays as
        at the start: a 10p, on a table, with a flick.
    random : random.Random
        Where chance comes from. The same seed gives the same spins.

    Returns
    -------
    FilledSheet
        With the seconds of each spin, marked as simulated.

    Raises
    ------
    DesignInvalid
        If a factor has another name.
    SpinInvalid
        If a level is none that the coin knows.

    Examples
    --------
    >>> from qi_tools.experiments.factorial.run_sheets import random_order
    >>> spin_coins(random_order(coin_design(), Random(1)), Random(1)).responses[:4]
    (11.0, 7.2, 3.8, 9.4)
    """
    names = [factor.name for factor in sheet.design.factors]
    if not set(names) <= set(KNOWN):
        raise DesignInvalid(
            f"The factors are {joined([repr(name) for name in names])}. To spin a coin they must "
            f"be among: {', '.join(KNOWN)}."
        )
    seconds: list[float] = []
    for run in sheet.runs:
        setting = replace(START, **dict(zip(names, run.levels, strict=True)))
        seconds += spins(setting, 1, random)
    return filled(sheet, seconds, name="Spin time", unit="seconds", simulated=True)
