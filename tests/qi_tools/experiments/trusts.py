"""Made-up trusts of all kinds, and their reports."""

from random import Random

from hypothesis import settings
from hypothesis import strategies as st

from qi_tools.experiments.made_up_trust import INDICATORS, SYSTEMS, Trust
from qi_tools.experiments.trust_report import publish

seeds = st.integers() | st.text()
few = settings(max_examples=15, deadline=None)


def all_of(name, months=24):
    return Trust(months, (name,) * len(INDICATORS))


@st.composite
def trusts(draw):
    return Trust(
        draw(st.integers(20, 60)),
        tuple(draw(st.sampled_from(list(SYSTEMS))) for _ in INDICATORS),
    )


def rows_of(trust, runs):
    return [row for seed in range(runs) for row in publish(trust, Random(seed)).rows]


def decided(report, decision):
    return {row.indicator.name: decision for row in report.rows}
