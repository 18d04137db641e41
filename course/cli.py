"""The `qi-course` command: everything that can be done without the home page.

Exit codes: 0 done · 1 checked, and the answer is no · 2 could not be done.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from course.errors import CourseError, Fault, FaultsFound
from course.folders import COURSE, MODULES, REPOSITORY, desk_folder, workspace_folder

if TYPE_CHECKING:
    from autograder.backends import Backend
    from autograder.desk import Desk

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
NOTEBOOKS = click.argument("notebooks", nargs=-1, required=True, type=FILE)
DESK = click.option(
    "--desk",
    type=FOLDER,
    default=desk_folder,
    help="The marking desk's folder.",
    show_default="~/qi-course-desk",
)
WORKSPACE = click.option(
    "--workspace",
    type=FOLDER,
    default=workspace_folder,
    help="The learner's own folder.",
    show_default="~/qi-course",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 90})
@click.option("--debug", is_flag=True, help="On an error, show where in the code it happened.")
@click.pass_context
def cli(context: click.Context, debug: bool) -> None:
    """Learn, hand in, mark and certify: the QI dosing course.

    Learners need only `qi-course open`. A marking desk uses `desk`, `mark` and `award`; anyone
    can `verify` a certificate. Authors use `lesson`, `check` and `tidy`.
    """
    context.obj = debug


# ------------------------------------------------------------------------------ learners


@cli.command("open")
@WORKSPACE
@click.option("--port", type=click.IntRange(1024, 65535), help="The port to listen on.")
@click.option("--no-browser", is_flag=True, help="Print the address; don't open a browser.")
def open_(workspace: Path, port: int | None, no_browser: bool) -> None:
    """Open the course in your browser.

    Your copies of the lessons, your answers and your record live in your own folder. They are
    kept when the course is updated.
    """
    from course.home.launch import open_course
    from course.workspace import Workspace

    Workspace.open(workspace, release=_release(workspace))
    open_course(workspace, port=port, browser=not no_browser)


@cli.command()
@click.argument("assessment")
@WORKSPACE
def handin(assessment: str, workspace: Path) -> None:
    """Pack your answers into one file and send it.

    The same as "Hand in" on the home page. Use it where the page can't be opened.
    """
    from course.workspace import Workspace

    receipt = Workspace.open(workspace, release=_release(workspace)).hand_in(
        assessment, now=datetime.now(UTC)
    )
    click.echo(receipt.words())


@cli.command("print")
@click.argument("folder", type=FOLDER)
def print_(folder: Path) -> None:
    """Write every lesson as pages to print or send on.

    FOLDER gets, for each lesson, a plain page, a large-print page and a summary on one sheet; and
    for each dose a handout on one sheet. Each is one file that needs no network and no script.
    """
    from course.editions.printing import print_course

    for path in print_course(folder):
        click.echo(f"Wrote {path}")


def _release(workspace: Path) -> Path:
    """Return the folder of released assessments: shipped to learners, made in a full clone."""
    shipped = COURSE / "release"
    if shipped.is_dir():
        return shipped
    from autograder.release import build_release

    return build_release(COURSE / "source", workspace / ".qi-course" / "release")


# ------------------------------------------------------------------------------ the desk


@cli.group()
def desk() -> None:
    """Run a marking desk.

    A desk has its own folder, apart from every learner's. `qi-course mark` and
    `qi-course award` do the marking.
    """


@desk.command("create")
@DESK
@click.option("--organisation", required=True, help="The name that certificates show as issuer.")
def desk_create(desk: Path, organisation: str) -> None:
    """Make a new desk with its keys.

    Keep a copy of its `keys` folder somewhere safe: without it, no certificate can be issued in
    the same name.
    """
    from autograder.desk import Desk

    made = Desk.create(desk, organisation)
    click.echo(f"The desk of {made.organisation} is ready in {made.folder}.")
    click.echo("Next: qi-course desk enrol STAFF.csv")


@desk.command("enrol")
@click.argument("staff", type=FILE)
@click.option(
    "--shared", type=FOLDER, help="A folder that learners can reach, for hand-ins and results."
)
@DESK
def desk_enrol(staff: Path, shared: Path | None, desk: Path) -> None:
    """Enrol everyone in a CSV file.

    STAFF has the columns staff_number, name, email and staff_group. Writes one enrolment file a
    person. Give each to its owner only: it holds their secret. Names and e-mail addresses stay
    at the desk.
    """
    from autograder.desk import Desk

    written = Desk.open(desk).enrol(staff, shared)
    click.echo(f"Enrolled {len(written)}. Their files are in {written[0].parent}.")


@desk.command("enrol-me")
@click.option("--name", required=True, help="Your name as the certificate should show it.")
@click.option(
    "--email", default="", help="Optional: lets an employer match the certificate to you."
)
@WORKSPACE
@DESK
def desk_enrol_me(name: str, email: str, workspace: Path, desk: Path) -> None:
    """Make this computer a desk of its own, for one learner."""
    from autograder.desk import Desk
    from course.workspace import ENROLMENT

    Desk.for_one(desk).enrol_me(name, email or None, workspace / ENROLMENT)
    click.echo(f"This computer now marks its own work, in {desk}.")


@desk.command("open")
@DESK
@click.option("--port", type=click.IntRange(1024, 65535), help="The port to listen on.")
@click.option("--no-browser", is_flag=True, help="Print the address; don't open a browser.")
def desk_open(desk: Path, port: int | None, no_browser: bool) -> None:
    """Look at marked work in nbgrader's formgrader."""
    from autograder.desk import Desk
    from autograder.formgrader import open_formgrader

    open_formgrader(Desk.open(desk), port=port, browser=not no_browser)


