"""A ward that tests ideas for fewer missed doses: twelve tests, then one choice for good."""

from __future__ import annotations

from random import Random

from qi_tools.errors import QIToolsError
from qi_tools.experiments.implementation import WEEKS_AFTER, Implementation, implement
from qi_tools.experiments.ramp_fidelity import fidelity
from qi_tools.experiments.ward import IDEAS, ROLES, best_ideas, ward_by_chance
from qi_tools.experiments.ward_ramp import BUDGET, Done, Ramp, Test, carry_out
from qi_tools.spc.charts import control_chart
from qi_tools.teaching.lab import Lab, Turn
from qi_tools.teaching.lab_controls import Chosen, Count, Pick, SettingRefused, Several
from qi_tools.teaching.lab_pieces import small_table
from qi_tools.words import joined, number_in_words

__all__ = ["LAB"]

TEST, IMPLEMENT = "test", "implement"
IN_PLACE = (
    "The ideas are in place, and testing is over. Take back the last step to go on testing, or "
    "start again: another number of luck deals out other ideas that work."
)
USED = f"All {BUDGET} tests are used. Choose to put ideas in place."
NO_KEEN_WARD = "A whole ward has its usual staff. Choose usual staff, or a smaller scale."
ROLE_WORDS = dict(
    zip(
        ROLES,
        (
            "Helps keen staff only; does nothing for the rest",
            "Helps by day only",
            "Helps much, but only together with its partner",
            "Helps much, but only together with its partner",
            "Helps one nurse; does harm on a whole ward",
        ),
        strict=True,
    )
)


def _play(turns: tuple[Chosen, ...], luck: int) -> Turn:
    # What the ideas hide is dealt out first, so it is settled before the first test.
    random = Random(luck)
    ramp = Ramp(ward_by_chance(random))
    for chosen in turns[:-1]:
        if chosen["do"] == IMPLEMENT:
            raise QIToolsError(IN_PLACE)
        ramp = carry_out(ramp, _test(chosen), random)
    chosen = turns[-1]
    if chosen["do"] == IMPLEMENT:
        return _implemented(ramp, chosen, implement(ramp.ward, chosen["ideas"], random))
    if len(ramp.tests) == BUDGET:
        raise SettingRefused("do", USED)
    return _tested(carry_out(ramp, _test(chosen), random))


def _test(chosen: Chosen) -> Test:
    if chosen["scale"] == "whole ward" and chosen["staff"] == "keen":
        raise SettingRefused("staff", NO_KEEN_WARD)
    return Test(
        chosen["ideas"],
        chosen["guess"],
        chosen["scale"],
        chosen["time"],
        chosen["staff"],
        chosen["shifts"],
    )


def _tested(ramp: Ramp) -> Turn:
    done = ramp.tests[-1]
    return Turn(
        said=done.finding,
        figures=(ramp, _features(ramp)),
        table=lambda: ramp.shift_table,
        tally=_row(done),
    )


def _row(done: Done) -> dict[str, str]:
    (_, before), (_, during) = done.counts
    return {
        "Ideas": done.test.named,
        "Where and when": done.test.conditions,
        "Predicted": f"{number_in_words(done.test.prediction)}%",
        "Missed": f"{number_in_words(done.reading.during, 2)}%",
        "Before": f"{number_in_words(done.reading.before, 2)}%",
        "Doses": f"{before + during:,}",
        "What it shows": done.reading.conclusion,
    }


def _implemented(ramp: Ramp, chosen: Chosen, made: Implementation) -> Turn:
    before, after = (f"{share:.1f}%" for share in made.shares)
    best = best_ideas(made.ward)
    return Turn(
        said=(
            f"You put in place: {joined(made.ideas)}. Missed doses went from {before} to {after}; "
            f"you predicted {number_in_words(chosen['guess'])}%. In the long run that is "
            f"{_share(made)}. The best choice was {joined(best)}."
        ),
        figures=(
            control_chart(made.measure, kind="p"),
            small_table(
                "What the ideas hid",
                ("Idea", "What it does", "In place"),
                (
                    (
                        idea.capitalize(),
                        ROLE_WORDS[made.ward.role(idea)],
                        "yes" if idea in made.ideas else "no",
                    )
                    for idea in IDEAS
                ),
            ),
            *((ramp, _features(ramp)) if ramp.tests else ()),
        ),
        table=lambda: made.table,
        tally={
            "Ideas": joined(made.ideas),
            "Where and when": f"in place, {WEEKS_AFTER} weeks",
            "Predicted": f"{number_in_words(chosen['guess'])}%",
            "Missed": after,
            "Before": before,
            "Doses": f"{sum(week.doses for week in made.weeks):,}",
            "What it shows": _share(made),
        },
    )


