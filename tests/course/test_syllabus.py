"""The syllabus and the dose matrix: what ships is right, and what is wrong is all reported."""

import re
import shutil

import pytest

from course.bank import load_bank
from course.errors import CourseError, FaultsFound
from course.folders import COURSE
from course.rubric import load_rubric
from course.syllabus import GROUPS, load_syllabus

ALL, BOARD, SENIOR, MIDDLE, COACH, EXPERT = GROUPS
SYLLABUS = load_syllabus()
TOPICS = SYLLABUS.matrix.topics


# ------------------------------------------------------------- the matrix's own rules


def test_the_matrix_has_36_topics_in_order():
    rows = [*map(str, range(1, 28)), "28a", "28b", *map(str, range(29, 36))]
    assert [topic.row for topic in TOPICS] == rows


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.row)
def test_each_topic_follows_the_rules_of_the_doses(topic):
    depth = topic.depths
    assert depth[BOARD] >= depth[ALL]
    assert depth[SENIOR] >= depth[BOARD]
    if topic.row in {"28a", "29"}:
        assert depth[MIDDLE] > depth[SENIOR], "managers go deeper in sponsoring and leading a team"
    else:
        assert depth[MIDDLE] == depth[SENIOR], "otherwise managers take the senior leaders' dose"
    assert depth[EXPERT] == 4 == max(depth.values())
    assert depth[ALL] <= 1 or topic.row == "5"


def test_senior_leaders_go_deeper_than_the_board_in_total():
    def total(group):
        return sum(topic.depths[group] for topic in TOPICS)

    assert total(SENIOR) > total(BOARD) > total(ALL)


def test_coaches_apply_or_lead_what_they_coach():
    rows = {*map(str, range(1, 22)), "23", "25", "26", "27", "28a", "29", "33", "34"}
    assert all(t.depths[COACH] >= 3 for t in TOPICS if t.row in rows)


@pytest.mark.parametrize("group", GROUPS)
def test_every_topic_a_group_needs_is_in_a_module_of_its_path(group):
    needed = {topic.row for topic in TOPICS if topic.depths[group] > 0}
    covered = {topic for module in SYLLABUS.path(group) for topic in module.topics}
    assert needed <= covered


# ------------------------------------------------------------- what is built is whole


BUILT = [
    (module, objective)
    for module in SYLLABUS.modules
    if module.built
    for objective in module.objectives
]


@pytest.mark.parametrize(("module", "objective"), BUILT, ids=lambda v: getattr(v, "topic", ""))
def test_every_built_objective_has_minutes_and_assessed_items(module, objective):
    assert objective.minutes > 0
    for item in objective.assessed_by:
        assessment, place = item.split("/")
        if SYLLABUS.assessment(assessment).built:
            source = COURSE / "source" / assessment
            bank = load_bank(source / "bank.toml")
            marked = {slot.id for slot in (*bank.slots, *bank.look_backs)}
            if (source / "rubric.toml").exists():
                marked |= {task.id for task in load_rubric(source / "rubric.toml").tasks}
            assert place in marked


def test_each_slot_of_a_built_assessment_assesses_an_objective():
    aimed = {item for _, objective in BUILT for item in objective.assessed_by}
    places = {
        f"{each.id}/{place}" for each in SYLLABUS.assessments if each.built for place in each.places
    }
    assert places <= aimed


def test_all_staff_takes_90_minutes():
    assert sum(module.minutes for module in SYLLABUS.path(ALL)) == 90


def test_a_built_dose_covers_each_topic_at_its_depth():
    for dose in SYLLABUS.doses:
        modules = [module for module in SYLLABUS.modules if module.dose == dose.id]
        if all(module.built for module in modules):
            reached = {(each.topic, each.depth) for module in modules for each in module.objectives}
            for topic in {topic for module in modules for topic in module.topics}:
                assert (topic, SYLLABUS.matrix.depth(topic, dose.id)) in reached


def test_all_staff_pass_with_16_of_20_and_4_of_the_5_charts():
    check = SYLLABUS.assessment("all_staff_check")
    assert (check.slots_to_pass, check.slots) == (16, 20)
    (charts,) = check.hurdles
    assert (charts.name, len(charts.slots), charts.least) == ("charts", 5, 4)
    bank = load_bank(COURSE / "source" / "all_staff_check" / "bank.toml")
    drawn = {slot.id for slot in bank.slots if any(item.chart for item in slot.items)}
    assert drawn == set(charts.slots), "what is called a chart is one"


