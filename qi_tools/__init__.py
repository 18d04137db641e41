"""Tools of quality improvement: measures, run charts and teaching parts.

Three layers, one direction: a `Measure` (checked, copied, frozen) → an analysis such as
`run_chart` (numbers in, a frozen result out) → drawing (`qi_tools.draw`, the only place that
loads matplotlib). Teaching widgets stand apart in `qi_tools.teaching`.

Importing this package loads none of them: each name below is fetched when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qi_tools.datasets import Dataset, dataset_names, load_dataset
    from qi_tools.errors import QIToolsError
    from qi_tools.measure import Measure
    from qi_tools.plain_run_charts import PlainRunChart, plain_run_chart
    from qi_tools.run_charts import RunChart, run_chart
    from qi_tools.signals import Signal

__all__ = [
    "Dataset",
    "Measure",
    "PlainRunChart",
    "QIToolsError",
    "RunChart",
    "Signal",
    "dataset_names",
    "load_dataset",
    "plain_run_chart",
    "run_chart",
]

# No module may be called as a name here is: Python would put the module in the name's place. So
# the function `run_chart` lives in the module `run_charts`.
_HOMES = {
    "Dataset": "datasets",
    "Measure": "measure",
    "PlainRunChart": "plain_run_charts",
    "QIToolsError": "errors",
    "RunChart": "run_charts",
    "Signal": "signals",
    "dataset_names": "datasets",
    "load_dataset": "datasets",
    "plain_run_chart": "plain_run_charts",
    "run_chart": "run_charts",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
