from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.experiments.adoption import Rollout, RolloutInvalid, Site, spread
from qi_tools.experiments.spreads import LEVERS, SiteMaps, Spreads, fate, levers


def run(seed=1, **given):
    return spread(Rollout(**given), Random(seed))


def test_the_table_has_two_columns_for_each_run_from_the_beginning_on():
    one, two = run(mandate=True), run(visits=True)
    table = Spreads((one, two)).table
    assert table["week"].tolist() == list(range(53))
    assert table["run 1: took it up"].tolist() == [week.adopted for week in one.weeks[12:]]
    assert table["run 2: use it"].tolist() == [week.in_use for week in two.weeks[12:]]
    assert (table["run 1: use it"] <= table["run 1: took it up"]).all()


@settings(max_examples=20, deadline=None)
@given(st.lists(st.lists(st.sampled_from(LEVERS), unique=True), min_size=1, max_size=8))
def test_descriptions_are_short_and_name_the_latest_run(each):
    runs = tuple(run(patients=2, **dict.fromkeys(names, True)) for names in each)
    spreads = Spreads(runs)
    told = spreads.describe()
    last = runs[-1].weeks[-1]
    assert len(told) <= 600
    assert f"{last.in_use} use it in run {len(runs)} ({levers(runs[-1])})" in told
    assert len(spreads.report()) == 1 + len(runs)


def test_no_lever_is_named_so():
    assert levers(run()) == "no lever"


def test_runs_that_differ_in_sites_or_weeks_are_refused():
    for wrong in ((), (run(), run(sites=30)), (run(), run(weeks=20))):
        with pytest.raises(RolloutInvalid, match="Give runs of as many"):
            Spreads(wrong)


def test_what_became_of_each_site_is_told():
    made = run(mandate=True)
    maps = SiteMaps(Spreads((run(), made)))
    last = made.weeks[-1]
    never = sum(site.adopted is None for site in made.sites)
    assert maps.describe().endswith(
        f"run 2. {last.in_use} use the change, {last.slipped} slipped back, {never} never took it "
        "up."
    )
    told = maps.report()[1:]
    assert len(told) == len(maps.table) == 24
    assert sum("slipped back in week" in each for each in told) == last.slipped
    assert fate(Site(1, 30, 1.0, (2,), None, "never", None)) == "did not take it up"
    assert fate(Site(1, 30, 1.0, (2,), 0, "start", 4)) == "it began there; slipped back in week 4"
