from hypothesis import given
from hypothesis import strategies as st

from qi_tools.improvement.outline import Item, count_leaves, kept, outlined, walked

items = st.recursive(
    st.builds(Item, st.text("ab", min_size=1)),
    lambda below: st.builds(
        Item, st.text("ab", min_size=1), st.just(()), st.lists(below, max_size=4).map(tuple)
    ),
)


@given(st.lists(items, max_size=5), st.data())
def test_parts_together_are_the_whole(outline, data):
    leaves = count_leaves(outline)
    cut = data.draw(st.integers(0, leaves))
    parts = [kept(outline, 0, cut), kept(outline, cut, leaves)]
    assert [count_leaves(part) for part in parts] == [cut, leaves - cut]
    ends = [[item.words for _, _, item in walked(part) if not item.below] for part in parts]
    assert ends[0] + ends[1] == [item.words for _, _, item in walked(outline) if not item.below]
    assert kept(outline, 0, leaves) == tuple(outline)


def test_numbers_and_text():
    outline = [Item("a", ("x", "y"), (Item("b"), Item("c", below=(Item("d"),)))), Item("e")]
    assert [number for number, _, _ in walked(outline)] == ["1", "1.1", "1.2", "1.2.1", "2"]
    assert outlined(outline) == "- a (x; y)\n  - b\n  - c\n    - d\n- e"
