import re
from html.parser import HTMLParser
from typing import Any

import pandas as pd

from qi_tools.html import figure_html, numbers_html

VOID = {"img", "br", "meta", "input", "hr"}


class Tree(HTMLParser):
    """Reads HTML into (tag, attributes, text) and finds tags left open."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.open: list[Any] = []
        self.elements: list[Any] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        element = [tag, dict(attrs), ""]
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.elements.append([tag, dict(attrs), ""])

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        if self.open:
            self.open[-1][2] += data

    def all(self, tag):
        return [element for element in self.elements if element[0] == tag]


NASTY = """<script>alert("x")</script> & 'more'"""


def test_text_alternative_and_caption_are_escaped():
    html = figure_html(
        "<svg></svg>", NASTY, NASTY, numbers_html(pd.DataFrame({NASTY: [NASTY], "b": [NASTY]}))
    )
    tree = Tree(html)
    assert tree.all("script") == []
    (picture,) = [element for element in tree.elements if element[1].get("role") == "img"]
    assert picture[1]["aria-label"] == NASTY
    assert tree.all("figcaption")[0][2] == NASTY
    assert [tree.all("th")[0][2], tree.all("th")[-1][2], tree.all("td")[0][2]] == [NASTY] * 3


def test_the_table_names_its_rows_and_columns():
    table = pd.DataFrame(
        {
            "date": pd.to_datetime(["2025-01-01", "2025-02-01"]),
            "value": [1234.5, float("nan")],
            "in_signal": [True, False],
        }
    )
    tree = Tree(figure_html("<svg></svg>", "Alt.", "Caption.", numbers_html(table)))
    headings = [(element[1]["scope"], element[2]) for element in tree.all("th")]
    assert headings == [
        ("col", "Date"),
        ("col", "Value"),
        ("col", "In signal"),
        ("row", "January 2025"),
        ("row", "February 2025"),
    ]
    assert [element[2] for element in tree.all("td")] == ["1,234.5", "yes", "missing", "no"]
    assert tree.all("summary")[0][2] == "Show the numbers"
    scrolling = next(e for e in tree.elements if e[1].get("class") == "qi-table")
    assert scrolling[1]["tabindex"] == "0"
    assert scrolling[1]["aria-label"]


def test_days_are_days_when_one_is_not_the_first():
    table = pd.DataFrame({"date": pd.to_datetime(["2025-01-01", "2025-01-08"])})
    tree = Tree(figure_html("", "Alt.", "Caption.", numbers_html(table)))
    assert [element[2] for element in tree.all("th")[1:]] == ["1 January 2025", "8 January 2025"]


def test_without_a_table_there_is_nothing_to_open():
    assert Tree(figure_html("<svg></svg>", "Alt.", "Caption.")).all("details") == []


def test_a_narrow_picture_is_one_more_not_another_figure():
    html = figure_html("<svg>wide</svg>", "Alt.", "Caption.", narrow_svg="<svg>narrow</svg>")
    tree = Tree(html)
    assert [element[2] for element in tree.all("svg")] == ["wide", "narrow"]
    assert len([element for element in tree.elements if element[1].get("role") == "img"]) == 1


def test_the_table_is_not_changed():
    table = pd.DataFrame({"value": [1.0, 2.0]})
    before = table.copy(deep=True)
    figure_html("", "Alt.", "Caption.", numbers_html(table))
    pd.testing.assert_frame_equal(table, before)


def test_styles_reach_only_the_figure():
    (style,) = Tree(figure_html("", "Alt.", "Caption.")).all("style")
    selectors = re.findall(r"(?:^|[{}])\s*([^{}@]+)\{", style[2])
    parts = [part.strip() for selector in selectors for part in selector.split(",")]
    assert len(parts) > 8
    assert all(part.startswith(".qi-figure") for part in parts), parts
