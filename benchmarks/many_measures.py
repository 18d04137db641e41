"""Time many measures beside other packages: ``python benchmarks/many_measures.py``.

It makes a virtual environment outside the repository, installs requirements.txt there, and runs
every piece of work (peers/work.py) in a process of its own on one thread. README.md says what is
compared and how fairly.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import subprocess
import sys
import venv
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from peers import OURS, PEERS

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent
REQUIREMENTS = HERE / "requirements.txt"
POINTS = 36
ROWS = (100_000, 300_000, 1_000_000)
LONGEST = 1_000_000
AGREE = 1e-3  # of the distance from the centre line to the upper limit
FRESH = 3  # processes for times that only a fresh Python shows
THREADS = ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM")
SLOWS_NUMPY = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")


class Failed(Exception):
    """A piece of work ended in an error."""


def environment(cache: Path) -> Path:
    """Give the Python that has all peers, installing them where they are not yet."""
    wanted = f"{sys.version}\n{REQUIREMENTS.read_text(encoding='utf-8')}"
    folder = cache / hashlib.sha256(wanted.encode()).hexdigest()[:12]
    python = folder / "bin" / "python"
    done = folder / "installed"
    if not done.exists():
        say(f"Installing the peers in {folder}\n")
        venv.create(folder, with_pip=True, clear=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "-r", str(REQUIREMENTS)]
        subprocess.run(install, check=True)
        done.touch()
    return python


def run(python: Path, *job: object) -> dict[str, Any]:
    """Run one piece of work in a fresh process, on one thread."""
    # This process imports nothing heavy: on Linux a child's peak memory starts from its parent's.
    variables = {name: value for name, value in os.environ.items() if name not in SLOWS_NUMPY}
    variables |= {f"{name}_NUM_THREADS": "1" for name in THREADS}
    variables |= {"PYTHONPATH": str(REPOSITORY), "MPLBACKEND": "Agg", "PYTHONHASHSEED": "0"}
    # Warnings are off: to print thousands of them is no part of the work.
    command = [str(python), "-W", "ignore", "-m", "peers.work", *map(str, job)]
    done = subprocess.run(
        command, cwd=HERE, env=variables, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Failed(done.stderr.strip().splitlines()[-1])
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def fresh(python: Path, *job: object) -> dict[str, Any]:
    """Run a job in several processes after one to warm the disk; give it with its median time."""
    done = [run(python, *job) for _ in range(FRESH + 1)][1:]
    return done[0] | {"cpu": median(one["cpu"] for one in done)}


def compare(python: Path, measures: int) -> list[dict[str, Any]]:
    """Time the same measures with every way of every package, ours first."""
    every = [(peer, way) for peer in (OURS, *PEERS) for way in peer.ways]
    rows: list[dict[str, Any]] = []
    for peer, way in every:
        say(f"{peer.package}: {way.call}, {way.rules}\n")
        row: dict[str, Any] = {"package": peer.package, "call": way.call, "rules": way.rules}
        here, ran = (peer.module, way.function), min(measures, way.most)
        try:
            made = run(python, "table", *here, ran, POINTS)
            row |= {"measures": ran, "scaled": made["cpu"] * measures / ran, "table": made}
            row["lines"] = run(python, "lines", *here)
            row["import"] = fresh(python, "import", peer.imported)
            row["first"] = fresh(python, "first", *here)
            row["ratio"] = row["scaled"] / (rows[0] if rows else row)["scaled"]
            row["agrees"] = agreement((rows[0] if rows else row)["lines"], row["lines"])
        except Failed as failure:
            if not rows:
                raise
            row["failed"] = str(failure)
        rows.append(row)
    return rows


def agreement(ours: dict[str, list[float]], theirs: dict[str, list[float]]) -> dict[str, float]:
    """Give the largest difference of a line, as a part of our distance from centre to limit."""
    return {
        name: max(abs(a - b) for a, b in zip(ours[name], theirs[name], strict=True))
        / (ours[name][2] - ours[name][1])
        for name in ours
    }


def ourselves(python: Path, measures: int) -> list[dict[str, Any]]:
    """Time what only we are asked: more and more rows, one long series, our own environment."""
    here = ("table", OURS.module, OURS.ways[0].function)
    work = [(f"{rows // POINTS:,} × {POINTS}", python, rows // POINTS, POINTS) for rows in ROWS]
    work.append((f"1 × {LONGEST:,}", python, 1, LONGEST))
    work.append((f"{measures:,} × {POINTS}, this Python", Path(sys.executable), measures, POINTS))
    rows = []
    for name, which, series, points in work:
        say(f"{OURS.package}: {name}\n")
        rows.append({"work": name, **run(which, *here, series, points)})
    return rows


def report(results: dict[str, Any]) -> str:
    """Lay all results out as plain tables."""
    measures = results["measures"]
    peers = [in_words(row, measures, results["versions"]) for row in results["peers"]]
    floor, ours = results["floor"], results["peers"][0]
    peers.append(
        (
            *("bare numpy", results["versions"]["numpy"], "arrays in, arrays out"),
            f"{floor['cpu']:.3g}",
            f"{floor['cpu'] / ours['scaled']:.2f}",
            *("", f"{floor['peak']:.0f}", "", "", "", "", ours["rules"]),
        )
    )
    heads = (
        *("package", "version", "call", "CPU s", "× ours", "", "peak MB"),
        *("import s", "first s", "limits even", "limits jump", "rules"),
    )
    own = [
        (
            row["work"],
            f"{row['rows']:,}",
            f"{row['cpu']:.3f}",
            f"{1e6 * row['cpu'] / row['rows']:.3f}",
            f"{row['peak']:.0f}",
            f"{row['peak'] - row['before']:.0f}",
        )
        for row in results["ours"]
    ]
    imports = {
        row["package"]: row["import"]["loaded"] for row in results["peers"] if "import" in row
    }
    first = results["peers"][0]["table"]["loaded"]
    return "\n".join(
        (
            f"{measures:,} measures of {POINTS} points: limits and rules to one table, CPU seconds",
            *grid(heads, peers),
            "",
            f"{OURS.package} alone",
            *grid(("work", "rows", "CPU s", "s per 10⁶ rows", "peak MB", "of that, the work"), own),
            "",
            "What an import loads",
            *(
                f"  {name}: {', '.join(names) or 'nothing heavy'}"
                for name, names in imports.items()
            ),
            f"  {OURS.package}, after the whole run: {', '.join(first)}",
            "",
            f"{results['date']}; {results['machine']}; Python {results['versions']['python']}, "
            f"numpy {results['versions']['numpy']}, pandas {results['versions']['pandas']} "
            f"(this Python: {results['this']}); load {results['load']}\n",
        )
    )


def in_words(row: dict[str, Any], measures: int, versions: dict[str, str]) -> tuple[str, ...]:
    """Give one row of the table of packages."""
    named = (row["package"], versions.get(row["package"], ""), row["call"])
    if "failed" in row:
        return (*named, "failed", *[""] * 7, f"{row['rules']}; {row['failed']}")
    return (
        *named,
        f"{row['scaled']:.3g}",
        f"{row['ratio']:.1f}",
        "" if row["measures"] == measures else f"scaled from {row['measures']:,}",
        f"{row['table']['peak']:.0f}",
        f"{row['import']['cpu']:.2f}",
        f"{row['first']['cpu']:.2f}",
        *(verdict(row["agrees"][name]) for name in ("even", "jump")),
        row["rules"],
    )


def verdict(difference: float) -> str:
    """Say whether limits agree with ours, and if not how far they are off."""
    return "agree" if difference <= AGREE else f"off by {difference:.1%}"


def grid(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[str]:
    """Lay rows out in columns."""
    cells = [heads, *rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(padded).rstrip()


def machine() -> str:
    """Name the processor and the cores."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next(line.split(": ")[1] for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        model = platform.processor() or platform.machine()
    return f"{model}, {os.cpu_count()} cores, {platform.system()}"


def say(text: str) -> None:
    """Tell how far it has got, apart from the results."""
    sys.stderr.write(text)


def main() -> None:
    """Run everything, print the tables, and keep the numbers if asked."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, default=cache / "qi-tools-benchmarks")
    parser.add_argument("--measures", type=int, default=10_000)
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep every number here")
    asked = parser.parse_args()
    if asked.cache.resolve().is_relative_to(REPOSITORY):
        parser.error("--cache must be outside the repository")

    python = environment(asked.cache.resolve())
    packages = [peer.package for peer in PEERS]
    here = run(Path(sys.executable), "versions", "numpy", "pandas")
    results = {
        "date": date.today().isoformat(),
        "machine": machine(),
        "load": " ".join(f"{load:.1f}" for load in os.getloadavg()),
        "versions": run(python, "versions", "numpy", "pandas", *packages),
        "this": f"{here['python']}, numpy {here['numpy']}, pandas {here['pandas']}",
        "measures": asked.measures,
        "peers": compare(python, asked.measures),
        "floor": run(python, "kernel", asked.measures, POINTS),
        "ours": ourselves(python, asked.measures),
    }
    sys.stdout.write(report(results))
    if asked.json:
        asked.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
