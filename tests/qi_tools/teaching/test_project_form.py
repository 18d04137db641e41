"""The form of a project without a browser: what it does with what a browser sends."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.improvement import project_file
from qi_tools.improvement.examples import ExampleUnknown, example_project
from qi_tools.improvement.project import SECTIONS, fields_of
from qi_tools.improvement.project_file import ProjectFile, written
from qi_tools.improvement.project_reading import ProjectInvalid, read_project
from qi_tools.teaching import QuestionInvalid, project
from qi_tools.teaching.project_form import ProjectForm
from qi_tools.teaching.project_layout import GROUPS, PAGES
from qi_tools.teaching.project_views import DIAGRAMS, TAKEN
from tests.qi_tools.improvement.projects import plain_projects

FILE = ProjectFile(Path("project.toml"))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def tell(form: ProjectForm, do: str, **more: Any) -> dict[str, Any]:
    """Send what a browser would send, and give back what it would then be told."""
    before = form.state["turn"]
    form._handle_custom_msg({"do": do, "n": f"view {before}", **more}, [])
    assert form.state["turn"] == before + 1, "the browser would wait for ever"
    assert form.state["heard"] == f"view {before}"
    state: dict[str, Any] = form.state
    return state


def held(form: ProjectForm, section: str, id: str = "") -> dict[str, Any]:
    records = form.held.get(section, {})
    if id:
        return next((each for each in records if each["id"] == id), {})
    return dict(records)


def put(form: ProjectForm, place: str, raw: Any, **more: Any) -> dict[str, Any]:
    """Write into a field, such as ``aim what`` or ``risks risk-1 answer``, as its page shows it."""
    section, *id, field = place.split()
    was = held(form, section, *id).get(field, "")
    where = {"section": section, "id": id[0] if id else "", "field": field}
    return tell(form, "set", **where, raw=raw, **{"was": was, **more})


def write(plain: dict[str, Any]) -> None:
    FILE.path.write_bytes(written(read_project(plain), ".toml"))


RISKS = {"risks": [{"id": "r1", "risk": "Staff leave"}, {"id": "r2", "risk": "No phone line"}]}
DRIVERS = {
    "drivers": [
        {"id": "a", "words": "Letters are clear", "measures": ["m"]},
        {"id": "b", "words": "Large print", "under": "a"},
        {"id": "c", "words": "Plain words", "under": "a"},
    ],
    "measures": [{"id": "m", "name": "Missed visits"}],
}


def test_showing_the_form_writes_nothing(folder: Path) -> None:
    form = project(start="missed_appointments")
    tell(form, "look")
    tell(form, "show", page="drivers")
    assert form.state["isExample"]
    assert [*folder.iterdir()] == []


def test_a_change_is_saved_as_it_is_made() -> None:
    form = project()
    state = put(form, "aim what", "  Fewer   missed visits ")
    assert FILE.load().aim.what == "Fewer missed visits" == held(form, "aim")["what"]
    assert state["saved"]
    assert state["refused"] == state["clashes"] == []
    put(form, "aim by", "2026-03-31")
    put(form, "aim target", 8)
    put(form, "aim by", "")
    assert project().held == {"aim": {"what": "Fewer missed visits", "target": 8}}


def test_what_is_refused_stays_with_its_reason_while_other_fields_are_saved() -> None:
    form = project()
    state = put(form, "aim unit", "x" * 41)
    (refused,) = state["refused"]
    assert (refused["section"], refused["field"], refused["raw"]) == ("aim", "unit", "x" * 41)
    assert refused["why"] == "It has 41 characters. The most is 40: shorten it by 1."
    assert refused["where"] == "Aim: Unit"
    assert not FILE.path.exists()
    assert len(put(form, "aim what", "Fewer missed visits")["refused"]) == 1
    assert FILE.load().aim.what == "Fewer missed visits"
    assert put(form, "aim unit", "%")["refused"] == []
    assert FILE.load().aim.unit == "%"


def test_an_id_that_a_reader_never_saw_is_not_in_what_is_told() -> None:
    write(DRIVERS)
    form = project()
    assert put(form, "drivers a under", "b")["refused"][0]["why"] == (
        "It can't stand there: it would stand too deep, or below itself. Choose another."
    )
    assert put(form, "drivers b under", "gone")["refused"][-1]["why"] == (
        "That driver is not there any more. Choose another."
    )


def test_records_are_added_moved_and_removed() -> None:
    form = project()
    first = tell(form, "add", section="drivers")["added"]
    second = tell(form, "add", section="drivers", under=first)["added"]
    third = tell(form, "add", section="drivers", under=first)["added"]
    put(form, f"drivers {first} words", "Letters are clear")
    tell(form, "move", section="drivers", id=third, other=second)
    assert [(each.id, each.under) for each in FILE.load().drivers] == [
        (first, ""),
        (third, first),
        (second, first),
    ]
    tell(form, "remove", section="drivers", id=second)
    assert [each.id for each in FILE.load().drivers] == [first, third]


def test_what_others_stand_below_is_not_removed() -> None:
    write(DRIVERS)
    before = FILE.path.read_bytes()
    state = tell(project(), "remove", section="drivers", id="a")
    assert state["problem"] == (
        "2 other drivers stand below it: “Large print” and “Plain words”. Move what stands below "
        "it first, or remove that."
    )
    assert FILE.path.read_bytes() == before


def test_what_is_removed_is_named_no_more() -> None:
    write(DRIVERS)
    tell(project(), "remove", section="measures", id="m")
    now = FILE.load()
    assert not now.measures
    assert now.drivers[0].measures == ()


# ---- two people --------------------------------------------------------------------------------


def test_changes_of_different_fields_are_merged_and_told() -> None:
    mine, theirs = project(), project()
    put(mine, "aim what", "Fewer missed visits")
    state = put(theirs, "aim unit", "%")
    assert held(theirs, "aim") == {"what": "Fewer missed visits", "unit": "%"}
    assert state["others"] == ["Aim: What will be better?"]
    assert tell(theirs, "seen")["others"] == []
    assert tell(mine, "look")["others"] == ["Aim: Unit"]
    assert mine.held == theirs.held


@pytest.mark.parametrize(("keep", "kept"), [("mine", "Fewer no-shows"), ("theirs", "No waits")])
def test_a_field_that_both_changed_is_settled_by_a_person(keep: str, kept: str) -> None:
    theirs, mine = project(), project()
    put(theirs, "aim what", "No waits")
    (clash,) = put(mine, "aim what", "Fewer no-shows")["clashes"]
    assert (clash["mine"], clash["theirs"]) == ("Fewer no-shows", "No waits")
    assert FILE.load().aim.what == "No waits"
    put(mine, "aim unit", "%")  # all else goes on being saved
    state = tell(mine, "settle", section="aim", id="", field="what", keep=keep)
    assert state["clashes"] == []
    assert (FILE.load().aim.what, FILE.load().aim.unit) == (kept, "%")


def test_words_that_came_while_someone_was_typing_are_not_written_over() -> None:
    """The form has read the other's words meanwhile, but whoever types has not seen them."""
    theirs, mine = project(), project()
    put(theirs, "aim what", "No waits")
    put(mine, "aim unit", "%")  # brings their words along
    assert held(mine, "aim")["what"] == "No waits"
    (clash,) = put(mine, "aim what", "Fewer no-shows", was="")["clashes"]
    assert clash["theirs"] == "No waits"
    assert FILE.load().aim.what == "No waits"


