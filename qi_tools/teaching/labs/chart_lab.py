"""A chart lab: plant a change in noise, and see whether rules find it and how often they err."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from qi_tools.experiments.chart_lab import MOST_POINTS, Plan, Repeated, plant, repeat
from qi_tools.spc.rule_sets import CHOICES
from qi_tools.teaching.lab import Lab, Turn
from qi_tools.teaching.lab_controls import Chosen, Count, Pick, Tick
from qi_tools.teaching.lab_pieces import small_table
from qi_tools.words import number_in_words

__all__ = ["LAB"]

CHARTS = 1_000
CHANGE_WORDS: Mapping[str, str] = {
    "nothing": "Nothing: chance alone",
    "shift": "A shift that lasts",
    "trend": "A slow rise, point by point",
    "outlier": "One point far off",
}
PLACE_WORDS: Mapping[str, str] = {
    "early": "After a quarter of the points",
    "middle": "Half-way",
    "late": "After three quarters of the points",
}
SHORT: Mapping[str, str] = {
    "nothing": "Nothing",
    "shift": "Shift",
    "trend": "Slow rise",
    "outlier": "One point",
}


def _play(turns: tuple[Chosen, ...], luck: int) -> Turn:
    chosen = turns[-1]
    plan = Plan(chosen["change"], chosen["size"], chosen["place"], chosen["points"])
    rules, guess = CHOICES[chosen["rules"]], chosen["guess"]
    planted = plant(plan, Random(f"{luck}/{_drawn_in(turns)}"))
    chart = planted.chart(rules)
    many = repeat(plan, CHARTS, tuple(CHOICES.values()), Random(f"{luck}/many"))
    fired = many.of(rules.name)
    false, found = (f"{100 * share:.0f}" for share in (fired.on_noise, fired.on_change))
    nothing = plan.change == "nothing"
    return Turn(
        said=(
            f"Planted: {plan.words}. By the {rules.name} rules this chart shows "
            f"{_shows(signal=bool(chart.signals), nothing=nothing)}. Of 100 such charts about "
            f"{found} show a signal; your guess was {guess}."
            + ("" if nothing else f" Without the change it is about {false}.")
        ),
        figures=(chart, _sets(many), _each_rule(many)),
        table=lambda: planted.table,
        tally={
            "Planted": SHORT[plan.change]
            + ("" if nothing else f", {number_in_words(plan.size)} sigma, {plan.place}"),
            "Points": str(plan.points),
            "Rules": rules.name,
            "This chart": _verdict(signal=bool(chart.signals), nothing=nothing),
            "Your guess, of 100": str(guess),
            "With it, of 100": "" if nothing else found,
            "On noise, of 100": false,
        },
    )


def _drawn_in(turns: tuple[Chosen, ...]) -> int:
    """Give the turn whose ups and downs are shown: this one, or the one that they are kept from."""
    return max((at for at, each in enumerate(turns, 1) if not each["keep"]), default=1)


def _shows(*, signal: bool, nothing: bool) -> str:
    if nothing:
        return "a signal: a false alarm" if signal else "no signal, and rightly"
    return "a signal" if signal else "no signal: the change is missed"


def _verdict(*, signal: bool, nothing: bool) -> str:
    if nothing:
        return "False alarm" if signal else "Rightly none"
    return "Signal" if signal else "Missed"


def _headings(many: Repeated, first: str) -> tuple[str, ...]:
    return (first, "On noise", *(() if many.plan.change == "nothing" else ("With the change",)))


def _cells(many: Repeated, noise: float, change: float) -> tuple[str, ...]:
    shares = (noise,) if many.plan.change == "nothing" else (noise, change)
    return tuple(f"{100 * share:.0f}" for share in shares)


def _sets(many: Repeated) -> str:
    return small_table(
        f"Charts with a signal, of 100 (from {many.charts:,}; give or take {many.give_or_take})",
        _headings(many, "Rules"),
        ((each.name, *_cells(many, each.on_noise, each.on_change)) for each in many.sets),
    )


def _each_rule(many: Repeated) -> str:
    return small_table(
        "Each rule alone, of 100 charts",
        _headings(many, "Rule (of which set)"),
        (
            (
                f"{each.name[0].upper()}{each.name[1:]} ({' and '.join(each.belongs)})",
                *_cells(many, each.on_noise, each.on_change),
            )
            for each in many.rules
        ),
    )


LAB = Lab(
    title="Chart lab",
    about=(
        "Here you know the truth, because you plant it. A made-up phone line has waits of about "
        "40 minutes that go up and down by chance. Sigma, the size of the usual ups and downs, is "
        "5 minutes. Plant a change in them, or nothing at all, and let the rules judge the chart.",
        "Each press draws one chart. It also makes up 1,000 more like it, and counts on how many "
        "of 100 the rules give a signal: with your change, and on noise alone. All is simulated.",
    ),
    question="Nothing is planted: 24 points, chance alone. On how many of 100 such charts do you "
    "think the rules show a signal all the same?",
    options={
        "none": "On none: the limits are there to prevent that",
        "few": "On 1 or 2",
        "some": "On about 10",
        "many": "On 30 or more",
    },
    replies={
        "none": "You said none. No rule can promise that, as chance makes every pattern sooner or "
        "later. Look at the column for noise.",
        "few": "You said 1 or 2. One rule at one point errs more seldom than that. But there are "
        "several rules and many points. Look at the column for noise.",
        "some": "You said about 10. It is in that region with 24 points. Now see what 12 points, "
        "or 60, make of it.",
        "many": "You said 30 or more. Some rules in use are as bad as that. These two sets are "
        "better, at 24 points. See what 60 points make of it.",
    },
    controls=(
        Pick("change", "What you plant", CHANGE_WORDS, "nothing"),
        Count(
            "size",
            "How large, in sigmas",
            0.5,
            6,
            1.5,
            0.5,
            hint="One sigma is 5 minutes. With nothing planted this has no effect.",
        ),
        Pick("place", "Where it begins", PLACE_WORDS, "middle"),
        Count("points", "Points on the chart", 12, MOST_POINTS, 24),
        Pick("rules", "Rules", {id: rules.name for id, rules in CHOICES.items()}, "anhoej"),
        Count(
            "guess",
            "Your guess: charts with a signal, of 100",
            0,
            100,
            None,
        ),
        Tick(
            "keep",
            "Keep the ups and downs of the press before",
            hint="Tick it to see what another change, or the other rules, make of the same chance.",
        ),
    ),
    press="Draw a chart",
    play=_play,
    learn=(
        "There are two mistakes. A false alarm is a signal where only chance is at work: someone "
        "looks for a cause that is not there. A missed signal is a change that the rules do not "
        "see: it goes on unseen. Every set of rules makes both.",
        "Rules that find more also cry wolf more. Compare the two sets in both columns. Neither "
        "is right and the other wrong: an organisation chooses one by what each mistake costs, "
        "and stays with it.",
        "Size and time help: a large change is found soon, a small one needs many points. But "
        "more points on one chart also make more false alarms.",
        "Try next: a shift of 1 sigma, then of 3. A rise against a shift of the same size. Then "
        "one chart of noise after the other: after how many presses comes your first false alarm?",
    ),
    room=(
        "In pairs, one screen each; 30 minutes. One plants something or nothing and turns the "
        "screen round so that only the chart shows. The other judges it by rules that both named "
        "before. Ten charts, then change places. Count false alarms and misses apart.",
        "Ask: What does a false alarm cost here, and who pays? What does a miss cost? With 200 "
        "charts each month, how many alarms are false, and would anyone still listen?",
    ),
    most=30,
)