@desk.command("allow")
@click.argument("pseudonym")
@click.argument("assessment")
@click.option("--by", required=True, help="Who held the conversation.")
@DESK
def desk_allow(pseudonym: str, assessment: str, by: str, desk: Path) -> None:
    """Allow one more attempt after a conversation.

    After three attempts without a pass, a facilitator talks it through with the learner first.
    """
    from autograder.desk import Desk

    Desk.open(desk).allow_attempt(pseudonym, assessment, by, datetime.now(UTC))
    click.echo(f"{pseudonym} may try {assessment} once more.")


@desk.command("recognise")
@click.argument("pseudonym")
@click.argument("assessment")
@click.option("--evidence", required=True, help="What you have seen. The certificate shows it.")
@click.option("--by", required=True, help="The expert who signs for it.")
@DESK
def desk_recognise(pseudonym: str, assessment: str, evidence: str, by: str, desk: Path) -> None:
    """Accept evidence of prior learning in the place of an assessment.

    It counts towards certificates of higher doses, and each of them says so. The assessment of a
    certificate's own dose is taken by everyone.
    """
    from autograder.desk import Desk

    found = Desk.open(desk).recognise(pseudonym, assessment, evidence, by, datetime.now(UTC))
    click.echo(f"{assessment} is recognised for {pseudonym}, signed by {found.by}.")


@desk.group("paper")
def desk_paper() -> None:
    """Print question sheets and results, and take in filled-in sheets.

    For those who learn without a computer. The rules on attempts and passing are the same.
    """


ASSESSMENT = click.argument("assessment")
ONLY = click.option(
    "--for",
    "people",
    type=FILE,
    help="A CSV file with the column staff_number: only for these people.",
)


