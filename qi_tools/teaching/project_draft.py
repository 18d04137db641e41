"""A project while someone works on it in a form: each edit is saved as it is made.

Nothing that was written is lost on the way to the file:

- what can't be right is refused, kept as it was written, and told with its reason;
- what someone else changed too is held until it is settled which to keep;
- what the disk would not take, or a file that can't be read, waits until it can be saved.

All else goes on being saved meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from qi_tools.improvement.merging import Clash
from qi_tools.improvement.project import SECTIONS, Project
from qi_tools.improvement.project_file import EditsClash, ProjectFile, ProjectNotSaved
from qi_tools.improvement.project_reading import ProjectInvalid
from qi_tools.improvement.project_words import differences, record_at
from qi_tools.teaching.project_edits import Edit, EditRefused, Place, PutBack, SetField

__all__ = ["Draft", "Held", "Refused"]


@dataclass(frozen=True, slots=True)
class Refused:
    """An edit that was not taken.

    Parameters
    ----------
    raw : object
        What was written; None where nothing was.
    why : str
    """

    raw: object
    why: str


@dataclass(frozen=True, slots=True)
class Held:
    """An edit that waits until someone says which to keep.

    Parameters
    ----------
    edit : Edit
    clash : Clash
        What each made of it.
    """

    edit: Edit
    clash: Clash


class Draft:
    """The project as one form has it.

    Attributes
    ----------
    base : Project
        What the file held when it was last read or saved here, or an example to begin from.
    refused : dict of Place to Refused
    held : dict of Place to Held
    waiting : list of Edit
        Sound edits that could not be saved yet, in order.
    trouble : ProjectInvalid, ProjectNotSaved or None
        Why they could not.
    others : tuple of str
        What someone else changed, each in a few words, since that was last taken notice of.
    saved_at : datetime.datetime or None
    is_example : bool
        Whether it is an example of which no copy was saved yet.
    """

    def __init__(self, file: ProjectFile, start: Project | None = None) -> None:
        self.file = file
        self.base = Project()
        self.is_read = False
        self.refused: dict[Place, Refused] = {}
        self.held: dict[Place, Held] = {}
        self.waiting: list[Edit] = []
        self.trouble: ProjectInvalid | ProjectNotSaved | None = None
        self.others: tuple[str, ...] = ()
        self.saved_at: datetime | None = None
        self._gone: dict[tuple[str, str], Any] = {}
        self.look()
        if start is not None and self.is_read and not file.path.exists():
            self.base = start
        self.is_example = self.base != Project() and not file.path.exists()

    @property
    def shown(self) -> Project:
        """The project with what waits to be saved."""
        project = self.base
        for edit in self.waiting:
            try:
                project = edit.applied(project)
            except EditRefused:  # it is told when it is tried again
                continue
        return project

    def make(self, edit: Edit) -> None:
        """Make an edit and save it, with all that still waits to be saved.

        Raises
        ------
        EditRefused
            If there is no such field or list, or it can't be done. What can't be right in a field
            is kept in `refused`.
        """
        if isinstance(edit, SetField):
            where = edit.section, edit.id
            _ = edit.kind  # refused where there is none
            if where not in self._gone and record_at(self.shown, *where) is None:
                raise EditRefused(f"This {SECTIONS[edit.section].one} is not there any more.")
        self.refused.pop(edit.place, None)
        self.held.pop(edit.place, None)
        if not self._takes_up_what_is_gone(edit):
            try:
                edit.applied(self.shown)
            except EditRefused as refused:
                if not isinstance(edit, SetField):
                    raise
                self._refuse(edit, refused)
            else:
                self._wait(edit)
        self.save()

    def settle(self, place: Place, *, keep_mine: bool) -> None:
        """Say which of two people's words to keep; nothing happens where nothing is held."""
        held = self.held.pop(place, None)
        if held is None or not keep_mine:
            return
        edit = held.edit
        if isinstance(edit, SetField):
            # Theirs has been seen by now: only a third person's words would be another clash.
            edit = replace(edit, was=held.clash.theirs)
        self.make(edit)

    def look(self) -> None:
        """Read the file again, and save what waits."""
        if not self.is_read or self.file.path.exists():
            try:
                self._take(self.file.load())
            except ProjectInvalid as error:
                self.trouble = error
                return
        self.trouble, self.is_read = None, True
        self.save()

    def save(self) -> None:
        """Save what waits, one edit after another; what can't be saved goes on waiting."""
        if not self.is_read:
            return
        self.trouble = None
        while self.waiting:
            try:
                self._save(self.waiting[0])
            except (ProjectInvalid, ProjectNotSaved) as error:
                self.trouble = error
                return
            del self.waiting[0]

    def _wait(self, edit: Edit) -> None:
        """Put an edit behind those that wait; of one field only the latest waits."""
        if isinstance(edit, SetField):
            for earlier in self.waiting:
                if isinstance(earlier, SetField) and earlier.place == edit.place:
                    self.waiting.remove(earlier)
                    edit = replace(edit, was=earlier.was)
                    break
        self.waiting.append(edit)

    def _save(self, edit: Edit) -> None:
        if self.base != Project() and not self.file.path.exists():
            self._write_what_is_shown()
        if self._takes_up_what_is_gone(edit):
            return
        try:
            mine = edit.applied(self.base)
        except EditRefused as refused:
            self._refuse(edit, refused)
            return
        try:
            now = self.file.save(mine, edit.before(self.base))
        except EditsClash as clash:
            self._take(clash.theirs)
            self._hold(edit, clash)
        else:
            self._take(now, mine)
            self.saved_at, self.is_example = datetime.now(UTC), False

    def _write_what_is_shown(self) -> None:
        """Write an example that nobody changed yet, or a file that was taken away."""
        try:
            self.file.save(self.base, Project())
        except EditsClash:  # someone else was quicker: now there is a file to merge with
            return

    def _takes_up_what_is_gone(self, edit: Edit) -> bool:
        """Hold what was written into a record that someone else took away meanwhile."""
        if not isinstance(edit, SetField):
            return False
        where = edit.section, edit.id
        if where not in self._gone or record_at(self.base, *where) is not None:
            return False
        there = self.held.get((*where, ""))
        earlier = there.edit.edits if there and isinstance(there.edit, PutBack) else ()
        kept = (each for each in earlier if each.field != edit.field)
        back = PutBack(self._gone[where], (*kept, edit))
        try:
            back.applied(self.base)
        except EditRefused as refused:
            self._refuse(edit, refused)
        else:
            self.held[back.place] = Held(back, Clash(*where, "", edit.id, None))
        return True

    def _hold(self, edit: Edit, error: EditsClash) -> None:
        """Keep an edit until it is settled, or tell why it can't be made any more."""
        if not error.clashes:
            try:
                edit.applied(self.base)
            except EditRefused as refused:
                self._refuse(edit, refused)
            else:
                self._refuse(edit, EditRefused("It does not go with what someone else changed."))
        elif not self._takes_up_what_is_gone(edit):
            self.held[edit.place] = Held(edit, error.clashes[0])

    def _refuse(self, edit: Edit, refused: EditRefused) -> None:
        raw = edit.raw if isinstance(edit, SetField) else None
        self.refused[edit.place] = Refused(raw, str(refused))

    def _take(self, now: Project, mine: Project | None = None) -> None:
        """Begin anew from what the file holds; tell what others changed beside my own edit."""
        before = self.base if mine is None else mine
        if self.is_read:
            self.others += differences(before, now)
            for section in SECTIONS.values():
                if section.one:
                    there = {each.id for each in getattr(now, section.name)}
                    for record in getattr(before, section.name):
                        if record.id not in there:
                            self._gone[section.name, record.id] = record
        self.base = now
