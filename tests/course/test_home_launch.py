"""Opening the course: calm words, one address, one course for one folder."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from course.home import launch
from course.home.launch import running_course, server_config
from course.syllabus import load_syllabus


def test_a_learners_server_shows_nothing_of_nbgrader_and_asks_nobody() -> None:
    config = server_config(Path("/home/sam/qi-course"), None, "/hub/")
    extensions = config.ServerApp.jpserver_extensions
    assert extensions["course.home"]
    assert extensions["voila.server_extension"]
    assert not any(on for name, on in extensions.items() if "nbgrader" in name)
    assert config.LabApp.news_url is None
    assert config.MappingKernelManager.cull_idle_timeout > 0


@contextmanager
def opened(lab: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """Open the course as its command does, until the block ends."""
    program = (
        "import sys; from pathlib import Path; from course.home.launch import open_course\n"
        "open_course(Path(sys.argv[1]), port=int(sys.argv[2]), browser=True)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(lab / "qi-course"), str(port)],
        env={
            **{key: val for key, val in os.environ.items() if "DISPLAY" not in key},
            **{f"JUPYTER_{kind}_DIR": str(lab / kind) for kind in ("CONFIG", "RUNTIME")},
            "IPYTHONDIR": str(lab / "ipython"),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=30)


def said(process: subprocess.Popen[str], lines: int) -> list[str]:
    assert process.stdout is not None
    return [process.stdout.readline() for _ in range(lines)]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signal that stands for Ctrl+C here")
def test_opening_says_three_things_once_for_a_folder_and_stops_at_once(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with opened(tmp_path, port) as first:
            lines = said(first, 3)
            found = re.search(r"http://localhost:(\d+)/course/\?token=[0-9a-f]{20,}", lines[0])
            assert found, lines
            assert int(found[1]) != port, "a port that is taken is passed over"
            assert str(tmp_path / "qi-course") in lines[1]

            with httpx.Client(follow_redirects=True, timeout=60) as client:
                assert client.get(found[0]).status_code == 200
                lesson = f"voila/render/lessons/{load_syllabus().module('A1').notebook}"
                page = client.get(found[0].partition("course/")[0] + lesson)
                assert page.status_code == 200
                assert "One thing to do on Monday" in page.text
                lab = client.get(found[0].partition("course/")[0] + "lab").text
                assert "jupyterlab-manager" in lab
                assert "@jupyter/nbgrader" not in lab
                assert "apputils-extension:announcements" in lab
            with opened(tmp_path, port) as second:
                out, complaints = second.communicate(timeout=60)
                assert out == f"The course is already open at: {found[0]}\n"
                assert (complaints, second.returncode) == ("", 0)

            first.send_signal(signal.SIGINT)
            out, complaints = first.communicate(timeout=60)
            assert (out, complaints, first.returncode) == ("Stopped.\n", "", 0)


def test_a_server_that_shows_no_course_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        server = {"root_dir": str(tmp_path), "url": url, "token": "t"}
        monkeypatch.setattr(launch, "list_running_servers", lambda: [server])
        assert running_course(tmp_path) is None
