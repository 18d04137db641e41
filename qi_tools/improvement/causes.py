"""Why a problem happens: the fishbone, and the five whys."""

from __future__ import annotations

from dataclasses import dataclass

from qi_tools.improvement.fields import Line, Ref, asked

__all__ = ["Cause", "Effect", "Problem", "Why"]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a fishbone explains.

    Parameters
    ----------
    effect : str
    """

    effect: str = asked(
        Line("What do the causes lead to?", "One thing that happens, such as: a visit is missed.")
    )


@dataclass(frozen=True, slots=True)
class Cause:
    """A bone of the fish, a cause on it, or what lies behind that.

    Parameters
    ----------
    id : str
    words : str
    under : str
        The cause that it leads to; blank for a bone, which names a kind of cause.
    seen : str
        How the team knows; blank while it is a guess.
    """

    id: str
    words: str = asked(Line("Kind of cause, or cause", most=120))
    under: str = asked(
        Ref(
            "It belongs to",
            "Blank: a bone, such as People or Place. Under a bone: a cause. Under that: why.",
            to="causes",
            levels=3,
        )
    )
    seen: str = asked(Line("How do you know?", "Counted, seen or heard. Blank: it is a guess."))


@dataclass(frozen=True, slots=True)
class Problem:
    """What the whys begin with.

    Parameters
    ----------
    problem : str
    """

    problem: str = asked(
        Line("What happened?", "One thing that happened, not who did it: ask why, not who.")
    )


@dataclass(frozen=True, slots=True)
class Why:
    """An answer to "why?".

    Parameters
    ----------
    id : str
    words : str
    under : str
        The answer that it explains; blank for an answer to the first why.
    seen : str
        How the team knows; blank while it is a guess.
    """

    id: str
    words: str = asked(Line("Because", most=160))
    under: str = asked(Ref("It explains", "Blank: it answers the first why.", to="whys", levels=8))
    seen: str = asked(Line("How do you know?", "Counted, seen or heard. Blank: it is a guess."))
