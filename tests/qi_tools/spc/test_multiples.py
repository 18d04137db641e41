import numpy as np
import pytest

from qi_tools import Measure, control_chart, run_chart, small_multiples
from qi_tools.errors import ChartImpossible

SHIFTED = [9, 8, 9, 7, 8, 9, 8, 9, 7, 8, 3, 2, 3, 4, 2, 3, 2, 3, 4, 2]
STEADY = [1, 5, 2, 6, 1, 4, 2, 7, 1, 5, 2, 6, 3, 4]


def chart_of(values, name, **how):
    return run_chart(Measure.from_columns(values, name=name, **how))


def test_the_order_given_is_kept():
    names = ["Oak", "Ash", "Elm"]
    many = small_multiples(chart_of(STEADY, name) for name in names)
    assert [chart.measure.name for chart in many.charts] == names
    assert many.table["measure"].drop_duplicates().tolist() == names


def test_the_finding_counts_and_names_the_charts_with_signals():
    many = small_multiples([chart_of(STEADY, "Ash"), chart_of(SHIFTED, "Oak")], name="Falls")
    assert many.finding == "1 of 2 charts shows a signal: Oak."
    assert [signal.words.split(":")[0] for signal in many.signals] == ["Oak"] * len(many.signals)
    assert len(many.signals) == len(many.charts[1].signals) > 0
    both = small_multiples([chart_of(SHIFTED, "Ash"), chart_of(SHIFTED, "Oak")])
    assert both.finding == "2 of 2 charts show a signal: Ash and Oak."
    calm = small_multiples([chart_of(STEADY, "Ash"), chart_of(STEADY, "Oak")])
    assert calm.finding == "No chart shows a signal."
    assert small_multiples([chart_of(SHIFTED, "Ash")]).finding == "The chart shows a signal."


def test_what_it_is_called():
    charts = [chart_of(STEADY, "Ash"), chart_of(STEADY, "Oak")]
    assert small_multiples(charts, name="Falls on\nwards").title == "Falls on wards"
    assert small_multiples(charts).title == "2 charts"
    assert small_multiples(charts[:1]).title == "Ash"


def test_a_warning_is_said_once_and_names_all_that_it_is_about():
    few = [chart_of([5, 7, 6], name) for name in ("Ash", "Oak")]
    told, *others = small_multiples([*few, chart_of(SHIFTED, "Elm")]).warnings
    assert told == f"Ash and Oak: {few[0].warnings[0]}"
    assert all(each.startswith("Elm: ") for each in others)
    assert small_multiples(few[:1]).warnings == few[0].warnings


def test_the_description_stays_short_whatever_the_names():
    charts = [chart_of(SHIFTED, f"A very long name of a ward {'x' * 80} {n}") for n in range(40)]
    many = small_multiples(charts, name="y" * 200)
    assert len(many.describe()) <= 600
    assert "40 charts" in many.describe()
    assert "40 of them show a signal." in many.describe()


def test_the_report_has_a_paragraph_for_each_chart():
    charts = [chart_of(STEADY, "Ash"), chart_of(SHIFTED, "Oak")]
    many = small_multiples(charts)
    assert many.report() == (many.describe(), *(chart.describe() for chart in charts))


def test_the_table_is_long_and_new_each_time():
    dated = Measure.from_columns([1, 2], ["2025-01", "2025-02"], name="Ash")
    limits = control_chart(Measure.from_columns(STEADY, name="Oak"), "i")
    many = small_multiples([run_chart(dated), limits])
    table = many.table
    assert len(table) == 2 + len(STEADY)
    assert table["value"].tolist() == [1, 2, *STEADY]
    assert np.isnan(table["upper"][:2]).all()
    assert list(table.columns[:3]) == ["measure", "date", "value"]
    table["value"] = 0
    assert many.table["value"].tolist() == [1, 2, *STEADY]


def test_units_that_differ_need_scales_of_their_own():
    charts = [chart_of(STEADY, "Ash", unit="%"), chart_of(STEADY, "Oak")]
    with pytest.raises(ChartImpossible, match=r'The units differ: "%" and "no unit".*shared=False'):
        small_multiples(charts)
    assert not small_multiples(charts, shared=False).shared


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "There are no charts"),
        (7, "was given int. Give a list of charts"),
        ([Measure.from_columns([1], name="x")], "Number 1 is Measure"),
        (chart_of(STEADY, "Ash"), "was given Chart"),
    ],
)
def test_what_is_no_list_of_charts_is_refused(given, said):
    with pytest.raises(ChartImpossible, match=said):
        small_multiples(given)
