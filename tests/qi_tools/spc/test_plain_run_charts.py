import re
from dataclasses import FrozenInstanceError
from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools import Measure, plain_run_chart, run_chart
from qi_tools.errors import MeasureInvalid
from tests.qi_tools.spc.reading_back import (
    LONGEST,
    NUMBER,
    check_form,
    check_introduction,
    fitting,
    heard,
    labels_of,
    lies,
    says,
    sentences,
)

nan = float("nan")

VALUES = st.lists(
    st.one_of(st.floats(-1e6, 1e6), st.integers(-2, 2).map(float), st.just(nan)),
    min_size=1,
    max_size=60,
).filter(lambda values: not np.isnan(values).all())


def chart_of(values, dates=None, **how):
    return plain_run_chart(Measure.from_columns(values, dates, **({"name": "Wait"} | how)))


def test_the_middle_is_the_median_of_what_is_known():
    assert chart_of([9, nan, 1, 4, None]).centre == 4
    assert chart_of([9, 1, 4, 2]).centre == 3


def test_description_is_the_whole_story():
    waits = [5, 8, 6, 9, 7, nan, 9, 7]
    dates = [f"2025-09-{day:02}" for day in range(1, 9)]
    chart = chart_of(waits, dates, name="Wait", unit="minutes", simulated=True)
    assert chart.describe() == (
        "Run chart of Wait, minutes (simulated data): 7 dots (1 missing), from 1 September 2025 "
        "to 8 September 2025. The middle line is at 7. Highest dots: 9 (4 September 2025) and 9 "
        "(7 September 2025). Lowest dots: 5 (1 September 2025) and 6 (3 September 2025). In time "
        "order: 1 dot below the middle line, 1 above, 1 below, 2 above. 2 dots lie on the line."
    )


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([3], "Highest dot: 3 (point 1). Lowest dot: 3 (point 1). 1 dot lies on the line."),
        ([3, 3], "3 (point 2). Lowest dots: 3 (point 1) and 3 (point 2). 2 dots lie on the line."),
        ([3, 5], "In time order: 1 dot below the middle line, 1 above."),
    ],
)
def test_description_of_few_dots(values, words):
    assert chart_of(values).describe().endswith(words)


class Reader:
    """Holds what a chart says to its values, told anew and not by the code that is tested."""

    def __init__(self, chart):
        self.chart, self.values = chart, chart.measure.values
        self.labels = labels_of(chart.table)
        self.place = {label: place for place, label in enumerate(self.labels)}
        known = self.values[~np.isnan(self.values)]
        self.median = float(np.median(known))
        reach = 1e-12 * np.abs(known).max()  # nearer than this, a dot lies on the line
        off = [
            (place, value - self.median)
            for place, value in enumerate(self.values)
            if abs(value - self.median) > reach
        ]
        self.on = known.size - len(off)
        self.turns = [
            (side, [place for place, _ in run])
            for side, run in groupby(off, lambda dot: "above" if dot[1] > 0 else "below")
        ]
        self.turns = [(side, list(places)) for side, places in self.turns]

    def check_first(self, sentence):
        check_introduction(
            sentence, title="Run chart", measure=self.chart.measure, noun="dot", left_out=0
        )

    def check_middle(self, said, end):
        found = fitting(rf"The middle line is at ({NUMBER}){end}\.", said[0])
        assert says(found[1], self.median)
        known = [place for place, value in enumerate(self.values) if value == value]
        for sentence, which, sign in ((said[1], "Highest", -1), (said[2], "Lowest", 1)):
            order = sorted(known, key=lambda place: sign * self.values[place])[:2]
            told = re.findall(rf"({NUMBER}) \(([^)]+)\)", sentence)
            assert [self.place[label] for _, label in told] == order
            assert all(
                says(number, self.values[place])
                for (number, _), place in zip(told, order, strict=True)
            )
            assert sentence.startswith(f"{which} {'dots' if len(order) > 1 else 'dot'}: ")
        return said[3:]

    def check_turns(self, sentence):
        told = re.findall(
            r"(?:order: |, )([\d,]*\d)(?: dots? (above|below) the middle line| (\w+))", sentence
        )
        assert [(side or other, int(dots)) for dots, side, other in told] == [
            (side, len(places)) for side, places in self.turns
        ]
        assert fitting(
            r"In time order: \d+ dots? (?:above|below) the middle line(?:, \d+ "
            r"(?:above|below))*\.",
            sentence,
        )

    def check_sum(self, said):
        found = fitting(
            r"The dots lie above or below the middle line in ([\d,]+) turns?; those with most "
            r"dots: (.+)\.",
            said[0],
        )
        assert int(found[1].replace(",", "")) == len(self.turns)
        most = {}
        for dots, side, span in re.findall(r"([\d,]+) (above|below) \((.+?)\)", found[2]):
            ends = span.split(" to ")
            first, last = self.place[ends[0]], self.place[ends[-1]]
            (turn,) = [
                places for other, places in self.turns if (other, places[0]) == (side, first)
            ]
            assert turn[-1] == last
            assert int(dots.replace(",", "")) == len(turn)
            most[side] = len(turn)
        assert most == {
            side: max(len(places) for other, places in self.turns if other == side)
            for side in {side for side, _ in self.turns}
        }
        found = fitting(r"The middle of each sixth of the dots, in time order: (.+)\.", said[1])
        known = self.values[~np.isnan(self.values)]
        size, more = divmod(known.size, 6)
        sizes = [size + (part < more) for part in range(6)]
        ends = np.cumsum([0, *sizes])
        middles = re.findall(NUMBER, found[1])
        assert len(middles) == 6
        for text, start, end in zip(middles, ends, ends[1:], strict=False):
            assert says(text, float(np.median(known[start:end])))
        return said[2:]

    def check_rest(self, said):
        if said and said[0].startswith("In time order"):
            self.check_turns(said[0])
            said = said[1:]
        if self.on:
            found = fitting(r"([\d,]+) dots? (lies?) on the line\.", said[0])
            assert int(found[1].replace(",", "")) == self.on == self.chart.on_the_line
            assert (found[2] == "lies") == (self.on == 1)
            said = said[1:]
        assert said == []

    def check_description(self, text):
        assert len(text) <= LONGEST
        check_form(text)
        first, *said = sentences(text)
        if "…" not in first:
            self.check_first(first)
        said = self.check_middle(said, "")
        if said and said[0].startswith("The dots lie"):
            said = self.check_sum(said)
        else:
            assert len(self.turns) <= 30
            assert not self.turns or said[0].startswith("In time order")
        self.check_rest(said)

    def check_report(self, report):
        measure = self.chart.measure
        first, middle, turns, *told = report
        for paragraph in report:
            check_form(paragraph)
        self.check_first(first)
        assert self.check_middle(sentences(middle), ", the median of all dots") == []
        said = sentences(turns)
        if len(self.turns) > 30:
            said = self.check_sum(said)
        assert not self.turns or said[0].startswith("In time order")
        self.check_rest(said)
        notes = [f"{self.labels[note.point]} ({note.words})" for note in measure.notes]
        expected = [f"Notes: {'; '.join(notes)}."] if notes else []
        if measure.warnings:
            expected.append(f"Take care. {' '.join(measure.warnings)}")
        made_up = ["Simulated data."] if measure.simulated else []
        source = [f"Source: {measure.source}."] if measure.source else []
        expected += [" ".join(made_up + source)] if made_up + source else []
        assert told == expected


