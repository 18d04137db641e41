from dataclasses import FrozenInstanceError

import pytest

from qi_tools.spc.signals import Signal


def test_a_signal_cannot_change():
    signal = Signal("long run", "9 points in a row.", (1, 2))
    with pytest.raises(FrozenInstanceError):
        signal.words = "none"  # type: ignore[misc]
    assert hash(signal) == hash(Signal("long run", "9 points in a row.", (1, 2)))
