"""Stories: what was seen on each host, told together, and whether it is consistent with a watched actor.

A single sign says little: administrators use certutil, and SoftEther is a product. Several distinct techniques on one
host within a window say more, and *consistent with* is all they ever say; who did it no log can tell.
The policy stands in ``data/story.toml``.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from holdfast.hunt.sighting import weight
from holdfast.hunt.techniques import current

if TYPE_CHECKING:
    from collections.abc import Iterable

    from holdfast.hunt.sighting import Sighting

KEPT = 3
"""Sightings of a rule on a host that are kept as examples."""
ACCOUNTS = 20
"""Accounts of a story that are named."""
CONSISTENT, SEVERAL, SINGLE = "consistent", "several", "single"
"""Verdicts on a host: consistent with an actor; several techniques, none telling; single signs."""


@dataclass(frozen=True, slots=True)
class Policy:
    """When signs make a story."""

    window_days: int
    techniques: int
    telling: int
    least_level: str
    several: int
    loud_per_million: float
    loud_matches: int
    actor: str
    """Whose tradecraft the pack describes where a rule does not say."""


@cache
def policy() -> Policy:
    """The policy that ships with the package."""
    content = tomllib.loads(resources.files("holdfast.hunt").joinpath("data/story.toml").read_text("utf-8"))
    default = content.pop("default")
    return Policy(**content, actor=default["actor"])


@dataclass(slots=True)
class Sign:
    """One rule on one host."""

    first: Sighting
    last: Sighting
    count: int = 0
    examples: list[Sighting] = field(default_factory=list)
    days: set[int] = field(default_factory=set)
    """Days since 1970 on which it was seen."""

    def add(self, sighting: Sighting) -> None:
        """One more sighting."""
        self.count += 1
        if len(self.examples) < KEPT:
            self.examples.append(sighting)
        if sighting.time and (not self.first.time or sighting.time < self.first.time):
            self.first = sighting
        if sighting.time > self.last.time:
            self.last = sighting
        if sighting.time:
            self.days.add(_day(sighting.time))

    def join(self, other: Sign) -> None:
        """What another log says of the same rule and host."""
        self.count += other.count
        self.examples = [*self.examples, *other.examples][:KEPT]
        self.days |= other.days
        if other.first.time and (not self.first.time or other.first.time < self.first.time):
            self.first = other.first
        if other.last.time > self.last.time:
            self.last = other.last


@dataclass(frozen=True, slots=True)
class Story:
    """What was seen on one host."""

    host: str
    verdict: str
    actor: str
    """Whose tradecraft it is consistent with; empty unless the verdict is that."""
    techniques: tuple[str, ...]
    """Distinct techniques that counted, within the window that has most."""
    telling: tuple[str, ...]
    """Titles of the telling rules among them."""
    accounts: tuple[str, ...]
    first: str
    last: str
    signs: tuple[Sign, ...]
    """In order of their first sighting."""

    def says(self) -> str:
        """The story in a sentence."""
        count = len(self.techniques)
        if self.verdict == CONSISTENT:
            return (
                f"{count} distinct techniques on {self.host}, among them “{self.telling[0]}”: "
                f"consistent with {self.actor}"
            )
        if self.verdict == SEVERAL:
            return f"{count} distinct techniques of intruders on {self.host}, none telling whose"
        return f"single signs on {self.host}; look at them, they make no story"


@dataclass(slots=True)
class Teller:
    """Takes sightings as they come, and tells the stories at the end; holds one sign a rule and host."""

    _signs: dict[tuple[str, str], Sign] = field(default_factory=dict)
    _accounts: dict[str, dict[str, None]] = field(default_factory=dict)

    def take(self, sighting: Sighting) -> None:
        """One more sighting; what names no host is told by its file, so that no two machines become one."""
        host = sighting.host or f"unknown host of {sighting.file}"
        key = (host, sighting.rule)
        sign = self._signs.get(key)
        if sign is None:
            sign = self._signs[key] = Sign(sighting, sighting)
        sign.add(sighting)
        if sighting.account and sighting.account != "-":
            self._accounts.setdefault(host, {})[sighting.account] = None

    def stories(self) -> list[Story]:
        """One story a host, those consistent with an actor first, then in order of time."""
        names = _same_hosts({host for host, _ in self._signs})
        hosts: dict[str, dict[str, Sign]] = {}
        for (host, rule), sign in self._signs.items():
            known = hosts.setdefault(names[host], {}).setdefault(rule, sign)
            if known is not sign:
                known.join(sign)
        accounts: dict[str, dict[str, None]] = {}
        for host, found in self._accounts.items():
            accounts.setdefault(names[host], {}).update(found)
        stories = [
            _tell(host, list(signs.values()), tuple(accounts.get(host, {}))) for host, signs in hosts.items()
        ]
        rank = {CONSISTENT: 0, SEVERAL: 1, SINGLE: 2}
        return sorted(stories, key=lambda story: (rank[story.verdict], story.first or "~", story.host))


def _tell(host: str, signs: list[Sign], accounts: tuple[str, ...]) -> Story:
    signs = sorted(signs, key=lambda sign: (sign.first.time or "~", sign.first.title))
    best = max(_windows(signs), key=_value, default=[])
    techniques = _techniques(best)
    telling = tuple(sign.first.title for sign in best if sign.first.telling)
    rules = policy()
    verdict, actor = SINGLE, ""
    if len(techniques) >= rules.techniques and len(telling) >= rules.telling:
        actors = Counter(sign.first.actor for sign in best if sign.first.telling)
        verdict, actor = CONSISTENT, actors.most_common(1)[0][0]
    elif len(techniques) >= rules.several:
        verdict = SEVERAL
    times = [sign.first.time for sign in signs if sign.first.time]
    return Story(
        host=host,
        verdict=verdict,
        actor=actor,
        techniques=techniques,
        telling=telling,
        accounts=accounts[:ACCOUNTS],
        first=min(times, default=""),
        last=max((sign.last.time for sign in signs), default=""),
        signs=tuple(signs),
    )


def _same_hosts(hosts: Iterable[str]) -> dict[str, str]:
    """The name to tell each host by: logs write one machine as ``SRV7``, ``srv7`` and ``srv7.example.org``.

    A short name is that of a long one only where there is exactly one such; two domains may have a host of the same
    name.
    """
    long: dict[str, set[str]] = {}
    spelled: dict[str, str] = {}
    for host in sorted(hosts):
        spelled.setdefault(host.lower(), host)
        label, dot, _ = host.lower().partition(".")
        if dot and not label.isdigit():
            long.setdefault(label, set()).add(host.lower())
    names = {}
    for host in hosts:
        whole = long.get(host.lower(), set())
        names[host] = spelled[next(iter(whole)) if len(whole) == 1 else host.lower()]
    return names


def _windows(signs: list[Sign]) -> Iterable[list[Sign]]:
    """For each day that something was seen, the signs that count within the window from there."""
    rules = policy()
    counting = [
        sign for sign in signs if weight(sign.first.level) >= weight(rules.least_level) and sign.first.actor
    ]
    undated = [sign for sign in counting if not sign.days]
    starts = {day for sign in counting for day in sign.days}
    for start in sorted(starts):
        end = start + rules.window_days
        yield [sign for sign in counting if any(start <= day < end for day in sign.days)] + undated
    if undated and not starts:
        yield undated


def _value(signs: list[Sign]) -> tuple[int, int]:
    return len(_techniques(signs)), sum(sign.first.telling for sign in signs)


def _techniques(signs: Iterable[Sign]) -> tuple[str, ...]:
    """Distinct techniques by different rules: the first of each rule, so that one rule never counts as three."""
    return tuple(
        dict.fromkeys(
            current(sign.first.techniques[0]).partition(".")[0] for sign in signs if sign.first.techniques
        )
    )


def _day(stamp: str) -> int:
    return datetime.fromisoformat(stamp).toordinal()
