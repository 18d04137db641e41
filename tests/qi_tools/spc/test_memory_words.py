"""What the charts with a memory say is read back and held to their tables."""

import math
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qi_tools import Measure, bernoulli_cusum, cusum_chart, ewma_chart
from tests.qi_tools.spc.reading_back import (
    LONGEST,
    NUMBER,
    check_form,
    check_introduction,
    check_warnings,
    fitting,
    heard,
    labels_of,
    lies,
    says,
    sentences,
)

TITLES = {
    "CusumChart": "CUSUM chart",
    "EwmaChart": "EWMA chart",
    "BernoulliCusum": "Bernoulli CUSUM",
}
SHIFT = rf" ?The shift probably began at (.+?)( or before)?, to about ({NUMBER})(%)?\."


class Reader:
    """Holds sentences to a chart's table."""

    def __init__(self, chart):
        self.chart, self.measure, self.table = chart, chart.measure, chart.table
        self.kind = type(chart).__name__
        self.labels = labels_of(self.table)
        self.place = {label: place for place, label in enumerate(self.labels)}
        value = "event" if self.kind == "BernoulliCusum" else "value"
        self.values = self.table[value].to_numpy()
        self.counted = ~np.isnan(self.values) & ~self.measure.excluded

    def check_first(self, sentence):
        check_introduction(
            sentence,
            title=TITLES[self.kind],
            measure=self.measure,
            noun="point",
            left_out=int((~np.isnan(self.values) & self.measure.excluded).sum()),
        )

    def check_settings(self, said, report):
        """Check the sentences up to the signals; give what is left."""
        if self.kind == "BernoulliCusum":
            found = fitting(rf"(\d+) of (\d+) (is an event|are events) \(({NUMBER})%\)\.", said[0])
            events, cases = int(np.nansum(self.values[self.counted])), int(self.counted.sum())
            assert (int(found[1]), int(found[2])) == (events, cases)
            assert (found[3] == "is an event") == (events == 1)
            assert says(found[4], 100 * events / cases)
            found = fitting(rf"Target ({NUMBER})% \((.+)\)\.", said[1])
            assert says(found[1], 100 * self.chart.target)
            assert found[2] == self.chart.target_words
            said = said[2:]
        else:
            found = fitting(
                rf"Target ({NUMBER}) \((given|the mean of these points)\), sigma ({NUMBER}) "
                r"\((given|from the moving ranges)\)\.",
                said[0],
            )
            assert says(found[1], self.chart.target)
            assert says(found[3], self.chart.sigma)
            mean = any("mean of these same points" in each for each in self.chart.warnings)
            assert (found[2] == "given") != mean
            if found[2] != "given":
                assert says(found[1], self.values[self.counted].mean())
            said = said[1:]
        if report:
            said = self.check_how(said)
        if self.kind == "EwmaChart":
            found = fitting(
                rf"Latest average ({NUMBER}), limits ({NUMBER}) to ({NUMBER})\.", said[0]
            )
            last = self.table[self.counted].iloc[-1]
            for text, column in zip(found.groups(), ("average", "lower", "upper"), strict=True):
                assert says(text, last[column])
            return said[1:]
        ends = r"beyond (NUMBER) sigmas? is a signal\." if self.kind == "CusumChart" else ""
        found = fitting(
            rf"Latest sums: upper ({NUMBER}), lower ({NUMBER}); "
            + (ends or r"(NUMBER) is a signal\.").replace("NUMBER", NUMBER),
            said[0],
        )
        assert says(found[1], self.table["high"].iloc[-1])
        assert says(found[2], -self.table["low"].iloc[-1])
        limit = self.chart.decision if self.kind == "CusumChart" else self.chart.limit
        assert says(found[3], limit)
        if report and self.kind == "BernoulliCusum":
            assert said[1] == "A sum that reaches it starts again."
            return said[2:]
        return said[1:]

    def check_how(self, said):
        chart = self.chart
        if self.kind == "CusumChart":
            found = fitting(rf"Set to find a shift of ({NUMBER}) sigmas?\.", said[0])
            assert says(found[1], chart.shift)
            if chart.head_start:
                found = fitting(
                    rf"The sums start at ({NUMBER}) sigmas?, to be quick at the beginning\.",
                    said[1],
                )
                assert says(found[1], chart.head_start)
                said = said[1:]
        elif self.kind == "EwmaChart":
            found = fitting(
                rf"The latest point counts ({NUMBER})% of the average; limits lie ({NUMBER}) "
                r"sigmas? of it away\.",
                said[0],
            )
            assert says(found[1], 100 * chart.weight)
            assert says(found[2], chart.sigmas)
        else:
            found = fitting(rf"It looks for odds ({NUMBER}) times as high or as low\.", said[0])
            assert says(found[1], chart.odds_ratio)
        return said[1:]

    def flags(self, way):
        if self.kind == "EwmaChart":
            return (self.table["side"] == {"high": "above", "low": "below"}[way]).to_numpy()
        return self.table[f"{way}_signal"].to_numpy()

    def meant(self, way):
        if self.measure.better == "neither":
            return None
        return "improvement" if (way == "high") == (self.measure.better == "higher") else "concern"

    def check_words(self, words):
        """Check a signal; give its way and its first point."""
        if self.kind == "EwmaChart":
            found = fitting(
                r"The average is (above|below) its (upper|lower) limit "
                r"(?:at (.+)|from (.+) to (.+) \((\d+) points\))\.",
                words,
            )
            way = "high" if found[1] == "above" else "low"
            assert found[2] == ("upper" if way == "high" else "lower")
            first = self.place[found[3] or found[4]]
            last = self.place[found[3] or found[5]]
            here = self.flags(way)[first : last + 1]
            assert here[0]
            assert here[-1]
            assert here.sum() == int(found[6] or 1)
            return way, first
        limit = r"passes (NUMBER) sigmas?" if self.kind == "CusumChart" else "reaches (NUMBER)"
        size = r" \((NUMBER)\)" if self.kind == "CusumChart" else "()"
        found = fitting(
            f"The (upper|lower) sum {limit} at (.+?){size}\\.".replace("NUMBER", NUMBER)
            + f"(?:{SHIFT})?",
            words,
        )
        way = "high" if found[1] == "upper" else "low"
        assert says(
            found[2], self.chart.decision if self.kind == "CusumChart" else self.chart.limit
        )
        first = self.place[found[3]]
        assert self.flags(way)[first]
        if found[4]:
            assert says(found[4], abs(self.table[way][first]))
        if found[5]:
            (signal,) = [
                each for each in self.chart.signals if each.way == way and each.points[0] == first
            ]
            began = self.place[found[5]]
            assert began == signal.began
            since = self.counted[began : first + 1]
            level = self.values[began : first + 1][since].mean()
            percent = self.kind == "BernoulliCusum"
            assert bool(found[8]) == percent
            assert says(found[7], level * (100 if percent else 1))
            sums = np.abs(self.table[way].to_numpy())[began:first][self.counted[began:first]]
            assert (sums > 0).all()
            before = self.counted[:began]
            if before.any() and not found[6]:
                assert self.table[way].to_numpy()[:began][before][-1] == 0
        return way, first

    def check_signals(self, said):
        if not self.chart.signals:
            assert said[0] == "No signal: ups and downs like these can be chance alone."
            return said[1:]
        found = fitting(r"Signal(?: \((improvement|concern)\))?: (.+)", said[0])
        words, said = found[2], said[1:]
        if said and said[0].startswith("The shift probably"):
            words, said = f"{words} {said[0]}", said[1:]
        way, first = self.check_words(words)
        assert found[1] == self.meant(way)
        latest = max(point for signal in self.chart.signals for point in signal.points)
        (told,) = [s for s in self.chart.signals if (s.way, s.points[0]) == (way, first)]
        assert told.points[-1] == latest
        others = [self.meant(each.way) for each in self.chart.signals if each is not told]
        if not others:
            return said
        more = fitting(r"(?:There (?:is|are) )?(\d+) more signals?(?:: (.+))?\.", said[0])
        assert int(more[1]) == len(others)
        if said[0].startswith("There"):
            counts = [
                f"{others.count(what)} of {what}"
                for what in ("improvement", "concern")
                if what in others
            ]
            assert more[2] == (" and ".join(counts) or None)
        return said[1:]

    def check_description(self, text):
        assert len(text) <= LONGEST
        check_form(text)
        first, *rest = sentences(text)
        if "…" not in first:
            self.check_first(first)
        check_warnings(
            self.check_signals(self.check_settings(rest, report=False)), self.chart.warnings
        )

    def check_report(self, report):
        for paragraph in report:
            check_form(paragraph)
        measure, told = self.measure, list(report)
        first, *better = sentences(told.pop(0))
        self.check_first(first)
        assert better == (
            [] if measure.better == "neither" else [f"{measure.better.capitalize()} is better."]
        )
        assert self.check_settings(sentences(told.pop(0)), report=True) == []
        said = sentences(told.pop(0))
        if self.chart.signals:
            signals = self.chart.signals
            assert fitting(r"(\d+) signals?\.", said.pop(0))[1] == str(len(signals))
            whole = []
            for sentence in said:
                if sentence.startswith("The shift probably"):
                    whole[-1] += f" {sentence}"
                else:
                    whole.append(sentence)
            heard_of = []
            for sentence in whole:
                heading, _, words = sentence.rpartition(": ")
                way, first = self.check_words(words)
                assert (heading.lower() or None) == self.meant(way)
                heard_of.append((way, first))
            assert heard_of == [(each.way, each.points[0]) for each in signals]
        else:
            assert self.check_signals(said) == []
        for heading, what in (
            ("Left out", [(each.point, each.reason) for each in measure.exclusions]),
            ("Notes", [(each.point, each.words) for each in measure.notes]),
        ):
            if what:
                parts = [f"{self.labels[point]} ({words})" for point, words in sorted(what)]
                assert told.pop(0) == f"{heading}: {'; '.join(parts)}."
        if self.chart.warnings:
            assert told.pop(0) == f"Take care. {' '.join(self.chart.warnings)}"
        made_up = ["Simulated data."] if measure.simulated else []
        source = [f"Source: {measure.source}."] if measure.source else []
        assert told == ([" ".join(made_up + source)] if made_up + source else [])


