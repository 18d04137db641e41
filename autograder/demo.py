"""The whole path without a person: a simulated cohort learns, hands in, is marked and certified.

Everyone in it is invented. Nothing is faked beyond that: the hand-ins, nbgrader's marking, the
awards and the certificates are the real ones, only in folders of their own.
"""

from __future__ import annotations

import csv
import json
import random
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from autograder.awards import issue_awards
from autograder.desk import Desk
from autograder.keys import Key, read_keys
from autograder.marking import mark_everything
from autograder.release import build_release
from autograder.returns import return_results
from autograder.verify import verify_file
from course.approach import load_approach
from course.folders import COURSE
from course.paper import open_paper
from course.syllabus import GROUPS, load_syllabus
from course.workspace import Workspace
from qi_tools.answers import AnswerFile

ASSESSMENT = "a1_check"
LESSON = "A1"
# How likely each kind of simulated learner is to know an answer; the rest they guess.
KNOWLEDGE = {"well prepared": 0.95, "fairly prepared": 0.75, "unprepared": 0.1}
SEED = 20261123


@dataclass(frozen=True, slots=True)
class Learner:
    """One simulated member of staff, in a folder of their own."""

    name: str
    kind: str
    workspace: Workspace


def run_demo(
    folder: Path | None, learners: int = 12, *, say: Callable[[str], object] = lambda line: None
) -> None:
    """Take a simulated cohort along the whole path and say what happened at each step.

    Parameters
    ----------
    folder : Path or None
        Where everything is put; a new temporary folder by default.
    learners : int
        How many there are.
    say : callable
        Gets one line at a time.
    """
    folder = folder or Path(tempfile.mkdtemp(prefix="qi-course-demo-"))
    chance = random.Random(SEED)
    now = datetime.now(UTC).replace(microsecond=0)
    say(f"Everyone here is simulated. All files are in {folder}\n")

    say("1. The desk enrols its staff, and makes the question papers.")
    desk = Desk.create(folder / "desk", "Simulated Trust")
    cohort = _enrol(desk, folder, learners)
    keys = read_keys(COURSE / "source" / ASSESSMENT / f"{ASSESSMENT}.ipynb")
    say(f"   {len(cohort)} enrolled; each has a folder and a secret of their own.\n")

    say("2. They work through the lesson and do everything in it.")
    for learner in cohort:
        _learn(learner.workspace)
    say(f"   {len(cohort)} of {len(cohort)} have finished lesson {LESSON}.\n")

    for attempt, moment in enumerate((now, now + timedelta(hours=25)), start=1):
        trying = [learner for learner in cohort if not _passed(learner.workspace)]
        if not trying:
            continue
        say(f"{2 * attempt + 1}. Attempt {attempt}: {len(trying)} answer and hand in.")
        for learner in trying:
            packed = _answer(learner, keys, chance, moment, attempt)
            shutil.copy(packed, desk.folder / "incoming")
        if attempt == 1:
            _send_a_changed_one(desk, trying[0].workspace)
            say("   One more file arrives: a copy in which someone changed an answer.\n")
        else:
            say("")
        say(f"{2 * attempt + 2}. The desk marks with nbgrader, and sends results back.")
        report = mark_everything(desk, now=moment, say=lambda line: say(f"   {line}"))
        say(f"   {report.summary()}\n")
        for learner in trying:
            _collect(desk, learner.workspace)

    say("7. Certificates for all who passed, by the award's rule.")
    done = issue_awards(desk, load_syllabus(), load_approach(), now + timedelta(hours=26))
    return_results(desk, load_syllabus(), now + timedelta(hours=26))
    say(f"   {done.summary()}\n")

    say("8. Each learner checks their certificate; then one is tampered with.")
    for learner in cohort:
        _collect(desk, learner.workspace)
    _verify_all(cohort, now + timedelta(hours=27), say)

    passed = sum(_passed(learner.workspace) for learner in cohort)
    say(f"\nDone: {passed} of {len(cohort)} passed. To look at the marked work, run:")
    say(f'   qi-course desk open --desk "{desk.folder}"')


