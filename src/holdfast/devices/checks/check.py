"""What a check is: where it looks, what it looks for, and what keeps it from crying wolf.

A check never proves a compromise. ``sign`` looks like the actor's change; ``risk`` is a service that the exploit or the
technique needs. What it says names accounts, addresses and ports, never passwords, keys or communities.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config


class Kind(StrEnum):
    """How to take a hit."""

    SIGN = "sign"
    RISK = "risk"


@dataclass(frozen=True, slots=True)
class Hit:
    """One place that a check points at."""

    line: int
    """Line of the file, from 1; 0 when something is missing rather than there."""
    says: str
    """For the operator: what stands there, without secrets."""
    kind: Kind
    token: str = ""
    """What is judged (an account, a server, a peer), so that what the whole fleet shares can be told apart."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check."""

    id: str
    title: str
    platforms: frozenset[str]
    """Dialects it understands; signs do not transfer from one to another."""
    source: str
    """Who names the pattern."""
    guard: str
    """What keeps it from hitting what is normal."""
    techniques: tuple[str, ...]
    """ATT&CK technique ids."""
    find: Callable[[Config, AllowList], Iterator[Hit]]
    compare: Callable[[Config, Config, AllowList], Iterator[Hit]] | None = None
    """Over an earlier and a later configuration of one device."""


IOS = frozenset({"ios"})
CISCO = frozenset({"ios", "ios_xr", "nxos", "asa"})
LOG = frozenset({"log"})
OUTPUT = frozenset({"output", "log"})
ADVISORY = "Joint advisory AA25-239A, 2025-08-27"
CISCO_WAVE = "Cisco on the exploitation of CVE-2023-20198, 2023-10"
