import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.draw import output
from qi_tools.draw.layout import lay_out
from qi_tools.draw.placed import Stroke
from qi_tools.improvement.drivers import driver_diagram
from qi_tools.improvement.outline import Item
from qi_tools.improvement.project_reading import read_project
from qi_tools.improvement.trees import Tree
from qi_tools.palette import DARK, LIGHT, PRINT
from tests.qi_tools.draw.diagrams.papers import boxes, check_diagram
from tests.qi_tools.draw.sheets import all_words, texts

words = st.text(st.sampled_from("abc mW.é"), min_size=1, max_size=120).filter(str.strip)
items = st.recursive(
    st.builds(Item, words, st.lists(words, max_size=1).map(tuple)),
    lambda below: st.builds(Item, words, st.just(()), st.lists(below, max_size=4).map(tuple)),
    max_leaves=20,
)


def tree(*branches: Item, root: str = "Fewer missed appointments") -> Tree:
    return Tree("Driver diagram", root, ("Aim", "Primary drivers"), branches, "Simulated.")


@settings(max_examples=25)
@given(st.lists(items, max_size=6))
def test_any_tree_is_legible_on_a_screen_a_phone_and_paper(branches):
    check_diagram(tree(*branches))


@pytest.mark.parametrize("size", [(1, 1, 1), (2, 2, 1), (5, 3, 3)])
def test_five_and_sixty_nodes_of_the_longest_words_are_legible(size):
    primary, secondary, ideas = size
    longest = "A way of working that all staff can learn and follow, with a form that is short " * 2
    made = [{"id": f"p{p}", "words": longest[:120]} for p in range(primary)]
    made += [
        {"id": f"p{p}s{s}", "words": longest[:120], "under": f"p{p}"}
        for p in range(primary)
        for s in range(secondary)
    ]
    made += [
        {"id": f"p{p}s{s}i{i}", "words": longest[:120], "under": f"p{p}s{s}"}
        for p in range(primary)
        for s in range(secondary)
        for i in range(ideas)
    ]
    check_diagram(driver_diagram(read_project({"drivers": made})))


def test_each_item_but_the_root_hangs_on_one_line():
    shown = tree(Item("a", below=(Item("b"), Item("c"))), Item("d"))
    sheet = lay_out(output.picture(shown, LIGHT)).sheet
    links = [thing for thing in sheet.things if isinstance(thing, Stroke) and thing.name == "Link"]
    assert len(boxes(sheet)) == 5
    assert len(links) == 4
    ends = {(box.left, (box.top + box.bottom) / 2) for box in boxes(sheet)}
    assert {tuple(link.places[-1]) for link in links} < ends


def test_levels_are_named_above_their_columns():
    sheet = lay_out(output.picture(tree(Item("a", below=(Item("b"),))), LIGHT)).sheet
    first, second, third = sorted({box.left for box in boxes(sheet)})
    headings = [(words.text, words.x) for words in all_words(sheet)[1:4]]
    assert headings == [("Aim", first), ("Primary drivers", second), ("Primary drivers", third)]


def test_a_blank_tree_says_so():
    for theme in (LIGHT, DARK, PRINT):
        assert "Nothing is written here yet." in texts(lay_out(output.picture(tree(), theme)).sheet)


def test_on_a_phone_levels_are_set_in():
    sheet = lay_out(output.picture(tree(Item("a", below=(Item("b"),))), LIGHT), 320).sheet
    assert [round(box.left - boxes(sheet)[0].left) for box in boxes(sheet)] == [0, 22, 44]
