import json
import tomllib
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import given, settings

from qi_tools.improvement import project_file as module
from qi_tools.improvement.examples import example_project
from qi_tools.improvement.project import Project
from qi_tools.improvement.project_file import (
    EditsClash,
    ProjectFile,
    ProjectNotSaved,
    parse,
    written,
)
from qi_tools.improvement.project_reading import ProjectInvalid, as_plain, read_project
from tests.qi_tools.improvement.projects import projects


@pytest.fixture(params=[".toml", ".json"])
def file(request, tmp_path):
    return ProjectFile(tmp_path / f"visits{request.param}")


def aim(**fields):
    return read_project({"aim": fields})


@settings(max_examples=25)
@given(projects())
def test_any_project_is_read_back_the_same_from_both_kinds_of_file(project):
    for ending in (".toml", ".json"):
        data = written(project, ending)
        assert parse(data, f"a{ending}") == project
        assert written(parse(data, f"a{ending}"), ending) == data


def test_the_file_is_readable():
    text = written(
        read_project(
            {
                "about": {"name": "Clear letters"},
                "aim": {"target": 8.0, "baseline": 12.5, "by": "2026-03-31"},
                "drivers": [{"id": "a", "words": 'A "clear" letter', "measures": ["m"]}],
                "measures": [{"id": "m", "readings": "2026-01-05, 3\n2026-01-12, 4\\5"}],
            }
        ),
        ".toml",
    ).decode()
    assert text == (
        "# An improvement project. Roles, not names; totals only; never anything about a single "
        "patient.\n"
        "version = 2\n\n"
        '[about]\nname = "Clear letters"\n\n'
        "[aim]\nbaseline = 12.5\ntarget = 8\nby = 2026-03-31\n\n"
        '[[drivers]]\nid = "a"\nwords = "A \\"clear\\" letter"\nmeasures = ["m"]\n\n'
        '[[measures]]\nid = "m"\nreadings = """\n2026-01-05, 3\n2026-01-12, 4\\\\5"""\n'
    )


def test_one_change_is_one_line():
    before, after = (
        written(aim(what="Fewer", unit=unit), ".toml").decode().splitlines()
        for unit in ("%", "visits")
    )
    assert len(before) == len(after)
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 1


def test_no_file_is_a_blank_project_and_looking_writes_nothing(file):
    assert file.load() == Project()
    assert not file.path.exists()


def test_two_people_change_different_things(file):
    base = file.save(aim(what="Fewer", unit="%"), Project())
    one = file.save(aim(what="Fewer missed visits", unit="%"), base)
    both = file.save(aim(what="Fewer", unit="visits"), base)
    assert one != both
    assert file.load() == both == aim(what="Fewer missed visits", unit="visits")


def test_two_people_change_the_same_and_neither_is_lost(file):
    base = file.save(aim(what="Fewer"), Project())
    theirs = file.save(aim(what="Fewer missed visits"), base)
    before = file.path.read_bytes()
    with pytest.raises(EditsClash, match="aim what") as clash:
        file.save(aim(what="Fewer complaints"), base)
    assert file.path.read_bytes() == before
    assert clash.value.theirs == theirs
    assert (clash.value.clashes[0].mine, clash.value.clashes[0].theirs) == (
        "Fewer complaints",
        "Fewer missed visits",
    )
    assert (
        file.save(aim(what="Fewer complaints"), clash.value.theirs).aim.what == "Fewer complaints"
    )


def test_a_project_is_not_put_in_the_place_of_another(file):
    file.save(aim(what="Fewer missed visits"))
    with pytest.raises(EditsClash):
        file.save(aim(what="Fewer complaints"))
    assert file.save(aim(what="Fewer missed visits")).aim.what == "Fewer missed visits"


def test_changes_that_do_not_go_together_are_refused(file):
    a, b = {"id": "a", "words": "A"}, {"id": "b", "words": "B", "under": "a"}
    base = file.save(read_project({"drivers": [a]}), Project())
    file.save(Project(), base)  # they removed what mine hangs on
    before = file.path.read_bytes()
    with pytest.raises(EditsClash, match="do not go together"):
        file.save(read_project({"drivers": [a, b]}), base)
    assert file.path.read_bytes() == before


def test_comments_by_hand_are_kept_in_a_copy(tmp_path):
    file = ProjectFile(tmp_path / "visits.toml")
    by_hand = b'version = 2\n# Ask Estates about this\n[aim]\nunit = "%"\n'
    file.path.write_bytes(by_hand)
    base = file.load()
    file.save(replace(base, aim=replace(base.aim, what="Fewer")), base)
    (copy,) = tmp_path.glob("visits.before-*.toml")
    assert copy.read_bytes() == by_hand
    file.save(base, file.load())
    assert len([*tmp_path.glob("visits.before-*")]) == 1  # a file of ours needs no copy


