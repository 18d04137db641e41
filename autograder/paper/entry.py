"""Taking in what was typed from filled-in sheets: every cell is checked before anything is kept.

A list with any fault is refused whole, with all its faults, so that it can be mended and given
again. What is typed becomes a hand-in like any other and goes through the same intake, so the same
rules on attempts hold. The desk's book keeps who typed it, and who held it against the paper.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from autograder.book import Receipt
from autograder.credentials.moments import stamp
from autograder.csv_list import csv_rows
from autograder.desk import Desk
from autograder.hand_in_file import HandInRefused, open_hand_in
from autograder.intake import take_in
from autograder.paper.sheet import Sheet, as_typed, lettered, opened, questions, sheet_of
from autograder.people import normalise_staff_number
from course.bank import BANK, Bank
from course.errors import Fault, FaultsFound, Refused
from course.handin import pack
from course.paper import ATTEMPT_FILE, Drawn
from course.syllabus import Assessment
from qi_tools.answers import AnswerFile, Value, parse_answers
from qi_tools.dates import read_dates

#: What stands before the questions' own columns.
COLUMNS = ("sheet", "staff_number", "taken_on", "own_answers")
NO_ANSWER = "-"
_YES = {"yes", "y"}


@dataclass(frozen=True, slots=True)
class Typed:
    """One row of a list, understood: the sheet it is of, the day, and the answers by item."""

    line: int
    sheet: Sheet
    taken_on: date
    answers: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class EntryReport:
    """What became of a list: who was entered, who had been before, and who was refused."""

    entered: tuple[Receipt, ...]
    before: tuple[Receipt, ...]
    refused: tuple[Fault, ...]

    def summary(self) -> str:
        """Return the counts in one line."""
        counts = f"{len(self.entered)} entered, {len(self.refused)} refused"
        return counts + (f", {len(self.before)} entered before" if self.before else "") + "."


def list_to_fill(sheets: Sequence[Sheet]) -> str:
    """Return the list for typing: a row for each sheet, with a column for each question.

    The name is there for whoever types; it is not read back.
    """
    made = io.StringIO()
    rows = csv.writer(made, lineterminator="\r\n")
    slots = [drawn.slot.id for drawn in sheets[0].drawn] if sheets else []
    rows.writerow((*COLUMNS, *slots, "name"))
    for sheet in sheets:
        name = sheet.person.name
        # A spreadsheet would take a name that starts so for a formula.
        name = f"'{name}" if name[:1] in "=+-@" else name
        rows.writerow((sheet.code, sheet.person.staff_number, *[""] * (2 + len(slots)), name))
    return made.getvalue()


def enter(
    desk: Desk, assessment: Assessment, path: Path, *, by: str, checked_by: str, now: datetime
) -> EntryReport:
    """Take in a list that was typed from filled-in sheets.

    Can be stopped at any point and run again on the same list: what was entered is not entered
    twice.

    Parameters
    ----------
    desk : Desk
        The desk.
    assessment : Assessment
        Which the sheets are of.
    path : Path
        The list, as `list_to_fill` makes it. A cell holds a letter, one letter for each row of a
        matching question such as ``BADC``, or ``-`` where nothing was answered.
    by, checked_by : str
        Who typed it, and who then held it against the paper: two people.
    now : datetime
        The desk's time.

    Raises
    ------
    FaultsFound
        With every cell that can't be understood; then nothing of the list is entered.
    Refused
        If it is not said who typed and who checked it.
    CourseError
        If the list can't be opened, or the desk can't work.
    """
    by, checked_by = _two_people(by, checked_by)
    data = opened(path)
    bank = questions(desk, assessment)
    faults: list[Fault] = []
    typed = tuple(_typed_rows(desk, bank, data, now.date(), faults))
    if faults:
        raise FaultsFound(path.name, faults)
    entered: list[Receipt] = []
    before: list[Receipt] = []
    refused: list[Fault] = []
    with desk.writing():
        # Read once: a list has each sheet once, so no row of it changes what another row finds.
        receipts = {receipt.file: receipt for receipt in reversed(desk.receipts())}
        attributed = frozenset(entry.receipt for entry in desk.paper_entries())
        for each in typed:
            earlier = receipts.get(_file(each.sheet))
            try:
                receipt = earlier or _take_in(desk, each, now)
            except HandInRefused as why:
                refused.append(Fault(_where(each), str(why)))
                continue
            if earlier and not _same_answers(desk, earlier, each):
                message = (
                    f"was entered on {earlier.received_at[:10]} with other answers, which stand. "
                    "To put a mistake right, change the mark: qi-course desk open"
                )
                refused.append(Fault(_where(each), message))
                continue
            if receipt.number in attributed:
                before.append(receipt)
                continue
            desk.add(
                "paper_entries",
                receipt=receipt.number,
                at=stamp(now),
                sheet=each.sheet.code,
                taken_on=each.taken_on.isoformat(),
                entered_by=by,
                checked_by=checked_by,
                list_sha256=hashlib.sha256(data).hexdigest(),
            )
            entered.append(receipt)
    return EntryReport(tuple(entered), tuple(before), tuple(refused))


def _two_people(by: str, checked_by: str) -> tuple[str, str]:
    by, checked_by = " ".join(by.split()), " ".join(checked_by.split())
    if not by or not checked_by:
        raise Refused("Say who typed the list and who checked it: --by NAME --checked-by NAME.")
    if by.casefold() == checked_by.casefold():
        raise Refused(
            f"{by} can't check their own typing. Ask someone else to hold the list against the "
            "sheets, and name them: --checked-by NAME."
        )
    return by, checked_by


# ------------------------------------------------------------ understanding a row


def _typed_rows(
    desk: Desk, bank: Bank, data: bytes, today: date, faults: list[Fault]
) -> Iterator[Typed]:
    slots = [slot.id for slot in bank.slots]
    sheets = {sheet.code: sheet for sheet in _known_sheets(desk, bank)}
    seen: dict[str, int] = {}
    for line, row in csv_rows(data, (*COLUMNS, *slots), "sheet", faults):
        code = as_typed(row["sheet"])
        sheet = sheets.get(code)
        if sheet is None:
            message = (
                f"is {row['sheet']!r}, the code of no sheet of these questions; "
                "look at the top of the paper again"
            )
            faults.append(Fault(f"line {line}, sheet", message))
            continue
        if code in seen:
            message = f"stands on line {seen[code]} already; keep one row for each paper"
            faults.append(Fault(f"line {line}, sheet", message))
            continue
        seen[code] = line
        found = len(faults)
        faults += _row_faults(line, row, sheet)
        taken_on = _day(line, row["taken_on"], today, faults)
        answers = dict(_answers(line, row, sheet, faults))
        if len(faults) > found or taken_on is None:
            continue
        if not answers:
            message = "has no answer at all; leave the row out, and the attempt stays free"
            faults.append(Fault(f"line {line}", message))
            continue
        yield Typed(line, sheet, taken_on, answers)


def _known_sheets(desk: Desk, bank: Bank) -> Iterator[Sheet]:
    """Yield every sheet that may have been printed: each person's attempts, up to the next."""
    last: dict[str, int] = {}
    for receipt in desk.receipts():
        if receipt.assessment == bank.assessment:
            last[receipt.pseudonym] = max(receipt.attempt, last.get(receipt.pseudonym, 0))
    for person in desk.people():
        for number in range(1, last.get(person.pseudonym, 0) + 2):
            yield sheet_of(desk, person, bank, number)


