"""The parts of a lesson as plain HTML: to read, to print and to fill in with a pen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from string import ascii_uppercase
from typing import Any

from course.editions.told import Said, Told

#: Of a story with more frames than this, only the last picture is drawn.
MOST_PICTURES = 6


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
        self.asked += 1
        number = self.asked
        answer = _ANSWERS[told.kind](told)
        if answer:
            self.answers.append(
                f'<li id="answer-{number}"><p><a href="#question-{number}">'
                f"Question {number}</a></p>{answer}</li>"
            )
        form = _FORMS[told.kind](told.content)
        if told.guess:
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
        title = f"What happened after question {number}"
        what = f'<p class="do">Shown for this guess: {escape(told.guess)}</p>'
        what += self.write(told.then)
        return asked + self.manner.later.replace("{title}", title).replace("{what}", what)

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


# ---- what is asked, by the way in which it is answered


def _letters(options: Iterable[Iterable[str]]) -> str:
    return f'<ol type="A">{"".join(f"<li>{escape(text)}</li>" for _, text in options)}</ol>'


def _radio(content: Mapping[str, Any]) -> str:
    return _letters(content["options"])


def _number(content: Mapping[str, Any]) -> str:
    return f"<p>{escape(content['label'])}: {_GAP} {escape(content['hint'])}</p>"


def _text(content: Mapping[str, Any]) -> str:
    return f'<div class="lines" aria-hidden="true">{"<div></div>" * content["rows"]}</div>'


def _selects(content: Mapping[str, Any]) -> str:
    fields = content["fields"]
    if all(options == fields[0][2] for _, _, options in fields):
        rows = "".join(f"<li>{escape(label)} {_GAP}</li>" for _, label, _ in fields)
        return f"<ol>{rows}</ol><p>Write one letter on each line:</p>{_letters(fields[0][2])}"
    lists = "".join(f"<li>{escape(label)} {_GAP}{_letters(opts)}</li>" for _, label, opts in fields)
    gaps = "".join(
        escape(piece["text"]) if "text" in piece else " … " for piece in content.get("sentence", ())
    )
    return (f"<p>Your sentence: {gaps}</p>" if gaps else "") + f"<ol>{lists}</ol>"


_GAP = '<span class="gap" role="img" aria-label="room to write"></span>'
_FORMS = {"radio": _radio, "number": _number, "text": _text, "selects": _selects}


# ---- what there is to say about the answers


def _verdicts(said: Iterable[Said], options: Iterable[tuple[str, str]], good: str) -> str:
    about = {each.option: each for each in said}
    lines = [
        (about[option].right, f"{letter}, {escape(text)}: {escape(about[option].text)}")
        for letter, (option, text) in zip(ascii_uppercase, options, strict=False)
    ]
    lines.sort(key=lambda line: not line[0])
    return "".join(
        f"<li><strong>{good}</strong> {line}</li>" if right else f"<li>{line}</li>"
        for right, line in lines
    )


def _about_radio(told: Told) -> str:
    if not told.said:
        return ""
    return f"<ul>{_verdicts(told.said, told.content['options'], 'Right:')}</ul>"


def _about_selects(told: Told) -> str:
    if not told.said:
        return ""
    fields = told.content["fields"]
    is_sentence = "sentence" in told.content
    rows = []
    for name, label, options in fields:
        said = [each for each in told.said if each.field == name]
        if is_sentence:
            rows.append(f"<li>{escape(label)}<ul>{_verdicts(said, options, 'Strong:')}</ul></li>")
            continue
        right = next(each.option for each in said if each.right)
        letter, text = next(
            (letter, text)
            for letter, (option, text) in zip(ascii_uppercase, options, strict=False)
            if option == right
        )
        hint = next((each.text for each in said if not each.right), "")
        rows.append(
            f"<li>{escape(label)} <strong>{letter}, {escape(text)}.</strong> "
            f"If you chose another: {escape(hint)}</li>"
        )
    return f"<ol>{''.join(rows)}</ol><p>{escape(told.done)}</p>"


def _nothing(told: Told) -> str:
    return ""


_ANSWERS = {
    "radio": _about_radio,
    "number": _nothing,
    "text": _nothing,
    "selects": _about_selects,
}


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