def test_an_unknown_name_says_what_there_is():
    with pytest.raises(CourseError, match=r"no module 'Z9'.*A1, A2"):
        SYLLABUS.module("Z9")


# ------------------------------------------------------------- faults


@pytest.fixture
def folder(tmp_path):
    for name in ("syllabus.toml", "dose_matrix.csv"):
        shutil.copy(COURSE / name, tmp_path / name)
    return tmp_path


def faults_after(folder, name, *changes):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FaultsFound) as found:
        load_syllabus(folder)
    return [str(fault) for fault in found.value.faults]


def test_all_faults_of_the_syllabus_come_at_once_with_their_keys(folder):
    faults = faults_after(
        folder,
        "syllabus.toml",
        ("minutes = 15\nbuilt = true", "minutes = -5\nbuilt = true"),
        ('title = "Board"', "title = 3"),
        ("minutes = 90\nbuilt = false", 'minutes = 90\nbuilt = "no"'),
        ('name = "charts"', "name = 5"),
        ('"q13", "q14"]', '"q13", "q13"]'),
        ("least = 4", "least = 4\nmost = 5"),
        ("valid_months = 24", "colour = 4"),
    )
    text = "\n".join(faults)
    assert "modules[A1].minutes: must be a whole number from 1 to 600, not -5" in text
    assert "doses[board].title: must be text of 1 to 400 characters, not 3" in text
    assert "modules[E1].built: must be true or false, not 'no'" in text
    assert "assessments[all_staff_check].hurdles[5].name: must be text of 1 to 40" in text
    assert "hurdles[5].slots: must be a list of 1 to 100, none twice" in text
    assert "hurdles[5].most: doesn't belong here" in text
    assert "doses[board].valid_months: is missing" in text
    assert "doses[board].colour: doesn't belong here" in text


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('builds_on = ["board"]', 'builds_on = ["baord"]', "names 'baord', which is not a dose"),
        ("minutes = 7", "minutes = 6", "is 15, but its objectives add up to 14"),
        ('topic = "2"\ndepth = 1', 'topic = "2"\ndepth = 2', "but the dose matrix has 1"),
        (
            '["all_staff_check/q6"]',
            '["all_staff_check/q21"]',
            "names 'all_staff_check/q21', which no assessment",
        ),
        ('"q13", "q14"]', '"q13", "q21"]', "names q21, but there are 20 questions"),
        ("least = 4", "least = 6", "hurdles[charts].least: is 6, but it names 5"),
        (
            'covers = ["4", "12", "13"]',
            'covers = ["99"]',
            "topic '99', which the dose matrix doesn't have",
        ),
        ('id = "A2"', 'id = "A1"', "stands more than once"),
        (
            'requires = ["all_staff_check"]',
            'requires = ["all_staff_chekc"]',
            "is not an assessment",
        ),
        ('modules = ["A1",', 'modules = ["E1",', "is built, but its module E1 is not"),
        ("1_all_staff/a1_why", "2_board/a1_why", "outside the folder of its dose"),
        (
            'covers = ["4", "12", "13"]',
            'covers = ["4", "12", "13"]\nnotebook = "5_quality_coaches/x.ipynb"',
            "doesn't belong",
        ),
    ],
)
def test_names_sums_and_depths_that_disagree_are_reported(folder, old, new, expected):
    assert expected in "\n".join(faults_after(folder, "syllabus.toml", (old, new)))


def test_text_that_is_not_toml_is_reported_with_its_line(folder):
    (fault,) = faults_after(folder, "syllabus.toml", ("version =", "version"))
    assert re.search(r"at line \d+", fault)


def test_all_faults_of_the_matrix_come_at_once_with_their_lines(folder):
    faults = faults_after(
        folder,
        "dose_matrix.csv",
        ("1,2,2,2,3,4,A1", "1,2,2,7,3,4,A1"),
        ('3,"System', '2,"System'),
        ("Aim statements,1,", "Aim statements,"),
    )
    assert faults == [
        "line 2: has the depth '7'; use a whole number 0 to 4",
        "line 4: repeats row 2; each row stands once",
        "line 8: has 8 cells; it should have 9",
    ]


def test_a_missing_file_says_what_to_do(tmp_path):
    with pytest.raises(CourseError, match="Install the course again"):
        load_syllabus(tmp_path)


def test_only_what_the_syllabus_calls_answer_files_holds_no_learners_code() -> None:
    syllabus = load_syllabus()
    assert not syllabus.holds_code("all_staff_check")
    assert syllabus.holds_code("someone_elses")
