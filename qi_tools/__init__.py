"""Tools of quality improvement: measures, run charts, control charts and teaching parts.

Three layers, one direction: a `Measure` (checked, copied, frozen) → an analysis such as
`control_chart` (numbers in, a frozen result out) → drawing (`qi_tools.draw`, the only place that
loads matplotlib). Teaching widgets stand apart in `qi_tools.teaching`.

Importing this package loads none of them: each name below is fetched when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qi_tools.bernoulli_cusums import BernoulliCusum, bernoulli_cusum
    from qi_tools.charts import Chart, control_chart, run_chart
    from qi_tools.cusum_charts import CusumChart, cusum_chart
    from qi_tools.datasets import Dataset, dataset_names, load_dataset
    from qi_tools.errors import QIToolsError
    from qi_tools.ewma_charts import EwmaChart, ewma_chart
    from qi_tools.funnels import Funnel, funnel
    from qi_tools.many_measures import many
    from qi_tools.measure import Measure
    from qi_tools.odds import rule_odds
    from qi_tools.plain_run_charts import PlainRunChart, plain_run_chart
    from qi_tools.rephasing import suggest_rephase
    from qi_tools.rule_sets import (
        ANHOEJ,
        MAKING_DATA_COUNT,
        NELSON,
        PERLA,
        WESTERN_ELECTRIC,
        RuleSet,
        making_data_count,
        perla,
    )
    from qi_tools.signals import Signal
    from qi_tools.suggestions import suggest_chart

__all__ = [
    "ANHOEJ",
    "MAKING_DATA_COUNT",
    "NELSON",
    "PERLA",
    "WESTERN_ELECTRIC",
    "BernoulliCusum",
    "Chart",
    "CusumChart",
    "Dataset",
    "EwmaChart",
    "Funnel",
    "Measure",
    "PlainRunChart",
    "QIToolsError",
    "RuleSet",
    "Signal",
    "bernoulli_cusum",
    "control_chart",
    "cusum_chart",
    "dataset_names",
    "ewma_chart",
    "funnel",
    "load_dataset",
    "making_data_count",
    "many",
    "perla",
    "plain_run_chart",
    "rule_odds",
    "run_chart",
    "suggest_chart",
    "suggest_rephase",
]

# No module may be called as a name here is: Python would put the module in the name's place. So
# the function `run_chart` lives in the module `charts`.
_HOMES = {
    "ANHOEJ": "rule_sets",
    "MAKING_DATA_COUNT": "rule_sets",
    "NELSON": "rule_sets",
    "PERLA": "rule_sets",
    "WESTERN_ELECTRIC": "rule_sets",
    "BernoulliCusum": "bernoulli_cusums",
    "Chart": "charts",
    "CusumChart": "cusum_charts",
    "Dataset": "datasets",
    "EwmaChart": "ewma_charts",
    "Funnel": "funnels",
    "Measure": "measure",
    "PlainRunChart": "plain_run_charts",
    "QIToolsError": "errors",
    "RuleSet": "rule_sets",
    "Signal": "signals",
    "bernoulli_cusum": "bernoulli_cusums",
    "control_chart": "charts",
    "cusum_chart": "cusum_charts",
    "dataset_names": "datasets",
    "ewma_chart": "ewma_charts",
    "funnel": "funnels",
    "load_dataset": "datasets",
    "making_data_count": "rule_sets",
    "many": "many_measures",
    "perla": "rule_sets",
    "plain_run_chart": "plain_run_charts",
    "rule_odds": "odds",
    "run_chart": "charts",
    "suggest_chart": "suggestions",
    "suggest_rephase": "rephasing",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
