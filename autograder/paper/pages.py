"""What is printed: question sheets, results that go back on paper, written work to mark."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from autograder.paper.sheet import Sheet, lettered
from autograder.people import Person
from autograder.written_work import WrittenPaper
from course.charts import AnyChart
from course.result import Result
from course.syllabus import Assessment
from course.times import plain_time

ORDINARY, LARGE = "12pt", "18pt"


def sheets_page(
    sheets: Sequence[Sheet], assessment: Assessment, organisation: str, letters: str = ORDINARY
) -> str:
    """Return question sheets as one page to print, each sheet on paper of its own.

    Parameters
    ----------
    sheets : sequence of Sheet
        In the order of printing.
    assessment : Assessment
        Which they are of.
    organisation : str
        Whose desk it is.
    letters : str
        The size of the letters: `ORDINARY`, or `LARGE` for those who ask for large print.
    """
    page = _template("sheets.html")
    return str(
        page.render(
            sheets=sheets, assessment=assessment, organisation=organisation, letters=letters
        )
    )


def results_page(
    results: Sequence[tuple[Person, Result]], assessment: Assessment, organisation: str
) -> str:
    """Return results as one page to print, each for its person alone."""
    page = _template("results.html")
    return str(page.render(results=results, assessment=assessment, organisation=organisation))


def written_page(paper: WrittenPaper, title: str, organisation: str) -> str:
    """Return written work and its rubric as a page to mark from, with no name and no marks on it.

    Parameters
    ----------
    paper : WrittenPaper
        The work.
    title : str
        What the assessment is called.
    organisation : str
        Whose desk it is.
    """
    page = _template("written.html")
    return str(page.render(paper=paper, title=title, organisation=organisation))


@cache
def _template(name: str) -> Template:
    pages = Environment(
        loader=PackageLoader("autograder.paper", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.globals |= {"lettered": lettered, "chart": _chart, "plain_time": plain_time}
    return pages.get_template(name)


def _chart(chart: AnyChart) -> str:
    return chart.drawn().html()
