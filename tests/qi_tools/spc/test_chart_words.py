"""Every sentence of a chart's description and report is read back and held to its numbers."""

import math
import re
from datetime import date, timedelta
from operator import itemgetter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qi_tools import (
    ANHOEJ,
    MAKING_DATA_COUNT,
    NELSON,
    PERLA,
    WESTERN_ELECTRIC,
    Measure,
    control_chart,
    run_chart,
)
from qi_tools.spc.kinds import KINDS
from qi_tools.spc.limits import EXACT
from tests.qi_tools.spc.by_hand import GROUPS, OVER
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

nan = math.nan
RULES = (ANHOEJ, MAKING_DATA_COUNT, NELSON, PERLA, WESTERN_ELECTRIC, NELSON + PERLA)
ON_BOTH_SIDES = {"alternating", "hugging the centre", "shunning the centre"}
SPREADS = {"mr": "moving range", "s": "standard deviation", "r": "range"}
LINES = (
    rf"(no )?(mean|median|centre)(?: ({NUMBER}))?(, no limits)?"
    rf"(?:, limits( at the last point)? ({NUMBER}) to ({NUMBER}))?"
)
LABEL = r"(?:point \d+|(?:\d+ )?[A-Z][a-z]+ \d{4})"
SPAN = rf"{LABEL}(?: to {LABEL})?"
OFTEN = (
    rf"(?:(never) crosses the (?:mean|median|centre)"
    rf"|crosses the (?:mean|median|centre) (once|{NUMBER} times))"
)
USUAL = rf"(any number|once or more|{NUMBER} or more times) is usual"


