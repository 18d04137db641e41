"""Build a figure against the clock: first builds, then up to four cycles with two measures."""

from __future__ import annotations

from random import Random

from qi_tools.experiments.figure_building import Builds, Period, balance, build_figures
from qi_tools.experiments.figure_exercise import (
    MOST_CYCLES,
    PARTS,
    SAME,
    Cycle,
    Exercise,
    ExerciseInvalid,
)
from qi_tools.rounds import Round, Rounds
from qi_tools.teaching.lab import Lab, Turn
from qi_tools.teaching.lab_controls import Chosen, Count, Pick, SettingRefused
from qi_tools.teaching.lab_pieces import small_table
from qi_tools.words import number_in_words

__all__ = ["LAB"]

KEEP, GIVE_UP = "keep", "give up"
BEGINNING = "Nothing was changed: this is where you begin."
IDEA_WORDS = {
    SAME: "None, build as before",
    "laid out": "Lay the parts out in order",
    "one each": "One person for each part",
    "photo": "Photo in front of the builder",
    "aloud": "Say each part aloud",
    "check": "Check with the photo at the end",
    "hurry": "Go faster",
}


def _play(turns: tuple[Chosen, ...], luck: int) -> Turn:
    try:
        exercise = Exercise(_cycles(turns))
    except ExerciseInvalid as error:
        raise SettingRefused("idea", str(error)) from error
    built = build_figures(exercise, Random(luck))
    latest, before = built.periods[-1], built.before
    seconds, right = number_in_words(latest.seconds), number_in_words(latest.right)
    told = (
        f"In the middle of {exercise.builds} builds: {seconds} seconds and {right} of {len(PARTS)} "
        f"parts right. You expected {number_in_words(latest.cycle.seconds)} seconds and "
        f"{number_in_words(latest.cycle.right)} parts."
    )
    compared = balance(before, latest) if latest.number else ""
    ending = f"Compared with {_name(before)}: {compared}." if compared else BEGINNING
    return Turn(
        said=f"{told} {ending}",
        figures=(
            built,
            _rounds(built, "seconds"),
            _rounds(built, "parts right"),
            _practice(built),
        ),
        table=lambda: built.table,
        tally={
            "Idea": IDEA_WORDS[latest.cycle.idea],
            "Middle": f"{seconds} s, {right} right",
            "Compared": compared,
        },
    )


def _cycles(turns: tuple[Chosen, ...]) -> tuple[Cycle, ...]:
    """Join each set with what was decided about it, which stands on the form of the next.

    The first is built as it is, whatever was chosen: it shows where the team begins.
    """
    ideas = [SAME, *(turn["idea"] for turn in turns[1:])]
    decided = [*(turn["last"] for turn in turns[1:]), KEEP]
    return tuple(
        Cycle(
            idea,
            turn["seconds"],
            turn["right"],
            kept=idea == SAME or decision == KEEP,
        )
        for turn, idea, decision in zip(turns, ideas, decided, strict=True)
    )


def _name(period: Period) -> str:
    # The first builds are a set too, and a cycle of PDSA they are not.
    return f"set {period.number + 1}"


def _rounds(built: Builds, unit: str) -> Rounds:
    """Give one of the two measures, a round for each cycle, with the predictions."""
    is_time = unit == "seconds"
    return Rounds(
        tuple(
            Round(
                _name(each).capitalize(),
                each.cycle.idea + ("" if each.cycle.kept else ", given up"),
                tuple(build.seconds if is_time else build.right for build in each.builds),
                each.cycle.seconds if is_time else each.cycle.right,
            )
            for each in built.periods
        ),
        built.exercise.builds,
        unit,
        "build",
        "Simulated.",
    )


def _practice(built: Builds) -> str:
    """Hold the seconds against those of a team that only practises, known as all is simulated."""
    return small_table(
        "What practice does by itself",
        ("Set", "Your seconds", "Usual with practice alone"),
        (
            (
                each.number + 1,
                number_in_words(each.seconds),
                f"{each.practised:.0f}",
            )
            for each in built.periods
        ),
    )


LAB = Lab(
    title="Build a figure",
    about=(
        "A team builds a figure of ten parts from a photo: hat, ears, eyes, nose, mouth, arms and "
        "shoes. One person builds, one keeps the time, one inspects. Two things count: the "
        "seconds, and how many parts are right.",
        "Each press of the button is a set of five builds. In the first set see how it goes "
        "without a change. Then come up to four PDSA cycles, a set each: test one idea, say "
        "beforehand what you expect of both, and keep the idea or give it up. The team is "
        "simulated.",
    ),
    question="A team tells you: “We changed something, and now we are faster.” What do you ask?",
    options={
        "how": "How much faster?",
        "right": "What happened to the rest, such as the faults?",
        "anyway": "Would you have been faster anyway?",
    },
    replies={
        "how": "You asked how much. Look at both pictures: the seconds are one half of the answer. "
        "What of the parts, and what of practice?",
        "right": "You asked about the rest. Look at both pictures, and see whether seconds were "
        "bought with wrong parts. One question is left: what did practice do?",
        "anyway": "You asked about what would have come anyway. The table shows what practice does "
        "alone. One question is left: what happened to the parts?",
    },
    controls=(
        Pick(
            "last",
            "The idea of the last set",
            {KEEP: "Keep it", GIVE_UP: "Give it up"},
            KEEP,
            hint="In the first set, and after one without an idea, this does nothing.",
        ),
        Pick(
            "idea",
            "The idea to test now",
            IDEA_WORDS,
            SAME,
            hint="The first set is built without an idea, whatever stands here.",
        ),
        Count("seconds", "Your prediction: middle seconds of five builds", 1, 300, None),
        Count(
            "right",
            "Your prediction: parts right in the middle build",
            0,
            len(PARTS),
            None,
            unit="of 10",
        ),
    ),
    press="Build five figures",
    play=_play,
    learn=(
        "Measures balance each other. An idea can win seconds and lose parts, or the other way "
        "round. Only both together tell whether to keep it.",
        "Practice is part of every gain. Builds tend to grow quicker even when nothing is changed. "
        "The table shows by how much; a real team would need builds without a change to know.",
        "Predictions teach. Where you were far off, your picture of the work was wrong, and now "
        "you can mend it. Five builds are few: a small difference may be luck.",
        "Next: start again with the same luck, and test the ideas in another order. Which two do "
        "more together than each alone?",
    ),
    room=(
        "A builder, a timer and an inspector at each table, any toy with ten loose parts, and a "
        "photo; 45 to 60 minutes. Build five times and plot both measures. Then four cycles: one "
        "idea, two predictions, five builds, keep it or give it up.",
        "Ask: How do you know that the idea did it? What did you give for the seconds? Which "
        "prediction taught you most? Coaches: ask before you tell.",
    ),
    most=1 + MOST_CYCLES,
    turn="set",
)
