"""nbgrader's own autograde command, and formgrader's button, made as safe as ours.

nbgrader has its steps run one after the other over a notebook. `SandboxedExecute` stands in place
of ``Execute`` and of most of the others (see `prepare` and `score`): it takes nothing that nbgrader
has done so far, but reads the submission again, with the same care as our own marking.
"""

from __future__ import annotations

import atexit
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode, from_dict
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.engine.prepare import Prepared, prepare
from autograder.engine.score import score_notebook
from autograder.engine.snapshot import is_ignored, take_snapshot
from autograder.engine.submitted import SubmissionDamaged, read_submission
from course.syllabus import load_syllabus

if TYPE_CHECKING:
    from autograder.backends.local import Runners


class SandboxedExecute(NbGraderPreprocessor):  # type: ignore[misc]
    """Runs a submitted notebook where it can do no harm."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the notebook as the marker makes it, with its outputs; nothing of ``nb`` is used.

        Raises
        ------
        CourseError
            If it can't be marked; nbgrader then removes all that it made of the submission.
        """
        about = resources["nbgrader"]
        assignment = about["assignment"]
        folder = Path(resources["metadata"]["path"])  # autograded/<student>/<assignment>
        root = folder.parents[2]
        with Gradebook(about["db_url"]) as gradebook:
            snapshot = take_snapshot(gradebook, root, assignment)
        prepared = prepare(
            snapshot,
            read_submission(root, assignment, about["student"]),
            learner_code=load_syllabus().holds_code(assignment),
        )
        _refuse_what_was_left_out(folder, prepared)
        (notebook,) = (each for each in prepared.notebooks if each.author.name == about["notebook"])
        result = _runners().run(notebook.job)
        for note in prepared.notes:
            self.log.warning("%s of %s: %s", assignment, about["student"], note)
        if result.ran_in == "practice":
            self.log.warning(
                "%s of %s ran without a sandbox: its marks are for practice",
                assignment,
                about["student"],
            )
        scored = score_notebook(notebook, result, self.config)
        return from_dict(scored.content), resources  # type: ignore[no-untyped-call]


def _refuse_what_was_left_out(folder: Path, prepared: Prepared) -> None:
    """Refuse a submission of which nbgrader has copied more than was read.

    It follows links: the file that one points to may hold others' work or the key.
    """
    read = {name for name, _ in prepared.files}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if not path.is_dir() and not is_ignored(name) and name not in read:
            raise SubmissionDamaged(
                f"{name} is not an ordinary file of the submission. Delete it from submitted/, "
                "then mark again."
            )


@cache
def _runners() -> Runners:
    """Return this process's runners: a sandbox takes longer to start than a notebook to run."""
    from autograder.backends.local import Runners

    runners = Runners()
    atexit.register(runners.close)
    return runners
