"""Read a lesson without running it, and hold it against the lesson grammar.

The grammar, in the order in which a lesson follows it:

=================================  ==============  ================================================
heading                            cell tag        holds
=================================  ==============  ================================================
``# Title``                        --              the only level-1 heading
What you will learn                --              minutes in bold, the syllabus's objectives
Why this matters where you work    why             a story from clinical and non-clinical work
*your own headings*                predict         a prediction: ``predict`` or ``predict_number``
..                                 activity        what the prediction unlocks (its ``then``)
..                                 explain         what it means
..                                 check           questions with feedback for each choice
..                                 approach        the organisation's own approach
Check yourself                     check           questions on the whole lesson
One thing to do on Monday          monday          one small step at work
Key points                         key-points      what to remember
Words to know                      words           ``words("system", ...)`` from the glossary
For facilitators                   facilitator     one cell, folded: how to run it with a group
=================================  ==============  ================================================

A word of the glossary is linked as ``[any text](#word-clinical-audit)`` and listed in "Words to
know". An activity's id starts with its lesson's id, as in ``a1-monday``; the lesson's id starts the
file's name, as in ``a1_why_improvement.ipynb``. What an author must still write stands as
``{{write: ...}}``. Notes to authors are HTML comments.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token
from nbformat.validator import get_validator

from course.errors import CourseError, Fault
from course.folders import MODULES
from course.glossary import Glossary, reading_age, slug
from course.syllabus import Module, Syllabus


@dataclass(frozen=True, slots=True)
class Section:
    """A section that each lesson has: its heading, and the tag of its cells."""

    heading: str
    tag: str | None = None


LEARN = Section("What you will learn")
WHY = Section("Why this matters where you work", "why")
CHECK = Section("Check yourself", "check")
MONDAY = Section("One thing to do on Monday", "monday")
KEY_POINTS = Section("Key points", "key-points")
WORDS = Section("Words to know", "words")
FACILITATORS = Section("For facilitators", "facilitator")
OPENING = (LEARN, WHY)
CLOSING = (CHECK, MONDAY, KEY_POINTS, WORDS, FACILITATORS)

#: Each lesson has a prediction, what it unlocks, and what that means.
BODY_TAGS = ("predict", "activity", "explain")
TAGS = frozenset(
    {section.tag for section in (*OPENING, *CLOSING) if section.tag}
    | {*BODY_TAGS, "approach", "exercise", "solution", "hide-input"}
    | {"nbval-check-output", "nbval-ignore-output", "nbval-skip"}
)
#: Doses whose lessons never show code: nobody there needs to read any.
CODE_HIDDEN = ("all_staff", "board", "senior_leaders", "middle_managers")
#: Years of age at which everyone's lessons should read, at most.
READING_AGE = {"all_staff": 12.0}
#: An id that a machine made up: it changes whenever a cell is copied, so nothing can point at it.
MACHINE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8,}|\d.*")
CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
QUESTION_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
#: The id of the first question in a cell's code.
QUESTION_CALL = re.compile(
    r"\b(?:choice|predict|predict_number|written)\(\s*[\"']([a-z0-9][a-z0-9-]{0,63})[\"']"
)
PLACEHOLDER = re.compile(r"\{\{write:.*?\}\}|\b(?:TODO|TBC|TBD|FIXME|XXX)\b|(?i:lorem ipsum)", re.S)
WORD_LINK = "#word-"

_PARTS = {
    "choice": ("id", "question", "options"),
    "predict": ("id", "question", "options"),
    "predict_number": ("id", "question"),
    "written": ("id", "prompt"),
    "stepper": ("title", "frames"),
    "words": (),
}
_QUESTIONS = ("choice", "predict", "predict_number", "written")
_PREDICTIONS = ("predict", "predict_number")


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a lesson holds, read from its file without running it."""

    title: str
    module: str | None
    sections: tuple[str, ...]
    activities: tuple[str, ...]
    words: tuple[str, ...]


