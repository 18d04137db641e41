"""An outline: what a diagram says, as text set in below text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Protocol, TypeVar

__all__ = [
    "Item",
    "Record",
    "branches",
    "count_leaves",
    "kept",
    "outline_html",
    "outlined",
    "said",
    "walked",
]


@dataclass(frozen=True, slots=True)
class Item:
    """One line of an outline.

    Parameters
    ----------
    words : str
    more : tuple of str
        What else is said of it, each a short phrase.
    below : tuple of Item
    """

    words: str
    more: tuple[str, ...] = ()
    below: tuple[Item, ...] = ()


class Record(Protocol):
    """A record of a project that has an id."""

    @property
    def id(self) -> str:
        """Its id."""
        ...


_Record = TypeVar("_Record", bound=Record)


def branches(
    records: Sequence[_Record],
    above: Callable[[_Record], str],
    item: Callable[[_Record], Item],
) -> tuple[Item, ...]:
    """Set records below those that they name, in the order in which they come.

    Parameters
    ----------
    records : sequence of record
        Without circles, as those of a `Project` are.
    above : callable
        Gives the id of the record that one stands below; empty for none.
    item : callable
        Gives the line for a record, with nothing below it.

    Returns
    -------
    tuple of Item

    Examples
    --------
    >>> from qi_tools.improvement.drivers import Driver
    >>> drivers = [Driver("a", "Letters are clear"), Driver("b", "Large print", under="a")]
    >>> branches(drivers, lambda each: each.under, lambda each: Item(each.words))
    (Item(words='Letters are clear', more=(), below=(Item(words='Large print', more=(), \
below=()),)),)
    """
    there: dict[str, list[_Record]] = {}
    for record in records:
        there.setdefault(above(record), []).append(record)

    def below(id: str) -> tuple[Item, ...]:
        return tuple(replace(item(each), below=below(each.id)) for each in there.get(id, ()))

    return below("")


def walked(items: Sequence[Item], number: str = "") -> Iterator[tuple[str, int, Item]]:
    """Go through an outline from top to bottom: number, depth from 0, and item.

    Examples
    --------
    >>> [(number, depth) for number, depth, _ in walked([Item("a", below=(Item("b"),))])]
    [('1', 0), ('1.1', 1)]
    """
    for place, item in enumerate(items, 1):
        own = f"{number}{place}"
        yield own, own.count("."), item
        yield from walked(item.below, f"{own}.")


def outlined(items: Sequence[Item]) -> str:
    """Write an outline as text, each level set in by two spaces.

    Examples
    --------
    >>> print(outlined([Item("Letters are clear", ("measured",), (Item("Large print"),))]))
    - Letters are clear (measured)
      - Large print
    """
    return "\n".join(f"{'  ' * depth}- {said(item)}" for _, depth, item in walked(items))


def outline_html(items: Sequence[Item]) -> str:
    """Write an outline as HTML, lists within lists; its words are escaped.

    Examples
    --------
    >>> outline_html([Item("A & B", (), (Item("c"),))])
    '<ul><li>A &amp; B<ul><li>c</li></ul></li></ul>'
    """
    each = (
        f"<li>{escape(said(item))}{outline_html(item.below) if item.below else ''}</li>"
        for item in items
    )
    return f"<ul>{''.join(each)}</ul>"


def said(item: Item) -> str:
    """Say an item on one line."""
    more = "; ".join(item.more)
    return f"{item.words} ({more})" if more else item.words


def count_leaves(items: Sequence[Item]) -> int:
    """Count the items that have nothing below them.

    Examples
    --------
    >>> count_leaves([Item("a", below=(Item("b"), Item("c")))])
    2
    """
    return sum(count_leaves(item.below) or 1 for item in items)


def kept(items: Sequence[Item], first: int, last: int) -> tuple[Item, ...]:
    """Keep some of the leaves, counted from 0, and all that stands above them.

    Parameters
    ----------
    items : sequence of Item
    first, last : int
        The first leaf that is kept, and the first after it that is not.

    Returns
    -------
    tuple of Item

    Examples
    --------
    >>> tree = [Item("a", below=(Item("b"), Item("c"))), Item("d")]
    >>> print(outlined(kept(tree, 1, 3)))
    - a
      - c
    - d
    """
    there: list[Item] = []
    begun = 0
    for item in items:
        leaves = count_leaves(item.below) or 1
        if begun < last and begun + leaves > first:
            there.append(replace(item, below=kept(item.below, first - begun, last - begun)))
        begun += leaves
    return tuple(there)
