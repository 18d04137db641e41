import pytest

from qi_tools.experiments.factorial.designs import DesignInvalid
from qi_tools.experiments.factorial.effects import effects
from qi_tools.experiments.factorial.interactions import interaction
from tests.qi_tools.experiments.factorial.examples import (
    FILTRATION,
    PLANT,
    design_of,
    done_with,
)


def test_the_difference_of_the_two_changes_is_twice_the_interaction():
    done = done_with(design_of(3), PLANT)
    plot = interaction(done, "cake", "tea")
    (begin, end), (other_begin, other_end) = plot.means
    assert ((other_end - other_begin) - (end - begin)) / 2 == plot.effect.value == 10
    assert plot.effect.word == "AC"
    assert "is +10." in plot.report()[2]


def test_it_is_judged_as_all_effects_are():
    done = done_with(design_of(4), FILTRATION)
    assert "stands out from chance" in interaction(done, "tea", "cake").finding
    assert "can't be told from chance" in interaction(done, "tea", "milk").finding
    few = done_with(design_of(2), [1, 2, 3, 9])
    assert "can't be told from these runs" in interaction(few, "tea", "milk").describe()


def test_in_a_fraction_it_is_told_with_its_rivals():
    done = done_with(design_of(4, ("D=-ABC",)), PLANT)
    plot = interaction(done, "cake", "plate")
    assert plot.effect.value == {each.word: each for each in effects(done).effects}["AB"].value
    assert plot.warnings[0] == "In this fraction the interaction can't be told from tea × milk."
    (begin, end), (other_begin, other_end) = plot.means
    # The alias counts the other way round.
    assert ((other_end - other_begin) - (end - begin)) / 2 == -plot.effect.value


def test_all_four_pairs_of_levels_have_runs_in_every_fraction():
    plot = interaction(done_with(design_of(3, ("C=AB",)), [1, 2, 3, 4]), "tea", "cake")
    assert plot.table["runs"].tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize(("names", "says"), [(("tea", "tea"), "itself"), (("tea", "jam"), "'jam'")])
def test_an_interaction_that_cannot_be_says_so(names, says):
    with pytest.raises(DesignInvalid, match=says):
        interaction(done_with(design_of(3), PLANT), *names)
