"""What a learner's desk has sent back: results, and the certificates that come with them."""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from course.enrolled import enrolled_in, enrolment_in
from course.errors import CourseError, Refused
from course.record import Record
from course.result import Result, read_result
from course.seal import LARGEST_SEALED
from course.times import as_time
from qi_tools.whole_file import write_whole


@dataclass(frozen=True, slots=True)
class Returned:
    """The results and certificates in a learner's folder.

    Every result file is kept in the record as it came, so its signature can be checked each time
    it is read. A certificate is laid out as ``certificates/<assessment>/``: the page, the badge
    and the trust file that checks them, under the names that `qi-course verify` expects.

    Parameters
    ----------
    folder : Path
        The learner's folder.
    record : Record
        Their record.
    """

    folder: Path
    record: Record

    def results(self, assessment: str | None = None) -> tuple[Result, ...]:
        """Return the newest result of every attempt, by assessment and attempt."""
        newest: dict[tuple[str, int], Result] = {}
        for event in self.record.events("result", assessment):
            result = self._read(event.detail["file"].encode())
            key = (result.assessment, result.attempt)
            known = newest.get(key)
            # The certificate comes with a second file for the same marking.
            if known is None or _freshness(result) >= _freshness(known):
                newest[key] = result
        return tuple(newest[key] for key in sorted(newest))

    def take_in(self, data: bytes) -> Result:
        """Take in a result file from the desk and lay out its certificate.

        Raises
        ------
        Refused
            The file is not whole, was not signed by the learner's own desk, or is about someone
            else.
        """
        result = self._read(data)
        if result.pseudonym != enrolled_in(self.folder).pseudonym:
            raise Refused(
                "This result belongs to someone else. Choose the file that was sent to you; "
                "nothing was imported."
            )
        if _sha256(data) not in self._known():
            detail = {"sha256": _sha256(data), "file": data.decode("utf-8")}
            self.record.append("result", result.assessment, detail)
        for current in self.results(result.assessment):
            self._lay_out_certificate(current)
        return result

    def collect(self) -> tuple[Result, ...]:
        """Take in every new result file in the folder that the enrolment names.

        A file that is refused, and a folder that can't be reached, are passed over: the learner
        can still choose a file by hand and then gets the reason.
        """
        enrolment = enrolment_in(self.folder)
        if enrolment is None or enrolment.results is None:
            return ()
        known = self._known()
        taken = []
        for path in _result_files(Path(enrolment.results), enrolment.pseudonym):
            with contextlib.suppress(OSError, CourseError):
                if path.stat().st_size <= LARGEST_SEALED:
                    data = path.read_bytes()
                    if _sha256(data) not in known:
                        taken.append(self.take_in(data))
        return tuple(taken)

    def _known(self) -> set[str]:
        return {event.detail["sha256"] for event in self.record.events("result")}

    def _read(self, data: bytes) -> Result:
        return read_result(data, enrolled_in(self.folder).desk_key)

    def _lay_out_certificate(self, result: Result) -> None:
        if not (result.certificate and result.certificate_html and result.trust):
            return
        folder = self.folder / "certificates" / result.assessment
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(folder / "certificate.html", result.certificate_html.encode())
            write_whole(folder / "badge.json", _json(result.certificate))
            write_whole(folder / "trust.json", _json(result.trust))
        except OSError as error:
            raise CourseError(
                f"Your certificate could not be put into {folder} ({error.strerror}). Make room "
                "on the disk and add the result file once more; nothing is lost."
            ) from None


def _result_files(folder: Path, pseudonym: str) -> tuple[Path, ...]:
    pattern = f"result_*_{pseudonym}.qiresult"
    try:
        found = (*folder.glob(pattern), *(folder / pseudonym).glob(pattern))
    except OSError:
        return ()
    return tuple(sorted(found, key=lambda path: path.name))


def _freshness(result: Result) -> tuple[datetime, bool]:
    return (as_time(result.marked_at), result.certificate is not None)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _json(content: object) -> bytes:
    return f"{json.dumps(content, ensure_ascii=False, indent=1)}\n".encode()
