"""A learner's own folder: copies of the lessons, their attempts, what they sent and got back."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.errors import CourseError, Refused
from course.folders import COURSE, MODULES, REPOSITORY
from course.record import Progress, Record
from course.seal import LARGEST_SEALED
from course.syllabus import Module, load_syllabus

if TYPE_CHECKING:
    from course.enrolment import Enrolment
    from course.result import Result

SCHEMA = 1
HIDDEN = ".qi-course"
ENROLMENT = f"{HIDDEN}/enrolment.json"
FOLDERS = ("lessons", "reference", "assessments", "outbox", "certificates")
# Windows refuses paths of more than 260 characters; the longest path inside a workspace has about
# 130, and a newer version's name adds some.
LONGEST_FOLDER_ON_WINDOWS = 100


@dataclass(frozen=True, slots=True)
class Update:
    """What one update did to the copies, as paths inside the workspace."""

    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.replaced or self.beside)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that an attempt was handed in: the file, its fingerprint and the time."""

    file: str
    sha256: str
    at: str
    delivered: bool

    def words(self) -> str:
        """Say what was handed in, when, and what is left to do."""
        way = (
            "It is in your desk's folder."
            if self.delivered
            else "Send this file to your desk: it is in the outbox of your course folder."
        )
        return (
            f"Handed in: {self.file}, {plain_time(self.at)}, fingerprint {self.sha256[:12]}. {way}"
        )


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at an assessment: its folder, the receipt once sent, the result once back."""

    assessment: str
    number: int
    folder: Path
    receipt: Receipt | None
    result: Result | None

    @property
    def is_open(self) -> bool:
        """Whether the learner can still answer."""
        return self.receipt is None and self.result is None


class Workspace:
    """The folder in which one learner works; nothing of it is ever in the course's own folder.

    Made by `Workspace.open`.
    """

    def __init__(self, folder: Path, modules: Path, release: Path) -> None:
        self.folder = folder
        self.hidden = folder / HIDDEN
        self.modules = modules
        self.release = release
        self.record = Record(self.hidden / "record.sqlite")

    @classmethod
    def open(
        cls,
        folder: Path,
        modules: Path = MODULES,
        release: Path | None = None,
    ) -> Workspace:
        """Open a workspace, making it and its copies of the lessons when it is new.

        Parameters
        ----------
        folder : Path
            The learner's folder.
        modules : Path
            Where the course keeps its lessons.
        release : Path or None
            Where the assessments' question papers are: ``<assessment>/<assessment>.ipynb`` and
            ``bank.toml``. By default ``course/release``, or the workspace's own copy.

        Raises
        ------
        Refused
            The folder is in a place where work could get lost, holds other things, or was made by
            a newer version of the course.
        CourseError
            The folder can't be written.
        """
        folder = Path(os.path.abspath(folder))  # noqa: PTH100, resolve() would follow a drive to UNC
        refuse_unsafe_place(folder)
        hidden = folder / HIDDEN
        state = hidden / "workspace.json"
        if folder.exists() and not hidden.exists() and any(folder.iterdir()):
            raise Refused(
                f"{folder} already holds other files. Choose an empty folder or a new one for "
                "the course; nothing was changed."
            )
        try:
            for part in (HIDDEN, *FOLDERS):
                (folder / part).mkdir(parents=True, exist_ok=True)
            is_new = not state.exists()
            if is_new:
                _write_whole(state, _json({"schema": SCHEMA, "made_at": _now()}))
            else:
                _check_schema(state)
        except OSError as error:
            raise CourseError(
                f"{folder} can't be written ({error.strerror}). Choose another folder, or make "
                "room on the disk, then try again; nothing you had is lost."
            ) from None
        if release is None:
            shipped = COURSE / "release"
            release = shipped if shipped.is_dir() else hidden / "release"
        workspace = cls(folder, modules, release)
        if is_new:
            workspace.update()
        return workspace

    # ------------------------------------------------------------ lessons

    def lesson_path(self, module: Module) -> Path | None:
        """Return where the learner's copy of a lesson is, or None when the lesson isn't built."""
        if not (module.built and module.notebook):
            return None
        return self.folder / "lessons" / module.notebook

    def answers(self, folder: Path) -> Mapping[str, Any]:
        """Return the answers given in one folder; none when there are none or they are damaged."""
        from qi_tools.answers import AnswerFile, AnswersInvalid

        try:
            found = AnswerFile(folder / "answers.json").load()
        except AnswersInvalid:
            return {}
        return {question: answer for question, answer in found.items() if not answer.is_blank}

    def activities(self, module: Module) -> tuple[str, ...]:
        """Return the ids of what there is to do in a lesson.

        The course's own copy says it: the learner may have changed theirs.
        """
        from course.lesson import read_lesson

        return read_lesson(self.modules / str(module.notebook)).activities

    def newer(self, path: Path) -> Path | None:
        """Return the newer version that an update has put beside a changed copy, or None."""
        _, offered = _read_shipped(self.hidden / "shipped.json")
        digest = offered.get(path.relative_to(self.folder).as_posix())
        beside = sorted(path.parent.glob(f"{path.stem}_newer_version_*{path.suffix}"))
        return beside[-1] if digest and beside else None

    def progress(self, module: Module) -> Progress | None:
        """Return how far a lesson has come, and add it to the record when it has moved on.

        A lesson is done once every one of its activities has an answer.
        """
        path = self.lesson_path(module)
        if path is None or not path.is_file():
            return None
        known = self.record.progress.get(module.id)
        activities = self.activities(module)
        answers = self.answers(path.parent)
        answered = sum(activity in answers for activity in activities)
        if known is None and not answered:
            return None
        if known is None or (known.answered, known.total) != (answered, len(activities)):
            detail = {"answered": answered, "of": len(activities)}
            self.record.append("lesson_progress", module.id, detail)
            if answered == len(activities) and module.id not in self.record.lesson_done:
                self.record.append("lesson_done", module.id)
        return self.record.progress[module.id]

    def update(self) -> Update:
        """Bring the copies up to date without touching anything that the learner has changed.

        A copy that is still as it was shipped is replaced. Beside a changed one the newer version
        is put, under a name that says so.
        """
        version = load_syllabus().version
        shipped_file = self.hidden / "shipped.json"
        shipped, offered = _read_shipped(shipped_file)
        added, replaced, beside = [], [], []
        try:
            for name, source in sorted(_shipped_files(self.modules)):
                data = source.read_bytes()
                digest = _sha256(data)
                target = self.folder / name
                if not target.exists():
                    _write_whole(target, data)
                    shipped[name] = digest
                    added.append(name)
                    continue
                current = _sha256(target.read_bytes())
                if current in (digest, shipped.get(name)):
                    if current != digest:
                        _write_whole(target, data)
                        replaced.append(name)
                    shipped[name] = digest
                elif digest not in (shipped.get(name), offered.get(name)):
                    newer = _free_name(target, version, digest)
                    if not newer.exists():
                        _write_whole(newer, data)
                        beside.append(newer.relative_to(self.folder).as_posix())
                    offered[name] = digest
        except OSError as error:
            raise CourseError(
                f"The lessons could not all be copied to {self.folder} ({error.strerror}). Make "
                "room on the disk and try again; what you had is untouched."
            ) from None
        # Last, because a copy that is newer than this list says is recognised by its contents.
        _write_whole(shipped_file, _json({"schema": 1, "shipped": shipped, "offered": offered}))
        done = Update(tuple(added), tuple(replaced), tuple(beside))
        if done:
            detail = {"added": added, "replaced": replaced, "beside": beside}
            self.record.append("updated", version, detail)
        return done

    # ------------------------------------------------------------ who

    @property
    def enrolment(self) -> Enrolment | None:
        """Who the desk knows this learner as, or None before enrolment."""
        from course.enrolment import read_enrolment

        path = self.folder / ENROLMENT
        return read_enrolment(path) if path.is_file() else None

    def enrol(self, data: bytes) -> Enrolment:
        """Take in an enrolment file.

        Raises
        ------
        Refused
            Someone else is enrolled in this folder.
        CourseError
            The file is not an enrolment file.
        """
        from course.enrolment import read_enrolment, write_enrolment

        incoming = self.hidden / "enrolment.new"
        try:
            _write_whole(incoming, data)
            enrolment = read_enrolment(incoming)
        finally:
            incoming.unlink(missing_ok=True)
        known = self.enrolment
        if known is not None and known.pseudonym != enrolment.pseudonym:
            raise Refused(
                "This folder already belongs to another enrolment. Use the file you were given "
                "first, or erase what this folder holds before you start anew."
            )
        write_enrolment(enrolment, self.folder / ENROLMENT)
        self.record.append("enrolled", enrolment.pseudonym)
        return enrolment

    @property
    def group(self) -> str | None:
        """The staff group last chosen, else the one in the enrolment, else None."""
        chosen = self.record.last("group_chosen")
        if chosen is not None:
            return chosen.subject
        enrolment = self.enrolment
        return enrolment.group if enrolment else None

    def choose_group(self, group: str) -> None:
        """Remember the learner's staff group."""
        load_syllabus().dose(group)
        self.record.append("group_chosen", group)

    # ------------------------------------------------------------ assessments

    def attempts(self, assessment: str) -> tuple[Attempt, ...]:
        """Return the learner's attempts at an assessment, the first one first."""
        parent = self.folder / "assessments" / assessment
        numbers = {
            int(folder.name.removeprefix("attempt_"))
            for folder in parent.glob("attempt_*")
            if folder.name.removeprefix("attempt_").isdecimal()
        }
        results = {result.attempt: result for result in self.results(assessment)}
        return tuple(
            Attempt(
                assessment,
                number,
                parent / f"attempt_{number}",
                self._receipt(assessment, number),
                results.get(number),
            )
            for number in sorted(numbers | set(results))
        )

    def start_attempt(self, assessment: str, now: datetime | None = None) -> Path:
        """Lay out the next attempt at an assessment and return its folder.

        Raises
        ------
        Refused
            An attempt is open or waits for its result, the assessment is passed, it is too early
            to try again, or a facilitator has to be seen first.
        CourseError
            The learner is not enrolled yet, or the question paper is missing.
        """
        plan = load_syllabus().assessment(assessment)
        enrolment = self._enrolled()
        number = self._next_number(assessment, now or datetime.now(tz=UTC))
        paper = self.release / assessment
        if not (paper / f"{assessment}.ipynb").is_file() or not (paper / "bank.toml").is_file():
            raise CourseError(
                f"The question paper for “{plan.title}” is not on this computer. Ask your "
                "improvement team for the newest course package."
            )
        folder = self.folder / "assessments" / assessment / f"attempt_{number}"
        made = folder.with_name(f".making_{number}")
        shutil.rmtree(made, ignore_errors=True)
        try:
            made.mkdir(parents=True)
            for name in (f"{assessment}.ipynb", "bank.toml"):
                _write_whole(made / name, (paper / name).read_bytes())
            about = {
                "schema": 1,
                "pseudonym": enrolment.pseudonym,
                "assessment": assessment,
                "version": plan.version,
                "attempt": number,
            }
            _write_whole(made / "attempt.json", _json(about))
            made.rename(folder)
        except OSError as error:
            shutil.rmtree(made, ignore_errors=True)
            raise CourseError(
                f"The question paper could not be copied ({error.strerror}). Make room on the "
                "disk and try again; nothing was started."
            ) from None
        self.record.append("attempt_started", f"{assessment}/{number}")
        return folder

    def hand_in(self, assessment: str, now: datetime | None = None) -> Receipt:
        """Pack the open attempt, remember its receipt, and send it to the desk's folder if known.

        Raises
        ------
        Refused
            There is nothing to hand in, or it has been handed in already.
        """
        from course.handin import pack

        attempts = self.attempts(assessment)
        if not attempts:
            raise Refused("There is nothing to hand in yet. Begin the questions first.")
        attempt = attempts[-1]
        if not attempt.is_open:
            when = f" on {attempt.receipt.at[:10]}" if attempt.receipt else ""
            raise Refused(
                f"Attempt {attempt.number} was handed in already{when}. It can be handed in only "
                "once; your receipt is on the course's front page."
            )
        packed = pack(
            attempt.folder,
            self._enrolled(),
            self.folder / "outbox",
            now or datetime.now(tz=UTC),
        )
        detail = {"file": packed.name, "sha256": _sha256(packed.read_bytes())}
        self.record.append("handed_in", f"{assessment}/{attempt.number}", detail)
        # A folder that can't be reached is no reason to lose the receipt: it can be sent again.
        with contextlib.suppress(CourseError):
            self.deliver(assessment)
        receipt = self._receipt(assessment, attempt.number)
        assert receipt is not None
        return receipt

    def deliver(self, assessment: str) -> None:
        """Copy the last hand-in to the folder that the enrolment names, if it names one.

        Raises
        ------
        CourseError
            The folder can't be reached; the file stays in the outbox.
        """
        attempt = self.attempts(assessment)[-1]
        target = self._enrolled().hand_in
        if target is None or attempt.receipt is None or attempt.receipt.delivered:
            return
        name = attempt.receipt.file
        try:
            _write_whole(Path(target) / name, (self.folder / "outbox" / name).read_bytes())
        except OSError as error:
            raise CourseError(
                f"The hand-in folder can't be reached ({error.strerror}). Your file {name} is "
                "safe in your outbox: try again later, or send it by hand."
            ) from None
        self.record.append("delivered", f"{assessment}/{attempt.number}")

    # ------------------------------------------------------------ results

    def results(self, assessment: str | None = None) -> tuple[Result, ...]:
        """Return the newest result of every attempt, by assessment and attempt."""
        newest: dict[tuple[str, int], Result] = {}
        for event in self.record.events("result", assessment):
            result = self._read_result(event.detail["file"].encode())
            key = (result.assessment, result.attempt)
            known = newest.get(key)
            # The certificate comes with a second file for the same marking.
            if known is None or _freshness(result) >= _freshness(known):
                newest[key] = result
        return tuple(newest[key] for key in sorted(newest))

    def import_result(self, data: bytes) -> Result:
        """Take in a result file from the desk and lay its certificate in ``certificates``.

        Raises
        ------
        Refused
            The file is not whole, was not signed by the learner's own desk, or is about someone
            else.
        """
        result = self._read_result(data)
        if result.pseudonym != self._enrolled().pseudonym:
            raise Refused(
                "This result belongs to someone else. Choose the file that was sent to you; "
                "nothing was imported."
            )
        known = {event.detail["sha256"] for event in self.record.events("result")}
        if _sha256(data) not in known:
            detail = {"sha256": _sha256(data), "file": data.decode("utf-8")}
            self.record.append("result", result.assessment, detail)
        for current in self.results(result.assessment):
            self._lay_out_certificate(current)
        return result

    def collect_results(self) -> tuple[Result, ...]:
        """Take in every new result file in the folder that the enrolment names.

        A file that is refused, and a folder that can't be reached, are passed over: the learner
        can still choose a file by hand and then gets the reason.
        """
        enrolment = self.enrolment
        if enrolment is None or enrolment.results is None:
            return ()
        known = {event.detail["sha256"] for event in self.record.events("result")}
        taken = []
        for path in _result_files(Path(enrolment.results), enrolment.pseudonym):
            with contextlib.suppress(OSError, CourseError):
                if path.stat().st_size <= LARGEST_SEALED:
                    data = path.read_bytes()
                    if _sha256(data) not in known:
                        taken.append(self.import_result(data))
        return tuple(taken)

    # ------------------------------------------------------------ what is held

    def export(self, to: Path) -> Path:
        """Write everything held about the learner into one zip file, and return it.

        The secret that proves hand-ins is left out, since whoever has it can hand in as the
        learner.
        """
        events = io.StringIO(newline="")
        table = csv.writer(events, lineterminator="\n")
        table.writerow(("when", "what", "about", "details"))
        for event in self.record.events():
            table.writerow((event.at, event.kind, event.subject, json.dumps(event.detail)))
        partial = to.with_name(f".{to.name}.part")
        try:
            with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("READ ME FIRST.txt", _EXPORT_NOTE)
                archive.writestr("record.csv", events.getvalue().encode("utf-8-sig"))
                for path in self._held_files():
                    name = path.relative_to(self.folder).as_posix()
                    if name == ENROLMENT:
                        archive.writestr(name, _without_secret(path.read_bytes()))
                    elif path != partial:
                        archive.write(path, name)
            partial.replace(to)
        except OSError as error:
            raise CourseError(
                f"The copy could not be written ({error.strerror}). Make room on the disk and "
                "try again; nothing was changed."
            ) from None
        finally:
            partial.unlink(missing_ok=True)
        return to

    def erase(self) -> tuple[str, ...]:
        """Remove everything in the workspace, the learner's own files too, and say what it was.

        Raises
        ------
        CourseError
            Some files could not be removed; they are named.
        """
        gone = tuple(path.relative_to(self.folder).as_posix() for path in self._held_files())
        kept: list[str] = []
        for child in self.folder.iterdir():
            if child.is_dir() and not child.is_symlink():
                shutil.rmtree(child, onerror=lambda _do, path, _why: kept.append(path))
            else:
                try:
                    child.unlink()
                except OSError:
                    kept.append(str(child))
        if kept:
            raise CourseError(
                f"Not everything could be erased: {', '.join(sorted(kept))}. Close the programs "
                "that use these files, then erase again."
            )
        return gone

    # ------------------------------------------------------------ inner parts

    def _enrolled(self) -> Enrolment:
        enrolment = self.enrolment
        if enrolment is None:
            raise CourseError("You are not enrolled yet. Enrol from the course's front page first.")
        return enrolment

    def _next_number(self, assessment: str, now: datetime) -> int:
        attempts = self.attempts(assessment)
        if not attempts:
            return 1
        last = attempts[-1]
        if last.is_open:
            raise Refused(f"Attempt {last.number} is still open. Go on with it and hand it in.")
        if last.result is None:
            raise Refused(
                f"Attempt {last.number} is handed in and waits for its result. You can try again "
                "once the result is here."
            )
        if any(attempt.result and attempt.result.passed for attempt in attempts):
            raise Refused("You have passed this already. There is no need to try again.")
        if last.result.facilitator_needed:
            raise Refused(
                "Please talk it through with a facilitator before you try again. Your improvement "
                "team can tell you whom to ask."
            )
        if last.result.not_before and now < _when(last.result.not_before):
            raise Refused(
                f"You can try again from {plain_time(last.result.not_before)}. Use the time to go "
                "through the lesson once more."
            )
        return last.result.next_attempt or last.number + 1

    def _receipt(self, assessment: str, number: int) -> Receipt | None:
        subject = f"{assessment}/{number}"
        event = self.record.last("handed_in", subject)
        if event is None:
            return None
        delivered = self.record.last("delivered", subject) is not None
        return Receipt(event.detail["file"], event.detail["sha256"], event.at, delivered)

    def _read_result(self, data: bytes) -> Result:
        from course.result import read_result

        return read_result(data, self._enrolled().desk_key)

    def _lay_out_certificate(self, result: Result) -> None:
        stem = self.folder / "certificates" / result.assessment
        for ending, content in (
            ("certificate.html", result.certificate_html),
            ("badge.json", result.certificate and _text(result.certificate)),
            ("trust.json", result.trust and _text(result.trust)),
        ):
            if content:
                path = stem.with_name(f"{result.assessment}_{ending}")
                _write_whole(path, content.encode("utf-8"))

    def _held_files(self) -> Iterator[Path]:
        return (path for path in sorted(self.folder.rglob("*")) if path.is_file())


