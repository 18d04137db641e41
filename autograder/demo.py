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
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Literal

from autograder.awards import issue_awards
from autograder.desk import Desk
from autograder.keys import Key, read_keys
from autograder.marking import mark_everything
from autograder.nbgrader_root import gradebook_url, nbgrader
from autograder.release import build_release
from autograder.returns import return_results
from autograder.verify import verify_file
from autograder.written_work import give_marks, take_marks, written_papers
from course.approach import load_approach
from course.bank import Item
from course.errors import Refused
from course.folders import COURSE
from course.notebook import read_notebook
from course.paper import open_paper
from course.syllabus import GROUPS, Module, Syllabus, load_syllabus
from course.workspace import Workspace
from qi_tools.answers import AnswerFile
from qi_tools.words import joined

ASSESSMENT = "all_staff_check"
HIGHER = ("board_check", "senior_check", "manager_check")
SEED = 20261123


@dataclass(frozen=True, slots=True)
class Kind:
    """How a simulated learner answers.

    Parameters
    ----------
    name : str
        What the demo calls them.
    words, charts : int
        How many of the questions without and with a chart they know.
    otherwise : {"wrong", "guess", "leave out"}
        What they do with all the others.
    """

    name: str
    words: int
    charts: int
    otherwise: Literal["wrong", "guess", "leave out"] = "wrong"


FOUR_KINDS = (
    Kind("strong", words=14, charts=5),
    Kind("weak", words=7, charts=2),
    Kind("guessing", words=0, charts=0, otherwise="guess"),
    Kind("blank", words=0, charts=0, otherwise="leave out"),
)
#: Enough right in all, but too few of the charts.
IN_WORDS = Kind("strong in words", words=15, charts=3)


@dataclass(frozen=True, slots=True)
class Leader:
    """How a simulated learner of a dose with decisions and written work does.

    Parameters
    ----------
    name : str
        What the demo calls them.
    tampers : int
        In how many decisions they react to noise; all else they answer rightly.
    levels : tuple of (int, int)
        The level that each of two markers gives to everything they write.
    """

    name: str
    tampers: int
    levels: tuple[int, int]


#: Those who hold the all-staff certificate go on to the next dose, one in each of these ways.
LEADERS = (
    Leader("decides steadily and writes well", tampers=0, levels=(3, 3)),
    Leader("reacts to noise in one decision", tampers=1, levels=(3, 3)),
    Leader("writes work that two markers see differently", tampers=0, levels=(2, 1)),
)
MARKERS = ("Marker One (simulated)", "Marker Two (simulated)")


@dataclass(frozen=True, slots=True)
class Learner:
    """One simulated member of staff, in a folder of their own."""

    name: str
    kind: Kind
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
        How many there are of the four kinds together; one who is strong in words alone joins them.
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

    say("2. They work through the lessons and do everything in them.")
    lessons = [load_syllabus().module(id) for id in load_syllabus().assessment(ASSESSMENT).modules]
    for learner in cohort:
        _learn(learner.workspace, lessons)
    names = ", ".join(lesson.id for lesson in lessons)
    say(f"   {len(cohort)} of {len(cohort)} have finished lessons {names}.\n")

    for attempt, moment in enumerate((now, now + timedelta(hours=25)), start=1):
        trying = [learner for learner in cohort if _may_try(learner.workspace)]
        if not trying:
            continue
        say(f"{2 * attempt + 1}. Attempt {attempt}: {len(trying)} open the questions.")
        handed_in = []
        for learner in trying:
            _answer(learner, keys, chance, moment)
            try:
                receipt = learner.workspace.hand_in(ASSESSMENT, moment)
            except Refused as why:
                say(f"   {learner.name}, {learner.kind.name}, can't hand in: {why}")
                continue
            outbox = learner.workspace.folder / "outbox"
            shutil.copy(outbox / receipt.file, desk.folder / "incoming")
            handed_in.append(learner)
        say(f"   {len(handed_in)} hand in.")
        if attempt == 1:
            _send_a_changed_one(desk, handed_in[0].workspace)
            say("   One more file arrives: a copy in which someone changed an answer.\n")
        else:
            say("")
        say(f"{2 * attempt + 2}. The desk marks with nbgrader, and sends results back.")
        report = mark_everything(desk, now=moment, say=lambda line: say(f"   {line}"))
        say(f"   {report.summary()}\n")
        for learner in handed_in:
            _collect(desk, learner.workspace)

    say("7. Certificates for all who passed, by the award's rule.")
    done = issue_awards(desk, load_syllabus(), load_approach(), now + timedelta(hours=26))
    return_results(desk, load_syllabus(), now + timedelta(hours=26))
    say(f"   {done.summary()}\n")

    say("8. Each learner checks their certificate; then one is tampered with.")
    for learner in cohort:
        _collect(desk, learner.workspace)
    _verify_all(cohort, now + timedelta(hours=27), say)

    say("\nWho has a certificate now:")
    for kind in (*FOUR_KINDS, IN_WORDS):
        same = [learner for learner in cohort if learner.kind == kind]
        certified = sum(bool(_badges(learner.workspace)) for learner in same)
        say(f"   {kind.name}: {certified} of {len(same)}")
    result = cohort[-1].workspace.results(ASSESSMENT)[-1]
    charts = result.hurdles[0]
    say(
        f"   The last had {result.score:g} of {result.max_score:g} right, but only "
        f"{charts.right} of the {charts.of} {charts.name}; {charts.least} are needed."
    )
    holders = [learner for learner in cohort if _badges(learner.workspace)]
    later = now + timedelta(hours=28)
    for number, dose in enumerate(HIGHER, start=9):
        say("")
        holders = _next_dose(desk, dose, holders, later, partial(_numbered, say, number))
        later += timedelta(hours=2)

    passed = sum(_passed(learner.workspace) for learner in cohort)
    say(f"\nDone: {passed} of {len(cohort)} passed the first. To look at the marked work, run:")
    say(f'   qi-course desk open --desk "{desk.folder}"')


