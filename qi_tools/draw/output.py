"""Pictures put where they are wanted: on a page, into a file, on matplotlib's axes."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from qi_tools.draw.layout import NARROW, lay_out
from qi_tools.draw.picture import Picture
from qi_tools.draw.placed import Sheet
from qi_tools.draw.png import png
from qi_tools.draw.svg import svg
from qi_tools.errors import ChartImpossible, FileNotSaved
from qi_tools.html import figure_html
from qi_tools.palette import Theme
from qi_tools.saved_file import save_bytes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from qi_tools.result import Result

__all__ = ["html", "picture", "plot", "save", "write"]

_ENDINGS = (".png", ".svg", ".pdf", ".docx", ".csv")


def picture(result: Result, theme: Theme) -> Picture:
    """Draw a result: each has a module here that knows how.

    Parameters
    ----------
    result : Result
    theme : Theme

    Returns
    -------
    Picture
    """
    drawing = import_module(f"qi_tools.draw.{result.drawn_by}")
    drawn: Picture = drawing.picture(result, theme)
    return drawn


def html(result: Result, theme: Theme) -> str:
    """Give a result as a figure for a page: drawn for a wide and for a narrow window.

    Parameters
    ----------
    result : Result
    theme : Theme

    Returns
    -------
    str
    """
    drawn = picture(result, theme)
    bare = replace(drawn, caption="")  # the page says it, in letters that the reader can size
    wide, narrow = svg(lay_out(bare).sheet), svg(lay_out(bare, NARROW).sheet)
    return figure_html(
        wide, result.describe(), drawn.caption, result.below_html(), narrow_svg=narrow, theme=theme
    )


def plot(result: Result, ax: Axes | None, theme: Theme) -> Axes:
    """Draw a result with matplotlib.

    Parameters
    ----------
    result : Result
    ax : matplotlib Axes or None
        Where; in a new figure when there is none.
    theme : Theme

    Returns
    -------
    matplotlib Axes
        The first, where there are several.

    Raises
    ------
    ChartImpossible
        If axes are given and the picture has several, or none.
    """
    from qi_tools.draw.axes import draw_on, fill

    drawn = picture(result, theme)
    if ax is not None:
        if drawn.sketch:
            raise ChartImpossible(
                "The picture has no axes, so it can't be drawn on axes. Leave ax out."
            )
        if len(drawn.panels) > 1:
            raise ChartImpossible(
                f"The picture has {len(drawn.panels)} charts, and one pair of axes holds one. "
                "Leave ax out: they get a figure of their own."
            )
        return draw_on(drawn, ax)
    from matplotlib import pyplot

    return fill(pyplot.figure(dpi=100), drawn)[0]


def save(result: Result, path: Path, theme: Theme) -> Path:
    """Save a result, its words inside the file.

    Parameters
    ----------
    result : Result
    path : Path
        Its ending says what kind of file.
    theme : Theme

    Returns
    -------
    Path

    Raises
    ------
    FileNotSaved
        If the ending is none of those known, or the file can't be written.
    """
    from qi_tools.data_file import save_csv
    from qi_tools.word_file import save_word

    match path.suffix.lower():
        case ".docx":
            return save_word(result, path, theme=theme)
        case ".csv":
            return save_csv(result, path)
    drawn = picture(result, theme)
    title, description = drawn.above[0].text, result.describe()
    if path.suffix.lower() == ".pdf":
        return save_bytes(_pdf(drawn, title, description), path, ending=".pdf")
    return write(lay_out(drawn).sheet, path, title, description)


def write(sheet: Sheet, path: Path, title: str, description: str) -> Path:
    """Write a sheet as PNG or SVG.

    Parameters
    ----------
    sheet : Sheet
    path : Path
    title, description : str
        What the picture says of itself.

    Returns
    -------
    Path

    Raises
    ------
    FileNotSaved
        If the ending is another one, or the file can't be written.
    """
    match path.suffix.lower():
        case ".png":
            data = png(sheet, title=title, description=description)
        case ".svg":
            data = svg(sheet, title=title, description=description).encode()
        case ending:
            raise FileNotSaved(
                f'"{path.name}" ends in "{ending}". Use a name that ends in '
                f"{', '.join(_ENDINGS[:-1])} or {_ENDINGS[-1]}."
            )
    return save_bytes(data, path, ending=path.suffix.lower())


def _pdf(drawn: Picture, title: str, description: str) -> bytes:
    import io

    from matplotlib.figure import Figure

    from qi_tools.draw.axes import fill, quiet_about_glyphs

    figure, out = Figure(dpi=72), io.BytesIO()
    fill(figure, drawn)
    with quiet_about_glyphs():
        figure.savefig(out, format="pdf", metadata={"Title": title, "Subject": description})
    return out.getvalue()
