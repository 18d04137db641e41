"""A file that a reader asked for: written whole, or a clear word on why not."""

from __future__ import annotations

import os
from pathlib import Path

from qi_tools.errors import FileNotSaved
from qi_tools.whole_file import write_whole

__all__ = ["save_bytes"]


def save_bytes(data: bytes, path: str | os.PathLike[str], *, ending: str) -> Path:
    """Write a file under the name that its reader chose.

    Parameters
    ----------
    data : bytes
        What the file will hold.
    path : path-like
        The file. A file of that name is replaced; if that fails it is left as it was.
    ending : str
        How the name must end, such as ``".docx"``, so that a double click opens the file. Capitals
        are as good.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    FileNotSaved
        If the name has another ending, or the file can't be written.

    Examples
    --------
    >>> save_bytes(b"", "waits.doc", ending=".docx")
    Traceback (most recent call last):
    ...
    qi_tools.errors.FileNotSaved: "waits.doc" must end in .docx. Give it a name that does.
    """
    path = Path(path)
    if path.suffix.lower() != ending:
        raise FileNotSaved(f'"{path.name}" must end in {ending}. Give it a name that does.')
    try:
        write_whole(path, data)
    except (OSError, ValueError) as error:  # ValueError: a character that no file name can hold
        reason = getattr(error, "strerror", None) or str(error)
        raise FileNotSaved(
            f'"{path}" could not be written ({reason}). Close the file if it is open, or choose '
            "another name or folder."
        ) from error
    return path
