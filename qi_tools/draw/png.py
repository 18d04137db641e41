"""A sheet as PNG: shapes by Agg, as in matplotlib, and letters by Pillow, which is much faster."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING, Any, Final, assert_never

import numpy as np

from qi_tools.draw.letters import FAMILY
from qi_tools.draw.placed import Area, Marks, Places, Sheet, Stroke, Words, outline

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

__all__ = ["ZOOM", "png"]

ZOOM: Final = 2.0
"""Dots for each point: sharp on screens, 144 dots an inch on paper."""

# Where a line or a letter has its edge, its colour is mixed with what lies below, in such steps. So
# a chart needs few colours, its file is small, and writing it is quick.
STEPS = 8
MOST_COLOURS = 256
APART = 16  # of 255 steps of red, green or blue
COMPRESSION = 3  # more takes longer and saves little
_ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def png(sheet: Sheet, *, zoom: float = ZOOM, title: str = "", description: str = "") -> bytes:
    """Write a sheet as PNG.

    Parameters
    ----------
    sheet : Sheet
    zoom : float
        Dots for each point.
    title, description : str
        What the picture says of itself, kept inside the file.

    Returns
    -------
    bytes
    """
    from PIL import Image, ImageDraw
    from PIL.PngImagePlugin import PngInfo

    dots = _shapes(sheet, zoom)
    size = dots.shape[1], dots.shape[0]
    image = Image.frombytes("RGB", size, dots.tobytes(), "raw", "RGBX")
    pen = ImageDraw.Draw(image)
    for thing in sheet.things:
        if isinstance(thing, Words):
            font = _font(round(thing.size * zoom, 1), thing.bold)
            place = (thing.x * zoom, thing.y * zoom)
            pen.text(place, thing.text, thing.colour, font, _ANCHORS[thing.anchor])
    about = PngInfo()
    for key, text in (("Title", title), ("Description", description)):
        if text:
            about.add_itxt(key, text)
    out = io.BytesIO()
    palette = Image.new("P", (1, 1))
    palette.putpalette(_palette(sheet))
    few = image.quantize(palette=palette, dither=Image.Dither.NONE)
    resolution = 72 * zoom, 72 * zoom
    few.save(out, "PNG", dpi=resolution, pnginfo=about, compress_level=COMPRESSION)
    return out.getvalue()


def _palette(sheet: Sheet) -> bytes:
    """Give the sheet's colours, and their mixtures with what lies below, as red, green, blue."""
    below: dict[str, None] = {sheet.paper: None}
    above: dict[str, None] = {}
    for thing in sheet.things:
        match thing:
            case Area():
                below[thing.fill] = None
                above[thing.rim] = None
            case Marks():
                above[thing.fill] = above[thing.rim] = None
            case Stroke() | Words():
                above[thing.colour] = None
            case _:
                assert_never(thing)
    grounds = np.array([_channels(colour) for colour in below])
    inks = np.array([_channels(colour) for colour in above if colour]).reshape(-1, 3)
    kept = np.unique(np.concatenate((grounds, inks)), axis=0)
    for ground in grounds:
        for step in range(1, STEPS):
            mixed = np.rint(ground + (inks - ground) * (step / STEPS))
            # Pillow looks the nearest colour up coarsely: one close to a true colour would take
            # its place.
            apart = np.abs(mixed[:, None] - kept).max(axis=2).min(axis=1, initial=255)
            kept = np.concatenate((kept, mixed[apart >= APART]))
    return kept[:MOST_COLOURS].astype(np.uint8).tobytes()


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))


def _shapes(sheet: Sheet, zoom: float) -> Any:
    """Draw everything but the words, as dots of red, green, blue and cover."""
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.colors import to_rgba
    from matplotlib.path import Path
    from matplotlib.transforms import Affine2D, IdentityTransform, Transform

    high = round(sheet.height * zoom)
    agg: Any = RendererAgg(  # type: ignore[no-untyped-call]
        round(sheet.width * zoom), high, 72 * zoom
    )
    as_is = IdentityTransform()

    def path(places: Places, *, closed: bool = False) -> Any:
        # Agg counts from the bottom.
        dots = np.column_stack((places[:, 0] * zoom, high - places[:, 1] * zoom))
        return Path(np.vstack((dots, dots[:1])) if closed else dots, closed=closed)

    def pen(colour: str, width: float, dash: tuple[float, ...] = ()) -> Any:
        # Widths and dashes stay in points: Agg knows how many dots there are to each.
        gc = agg.new_gc()
        gc.set_foreground(colour or sheet.paper)
        gc.set_linewidth(width if colour else 0.0)
        gc.set_joinstyle("round")
        gc.set_capstyle("butt")
        if dash:
            gc.set_dashes(0, dash)
        return gc

    corners = np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
    whole = path(corners * (sheet.width + 1, sheet.height + 1), closed=True)
    agg.draw_path(pen("", 0.0), whole, as_is, to_rgba(sheet.paper))
    for thing in sheet.things:
        match thing:
            case Stroke():
                gc = pen(thing.colour, thing.width, thing.dash)
                agg.draw_path(gc, path(thing.places), as_is, None)
            case Area():
                gc = pen(thing.rim, thing.rim_width)
                agg.draw_path(gc, path(thing.places, closed=True), as_is, to_rgba(thing.fill))
            case Marks():
                gc = pen(thing.rim, thing.rim_width)
                fill = to_rgba(thing.fill) if thing.fill else None
                if thing.shape == "circle":
                    shape = Path.unit_circle()
                    scale: Transform = Affine2D().scale(thing.size * zoom / 2)
                else:
                    around = outline(thing.shape, zoom * thing.size) * (1, -1)
                    shape = Path(np.vstack((around, around[:1])), closed=True)
                    scale = as_is
                agg.draw_markers(gc, shape, scale, path(thing.places), as_is, fill)
            case Words():
                pass
            case _:
                assert_never(thing)
    return np.asarray(agg.buffer_rgba())


@cache
def _font(size: float, bold: bool) -> FreeTypeFont:
    from matplotlib.font_manager import FontProperties, findfont
    from PIL import ImageFont

    file = findfont(FontProperties(family=FAMILY, weight="bold" if bold else "normal"))
    return ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.BASIC)