def read_lesson(path: Path) -> Lesson:
    """Read a lesson's title, sections, activities and words without running it.

    Parameters
    ----------
    path : Path
        The notebook. A learner may have changed it: a part that can't be read is left out.

    Raises
    ------
    CourseError
        The file isn't a notebook.

    Examples
    --------
    >>> lesson = read_lesson(MODULES / "1_all_staff" / "a1_why_improvement.ipynb")
    >>> lesson.module, lesson.title
    ('A1', 'Why improvement, and how we do it here')
    """
    page = _Page(path)
    return Lesson(
        title=next((heading.text for heading in page.headings if heading.level == 1), path.stem),
        module=module_id(path),
        sections=tuple(heading.text for heading in page.headings if heading.level == 2),
        activities=tuple(
            dict.fromkeys(
                call.id for call in page.calls if call.name in _QUESTIONS and call.id is not None
            )
        ),
        words=tuple(dict.fromkeys(name for name, _ in page.word_links)),
    )


def module_id(path: Path) -> str | None:
    """Return the id of the module that a lesson's file name starts with, if it does.

    Examples
    --------
    >>> module_id(Path("a1_why_improvement.ipynb")), module_id(Path("own_data.ipynb"))
    ('A1', None)
    """
    found = re.match(r"([a-f]\d+[a-z]?)_", path.name)
    return found[1].upper() if found else None


def check_notebook(
    path: Path, syllabus: Syllabus, glossary: Glossary, modules: Path = MODULES
) -> tuple[Fault, ...]:
    """Hold a notebook against the lesson grammar and return every fault at once.

    A lesson stands in the folder of its dose. Any other notebook, such as a reference notebook,
    is held only against what applies to all: headings, pictures, links, words, ids and outputs.

    Parameters
    ----------
    path : Path
        The notebook.
    syllabus : Syllabus
        Where objectives and minutes come from.
    glossary : Glossary
        The words that may be linked.
    modules : Path
        The folder of all notebooks.

    Raises
    ------
    CourseError
        The file isn't a notebook.
    """
    page = _Page(path)
    faults = [*_file_faults(page), *_heading_faults(page), *_picture_faults(page)]
    faults += [*_link_faults(page, modules), *_word_faults(page, glossary), *_code_faults(page)]
    folders = {dose.folder for dose in syllabus.doses}
    if path.resolve().parent.name in folders:
        lessons = {module.id: module for module in syllabus.modules}
        module = lessons.get(module_id(path) or "")
        if module is None:
            faults.append(
                Fault(
                    "file name",
                    f"{path.name!r} should start with the id of a module of the syllabus, "
                    "as in 'a1_why_improvement.ipynb'",
                )
            )
        else:
            faults += _lesson_faults(page, module, syllabus)
    return tuple(sorted(faults, key=lambda fault: _place(fault.where)))


# ---------------------------------------------------------------- reading


@dataclass(frozen=True, slots=True, eq=False)
class _Cell:
    number: int
    id: str | None
    kind: str
    source: str
    tags: tuple[str, ...]
    hidden: bool
    raw: Mapping[str, Any]

    @property
    def where(self) -> str:
        return f"cell {self.number} ({self.id})" if self.id else f"cell {self.number}"


@dataclass(frozen=True, slots=True)
class _Heading:
    cell: _Cell
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class _Call:
    """A call of a teaching part or of ``words``, as it stands in the code."""

    cell: _Cell
    name: str
    node: ast.Call
    locked: bool

    def part(self, name: str) -> ast.expr | None:
        for keyword in self.node.keywords:
            if keyword.arg == name:
                return keyword.value
        order = _PARTS[self.name]
        at = order.index(name) if name in order else len(self.node.args)
        return self.node.args[at] if at < len(self.node.args) else None

    @property
    def id(self) -> str | None:
        match self.part("id"):
            case ast.Constant(value=str(name)):
                return name
        return None


