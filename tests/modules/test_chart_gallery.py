"""What the chart gallery tells of its charts is true, and each chart has its whole part."""

import re

import numpy as np
import pytest

from course.folders import MODULES
from course.glossary import slug
from course.notebook import read_notebook
from qi_tools import control_chart, dataset_names, load_dataset
from qi_tools.spc.kinds import KINDS

GALLERY = read_notebook(MODULES / "reference" / "chart_gallery.ipynb")
CELLS = {cell.id: cell for cell in GALLERY.cells}
NUMBERS = CELLS["numbers"].source
SHAPE = ("**What it shows.**", "**Use it when**", "**Don't use it when**")
PARTS = [cell.id for cell in GALLERY.cells if SHAPE[0] in cell.source]
ON_MEDIANS = {"i_m", "i_mm"}  # for experts who know them; the gallery leaves them out


@pytest.fixture(scope="module")
def names():
    """What the gallery's first code cell defines."""
    defined = {}
    exec(NUMBERS, defined)
    return defined


def told(part):
    """Give what is said under a part's chart, on one line."""
    return " ".join(CELLS[f"{part}-read"].source.split())


def codes(part):
    return [
        cell.source
        for cell in GALLERY.cells
        if cell.kind == "code" and re.fullmatch(rf"{part}-chart(-\d)?", cell.id)
    ]


@pytest.mark.parametrize("part", PARTS)
def test_each_part_has_the_same_shape(part):
    source = CELLS[part].source
    assert source.startswith("### ")
    places = [source.index(words) for words in SHAPE]
    assert places == sorted(places)
    assert told(part).startswith("**How to read this one.** ")
    assert codes(part)


@pytest.mark.parametrize("part", PARTS)
def test_the_code_that_is_shown_is_the_code_that_is_run(part):
    shown = told(part).partition("**In code:** ")[2]
    assert re.findall(r"`([^`]+)`", shown) == codes(part)
    assert all("\n" not in code for code in codes(part))


def test_other_code_that_is_shown_is_run_too():
    for run, said in (
        ("suggested", "suggested-code"),
        ("dark", "dark-code"),
        ("print", "print-code"),
    ):
        assert f"`{CELLS[run].source}`" in CELLS[said].source


def test_every_kind_of_chart_is_there(names):
    charts = [eval(code, names) for part in PARTS for code in codes(part)]
    assert {chart.kind.name for chart in charts if hasattr(chart, "kind")} == set(
        KINDS
    ) - ON_MEDIANS


def test_the_table_leads_to_every_chart():
    first, last = (
        place for place, cell in enumerate(GALLERY.cells) if cell.id in {"begin", "themes"}
    )
    charts = {
        slug(heading.text)
        for cell in GALLERY.cells[first:last]
        for heading in cell.markup.headings
        if heading.level == 3
    }
    needs_no_kind = {"phases", "frozen-baseline", "a-point-left-out", "notes-and-a-target"}
    linked = {link.removeprefix("#") for link in CELLS["which"].markup.links}
    # A plain run chart is one to begin with; the table leads to the one that has rules.
    assert charts - linked == needs_no_kind | {"plain-run-chart"}


def test_only_england_is_real(names):
    used = set(re.findall(r'(?:load_dataset|measure|table)\(\s*"([a-z_]+)"', NUMBERS))
    files = {name if name in dataset_names() else f"{name}_simulated" for name in used}
    assert [name for name in sorted(files) if not load_dataset(name).simulated] == ["england_ae"]


