"""Designs and published runs that the tests of factorial experiments share."""

from qi_tools.experiments.factorial.designs import GENERATORS, Factor, FactorialDesign
from qi_tools.experiments.factorial.filled_sheets import filled
from qi_tools.experiments.factorial.run_sheets import standard_order

NAMES = ("tea", "milk", "cake", "plate", "spoon")
# Box, Hunter & Hunter: the pilot plant, means and duplicate runs in standard order.
PLANT = [60, 72, 54, 68, 52, 83, 45, 80]
PLANT_TWICE = [59, 74, 50, 69, 50, 81, 46, 79, 61, 70, 58, 67, 54, 85, 44, 81]
# Box, Hunter & Hunter: the reactor, five factors in standard order.
REACTOR = [61, 53, 63, 61, 53, 56, 54, 61, 69, 61, 94, 93, 66, 60, 95, 98]
REACTOR += [56, 63, 70, 65, 59, 55, 67, 65, 44, 45, 78, 77, 49, 42, 81, 82]
# Montgomery's filtration rates, four factors in standard order.
FILTRATION = [45, 71, 48, 65, 68, 60, 80, 65, 43, 100, 45, 104, 75, 86, 70, 96]


def design_of(count, generators=(), repeats=1):
    return FactorialDesign(
        tuple(Factor(name, "no", "yes") for name in NAMES[:count]), generators, repeats
    )


def done_with(design, responses, **more):
    return filled(standard_order(design), responses, **({"name": "taste"} | more))


FRACTIONS = [design_of(count, generators) for (count, _), generators in GENERATORS.items()] + [
    design_of(5, ("D=-AB", "E=AC")),
    design_of(5, ("D=ABC", "E=-BC")),
    design_of(4, ("D=-ABC",)),
]
DESIGNS = [design_of(count) for count in (2, 3, 4, 5)] + FRACTIONS
