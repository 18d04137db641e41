"""The aim of a project: what will be better, for whom, by how much, by when, measured how.

The five parts are those of an aim in the Model for Improvement (Langley and others, The Improvement
Guide, 2009). The words that tell a weak aim are our choice, and what they find is a doubt: only a
person can say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from qi_tools.improvement.fields import Day, Line, Number, asked
from qi_tools.words import day_in_words, number_in_words

__all__ = ["Aim", "Weakness", "weaknesses"]

_FIGURES: Final = 6  # an aim of 99.95% must not read as 100%
_BEFORE, _BEHIND = ("£", "€", "$"), ("%", "°C")  # units that touch their number
#: "Fewer visits are missed" goes on with these words as they are; with others after "for".
_LEADS_ON: Final = re.compile(r"(?:for|by|among|in|at|on|of|with|across|who|when)\b", re.I)
_USUAL: Final = re.compile(
    r"(?:the|our|those|all|any|each|every|everyone|everybody|people|patients|staff|visitors|families"
    r"|carers|children|adults|women|men|nurses|doctors|how|number|share|percentage|proportion|rate"
    r"|average|mean|median|count|time|days|visits|appointments)\b",
    re.I,
)
#: Something that a team does. Whether anything gets better for it is another question.
_DOING: Final = re.compile(
    r"(?:(?:we|our aim is|the aim is|aim)\b(?: will| want| aim| plan| hope)?\s+)?(?:to\s+)?"
    r"(?:(?:introduc|launch|implement|train|writ|buy|creat|develop|install|purchas|teach|recruit)"
    r"(?:e|ing)?|(?:introduction|implementation) of|roll(?:ing)? out|set(?:ting)? up"
    r"|(?:have|having) an?)\b"
    r"|.*\b(?:is|are|gets?|be) "
    r"(?:introduced|launched|implemented|trained|rolled out|bought|set up|installed)\b",
    re.I,
)
_VAGUE: Final = re.compile(
    r"\b(?:better|best|improv\w*|optimi[sz]\w*|enhanc\w*|rais\w+ awareness|more efficien\w+"
    r"|excellen\w+)\b",
    re.I,
)
_SOON: Final = re.compile(
    r"\b(as soon as possible|asap|soon|in due course|as (?:and )?when)\b", re.I
)
_ALL: Final = re.compile(
    r"(?:for )?(?:everyone|everybody|(?:(?:all|every|each)(?: of)? )?(?:(?:the|our) )?"
    r"(?:patients?|staff|people|persons?|users|service users|nurses?|doctors?|employees))\W*",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Aim:
    """What will be better.

    Parameters
    ----------
    what : str
        Such as "Fewer appointments are missed".
    for_whom : str
        The people or the service.
    measure : str
        What is counted or measured.
    unit : str
        What the two numbers are counted in, such as "%".
    baseline, target : float or None
        Where the measure is now, and where it will be.
    by : datetime.date or None
        The day by which it will be there.
    """

    what: str = asked(
        Line("What will be better?", "Say what people will notice, such as: fewer missed visits.")
    )
    for_whom: str = asked(
        Line("For whom?", "Name the people and the place, such as: patients of the eye clinic.")
    )
    measure: str = asked(
        Line("Measured how?", "Say what is counted, such as: visits missed, of all booked.")
    )
    unit: str = asked(Line("Unit", "What the two numbers count: %, days, errors a week.", most=40))
    baseline: float | None = asked(Number("From: where is it now?", "A number you have counted."))
    target: float | None = asked(Number("To: where will it be?"))
    by: date | None = asked(Day("By when?", "One day that all will remember."))

    @property
    def sentence(self) -> str:
        """The aim as one sentence, of what is filled in; empty when nothing is.

        Examples
        --------
        >>> Aim("Fewer appointments are missed", "by patients of the eye clinic",
        ...     "those missed, of all booked", "%", 13, 8, date(2026, 3, 31)).sentence
        'Fewer appointments are missed by patients of the eye clinic: from 13% to 8% by 31 March \
2026, measured as those missed, of all booked.'
        >>> Aim(for_whom="Patients of the eye clinic", target=8, unit="days").sentence
        'For patients of the eye clinic: to 8 days.'
        """
        what, whom, measure = map(_bare, (self.what, self.for_whom, self.measure))
        if whom.casefold() in what.casefold():
            whom = ""  # said already
        else:
            whom = f"{'' if _LEADS_ON.match(whom) else 'for '}{_lower_first(whom)}"
        who = " ".join(filter(None, (what, whom)))
        by = f"by {day_in_words(self.by)}" if self.by else ""
        numbers = self._numbers()
        if numbers:
            who, when = f"{who}:" if who else "", f"{numbers} {by}".strip()
        else:
            when = by
        said = " ".join(filter(None, (who, when)))
        if measure:
            said += f"{', ' if said else ''}measured as {_lower_first(measure)}"
        return f"{said[0].upper()}{said[1:]}." if said else ""

    def _numbers(self) -> str:
        if self.target is None:
            return "" if self.baseline is None else f"now {_with_unit(self.baseline, self.unit)}"
        reach = f"to {_with_unit(self.target, self.unit)}"
        if self.baseline is None:
            return reach
        # "From 20 to 9 days", but "from 13% to 8%".
        unit = self.unit if self.unit in {*_BEFORE, *_BEHIND} else ""
        return f"from {_with_unit(self.baseline, unit)} {reach}"


@dataclass(frozen=True, slots=True)
class Weakness:
    """What an aim lacks.

    Parameters
    ----------
    field : str
        The field of `Aim`.
    lacks : str
        What it lacks, as one sentence.
    ask : str
        A question whose answer mends it.
    doubt : bool
        True when it may be right as it is: only a person can say.
    """

    field: str
    lacks: str
    ask: str
    doubt: bool = False


def weaknesses(aim: Aim) -> tuple[Weakness, ...]:
    """Say what an aim lacks, the most important first: what, by how much, how, for whom, by when.

    Parameters
    ----------
    aim : Aim

    Returns
    -------
    tuple of Weakness
        Empty for an aim that has all five parts and gives no cause for doubt.

    Examples
    --------
    >>> aim = Aim(what="Introduce a leaflet", target=100, unit="%")
    >>> for each in weaknesses(aim)[:2]:
    ...     print(f"{each.field}: {each.lacks}")
    what: "Introduce a leaflet" may be something that you do, not what gets better.
    baseline: The aim does not say where things are now.
    """
    return (*_of_what(aim), *_of_how_much(aim), *_of_the_rest(aim))


def _of_what(aim: Aim) -> Iterator[Weakness]:
    what = aim.what
    if not what:
        yield Weakness(
            "what", "The aim does not say what will be better.", "What will people notice?"
        )
    elif _DOING.match(what):
        yield Weakness(
            "what",
            f'"{what}" may be something that you do, not what gets better.',
            "When you have done it, what will be better for the people you serve?",
            doubt=True,
        )
    elif (found := _VAGUE.search(what)) and aim.target is None and not re.search(r"\d", what):
        yield Weakness(
            "what",
            f'"{found[0]}" may mean something else to each reader.',
            "What would you see or count if it had happened?",
            doubt=True,
        )


def _of_how_much(aim: Aim) -> Iterator[Weakness]:
    if aim.target is None:
        yield Weakness(
            "target",
            "The aim does not say by how much.",
            "Which number would be good enough to stop and celebrate?",
        )
    if aim.baseline is None:
        yield Weakness(
            "baseline",
            "The aim does not say where things are now.",
            "What was the number in the last weeks or months?",
        )
    if aim.target is None:
        return
    if aim.target == aim.baseline:
        yield Weakness(
            "target",
            "The target is where things are now.",
            "How much better would people notice?",
        )
    elif aim.target == 0 or (aim.target == 100 and aim.unit == "%"):
        number = "0" if aim.target == 0 else "100%"
        yield Weakness(
            "target",
            f"The target is {number}, with no room for a single exception.",
            "Can it ever be exactly that? If it can, keep it.",
            doubt=True,
        )


def _of_the_rest(aim: Aim) -> Iterator[Weakness]:
    if not aim.measure:
        yield Weakness(
            "measure", "The aim does not say how it is measured.", "What will you count, and where?"
        )
    if not aim.for_whom:
        yield Weakness(
            "for_whom",
            "The aim does not say for whom.",
            "Who will be better off, and in which place?",
        )
    elif _ALL.fullmatch(aim.for_whom):
        yield Weakness(
            "for_whom",
            f'"{aim.for_whom}" may be more people than one team can reach.',
            "In which place will you begin?",
            doubt=True,
        )
    if aim.by is None:
        soon = _SOON.search(" ".join((aim.what, aim.for_whom, aim.measure)))
        yield Weakness(
            "by",
            f'"{soon[0]}" is no date.' if soon else "The aim does not say by when.",
            "By which day will you be there?",
        )


def _with_unit(value: float, unit: str) -> str:
    number = number_in_words(value, _FIGURES)
    if unit in _BEFORE:
        return f"{unit}{number}"
    return f"{number}{unit}" if unit in _BEHIND else f"{number} {unit}".strip()


def _bare(words: str) -> str:
    return words.strip(" .,:;")


def _lower_first(words: str) -> str:
    """Begin with a small letter where a capital would look odd inside a sentence."""
    return words[0].lower() + words[1:] if _USUAL.match(words) or _LEADS_ON.match(words) else words
