import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.improvement.fields import Ref, Refs
from qi_tools.improvement.project import SECTIONS, Project, fields_of
from qi_tools.improvement.project_reading import (
    MOST_RECORDS,
    ProjectInvalid,
    as_plain,
    read_project,
)
from tests.qi_tools.improvement.projects import projects


def faults(plain: object) -> list[str]:
    with pytest.raises(ProjectInvalid) as error:
        read_project(plain)
    return [str(fault) for fault in error.value.faults]


@settings(max_examples=25)
@given(projects())
def test_what_is_written_is_read_back_the_same(project):
    assert read_project(as_plain(project)) == project


def test_a_blank_project_is_written_as_nothing():
    assert as_plain(Project()) == {}
    assert read_project({}) == Project()


def test_every_section_is_a_field_with_its_record():
    for field in dataclasses.fields(Project):
        section = SECTIONS[field.name]
        assert section.title
        assert bool(section.one) == (getattr(Project(), field.name) == ())
        assert ("id" in {each.name for each in dataclasses.fields(section.record)}) == bool(
            section.one
        )


def test_every_fault_is_told_at_once():
    told = faults(
        {
            "aims": {},
            "aim": {"target": "few", "colour": "red"},
            "charter": "Fewer",
            "team": {"id": "a"},
            "drivers": ["x", {"id": "A"}, {"words": "no id"}, {"id": "b"}, {"id": "b"}],
        }
    )
    assert [fault.split(":")[0] for fault in told] == [
        "aims",
        "aim",
        "aim",
        "charter",
        "team",
        'drivers, "1"',
        'drivers, "2"',
        'drivers, "3"',
        'drivers, "b"',
    ]
    assert told[0].startswith("aims: is no section of a project. Use about, aim, ")
    assert told[2].startswith("aim: colour is no field here. Use what, for_whom, ")
    assert told[4] == "team: is a table. Make it a list: [[team]] before each team member."
    assert "ring-first" in told[6]
    assert told[8].endswith("is the id of two records. Give each driver an id of its own.")


@pytest.mark.parametrize(
    ("plain", "message"),
    [
        ({"drivers": [{"id": "a", "under": "gone"}]}, "there is no driver of that id"),
        ({"cycles": [{"id": "a", "measures": ["gone"]}]}, "there is no measure of that id"),
        ({"whys": [{"id": "a", "under": "a"}]}, "leads round in a circle: a → a."),
        (
            {"measures": [{"id": "a", "feeds": "b"}, {"id": "b", "feeds": "a"}]},
            "leads round in a circle: a → b → a.",
        ),
        (
            {
                "drivers": [
                    {"id": each, "under": above}
                    for each, above in zip("abcd", ["", "a", "b", "c"], strict=True)
                ]
            },
            "stands 4 levels deep: d → c → b → a. The most is 3.",
        ),
    ],
)
def test_what_points_nowhere_round_or_too_deep_is_a_fault(plain, message):
    assert any(message in fault for fault in faults(plain))


def test_too_many_records_are_one_fault():
    (fault,) = faults({"risks": [{"id": f"r{number}"} for number in range(MOST_RECORDS + 1)]})
    assert "has 301 records. The most is 300" in fault


def test_a_message_of_many_faults_ends():
    message = str(ProjectInvalid("x.toml", []))
    assert message == "x.toml"
    with pytest.raises(ProjectInvalid) as error:
        read_project({f"wrong-{number}": {} for number in range(50)})
    assert str(error.value).endswith("and 20 more")


@given(st.sampled_from([*SECTIONS]), st.data())
def test_anything_in_place_of_a_section_is_read_or_refused(name, data):
    raw = data.draw(
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(max_size=5),
            lambda each: (
                st.lists(each, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["id", *fields_of(SECTIONS[name].record)]), each, max_size=3
                )
            ),
        )
    )
    try:
        read_project({name: raw})
    except ProjectInvalid as error:
        assert error.faults  # noqa: PT017


def test_pointers_go_to_lists():
    for section in SECTIONS.values():
        for kind in fields_of(section.record).values():
            if isinstance(kind, Ref | Refs):
                assert SECTIONS[kind.to].one
