"""What stands to lose where attacks are tried, and the proof that one succeeded.

The same proof serves for stock nbgrader and for ours: it looks at the course root, the marker's
home, this machine's processes and who called, not at how the marking was done.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from autograder.nbgrader_root import convert, gradebook_url, nbgrader
from course.paper import open_paper
from qi_tools.answers import AnswerFile
from tests.attacks.attack import HIDDEN, PROCESS_NAME, SIGNATURE, Aim, Attack, Target
from tests.code_check import ASSESSMENT, HONEST, POINTS, hand_in_to, make_course, submission
from tests.small_desk import RIGHT, SLOTS, write_source

SECRET = "the-marker's-own-secret-41c7"
SECRET_VARIABLE = "QI_SECRET"
#: No honest work comes near to this, as marked and with its feedback.
LARGE = 10 * 1024**2


@dataclass(frozen=True, slots=True)
class Evidence:
    """What can be seen after a marking.

    Parameters
    ----------
    score : float or None
        The attacker's marks; None where there are none.
    neighbour_is_marked, earlier_is_kept : bool
        Whether two others have the marks that they earned.
    outputs : str
        What the attacker's own cells have put out, as it was kept.
    kept, told : bytes
        All files that were kept of the attacker's work, and those that go back to the learner.
    changed : tuple of str
        Files that were changed, and those that the attack left somewhere.
    alive : bool
        Whether a process of the attack is still there.
    called : bool
        Whether a service of this machine was reached.
    """

    score: float | None
    neighbour_is_marked: bool
    earlier_is_kept: bool
    outputs: str
    kept: bytes
    told: bytes
    changed: tuple[str, ...]
    alive: bool
    called: bool


#: The proof of each aim.
PROBES: Mapping[Aim, Callable[[Evidence], bool]] = {
    "score": lambda seen: seen.score is not None and not seen.score <= 0,
    "secret": lambda seen: SECRET.encode() in seen.kept + seen.told or SECRET in seen.outputs,
    "hidden tests": lambda seen: HIDDEN in seen.outputs,
    "hidden tests told": lambda seen: HIDDEN.encode() in seen.told,
    "damage": lambda seen: bool(seen.changed) or not seen.earlier_is_kept,
    "outlive": lambda seen: seen.alive,
    "network": lambda seen: seen.called,
    "escape": lambda seen: SIGNATURE in seen.outputs,
    "exhaust": lambda seen: SIGNATURE in seen.outputs or len(seen.kept + seen.told) > LARGE,
    "script": lambda seen: runs_script(seen.told.decode("utf-8", "replace")),
    "stop": lambda seen: not seen.neighbour_is_marked,
    "unmarked": lambda seen: seen.score is None,
}


def succeeded(attack: Attack, seen: Evidence) -> bool:
    """Say whether an attack got what it is after."""
    return PROBES[attack.aim](seen)


@dataclass(frozen=True, slots=True)
class Assessment:
    """An assessment that is attacked, and how honest work on it is handed in.

    Parameters
    ----------
    name : str
        Its name.
    full_marks : float
        What it gives.
    make : callable
        Makes it in a course root.
    hand_in : callable
        Writes a learner's work into ``submitted/`` of a course root, by the learner and whether
        it is right or blank; returns the folder.
    """

    name: str
    full_marks: float
    make: Callable[[Path], None]
    hand_in: Callable[[Path, str, bool], Path]


def _hand_in_code(root: Path, student: str, right: bool) -> Path:
    given = {**HONEST["full marks"].answers, "words": SECRET} if right else {}
    return hand_in_to(root, student, submission(root, given))


def _make_answers(root: Path) -> None:
    from nbgrader.converters import GenerateAssignment

    root.mkdir(exist_ok=True)
    write_source(root / "source")
    convert(GenerateAssignment, root, SMALL, ".")


def _hand_in_answers(root: Path, student: str, right: bool) -> Path:
    folder = root / "submitted" / student / SMALL
    shutil.copytree(root / "release" / SMALL, folder)
    for path in folder.iterdir():
        path.chmod(0o644)
    card = {"schema": 1, "pseudonym": hashlib.sha256(student.encode()).hexdigest()[:16]}
    card = {**card, "assessment": SMALL, "version": "1", "attempt": 1}
    (folder / "attempt.json").write_text(json.dumps(card), encoding="utf-8")
    if right:
        for drawn in open_paper(folder).drawn:
            AnswerFile(folder / "answers.json").save(drawn.item.id, RIGHT)
    return folder


SMALL = "all_staff_check"
CODE = Assessment(ASSESSMENT, sum(POINTS.values()), make_course, _hand_in_code)
ANSWERS = Assessment(SMALL, float(len(SLOTS)), _make_answers, _hand_in_answers)


def attacked(attack: Attack) -> Assessment:
    """Return the assessment that an attack is made on."""
    return ANSWERS if attack.route == "answers" else CODE


def prepare(assessment: Assessment, root: Path) -> None:
    """Make a course root with an assessment and one learner who was marked before: ``earlier``.

    It can be copied for each attack.
    """
    from nbgrader.api import Gradebook

    assessment.make(root)
    with nbgrader(root), closing(Gradebook(gradebook_url(root))) as gradebook:
        gradebook.add_student("earlier")
        done = gradebook.add_submission(assessment.name, "earlier")
        for notebook in done.notebooks:
            for grade in notebook.grades:
                grade.auto_score = POINTS.get(grade.name, float(grade.name in SLOTS))
        gradebook.db.commit()


@dataclass(frozen=True, slots=True)
class Scene:
    """A course root, a home and a service, with attackers' work and a neighbour's handed in.

    Parameters
    ----------
    target : Target
        Where it is; its student is the first of the attackers.
    attacks : mapping of str to Attack
        What each attacker does.
    before : mapping of str to str
        The files that nothing may change.
    calls : list of str
        Who has called a service of this machine.
    """

    target: Target
    attacks: Mapping[str, Attack]
    before: Mapping[str, str]
    calls: Sequence[str]

    def evidence(self) -> dict[str, Evidence]:
        """Look at what came of it. Of several attackers, damage can't be put down to one."""
        root = self.target.root
        after = state(self.target)
        changed = [path for path, digest in self.before.items() if after.get(path) != digest]
        changed += signed(self.target, self.attacks.keys())
        full_marks = attacked(next(iter(self.attacks.values()))).full_marks
        neighbour = score(root, self.target.neighbour) == full_marks
        earlier = score(root, self.target.earlier) == full_marks
        alive = is_alive()
        return {
            student: Evidence(
                score=score(root, student),
                neighbour_is_marked=neighbour,
                earlier_is_kept=earlier,
                outputs=outputs(root / "autograded" / student),
                kept=content(root / "autograded" / student),
                told=content(root / "feedback" / student),
                changed=tuple(changed),
                alive=alive,
                called=bool(self.calls),
            )
            for student in self.attacks
        }

    def settle(self) -> None:
        """Wait until the effect of a marking that is over can be seen."""
        time.sleep(max(attack.waits for attack in self.attacks.values()))


