from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.sandbox import socket_end
from autograder.sandbox.frames import LONGEST, Gone, Silent, encoded
from autograder.sandbox.socket_end import SocketEnd

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such sockets")


@pytest.fixture
def line() -> Iterator[tuple[SocketEnd, socket.socket]]:
    ours, theirs = socket.socketpair()
    with theirs:
        yield SocketEnd(ours, lambda: None, lambda: None), theirs
        ours.close()


@given(
    sizes=st.lists(st.integers(1, 40), max_size=30),
    messages=st.lists(
        st.dictionaries(st.text(), st.integers() | st.text()), min_size=1, max_size=5
    ),
)
def test_messages_arrive_in_whatever_pieces_they_come(
    sizes: list[int], messages: list[dict[str, int | str]]
) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        end = SocketEnd(ours, lambda: None, lambda: None)
        data = b"".join(map(encoded, messages))
        for size in [*sizes, len(data)]:
            theirs.send(data[:size] or b"")
            data = data[size:]
        assert [end.receive(5) for _ in messages] == messages


def test_a_message_that_comes_too_late_is_not_lost(line: tuple[SocketEnd, socket.socket]) -> None:
    """After a time-out the conductor interrupts, and waits for the rest."""
    end, theirs = line
    data = encoded({"n": 1})
    theirs.send(data[:7])
    with pytest.raises(Silent):
        end.receive(0.01)
    theirs.send(data[7:])
    assert end.receive(5) == {"n": 1}


def test_a_trickle_gains_no_time(line: tuple[SocketEnd, socket.socket]) -> None:
    end, theirs = line
    stop = threading.Event()

    def trickle() -> None:
        for byte in encoded({"text": "x" * 10_000}):
            if stop.wait(0.01):
                return
            theirs.send(bytes([byte]))

    thread = threading.Thread(target=trickle)
    thread.start()
    try:
        with pytest.raises(Silent):
            end.receive(0.2)
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\x00",
        b"\x00\x00\x00\x09{}",
        (LONGEST + 1).to_bytes(4, "big"),
        b"\xff" * 64,
        b"\x00\x00\x00\x04null",
        b"\x00\x00\x00\x02{]",
    ],
    ids=["nothing", "half a length", "half a message", "too long", "rubbish", "null", "no JSON"],
)
def test_what_is_no_message_counts_as_gone(
    line: tuple[SocketEnd, socket.socket], data: bytes
) -> None:
    end, theirs = line
    theirs.sendall(data)
    theirs.shutdown(socket.SHUT_WR)
    with pytest.raises(Gone):
        end.receive(5)


def test_a_process_that_does_not_read_counts_as_gone(
    line: tuple[SocketEnd, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_end, "SEND_SECONDS", 0.05)
    with pytest.raises(Gone):
        line[0].send({"text": "x" * 5_000_000})


def test_a_process_that_closed_counts_as_gone(line: tuple[SocketEnd, socket.socket]) -> None:
    end, theirs = line
    theirs.close()
    with pytest.raises(Gone):
        end.send({"text": "x" * 5_000_000})


def test_a_killed_end_says_gone_and_can_be_killed_again() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        ended: list[int] = []
        end = SocketEnd(ours, lambda: None, lambda: ended.append(1))
        end.kill()
        end.kill()
        assert ended == [1]
        with pytest.raises(Gone):
            end.receive(1)
        with pytest.raises(Gone):
            end.send({})
