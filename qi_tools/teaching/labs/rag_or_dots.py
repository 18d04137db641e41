"""Red, amber, green or dots: one board report, decided by its colours and by its charts."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from qi_tools.experiments.made_up_trust import ASK, INDICATORS, LEAVE, WORK, Trust
from qi_tools.experiments.rag_or_dots import Judged, Score, by_chart, by_rag, score
from qi_tools.experiments.rag_table import RagTable
from qi_tools.experiments.trust_report import Report, publish
from qi_tools.spc.multiples import SmallMultiples, small_multiples
from qi_tools.spc.rule_sets import MAKING_DATA_COUNT
from qi_tools.teaching.lab import Lab, Turn
from qi_tools.teaching.lab_controls import Chosen, Pick
from qi_tools.teaching.lab_pieces import small_table
from qi_tools.words import counted

__all__ = ["LAB"]

MONTHS = 24  # that the report has; a month more is shown on demand
SHORT: Mapping[str, str] = {ASK: "Ask", WORK: "Work", LEAVE: "Leave"}
DECISION_WORDS: Mapping[str, str] = {
    LEAVE: "Leave it alone",
    ASK: "Ask what happened",
    WORK: "Work on the system",
}
NAMES: Mapping[str, str] = {
    f"measure_{number}": each.name for number, each in enumerate(INDICATORS, 1)
}
COLOURS, DOTS, DECIDE, LATER = "colours", "dots", "decide", "later"
TRUTH_WORDS: Mapping[str, str] = {
    "meets": "steady, meets its target",
    "chance": "steady, near its target",
    "misses": "steady, misses its target",
    "worsens": "got worse",
    "improves": "got better",
    "one month": "one bad month",
}
VERDICT_WORDS: Mapping[str, str] = {
    "right": "Right",
    "reaction to noise": "Asked, but nothing happened",
    "change missed": "Something happened, not asked",
    "target given up": "Target given up",
    "work not needed": "Work not needed",
}


def _play(turns: tuple[Chosen, ...], luck: int) -> Turn:
    """Show the report or judge the decisions; the report is the same in each turn."""
    later = publish(Trust(months=MONTHS + 1), Random(luck))
    report, step = later.month_before, turns[-1]["step"]
    if step == DOTS:
        return _dots(report)
    if step == COLOURS or len(turns) == 1:
        return _colours(report)
    return _later(report, later) if step == LATER else _decided(report, turns[-1])


def _colours(report: Report) -> Turn:
    red = sum(cell.colour == "red" for cell in report.rag)
    return Turn(
        said=(
            f"The report of month {MONTHS}: {red} of {len(report.rag)} measures are red. Now "
            "decide on each measure, and press again."
        ),
        figures=(RagTable(report),),
        table=lambda: report.table,
        tally={"What": "Saw the colours"},
    )


def _dots(report: Report) -> Turn:
    charts = _charts(report)
    return Turn(
        said=f"The same report as dots. {charts.finding} Now decide on each measure.",
        figures=(charts,),
        table=lambda: report.table,
        tally={"What": "Saw the dots"},
    )


def _charts(report: Report) -> SmallMultiples:
    charts = report.charts(MAKING_DATA_COUNT)
    return small_multiples(charts, name=f"{MONTHS} months as dots", shared=False)


def _decided(report: Report, chosen: Chosen) -> Turn:
    own = score(report, {name: chosen[id] for id, name in NAMES.items()})
    colours, charts = (
        score(report, by_rag(report)),
        score(report, by_chart(report, MAKING_DATA_COUNT)),
    )
    red = [row for row, cell in zip(report.rows, report.rag, strict=True) if cell.colour == "red"]
    happened = sum(row.since is not None for row in red)
    right, noise, missed = (
        own.count(verdict) for verdict in ("right", "reaction to noise", "change missed")
    )
    return Turn(
        said=(
            f"You got {right} of {len(own.judged)} right. Asking about every red gets "
            f"{colours.count('right')}, the charts get {charts.count('right')}. Of "
            f"{counted(len(red), 'red measure')}, something truly happened in {happened or 'none'}."
        ),
        figures=(_ways(own, colours, charts), _charts(report), _each(report, own, colours, charts)),
        table=lambda: report.table,
        tally={
            "What": "Decided",
            "Right": str(right),
            "False alarms": str(noise),
            "Missed": str(missed),
        },
    )


def _ways(own: Score, colours: Score, charts: Score) -> str:
    return small_table(
        "Decisions held against the truth",
        ("What came of it", "You", "Every red", "Charts"),
        (
            (words, *(way.count(verdict) for way in (own, colours, charts)))
            for verdict, words in VERDICT_WORDS.items()
        ),
    )


def _each(report: Report, own: Score, colours: Score, charts: Score) -> str:
    # The truth stands with the name: a column of its own has no room on a phone.
    rows = (
        (f"{row.indicator.name}: {TRUTH_WORDS[row.system]}", *map(_told, ways))
        for row, *ways in zip(report.rows, own.judged, colours.judged, charts.judged, strict=True)
    )
    return small_table(
        "What is true of each, and what was decided",
        ("Measure", "You", "Every red", "Charts"),
        rows,
    )


def _later(report: Report, later: Report) -> Turn:
    pairs = list(zip(report.rag, later.rag, strict=True))
    turned = [(before, now) for before, now in pairs if before.colour != now.colour]
    red = [now for before, now in pairs if before.colour == "red"]
    better = sum(now.colour != "red" for now in red)
    return Turn(
        said=(
            f"A month later {len(turned)} of {len(pairs)} measures have another colour. Nothing "
            "changed in any of them between the two months. Of "
            f"{counted(len(red), 'red measure')}, {better or 'none'} left red by chance alone."
        ),
        figures=(
            RagTable(later),
            small_table(
                "Another colour, though nothing changed",
                ("Measure", f"Month {MONTHS}", f"Month {MONTHS + 1}"),
                (
                    (now.name, *(f"{each.colour.capitalize()}, {each.value:g}" for each in both))
                    for both in turned
                    for now in both[1:]
                ),
            ),
        ),
        table=lambda: later.table,
        tally={"What": f"A month later: {len(turned)} other colours"},
    )


def _told(judged: Judged) -> str:
    return f"{SHORT[judged.decision]}, {'right' if judged.verdict == 'right' else 'wrong'}"


LAB = Lab(
    title="Red, amber, green or dots",
    about=(
        "You are the board of a made-up trust. Its report has twelve measures. Each is red, amber "
        "or green this month, with an arrow against last month. The report, and what truly "
        "happened in the trust, are simulated.",
        "The first press shows the report. Then choose to decide, and say for each measure: ask "
        "what happened, work on the system, or leave it alone. Press again, and your decisions "
        "are held against the truth.",
    ),
    question="Think of the red measures of one month. In how many of them did something happen "
    "that is worth asking about?",
    options={
        "most": "In most of them: that is what red is for",
        "half": "In about half of them",
        "few": "In few of them",
    },
    replies={
        "most": "You said most. Decide on all twelve and press again: it is then told in how many "
        "of the red ones something truly happened.",
        "half": "You said about half. Decide on all twelve and press again: is it half, in this "
        "month of this trust?",
        "few": "You said few. Then which of the others would you ask about? Decide on all twelve, "
        "and press again.",
    },
    controls=(
        Pick(
            "step",
            "What the next press does",
            {
                COLOURS: "Shows the report in colours",
                DECIDE: "Holds my decisions against the truth",
                DOTS: "Shows the same report as dots",
                LATER: "Shows the report a month later",
            },
            COLOURS,
            hint="Look at the report first. Then choose to decide: twelve lists appear.",
        ),
        *(
            Pick(id, name, DECISION_WORDS, LEAVE, when=("step", DECIDE))
            for id, name in NAMES.items()
        ),
    ),
    press="Go on",
    play=_play,
    learn=(
        "Decide first, and read on after that.",
        "A colour looks at one month, an arrow at two. Both change by chance. A steady measure "
        "near its target can have another colour every second month, and each red costs someone "
        "an explanation of nothing.",
        "Colours can also hide. A measure may be green and have got worse for months; another may "
        "be red and have got better. Dots over time show both, though a chart too can miss a "
        "change or call one where there is none.",
        "Ask three things: Did something change? Then ask what happened. Is it steady, but always "
        "short of its target? Then work on the system, as nobody did anything wrong this month. "
        "Is it steady and good enough? Then leave it alone.",
        "Try next: the report a month later. Then start again with another number of luck, look "
        "at the dots first, and decide again.",
    ),
    room=(
        "Half of the room looks at the colours and half at the dots, with the same number of luck. "
        "Each half decides on all twelve: 15 minutes. Then one press for each half, and compare.",
        "Ask: How many questions did each half ask? How many hours of staff time would they cost? "
        "Which measures of our own report would we show as dots from next month?",
    ),
    turn="step",
)