class Reader:
    """Holds sentences to a chart's table."""

    def __init__(self, chart):
        self.chart, self.measure, self.table = chart, chart.measure, chart.table
        self.labels = labels_of(self.table)
        self.place = {label: place for place, label in enumerate(self.labels)}
        self.values = self.table["value"].to_numpy()
        self.side = self.table["side"].to_numpy()
        self.phase = self.table["phase"].to_numpy()
        self.limits = "lower" in self.table
        self.latest_phase = self.phase[-1]
        judged = ~np.isin(self.side, ["missing", "excluded"])
        self.judged = judged & ~np.isnan(self.values)
        (places,) = np.nonzero(self.judged)
        self.latest = int(places[-1]) if places.size else None
        self.names = [list(filter(None, names.split(", "))) for names in self.table["signals"]]
        self.words_of = {rule.words: rule.name for rule in chart.rules.rules}
        spread = chart.kind.name in SPREADS
        self.better = "neither" if spread else self.measure.better

    # ---- lines

    def last_known(self, column, phase):
        line = self.table[column].to_numpy()[self.phase == phase]
        known = line[~np.isnan(line)]
        return (known[-1] if known.size else nan), known

    def check_lines(self, text, phase):
        found = fitting(LINES, text)
        centre, _ = self.last_known("centre", phase)
        assert bool(found[1]) == math.isnan(centre)
        assert found[2] == self.chart.kind.centre
        if found[1]:
            assert found[3] is None
            return
        assert says(found[3], centre)
        if not self.limits:
            assert found[4] is found[6] is None
            return
        lower, _ = self.last_known("lower", phase)
        upper, line = self.last_known("upper", phase)
        assert bool(found[4]) == math.isnan(upper)
        if not found[4]:
            assert says(found[6], lower)
            assert says(found[7], upper)
            assert bool(found[5]) == (np.ptp(line) > 0)

    def told_apart(self, one, other, first, second):
        """Numbers that differ are written differently, or the difference is nowhere to be seen."""
        if not math.isclose(one, other, rel_tol=1e-5):
            assert first != second

    # ---- signals

    def between(self, span):
        ends = fitting(SPAN, span)[0].split(" to ")
        first, last = self.place[ends[0]], self.place[ends[-1]]
        assert first <= last
        assert len(ends) == 1 or first < last
        return first, last

    def meant(self, way):
        if self.better == "neither" or way is None:
            return None
        return "improvement" if (way == "high") == (self.better == "higher") else "concern"

    def check_usual_crossings(self, text, useful):
        least = crossings_limit(useful)
        words = {0: "any number", 1: "once or more"}.get(least, f"{least} or more times")
        assert text == words

    def check_often(self, never, often, phase):
        crossings, _, _ = self.runs(phase)
        told = 0 if never else 1 if often == "once" else int(often.removesuffix(" times"))
        assert told == crossings

    def runs(self, phase):
        sides = [
            side
            for side, number in zip(self.side, self.phase, strict=True)
            if number == phase and side in {"above", "below"}
        ]
        longest, run, crossings = 0, 0, 0
        for number, side in enumerate(sides):
            same = number > 0 and side == sides[number - 1]
            crossings += number > 0 and not same
            run = run + 1 if same else 1
            longest = max(longest, run)
        return crossings, longest, len(sides)

    def read_signal(self, words, phases):
        """Check one signal's words; give the rule's name, its way and the places it names."""
        if run := re.fullmatch(
            rf"(\d+) points in a row are (above|below) the (mean|median|centre) \(({SPAN})\)(.*); "
            r"up to (\d+) is usual\.",
            words,
        ):
            assert run[3] == self.chart.kind.centre
            stretches = [(int(run[1]), run[4])]
            assert re.fullmatch(
                rf"(?:(?:,| and) \d+ more \({SPAN}\)|(?:,| and) \d+ more such runs)*", run[5]
            )
            stretches += [
                (int(points), span)
                for points, span in re.findall(rf"(\d+) more \(({SPAN})\)", run[5])
            ]
            places = set()
            for points, span in stretches:
                first, last = self.between(span)
                here = range(first, last + 1)
                assert len({self.phase[place] for place in here}) == 1
                useful = [place for place in here if self.side[place] in {"above", "below"}]
                assert {self.side[place] for place in useful} == {run[2]}
                assert len(useful) == points
                assert useful[0] == first
                assert useful[-1] == last
                _, _, all_useful = self.runs(self.phase[first])
                assert int(run[6]) == round(math.log2(all_useful)) + 3 < points
                places |= set(useful)
            return "long run", "high" if run[2] == "above" else "low", places
        if few := re.fullmatch(rf"The line {OFTEN}(?: from ({LABEL}) on)?; {USUAL}\.", words):
            phase = self.whole(few[3], phases)
            crossings, _, useful = self.runs(phase)
            self.check_often(few[1], few[2], phase)
            self.check_usual_crossings(few[4], useful)
            assert crossings < crossings_limit(useful)
            return "few crossings", None, phase
        if number := re.fullmatch(
            rf"({NUMBER}) runs? about the (\w+)(?: from ({LABEL}) on)?; (\d+) to (\d+) are usual\.",
            words,
        ):
            phase = self.whole(number[3], phases)
            crossings, _, useful = self.runs(phase)
            assert number[2] == self.chart.kind.centre
            assert int(number[1]) == crossings + 1
            assert not int(number[4]) <= crossings + 1 <= int(number[5])
            assert (int(number[4]), int(number[5])) == runs_usual(useful)
            return "number of runs", None, phase
        told = fitting(r"(.+?): (.+) \((?:(those) )?(above|below|rising|falling)\)\.", words)
        (rule,) = {
            name
            for text, name in self.words_of.items()
            if f"{text[0].upper()}{text[1:]}" == told[1]
        }
        assert (told[4] in {"rising", "falling"}) == (rule == "trend")
        both = {"alternating", "hugging the centre", "shunning the centre"}
        assert bool(told[3]) == (rule in both)
        sides = {"above": {"above", "on"}, "below": {"below"}}
        sides = sides[told[4]] if told[3] else set(self.side)
        places = set()
        for span in re.split(r", | and ", told[2]):
            if span.endswith(" more"):
                continue
            first, last = self.between(span)
            here = [p for p in range(first, last + 1) if rule in self.names[p]]
            here = [place for place in here if self.side[place] in sides]
            assert first in here
            assert last in here
            places |= set(here)
        way = "high" if told[4] in {"above", "rising"} else "low"
        if rule == "trend":
            for span in re.split(r", | and ", told[2]):
                if not span.endswith(" more"):
                    first, last = self.between(span)
                    rise = self.values[last] - self.values[first]
                    assert rise > 0 if way == "high" else rise < 0
        else:
            sides = {self.side[place] for place in places}
            assert sides <= ({"above", "on"} if way == "high" else {"below"})
        return rule, way, places

    def whole(self, label, phases):
        """The phase that a signal of a whole phase speaks of."""
        if label is None:
            assert self.latest_phase == 1
            return 1
        first = self.place[label]
        phase = self.phase[first]
        assert first == np.nonzero(self.phase == phase)[0][0]
        assert phase in phases
        return phase

    def check_meant(self, heading, way, places):
        assert heading == self.meant(way)
        if heading and places:
            assert self.table[heading].to_numpy()[list(places)].all()

    # ---- targets

    def check_target(self, sentence):
        target = self.table["target"][self.latest]
        value = self.values[self.latest]
        if self.measure.better == "neither":
            found = fitting(
                rf"Target ({NUMBER}): the latest value is (above|below|at) it\.", sentence
            )
            side = "at" if near(value, target) else "above" if value > target else "below"
            assert found[2] == side
        else:
            found = fitting(
                rf"Target ({NUMBER}): (met|not met) by the latest value"
                r"(?:; if nothing changes, (.+))?\.",
                sentence,
            )
            assert (found[2] == "met") == self.meets(self.latest)
            told = {
                None: "none",
                "it will be met every time": "passing",
                "it will not be met": "failing",
                "whether it is met is left to chance": "hit or miss",
            }[found[3]]
            assert told == self.assurance()
        assert says(found[1], target)

    def meets(self, place):
        value, target = self.values[place], self.table["target"][place]
        above = value > target
        return near(value, target) or above == (self.measure.better == "higher")

    def assurance(self):
        here = self.phase == self.phase[self.latest]
        if not self.limits or (self.judged & here).sum() < 13:
            return "none"
        lower, upper, target = (
            self.table[column][self.latest] for column in ("lower", "upper", "target")
        )
        if math.isnan(lower):
            return "none"
        still = bool(self.chart.analysis.still[self.phase[self.latest] - 1])
        low = target < lower or (still and target == lower)
        high = target > upper or (still and target == upper)
        good, bad = (low, high) if self.measure.better == "higher" else (high, low)
        return "passing" if good else "failing" if bad else "hit or miss"

    # ---- the whole

    def shown_but_left_out(self):
        return int((~np.isnan(self.measure.values) & self.measure.excluded).sum())

    def check_first(self, sentence):
        plotted = self.chart.kind.plots == "counts"
        check_introduction(
            sentence,
            title=self.chart.kind.title,
            measure=Named(self.measure, "") if plotted else self.measure,
            noun="point",
            left_out=self.shown_but_left_out(),
        )

    def check_centre_is_called(self, text):
        others = {"mean", "median", "centre"} - {self.chart.kind.centre}
        assert not re.search(rf"(?:crosses|off|about|below|above) the ({'|'.join(others)})\b", text)

    def check_description(self, text):
        assert len(text) <= LONGEST
        self.check_centre_is_called(text)
        check_form(text)
        first, state, *rest = sentences(text)
        if "…" not in first:
            self.check_first(first)
        noun = SPREADS.get(self.chart.kind.name, "")
        latest = f"Latest {noun}".strip()
        start = rf"(?:No {noun or 'value'} counts|{latest} ({NUMBER})(?: \(({LABEL})\))?)"
        several = self.latest_phase > 1
        found = fitting(start + r"\." if several else start + ", (.+)" + r"\.", state)
        assert (found[1] is None) == (self.latest is None)
        if found[1]:
            assert says(found[1], self.values[self.latest])
            known = np.nonzero(~np.isnan(self.measure.values))[0][-1]
            assert found[2] == (None if self.latest == known else self.labels[self.latest])
        if several:
            lines, *rest = rest
            since = fitting(rf"From ({LABEL}) on(?: \((.+?)\))?: (.+)\.", lines)
            (begun,) = np.nonzero(self.phase == self.latest_phase)
            assert self.place[since[1]] == begun[0]
            assert since[2] in {None, self.measure.phases[-1].reason}
            self.check_lines(since[3], self.latest_phase)
        else:
            self.check_lines(found[3], 1)
        rest = self.check_finding(rest)
        has_target = "target" in self.table and self.latest is not None
        if has_target and not math.isnan(self.table["target"][self.latest]):
            self.check_target(rest.pop(0))
        check_warnings(rest, self.chart.warnings)
        self.check_too_few(rest)

    def check_finding(self, said):
        """Check what is said of signals; give what is left."""
        signals = self.chart.signals
        if not signals:
            few = all(self.runs(phase)[2] < 12 for phase in range(1, self.latest_phase + 1))
            assert said[0] == (
                "No judgement yet."
                if few
                else "No signal: ups and downs like these can be chance alone."
            )
            return said[1:]
        told = fitting(r"Signal(?: \((improvement|concern)\))?: (.+)", said[0])
        briefly = re.fullmatch(
            rf"({'|'.join(map(re.escape, {rule.name for rule in self.chart.rules.rules}))})"
            rf"(?:, ({SPAN}) \((?:those )?(above|below|rising|falling)\))?\.",
            told[2],
        )
        if briefly:
            places = set()
            if briefly[2]:
                first, last = self.between(briefly[2])
                places = {p for p in range(first, last + 1) if briefly[1] in self.names[p]}
                if briefly[3] in {"above", "below"}:
                    sides = {"above": {"above", "on"}, "below": {"below"}}[briefly[3]]
                    places = {place for place in places if self.side[place] in sides}
                assert last in places
            way = {"above": "high", "rising": "high", None: None}.get(briefly[3], "low")
        else:
            _, way, places = self.read_signal(told[2], {self.latest_phase, *self.phase})
        pointed = isinstance(places, set) and bool(places)
        # A row with points on both sides says nothing of better or worse.
        both_sides = "(those " in told[2]
        self.check_meant(told[1], None if both_sides else way, places if pointed else None)
        flagged = [place for place, names in enumerate(self.names) if names]
        latest = max(signal.phase + 1 for signal in signals)
        if pointed:
            assert max(places) == max(flagged)
            assert self.phase[max(places)] == latest
        else:
            assert not any(self.phase[place] == latest for place in flagged)
            assert briefly or places == latest
        rest = said[1:]
        others = len(signals) - 1
        if rest and (
            more := re.fullmatch(r"(?:There (?:is|are) )?(\d+) more signals?(?:: (.+))?\.", rest[0])
        ):
            assert int(more[1]) == others > 0
            ways = [
                self.meant(
                    None if each.way == "neither" or each.rule in ON_BOTH_SIDES else each.way
                )
                for each in signals
            ]
            ways.remove(told[1])
            counts = {
                what: int(count)
                for count, what in re.findall(r"(\d+) of (improvement|concern)", more[2] or "")
            }
            expected = {what: ways.count(what) for what in ("improvement", "concern")}
            if rest[0].startswith("There"):
                assert counts == {what: count for what, count in expected.items() if count}
            return rest[1:]
        assert others == 0
        return rest

    def check_too_few(self, said):
        """Too few points to judge in any phase is always said, and first."""
        few = [phase for phase in range(1, self.latest_phase + 1) if self.runs(phase)[2] < 12]
        few = [p for p in few if "centre" in self.chart.kind.judged]
        if few:
            assert re.match(r"Too few points|There is no value", said[0]), said
        numbers = re.match(
            r"Too few points(?: in the phase from (.+))?: (\d+) useful", "".join(said)
        )
        if numbers:
            phase = 1 if numbers[1] is None else self.phase[self.place[numbers[1]]]
            assert int(numbers[2]) == self.runs(phase)[2]

    # ---- the report

    def check_report(self, report):
        for paragraph in report:
            if not paragraph.startswith(("Judged", "Limits", "The centre was given")):
                self.check_centre_is_called(paragraph)
        for paragraph in report:
            check_form(paragraph)
        told = list(report)
        measure, kind = self.measure, self.chart.kind
        self.check_extremes(sentences(told.pop(0)))
        for number in range(1, self.latest_phase + 1):
            self.check_phase(told.pop(0), number)
        told = self.check_signals(told)
        if self.limits and self.better != "neither":
            self.check_icon(told.pop(0))
        if "target" in self.table:
            self.check_targets(told.pop(0))
        for heading, what in (
            ("Left out", [(each.point, each.reason) for each in measure.exclusions]),
            ("Notes", [(each.point, each.words) for each in measure.notes]),
        ):
            if what:
                parts = [
                    f"{self.labels[point]} ({words})"
                    for point, words in sorted(what, key=itemgetter(0))
                ]
                assert told.pop(0) == f"{heading}: {'; '.join(parts)}."
        self.check_rules(told.pop(0))
        self.check_made(told.pop(0))
        if self.chart.warnings:
            assert told.pop(0) == f"Take care. {' '.join(self.chart.warnings)}"
        made_up = ["Simulated data."] if measure.simulated else []
        source = [f"Source: {measure.source}."] if measure.source else []
        assert told == ([" ".join(made_up + source)] if made_up + source else [])
        assert kind.title in report[0]

    def check_extremes(self, said):
        self.check_first(said.pop(0))
        noun = SPREADS.get(self.chart.kind.name, "value")
        known = np.nonzero(~np.isnan(self.values))[0]
        if known.size == 0:
            assert said == [f"There is no {noun} to plot."]
            return
        if noun != "value":
            plotted = f"{known.size} {noun}{'s' * (known.size != 1)}"
            assert said.pop(0) == f"Plotted: {plotted}."
        found = fitting(
            rf"Lowest {noun} ({NUMBER}) \((.+?)\), highest ({NUMBER}) \((.+?)\), latest ({NUMBER}) "
            r"\((.+?)\)\.",
            said.pop(0),
        )
        for text, label, place in (
            (found[1], found[2], np.nanargmin(self.values)),
            (found[3], found[4], np.nanargmax(self.values)),
            (found[5], found[6], known[-1]),
        ):
            assert says(text, self.values[place])
            assert self.place[label] == place
        better = [] if self.better == "neither" else [f"{self.better.capitalize()} is better."]
        assert said == better

    def check_phase(self, text, number):
        (here,) = np.nonzero(self.phase == number)
        phase = self.measure.phases[number - 1]
        first, *said = sentences(text)
        if self.latest_phase == 1:
            found = fitting(r"Lines: ()(.+)\.", first)
        else:
            found = fitting(
                rf"Phase {number} of {self.latest_phase}, ({SPAN})(?: \(.+?\))?: (.+)\.", first
            )
            ends = self.labels[here[0]], self.labels[here[-1]]
            assert found[1] == (ends[0] if here.size == 1 else " to ".join(ends))
            assert not phase.reason or f" ({phase.reason}): " in first
        self.check_lines(found[2], number)
        if said and said[0].startswith(("They rest", "The limits' width")):
            rests = fitting(
                r"(They rest|The limits' width rests) on (\d+) ([a-z ]+?)(s?)"
                r"(?:, those of the first (\d+) points?, and stay frozen)?\.",
                said.pop(0),
            )
            assert (rests[1] == "They rest") == (self.chart.known_centre is None)
            stretch = here if phase.baseline is None else here[: phase.baseline]
            assert int(rests[2]) == self.judged[stretch].sum()
            assert rests[3] == SPREADS.get(self.chart.kind.name, "value")
            frozen = phase.baseline is not None and phase.baseline < here.size
            assert rests[5] == (str(phase.baseline) if frozen else None)
        crossings, longest, useful = self.runs(number)
        if useful and "centre" in self.chart.kind.judged:
            runs = fitting(
                rf"(\d+) points? off the (\w+): the longest run holds (\d+) \(up to (\d+) is "
                rf"usual\), and the line {OFTEN} \({USUAL}\)\.",
                said.pop(0),
            )
            assert (int(runs[1]), runs[2]) == (useful, self.chart.kind.centre)
            assert (int(runs[3]), int(runs[4])) == (longest, round(math.log2(useful)) + 3)
            self.check_often(runs[5], runs[6], number)
            self.check_usual_crossings(runs[7], useful)
            assert crossings < useful
        assert said == []

    def check_signals(self, told):
        """Check the paragraphs of signals, and that they name every point; give what is left."""
        if not self.chart.signals:
            self.check_finding([told.pop(0)])
            return told
        named = [set() for _ in self.names]
        whole = set()
        for phase in sorted({signal.phase + 1 for signal in self.chart.signals}):
            first, *said = sentences(told.pop(0))
            count = fitting(r"(\d+) signals?(?: in phase (\d+))?\.", first)
            here = [signal for signal in self.chart.signals if signal.phase + 1 == phase]
            assert int(count[1]) == len(here) == len(said)
            assert count[2] == (None if self.latest_phase == 1 else str(phase))
            for sentence in said:
                heading = re.match(r"(Improvement|Concern): ", sentence)
                words = sentence[heading.end() :] if heading else sentence
                rule, way, places = self.read_signal(words, {phase})
                if isinstance(places, set):
                    assert {self.phase[place] for place in places} == {phase}
                    for place in places:
                        named[place].add(rule)
                else:
                    whole.add((rule, places))
                    places = None
                both_sides = "(those " in words
                meant = None if both_sides else way
                self.check_meant(heading and heading[1].lower(), meant, places)
        assert [sorted(rules) for rules in named] == [sorted(set(names)) for names in self.names]
        assert whole == {
            (each.rule, each.phase + 1) for each in self.chart.signals if not each.points
        }
        return told

    def check_icon(self, text):
        if (self.judged & (self.phase == self.phase[self.latest or 0])).sum() < 13:
            assert text == "With fewer than 13 points there is no icon for the latest one yet."
            return
        found = re.fullmatch(
            r"The latest point shows (common cause|special cause) variation"
            r"(?:: (\w+), (high|low))?\.",
            text,
        )
        latest = self.table.iloc[self.latest]
        if found is None:
            what = fitting(
                "The latest (point|phase) shows special cause variation that points neither way.",
                text,
            )[1]
            if what == "point":
                named = set(latest["signals"].split(", "))
                assert named <= ON_BOTH_SIDES
                return
            assert not latest["signals"]
            assert any(
                not each.points and each.phase + 1 == latest["phase"] for each in self.chart.signals
            )
            return
        assert (found[1] == "special cause") == bool(latest["signals"])
        if found[2]:
            assert latest[found[2]]
            assert self.meant(found[3]) == found[2]

    def check_targets(self, text):
        first, *said = sentences(text)
        found = fitting(r"Targets?: (.+)\.", first)
        targets = self.measure.targets
        assert first.startswith("Targets") == (len(targets) > 1)
        unit = f" {self.measure.unit}" if self.measure.unit else ""
        for part, target in zip(found[1].split("; "), targets, strict=True):
            each = fitting(rf"({NUMBER}){re.escape(unit)} from (.+) on", part)
            assert says(each[1], target.value)
            assert self.place[each[2]] == target.first
        held = np.nonzero(self.judged & self.table["target"].notna().to_numpy())[0]
        if held.size and self.better != "neither":
            met = fitting(
                r"(\d+) of (\d+) values? (meets?) the target( of the time)?\.", said.pop(0)
            )
            truth = sum(self.meets(place) for place in held)
            assert (int(met[1]), int(met[2])) == (truth, held.size)
            assert (met[3] == "meets") == (truth == 1)
            assert bool(met[4]) == (len(targets) > 1)
        now = self.latest is not None and not math.isnan(self.table["target"][self.latest])
        assert len(said) == now
        if now:
            self.check_target(said[0])

    def check_rules(self, text):
        rules = self.chart.rules
        looks = {"centre", "order", "limits", "sigmas"}
        if not self.limits:
            looks = {"centre", "order"}
        if self.chart.kind.name == "mr":
            looks = {"limits"}
        on, off = (
            [rule.words for rule in rules.rules if (rule.looks_at in looks) == which]
            for which in (True, False)
        )
        expected = [f"Judged by the {rules.name} rules: {'; '.join(on)}."]
        if off:
            expected.append(f"Not applied, for want of a meaning on this chart: {'; '.join(off)}.")
        expected.append(f"Source of the rules: {rules.source}.")
        assert text == " ".join(expected)

    def check_made(self, text):
        chart = self.chart
        if chart.known_centre is not None:
            found = re.match(rf"The centre was given: ({NUMBER})\. ", text)
            assert says(found[1], chart.known_centre)
            text = text[found.end() :]
        if chart.screened:
            screened = re.search(
                r" Screened for large moving ranges: (none was|1 was|\d+ were) left out of the "
                r"limits\.$",
                text,
            )
            count = {"none": 0}.get(screened[1].split()[0], screened[1].split()[0])
            assert int(count) == int(chart.analysis.lines.screening.left_out.sum())
            text = text[: screened.start()]
        text, own = re.subn(r" Its constants are not the printed ones\.$", "", text)
        ranges = chart.kind.from_moving_ranges or chart.kind.name == "mr"
        assert bool(own) == (ranges and chart.constants == EXACT)
        made = MADE[chart.kind.name]
        assert text == (made.replace("0.954", "0.9539") if own else made)