@st.composite
def charts(draw):
    random = np.random.default_rng(draw(st.integers(0, 2**31)))
    length = draw(st.integers(2, 45))
    kind = draw(st.sampled_from([cusum_chart, ewma_chart, bernoulli_cusum]))
    share = draw(st.sampled_from([0.05, 0.3, 0.6]))
    events = kind is bernoulli_cusum
    values = (
        (random.random(length) < share).astype(float) if events else random.normal(10, 3, length)
    )
    if not events and draw(st.booleans()):
        values[length // 2 :] += draw(st.sampled_from([-5, 4]))
    values[random.random(length) < draw(st.sampled_from([0, 0, 0.2]))] = math.nan
    values[:2] = (0, 1) if events else (9, 12)
    dates = None
    if draw(st.booleans()):
        skip = draw(st.sampled_from([0, 3]))
        dates = [
            date(2024, 1, 3) + timedelta(days=7 * (place + skip * (place > length // 2)))
            for place in range(length)
        ]
    measure = Measure.from_columns(
        values,
        dates,
        name=draw(st.sampled_from(["Wait", "Falls (all wards), 2025", "W" * 200])),
        unit=draw(st.sampled_from(["", "minutes, on average", "u" * 200])),
        better=draw(st.sampled_from(["lower", "higher", "neither"])),
        simulated=draw(st.booleans()),
        source=draw(st.sampled_from(["", "Ward audit"])),
    )
    if length > 4 and draw(st.booleans()):
        when = 4 if dates is None else dates[3]
        measure = measure.exclude(when, "Strike").annotate(when, "New form")
    given_level = draw(st.booleans())
    if events:
        target = {"target": draw(st.sampled_from([0.02, 0.2]))} if given_level else {}
        return kind(measure, limit=draw(st.sampled_from([1, 3.5])), **target)
    how = {"target": 10, "sigma": draw(st.sampled_from([1, 3]))} if given_level else {}
    if kind is ewma_chart:
        how |= {"weight": draw(st.sampled_from([0.1, 0.2, 1])), "sigmas": 2.5}
    else:
        how |= {"decision": draw(st.sampled_from([1, 4, 5]))}
        how |= {"head_start": draw(st.sampled_from([0, 0.5]))}
    return kind(measure, **how)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(charts())
def test_every_sentence_is_true(chart):
    reader = Reader(chart)
    reader.check_description(chart.describe())
    reader.check_report(chart.report())


WAITS = Measure.from_columns(
    [5, 6, 4, 5, None, 7, 8, 7, 8, 9, 1, 1, 1, 0, 0, 1, 5, 5],
    name="Wait",
    unit="minutes",
    better="lower",
    simulated=True,
    source="Ward audit",
).exclude(3, "Strike")
FALLS = Measure.from_columns([0, 0, 1, 0, 1, 1, None, 1, 1, 1, 0] * 3, name="Falls", better="lower")
TOLD = [
    cusum_chart(WAITS, target=5, sigma=1, head_start=2),
    cusum_chart(WAITS),
    ewma_chart(WAITS, target=5, sigma=1),
    ewma_chart(WAITS.annotate(2, "New form")),
    bernoulli_cusum(FALLS, target=0.1),
    bernoulli_cusum(FALLS, baseline=5),
]


@pytest.mark.parametrize("chart", TOLD, ids=range(len(TOLD)))
def test_a_lie_is_heard(chart):
    reader, description, report = Reader(chart), chart.describe(), chart.report()
    reader.check_description(description)
    reader.check_report(report)
    for lie in lies(description):
        assert heard(reader.check_description, lie), lie
    for place, paragraph in enumerate(report):
        for lie in lies(paragraph):
            assert heard(reader.check_report, (*report[:place], lie, *report[place + 1 :])), lie


def test_of_very_many_signals_the_first_are_told_and_the_rest_counted():
    values = [0.0, 9.0, 0.0, -9.0] * 60
    chart = cusum_chart(Measure.from_columns(values, name="Wait"), target=0, sigma=1)
    assert len(chart.signals) > 100
    told = " ".join(chart.report())
    assert told.count("sum passes") == 50
    assert f"The table marks {len(chart.signals) - 50} more signals." in told
