"""Inside bubblewrap: loads Python's large packages once, and forks a fresh pair for each job.

It takes orders from the marker through a socket on its standard input, one message each::

    {"do": "pair", "limits": {...}} and two sockets  → {"learner": 12, "checker": 13}
    {"do": "interrupt", "child": 12}                 → {}
    {"do": "end", "child": 12}                       → {}   when nothing of it is left

An order that can't be carried out is answered by ``{"failed": "why"}``.

No content of a job ever goes through here: a forked child starts with a copy of this memory, and
would have what an earlier learner handed in, or the checks. The two sockets lead from each child
to the marker; this process closes its copies at once.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from autograder.engine.job import Limits
from autograder.sandbox import namespaces, resource_limits, seccomp
from autograder.sandbox.frames import Connection, Gone

#: No order or answer is longer.
LONGEST_ORDER = 8192

#: What a child reports.
_STANDING = b"standing"

#: What a child does once its walls stand.
Serve = Callable[[Connection], None]


def main() -> None:
    """Serve the marker until it closes the socket, or ends in whatever way."""
    from autograder.sandbox import checker, learner

    control = socket.socket(fileno=os.dup(0))
    _silence(0)
    learner.warm_up()
    seccomp.program_here()
    # What is loaded now is never freed: collecting it in a child would only copy its memory.
    gc.collect()
    gc.freeze()
    control.send(b"{}")
    serve_orders(control, {"learner": learner.serve, "checker": checker.serve})
    # The end of this process is the end of all: it is what bubblewrap's first process waits for.


def serve_orders(control: socket.socket, roles: dict[str, Serve]) -> None:
    """Carry out orders until the socket closes.

    Parameters
    ----------
    control : socket
        Where orders come from.
    roles : dict
        What the children of a pair do, in the order of the sockets that come with an order.
    """
    children: set[int] = set()
    while True:
        message, sockets, _, _ = socket.recv_fds(control, LONGEST_ORDER, len(roles))
        if not message:
            for pid in children:
                _end(pid)
            return
        try:
            answer = _carry_out(json.loads(message), sockets, roles, children)
        except OSError as error:
            answer = {"failed": str(error)}
        finally:
            for number in sockets:
                os.close(number)
        control.send(json.dumps(answer).encode())


def _carry_out(
    order: dict[str, Any], sockets: list[int], roles: dict[str, Serve], children: set[int]
) -> dict[str, Any]:
    match order["do"]:
        case "pair":
            pair = _pair(Limits(**order["limits"]), sockets, roles)
            children.update(pair.values())
            return pair
        case "interrupt" if order["child"] in children:
            os.kill(order["child"], signal.SIGINT)
        case "end" if order["child"] in children:
            children.remove(order["child"])
            _end(order["child"])
        case _:
            pass  # it has ended already
    return {}


def _pair(limits: Limits, sockets: list[int], roles: dict[str, Serve]) -> dict[str, int]:
    """Fork one child for each role; either all of them or none."""
    pids: dict[str, int] = {}
    reports: list[int] = []
    try:
        for (role, serve), number in zip(roles.items(), sockets, strict=True):
            report, reporting = os.pipe()
            reports.append(report)
            try:
                pids[role] = _start(serve, number, reporting, limits)
            finally:
                os.close(reporting)
        for report in reports:
            _wait_for_walls(report)
    except OSError:
        for pid in pids.values():
            _end(pid)
        raise
    finally:
        for report in reports:
            os.close(report)
    return pids


def _start(serve: Serve, connection: int, reporting: int, limits: Limits) -> int:
    """Fork a child, which puts up its walls and then serves; return its number."""
    pid = namespaces.fork_first_process()
    if pid:
        return pid
    # Nothing may return from here into the fork server's loop.
    try:
        try:
            _close_all_but(connection, reporting)
            # What the fork server says of a failure reaches the marker; what a child says must not.
            _silence(0, 1, 2)
            _put_up_walls(limits)
            os.write(reporting, _STANDING)
        except BaseException as error:
            os.write(reporting, str(error).encode(errors="replace"))
            raise
        os.close(reporting)
        with socket.socket(fileno=connection) as line, suppress(Gone):
            serve(Connection(line.makefile("rb"), line.makefile("wb")))
    finally:
        os._exit(0)


def _put_up_walls(limits: Limits) -> None:
    """Shut this process in; the order matters: each step takes away what an earlier one needed."""
    resource_limits.be_the_first_to_go()
    namespaces.own_session()
    namespaces.own_namespaces()
    namespaces.own_folders(limits.disk_bytes)
    namespaces.drop_capabilities()
    namespaces.no_new_privileges()
    resource_limits.limit_resources(limits)
    seccomp.allow_only_listed_calls()


def _wait_for_walls(report: int) -> None:
    """Wait until a child's walls stand; raises `OSError` where they don't."""
    said = os.read(report, LONGEST_ORDER)
    if said != _STANDING:
        raise OSError(said.decode(errors="replace") or "the process ended before they stood")


def _end(pid: int) -> None:
    """Kill a child and wait: as the first process of its namespace it takes all others along.

    It is still ours under that number, even if it ended long ago: no one else waits for it.
    """
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def _close_all_but(*kept: int) -> None:
    """Close what the fork server has open: its orders, and above all the other child's socket."""
    for number in [int(path.name) for path in Path("/proc/self/fd").iterdir()]:
        if number > 2 and number not in kept:
            # The listing itself was open while it was made.
            with suppress(OSError):
                os.close(number)


def _silence(*numbers: int) -> None:
    """Lead standard files nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in numbers:
        os.dup2(nowhere, number)
    os.close(nowhere)


if __name__ == "__main__":
    main()