def _enrol(desk: Desk, folder: Path, count: int) -> Sequence[Learner]:
    kinds = list(KNOWLEDGE)
    staff = folder / "staff.csv"
    with staff.open("w", encoding="utf-8", newline="") as table:
        rows = csv.writer(table)
        rows.writerow(("staff_number", "name", "email", "staff_group"))
        for number in range(1, count + 1):
            name = f"Simulated Learner {number:02}"
            email = f"learner{number:02}@example.org"
            rows.writerow((f"S{number:04}", name, email, GROUPS[0]))
    release = build_release(COURSE / "source", folder / "release")
    cohort = []
    files = {path.stem: path for path in desk.enrol(staff)}
    for number, person in enumerate(sorted(desk.people(), key=lambda person: person.name), start=1):
        file = next(path for stem, path in files.items() if person.pseudonym in stem)
        workspace = Workspace.open(folder / "learners" / f"{number:02}", release=release)
        workspace.enrol(file.read_bytes())
        cohort.append(Learner(person.name, kinds[number % len(kinds)], workspace))
    return cohort


def _learn(workspace: Workspace) -> None:
    """Do every activity of the lesson, as its page would save it."""
    module = load_syllabus().module(LESSON)
    lesson = workspace.lesson_path(module)
    assert lesson is not None
    answers = AnswerFile(lesson.parent / "answers.json")
    for activity in workspace.activities(module):
        answers.save(activity, "a")
    progress = workspace.progress(module)
    assert progress is not None
    assert progress.answered == progress.total


def _answer(
    learner: Learner, keys: dict[str, Key], chance: random.Random, now: datetime, attempt: int
) -> Path:
    folder = learner.workspace.start_attempt(ASSESSMENT, now)
    paper = open_paper(folder)
    # Someone who has read their feedback knows more.
    known = min(1.0, KNOWLEDGE[learner.kind] + 0.3 * (attempt - 1))
    for drawn in paper.drawn:
        item = drawn.item
        knows = chance.random() < known
        option = keys[item.id].option if knows else chance.choice(sorted(item.options))
        paper.answers.save(item.id, option)
    receipt = learner.workspace.hand_in(ASSESSMENT, now)
    return learner.workspace.folder / "outbox" / receipt.file


def _collect(desk: Desk, workspace: Workspace) -> None:
    """Carry the newest result back, as a shared folder or a memory stick would."""
    enrolment = workspace.enrolment
    assert enrolment is not None
    for path in sorted((desk.folder / "results" / enrolment.pseudonym).glob("*.qiresult")):
        workspace.import_result(path.read_bytes())


def _send_a_changed_one(desk: Desk, workspace: Workspace) -> None:
    """Send a hand-in whose answers were edited on the way, with everything else as it was."""
    (packed,) = (workspace.folder / "outbox").glob("*.zip")
    target = desk.folder / "incoming" / f"changed_{packed.name}"
    with zipfile.ZipFile(packed) as whole, zipfile.ZipFile(target, "w") as changed:
        for entry in whole.infolist():
            data = whole.read(entry)
            if entry.filename == "answers.json":
                data = data.replace(b'"revision":', b'"revision": 1', 1)
            changed.writestr(entry, data)


def _passed(workspace: Workspace) -> bool:
    return any(result.passed for result in workspace.results(ASSESSMENT))


def _verify_all(cohort: Sequence[Learner], now: datetime, say: Callable[[str], object]) -> None:
    badges = []
    for learner in cohort:
        badges += sorted((learner.workspace.folder / "certificates").glob("*/badge.json"))
    verdicts = [verify_file(badge, badge.with_name("trust.json"), now) for badge in badges]
    say(f"   {sum(verdict.valid for verdict in verdicts)} of {len(verdicts)} are valid.")
    if badges:
        say("   " + verdicts[0].words().replace("\n", "\n   "))
        badge = json.loads(badges[0].read_text(encoding="utf-8"))
        badge["credentialSubject"]["identifier"][-1]["identityHash"] = "Someone Else"
        changed = badges[0].with_name("changed_badge.json")
        changed.write_text(json.dumps(badge), encoding="utf-8")
        verdict = verify_file(changed, changed.with_name("trust.json"), now)
        say("   " + verdict.words().splitlines()[0])
        changed.unlink()
