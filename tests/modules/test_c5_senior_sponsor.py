"""What lesson C5 tells of its projects, its sums and its chart is true."""

import ast
from random import Random

import numpy as np
import pytest

from course.folders import MODULES
from course.notebook import read_notebook
from qi_tools import Measure, control_chart, load_dataset
from qi_tools.experiments.portfolio import Organisation, Plan, run_portfolio
from qi_tools.experiments.projects import PROJECTS
from tests.modules.lesson_told import EITHER_SET, defined, question, right

LESSON = read_notebook(MODULES / "3_senior_leaders" / "c5_senior_sponsor.ipynb")
PROJECT = {each.name: each for each in PROJECTS}
LETTERS = load_dataset("project_measures_simulated").frame


def text():
    return " ".join("\n".join(cell.source for cell in LESSON.cells).replace('"', " ").split())


def days(*names):
    return sum(PROJECT[name].days * PROJECT[name].months for name in names)


def points(*names):
    return sum(PROJECT[name].benefit for name in names)


@pytest.fixture(scope="module")
def told():
    return defined(LESSON)


def test_the_sums_that_learners_do():
    assert right(LESSON, "c5-little") == 31 / 2
    assert right(LESSON, "c5-hours") == 6 * 2 * 30 + 15 * 4


def test_three_projects_in_turn_are_finished_no_later_than_all_at_once():
    from qi_tools.experiments.projects import Project

    three = tuple(
        Project(name, "Any", "safety", 5, 0, 10, 4, 5, 5, 1) for name in ("one", "two", "three")
    )
    organisation = Organisation(coach_days=10, months=30, projects=three)
    run = run_portfolio(organisation, Plan(tuple(each.name for each in three), 1), Random(1))
    assert [course.finished for course in run.courses] == [4, 8, 12]


def test_what_the_app_costs_and_what_five_others_would_bring():
    app = PROJECT["A new app for feedback"]
    assert (app.days, app.months, app.benefit, app.loudness) == (9, 12, 4, 5)
    five = (
        "Fewer missed doses",
        "Rotas known early",
        "Wrong labels on samples",
        "Pay queries put right",
        "Meals that arrive warm",
    )
    assert all(name.casefold() in text().casefold() for name in five)
    assert (days(app.name), days(*five), points(*five)) == (108, 107, 36)
    assert all(PROJECT[name].loudness <= 2 for name in five)


def test_what_the_model_answer_says_of_its_cut():
    noon = PROJECT["Home by noon"]
    assert (noon.days, noon.months, days(noon.name)) == (9, 10, 90)
    assert noon.spread > noon.benefit / 2
    instead = ("Referrals sorted on the day", "Clinic letters in days", "Fewer missed doses")
    assert days(*instead) == pytest.approx(90, abs=6)
    assert points(*instead) / noon.benefit == pytest.approx(3.75, abs=0.1)
    assert [PROJECT[name].priority for name in instead] == ["access", "access", "safety"]


def test_a_keen_sponsor_is_no_sign_of_a_large_benefit_for_its_days():
    sponsors, values = [each.sponsor for each in PROJECTS], [each.value for each in PROJECTS]
    assert np.corrcoef(sponsors, values)[0, 1] < 0.1


def test_fewer_at_once_bring_more_and_the_loudest_bring_less(told):
    def finished(order, at_once):
        return told["played"]("Any", order, at_once)[1]

    def gained(order, at_once):
        return int(told["played"]("Any", order, at_once)[3].replace(",", ""))

    def value(each):
        return -each.value

    def loud(each):
        return -each.loudness

    assert finished(value, 9) > finished(value, 20) > finished(value, 40)
    assert gained(value, 9) > gained(value, 20) > gained(value, 40)
    assert gained(loud, 9) < gained(value, 9) / 2
    names = tuple(each.name for each in sorted(PROJECTS, key=value))
    run = run_portfolio(Organisation(), Plan(names, 9), Random(1))
    assert round(100 * dict(run.balance)["staff"]) == 14


@EITHER_SET
def test_the_page_for_the_board_reads_its_charts_as_the_rules_do(told, rules):
    told["RULES"] = rules  # the organisation may have chosen either
    ways = {each.way for each in told["late_letters"]().signals}
    assert "low" in ways
    assert "high" not in ways
    overtime = Measure.from_columns(
        LETTERS["overtime_hours"], LETTERS["week"], name="Overtime", better="lower"
    )
    rises = [
        each for each in control_chart(overtime, "i", rules=rules).signals if each.way == "high"
    ]
    assert rises == []
    assert overtime.values[-10:].max() == overtime.values.max()


def share(rows):
    return 100 * rows["late"].sum() / rows["letters"].sum()


def test_the_numbers_on_both_pages():
    weeks = LETTERS["week"].dt
    assert share(LETTERS[LETTERS["week"] < "2025-04-14"]) == pytest.approx(30, abs=1)
    assert share(LETTERS[LETTERS["week"] >= "2025-06-09"]) == pytest.approx(14, abs=0.5)
    assert share(LETTERS[weeks.month == 7]) == pytest.approx(17, abs=0.5)
    assert share(LETTERS[weeks.month == 6]) == pytest.approx(14, abs=0.5)
    used = LETTERS["with_checklist"] / LETTERS["letters"]
    assert used[LETTERS["week"] >= "2025-06-02"].mean() > 0.9
    assert list(LETTERS["test"].dropna()) == [
        "Checklist on one desk",
        "Checklist on all desks",
        "Checklist printed on the form",
    ]


def test_no_case_of_common_causes_is_answered_by_a_reaction():
    """Where the story says that only common causes are at work, the key is improvement."""
    for id, key in (("c5-payslips", "improve"), ("c5-labels", "improve")):
        assert "common causes" in ast.unparse(question(LESSON, id).node)
        assert right(LESSON, id) == key
    assert right(LESSON, "c5-cases-1")["falls"] == right(LESSON, "c5-check-4")["sleep"] == "improve"
