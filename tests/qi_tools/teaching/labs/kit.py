"""What the tests of labs share: values for all controls of a form, and playing a few turns."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from qi_tools.teaching.lab import Lab
from qi_tools.teaching.lab_controls import Chosen, Control, Count, Pick, Several, Tick, read_all

__all__ = ["chosen", "largest", "usual"]


def usual(lab: Lab, **given: Any) -> Chosen:
    """Give what the form holds at first, with a middle number where a box starts blank.

    Whatever is given goes before it.
    """
    return read_all(lab.controls, {**{each.id: _start(each) for each in lab.controls}, **given})


def largest(lab: Lab) -> Chosen:
    """Give the largest number that each control allows, and everything that can be ticked."""
    return usual(
        lab,
        **{
            each.id: each.high if isinstance(each, Count) else tuple(each.options)
            for each in lab.controls
            if isinstance(each, Count | Several)
        },
    )


def chosen(lab: Lab) -> st.SearchStrategy[Chosen]:
    """Give anything that the form allows."""
    return st.fixed_dictionaries({each.id: _any(each) for each in lab.controls}).map(
        lambda raw: read_all(lab.controls, raw)
    )


def _start(control: Control) -> Any:
    if isinstance(control, Count) and control.start is None:
        steps = (control.high - control.low) / control.step // 2
        return control.low + steps * control.step
    if isinstance(control, Several) and len(control.start) < control.least:
        return tuple(control.options)[: control.least]
    return control.start


def _any(control: Control) -> st.SearchStrategy[Any]:
    match control:
        case Pick():
            return st.sampled_from(list(control.options))
        case Tick():
            return st.booleans()
        case Several():
            return st.lists(
                st.sampled_from(list(control.options)), unique=True, min_size=control.least
            )
        case Count(step=1):
            return st.integers(int(control.low), int(control.high))
        case Count():
            return st.floats(control.low, control.high)
