"""What the README shows a coder to write works as it stands."""

import re
from contextlib import redirect_stdout
from io import StringIO

import pandas as pd

from course.folders import REPOSITORY

TEXT = (REPOSITORY / "README.md").read_text(encoding="utf-8")
CHARTS, PROJECT = re.findall(r"^```python\n(.*?)^```", TEXT, flags=re.M | re.S)


def run(code, names):
    """Run an example, and give what it printed."""
    printed = StringIO()
    with redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), names)
    return printed.getvalue()


def test_the_example_of_charts_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # it saves a picture
    names = {
        "table": pd.DataFrame(
            {
                "trust": ["North"] * 3 + ["South"] * 3,
                "measure": "wait",
                "month": ["2026-01", "2026-02", "2026-03"] * 2,
                "value": [5.0, 6.0, 7.0, 9.0, 9.0, 3.0],
            }
        )
    }
    run(CHARTS, names)
    assert names["chart"].kind.name == "p"
    assert names["missed"].name == "Missed appointments"
    assert (tmp_path / "missed.png").read_bytes().startswith(b"\x89PNG")


def test_the_example_of_a_project_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # it saves files
    names = {}
    assert run(PROJECT, names).startswith("- A booked visit is missed")
    assert {path.suffix for path in tmp_path.iterdir()} >= {".svg", ".pdf", ".docx", ".toml"}
    assert names["ProjectFile"](tmp_path / "copy.toml").load() == names["project"]
