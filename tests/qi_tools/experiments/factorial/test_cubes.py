import pytest

from qi_tools.experiments.factorial.cubes import cube
from qi_tools.experiments.factorial.designs import DesignInvalid
from tests.qi_tools.experiments.factorial.examples import (
    FILTRATION,
    NAMES,
    PLANT,
    design_of,
    done_with,
)


def test_a_cube_holds_the_mean_at_each_corner():
    plot = cube(done_with(design_of(3), PLANT))
    assert [cell.mean for cell in plot.cells] == PLANT
    assert plot.table["mean"].tolist() == PLANT
    assert plot.finding == (
        "Highest mean 83 (tea: yes; milk: no; cake: yes). "
        "Lowest 45 (tea: no; milk: yes; cake: yes)."
    )


def test_a_square_takes_the_runs_of_other_factors_together():
    plot = cube(done_with(design_of(3), PLANT), "cake", "tea")
    assert {cell.levels: cell.mean for cell in plot.cells} == {
        ("no", "no"): 57, ("yes", "no"): 48.5, ("no", "yes"): 70, ("yes", "yes"): 81.5
    }  # fmt: skip
    assert plot.runs_each == 2
    assert "Square plot of taste by cake and tea" in plot.describe()


def test_corners_that_were_not_run_are_said():
    plot = cube(done_with(design_of(3, ("C=AB",)), [1, 2, 3, 4]))
    assert plot.warnings[0] == "4 corners were not run in this fraction."
    assert plot.describe().count("not run") == 5
    assert plot.table["runs"].tolist().count(0) == 4


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("tea", "sugar"), "Use 'tea', 'milk', 'cake' or 'plate'"),
        (("tea", "tea"), "three different factors"),
        (("tea",), "two for a square"),
        (NAMES[:4], "three different factors"),
    ],
)
def test_a_cube_that_cannot_be_says_what_can(names, says):
    with pytest.raises(DesignInvalid, match=says):
        cube(done_with(design_of(4), FILTRATION), *names)