def test_a_third_version_is_another_clash() -> None:
    one, two, mine = project(), project(), project()
    put(one, "aim what", "First")
    put(mine, "aim what", "Mine")
    put(one, "aim what", "Third")
    (clash,) = tell(mine, "settle", section="aim", id="", field="what", keep="mine")["clashes"]
    assert (clash["mine"], clash["theirs"]) == ("Mine", "Third")
    assert tell(two, "look")["others"] == ["Aim: What will be better?"]


@pytest.mark.parametrize("keep", ["mine", "theirs"])
def test_what_someone_else_removed_can_be_put_back_with_all_that_was_written(keep: str) -> None:
    write(RISKS)
    theirs, mine = project(), project()
    tell(theirs, "remove", section="risks", id="r1")
    put(mine, "risks r1 answer", "Two people can do it", was="")
    tell(mine, "look")
    where = {"section": "risks", "id": "r1"}
    state = tell(mine, "set", **where, field="risk", raw="Staff move on", was="Staff leave")
    (clash,) = state["clashes"]
    assert clash["what"] == "gone"
    assert clash["theirs"] == "Staff leave"
    assert "Two people can do it" in clash["mine"]
    assert "Staff move on" in clash["mine"]
    tell(mine, "settle", **where, field="", keep=keep)
    now = {each.id: (each.risk, each.answer) for each in FILE.load().risks}
    back = {"r1": ("Staff move on", "Two people can do it")} if keep == "mine" else {}
    assert now == {"r2": ("No phone line", "")} | back


