"""run.py: what it hands over to, and the words with which it fails."""

import importlib.util
import subprocess
import sys

import pytest

from course.folders import REPOSITORY

spec = importlib.util.spec_from_file_location("run", REPOSITORY / "run.py")
run = importlib.util.module_from_spec(spec)
spec.loader.exec_module(run)


@pytest.mark.parametrize(
    ("arguments", "end"),
    [
        ([], ["-m", "course.cli", "open"]),
        (["demo"], ["-m", "course.cli", "demo"]),
        (["verify", "x.json"], ["-m", "course.cli", "verify", "x.json"]),
        (["test", "--quick"], [str(REPOSITORY / "tests" / "checks.py"), "--quick"]),
    ],
)
def test_arguments_become_a_command_of_the_environment(arguments, end):
    command = run.command_for(arguments)
    assert command[0] == str(run.PYTHON)
    assert command[1:] == end


def test_an_old_python_is_told_so(monkeypatch):
    monkeypatch.setattr(run.sys, "version_info", (3, 9, 2))
    with pytest.raises(run.SetupFailed, match=r"3\.11 or later\. This is Python 3\.9"):
        run.check_python()


def test_a_python_without_ensurepip_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(run.SetupFailed, match="sudo apt install python3-venv"):
        run.make_environment()


def test_a_full_disk_is_noticed_before_anything_is_made(monkeypatch, tmp_path):
    monkeypatch.setattr(run, "PYTHON", tmp_path / "none")
    usage = run.shutil._ntuple_diskusage(10**10, 10**10 - 10**8, 10**8)
    monkeypatch.setattr(run.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(run.SetupFailed, match=r"disk is too full: 0\.1 GB are free"):
        run.check_room()


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("NewConnectionError: Failed to establish a new connection", "can't be reached"),
        ("ERROR: No matching distribution found for click==8", "can't be reached, or doesn't"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES FROM", "didn't match its recorded fingerprint"),
        ("PermissionError: [Errno 13] Permission denied", "can't be written to"),
        ("something new", "Setting up failed"),
    ],
)
def test_pip_failures_are_explained_with_the_end_of_the_log(output, words):
    explained = run.explain(f"first line\n{output}")
    assert words in explained
    assert output in explained


def test_a_pip_that_fails_ends_in_one_explanation(monkeypatch, tmp_path):
    monkeypatch.setattr(run, "PYTHON", sys.executable)
    monkeypatch.setattr(run, "LOG", tmp_path / "log")
    with pytest.raises(run.SetupFailed, match="can't be reached"):
        run.install(["--no-index", "a-package-that-is-not-there"])


def test_an_earlier_failure_does_not_explain_a_new_one(monkeypatch, tmp_path):
    (tmp_path / "log").write_text("[Errno 28] No space left on device", encoding="utf-8")
    monkeypatch.setattr(run, "LOG", tmp_path / "log")
    monkeypatch.setattr(run, "PYTHON", sys.executable)
    monkeypatch.setattr(run, "usable_environment", lambda: True)
    install = run.install
    bad = ["--no-index", "a-package-that-is-not-there"]
    monkeypatch.setattr(run, "install", lambda *_, **__: install(bad))
    with pytest.raises(run.SetupFailed, match="can't be reached"):
        run.set_up()


def test_the_stamp_follows_the_lock(monkeypatch, tmp_path):
    monkeypatch.setattr(run, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(run, "PYTHON", tmp_path)
    assert not run.is_set_up()
    run.STAMP.write_text(run.fingerprint(), encoding="utf-8")
    assert run.is_set_up()
    lock = tmp_path / "lock.txt"
    lock.write_text("changed", encoding="utf-8")
    monkeypatch.setattr(run, "LOCK", lock)
    assert not run.is_set_up()


def test_its_syntax_is_old_enough_to_refuse_an_old_python():
    source = (REPOSITORY / "run.py").read_text(encoding="utf-8")
    compiled = "import ast,sys; ast.parse(sys.stdin.read(), feature_version=(3, 6))"
    subprocess.run([sys.executable, "-c", compiled], input=source.encode(), check=True)