@given(VALUES, st.sampled_from(["Wait", "W" * 200]), st.booleans())
def test_every_sentence_is_true(values, name, simulated):
    reader = Reader(chart_of(values, name=name, simulated=simulated, source="Ward log"))
    reader.check_description(reader.chart.describe())
    reader.check_report(reader.chart.report())


RESTLESS = [2, 3, 2, 3, *[5, 8, 6, 9, 4, 9.5, 3, 8] * 8, 12, 11, 7, 2, 8, 2]
PLAIN = chart_of([5, 8, 6, 9, 7, nan, 9, 7], unit="minutes", source="Ward log")
TOLD = [PLAIN, chart_of(RESTLESS), plain_run_chart(PLAIN.measure.annotate(2, "New form"))]


def test_many_turns_are_summed_up():
    chart = chart_of(RESTLESS)
    assert "In time order: 5 dots" not in chart.describe()
    assert "The dots lie above or below the middle line in 51 turns; those" in chart.describe()
    assert len(chart.describe()) < 500
    assert "In time order: 5 dots below the middle line, 2 above" in " ".join(chart.report())


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


@given(VALUES)
def test_the_words_hold_no_verdict(values):
    verdict = r"signal|noise|chance|change|cause|shift|drift|trend|usual|long|rule|judge|better"
    chart = chart_of(values, name="Wait")
    assert not re.search(verdict, chart.describe().lower())
    assert not re.search(verdict, " ".join(chart.report()).lower())


SHIFTED = [9, 8, 9, 7, 8, 9, 8, 9, 7, 8, 3, 2, 3, 4, 2, 3, 2, 3, 4, 2]


def test_a_chart_with_a_signal_gives_no_verdict_on_the_page():
    assert run_chart(Measure.from_columns(SHIFTED, name="Wait")).signals
    shown = chart_of(SHIFTED)._repr_html_()
    assert not re.search(r"signal|anhøj|chance|usual", shown.lower())


def test_table():
    chart = chart_of([5, nan, 7, 6], ["2025-01", "2025-02", "2025-03", "2025-04"])
    assert chart.table.columns.tolist() == ["date", "value", "side"]
    assert chart.table["side"].tolist() == ["below", "missing", "above", "on"]
    assert chart_of([1, 2]).table["point"].tolist() == [1, 2]


def test_the_result_can_not_change():
    chart = chart_of([1, 2, 3])
    table = chart.table
    table["value"] = 0.0
    assert chart.table["value"].tolist() == [1, 2, 3]
    with pytest.raises(FrozenInstanceError):
        chart.centre = 1.0  # type: ignore[misc]


@pytest.mark.parametrize("given", [[1, 2, 3], None, "waits.csv"])
def test_only_a_measure_is_charted(given):
    with pytest.raises(MeasureInvalid, match=r"plain_run_chart was given .* Give it a Measure"):
        plain_run_chart(given)