@desk_paper.command("sheets")
@ASSESSMENT
@ONLY
@click.option("--large-print", is_flag=True, help="Letters of 18 points.")
@DESK
def desk_paper_sheets(assessment: str, people: Path | None, large_print: bool, desk: Path) -> None:
    """Make question sheets of ASSESSMENT to print, one for each person.

    Everyone enrolled who may take it now gets their own questions. Beside the sheets lies a list
    for typing the answers.
    """
    from autograder.desk import Desk
    from autograder.paper.pages import LARGE, ORDINARY
    from autograder.paper.printed import LIST, SHEETS, print_sheets
    from autograder.paper.sheet import people_in
    from course.syllabus import load_syllabus

    opened = Desk.open(desk)
    wanted = people_in(opened, people) if people else opened.people()
    plan, letters = load_syllabus().assessment(assessment), LARGE if large_print else ORDINARY
    made = print_sheets(opened, plan, wanted, datetime.now(UTC), letters)
    for fault in made.faults:
        click.echo(f"No sheet for {fault}")
    click.echo(f"{_people(made.people)}: print {made.folder / SHEETS}")
    click.echo(f"Type the answers into {made.folder / LIST}")
    click.echo(f"Next: qi-course desk paper enter {assessment} LIST --by NAME --checked-by NAME")


@desk_paper.command("enter")
@ASSESSMENT
@click.argument("answers", metavar="LIST", type=FILE)
@click.option("--by", required=True, help="Who typed the list.")
@click.option("--checked-by", required=True, help="Who then held it against the sheets.")
@DESK
def desk_paper_enter(assessment: str, answers: Path, by: str, checked_by: str, desk: Path) -> None:
    """Take in a LIST of answers typed from filled-in sheets.

    A cell holds the letter written in the box, one letter for each box of a matching question
    such as BADC, or - where there was no answer. Nothing is taken in while any cell has a fault.
    """
    from autograder.desk import Desk
    from autograder.paper.entry import enter
    from course.syllabus import load_syllabus

    plan = load_syllabus().assessment(assessment)
    report = enter(
        Desk.open(desk), plan, answers, by=by, checked_by=checked_by, now=datetime.now(UTC)
    )
    for fault in report.refused:
        click.echo(f"Not entered, {fault}")
    click.echo(report.summary())
    if report.entered:
        click.echo("Next: qi-course mark, then qi-course award")
    sys.exit(1 if report.refused else 0)


@desk_paper.command("results")
@ASSESSMENT
@ONLY
@DESK
def desk_paper_results(assessment: str, people: Path | None, desk: Path) -> None:
    """Make results of ASSESSMENT to print, for those who answered on paper.

    Certificates that have been issued are laid beside them.
    """
    from autograder.desk import Desk
    from autograder.paper.printed import print_results
    from autograder.paper.sheet import people_in
    from course.syllabus import load_syllabus

    opened, syllabus = Desk.open(desk), load_syllabus()
    wanted = people_in(opened, people) if people else opened.people()
    plan = syllabus.assessment(assessment)
    made = print_results(opened, syllabus, plan, wanted, datetime.now(UTC))
    click.echo(f"{_people(made.people)}: print what is in {made.folder}")


@desk.group("written")
def desk_written() -> None:
    """Mark written work with its rubric, and say who must mark it.

    The first marker gives levels in formgrader (`qi-course desk open`) and takes them into the
    desk's book. What is near the pass line then waits for a second marker, who sees no one's marks.
    """


RECEIPT = click.argument("receipt", type=click.IntRange(1))
MARKER = click.option("--marker", required=True, help="Who marks.")
REASON = click.option("--reason", help="Why marks are changed that were given before.")


@desk_written.command("list")
@DESK
def desk_written_list(desk: Path) -> None:
    """List all written work that waits for a marker."""
    from autograder.desk import Desk
    from autograder.written_work import written_papers
    from course.syllabus import load_syllabus

    papers = written_papers(Desk.open(desk), load_syllabus())
    waiting = [paper for paper in papers if not paper.standing.settled]
    for paper in waiting:
        click.echo(paper.words())
    click.echo(f"{len(waiting)} of {len(papers)} wait for a marker.")


