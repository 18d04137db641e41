from __future__ import annotations

import sys
from pathlib import Path

import pytest

from autograder.sandbox import view as module
from autograder.sandbox.view import View, command, view

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such folders")


def pairs(words: tuple[str, ...], option: str, length: int = 1) -> list[tuple[str, ...]]:
    """Return what follows an option, each time that it is given."""
    return [words[at + 1 : at + 1 + length] for at, word in enumerate(words) if word == option]


def test_the_command_gives_no_network_and_no_environment_and_one_right() -> None:
    words = command("/usr/bin/bwrap", View((Path("/usr"),)), ("/usr/bin/python3", "-V"))
    assert {"--unshare-all", "--die-with-parent", "--new-session", "--clearenv"} <= set(words)
    assert "--share-net" not in words
    assert pairs(words, "--cap-drop") == [("ALL",)]
    assert pairs(words, "--cap-add") == [("CAP_SYS_ADMIN",)]
    assert pairs(words, "--uid") == [("1000",)]
    assert words[-3:] == ("--", "/usr/bin/python3", "-V")


def test_nothing_is_bound_so_that_it_can_be_written() -> None:
    words = command("bwrap", view(), ("true",))
    assert not {"--bind", "--bind-try", "--dev", "--dev-bind-try"} & set(words)
    assert {path for path, _ in pairs(words, "--dev-bind", 2)} == {
        "/dev/null",
        "/dev/zero",
        "/dev/random",
        "/dev/urandom",
    }
    # The last word on each place that bubblewrap makes itself.
    read_only = {path for (path,) in pairs(words, "--remount-ro")}
    made = {path for (path,) in pairs(words, "--tmpfs")}
    assert made - read_only == {"/sandbox"}
    assert words.index("--remount-ro") > max(at for at, w in enumerate(words) if w == "--ro-bind")


def test_the_course_is_emptied_before_what_is_shown_of_it() -> None:
    seen = View((Path("/p/lib"), Path("/p/lib/course/a.py")), (), (Path("/p/lib/course"),))
    words = command("bwrap", seen, ("true",))
    assert words.index("/p/lib") < words.index("/p/lib/course") < words.index("/p/lib/course/a.py")


def test_of_the_course_only_what_holds_no_keys_is_shown() -> None:
    seen = view()
    course = Path(module.__file__).parents[2] / "course"
    shown = [path for path in seen.shown if course in path.parents or path == course]
    assert course not in shown
    assert course / "syllabus.toml" in shown
    assert not {path.name for path in shown} & {"source", "release"}
    assert seen.emptied == (course,)


def test_of_a_python_only_its_programs_and_libraries_are_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An environment may lie in a home folder or beside a desk, with much else."""
    for name in ("bin", "lib", "desk", ".ssh"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    shown = [path for path in view().shown if path.is_relative_to(tmp_path)]
    assert shown == [tmp_path / "bin", tmp_path / "lib"]


def test_a_system_folder_that_is_a_link_is_a_link_inside() -> None:
    seen = view()
    for name in ("/bin", "/lib", "/lib64"):
        path = Path(name)
        if path.is_symlink():
            assert (str(path.readlink()), name) in seen.links
            assert path not in seen.shown
        elif path.exists():
            assert path in seen.shown
