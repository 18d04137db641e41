"""The certificate page: what it says, that nothing gets in, one sheet of paper, and axe."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Browser

from autograder.credentials.certificate import (
    LARGEST_PAGE,
    PageInvalid,
    certificate_page,
    read_page,
    statement,
)
from autograder.credentials.documents import Achieved, Passed, signed_badge
from autograder.credentials.keys import Issuer, create_issuer
from autograder.credentials.profile import HOLDER, ORGANISATION, Badge
from tests.outside_tools import AXE

SHIPPED = Path(__file__).parents[3] / "autograder" / "credentials"


class Words(HTMLParser):
    """The words of a page, and every address that it names."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def parsed(page: str) -> Words:
    words = Words()
    words.feed(page)
    return words


def text_of(page: str) -> str:
    return " ".join(" ".join(parsed(page).said).split())


@pytest.fixture(scope="session")
def page(badge: Badge, issuer: Issuer) -> str:
    return certificate_page(badge, issuer)


def test_it_says_all_that_a_reader_needs(page: str, badge: Badge, issuer: Issuer) -> None:
    text = text_of(page)
    for said in (
        "Riverside Health (simulated)",
        "Sam Okoro",
        "Quality improvement for all staff: first lesson",
        "What quality is, and how improvement differs from audit.",
        "The organisation's own approach was not yet set.",
        "Awarded on 23 November 2026",
        "Valid until 23 November 2029",
        "Result 87.5%",
        "Course version 2026.1",
        badge.id.removeprefix("urn:uuid:"),
        issuer.id,
        "qi-course verify FILE",
    ):
        assert said in text
    assert (
        "Issued by Riverside Health (simulated). Not endorsed by NHS England, IHI or R Lloyd. "
        "Not CPD-accredited."
    ) in text
    assert statement("Riverside Health (simulated)") in text


def test_it_carries_the_badge_and_names_nothing_on_the_network(page: str, badge: Badge) -> None:
    assert json.loads(read_page(page.encode()).badge) == badge.document
    addresses = parsed(page).addresses
    assert [address.split(",")[0] for address in addresses] == ["data:application/ld+json;base64"]
    assert "script" not in parsed(page).tags
    assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org)", page)


def test_the_square_code_holds_the_slip_and_has_words(page: str) -> None:
    slip = re.search(r"<code>(ey[\w.-]+)</code>", page)
    assert slip is not None
    modules = segno.make(slip[1], error="m", micro=False, boost_error=False)
    assert f'viewBox="0 0 {modules.symbol_size(border=4)[0]} ' in page
    expected = modules.svg_inline(border=4, dark="#17252b", light="#ffffff", omitsize=True)
    drawn = re.search(r'<path[^>]*stroke="#17252b"[^>]*>', expected)
    assert drawn is not None
    assert drawn[0] in page
    assert re.search(r'<svg role="img" aria-label="Square code \(QR\)\. It holds', page)


def test_every_name_is_escaped(issuer: Issuer, achieved: Achieved, now: datetime) -> None:
    nasty = "<script>alert(1)</script>\"'&amp;{{7*7}}-->"
    badge = signed_badge(
        issuer,
        replace(achieved, title=f"T {nasty}", description=f"D {nasty}", narrative=f"N {nasty}"),
        name=f"H {nasty}",
        email=None,
        place=1,
        awarded=now,
        valid_months=1,
    )
    page = certificate_page(badge, issuer)
    words = parsed(page)
    assert "script" not in words.tags
    for letter in "TDNH":
        assert f"{letter} {nasty}" in text_of(page)
    assert json.loads(read_page(page.encode()).badge) == badge.document


def test_a_page_with_changed_words_does_not_check(page: str, issuer: Issuer) -> None:
    read_page(page.encode()).check(issuer.public_key)
    for old, new in (
        ("Sam Okoro</p>", "Mal Ory</p>"),
        ("87.5%", "100%"),
        ("23 November 2029", "23 November 2099"),
        ("<title>", "<title >"),
    ):
        assert old in page
        with pytest.raises(PageInvalid, match="was changed after it was issued"):
            read_page(page.replace(old, new).encode()).check(issuer.public_key)
    with pytest.raises(PageInvalid):
        read_page(page.encode()).check(Ed25519PrivateKey.generate().public_key())


def test_line_ends_of_windows_change_nothing(page: str, issuer: Issuer) -> None:
    read_page(page.replace("\n", "\r\n").encode()).check(issuer.public_key)


def test_what_is_not_one_whole_page_is_refused(page: str) -> None:
    link = re.search(r'<a id="badge".*?</a>', page, re.DOTALL)
    assert link is not None
    for broken in (
        page[:-2],
        page + "<p>more</p>\n",
        page.replace(link[0], ""),
        page.replace(link[0], link[0] * 2),
        "<html></html>",
    ):
        with pytest.raises(PageInvalid, match="exactly one badge and one signature"):
            read_page(broken.encode())
    with pytest.raises(PageInvalid, match="badge inside this page is damaged"):
        read_page(re.sub(r"base64,\w", "base64,", page, count=1).encode())
    with pytest.raises(PageInvalid, match="at most 1,048,576 are allowed"):
        read_page(b"<" * (LARGEST_PAGE + 1))


