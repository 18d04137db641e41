import re
from xml.etree import ElementTree

import pytest
from matplotlib.figure import Figure

from qi_tools.draw.letters import letters
from qi_tools.draw.svg import inline_svg


def figure_saying(words):
    figure = Figure(figsize=(4, 2), dpi=72)
    ax = figure.add_axes((0.1, 0.1, 0.8, 0.8))
    ax.plot([1, 2, 3], marker="o")
    ax.set_title(words, **letters("#17252b"))
    return figure


def ids(svg):
    return re.findall(r'\bid="([^"]+)"', svg)


def test_two_pictures_of_one_figure_share_no_id():
    figure = figure_saying("Wait")
    one, other = inline_svg(figure), inline_svg(figure)
    assert ids(one)
    assert set(ids(one)).isdisjoint(ids(other))
    assert len(set(ids(one))) == len(ids(one))


def test_every_reference_finds_its_id():
    svg = inline_svg(figure_saying("Wait"))
    wanted = re.findall(r'href="#([^"]+)"', svg) + re.findall(r"url\(#([^)]+)\)", svg)
    assert wanted
    assert set(wanted) == set(ids(svg))


def test_nothing_reaches_beyond_the_picture():
    svg = inline_svg(figure_saying("Wait"))
    root = ElementTree.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "width" not in root.attrib
    assert "height" not in root.attrib
    assert root.get("viewBox") == "0 0 288 144"
    assert not [e for e in root.iter() if e.tag.split("}")[1] in {"style", "metadata", "script"}]
    assert "<?xml" not in svg
    assert "xlink" not in svg
    assert svg.count("http") == 1  # the namespace's own name


@pytest.mark.parametrize(
    "words",
    [
        "Wait to be seen",
        "Cost in $ and $x^2$ & <b>more</b>",
        'An id="m1" and url(#p2) in words',
        "Aros am ŵy 😀",
        "]]></text><script>alert(1)</script>",
    ],
)
def test_text_is_text_word_for_word(words):
    root = ElementTree.fromstring(inline_svg(figure_saying(words)))
    texts = [element for element in root.iter() if element.tag.endswith("}text")]
    assert words in [element.text for element in texts]
    assert all("system-ui" in element.get("style", "") for element in texts)
