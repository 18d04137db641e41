from random import Random

import pytest

from qi_tools.experiments.made_up_trust import ReportInvalid, Trust
from qi_tools.experiments.rag_table import RagTable
from qi_tools.experiments.trust_report import publish


def test_each_measure_is_told_with_its_colour():
    made = publish(Trust(), Random(1))
    shown = RagTable(made)
    told = shown.report()
    assert told[0] == shown.describe() == made.describe()
    assert len(told) == 13
    for paragraph, cell, row in zip(told[1:], made.rag, shown.table.itertuples(), strict=True):
        assert paragraph.startswith(f"{cell.name}, {cell.unit}: {row.value:g}")
        assert f": {row.colour}, {row.arrow}" in paragraph


def test_the_month_before_has_all_but_the_latest_month():
    made = publish(Trust(months=30), Random(2))
    before = made.month_before
    assert before.trust.months == 29
    for now, then in zip(made.rows, before.rows, strict=True):
        assert then.values == now.values[:-1]
        assert (then.system, then.since) == (now.system, now.since)
    with pytest.raises(ReportInvalid, match="20"):
        _ = publish(Trust(months=20), Random(2)).month_before
