"""What stands in the checker for a learner's function or object, which never cross themselves."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from autograder.sandbox.values import Handle, ValueRefused, decode, encode

#: Asks the learner's process through the conductor, and returns what is told.
Ask = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class LearnerError(Exception):
    """The learner's code ended with an error of no class that checks know."""


class LearnerStopped(BaseException):
    """The learner's process gave no answer any more.

    It is no `Exception`, so that a check that accepts any error of a function doesn't take a
    function that never ends for one that raises.
    """


# What a learner's error may become. The learner chooses the class by its name, so it must be none
# that means something else to a check or to the checker: no AssertionError, which would speak for
# the check itself, and no SystemExit or KeyboardInterrupt.
_ERRORS = {
    name: each
    for name, each in vars(builtins).items()
    if isinstance(each, type)
    and issubclass(each, Exception)
    and not issubclass(each, AssertionError | Warning | BaseExceptionGroup | StopAsyncIteration)
    # A Unicode error can't be made from a message alone; the nearest is its own base.
    and not issubclass(each, UnicodeError)
    and each.__name__ == name  # not IOError, which is OSError by another name
} | {"UnicodeError": UnicodeError}


def error_of(raised: object) -> Exception:
    """Return the error that a learner's code raised, as the nearest class that checks know.

    Parameters
    ----------
    raised : object
        The names of the builtin classes that it is of, the nearest first, and its message.

    Examples
    --------
    >>> error_of([["KeyError", "LookupError", "Exception"], "ward"])
    KeyError('ward')
    >>> error_of([["SystemExit", "BaseException"], "1"])
    LearnerError('SystemExit: 1')
    """
    match raised:
        case [list(names), str(message)]:
            pass
        case _:
            return LearnerError("it gave no value")
    known = [_ERRORS[name] for name in names if isinstance(name, str) and name in _ERRORS]
    if known and known[0] is not Exception:
        return known[0](message)
    kind = next((name for name in names if isinstance(name, str)), "")
    kind = kind if kind in vars(builtins) and kind != "Exception" else ""
    return LearnerError(f"{kind}: {message}" if kind else message)


class Proxies:
    """Makes the stand-ins of one submission's functions and objects.

    Parameters
    ----------
    ask : callable
        Asks the learner's process.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._stopped: LearnerStopped | None = None

    def begin(self) -> None:
        """Begin a check."""
        self._stopped = None

    def insist(self) -> None:
        """Raise once more that the learner's process gave no answer, if the check caught it."""
        if self._stopped is not None:
            raise self._stopped

    def reach(self, handle: Handle) -> object:
        """Return the stand-in of what a handle names."""
        return (LearnerFunction if handle.kind == "function" else LearnerObject)(self, handle)

    def call(self, handle: Handle, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a learner's function."""
        question = {"args": encode(args, _number), "kwargs": encode(kwargs, _number)}
        return self._value({"do": "call", "handle": handle.number, **question})

    def get(self, handle: Handle, name: str) -> Any:
        """Return an attribute of a learner's object."""
        return self._value({"do": "get", "handle": handle.number, "name": name})

    def _value(self, question: Mapping[str, Any]) -> Any:
        told = self._ask(question)
        if "stopped" in told:
            self._stopped = LearnerStopped(str(told["stopped"]))
            raise self._stopped
        if "value" in told:
            try:
                return decode(told["value"], self.reach)
            except ValueRefused as why:
                raise LearnerError(f"what it gives can't be checked: {why}") from None
        raise error_of(told.get("raised"))


class _Proxy:
    """What both kinds of stand-in share: they are equal to nothing but themselves."""

    __slots__ = ("__weakref__", "_handle", "_proxies")

    def __init__(self, proxies: Proxies, handle: Handle) -> None:
        self._proxies = proxies
        self._handle = handle

    def __repr__(self) -> str:
        return f"<the learner's {self._handle.kind} {self._handle.name}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("what a learner made can be called and read, not copied")


class LearnerFunction(_Proxy):
    """A function or class of the learner's: a call runs in the learner's process.

    Arguments and what comes back are plain values. What the function changes in its arguments
    stays there, as it gets copies.
    """

    __slots__ = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Ask the learner's process to call it."""
        return self._proxies.call(self._handle, args, kwargs)

    @property
    def __name__(self) -> str:
        return self._handle.name

    @property
    def __doc__(self) -> str | None:  # type: ignore[override]
        return self._handle.doc or None


class LearnerObject(_Proxy):
    """An object of the learner's: its attributes and methods are asked for one by one."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            # What begins so is how Python looks into an object: no learner answers for that.
            raise AttributeError(f"{name} of a learner's object can't be checked", name=name)
        return self._proxies.get(self._handle, name)


def _number(value: object) -> int:
    """Return the handle behind a stand-in, which can be handed back to its own process."""
    if isinstance(value, _Proxy):
        return value._handle.number
    raise ValueRefused(f"a check can't hand {type(value).__name__} to a learner's function")
