"""Red beads: workers who are all alike, praised and blamed for what the box gives them."""

from __future__ import annotations

from qi_tools.experiments.red_beads import Factory, Production, produce
from qi_tools.spc.charts import control_chart
from qi_tools.teaching.lab import Lab, Turn, of_this_turn
from qi_tools.teaching.lab_controls import Chosen, Count, Several
from qi_tools.teaching.lab_pieces import folded_lines, small_table

__all__ = ["LAB"]

ACTS = {
    "target": "Set a target",
    "poster": "Put up a poster",
    "incentive": "Promise the best worker a bonus",
    "threat": "Threaten the worst worker",
}


def _play(turns: tuple[Chosen, ...], luck: int) -> Turn:
    chosen = turns[-1]
    factory = Factory(
        red=40 * chosen["red"],
        white=4000 - 40 * chosen["red"],
        days=chosen["days"],
        target=chosen["target"],
        acts=chosen["acts"],
    )
    made = produce(factory, of_this_turn(turns, luck))
    recorded = [paddle.recorded for paddle in made.paddles]
    met = sum(red <= factory.target for red in recorded)
    totals = made.totals
    best, worst = min(totals, key=totals.__getitem__), max(totals, key=totals.__getitem__)
    return Turn(
        said=(
            f"{best} had the fewest red beads ({totals[best]}) and {worst} the most "
            f"({totals[worst]}). {met} of {len(recorded)} paddles met the target."
        ),
        figures=(control_chart(made.measure, kind="p"), _days(made), _story(made)),
        table=lambda: made.table,
        tally={
            "Red in the box": f"{chosen['red']}%",
            "Target": str(factory.target),
            "Paddles in target": f"{met} of {len(recorded)}",
            "Mean of a paddle": f"{sum(recorded) / len(recorded):.1f}",
            "Best": f"{best} ({totals[best]})",
            "Worst": f"{worst} ({totals[worst]})",
        },
    )


def _days(made: Production) -> str:
    """Show each worker's red beads of each day, as the books have them."""
    counts = {(paddle.worker, paddle.day): paddle.recorded for paddle in made.paddles}
    days = range(1, made.factory.days + 1)
    return small_table(
        "Red beads in the books",
        ("Worker", *(f"Day {day}" for day in days), "All"),
        (
            (worker, *(counts[worker, day] for day in days), total)
            for worker, total in made.totals.items()
        ),
    )


def _story(made: Production) -> str:
    """Tell what management did, and what came of it."""
    return folded_lines(
        "What management did, and what followed",
        (f"Day {act.day}: {act.words} {act.followed}" for act in made.acts),
    )


LAB = Lab(
    title="Red beads",
    about=(
        "A box holds white and red beads. Red ones are faults. Six workers dip a paddle with fifty "
        "holes into the box, one after the other, each day. Two inspectors count the red beads.",
        "Management sets a target, praises the best worker of each day and blames the worst. You "
        "are management. The workers are simulated.",
    ),
    question="What will decide which worker has the fewest red beads in the end?",
    options={
        "skill": "Skill and care: some workers are better at it",
        "effort": "Effort: praise, targets and threats spur people on",
        "box": "The box, and luck",
    },
    replies={
        "skill": "You said skill. All six are the same here, made by the same few lines, and yet "
        "there is a best and a worst of them.",
        "effort": "You said effort. Nothing that management does in this factory touches a bead. "
        "Leave all of it out and run again: the beads come the same way.",
        "box": "You said the box and luck. So it is, and so the only way to fewer red beads is "
        "another box.",
    },
    controls=(
        Count("red", "Red beads in the box", 1, 50, 20, unit="in 100"),
        Count("target", "Target: red beads on a paddle, at most", 0, 25, 3),
        Count("days", "Days", 1, 20, 4),
        Several("acts", "What management does, a morning each in turn", ACTS, tuple(ACTS)),
    ),
    press="Let them work",
    play=_play,
    learn=(
        "All dots come from one box. Unless a rule of the chart is broken, the best day and the "
        "worst have the same cause.",
        "After blame things often look better, and after praise worse. Someone who is far out "
        "today is likely to be nearer the middle tomorrow, whatever you say.",
        "Now change the box: ten red beads in 100. That is work on the system, and only management "
        "can do it.",
    ),
    room=(
        "Six workers, two inspectors and someone who writes; 60 to 120 minutes with real beads, or "
        "15 with this page. Say aloud beforehand that it is play and that the blame is part of it.",
        "Ask: Who could have done better? What would have made fewer red beads? Where do we rank "
        "people on something that the system gives them?",
    ),
)
