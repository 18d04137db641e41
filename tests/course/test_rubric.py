"""Rubrics: read whole or refused with every fault, and shown as tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.errors import CourseError, FaultsFound
from course.rubric import LEVELS, load_rubric, show_rubric
from tests.small_rubric import CRITERIA, TEXTS, small_rubric


def rubric_at(folder: Path, text: str) -> Path:
    path = folder / "rubric.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_rubric_names_its_criteria_as_the_gradebook_does(tmp_path: Path) -> None:
    rubric = load_rubric(rubric_at(tmp_path, small_rubric()))
    assert tuple(criterion.name for criterion in rubric.criteria) == CRITERIA
    assert [criterion.text for criterion in rubric.criteria] == [*TEXTS.values()]
    assert rubric.task("w2").read_again == "Section w2"
    with pytest.raises(CourseError, match=r"no written task 'w9'. Use one of: w1, w2"):
        rubric.task("w9")


def test_every_fault_is_listed_at_once(tmp_path: Path) -> None:
    text = small_rubric()
    text = text.replace('id = "data"', 'id = "change"')
    text = text.replace('"w2-tone at level 3"', '""').replace('title = "Ask a question"', "")
    with pytest.raises(FaultsFound) as found:
        load_rubric(rubric_at(tmp_path, text))
    said = str(found.value)
    assert "task[w1].criterion[change]: stands more than once" in said
    assert "task[w2].title: is missing" in said
    assert "task[w2].criterion[tone].levels: must be a list of 4, from 'missing'" in said


def test_what_is_shown_names_each_level_in_words_and_acts_on_nothing(tmp_path: Path) -> None:
    text = small_rubric().replace("such as 3", "<script>x</script>")
    rubric_at(tmp_path, text)
    html = show_rubric("w1", tmp_path).content["html"]
    assert html.count("<table") == html.count("<caption>") == 2
    assert all(f"{level} · {name}" in html for level, name in enumerate(LEVELS))
    assert "<script>" not in html
