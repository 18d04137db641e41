"""Every check of the project, for people and for CI alike: `python run.py test [--quick]`.

`--quick` leaves out the browser, the attacks, the fuzz, real nbgrader and the npm verifiers.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from tests.outside_tools import BUBBLEWRAP, CHROMIUM, NODE, NODE_MODULES

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent
PACKAGES = ["qi_tools", "course", "autograder"]
SLOW = "not browser and not attack and not nbgrader and not node and not fuzz"


def checks(quick: bool) -> list[tuple[str, list[str]]]:
    """Return each check's name and command, the quickest first."""
    python = [sys.executable, "-m"]
    notebooks = sorted(map(str, (REPOSITORY / "modules").rglob("*.ipynb")))
    # In the order of tests/conftest.py; xdist's own would put files with few tests last.
    parallel = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    return [
        ("style", [*python, "ruff", "check", "."]),
        ("layout", [*python, "ruff", "format", "--check", "."]),
        ("spelling", [*python, "codespell_lib", "-D", "-", "-D", "tests/american.txt", "."]),
        ("types", [*python, "mypy"]),
        ("notebooks obey the lesson grammar", [*python, "course.cli", "check", *notebooks]),
        ("notebooks are tidy", [*python, "course.cli", "tidy", "--check", *notebooks]),
        (
            "notebooks run",
            [
                *[*python, "pytest", "-q", "-o", "addopts=", "-o", "filterwarnings="],
                *["-p", "no:cacheprovider", "--nbval-lax", "--nbval-cell-timeout=120"],
                *[*parallel, *notebooks],
            ],
        ),
        ("tests", [*python, "pytest", "-q", *parallel, *(["-m", SLOW] if quick else [])]),
    ]


def missing_tools() -> list[str]:
    """Say which tests will be skipped here, and what would let them run."""
    missing = []
    if CHROMIUM is None:
        missing.append("browser tests (Debian: apt-get install chromium)")
    if BUBBLEWRAP is None:
        missing.append("marking code in the sandbox (Debian: apt-get install bubblewrap)")
    if NODE is None:
        missing.append("tests with foreign verifiers (install node)")
    elif not NODE_MODULES.is_dir():
        missing.append("tests with foreign verifiers and axe (run: npm ci --prefix tests)")
    return missing


def main() -> int:
    """Run every check, go on after a failure, and close with a summary."""
    parser = argparse.ArgumentParser(prog="run.py test", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only the fast checks")
    quick = parser.parse_args().quick
    results = []
    for name, command in checks(quick):
        print(f"\n=== {name}", flush=True)
        start = time.monotonic()
        failed = subprocess.call(command, cwd=REPOSITORY)
        results.append((name, failed, time.monotonic() - start))

    print("\n=== summary")
    for name, failed, seconds in results:
        print(f"{'FAILED' if failed else 'ok    '}  {seconds:6.1f} s  {name}")
    if quick:
        print("SKIPPED by --quick: browser, attacks, fuzz, real nbgrader, foreign verifiers")
    else:
        for tool in missing_tools():
            print(f"SKIPPED, NOT TESTED HERE: {tool}")
    return 1 if any(failed for _, failed, _ in results) else 0


if __name__ == "__main__":
    sys.exit(main())
