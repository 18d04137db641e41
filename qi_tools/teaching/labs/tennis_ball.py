"""A ball in a circle: change one thing each round, and say beforehand what it will bring."""

from __future__ import annotations

from random import Random

from qi_tools.experiments.ball_game import CHANGES, SAME, Attempt, Game, GameInvalid
from qi_tools.experiments.tennis_ball import Played, play
from qi_tools.spc.charts import run_chart
from qi_tools.teaching.lab import Lab, Turn
from qi_tools.teaching.lab_controls import Chosen, Count, Pick, SettingRefused
from qi_tools.teaching.lab_pieces import small_table
from qi_tools.words import counted, number_in_words

__all__ = ["LAB"]

KEEP, GIVE_UP = "keep", "give up"
CHANGE_WORDS = {
    SAME: "Nothing, the same again",
    "closer": "Stand closer",
    "faster": "Pass faster",
    "reorder": "Stand in order of passing",
    "together": "Roll it over all hands",
}
THEORIES = {
    "none": "No theory yet",
    "way": "The ball has less far to go",
    "hands": "Less catching and aiming",
    "drops": "Fewer drops",
    "practice": "Practice",
}


def _play(turns: tuple[Chosen, ...], luck: int) -> Turn:
    try:
        game = Game(_attempts(turns))
    except GameInvalid as error:
        raise SettingRefused("change", str(error)) from error
    played = play(game, Random(luck))
    latest = played.rounds[-1]
    seconds, guess = number_in_words(latest.seconds), number_in_words(latest.attempt.prediction)
    drops = counted(latest.drops, "drop") if latest.drops else "no drop"
    return Turn(
        said=(f"It took {seconds} seconds, with {drops}. You expected {guess}. {_before(played)}"),
        figures=(played, run_chart(played.measure), *_gains(played)),
        table=lambda: played.table,
        tally={
            "Tried": CHANGE_WORDS[latest.attempt.change],
            "You expected": guess,
            "Seconds": seconds,
            "Drops": str(latest.drops),
        },
    )


def _attempts(turns: tuple[Chosen, ...]) -> tuple[Attempt, ...]:
    """Join each round with what was decided about it, which stands on the form of the next.

    The first is played as it is, whatever was chosen: it shows where the team begins.
    """
    changes = [SAME, *(turn["change"] for turn in turns[1:])]
    decided = [*(turn["last"] for turn in turns[1:]), KEEP]
    return tuple(
        Attempt(
            change,
            turn["guess"],
            "" if turn["theory"] == "none" else THEORIES[turn["theory"]],
            kept=change == SAME or decision == KEEP,
        )
        for turn, change, decision in zip(turns, changes, decided, strict=True)
    )


def _before(played: Played) -> str:
    kept = [each for each in played.rounds[:-1] if each.attempt.kept]
    if not kept:
        return "Nothing was changed: this is where you begin."
    return f"Before, in round {kept[-1].number}, it took {number_in_words(kept[-1].seconds)}."


def _gains(played: Played) -> tuple[str, ...]:
    """Show what each kind of change gained, beside what it gains in many games."""
    if not played.gains:
        return ()
    rows = [
        (
            CHANGE_WORDS[each.change],
            "a new way" if CHANGES[each.change].redesign else "a small step",
            f"{each.timed:.1f}",
            f"{each.usual:.1f}",
        )
        for each in played.gains
    ]
    headings = ("Change", "What it is", "Your game", "Mean of many games")
    return (small_table("Seconds gained so far", headings, rows),)


LAB = Lab(
    title="A ball in a circle",
    about=(
        "Ten people stand in a circle and pass a ball. Someone holds a stopwatch. There is one "
        "rule: everyone touches the ball, in the order of the first round. Who drops it begins "
        "again, with the clock running.",
        "You lead the team. Play the first round as it is. Then choose one change a round, say "
        "how many seconds you expect, and keep the change or give it up. The people and their "
        "seconds are simulated.",
    ),
    question="The first round often takes 10 to 20 seconds. How low can ten people bring it?",
    options={
        "quarter": "About a quarter lower: hands are only so quick",
        "half": "About half",
        "tenth": "To a tenth, or near it",
    },
    replies={
        "quarter": "You said a quarter. Many teams get about so far and feel that it is the end. "
        "If you do, read the rule again. What does it not say?",
        "half": "You said half. How near do you come by doing the same a little better? When you "
        "are stuck, read the rule again. What does it not say?",
        "tenth": "You said a tenth. It can be done in this circle. Which changes bring you there, "
        "and which only look like work?",
    },
    controls=(
        Pick(
            "last",
            "The change of the last round",
            {KEEP: "Keep it", GIVE_UP: "Give it up"},
            KEEP,
            hint="In the first round, and after a round without a change, this does nothing.",
        ),
        Pick(
            "change",
            "What to change now",
            CHANGE_WORDS,
            SAME,
            hint="The first round is played without a change, whatever stands here.",
        ),
        Pick("theory", "Why it should help, if you know", THEORIES, "none"),
        Count("guess", "Your prediction: seconds", 0.1, 99, None, step=0.1),
    ),
    press="Play a round",
    play=_play,
    learn=(
        "Some changes do the same a little better. Others do it in a new way. Try both kinds, and "
        "compare what each has gained.",
        "One round is one number, and luck is in it. A drop can make a good change look bad. "
        "Before you give a change up, ask whether the drop or the change was to blame.",
        "Most limits are in our heads. The rule says nothing about where people stand, or that "
        "the ball is thrown. Where at work do you throw across the circle?",
        "Next: start again with the same luck, and try the changes in another order. Does each "
        "gain as much as before?",
    ),
    room=(
        "Eight to ten people and a tennis ball, 20 minutes. The first round sets the order. Write "
        "each round on a flip chart: the change, why, the prediction, the seconds, the drops. "
        "After a few rounds say that another team needed two seconds, and wait.",
        "Ask: Which rules were only in our heads? Who had the idea, and what made it safe to say? "
        "Where do we ask people to go faster when the way itself could change?",
    ),
    turn="round",
)
