"""The certificate as a page: one file to read, print on one sheet, and carry the badge in.

Everything that the page says is taken from the signed badge. The page is itself signed in its last
line, so a page with changed words does not verify although the badge inside is whole.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import resources

import rfc8785
import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from jinja2 import Environment, StrictUndefined, Template

from autograder.credentials import moments
from autograder.credentials.profile import Badge
from autograder.credentials.proof import Signer, check_signature
from autograder.credentials.slip import write_slip
from course.errors import Refused
from course.seal import base58

#: The largest certificate page, in bytes; ours have about 60,000.
LARGEST_PAGE = 1024 * 1024

_SIGNED_AS = b"qi-course certificate page\n"  # so that no other signature can stand in for this one
_INK = "#17252b"
_BADGE_LINK = re.compile(
    rb'<a id="badge" download="[^"<>]*" href="data:application/ld\+json;base64,([A-Za-z0-9+/=]+)"'
)
_LAST_LINE = re.compile(rb"\A(.*\n)<!-- signed (z[1-9A-HJ-NP-Za-km-z]{80,90}) -->\n\Z", re.DOTALL)


class PageInvalid(Refused):
    """A page is not a certificate of ours."""


@dataclass(frozen=True, slots=True)
class Page:
    """A certificate page, taken apart.

    Parameters
    ----------
    badge : bytes
        The badge that it carries.
    """

    badge: bytes
    _words: bytes
    _signature: str

    def check(self, key: Ed25519PublicKey) -> None:
        """Check that the page is as it was issued.

        Raises
        ------
        PageInvalid
            If a word of it was changed.
        """
        try:
            check_signature(self._signature, _SIGNED_AS + self._words, key)
        except Refused as why:
            raise PageInvalid(
                "This page was changed after it was issued, so what it shows may not be what was "
                "certified. Ask for the file as it was issued, or for its badge."
            ) from why


def statement(organisation: str) -> str:
    """Return what every certificate says about who stands behind it.

    Examples
    --------
    >>> statement("Riverside")
    'Issued by Riverside. Not endorsed by NHS England, IHI or R Lloyd. Not CPD-accredited.'
    """
    return (
        f"Issued by {organisation}. "
        "Not endorsed by NHS England, IHI or R Lloyd. Not CPD-accredited."
    )


def certificate_page(badge: Badge, signer: Signer) -> str:
    """Return the certificate of a badge as an accessible page that prints on one A4 sheet.

    Parameters
    ----------
    badge : Badge
        The badge; the page shows it and carries it.
    signer : Signer
        Who signs the slip and the page: the badge's own issuer.
    """
    slip = write_slip(badge, signer)
    document = rfc8785.dumps(badge.document)
    page = _template().render(
        badge=badge,
        organisation=badge.issuer["name"],
        awarded=moments.day(badge.awarded),
        valid_until=moments.day(badge.valid_until),
        statement=statement(badge.issuer["name"]),
        slip=slip,
        code=_square_code(slip, badge),
        badge_base64=base64.b64encode(document).decode("ascii"),
        badge_file=f"badge_{badge.id.removeprefix('urn:uuid:')}.json",
        key=badge.method.partition("#")[0],
        closeness=_closeness(badge),
    )
    words = page.rstrip("\n") + "\n"
    signature = "z" + base58(signer.sign(_SIGNED_AS + words.encode("utf-8")))
    return f"{words}<!-- signed {signature} -->\n"


def read_page(data: bytes) -> Page:
    """Take a certificate page apart.

    Raises
    ------
    PageInvalid
        If it is too large, carries no badge or more than one, or has lost its signature.
    """
    if len(data) > LARGEST_PAGE:
        raise PageInvalid(
            f"This page has {len(data):,} bytes; at most {LARGEST_PAGE:,} are allowed. "
            "Ask for the file as it was issued."
        )
    # A memory stick or a mail program may have changed the line ends, which says nothing.
    match = _LAST_LINE.match(data.replace(b"\r\n", b"\n"))
    links = _BADGE_LINK.findall(data)
    if not match or len(links) != 1:
        raise PageInvalid(
            "This page is not a certificate as it was issued: it does not carry exactly one badge "
            "and one signature. A page saved from a browser loses them; ask for the file itself."
        )
    try:
        badge = base64.b64decode(links[0], validate=True)
    except (binascii.Error, ValueError):
        raise PageInvalid(
            "The badge inside this page is damaged. Ask for the file as it was issued."
        ) from None
    return Page(badge, match[1], match[2].decode("ascii"))


def _closeness(badge: Badge) -> str:
    """Return how closely the page must be set to stay on one sheet; empty for the usual way."""
    achievement = badge.achievement
    # A character of a large line takes the room of several in the text.
    room = (
        len(achievement["description"])
        + len(achievement["criteria"]["narrative"])
        + 3 * (len(badge.holder) + len(badge.title) + len(badge.issuer["name"]))
        + 90 * (len(badge.results) - 1)
    )
    return "" if room < 1300 else "close" if room < 2000 else "tight"


def _square_code(slip: str, badge: Badge) -> str:
    """Return the slip as a square code (QR, ISO/IEC 18004), drawn as SVG with words for it."""
    drawn = io.BytesIO()
    segno.make(slip, error="m", micro=False, boost_error=False).save(
        drawn,
        kind="svg",
        xmldecl=False,
        svgns=False,
        nl=False,
        omitsize=True,
        dark=_INK,
        light="#ffffff",
        border=4,
    )
    words = (
        f"Square code (QR). It holds a short signed copy of this certificate: {badge.holder}, "
        f"{badge.title}, valid until {moments.day(badge.valid_until)}."
    )
    svg = drawn.getvalue().decode("utf-8")
    return svg.replace("<svg", f'<svg role="img" aria-label="{escape(words)}"', 1)


@cache
def _template() -> Template:
    source = (resources.files(__package__) / "certificate.html").read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(source)
