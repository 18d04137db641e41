"""The words that the course explains, and how plain a text is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from course.errors import CourseError, Fault, FaultsFound
from course.folders import COURSE

FEWEST_WORDS, MOST_WORDS = 20, 35


def slug(text: str) -> str:
    """Return a text as a name for links: small letters, digits and single hyphens.

    Examples
    --------
    >>> slug("Person-centred care, for all")
    'person-centred-care-for-all'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


@dataclass(frozen=True, slots=True)
class Term:
    """One word or phrase, and what it means in plain words."""

    name: str
    definition: str

    @property
    def slug(self) -> str:
        """The name that lessons link to: ``#word-`` and then this."""
        return slug(self.name)


@dataclass(frozen=True, slots=True)
class Glossary:
    """Every word that the course explains, from A to Z."""

    terms: tuple[Term, ...]

    @property
    def slugs(self) -> frozenset[str]:
        """The names that lessons can link to."""
        return frozenset(term.slug for term in self.terms)

    def term(self, name: str) -> Term:
        """Return one term by its name.

        Raises
        ------
        CourseError
            The glossary doesn't have it.

        Examples
        --------
        >>> load_glossary().term("run chart").name
        'Run chart'
        """
        for term in self.terms:
            if term.slug == slug(name):
                return term
        raise CourseError(
            f"The glossary has no word {name!r}. Add it to course/glossary.md, or choose one of: "
            f"{', '.join(term.name for term in self.terms)}."
        )


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one lesson, which a notebook shows as a list with their meanings."""

    terms: tuple[Term, ...]

    def _repr_html_(self) -> str:
        entries = "".join(
            f'<dt id="word-{term.slug}" tabindex="-1"><strong>{escape(term.name)}</strong></dt>'
            f"<dd>{escape(term.definition)}</dd>"
            for term in self.terms
        )
        return f'<dl class="words">{entries}</dl>'


def words(*names: str) -> Words:
    """Return the words of a lesson with their meanings, for its "Words to know".

    Raises
    ------
    CourseError
        The glossary doesn't have one of them.

    Examples
    --------
    >>> [term.name for term in words("system", "run chart").terms]
    ['System', 'Run chart']
    """
    return Words(tuple(load_glossary().term(name) for name in names))


@cache
def load_glossary(path: Path = COURSE / "glossary.md") -> Glossary:
    """Read the glossary.

    Raises
    ------
    CourseError
        The file can't be read at all.
    FaultsFound
        The file has faults: all of them, each with its line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(
            f"{path} can't be read ({error}). Put the file back as UTF-8 text."
        ) from None
    return parse_glossary(text, path.name)


def parse_glossary(text: str, name: str = "glossary.md") -> Glossary:
    r"""Read a glossary from its text: a heading ``## Term``, then its definition.

    Parameters
    ----------
    text : str
        The glossary as Markdown. What stands before the first ``##`` is for authors.
    name : str
        The file, as its author knows it.

    Raises
    ------
    FaultsFound
        The text has faults: all of them, each with its line.

    Examples
    --------
    >>> parse_glossary("## System\n" + "word " * 20).terms[0].name
    'System'
    """
    entries = list(_entries(text))
    faults = [*_faults(entries)]
    if not entries:
        faults.append(Fault("the whole file", "has no words; write '## Word' and its meaning"))
    if faults:
        raise FaultsFound(name, faults)
    return Glossary(tuple(term for _, term in entries))


def _entries(text: str) -> Iterator[tuple[int, Term]]:
    """Yield each term with the line of its heading."""
    heading, start = "", 0
    lines: list[str] = []
    for number, line in enumerate([*text.splitlines(), "## "], start=1):
        if line.startswith("## "):
            if start:
                yield start, Term(heading, " ".join(" ".join(lines).split()))
            heading, start, lines = line[3:].strip(), number, []
        else:
            lines.append(line)


def _faults(entries: list[tuple[int, Term]]) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    previous = ""
    for line, term in entries:
        where = f"line {line} ({term.name})"
        count = len(term.definition.split())
        if not term.slug:
            yield Fault(where, "is a heading without a word; write '## Word'")
            continue
        if not count:
            yield Fault(where, "has no definition; write one below the heading")
        elif not FEWEST_WORDS <= count <= MOST_WORDS:
            yield Fault(
                where, f"is defined in {count} words; use {FEWEST_WORDS} to {MOST_WORDS} words"
            )
        if "#" in term.definition:
            yield Fault(where, "holds another heading; use '## ' for each word and no other level")
        if term.slug in seen:
            yield Fault(where, f"stands more than once (see {seen[term.slug]}); keep one")
        elif term.slug < previous:
            yield Fault(where, "is out of order; keep the words from A to Z")
        seen.setdefault(term.slug, f"line {line}")
        previous = max(previous, term.slug)


def reading_age(text: str) -> float:
    """Return about how old a reader must be to follow a text at ease, in years.

    The Flesch-Kincaid grade (Kincaid and colleagues, 1975) plus five years. A rough guide: it
    counts lengths, not sense. Each line counts as at least one sentence.

    Parameters
    ----------
    text : str
        Plain text of a few sentences or more.

    Raises
    ------
    ValueError
        The text has no words.

    Examples
    --------
    >>> round(reading_age("The cat sat on the mat. It was warm there."))
    3
    >>> reading_age("Organisational transformation necessitates interprofessional dialogue.") > 18
    True
    """
    found = re.findall(r"[A-Za-z][A-Za-z'’]*", text)
    if not found:
        raise ValueError("There are no words to read. Give a text of a few sentences.")
    pieces = re.split(r"[.!?:;]+(?:\s|$)|\n", text)
    sentences = sum(1 for piece in pieces if re.search("[A-Za-z]", piece))
    syllables = sum(_syllables(word.lower()) for word in found)
    return 0.39 * len(found) / sentences + 11.8 * syllables / len(found) - 15.59 + 5


def _syllables(word: str) -> int:
    """Count groups of vowels, less an ending that isn't spoken, as in "make" and "asked"."""
    silent = re.search(r"[^aeiouyl]e$|[^aeiouytd]ed$", word)
    return max(1, len(re.findall(r"[aeiouy]+", word)) - bool(silent))
