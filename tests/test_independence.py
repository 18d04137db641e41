"""The course is independent and says so; it wears no one else's logo or colour."""

import pytest

from course.folders import REPOSITORY

FILES = [
    path
    for path in sorted(REPOSITORY.rglob("*"))
    if path.is_file()
    and path.relative_to(REPOSITORY).parts[0] != "tests"
    and "__pycache__" not in path.parts
    and not any(part.startswith(".") for part in path.relative_to(REPOSITORY).parts)
]
NHS_BLUE = ("005eb8", "rgb(0, 94, 184)", "rgb(0,94,184)")


def test_no_file_has_the_nhs_blue():
    assert len(FILES) > 100
    for path in FILES:
        text = path.read_bytes().decode("utf-8", "ignore").lower()
        assert not [blue for blue in NHS_BLUE if blue in text], path


def test_the_only_pictures_are_our_own():
    endings = {".png", ".svg", ".jpg", ".jpeg", ".gif", ".ico", ".webp"}
    pictures = {path.name for path in FILES if path.suffix.lower() in endings}
    ours = {"chart.png", "home.png", "lesson.png", "project.png"}
    assert pictures == ours, "a new picture: whose is it? name it here"


@pytest.mark.parametrize(
    "place",
    [
        "README.md",
        "course/home/templates/base.html",
        "course/home/jupyter/voila/templates/qi_lesson/index.html.j2",
    ],
)
def test_what_people_see_says_who_has_not_endorsed_it(place):
    text = " ".join((REPOSITORY / place).read_text(encoding="utf-8").split())
    assert "endorsed by NHS England" in text
    assert "not CPD-accredited" in text.replace("Not CPD", "not CPD")
