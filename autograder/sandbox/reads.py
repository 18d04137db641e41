"""Which global names a piece of code reads, found without running it."""

from __future__ import annotations

import ast
import builtins
import symtable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reads:
    """The global names that a piece of code reads, builtins apart.

    Parameters
    ----------
    now : frozenset of str
        Those that it may read while it runs itself.
    later : frozenset of str
        Those that its functions and classes read, which may be called by later code.
    """

    now: frozenset[str]
    later: frozenset[str]


def reads(source: str) -> Reads:
    """Return the global names that a piece of code reads.

    A name may be among them that it sets before it reads it; none is missing that the text shows.
    What `exec` or `eval` would read can't be seen. Where the code looks a name up in ``globals()``,
    every text in it that could be the name counts.

    Raises
    ------
    SyntaxError
        If it is no Python.

    Examples
    --------
    >>> sorted(reads("total = sum(x for x in waits)").now)
    ['waits']
    """
    tree = ast.parse(source)
    top = symtable.symtable(source, "<code>", "exec")
    later = {name for child in top.get_children() for name in _global_names(child)}
    now = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_referenced()}
    for node in ast.walk(tree):
        match node:
            # The table counts `x += 1` and `del x` as setting x, but x has to be there.
            case ast.AugAssign(target=ast.Name(id=name)):
                now.add(name)
            case ast.Name(id=name, ctx=ast.Del()):
                now.add(name)
    if now & {"globals", "vars", "dir", "locals"}:
        texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
        now |= {text for text in texts if isinstance(text, str) and text.isidentifier()}
    return Reads(frozenset(filter(_is_open, now | later)), frozenset(filter(_is_open, later)))


def _global_names(table: symtable.SymbolTable) -> set[str]:
    names = {
        symbol.get_name()
        for symbol in table.get_symbols()
        # In a class body, a name that the body sets is looked up outside of it until it is set.
        if symbol.is_referenced() and (symbol.is_global() or table.get_type() == "class")
    }
    return names.union(*(_global_names(child) for child in table.get_children()))


def _is_open(name: str) -> bool:
    """Say whether a name could be a learner's: a builtin's or the interpreter's never is."""
    return not hasattr(builtins, name) and not name.startswith("__")
