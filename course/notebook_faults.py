"""What is wrong with a notebook, lesson or not: its file, headings, pictures, links and code."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from urllib.parse import unquote

from nbformat.validator import get_validator

from course.errors import Fault
from course.folders import learner_place
from course.glossary import Glossary, slug
from course.markup import without_comments
from course.notebook import CELL_ID, MACHINE_ID, WORD_LINK, Cell, Notebook
from course.question_faults import question_faults

#: What an author must still write.
PLACEHOLDER = re.compile(r"\{\{write:.*?\}\}|\b(?:TODO|TBC|TBD|FIXME|XXX)\b|(?i:lorem ipsum)", re.S)


def notebook_faults(notebook: Notebook, glossary: Glossary, modules: Path) -> Iterator[Fault]:
    """Yield every fault that no notebook of the course may have.

    Parameters
    ----------
    notebook : Notebook
        The notebook.
    glossary : Glossary
        The words that may be linked.
    modules : Path
        The folder of all notebooks.
    """
    yield from _file_faults(notebook)
    yield from _heading_faults(notebook)
    yield from _picture_faults(notebook, modules)
    yield from _link_faults(notebook, modules)
    yield from _word_faults(notebook, glossary)
    yield from _code_faults(notebook)
    yield from question_faults(notebook)


def _file_faults(notebook: Notebook) -> Iterator[Fault]:
    seen: Counter[str] = Counter()
    for cell in notebook.cells:
        seen[cell.id or ""] += 1
        if cell.id is None:
            yield Fault(cell.where, "has no id; run qi-course tidy on the notebook")
        elif not CELL_ID.fullmatch(cell.id):
            yield Fault(cell.where, "has an id that isn't allowed; run qi-course tidy")
        elif MACHINE_ID.fullmatch(cell.id):
            yield Fault(cell.where, "has an id that a machine made up; run qi-course tidy")
        elif seen[cell.id] > 1:
            yield Fault(cell.where, "has the id of an earlier cell; run qi-course tidy")
        if cell.raw.get("execution_count") is not None:
            yield Fault(cell.where, "keeps an execution count; run qi-course tidy")
        if cell.raw.get("outputs") and "nbval-check-output" not in cell.tags:
            yield Fault(cell.where, "keeps outputs; run qi-course tidy on the notebook")
        for found in PLACEHOLDER.finditer(without_comments(cell.source)):
            yield Fault(
                cell.where, f"still holds the placeholder {found[0]!r}; write your own text"
            )
    content = notebook.content
    if (content.get("nbformat"), content.get("nbformat_minor")) != (4, 5):
        yield Fault("file", "is in an old or unknown format; run qi-course tidy on the notebook")
        return
    for error in get_validator(4, 5).iter_errors(content):  # type: ignore[no-untyped-call]
        number = re.search(r"cells\[(\d+)\]", error.message)
        broken = notebook.cells[int(number[1])] if number else None
        if broken is None or CELL_ID.fullmatch(broken.id or ""):
            where = broken.where if broken else "file"
            yield Fault(where, "is not valid in a notebook; take an earlier copy of it")


def _heading_faults(notebook: Notebook) -> Iterator[Fault]:
    titles = [(cell, heading) for cell, heading in notebook.headings if heading.level == 1]
    if not titles:
        yield Fault("file", "has no title; start with a level-1 heading ('# Title')")
    for cell, title in titles[1:]:
        yield Fault(
            cell.where,
            f"has another level-1 heading {title.text!r}; keep one title and use '##'",
        )
    previous = 0
    for cell, heading in notebook.headings:
        if previous and heading.level > previous + 1:
            yield Fault(
                cell.where,
                f"jumps from heading level {previous} to level {heading.level} at "
                f"{heading.text!r}; use level {previous + 1}",
            )
        if not heading.text:
            yield Fault(cell.where, "has a heading without words; give it some")
        previous = heading.level


def _picture_faults(notebook: Notebook, modules: Path) -> Iterator[Fault]:
    for cell in notebook.cells:
        for picture in cell.markup.pictures:
            source, alt = picture.source, picture.alt.strip()
            if not alt or alt == posixpath.basename(source):
                yield Fault(
                    cell.where,
                    f"shows the picture {source!r} without a text alternative; say in words what "
                    "it shows, as in ![Late jobs fall after week 12](chart.svg)",
                )
            scheme = _scheme(source)
            if not scheme:
                yield from _path_faults(cell, source, notebook.path, modules)
            elif scheme not in {"data", "attachment"}:
                yield Fault(
                    cell.where, f"loads {source!r} from the network; put the picture beside it"
                )
        if cell.markup.unnamed_svgs:
            yield Fault(
                cell.where,
                'has an <svg> without a text alternative; give it role="img" and an aria-label '
                "or a <title>",
            )


def _link_faults(notebook: Notebook, modules: Path) -> Iterator[Fault]:
    # The lesson page makes an anchor of each heading: its words, small and joined by hyphens.
    anchors = {slug(heading.text) for _, heading in notebook.headings}
    for cell in notebook.cells:
        for to in cell.markup.links:
            scheme = _scheme(to)
            if PLACEHOLDER.search(unquote(to)) or to.startswith(WORD_LINK):
                continue
            if not to:
                yield Fault(cell.where, "has a link that goes nowhere; give it an address")
            elif to.startswith("#"):
                if unquote(to[1:]) not in anchors:
                    yield Fault(
                        cell.where, f"links to {to!r}, which is no heading of this notebook"
                    )
            elif not scheme:
                yield from _path_faults(cell, to, notebook.path, modules)
            elif scheme not in {"https", "http", "mailto"}:
                yield Fault(cell.where, f"links to {to!r}; use https, mailto or a file nearby")


def _scheme(address: str) -> str:
    """Return what comes before the colon, as in ``https``; nothing for a file nearby."""
    found = re.match(r"([a-z][a-z0-9+.-]*):", address, flags=re.I)
    return found[1].lower() if found else ""


def _path_faults(cell: Cell, to: str, path: Path, modules: Path) -> Iterator[Fault]:
    """Follow a path as it leads in a learner's own folder, where modules are laid out anew."""
    path, modules = path.resolve(), modules.resolve()
    name = unquote(re.split("[?#]", to)[0])
    as_written = path.parent / name
    here = posixpath.dirname(learner_place(path, modules) or "")
    if here:
        there = posixpath.normpath(posixpath.join(here, name))
        meant = modules / there.removeprefix("lessons/")
        found = meant.is_file() and learner_place(meant, modules) == there
    else:
        found = as_written.is_file() and not name.startswith("/")
    if found:
        return
    if not as_written.is_file():
        yield Fault(cell.where, f"links to {to!r}, which is not there; mend the path")
    elif place := learner_place(as_written.resolve(), modules):
        right = posixpath.relpath(place, here)
        yield Fault(cell.where, f"links to {to!r}; in a learner's own folder that is {right!r}")
    else:
        yield Fault(cell.where, f"links to {to!r}, which learners don't have; put it in modules")