def refuse_unsafe_place(
    folder: Path,
    *,
    windows: bool = os.name == "nt",
    synchronised: Iterable[str] | None = None,
) -> None:
    """Refuse a folder in which the learner's work could get lost.

    Parameters
    ----------
    folder : Path
        Where the workspace would be.
    windows : bool
        Whether Windows' limit on the length of a path holds.
    synchronised : iterable of str or None
        Folders that a service keeps in step with other computers; by default what OneDrive says.

    Raises
    ------
    Refused
        With the reason, and where to put the workspace instead.
    """
    advice = (
        "Choose a folder on this computer's own disk, such as qi-course in your home folder; "
        "QI_COURSE_WORKSPACE can name one."
    )
    text = str(folder).replace("\\", "/")
    if text.startswith("//"):
        raise Refused(
            f"{folder} is on a network share, where your answers could get lost. {advice}"
        )
    if synchronised is None:
        names = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")
        synchronised = [value for name in names if (value := os.environ.get(name))]
    roots = [root.replace("\\", "/").rstrip("/").lower() + "/" for root in synchronised]
    in_onedrive = any(
        part == "onedrive" or part.startswith("onedrive - ") for part in text.lower().split("/")
    )
    if in_onedrive or any(f"{text.lower()}/".startswith(root) for root in roots):
        raise Refused(
            f"{folder} is kept in step by OneDrive, which can mix up your answers. {advice}"
        )
    if windows and len(text) > LONGEST_FOLDER_ON_WINDOWS:
        raise Refused(
            f"The path {folder} has {len(text)} characters, and Windows allows the course "
            f"{LONGEST_FOLDER_ON_WINDOWS}. {advice}"
        )
    if folder == REPOSITORY or REPOSITORY in folder.parents:
        raise Refused(f"{folder} is inside the course's own folder, which stays clean. {advice}")


