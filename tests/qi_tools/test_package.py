import subprocess
import sys

import pytest

import qi_tools


def loaded_after(code: str) -> set[str]:
    """The top packages that a fresh Python holds after running the code."""
    report = "import sys; print(' '.join({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_heavy():
    assert loaded_after("import qi_tools").isdisjoint(
        {"numpy", "pandas", "matplotlib", "ipywidgets", "anywidget", "IPython"}
    )


def test_analysing_a_measure_loads_no_drawing():
    code = (
        "from qi_tools import Measure, run_chart\n"
        "run_chart(Measure.from_columns([1, 2], ['2025-01', '2025-02'], name='x')).describe()"
    )
    assert loaded_after(code).isdisjoint({"pandas", "matplotlib", "ipywidgets", "anywidget"})


def test_a_chart_to_look_at_loads_no_matplotlib():
    code = (
        "from qi_tools import Measure, plain_run_chart\n"
        "wait = Measure.from_columns([1, 2], ['2025-01', '2025-02'], name='x')\n"
        "plain_run_chart(wait)._repr_html_()"
    )
    assert loaded_after(code).isdisjoint({"matplotlib", "ipywidgets", "anywidget"})


def test_drawing_loads_no_widgets():
    assert loaded_after("import qi_tools.draw.chart").isdisjoint({"ipywidgets", "anywidget"})


def test_names_offered():
    assert qi_tools.__all__ == [
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
    functions = [name for name in qi_tools.__all__ if not name.isupper()]
    assert all(getattr(qi_tools, name).__name__ == name for name in functions)
    assert set(qi_tools.__all__) <= set(dir(qi_tools))


def test_no_module_takes_the_place_of_a_name():
    code = (
        "import qi_tools.spc.charts, qi_tools.draw.chart\n"
        "import qi_tools.spc.plain_run_charts, qi_tools.draw.plain_run_chart\n"
        "from qi_tools import plain_run_chart, run_chart\n"
        "assert callable(run_chart), run_chart\n"
        "assert callable(plain_run_chart), plain_run_chart"
    )
    assert "qi_tools" in loaded_after(code)


def test_unknown_name():
    with pytest.raises(AttributeError, match="has no attribute 'pie_chart'"):
        qi_tools.pie_chart  # noqa: B018
