import re

import pytest

from qi_tools.draw import paper
from qi_tools.draw.placed import Sheet
from qi_tools.errors import FileNotSaved
from qi_tools.improvement.outline import Item
from qi_tools.improvement.trees import Tree
from qi_tools.palette import LIGHT
from tests.qi_tools.draw.sheets import all_words, texts


def tree(branches: int, leaves: int) -> Tree:
    made = tuple(
        Item(
            f"Driver {b}",
            below=tuple(Item(f"Idea {b}.{i}, which takes a line") for i in range(leaves)),
        )
        for b in range(branches)
    )
    return Tree("Driver diagram", "Aim", ("Aim", "Driver", "Idea"), made, "Simulated.")


def size(sheet: Sheet) -> float:
    return max(words.size for words in all_words(sheet))


def test_a_small_diagram_takes_one_page_in_large_letters():
    (page,) = paper.pages(tree(2, 2), paper.A4, LIGHT)
    assert (page.width, page.height) == (841.89, 595.28)
    assert size(page) == pytest.approx(0.9 * 16)


def test_a_tall_one_stands_upright_or_in_smaller_letters():
    (page,) = paper.pages(tree(4, 5), paper.A4, LIGHT)
    assert page.height > page.width or size(page) < 0.9 * 16


def test_a_large_one_is_parted_between_its_branches_and_each_page_says_which_it_is():
    sheets = paper.pages(tree(9, 8), paper.A4, LIGHT)
    assert len(sheets) > 1
    for number, sheet in enumerate(sheets, 1):
        words = texts(sheet)
        assert f"Driver diagram (page {number} of {len(sheets)})" in words
        assert "Aim" in words
        assert "Simulated." in words
    drivers = [{text for text in texts(sheet) if text.startswith("Driver ")} for sheet in sheets]
    assert sum(map(len, drivers)) == 9 + len(sheets)  # no driver is parted; each title has one
    assert len(paper.pages(tree(9, 8), paper.A3, LIGHT)) < len(sheets)


def test_a_branch_larger_than_a_page_is_parted_too():
    sheets = paper.pages(tree(1, 80), paper.A4, LIGHT)
    ideas = [text for sheet in sheets for text in texts(sheet) if text.startswith("Idea ")]
    assert len(ideas) == len(set(ideas)) == 80
    assert all("Driver 0" in texts(sheet) for sheet in sheets)


def test_one_piece_higher_than_a_page_is_made_to_fit():
    tall = Tree("T", "Aim", ("Aim",), (Item("word " * 4000),), "")
    (page,) = paper.pages(tall, paper.A4, LIGHT)
    assert max(words.y for words in all_words(page)) <= page.height


def test_pages_are_saved_as_numbered_pictures_or_one_pdf(tmp_path):
    shown = tree(9, 8)
    pictures = shown.save_pages(tmp_path / "drivers.svg")
    assert [path.name for path in pictures] == [
        f"drivers-{number}.svg" for number in range(1, len(pictures) + 1)
    ]
    assert "<title>Driver diagram</title>" in pictures[0].read_text(encoding="utf-8")
    (single,) = tree(1, 2).save_pages(tmp_path / "small.png", paper.A3)
    assert single.name == "small.png"
    (file,) = shown.save_pages(tmp_path / "drivers.pdf")
    data = file.read_bytes()
    assert len(re.findall(rb"/Type /Page\b", data)) == len(pictures)


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(FileNotSaved, match=r"drivers\.docx"):
        tree(1, 1).save_pages(tmp_path / "drivers.docx")
