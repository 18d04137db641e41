"""A process in the sandbox, as the conductor sees it: a socket, and the fork server's help."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping
from typing import Any

from autograder.sandbox.frames import Gone, Silent, decoded, encoded, length_of

#: How long a process may leave unread what it is sent, before it counts as gone.
SEND_SECONDS = 10.0
_PIECE = 1024**2
_HEAD = 4


class SocketEnd:
    """One process of a pair: see `frames.End`.

    Parameters
    ----------
    line : socket
        Leads to it.
    interrupt, end : callable
        Ask the fork server to do either.
    """

    def __init__(
        self, line: socket.socket, interrupt: Callable[[], None], end: Callable[[], None]
    ) -> None:
        self._line = line
        self._interrupt = interrupt
        self._end = end
        # What has come of the next message; a time-out leaves it for the next call.
        self._come = bytearray()

    def send(self, message: Mapping[str, Any]) -> None:
        """Send one message; a process that does not read it in time counts as gone."""
        data = encoded(message)
        try:
            self._line.settimeout(SEND_SECONDS)
            self._line.sendall(data)
        except OSError as error:
            raise Gone("the process does not listen any more") from error

    def receive(self, seconds: float) -> dict[str, Any]:
        """Return the next message; the time is for all of it, so that a trickle gains nothing."""
        deadline = time.monotonic() + seconds
        self._read_up_to(_HEAD, deadline)
        whole = _HEAD + length_of(bytes(self._come[:_HEAD]))
        self._read_up_to(whole, deadline)
        body = bytes(self._come[_HEAD:whole])
        self._come.clear()
        return decoded(body)

    def interrupt(self) -> None:
        """Ask what it runs to stop."""
        self._interrupt()

    def kill(self) -> None:
        """End it and all that it started, and wait until they are gone."""
        if self._line.fileno() != -1:
            self._line.close()
            self._end()

    def _read_up_to(self, size: int, deadline: float) -> None:
        # Memory is taken as bytes come, never for what was only announced.
        while len(self._come) < size:
            left = deadline - time.monotonic()
            if left <= 0:
                raise Silent("the process said nothing in its time")
            try:
                self._line.settimeout(left)
                piece = self._line.recv(min(size - len(self._come), _PIECE))
            except TimeoutError as error:
                raise Silent("the process said nothing in its time") from error
            except OSError as error:
                raise Gone("the process ended") from error
            if not piece:
                raise Gone("the process ended")
            self._come += piece
