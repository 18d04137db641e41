"""The command: help that can be read, one-line errors with a way out, exit codes."""

import pytest

from course import cli
from course.errors import CourseError, Refused

COMMANDS = [
    ["open"], ["handin"], ["desk"], ["desk", "create"], ["desk", "enrol"], ["desk", "enrol-me"],
    ["desk", "open"], ["desk", "allow"], ["desk", "paper"], ["desk", "paper", "sheets"],
    ["desk", "paper", "enter"], ["desk", "paper", "results"], ["desk", "export"], ["mark"],
    ["award"], ["verify"], ["doctor"],
    ["lesson", "new"], ["check"], ["tidy"], ["print"], ["build-learner"], ["demo"],
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_each_command_explains_itself(command, capsys):
    assert cli.main([*command, "--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"Usage: qi-course {' '.join(command)}")
    for jargon in ("kernel", "JSON", "HMAC", "SQLite", "subprocess"):
        assert jargon not in shown


def test_every_command_is_in_this_list(capsys):
    cli.main(["--help"])
    shown = capsys.readouterr().out
    named = {line.split()[0] for line in shown.split("Commands:")[1].splitlines() if line.strip()}
    assert named == {command[0] for command in COMMANDS}


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["verify"],
        ["verify", "missing.json"],
        ["open", "--port", "80"],
        ["mark", "-x"],
    ],
)
def test_wrong_usage_ends_with_2(words, capsys):
    assert cli.main(words) == 2
    assert "Error" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code"),
    [(CourseError("No room. Free some."), 2), (Refused("Not valid."), 1), (OSError("odd"), 2)],
)
def test_an_error_is_words_and_an_exit_code(monkeypatch, capsys, error, code):
    def fail(*_):
        raise error

    monkeypatch.setattr("course.scaffold.new_lesson", fail)
    assert cli.main(["lesson", "new", "A2"]) == code
    shown = capsys.readouterr().err
    assert str(error) in shown
    assert "Traceback" not in shown
    with pytest.raises(type(error)):
        cli.main(["--debug", "lesson", "new", "A2"])


def test_an_unexpected_error_says_how_to_see_more(monkeypatch, capsys):
    monkeypatch.setattr("course.scaffold.new_lesson", lambda *_: 1 / 0)
    assert cli.main(["lesson", "new", "A2"]) == 2
    assert "run: qi-course --debug lesson new A2" in capsys.readouterr().err


def test_without_the_desk_it_says_which_edition_this_is(monkeypatch, capsys):
    monkeypatch.setitem(__import__("sys").modules, "autograder.desk", None)
    assert cli.main(["mark"]) == 2
    assert "learner's edition" in capsys.readouterr().err


def test_check_lists_every_fault_of_every_notebook(tmp_path, capsys):
    for name in ("one.ipynb", "two.ipynb"):
        (tmp_path / name).write_text("{}", encoding="utf-8")
    assert cli.main(["check", str(tmp_path / "one.ipynb"), str(tmp_path / "two.ipynb")]) == 1
    shown = capsys.readouterr().err
    assert "one.ipynb" in shown
    assert "two.ipynb" in shown


def test_a_desk_enrols_with_a_shared_folder(tmp_path, capsys):
    from tests.small_desk import staff_list

    at = ["--desk", str(tmp_path / "desk")]
    assert cli.main(["desk", "create", *at, "--organisation", "Riverside (simulated)"]) == 0
    staff = str(staff_list(tmp_path, 2))
    assert cli.main(["desk", "enrol", staff, *at, "--shared", str(tmp_path / "shared")]) == 0
    assert "Enrolled 2" in capsys.readouterr().out
    assert (tmp_path / "shared" / "hand-ins").is_dir()
    assert len(list((tmp_path / "shared" / "results").iterdir())) == 2
    assert cli.main(["desk", "enrol", staff, *at, "--shared", str(tmp_path)]) == 1
    assert "Learners must not reach the desk" in capsys.readouterr().err


def test_marking_again_with_nothing_changed_is_no_trouble(tmp_path, capsys):
    at = ["--desk", str(tmp_path / "desk")]
    cli.main(["desk", "create", *at, "--organisation", "Riverside (simulated)"])
    assert cli.main(["mark", "--again", *at]) == 0
    assert "0 marked" in capsys.readouterr().out
