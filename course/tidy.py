"""Keep notebooks tidy: stable ids, no outputs or counts, nothing left over from an editor."""

from __future__ import annotations

import copy
import json
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from course.errors import CourseError
from course.glossary import slug
from course.notebook import CELL_ID, MACHINE_ID, QUESTIONS
from qi_tools.whole_file import write_whole

#: What a notebook of the course says about itself, and nothing else.
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_KEEP_OUTPUTS = "nbval-check-output"
_LONGEST_ID = 50
#: The id of the first question in a cell's code; an experiment's name stands before it.
_QUESTION_CALL = re.compile(
    r"(?<![\w.])(?:experiment\(\s*[\"']\w+[\"']\s*,|"
    rf"(?:{'|'.join(QUESTIONS)})\()\s*[\"']([a-z0-9][a-z0-9-]{{0,63}})[\"']"
)


def tidy(path: Path) -> bool:
    """Tidy a notebook's file and say whether it changed.

    The file is replaced in one step, so it is never left half written.

    Parameters
    ----------
    path : Path
        The notebook.

    Raises
    ------
    CourseError
        The file isn't a notebook, or can't be written. It is left as it was.
    """
    before, after = _before_and_after(path)
    if before == after:
        return False
    try:
        write_whole(path, after, mode=stat.S_IMODE(path.stat().st_mode))
    except OSError as error:
        raise CourseError(
            f"{path.name} could not be written ({error.strerror}); it is as it was. "
            "Close other programs that use it, or free some space, and try again."
        ) from None
    return True


def is_tidy(path: Path) -> bool:
    """Say whether a notebook is tidy, without changing it.

    Raises
    ------
    CourseError
        The file isn't a notebook.
    """
    before, after = _before_and_after(path)
    return before == after


def tidied(notebook: Mapping[str, Any]) -> dict[str, Any]:
    r"""Return a notebook made tidy, in the form that is saved. The given one is left alone.

    Parameters
    ----------
    notebook : mapping
        A notebook of format 4, as its file holds it.

    Examples
    --------
    >>> cell = {"cell_type": "markdown", "metadata": {}, "source": ["# Six parts\n", "Safe"]}
    >>> tidied({"cells": [cell], "nbformat": 4, "nbformat_minor": 2})["cells"][0]["id"]
    'six-parts'
    """
    cells = [_tidied_cell(cell) for cell in notebook["cells"]]
    _give_ids(cells)
    return {
        "cells": cells,
        "metadata": copy.deepcopy(METADATA),
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def as_text(notebook: Mapping[str, Any]) -> str:
    """Return a notebook as the text of its file, laid out as Jupyter lays it out."""
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _before_and_after(path: Path) -> tuple[bytes, bytes]:
    try:
        before = path.read_bytes()
        notebook = json.loads(before.decode("utf-8"))
        if notebook["nbformat"] != 4:
            raise CourseError(
                f"{path.name} is a notebook of format {notebook['nbformat']}. "
                "Open it in JupyterLab and save it; that brings it to format 4."
            )
        return before, as_text(tidied(notebook)).encode("utf-8")
    except FileNotFoundError:
        raise CourseError(f"{path} is not there. Give the path of a notebook.") from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise CourseError(
            f"{path.name} can't be read as a notebook. Take an earlier copy of it."
        ) from None


def _tidied_cell(cell: Mapping[str, Any]) -> dict[str, Any]:
    source = cell["source"]
    text = ("".join(source) if isinstance(source, list) else source).strip("\n")
    metadata = _tidied_metadata(cell.get("metadata", {}))
    tidy_cell: dict[str, Any] = {
        "cell_type": cell["cell_type"],
        "id": cell.get("id"),
        "metadata": metadata,
        "source": text.splitlines(keepends=True),
    }
    if cell.get("attachments"):
        tidy_cell["attachments"] = copy.deepcopy(cell["attachments"])
    if cell["cell_type"] == "code":
        keep = _KEEP_OUTPUTS in metadata.get("tags", ())
        outputs = copy.deepcopy(cell.get("outputs", [])) if keep else []
        for output in outputs:
            if "execution_count" in output:
                output["execution_count"] = None
        tidy_cell |= {"execution_count": None, "outputs": outputs}
    return tidy_cell


def _tidied_metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what means something: tags, hidden code, nbgrader's part, and locks."""
    kept: dict[str, Any] = {}
    if tags := list(dict.fromkeys(metadata.get("tags", ()))):
        kept["tags"] = tags
    if metadata.get("jupyter", {}).get("source_hidden"):
        kept["jupyter"] = {"source_hidden": True}
    if "nbgrader" in metadata:
        kept["nbgrader"] = copy.deepcopy(metadata["nbgrader"])
    return kept | {lock: False for lock in ("deletable", "editable") if metadata.get(lock) is False}


def _give_ids(cells: list[dict[str, Any]]) -> None:
    """Keep each good id where it first stands; name the other cells after what they hold."""
    taken: set[str] = set()
    for cell in cells:
        given = cell["id"]
        good = isinstance(given, str) and CELL_ID.fullmatch(given)
        if good and not MACHINE_ID.fullmatch(given) and given not in taken:
            taken.add(given)
        else:
            cell["id"] = None
    section = "start"
    for cell in cells:
        source = "".join(cell["source"])
        heading = _first_heading(source) if cell["cell_type"] == "markdown" else None
        section = heading or section
        if cell["id"] is None:
            question = _QUESTION_CALL.search(source) if cell["cell_type"] == "code" else None
            base = question[1] if question else heading or f"{section}-{cell['cell_type']}"
            name = _free(base, taken)
            cell["id"] = name
            taken.add(name)


def _first_heading(source: str) -> str | None:
    found = re.search(r"^#{1,6}\s+(.+)$", source, flags=re.M)
    name = slug(found[1])[:_LONGEST_ID].strip("-") if found else ""
    # A heading such as "2026" or "beef" would look like a machine's id.
    return f"part-{name}" if MACHINE_ID.fullmatch(name) else name or None


def _free(base: str, taken: set[str]) -> str:
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    return name
