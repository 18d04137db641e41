"""What a form shows of a project beside its fields, and what can be taken away of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from qi_tools.improvement.aim import weaknesses
from qi_tools.improvement.project import Project
from qi_tools.improvement.stages import STAGES
from qi_tools.teaching.explorer_files import TakenAway
from qi_tools.teaching.project_edits import EditRefused

if TYPE_CHECKING:
    from qi_tools.improvement.checking import Gap
    from qi_tools.improvement.diagram import Diagram

__all__ = ["DIAGRAMS", "TAKEN", "missing_of", "shown_of", "taken_away"]

MOST_CHARTS: Final = 12
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_log = logging.getLogger(__name__)


def _late(module: str, name: str) -> Callable[[Project], Any]:
    """Give a function of the project's tools that is fetched when it is first called."""

    def call(project: Project) -> Any:
        return getattr(import_module(f"qi_tools.improvement.{module}"), name)(project)

    return call


DIAGRAMS: Final[Mapping[str, tuple[str, Callable[[Project], Diagram]]]] = {
    "stakeholders": ("Stakeholder map", _late("stakeholders", "stakeholder_map")),
    "drivers": ("Driver diagram", _late("drivers", "driver_diagram")),
    "fishbone": ("Fishbone", _late("causes", "fishbone")),
    "whys": ("Five whys", _late("causes", "five_whys")),
    "process": ("Process map", _late("process_map", "process_map")),
    "measures": ("Tree of measures", _late("measures", "measure_tree")),
    "cycles": ("PDSA ramps", _late("pdsa_ramps", "pdsa_ramps")),
    "forces": ("Force field", _late("forces", "force_field")),
    "progress": ("Progress", _late("progress", "progress")),
}
"""The diagrams by the pages of the form that they belong to: what each is called, and its maker."""


def shown_of(project: Project, page: str, charts: ChartShelf) -> list[str]:
    """Show what belongs to a page of the form.

    Parameters
    ----------
    project : Project
    page : str
        The page's name.
    charts : ChartShelf
        The charts drawn before.

    Returns
    -------
    list of str
        Pieces of HTML; everything in them that comes from the project is escaped.
    """
    match page:
        case "aim":
            return [_aim(project)]
        case "measures":
            return [*_drawn(project, page), *charts.of(project)]
        case "summary" | "full":
            return [_guarded(lambda: _report(page)(project)._repr_html_(), "The report")]
        case _ if page in DIAGRAMS:
            return _drawn(project, page)
    return []


class ChartShelf:
    """The charts of a project's measures, each drawn anew only when what is on it changes."""

    def __init__(self) -> None:
        self._drawn: dict[str, tuple[object, str]] = {}

    def of(self, project: Project) -> list[str]:
        """Give the chart of each measure with readings, or why there is none, as HTML."""
        counted = [each for each in project.measures if each.readings]
        pieces = []
        for measure in counted[:MOST_CHARTS]:
            # All that a chart shows: its own measure, and what is marked on it.
            seen = (
                measure,
                project.about.simulated,
                project.aim,
                [each.id for each in project.measures if each.kind == "outcome"][:1],
                tuple(each for each in project.cycles if measure.id in each.measures),
                project.adopted,
            )
            if self._drawn.get(measure.id, (None, ""))[0] != seen:
                self._drawn[measure.id] = (seen, _chart(project, measure.id))
            pieces.append(self._drawn[measure.id][1])
        if (rest := len(counted) - MOST_CHARTS) > 0:
            pieces.append(
                _said(f"{rest} more measures have readings. Their charts are in the report.")
            )
        return pieces


def missing_of(project: Project) -> tuple[str, list[dict[str, Any]]]:
    """Say how far a project has come, and what it lacks, by stage, and where to fill it in.

    Returns
    -------
    str
        The stage that its evidence shows.
    list of dict
        For each stage that lacks something its ``title`` and ``gaps``; each gap with ``section``,
        ``id``, ``field``, ``where``, ``what`` and ``why``. What no stage needs comes last.
    """
    from qi_tools.improvement.checking import check

    found = check(project)
    groups = [(f"For the stage “{name}”", found.for_stage(stage)) for stage, name in STAGES.items()]
    groups.append(("Worth a second look", found.warnings))
    gaps = [{"title": title, "gaps": [_gap(gap) for gap in gaps]} for title, gaps in groups if gaps]
    if not found.stage:
        return "The evidence of the first stage is not all there yet.", gaps
    return f"The evidence is there up to the stage “{STAGES[found.stage]}”.", gaps


