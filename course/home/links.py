"""The addresses of the course's pages, under whatever address the server itself has."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Links:
    """Makes the address of every page.

    Parameters
    ----------
    base_url : str
        Where the server is, already quoted, with a slash at both ends.
    inside : str
        The workspace as a path inside the folder that the server serves; empty if it is that
        folder.

    Examples
    --------
    >>> Links("/user/sam/", "").page("lessons/a b.ipynb")
    '/user/sam/voila/render/lessons/a%20b.ipynb'
    >>> Links("/", "qi-course").in_lab("lessons/a1.ipynb")
    '/lab/tree/qi-course/lessons/a1.ipynb'
    """

    base_url: str
    inside: str

    def course(self, path: str = "") -> str:
        """Return the address of one of the course's own pages."""
        return f"{self.base_url}course/{quote(path)}"

    def static(self, name: str) -> str:
        """Return the address of a style sheet or script."""
        return f"{self.base_url}course/static/{name}"

    def page(self, notebook: str) -> str:
        """Return the address of a notebook as a lesson page."""
        return f"{self.base_url}voila/render/{quote(self._served(notebook))}"

    def in_lab(self, notebook: str) -> str:
        """Return the address of a notebook in JupyterLab."""
        return f"{self.base_url}lab/tree/{quote(self._served(notebook))}"

    def _served(self, notebook: str) -> str:
        return f"{self.inside}/{notebook}" if self.inside else notebook
