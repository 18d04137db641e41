"""Time the chart explorer: ``python benchmarks/explorer.py`` prints, and promises nothing.

It opens the explorer as a page in Chromium, changes the kind of chart again and again, and times
each change from the control's event to the new figure on the page, with 36 and with 120 points. It
also times what Python does of that, in a process of its own. The tests' own server runs the page,
so what the tests need must be installed.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import Page, expect, sync_playwright

from qi_tools.teaching import explore
from tests.browser.bare_lesson import PATIENCE_MS, Site, one_copy, running_site
from tests.outside_tools import CHROMIUM

POINTS = (36, 120)
CHANGES = 30
KINDS = ("run", "i")
CELLS = (
    "from qi_tools.teaching import explore, show_html\nexplore('waits.csv')",
    "show_html('<p>END OF PAGE</p>')",
)
# From the event that a browser sends when a list is changed, to the figure that comes of it.
CHANGE = """kind => new Promise(done => {
    const place = document.querySelector(".qi-chart");
    const list = [...document.querySelectorAll("select")].find(
        select => [...select.options].some(option => option.value === "i_mm"));
    new MutationObserver((_, watcher) => {
        watcher.disconnect();
        done(performance.now() - begun);
    }).observe(place, {childList: true});
    list.value = kind;
    const begun = performance.now();
    list.dispatchEvent(new Event("change", {bubbles: true}));
})"""


def waits(points: int) -> str:
    """Write so many weeks of made-up waits, without two alike in a row."""
    rows = (
        f"{2000 + week // 48}-{week % 48 // 4 + 1:02d}-{1 + 7 * (week % 4):02d},"
        f"{20 + week * 7919 % 97 / 10}\n"
        for week in range(points)
    )
    return "Week,Wait\n" + "".join(rows)


def said(where: str, taken: list[float]) -> str:
    """Give one line of times, in milliseconds."""
    return (
        f"{where:<44}{statistics.median(taken):>8.0f} ms median{max(taken):>8.0f} ms longest of "
        f"{len(taken)}\n"
    )


def in_python(folder: Path) -> list[float]:
    """Time what Python does of a change."""
    page = explore(folder / "waits.csv")
    taken = []
    for number in range(CHANGES + 2):
        start = time.perf_counter()
        message = {"do": "set", "at": "kind", "value": KINDS[number % 2], "n": number}
        page._handle_custom_msg(message, [])
        taken.append(1000 * (time.perf_counter() - start))
    return taken[2:]


def in_browser(page: Page) -> list[float]:
    """Time a change as someone before the screen waits for it."""
    expect(page.locator(".qi-figure")).to_be_visible(timeout=PATIENCE_MS)
    taken: list[float] = [page.evaluate(CHANGE, KINDS[n % 2]) for n in range(CHANGES + 2)]
    return taken[2:]


def timed(site: Site, points: int) -> None:
    """Print the times for so many points."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        with one_copy(site, browser, f"waits-{points}", CELLS) as lesson:
            (lesson.folder / "waits.csv").write_text(waits(points), encoding="utf-8")
            sys.stdout.write(said(f"{points} points, Python alone", in_python(lesson.folder)))
            sys.stdout.write(said(f"{points} points, event to figure", in_browser(lesson.open())))
        browser.close()


def main() -> None:
    """Print two lines for each number of points."""
    with (
        TemporaryDirectory() as home,
        TemporaryDirectory() as folder,
        running_site(Path(home), Path(folder)) as site,
    ):
        for points in POINTS:
            timed(site, points)


if __name__ == "__main__":
    main()
