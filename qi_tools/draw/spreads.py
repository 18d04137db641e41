"""How a change spread, as a picture: who took it up and who uses it, a panel a run."""

from __future__ import annotations

from collections.abc import Iterator

from qi_tools.draw.letters import TITLE_SIZE
from qi_tools.draw.picture import TALL, EndLabel, Panel, Paragraph, Picture, Scale
from qi_tools.draw.placed import Area, Drawn, Stroke, line, places
from qi_tools.draw.points import upright
from qi_tools.draw.scales import Ticks
from qi_tools.experiments.adoption import Adoption
from qi_tools.experiments.spreads import Spreads, levers
from qi_tools.palette import Theme

__all__ = ["SHOWN", "caption", "picture"]

SHOWN = 3
"""So many runs are shown, the latest of them last."""
LOW = 150.0  # of several panels each is lower than one alone
ROOM_ABOVE = 1.06
DASH = (6.0, 4.0)


def picture(spreads: Spreads, theme: Theme) -> Picture:
    """Draw the latest runs.

    Parameters
    ----------
    spreads : Spreads
    theme : Theme

    Returns
    -------
    Picture
    """
    shown = list(enumerate(spreads.runs, 1))[-SHOWN:]
    rollout = spreads.runs[0].rollout
    return Picture(
        theme=theme,
        above=(Paragraph("Who took it up, and who uses it", theme.ink, TITLE_SIZE, bold=True),),
        panels=tuple(
            Panel(
                things=tuple(_things(run, theme)),
                across=_weeks(rollout.weeks),
                upright=upright(0.0, ROOM_ABOVE * rollout.sites, "Sites"),
                ends=tuple(_ends(run, theme)),
                title=f"Run {number}: {levers(run)}",
            )
            for number, run in shown
        ),
        caption=caption(spreads),
        height=LOW if len(shown) > 1 else TALL,
    )


def caption(_: Spreads) -> str:
    """Say how to read the lines."""
    return (
        "The dashed line counts the sites that ever took the change up, the thick line those that "
        "use it. The gap between them is the sites that slipped back. Simulated data."
    )


def _things(run: Adoption, theme: Theme) -> Iterator[Drawn]:
    weeks = [week for week in run.weeks if week.number >= 0]
    numbers = [week.number for week in weeks]
    adopted = line(numbers, [week.adopted for week in weeks])
    in_use = line(numbers, [week.in_use for week in weeks])
    between = [*map(tuple, adopted.tolist()), *map(tuple, in_use[::-1].tolist())]
    yield Area(places(between), theme.band, name="Slipped back")
    yield Stroke(adopted, theme.quiet_ink, 1.5, DASH, "Took it up")
    yield Stroke(in_use, theme.values, 2.5, name="Use it")


def _ends(run: Adoption, theme: Theme) -> Iterator[EndLabel]:
    last = run.weeks[-1]
    yield EndLabel(last.adopted, f"{last.adopted} took it up", theme.quiet_ink)
    yield EndLabel(last.in_use, f"{last.in_use} use it", theme.values)


def _weeks(count: int) -> Scale:
    step = max(1, round(count / 4))
    labelled = range(0, count + 1, step)
    ticks = Ticks(tuple(map(float, labelled)), tuple(map(str, labelled)))
    return Scale(0.0, float(count), lambda _room: ticks, "Week")
