"""A question whose answer is kept in a file.

The browser draws the form and sends what the learner gives; everything is checked and saved here,
and `Question.state` tells the browser what came of it. Saving may fail or find that another tab was
quicker; in both cases the learner's own answer stays on the page until they decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import traitlets

from qi_tools.answers import (
    Answer,
    AnswerConflict,
    AnswerFile,
    AnswersInvalid,
    AnswersNotSaved,
    Value,
)
from qi_tools.teaching.part import Part, checked_id, checked_text


class Refusal(Exception):
    """What the learner gave cannot be an answer; the message says what to give."""


class Question(Part):
    """Something to answer.

    Subclasses say how an answer is read (`read`) and worded (`worded`).

    Parameters
    ----------
    id : str
        The question's id in the answers file.
    content : mapping
        What the browser needs to draw the form; `question` among it.
    kind : str
        Which of the script's drawings to use.
    answers : AnswerFile, optional
        Where answers are kept: ``answers.json`` in the current folder unless given.
    final : bool
        Whether the first answer saved stands, as a prediction does.

    Attributes
    ----------
    answer : Answer or None
        The saved answer, as far as this page knows.
    state : dict
        What the browser shows besides the form: ``saved``, ``problem``, ``note``, ``feedback``.
        ``turn`` grows with every reply.
    """

    answer = traitlets.Instance(Answer, allow_none=True)
    state = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        id: str,
        content: Mapping[str, Any],
        *,
        answers: AnswerFile | None = None,
        kind: str = "question",
        final: bool = False,
    ) -> None:
        self.id = checked_id(id)
        self._answers = AnswerFile.here() if answers is None else answers
        self._aside = self._answers.kept_aside
        self._seen = 0
        words = checked_text(content["question"], f"The question of {id}")
        super().__init__(
            kind=kind,
            content={**content, "question": words, "final": final},
        )
        self.on_msg(self._on_message)
        self._restore()

    def read(self, raw: object) -> Value:
        """Turn what came from the form, or from the file, into an answer.

        Raises
        ------
        Refusal
            If it cannot be one.
        """
        raise NotImplementedError

    def worded(self, value: Value) -> str:
        """Say an answer as the learner would recognise it."""
        return str(value)

    def feedback(self, value: Value) -> dict[str, Any] | None:
        """Say what there is to say about a saved answer."""
        return None

    @property
    def is_settled(self) -> bool:
        """Whether the answer can no longer change."""
        return bool(self.content["final"]) and self.answer is not None

    def _restore(self) -> None:
        try:
            answer = self._answers.get(self.id)
        except AnswersInvalid as error:
            self._show(
                note=f"{error} Nothing is deleted: when you save an answer, the old file is kept "
                "under another name. Tell the person who looks after your course."
            )
            return
        note = ""
        if answer is not None:
            self._seen = answer.revision
            try:
                if self.read(answer.value) == "":
                    answer = None
            except Refusal:
                answer, note = None, "This question has changed since you answered. Answer again."
        self.answer = answer
        self._show(note=note)

    def _on_message(self, _widget: object, message: object, _buffers: object) -> None:
        if not isinstance(message, dict):
            return
        match message.get("do"):
            case "save":
                self._save(message.get("value"), self._seen)
            case "keep mine":
                self._save(message.get("value"), message.get("over"))
            case "keep the other":
                self._restore()

    def _save(self, raw: object, seen: object) -> None:
        if self.is_settled:
            self._show()
            return
        if not isinstance(seen, int):
            return
        try:
            value = self.read(raw)
            if value == "" and self.answer is None:
                raise Refusal("Write something first, then save.")
            self._saved(self._answers.save(self.id, value, seen=seen))
        except (Refusal, AnswersInvalid) as error:
            self._show(problem={"kind": "refused", "text": str(error)})
        except AnswersNotSaved as error:
            self._show(problem={"kind": "failed", "text": str(error)})
        except AnswerConflict as conflict:
            self._conflict(value, conflict.current)

    def _conflict(self, mine: Value, theirs: Answer) -> None:
        try:
            words = self.worded(self.read(theirs.value))
        except Refusal:  # an answer to an older form of the question gives way
            self._save(mine, theirs.revision)
            return
        if theirs.value == mine:
            self._saved(theirs)
        elif self.content["final"]:
            self._saved(
                theirs,
                note="You had already saved a prediction in another tab, so that one stands. "
                f"Here you were about to say: {self.worded(mine)}.",
            )
        else:
            self._show(
                problem={
                    "kind": "conflict",
                    "mine": self.worded(mine),
                    "theirs": words,
                    "at": theirs.at,
                    "revision": theirs.revision,
                }
            )

    def _saved(self, answer: Answer, note: str = "") -> None:
        self._seen = answer.revision
        # Whoever watches `answer` (a prediction's result) is done before the browser says "Saved".
        self.answer = answer
        aside = self._answers.kept_aside
        for path in aside[len(self._aside) :]:
            note = (
                f"Your earlier answers in this lesson could not be read. They are kept as "
                f"{path.name}. Tell the person who looks after your course."
            )
        self._aside = aside
        self._show(note=note)

    def _show(self, *, problem: dict[str, Any] | None = None, note: str = "") -> None:
        saved = None
        if self.answer is not None:
            value = self.answer.value
            saved = {"value": value, "words": self.worded(value), "at": self.answer.at}
        self.state = {
            "turn": self.state.get("turn", 0) + 1,
            "saved": saved,
            "feedback": self.feedback(self.answer.value) if self.answer is not None else None,
            "problem": problem,
            "note": note,
        }
