"""The organisation's own approach to improvement, as lessons and certificates show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from course.document import Rule, every, faults_of, one_of, read_toml, text, words, yes_or_no
from course.errors import FaultsFound
from course.folders import COURSE

if TYPE_CHECKING:
    from qi_tools.spc.rule_sets import RuleSet


@dataclass(frozen=True, slots=True)
class Approach:
    """What an organisation has agreed about how it improves."""

    agreed: bool
    organisation: str
    name: str
    method: str
    components: tuple[str, ...]
    priorities: tuple[str, ...]
    contact: str
    where: str
    policy: str
    rule_set: str

    @property
    def is_set(self) -> bool:
        """Whether the organisation has agreed an approach."""
        return self.agreed

    @property
    def rules(self) -> RuleSet:
        """The rules by which the organisation judges its charts."""
        from qi_tools.spc.rule_sets import CHOICES

        return CHOICES[self.rule_set]

    def html(self) -> str:
        """Return the approach as an accessible block, or a clear note that it is not set."""
        if not self.is_set:
            return (
                '<div class="approach approach-unset" role="note">'
                "<p><strong>Your organisation's approach goes here.</strong></p>"
                "<p>Nobody has filled it in yet. Ask your manager or your improvement team: "
                "what do we call our way of improving, where can I read about it, and whom can I "
                "ask?</p></div>"
            )
        parts = [
            '<div class="approach">',
            f"<p><strong>{escape(self.name)}</strong> is how {escape(self.organisation)} "
            f"improves. {escape(self.method)}</p>",
            _list("What it is made of", self.components),
            _list("What matters most this year", self.priorities),
            f"<p>{escape(self.policy)}</p>" if self.policy else "",
            f"<p><strong>Where to find it:</strong> {escape(self.where)}<br>",
            f"<strong>Whom to ask:</strong> {escape(self.contact)}</p></div>",
        ]
        return "".join(parts)

    # A notebook shows the block by naming the value.
    _repr_html_ = html


_MAY_BE_EMPTY = text(".{0,400}", "text of up to 400 characters")
_DRAFT: Mapping[str, Rule] = {
    "agreed": yes_or_no(),
    "organisation": _MAY_BE_EMPTY,
    "name": _MAY_BE_EMPTY,
    "method": _MAY_BE_EMPTY,
    "components": every(words(200), most=12),
    "priorities": every(words(200), most=12),
    "contact": _MAY_BE_EMPTY,
    "where": _MAY_BE_EMPTY,
    "policy": _MAY_BE_EMPTY,
    "rule_set": one_of("anhoej", "making_data_count"),
}
# Once it is agreed, what readers look for has to be there.
_AGREED: Mapping[str, Rule] = {
    **_DRAFT,
    **{name: words(400) for name in ("organisation", "name", "method", "contact", "where")},
    "components": every(words(200), least=1, most=12),
}


def load_approach(path: Path | None = None) -> Approach:
    """Read the organisation's approach.

    Raises
    ------
    FaultsFound
        The file has faults: all of them, each with its key.

    Examples
    --------
    >>> load_approach().is_set
    False
    """
    path = path or COURSE / "our_approach.toml"
    content = read_toml(path)
    faults = [*faults_of(content, _AGREED if content.get("agreed") is True else _DRAFT)]
    if faults:
        raise FaultsFound(path.name, faults)
    return Approach(
        agreed=content["agreed"],
        organisation=content["organisation"],
        name=content["name"],
        method=content["method"],
        components=tuple(content["components"]),
        priorities=tuple(content["priorities"]),
        contact=content["contact"],
        where=content["where"],
        policy=content["policy"],
        rule_set=content["rule_set"],
    )


def _list(title: str, items: tuple[str, ...]) -> str:
    if not items:
        return ""
    entries = "".join(f"<li>{escape(item)}</li>" for item in items)
    return f"<p>{title}:</p><ul>{entries}</ul>"
