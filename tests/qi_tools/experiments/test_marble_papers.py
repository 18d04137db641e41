from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.experiments.marble_funnel import RULES, Aim, AimInvalid, drop_marbles
from qi_tools.experiments.marble_papers import papers

runs = st.builds(
    lambda rule, drops, seed: drop_marbles(Aim(rule, drops), Random(seed)),
    st.sampled_from(list(RULES)),
    st.integers(2, 200),
    st.integers(),
)


@settings(max_examples=50, deadline=None)
@given(st.lists(runs, min_size=1, max_size=6))
def test_of_each_rule_the_latest_in_the_order_of_rules(made):
    laid = papers(made)
    assert [run.aim.rule for run in laid.runs] == sorted({run.aim.rule for run in made})
    for run in laid.runs:
        assert run == [each for each in made if each.aim.rule == run.aim.rule][-1]
    table = laid.table
    assert table["rule"].tolist() == [run.aim.rule for run in laid.runs for _ in run.drops]
    assert table["distance"].tolist() == [each for run in laid.runs for each in run.distances]
    assert len(laid.describe()) <= 600
    assert laid.report() == tuple(run.describe() for run in laid.runs)


def test_without_papers_it_says_what_to_do():
    with pytest.raises(AimInvalid, match="Drop marbles under one rule or more"):
        papers([])
