"""The folder in which the cells of a submission run, and the files that lie in it."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from pathlib import Path, PurePosixPath


def plain_files(files: Iterable[tuple[str, bytes]]) -> list[list[str]]:
    """Return files as a message holds them: names and Base64 text."""
    return [[name, base64.b64encode(data).decode("ascii")] for name, data in files]


def lay_out(folder: Path, files: Iterable[Iterable[str]]) -> None:
    """Write the files of a message into a folder.

    Parameters
    ----------
    folder : Path
        The folder; it holds nothing else yet, so that no link can lead out of it.
    files : iterable of (str, str)
        What `plain_files` made. The marker has checked the names. They are checked again, because
        a single ``..`` would put a learner's file anywhere.

    Raises
    ------
    ValueError
        If a name leads out of the folder.
    """
    for name, text in files:
        parts = PurePosixPath(name).parts
        if not parts or any(part in ("/", "..") or set(part) & set("\\:\0") for part in parts):
            raise ValueError(f"{name!r} is no name of a file beside the notebook")
        path = folder.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(text, validate=True))
