from hypothesis import given, settings

from qi_tools.improvement.project import Project
from qi_tools.improvement.project_reading import read_project
from qi_tools.improvement.ramps import cycle_numbers, ramps
from tests.qi_tools.improvement.projects import projects


def test_ramps_branch_and_name_the_idea():
    project = read_project(
        {
            "drivers": [{"id": "idea"}],
            "cycles": [
                {"id": "d", "after": "b"},
                {"id": "c", "after": "a"},
                {"id": "a"},
                {"id": "b", "after": "a", "idea": "idea"},
                {"id": "other"},
            ],
        }
    )
    first, second = ramps(project)
    assert [cycle.id for cycle in first.cycles] == ["a", "c", "b", "d"]
    assert (first.idea, second.idea) == ("idea", "")
    assert cycle_numbers(project) == {
        "a": "1.1",
        "c": "1.2",
        "b": "1.3",
        "d": "1.4",
        "other": "2.1",
    }


@settings(max_examples=20)
@given(projects(4))
def test_every_test_is_in_one_ramp_and_has_a_number_of_its_own(project: Project):
    numbers = cycle_numbers(project)
    ids = [cycle.id for ramp in ramps(project) for cycle in ramp.cycles]
    assert ids == [*numbers]
    assert sorted(ids) == sorted(cycle.id for cycle in project.cycles)
    assert len(set(numbers.values())) == len(ids)
