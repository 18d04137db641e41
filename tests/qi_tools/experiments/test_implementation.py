import math
from itertools import combinations
from random import Random
from statistics import fmean

import pytest

from qi_tools.experiments.implementation import WEEKS_AFTER, WEEKS_BEFORE, implement
from qi_tools.experiments.ward import IDEAS, Ward, WardInvalid, best_ideas, ward_rate
from qi_tools.measure import Measure
from qi_tools.spc.charts import control_chart


@pytest.mark.parametrize("ideas", [(), ("one round",), best_ideas(Ward())], ids=str)
def test_weeks_are_as_the_true_rates_say(ideas):
    weeks = [week for seed in range(5) for week in implement(Ward(), ideas, Random(seed)).weeks]
    for in_place, chosen in ((False, ()), (True, ideas)):
        its = [week for week in weeks if week.in_place is in_place]
        assert len(its) == 5 * (WEEKS_AFTER if in_place else WEEKS_BEFORE)
        share, doses = ward_rate(Ward(), chosen), sum(week.doses for week in its)
        seen = sum(week.missed for week in its) / doses
        assert seen == pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / doses))


def test_the_score_is_the_share_of_the_possible_gain():
    ward = Ward()
    for size in range(6):
        for ideas in combinations(IDEAS, size):
            made = implement(ward, ideas, Random(1))
            assert made.score <= 100
            assert (made.score == 100) == (ideas == best_ideas(ward))
    assert implement(ward, (), Random(1)).score == 0


def test_the_p_chart_signals_the_best_ideas():
    made = implement(Ward(), best_ideas(Ward()), Random(1))
    chart = control_chart(made.measure, "p")
    assert chart.values.size == WEEKS_BEFORE + WEEKS_AFTER
    assert chart.centre[-1] == pytest.approx(fmean(chart.values[:WEEKS_BEFORE]))
    assert all(chart.values[WEEKS_BEFORE:] < chart.lower[WEEKS_BEFORE:])
    assert made.shares[0] == pytest.approx(chart.centre[0])


def test_the_table_can_be_saved_and_read_back(tmp_path):
    made = implement(Ward(), ("top-up",), Random(1))
    path = tmp_path / "ward.csv"
    made.table.to_csv(path, index=False)
    read = Measure.from_file(path, "missed", "date", denominator="doses", data="proportions")
    assert read.values.tolist() == made.measure.values.tolist()


def test_the_description_is_short_and_tells_the_score():
    text = implement(Ward(), tuple(IDEAS), Random(1)).describe()
    assert len(text) <= 600
    assert "Score: " in text
    assert "nothing put in place" in implement(Ward(), (), Random(1)).describe()
    with pytest.raises(WardInvalid):
        implement(Ward(), ("posters",), Random(1))
