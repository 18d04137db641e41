"""What stands in a text is found, whether it is written as Markdown, as HTML or as both."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.markup import (
    Heading,
    Markup,
    Paragraph,
    Picture,
    read_html,
    read_markdown,
    without_comments,
)


def test_markdown_and_html_are_read_alike_and_in_order():
    found = read_markdown(
        "# A *title*\n\nSee [this](one.md), `code` and\n<a href='two.md'>that</a>.\n\n"
        "- ![A wait](a.png)\n- Last\n\n<h2>Two <b>words</b></h2>\n<img src='b.png' alt='B'>\n\n"
        "| Name |\n|---|\n| Sam |\n"
    )
    assert found == Markup(
        headings=(Heading(1, "A title"), Heading(2, "Two words")),
        paragraphs=(
            Paragraph("See this, code and that.", listed=False),
            Paragraph("", listed=True),
            Paragraph("Last", listed=True),
            Paragraph("Sam", listed=True),
        ),
        links=("two.md", "one.md"),
        pictures=(Picture("a.png", "A wait"), Picture("b.png", "B")),
    )


@pytest.mark.parametrize(
    ("svg", "unnamed"),
    [
        ("<svg><path/></svg>", 1),
        ("<svg>", 1),
        ("<svg><svg></svg><svg role='img' aria-label='A'></svg>", 1),
        ("<svg></svg> <svg></svg>", 2),
        ("<svg aria-label='A'></svg>", 1),
        ("<svg role='img' aria-label=' '></svg>", 1),
        ("<title>A</title><svg role='img'></svg>", 1),
        ("<svg role='img'><title>A</title></svg>", 0),
        ("<svg role='img' aria-label='A'></svg>", 0),
        ("<svg aria-hidden='true'></svg>", 0),
    ],
)
def test_a_drawing_needs_words_in_text_and_in_code(svg, unnamed):
    assert read_markdown(f"One {svg}").unnamed_svgs == unnamed
    assert read_html(f'show_html("{svg}")').unnamed_svgs == unnamed


def test_what_stands_in_code_marks_is_no_markup():
    found = read_markdown("```\n# No\n<img src='a.png'>\n```\n\n`[x](y)`")
    assert found == Markup(paragraphs=(Paragraph("[x](y)", listed=False),))


@given(st.text())
def test_any_text_can_be_read(text):
    assert isinstance(read_markdown(text), Markup)
    assert isinstance(read_html(text), Markup)
    assert without_comments(text).count("\n") == text.count("\n")
