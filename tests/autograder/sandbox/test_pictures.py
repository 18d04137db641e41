"""Figures are drawn once and whole; what reaches beyond their edges is never cut off."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator

import numpy as np
import pytest
from IPython.core import pylabtools
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from autograder.sandbox.pictures import draw_once


@pytest.fixture(autouse=True)
def drawn_once() -> Iterator[None]:
    before = pylabtools.print_figure
    draw_once()
    yield
    pylabtools.print_figure = before


def chart(title: str = "Waits") -> Figure:
    figure = Figure(figsize=(4, 3), dpi=100)
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.plot([1, 2, 3], [41, 38, 35], color="red", linewidth=8)
    axes.set_title(title)
    return figure


def picture(figure: Figure) -> np.ndarray:
    text = pylabtools.print_figure(figure, "png", base64=True, bbox_inches="tight")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(text))).convert("RGB")).astype(int)


def test_a_figure_is_drawn_once_and_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    figure = chart()
    drawings = []
    draw = FigureCanvasAgg.draw
    monkeypatch.setattr(FigureCanvasAgg, "draw", lambda canvas: drawings.append(draw(canvas)))
    dots = picture(figure)
    assert len(drawings) == 1
    assert dots.shape == (300, 400, 3)
    expected = io.BytesIO()
    figure.savefig(expected, dpi=100)
    assert np.array_equal(dots, np.asarray(Image.open(expected).convert("RGB")).astype(int))


def test_what_reaches_beyond_the_edge_is_shown_too() -> None:
    figure = chart("A title so long that no part of it would fit into a figure of this width " * 2)
    dots = picture(figure)
    assert dots.shape[1] > 400
    assert np.all(dots[:, :2] == 255)  # nothing touches the edge


def test_a_figure_without_axes_is_no_picture() -> None:
    assert pylabtools.print_figure(Figure(), "png", base64=True, bbox_inches="tight") is None


def test_other_kinds_are_left_as_they_are() -> None:
    data = pylabtools.print_figure(chart(), "svg", bbox_inches="tight")
    assert "<svg" in data