@pytest.mark.parametrize("keep", ["mine", "theirs"])
def test_what_someone_else_changed_is_not_removed_unseen(keep: str) -> None:
    write(RISKS)
    theirs, mine = project(), project()
    put(theirs, "risks r1 answer", "Two people can do it")
    (clash,) = tell(mine, "remove", section="risks", id="r1")["clashes"]
    assert clash["what"] == "changed"
    assert len(FILE.load().risks) == 2
    tell(mine, "settle", section="risks", id="r1", field="", keep=keep)
    assert len(FILE.load().risks) == (1 if keep == "mine" else 2)


def test_changes_that_do_not_go_together_are_refused_at_the_field() -> None:
    write({"drivers": [{"id": "a", "words": "A"}, {"id": "b", "words": "B"}]})
    theirs, mine = project(), project()
    put(theirs, "drivers a under", "b")
    state = put(mine, "drivers b under", "a")
    assert state["refused"][0]["where"] == "Driver diagram, “B”: It serves"
    assert FILE.load().drivers[1].under == ""


# ---- trouble with the file -----------------------------------------------------------------------


def test_a_damaged_file_is_told_and_never_written_over() -> None:
    FILE.path.write_text('version = 1\n[aim]\ntarget = "few"\nby = "soon"\n', encoding="utf-8")
    before = FILE.path.read_bytes()
    form = project()
    assert not form.state["isRead"]
    assert [line.strip()[:12] for line in form.state["trouble"]["lines"][1:]] == [
        "aim: target ",
        "aim: by is “"[:11] + '"',
    ]
    put(form, "aim what", "Fewer missed visits")
    assert FILE.path.read_bytes() == before
    write({"aim": {"target": 8}})
    state = tell(form, "look")
    assert state["isRead"]
    assert state["trouble"] is None
    assert held(form, "aim")["target"] == 8


def test_what_is_written_while_the_file_is_damaged_waits_until_it_is_mended() -> None:
    write({"aim": {"what": "Fewer missed visits"}})
    good = FILE.path.read_bytes()
    form = project()
    FILE.path.write_text("not = [a project", encoding="utf-8")
    assert put(form, "aim unit", "%")["trouble"]["kind"] == "invalid"
    added = tell(form, "add", section="risks")["added"]
    put(form, f"risks {added} risk", "Staff leave")
    state = put(form, f"risks {added} risk", "Staff move on")
    assert state["waits"] == 3
    assert held(form, "risks", added)["risk"] == "Staff move on"  # still on the page
    assert FILE.path.read_text(encoding="utf-8") == "not = [a project"
    FILE.path.write_bytes(good)
    state = tell(form, "look")
    assert (state["waits"], state["trouble"], state["clashes"]) == (0, None, [])
    now = FILE.load()
    assert (now.aim.what, now.aim.unit, now.risks[0].risk) == (
        "Fewer missed visits",
        "%",
        "Staff move on",
    )


