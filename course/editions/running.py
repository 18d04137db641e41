"""A lesson run from start to end, and what every cell of it tells."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path
from typing import Any

from course.editions.told import TOLD, UNTOLD, Told, as_told, html
from course.errors import CourseError
from course.notebook import read_notebook

SECONDS_FOR_A_CELL = 120
_FIRST = "from course.editions.told import tell_parts\ntell_parts()"


@dataclass(frozen=True, slots=True)
class Ran:
    """A notebook that ran: its cells as they stand, and what each told, by its number from 0."""

    cells: tuple[Mapping[str, Any], ...]
    told: Mapping[int, tuple[Told, ...]]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values, for a file."""
        return {
            "cells": list(self.cells),
            "told": {str(number): [asdict(each) for each in told] for number, told in self},
        }

    def __iter__(self) -> Iterator[tuple[int, tuple[Told, ...]]]:
        return iter(self.told.items())

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Ran:
        """Read it again."""
        told = {int(number): tuple(map(as_told, given)) for number, given in raw["told"].items()}
        return cls(tuple(raw["cells"]), told)


def run(path: Path) -> Ran:
    """Run a lesson in an empty folder of its own: no one's answers are read or changed.

    Raises
    ------
    CourseError
        It is no notebook, or it does not run to its end.
    """
    import nbformat
    import zmq
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from traitlets.config import Config

    read_notebook(path)
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    cells = tuple(
        {
            "cell_type": cell.cell_type,
            "source": cell.source,
            "metadata": {"tags": list(cell.metadata.get("tags", ()))},
        }
        for cell in notebook.cells
    )
    first = nbformat.v4.new_code_cell(_FIRST)  # type: ignore[no-untyped-call]
    notebook.cells.insert(0, first)
    config = Config()
    config.KernelManager.transport_encryption = "auto" if zmq.has("curve") else "disabled"
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook,
            timeout=SECONDS_FOR_A_CELL,
            kernel_name="python3",
            config=config,
            resources={"metadata": {"path": folder}},
        )
        try:
            client.execute()
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            reason = str(error).strip().splitlines()[-1]
            raise CourseError(f"{path.name} does not run to its end ({reason}).") from None
    told = {
        number: tuple(_told(output, path) for output in cell.outputs)
        for number, cell in enumerate(notebook.cells[1:])
        if cell.cell_type == "code" and cell.outputs
    }
    return Ran(cells, told)


def _told(output: Mapping[str, Any], path: Path) -> Told:
    if output["output_type"] == "stream":
        return html(f"<pre>{escape(output['text'])}</pre>")
    data = output["data"]
    if UNTOLD in data:
        reason = str(data[UNTOLD]).strip().splitlines()[-1]
        raise CourseError(f"A part of {path.name} can't be made ({reason}).")
    if TOLD in data:
        return as_told(data[TOLD])
    if "text/html" in data:
        return html(data["text/html"])
    words = escape(str(data.get("text/plain", "")))
    for kind in ("image/svg+xml", "image/png"):
        if kind in data:
            return html(f'<img alt="{words}" src="{_data_address(kind, data[kind])}">')
    return html(f"<pre>{words}</pre>")


def _data_address(kind: str, data: str) -> str:
    from base64 import b64encode

    encoded = b64encode(data.encode()).decode() if kind.endswith("xml") else "".join(data.split())
    return f"data:{kind};base64,{encoded}"
