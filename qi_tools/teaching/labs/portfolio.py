"""A portfolio: which of 40 projects to start, and how many at once, with too few coach days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from qi_tools.experiments.gains import Gains
from qi_tools.experiments.portfolio import Organisation, Plan, Portfolio, run_portfolio
from qi_tools.experiments.projects import PRIORITIES, PROJECTS, Project
from qi_tools.teaching.lab import Lab, Turn
from qi_tools.teaching.lab_controls import Chosen, Count, Pick, SettingRefused, Several
from qi_tools.teaching.lab_pieces import folded_lines, small_table
from qi_tools.words import number_in_words

__all__ = ["LAB"]

OWN = "own"
NONE_TICKED = "Tick one project or more in the lists below, or choose all 40."
ORDERS: Mapping[str, Callable[[Project], float]] = {
    "loud": lambda each: -each.loudness,
    "short": lambda each: each.months,
    "value": lambda each: -each.value,
}
ORDER_WORDS: Mapping[str, str] = {
    "loud": "Loudest first",
    "short": "Shortest first",
    "value": "Best value first",
}


def _play(turns: tuple[Chosen, ...], luck: int) -> Turn:
    # All turns meet the same luck, so they can be held against one another.
    runs = tuple(
        run_portfolio(Organisation(each["coach_days"]), _plan(each), Random(luck)) for each in turns
    )
    chosen, made = turns[-1], runs[-1]
    last, benefit = made.months[-1], round(made.benefit)
    return Turn(
        said=f"{made.finding}{_against(benefit, [round(run.benefit) for run in runs[:-1]])}",
        figures=(
            made,
            Gains(runs),
            small_table(
                "Where the coach days went",
                ("Priority", "Share of days", "Projects finished"),
                (
                    (
                        priority.capitalize(),
                        f"{share:.0%}",
                        sum(
                            each.finished is not None
                            for each in made.courses
                            if each.project.priority == priority
                        ),
                    )
                    for priority, share in made.balance
                ),
            ),
            folded_lines("What became of each project", _fates(made)),
        ),
        table=lambda: made.table,
        tally={
            "Projects": str(len(made.courses)),
            "Order": ORDER_WORDS[chosen["order"]],
            "At once": str(chosen["at_once"]),
            "Coach days": str(chosen["coach_days"]),
            "Finished": str(last.finished),
            "Stalled": str(last.stalled),
            "Points": number_in_words(benefit),
        },
    )


def _plan(chosen: Chosen) -> Plan:
    named = {name for priority in PRIORITIES for name in chosen[priority]}
    if chosen["which"] == OWN and not named:
        raise SettingRefused("which", NONE_TICKED)
    projects = [each for each in PROJECTS if chosen["which"] != OWN or each.name in named]
    projects.sort(key=ORDERS[chosen["order"]])
    return Plan(tuple(each.name for each in projects), chosen["at_once"])


def _against(benefit: int, before: list[int]) -> str:
    """Hold the benefit against the best run so far."""
    if not before:
        return ""
    best = max(before)
    number = before.index(best) + 1
    if benefit == best:
        return f" That is as much as in run {number}, the best so far."
    more = "more" if benefit > best else "less"
    points = number_in_words(abs(benefit - best))
    return f" That is {points} {more} than in run {number}, the best before."


def _fates(made: Portfolio) -> tuple[str, ...]:
    return tuple(f"{each.project.name}: {each.fate}." for each in made.courses)


def _facts(project: Project) -> str:
    """Tell a proposal in a line or two."""
    facts = [f"{project.benefit} points for {project.days}\u00a0×\u00a0{project.months} days"]
    if project.loudness >= 4:
        facts.append("loudly asked for")
    if project.team <= 2:
        facts.append("team not ready")
    return f"{project.name}: {', '.join(facts)}"


LAB = Lab(
    title="Portfolio",
    about=(
        "An organisation has 40 ideas for improvement projects and 50 coach days a month for all "
        "of them. Together the 40 ask for 254 days a month. You are the leaders: choose which "
        "projects to start, in which order, and how many may be in progress at once.",
        "A project that gets fewer days than it asks for goes more slowly. Once it has finished, "
        "it brings its benefit each month. You have three years. Projects and points are "
        "simulated.",
    ),
    question="You take the projects that bring most for their coach days first. How many in "
    "progress at once will bring the most benefit in three years?",
    options={
        "two": "Two: each gets all the attention it can use",
        "nine": "About nine: they ask for about as many days as there are",
        "twenty": "Twenty: a coach can always help a little more",
        "all": "All 40: nothing that is worth doing should wait",
    },
    replies={
        "two": "You said two. Nothing is short of support then, but days that nobody asks for are "
        "lost. Run it with two, and look how many projects never begin.",
        "nine": "You said about nine. With 50 coach days and the best value first that is usually "
        "near the best. Run it with twenty too, and see what the next few projects cost.",
        "twenty": "You said twenty. Each then gets half of what it asks for or less. Run it, then "
        "run it with nine, and hold the two lines against each other.",
        "all": "You said all 40. Each then gets about a fifth of what it asks for. Run it, and "
        "look when the first one finishes and how many stall.",
    },
    controls=(
        Pick("which", "Which projects", {"all": "All 40", OWN: "My own list"}, "all"),
        Pick(
            "order",
            "Which of them begin first",
            ORDER_WORDS,
            "value",
            hint="Loud: asked for most. Value: points for each coach day.",
        ),
        Count("at_once", "In progress at once, at most", 1, 40, 20, unit="projects"),
        Count("coach_days", "Coach days a month", 10, 250, 50, unit="days"),
        *(
            Several(
                priority,
                f"My own list: {priority}",
                {each.name: _facts(each) for each in PROJECTS if each.priority == priority},
                hint="Points a month once finished, for coach days a month × months.",
                when=("which", OWN),
            )
            for priority in PRIORITIES
        ),
    ),
    press="Run three years",
    play=_play,
    learn=(
        "Work in progress is not work done. A project with half of its support makes about a third "
        "of its progress, and with less it may stall: coaches lose time by switching. That share "
        "is made up; that switching costs something is not.",
        "Fewer at a time often finishes more, as long as those few are well chosen. Few of the "
        "loudest often bring little: they tend to be large, and they hold up the rest.",
        "To choose is to say no. Look at the table: the best value may leave a priority almost "
        "bare. You may decide to pay for balance; then know what you pay.",
        "Try next: all 40, best value first, with 40, 20, 9 and 4 at once. Then your own list: "
        "can you beat the rule? Then twice the coach days: which number at once suits them?",
    ),
    room=(
        "Teams of three to five senior leaders; 40 minutes. Print the 40 projects as cards. Each "
        "team picks, orders, says how many at once, and writes down how many will finish. All run "
        "with the same number of luck. Then each team makes the case for one cut to whoever asked "
        "for it.",
        "Ask: What did we stop, and who was told? Which of our own projects have stalled, and who "
        "noticed? What share of its support does each of ours get today?",
    ),
)