def _numbered(say: Callable[[str], object], number: int, line: str) -> None:
    """Say a line, as a step of its own where it begins one."""
    say(f"   {line[1:]}" if line.startswith(" ") else f"{number}. {line}")


def _next_dose(
    desk: Desk,
    assessment: str,
    learners: Sequence[Learner],
    now: datetime,
    say: Callable[[str], object],
) -> list[Learner]:
    """Take learners through a dose with written work, and return those who hold its certificate."""
    syllabus = load_syllabus()
    plan = syllabus.assessment(assessment)
    lessons = [syllabus.module(id) for id in plan.modules]
    minutes = sum(lesson.minutes for lesson in lessons)
    say(f"{plan.title}: {len(learners)} take {len(lessons)} lessons ({minutes} minutes).")
    notebook = COURSE / "source" / assessment / f"{assessment}.ipynb"
    keys = read_keys(notebook)
    boxes = [
        call.id for call in read_notebook(notebook).questions if call.name == "written" and call.id
    ]
    ways = dict(zip((learner.name for learner in learners), LEADERS, strict=False))
    for learner in learners:
        _learn(learner.workspace, lessons)
        paper = open_paper(learner.workspace.start_attempt(assessment, now))
        tampers = ways[learner.name].tampers
        for drawn in paper.drawn:
            key = keys[drawn.item.id]
            noisy = key.tampers is not None and tampers > 0
            tampers -= noisy
            paper.answers.save(drawn.item.id, str(key.tampers) if noisy else _plainest(key))
        for box in boxes:
            paper.answers.save(box, "What the line shows, and what we ask for. (Simulated.)")
        receipt = learner.workspace.hand_in(assessment, now)
        shutil.copy(learner.workspace.folder / "outbox" / receipt.file, desk.folder / "incoming")
    mark_everything(desk, now=now)
    of = {_pseudonym(learner): ways[learner.name] for learner in learners}
    _give_in_formgrader(desk, syllabus, assessment, {who: way.levels[0] for who, way in of.items()})
    take_marks(desk, syllabus, MARKERS[0], now)
    second = 0
    for work in written_papers(desk, syllabus):
        if work.receipt.assessment == assessment and not work.standing.settled:
            level = of[work.receipt.pseudonym].levels[1]
            given = {each.name: level for each in work.rubric.criteria}
            give_marks(desk, syllabus, work.receipt.number, MARKERS[1], given, now)
            second += 1
    say(f" Written work has its first marker; {second} near the line get a second, who is blind.")
    mark_everything(desk, now=now + timedelta(minutes=30))
    issue_awards(desk, syllabus, load_approach(), now + timedelta(hours=1))
    return_results(desk, syllabus, now + timedelta(hours=1))
    for learner in learners:
        _collect(desk, learner.workspace)
        result = learner.workspace.results(assessment)[-1]
        missed = [hurdle.got for hurdle in result.hurdles if not hurdle.cleared]
        told = f"{result.score:g} of {result.max_score:g} right"
        told += f", but {joined(missed)}" if missed else ""
        written = sum(each.level for each in result.written)
        told += f"; {written:g} of {3 * len(result.written)} points for written work"
        verdict = "passed" if result.passed else "not passed"
        say(f" {learner.name}, who {ways[learner.name].name}: {verdict} ({told}).")
    done = [each for each in learners if _has_badge(each.workspace, assessment)]
    say(f" Certificates of this dose: {len(done)} of {len(learners)}.")
    return done