def plain_time(iso: str) -> str:
    """Return a time as people write it, in this computer's own time zone.

    Examples
    --------
    >>> plain_time("2026-11-23T14:05:00")
    '23 November 2026 at 14:05'
    """
    time = datetime.fromisoformat(iso)
    if time.tzinfo is not None:
        time = time.astimezone()
    return f"{time.day} {time:%B %Y} at {time:%H:%M}"


_EXPORT_NOTE = (
    "This is everything that the course holds about you on this computer.\n"
    "record.csv lists what was recorded, and when. The other files are as they were in your\n"
    "folder. The secret that proves your hand-ins is left out: whoever has it could hand in as\n"
    "you. The marking desk keeps its own records; your improvement team can tell you about them.\n"
)


def _shipped_files(modules: Path) -> Iterator[tuple[str, Path]]:
    """Yield what learners get, as a name inside the workspace and the course's own file."""
    for source in modules.rglob("*"):
        parts = source.relative_to(modules).parts
        left_out = any(part.startswith(".") or part == "__pycache__" for part in parts)
        if left_out or not source.is_file() or source.name.startswith("answers.json"):
            continue
        if parts[0] == "reference":
            yield "/".join(parts), source
        elif parts[0][0].isdecimal():
            yield "/".join(("lessons", *parts)), source


