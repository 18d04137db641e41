"""The lock, pyproject and environment.yml name the same things, and no package index."""

import re
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from course.folders import REPOSITORY

LOCK = (REPOSITORY / "requirements" / "lock.txt").read_text(encoding="utf-8")
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONDA = yaml.safe_load((REPOSITORY / "environment.yml").read_text(encoding="utf-8"))

LOCKED = {
    canonicalize_name(name): version
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", LOCK, flags=re.M)
}
WANTED = [
    Requirement(line)
    for line in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["develop"]]
]


@pytest.mark.parametrize("wanted", WANTED, ids=str)
def test_each_dependency_is_locked_at_a_version_that_fits(wanted):
    locked = LOCKED[canonicalize_name(wanted.name)]
    assert wanted.specifier.contains(locked)


def test_every_locked_package_has_a_hash():
    entries = re.split(r"^(?=[A-Za-z])", LOCK, flags=re.M)
    assert all("--hash=sha256:" in entry for entry in entries if "==" in entry)
    assert len(LOCKED) > 100


def test_no_file_names_a_package_index():
    assert not re.search(r"index-url|https?://", LOCK)


def test_conda_names_direct_dependencies_and_the_same_lock():
    *named, through_pip = CONDA["dependencies"]
    names = {Requirement(line.replace(" ", "")).name for line in named} - {"python", "pip"}
    assert names <= {canonicalize_name(wanted.name) for wanted in WANTED}
    assert names >= {"jupyterlab", "nbgrader", "ipywidgets", "pandas", "matplotlib", "pytest"}
    assert through_pip == {"pip": ["-r requirements/lock.txt"]}
    assert f"python {PROJECT['requires-python']}" in named
