"""A clinic and its queue: how busy is too busy."""

from __future__ import annotations

from qi_tools.experiments.clinic_queue import (
    Clinic,
    ClinicRun,
    Constant,
    Exponential,
    Lognormal,
    VisitTime,
    run_clinic,
)
from qi_tools.histograms import histogram
from qi_tools.levels import Level, Levels
from qi_tools.teaching.lab import Lab, Turn, of_this_turn
from qi_tools.teaching.lab_controls import Chosen, Count, Pick
from qi_tools.words import number_in_words

__all__ = ["LAB"]

WEEKS = 4


def _play(turns: tuple[Chosen, ...], luck: int) -> Turn:
    chosen = turns[-1]
    clinic = Clinic(
        arrivals=chosen["arrivals"],
        patients_an_hour=chosen["patients"],
        clinicians=chosen["clinicians"],
        visit=_visit(chosen),
        weeks=WEEKS,
    )
    made = run_clinic(clinic, of_this_turn(turns, luck))
    waits = [patient.wait for patient in made.patients]
    if not waits:
        return Turn(
            "Nobody came in all four weeks.", (), lambda: made.table, _tally(clinic, "none", "none")
        )
    mean, longest = number_in_words(made.mean_wait), f"{max(waits):.0f}"
    return Turn(
        said=(
            f"{len(waits):,} patients came in four weeks. They waited {mean} minutes on average "
            f"and {longest} at most. The clinicians were with patients for "
            f"{100 * made.utilisation:.0f}% of their time."
        ),
        figures=(
            _queue(made),
            histogram(waits, name="Waits of all patients", unit="minutes"),
        ),
        table=lambda: made.table,
        tally=_tally(clinic, mean, longest),
    )


def _visit(chosen: Chosen) -> VisitTime:
    minutes = float(chosen["minutes"])
    match chosen["visit"]:
        case "same":
            return Constant(minutes)
        case "usual":
            return Lognormal(minutes, 0.5)
    return Exponential(minutes)


def _queue(made: ClinicRun) -> Levels:
    """Show the queue of the first and of the worst day."""
    first, worst = made.days[0], max(made.days, key=lambda day: day.longest_queue)
    days = {first.day: first, worst.day: worst}
    return Levels(
        "Patients waiting",
        "patients",
        "minutes after opening",
        tuple(
            Level(
                f"{name}: day {made.days.index(day) + 1}",
                tuple((step.second / 60, step.waiting) for step in day.queue),
            )
            for name, day in zip(("First day", "Longest queue"), days.values(), strict=False)
        ),
        "Simulated.",
    )


def _tally(clinic: Clinic, mean: str, longest: str) -> dict[str, str]:
    return {
        "Arrivals": clinic.arrivals,
        "Load": f"{100 * clinic.load:.0f}%",
        "Clinicians": str(clinic.clinicians),
        "Mean wait (min)": mean,
        "Longest wait (min)": longest,
    }


LAB = Lab(
    title="A clinic and its queue",
    about=(
        "Patients come to a clinic that is open for four hours a day. Whoever is free sees the "
        "next one. You choose how many come, how they come, and how long a visit takes.",
        "The load is the work that comes in an hour, as a share of what the clinicians can do. "
        "Clinic and patients are simulated.",
    ),
    question="The load goes from 80% to 95%. What happens to the mean wait?",
    options={
        "little": "It grows by about a fifth, like the load",
        "much": "It at least doubles",
        "none": "Nothing: there is still room for all of them",
    },
    replies={
        "little": "You said a fifth. Set 4.8 patients an hour, then 5.7, with ten minutes each, "
        "and hold the mean waits against each other.",
        "much": "You said that it at least doubles. In the long run it does: the nearer to full, "
        "the steeper it gets. Four weeks can be lucky, so run it more than once.",
        "none": "You said nothing. On average there is room, but patients do not come on average. "
        "Look at the longest queue.",
    },
    controls=(
        Pick(
            "arrivals",
            "How they come",
            {"random": "When they like", "appointments": "By appointment, evenly spaced"},
            "random",
        ),
        Count("patients", "Patients an hour", 0.5, 30, 4.8, step=0.1),
        Count("clinicians", "Clinicians", 1, 6, 1),
        Count("minutes", "Minutes of a visit, on average", 2, 40, 10),
        Pick(
            "visit",
            "How much visits differ",
            {"same": "Not at all", "usual": "As visits do", "much": "Very much"},
            "usual",
        ),
    ),
    press="Open for four weeks",
    play=_play,
    learn=(
        "Waits come from ups and downs: of when people come and of how long they take. Take either "
        "away and the same load has shorter waits.",
        "A clinic that is busy all the time has no room for ups and downs. Some empty minutes are "
        "the price of short waits.",
        "Try appointments with visits that do not differ at all. Then try twice the patients with "
        "twice the clinicians: one queue for several serves better than a queue for each.",
    ),
    room=(
        "Give out the first run on paper and let the group set the load, aloud, step by step: 60%, "
        "80%, 90%, 95%. Draw the mean waits by hand on a large sheet before looking at the next.",
        "Ask: Which of our queues is run at 95%? What makes our arrivals go up and down, and which "
        "of that do we make ourselves?",
    ),
)