def _share(made: Implementation) -> str:
    return "a loss" if made.score < 0 else f"{made.score}% of the gain that was to be had"


def _features(ramp: Ramp) -> str:
    return small_table(
        "How your tests were made",
        ("Feature", "Count", "What is counted"),
        (
            (each.name.capitalize(), f"{each.met}/{each.of}" if each.of else "-", each.rule)
            for each in fidelity(ramp)
        ),
    )


LAB = Lab(
    title="Ward ramp",
    about=(
        "On a ward about 15 in 100 doses of medicine are missed. There are five ideas for it. Some "
        "help, some only at times, or only together, or only while few use them; one may do harm. "
        "Which is which is dealt out by chance, so their names tell nothing.",
        f"You have {BUDGET} tests. For each you choose ideas, place, time, staff and length, and "
        "say first how many doses will be missed. A test is compared with as many shifts just "
        "before it, alike but without the ideas. Then you put ideas in place on the whole ward for "
        "good. The ward is simulated.",
    ),
    question="One nurse tries an idea in one shift. The shift before, 3 of 20 doses were missed; "
    "in the test, 1 of 20. What does that tell you?",
    options={
        "works": "It works: two thirds fewer are missed",
        "likely": "It very likely works: chance alone seldom does that",
        "little": "Very little: chance alone often does that",
    },
    replies={
        "works": "You said that it works. Where 14 in 100 are missed all the time, the second of "
        "two shifts with 20 doses has two or more fewer missed about one time in four, with "
        "nothing changed.",
        "likely": "You said that chance seldom does that. Where 14 in 100 are missed all the time, "
        "the second of two shifts with 20 doses has two or more fewer missed about one time in "
        "four, with nothing changed.",
        "little": "You said: very little. So it is: with nothing changed, a fall of two or more is "
        "seen about one time in four. Yet a small test tells other things: whether it can be done "
        "at all, and what gets in the way.",
    },
    controls=(
        Pick(
            "do",
            "What you do",
            {TEST: "Test the ideas", IMPLEMENT: "Put them in place, for good"},
            TEST,
        ),
        Several(
            "ideas",
            "Ideas",
            {idea: f"{idea.capitalize()}: {words}" for idea, words in IDEAS.items()},
            least=1,
        ),
        Pick(
            "scale",
            "Where",
            {
                "one nurse": "One nurse: 20 doses a shift",
                "one bay": "One bay: 30 doses a shift",
                "whole ward": "Whole ward: 120 doses a shift",
            },
            "one nurse",
            when=("do", TEST),
        ),
        Pick(
            "time",
            "When",
            {"day": "By day", "night": "At night", "weekend": "Weekend"},
            "day",
            when=("do", TEST),
        ),
        Pick(
            "staff",
            "With whom",
            {"keen": "Keen staff", "usual": "Usual staff"},
            "keen",
            when=("do", TEST),
        ),
        Count("shifts", "How many shifts", 1, 14, 1, unit="shifts", when=("do", TEST)),
        Count("guess", "Your prediction: missed doses in 100", 0, 100, None, step=0.1),
    ),
    press="Do it",
    play=_play,
    learn=(
        "Read the interval, not the dot. A small test often can't tell help from chance; it is for "
        "learning cheaply what could go wrong. A result that could be chance is not a result that "
        "nothing happens.",
        "Widen one thing at a time: other staff, nights, a bay, the ward. An idea that shines with "
        "one keen nurse by day has been shown for one keen nurse by day.",
        "Of ideas that do nothing, about one test in 20 shows a difference all the same. Test "
        "again what surprises you, with more doses.",
        "Try next: carry one idea from one nurse to a bay, then to the ward at night. Try two "
        "together that did little alone. When your predictions come true, put them in place.",
    ),
    room=(
        "Teams of three to five share a screen; 45 minutes. Before each test someone says aloud "
        "the prediction and why; after it, someone writes down what was learned and what comes "
        "next. This page keeps plan and result, but not that. All teams with one number of luck "
        "have the same ward.",
        "Ask: Which of your predictions was farthest off, and what did you do with it? Who went "
        "from one nurse straight to the ward? Which result would you have shown to the board, and "
        "was it more than chance?",
    ),
    most=BUDGET + 1,
    turn="step",
)
