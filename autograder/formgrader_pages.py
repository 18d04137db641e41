"""formgrader's pages on a desk, with what they lack: a language, labels, and a locked back door."""

from __future__ import annotations

import re

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web
from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.routing import PathMatches, Rule

# Nothing in a file of a submission may run or load, or be part of the desk's own pages.
FILE_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"

_FILE = re.compile(r"/formgrader/submissions/[^/]+/(?!(prev|next)(_incorrect)?/?$).+")
_LABELS = (
    (rb'(<input class="score tabbable" id="([^"]+)")', rb'\1 aria-label="Marks for \2"'),
    (
        rb'(<input class="extra-credit tabbable" id="([^"]+)_extra_credit")',
        rb'\1 aria-label="Extra credit for \2"',
    ),
    (rb'(<textarea [^>]*id="([^"]+)-comment")', rb'\1 aria-label="Comment on \2"'),
)


class FrontDoor(JupyterHandler):
    """formgrader's first page, for this desk alone.

    nbgrader's own takes a folder from the address and runs the settings in it as Python. A picture
    or link in a submission with that address would run what the submission brought along.
    """

    @web.authenticated
    def get(self) -> None:
        """Go on to the assignments of this desk."""
        self.redirect(url_path_join(self.base_url, "formgrader/manage_assignments"))


class Pages(web.OutputTransform):
    """Changes what the desk's server sends of formgrader."""

    def __init__(self, request: HTTPServerRequest) -> None:
        self._path = request.path or ""

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        """Give a page its language and labels, and a file of a submission its walls."""
        if _FILE.search(self._path):
            headers["Content-Security-Policy"] = FILE_POLICY
        elif "/formgrader" in self._path and finishing and _is_html(headers):
            chunk = readable(chunk)
            headers["Content-Length"] = str(len(chunk))
        return status_code, headers, chunk


def readable(page: bytes) -> bytes:
    """Return one of formgrader's pages with its language, and a label for each box.

    Examples
    --------
    >>> readable(b'<html><input class="score tabbable" id="q1"/>')
    b'<html lang="en-GB"><input class="score tabbable" id="q1" aria-label="Marks for q1"/>'
    """
    page = page.replace(b"<html>", b'<html lang="en-GB">', 1)
    for box, labelled in _LABELS:
        page = re.sub(box, labelled, page)
    return page


def improve(app: web.Application, base_url: str) -> None:
    """Put these pages in the place of formgrader's own, in a server that has loaded it."""
    # What matches first answers; a handler that is added in the usual way would come last.
    door = Rule(PathMatches(url_path_join(base_url, "formgrader/?")), FrontDoor)
    app.default_router.rules.insert(0, door)
    app.transforms.insert(0, Pages)  # before anything is compressed


def _is_html(headers: HTTPHeaders) -> bool:
    return headers.get("Content-Type", "").startswith("text/html")