def state(target: Target) -> dict[str, str]:
    """Return the files that no marking of an attacker's work may change, with their hashes."""
    root = target.root
    watched = [root / "source", root / "release", root / "submitted" / target.neighbour]
    files = [path for folder in watched for path in sorted(folder.rglob("*"))]
    files += [target.home / "secret.txt", root / "nbgrader_config.py"]
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.is_file()
    }


def signed(target: Target, attackers: Collection[str]) -> Iterator[str]:
    """Find what attackers left outside their own folders; tidy shared folders up."""
    root = target.root
    own = {
        root / step / student
        for step in ("submitted", "autograded", "feedback")
        for student in attackers
    }
    for path in (*_files(root, own), *_files(target.home, set())):
        with suppress(OSError):
            if SIGNATURE in path.name or SIGNATURE.encode() in path.read_bytes():
                yield str(path)
    for shared in (Path("/tmp"), Path("/dev/shm")):
        for path in shared.glob(f"{SIGNATURE}*"):
            path.unlink()
            yield str(path)


@contextmanager
def scene(attacks: Sequence[Attack], prepared: Path, folder: Path) -> Iterator[Scene]:
    """Set everything up for a class of attackers, in a course root where nothing is marked yet.

    Parameters
    ----------
    attacks : sequence of Attack
        What each of them does, all to the same assessment.
    prepared : Path
        What `prepare` made.
    folder : Path
        An empty folder for the course root and the home.
    """
    root, home = folder / "course", folder / "home"
    shutil.copytree(prepared, root)
    home.mkdir()
    (home / "secret.txt").write_text(SECRET, encoding="utf-8")
    with service(home) as (port, calls):
        named = {f"attacker-{number:03}": attack for number, attack in enumerate(attacks)}
        targets = [Target(root, home, port, student, "earlier", "neighbour") for student in named]
        hand_in = attacked(attacks[0]).hand_in
        hand_in(root, targets[0].neighbour, True)
        works = [hand_in(root, target.student, False) for target in targets]
        set_up = Scene(targets[0], named, state(targets[0]), calls)
        for attack, work, target in zip(attacks, works, targets, strict=True):
            attack.build(work, target)
        before = {name: os.environ.get(name) for name in (SECRET_VARIABLE, "HOME")}
        os.environ.update({SECRET_VARIABLE: SECRET, "HOME": str(home)})
        try:
            yield set_up
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def runs_script(page: str) -> bool:
    """Say whether a page holds markup of the attack's that a browser would act on.

    Examples
    --------
    >>> runs_script(f"<p>&lt;script&gt;{SIGNATURE}&lt;/script&gt;</p>")
    False
    >>> runs_script(f"<p><img src=x onerror='{SIGNATURE}'></p>")
    True
    """
    reader = _Reader()
    reader.feed(page)
    return reader.found or f"\x1b]8;;{SIGNATURE}" in page