class Named:
    """A measure as it is on a chart of counts: without a unit."""

    def __init__(self, measure, unit):
        self.values, self.dates, self.name = measure.values, measure.dates, measure.name
        self.unit, self.simulated = unit, measure.simulated


SIGMA = "sigma is the average moving range / 1.128."
MADE = {
    "run": "A run chart has a median and no limits.",
    "i": f"Limits lie three sigmas from the mean; {SIGMA}",
    "i_m": f"Limits lie three sigmas from the median; {SIGMA}",
    "i_mm": "Limits lie three sigmas from the median; sigma is the median moving range / 0.954.",
    "mr": "The upper limit is 3.267 times the average moving range.",
    **dict.fromkeys(
        ("xbar_s", "s"),
        "Limits lie three sigmas from the mean; sigma comes from the standard deviations of the "
        "values within each point.",
    ),
    **dict.fromkeys(
        ("xbar_r", "r"),
        "Limits lie three sigmas from the mean; sigma comes from the ranges of the values within "
        "each point.",
    ),
    "p": "Limits lie three sigmas from the mean; sigma is that of a binomial share, for each "
    "denominator.",
    "np": "Limits lie three sigmas from the mean; sigma is that of a binomial count, for each "
    "denominator.",
    "u": "Limits lie three sigmas from the mean; sigma is that of a Poisson rate, for each "
    "denominator.",
    "c": "Limits lie three sigmas from the mean; sigma is that of a Poisson count.",
    "p'": "Limits lie three sigmas from the mean; sigma is that of a binomial share, times the "
    "average moving range of the points in such sigmas / 1.128 (Laney 2002).",
    "u'": "Limits lie three sigmas from the mean; sigma is that of a Poisson rate, times the "
    "average moving range of the points in such sigmas / 1.128 (Laney 2002).",
    "i'": "Limits lie three sigmas from the mean; sigma is the average moving range / 1.128, for "
    "each denominator (Taylor 2017).",
    "g": "Limits lie three sigmas from the mean of a geometric count; runs are judged about the "
    "median.",
    "t": "The lines are those of an I chart of the times to the power of 1/3.6, turned back "
    "(Nelson 1994); sigma there is the average moving range / 1.128.",
}


