"""The parts of a lesson as plain HTML: to read, to print and to fill in with a pen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import Any

from course.editions.answer_key import answer_to
from course.editions.forms import FORMS, project_form
from course.editions.told import Told

#: Of a story with more frames than this, only the last picture is drawn.
MOST_PICTURES = 6

_TRY = "Make your guess first. Then try it: on a screen, or in a room as said below."


@dataclass(frozen=True, slots=True)
class Manner:
    """How an edition puts things.

    Parameters
    ----------
    after_a_guess : str
        What to do once the guess is made.
    later : str
        Where what happened stands, with ``{title}`` and ``{what}`` in it.
    pictures_in_words : bool
        Whether what a picture shows is also said below it, for where pictures are lost.
    has_folds : bool
        Whether what can be folded away, such as the numbers of a chart, is there at all: paper
        can't be unfolded, and the picture says it, too.
    """

    after_a_guess: str
    later: str
    pictures_in_words: bool
    has_folds: bool


PLAIN = Manner(
    "Make your guess first. Then open “What happened”.",
    '<details class="later"><summary>{title}</summary>{what}</details>',
    pictures_in_words=True,
    has_folds=True,
)
LARGE_PRINT = Manner(
    "Make your guess first. Then turn to the next page.",
    '<div class="later"><p class="title">{title}</p>{what}</div>',
    pictures_in_words=False,
    has_folds=False,
)


@dataclass(slots=True)
class Writer:
    """Writes part after part, numbers what is asked, and collects the answers for the end."""

    manner: Manner
    asked: int = 0
    answers: list[str] = field(default_factory=list)

    def write(self, told: Iterable[Told]) -> str:
        """Write some parts as HTML."""
        return "".join(map(self._part, told))

    def _part(self, told: Told) -> str:
        match told.kind:
            case "html":
                return f'<div class="shown">{self._shown(told.content["html"])}</div>'
            case "stepper":
                return self._story(told.content)
            case "scene":
                return self._scene(told.content)
            case "stack":
                return self.write(told.then)
            case "reveal":
                return self._later(told.content["label"], self.write(told.then))
            case "timer":
                return _timer(told.content)
            case "lab":
                return _room(told.content)
            case "project":
                return project_form(told.content)
        self.asked += 1
        number = self.asked
        answer = answer_to(told)
        if not told.guess:  # such as a model answer
            answer += self.write(each for each in told.then if each.kind == "html")
        if answer:
            self.answers.append(
                f'<li id="answer-{number}"><p><a href="#question-{number}">'
                f"Question {number}</a></p>{answer}</li>"
            )
        form = FORMS[told.kind](told)
        is_tried = any(each.kind == "lab" for each in told.then)
        if is_tried:
            form += f'<p class="do">{_TRY}</p>'
        elif told.guess:
            form += f'<p class="do">{self.manner.after_a_guess}</p>'
        elif answer:
            form += f'<p class="do"><a href="#answer-{number}">The answer is at the end.</a></p>'
        name = f"Question {number}: your guess" if told.guess else f"Question {number}"
        asked = (
            f'<div class="ask" id="question-{number}"><p class="title">{name}</p>'
            f'<p class="question">{escape(told.content["question"])}</p>{form}</div>'
        )
        if not told.guess:
            return asked
        what = self.write(told.then)
        if is_tried:
            return asked + what
        guess = f'<p class="do">Shown for this guess: {escape(told.guess)}</p>'
        return asked + self._later(f"What happened after question {number}", guess + what)

    def _later(self, title: str, what: str) -> str:
        return self.manner.later.replace("{title}", escape(title)).replace("{what}", what)

    def _story(self, content: Mapping[str, Any]) -> str:
        given = content["frames"]
        # A longer story is one picture that grows: its captions tell it, and the last one shows it.
        drawn = given if len(given) <= MOST_PICTURES else given[-1:]
        frames = "".join(
            f"<li>{self._shown(frame['html']) if frame in drawn else ''}"
            f"<p>{escape(frame['caption'])}</p></li>"
            for frame in given
        )
        title = escape(content["title"])
        return f'<div class="story"><p class="title">{title}</p><ol>{frames}</ol></div>'

    def _scene(self, content: Mapping[str, Any]) -> str:
        self.asked += 1
        number = self.asked
        spots = list(enumerate(content["spots"], start=1))
        marks = "".join(
            f'<span style="left:{x}%;top:{y}%">{place}</span>' for place, (_, x, y, *_) in spots
        )
        key = "".join(
            f"<li><strong>{escape(label)}</strong> {escape(text)}</li>"
            for _, (*_, label, text) in spots
        )
        self.answers.append(
            f'<li id="answer-{number}"><p><a href="#question-{number}">Question {number}</a></p>'
            f'<ol class="key">{key}</ol></li>'
        )
        return (
            f'<div class="ask" id="question-{number}"><p class="title">Question {number}</p>'
            f'<p class="question">{escape(content["question"])}</p>'
            f'<div class="scene" aria-hidden="true">{content["picture"]}{marks}</div>'
            f"<ol>{''.join(f'<li>{escape(spot[3])}</li>' for _, spot in spots)}</ol>"
            f'<p class="do">What is behind each number? Say it first. '
            f'<a href="#answer-{number}">The answer is at the end.</a></p></div>'
        )

    def _shown(self, html: str) -> str:
        if not self.manner.has_folds:
            html = re.sub(r"<details.*?</details>", "", html, flags=re.S)
        if self.manner.pictures_in_words:
            # A screen reader has said it with the picture.
            html += "".join(
                f'<p class="in-words" aria-hidden="true">In words: {escape(words)}</p>'
                for words in _said_of_pictures(html)
            )
        return html


def _timer(content: Mapping[str, Any]) -> str:
    steps = content["steps"]
    total = _minutes(sum(minutes for _, minutes in steps))
    rows = "".join(f"<li>{escape(name)}: {_minutes(took)}</li>" for name, took in steps if name)
    listed = f"<ol>{rows}</ol>" if rows else ""
    title = escape(content["title"])
    return f'<div class="shown"><p class="title">{title}: {total}</p>{listed}</div>'


def _minutes(minutes: float) -> str:
    return f"{minutes:g} minute" if minutes == 1 else f"{minutes:g} minutes"


def _room(content: Mapping[str, Any]) -> str:
    lines = "".join(f"<p>{escape(line)}</p>" for line in content["room"])
    return f'<div class="shown"><p class="title">With a group: for facilitators</p>{lines}</div>'


# ---- pictures


def _said_of_pictures(html: str) -> list[str]:
    reader = _PictureReader()
    reader.feed(html)
    reader.close()
    return reader.words


class _PictureReader(HTMLParser):
    """Collects what stands in for the pictures; small signs within a text are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("svg", "div") and given.get("role") == "img" and given.get("aria-label"):
            self.words.append(str(given["aria-label"]))
