from collections import Counter
from dataclasses import replace

import pytest

from qi_tools.errors import QIToolsError
from qi_tools.experiments.projects import PRIORITIES, PROJECTS, ProjectInvalid


def test_the_forty_projects_are_of_all_kinds():
    assert len({each.name for each in PROJECTS}) == 40
    kinds = Counter(each.priority for each in PROJECTS)
    assert tuple(kinds) == PRIORITIES
    assert min(kinds.values()) >= 5


def test_the_loudest_are_seldom_those_that_bring_most():
    loudest = sorted(PROJECTS, key=lambda each: -each.loudness)[:10]
    best = sorted(PROJECTS, key=lambda each: -each.value)[:10]
    assert len({each.name for each in loudest} & {each.name for each in best}) <= 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"priority": "speed"}, "'speed'. Use one of: safety, access"),
        ({"benefit": 0}, "The benefit of 'Fewer falls at night' is 0."),
        ({"spread": -1}, "The spread of"),
        ({"days": 1.5}, "The number of coach days of"),
        ({"months": 61}, "from 1 to 60"),
        ({"team": 6}, "The readiness of the team of"),
        ({"sponsor": True}, "The readiness of the sponsor of"),
        ({"loudness": None}, "The loudness of"),
    ],
    ids=str,
)
def test_a_project_that_cannot_be_says_why(wrong, said):
    with pytest.raises(ProjectInvalid) as caught:
        replace(PROJECTS[0], **wrong)
    assert said in str(caught.value)
    assert isinstance(caught.value, QIToolsError)