def test_what_the_disk_does_not_take_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "no")

    form = project()
    with monkeypatch.context() as patch:
        patch.setattr(project_file, "write_whole", refuse)
        state = put(form, "aim what", "Fewer missed visits")
        assert state["trouble"]["kind"] == "unsaved"
        assert "read-only or in use" in state["trouble"]["lines"][0]
        assert held(form, "aim")["what"] == "Fewer missed visits"
    state = tell(form, "look")
    assert state["trouble"] is None
    assert FILE.load().aim.what == "Fewer missed visits"


def test_a_file_that_was_taken_away_is_written_again() -> None:
    form = project()
    put(form, "aim what", "Fewer missed visits")
    FILE.path.unlink()
    assert tell(form, "look")["trouble"] is None
    put(form, "aim unit", "%")
    assert (FILE.load().aim.what, FILE.load().aim.unit) == ("Fewer missed visits", "%")


def test_the_first_change_of_an_example_saves_a_copy() -> None:
    one, two = (project(start="missed_appointments") for _ in range(2))
    example = example_project("missed_appointments")
    put(one, "aim unit", "per cent")
    assert not one.state["isExample"]
    assert FILE.load().cycles == example.cycles
    state = put(two, "aim target", 9)  # which began from the example too
    assert state["clashes"] == []
    assert (FILE.load().aim.unit, FILE.load().aim.target) == ("per cent", 9)
    write({"aim": {"what": "My own"}})
    assert project(start="missed_appointments").held == {"aim": {"what": "My own"}}


# ---- what an author writes ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["../p.toml", "a/p.toml", "..\\p.toml", "C:p.toml", "", "p\0.toml"]
)
def test_a_file_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(QuestionInvalid, match="the name of a file in this folder"):
        project(name)


def test_what_an_author_gets_wrong_is_told() -> None:
    with pytest.raises(ProjectInvalid, match="no name for a project file"):
        project("project.txt")
    with pytest.raises(QuestionInvalid, match="no part 'causes'"):
        project(parts=("causes",))
    with pytest.raises(QuestionInvalid, match="no part"):
        project(parts=())
    with pytest.raises(ExampleUnknown):
        project(start="nothing")


def test_a_lesson_shows_the_parts_that_it_asks_for() -> None:
    content = project(parts=("drivers", "aim")).content
    assert content["groups"] == [["Aim and theory", ["aim", "drivers"]]]
    assert [*content["pages"]] == ["aim", "drivers"]


def test_every_section_has_one_page_and_every_page_one_group() -> None:
    sections = [section for page in PAGES.values() for section in page.sections]
    assert sorted(sections) == sorted(SECTIONS)
    assert [name for names in GROUPS.values() for name in names] == [*PAGES]


def test_each_field_is_a_control_with_its_label_hint_and_limit() -> None:
    drawn = project().content["sections"]
    for name, section in SECTIONS.items():
        kinds = fields_of(section.record)
        for spec in drawn[name]["fields"]:
            kind = kinds[spec["id"]]
            assert spec["label"] == kind.label
            assert spec["hint"].startswith(kind.hint)
            assert spec.get("most") == getattr(kind, "most", None)
        assert all(field in kinds for field in drawn[name]["said"])


# ---- what is shown, and what is taken away -------------------------------------------------------


@pytest.mark.parametrize("page", [name for name, page in PAGES.items() if page.is_drawn])
@pytest.mark.parametrize("start", [None, "payroll_errors"])
def test_there_is_something_to_see_beside_a_page(page: str, start: str | None) -> None:
    form = project(start=start)
    tell(form, "show", page="summary" if page == "report" else page)
    view = form.view
    assert view["pieces"] or view["gaps"] or view["said"]
    assert not any("could not be drawn" in piece for piece in view["pieces"])
    if start and page in DIAGRAMS:
        assert "<figure" in view["pieces"][0]


