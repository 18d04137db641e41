"""How a marking desk runs nbgrader. Every desk gets a copy in its own folder.

Both the marking itself and formgrader (`qi-course desk open`) read it, so what an expert does by
hand follows the same rules.
"""

from pathlib import Path

# traitlets gives every settings file the name get_config.
c = get_config()  # type: ignore[name-defined]  # noqa: F821

# The course root is the folder that this file is in, wherever nbgrader is started from.
root = Path(__file__).resolve().parent
c.CourseDirectory.root = str(root)
c.CourseDirectory.db_url = f"sqlite:///{(root / 'gradebook.db').as_posix()}"

# There is no exchange: hand-ins come as zip files that the desk checks first. Without a course id
# formgrader offers neither "release" nor "collect". nbgrader still looks for the exchange's folder;
# here it finds one that is there and has nothing of it.
c.CourseDirectory.course_id = ""
c.Exchange.root = str(root)

# A submission's code never runs beside the gradebook and the keys. Our step reads the submission
# afresh and does what nbgrader's other steps do before and after running, so those are not here.
c.Autograde.sanitize_preprocessors = ["nbgrader.preprocessors.ClearOutput"]
c.Autograde.autograde_preprocessors = [
    "autograder.engine.nbgrader_step.SandboxedExecute",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# What is left for nbgrader's own way of running: an author's "validate". A notebook can't choose
# what runs it: always this course's own Python.
c.Execute.kernel_name = "python3"

# A cell tagged "skip-execution" would be skipped, and a skipped test counts as passed. No tag can
# have this name, so every cell runs.
c.Execute.skip_cells_with_tag = "__none__"

# Seconds for one cell to run, for the kernel to start, and to wait for its output.
c.Execute.timeout = 30
c.Execute.startup_timeout = 60
c.Execute.iopub_timeout = 10

# What the kernel holds is of no use after the last cell: end it at once (saves 0.3 s each).
c.Execute.shutdown_kernel = "immediate"
c.Execute.extra_arguments = ["--log-level=ERROR"]

# Feedback pages are written from marks and comments alone. nbgrader's own would show the hidden
# tests and their tracebacks, which give away the answers, and run scripts from the submission.
c.GenerateFeedback.exporter_class = "autograder.feedback_exporter.FeedbackPage"
c.GenerateFeedback.preprocessors = ["nbgrader.preprocessors.GetGrades"]

# formgrader shows a submission in its own page. Nothing of it may act there: outputs are cut down
# to text and PNG pictures, and markdown to its words.
c.HTMLExporter.preprocessors = ["autograder.formgrader_view.OnlyPlain"]
c.HTMLExporter.filters = {"markdown2html": "autograder.plain_markdown.plain_markdown"}

# nbgrader's own CSV passes on whatever a spreadsheet would take for a formula, and quotes nothing.
c.ExportApp.plugin_class = "autograder.gradebook_export.GradebookCsv"
