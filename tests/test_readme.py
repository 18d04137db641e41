"""What the README shows a coder to write works as it stands."""

import re
from contextlib import redirect_stdout
from io import StringIO

import pandas as pd

from course.folders import REPOSITORY


def test_the_example_of_charts_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # it saves a picture
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```", text, flags=re.M | re.S)
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
    with redirect_stdout(StringIO()):
        exec(compile(code, "README.md", "exec"), names)
    assert names["chart"].kind.name == "p"
    assert names["missed"].name == "Missed appointments"
    assert (tmp_path / "missed.png").read_bytes().startswith(b"\x89PNG")
