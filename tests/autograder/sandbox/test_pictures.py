"""Figures are drawn once, and look as they do in a notebook: what reaches out is never cut off."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from IPython.core import pylabtools
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from autograder.sandbox.pictures import draw_once

LONG = "A title so long that no part of it would fit into a figure of this width " * 2
DAYS = [date(2026, 1, 5) + timedelta(weeks=week) for week in range(30)]


@pytest.fixture
def drawn_once() -> Iterator[None]:
    before = pylabtools.print_figure
    draw_once()
    yield
    pylabtools.print_figure = before


def figure_with(draw: Callable[[Figure], object], **settings: Any) -> Figure:
    figure = Figure(figsize=(4, 2), dpi=100, **settings)
    FigureCanvasAgg(figure)
    draw(figure)
    return figure


def line(figure: Figure) -> Any:
    axes = figure.subplots()
    axes.plot([1, 2, 3], [41, 38, 35], color="red", linewidth=8, label="Wait")
    axes.set(title="Waits", xlabel="Week")
    return axes


CHARTS: dict[str, Callable[[Figure], object]] = {
    "line": line,
    "long title": lambda figure: line(figure).set_title(LONG),
    "dates": lambda figure: figure.subplots().plot(DAYS, range(30)),
    "turned labels": lambda figure: figure.subplots().tick_params(axis="x", rotation=90),
    "legend in the best place": lambda figure: line(figure).legend(),
    "legend outside": lambda figure: line(figure).legend(loc="upper left", bbox_to_anchor=(1, 1)),
    "note outside": lambda figure: line(figure).annotate("note", (2, 38), (4, 60)),
    "two scales": lambda figure: line(figure).twinx().set_ylabel("Seen"),
    "four parts": lambda figure: figure.subplots(2, 2)[1, 1].set_title("Last"),
    "large numbers": lambda figure: figure.subplots().plot([0.0, 1], [1e9, 1e9 + 1]),
    "title of the figure": lambda figure: (line(figure), figure.suptitle("Waits", y=1.1)),
    "cake": lambda figure: figure.subplots().pie([1, 2], labels=["a", "a much longer name"]),
    "round": lambda figure: figure.add_subplot(projection="polar").set_title("Round"),
    "colours": lambda figure: figure.colorbar(figure.subplots().imshow([[1, 2], [3, 4]])),
}


def picture(figure: Figure) -> np.ndarray:
    text = pylabtools.print_figure(figure, "png", base64=True, bbox_inches="tight")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(text))).convert("RGB")).astype(int)


def drawings_of(figure: Figure, monkeypatch: pytest.MonkeyPatch) -> int:
    drawings = []
    draw = Figure.draw
    monkeypatch.setattr(Figure, "draw", lambda *given: drawings.append(draw(*given)))
    picture(figure)
    return len(drawings)


@pytest.mark.parametrize("chart", CHARTS)
def test_a_picture_is_dot_by_dot_that_of_a_notebook(
    chart: str, request: pytest.FixtureRequest
) -> None:
    expected = picture(figure_with(CHARTS[chart]))
    request.getfixturevalue("drawn_once")
    assert np.array_equal(picture(figure_with(CHARTS[chart])), expected)


def test_a_figure_is_drawn_once(drawn_once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawings_of(figure_with(CHARTS["long title"]), monkeypatch) == 1


def test_a_figure_that_lays_itself_out_is_left_to_ipython(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = picture(figure_with(line, layout="constrained"))
    request.getfixturevalue("drawn_once")
    figure = figure_with(line, layout="constrained")
    assert np.array_equal(picture(figure), expected)
    assert drawings_of(figure, monkeypatch) == 2


def test_a_figure_without_axes_is_no_picture(drawn_once: None) -> None:
    assert pylabtools.print_figure(Figure(), "png", base64=True, bbox_inches="tight") is None


def test_other_kinds_are_left_as_they_are(drawn_once: None) -> None:
    data = pylabtools.print_figure(figure_with(line), "svg", bbox_inches="tight")
    assert "<svg" in data
