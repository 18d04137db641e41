from __future__ import annotations

import os
import shutil
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from autograder.doctor import Finding, diagnose, verdict, words
from autograder.sandbox import bubblewrap, cgroup
from autograder.sandbox.cgroup import Group

Usage = namedtuple("Usage", "total used free")


def finding(name: str) -> Finding:
    (one,) = [each for each in diagnose() if each.name == name]
    return one


@pytest.fixture
def no_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bubblewrap, "why_not", lambda: "Bubblewrap is not installed. Install it")


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bubblewrap, "why_not", lambda: None)


@pytest.mark.usefixtures("sandbox")
def test_where_the_sandbox_works_code_can_certify() -> None:
    assert verdict() == "Code assessments marked here can certify."
    assert words(()).endswith("\nCode assessments marked here can certify.")


@pytest.mark.usefixtures("no_sandbox")
def test_where_it_does_not_the_verdict_says_why_and_what_to_do() -> None:
    assert verdict() == (
        "Code assessments marked here are practice only, and can't certify: "
        "Bubblewrap is not installed. Install it"
    )


@pytest.mark.usefixtures("sandbox")
def test_each_finding_is_a_line_and_those_to_act_on_are_marked() -> None:
    findings = (Finding("A", True, "fine."), Finding("B", False, "mend it."))
    assert words(findings).splitlines()[:2] == ["  A: fine.", "! B: mend it."]


@pytest.mark.usefixtures("sandbox")
def test_python_too_old_or_new_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert finding("Python").ok
    monkeypatch.setattr(sys, "version_info", (3, 15, 0))
    assert finding("Python").words.endswith("Use Python 3.11, 3.12 or 3.13.")


@pytest.mark.usefixtures("sandbox")
def test_a_missing_script_of_nbgraders_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert finding("alembic").ok
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not finding("alembic").ok


@pytest.mark.usefixtures("sandbox")
def test_a_full_disk_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(9, 8, 1024**3))
    assert finding("Disk") == Finding(
        "Disk", False, "1.0 GiB free in the home folder. Free some: marking needs 2 GiB."
    )


@pytest.mark.skipif(sys.platform != "linux", reason="asked on Linux only")
@pytest.mark.usefixtures("sandbox")
def test_root_is_advised_to_be_an_ordinary_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 0)
    monkeypatch.setattr(cgroup, "make_group", lambda *_: None)
    assert not finding("User").ok
    monkeypatch.setattr(cgroup, "make_group", lambda *_: Group(()))
    assert finding("User").ok
    assert "safer still" in finding("User").words
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    assert finding("User").words == "an ordinary user."


@pytest.mark.skipif(sys.platform != "linux", reason="asked on Linux only")
@pytest.mark.usefixtures("no_sandbox")
def test_a_missing_bubblewrap_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    assert "apt-get install bubblewrap" in finding("Bubblewrap").words
    assert not finding("Sandbox").ok


@pytest.mark.usefixtures("sandbox")
def test_elsewhere_linux_is_asked_for_and_nothing_of_it_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    found = {each.name: each.ok for each in diagnose()}
    assert found["System"] is False
    assert not {"Bubblewrap", "Sandbox", "Control group", "User"} & set(found)
