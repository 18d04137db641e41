"""A marble funnel: four rules for what to do after each drop, and where each of them leads."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

from qi_tools.experiments.marble_funnel import Aim, drop_marbles
from qi_tools.experiments.marble_papers import papers
from qi_tools.spc.charts import control_chart
from qi_tools.teaching.lab import Lab, Turn, of_this_turn
from qi_tools.teaching.lab_controls import Chosen, Count, Pick
from qi_tools.teaching.lab_pieces import folded_lines
from qi_tools.words import number_in_words

__all__ = ["LAB"]

RULE_WORDS: Mapping[str, str] = {
    "1": "Rule 1: leave the funnel alone",
    "2": "Rule 2: move it back by the miss, from where it stands",
    "3": "Rule 3: set it as far off on the other side of the mark",
    "4": "Rule 4: set it over where the marble fell",
}
HABITS: Mapping[str, str] = {
    "We change the rota after every complaint": "Rule 2. Each change answers the last miss from "
    "where things stand. If complaints come by chance, the rota is now worse for the next one.",
    "Overspent by a tenth last month? Plan a tenth under budget this month": "Rule 3. The last "
    "miss is made up for on the other side of the target, and the swings can grow.",
    "Make it as it was last time": "Rule 4. Each copy takes in the miss of the copy before, and "
    "nothing leads back to the mark.",
    "Each new starter is trained by the last one who was trained": "Rule 4. Small slips are handed "
    "on and add up. Train all of them from one standard.",
    "We watch a chart over months, and act on a signal": "Rule 1, as long as there is no signal. "
    "If all of it is off the mark, move it once, by the mean of many.",
}


def _play(turns: tuple[Chosen, ...], luck: int) -> Turn:
    # Each run has chance of its own, so the papers of those before stay as they were.
    runs = [
        drop_marbles(Aim(int(each["rule"]), each["drops"]), of_this_turn(turns[:number], luck))
        for number, each in enumerate(turns, 1)
    ]
    run, guess = runs[-1], turns[-1]["guess"]
    half, farthest = (f"{each(run.distances):.0f}" for each in (median, max))
    times = number_in_words(run.times, 2)
    return Turn(
        said=(
            f"Rule {run.aim.rule}: half of the marbles fell within {half} mm of the mark. The "
            f"farthest fell {farthest} mm off; your guess was {guess}. The spread is {times}; "
            "usual under rule 1 is 1."
        ),
        figures=(
            papers(runs),
            control_chart(run.measure, kind="i"),
            "<p>Which rule is it at work? Decide, then open:</p>",
            *(folded_lines(habit, (answer,)) for habit, answer in HABITS.items()),
        ),
        table=lambda: run.table,
        tally={
            "Rule": str(run.aim.rule),
            "Drops": str(run.aim.drops),
            "Your guess (mm)": str(guess),
            "Farthest (mm)": farthest,
            "Half within (mm)": half,
            "Spread (rule 1 = 1)": times,
        },
    )


LAB = Lab(
    title="Marble funnel",
    about=(
        "A marble drops through a funnel onto paper. You want it to hit a mark. The funnel starts "
        "right above the mark, but each marble rolls a little as it lands: often some 25 mm, "
        "seldom more than 60.",
        "After each drop you may move the funnel. There are four rules for it. Pick one and drop "
        "50 marbles, then try another: the papers are laid side by side. The drops are simulated.",
    ),
    question="Which rule will keep the marbles nearest to the mark?",
    options={
        "1": "Leave the funnel where it is",
        "2": "After a miss of 10 mm to the right, move the funnel 10 mm to the left",
        "3": "After a miss of 10 mm to the right, set the funnel 10 mm to the left of the mark",
        "4": "Set the funnel over where the last marble fell",
    },
    replies={
        "1": "You said: leave it. No rule does better while the funnel is over the mark and the "
        "misses are chance. Run the others: how much worse do they get?",
        "2": "You said: correct each miss. It is the sensible one of the three, and yet the "
        "spread usually about doubles. Hold its paper against that of rule 1.",
        "3": "You said: make up for each miss. It sounds fair. Run it with 50 marbles and look at "
        "the later half: which way does each go from the one before?",
        "4": "You said: do as last time. It sounds steady. Run it with 50 marbles and look how far "
        "the later half is from the earlier one.",
    },
    controls=(
        Pick("rule", "What you do after each drop", RULE_WORDS, "1"),
        Count("drops", "Marbles", 10, 200, 50),
        Count("guess", "Your guess: how far off the farthest marble will be, in mm", 0, 2000, None),
    ),
    press="Drop the marbles",
    play=_play,
    learn=(
        "To answer each miss as if it had a cause of its own is called tampering. Where misses are "
        "chance it makes things worse, however much care goes into it.",
        "Spread is the mean of the squared distances; 1 is what to expect of rule 1. Rule 2 "
        "settles at about twice that. Under rules 3 and 4 it tends to grow without end.",
        "Leaving alone is right only while the funnel is over the mark. If it is off, move it "
        "once, by the mean of many drops. For fewer misses, change the system: lower the funnel.",
        "Try next: all four rules with 50 marbles, then rule 3 or 4 with 200. Run one of them "
        "twice: is it the same way off each time?",
    ),
    room=(
        "Teams of three with a kitchen funnel on a stand, a marble, and paper with a mark; 45 "
        "minutes. Each team argues for a rule, guesses its spread, and makes 50 drops. Then lay "
        "the papers side by side.",
        "Ask: Which rule did you follow last week? Who expects you to act on each number? What "
        "would have to be true for moving the funnel to help?",
    ),
)
