"""How it went from host to host: accounts that show signs on one host and, later, on another.

An account says that two hosts belong to one story, not which way the intruder took; the order is that of the first sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.hunt.story import SINGLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from holdfast.hunt.story import Story

_OF_EVERY_HOST = {
    "system", "local service", "network service", "localsystem", "anonymous logon", "administrator", "root", "système",
}  # fmt: skip
"""Accounts that every host has and that tie no hosts together."""
_OF_EVERY_HOST_DOMAINS = {"nt authority", "iis apppool", "nt service", "font driver host", "window manager"}


@dataclass(frozen=True, slots=True)
class Step:
    """One host reached after another."""

    source: str
    """Host with the earlier sign; empty for the first host of a story."""
    host: str
    when: str
    """First sign on the later host."""
    accounts: tuple[str, ...]
    """Accounts with signs on both."""
    says: str
    """Title of that first sign."""


def trace(stories: Iterable[Story]) -> list[Step]:
    """The steps in order of time: from each host of a told story, to every later host that shares an account with it."""
    dated = sorted((story for story in stories if story.first), key=lambda story: (story.first, story.host))
    steps: list[Step] = []
    reached = {story.host for story in dated if story.verdict != SINGLE}
    for place, story in enumerate(dated):
        source, accounts = _came_from(dated[:place], story, reached)
        if source or story.verdict != SINGLE:
            reached.add(story.host)
            steps.append(Step(source, story.host, story.first, accounts, story.signs[0].first.title))
    return steps if any(step.source for step in steps) else []


def _came_from(before: Sequence[Story], story: Story, reached: set[str]) -> tuple[str, tuple[str, ...]]:
    """The host with the latest earlier sign that shares an account and belongs to a story."""
    own = {_key(account): account for account in story.accounts}
    for earlier in reversed(before):
        keys = dict.fromkeys(map(_key, earlier.accounts))
        shared = tuple(own[key] for key in keys if key and key in own)
        if shared and earlier.host in reached:
            return earlier.host, shared
    return "", ()


def _key(account: str) -> str:
    r"""``anna`` of ``CORP\Anna`` and of ``anna@corp.example``; empty for accounts that tie nothing."""
    domain, _, name = account.lower().rpartition("\\")
    name = name.partition("@")[0]
    if name in _OF_EVERY_HOST or domain in _OF_EVERY_HOST_DOMAINS or name.endswith("$"):
        return ""
    return name
