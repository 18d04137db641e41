"""How far a project has come: six stages, each with the evidence that it needs.

Stages, evidence and every number in them are our choice. They follow what improvers are taught to
do in turn (Langley and others, The Improvement Guide, 2009); no study gives the thresholds. What a
file can't show, such as whether people trust one another, is no evidence here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from qi_tools.improvement.fields import Day, Line, OneOf, asked

__all__ = ["EVIDENCE", "MEANINGS", "STAGES", "Evidence", "Reached"]

#: The six stages in order, by the word in the file.
STAGES: Final = {
    "chosen": "Chosen",
    "team and aim": "Team and aim",
    "testing": "Testing",
    "improving": "Improving",
    "in place": "In place",
    "kept up": "Kept up",
}


#: What each stage means.
MEANINGS: Final = {
    "chosen": "The problem is worth the work, and someone with the power to help wants it solved.",
    "team and aim": "The right people agree on an aim, on what may lead to it, and on what to "
    "count. They know where they begin.",
    "testing": "The team has looked at how things are, and learns from its first small test.",
    "improving": "Tests build on one another, and a chart shows that something gets better.",
    "in place": "The change is how the work is done, the outcome is better, and someone owns it.",
    "kept up": "The gain has lasted without a push, and what was learnt is passed on.",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that a stage needs.

    Parameters
    ----------
    stage : str
        A key of `STAGES`.
    name : str
        What the rules call it; each is used once.
    words : str
        What must be there.
    why : str
        Why it matters.
    """

    stage: str
    name: str
    words: str
    why: str


#: What each stage needs, in order of importance within the stage.
EVIDENCE: Final = (
    Evidence(
        "chosen",
        "problem",
        "The problem is said.",
        "People who see different problems mend different things.",
    ),
    Evidence(
        "chosen",
        "why now",
        "It is said why now.",
        "Time is short: people ask why this comes first.",
    ),
    Evidence(
        "chosen",
        "sponsor",
        "The team has a sponsor.",
        "Someone must open doors and find time when the team can't.",
    ),
    Evidence(
        "chosen",
        "organisation's aim",
        "It serves an aim of the organisation.",
        "Work that serves no wider aim is the first to be dropped.",
    ),
    Evidence(
        "team and aim",
        "aim",
        "The aim has all its parts: what, for whom, by how much, by when, measured how.",
        "Without a number and a day nobody can tell whether you are there.",
    ),
    Evidence(
        "team and aim",
        "leader",
        "Someone leads the team.",
        "What belongs to all is done by none.",
    ),
    Evidence(
        "team and aim",
        "member",
        "Someone in the team does the work that will change.",
        "They know how it is really done, and they must live with the change.",
    ),
    Evidence(
        "team and aim",
        "voice",
        "Someone in the team uses the service.",
        "They see what staff can't, and say what matters.",
    ),
    Evidence(
        "team and aim",
        "scope",
        "It is said what is in and what is out.",
        "A project that grows without a limit does not end.",
    ),
    Evidence(
        "team and aim",
        "theory",
        "Two primary drivers or more have change ideas below them.",
        "One way to the aim is rarely enough, and an idea without a driver has no reason.",
    ),
    Evidence(
        "team and aim",
        "family of measures",
        "An outcome, a process and a balancing measure are defined, sourced and owned.",
        "The outcome says whether it helps, the process whether it is done, the balancing measure "
        "what it costs elsewhere.",
    ),
    Evidence(
        "team and aim",
        "baseline",
        "An outcome has 10 readings or more.",
        "Without a baseline nobody can tell a change from chance.",
    ),
    Evidence(
        "testing",
        "looked",
        "The team has looked at the process or at the causes: 3 steps, causes or whys, or more.",
        "What is done often differs from what people think is done.",
    ),
    Evidence(
        "testing",
        "test",
        "One test has a prediction, what happened, what was learnt and what comes next.",
        "Learning is in the gap between what you thought and what you saw.",
    ),
    Evidence(
        "testing",
        "readings go on",
        "An outcome or a process is counted after the first test began.",
        "Only data over time show whether a test made a difference.",
    ),
    Evidence(
        "improving",
        "ramp",
        "Three tests or more build on one another, each with a prediction, small before large.",
        "Small tests fail cheaply, and each makes the next one better.",
    ),
    Evidence(
        "improving",
        "signal",
        "The chart of an outcome or a process has a signal for the better.",
        "A signal is what chance seldom does on its own.",
    ),
    Evidence(
        "improving",
        "stakeholders",
        "There is an action for a stakeholder, and for each with much influence.",
        "People hold up what they were not asked about.",
    ),
    Evidence(
        "in place",
        "change",
        "A change is made for good, with its date.",
        "The date lets all see on the chart what came before and after.",
    ),
    Evidence(
        "in place",
        "outcome better",
        "The chart of an outcome has a signal for the better.",
        "A change that is done and does not help is not yet an improvement.",
    ),
    Evidence(
        "in place",
        "keeping",
        "The plan to keep it has an owner, a standard, training, a watch and what to do on a slip.",
        "What nobody owns slips back when the team leaves.",
    ),
    Evidence(
        "kept up",
        "lasted",
        "An outcome has 12 readings since the change, or readings for 6 months.",
        "The first weeks ride on attention; later ones show the new way of working.",
    ),
    Evidence(
        "kept up",
        "no slip",
        "No outcome has a signal for the worse since the change.",
        "A slip seen early is small.",
    ),
    Evidence(
        "kept up",
        "spread",
        "A place for it to spread to is named, or it is said what spreads or why nothing does.",
        "Others have the same problem.",
    ),
    Evidence(
        "kept up",
        "reviewed",
        "After the change, the team and others agreed on the stage reached.",
        "An end that is agreed on sets people free for the next thing.",
    ),
)


@dataclass(frozen=True, slots=True)
class Reached:
    """A stage that the team and its sponsor agree to have reached.

    Parameters
    ----------
    id : str
    stage : str
        A key of `STAGES`.
    on : datetime.date or None
    agreed_by : str
    note : str
    """

    id: str
    stage: str = asked(OneOf("Stage", options=STAGES))
    on: date | None = asked(Day("Reached on"))
    agreed_by: str = asked(Line("Agreed by", "Roles, not names.", most=80))
    note: str = asked(Line("What shows it?"))