class _Reader(HTMLParser):
    """Looks for the signature where it would run or be fetched."""

    CDATA_CONTENT_ELEMENTS = ("script", "style")

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = False
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        for name, value in attrs:
            acts = name.startswith("on") or name in (
                *("src", "href", "srcdoc", "data", "action", "formaction", "style", "content"),
                *("xlink:href", "background", "poster"),
            )
            self.found |= acts and SIGNATURE in (value or "")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        self.found |= self._inside in self.CDATA_CONTENT_ELEMENTS and SIGNATURE in data


@contextmanager
def service(home: Path) -> Iterator[tuple[int, list[str]]]:
    """Listen on this machine's loopback and on two Unix sockets, and note who calls."""
    calls: list[str] = []
    tcp = socket.create_server(("127.0.0.1", 0))
    port = tcp.getsockname()[1]
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", port))
    listening = [tcp, udp]
    for address in (str(home / "desk.sock"), f"\0qi-{port}"):
        unix = socket.socket(socket.AF_UNIX)
        unix.bind(address)
        unix.listen()
        listening.append(unix)

    def listen(end: socket.socket) -> None:
        with suppress(OSError):
            while True:
                if end.type == socket.SOCK_DGRAM:
                    end.recvfrom(1)
                else:
                    end.accept()[0].close()
                calls.append(str(end.family))

    for end in listening:
        threading.Thread(target=listen, args=(end,), daemon=True).start()
    try:
        yield port, calls
    finally:
        for end in listening:
            # Closing alone does not wake a thread that waits.
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def score(root: Path, student: str) -> float | None:
    """Return the marks of a learner as the gradebook has them; None where it has none."""
    address = f"{(root / 'gradebook.db').as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=5)) as book:
            rows = book.execute(
                "SELECT grade.auto_score, grade.manual_score, grade.extra_credit FROM grade"
                " JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id"
                " JOIN submitted_assignment"
                " ON submitted_notebook.assignment_id = submitted_assignment.id"
                " WHERE submitted_assignment.student_id = ?",
                (student,),
            ).fetchall()
    except sqlite3.Error:
        return None
    # Before its marking every mark of a submission is still empty.
    if all(auto is None and by_hand is None for auto, by_hand, _ in rows):
        return None
    marks = [auto if by_hand is None else by_hand for auto, by_hand, _ in rows]
    return float(sum(mark or 0 for mark in marks) + sum(extra or 0 for _, _, extra in rows))


def outputs(folder: Path) -> str:
    """Return the outputs of all cells but checks, as they were kept."""
    found = []
    for path in _files(folder, set()):
        if path.suffix != ".ipynb" or path.stat().st_size > LARGE:
            continue
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            for cell in json.loads(path.read_bytes())["cells"]:
                if not cell["metadata"].get("nbgrader", {}).get("grade"):
                    found.append(json.dumps(cell.get("outputs", []), ensure_ascii=False))
    return "\n".join(found)


def content(folder: Path) -> bytes:
    """Return all files in a folder, behind links too: whoever opens them follows those."""
    found = []
    for path in sorted(_files(folder, set())):
        with suppress(OSError):
            found.append(path.read_bytes())
    return b"\n".join(found)


def _files(folder: Path, without: set[Path]) -> Iterator[Path]:
    """Yield the ordinary files in a folder, some folders left out, however deep they are."""
    waiting = [folder]
    while waiting:
        try:
            found = list(waiting.pop().iterdir())
        except OSError:  # it can't be read, or its name has become too long
            continue
        for path in found:
            with suppress(OSError):
                if path.is_dir() and not path.is_symlink():
                    if path not in without:
                        waiting.append(path)
                elif path.is_file():
                    yield path


def is_alive() -> bool:
    """Say whether a process of an attack is there, in whatever namespace it is."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "comm").read_text(encoding="utf-8", errors="replace").strip() == (
                PROCESS_NAME
            ):
                return True
            if re.search(rb"qi-outlives", (process / "cmdline").read_bytes()):
                return True
    return False