def _word_faults(notebook: Notebook, glossary: Glossary) -> Iterator[Fault]:
    listed: dict[str, Cell] = {}
    for call in notebook.calls:
        for argument in call.node.args if call.name == "words" else ():
            name = notebook.value(argument)
            if not isinstance(name, str):
                yield Fault(call.cell.where, "lists a word that isn't written out in quotes")
            elif not PLACEHOLDER.search(name):
                listed[slug(name)] = call.cell
    linked = notebook.word_links
    for name, cell in {**listed, **linked}.items():
        if name not in glossary.slugs:
            yield Fault(
                cell.where,
                f"uses the word {name!r}, which the glossary doesn't explain; add it to "
                "course/glossary.md, or use plain words",
            )
    for name, cell in linked.items():
        if name not in listed:
            yield Fault(
                cell.where, f"links to the word {name!r}, which is not listed; add it to words(...)"
            )
    for name, cell in listed.items():
        if name not in linked:
            yield Fault(
                cell.where,
                f"lists the word {name!r}, which the text never links; write "
                f"[{name.replace('-', ' ')}]({WORD_LINK}{name}) where it first stands",
            )


def _code_faults(notebook: Notebook) -> Iterator[Fault]:
    for cell, following in zip_longest(notebook.cells, notebook.cells[1:]):
        if cell.kind == "code" and cell.tree is None:
            yield Fault(cell.where, "is not plain Python; mend it, or take out % and ! commands")
        if "exercise" in cell.tags and not (following and "solution" in following.tags):
            yield Fault(cell.where, "is an exercise without a solution; tag the next 'solution'")
