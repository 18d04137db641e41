"""A folder that learners and the desk both reach: hand-ins come by it, and results go back.

::

    shared/
    ├── hand-ins/               learners' own copies of the course put hand-ins here
    └── results/<pseudonym>/    the desk puts results here, for their owner
"""

from __future__ import annotations

import filecmp
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from course.errors import CourseError, Fault
from qi_tools.whole_file import write_whole


@dataclass(frozen=True, slots=True)
class SharedFolder:
    """A folder that learners and the desk both reach.

    Learners can write in it: nothing in it is trusted, and no key or name is ever put there.

    Parameters
    ----------
    folder : Path
        The folder, by the path that learners' computers know it by, too.
    """

    folder: Path

    @property
    def hand_ins(self) -> Path:
        """Where learners' hand-ins arrive."""
        return self.folder / "hand-ins"

    def results_of(self, pseudonym: str) -> Path:
        """Return where one learner's results go."""
        return self.folder / "results" / pseudonym

    def prepare(self, pseudonyms: Iterable[str]) -> None:
        """Make the folders for some learners, as far as they are not there.

        Raises
        ------
        CourseError
            If the shared folder can't be reached or written to.
        """
        try:
            self.hand_ins.mkdir(parents=True, exist_ok=True)
            for pseudonym in pseudonyms:
                self.results_of(pseudonym).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CourseError(
                f"The shared folder {self.folder} can't be used ({error.strerror}). Check its "
                "name, and that you may write in it, then try again."
            ) from None

    def arrived(self, largest: int) -> tuple[tuple[Path, ...], tuple[Fault, ...]]:
        """Return the hand-ins that came, and what can't be taken from here.

        Parameters
        ----------
        largest : int
            The most bytes of a hand-in. What is larger is left where it is: copied to the desk,
            it could fill the desk's disk.
        """
        found, faults = [], []
        try:
            for path in sorted(self.hand_ins.iterdir()):
                # A name with a dot in front is still being written by a learner's computer.
                if path.name.startswith(".") or path.suffix.lower() != ".zip" or path.is_dir():
                    continue
                if path.lstat().st_size <= largest:
                    found.append(path)
                else:
                    faults.append(Fault(path.name, "is too large for a hand-in; it was left there"))
        except OSError as error:
            faults.append(_unusable(self.hand_ins, error))
        return tuple(found), tuple(faults)

    def deliver(self, results: Path) -> Iterator[Fault]:
        """Copy every result that is not in the shared folder yet, or is another there.

        Parameters
        ----------
        results : Path
            The desk's own folder of results, one folder a learner.

        Yields
        ------
        Fault
            What could not be copied, and why; the next time tries it again.
        """
        try:
            # Never made here: where a network drive is missing, it would be made on the wrong disk.
            (self.folder / "results").stat()
        except OSError as error:
            yield _unusable(self.folder, error)
            return
        for path in sorted(results.glob("*/*.qiresult")):
            copy = self.results_of(path.parent.name) / path.name
            try:
                if not (copy.is_file() and filecmp.cmp(path, copy, shallow=False)):
                    copy.parent.mkdir(exist_ok=True)
                    write_whole(copy, path.read_bytes())
            except OSError as error:
                yield _unusable(copy.parent, error)


def _unusable(folder: Path, error: OSError) -> Fault:
    return Fault(
        str(folder),
        f"can't be used now ({error.strerror}); nothing is lost. Put that right, then run the "
        "command again.",
    )
