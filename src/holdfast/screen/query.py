"""What is asked and what is answered: a query and its hits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holdfast.model.party import Identifier


DIGITS = 6
"""Decimals of a score: so many that two names seldom share one, and alerts can be ranked."""


@dataclass(frozen=True, slots=True)
class Query:
    """A party of the user's own that is to be screened."""

    id: str
    name: str
    type: str = ""
    """FollowTheMoney schema; empty when unknown, which matches every type."""
    birth_date: str = ""
    """ISO date or a prefix of one (``1986``, ``1986-12``)."""
    country: str = ""
    """ISO 3166-1 alpha-2 or a country's name; several separated by ``;``."""
    address: str = ""
    identifiers: tuple[Identifier, ...] = ()
    aliases: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
    """Columns that are carried through."""


@dataclass(frozen=True, slots=True)
class Why:
    """One feature of a score."""

    feature: str
    score: float
    """What it contributes, -1 to 1."""
    says: str
    """For an analyst: the two values compared and what follows."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A listed party that a query may be."""

    query: Query
    party: str
    """Party id."""
    listed_name: str
    """The listed name that matched best, as the list prints it."""
    score: float
    """0 to 1; what 0.9 means is documented in ``docs/explanation/screening.md``."""
    hit: bool
    """Whether the policy calls it a hit."""
    why: tuple[Why, ...]
    lists: tuple[str, ...]
    programmes: tuple[str, ...]
    effect: str
    """Legal effect of the designation, in a word (``blocked``) or a short sentence."""
    strength: str = "strong"
    """Of the listed name that matched: ``strong`` or ``weak``."""
    same_as: tuple[str, ...] = ()
    """Ids of the entries of other lists that this entry says it is."""


@dataclass(frozen=True, slots=True)
class TextHit:
    """A listed name or identifier found inside running text."""

    start: int
    """Offset of the first character in the text as given."""
    end: int
    """Offset after the last."""
    quote: str
    hit: Hit
