"""A project as a report: a one-page summary and a full report, as a page that prints and for Word.

`summary` and `full` say what stands in it; `Report` gives it as HTML or as a Word file.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qi_tools.errors import FileNotSaved
from qi_tools.saved_file import save_bytes

if TYPE_CHECKING:
    from qi_tools.improvement.project import Project
    from qi_tools.improvement.reports.content import Part
    from qi_tools.improvement.reports.one_page import OnePage

__all__ = ["Report", "full", "summary"]


@dataclass(frozen=True, slots=True)
class Report:
    """A report of a project, to read on a screen, to print and to send round.

    Parameters
    ----------
    one_page : OnePage
        The summary, on one page of A4.
    parts : tuple of Part
        What stands behind it in a full report.
    """

    one_page: OnePage
    parts: tuple[Part, ...] = ()

    def html(self) -> str:
        """Give the report as a whole page that needs nothing else, and prints on A4."""
        from qi_tools.improvement.reports import page

        return page.whole_page(self.one_page, self.parts)

    def word(self) -> bytes:
        """Give the report as a Word file."""
        from qi_tools.improvement.reports import word

        return word.word_file(self.one_page, self.parts)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Save the report.

        Parameters
        ----------
        path : path-like
            The file, ending in ``.html`` for a page or in ``.docx`` for Word. A file of that name
            is replaced.

        Returns
        -------
        Path

        Raises
        ------
        FileNotSaved
            If the ending is another one, or the file can't be written.
        """
        match Path(path).suffix.lower():
            case ".html":
                return save_bytes(self.html().encode(), path, ending=".html")
            case ".docx":
                return save_bytes(self.word(), path, ending=".docx")
            case _:
                raise FileNotSaved(
                    f'"{Path(path).name}" must end in .html or .docx. Give it a name that does.'
                )

    def _repr_html_(self) -> str:
        from qi_tools.improvement.reports import page

        return page.inside_page(self.one_page, self.parts)


def summary(project: Project) -> Report:
    """Sum a project up on one page: aim, stage, chart, what was tested, what comes next.

    Parameters
    ----------
    project : Project

    Returns
    -------
    Report
        One page of A4, whatever the project holds.

    Examples
    --------
    >>> from qi_tools.improvement.project_reading import read_project
    >>> report = summary(read_project({"about": {"name": "Fewer missed visits"}}))
    >>> report.html().startswith("<!doctype html>"), report.one_page.stage
    (True, 'Stage 1 of 6, Chosen, is not reached yet')
    """
    from qi_tools.improvement.reports.one_page import one_page

    return Report(one_page(project))


def full(project: Project) -> Report:
    """Report all that a project's file holds, its summary first.

    Parameters
    ----------
    project : Project

    Returns
    -------
    Report
        What is not written yet is named with what is missing, not shown as a blank heading.

    Examples
    --------
    >>> from qi_tools.improvement.project_reading import read_project
    >>> report = full(read_project({"risks": [{"id": "a", "risk": "It snows"}]}))
    >>> [part.title for part in report.parts]
    ['Progress and risks']
    """
    from qi_tools.improvement.reports.full_report import parts_of
    from qi_tools.improvement.reports.one_page import one_page

    return Report(one_page(project), parts_of(project))