@desk_written.command("take")
@MARKER
@REASON
@DESK
def desk_written_take(marker: str, reason: str | None, desk: Path) -> None:
    """Take the levels that a marker gave in formgrader into the desk's book."""
    from autograder.desk import Desk
    from autograder.written_work import take_marks
    from course.syllabus import load_syllabus

    taken, faults = take_marks(Desk.open(desk), load_syllabus(), marker, datetime.now(UTC), reason)
    for paper in taken:
        click.echo(paper.words())
    for fault in faults:
        click.echo(f"Not taken, {fault}")
    click.echo(f"Took the marks of {len(taken)}. Next: qi-course mark")
    sys.exit(1 if faults else 0)


@desk_written.command("sheet")
@RECEIPT
@DESK
def desk_written_sheet(receipt: int, desk: Path) -> None:
    """Write a page to mark RECEIPT from: no name, and no one's marks."""
    from autograder.desk import Desk
    from autograder.paper.pages import written_page
    from autograder.written_work import the_paper
    from course.syllabus import load_syllabus
    from qi_tools.whole_file import write_whole

    opened, syllabus = Desk.open(desk), load_syllabus()
    paper = the_paper(opened, syllabus, receipt)
    title = syllabus.assessment(paper.receipt.assessment).title
    path = opened.folder / "written" / f"receipt_{receipt}.html"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    write_whole(path, written_page(paper, title, opened.organisation).encode(), mode=0o600)
    click.echo(f"Open or print {path}")


@desk_written.command("give")
@RECEIPT
@click.argument("levels", metavar="CRITERION=LEVEL ...", nargs=-1, required=True)
@MARKER
@REASON
@DESK
def desk_written_give(
    receipt: int, levels: Sequence[str], marker: str, reason: str | None, desk: Path
) -> None:
    """Give levels to RECEIPT's written work, such as w1-data=2: one for each criterion."""
    from autograder.desk import Desk
    from autograder.written_work import give_marks
    from course.syllabus import load_syllabus

    given = {}
    for each in levels:
        name, _, level = each.partition("=")
        if not level.isdecimal():
            raise CourseError(f"{each!r} is no level. Write a criterion and a level: w1-data=2.")
        given[name] = int(level)
    now = datetime.now(UTC)
    paper = give_marks(Desk.open(desk), load_syllabus(), receipt, marker, given, now, reason)
    click.echo(paper.words())
    click.echo("Next: qi-course mark")


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


