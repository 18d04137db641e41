"""Imports run one way, and the heavy libraries stay where drawing and widgets are."""

import ast

import pytest

from course.folders import REPOSITORY

FILES = [
    path
    for package in ("qi_tools", "course", "autograder")
    for path in sorted((REPOSITORY / package).rglob("*.py"))
]


def imported(path, *, late):
    """Return the top names that a file imports, at its start or (late) inside functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {
        node
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for_types_only = {
        node
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    names = set()
    for node in ast.walk(tree):
        if node not in for_types_only and (node in inside) == late:
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
    return names


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(REPOSITORY).as_posix())
def test_imports_run_one_way(path):
    place = path.relative_to(REPOSITORY)
    early, late = imported(path, late=False), imported(path, late=True)
    match place.parts[0]:
        case "qi_tools":
            assert not (early | late) & {"course", "autograder"}
        case "course":
            assert "autograder" not in early
            assert "autograder" not in late or place.as_posix() == "course/cli.py"
    match place.parts[:2]:
        case ("qi_tools", "draw"):
            pass
        case ("autograder", "sandbox"):  # it runs learners' code, which may draw
            assert "matplotlib" not in early
        case _:
            assert "matplotlib" not in early | late
    if place.parts[:2] != ("qi_tools", "teaching"):
        assert not (early | late) & {"ipywidgets", "anywidget"}


def test_the_scan_sees_late_and_early_imports():
    cli = REPOSITORY / "course" / "cli.py"
    assert "autograder" in imported(cli, late=True)
    assert "click" in imported(cli, late=False)
