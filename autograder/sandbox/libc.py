"""Asking the Linux kernel for what Python's own modules don't offer.

Every call that builds a wall goes through `call`, so that none can fail unseen.
"""

from __future__ import annotations

import ctypes
import os
from functools import cache


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: object) -> int:
    """Call a function of the C library by its name; return what it gives.

    Parameters
    ----------
    name : str
        The function.
    *arguments : int, bytes, None or ctypes value
        What it is given. A whole number goes over as a C ``long``, as a system call takes it.

    Raises
    ------
    OSError
        If it gives -1, with the function's name.

    Examples
    --------
    >>> call("getpid") == os.getpid()
    True
    """
    function = getattr(_libc(), name)
    given = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    result = int(function(*given))
    if result == -1:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error), name)
    return result