CLAIMS = (
    # what the gallery says · what the chart's own report says
    (
        "run-chart",
        "From 19 January 2026 on, 16 dots",
        "16 points in a row are below the median (19",
    ),
    ("run-chart", "The diamonds before that", "12 points in a row are above the median"),
    ("run-chart", "Up to 8 would be usual", "up to 8 is usual"),
    ("i-chart", "above the upper limit of 22 minutes", "limits 10.4 to 22."),
    ("i-chart", "5 May 2025, with 23", "highest 23 (5 May 2025)"),
    ("xbar-s", "the S chart shows no signal", "No signal"),
    ("xbar-r", "The ranges hold", "No signal"),
    ("i-prime", "No signal", "No signal"),
    ("p-chart", "No signal. October 2023 looks bad, at 69", "Lowest value 68.8 (October 2023)"),
    ("p-chart", "No signal", "No signal"),
    ("p-prime", "No signal", "No signal"),
    (
        "np-chart",
        "The first 14 weeks all lie above",
        "14 points in a row are above the mean (6 Jan",
    ),
    ("np-chart", "the last 12 all lie below", "12 points in a row are below the mean (12 May"),
    ("u-chart", "Three signals", "3 signals"),
    ("u-chart", "The first nine months", "9 points in a row are above the mean (January 2023"),
    ("u-chart", "December 2023 lies above", "A point outside the limits: December 2023 (above)"),
    ("u-chart", "crosses the mean only 7 times", "The line crosses the mean 7 times"),
    ("u-prime", "crosses the mean 9 times, and 10", "crosses the mean 9 times; 10 or more"),
    ("c-chart", "February 2023 had 17", "highest 17 (February 2023)"),
    ("c-chart", "January 2024 had 5", "Lowest value 5 (January 2024)"),
    ("c-chart", "No signal", "No signal"),
    (
        "t-chart",
        "Since 11 September 2023, 15 gaps",
        "15 points in a row are above the centre (11 S",
    ),
    ("t-chart", "the first 16 gaps", "those of the first 16 points, and stay frozen"),
    ("t-chart", "middle line of 10 days", "centre 10.4,"),
    ("g-chart", "No signal", "No signal"),
    ("g-chart", "once there were 167", "highest 167"),
    ("g-chart", "only 1 clean line", "Lowest value 1 "),
    ("phases", "from 6.5 falls", "mean 6.5,"),
    ("phases", "to 4.5", "(Hourly visits): mean 4.5,"),
    ("phases", "Neither phase shows a signal", "No signal"),
    ("frozen-baseline", "the first 20 weeks", "those of the first 20 points, and stay frozen"),
    ("frozen-baseline", "old mean of 9.3", "mean 9.3,"),
    ("left-out-point", "11.1 to 20.8", "limits 11.1 to 20.8"),
    ("left-out-point", "no signal", "No signal"),
    ("notes-and-target", "12 of the 30 months met it", "12 of 30 values meet the target"),
    ("notes-and-target", "That is luck", "whether it is met is left to chance"),
    ("notes-and-target", "made no signal", "No signal"),
    ("small-multiples", "On Maple the line crosses", "1 of 6 charts shows a signal: Maple"),
    ("summary-with-icons", "Letters come first", 'Look first at "Letters sent within a day"'),
    ("funnel-plot", "Oak, with 12.4 falls", "Oak: 12.4 is above its upper 99.8"),
    ("funnel-plot", "Birch and Holly lie just below", "2 more beyond their 95"),
    ("cusum-chart", "in the week of 21 July 2025", "passes 5 sigmas at 21 July 2025"),
    ("cusum-chart", "the week of 16 June, to about 18", "began at 16 June 2025, to about 18.4"),
    (
        "ewma-chart",
        "21 and 28 July 2025",
        "above its upper limit from 21 July 2025 to 28 July 2025",
    ),
    ("ewma-chart", "upper limit of 17", "limits 11 to 17"),
    ("bernoulli-cusum", "At operation 389", "reaches 3.5 at point 389"),
    ("bernoulli-cusum", "operation 277, to about 11", "at point 277, to about 10.6"),
    ("pareto-chart", "Three of seven causes make 84", "3 of 7 causes make 84"),
    ("histogram", "mean is 5.8 minutes", "mean 5.78"),
    ("histogram", "less than 4.7", "Median 4.65"),
    ("histogram", "One waited 21.5", "to 21.5"),
    ("histogram", "a tail to the right", "a long tail towards the high end"),
    ("scatter-plot", "3 more in 100 for 10 miles", "goes with 0.295 more"),
    ("scatter-plot", "The link is strong", "a strong link"),
)


