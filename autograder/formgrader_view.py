"""What formgrader may show of a submission: words, code and PNG pictures, and nothing that acts.

formgrader puts a submission into its own page, where a script could give itself marks. nbconvert's
``sanitize_html`` does not help: formgrader's template shows markdown past it, and the size of a
picture goes into the page unquoted. So whatever a page could be made of is taken out before.
"""

from __future__ import annotations

import re
from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode, from_dict

_GRADE_ID = re.compile(r"[A-Za-z0-9_-]+")


class OnlyPlain(Preprocessor):
    """Makes a submission harmless. nbconvert finds it by its name in ``nbgrader_config.py``."""

    enabled = True

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the plain parts of a notebook. Its markdown is the matter of `plain_markdown`."""
        plain = {
            "cells": [_plain(cell) for cell in nb.cells],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 4,  # the last that needs no cell ids
        }
        return from_dict(plain), resources  # type: ignore[no-untyped-call]


def _plain(cell: NotebookNode) -> dict[str, Any]:
    plain = {"source": str(cell.source), "metadata": _metadata(cell)}
    if cell.cell_type == "code":
        outputs = [_plain_output(output) for output in cell.outputs]
        return {**plain, "cell_type": "code", "execution_count": None, "outputs": outputs}
    # A raw cell would be shown as it is, whatever is in it; as markdown it is text.
    return {**plain, "cell_type": "markdown"}


def _metadata(cell: NotebookNode) -> dict[str, Any]:
    """Return what formgrader needs of a cell's metadata, in the form that it trusts it to have."""
    about = cell.metadata.get("nbgrader")
    if not isinstance(about, dict) or not _GRADE_ID.fullmatch(str(about.get("grade_id"))):
        return {}
    points = about.get("points")
    return {
        "nbgrader": {
            "grade_id": str(about["grade_id"]),
            "points": points if isinstance(points, int | float) else 0,
            **{name: about.get(name) is True for name in ("grade", "solution", "task", "locked")},
        }
    }


def _plain_output(output: NotebookNode) -> dict[str, Any]:
    kind = output.output_type
    if kind == "stream":
        name = "stderr" if output.name == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": str(output.text)}
    if kind == "error":
        # The name and the text of the error are in its last line already.
        lines = [str(line) for line in output.traceback]
        return {"output_type": "error", "ename": "", "evalue": "", "traceback": lines}
    given = output.get("data", {})
    forms = [form for form in ("image/png", "text/plain") if isinstance(given.get(form), str)]
    data = {form: given[form] for form in forms}
    # Its metadata is left out: the size of a picture stands there, and is put into the page.
    return {"output_type": "display_data", "data": data, "metadata": {}}
