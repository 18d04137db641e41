"""All attacks that marking must bear; see `attack` for what one is and `evidence` for the proof."""

from __future__ import annotations

from tests.attacks import (
    answer_files,
    damage,
    folders,
    leaks,
    notebooks,
    pages,
    processes,
    protocol,
    resources,
    scores,
    values,
)
from tests.attacks.attack import Attack

ATTACKS: tuple[Attack, ...] = (
    *scores.ATTACKS,
    *values.ATTACKS,
    *leaks.ATTACKS,
    *damage.ATTACKS,
    *processes.ATTACKS,
    *resources.ATTACKS,
    *protocol.ATTACKS,
    *pages.ATTACKS,
    *notebooks.ATTACKS,
    *folders.ATTACKS,
    *answer_files.ATTACKS,
)
