"""A waiting list: enough slots on average is not enough."""

from __future__ import annotations

from qi_tools.experiments.waiting_list import Backlog, run_backlog
from qi_tools.spc.charts import run_chart
from qi_tools.spc.plain_run_charts import plain_run_chart
from qi_tools.teaching.lab import Lab, Turn, of_this_turn
from qi_tools.teaching.lab_controls import Chosen, Count

__all__ = ["LAB"]

WEEKS = 104


def _play(turns: tuple[Chosen, ...], luck: int) -> Turn:
    chosen = turns[-1]
    backlog = Backlog(
        referrals=chosen["referrals"],
        slots=chosen["slots"],
        slots_vary=min(chosen["vary"], chosen["slots"]),
        weeks=WEEKS,
        waiting=chosen["waiting"],
    )
    made = run_backlog(backlog, of_this_turn(turns, luck))
    end, most = made.weeks[-1].waiting, max(week.waiting for week in made.weeks)
    unused = sum(week.slots - week.seen for week in made.weeks)
    return Turn(
        said=(
            f"After two years {end:,} wait; at most {most:,} did. {unused:,} slots went unused, "
            "because nobody was there to take them."
        ),
        figures=(plain_run_chart(made.measure("waiting")), run_chart(made.measure("referrals"))),
        table=lambda: made.table,
        tally={
            "Referrals a week": str(chosen["referrals"]),
            "Slots a week": str(backlog.slots),
            "Slots vary by": str(backlog.slots_vary),
            "At the start": f"{chosen['waiting']:,}",
            "At the end": f"{end:,}",
            "Unused slots": f"{unused:,}",
        },
    )


LAB = Lab(
    title="A waiting list",
    about=(
        "Each week people are referred to a service, some weeks more and some weeks fewer. The "
        "service has so many slots a week. Whoever can't be seen goes on the list.",
        "A slot that nobody waits for is lost: it can't be kept for a busier week. Service and "
        "referrals are simulated, over two years.",
    ),
    question="On average 40 are referred a week, and there are 40 slots. What will the list do?",
    options={
        "none": "There will hardly be one: on average there is a slot for everyone",
        "level": "It goes up and down about the same length",
        "grow": "It tends to grow, though there are as many slots as referrals",
    },
    replies={
        "none": "You said that there will hardly be one. In a quiet week slots are lost, and in a "
        "busy week people wait; the one does not make up for the other.",
        "level": "You said that it goes up and down about the same length. It has no length to "
        "come back to; run it a few times.",
        "grow": "You said that it tends to grow. Lost slots are why: the list can fall no lower "
        "than none. Run it a few times; luck can hide it for a while.",
    },
    controls=(
        Count("referrals", "Referrals a week, on average", 5, 100, 40),
        Count("slots", "Slots a week, on average", 0, 120, 40),
        Count("vary", "Slots go up and down by as many as", 0, 60, 0, hint="Leave, sickness."),
        Count("waiting", "On the list at the start", 0, 1000, 0, step=10),
    ),
    press="Run two years",
    play=_play,
    learn=(
        "Look at the referrals first: often they have no signal. Their ups and downs are common "
        "cause, and still they make a list.",
        "A few slots more than referrals keep a list short. How many depends on how much both go "
        "up and down.",
        "Start with 300 on the list and 40 slots: it stays long. Some more slots for a time clear "
        "it, and then a few more than the referrals will do. Try 44.",
    ),
    room=(
        "Dice do it too: two dice a week for referrals, seven slots a week; chips for people on "
        "the list. Twenty weeks take ten minutes.",
        "Ask: Who knows our mean number of referrals a week, and of slots? Who decides on leave, "
        "and who counts the lost slots?",
    ),
)
