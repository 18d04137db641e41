import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.draw.gains import picture
from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.experiments.gains import Gains
from qi_tools.experiments.portfolio import PortfolioInvalid
from qi_tools.palette import DARK, LIGHT, PRINT
from tests.qi_tools.draw.sheets import check_data, check_words, named, texts
from tests.qi_tools.draw.test_cumulative_flow import run


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.builds(run, days=st.integers(10, 250), at_once=st.integers(1, 40)),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from([NARROW, WIDE]),
    st.sampled_from([LIGHT, DARK, PRINT]),
)
def test_each_run_has_a_line_with_its_name(runs, room, theme):
    layout = lay_out(picture(Gains(tuple(runs)), theme), room)
    check_words(layout.sheet)
    check_data(layout)
    for number, each in enumerate(runs, 1):
        (line,) = named(layout, f"Run {number}")
        assert line.places[:, 1].tolist() == [month.benefit for month in each.months]
        assert f"Run {number}" in texts(layout.sheet)


def test_the_latest_run_is_thickest_and_on_top():
    layout = lay_out(picture(Gains((run(at_once=40), run(at_once=9))), LIGHT))
    first, latest = (named(layout, f"Run {number}")[0] for number in (1, 2))
    assert latest.width > first.width
    assert layout.frames[0].panel.things[-1] is latest


def test_the_table_has_a_column_for_each_run():
    gains = Gains((run(), run(at_once=9)))
    assert gains.table.columns.tolist() == ["month", "run 1", "run 2"]
    assert np.allclose(gains.table["run 2"].sum(), gains.runs[1].benefit, atol=2)
    assert f"{gains.runs[1].benefit:,.0f} points in run 2." in gains.describe()
    assert len(gains.describe()) <= 600
    assert len(gains.report()) == 3


def test_runs_that_differ_in_months_are_refused():
    for wrong in ((), (run(), run(months=12))):
        with pytest.raises(PortfolioInvalid, match="Give runs of as many months"):
            Gains(wrong)