def near(value, target):
    return abs(value - target) <= 1e-9 * abs(target)


def crossings_limit(useful):
    """The 5% point of the binomial with one trial less than points, in whole numbers."""
    trials, below = useful - 1, 0
    for crossings in range(useful):
        below += math.comb(trials, crossings)
        if 20 * below >= 2**trials:
            return crossings
    raise AssertionError(useful)


def runs_usual(useful):
    """The 2.5% points of the number of runs, from the numbers of ways to arrange the points."""
    above, below = useful // 2, useful - useful // 2
    ways = [0, 0]
    for runs in range(2, useful + 1):
        half, odd = divmod(runs, 2)
        if odd:
            count = math.comb(above - 1, half) * math.comb(below - 1, half - 1)
            count += math.comb(above - 1, half - 1) * math.comb(below - 1, half)
        else:
            count = 2 * math.comb(above - 1, half - 1) * math.comb(below - 1, half - 1)
        ways.append(count)
    total = sum(ways)
    fewest = next(runs for runs in range(useful + 1) if 40 * sum(ways[: runs + 1]) > total)
    most = next(runs for runs in range(useful, 0, -1) if 40 * sum(ways[runs:]) > total)
    return fewest, most


# ---- charts of every kind

NAMES = (
    "Wait",
    "A&E in England: waits of more than four hours",
    "Falls (all wards), 2025",
    "W" * 200,
)
UNITS = ("", "%", "per 1,000 bed days", "minutes, on average")
REASONS = ("New booking system", "Move to the new ward, with a longer list (phase B)", "R" * 200)


