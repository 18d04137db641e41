"""The fork server with small roles of our own in place of the learner and the checker."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import pytest

from autograder.engine.job import Limits
from autograder.sandbox.frames import Gone
from autograder.sandbox.socket_end import SocketEnd
from autograder.sandbox.view import command, view
from tests.autograder.sandbox.inside import below, needs_sandbox

pytestmark = needs_sandbox
SERVER = """
import os, signal, socket
from autograder.sandbox.fork_server import serve_orders

def tell(connection):
    while True:
        question = connection.receive()
        if question["do"] == "end":
            os._exit(3)
        if question["do"] == "raise":
            raise RuntimeError("a fault of ours")
        if question["do"] == "wait":
            stopped = []
            signal.signal(signal.SIGINT, lambda *_: stopped.append(1))
            connection.send({"waits": True})
            while not stopped: pass
            connection.send({"interrupted": True})
            continue
        files = [n for n in range(64) if not failing(os.fstat, n)]
        nowhere = os.stat("/dev/null").st_rdev
        silent = [os.fstat(n).st_rdev == nowhere for n in range(3)]
        connection.send({"files": files, "silent": silent, "role": role,
                         "pid": os.getpid(), "cwd": os.getcwd()})

def failing(act, *arguments):
    try:
        act(*arguments)
    except OSError:
        return True
    return False

def learner(connection):
    global role
    role = "learner"
    tell(connection)

def checker(connection):
    global role
    role = "checker"
    tell(connection)

serve_orders(socket.socket(fileno=os.dup(0)), {"learner": learner, "checker": checker})
"""


class Server:
    """A fork server in bubblewrap, and the marker's end of its orders."""

    def __init__(self, process: subprocess.Popen[bytes], control: socket.socket) -> None:
        self.process = process
        self.control = control

    def order(self, order: dict[str, Any], *sockets: socket.socket) -> dict[str, Any]:
        numbers = [each.fileno() for each in sockets]
        socket.send_fds(self.control, [json.dumps(order).encode()], numbers)
        answer: dict[str, Any] = json.loads(self.control.recv(8192))
        return answer

    @contextmanager
    def pair(self, **limits: int) -> Iterator[tuple[dict[str, Any], SocketEnd, SocketEnd]]:
        """Order a pair, and give its numbers and the lines to it."""
        lines = [socket.socketpair(), socket.socketpair()]
        order = {"do": "pair", "limits": asdict(Limits(**limits))}
        answer = self.order(order, lines[0][1], lines[1][1])
        for _, far in lines:
            far.close()
        try:
            first, second = (SocketEnd(ours, lambda: None, lambda: None) for ours, _ in lines)
            yield answer, first, second
        finally:
            for ours, _ in lines:
                ours.close()
            for pid in answer.values():
                self.order({"do": "end", "child": pid})


@pytest.fixture
def server() -> Iterator[Server]:
    bwrap = shutil.which("bwrap")
    assert bwrap is not None
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    words = command(bwrap, view(), (sys.executable, "-c", SERVER))
    with ours, subprocess.Popen(words, stdin=theirs.fileno()) as process:
        theirs.close()
        ours.settimeout(60)
        yield Server(process, ours)
        ours.shutdown(socket.SHUT_RDWR)
        assert process.wait(60) == 0


def test_each_line_leads_to_its_own_child_and_each_has_only_that(server: Server) -> None:
    with server.pair() as (pids, learner, checker):
        assert set(pids) == {"learner", "checker"}
        for role, end in (("learner", learner), ("checker", checker)):
            end.send({"do": "tell"})
            told = end.receive(60)
            assert told["role"] == role
            assert told["pid"] == 1
            assert told["cwd"] == "/sandbox/work"
            assert told["silent"] == [True, True, True]
            assert len(told["files"]) == 4  # these three, and the line


def test_an_interrupt_reaches_what_runs(server: Server) -> None:
    with server.pair() as (pids, learner, _):
        learner.send({"do": "wait"})
        assert learner.receive(60) == {"waits": True}
        assert server.order({"do": "interrupt", "child": pids["learner"]}) == {}
        assert learner.receive(60) == {"interrupted": True}


@pytest.mark.parametrize("how", ["end", "raise"])
def test_a_child_that_ends_leaves_the_server_and_its_partner(server: Server, how: str) -> None:
    with server.pair() as (pids, learner, checker):
        learner.send({"do": how})
        with pytest.raises(Gone):
            learner.receive(60)
        checker.send({"do": "tell"})
        assert checker.receive(60)["role"] == "checker"
        assert server.order({"do": "end", "child": pids["learner"]}) == {}
    with server.pair() as (_, learner, _):
        learner.send({"do": "tell"})
        assert learner.receive(60)["role"] == "learner"


def test_only_its_own_children_can_be_ended(server: Server) -> None:
    """Number 1 is bubblewrap's own process: ending it would end all."""
    for child in (1, 2, 9999, -1, 0):
        for what in ("end", "interrupt"):
            assert server.order({"do": what, "child": child}) == {}
    with server.pair() as (pids, _, _):
        assert set(pids) == {"learner", "checker"}


def test_an_ended_child_is_gone_and_its_number_forgotten(server: Server) -> None:
    with server.pair():
        during = below(server.process.pid)
    after = below(server.process.pid)
    assert len(during) == len(after) + 2


def test_walls_that_do_not_stand_are_told_and_nothing_is_left(server: Server) -> None:
    with server.pair():
        pass
    before = below(server.process.pid)
    lines = [socket.socketpair(), socket.socketpair()]
    order = {"do": "pair", "limits": asdict(Limits(disk_bytes=0))}
    answer = server.order(order, lines[0][1], lines[1][1])
    assert answer == {"failed": "the folder needs room"}
    assert below(server.process.pid) == before
    for ours, far in lines:
        far.close()
        assert ours.recv(1) == b""  # no child, and no server, holds the other end
        ours.close()


def test_its_children_end_when_its_orders_end(server: Server) -> None:
    line, far = socket.socketpair()
    other, far2 = socket.socketpair()
    with line, other, far, far2:
        server.order({"do": "pair", "limits": asdict(Limits())}, far, far2)
        server.control.shutdown(socket.SHUT_RDWR)
        assert server.process.wait(60) == 0
        far.close()
        line.settimeout(60)
        assert line.recv(1) == b""
