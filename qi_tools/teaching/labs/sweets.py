"""Sweets: samples of different sizes from one jar, and whether an odd one among them is found."""

from __future__ import annotations

from qi_tools.experiments.sweets import Jar, Samples, draw
from qi_tools.spc.charts import Chart, control_chart
from qi_tools.spc.funnels import Funnel, funnel
from qi_tools.teaching.lab import Lab, Turn, of_this_turn
from qi_tools.teaching.lab_controls import Chosen, Count, Several, Tick
from qi_tools.teaching.lab_pieces import folded_lines, small_table
from qi_tools.words import joined, number_in_words

__all__ = ["LAB"]

SIZES = (5, 10, 20, 50, 100)
ODD_MORE = 30


def _play(turns: tuple[Chosen, ...], luck: int) -> Turn:
    chosen = turns[-1]
    jar = Jar(
        red=chosen["red"],
        odd=chosen["red"] + ODD_MORE if chosen["odd"] else None,
        sizes=tuple(map(int, chosen["sizes"])),
        repeats=chosen["repeats"],
    )
    drawn = draw(jar, of_this_turn(turns, luck))
    chart = control_chart(drawn.measure, kind="p")
    spans = {size: _span(drawn, size) for size in jar.sizes}
    told = [f"from {span} in samples of {size}" for size, span in spans.items()]
    odd = (_odd(drawn, chart),) if chosen["odd"] else ()
    return Turn(
        said=f"The jar has {jar.red}% red sweets. The share of red went {joined(told)}.",
        figures=(chart, _by_size(drawn), _spread(drawn), *odd),
        table=lambda: drawn.table,
        tally={
            "Red in the jar": f"{jar.red}%",
            "Odd bag": f"{jar.odd}%" if chosen["odd"] else "none",
            **{f"Of {size}": span for size, span in spans.items()},
        },
    )


def _span(drawn: Samples, size: int) -> str:
    low, high = map(number_in_words, drawn.span(size))
    return f"{low}% to {high}%"


def _by_size(drawn: Samples) -> Funnel:
    samples = drawn.samples
    return funnel(
        [f"Sample {number}" for number in range(1, len(samples) + 1)],
        [sample.red for sample in samples],
        [sample.size for sample in samples],
        data="proportions",
        per=100,
        name="Red sweets by size of the sample",
        unit="%",
        source="Samples of sweets",
        simulated=True,
    )


def _spread(drawn: Samples) -> str:
    """Hold what was seen against theory, size by size."""
    return small_table(
        "Standard deviation of samples, in points (odd bags left out)",
        ("Sweets", "Seen", "In theory"),
        (
            (size, f"{drawn.deviation(size):.1f}", f"{drawn.jar.expected_deviation(size):.1f}")
            for size in drawn.jar.sizes
        ),
    )


def _odd(drawn: Samples, chart: Chart) -> str:
    """Say which samples were odd, and whether the chart has found them."""
    return folded_lines(
        "Which bags were odd? Decide, then open",
        (
            f"Of {sample.size} sweets: sample {place + 1}, {number_in_words(sample.percentage)}% "
            f"red. It lies {'beyond' if chart.values[place] > chart.upper[place] else 'within'} "
            "its limits."
            for place, sample in enumerate(drawn.samples)
            if sample.odd
        ),
    )


LAB = Lab(
    title="Sweets from a jar",
    about=(
        "A big jar holds red and white sweets. You draw a sample, count the red ones, and put them "
        "back. Then the next: first the smallest samples, then larger ones.",
        "You can also hide one odd bag among the samples of each size. It comes from another jar, "
        "with many more red sweets. The sweets are simulated.",
    ),
    question="30 sweets in 100 are red. You draw many samples of 5 and many of 100. Which will "
    "show the highest and the lowest share of red?",
    options={
        "large": "Those of 100: more sweets, more room for odd results",
        "same": "Neither: it is the same jar",
        "small": "Those of 5",
    },
    replies={
        "large": "You said the large ones. Their counts do differ by more sweets. But shares of "
        "100 are usually closer together than shares of 5: see the table.",
        "same": "You said neither. The jar is the same, and so is the mean in the long run. How "
        "far a sample strays from it depends on its size.",
        "small": "You said the small ones. So it nearly always is: one sweet more or less is 20 "
        "points in a sample of 5, and 1 point in a sample of 100.",
    },
    controls=(
        Count("red", "Red sweets in the jar", 1, 65, 30, unit="in 100"),
        Several(
            "sizes",
            "Sweets in a sample",
            {str(size): str(size) for size in SIZES},
            ("5", "20", "100"),
            least=1,
        ),
        Count("repeats", "Samples of each size", 5, 40, 20),
        Tick("odd", f"Hide an odd bag of each size, with {ODD_MORE} more red in 100"),
    ),
    press="Draw the samples",
    play=_play,
    learn=(
        "A share means little without the number behind it. Four times as many sweets vary half "
        "as much. So limits are wide for small samples and close in on large ones.",
        "In a table of wards or practices the small ones tend to fill both the top and the bottom, "
        "by chance alone.",
        "Within the limits does not mean that all is well. A small sample can hide a real "
        "difference, and now and then chance alone puts a point beyond.",
        "Try next: hide an odd bag and find it by eye before you open the answer. In which sizes "
        "does the chart find it? Run it several times.",
    ),
    room=(
        "One big jar of red and white sweets or beads, and cups; 30 minutes. Everyone draws 5, "
        "says the share of red aloud, and puts them back. Then 20; then pool cups to 100. Put all "
        "shares on one wall chart, by size.",
        "Ask: What is in the jar? Who was top of the table, and why? Which of our percentages "
        "stand on five cases? What could we pool?",
    ),
)
