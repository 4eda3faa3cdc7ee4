"""Rules that match so often in these very logs that a match of theirs says little.

Public rules are written for every network at once, so that in each of them some match what is ordinary there. Which
ones shows only in one's own logs. They are told once, with what they rest on, instead of sign by sign; nothing is
left out of the lines. Rules of the pack and indicators, on which verdicts rest, are never folded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.hunt.sighting import weight
from holdfast.hunt.story import policy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from holdfast.hunt.story import Story


@dataclass(frozen=True, slots=True)
class Loud:
    """A rule that matches often."""

    rule: str
    title: str
    level: str
    matches: int
    hosts: int
    """On which it matches."""
    per_million: float
    """Matches in a million events."""


def loud_rules(stories: Iterable[Story], events: int) -> list[Loud]:
    """The rules above the policy's rate, the highest level and the most matches first."""
    rules = policy()
    matches: dict[str, int] = {}
    hosts: dict[str, int] = {}
    about: dict[str, tuple[str, str]] = {}
    for story in stories:
        for sign in story.signs:
            if not sign.first.actor and not sign.first.details:
                rule = sign.first.rule
                matches[rule] = matches.get(rule, 0) + sign.count
                hosts[rule] = hosts.get(rule, 0) + 1
                about[rule] = sign.first.title, sign.first.level
    found = [
        Loud(rule, *about[rule], count, hosts[rule], 1e6 * count / events)
        for rule, count in matches.items()
        if count >= rules.loud_matches and 1e6 * count > rules.loud_per_million * events
    ]
    return sorted(found, key=lambda one: (-weight(one.level), -one.matches, one.title))
