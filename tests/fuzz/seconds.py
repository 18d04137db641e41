"""Fuzzing for so many seconds, and how to repeat what was found."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from itertools import count
from time import monotonic
from typing import Any

from hypothesis import HealthCheck, given, seed, settings
from hypothesis.strategies import SearchStrategy

_ROUND = settings(
    max_examples=50,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def fuzz(check: Callable[[Any], object], values: SearchStrategy[Any]) -> None:
    """Try a check on made-up values for the seconds that ``QI_FUZZ_SECONDS`` says (2).

    A failure shows the smallest value that fails, and the seed: with ``QI_FUZZ_SEED`` set to it,
    the same values come again.
    """
    end = monotonic() + float(os.environ.get("QI_FUZZ_SECONDS", "2"))
    first = int(os.environ.get("QI_FUZZ_SEED") or secrets.randbits(32))
    for number in count(first):

        @seed(number)
        @_ROUND
        @given(values)
        def one_round(value: Any) -> None:
            check(value)

        try:
            one_round()
        except BaseException as error:
            error.add_note(f"Repeat it with QI_FUZZ_SEED={number}")
            raise
        if monotonic() >= end:
            return
