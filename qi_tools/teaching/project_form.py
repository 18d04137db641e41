"""The form of an improvement project: nobody needs code to write one down.

The browser draws the form and says what was written; `Draft` saves it in the project's file beside
the notebook, as it is written. What is told to the browser is always what this Python has: the
project, what was refused and why, and what two people wrote at the same time.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path, PureWindowsPath
from typing import Any

import traitlets

from qi_tools.errors import QIToolsError
from qi_tools.improvement.fields import Plain
from qi_tools.improvement.merging import Clash
from qi_tools.improvement.project import SECTIONS, Project, fields_of
from qi_tools.improvement.project_file import ProjectFile, ProjectNotSaved, written
from qi_tools.improvement.project_reading import as_plain
from qi_tools.improvement.project_words import in_words, name_of, record_at
from qi_tools.teaching.part import Part, QuestionInvalid, script, style
from qi_tools.teaching.project_draft import Draft, Held
from qi_tools.teaching.project_edits import Add, EditRefused, Move, Place, PutBack, Remove, SetField
from qi_tools.teaching.project_layout import GROUPS, PAGES, drawn_section, pages_named
from qi_tools.teaching.project_views import (
    TAKEN,
    ChartShelf,
    missing_of,
    shown_of,
    taken_away,
)

__all__ = ["ProjectForm", "project"]

MOST_OTHERS = 8
LONGEST_RAW = 200_000
BROKEN = (
    "That did not work, and nothing was changed. If it happens again, tell the person who looks "
    "after your course."
)

_log = logging.getLogger(__name__)


class ProjectForm(Part):
    """A project's form, and what is shown beside it.

    Attributes
    ----------
    held : dict
        The project as its file holds it, with what still waits to be saved.
    state : dict
        What there is to say: what was ``refused``, what ``clashes``, the ``trouble`` with the file,
        what ``others`` changed, when it was ``saved``, and so on. ``turn`` grows with every reply;
        ``heard`` is the number of the message that it answers.
    view : dict
        What is shown beside the fields: the ``page`` that it belongs to, ``pieces`` of HTML, and
        what the project lacks.
    """

    _esm = script("form.js", "project_records.js", "project.js")
    _css = style("form.css", "project.css")

    held = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    view = traitlets.Dict().tag(sync=True)

    def __init__(self, draft: Draft, pages: Sequence[str]) -> None:
        self._draft = draft
        self._charts = ChartShelf()
        sections = {name: drawn_section(SECTIONS[name]) for name in SECTIONS}
        groups = {
            title: [name for name in names if name in pages] for title, names in GROUPS.items()
        }
        super().__init__(
            kind="project",
            content={
                "file": draft.file.path.name,
                "pages": {
                    name: {
                        "title": PAGES[name].title,
                        "sections": list(PAGES[name].sections),
                        "isDrawn": PAGES[name].is_drawn,
                    }
                    for name in pages
                },
                "groups": [[title, names] for title, names in groups.items() if names],
                "sections": sections,
                "taken": [[name, taken.title, taken.label] for name, taken in TAKEN.items()],
            },
        )
        self._show()
        self.on_msg(self._on_message)

    @property
    def project(self) -> Project:
        """The project as it stands now."""
        return self._draft.shown

    def _on_message(self, _widget: object, message: object, _buffers: object) -> None:
        if not isinstance(message, dict):
            return
        heard = message.get("n")
        problem, added = "", ""
        try:
            added = self._do(message)
        except QIToolsError as error:
            problem = str(error)
        except Exception:  # whatever it was, the file is as before: say so
            _log.exception("the project's form could not do %s", message.get("do"))
            problem = BROKEN
        self._show(heard, problem=problem, added=added)

    def _do(self, message: Mapping[str, Any]) -> str:
        """Do what a message asks; give back the id of what was added."""
        draft = self._draft
        section, id, field = (_text(message, name) for name in ("section", "id", "field"))
        if section in SECTIONS and not SECTIONS[section].one:
            id = ""
        match message.get("do"):
            case "set":
                draft.make(SetField(section, id, field, message.get("raw"), message.get("was")))
            case "add":
                new = Add.new(section, _text(message, "under"))
                draft.make(new)
                self._tell_refusal(new.place)
                return new.id
            case "remove":
                draft.make(Remove(section, id))
                self._tell_refusal((section, id, ""))
            case "move":
                draft.make(Move(section, id, _text(message, "other")))
            case "settle":
                draft.settle((section, id, field), keep_mine=message.get("keep") == "mine")
            case "look":
                draft.look()
            case "seen":
                draft.others = ()
            case "show":
                self._paint(_text(message, "page"))
            case "take":
                self._send_file(_text(message, "what"))
        return ""

    def _tell_refusal(self, place: Place) -> None:
        """Tell at once what can't be mended in a field: what does not go with others' changes."""
        if refused := self._draft.refused.pop(place, None):
            raise EditRefused(refused.why)

    def _paint(self, page: str) -> None:
        shown = self.project
        said, gaps = missing_of(shown) if page == "check" else ("", [])
        self.view = {
            "page": page,
            "pieces": shown_of(shown, page, self._charts),
            "said": said,
            "gaps": gaps,
        }

    def _send_file(self, what: str) -> None:
        if what == "file":
            path = self._draft.file.path
            name, kind, data = path.name, "text/plain", written(self.project, path.suffix)
        else:
            taken = taken_away(self.project, what)
            name, kind, data = taken.name, taken.type, taken.data
        self.send({"do": "keep", "name": name, "type": kind}, buffers=[data])

    def _show(self, heard: object = None, *, problem: str = "", added: str = "") -> None:
        draft = self._draft
        shown = draft.shown
        others = draft.others[-MOST_OTHERS:]
        with self.hold_sync():
            self.held = _for_browser(shown)
            self.state = {
                "turn": self.state.get("turn", 0) + 1,
                "heard": heard if isinstance(heard, str) else "",
                "name": shown.about.name,
                "isRead": draft.is_read,
                "saved": draft.saved_at.isoformat() if draft.saved_at else "",
                "isExample": draft.is_example,
                "waits": len(draft.waiting),
                "trouble": None if draft.trouble is None else _trouble(draft),
                "refused": [
                    {
                        **_place(place),
                        "where": _where(shown, place),
                        "raw": _sendable(refused.raw),
                        "why": refused.why,
                    }
                    for place, refused in draft.refused.items()
                ],
                "clashes": [
                    {**_place(place), **_clash(shown, held)} for place, held in draft.held.items()
                ],
                "others": list(others),
                "more": len(draft.others) - len(others),
                "problem": problem,
                "added": added,
            }


def project(
    file: str = "project.toml",
    *,
    parts: Sequence[str] | None = None,
    start: str | None = None,
) -> ProjectForm:
    """Show the form of an improvement project.

    What is written is saved in the project's file beside the notebook, as it is written. Showing
    the form writes nothing.

    Parameters
    ----------
    file : str
        The name of the file in the current folder, ending in ``.toml`` or ``.json``. It need not
        exist yet.
    parts : sequence of str, optional
        Which pages of the form to show, such as ``("aim", "drivers")``; all unless given.
    start : str, optional
        The name of an example to begin from while there is no file: one of
        `qi_tools.improvement.examples.example_names`. The first change saves a copy of it.

    Returns
    -------
    ProjectForm
        A widget to show as the last line of a cell.

    Raises
    ------
    QuestionInvalid
        If the file is not a plain name, or there is no such part.
    ProjectInvalid
        If the file's name has another ending.
    ExampleUnknown
        If there is no such example.
    """
    pages = pages_named(parts)
    path = Path.cwd() / _checked_name(file)
    return ProjectForm(Draft(ProjectFile(path), _example(start)), pages)


def _example(name: str | None) -> Project | None:
    if name is None:
        return None
    from qi_tools.improvement.examples import example_project

    return example_project(name)


def _checked_name(file: object) -> str:
    """Give back the name of a file in the current folder, on any system."""
    if isinstance(file, str) and file and PureWindowsPath(file).name == file and "\0" not in file:
        return file
    raise QuestionInvalid(
        f"A project can't be kept in {file!r}. Give the name of a file in this folder, such as "
        "project.toml."
    )


def _text(message: Mapping[str, Any], name: str) -> str:
    given = message.get(name)
    return given if isinstance(given, str) else ""


def _sendable(raw: object) -> Any:
    """Give what a browser can be sent back to show it again; None for anything else."""
    match raw:
        case str():
            return raw if len(raw) <= LONGEST_RAW else None
        case bool() | int() | float():
            return raw if math.isfinite(raw) else None
        case date():
            return raw.isoformat()
        case list() | tuple():
            return [each for each in raw if isinstance(each, str)]
    return None


def _for_browser(project: Project) -> dict[str, Any]:
    def record(plain: Mapping[str, Plain]) -> dict[str, Any]:
        return {name: _sendable(value) for name, value in plain.items()}

    return {
        name: record(held) if isinstance(held, dict) else [*map(record, held)]
        for name, held in as_plain(project).items()
    }


def _place(place: Place) -> dict[str, str]:
    return dict(zip(("section", "id", "field"), place, strict=True))


def _where(project: Project, place: Place) -> str:
    """Say where something stands, as the form shows it."""
    section, id, field = SECTIONS[place[0]], place[1], place[2]
    said = section.title
    record = record_at(project, section.name, id) if section.one else None
    if record is not None:
        said += f", “{name_of(project, section.name, record)}”"
    return f"{said}: {fields_of(section.record)[field].label}" if field else said


def _trouble(draft: Draft) -> dict[str, Any]:
    kind = "unsaved" if isinstance(draft.trouble, ProjectNotSaved) else "invalid"
    return {"kind": kind, "lines": str(draft.trouble).splitlines()}


def _clash(project: Project, held: Held) -> dict[str, Any]:
    """Say what each of two people made of something."""
    edit, clash = held.edit, held.clash
    told = {"where": _where(project, edit.place), "raw": None, "mine": "", "theirs": ""}
    if isinstance(edit, SetField):
        mine = _said(project, clash, clash.mine)
        theirs = _said(project, clash, clash.theirs)
        return {**told, "what": "field", "raw": _sendable(edit.raw), "mine": mine, "theirs": theirs}
    if isinstance(edit, PutBack):
        section = SECTIONS[edit.place[0]]
        name = name_of(project, section.name, edit.record)
        labels = fields_of(section.record)
        lines = [
            f"{labels[each.field].label} {in_words(project, each.kind, each.kind.read(each.raw))}"
            for each in edit.edits
        ]
        return {
            **told,
            "what": "gone",
            "one": section.one,
            "theirs": name,
            "mine": "; ".join(lines),
        }
    return {**told, "what": "changed", "one": SECTIONS[edit.place[0]].one}


def _said(project: Project, clash: Clash, value: Plain | None) -> str:
    kind = fields_of(SECTIONS[clash.section].record)[clash.field]
    return in_words(project, kind, value)