@pytest.mark.parametrize(("part", "said", "reported"), CLAIMS)
def test_what_it_says_is_what_the_chart_reports(part, said, reported, names):
    assert said in told(part)
    assert reported in " ".join(eval(codes(part)[0], names).report())


def outside(chart):
    return int(np.count_nonzero((chart.values < chart.lower) | (chart.values > chart.upper)))


def test_what_it_says_of_charts_that_it_does_not_show(names):
    assert "call 9 of the 30 months special" in told("p-prime")
    assert outside(control_chart(names["letters"], "p")) == 9
    assert "put 11 of the 30 months outside its limits" in told("u-prime")
    assert outside(control_chart(names["reports"], "u")) == 11
    assert "An I chart of the same averages would call nine dots in a row" in told("i-prime")
    assert "9 points in a row" in control_chart(names["stays"], "i").finding
    assert "An I chart of these 40 weeks shows no signal at all" in told("cusum-chart")
    assert control_chart(names["late"], "i").signals == ()


def test_other_numbers_that_it_says(names):
    """Numbers that no report holds."""
    watched = names["hands"].denominators
    assert "only 32 moments" in told("p-chart")
    assert watched[names["hands"].dates == np.datetime64("2023-10-01")] == 32
    people = names["stays"].denominators
    assert "6 is the fewest" in told("i-prime")
    assert "24 is the most" in told("i-prime")
    assert (people.min(), people.max()) == (6, 24)
    assert "About 4,000 letters" in told("p-prime")
    assert names["letters"].denominators.mean() == pytest.approx(4000, rel=0.05)
    steps = control_chart(names["porters"], "mr")
    assert "8.8 minutes, lies above the limit of 7.1" in told("i-chart")
    assert np.nanmax(steps.values) == pytest.approx(8.8)
    assert steps.upper[-1] == pytest.approx(7.1, abs=0.05)
    means = [control_chart(names["bloods"], kind) for kind in ("xbar_s", "xbar_r")]
    assert "On 20 and 21 February 2026" in told("xbar-s")
    assert "76.8 minutes on both" in told("xbar-r")
    for chart in means:
        assert [str(chart.measure.dates[point]) for point in chart.signal_points] == [
            "2026-02-20",
            "2026-02-21",
        ]
        assert round(float(chart.upper[-1]), 1) == 76.8
    old = eval(codes("frozen-baseline")[0], names)
    later = old.measure.dates > np.datetime64("2026-01-12")
    assert "all 16 dots lie below the old mean" in told("frozen-baseline")
    assert "7 of them below the old lower limit" in told("frozen-baseline")
    assert np.count_nonzero(later) == np.count_nonzero(later & (old.values < old.centre)) == 16
    assert np.count_nonzero(old.values < old.lower) == 7


def test_what_it_says_of_wards(names):
    wards = names["wards"].set_index("ward")
    rates = 1000 * wards["falls"] / wards["bed_days"]
    assert rates.idxmax() == "Oak"
    medians = {chart.measure.name: chart.phases[0].centre for chart in names["six_wards"]}
    assert "Oak lies higher than the rest" in told("small-multiples")
    assert max(medians, key=medians.get) == "Oak"
    maple = next(chart for chart in names["six_wards"] if chart.measure.name == "Maple")
    assert "its later dots lie lower" in told("small-multiples")
    assert np.median(maple.values[15:]) < np.median(maple.values[:15])
    others = wards.drop("Oak")
    without = 1000 * others["falls"].sum() / others["bed_days"].sum()
    assert "Oak lifts the average" in told("funnel-plot")
    assert without < 1000 * wards["falls"].sum() / wards["bed_days"].sum()


def test_england_is_high_in_each_winter_and_low_in_each_summer(names):
    measure = names["four_hours"]
    middle = eval(codes("plain-run-chart")[0], names).centre
    month = measure.dates.astype("datetime64[M]").astype(int) % 12 + 1
    assert np.all(measure.values[np.isin(month, (12, 1, 2))] > middle)
    assert np.all(measure.values[np.isin(month, (6, 7, 8))] < middle)
