"""Adoption: one change, 24 sites, and a year to bring it into use."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from random import Random

from qi_tools.experiments.adoption import BEGIN, WAYS, Adoption, Rollout, spread
from qi_tools.experiments.spreads import LEVERS, SiteMaps, Spreads, fate
from qi_tools.spc.charts import run_chart
from qi_tools.teaching.lab import Lab, Turn
from qi_tools.teaching.lab_controls import Chosen, Count, Pick, Several
from qi_tools.teaching.lab_pieces import folded_lines, small_table
from qi_tools.words import joined

__all__ = ["LAB"]

SITES = 24
LEVER_WORDS: Mapping[str, str] = {
    "visits": "Visits: sites go and see each other's work",
    "mandate": "Mandate: an order from above that all sites begin",
    "support": "Support: someone helps each site after it began",
    "adapt": "Adapt: sites may fit the change to their own work",
}
BEGIN_WORDS: Mapping[str, str] = {
    "most ready": "Where people are most ready",
    "most linked": "Where people know most other sites",
    "chance": "Where chance has it",
}


def _play(turns: tuple[Chosen, ...], luck: int) -> Turn:
    # All turns meet the same luck, so that levers can be held against each other.
    spreads = Spreads(tuple(_spread(_rollout(each), luck) for each in turns))
    made, guess = spreads.runs[-1], turns[-1]["guess"]
    last = made.weeks[-1]
    half = "never" if made.half_way is None else f"from week {made.half_way}"
    return Turn(
        said=(
            f"After a year {last.in_use} of {SITES} sites use the change; your guess was {guess}. "
            f"{last.adopted} took it up, and {last.slipped or 'none'} slipped back."
        ),
        figures=(
            spreads,
            _ways(made),
            SiteMaps(spreads),
            run_chart(made.outcome),
            folded_lines("Which sites slipped back", _slipped(made)),
        ),
        table=lambda: made.table,
        tally={
            "Levers": joined(turns[-1]["levers"]) or "none",
            "Began at": str(made.rollout.starters),
            "Your guess": str(guess),
            "Took it up": str(last.adopted),
            "Slipped back": str(last.slipped),
            "Use it": str(last.in_use),
            "Half use it": half,
        },
    )


@lru_cache(maxsize=32)
def _spread(rollout: Rollout, luck: int) -> Adoption:
    """Spread the change; kept, since each turn shows those before it once more."""
    return spread(rollout, Random(luck))


def _rollout(chosen: Chosen) -> Rollout:
    return Rollout(
        sites=SITES,
        starters=chosen["starters"],
        begin=chosen["begin"],
        **{lever: lever in chosen["levers"] for lever in LEVERS},
    )


def _ways(made: Adoption) -> str:
    """Hold those who took it up in different ways against each other."""
    came = {way: [site for site in made.sites if site.way == way] for way in WAYS if way != "never"}
    return small_table(
        "How sites came to it, and whether they kept it",
        ("They took it up", "Sites", "Slipped back", "Use it"),
        (
            (
                WAYS[way].capitalize(),
                len(sites),
                sum(site.slipped is not None for site in sites),
                sum(site.slipped is None for site in sites),
            )
            for way, sites in came.items()
            if sites
        ),
    )


def _slipped(made: Adoption) -> list[str]:
    lost = [site for site in made.sites if site.slipped is not None]
    return [f"Site {site.number} {fate(site)}." for site in lost] or ["None did."]


LAB = Lab(
    title="Adoption",
    about=(
        "A change cut the number of late patients at one site. Now 24 sites are to use it. Sites "
        "take it up by themselves, by order, or because they saw it at a site that they know. Some "
        "slip back to the old way.",
        "You lead the spread. Choose where it begins and what you do, then run a year. All runs "
        "have the same sites, links and luck, so you can compare them. Sites, patients and the "
        "strength of each lever are made up: it is a simulation.",
    ),
    question="The change begins at one site. The board orders all 24 sites to use it, and does "
    "nothing more. How many use it after a year?",
    options={
        "most": "20 or more: an order is an order",
        "half": "About half",
        "few": "Fewer than 5: orders change nothing",
    },
    replies={
        "most": "You said 20 or more. With the order alone nearly all sites take it up, but look "
        "at the year's end: in most runs about half of them have slipped back.",
        "half": "You said about half, and so it is in most runs with the order alone. The dashed "
        "line goes nearly to the top all the same: that is what gets reported.",
        "few": "You said fewer than 5. An order does move people, and fast: nearly all take it up. "
        "What it does not do is keep them.",
    },
    controls=(
        Several("levers", "What you do", LEVER_WORDS, ("mandate",)),
        Pick("begin", "Where it begins", {each: BEGIN_WORDS[each] for each in BEGIN}, "most ready"),
        Count("starters", "Sites to begin with", 0, SITES, 1),
        Count("guess", "Your guess: sites that use it after a year", 0, SITES, None),
    ),
    press="Run a year",
    play=_play,
    learn=(
        "Two lines, two stories. The dashed one counts who ever took it up, and can only rise. The "
        "thick one counts who uses it. Patients feel only the thick one: look at the run chart.",
        "Pushing gets signatures. In this made-up world a site under an order slips back four "
        "times as easily. Contact and support get use: what people saw work at a site they know, "
        "with help after they began, more often lasts.",
        "Without an order it starts slowly: after two months often a quarter of the sites or "
        "fewer use it. That is the foot of an S, and no reason by itself to give up.",
        "Try next: visits, support and adapt without the order. Then add the order: it is faster. "
        "Is more in use at the end? Then begin with four sites. Then another number of luck.",
    ),
    room=(
        "Groups of four to six senior leaders or coaches; 30 minutes. Each group may pick two "
        "levers, writes down its guess, and makes its case. All run with the same number of luck.",
        "Ask: Which line do we report today, and to whom? Who pays for help in the second half of "
        "the year? Which of our sites would others go and see?",
    ),
)
