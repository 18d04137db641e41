"""The summary of a project: one page of A4, whatever the project holds.

Its words are measured in letters wider than those of a page or of Word. What has no room is cut
where a reader sees it, and the chart takes the height that is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.draw.letters import wrapped
from qi_tools.draw.picture import TALL
from qi_tools.errors import QIToolsError
from qi_tools.improvement.cycles import ACTS
from qi_tools.improvement.project_charts import chart_of, measure_of
from qi_tools.improvement.ramps import Ramp, ramps
from qi_tools.improvement.reports.content import named
from qi_tools.improvement.reports.figures import TEXT_HIGH, TEXT_WIDE, bare, resized
from qi_tools.improvement.stages import STAGES
from qi_tools.word_file import one_line
from qi_tools.words import counted, day_in_words, joined

if TYPE_CHECKING:
    from qi_tools.draw.picture import Picture
    from qi_tools.draw.placed import Sheet
    from qi_tools.improvement.checking import Check
    from qi_tools.improvement.project import Project
    from qi_tools.spc.charts import Chart

__all__ = [
    "ABOUT",
    "AIM",
    "CAPTION",
    "GAP",
    "LABEL_WIDE",
    "ROW_PAD",
    "TEXT",
    "TITLE",
    "Letters",
    "OnePage",
    "Row",
    "SummaryChart",
    "one_page",
    "title_of",
]


@dataclass(frozen=True, slots=True)
class Letters:
    """A size of letters, and how high a line of them is, in points."""

    size: float
    line: float


TITLE, AIM = Letters(18.0, 22.0), Letters(12.0, 16.0)
ABOUT, TEXT, CAPTION = Letters(10.0, 13.0), Letters(10.0, 13.0), Letters(9.0, 11.5)
GAP: Final = 7.0
"""Between what stands below one another, in points."""
ROW_PAD: Final = 5.0
"""What a row is higher than its lines."""
LABEL_WIDE: Final = 96.0
"""The column of the questions."""
CELL_PAD: Final = 6.0
"""On each side of the words in a box or a cell."""
BAR: Final = 4.0
"""At the left of the box around the aim."""
ROOM: Final = TEXT_WIDE - 2 * CELL_PAD - BAR
ANSWER_ROOM: Final = TEXT_WIDE - LABEL_WIDE - 2 * CELL_PAD
SPARE: Final = 16.0
"""What a page may differ from what is reckoned here."""
PANEL_HIGH: Final = 140.0
"""Between the axes of the chart, at the least, as it is drawn for a wide page."""


@dataclass(frozen=True, slots=True)
class Row:
    """A question and its answer in a few lines, which are cut to the room that there is."""

    question: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SummaryChart:
    """The chart of a summary.

    Parameters
    ----------
    chart : Chart
    sheet, narrow : Sheet
        As it is printed, and as it is drawn for a phone.
    caption : str
    """

    chart: Chart
    sheet: Sheet
    narrow: Sheet
    caption: str


@dataclass(frozen=True, slots=True)
class OnePage:
    """What a summary says.

    Parameters
    ----------
    title, about : str
        The name; the place, whether it is made up, and when the last reading was.
    aim : str
        As one sentence.
    stages : tuple of (str, bool)
        The stages, and whether the evidence of each is there.
    stage : str
        The same in words.
    chart : SummaryChart or None
        Of the outcome; None while nothing can be charted.
    rows : tuple of Row
    """

    title: str
    about: str
    aim: str
    stages: tuple[tuple[str, bool], ...]
    stage: str
    chart: SummaryChart | None
    rows: tuple[Row, ...]


def title_of(project: Project) -> str:
    """Give the name of a project, or what it is called without one."""
    return one_line(project.about.name) or "An improvement project"


def one_page(project: Project) -> OnePage:
    """Put a project on one page.

    Parameters
    ----------
    project : Project

    Returns
    -------
    OnePage
    """
    from qi_tools.improvement.checking import check

    checked = check(project)
    title = title_of(project)
    about = _cut(_about(project), 2, TEXT_WIDE, ABOUT)
    aim = _cut(project.aim.sentence or "The aim is not written yet.", 3, ROOM, AIM, bold=True)
    rows = tuple(_rows(project, checked))
    reached = [*STAGES].index(checked.stage) + 1 if checked.stage else 0
    stages = tuple((name, place < reached) for place, name in enumerate(STAGES.values()))
    stage = (
        f"Stage {reached} of {len(STAGES)}: {STAGES[checked.stage]}"
        if checked.stage
        else f"Stage 1 of {len(STAGES)}, {STAGES['chosen']}, is not reached yet"
    )
    used = (
        sum(
            letters.line * _lines(text, room, letters, bold=bold) + GAP
            for text, room, letters, bold in (
                (title, TEXT_WIDE, TITLE, True),
                (about, TEXT_WIDE, ABOUT, False),
                (aim, ROOM, AIM, True),
            )
        )
        + 2 * CELL_PAD  # of the box around the aim
        + 2 * TEXT.line
        + GAP  # the stages
        + sum(map(_row_high, rows))
    )
    return OnePage(
        title, about, aim, stages, stage, _chart(project, TEXT_HIGH - SPARE - used), rows
    )


def _row_high(row: Row) -> float:
    question = _lines(row.question, LABEL_WIDE - 2 * CELL_PAD, TEXT, bold=True)
    answer = sum(_lines(line, ANSWER_ROOM, TEXT) for line in row.lines)
    return ROW_PAD + TEXT.line * max(question, answer)


def _about(project: Project) -> str:
    last = _last_reading(project)
    reading = f"Last reading: {day_in_words(last)}." if last else ""
    return f"{project.source} {reading}".strip()


def _last_reading(project: Project) -> date | None:
    days: list[date] = []
    for planned in project.measures:
        try:
            dates = measure_of(project, planned.id).dates
        except QIToolsError:
            continue  # nothing that can be read: the full report says why
        if dates is not None and len(dates):
            days.append(dates[-1].item())
    return max(days, default=None)


def _rows(project: Project, checked: Check) -> Iterator[Row]:
    """Give what is known, in the order in which a reader asks."""
    if problem := project.charter.problem:
        yield Row("Why", (_cut(problem, 3, ANSWER_ROOM, TEXT),))
    if main := [each.words for each in project.drivers if not each.under and each.words]:
        yield Row("Primary drivers", (_some(main, 2),))
    if project.cycles:
        yield Row("What was tested", (_tested(project),))
    if made := [_made(each.what, each.since) for each in project.adopted if each.what]:
        yield Row("Changed for good", (_some(made, 3),))
    if coming := _coming(project, checked):
        yield Row("What comes next", tuple(_cut(each, 2, ANSWER_ROOM, TEXT) for each in coming))
    if who := [
        f"{name}: {joined(roles)}"
        for part, name in (("sponsor", "Sponsor"), ("leader", "Leader"))
        if (roles := [each.role for each in project.team if each.part == part and each.role])
    ]:
        yield Row("Who", (_some(who, 2),))


def _tested(project: Project) -> str:
    """Count the tests, and say of each ramp, the longest first, what was decided last."""
    chains = ramps(project)
    count = f"{counted(len(project.cycles), 'test')} in {counted(len(chains), 'ramp')}"
    longest = sorted(chains, key=lambda chain: -len(chain.cycles))
    first, *others = [_ramp_in_words(project, chain) for chain in longest]
    return _some([f"{count}. {first}", *others], 4)


def _ramp_in_words(project: Project, chain: Ramp) -> str:
    first = next((each.name for each in chain.cycles if each.name), "")
    name = (named(project, "drivers", chain.idea) if chain.idea else first) or "…"
    decided = [each.act for each in chain.cycles if each.act]
    last = f", last: {ACTS[decided[-1]].partition(':')[0].lower()}" if decided else ""
    return f"{name.rstrip(' .;')} ({counted(len(chain.cycles), 'test')}{last})"


def _coming(project: Project, checked: Check) -> tuple[str, ...]:
    """Give the first things that are missing; where nothing is, the last next steps."""
    gaps = [f"{gap.where} – {gap.what}" for gap in (*checked.gaps, *checked.warnings)]
    steps = [cycle.next_step for cycle in reversed(project.cycles) if cycle.next_step]
    return tuple((gaps or steps)[:3])


def _made(what: str, since: date | None) -> str:
    return f"{what} (since {day_in_words(since)})" if since else what


def _chart(project: Project, room: float) -> SummaryChart | None:
    """Chart the first outcome that has readings, or else the first measure that has."""
    from qi_tools.spc.chart_words import headline_of

    for planned in sorted(project.measures, key=lambda each: each.kind != "outcome"):
        try:
            chart = chart_of(project, planned.id)
        except QIToolsError:
            continue  # nothing that can be charted: the full report says why
        caption = _cut(" ".join((headline_of(chart), *_made_up(project))), 3, TEXT_WIDE, CAPTION)
        below = _lines(caption, TEXT_WIDE, CAPTION) * CAPTION.line + 2 * GAP
        picture = bare(chart)
        narrow = lay_out(picture, NARROW).sheet
        return SummaryChart(chart, _in_room(picture, room - below), narrow, caption)
    return None


def _in_room(picture: Picture, high: float) -> Sheet:
    """Draw a chart so high at most: without the names of tests if they take too much room."""
    picture = replace(picture, height=PANEL_HIGH)
    scale = TEXT_WIDE / WIDE
    free = high / scale - lay_out(picture).height
    if free < 0:
        picture = _without_names(picture)
        free = high / scale - lay_out(picture).height
    sheet = lay_out(replace(picture, height=min(PANEL_HIGH + max(free, 0.0), TALL))).sheet
    return resized(sheet, min(scale, high / sheet.height))


def _without_names(picture: Picture) -> Picture:
    """Keep of "PDSA 3: text in large print; Change: text to all" only "PDSA 3; Change"."""
    panels = tuple(
        replace(
            panel,
            remarks=tuple(
                replace(
                    remark,
                    words="; ".join(each.partition(":")[0] for each in remark.words.split("; ")),
                )
                for remark in panel.remarks
            ),
        )
        for panel in picture.panels
    )
    return replace(picture, panels=panels)


def _made_up(project: Project) -> tuple[str, ...]:
    return ("Simulated data.",) if project.about.simulated else ()


def _lines(text: str, room: float, letters: Letters, *, bold: bool = False) -> int:
    return len(wrapped(text, room, letters.size, bold))


def _cut(text: str, most: int, room: float, letters: Letters, *, bold: bool = False) -> str:
    """Cut a text to so many lines, with a mark where it was cut."""
    text = one_line(text)
    lines = wrapped(text, room, letters.size, bold)
    if len(lines) <= most:
        return text
    words = " ".join(lines[:most]).split()
    while len(words) > 1 and _lines(f"{' '.join(words)} …", room, letters, bold=bold) > most:
        words.pop()
    return f"{' '.join(words)} …"


def _some(parts: Sequence[str], most: int) -> str:
    """Write as many parts as so many lines hold, and say how many more there are."""
    for shown in range(len(parts), 0, -1):
        text = one_line("; ".join(parts[:shown])) + _more(len(parts) - shown)
        if _lines(text, ANSWER_ROOM, TEXT) <= most:
            return text
    return f"{_cut(parts[0], most - 1, ANSWER_ROOM, TEXT)}{_more(len(parts) - 1)}"


def _more(count: int) -> str:
    return f"; and {count} more" if count else ""