def _row_faults(line: int, row: Mapping[str, str], sheet: Sheet) -> Iterable[Fault]:
    if normalise_staff_number(row["staff_number"]) != sheet.person.staff_number:
        message = (
            f"is {row['staff_number']!r}, and sheet {sheet.code} is another person's; "
            "look at the top of the paper again"
        )
        yield Fault(f"line {line}, staff_number", message)
    if row["own_answers"].lower() not in _YES:
        message = (
            "must be yes: without the learner's tick at “these are my own answers” the paper "
            "can't count. Ask the learner, or leave the row out"
        )
        yield Fault(f"line {line}, own_answers", message)


def _day(line: int, text: str, today: date, faults: list[Fault]) -> date | None:
    # The day comes first, as it does in Britain; 2026-11-23 is understood too.
    read = read_dates([text], day_first=True) if text else None
    day: date | None = None if read is None or read.faults else read.days.tolist()[0]
    if day is None or day > today:
        message = f"is {text!r}; give the day the paper was filled in, such as 23/11/2026"
        faults.append(Fault(f"line {line}, taken_on", message))
        return None
    return day


def _answers(
    line: int, row: Mapping[str, str], sheet: Sheet, faults: list[Fault]
) -> Iterator[tuple[str, Value]]:
    for drawn in sheet.drawn:
        typed = row[drawn.slot.id].upper().replace(" ", "")
        if typed == NO_ANSWER:
            continue
        letters = lettered(drawn)
        many = len(drawn.rows)
        if len(typed) == max(many, 1) and set(typed) <= {*letters, *([NO_ANSWER] if many else [])}:
            # A row left open leaves a matching question without an answer, as on the page.
            if NO_ANSWER not in typed:
                yield drawn.item.id, _value(drawn, [letters[letter] for letter in typed])
            continue
        span = f"{min(letters)} to {max(letters)}"
        allowed = f"{many} letters {span}, one for each row" if many else f"one letter {span}"
        message = (
            f"is {row[drawn.slot.id]!r}; type {allowed}, or - if it was not answered "
            "or more was marked than one"
        )
        faults.append(Fault(f"line {line}, {drawn.slot.id}", message))


def _value(drawn: Drawn, options: Sequence[str]) -> Value:
    if not drawn.rows:
        return options[0]
    return tuple(sorted(f"{row}={option}" for row, option in zip(drawn.rows, options, strict=True)))


# ------------------------------------------------------------ a hand-in like any other


def _take_in(desk: Desk, typed: Typed, now: datetime) -> Receipt:
    """Make a hand-in of a row, as the learner's computer would have, and take it in."""
    sheet = typed.sheet
    assessment = sheet.attempt.assessment
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "attempt"
        folder.mkdir()
        for name in (f"{assessment}.ipynb", BANK):
            shutil.copyfile(desk.folder / "release" / assessment / name, folder / name)
        about = {"schema": 1, **asdict(sheet.attempt)}
        (folder / ATTEMPT_FILE).write_text(json.dumps(about), encoding="utf-8")
        answers = AnswerFile(folder / "answers.json")
        for item, value in typed.answers.items():
            answers.save(item, value)
        packed = pack(folder, desk.enrolment_of(sheet.person), Path(made) / "outbox", now)
        return take_in(desk, packed.rename(packed.with_name(_file(sheet))), now)


def _file(sheet: Sheet) -> str:
    return f"paper_{sheet.code}.zip"


def _same_answers(desk: Desk, receipt: Receipt, typed: Typed) -> bool:
    kept = parse_answers(open_hand_in(desk.hand_in(receipt).read_bytes()).answers)
    return {id: answer.value for id, answer in kept.items()} == dict(typed.answers)


def _where(typed: Typed) -> str:
    return f"line {typed.line}, {typed.sheet.person.name}"
