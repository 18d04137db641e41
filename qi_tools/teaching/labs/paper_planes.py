"""A factory of paper planes: batches, flow and pull."""

from __future__ import annotations

from random import Random

from qi_tools.experiments.paper_planes import Factory, FactoryRun, run_factory
from qi_tools.levels import Level, Levels
from qi_tools.spc.plain_run_charts import plain_run_chart
from qi_tools.teaching.lab import Lab, Turn
from qi_tools.teaching.lab_controls import Chosen, Count, Tick
from qi_tools.words import number_in_words

__all__ = ["LAB"]

MOST_BESIDE = 3
"""So many of the latest rounds stand one below the other."""


def _play(turns: tuple[Chosen, ...], luck: int) -> Turn:
    shown = range(max(0, len(turns) - MOST_BESIDE), len(turns))
    runs = [(number + 1, _run(turns[number], luck)) for number in shown]
    made = runs[-1][1]
    lead = number_in_words(made.mean_lead_time)
    return Turn(
        said=(
            f"The first plane was out after {made.first_out:,} seconds. At the bell "
            f"{made.finished} were finished and {made.unfinished} lay in the line. A plane took "
            f"{lead} seconds on average."
        ),
        figures=(
            Levels(
                "Planes in the line",
                "planes",
                "seconds",
                tuple(_level(number, run) for number, run in runs),
                "Simulated.",
            ),
            plain_run_chart(made.measure()),
        ),
        table=lambda: made.table,
        tally={
            "Passed on": made.factory.way,
            "First out (s)": f"{made.first_out:,}",
            "At the bell": str(made.finished),
            "Mean lead time (s)": lead,
            "In the line, mean": number_in_words(made.mean_in_progress),
            "Wrong folds": str(made.faulty),
        },
    )


def _run(chosen: Chosen, luck: int) -> FactoryRun:
    """Run with the same luck in each round: only what was chosen makes a difference."""
    return run_factory(
        Factory(
            batch=chosen["batch"],
            limit=max(chosen["limit"], chosen["batch"]) if chosen["is_limited"] else None,
            varies=chosen["varies"] / 100,
            slip=chosen["slip"] / 100,
        ),
        Random(luck),
    )


def _level(number: int, run: FactoryRun) -> Level:
    steps = tuple((float(step.second), step.planes) for step in run.in_progress)
    return Level(f"Round {number}: {run.factory.way}", steps)


LAB = Lab(
    title="Paper planes",
    about=(
        "Four people in a line make thirty paper planes. Each does one step and passes the paper "
        "on, in batches or one at a time. The bell rings after five minutes. All of it is "
        "simulated.",
        "Each round has the same people, the same paper and the same luck. Only what you choose "
        "is different.",
    ),
    question="First they pass planes on in batches of five, then one at a time. What changes most?",
    options={
        "work": "They work faster one at a time, so each step takes less time",
        "wait": "Each plane waits less, though each step takes the same time",
        "batch": "Batches are better: nobody has to hand over so often",
    },
    replies={
        "work": "You said that they work faster. The work on a plane takes the same time in both "
        "ways; what goes away is lying about.",
        "wait": "You said that each plane waits less. So it is: the work is the same, and most of "
        "the lead time was waiting for the rest of the batch.",
        "batch": "You said that batches are better. They save handing over, but the first plane of "
        "a batch waits for the last one at each step.",
    },
    controls=(
        Count("batch", "Planes passed on at once", 1, 15, 5),
        Tick("is_limited", "Limit the planes in the line (pull)"),
        Count(
            "limit",
            "Planes in the line, at most",
            1,
            30,
            5,
            hint="At least as many as a batch.",
            when=("is_limited", True),
        ),
        Count("varies", "How much the times vary", 0, 90, 30, step=5, unit="in 100"),
        Count("slip", "Wrong folds by the first person", 0, 20, 0, unit="in 100"),
    ),
    press="Make thirty planes",
    play=_play,
    learn=(
        "Lead time is how long a plane is in the line: work and waiting. Look which of them your "
        "change has touched.",
        "On average, planes in the line = planes finished a second × lead time (Little's law). "
        "Fewer in the line means shorter lead times, unless the line runs dry.",
        "Try wrong folds with batches and without: found late, one slip spoils a whole batch. "
        "Then set a limit, and see what it does to the first plane and to the last.",
    ),
    room=(
        "Four or five at a table, paper, a stopwatch; three rounds of five minutes with five to "
        "talk after each: batches of five, one at a time, and only when the next one asks for it.",
        "Ask: Where did paper lie? Who waited for whom? Where in our work does one thing wait for "
        "the rest of its batch?",
    ),
    turn="round",
)
