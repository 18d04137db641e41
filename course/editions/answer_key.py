"""What there is to say at the end about the answers to each kind of question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from html import escape
from string import ascii_uppercase

from course.editions.told import Said, Told


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


def _options(told: Told) -> str:
    return f"<ul>{_verdicts(told.said, told.content['options'], 'Right:')}</ul>"


def _selects(told: Told) -> str:
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
        rows.append(
            f"<li>{escape(label)} <strong>{letter}, {escape(text)}.</strong> "
            f"If you chose another: {escape(_hint(said))}</li>"
        )
    return f"<ol>{''.join(rows)}</ol><p>{escape(told.done)}</p>"


def _tree(told: Told) -> str:
    right = {(each.field, each.option) for each in told.said if each.right}
    fields = told.content["fields"]
    rows = []
    # Each measure has two lists: its kind, and what it feeds.
    measures = zip(told.content["measures"], fields[::2], fields[1::2], strict=True)
    for (_, measure), (kind, _, kinds), (feeds, _, others) in measures:
        hint = _hint(each for each in told.said if each.field == feeds)
        called = next(text for option, text in kinds if (kind, option) in right)
        above = " or ".join(f"“{text}”" for option, text in others if (feeds, option) in right)
        rows.append(
            f"<li>{escape(measure)}: <strong>{escape(called)}; it feeds {escape(above)}.</strong> "
            f"{escape(hint)}</li>"
        )
    return f"<ul>{''.join(rows)}</ul><p>{escape(told.done)}</p>"


def _hint(said: Iterable[Said]) -> str:
    return next((each.text for each in said if not each.right), "")


def _number(told: Told) -> str:
    right, less, more = told.said
    return (
        f"<p><strong>{escape(right.option)}.</strong> {escape(right.text)}</p>"
        f"<ul><li>If you had less: {escape(less.text)}</li>"
        f"<li>If you had more: {escape(more.text)}</li></ul>"
    )


def _order(told: Told) -> str:
    texts = dict(told.content["items"])
    rows = "".join(
        f"<li><strong>{escape(texts[each.option])}.</strong>"
        + (f" If you had it earlier: {escape(each.text)}" if each.text else "")
        + "</li>"
        for each in told.said
    )
    return f"<ol>{rows}</ol><p>{escape(told.done)}</p>"


def _verdict(told: Told) -> str:
    [common] = told.said
    letter, (_, text) = list(zip("AB", told.content["verdicts"], strict=True))[not common.right]
    return f"<p><strong>Right:</strong> {letter}, {escape(text)}. {escape(common.text)}</p>"


_KEYS: Mapping[str, Callable[[Told], str]] = {
    "checks": _options,
    "order": _order,
    "radio": _options,
    "selects": _selects,
    "tree": _tree,
    "typed": _number,
    "verdict": _verdict,
}


def answer_to(told: Told) -> str:
    """Say what is right and why, as HTML; nothing where no answer is right or wrong."""
    return _KEYS[told.kind](told) if told.said else ""