def _pseudonym(learner: Learner) -> str:
    """Return the pseudonym of an enrolled learner."""
    enrolment = learner.workspace.enrolment
    assert enrolment is not None
    return enrolment.pseudonym


def _plainest(key: Key) -> str | tuple[str, ...]:
    """Return the right answer; of a tree with several, the plainest."""
    if isinstance(key.right, str):
        return key.right
    return tuple(each.split("|")[0] for each in key.right)


def _give_in_formgrader(
    desk: Desk, syllabus: Syllabus, assessment: str, levels: Mapping[str, int]
) -> None:
    """Give everything that each learner wrote one level, as a marker does in formgrader."""
    from nbgrader.api import Gradebook

    names = [
        criterion.name
        for work in written_papers(desk, syllabus)
        if work.receipt.assessment == assessment
        for criterion in work.rubric.criteria
    ]
    with nbgrader(desk.folder), Gradebook(gradebook_url(desk.folder)) as gradebook:
        for pseudonym, level in levels.items():
            for name in dict.fromkeys(names):
                grade = gradebook.find_grade(name, assessment, assessment, pseudonym)
                grade.manual_score, grade.needs_manual_grade = level, False
        gradebook.db.commit()


def _has_badge(workspace: Workspace, assessment: str) -> bool:
    return (workspace.folder / "certificates" / assessment / "badge.json").is_file()


def _enrol(desk: Desk, folder: Path, count: int) -> Sequence[Learner]:
    kinds = [FOUR_KINDS[number % len(FOUR_KINDS)] for number in range(count)] + [IN_WORDS]
    staff = folder / "staff.csv"
    with staff.open("w", encoding="utf-8", newline="") as table:
        rows = csv.writer(table)
        rows.writerow(("staff_number", "name", "email", "staff_group"))
        for number in range(1, len(kinds) + 1):
            name = f"Simulated Learner {number:02}"
            email = f"learner{number:02}@example.org"
            rows.writerow((f"S{number:04}", name, email, GROUPS[0]))
    release = build_release(COURSE / "source", folder / "release")
    cohort = []
    files = {path.stem: path for path in desk.enrol(staff)}
    people = sorted(desk.people(), key=lambda person: person.name)
    for number, (person, kind) in enumerate(zip(people, kinds, strict=True), start=1):
        file = next(path for stem, path in files.items() if person.pseudonym in stem)
        workspace = Workspace.open(folder / "learners" / f"{number:02}", release=release)
        workspace.enrol(file.read_bytes())
        cohort.append(Learner(person.name, kind, workspace))
    return cohort


def _learn(workspace: Workspace, lessons: Iterable[Module]) -> None:
    """Do every activity of the lessons, as their pages would save it."""
    for module in lessons:
        lesson = workspace.lesson_path(module)
        assert lesson is not None
        answers = AnswerFile(lesson.parent / "answers.json")
        for activity in workspace.activities(module):
            answers.save(activity, "a")
        progress = workspace.progress(module)
        assert progress is not None
        assert progress.answered == progress.total


def _answer(learner: Learner, keys: dict[str, Key], chance: random.Random, now: datetime) -> None:
    paper = open_paper(learner.workspace.start_attempt(ASSESSMENT, now))
    charts = [drawn for drawn in paper.drawn if drawn.item.chart]
    words = [drawn for drawn in paper.drawn if not drawn.item.chart]
    known = chance.sample(words, learner.kind.words) + chance.sample(charts, learner.kind.charts)
    for drawn in paper.drawn:
        right = keys[drawn.item.id].right
        if drawn in known:
            paper.answers.save(drawn.item.id, right)
        elif learner.kind.otherwise != "leave out":
            given = _guess(drawn.item, chance)
            while learner.kind.otherwise == "wrong" and given == right:
                given = _guess(drawn.item, chance)
            paper.answers.save(drawn.item.id, given)


def _guess(item: Item, chance: random.Random) -> str | tuple[str, ...]:
    if lists := item.lists:
        return tuple(f"{name}={chance.choice([*lists[name]])}" for name in sorted(lists))
    return chance.choice([*item.options])


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


def _may_try(workspace: Workspace) -> bool:
    """Say whether someone can begin an attempt: none is open, and none is passed."""
    attempts = workspace.attempts(ASSESSMENT)
    return not _passed(workspace) and not any(attempt.is_open for attempt in attempts)


def _badges(workspace: Workspace) -> list[Path]:
    return sorted((workspace.folder / "certificates").glob("*/badge.json"))


def _passed(workspace: Workspace) -> bool:
    return any(result.passed for result in workspace.results(ASSESSMENT))


def _verify_all(cohort: Sequence[Learner], now: datetime, say: Callable[[str], object]) -> None:
    badges = [badge for learner in cohort for badge in _badges(learner.workspace)]
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
