"""One piece of work, timed in a process of its own: ``python -m peers.work JOB ...`` prints JSON.

CPU seconds are those of this process, all its threads and the children it waited for.
"""

from __future__ import annotations

import importlib
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

SEED = 20_261_126
MOST_RUNS, LONG_ENOUGH = 5, 5.0  # the median of 5 runs; fewer once they took 5 CPU seconds
HEAVY = ("IPython", "ipywidgets", "matplotlib", "numpy", "pandas", "plotly", "scipy")


def cpu_seconds() -> float:
    """Give the CPU seconds spent so far."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def peak_megabytes() -> float:
    """Give the most memory this process has held so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e6 / 1024)


def simulated(measures: int, points: int) -> pd.DataFrame:
    """Make measures of so many points; every tenth shifts by 1.5 sigma half-way."""
    import numpy as np
    import pandas as pd

    values = np.random.default_rng(SEED).normal(10, 2, (measures, points))
    values[::10, points // 2 :] += 3
    dates = pd.date_range("2020-01-01", periods=points, freq="D" if points < 1_000 else "h")
    return pd.DataFrame(
        {
            "measure": np.repeat([f"measure {number:05}" for number in range(measures)], points),
            "date": np.tile(dates, measures),
            "value": values.ravel(),
        }
    )


def two_to_agree_on() -> pd.DataFrame:
    """Make two measures: one with even moving ranges, and the same with one point far off.

    In the second, two moving ranges are large enough for a package that leaves such out to do so.
    """
    import pandas as pd

    frame = simulated(1, 36)
    even = frame.assign(measure="even", value=[10.0 + (place * 7) % 5 for place in range(36)])
    jump = even.assign(measure="jump")
    jump.loc[20, "value"] += 30
    return pd.concat([even, jump], ignore_index=True)


def loaded() -> list[str]:
    """Name the heavy packages that are loaded."""
    return [name for name in HEAVY if name in sys.modules]


def timed(work: Callable[[], Any]) -> tuple[Any, list[float]]:
    """Do the work several times; give what came of it, and the CPU seconds of each."""
    taken: list[float] = []
    while len(taken) < MOST_RUNS and sum(taken) < LONG_ENOUGH:
        start = cpu_seconds()
        done = work()
        taken.append(cpu_seconds() - start)
    return done, taken


def import_package(name: str) -> dict[str, Any]:
    """Time the import of a package alone."""
    start = cpu_seconds()
    importlib.import_module(name)
    return {"cpu": cpu_seconds() - start, "loaded": loaded()}


def first_table(module: str, function: str) -> dict[str, Any]:
    """Time all that a fresh Python needs for the table of one measure, imports included."""
    start = cpu_seconds()
    getattr(importlib.import_module(f"peers.{module}"), function)(simulated(1, 36))
    return {"cpu": cpu_seconds() - start, "loaded": loaded()}


def table(module: str, function: str, measures: str, points: str) -> dict[str, Any]:
    """Time the table of many measures, imports and a first small table left out."""
    peer = importlib.import_module(f"peers.{module}")
    work = getattr(peer, function)
    work(simulated(2, 36))
    frame = simulated(int(measures), int(points))
    before = peak_megabytes()
    made, taken = timed(lambda: work(frame))
    _check(made[list(peer.LINES)].to_numpy(dtype=float), frame)
    return {
        "cpu": statistics.median(taken),
        "runs": taken,
        "rows": len(frame),
        "peak": peak_megabytes(),
        "before": before,
        "loaded": loaded(),
    }


def lines(module: str, function: str) -> dict[str, Any]:
    """Give the lower limit, centre line and upper limit of both measures to agree on."""
    peer = importlib.import_module(f"peers.{module}")
    frame = two_to_agree_on()
    made = getattr(peer, function)(frame)[list(peer.LINES)].to_numpy(dtype=float)
    _check(made, frame)
    return {"even": made[0, 1:].tolist(), "jump": made[36, 1:].tolist()}


def kernel(measures: str, points: str) -> dict[str, Any]:
    """Time bare numpy, and count what it finds."""
    from peers.kernel import signals

    values = simulated(int(measures), int(points))["value"].to_numpy()
    values = values.reshape(int(measures), int(points))
    signals(values[:2])
    before = peak_megabytes()
    found, taken = timed(lambda: signals(values))
    return {
        "cpu": statistics.median(taken),
        "runs": taken,
        "peak": peak_megabytes(),
        "before": before,
        "found": {name: int(flags.sum()) for name, flags in found.items()},
    }


def versions(*packages: str) -> dict[str, str]:
    """Name the versions that are installed."""
    from importlib.metadata import version

    return {"python": sys.version.split()[0], **{name: version(name) for name in packages}}


def _check(made: Any, frame: pd.DataFrame) -> None:
    """See that a row came back for each row, in order, each with its limits."""
    import numpy as np

    values = frame["value"].to_numpy()
    # Some packages round what they give back.
    if made.shape != (len(values), 4) or not np.allclose(made[:, 0], values, atol=1e-3):
        raise ValueError("The table does not have the rows of the frame, in their order.")
    if not np.isfinite(made).all():
        raise ValueError("The table has points without limits.")


JOBS: dict[str, Callable[..., dict[str, Any]]] = {
    "import": import_package,
    "first": first_table,
    "table": table,
    "lines": lines,
    "kernel": kernel,
    "versions": versions,
}

if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(JOBS[sys.argv[1]](*sys.argv[2:])))
