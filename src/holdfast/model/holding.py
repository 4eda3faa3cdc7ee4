"""Who owns what share of whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from holdfast.model.origin import Origin
    from holdfast.model.party import Identifier


@dataclass(frozen=True, slots=True)
class Holding:
    """A stake of ``owner`` in ``owned``: a closed interval of the whole, in exact fractions of one."""

    owner: str
    owned: str
    low: Fraction
    """At least this share; 0 when nothing is known."""
    high: Fraction
    """At most this share; 1 when nothing is known."""
    right: str = "shares"
    """``shares`` or ``votes``: separate rights, never added to each other."""
    valid_from: date | None = None
    """First day, inclusive; open when absent."""
    valid_to: date | None = None
    """Last day, inclusive; open when absent."""
    origin: Origin | None = None
    flags: tuple[str, ...] = ()
    """What the record says that raises review: ``trust``, ``buy-back``, ``proxy``, … and of a transfer ``us-nexus``,
    ``licensed`` or ``unlicensed``."""
    low_open: bool = False
    """Whether the share is more than ``low`` rather than at least it ("more than 25 percent")."""
    high_open: bool = False
    """Whether the share is less than ``high`` rather than at most it."""

    @property
    def known(self) -> bool:
        """Whether the share is a single number."""
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class Control:
    """That ``controller`` can direct ``controlled`` by other means than a share."""

    controller: str
    controlled: str
    how: str
    """In the record's own words: ``right to appoint the majority of the board``, ``settlor``, …"""
    valid_from: date | None = None
    valid_to: date | None = None
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Joint:
    """That ``parties`` use their rights in ``controlled`` together, by an arrangement among them."""

    parties: tuple[str, ...]
    controlled: str
    how: str
    valid_from: date | None = None
    valid_to: date | None = None
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """What a register says of a party that owns or is owned; enough to look it up on a list."""

    id: str
    """As in :class:`Holding`."""
    name: str
    type: str = ""
    """FollowTheMoney schema, where the register tells persons from companies."""
    identifiers: tuple[Identifier, ...] = ()
    country: str = ""
    birth_date: str = ""
    trust: bool = False
    """Whether the register calls it a trust or similar arrangement."""
    origin: Origin | None = None
