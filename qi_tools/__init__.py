"""Tools of quality improvement: measures, charts, improvement projects and teaching parts.

Three layers, one direction: a `Measure` (checked, copied, frozen) → an analysis such as
`control_chart` (`qi_tools.spc`: numbers in, a frozen result out) → drawing (`qi_tools.draw`, the
only place that loads matplotlib). Teaching widgets stand apart in `qi_tools.teaching`.

Importing this package loads none of them: each name below is fetched when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qi_tools.datasets import Dataset, catalogue, dataset_names, load_dataset
    from qi_tools.errors import QIToolsError
    from qi_tools.histograms import Histogram, histogram
    from qi_tools.improvement.examples import example_project
    from qi_tools.improvement.project import Project
    from qi_tools.improvement.project_file import ProjectFile
    from qi_tools.improvement.project_reading import read_project
    from qi_tools.measure import Measure
    from qi_tools.paretos import Pareto, pareto
    from qi_tools.reading import Table, read_file, read_pasted
    from qi_tools.scatters import Scatter, scatter
    from qi_tools.spc.bernoulli_cusums import BernoulliCusum, bernoulli_cusum
    from qi_tools.spc.charts import Chart, control_chart, run_chart
    from qi_tools.spc.cusum_charts import CusumChart, cusum_chart
    from qi_tools.spc.ewma_charts import EwmaChart, ewma_chart
    from qi_tools.spc.funnels import Funnel, funnel
    from qi_tools.spc.many_measures import many
    from qi_tools.spc.multiples import SmallMultiples, small_multiples
    from qi_tools.spc.odds import rule_odds
    from qi_tools.spc.plain_run_charts import PlainRunChart, plain_run_chart
    from qi_tools.spc.rephasing import suggest_rephase
    from qi_tools.spc.rule_sets import (
        ANHOEJ,
        MAKING_DATA_COUNT,
        NELSON,
        PERLA,
        WESTERN_ELECTRIC,
        RuleSet,
        making_data_count,
        perla,
    )
    from qi_tools.spc.signals import Signal
    from qi_tools.spc.suggestions import suggest_chart
    from qi_tools.spc.summaries import Summary, summary

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
    "Histogram",
    "Measure",
    "Pareto",
    "PlainRunChart",
    "Project",
    "ProjectFile",
    "QIToolsError",
    "RuleSet",
    "Scatter",
    "Signal",
    "SmallMultiples",
    "Summary",
    "Table",
    "bernoulli_cusum",
    "catalogue",
    "control_chart",
    "cusum_chart",
    "dataset_names",
    "ewma_chart",
    "example_project",
    "funnel",
    "histogram",
    "load_dataset",
    "making_data_count",
    "many",
    "pareto",
    "perla",
    "plain_run_chart",
    "read_file",
    "read_pasted",
    "read_project",
    "rule_odds",
    "run_chart",
    "scatter",
    "small_multiples",
    "suggest_chart",
    "suggest_rephase",
    "summary",
]

# No module may be called as a name here is: Python would put the module in the name's place. So
# the function `run_chart` lives in the module `charts`.
_HOMES = {
    "ANHOEJ": "spc.rule_sets",
    "MAKING_DATA_COUNT": "spc.rule_sets",
    "NELSON": "spc.rule_sets",
    "PERLA": "spc.rule_sets",
    "WESTERN_ELECTRIC": "spc.rule_sets",
    "BernoulliCusum": "spc.bernoulli_cusums",
    "Chart": "spc.charts",
    "CusumChart": "spc.cusum_charts",
    "Dataset": "datasets",
    "EwmaChart": "spc.ewma_charts",
    "Funnel": "spc.funnels",
    "Histogram": "histograms",
    "Measure": "measure",
    "Pareto": "paretos",
    "PlainRunChart": "spc.plain_run_charts",
    "Project": "improvement.project",
    "ProjectFile": "improvement.project_file",
    "QIToolsError": "errors",
    "RuleSet": "spc.rule_sets",
    "Scatter": "scatters",
    "Signal": "spc.signals",
    "SmallMultiples": "spc.multiples",
    "Summary": "spc.summaries",
    "Table": "reading.tables",
    "bernoulli_cusum": "spc.bernoulli_cusums",
    "catalogue": "datasets",
    "control_chart": "spc.charts",
    "cusum_chart": "spc.cusum_charts",
    "dataset_names": "datasets",
    "ewma_chart": "spc.ewma_charts",
    "example_project": "improvement.examples",
    "funnel": "spc.funnels",
    "histogram": "histograms",
    "load_dataset": "datasets",
    "making_data_count": "spc.rule_sets",
    "many": "spc.many_measures",
    "pareto": "paretos",
    "perla": "spc.rule_sets",
    "plain_run_chart": "spc.plain_run_charts",
    "read_file": "reading.files",
    "read_pasted": "reading.pasted",
    "read_project": "improvement.project_reading",
    "rule_odds": "spc.odds",
    "run_chart": "spc.charts",
    "scatter": "scatters",
    "small_multiples": "spc.multiples",
    "suggest_chart": "spc.suggestions",
    "suggest_rephase": "spc.rephasing",
    "summary": "spc.summaries",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