def _free_name(target: Path, version: str, digest: str) -> Path:
    """Name the newer version of a changed file; a name that is taken by something else is kept."""
    stem = f"{target.stem}_newer_version_{version}"
    number = 1
    while True:
        name = stem if number == 1 else f"{stem}_{number}"
        path = target.with_name(f"{name}{target.suffix}")
        if not path.exists() or _sha256(path.read_bytes()) == digest:
            return path
        number += 1


def _read_shipped(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Read what was shipped; a damaged list makes every copy count as changed, which is safe."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return dict(content["shipped"]), dict(content["offered"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}, {}


def _check_schema(path: Path) -> None:
    try:
        schema = json.loads(path.read_text(encoding="utf-8"))["schema"]
    except (ValueError, KeyError, TypeError):
        raise CourseError(
            f"{path} is damaged, so the course won't touch this folder. Put back a copy of it, "
            "or ask your improvement team; your answers are still there."
        ) from None
    if schema != SCHEMA:
        raise Refused(
            f"{path.parent.parent} was made by another version of the course (its number is "
            f"{schema}, this one has {SCHEMA}). Install that version again; nothing was changed."
        )


def _result_files(folder: Path, pseudonym: str) -> tuple[Path, ...]:
    pattern = f"result_*_{pseudonym}.qiresult"
    try:
        found = (*folder.glob(pattern), *(folder / pseudonym).glob(pattern))
    except OSError:
        return ()
    return tuple(sorted(found, key=lambda path: path.name))


def _freshness(result: Result) -> tuple[datetime, bool]:
    return (_when(result.marked_at), result.certificate is not None)


def _without_secret(data: bytes) -> bytes:
    content = json.loads(data)
    content["secret"] = "left out of this copy"
    return _json(content)


def _write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a killed process leaves either all of it or what was there before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    try:
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


def _when(iso: str) -> datetime:
    time = datetime.fromisoformat(iso)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _text(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _json(content: Mapping[str, Any]) -> bytes:
    return _text(content).encode("utf-8")
