import subprocess
import sys
from html.parser import HTMLParser

import pytest

from qi_tools import MAKING_DATA_COUNT, Measure, control_chart, run_chart
from qi_tools.draw.summary import caption, ordered
from qi_tools.draw.summary_page import HEADINGS, html, whole_page
from qi_tools.palette import DARK, LIGHT, PRINT
from qi_tools.spc.summaries import summary

STEADY = [11.0, 9.0] * 8


def chart_of(values=STEADY, *, name="Waits", better="lower", target=None, kind="i", **about):
    measure = Measure.from_columns(values, name=name, better=better, **about)
    measure = measure if target is None else measure.aim(target)
    return (
        run_chart(measure)
        if kind == "run"
        else control_chart(measure, kind, rules=MAKING_DATA_COUNT)
    )


MIXED = summary(
    [
        chart_of(name="Staff & <b>survey</b>", better="higher", target=50, unit="%"),
        chart_of([*STEADY, 30.0], name="Falls", target=12, unit="per 1,000 bed days"),
        chart_of(STEADY[:6], kind="run", name="Calls"),
    ],
    name='Ward "4"',
)


class Page(HTMLParser):
    """A page as a screen reader hears it: its cells, and what is hidden."""

    def __init__(self, text):
        super().__init__()
        self.stack, self.cells, self.heads, self.svgs, self.tags = [], [], [], [], []
        self.feed(text)
        assert not self.stack, "every tag is closed"

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append((tag, attributes))
        if tag in {"path", "rect", "meta"}:
            return
        self.stack.append((tag, attributes))
        if tag in {"td", "th"}:
            (self.cells if tag == "td" else self.heads).append([attributes.get("scope"), ""])
        if tag == "svg":
            self.svgs.append(any(each.get("aria-hidden") == "true" for _, each in self.stack))

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if tag not in {"path", "rect"}:
            assert self.stack.pop()[0] == tag

    def handle_data(self, data):
        within = [tag for tag, _ in self.stack]
        if "td" in within:
            self.cells[-1][1] += f" {data}"
        elif "th" in within:
            self.heads[-1][1] += f" {data}"


@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT], ids=lambda theme: theme.name)
def test_each_picture_is_hidden_and_has_words_beside_it(theme):
    page = Page(html(MIXED, theme))
    assert len(page.svgs) == 3 + 3 + 2  # variation, small chart, and assurance where there is one
    assert all(page.svgs)
    assert len(page.cells) == 3 * (len(HEADINGS) - 1)
    assert all(words.strip() for _, words in page.cells)


def test_a_table_with_headers_and_a_caption_that_says_the_order():
    page = Page(html(MIXED))
    scopes = [scope for scope, _ in page.heads]
    assert scopes[: len(HEADINGS)] == ["col"] * len(HEADINGS)
    assert scopes[len(HEADINGS) :] == ["rowgroup", "row"] * 3
    assert ordered(MIXED) in html(MIXED)
    assert caption(MIXED) in html(MIXED)
    rows = [words for scope, words in page.heads if scope == "row"]
    assert [words.split(",")[0].split()[0] for words in rows] == ["Falls", "Staff", "Calls"]


def test_the_cells_say_what_the_rows_say():
    page = Page(html(MIXED))
    falls = [" ".join(words.split()) for _, words in page.cells[:4]]
    assert falls == [
        "Concern, higher values",
        "30 point 17",
        "12 or less: not met Hit or miss: chance decides",
        "Mean 11.2, limits 2.7 to 19.7 17 points since point 1",
    ]


def test_a_narrow_window_scrolls_the_table_in_a_region_that_takes_the_keyboard():
    (region,) = (about for _, about in Page(html(MIXED)).tags if about.get("role") == "region")
    assert region["tabindex"] == "0"
    assert region["aria-label"] == 'Summary of Ward "4": the table'
    assert ".qi-summary .qi-table { overflow-x: auto; }" in html(MIXED)


def test_names_are_only_text():
    written = html(MIXED)
    assert "Staff &amp; &lt;b&gt;survey&lt;/b&gt;" in written
    assert "<b>" not in written
    evil = summary([chart_of(name="<script>x</script>", unit="</td>")], name="<img src=x>")
    tags = {tag for tag, _ in Page(whole_page(evil)).tags}
    assert not tags & {"script", "img"}


def test_warnings_of_a_row_can_be_opened():
    written = html(MIXED)
    row = next(row for row in MIXED.rows if row.warnings)
    assert f"<summary>{len(row.warnings)} warning" in written
    assert all(warning.replace("'", "&#x27;") in written for warning in row.warnings)


def test_a_page_of_its_own_needs_nothing_from_elsewhere():
    page = Page(whole_page(MIXED))
    assert ("html", {"lang": "en-GB"}) in page.tags
    assert [tag for tag, _ in page.tags].count("h1") == 1
    assert not any({"src", "href", "id"} & set(about) for _, about in page.tags)
    assert "url(" not in whole_page(MIXED)


def test_a_notebook_shows_the_table():
    assert MIXED._repr_html_() == html(MIXED)


def test_a_page_loads_no_matplotlib():
    code = (
        "import sys\n"
        "from qi_tools import Measure, run_chart\n"
        "from qi_tools.spc.summaries import summary\n"
        "summary([run_chart(Measure.from_columns([1, 2], name='x'))]).html()\n"
        "print({'matplotlib', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