def test_the_same_badge_gives_the_same_bytes(page: str, badge: Badge, issuer: Issuer) -> None:
    assert certificate_page(badge, issuer) == page


def test_no_nhs_blue_no_logo_and_no_picture_from_elsewhere_is_shipped(page: str) -> None:
    files = [path for path in SHIPPED.rglob("*") if path.suffix not in {".pyc", ""}]
    assert {path.suffix for path in files} == {".py", ".html"}  # no picture files at all
    for text in (page, *(path.read_text(encoding="utf-8") for path in files)):
        assert not re.search(r"005\s*eb8|0\s*,\s*94\s*,\s*184|0 94 184", text, re.IGNORECASE)
        assert not re.search(r"<img|<image|background-image|logo", text, re.IGNORECASE)
    told = set(re.findall(r"[^.]*NHS[^.]*\.", text_of(page)))
    assert told == {" Not endorsed by NHS England, IHI or R Lloyd."}


def _crowded(amount: float, now: datetime, folder: Path) -> str:
    """Return a page with texts as long as this share of what is allowed."""
    issuer = create_issuer(
        folder, ("Health and Care Partnership " * 5)[: int(100 * amount)] + " (simulated)", "x", now
    )
    checks = max(1, int(8 * amount))
    achieved = Achieved(
        award="long",
        title=("Quality improvement for supervisors " * 6)[: int(199 * amount)].strip(),
        description=("What quality is and how it differs. " * 20)[: int(599 * amount)].strip(),
        narrative=("Passed an assessment with questions. " * 50)[: int(1599 * amount)].strip(),
        version="2026.1",
        passed=tuple(
            Passed(f"a{n}", f"Check {n}: " + "what you learned " * 5, "87.5", "0" * 64)
            for n in range(checks)
        ),
    )  # fmt: skip
    achieved = replace(
        achieved, passed=tuple(replace(part, title=part.title.strip()) for part in achieved.passed)
    )
    name = ("Wolfeschlegelsteinhausen Maximiliana " * 6)[: int(200 * amount)].strip()
    badge = signed_badge(
        issuer, achieved, name=name, email=None, place=99_999, awarded=now, valid_months=36
    )
    assert HOLDER.holds(name)
    assert ORGANISATION.holds(issuer.name)
    return certificate_page(badge, issuer)


@pytest.mark.browser
def test_it_prints_on_one_sheet_of_a4(page: str, browser: Browser, tmp_path: Path) -> None:
    assert _sheets(browser, page, tmp_path) == [(595, 842)]


@pytest.mark.browser
@pytest.mark.parametrize("amount", [0.25, 0.4, 0.55, 0.7, 0.85, 1.0])
def test_long_names_and_texts_print_on_one_sheet_too(
    amount: float, browser: Browser, tmp_path: Path, now: datetime
) -> None:
    page = _crowded(amount, now, tmp_path / "keys")
    assert _sheets(browser, page, tmp_path) == [(595, 842)]


def _sheets(browser: Browser, page: str, folder: Path) -> list[tuple[int, int]]:
    """Print a page and return the size of each sheet, in points."""
    file = folder / "certificate.html"
    file.write_text(page, encoding="utf-8", newline="\n")
    tab = browser.new_page()
    tab.goto(file.as_uri())
    pdf = tab.pdf(prefer_css_page_size=True, print_background=True)
    tab.close()
    boxes = re.findall(rb"/Type /Page\n.*?/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf, re.DOTALL)
    counted = re.findall(rb"/Type\s*/Page\b", pdf)
    assert len(boxes) == len(counted)
    return [(round(float(width)), round(float(height))) for width, height in boxes]


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_it_is_accessible_and_asks_nothing_of_the_network(
    width: int, page: str, browser: Browser, tmp_path: Path
) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (run: npm ci --prefix tests)")
    file = tmp_path / "certificate.html"
    file.write_text(page, encoding="utf-8", newline="\n")
    context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    tab = context.new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(file.as_uri())
    assert asked == [file.as_uri()]
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.add_script_tag(path=str(AXE))
    found = tab.evaluate("axe.run().then(result => result.violations)")
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    context.close()


@pytest.mark.browser
def test_the_badge_is_downloaded_by_keyboard(
    page: str, badge: Badge, browser: Browser, tmp_path: Path
) -> None:
    file = tmp_path / "certificate.html"
    file.write_text(page, encoding="utf-8", newline="\n")
    tab = browser.new_page()
    tab.goto(file.as_uri())
    tab.keyboard.press("Tab")
    with tab.expect_download() as waiting:
        tab.keyboard.press("Enter")
    name = f"badge_{badge.id.removeprefix('urn:uuid:')}.json"
    assert waiting.value.suggested_filename == name
    assert json.loads(waiting.value.path().read_bytes()) == badge.document
    assert base64.b64encode(waiting.value.path().read_bytes()).decode() in page
    tab.close()