def _gap(gap: Gap) -> dict[str, str]:
    return {
        "section": gap.section,
        "id": gap.id,
        "field": gap.field,
        "where": gap.where,
        "what": gap.what,
        "why": gap.why,
    }


@dataclass(frozen=True, slots=True)
class Taken:
    """One thing to take away.

    Parameters
    ----------
    title : str
        What it is.
    name : str
        What its file is called, behind the name of the project.
    label : str
        What the button says.
    ending : str
        How its file's name ends.
    type : str
        The kind of file, as browsers name it.
    make : callable
        Makes its bytes.
    """

    title: str
    name: str
    label: str
    ending: str
    type: str
    make: Callable[[Project], bytes]


def _reports() -> Iterator[tuple[str, Taken]]:
    for name, title in {"summary": "One-page summary", "full": "Full report"}.items():

        def page(project: Project, name: str = name) -> bytes:
            return str(_report(name)(project).html()).encode()

        def word(project: Project, name: str = name) -> bytes:
            data: bytes = _report(name)(project).word()
            return data

        yield f"{name}-page", Taken(title, title, "Web page, to print", "html", "text/html", page)
        yield f"{name}-word", Taken(title, title, "Word file", "docx", WORD, word)


def _papers() -> Iterator[tuple[str, Taken]]:
    for name, (title, diagram) in DIAGRAMS.items():
        for paper in ("A4", "A3"):

            def pages(
                project: Project,
                diagram: Callable[[Project], Diagram] = diagram,
                paper: str = paper,
            ) -> bytes:
                from qi_tools.draw import paper as papers

                with TemporaryDirectory() as folder:
                    path = Path(folder) / "pages.pdf"
                    diagram(project).save_pages(path, getattr(papers, paper))
                    return path.read_bytes()

            yield (
                f"{name}-{paper}",
                Taken(title, f"{title} {paper}", f"{paper} (PDF)", "pdf", "application/pdf", pages),
            )


TAKEN: Final[Mapping[str, Taken]] = {**dict(_reports()), **dict(_papers())}
"""What can be taken away, by its name; the project's file besides."""


def taken_away(project: Project, what: str) -> TakenAway:
    """Make a file of a project.

    Parameters
    ----------
    project : Project
    what : str
        One of `TAKEN`.

    Returns
    -------
    TakenAway

    Raises
    ------
    EditRefused
        If there is no such thing.
    """
    if what not in TAKEN:
        raise EditRefused("There is no such file to take away. Load the page again.")
    form = TAKEN[what]
    words = "".join(
        letter if letter.isalnum() else " " for letter in f"{project.about.name} {form.name}"
    )
    name = "-".join(words.casefold().split())
    return TakenAway(f"{name}.{form.ending}", form.type, form.make(project))


def _report(name: str) -> Callable[[Project], Any]:
    return _late("reports", name)


def _aim(project: Project) -> str:
    sentence = project.aim.sentence
    begun = (
        f'<p class="qi-sentence">{escape(sentence)}</p>'
        if sentence
        else "<p>Fill in the fields: here you will read your aim as one sentence.</p>"
    )
    found = weaknesses(project.aim)
    if not found:
        return f"{begun}<p>It says what, for whom, by how much, by when, and measured how.</p>"
    items = "".join(
        f"<li><strong>{escape(each.lacks)}</strong> {escape(each.ask)}</li>" for each in found
    )
    doubts = all(each.doubt for each in found)
    heading = "Worth asking yourselves" if doubts else "What it lacks, the most important first"
    return f"{begun}<p><strong>{heading}:</strong></p><ul>{items}</ul>"


def _drawn(project: Project, page: str) -> list[str]:
    title, diagram = DIAGRAMS[page]
    return [_guarded(lambda: diagram(project).html(), title)]


def _chart(project: Project, id: str) -> str:
    from qi_tools.improvement.project_charts import ReadingsInvalid, chart_of

    try:
        return chart_of(project, id).html()
    except ReadingsInvalid as error:
        return "".join(_said(line) for line in str(error).splitlines())


def _guarded(draw: Callable[[], str], what: str) -> str:
    """Draw something; a drawing that fails must not take the form with it."""
    try:
        return draw()
    except Exception:
        _log.exception("%s could not be drawn", what)
        return _said(f"{what} could not be drawn. What you wrote is saved all the same.")


def _said(line: str) -> str:
    return f"<p>{escape(line)}</p>"
