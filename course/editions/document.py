"""A page that stands by itself: one file, no script, nothing from anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from types import MappingProxyType

_STYLES = Path(__file__).with_name("styles")
#: What every page of the course says about itself.
INDEPENDENCE = (
    "An independent course. Not endorsed by NHS England, IHI or R Lloyd. Not CPD-accredited."
)
NO_LINKS: Mapping[str, str] = MappingProxyType({})


def document(
    title: str, body: str, style: str, *, about: str = "", links: Mapping[str, str] = NO_LINKS
) -> str:
    """Make a whole page.

    Parameters
    ----------
    title : str
        Its title, which is also its first heading.
    body : str
        Its content as HTML.
    style : str
        Which look it has: the name of a file in ``styles``.
    about : str
        One plain line below the title.
    links : mapping of str to str
        Where a reader who looks at it on the course's server can go: words and address. A file to
        send on has none.

    Examples
    --------
    >>> page = document("Tea & talk", "<p>Hello.</p>", "plain")
    >>> "<h1>Tea &amp; talk</h1>" in page, "<script" in page
    (True, False)
    """
    ways = "".join(
        f'<li><a href="{escape(to)}">{escape(word)}</a></li>' for word, to in links.items()
    )
    css = "\n".join(
        (_STYLES / f"{name}.css").read_text(encoding="utf-8") for name in ("every", style)
    )
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)} – Quality improvement course</title>\n"
        f'<link rel="icon" href="data:,">\n<style>\n{css}</style>\n</head>\n<body>\n'
        + (f'<nav class="ways" aria-label="Course"><ul>{ways}</ul></nav>\n' if ways else "")
        + f"<main>\n<header>\n<h1>{escape(title)}</h1>\n"
        + (f'<p class="about">{escape(about)}</p>\n' if about else "")
        + f"</header>\n{body}\n</main>\n"
        f"<footer><p>Quality improvement course. {INDEPENDENCE} Teaching text: CC BY 4.0.</p>"
        "</footer>\n</body>\n</html>\n"
    )