@desk.command("export")
@click.argument("file", metavar="FILE.csv", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--names", is_flag=True, help="Also write names and staff numbers.")
@DESK
def desk_export(file: Path, names: bool, desk: Path) -> None:
    """Write the marks of every attempt to a CSV file.

    A spreadsheet opens it safely: nothing in it can act as a formula.
    """
    from autograder.desk import Desk
    from autograder.exports import csv_text, marks_rows, named_marks_rows
    from course.syllabus import load_syllabus
    from qi_tools.whole_file import write_whole

    rows = (named_marks_rows if names else marks_rows)(Desk.open(desk), load_syllabus())
    write_whole(file, csv_text(rows).encode(), mode=0o600)
    click.echo(f"Wrote {len(rows) - 1} attempts to {file}.")


@cli.command()
@click.argument("files", nargs=-1, type=FILE)
@click.option("--student", "students", multiple=True, help="Only this pseudonym; may be repeated.")
@click.option("--assessment", "assessments", multiple=True, help="Only this assessment.")
@click.option(
    "--again", is_flag=True, help="Also take over marks that were changed by hand in `desk open`."
)
@click.option(
    "--rerun",
    is_flag=True,
    help="Also run everyone's latest attempt again, after a check was mended; marks and comments "
    "given by hand stay.",
)
@click.option("--watch", "watching", is_flag=True, help="Go on: mark what arrives, until Ctrl+C.")
@click.option("--award", "awarding", is_flag=True, help="Also issue every certificate now due.")
@click.option("--workers", type=click.IntRange(1, 64), help="How many to run at once, here.")
@click.option("--dask", "address", help="Run on a Dask cluster: the scheduler's address.")
@DESK
def mark(
    *,
    files: Sequence[Path],
    students: Sequence[str],
    assessments: Sequence[str],
    again: bool,
    rerun: bool,
    watching: bool,
    awarding: bool,
    workers: int | None,
    address: str | None,
    desk: Path,
) -> None:
    """Mark what learners handed in, and write their results.

    Takes FILES, and everything in the desk's `incoming` folder. A file that can't be accepted is
    put aside with the reason; it never stops the others. Stopping and starting again is safe.
    """
    from contextlib import closing
    from functools import partial

    from autograder.desk import Desk
    from autograder.marking import Chosen, mark_everything
    from autograder.watch import watch

    opened = Desk.open(desk)
    chosen = Chosen(frozenset(students), frozenset(assessments))
    chosen.check(opened)
    with closing(_backend(workers, address)) as backend:
        report = mark_everything(
            opened,
            files,
            now=datetime.now(UTC),
            say=click.echo,
            backend=backend,
            again=again,
            choose=chosen.with_latest if rerun else chosen.waiting,
        )
        click.echo(report.summary())
        troubled = report.troubled
        if awarding:
            troubled = not _awarded(opened) or troubled
        if watching:
            click.echo("Watching for what arrives. To stop: press Ctrl+C here.")
            after = partial(_awarded, opened) if awarding else lambda: None
            watch(opened, backend, click.echo, after_marking=after)
    sys.exit(1 if troubled else 0)


def _backend(workers: int | None, address: str | None) -> Backend:
    if address:
        from autograder.backends.dask import DaskBackend

        return DaskBackend(address)
    from autograder.backends.local import LocalBackend

    return LocalBackend(workers)


@cli.command()
@DESK
def award(desk: Path) -> None:
    """Issue every certificate that is now due.

    Adds each to its learner's results.
    """
    from autograder.desk import Desk

    sys.exit(0 if _awarded(Desk.open(desk)) else 1)


def _awarded(desk: Desk) -> bool:
    """Issue what is due and return results; say whether nothing is left for a person to do."""
    from autograder.awards import issue_awards
    from autograder.returns import return_results
    from course.approach import load_approach
    from course.syllabus import load_syllabus

    now = datetime.now(UTC)
    report = issue_awards(desk, load_syllabus(), load_approach(), now)
    returned = return_results(desk, load_syllabus(), now)
    click.echo(report.summary())
    faults = [each for each in returned if isinstance(each, Fault)]
    for fault in faults:
        click.echo(f"Not delivered, {fault}")
    return not (faults or report.held_back)


@cli.command()
def doctor() -> None:
    """Say what this computer can do for marking, and what to install.

    Assessments of answers can be marked anywhere. Assessments of code certify only where the
    learner's code runs in a sandbox.
    """
    from autograder.doctor import diagnose, words

    findings = diagnose()
    click.echo(words(findings))
    sys.exit(0 if all(finding.ok for finding in findings) else 1)


@cli.command()
@click.argument("file", type=FILE)
@click.option(
    "--trust", type=FILE, help="The issuer's trust file.  [default: trust.json beside FILE]"
)
@click.option("--email", help="Also check that the certificate was issued to this address.")
def verify(file: Path, trust: Path | None, email: str | None) -> None:
    """Say whether a certificate is valid, or exactly why not.

    FILE is the badge (.json) or the certificate page (.html). The trust file tells which issuer
    you trust: get it from the organisation itself, not from whoever shows you the certificate.
    Works without a network.
    """
    from autograder.verify import verify_file

    verdict = verify_file(file, trust or file.with_name("trust.json"), datetime.now(UTC), email)
    click.echo(verdict.words())
    sys.exit(0 if verdict.valid else 1)


# ------------------------------------------------------------------------------ authors


@cli.group()
def lesson() -> None:
    """Write lessons."""


@lesson.command("new")
@click.argument("module")
def lesson_new(module: str) -> None:
    """Start the lesson of MODULE (such as A2) from the lesson grammar and the syllabus."""
    from course.scaffold import new_lesson
    from course.syllabus import load_syllabus

    path = new_lesson(load_syllabus(), module, MODULES)
    click.echo(f"Wrote {_short(path)}. Fill it in, then run: qi-course check {_short(path)}")


@cli.command()
@NOTEBOOKS
def check(notebooks: Sequence[Path]) -> None:
    """List every fault of NOTEBOOKS against the lesson grammar."""
    from course.glossary import load_glossary
    from course.grammar import check_notebook
    from course.syllabus import load_syllabus

    syllabus, glossary = load_syllabus(), load_glossary()
    found = {path: check_notebook(path, syllabus, glossary) for path in notebooks}
    if len(notebooks) == 1 and any(found.values()):
        raise FaultsFound(_short(notebooks[0]), *found.values())
    faults = [
        Fault(f"{_short(path)}, {fault.where}", fault.message)
        for path, its in found.items()
        for fault in its
    ]
    if faults:
        raise FaultsFound(_counted(notebooks), faults)
    click.echo(f"No faults in {_counted(notebooks)}.")


@cli.command()
@NOTEBOOKS
@click.option("--check", "only_check", is_flag=True, help="Change nothing; fail if untidy.")
def tidy(notebooks: Sequence[Path], only_check: bool) -> None:
    """Give NOTEBOOKS stable ids and remove their outputs."""
    from course.tidy import is_tidy
    from course.tidy import tidy as tidy_notebook

    if only_check:
        faults = [
            Fault(_short(path), "is untidy; run qi-course tidy on it")
            for path in notebooks
            if not is_tidy(path)
        ]
        if faults:
            raise FaultsFound(_counted(notebooks), faults)
        click.echo(f"All tidy: {_counted(notebooks)}.")
    else:
        changed = [path for path in notebooks if tidy_notebook(path)]
        click.echo(f"Tidied {len(changed)} of {_counted(notebooks)}.")


@cli.command("build-learner")
@click.argument("zip_file", type=click.Path(dir_okay=False, path_type=Path))
def build_learner(zip_file: Path) -> None:
    """Make the zip file that learners get.

    ZIP_FILE holds the course without assessment keys and without the desk's tools.
    """
    from autograder.learner_package import build_learner_package

    built = build_learner_package(REPOSITORY, zip_file)
    click.echo(f"Wrote {built}. Learners unzip it and run: python run.py")


@cli.command()
@click.option(
    "--folder", type=FOLDER, help="Where to put it all.  [default: a new temporary folder]"
)
@click.option("--learners", type=click.IntRange(1, 500), default=12, show_default=True)
def demo(folder: Path | None, learners: int) -> None:
    """Show the whole path with simulated learners.

    They learn, hand in, are marked and certified, and every certificate is verified.
    """
    from autograder.demo import run_demo

    run_demo(folder, learners, say=click.echo)


def _short(path: Path) -> str:
    path = path.resolve()
    return str(path.relative_to(REPOSITORY)) if path.is_relative_to(REPOSITORY) else str(path)


def _counted(notebooks: Sequence[Path]) -> str:
    return "1 notebook" if len(notebooks) == 1 else f"{len(notebooks)} notebooks"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return cli.main(words, prog_name="qi-course", standalone_mode=False) or 0
    except SystemExit as stop:
        return int(stop.code or 0)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return 2
    except CourseError as error:
        if "--debug" in words:
            raise
        click.echo(str(error), err=True)
        return error.exit_code
    except ModuleNotFoundError as error:
        if "--debug" in words or not (error.name or "").startswith("autograder"):
            raise
        click.echo(
            "This is the learner's edition: it has no marking desk. Ask your improvement team, "
            "or use the full course.",
            err=True,
        )
        return 2
    except Exception as error:
        if "--debug" in words:
            raise
        click.echo(
            f"Something unexpected went wrong ({type(error).__name__}: {error}). "
            "Nothing already saved is lost. To see where, run: qi-course --debug "
            + " ".join(words),
            err=True,
        )
        return 2


if __name__ == "__main__":
    sys.exit(main())