def test_what_someone_wrote_never_becomes_html() -> None:
    form = project()
    put(form, "aim what", "<img src=x>")
    added = tell(form, "add", section="measures")["added"]
    put(form, f"measures {added} name", "<img src=x>")
    put(form, f"measures {added} readings", "<img src=x>")
    for page in ("aim", "measures", "summary", "full"):
        tell(form, "show", page=page)
        assert "<img src=x" not in "".join(form.view["pieces"])


def test_only_the_chart_that_changed_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    form = project(start="missed_appointments")
    tell(form, "show", page="measures")
    before = form.view["pieces"]
    assert len(before) > 3
    drawn: list[str] = []

    def draw(_: object, id: str) -> str:
        drawn.append(id)
        return "anew"

    monkeypatch.setattr("qi_tools.teaching.project_views._chart", draw)
    measures = [each["id"] for each in form.held["measures"] if each.get("readings")]
    put(form, f"measures {measures[1]} source", "Another list")
    tell(form, "show", page="measures")
    assert drawn == [measures[1]]
    assert form.view["pieces"][1:] == [before[1], "anew", *before[3:]]


def test_what_is_missing_says_where_to_fill_it_in() -> None:
    form = project()
    tell(form, "show", page="check")
    first = form.view["gaps"][0]["gaps"][0]
    assert (first["section"], first["field"]) == ("charter", "problem")
    assert first["where"] == "Charter: What is the problem?"


