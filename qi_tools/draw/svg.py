"""A matplotlib figure as SVG that can stand inside a page, several times over."""

from __future__ import annotations

import io
import re
from hashlib import blake2s
from itertools import count
from xml.etree import ElementTree

import matplotlib
from matplotlib.figure import Figure

from qi_tools.draw.letters import FAMILY, quiet_about_glyphs

__all__ = ["inline_svg"]

SYSTEM_FONTS = 'system-ui, "Segoe UI", Roboto, Arial, sans-serif'.replace('"', "'")

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_pictures_made = count(1)


def inline_svg(figure: Figure) -> str:
    """Write a figure as an ``<svg>`` element for a page.

    Text stays text, in the reader's own system font. The picture takes the width it is given.
    Its ids are unlike those of any other picture on the page, and its styles touch nothing else.

    Parameters
    ----------
    figure : matplotlib Figure

    Returns
    -------
    str
    """
    out = io.StringIO()
    with (
        matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "qi"}),
        quiet_about_glyphs(),
    ):
        figure.savefig(out, format="svg", metadata={"Date": None})
    written = out.getvalue()
    root = ElementTree.fromstring(written[written.index("<svg") :])
    digest = blake2s(written.encode(), digest_size=4).hexdigest()
    _own_ids(root, f"qi{digest}-{next(_pictures_made)}-")
    _drop_what_leaks(root)
    return ElementTree.tostring(root, encoding="unicode")


def _own_ids(root: ElementTree.Element, prefix: str) -> None:
    """Keep only ids that something in the picture points to, and make them its own."""
    used = set()
    for element in root.iter():
        link = element.attrib.pop(_LINK, None)
        if link is not None:
            used.add(link.removeprefix("#"))
            element.set("href", "#" + prefix + link.removeprefix("#"))
        for name, value in element.attrib.items():
            used.update(re.findall(r"url\(#([^)]+)\)", value))
            element.set(name, value.replace("url(#", f"url(#{prefix}"))
    for element in root.iter():
        own = element.attrib.pop("id", None)
        if own in used:
            element.set("id", prefix + str(own))


def _drop_what_leaks(root: ElementTree.Element) -> None:
    """Take out what would reach beyond the picture: page-wide styles, namespaces, fixed sizes."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in {f"{_SVG}style", f"{_SVG}metadata"}:
                parent.remove(child)
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)
        if "style" in element.attrib:
            element.set("style", element.get("style", "").replace(f"'{FAMILY}'", SYSTEM_FONTS))
    root.attrib.pop("width", None)
    root.attrib.pop("height", None)
    root.attrib.pop("version", None)
    root.set("xmlns", "http://www.w3.org/2000/svg")
    root.set("focusable", "false")
    # What matplotlib's page-wide rule said, for this picture alone.
    root.set("style", "stroke-linejoin: round; stroke-linecap: butt")