@st.composite
def charts(draw):
    kind = draw(st.sampled_from(sorted(KINDS)))
    length = draw(st.integers(1, 48))
    gaps = draw(st.sampled_from([0, 0, 0, 4]))
    whole = kind in {"c", "g", "np", "p", "p'", "u", "u'"}
    level = draw(st.sampled_from([3, 20, 2000]))
    jump = draw(st.sampled_from([0, 0, level // 2 + 1]))
    seed = draw(st.integers(0, 2**31))
    random = np.random.default_rng(seed)
    if draw(st.integers(0, 9)) == 0:
        values = np.full(length, float(level))
    elif whole or draw(st.booleans()):
        values = random.poisson(level, length).astype(float)
    else:
        values = np.abs(random.normal(level, level / 4, length)) + 0.1
    if kind == "t":
        values = values + 0.5
    values[length // 2 :] += jump
    if draw(st.booleans()) and kind not in {"c", "g", "t"} | OVER | GROUPS:
        values -= level
    values[random.random(length) < gaps / 20] = nan
    if np.isnan(values).all():
        values[0] = float(level)
    dates = None
    step = draw(st.sampled_from([0, 1, 7, 30]))
    skip = draw(st.sampled_from([0, 0, 3]))
    if step == 30:
        months = [place + (skip if place > length // 2 else 0) for place in range(length)]
        dates = [date(2021 + month // 12, month % 12 + 1, 1) for month in months]
    elif step:
        dates = [
            date(2024, 1, 3) + timedelta(days=step * (place + (skip if place > length // 2 else 0)))
            for place in range(length)
        ]
    about = {
        "name": draw(st.sampled_from(NAMES)),
        "unit": draw(st.sampled_from(UNITS)),
        "source": draw(st.sampled_from(["", "Ward audit", "Our own log: 2025"])),
        "better": draw(st.sampled_from(["lower", "higher", "neither"])),
        "simulated": draw(st.booleans()),
    }
    if kind in GROUPS:
        known = [value for value in values if value == value]
        sizes = random.integers(1, 5, len(known)) if draw(st.booleans()) else [3] * len(known)
        rows = [
            (number + 1, value + random.normal(0, level / 5))
            for number, (value, size) in enumerate(zip(known, sizes, strict=True))
            for _ in range(size)
        ]
        groups = [number for number, _ in rows]
        measure = Measure.from_subgroups([value for _, value in rows], groups, **about)
    elif kind in OVER and (kind != "i'" or draw(st.booleans())):
        sizes = (
            np.full(length, 4.0 * level)
            if draw(st.booleans())
            else random.integers(2 * level, 9 * level, length).astype(float)
        )
        counts = np.minimum(values.round(), sizes)
        measure = Measure.from_columns(
            counts,
            dates,
            denominators=sizes,
            per=draw(st.sampled_from([1, 100, 1000])),
            **about,
        )
    else:
        measure = Measure.from_columns(values, dates, **about)
    measure = draw(lives(measure))
    chart = control_chart(
        measure,
        kind,
        rules=draw(st.sampled_from([r for r in RULES if kind != "mr" or r is not PERLA])),
        screen=draw(st.booleans()),
    )
    return chart


@st.composite
def lives(draw, measure):
    """The measure with phases, frozen baselines, points left out, notes and targets."""
    labels = range(1, len(measure) + 1) if measure.dates is None else measure.dates.tolist()
    changes = st.sampled_from(["rephase", "freeze", "exclude", "annotate", "aim", "aim"])
    middle = float(np.nanmedian(measure.values))
    for change in draw(st.lists(changes, max_size=4)):
        point = draw(st.integers(0, len(measure) - 1))
        words = draw(st.sampled_from(REASONS))
        if change == "rephase":
            if all(phase.first != point for phase in measure.phases):
                baseline = draw(st.sampled_from([None, None, 5, 14]))
                measure = measure.rephase(labels[point], words, baseline=baseline)
        elif change == "freeze":
            measure = measure.freeze(labels[point])
        elif change == "exclude":
            measure = measure.exclude(labels[point], words)
        elif change == "annotate":
            measure = measure.annotate(labels[point], words)
        else:
            factor = draw(st.sampled_from([1, 1.0001, 0.5, 2, 5, 0]))
            since = None if draw(st.booleans()) else labels[point]
            measure = measure.aim(middle * factor, since=since)
    return measure


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(charts())
def test_every_sentence_is_true(chart):
    reader = Reader(chart)
    reader.check_description(chart.describe())
    reader.check_report(chart.report())


# ---- a reader that lets no lie pass

SHIFTED = [
    9,
    8,
    9,
    7,
    8,
    9,
    8,
    9,
    7,
    8,
    3,
    2,
    3,
    4,
    2,
    3,
    2,
    3,
    4,
    2,
    9,
    9,
    9,
    30,
    9,
    8,
    7,
    6,
    5,
    4,
]
WEEKS = [date(2024, 1, 3) + timedelta(days=7 * (week + 2 * (week > 20))) for week in range(30)]


def told_of():
    """Charts that between them say every sentence there is."""
    about = {"name": "Wait", "unit": "minutes", "source": "Ward audit", "simulated": True}
    plain = Measure.from_columns([*SHIFTED[:-1], None], WEEKS, better="lower", **about)
    busy = (
        plain.rephase(WEEKS[15], "New booking system", baseline=6)
        .exclude(WEEKS[2], "Strike")
        .annotate(WEEKS[4], "New form")
        .aim(6)
        .aim(4, since=WEEKS[9])
    )
    over = Measure.from_columns(
        SHIFTED, denominators=[200] * 15 + [300] * 15, name="Falls", per=100
    )
    groups = Measure.from_subgroups(
        [value + extra for value in SHIFTED for extra in (0, 1, 3)],
        [number for number in range(30) for _ in range(3)],
        name="Turnaround",
    )
    runs = Measure.from_columns([1, 9] * 12 + [5] * 2, name="Beds", better="higher")
    twice = Measure.from_columns([*[9, 8] * 5, *[1, 2] * 5, *[9, 8] * 5, *[1, 2] * 5], name="Beds")
    return [
        run_chart(plain),
        run_chart(twice),
        run_chart(plain, rules=PERLA),
        run_chart(runs, rules=PERLA),
        control_chart(busy, "i", rules=NELSON, screen=True),
        control_chart(busy.aim(40), "i", rules=MAKING_DATA_COUNT),
        control_chart(plain.aim(1), "i_mm", constants=EXACT),
        control_chart(busy, "mr"),
        control_chart(over.aim(3), "p", centre=2),
        control_chart(over, "np"),
        control_chart(groups, "xbar_s", rules=WESTERN_ELECTRIC),
        control_chart(groups, "s"),
        run_chart(Measure.from_columns([5, 8, 6], name="Wait").aim(7)),
    ]


TOLD = told_of()


@pytest.mark.parametrize("chart", TOLD, ids=range(len(TOLD)))
def test_these_charts_tell_the_truth(chart):
    reader = Reader(chart)
    reader.check_description(chart.describe())
    reader.check_report(chart.report())


@pytest.mark.parametrize("chart", TOLD, ids=range(len(TOLD)))
def test_a_lie_in_a_description_is_heard(chart):
    reader, truth = Reader(chart), chart.describe()
    told = [lie for lie in lies(truth) if lie != truth]
    assert len(told) > 5
    for lie in told:
        assert heard(reader.check_description, lie), lie


@pytest.mark.parametrize("chart", TOLD, ids=range(len(TOLD)))
def test_a_lie_in_a_report_is_heard(chart):
    reader, truth = Reader(chart), chart.report()
    for place, paragraph in enumerate(truth):
        for lie in lies(paragraph):
            assert heard(reader.check_report, (*truth[:place], lie, *truth[place + 1 :])), lie