def test_saving_no_change_leaves_the_file_as_it_was(tmp_path):
    file = ProjectFile(tmp_path / "visits.toml")
    by_hand = b'version = 2\n# A comment\n[aim]\nunit = "%"\n'
    file.path.write_bytes(by_hand)
    file.save(file.load(), file.load())
    assert file.path.read_bytes() == by_hand


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"version = 2\n[aim\n", "is not written as TOML wants it: .*line 2"),
        (b"\xff\xfe", "not plain text in UTF-8"),
        (b"", "has the version blank. A project file begins with: version = 2"),
        (b'version = "1"', 'has the version "1"'),
        (b"version = true", "has the version true"),
        (b"version = 99", "made by a newer release of the course .version 99; this one knows 2"),
        (b"version = 2\n[aim]\nwhen = 3", "aim: when is no field here"),
        (b"a = " + b"[" * 5000 + b"]" * 5000, "nested too deeply|not written as TOML"),
        (b"#" * 2_000_001, "larger than 2,000,000 bytes"),
    ],
)
def test_a_file_that_can_not_be_read_says_why_and_is_never_written_over(tmp_path, data, message):
    file = ProjectFile(tmp_path / "visits.toml")
    file.path.write_bytes(data)
    with pytest.raises(ProjectInvalid, match=message):
        file.load()
    with pytest.raises(ProjectInvalid, match=message):
        file.save(aim(what="Fewer"), Project())
    assert file.path.read_bytes() == data


@pytest.mark.parametrize("data", [b"[]", b"3", b"{", b'{"version": 1, "aim": 3}'])
def test_json_that_is_no_project_is_refused(data):
    with pytest.raises(ProjectInvalid):
        parse(data, "visits.json")


def test_windows_line_ends_and_marks_are_read():
    data = b'\xef\xbb\xbfversion = 2\r\n[charter]\r\nproblem = """\r\none\r\ntwo"""\r\n'
    assert parse(data, "a.toml").charter.problem == "one\ntwo"


def test_both_kinds_hold_the_same():
    project = aim(what="Fewer", target=8, by="2026-03-31")
    in_toml = tomllib.loads(written(project, ".toml").decode())
    in_json = json.loads(written(project, ".json"))
    in_toml["aim"]["by"] = in_toml["aim"]["by"].isoformat()
    assert in_toml == in_json


def test_a_file_of_the_first_version_is_read_and_upgraded_with_a_copy(tmp_path):
    old = Path(__file__).with_name("payroll_errors.version-1.toml").read_bytes()
    file = ProjectFile(tmp_path / "payroll.toml")
    file.path.write_bytes(old)
    base = file.load()
    assert file.path.read_bytes() == old  # looking writes nothing
    assert base.event.event
    assert len(base.adopted) == 2
    assert {**as_plain(base), "measures": 0} == {
        **as_plain(example_project("payroll_errors")),
        "measures": 0,  # their units have been worded anew since
    }
    file.save(replace(base, aim=replace(base.aim, unit="per cent")), base)
    (copy,) = tmp_path.glob("payroll.before-*.toml")
    assert copy.read_bytes() == old
    assert b"version = 2" in file.path.read_bytes()
    assert file.load().aim.unit == "per cent"


def test_old_names_are_not_allowed_in_a_new_file():
    with pytest.raises(ProjectInvalid, match="changes: is no section"):
        parse(b"version = 2\n[[changes]]\n", "a.toml")


def test_a_project_too_large_to_be_read_again_is_not_written(file, monkeypatch):
    base = file.save(aim(what="Fewer"))
    before = file.path.read_bytes()
    monkeypatch.setattr(module, "MOST_BYTES", len(before) + 5)
    with pytest.raises(ProjectNotSaved, match="the file has no room left"):
        file.save(aim(what="Fewer missed visits"), base)
    assert file.path.read_bytes() == before


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(ProjectInvalid, match=r"Let it end in \.toml or \.json"):
        ProjectFile(tmp_path / "visits.docx")


def test_a_folder_that_is_gone_is_told(tmp_path):
    with pytest.raises(ProjectNotSaved, match="the folder is no longer there"):
        ProjectFile(tmp_path / "gone" / "visits.toml").save(aim(what="Fewer"), Project())
    assert not (tmp_path / "gone").exists()


def test_a_failed_write_leaves_the_old_file(file, monkeypatch):
    base = file.save(aim(what="Fewer"), Project())
    before = file.path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "write_whole", full)
    with pytest.raises(ProjectNotSaved, match="the disk is full"):
        file.save(aim(what="More"), base)
    assert file.path.read_bytes() == before


def _add_ten(path, name):
    file = ProjectFile(path)
    for number in range(10):
        base = file.load()
        mine = replace(base, drivers=(*base.drivers, module_driver(f"{name}{number}")))
        file.save(mine, base)


def module_driver(id):
    return read_project({"drivers": [{"id": id, "words": id}]}).drivers[0]


def test_many_programs_at_once_lose_nothing(tmp_path):
    path = tmp_path / "visits.toml"
    spawn = get_context("spawn")
    workers = [spawn.Process(target=_add_ten, args=(path, name)) for name in "abc"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    assert {driver.id for driver in ProjectFile(path).load().drivers} == {
        f"{name}{number}" for name in "abc" for number in range(10)
    }
