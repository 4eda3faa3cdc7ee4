"""A technical trace of an actor: an address, a name, a hash, with the time in which it was the actor's."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator of one source.

    ``type`` is one of ``ipv4``, ``ipv6``, ``cidr``, ``domain`` (with all below it), ``url``, ``md5``, ``sha1``,
    ``sha256``, ``certificate`` (SHA-1 or SHA-256 of it), ``file-name``, ``email``.
    """

    type: str
    value: str
    """Normalised: lower case, no defanging, addresses in canonical form."""
    first_seen: str = ""
    """ISO date or time from which it was the actor's; empty when the source does not say."""
    last_seen: str = ""
    role: str = ""
    """``c2``, ``download``, ``scanner``, ``bot``, ``sinkhole``, …"""
    port: int | None = None
    actor: str = ""
    """Actor or botnet as the source names it."""
    source: str = ""
    """Document or feed."""
    strength: str = "strong"
    """``strong`` or ``weak``, as the source grades it."""
    category: str = ""
