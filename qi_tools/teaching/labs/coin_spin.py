"""Spinning coins: guess, change one thing, look at the dots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from qi_tools.experiments.coin_spin import COINS, SURFACES, WAYS, Spin, spins
from qi_tools.experiments.settings import made_up_dates
from qi_tools.rounds import Round, Rounds
from qi_tools.teaching.lab import Lab, Turn, of_this_turn
from qi_tools.teaching.lab_controls import Chosen, Count, Pick
from qi_tools.words import number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["LAB"]

SPINS = 10
SURFACE_WORDS: Mapping[str, str] = {
    "table": "A bare table",
    "tray": "A metal tray",
    "plate": "A dinner plate",
    "cloth": "A table cloth",
}
WAY_WORDS: Mapping[str, str] = {
    "flick": "A flick of one finger",
    "both hands": "A twist with both hands",
    "pinch": "A pinch of two fingers",
}


def _play(turns: tuple[Chosen, ...], luck: int) -> Turn:
    # Each round spins with chance of its own, so those before stay as they were.
    rounds = tuple(
        Round(
            name=f"Round {number}",
            what=f"{each['coin']}, {each['surface']}, {each['way']}",
            values=spins(_spin(each), SPINS, of_this_turn(turns[:number], luck)),
            guess=each["guess"],
        )
        for number, each in enumerate(turns, 1)
    )
    latest = rounds[-1]
    middle = number_in_words(latest.middle)
    return Turn(
        said=(
            f"The ten spins lasted from {min(latest.values)} to {max(latest.values)} seconds, with "
            f"{middle} in the middle. Your guess was {number_in_words(turns[-1]['guess'])}."
        ),
        figures=(Rounds(rounds, SPINS, "seconds", "spin", "Simulated."),),
        table=lambda: _table(turns, rounds),
        tally={
            "What was spun": latest.what,
            "Your guess": number_in_words(turns[-1]["guess"]),
            "Middle": middle,
            "Shortest": str(min(latest.values)),
            "Longest": str(max(latest.values)),
        },
    )


def _spin(chosen: Chosen) -> Spin:
    return Spin(chosen["coin"], chosen["surface"], chosen["way"])


def _table(turns: tuple[Chosen, ...], rounds: tuple[Round, ...]) -> DataFrame:
    from pandas import DataFrame

    rows = [
        (number, chosen["coin"], chosen["surface"], chosen["way"], chosen["guess"], seconds)
        for number, (chosen, each) in enumerate(zip(turns, rounds, strict=True), 1)
        for seconds in each.values
    ]
    table = DataFrame(rows, columns=["round", "coin", "surface", "way", "guess", "seconds"])
    table.insert(0, "date", made_up_dates(len(rows)))
    return table


LAB = Lab(
    title="Spinning coins",
    about=(
        "How long does a coin spin on a table? You can choose the coin, what it spins on and how "
        "it is set going. Each press of the button spins it ten times and writes down the seconds.",
        "Begin with 10p on a bare table, with a flick of the finger. Then change one thing at a "
        "time. The coins and their seconds are made up.",
    ),
    question="A coin is spun ten times in the same way. What will the seconds be like?",
    options={
        "same": "Nearly the same each time",
        "spread": "Spread out: some twice as long as others",
        "better": "Longer and longer, with practice",
    },
    replies={
        "same": "You expected nearly the same seconds each time. How far apart are the shortest "
        "and the longest of ten?",
        "spread": "You expected spread-out seconds. So the dots say: nothing was changed between "
        "the ten spins, and still they differ.",
        "better": "You expected longer and longer spins. These spins have no practice in them: "
        "what looks like a rise is chance.",
    },
    controls=(
        Pick("coin", "Coin", {coin: coin for coin in COINS}, "10p"),
        Pick(
            "surface", "What it spins on", {each: SURFACE_WORDS[each] for each in SURFACES}, "table"
        ),
        Pick("way", "How it is set going", {each: WAY_WORDS[each] for each in WAYS}, "flick"),
        Count("guess", "Your guess: seconds in the middle of ten spins", 0, 60, None, step=0.1),
    ),
    press="Spin ten times",
    play=_play,
    learn=(
        "Spins of the same coin differ. One long spin after a change proves nothing: look at ten.",
        "Change one thing at a time, and say first what you expect. Change two and you will not "
        "know which of them did it.",
        "Some things work only together. Find the pair that does more than its parts.",
    ),
    room=(
        "Groups of three to five with a few real coins and a stopwatch: fifteen minutes to find "
        "the longest spin, with a guess on paper before each test; ten minutes to compare.",
        "Ask: Who changed one thing at a time? Whose guess was far off, and what did that teach? "
        "How many spins did it take to be sure?",
    ),
    most=8,
    turn="round",
)