@pytest.mark.parametrize(
    ("what", "name", "begins"),
    [
        ("file", "project.toml", b"# An improvement project."),
        ("summary-page", "payroll-errors-one-page-summary.html", b"<!doctype html>"),
        ("summary-word", "payroll-errors-one-page-summary.docx", b"PK\x03\x04"),
        ("drivers-A3", "payroll-errors-driver-diagram-a3.pdf", b"%PDF"),
    ],
)
def test_it_can_be_taken_away(
    what: str, name: str, begins: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = project(start="payroll_errors")
    put(form, "about name", "Payroll: errors")
    sent: list[tuple[dict[str, Any], list[bytes]]] = []
    monkeypatch.setattr(form, "send", lambda content, buffers: sent.append((content, buffers)))
    tell(form, "take", what=what)
    ((content, (data,)),) = sent
    assert content["name"] == name
    assert data.startswith(begins)


def test_all_that_is_offered_can_be_taken_away() -> None:
    offered = [name for name, *_ in project().content["taken"]]
    assert offered == [*TAKEN]
    assert len(offered) == 4 + 2 * len(DIAGRAMS)


# ---- anything at all ------------------------------------------------------------------------

_NAMES = st.sampled_from([*SECTIONS, "no", ""])
_FIELDS = st.sampled_from(
    sorted({name for section in SECTIONS.values() for name in fields_of(section.record)})
)
_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
_DOES = ["set", "add", "remove", "move", "settle", "look", "seen", "show", "take", "no"]


@contextlib.contextmanager
def another_folder() -> Iterator[None]:
    """Go to an empty folder: hypothesis runs a test many times in one."""
    back = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(back)


@settings(max_examples=25)
@given(plain=plain_projects(2), data=st.data())
def test_any_message_is_read_or_refused_and_the_file_can_be_read(
    plain: dict[str, Any], data: st.DataObject
) -> None:
    ids = [each["id"] for held in plain.values() if isinstance(held, list) for each in held]
    id = st.sampled_from(["", "no", *ids])
    shaped = {
        "do": st.sampled_from(_DOES),
        "section": _NAMES,
        "id": id,
        "field": _FIELDS,
        "raw": st.text(max_size=20) | st.integers(-9, 9) | _ANYTHING,
        "was": st.just("") | _ANYTHING,
        "under": id,
        "other": id,
        "keep": st.sampled_from(["mine", "theirs"]),
        "page": st.sampled_from(["aim", "team", "no"]),
        "what": st.sampled_from(["file", "no"]),
    }
    message = st.fixed_dictionaries({}, optional=shaped) | st.fixed_dictionaries(
        {"do": st.sampled_from(_DOES)},
        optional={name: _ANYTHING for name in shaped if name != "do"},
    )
    with another_folder():
        write(plain)
        form = project()
        for sent in data.draw(st.lists(message | _ANYTHING, min_size=1, max_size=12)):
            before = form.state["turn"]
            form._handle_custom_msg(sent, [])
            assert form.state["turn"] == before + isinstance(sent, dict)
            assert "did not work" not in form.state["problem"]
            FILE.load()


_PLACES = ["aim what", "aim unit", "risks r1 risk", "risks r1 answer", "risks r2 risk"]
_STEPS = st.tuples(
    st.integers(0, 1),
    st.sampled_from(["set", "set", "set", "remove", "look", "add", "mine", "theirs"]),
    st.sampled_from(_PLACES),
)


@settings(max_examples=30)
@given(steps=st.lists(_STEPS, max_size=30))
def test_two_forms_lose_no_edit_that_was_accepted(
    steps: list[tuple[int, str, str]],
) -> None:
    """Whoever has seen a value may replace it; anyone else must be asked."""
    with another_folder():
        write({**RISKS, "aim": {"what": "Fewer missed visits"}})
        forms = [project(), project()]
        expected = _fields()
        for number, (who, do, place) in enumerate(steps):
            form = forms[who]
            section, *id, field = place.split()
            where = {"section": section, "id": id[0] if id else "", "field": field}
            seen = _seen(form)
            if do == "set":
                self_made = f"words {number}"
                if (section, *id) not in seen:
                    continue  # its page shows no such record
                state = put(form, place, self_made)
                if _matches(expected, seen, where):
                    expected[section, *id][field] = self_made
                    assert state["clashes"] == [] or place not in map(_named, state["clashes"])
                else:
                    assert _clashes(state, where)
            elif do == "remove" and section == "risks":
                if (section, *id) not in seen:
                    continue
                tell(form, "remove", section=section, id=id[0])
                if expected.get((section, *id), seen[section, *id]) == seen[section, *id]:
                    expected.pop((section, *id), None)
            elif do == "add":
                expected["risks", tell(form, "add", section="risks")["added"]] = {}
            elif do in {"mine", "theirs"} and form.state["clashes"]:
                clash = form.state["clashes"][0]
                tell(form, "settle", **{each: clash[each] for each in where}, keep=do)
                if do == "mine" and not form.state["clashes"]:
                    # It was settled by someone who saw both: what they kept is now the file's.
                    expected = _fields()
                    assert clash["what"] != "field" or clash["mine"] in _values()
            elif do == "look":
                tell(form, "look")
                assert _seen(form) == _fields()
            assert _fields() == expected


Fields = dict[tuple[str, ...], dict[str, Any]]


def _fields() -> Fields:
    """What the file holds, record by record."""
    return _of(project().held)


def _values() -> list[Any]:
    return [value for record in _fields().values() for value in record.values()]


def _seen(form: ProjectForm) -> Fields:
    return _of(form.held)


def _of(plain: dict[str, Any]) -> Fields:
    risks: Fields = {
        ("risks", each["id"]): {name: value for name, value in each.items() if name != "id"}
        for each in plain.get("risks", [])
    }
    return {("aim",): dict(plain.get("aim", {})), **risks}


def _matches(expected: Fields, seen: Fields, where: dict[str, str]) -> bool:
    key = tuple(filter(None, (where["section"], where["id"])))
    field = where["field"]
    return key in expected and expected[key].get(field) == seen[key].get(field)


def _named(clash: dict[str, str]) -> str:
    return " ".join(filter(None, (clash["section"], clash["id"], clash["field"])))


def _clashes(state: dict[str, Any], where: dict[str, str]) -> bool:
    return any(
        each["section"] == where["section"]
        and each["id"] == where["id"]
        and each["field"] in {"", where["field"]}
        for each in state["clashes"]
    )
