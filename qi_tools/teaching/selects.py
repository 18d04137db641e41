"""What questions with several lists to choose from have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qi_tools.answers import AnswerFile, Value
from qi_tools.teaching.question import Question, Refusal


@dataclass(frozen=True, slots=True)
class Field:
    """One list to choose from.

    Parameters
    ----------
    label : str
        What the list is for.
    options : mapping of str to str
        What can be chosen: id to text.
    """

    label: str
    options: Mapping[str, str]


class Selects(Question):
    """Labelled lists; the answer is ``field=option`` for each of them, in the order of their ids.

    Parameters
    ----------
    id : str
        The question's id.
    content : mapping
        What the browser needs besides the lists.
    fields : mapping of str to Field
        The lists by id, in the order to show.
    missing : str
        What to say while a list has nothing chosen.
    answers : AnswerFile, optional
        Where answers are kept.
    """

    def __init__(
        self,
        id: str,
        content: Mapping[str, Any],
        fields: Mapping[str, Field],
        *,
        missing: str,
        answers: AnswerFile | None,
    ) -> None:
        self._fields = dict(fields)
        self._missing = missing
        shown = [
            [name, field.label, [[option, text] for option, text in field.options.items()]]
            for name, field in self._fields.items()
        ]
        super().__init__(
            id,
            {"control": "selects", "fields": shown, "missing": missing, **content},
            answers=answers,
        )

    def read(self, raw: object) -> Value:
        """Give back ``field=option`` for each field, in the order of their ids."""
        if not isinstance(raw, list | tuple) or not all(isinstance(each, str) for each in raw):
            raise Refusal(self._missing)
        chosen = _chosen(raw)
        if len(raw) != len(chosen) or chosen.keys() != self._fields.keys():
            raise Refusal(self._missing)
        if any(option not in self._fields[name].options for name, option in chosen.items()):
            raise Refusal(self._missing)
        return tuple(f"{name}={chosen[name]}" for name in sorted(chosen))

    def chosen(self, value: Value) -> dict[str, str]:
        """Give the option of each field, in the order shown, of an answer that `read` gave back."""
        assert isinstance(value, tuple)  # for the type checker: `read` gives back nothing else
        chosen = _chosen(value)
        return {name: chosen[name] for name in self._fields}

    def texts(self, value: Value) -> dict[str, str]:
        """Give the text of the option of each field."""
        return {
            name: self._fields[name].options[option] for name, option in self.chosen(value).items()
        }


def _chosen(pairs: list[str] | tuple[str, ...]) -> dict[str, str]:
    # An id holds no "=", so there is only one way to split.
    split = (pair.partition("=") for pair in pairs)
    return {name: option for name, _, option in split}
