"""What is compared: each package, and the ways of doing the work with it that are timed.

A module here holds the calls to one package. Each of its functions takes a tidy frame (measure,
date, value; one measure after another, each in order of its dates) and gives a table with a row for
each row of the frame, in the same order. ``LINES`` names the table's columns for the value, the
lower limit, the centre line and the upper limit.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["OURS", "PEERS", "Peer", "Way"]


@dataclass(frozen=True)
class Way:
    """One way of doing the work with a package.

    Parameters
    ----------
    function : str
        In the peer's module.
    call : str
        What is called, for a reader.
    rules : str
        The rules for special causes that are applied.
    most : int
        How many measures are run at most; the time for more is scaled up.
    """

    function: str
    call: str
    rules: str
    most: int = 10_000


@dataclass(frozen=True)
class Peer:
    """A package that is compared.

    Parameters
    ----------
    package : str
        Its name in the package index.
    imported : str
        Its name in Python.
    module : str
        The module here that calls it.
    ways : tuple of Way
        The first of ours is what all others are set beside.
    """

    package: str
    imported: str
    module: str
    ways: tuple[Way, ...]


OURS = Peer(
    "qi_tools",
    "qi_tools",
    "ours",
    (
        Way("anhoej_and_making_data_count", "many", "3σ, Anhøj, Making Data Count: 6 rules"),
        Way("nelson", "many", "Nelson: 8 rules"),
    ),
)

PEERS = (
    Peer(
        "clinical-qikit",
        "qikit",
        "qikit_",
        (
            Way("anhoej", "compute(), a loop", "3σ and Anhøj: 3 rules"),
            Way("nelson", "compute(), a loop", "3σ and Nelson: 8 rules"),
            Way("facets", "qic(facets=), one call", "3σ and Anhøj: 3 rules", 1_000),
        ),
    ),
    Peer(
        "processbehavior",
        "processbehavior",
        "processbehavior_",
        (
            Way("limits_only", "execute(by=), one call", "3σ: 1 rule"),
            Way(
                "every_rule", "execute(by=), detect() in a loop", "Western Electric: 8 rules", 1_000
            ),
        ),
    ),
    Peer("shewhart", "shewhart", "shewhart_", (Way("nelson", "imr(), a loop", "Nelson: 8 rules"),)),
    Peer(
        "abspc",
        "abspc",
        "abspc_",
        (
            Way(
                "four_rules",
                "calculate, then detect, a loop",
                "3σ, shift 8, trend 6, 2 in 3: 4 rules",
            ),
        ),
    ),
    Peer(
        "controlchartspy",
        "controlchartspy",
        "controlchartspy_",
        (
            Way(
                "four_rules",
                "spc(indicators=), one call",
                "3σ, shift 7, trend 5, 2 in 3: 4 rules",
                1_000,
            ),
        ),
    ),
    Peer(
        "pyqicharts",
        "pyqicharts",
        "pyqicharts_",
        (
            Way("own_rules", "qic_table(), a loop", "3σ, shift 6, trend 6, 2 in 3: 4 rules", 200),
            Way("every_rule", 'qic_table(rules="all"), a loop', "as above, Nelson, Shewhart", 200),
        ),
    ),
)
