"""Marking on the learner's own computer: the desk's commands, run beside the server."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from course.errors import CourseError
from course.folders import REPOSITORY

LONGEST_RUN_IN_SECONDS = 30 * 60


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the marking stands, and what its commands said."""

    state: Literal["idle", "running", "done", "failed"]
    said: str = ""


class Marking:
    """Runs the desk of a lone computer without holding up the pages.

    Parameters
    ----------
    command : tuple of str
        The command to which the desk's own words are added.
    workspace : Path
        The learner's folder.
    """

    def __init__(self, command: tuple[str, ...], workspace: Path) -> None:
        self._command = command
        self._workspace = workspace
        self._lock = threading.Lock()
        self._outcome = Outcome("idle")

    @property
    def outcome(self) -> Outcome:
        """How the marking stands now."""
        with self._lock:
            return self._outcome

    def start(self) -> None:
        """Mark and award in the background; a run that is under way goes on."""
        with self._lock:
            if self._outcome.state == "running":
                return
            self._outcome = Outcome("running")
        threading.Thread(target=self._mark, name="marking", daemon=True).start()

    def enrol(self, name: str, email: str) -> None:
        """Make this computer a desk of its own, for one person.

        Raises
        ------
        CourseError
            The desk could not be made, with the desk's own reason.
        """
        words = ["desk", "enrol-me", "--name", name, "--workspace", str(self._workspace)]
        done = self._run([*words, "--email", email] if email else words)
        if done.returncode:
            raise CourseError(_last_words(done) or "Enrolling failed. Please try again.")

    def _mark(self) -> None:
        said = []
        state: Literal["done", "failed"] = "done"
        try:
            for word in ("mark", "award"):
                done = self._run([word])
                said.append(_last_words(done))
                # 1 means that something was looked at and refused; the rest is marked all the same.
                if done.returncode not in (0, 1):
                    state = "failed"
                    break
                if done.returncode:
                    state = "failed"
        except (OSError, subprocess.SubprocessError, CourseError) as error:
            said.append(str(error))
            state = "failed"
        with self._lock:
            self._outcome = Outcome(state, "\n".join(filter(None, said)))

    def _run(self, words: list[str]) -> subprocess.CompletedProcess[str]:
        scripts = sysconfig.get_path("scripts")
        environment = {
            **os.environ,
            "QI_COURSE_WORKSPACE": str(self._workspace),
            "PYTHONIOENCODING": "utf-8",
            # nbgrader calls a bare `alembic`, which is found only on the path.
            "PATH": os.pathsep.join([scripts, os.environ.get("PATH", "")]),
        }
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0) if sys.platform == "win32" else 0
        try:
            return subprocess.run(
                [*self._command, *words],
                capture_output=True,
                check=False,
                cwd=REPOSITORY,
                creationflags=flags,
                encoding="utf-8",
                env=environment,
                errors="replace",
                stdin=subprocess.DEVNULL,
                timeout=LONGEST_RUN_IN_SECONDS,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise CourseError(
                f"The marking could not be run ({error}). Your answers are safe. Close the "
                "course, open it again and try once more."
            ) from None


def _last_words(done: subprocess.CompletedProcess[str]) -> str:
    """Return what a command said: what it printed, or its reason when it could do nothing."""
    printed, complained = done.stdout.strip(), done.stderr.strip()
    if done.returncode > 1:
        return complained or printed
    return printed or (complained if done.returncode else "")
