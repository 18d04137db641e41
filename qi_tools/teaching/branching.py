"""A story that branches where the learner chooses.

The story stays here: the browser gets the moments that the learner has come to and no others. What
is kept is one answer, a tuple of ``moment=choice``: the latest whole path, from the start to an
end, and behind it the path so far of a newer try, if there is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import traitlets

from qi_tools.answers import AnswerFile, Value
from qi_tools.teaching.part import QuestionInvalid, checked_id, checked_text, script, style
from qi_tools.teaching.question import Question, Refusal
from qi_tools.teaching.story import Choice, Moment, story_faults

#: A whole path and the one after it have to fit into one answer (`qi_tools.answers.MAX_CHOICES`).
MOST_STEPS = 25
_CHANGED = "This path does not fit the story. Start again."

Path = tuple[str, ...]


class Branching(Question):
    """A branching story; the answer is the path through it.

    Attributes
    ----------
    story : dict
        What the browser shows: the ``path`` on this page, what was met on it, and where it stands.
    """

    _esm = script("saving.js", "branching.js")
    _css = style("workshop.css")

    story = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        id: str,
        title: str,
        start: str,
        moments: Mapping[str, Moment],
        *,
        answers: AnswerFile | None = None,
    ) -> None:
        checked_id(id)
        self._start, self._moments = start, moments
        if faults := story_faults(start, moments):
            listed = "".join(f"\n- {fault}" for fault in faults)
            raise QuestionInvalid(f"The story {id} cannot be told. Put this right:{listed}")
        self._path: Path | None = None
        words = checked_text(title, f"The title of {id}")
        super().__init__(id, {"question": words}, kind="branching", answers=answers)

    def read(self, raw: object) -> Value:
        """Give back a path, or a whole one and the one after it; nothing for an empty one."""
        whole, so_far = self._runs(raw or ())
        return (*whole, *so_far) or ""

    def worded(self, value: Value) -> str:
        """Give the choices of the latest path."""
        whole, so_far = self._runs(value or ())
        said = [self._choice(step).text for step in so_far or whole]
        return " → ".join(said) + (" (not at an end yet)" if so_far else "")

    def _runs(self, raw: object) -> tuple[Path, Path]:
        """Split an answer into the whole path that it begins with, if any, and the path so far.

        No text is needed between them: a path is over where the story is.
        """
        if not isinstance(raw, list | tuple):
            raise Refusal(_CHANGED)
        whole: Path = ()
        path: Path = ()
        at = self._start
        for step in raw:
            name, _, option = step.partition("=") if isinstance(step, str) else ("", "", "")
            if name != at or option not in self._moments[at].choices:
                raise Refusal(_CHANGED)
            path = (*path, step)
            if len(path) > MOST_STEPS:
                raise Refusal(f"A path has at most {MOST_STEPS} steps. Go back, or start again.")
            at = self._moments[at].choices[option].leads_to
            if not self._moments[at].choices:
                if whole:
                    raise Refusal(_CHANGED)
                whole, path, at = path, (), self._start
        return whole, path

    def _restore(self) -> None:
        self._path = None  # what is in the file is what to show
        super()._restore()

    def _save(self, raw: object, seen: object) -> None:
        """Save the path on the page, and with a new one the latest whole path before it."""
        value = raw
        with suppress(Refusal):  # said by what follows
            whole, so_far = self._runs(raw)
            self._path = so_far or whole
            if not whole and self.answer is not None:
                value = [*self._runs(self.answer.value or ())[0], *so_far]
        super()._save(value, seen)

    def _show(self, *, problem: dict[str, object] | None = None, note: str = "") -> None:
        if self._path is None:
            whole, so_far = self._runs((self.answer and self.answer.value) or ())
            self._path = so_far or whole
        self.story = self._told(self._path)
        super()._show(problem=problem, note=note)

    def _told(self, path: Path) -> dict[str, object]:
        at, met = self._start, []
        for step in path:
            choice = self._choice(step)
            met.append([self._moments[at].text, choice.text, choice.said])
            at = choice.leads_to
        here = self._moments[at]
        return {
            "path": list(path),
            "met": met,
            "at": at,
            "text": here.text,
            "choices": [[option, choice.text] for option, choice in here.choices.items()],
            "lesson": here.lesson,
        }

    def _choice(self, step: str) -> Choice:
        name, _, option = step.partition("=")
        return self._moments[name].choices[option]


def branching(
    id: str,
    title: str,
    start: str,
    moments: Mapping[str, Moment],
    *,
    answers: AnswerFile | None = None,
) -> Question:
    """Tell a story that branches where the learner chooses.

    The path is saved at each choice. The learner may go back a step, or start again; then the
    latest path that came to an end stays the answer until another does.

    Parameters
    ----------
    id : str
        The question's id, such as ``d1-reviews``.
    title : str
        What the story is about, as plain text.
    start : str
        The id of the first moment.
    moments : mapping of str to Moment
        The whole story, by id.
    answers : AnswerFile, optional
        Where answers are kept; ``answers.json`` in the current folder unless given.

    Returns
    -------
    Question
        A widget to show as the last line of a cell. Its answer is a tuple of ``moment=choice``.

    Raises
    ------
    QuestionInvalid
        If the story cannot be told; every fault is named: a choice that leads nowhere, a moment
        that is never reached or has no way to an end, a text that is blank.

    Examples
    --------
    >>> from qi_tools.teaching import Choice, Moment, branching
    >>> show = branching("d1-review", "The review", "review", {
    ...     "review": Moment("The team has no data yet.", {
    ...         "ask": Choice("Ask what stops them", "heard", "They tell you."),
    ...         "push": Choice("Set a target", "silence", "They nod.")}),
    ...     "heard": Moment("You clear the way.", lesson="A question found the obstacle."),
    ...     "silence": Moment("Nothing changes.", lesson="A target is no method.")})
    """
    return Branching(id, title, start, moments, answers=answers)
