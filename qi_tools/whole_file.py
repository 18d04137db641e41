"""Write a file whole or not at all, so that a full disk or a killed program loses nothing."""

from __future__ import annotations

import errno
import os
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

_ON_WINDOWS = os.name == "nt"

# On Windows a virus scanner or OneDrive may hold a file for a moment: about two seconds in all.
_PATIENCE_SECONDS = (0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8)

_Made = TypeVar("_Made")


def write_whole(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Write a file so that all of it is there, or all that was there before.

    Parameters
    ----------
    path : Path
        The file. Its folder must be there. A link is replaced, not followed.
    data : bytes
        What the file will hold.
    mode : int, optional
        The file's permissions, such as ``0o600`` for its owner alone; by default those of any
        new file. Windows has no such modes: there the folder's own permissions hold.

    Raises
    ------
    OSError
        If the file can't be written; what was there before is untouched.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "waits.csv"
    ...     write_whole(path, b"old")
    ...     write_whole(path, b"new")
    ...     print(path.read_bytes())
    b'new'
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        # A private file must not be open to others even for the moment before its mode is set.
        created = 0o666 if mode is None else 0o600
        with open(part, "xb", opener=lambda name, flags: os.open(name, flags, created)) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            part.chmod(mode)
        patiently(lambda: part.replace(path))
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    _flush_folder(path.parent)


def patiently(action: Callable[[], _Made]) -> _Made:
    """Do something with a file, again for two seconds if Windows says that it is in use.

    Parameters
    ----------
    action : callable
        What to do; called again from its start, so it must not be half done when it fails.

    Returns
    -------
    object
        What the action returned.

    Raises
    ------
    PermissionError
        If the file is still in use then; on other systems at once.
    """
    for seconds in _PATIENCE_SECONDS:
        try:
            return action()
        except PermissionError:
            if not _ON_WINDOWS:  # elsewhere a refusal is final
                raise
            time.sleep(seconds)
    return action()


def refusal_in_words(error: Exception) -> str:
    """Say why a file could not be read or written, in words that help its owner.

    Parameters
    ----------
    error : Exception

    Returns
    -------
    str
        It follows "could not be saved:".

    Examples
    --------
    >>> refusal_in_words(OSError(errno.ENOSPC, "No space left on device"))
    'the disk is full'
    """
    code = getattr(error, "errno", None)
    if isinstance(error, TimeoutError):
        return "another window is still saving to the same file"
    if code in {errno.ENOSPC, errno.EDQUOT}:
        return "the disk is full"
    if code == errno.EFBIG:
        return "the file has no room left"
    if code in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return "this folder or file is read-only or in use"
    if code == errno.ENOENT:
        return "the folder is no longer there"
    return f"the computer said “{getattr(error, 'strerror', None) or error}”"


def _flush_folder(folder: Path) -> None:
    """Make the new name last through a power cut, where the system can."""
    if _ON_WINDOWS:
        return
    with suppress(OSError):  # the file itself is already whole and in place
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
