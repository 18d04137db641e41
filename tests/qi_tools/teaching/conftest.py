from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qi_tools.answers import AnswerFile
from qi_tools.teaching.question import Question

Say = Callable[..., dict[str, Any]]


@pytest.fixture
def file(tmp_path: Path) -> AnswerFile:
    return AnswerFile(tmp_path / "answers.json")


@pytest.fixture
def say() -> Say:
    """Send what the browser would send, and give back what it would then show."""

    def send(question: Question, do: str, **more: Any) -> dict[str, Any]:
        before = question.state["turn"]
        question._handle_custom_msg({"do": do, **more}, [])
        assert question.state["turn"] > before, "the browser would wait for ever"
        state: dict[str, Any] = question.state
        return state

    return send
