"""Two raters: the same records, a vague definition and a sharp one."""

from __future__ import annotations

import math
from dataclasses import replace

from qi_tools.experiments.agreements import Agreement
from qi_tools.experiments.two_raters import SHARP, VAGUE, Judging, judge
from qi_tools.spc.charts import control_chart
from qi_tools.teaching.lab import Lab, Turn, of_this_turn
from qi_tools.teaching.lab_controls import Chosen, Count, Pick
from qi_tools.teaching.lab_pieces import folded_lines, small_table
from qi_tools.words import number_in_words

__all__ = ["LAB"]

DEFINITIONS = {"vague": VAGUE.words, "sharp": SHARP.words}


def _play(turns: tuple[Chosen, ...], luck: int) -> Turn:
    chosen = turns[-1]
    slip = chosen["slip"] / 100
    judging = Judging(
        batches=chosen["batches"],
        mean_wait=chosen["mean_wait"],
        vague=replace(VAGUE, slip=slip),
        sharp=replace(SHARP, slip=slip),
    )
    made = judge(judging, of_this_turn(turns, luck))
    told = chosen["told"]
    both, measure = (
        (made.sharp, made.measures[1]) if told == "sharp" else (made.vague, made.measures[0])
    )
    agreed = f"{number_in_words(100 * both.agreed)}%"
    kappa = "none" if math.isnan(both.kappa) else f"{both.kappa:.2f}"
    return Turn(
        said=(
            f"The raters agreed on {both.alike} of {both.records} records ({agreed}); chance alone "
            f"would give {number_in_words(100 * both.by_chance)}%. Kappa: {kappa}."
        ),
        figures=(
            _answers(both),
            control_chart(measure, kind="p"),
            folded_lines("All of it in words", both.report()),
        ),
        table=lambda: made.table,
        tally={
            "Definition": told,
            "Mean wait (minutes)": str(chosen["mean_wait"]),
            "Agreed": agreed,
            "Kappa": kappa,
            "First said yes": str(both.first_totals[0]),
            "Second said yes": str(both.second_totals[0]),
        },
    )


def _answers(both: Agreement) -> str:
    return small_table(
        "Records by what each rater said",
        ("Answers", *(f"Second rater: {answer}" for answer in both.answers)),
        (
            (f"First rater: {answer}", *row)
            for answer, row in zip(both.answers, both.counts, strict=True)
        ),
    )


LAB = Lab(
    title="Two raters and one definition",
    about=(
        "Two people go through the same records of a clinic. For each they answer one question, "
        "such as whether the patient was seen promptly. Neither sees what the other wrote.",
        "The measure is only as good as the question. Choose what the raters are told, and see how "
        "often they agree. Records and raters are simulated.",
    ),
    question=f"Both are asked: “{VAGUE.words}” On how many of 100 records will they agree?",
    options={
        "nearly": "95 or more: they look at the same records",
        "most": "About 70",
        "coin": "About 50: as good as tossing a coin",
    },
    replies={
        "nearly": "You expected that they nearly always agree. Under a vague question each has a "
        "limit of their own, and seldom knows it.",
        "most": "You expected about 70. It sounds fair, until you see how much of it chance alone "
        "would give.",
        "coin": "You expected no better than a coin. Two people agree on the clear cases; it is "
        "those in the middle that they see differently.",
    },
    controls=(
        Pick("told", "What the raters are told", DEFINITIONS, "vague"),
        Count(
            "mean_wait",
            "Mean wait of the patients",
            5,
            200,
            40,
            step=5,
            unit="minutes",
            hint="With a short one nearly all were seen in time.",
        ),
        Count("slip", "Wrong boxes ticked", 0, 20, 2, unit="in 100"),
        Count("batches", "Batches of ten records", 5, 50, 12),
    ),
    press="Let them judge",
    play=_play,
    learn=(
        "Kappa tells how much of the agreement that chance leaves room for was reached: 1 is all "
        "of it, 0 none.",
        "Agreeing is not being right. Two raters can share a mistake, and so can two wards.",
        "Try the sharp question. Then try it with a mean wait of 5 minutes: they agree as often, "
        "and yet kappa often falls, since nearly all answers are yes.",
    ),
    room=(
        "Hand out the same ten short cases to pairs. First ask a vague question, then agree on a "
        "definition: what is counted, from when to when, by which clock, and who is left out. "
        "Judge again.",
        "Ask: Which words did the work? Whose figures are compared with ours, and did they count "
        "the same thing?",
    ),
)