class _Page:
    """A notebook as a reader meets it: cells, headings, links, pictures and questions."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.content = _read(path)
        self.cells = tuple(
            _cell(number, raw) for number, raw in enumerate(self.content["cells"], start=1)
        )
        self.headings: list[_Heading] = []
        self.links: list[tuple[_Cell, str]] = []
        self.pictures: list[tuple[_Cell, str, str]] = []
        self.unnamed_svgs: list[_Cell] = []
        self.blocks: list[tuple[_Cell, str, bool]] = []
        for cell in self.cells:
            if cell.kind == "markdown":
                self._read_markdown(cell)
        self.code = {cell.number: _parsed(cell) for cell in self.cells if cell.kind == "code"}
        self.constants = _constants(tree for tree in self.code.values() if tree)
        self.calls = tuple(self._find_calls())
        for cell in self.cells:
            if cell.kind == "code":
                found = _Html(cell.source)
                self.unnamed_svgs += [cell] * found.unnamed_svgs

    @property
    def word_links(self) -> list[tuple[str, _Cell]]:
        size = len(WORD_LINK)
        return [(to[size:], cell) for cell, to in self.links if to.startswith(WORD_LINK)]

    def section(self, heading: str) -> tuple[_Cell, ...]:
        """Return the cells from a level-2 heading up to the next one."""
        tops = [each for each in self.headings if each.level <= 2]
        for each, following in zip_longest(tops, tops[1:]):
            if each.level == 2 and each.text == heading:
                last = following.cell.number - 1 if following else len(self.cells)
                return self.cells[each.cell.number - 1 : max(last, each.cell.number)]
        return ()

    def value(self, node: ast.expr | None) -> Any:
        """Return what a literal, or a name given a literal earlier, stands for; else None."""
        if isinstance(node, ast.Name):
            return self.constants.get(node.id)
        try:
            return ast.literal_eval(node) if node is not None else None
        except ValueError:
            return None

    def _read_markdown(self, cell: _Cell) -> None:
        tokens = _MARKDOWN.parse(_without_comments(cell.source))
        for token, inline in zip_longest(tokens, tokens[1:]):
            if token.type == "heading_open" and inline is not None:
                self.headings.append(_Heading(cell, int(token.tag[1]), _text(inline)))
            elif token.type in {"paragraph_open", "td_open"} and inline is not None:
                self.blocks.append((cell, _text(inline), token.level > 1))
            self._read_token(cell, token)

    def _read_token(self, cell: _Cell, token: Token) -> None:
        if token.type == "link_open":
            self.links.append((cell, str(token.attrGet("href"))))
        elif token.type == "image":
            self.pictures.append((cell, str(token.attrGet("src")), token.content))
        elif token.type == "html_block":
            self._read_html(cell, token.content)
        elif token.type == "inline":
            # Inline HTML comes tag by tag: only the whole line shows an <svg> with its <title>.
            if any(child.type == "html_inline" for child in token.children or ()):
                self._read_html(cell, token.content)
            for child in token.children or ():
                self._read_token(cell, child)

    def _read_html(self, cell: _Cell, text: str) -> None:
        found = _Html(text)
        self.links += [(cell, to) for to in found.links]
        self.pictures += [(cell, source, alt) for source, alt in found.pictures]
        self.headings += [_Heading(cell, level, title) for level, title in found.headings]
        self.unnamed_svgs += [cell] * found.unnamed_svgs

    def _find_calls(self) -> Iterator[_Call]:
        trees = {cell: tree for cell in self.cells if (tree := self.code.get(cell.number))}
        nodes = [node for tree in trees.values() for node in ast.walk(tree)]
        unlocked_by = [
            keyword.value
            for node in nodes
            if isinstance(node, ast.Call) and _called(node) in _PREDICTIONS
            for keyword in node.keywords
            if keyword.arg == "then"
        ]
        names = {node.id for node in unlocked_by if isinstance(node, ast.Name)}
        bodies = [node for node in unlocked_by if isinstance(node, ast.Lambda)] + [
            node for node in nodes if isinstance(node, ast.FunctionDef) and node.name in names
        ]
        locked = {id(node) for body in bodies for node in ast.walk(body)}
        for cell, tree in trees.items():
            found = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
            for node in sorted(found, key=lambda node: (node.lineno, node.col_offset)):
                name = _called(node)
                if name in _PARTS:
                    yield _Call(cell, name, node, id(node) in locked)


class _Html(HTMLParser):
    """Links, pictures and headings written as HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.pictures: list[tuple[str, str]] = []
        self.headings: list[tuple[int, str]] = []
        self.unnamed_svgs = 0
        self._heading: int | None = None
        self._svg: bool | None = None
        self.feed(text)
        self.close()
        if self._svg is not None:
            self.handle_endtag("svg")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "img":
            self.pictures.append((given.get("src", ""), given.get("alt", "")))
        elif tag == "svg":
            named = given.get("role") == "img" and bool(given.get("aria-label", "").strip())
            # None: a <title> inside may still name it.
            self._svg = named or given.get("aria-hidden") == "true"
            self._has_role = given.get("role") == "img"
        elif tag == "title" and self._svg is not None:
            self._svg = self._svg or self._has_role
        elif re.fullmatch("h[1-6]", tag):
            self._heading = int(tag[1])
            self.headings.append((self._heading, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "svg" and self._svg is not None:
            self.unnamed_svgs += not self._svg
            self._svg = None
        elif self._heading and tag == f"h{self._heading}":
            self._heading = None

    def handle_data(self, data: str) -> None:
        if self._heading:
            level, text = self.headings[-1]
            self.headings[-1] = (level, (text + data).strip())


_MARKDOWN = MarkdownIt("commonmark").enable("table")


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CourseError(f"{path} is not there. Give the path of a notebook.") from None
    except (OSError, ValueError) as error:
        raise CourseError(
            f"{path.name} can't be read as a notebook ({error}). Take an earlier copy of it."
        ) from None
    content = dict(_table(content))
    cells = content.get("cells")
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise CourseError(f"{path.name} is not a notebook: it has no cells. Choose an .ipynb file.")
    return content


def _cell(number: int, raw: Mapping[str, Any]) -> _Cell:
    source = raw.get("source", "")
    metadata = _table(raw.get("metadata"))
    tags = metadata.get("tags")
    return _Cell(
        number=number,
        id=raw.get("id") if isinstance(raw.get("id"), str) else None,
        kind=str(raw.get("cell_type")),
        source="".join(source) if isinstance(source, list) else str(source),
        tags=tuple(str(tag) for tag in tags) if isinstance(tags, list) else (),
        hidden=_table(metadata.get("jupyter")).get("source_hidden") is True,
        raw=raw,
    )


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _parsed(cell: _Cell) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an odd escape in a string is no reason to stop reading
        try:
            return ast.parse(cell.source)
        except (SyntaxError, ValueError):
            return None


def _constants(trees: Iterable[ast.Module]) -> dict[str, Any]:
    """Return the names that are given a literal value at the top of a cell."""
    found: dict[str, Any] = {}
    for tree in trees:
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                try:
                    found[node.targets[0].id] = ast.literal_eval(node.value)
                except ValueError:
                    found.pop(node.targets[0].id, None)
    return found


def _called(node: ast.Call) -> str:
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _text(token: Token) -> str:
    """Return the words of an inline token, without its marks."""
    shown = ("text", "code_inline", "softbreak", "hardbreak")
    pieces = (
        " " if child.type.endswith("break") else child.content
        for child in token.children or ()
        if child.type in shown
    )
    return " ".join("".join(pieces).split())


def _without_comments(source: str) -> str:
    """Take out authors' comments, keeping the lines."""
    return re.sub(r"<!--.*?-->", lambda found: "\n" * found[0].count("\n"), source, flags=re.S)


def _place(where: str) -> tuple[int, str]:
    """Sort faults as a reader meets them: the file, then cell by cell."""
    found = re.match(r"cell (\d+)", where)
    return (int(found[1]) if found else 0, "")


# ---------------------------------------------------------------- what holds for every notebook


def _file_faults(page: _Page) -> Iterator[Fault]:
    seen: Counter[str] = Counter()
    for cell in page.cells:
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
        for tag in cell.tags:
            if tag not in TAGS:
                yield Fault(cell.where, f"has the tag {tag!r}; use only: {', '.join(sorted(TAGS))}")
        for found in PLACEHOLDER.finditer(_without_comments(cell.source)):
            yield Fault(
                cell.where, f"still holds the placeholder {found[0]!r}; write your own text"
            )
    minor = page.content.get("nbformat_minor")
    if (page.content.get("nbformat"), minor) != (4, 5):
        yield Fault("file", "is in an old or unknown format; run qi-course tidy on the notebook")
    else:
        for error in get_validator(4, 5).iter_errors(page.content):  # type: ignore[no-untyped-call]
            number = re.search(r"cells\[(\d+)\]", error.message)
            broken = page.cells[int(number[1])] if number else None
            if broken is None or CELL_ID.fullmatch(broken.id or ""):
                where = broken.where if broken else "file"
                yield Fault(where, "is not valid in a notebook; take an earlier copy of it")


def _heading_faults(page: _Page) -> Iterator[Fault]:
    tops = [heading for heading in page.headings if heading.level == 1]
    if not tops:
        yield Fault("file", "has no title; start with a level-1 heading ('# Title')")
    for heading in tops[1:]:
        yield Fault(
            heading.cell.where,
            f"has another level-1 heading {heading.text!r}; keep one title and use '##'",
        )
    previous = 0
    for heading in page.headings:
        if previous and heading.level > previous + 1:
            yield Fault(
                heading.cell.where,
                f"jumps from heading level {previous} to level {heading.level} at "
                f"{heading.text!r}; use level {previous + 1}",
            )
        if not heading.text:
            yield Fault(heading.cell.where, "has a heading without words; give it some")
        previous = heading.level


def _picture_faults(page: _Page) -> Iterator[Fault]:
    for cell, source, alt in page.pictures:
        if not alt.strip() or alt.strip() == Path(source).name:
            yield Fault(
                cell.where,
                f"shows the picture {source!r} without a text alternative; say in words what it "
                "shows, as in ![Late jobs fall after week 12](chart.svg)",
            )
        if not urlsplit(source).scheme and not source.startswith("attachment:"):
            yield from _file_link_faults(cell, source, page.path)
        elif not source.startswith(("data:", "attachment:")):
            yield Fault(cell.where, f"loads {source!r} from the network; put the picture beside it")
    for cell in page.unnamed_svgs:
        yield Fault(
            cell.where,
            'has an <svg> without a text alternative; give it role="img" and an aria-label or '
            "a <title>",
        )


def _link_faults(page: _Page, modules: Path) -> Iterator[Fault]:
    # The lesson page makes an anchor of each heading: its words, small and joined by hyphens.
    anchors = {slug(heading.text) for heading in page.headings}
    for cell, to in page.links:
        parts = urlsplit(to)
        if PLACEHOLDER.search(unquote(to)) or to.startswith(WORD_LINK):
            continue
        if parts.scheme:
            if parts.scheme not in {"https", "http", "mailto"}:
                yield Fault(cell.where, f"links to {to!r}; use https, mailto or a file nearby")
        elif to.startswith("#"):
            if unquote(to[1:]) not in anchors:
                yield Fault(cell.where, f"links to {to!r}, which is no heading of this notebook")
        elif not to:
            yield Fault(cell.where, "has a link that goes nowhere; give it an address")
        else:
            yield from _file_link_faults(cell, parts.path, page.path)
            target = (page.path.parent / unquote(parts.path)).resolve()
            if modules.resolve() not in target.parents and modules.resolve() in (
                page.path.resolve().parents
            ):
                yield Fault(
                    cell.where,
                    f"links to {to!r}, outside the folder of all notebooks; learners don't have it",
                )


def _file_link_faults(cell: _Cell, to: str, path: Path) -> Iterator[Fault]:
    if to.startswith("/") or not (path.parent / unquote(to)).exists():
        yield Fault(cell.where, f"links to {to!r}, which is not there; mend the path")


def _word_faults(page: _Page, glossary: Glossary) -> Iterator[Fault]:
    listed: dict[str, _Cell] = {}
    for call in page.calls:
        if call.name == "words":
            for argument in call.node.args:
                name = page.value(argument)
                if isinstance(name, str):
                    if not PLACEHOLDER.search(name):
                        listed[slug(name)] = call.cell
                else:
                    yield Fault(call.cell.where, "lists a word that isn't written out in quotes")
    linked: dict[str, _Cell] = {}
    for name, cell in page.word_links:
        linked.setdefault(name, cell)
    for name, cell in {**listed, **linked}.items():
        if name not in glossary.slugs:
            yield Fault(
                cell.where,
                f"uses the word {name!r}, which the glossary doesn't explain; add it to "
                "course/glossary.md, or use plain words",
            )
    for name in linked.keys() - listed.keys():
        yield Fault(
            linked[name].where,
            f"links to the word {name!r}, which is not listed; add it to words(...)",
        )
    for name in listed.keys() - linked.keys():
        yield Fault(
            listed[name].where,
            f"lists the word {name!r}, which the text never links; write "
            f"[{name.replace('-', ' ')}]({WORD_LINK}{name}) where it first stands",
        )


def _code_faults(page: _Page) -> Iterator[Fault]:
    for cell in page.cells:
        if cell.kind == "code" and page.code[cell.number] is None:
            yield Fault(cell.where, "is not plain Python; mend it, or take out % and ! commands")
    seen: dict[str, _Cell] = {}
    for call in page.calls:
        if call.name in _QUESTIONS:
            yield from _question_faults(page, call)
            if call.id in seen:
                yield Fault(
                    call.cell.where,
                    f"has the activity id {call.id!r} of {seen[call.id].where}; each needs its own",
                )
            if call.id:
                seen.setdefault(call.id, call.cell)
        elif call.name == "stepper" and not call.locked:
            yield Fault(
                call.cell.where,
                "shows a stepper before a prediction; make it in the function that a prediction "
                "is given as 'then'",
            )
    for cell, following in zip_longest(page.cells, page.cells[1:]):
        if "exercise" in cell.tags and not (following and "solution" in following.tags):
            yield Fault(cell.where, "is an exercise without a solution; tag the next 'solution'")


def _question_faults(page: _Page, call: _Call) -> Iterator[Fault]:
    where, name = call.cell.where, call.id
    if name is None:
        yield Fault(where, f"has a {call.name} without an id in quotes; give it one")
        return
    if not QUESTION_ID.fullmatch(name):
        yield Fault(where, f"has the activity id {name!r}; use small letters, digits and hyphens")
    if call.name in _PREDICTIONS and call.part("then") is None:
        yield Fault(where, f"has the prediction {name!r} that unlocks nothing; give it 'then'")
    if call.name not in {"choice", "predict"}:
        return
    options = page.value(call.part("options"))
    if not isinstance(options, dict) or len(options) < 2:
        yield Fault(
            where, f"has no options to read for {name!r}; write two or more out as {{'id': 'text'}}"
        )
        return
    if call.name == "choice":
        yield from _feedback_faults(page, call, options)


def _feedback_faults(page: _Page, call: _Call, options: Mapping[str, str]) -> Iterator[Fault]:
    where, name = call.cell.where, call.id
    right, feedback = call.part("right"), call.part("feedback")
    if right is None and feedback is None:
        if {"check", "exercise"} & set(call.cell.tags):
            yield Fault(where, f"has the question {name!r} without 'right' and 'feedback'")
        return
    if page.value(right) not in options:
        yield Fault(where, f"says no right option for {name!r}; choose from: {', '.join(options)}")
    given = page.value(feedback)
    given = given if isinstance(given, dict) else {}
    for option in options:
        if not str(given.get(option, "")).strip():
            yield Fault(where, f"gives no feedback on option {option!r} of {name!r}; write it")
    for option in given.keys() - options.keys():
        yield Fault(where, f"gives feedback on {option!r}, which is no option of {name!r}")


# ---------------------------------------------------------------- what holds for lessons


def _lesson_faults(page: _Page, module: Module, syllabus: Syllabus) -> Iterator[Fault]:
    folder = syllabus.dose(module.dose).folder
    here = f"{page.path.resolve().parent.name}/{page.path.name}"
    if (module.notebook or here) != here or not here.startswith(folder):
        yield Fault(
            "file name", f"is {here}; the syllabus has {module.notebook or folder} for {module.id}"
        )
    yield from _syllabus_faults(page, module)
    yield from _section_faults(page)
    yield from _body_faults(page)
    prefix = f"{module.id.lower()}-"
    for call in page.calls:
        if call.id is not None and not call.id.startswith(prefix):
            yield Fault(
                call.cell.where, f"has the activity id {call.id!r}; start it with {prefix!r}"
            )
    if module.dose in CODE_HIDDEN:
        for cell in page.cells:
            if cell.kind == "code" and not (cell.hidden and "hide-input" in cell.tags):
                yield Fault(
                    cell.where,
                    "shows code; set jupyter.source_hidden to true and the tag 'hide-input'",
                )
    yield from _reading_faults(page, module)


def _syllabus_faults(page: _Page, module: Module) -> Iterator[Fault]:
    for heading in page.headings[:1]:
        if heading.text != module.title:
            yield Fault(
                heading.cell.where,
                f"has the title {heading.text!r}; the syllabus has {module.title!r}",
            )
    section = page.section(LEARN.heading)
    if not section:
        return
    where = section[0].where
    lines = [(text, listed) for cell, text, listed in page.blocks if cell in section]
    total = next((_minutes(text) for text, listed in lines if not listed and _minutes(text)), None)
    if total != module.minutes:
        yield Fault(where, f"says {total} minutes in all; the syllabus has {module.minutes}")
    if not module.objectives:
        return
    wanted = {objective.text: objective.minutes for objective in module.objectives}
    given = {
        re.sub(r"\s*\(\d+ minutes?\)$", "", text): _minutes(text)
        for text, listed in lines
        if listed
    }
    for text, minutes in given.items():
        if text not in wanted:
            yield Fault(where, f"has the objective {text!r}, which the syllabus doesn't have")
        elif minutes != wanted[text]:
            yield Fault(
                where, f"gives {minutes} minutes to {text!r}; the syllabus has {wanted[text]}"
            )
    for text, minutes in wanted.items():
        if text not in given:
            yield Fault(where, f"lacks the objective '{text} ({minutes} minutes)'")
    if list(given) != list(wanted) and given.keys() == wanted.keys():
        yield Fault(where, "has the objectives in another order than the syllabus")


def _minutes(text: str) -> int | None:
    found = re.search(r"(\d+) minutes?", text)
    return int(found[1]) if found else None


def _section_faults(page: _Page) -> Iterator[Fault]:
    found = [heading for heading in page.headings if heading.level == 2]
    names = [heading.text for heading in found]
    fixed = [section.heading for section in (*OPENING, *CLOSING)]
    for section in (*OPENING, *CLOSING):
        if section.heading not in names:
            yield Fault("file", f"lacks the section '## {section.heading}'")
        elif names.count(section.heading) > 1:
            yield Fault("file", f"has the section '## {section.heading}' more than once")
        else:
            yield from _one_section_faults(page, section)
    own = [name for name in names if name not in fixed]
    present = [name for name in dict.fromkeys(names) if name in fixed]
    if present != [name for name in fixed if name in names]:
        yield Fault("file", f"has its sections out of order; keep this order: {', '.join(fixed)}")
    elif own and set(present) == set(fixed):
        start, end = names.index(WHY.heading), names.index(CHECK.heading)
        for heading in found[: start + 1] + found[end:]:
            if heading.text not in fixed:
                yield Fault(
                    heading.cell.where,
                    f"has the section {heading.text!r} outside the lesson's middle; put it "
                    f"between '{WHY.heading}' and '{CHECK.heading}'",
                )
    if not own:
        yield Fault("file", "has no section of its own; add one or more with '## '")
    for name in own:
        cells = page.section(name)
        if _is_empty(cells):
            yield Fault(cells[0].where, f"has nothing under '## {name}'; write it")


def _one_section_faults(page: _Page, section: Section) -> Iterator[Fault]:
    cells = page.section(section.heading)
    if _is_empty(cells):
        yield Fault(cells[0].where, f"has nothing under '## {section.heading}'; write it")
    if section.tag is None:
        return
    for cell in cells:
        if section.tag not in cell.tags:
            yield Fault(
                cell.where, f"stands in '{section.heading}' without the tag {section.tag!r}; add it"
            )
    tops = [heading for heading in page.headings if heading.cell == cells[0] and heading.level < 3]
    if len(tops) > 1:
        yield Fault(cells[0].where, f"holds more than '{section.heading}'; give it its own cell")
    if section == FACILITATORS and len(cells) > 1:
        yield Fault(cells[1].where, "splits the facilitator note; keep it in one cell, for folding")
    if section == WORDS and not any(
        call.name == "words" and call.node.args and call.cell in cells for call in page.calls
    ):
        yield Fault(cells[0].where, 'lists no words; add a code cell with words("system", ...)')
    if section == CHECK and not any(
        call.name == "choice" and call.cell in cells for call in page.calls
    ):
        yield Fault(cells[0].where, "asks nothing; add a choice with feedback for each option")


def _is_empty(cells: Iterable[_Cell]) -> bool:
    text = "\n".join(_without_comments(cell.source) for cell in cells)
    return not any(line.strip() and not line.startswith("#") for line in text.splitlines())


def _body_faults(page: _Page) -> Iterator[Fault]:
    for tag in BODY_TAGS:
        if not any(tag in cell.tags for cell in page.cells):
            yield Fault("file", f"has no cell tagged {tag!r}; a lesson has: {', '.join(BODY_TAGS)}")
    predicted = False
    section = ""
    starts = {heading.cell: heading.text for heading in page.headings if heading.level == 2}
    for cell in page.cells:
        if cell in starts and starts[cell] != section:
            section, predicted = starts[cell], False
        asks = any(call.cell == cell and call.name in _PREDICTIONS for call in page.calls)
        if "predict" in cell.tags and cell.kind == "code" and not asks:
            yield Fault(cell.where, "is tagged 'predict' but asks for no prediction")
        predicted = predicted or asks
        if "activity" in cell.tags and not predicted:
            yield Fault(
                cell.where, "is an activity without a prediction before it; put predict(...) first"
            )


def _reading_faults(page: _Page, module: Module) -> Iterator[Fault]:
    if module.dose not in READING_AGE:
        return
    # Objectives are the syllabus's own words; facilitators are not "all staff".
    skipped = {*page.section(LEARN.heading), *page.section(FACILITATORS.heading)}
    lines = [PLACEHOLDER.sub("", text) for cell, text, _ in page.blocks if cell not in skipped]
    if sum(len(line.split()) for line in lines) < 100:
        return
    age, limit = reading_age("\n".join(lines)), READING_AGE[module.dose]
    if age > limit:
        yield Fault(
            "file",
            f"reads at about age {age:.1f}; use shorter words and sentences (at most {limit:.0f})",
        )
