"""How far a run is, in words that hold."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from autograder.progress import Progress

SECONDS = {"a few seconds": 5, "seconds": 1, "minutes": 60, "hours": 3600}


@given(st.integers(1, 5000), st.integers(1, 5000), st.floats(0.001, 100_000))
def test_the_time_left_is_what_the_words_say(done: int, total: int, seconds: float) -> None:
    progress = Progress(done, max(done, total), seconds)
    words = progress.words()
    assert words.startswith(f"{done} of {progress.total}")
    left = progress.seconds_left
    found = re.search(r"about (\d+) (seconds|minutes|hours) left", words)
    if found:
        said = int(found[1]) * SECONDS[found[2]]
        assert said > 0
        assert abs(said - left) <= 0.5 * max(SECONDS[found[2]], 10)
    else:
        assert left < 10


def test_before_the_first_is_done_nothing_is_promised() -> None:
    assert Progress(0, 200, 0.0).words() == "0 of 200"
